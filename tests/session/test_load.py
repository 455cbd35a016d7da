"""Whether a machine that does not keep up is named: once, with its figures, and when it is over. Time is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.look import Look
from livegrade.engine.view import GRADED
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import Session
from livegrade.session.events import Event, Link
from livegrade.session.load import SUBJECT, MachineLoad
from livegrade.session.setup import ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.transport.address import Scheme, parse_sink, parse_source
from livegrade.transport.ndi import LATE
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout

PERIOD_NS = 40_000_000
PLAN = ScopePlan(ScopeRequest())


class Behind:
    """NDI that takes nothing."""

    def write(self, frame: Frame) -> str:
        return LATE


class Machine:
    """A session of one slot that nobody starts; its counts are told as its threads would tell them."""

    def __init__(self, *sinks: str) -> None:
        self.clock = FakeClock()
        slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(live=False), Look())
        outputs = tuple(SinkSetup(parse_sink(sink), "A", GRADED) for sink in sinks)
        self.session = Session(SessionSetup((slot,), outputs, scopes=PLAN, engine="native", threads=1), self.clock)
        (self.slot,) = self.session.slots
        self.slot.format = VideoFormat(640, 360, Rate.of(25), layout("v210"))
        source = open_source(slot.source, slot.options, self.clock)
        source.open()
        self._frame = source.read()
        source.close()
        self._load = MachineLoad(self.session)
        self.second()

    def second(
        self, *, engine: float = 0.5, dropped: int = 0, scopes: float = 0.2, shed: int = 0, late: int = 0
    ) -> None:
        """One that passes: what the engine and the scopes took of a picture's time, what was dropped and left out."""
        scoping = self.slot.scoping
        for _ in range(25):
            self.slot.engine_ns.record(round(engine * PERIOD_NS))
            scoping.took_ns.record(round(scopes * PERIOD_NS))
        scoping.shed += shed
        scoping.measured += 25 - shed
        latest = self.slot.latest
        wanted = latest.counters().dropped + dropped
        while latest.counters().dropped < wanted:  # they come, and nobody takes them
            latest.put(self._frame)
        while latest.counters().depth:
            latest.take(0)
        for output in self.session.outputs[:late]:
            output._writing = Behind()
            output._write_one(self._frame)
        self.clock.advance(NS_PER_SECOND)
        self._load.turn()

    def told(self) -> list[tuple[Link, str]]:
        events = self.session.events.since(0)[0]
        return [(one.link, one.text) for one in events if isinstance(one, Event) and one.subject == SUBJECT]


TOO_SLOW = "this machine is too slow for all of it: {}; fewer outputs, smaller scopes or --scopes 10 help"
OVER = (Link.RUNNING, "this machine keeps up again")


def test_an_engine_that_is_late_for_seconds_is_one_trouble_with_an_end() -> None:
    at = Machine()
    for _ in range(2):
        at.second(engine=1.4, dropped=7)
    assert at.told() == []
    for _ in range(60):
        at.second(engine=1.4, dropped=7)
    ((link, text),) = at.told()
    assert (link, text) == (Link.FAULTED, TOO_SLOW.format("the engine of slot A takes up to 140 % of a picture's time"))
    for _ in range(20):  # it keeps up now and then: that is no end
        for _ in range(4):
            at.second()
        at.second(engine=1.1, dropped=1)
    for _ in range(4):
        at.second()
    assert len(at.told()) == 1
    at.second()
    assert at.told()[1:] == [OVER]


def test_another_cause_is_told_while_it_lasts_and_other_figures_are_not() -> None:
    at = Machine()
    for _ in range(20):
        at.second(engine=1.4, dropped=7)
    for turn in range(30):
        at.second(engine=1.2 + turn / 100, dropped=7, shed=0 if turn % 2 else 24)
    assert len(at.told()) == 2, "it comes and goes each second, and is told once"
    assert "the engine of slot A takes up to 12" in at.told()[1][1]
    assert "; the scopes of slot A are left out;" in at.told()[1][1]
    for _ in range(15):
        at.second(engine=0.6, shed=24)
    assert [text for _, text in at.told()[2:]] == [TOO_SLOW.format("the scopes of slot A are left out")]


def test_pictures_that_come_in_bursts_and_a_moment_that_is_slow_are_no_trouble() -> None:
    at = Machine()
    for _ in range(20):
        at.second(engine=0.4, dropped=2)
    at.second(engine=6.0, dropped=5)  # a look that was made ready
    for _ in range(10):
        at.second()
    assert at.told() == []


def test_an_engine_that_is_late_with_its_scopes_says_both_and_scopes_left_out_count() -> None:
    at = Machine()
    for _ in range(3):
        at.second(engine=0.7, scopes=0.6, dropped=1)
    assert at.told()[0][1] == TOO_SLOW.format(
        "the engine of slot A takes up to 70 % and its scopes up to 60 % of a picture's time"
    )
    for _ in range(5):
        at.second()
    for _ in range(3):
        at.second(engine=0.8, shed=24)
    assert at.told()[2][1] == TOO_SLOW.format("the scopes of slot A are left out")


@pytest.mark.parametrize(
    ("engine", "scopes", "busy"),
    [
        (0.004, 1.4, "the scopes of slot A take up to 140 %"),
        (0.88, 0.04, "the engine of slot A takes up to 88 %"),
        (0.12, 0.84, "the engine of slot A takes up to 12 % and its scopes up to 84 %"),
    ],
)
def test_what_has_no_part_in_it_is_not_named(engine: float, scopes: float, busy: str) -> None:
    at = Machine()
    for _ in range(3):
        at.second(engine=engine, scopes=scopes, dropped=1)
    assert at.told() == [(Link.FAULTED, TOO_SLOW.format(f"{busy} of a picture's time"))]


@pytest.mark.parametrize(("late", "count"), [(1, 0), (2, 1)])
def test_outputs_that_are_all_late_at_once_are_the_machine_and_one_of_them_is_not(
    late: int, count: int, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr("livegrade.session.load.PACED", (Scheme.NULL,))  # NDI need not be installed here
    at = Machine("null:,slot=A", "null:,slot=A", str(tmp_path / "a.mov") + ",slot=A")
    for _ in range(5):
        at.second(late=late)
    assert len(at.told()) == count
    assert all(text == TOO_SLOW.format("all 2 outputs are late") for _, text in at.told())


def test_other_scopes_begin_anew() -> None:
    at = Machine()
    at.second(shed=20)
    at.slot.measure(replace(PLAN, per_second=0))
    at.clock.advance(NS_PER_SECOND)
    at._load.turn()
    at.slot.measure(replace(PLAN, per_second=10))
    for _ in range(3):
        at.second()
    assert at.told() == []
