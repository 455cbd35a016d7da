"""The supervisor with sessions that are a few lines of Python: what it makes of every way in which one can end."""

from __future__ import annotations

import json
import os
import signal
import sys
import textwrap
import threading

import pytest

from livegrade.commands import supervise as supervising
from livegrade.commands.supervise import Supervisor, supervise

SCRIPT = """
import json, os, signal, sys, time
pipe = int(os.environ["LIVEGRADE_SUPERVISED"])
handover = json.load(sys.stdin)
with open({book!r}, "a") as book:
    book.write(json.dumps(handover) + "\\n")
restarts = handover["restarts"]
def say(*lines):
    for line in lines:
        os.write(pipe, line.encode() + b"\\n")
def cut(number=signal.SIGKILL):
    os.kill(os.getpid(), number)
    time.sleep(60)
"""


class Stand:
    """A supervisor whose sessions run `body`."""

    def __init__(self, folder, rig: str | None = None, seconds: float | None = None) -> None:
        self._book = folder / "handovers"
        self.supervisor = Supervisor([], rig, seconds)

    def run(self, body: str) -> int:
        script = SCRIPT.format(book=str(self._book)) + textwrap.dedent(body)
        self.supervisor._command = [sys.executable, "-S", "-c", script]
        return self.supervisor.run()

    @property
    def handovers(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._book.read_text().splitlines()]


@pytest.fixture
def stand(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "FIRST_PAUSE_NS", 1_000_000)
    return Stand(tmp_path)


def test_an_end_in_order_is_the_end(stand, capsys) -> None:
    assert stand.run('say("loaded", "up 7350", "picture", "stopping", "end"); sys.exit(1)') == 1
    assert len(stand.handovers) == 1
    assert capsys.readouterr().err == ""


def test_a_session_that_was_cut_off_is_started_again_at_the_same_port_with_the_same_token(stand, capsys) -> None:
    body = """
        say("loaded", "up 7353", "picture")
        print("last words", file=sys.stderr, flush=True)
        say("end") if restarts == 2 else cut(signal.SIGSEGV if restarts else signal.SIGKILL)
    """
    assert stand.run(body) == 0
    first, second, third = stand.handovers
    assert (first["port"], first["restarts"]) == (None, 0)
    assert third == {**first, "port": 7353, "restarts": 2}
    assert second["token"] == first["token"]
    said = capsys.readouterr()
    assert "the session was ended by SIGKILL after 0 s; it starts again" in said.err
    assert "the session was ended by SIGSEGV after 0 s; it starts again" in said.err
    assert said.err.count("last words") == 3
    assert said.out.count("pictures again ") == 2
    assert "engine, sources and outputs " in said.out


def test_an_end_that_nobody_expected_is_no_end(stand, capsys, caplog) -> None:
    with caplog.at_level("ERROR", "livegrade"):
        assert stand.run('say("loaded", "up", "picture"); say("end") if restarts else 1 / 0') == 0
    assert "the session ended with exit code 1 after 0 s; it starts again" in capsys.readouterr().err
    assert "ZeroDivisionError" in caplog.text


def test_where_a_crash_was_is_for_the_log_and_not_for_the_screen(stand, capsys, caplog) -> None:
    body = """
        import faulthandler
        faulthandler.enable()
        say("loaded", "up", "picture")
        say("end") if restarts else cut(signal.SIGSEGV)
    """
    with caplog.at_level("ERROR", "livegrade"):
        assert stand.run(body) == 0
    said = capsys.readouterr().err
    assert said == "the session was ended by SIGSEGV after 0 s; it starts again\n"
    assert "where it was: Fatal Python error: Segmentation fault" in caplog.text
    assert "in cut" in caplog.text


def test_what_cannot_start_ends_the_first_time_and_is_tried_again_later(stand) -> None:
    assert stand.run('say("loaded", "end"); sys.exit(2)') == 2
    body = """
        say("loaded")
        if restarts == 0:
            say("up 1", "picture")
            cut()
        if restarts < 3:
            say("end")  # its source is not there yet
            sys.exit(1)
        say("up 1", "picture", "end")
    """
    assert stand.run(body) == 0
    assert [one["restarts"] for one in stand.handovers] == [0, 0, 1, 2, 3]


def test_sessions_that_come_to_no_picture_begin_without_what_was_done_before(stand) -> None:
    body = """
        say("loaded", "up 1")
        if handover["fresh"] or restarts == 0:
            say("picture")
        if restarts == 5:
            say("end")
        else:
            cut()
    """
    assert stand.run(body) == 0
    assert [one["fresh"] for one in stand.handovers] == [False, False, False, False, True, False]


def test_what_is_cut_off_again_and_again_is_given_up(stand, monkeypatch, capsys) -> None:
    monkeypatch.setattr(supervising, "MOST_CUTS", 3)
    stand.supervisor = Supervisor([], None, None)
    assert stand.run("cut(signal.SIGABRT)") == 128 + signal.SIGABRT
    assert len(stand.handovers) == 3
    assert "3 times within 2 minutes; it is not started again" in capsys.readouterr().err


def test_a_part_that_stands_still_ends_the_session(stand, capsys) -> None:
    body = """
        say("loaded", "up 1", "picture")
        if restarts:
            say("end")
        else:
            say("still the engine of slot A stands still")
            time.sleep(60)
    """
    assert stand.run(body) == 0
    said = capsys.readouterr().err
    assert (
        "the session stood still (the engine of slot A stands still) after 0 s and was ended; it starts again" in said
    )


def test_a_session_that_says_nothing_is_ended_even_where_it_was_stopped_by_a_signal(stand, monkeypatch, capsys) -> None:
    monkeypatch.setattr(supervising, "SILENT_S", 0.3)
    body = """
        say("loaded", "up 1", "picture")
        say("end") if restarts else cut(signal.SIGSTOP)
    """
    assert stand.run(body) == 0
    assert "the session stood still (it does not answer)" in capsys.readouterr().err


def test_a_session_that_is_stopping_takes_as_long_as_it_takes(stand, monkeypatch) -> None:
    monkeypatch.setattr(supervising, "SILENT_S", 0.05)
    assert stand.run('say("loaded", "up 1", "stopping", "still x"); time.sleep(0.8); say("end"); sys.exit(7)') == 7
    assert len(stand.handovers) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_go_to_the_session_once_and_its_end_is_the_end(stand, number) -> None:
    body = f"""
        heard = []
        def hear(*_):
            heard.append(1)
        signal.signal({int(number)}, hear)
        say("loaded", "up 1", "picture")
        os.kill(os.getppid(), {int(number)})
        while not heard:
            time.sleep(0.01)
        time.sleep(0.1)
        say("stopping", "end")
        sys.exit(40 + len(heard))
    """
    before = signal.getsignal(number)
    assert stand.run(body) == 41
    assert signal.getsignal(number) is before
    assert len(stand.handovers) == 1


def test_a_stop_while_it_waits_starts_no_session_more(stand, monkeypatch) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE_NS", 60_000_000_000)
    stand.supervisor = Supervisor([], None, None)
    stop = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    body = 'say("loaded", "up 1", "picture"); cut()'
    stop.start()
    assert stand.run(body) == 128 + signal.SIGKILL
    stop.join()
    assert len(stand.handovers) == 1


def test_the_rig_as_it_was_and_the_time_that_is_left_are_handed_over(tmp_path, monkeypatch) -> None:
    rig = tmp_path / "cart.toml"
    rig.write_text("livegrade = 1\n")
    seen: list[Supervisor] = []
    monkeypatch.setattr(Supervisor, "run", lambda self: seen.append(self) or 0)
    assert supervise(["run"], str(rig), 30.0) == 0
    assert supervise(["run"], str(tmp_path / "no.toml"), None) == 0
    assert [one._handover.rig for one in seen] == ["livegrade = 1\n", None]
    made = Stand(tmp_path, seconds=100.0)
    monkeypatch.undo()
    assert made.run('say("loaded", "up 1", "picture"); say("end") if restarts else cut()') == 0
    first, second = made.handovers
    assert first["seconds"] is None
    assert 0 < second["seconds"] < 100
