"""A whole session with its threads: what goes in comes out, whole, and whatever fails stays where it is."""

from __future__ import annotations

import json
import logging
import sys
import threading
from dataclasses import replace
from fractions import Fraction

import pytest

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, open_source
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.select import choose
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import MediaError, SinkError, SourceError, UsageError
from livegrade.scopes.measure import ScopeRequest, Tap
from livegrade.session import output as output_module
from livegrade.session import slot as slot_module
from livegrade.session.events import Link
from livegrade.session.feed import RECORDING_QUEUE
from livegrade.session.report import as_json, one_line
from livegrade.session.setup import ScopePlan
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_source
from livegrade.video.frame import Frame

SMALL = "pattern:zoneplate@192x108p50"
SOURCE_VIEW = View(ViewKind.SOURCE)
WARM = Look((Cdl(slope=(1.5, 1.0, 0.5), saturation=0.5),))
COLD = Look((Cdl(slope=(0.5, 1.0, 1.5), offset=(0.1, 0.0, 0.0)),))


def accounts(session) -> None:
    """Every frame that came in went on or was counted, at each edge."""
    for slot in session.slots:
        counters = slot.latest.counters()
        assert slot.frames_in == counters.put == counters.taken + counters.dropped + counters.left + counters.depth
        assert slot.engine_ns.spread().count == counters.taken
    for output in session.outputs:
        counters = output.counters()
        assert counters.put == counters.taken + counters.dropped + counters.left + counters.depth


def test_frames_in_are_taken_or_dropped_and_the_statistics_say_so(stage, until) -> None:
    session = stage.session([SMALL], ["null:"], WARM, scopes=ScopePlan(ScopeRequest()))
    session.start()
    until(lambda: session.outputs[0].frames_out >= 5)
    running = session.stats()
    assert (running.slots[0].state, running.sinks[0].state) == ("running", "running")
    session.stop()
    accounts(session)
    stats = json.loads(as_json(session.stats()))
    assert stats["schema"] == 1
    assert set(stats) == {"schema", "seconds", "engine", "reason", "slots", "sinks"}
    slot, sink = stats["slots"][0], stats["sinks"][0]
    assert slot["name"] == "A"
    assert slot["source"] == SMALL
    assert slot["format"] == "192x108p50 v210 bt709 legal"
    assert slot["frames_in"] >= 5
    assert slot["scopes_measured"] + slot["scopes_shed"] > 0
    assert set(slot["engine_ms"]) == {"p50", "p95", "p99", "max"}
    assert 0 < slot["engine_ms"]["p50"] <= slot["engine_ms"]["max"]
    assert sink["frames_out"] == session.outputs[0].frames_out >= 5
    assert (sink["view"], sink["state"], sink["held"], sink["slips"]) == ("graded", "ended", 0, 0)
    assert sink["capture_to_sink_ms"]["p50"] <= sink["capture_to_sink_ms"]["p99"]
    assert "null:" in one_line(session.stats())


def test_statistics_before_the_start_and_with_nothing_measured(stage) -> None:
    stage.source("empty", [])
    session = stage.session(["empty"], ["null:"])
    assert json.loads(as_json(session.stats()))["slots"][0]["engine_ms"]["p50"] is None
    session.start()
    session.stop()
    session.stop()
    assert session.stats().sinks[0].frames_out == 0
    assert "-" in one_line(session.stats())


def pictures_by_index(address: str, looks: list[Look], view: View, last: int) -> dict[int, list[bytes]]:
    """Every picture of the pattern in all the looks, made without a session."""
    engine = Engine(choose("native", 2).backend)
    source = open_source(parse_source(address), CaptureOptions(live=False), FakeClock())
    source.open()
    made = {}
    for _ in range(last + 1):
        frame = source.read()
        assert isinstance(frame, Frame)
        wanted = Wanted(view, frame.format)
        made[frame.index] = [engine.take(frame, look).output(wanted).data.tobytes() for look in looks]
    source.close()
    return made


def test_a_frame_is_all_old_look_or_all_new_however_fast_it_changes(stage, until) -> None:
    sink = stage.sink("ndi:kept")
    session = stage.session([SMALL], ["ndi:kept"], WARM)
    session.start()
    done = threading.Event()

    def flip() -> None:
        count = 0
        while not done.wait(0.003):
            count += 1
            session.set_look("A", COLD if count % 2 else WARM)

    flipper = threading.Thread(target=flip)
    flipper.start()
    until(lambda: len({look for _, _, look in sink.kept}) == 2 and len(sink.kept) >= 25)
    done.set()
    flipper.join()
    session.stop()
    expected = pictures_by_index(SMALL, [WARM, COLD], GRADED, max(sink.indices))
    for index, pixels, look in sink.kept:
        assert pixels == expected[index][[WARM.id, COLD.id].index(look)]


def test_a_view_set_while_running_is_in_the_next_frame(stage, until) -> None:
    sink = stage.sink("ndi:kept")
    session = stage.session([SMALL], ["ndi:kept"], WARM)
    session.start()
    until(lambda: len(sink.kept) >= 2)
    session.set_view(0, SOURCE_VIEW)
    taken = session.slots[0].latest.counters().taken
    until(lambda: session.slots[0].latest.counters().taken >= taken + 3)
    until(lambda: sink.kept[-1][2] is None)
    session.stop()
    looks = [look for _, _, look in sink.kept]
    assert looks == sorted(looks, key=lambda look: look is None)  # graded, then source, and never back
    expected = pictures_by_index(SMALL, [WARM], SOURCE_VIEW, max(sink.indices))
    assert all(pixels == expected[index][0] for index, pixels, look in sink.kept if look is None)
    with pytest.raises(UsageError, match="there is no output 1, only 1"):
        session.set_view(1, GRADED)
    with pytest.raises(UsageError, match="there is no slot B, only A"):
        session.set_look("B", WARM)


def test_the_end_of_a_file_reaches_every_output_to_its_last_frame(stage, until, frame) -> None:
    clockless = [frame(index) for index in range(12)]

    def paced(made: Frame):
        def give() -> Frame:
            until(lambda: len(recorded.kept) >= made.index)
            return replace(made, captured_ns=0)

        return give

    recorded, live = stage.sink("rec.mov"), stage.sink("ndi:kept")
    source = stage.source("clip", [paced(made) for made in clockless])
    session = stage.session(["clip"], ["rec.mov", "ndi:kept"])
    session.start()
    until(lambda: session.ended)
    assert recorded.indices == list(range(12))
    assert live.indices[-1] == 11
    assert (session.slots[0].state.link, session.slots[0].state.reason) == (Link.ENDED, "ended after 12 frames")
    assert not session.failed
    assert source.closed
    accounts(session)


def test_two_sources_three_outputs_each_gets_its_own(stage, until) -> None:
    """Both engines share one backend and its threads."""
    sinks = [stage.sink(name) for name in ("ndi:a", "ndi:b,slot=B", "ndi:c,slot=B")]
    other = "pattern:ramp@192x108p50"
    session = stage.session([SMALL, other], ["ndi:a", ("ndi:b,slot=B", SOURCE_VIEW), "ndi:c,slot=B"], WARM)
    session.set_look("B", COLD)
    session.start()
    until(lambda: all(len(sink.kept) >= 12 for sink in sinks))
    session.stop()
    accounts(session)
    for sink, address, look, view in zip(
        sinks, (SMALL, other, other), (WARM, COLD, COLD), (GRADED, SOURCE_VIEW, GRADED), strict=True
    ):
        expected = pictures_by_index(address, [look], view, max(sink.indices))
        assert all(pixels == expected[index][0] for index, pixels, _ in sink.kept)


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


def test_scopes_that_fail_are_off_and_the_picture_goes_on(stage, until, monkeypatch) -> None:
    sink = stage.sink("ndi:kept")
    session = stage.session([SMALL], ["ndi:kept"], scopes=ScopePlan(ScopeRequest()))

    def broken(*args: object) -> None:
        raise ValueError("no such trace")

    monkeypatch.setattr("livegrade.engine.engine.FramePass.measure", broken)
    session.start()
    until(lambda: len(sink.kept) >= 4)
    assert session.slots[0].state.link is Link.RUNNING
    assert session.slots[0].notes == ("scopes are off, they failed: no such trace",)
    assert session.stats().slots[0].notes == session.slots[0].notes
    session.stop()


def test_scopes_of_both_taps_are_those_of_one_frame(stage, until) -> None:
    session = stage.session([SMALL], ["null:"], WARM, scopes=ScopePlan(ScopeRequest()))
    session.start()
    until(lambda: {Tap.SOURCE, Tap.GRADED} == set(session.slots[0].scopes))
    session.stop()
    source, graded = session.scopes("A", Tap.SOURCE), session.scopes("A", Tap.GRADED)
    assert source is not None
    assert graded is not None
    assert (source.tap, graded.tap) == (Tap.SOURCE, Tap.GRADED)


def test_a_live_output_follows_a_change_of_size_and_rate(stage, until, frame) -> None:
    sink = stage.sink("ndi:kept")
    small = frame(0).format
    large = replace(small, width=192, height=12, rate=Rate.of(50))
    feed: list[object] = []
    for index in range(16):
        made = frame(index, small if index < 8 else large)
        feed.append(lambda made=made: stamped(made, session.clock))
    stage.source("camera", feed)
    session = stage.session(["camera"], ["ndi:kept"], WARM)
    session.start()
    until(lambda: session.ended)
    assert sink.opened == [small, large]
    assert sink.calls == ["open", "close", "open", "close"]
    assert sink.indices[-1] == 15
    assert session.outputs[0].format == large
    assert not session.failed
    accounts(session)


def stamped(frame: Frame, clock) -> Frame:
    clock.sleep_until_ns(clock.now_ns() + 10_000_000)
    return replace(frame, captured_ns=clock.now_ns())


def test_a_recording_is_finished_when_the_signal_changes_and_says_so(stage, until, frame) -> None:
    sink, live = stage.sink("take.mov"), stage.sink("ndi:kept")
    small = frame(0).format
    large = replace(small, width=192)
    frames = [frame(index, small if index < 5 else large) for index in range(9)]
    stage.source("camera", [lambda made=made: stamped(made, session.clock) for made in frames])
    session = stage.session(["camera"], ["take.mov", "ndi:kept"])
    session.start()
    until(lambda: session.ended)
    assert sink.calls[:2] == ["open", "close"]
    assert set(sink.calls[2:]) <= {"close"}
    assert sink.indices == list(range(5))
    assert session.outputs[0].state.link is Link.FAULTED
    reason = session.outputs[0].state.reason
    assert f"the signal changed from {small} to {large}" in reason
    assert "'take.mov' is finished and holds the 5 frames before that" in reason
    assert live.opened == [small, large]


def test_loss_is_a_state_of_the_source_and_the_picture_returns(stage, until, frame) -> None:
    sink = stage.sink("ndi:kept")
    lost = NoSignal("the cable is out", 1)
    gate = threading.Event()

    def dark() -> NoSignal:
        gate.wait(0.02)
        return lost

    fast = replace(frame(0).format, rate=Rate.of(100))
    script = [lambda i=i: stamped(frame(i, fast), session.clock) for i in range(3)]
    script += [dark] * 4 + [lambda i=i: stamped(frame(i, fast), session.clock) for i in range(20, 23)]
    stage.source("camera", script)
    session = stage.session(["camera"], ["ndi:kept"])
    session.start()
    until(lambda: session.ended)
    links = [
        (e.link, e.text) for e in session.events.since(0)[0] if e.subject == "slot A" and "signal is" not in e.text
    ]
    assert links == [
        (Link.RUNNING, ""),
        (Link.LOST, "the cable is out"),
        (Link.RUNNING, ""),
        (Link.ENDED, "ended after 10 frames"),
    ]
    assert sink.indices[-1] == 22
    assert session.slots[0].gaps.missing == 17
    assert session.outputs[0].held >= 1


def test_what_a_source_notes_is_told_once(stage, until, frame) -> None:
    source = stage.source("clip", [frame(0), frame(1)])
    source.notes = ("pictures come at varying times",)
    session = stage.session(["clip"], ["null:"])
    session.start()
    until(lambda: session.ended)
    assert [event.text for event in session.events.since(0)[0]].count("pictures come at varying times") == 1


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


def test_a_stuck_encoder_costs_only_its_own_frames_and_stop_writes_what_waits(stage, until, frame) -> None:
    recording, live = stage.sink("take.mov"), stage.sink("ndi:live")
    recording.gate = threading.Event()
    count = RECORDING_QUEUE + 10
    made = [frame(index) for index in range(count)]

    def paced(one: Frame):
        def give() -> Frame:
            until(lambda: session.slots[0].latest.counters().taken >= one.index)
            return stamped(one, session.clock) if one.index > count - 5 else one

        return give

    stage.source("camera", [paced(one) for one in made])
    session = stage.session(["camera"], ["take.mov", "ndi:live"])
    session.start()
    until(lambda: session.slots[0].finished)
    assert session.outputs[0].counters().dropped >= 8
    assert live.indices
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


def test_latency_is_counted_from_the_capture_to_the_edge(stage, until, frame) -> None:
    stage.source("camera", [lambda: replace(stamped(frame(0), session.clock), pts=Fraction(0))])
    session = stage.session(["camera"], ["null:"])
    session.start()
    until(lambda: session.ended)
    spread = session.outputs[0].latency_ns.spread()
    assert spread.count == 1
    assert 0 < spread.max_ns < 5_000_000_000
