"""`run --supervised` as a user starts it: killed and hung, and what a client and a foreign reader find then."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from livegrade.control import commands as c
from livegrade.control.client import Client
from livegrade.control.meeting import find_meetings
from livegrade.control.messages import Meeting

pytestmark = [pytest.mark.emulated, pytest.mark.skipif(os.name != "posix", reason="kills with signals of POSIX")]

KILLS = 10
SOURCE = "pattern:camera@640x360p25"
OWN_PORT = ("--listen", "127.0.0.1:0")
"""Not the first that is free: a session that starts elsewhere while this one is down would take it."""


@pytest.fixture(autouse=True)
def folders(start, tmp_path, monkeypatch) -> Iterator[None]:
    for name in ("RUNTIME", "STATE", "LIBRARY"):
        monkeypatch.setenv(f"LIVEGRADE_{name}", str(tmp_path / name.lower()))
    yield
    for left in find_meetings():  # a session outlives its supervisor
        os.kill(left.pid, signal.SIGKILL)


def met(until, old: int = 0) -> Meeting:
    """The session that runs, another process than `old`."""
    until(lambda: any(one.pid != old for one in find_meetings()))
    return next(one for one in find_meetings() if one.pid != old)


def kept(client: Client) -> object:
    """What of the state a restart must not change."""
    state = client.state().state
    slots = {name: {key: slot[key] for key in ("source", "camera", "look")} for name, slot in state["slots"].items()}
    sinks = {name: {key: sink[key] for key in ("address", "view", "locked")} for name, sink in state["sinks"].items()}
    return slots, sinks


def on_disk(folder: Path, words: str, until) -> None:
    until(lambda: any(words in path.read_text() for path in folder.glob("state/sessions/*/journal.json")))


def test_a_session_that_is_killed_is_back_with_its_looks_and_views(start, until, tmp_path) -> None:
    take = tmp_path / "take.mov"
    run = start("run", SOURCE, "--out", take, "--out", "null:", "--headless", "--supervised", *OWN_PORT)
    meeting = met(until)
    client = Client(meeting)
    assert client.send(c.SetLook(slot="A", values={"slope.r": 0.5})).result == "done"
    client.send(c.SetLook(slot="A", values={"slope": 0.0, "offset.g": 0.5}))
    client.send(c.Undo(slot="A"))
    client.send(c.Redo(slot="A"))
    client.send(c.SetView(sink="2", view="compare:25", zebra="70-75"))
    client.send(c.LockView(sink="2", locked=True))
    on_disk(tmp_path, '"locked":true', until)
    before = kept(client)
    for number in range(1, KILLS + 1):
        os.kill(meeting.pid, signal.SIGKILL)
        again = met(until, meeting.pid)
        assert (again.port, again.token) == (meeting.port, meeting.token)
        assert kept(client) == before
        run.wait_for("pictures again", number)
        until(lambda: client.state().state["sinks"]["1"]["frames"] > 0)
        meeting = again
    print(*re.findall(r"pictures again.*", run.printed), sep="\n")
    assert run.end() == 0 or "is not whole" in run.printed  # a machine with other work may lose pictures
    parts = sorted(tmp_path.glob("take*.mov"))
    assert take.with_stem("take.partial") in parts
    assert take.with_stem(f"take-{KILLS + 1}") in parts
    with av.open(str(take.with_stem(f"take-{KILLS + 1}"))) as file:
        picture = next(file.decode(video=0)).to_ndarray(format="rgb24")
    middle = picture[40:-40, 40:-40].reshape(-1, 3).mean(axis=0)
    assert middle[1] > 80 > 20 > middle[0]  # from the first picture on: nothing but green


def test_a_session_that_stands_still_is_started_again(start, until) -> None:
    run = start("run", SOURCE, "--out", "null:", "--headless", "--supervised", "--no-library")
    meeting = met(until)
    os.kill(meeting.pid, signal.SIGSTOP)
    met(until, meeting.pid)
    assert "the session stood still (it does not answer)" in run.printed
    run.wait_for("pictures again")
    assert Client(met(until)).send(c.StopSession()).result == "done"
    assert run.finish() == 0
    assert "ended by the API" in run.printed
    assert find_meetings() == []


def test_the_picture_outlives_its_supervisor_and_a_later_start_takes_up_what_was_done(start, until, tmp_path) -> None:
    words = ("run", SOURCE, "--out", "null:", "--headless", "--no-library")
    run = start(*words, "--supervised")
    meeting = met(until)
    client = Client(meeting)
    client.send(c.SetLook(slot="A", values={"slope.r": 0.5}))
    on_disk(tmp_path, '"slope"', until)
    before = kept(client)
    run.process.kill()
    frames = client.state().state["sinks"]["1"]["frames"]
    until(lambda: client.state().state["sinks"]["1"]["frames"] > frames + 20)
    second = start(*words)
    second.wait_for("this one keeps no journal")
    second.wait_for("Ctrl+C stops")
    assert second.end() == 0
    os.kill(meeting.pid, signal.SIGKILL)  # the power cut
    until(lambda: not find_meetings())
    clean = start(*words)
    clean.wait_for("--resume takes up its looks and views")
    assert kept(Client(met(until))) != before
    clean.wait_for("Ctrl+C stops")
    assert clean.end() == 0
    resumed = start(*words, "--resume")
    assert kept(Client(met(until))) == before
    resumed.wait_for("Ctrl+C stops")
    assert resumed.end() == 0


def test_what_ends_by_itself_or_cannot_start_ends_with_its_own_exit_code(start, tmp_path) -> None:
    assert start("run", SOURCE, "--out", "null:", "--supervised", "--for", "0.5").finish() == 0
    missing = start("run", tmp_path / "no.mov", "--out", "null:", "--supervised")
    assert missing.finish() == 1
    assert "it starts again" not in missing.printed
