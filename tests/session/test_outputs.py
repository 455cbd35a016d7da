"""Outputs that come and go in a running session, whose frames are drawn by hand: every picture is accounted for."""

from __future__ import annotations

import threading

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.view import GRADED
from livegrade.errors import SinkError, UsageError
from livegrade.session.events import Link
from livegrade.session.setup import SinkSetup
from livegrade.transport.address import parse_sink

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))


def setup(text: str) -> SinkSetup:
    address = parse_sink(text)
    return SinkSetup(address, address.slot, GRADED)


@pytest.fixture
def running(stage, frame):
    """A recording of a slot that somebody draws for; `draw` brings so many frames more."""
    one = stage.sink("one.mov")
    session = stage.session(["pattern:ramp@96x8p25"], ["one.mov"], WARM)
    session.outputs[0].start()
    drawn: list[int] = []

    def draw(frames: int) -> None:
        for _ in range(frames):
            session.slot("A").drawing.draw(frame(len(drawn)))
            drawn.append(len(drawn))

    yield session, one, draw
    session.stop()
    session.outputs[0].join()
    assert one.indices == drawn  # it has noticed nothing


def test_an_output_comes_and_goes_and_the_others_do_not_notice(running, stage, until) -> None:
    session, _, draw = running
    two = stage.sink("two.mov")
    draw(5)
    output = session.add_output(setup("two.mov"))
    assert (output.number, session.output(2)) == (2, output)
    draw(5)
    session.remove_output(2)
    draw(5)
    assert two.indices == [5, 6, 7, 8, 9]  # finished before it went
    assert two.calls[-1] == "close"
    assert [one.number for one in session.outputs] == [1]
    assert not session.failed
    assert session.add_output(setup("two.mov")).number == 3


def test_an_output_that_fails_while_it_comes_is_not_there(running, stage) -> None:
    session, _, draw = running
    sink = stage.placed_sink("ndi:two")
    sink.faults["prepare"] = SinkError("the name is taken")
    draw(2)
    with pytest.raises(SinkError, match="the name is taken"):
        session.add_output(setup("ndi:two"))
    draw(2)
    assert len(session.outputs) == 1


def test_an_output_has_a_place_of_its_own(running) -> None:
    session, _, _ = running
    with pytest.raises(UsageError, match="would be written twice"):
        session.add_output(setup("one.mov"))
    with pytest.raises(UsageError, match="there is no slot B"):
        session.add_output(setup("null:,slot=B"))
    with pytest.raises(UsageError, match="there is no output 2, only 1"):
        session.remove_output(2)


def test_one_that_was_not_whole_when_it_went_is_not_forgotten(running, stage, until) -> None:
    session, _, draw = running
    two = stage.sink("two.mov")
    two.faults["write"] = SinkError("the disk is full")
    output = session.add_output(setup("two.mov"))
    draw(1)
    until(lambda: output.state.link is Link.FAULTED)
    session.remove_output(2)
    assert session.failed


def test_there_is_room_for_the_pictures_of_every_output_that_comes(running, stage) -> None:
    session, _, draw = running
    sinks = [stage.sink(f"{name}.mov") for name in "abc"]
    for sink in sinks:
        sink.gate = threading.Event()
        session.add_output(setup(sink.address))
    draw(24)  # as many as may wait for an encoder, four times
    for sink in sinks:
        sink.gate.set()
    for number in (2, 3, 4):
        session.remove_output(number)
    assert all(sink.indices == list(range(24)) for sink in sinks)
