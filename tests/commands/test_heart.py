"""What a session tells its supervisor: which part stands still, and nothing to nobody."""

from __future__ import annotations

import os
import sys
import time
from types import SimpleNamespace

import pytest

from livegrade.commands import heart as hearts
from livegrade.commands.heart import STILL_NS, Handover, Heart, standing_still
from livegrade.commands.live import SUPERVISED
from livegrade.errors import UsageError
from livegrade.timing.clock import FakeClock


@pytest.fixture
def pipe():
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb", buffering=0) as reader:
        yield reader, theirs


def lines(reader, count: int) -> list[str]:
    return [reader.readline().decode().strip() for _ in range(count)]


def slot(turned_ns: int, *, finished: bool = False, frames: int = 5) -> SimpleNamespace:
    return SimpleNamespace(name="A", turned_ns=turned_ns, finished=finished, frames_in=frames)


def session(*slots: SimpleNamespace, frames_out: int = 0) -> SimpleNamespace:
    clock = FakeClock(100 * STILL_NS)
    return SimpleNamespace(clock=clock, slots=slots, outputs=[SimpleNamespace(frames_out=frames_out)])


def test_a_session_tells_its_life_from_load_to_end(pipe) -> None:
    reader, theirs = pipe
    heart = Heart(Handover("run", "token"), theirs)
    assert lines(reader, 2) == ["loaded", "beat"]
    made = session(slot(100 * STILL_NS))
    heart.watch(made, SimpleNamespace(port=7351, turned_ns=None))
    assert lines(reader, 1) == ["up 7351"]
    made.outputs[0].frames_out = 1
    assert "picture" in lines(reader, 2)
    heart.stopping()
    heart.end()
    heart.end()
    said = reader.read().decode().split("\n")
    assert [line for line in said if line not in ("", "beat")] == ["stopping", "end"]


def test_an_engine_or_an_api_that_does_not_go_round_stands_still() -> None:
    now_ns = 100 * STILL_NS
    old_ns = now_ns - STILL_NS - 1
    assert standing_still(session(slot(now_ns - STILL_NS)), None) is None
    assert standing_still(session(slot(now_ns), slot(old_ns)), None) == "the engine of slot A stands still"
    assert standing_still(session(slot(old_ns, finished=True)), None) is None
    assert standing_still(session(slot(old_ns, frames=0)), None) is None  # it compiles what its first picture needs
    stopped = SimpleNamespace(turned_ns=time.monotonic_ns() - STILL_NS - 1)
    assert standing_still(session(slot(now_ns)), stopped) == "the API stands still"
    assert standing_still(session(slot(now_ns)), SimpleNamespace(turned_ns=time.monotonic_ns())) is None


def test_without_its_supervisor_a_session_goes_on(pipe, capsys) -> None:
    reader, theirs = pipe
    heart = Heart(Handover("run", "token"), theirs)
    reader.close()
    heart.tell("picture")
    heart.tell("picture")
    heart.end()
    assert capsys.readouterr().err.count("the supervisor has gone; the session goes on without it") == 1


def test_without_a_supervisor_there_is_no_heart(monkeypatch) -> None:
    monkeypatch.delenv(SUPERVISED, raising=False)
    assert Heart.of_supervisor() is None


@pytest.mark.parametrize(("number", "given"), [("x", b"{}"), ("99999", b'{"run": "", "token": ""}'), ("1", b"{")])
def test_a_handover_that_is_none_is_refused(monkeypatch, number, given) -> None:
    monkeypatch.setenv(SUPERVISED, number)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read=lambda most: given)))
    with pytest.raises(UsageError, match="is for a supervisor"):
        Heart.of_supervisor()
    assert SUPERVISED not in os.environ
    assert hearts.MOST_HANDOVER > 1 << 20  # a whole rig fits
