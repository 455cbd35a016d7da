"""A session in trouble: whatever fails stays where it is, says so, and the rest goes on."""

from __future__ import annotations

import json
import logging
import sys
import threading
from dataclasses import replace

import pytest

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, SourceKind
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.reference import Reference
from livegrade.errors import MediaError, SinkError, SourceError, UsageError
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import output as output_module
from livegrade.session import slot as slot_module
from livegrade.session.events import EventLog, Link
from livegrade.session.feed import RECORDING_QUEUE
from livegrade.session.report import as_json
from livegrade.session.setup import ScopePlan, SlotSetup
from livegrade.session.slot import SlotRunner
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_source
from livegrade.video.frame import Frame

SMALL = "pattern:zoneplate@192x108p50"
WARM = Look((Cdl(slope=(1.5, 1.0, 0.5), saturation=0.5),))


@pytest.mark.parametrize("where", ["accept", "open", "write", "close"])
def test_an_output_that_fails_says_why_and_the_others_go_on(stage, until, where) -> None:
    broken, good = stage.sink("ndi:broken"), stage.sink("ndi:good")
    broken.faults[where] = SinkError("the cable is out; plug it in")
    broken.at = 2
    session = stage.session([SMALL], ["ndi:broken", "ndi:good"], WARM)
    session.start()
    until(lambda: len(good.kept) >= 6 and (where == "close" or session.outputs[0].is_through))
    session.stop()
    state = session.outputs[0].state
    assert (state.link, state.reason) == (Link.FAULTED, "the cable is out; plug it in")
    assert session.outputs[1].state.link is Link.ENDED
    assert session.failed
    assert [event.text for event in session.events.since(0)[0] if event.subject == "ndi:broken"][-1] == state.reason
    if where != "accept":
        assert broken.calls[-1] == "abort"
    assert "abort" not in good.calls


def test_an_unexpected_exception_in_an_output_is_a_state_and_a_log_entry(stage, until, caplog) -> None:
    broken, good = stage.sink("ndi:broken"), stage.sink("ndi:good")
    broken.faults["write"] = ZeroDivisionError("oops")
    session = stage.session([SMALL], ["ndi:broken", "ndi:good"])
    with caplog.at_level(logging.ERROR):
        session.start()
        until(lambda: session.outputs[0].is_through and len(good.kept) >= 3)
        session.stop()
    assert session.outputs[0].state.reason == "output 'ndi:broken' failed: oops"
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize("fault", [RuntimeError("driver died"), MediaError("clip", "cannot be decoded")])
def test_an_exception_in_a_source_is_a_state_and_the_other_slots_go_on(stage, until, frame, fault) -> None:
    sink = stage.sink("ndi:b,slot=B")
    source = stage.source("bad", [frame(0), frame(1), fault])
    session = stage.session(["bad", SMALL], ["null:", "ndi:b,slot=B"])
    session.start()
    until(lambda: session.slots[0].finished and len(sink.kept) >= 5)
    assert session.slots[0].state.link is Link.FAULTED
    assert str(fault) in session.slots[0].state.reason
    assert source.closed
    assert session.slots[1].state.link is Link.RUNNING
    assert not session.ended
    session.stop()
    assert session.failed


def test_an_exception_in_the_engine_is_said_once_and_the_picture_returns(stage, until, monkeypatch, caplog) -> None:
    sink = stage.sink("ndi:kept")
    session = stage.session([SMALL], ["ndi:kept"], WARM)
    draw = session.slots[0].drawing.draw
    failing = threading.Event()

    def fragile(frame: Frame):
        if failing.is_set():
            raise ArithmeticError("bad frame")
        return draw(frame)

    monkeypatch.setattr(session.slots[0].drawing, "draw", fragile)
    session.start()
    until(lambda: len(sink.kept) >= 2)
    failing.set()
    until(lambda: session.slots[0].state.link is Link.FAULTED)
    count = session.slots[0].frames_in
    until(lambda: session.slots[0].frames_in >= count + 4)
    failing.clear()
    until(lambda: session.slots[0].state.link is Link.RUNNING)
    written = len(sink.kept)
    until(lambda: len(sink.kept) >= written + 3)
    session.stop()
    told = [event.text for event in session.events.since(0)[0] if "bad frame" in event.text]
    assert told == ["engine of slot A failed: bad frame"]
    assert sum("drawing failed" in record.message for record in caplog.records) == 1


def test_scopes_that_fail_say_so_and_the_picture_goes_on(stage, until, monkeypatch, caplog) -> None:
    sink = stage.sink("ndi:kept")
    session = stage.session([SMALL], ["ndi:kept"], scopes=ScopePlan(ScopeRequest()))

    def broken(*args: object) -> None:
        raise ValueError("no such trace")

    monkeypatch.setattr("livegrade.engine.engine.FramePass.measure", broken)
    session.start()
    until(lambda: len(sink.kept) >= 4)
    assert session.slots[0].state.link is Link.RUNNING
    assert session.slots[0].notes == ("scopes stand still: no such trace",)
    assert session.stats().slots[0].notes == session.slots[0].notes
    session.stop()
    assert sum("scopes failed" in record.message for record in caplog.records) == 1


def links(session) -> list[tuple[Link, str]]:
    """What was told of slot A, but for its format."""
    told = session.events.since(0)[0]
    return [(e.link, e.text) for e in told if e.subject == "slot A" and "signal is" not in e.text]


def test_loss_is_a_state_of_the_source_and_the_picture_returns(stage, until, frame, gently) -> None:
    sink = stage.sink("ndi:kept")
    lost = NoSignal("the cable is out", 1)
    camera = stage.source("camera", [])
    session = stage.session(["camera"], ["ndi:kept"])

    def dark() -> NoSignal:
        until(lambda: session.outputs[0].held >= 2)
        return lost

    fast = replace(frame(0).format, rate=Rate.of(100))
    camera.script += [gently(session, frame(index, fast)) for index in range(3)]
    camera.script += [lost, dark, *(gently(session, frame(index, fast)) for index in range(20, 23))]
    session.start()
    until(lambda: session.ended)
    assert links(session) == [
        (Link.RUNNING, ""),
        (Link.LOST, "the cable is out"),
        (Link.RUNNING, ""),
        (Link.ENDED, "ended after 8 frames"),
    ]
    assert sink.indices[-1] == 22
    assert session.slots[0].gaps.missing == 17
    assert session.outputs[0].held >= 2


def test_a_file_that_ends_early_is_a_failure(stage, until, frame) -> None:
    stage.source("clip", [frame(0), Ended(1, "clip: ended early after 1 of 9 pictures: the file is cut off")])
    session = stage.session(["clip"], ["null:"])
    session.start()
    until(lambda: session.ended)
    assert session.failed
    assert "1 of 9" in session.slots[0].state.reason


@pytest.mark.parametrize("fault", [SourceError("there is no such camera"), ZeroDivisionError("driver")])
def test_a_source_that_cannot_be_opened_stops_all_before_anything_is_written(stage, fault, frame) -> None:
    sink = stage.sink("take.mov")
    good = stage.source("good", [frame(index) for index in range(5)])
    stage.source("bad", []).open_fault = fault
    session = stage.session(["good", "bad"], ["take.mov"])
    interval = sys.getswitchinterval()
    with pytest.raises(SourceError, match=str(fault)):
        session.start()
    assert sys.getswitchinterval() == interval
    assert sink.calls == []
    assert good.given == 0
    assert good.closed


def test_ctrl_c_while_a_source_opens_ends_everything(stage, monkeypatch) -> None:
    source = stage.source("slow", [])
    opening = threading.Event()
    source.open = lambda: opening.wait(5)  # type: ignore[method-assign]
    session = stage.session(["slow"], ["null:"])

    def interrupted() -> None:
        opening.set()
        raise KeyboardInterrupt

    monkeypatch.setattr(session.slots[0], "wait_open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        session.start()
    assert source.closed
    assert session.slots[0].finished


def test_a_source_that_never_answers_is_left_behind_with_a_sentence(stage, monkeypatch, until, frame) -> None:
    stuck = threading.Event()
    monkeypatch.setattr(slot_module, "STOP_GRACE_S", 0.05)
    stage.source("fifo", [frame(0), lambda: stuck.wait(10) and Ended(1)])
    session = stage.session(["fifo"], ["null:"])
    session.start()
    until(lambda: session.slots[0].frames_in == 1)
    session.stop()
    assert session.slots[0].state.reason == "slot A did not stop within 0.05 s"
    stuck.set()


def test_a_live_output_that_never_answers_is_left_behind_with_a_sentence(stage, monkeypatch, until) -> None:
    monkeypatch.setattr(output_module, "LIVE_GRACE_S", 0.05)
    sink = stage.sink("ndi:stuck")
    sink.gate = threading.Event()
    session = stage.session([SMALL], ["ndi:stuck"])
    session.start()
    until(lambda: session.outputs[0].counters().dropped > 0)
    assert session.slots[0].state.link is Link.RUNNING
    session.stop()
    assert session.outputs[0].state.reason == "output 'ndi:stuck' did not stop within 0.05 s"


def test_a_stuck_encoder_costs_only_its_own_frames_and_stop_writes_what_waits(stage, until, frame, accounts) -> None:
    recording, live = stage.sink("take.mov"), stage.sink("ndi:live")
    recording.gate = threading.Event()
    count = RECORDING_QUEUE + 10
    made = [frame(index) for index in range(count)]

    def paced(one: Frame):
        def give() -> Frame:
            until(lambda: session.slots[0].latest.counters().taken >= one.index)
            return replace(one, captured_ns=session.clock.now_ns())

        return give

    stage.source("camera", [paced(one) for one in made])
    session = stage.session(["camera"], ["take.mov", "ndi:live"])
    session.start()
    until(lambda: session.slots[0].finished)
    assert session.outputs[0].counters().dropped >= 8
    until(lambda: bool(live.kept))
    stopper = threading.Thread(target=session.stop)
    stopper.start()
    assert recording.kept == []
    recording.gate.set()
    stopper.join(10)
    assert not stopper.is_alive()
    assert recording.indices == list(range(len(recording.kept)))
    assert len(recording.kept) >= RECORDING_QUEUE
    assert recording.calls == ["open", "close"]
    accounts(session)


def test_stop_while_a_source_waits(stage, until) -> None:
    gate = threading.Event()

    def dark() -> NoSignal:
        gate.wait(0.05)
        return NoSignal("nobody sends", 0)

    source = stage.source("camera", [dark] * 1000)
    session = stage.session(["camera"], ["null:", "ndi:none"] if stage.sink("ndi:none") else [])
    session.start()
    until(lambda: session.slots[0].state.link is Link.LOST)
    session.stop()
    assert source.closed
    assert source.script
    assert session.stats().slots[0].reason == "nobody sends"
    assert stage.sinks["ndi:none"].calls == ["close"]


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


@pytest.mark.parametrize("kind", [SourceKind.SIGNAL, SourceKind.ENDLESS])
@pytest.mark.parametrize(
    "fault", [RuntimeError("driver died"), SourceError("the device is gone"), Ended(2, "torn off")]
)
def test_what_is_no_file_is_opened_again_and_its_outputs_go_on(
    stage, until, frame, gently, caplog, kind, fault
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
    until(lambda: recording.indices == [0, 1, 8, 9] and sink.indices[-1] == 9)
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
    assert not session.failed


def test_a_read_that_blocks_is_a_loss_and_does_not_hold_up_the_stop(stage, until, frame, gently) -> None:
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
    until(lambda: [link for link, _ in links(session)] == [Link.RUNNING, Link.LOST] * 2)
    session.stop()
    assert not camera.closed  # it is left behind in its read ...
    assert session.slots[0].state.link is Link.LOST
    assert not session.failed
    never.set()
    until(lambda: camera.closed)  # ... and cleans up when that returns


def test_a_signal_that_does_not_answer_holds_nobody_up(stage, until, frame, monkeypatch) -> None:
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


def test_everything_at_once_and_the_statistics_are_written(stage, until, monkeypatch, frame, caplog) -> None:
    """The source raises, one frame cannot be drawn, scopes fail, one sink hangs and one fails: the others go on."""
    monkeypatch.setattr(output_module, "LIVE_GRACE_S", 0.05)
    good, hung, broken = stage.sink("ndi:good"), stage.sink("ndi:hung"), stage.sink("ndi:broken")
    hung.gate = threading.Event()
    broken.faults["write"] = ZeroDivisionError("oops")
    camera = stage.source("camera", [])
    camera.kind = SourceKind.SIGNAL
    session = stage.session(["camera"], ["ndi:good", "ndi:hung", "ndi:broken"], scopes=ScopePlan(ScopeRequest()))
    draw = session.slots[0].drawing.draw

    def fragile(made: Frame) -> object:
        if made.index == 3:
            raise ArithmeticError("bad frame")
        return draw(made)

    def failing_scopes(*args: object) -> None:
        raise ValueError("no such trace")

    monkeypatch.setattr(session.slots[0].drawing, "draw", fragile)
    monkeypatch.setattr("livegrade.engine.engine.FramePass.measure", failing_scopes)
    count = iter(range(10**9))

    def camera_line() -> Frame:
        index = next(count)
        camera.script.append(camera_line)
        until(lambda: session.slots[0].latest.counters().depth == 0)
        if index == 6:
            raise OSError("bus reset")
        return replace(frame(index), captured_ns=session.clock.now_ns())

    camera.script.append(camera_line)
    session.start()
    until(lambda: session.outputs[2].is_through and bool(good.kept) and good.indices[-1] > 20)
    session.stop()
    stats = json.loads(as_json(session.stats()))
    assert stats["slots"][0]["notes"] == ["scopes stand still: no such trace"]
    assert [(sink["state"], sink["reason"]) for sink in stats["sinks"]] == [
        ("ended", f"{len(good.kept)} frames written"),
        ("faulted", "output 'ndi:hung' did not stop within 0.05 s"),
        ("faulted", "output 'ndi:broken' failed: oops"),
    ]
    texts = [text for _, text in links(session)]
    assert "engine of slot A failed: bad frame" in texts
    assert "source of slot A failed: bus reset" in texts
    assert camera.opens == 2
