"""Signals that are not there, break off, fall silent or block: lost, and opened again for as long as it takes."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, SourceKind
from livegrade.color.look import Look
from livegrade.engine.reference import Reference
from livegrade.errors import MediaError, SourceError, UsageError
from livegrade.session import slot as slot_module
from livegrade.session.events import Event, EventLog, Link
from livegrade.session.setup import SlotSetup
from livegrade.session.slot import SlotRunner
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_source
from livegrade.video.format import Matrix
from livegrade.video.frame import Frame

SMALL = "pattern:zoneplate@192x108p50"


class Failing:
    """A signal that cannot be opened for `refusals` times, then gives what `gives` says; notes when it was opened."""

    def __init__(self, clock: FakeClock, refusals: int, gives: list[object]) -> None:
        self.address = "cam"
        self.kind = SourceKind.SIGNAL
        self.notes: tuple[str, ...] = ()
        self.opened_ms: list[int] = []
        self.gives = gives
        self._clock = clock
        self._refusals = refusals
        self.is_open = False

    def open(self) -> None:
        self.opened_ms.append(self._clock.now_ns() // 1_000_000)
        if len(self.opened_ms) > 1 and self._refusals:
            self._refusals -= 1
            raise MediaError("cam", "refused")
        assert not self.is_open
        self.is_open = True

    def read(self) -> object:
        assert self.is_open
        given = self.gives.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    def close(self) -> None:
        self.is_open = False


def test_a_signal_is_opened_again_after_longer_and_longer_pauses(stage, until, frame, monkeypatch) -> None:
    """Fake time: 0.2 s after the loss, then 0.4, 0.8, ... 5, 5 after each refusal."""
    clock, events, done = FakeClock(), EventLog(), threading.Event()
    source = Failing(clock, 7, [frame(0), Ended(1), frame(9)])
    monkeypatch.setattr(slot_module, "open_source", lambda *_: source)
    setup = SlotSetup("A", parse_source("pattern:ramp"), CaptureOptions(), Look())
    slot = SlotRunner(setup, Reference(), clock, [], None, events)
    source.gives.append(NoSignal("over", 0))
    read = source.read

    def last_line_stays() -> object:
        if len(source.gives) == 1:
            done.wait(60)
            return source.gives[0]
        return read()

    source.read = last_line_stays  # type: ignore[method-assign]
    slot.start()
    slot.wait_open()
    slot.go()
    until(lambda: slot.frames_in == 2)
    assert source.opened_ms == [0, 200, 600, 1400, 3000, 6200, 11200, 16200, 21200]
    told = [(event.at_ns // 1_000_000, event.link, event.text) for event in events.since(0)[0]]
    assert told == [
        (0, Link.RUNNING, ""),
        (0, Link.RUNNING, f"signal is {frame(0).format}"),
        (0, Link.LOST, "'pattern:ramp' ended"),
        (200, Link.LOST, "cam: refused"),
        (21200, Link.RUNNING, ""),
    ]
    slot.ask_to_stop()
    done.set()
    slot.join()
    assert not source.is_open


def test_every_change_of_format_is_told_at_once_also_back_to_one_before(stage, until, frame, monkeypatch) -> None:
    clock, events, done = FakeClock(), EventLog(), threading.Event()
    plain = frame(0)
    wide = replace(plain, format=replace(plain.format, matrix=Matrix.BT2020))
    source = Failing(clock, 0, [plain, wide, plain, wide])
    source.gives.append(NoSignal("over", 0))
    read = source.read
    source.read = lambda: read() if len(source.gives) > 1 else (done.wait(60), source.gives[0])[1]  # type: ignore[method-assign]
    monkeypatch.setattr(slot_module, "open_source", lambda *_: source)
    slot = SlotRunner(
        SlotSetup("A", parse_source("pattern:ramp"), CaptureOptions(), Look()), Reference(), clock, [], None, events
    )
    slot.start()
    slot.wait_open()
    slot.go()
    until(lambda: slot.frames_in == 4)
    told = [event.text for event in events.since(0)[0] if isinstance(event, Event) and event.text]
    assert told == [f"signal is {one.format}" for one in (plain, wide, plain, wide)]
    slot.ask_to_stop()
    done.set()
    slot.join()


@pytest.mark.parametrize("kind", [SourceKind.SIGNAL, SourceKind.ENDLESS])
@pytest.mark.parametrize(
    "fault", [RuntimeError("driver died"), SourceError("the device is gone"), Ended(2, "torn off")]
)
def test_what_is_no_file_is_opened_again_and_its_outputs_go_on(
    stage, until, frame, gently, caplog, kind, fault, links
) -> None:
    sink, recording = stage.sink("ndi:kept"), stage.sink("take.mov")
    camera = stage.source("camera", [])
    camera.kind = kind
    session = stage.session(["camera"], ["ndi:kept", "take.mov"])
    camera.script += [gently(session, frame(0)), gently(session, frame(1), lambda: bool(sink.kept)), fault, fault]
    camera.script += [gently(session, frame(index)) for index in (8, 9)]
    hold = threading.Event()
    camera.script += [lambda: hold.wait(60) and NoSignal("the test is over", 0)]
    session.start()
    until(lambda: recording.indices == list(range(10)) and sink.indices[-1] == 9)
    assert session.slots[0].state.link is Link.RUNNING
    assert camera.opens == 3
    assert [link for link, _ in links(session)] == [Link.RUNNING, Link.LOST, Link.RUNNING]
    assert str(fault.early if isinstance(fault, Ended) else fault) in links(session)[1][1]
    assert session.outputs[0].held >= 1
    assert len(sink.opened) == 1
    tracebacks = sum("capture failed" in record.message for record in caplog.records)
    assert tracebacks == isinstance(fault, RuntimeError)
    hold.set()
    session.stop()
    assert [output.state.link for output in session.outputs] == [Link.ENDED, Link.ENDED]
    assert [output.missing for output in session.outputs] == [0, 6]
    assert session.failed


def test_a_read_that_blocks_is_a_loss_and_does_not_hold_up_the_stop(stage, until, frame, gently, links) -> None:
    stage.sink("ndi:kept")
    camera = stage.source("camera", [])
    camera.kind = SourceKind.SIGNAL
    session = stage.session(["camera"], ["ndi:kept"])
    back, never = threading.Event(), threading.Event()

    def blocked(gate: threading.Event, index: int):
        def give() -> Frame:
            gate.wait(60)
            return replace(frame(index), captured_ns=session.clock.now_ns())

        return give

    camera.script += [gently(session, frame(0)), blocked(back, 5), blocked(never, 6)]
    session.start()
    until(lambda: session.slots[0].state.link is Link.LOST)
    assert session.slots[0].state.reason == "'camera' sends no pictures any more"
    until(lambda: session.outputs[0].held >= 2)
    back.set()
    until(lambda: session.slots[0].frames_in == 2 and session.slots[0].state.link is Link.LOST)
    session.stop()
    assert [link for link, _ in links(session)] == [Link.RUNNING, Link.LOST] * 2
    assert not camera.closed  # it is left behind in its read ...
    assert session.slots[0].state.link is Link.LOST
    assert not session.failed
    never.set()
    until(lambda: camera.closed)  # ... and cleans up when that returns


def test_a_signal_that_does_not_answer_holds_nobody_up(stage, until, frame, monkeypatch, links) -> None:
    monkeypatch.setattr(slot_module, "OPEN_PATIENCE_S", 0.1)
    sink, answer = stage.sink("ndi:b,slot=B"), threading.Event()
    camera = stage.source("camera", [frame(0), NoSignal("later", 0)])
    camera.kind = SourceKind.SIGNAL
    opened = camera.open
    camera.open = lambda: answer.wait(60) and opened()  # type: ignore[method-assign, assignment]
    session = stage.session(["camera", SMALL], ["null:", "ndi:b,slot=B"])
    session.start()
    assert links(session) == [(Link.LOST, "'camera' does not answer yet")]
    until(lambda: len(sink.kept) >= 3)
    answer.set()
    until(lambda: session.outputs[0].frames_out >= 1)
    assert links(session)[1] == (Link.RUNNING, "")


def test_a_signal_that_is_not_there_at_the_start_comes_later_unless_it_must_be_there(stage, until, frame) -> None:
    for options in (CaptureOptions(), CaptureOptions(wait=False)):
        camera = stage.source("camera", [frame(0), NoSignal("later", 0)])
        camera.kind = SourceKind.SIGNAL
        camera.open_fault = MediaError("camera", "connection refused")
        session = stage.session(["camera"], ["null:"], options=options)
        if not options.wait:
            with pytest.raises(MediaError, match="connection refused"):
                session.start()
            continue
        session.start()
        until(lambda session=session: session.slots[0].state.link is Link.LOST)
        assert session.slots[0].state.reason == "camera: connection refused"
        assert session.failed
        camera.open_fault = None
        until(lambda session=session: session.outputs[0].frames_out >= 1)
        session.stop()
        assert not session.failed


@pytest.mark.parametrize("fault", [SourceError("this FFmpeg cannot read srt:"), UsageError("no such thing")])
def test_what_will_never_be_there_is_an_error_of_the_start(stage, fault) -> None:
    camera = stage.source("camera", [])
    camera.kind = SourceKind.SIGNAL
    camera.open_fault = fault
    with pytest.raises(type(fault), match=str(fault)):
        stage.session(["camera"], ["null:"]).start()
