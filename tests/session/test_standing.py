"""Where an output stands: what is told once, what is final, and since when its picture is not live."""

from __future__ import annotations

import pytest

from livegrade.session.events import EventLog, Link
from livegrade.session.loss import LossPicture
from livegrade.session.standing import Standing
from livegrade.session.watch import LEAST_NS
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import OnLoss


class Output:
    def __init__(self) -> None:
        self.clock = FakeClock(1000)
        self.events = EventLog()
        self.loss = LossPicture(OnLoss.HOLD)
        self.standing = Standing("ndi:village", self.loss, self.clock, self.events)

    @property
    def told(self) -> list[tuple[Link, str]]:
        return [(event.link, event.text) for event in self.events.since(0)[0]]


@pytest.fixture
def output() -> Output:
    return Output()


def test_a_state_is_told_once_and_a_loss_for_each_reason(output) -> None:
    for link, reason in ((Link.RUNNING, ""), (Link.RUNNING, ""), (Link.LOST, "a"), (Link.LOST, "a"), (Link.LOST, "b")):
        output.standing.enter(link, reason)
    assert output.told == [(Link.RUNNING, ""), (Link.LOST, "a"), (Link.LOST, "b")]


@pytest.mark.parametrize("last", [Link.FAULTED, Link.ENDED])
def test_what_is_final_stays(output, last) -> None:
    output.standing.enter(last, "over")
    output.standing.enter(Link.RUNNING)
    output.standing.undrawn("no program")
    output.standing.arrived()
    assert (output.standing.state.link, output.standing.state.reason) == (last, "over")
    assert output.standing.is_through
    assert len(output.told) == 1


def test_one_frame_that_cannot_be_drawn_is_no_loss_of_the_picture(output) -> None:
    output.standing.undrawn("no program")
    assert output.loss.since_ns is None
    assert output.standing.state.link is Link.LOST
    output.standing.arrived()  # the one before, held
    assert output.standing.state.link is Link.LOST
    output.clock.advance(LEAST_NS)
    output.standing.undrawn("no program")
    assert output.loss.since_ns == 1000
    output.standing.drawn()
    assert output.loss.since_ns is None
    assert output.standing.state.link is Link.RUNNING


def test_the_picture_is_not_live_since_the_first_of_its_losses(output) -> None:
    output.standing.lose(500)
    output.standing.undrawn("no program")
    output.clock.advance(LEAST_NS)
    output.standing.undrawn("no program")
    assert output.loss.since_ns == 500
    output.standing.lose(None)
    assert output.loss.since_ns == 1000


def test_notes_are_told_once_and_a_remark_stays_with_the_state(output) -> None:
    output.standing.enter(Link.RUNNING)
    output.standing.note(("free", "tags"))
    output.standing.note(("tags", "late"))
    output.standing.remark("goes on in a second file")
    assert [text for _, text in output.told] == ["", "free", "tags", "late", "goes on in a second file"]
    assert output.standing.state.reason == "goes on in a second file"
