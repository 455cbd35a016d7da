"""A look or a view changes while frames go by: who pays for it, and what is on the monitors meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.engine import lattices
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import LivegradeError
from livegrade.session.drawing import Drawing
from livegrade.session.events import EventLog
from livegrade.session.output import OutputRunner
from livegrade.session.setup import SinkSetup
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_sink
from livegrade_shaders import _native


class WatchedNative(Native):
    """The backend itself; `compiles`: the threads that compiled. A compile waits while `held` is set up to."""

    def __init__(self) -> None:
        super().__init__(2)
        self.compiles: list[int] = []
        self.held: threading.Event | None = None
        self.entered = threading.Event()

    def compile(self, slots, source, target):
        self.compiles.append(threading.get_ident())
        self.entered.set()
        if self.held is not None:
            assert self.held.wait(30)
        return super().compile(slots, source, target)


def lut(size: int, power: float) -> Lut3d:
    axis = np.linspace(0.0, 1.0, size) ** power
    return Lut3d(Samples(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)))


OLD, NEW = Look((lut(17, 1.2),)), Look((Cdl(slope=(1.1, 1.0, 0.9)), lut(65, 0.8)))


@pytest.fixture
def outputs(stage) -> list[OutputRunner]:
    def output(view: View) -> OutputRunner:
        return OutputRunner(SinkSetup(parse_sink("null:"), "A", view), FakeClock(), EventLog(), overwrite=False)

    return [output(GRADED), output(View(ViewKind.BYPASS))]


def counting(made: list[str], real, name: str):
    def make(*arguments):
        made.append(name)
        return real(*arguments)

    return make


def on_a_thread(work) -> int:
    """Runs `work` on a thread of its own to its end and passes on what it raised; the thread's number."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    ident = thread.ident
    thread.join()
    if failed:
        raise failed[0]
    assert ident is not None
    return ident


def shown(drawing: Drawing) -> list[bytes]:
    return [picture.data.tobytes() for picture in drawing.last[1:]]


def expected(backend: Native, frame, look: Look) -> list[bytes]:
    work = Engine(backend).take(frame, look)
    views = (GRADED, View(ViewKind.BYPASS))
    return [work.output(Wanted(view, frame.format)).data.tobytes() for view in views]


def test_the_thread_that_sets_a_look_compiles_it_and_the_one_that_draws_does_not(outputs, frame) -> None:
    backend = WatchedNative()
    drawing = Drawing(backend, outputs, OLD)
    drawing.draw(frame(0))
    backend.compiles.clear()
    setter = on_a_thread(lambda: setattr(drawing, "look", NEW))
    assert backend.compiles == [setter] * 2
    drawing.draw(frame(1))
    assert backend.compiles == [setter] * 2
    assert shown(drawing) == expected(Native(2), frame(1), NEW)


def test_frames_have_the_old_look_until_the_new_one_is_ready(outputs, frame) -> None:
    backend = WatchedNative()
    drawing = Drawing(backend, outputs, OLD)
    drawing.draw(frame(0))
    backend.held = threading.Event()
    backend.entered.clear()
    setter = threading.Thread(target=lambda: setattr(drawing, "look", NEW))
    setter.start()
    assert backend.entered.wait(30)
    drawing.draw(frame(1))
    assert shown(drawing) == expected(Native(2), frame(1), OLD)
    backend.held.set()
    setter.join()
    drawing.draw(frame(2))
    assert shown(drawing) == expected(Native(2), frame(2), NEW)


def test_the_look_set_last_is_shown_though_the_one_before_takes_longer(outputs, frame) -> None:
    backend = WatchedNative()
    drawing = Drawing(backend, outputs, OLD)
    drawing.draw(frame(0))
    backend.held = held = threading.Event()
    backend.entered.clear()
    slow = threading.Thread(target=lambda: setattr(drawing, "look", NEW))
    slow.start()
    assert backend.entered.wait(30)
    backend.held = None
    last = Look((Cdl(offset=(0.1, 0.0, 0.0)),))
    drawing.look = last
    held.set()
    slow.join()
    drawing.draw(frame(1))
    assert drawing.last[1].look_id == last.id


def test_a_view_is_compiled_by_the_thread_that_sets_it(outputs, frame) -> None:
    backend = WatchedNative()
    drawing = Drawing(backend, outputs[:1], OLD)
    drawing.draw(frame(0))
    backend.compiles.clear()
    view = View(ViewKind.BYPASS, calibration=NEW)
    setter = on_a_thread(lambda: drawing.prepare_view(outputs[0], view))
    outputs[0].view = view
    drawing.draw(frame(1))
    assert backend.compiles == [setter] * 2


def test_a_new_format_is_compiled_when_it_comes(outputs, frame) -> None:
    backend = WatchedNative()
    drawing = Drawing(backend, outputs, OLD)
    drawing.draw(frame(0))
    drawing.look = NEW
    backend.compiles.clear()
    engine = on_a_thread(lambda: drawing.draw(frame(1, replace(frame(0).format, width=192))))
    assert backend.compiles == [engine] * 2


def test_a_turned_wheel_finds_its_lattice_and_its_curves(outputs, frame, monkeypatch) -> None:
    """50 turns of slope, offset and saturation before an unchanged LUT: no lattice and no curve is made again."""
    made: list[str] = []
    for module, name in ((_native, "FixedCurve"), (lattices, "_fixed")):
        monkeypatch.setattr(module, name, counting(made, getattr(module, name), name))
    backend, table = Native(2), lut(65, 0.8)
    drawing = Drawing(backend, outputs, OLD)

    def turn(step: int) -> None:
        slope = 1.0 + step / 500
        wheel = Cdl((slope, 1.0, 0.9), (step / 5000, 0.0, 0.0), (1.1, 0.9, 1.0), 1.1 + step / 1000)
        drawing.look = Look((wheel, table))
        drawing.draw(frame(step + 1))
        assert drawing.look_path is not None
        assert drawing.look_path.startswith("int16")

    turn(0)
    first = len(made)
    assert set(made) == {"FixedCurve", "_fixed"}
    for step in range(1, 50):
        turn(step)
    assert len(made) == first


def test_what_cannot_be_compiled_for_a_view_is_told_to_who_sets_it(outputs, frame) -> None:
    class NoBypass(Native):
        def compile(self, slots, source, target):
            if slots.is_identity:
                raise LivegradeError("no such view here")
            return super().compile(slots, source, target)

    drawing = Drawing(NoBypass(2), outputs[:1], Look((Cdl(slope=(2.0, 1.0, 1.0)),)))
    drawing.draw(frame(0))
    with pytest.raises(LivegradeError, match="no such view here"):
        drawing.prepare_view(outputs[0], View(ViewKind.BYPASS))
