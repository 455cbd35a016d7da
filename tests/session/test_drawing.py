"""What the engine thread does with a frame, called on one thread: the look in force, and who gets a picture."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.reference import Reference
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import EngineError, FormatError, PoolExhaustedError, UsageError
from livegrade.session.drawing import Drawing
from livegrade.session.events import EventLog, Link, State
from livegrade.session.feed import LIVE_BUFFERS, RECORDING_QUEUE
from livegrade.session.output import OutputRunner
from livegrade.session.setup import SinkSetup
from livegrade.timing.clock import FakeClock, MonotonicClock
from livegrade.transport.address import parse_sink
from livegrade.video.format import Range
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))
COLD = Look((Cdl(slope=(0.8, 1.0, 1.2)),))
FORM_BROKEN = "this look cannot be compiled"


class BrokenLook(Look):
    """A look whose slot form cannot be made. `when`: called first, as if something happened in the meantime."""

    when: Callable[[], None] | None = None

    def slots(self, bypass: bool = False):
        if BrokenLook.when is not None:
            BrokenLook.when()
        raise EngineError(FORM_BROKEN)


class CountingReference(Reference):
    def __init__(self) -> None:
        self.grades = 0

    def grade(self, picture, program, into):
        self.grades += 1
        super().grade(picture, program, into)


@pytest.fixture
def output(stage):
    def make(address: str = "null:", view: View = GRADED) -> OutputRunner:
        return OutputRunner(SinkSetup(parse_sink(address), "A", view), FakeClock(), EventLog(), overwrite=False)

    return make


def graded(frame: Frame, look: Look) -> bytes:
    return Engine(Reference()).take(frame, look).output(Wanted(GRADED, frame.format)).data.tobytes()


def shown(drawing: Drawing) -> list[bytes]:
    return [picture.data.tobytes() for picture in drawing.last[1:]]


def test_the_look_of_now_is_in_the_next_frame(output, frame) -> None:
    drawing = Drawing(Reference(), [output()], WARM)
    for index, look in enumerate((WARM, COLD, Look(), WARM)):
        drawing.look = look
        made = frame(index)
        drawing.draw(made)
        assert shown(drawing) == [graded(made, look)]
        assert drawing.last[1].look_id == look.id


def test_the_view_of_now_is_in_the_next_frame(output, frame) -> None:
    out = output()
    drawing = Drawing(Reference(), [out], WARM)
    drawing.draw(frame(0))
    assert shown(drawing) == [graded(frame(0), WARM)]
    out.view = View(ViewKind.SOURCE)
    made = frame(1)
    drawing.draw(made)
    assert drawing.last[1] is made


def test_a_view_that_changes_at_any_moment_is_whole_in_every_frame(output, frame, stage, monkeypatch) -> None:
    """The view changes at every look at it: format and drawing are those of one view all the same."""
    stage.sink("ndi:legal").accept = lambda source: replace(source, layout=layout("p216"), range=Range.LEGAL)
    out, other = output("ndi:legal"), output("ndi:legal")
    views = itertools.cycle((GRADED, View(ViewKind.SOURCE), View(ViewKind.BYPASS)))
    monkeypatch.setattr(OutputRunner, "view", property(lambda self: next(views)), raising=False)
    drawing = Drawing(Reference(), [out, other], WARM)
    full = replace(frame(0).format, range=Range.FULL)
    for index in range(9):
        made = frame(index, full)
        drawing.draw(made)
        engine = Engine(Reference()).take(made, WARM)
        for number, picture in enumerate(drawing.last[1:]):
            view = (GRADED, View(ViewKind.SOURCE), View(ViewKind.BYPASS))[(2 * index + number) % 3]
            wanted = Wanted(view, view.format(full, out.format_for(full), WARM))
            assert picture.format == wanted.format
            assert picture.data.tobytes() == engine.output(wanted).data.tobytes()


def test_a_look_that_cannot_be_compiled_leaves_the_last_good_one(output, frame) -> None:
    drawing = Drawing(Reference(), [output()], WARM)
    drawing.draw(frame(0))
    drawing.look = BrokenLook(name="broken")
    for index in (1, 2):
        drawing.draw(frame(index))
        assert shown(drawing) == [graded(frame(index), WARM)]
        assert FORM_BROKEN in drawing.refused
    drawing.look = COLD
    drawing.draw(frame(3))
    assert shown(drawing) == [graded(frame(3), COLD)]
    assert drawing.refused == ""


def test_a_first_look_that_cannot_be_compiled_leaves_the_picture_as_it_is(output, frame) -> None:
    drawing = Drawing(Reference(), [output()], BrokenLook())
    drawing.draw(frame(0))
    assert shown(drawing) == [frame(0).data.tobytes()]
    assert FORM_BROKEN in drawing.refused


def test_a_look_set_while_another_fails_is_not_lost(output, frame, monkeypatch) -> None:
    drawing = Drawing(Reference(), [output()], BrokenLook())
    monkeypatch.setattr(BrokenLook, "when", lambda: setattr(drawing, "look", COLD))
    drawing.draw(frame(0))
    assert shown(drawing) == [graded(frame(0), Look())]
    drawing.draw(frame(1))
    assert shown(drawing) == [graded(frame(1), COLD)]


def test_equal_views_are_rendered_once_however_many_show_them(output, frame) -> None:
    backend = CountingReference()
    outputs = [output(), output(), output(view=View(ViewKind.SOURCE)), output()]
    Drawing(backend, outputs, WARM).draw(frame(0))
    assert backend.grades == 1
    assert [out.counters().put for out in outputs] == [1, 1, 1, 1]


def test_an_output_that_cannot_show_the_source_is_given_up_and_the_others_get_their_picture(
    output, frame, stage
) -> None:
    stage.sink("ndi:odd").faults["accept"] = UsageError("ndi:odd: needs an even width")
    outputs = [output("ndi:odd"), output()]
    drawing = Drawing(Reference(), outputs, WARM)
    drawing.draw(frame(0))
    assert shown(drawing) == [graded(frame(0), WARM)]
    assert (outputs[0].state.link, outputs[0].state.reason) == (Link.FAULTED, "ndi:odd: needs an even width")
    drawing.draw(frame(1))
    assert outputs[1].counters().put == 2


def test_a_frame_that_cannot_be_drawn_for_one_output_is_a_state_that_passes(output, frame, monkeypatch) -> None:
    out, other = output(), output(view=View(ViewKind.SOURCE))
    drawing = Drawing(Reference(), [out, other], WARM)
    drawing.draw(frame(0))

    def exhausted(self: Engine, format: object) -> None:
        raise PoolExhaustedError("all buffers are held")

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "lease", exhausted)
        drawing.draw(frame(1))
    assert (out.state.link, out.state.reason, out.skipped) == (Link.LOST, "all buffers are held", 1)
    assert other.counters().put == 2
    drawing.draw(frame(2))
    assert out.state.link is Link.RUNNING
    assert out.counters().put == 2


def test_a_picture_that_is_held_because_none_can_be_drawn_is_lost_all_the_time_and_shown_as_such(
    stage, until, frame, monkeypatch
) -> None:
    clock, events = MonotonicClock(), EventLog()
    out = OutputRunner(SinkSetup(parse_sink("null:,on-loss=black"), "A", GRADED), clock, events, overwrite=False)
    drawing = Drawing(Reference(), [out], WARM)

    def exhausted(self: Engine, format: object) -> None:
        raise PoolExhaustedError("all buffers are held")

    def draw_once(index: int) -> None:
        drawing.draw(replace(frame(index), captured_ns=clock.now_ns()))

    indices = itertools.count()
    out.start()
    try:
        draw_once(next(indices))
        until(lambda: out.state.link is Link.RUNNING)
        with monkeypatch.context() as patch:
            patch.setattr(Engine, "lease", exhausted)
            until(lambda: draw_once(next(indices)) or out.held >= 3)
        assert out.state == State(Link.LOST, "all buffers are held")
        until(lambda: draw_once(next(indices)) or out.state.link is Link.RUNNING)
    finally:
        out.ask_to_stop()
        out.join()
    told = [event.link for event in events.since(0)[0]]
    assert told == [Link.RUNNING, Link.LOST, Link.RUNNING, Link.ENDED]


def test_another_format_is_drawn_in_that_format_with_the_same_look(output, frame) -> None:
    out = output()
    drawing = Drawing(Reference(), [out], WARM)
    drawing.draw(frame(0))
    larger = replace(frame(0).format, width=192, height=12)
    drawing.draw(frame(1, larger))
    assert drawing.last[1].format == larger
    assert shown(drawing) == [graded(frame(1, larger), WARM)]


def test_a_format_that_the_look_cannot_do_falls_back_step_by_step(output, frame) -> None:
    class OnlyV210(Reference):
        def compile(self, slots, source, target):
            if source.layout.name != "v210" and not slots.is_identity:
                raise FormatError("no looks in this layout")
            return super().compile(slots, source, target)

    drawing = Drawing(OnlyV210(), [output()], WARM)
    drawing.draw(frame(0))
    drawing.draw(frame(1, frame(0).format.with_layout(layout("p216"))))
    assert "no looks in this layout" in drawing.refused
    assert shown(drawing) == [frame(1, frame(0).format.with_layout(layout("p216"))).data.tobytes()]
    drawing.draw(frame(2))
    assert shown(drawing) == [graded(frame(2), WARM)]


def test_buffers_cover_what_all_outputs_may_hold(output, tmp_path) -> None:
    outputs = [output(), output(), output(str(tmp_path / "a.mov"))]
    drawing = Drawing(Reference(), outputs, WARM)
    assert drawing._engine._buffers >= 3 * LIVE_BUFFERS + RECORDING_QUEUE
