"""A session in trouble: whatever fails stays where it is, says so, and the rest goes on."""

from __future__ import annotations

import json
import logging
import sys
import threading
from dataclasses import replace

import pytest

from livegrade.capture.source import Ended, NoSignal, SourceKind
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import MediaError, SinkError, SourceError
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import output as output_module
from livegrade.session import slot as slot_module
from livegrade.session.events import Link
from livegrade.session.feed import RECORDING_QUEUE
from livegrade.session.report import as_json
from livegrade.session.setup import ScopePlan
from livegrade.timing.rate import Rate
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
    assert [event.text for event in session.events.since(0)[0] if getattr(event, "subject", "") == "ndi:broken"][
        -1
    ] == state.reason
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


def test_an_output_that_cannot_even_be_given_up_leaves_no_stray(stage, until, monkeypatch, caplog) -> None:
    broken, good = stage.sink("take.mov"), stage.sink("ndi:good")
    broken.faults["write"] = SinkError("the disk is full")

    def abort() -> None:
        raise ZeroDivisionError("oops")

    strays: list[object] = []
    broken.abort = abort  # type: ignore[method-assign]
    monkeypatch.setattr(threading, "excepthook", strays.append)
    session = stage.session([SMALL], ["take.mov", "ndi:good"])
    session.start()
    until(lambda: session.outputs[0].is_through and len(good.kept) >= 3)
    session.stop()
    assert (session.outputs[0].state.link, session.outputs[0].state.reason) == (Link.FAULTED, "the disk is full")
    assert strays == []
    assert any("could not be given up" in record.message for record in caplog.records)


def test_a_source_does_not_wait_for_an_engine_that_is_gone(stage, until, monkeypatch, frame) -> None:
    dead = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda stray: None)
    stage.source("clip", [frame(0), lambda: dead.wait(60) and frame(1)])
    session = stage.session(["clip"], ["null:"])

    def die(frame: Frame) -> None:
        dead.set()
        raise SystemExit

    monkeypatch.setattr(session.slots[0], "_draw_one", die)
    session.start()
    until(session.slots[0]._captured.is_set)
    session.stop()
    assert session.slots[0].finished
    assert session.slots[0].frames_in == 2


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


def test_loss_is_a_state_of_the_source_and_the_picture_returns(stage, until, frame, gently, links) -> None:
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


def test_everything_at_once_and_the_statistics_are_written(stage, until, monkeypatch, frame, caplog, links) -> None:
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


def test_a_session_whose_outputs_have_all_failed_is_over_and_one_that_shows_a_picture_is_not(stage, until) -> None:
    take, show = stage.sink("take.mov"), stage.sink("ndi:kept")
    take.faults["write"] = SinkError("take.mov: the disk is full")
    session = stage.session([SMALL], ["take.mov", "ndi:kept"])
    session.start()
    until(lambda: session.outputs[0].state.link is Link.FAULTED and len(show.kept) >= 3)
    assert not session.ended
    show.faults["write"] = SinkError("ndi:kept: the network is gone")
    until(lambda: session.ended)
    assert session.slots[0].state.link is Link.RUNNING
    session.stop()
    assert session.failed


def test_a_session_without_outputs_measures_on(stage, until) -> None:
    session = stage.session([SMALL], [])
    session.start()
    until(lambda: session.slots[0].frames_in >= 3)
    assert not session.ended
