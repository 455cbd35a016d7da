"""What a slot says of its picture: each state once, and outputs that know since when theirs is not live."""

from __future__ import annotations

import pytest

from livegrade.capture.source import SourceKind
from livegrade.session.events import EventLog, Link, State
from livegrade.session.signal import WAIT_NS, SlotSignal
from livegrade.timing.clock import FakeClock

MS = 1_000_000
PERIOD = 40 * MS


class Listening:
    """An output that only hears."""

    def __init__(self) -> None:
        self.heard: list[int | None] = []

    def lose(self, since_ns: int | None) -> None:
        self.heard.append(since_ns)


class Desk:
    def __init__(self, kind: SourceKind = SourceKind.SIGNAL) -> None:
        self.clock = FakeClock()
        self.events = EventLog()
        self.output = Listening()
        self.signal = SlotSignal("A", "cam", kind, [self.output], self.clock, self.events)  # type: ignore[list-item]
        self.signal.expect()

    def run(self, pictures: int) -> None:
        for _ in range(pictures):
            self.clock.advance(PERIOD)
            self.signal.arrived(PERIOD)

    def wait(self, duration_ns: int) -> None:
        """The engine thread with nothing to do."""
        until = self.clock.now_ns() + duration_ns
        while (now := self.clock.now_ns()) < until:
            self.clock.advance(min(self.signal.look(), until - now))
        self.signal.look()

    def links(self) -> list[tuple[int, Link, str]]:
        return [(event.at_ns // MS, event.link, event.text) for event in self.events.since(0)[0]]


def test_silence_is_a_loss_since_the_last_picture_and_the_picture_returns() -> None:
    desk = Desk()
    desk.run(5)
    desk.wait(5000 * MS)
    assert desk.signal.state == State(Link.LOST, "'cam' sends no pictures any more")
    desk.run(1)
    assert desk.links() == [
        (40, Link.RUNNING, ""),
        (200 + 140, Link.LOST, "'cam' sends no pictures any more"),
        (5240, Link.RUNNING, ""),
    ]
    assert desk.output.heard == [None, 200 * MS, None]


def test_a_signal_that_never_comes_is_lost_after_a_second() -> None:
    desk = Desk()
    desk.wait(3000 * MS)
    assert desk.links() == [(1020, Link.LOST, "'cam' has not sent a picture yet")]
    assert desk.output.heard == [0]


def test_what_the_source_says_is_said_and_the_loss_keeps_its_beginning() -> None:
    desk = Desk()
    desk.run(2)
    desk.wait(200 * MS)
    desk.signal.lose("the cable is out", desk.clock.now_ns())
    desk.signal.lose("the cable is out", desk.clock.now_ns())
    assert desk.signal.state.reason == "the cable is out"
    assert desk.output.heard == [None, 80 * MS, 80 * MS]
    assert len(desk.links()) == 3


@pytest.mark.parametrize("kind", [SourceKind.FILE, SourceKind.ENDLESS])
def test_what_is_slow_or_paused_is_not_lost(kind) -> None:
    desk = Desk(kind)
    desk.run(3)
    desk.wait(60_000 * MS)
    desk.run(1)
    assert [link for _, link, _ in desk.links()] == [Link.RUNNING]


def test_nothing_is_looked_for_before_anybody_reads() -> None:
    clock, events = FakeClock(), EventLog()
    signal = SlotSignal("A", "cam", SourceKind.SIGNAL, [], clock, events)
    clock.advance(60_000 * MS)
    assert signal.look() == WAIT_NS
    assert signal.state.link is Link.STARTING


@pytest.mark.parametrize("link", [Link.ENDED, Link.FAULTED])
def test_the_end_is_final(link) -> None:
    desk = Desk()
    desk.run(1)
    desk.signal.finish(link, "it is over")
    desk.wait(1000 * MS)
    desk.signal.lose("late", 0)
    desk.signal.arrived(PERIOD)
    desk.signal.finish(Link.FAULTED, "later")
    assert desk.signal.state == State(link, "it is over")
    assert desk.signal.is_over


def test_one_picture_that_cannot_be_drawn_is_no_loss_and_many_are() -> None:
    desk = Desk()
    desk.run(2)
    assert desk.signal.stumbled("bad frame")
    desk.signal.drawn()
    assert None in desk.output.heard
    assert {since for since in desk.output.heard if since is not None} == set()
    began = desk.clock.now_ns()
    said = []
    for _ in range(5):
        said.append(desk.signal.stumbled("bad frames"))
        desk.run(1)
    assert said == [True, False, False, False, False]
    assert desk.signal.state == State(Link.FAULTED, "bad frames")
    assert desk.output.heard[-1] == began
    desk.signal.drawn()
    assert desk.output.heard[-1] is None
    assert desk.signal.state == State(Link.RUNNING)


def test_a_loss_while_nothing_can_be_drawn_is_still_a_loss_afterwards() -> None:
    desk = Desk()
    desk.run(2)
    for _ in range(5):
        desk.signal.stumbled("bad frames")
        desk.clock.advance(PERIOD)
    desk.signal.lose("gone", desk.clock.now_ns())
    desk.signal.drawn()
    assert desk.signal.state == State(Link.LOST, "gone")
    assert desk.output.heard[-1] == desk.clock.now_ns()
