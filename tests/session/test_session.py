"""A whole session with its threads: what goes in comes out, whole, and whatever fails stays where it is."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import numpy as np
import pytest

import livegrade.color.bake as bake_module
from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Role, Samples
from livegrade.color.rendering import Chain, output_nodes, with_output
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.select import choose
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import SinkError, UsageError
from livegrade.scopes.measure import Sampling, ScopeRequest, Tap
from livegrade.session.events import Link, State
from livegrade.session.report import as_json, status_text
from livegrade.session.setup import ScopePlan
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_source
from livegrade.video.format import Matrix, Transfer
from livegrade.video.frame import Frame

SMALL = "pattern:zoneplate@192x108p50"
SOURCE_VIEW = View(ViewKind.SOURCE)
WARM = Look((Cdl(slope=(1.5, 1.0, 0.5), saturation=0.5),))
COLD = Look((Cdl(slope=(0.5, 1.0, 1.5), offset=(0.1, 0.0, 0.0)),))


def test_frames_in_are_taken_or_dropped_and_the_statistics_say_so(stage, until, accounts) -> None:
    session = stage.session([SMALL], ["null:"], WARM, scopes=ScopePlan(ScopeRequest()))
    session.start()
    until(lambda: session.outputs[0].frames_out >= 5)
    running = session.stats()
    assert (running.slots[0].state, running.sinks[0].state) == ("running", "running")
    session.stop()
    accounts(session)
    stats = json.loads(as_json(session.stats()))
    assert stats["schema"] == 1
    assert set(stats) == {"schema", "seconds", "engine", "reason", "slots", "sinks", "devices"}
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
    assert sink["lossy"] is False
    assert slot["look_baked"] is None
    assert sink["capture_to_sink_ms"]["p50"] <= sink["capture_to_sink_ms"]["p99"]
    assert 0 < sink["edge_ms"]["p50"] <= sink["edge_ms"]["p99"] <= sink["edge_ms"]["max"]
    assert session.outputs[0].edge.spent_ns.spread().count == session.outputs[0].counters().taken
    assert "null:" in status_text(session.stats())


def test_statistics_tell_what_is_clipped_and_how_much_was_counted(stage, until) -> None:
    plan = ScopePlan(ScopeRequest(), sampling=Sampling.HALF)
    bright = Look((Lut3d(Samples(1.5 * np.stack(np.meshgrid(*[[0.0, 1.0]] * 3, indexing="ij"), axis=-1))),))
    session = stage.session(["pattern:white@192x108p50"], ["null:"], bright, scopes=plan)
    assert session.stats().slots[0].scopes_state == "starting"
    session.start()
    until(lambda: len(session.slots[0].scopes) == 2)
    session.stop()
    slot = json.loads(as_json(session.stats()))["slots"][0]
    assert (slot["scopes_state"], slot["scopes_reason"]) == ("running", "")
    taps = {tap["tap"]: tap for tap in slot["scopes_taps"]}
    assert set(taps) == {"source", "graded"}
    for tap in taps.values():
        assert tap["sampling"] == "2x2"
        assert set(tap["clips"]) == {"y", "r", "g", "b"}
        assert all(clip["samples"] == 192 * 108 // 4 for clip in tap["clips"].values())
    assert taps["graded"]["clips"]["y"]["white_clip"] == taps["graded"]["clips"]["y"]["samples"]
    assert taps["source"]["clips"]["y"]["white_clip"] < taps["source"]["clips"]["y"]["samples"]


def test_statistics_tell_what_a_baked_look_is_off(stage, until) -> None:
    axis = np.linspace(0.0, 1.0, 5)
    bent = np.stack(np.meshgrid(axis**2, axis, axis**0.5, indexing="ij"), axis=-1)
    look = Look((Lut3d(Samples(bent)), Lut3d(Samples(bent))))
    session = stage.session([SMALL], ["null:"], look)
    session.start()
    until(lambda: session.outputs[0].frames_out >= 2)
    session.stop()
    stats = session.stats()
    baked = look.slots().baked
    assert baked is not None
    assert stats.slots[0].look_baked == baked
    assert stats.slots[0].scopes_state == "off"
    assert json.loads(as_json(stats))["slots"][0]["look_baked"]["maximum"] == baked.maximum
    assert f"look baked: {baked.figures}" in status_text(stats)


def test_what_must_be_baked_is_so_before_there_are_pictures(stage, until, monkeypatch) -> None:
    """On the thread that starts the session: the first picture does not wait for it."""
    bakers: list[str] = []
    bake = bake_module._sampled
    monkeypatch.setattr(
        bake_module, "_sampled", lambda run: (bakers.append(threading.current_thread().name), bake(run))[1]
    )
    axis = np.linspace(0.0, 0.93, 5)
    bent = Lut3d(Samples(np.stack(np.meshgrid(axis, axis**2, axis**0.5, indexing="ij"), axis=-1)))
    session = stage.session([SMALL], ["null:"], Look((bent, bent)))
    session.start()
    until(lambda: session.outputs[0].frames_out >= 2)
    session.stop()
    assert bakers == [threading.current_thread().name]


def test_statistics_tell_what_a_sink_has_of_its_own(stage, until) -> None:
    """Calibration, bypass; a clean output has no look and so no error."""
    axis = np.linspace(0.0, 1.0, 5)
    bent = Lut3d(Samples(np.stack(np.meshgrid(axis**2, axis, axis**0.5, indexing="ij"), axis=-1)))
    look = Look((bent, replace(bent, role=Role.CREATIVE)))
    calibrated = View(calibration=Look((bent, bent)))
    views = [calibrated, View(ViewKind.BYPASS), SOURCE_VIEW]
    session = stage.session([SMALL], [("null:", view) for view in views], look)
    session.start()
    until(lambda: all(output.frames_out >= 2 for output in session.outputs))
    session.stop()
    own, bypass, clean = session.stats().sinks
    assert session.stats().slots[0].look_baked == look.slots().baked
    assert calibrated.calibration is not None
    assert own.calibration_baked == calibrated.calibration.slots().baked
    assert own.calibration_baked is not None
    assert own.look_baked is None
    assert bypass.look_baked is None  # one LUT is left, and that is exact
    assert (clean.look_baked, clean.calibration_baked) == (None, None)
    assert f"calibration baked: {own.calibration_baked.figures}" in status_text(session.stats())


def test_statistics_before_the_start_and_with_nothing_measured(stage) -> None:
    stage.source("empty", [])
    session = stage.session(["empty"], ["null:"])
    assert json.loads(as_json(session.stats()))["slots"][0]["engine_ms"]["p50"] is None
    session.start()
    session.stop()
    session.stop()
    assert session.stats().sinks[0].frames_out == 0
    assert "-" in status_text(session.stats())


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
    session.set_view(1, SOURCE_VIEW)
    taken = session.slots[0].latest.counters().taken
    until(lambda: session.slots[0].latest.counters().taken >= taken + 3)
    until(lambda: sink.kept[-1][2] is None)
    session.stop()
    looks = [look for _, _, look in sink.kept]
    assert looks == sorted(looks, key=lambda look: look is None)  # graded, then source, and never back
    expected = pictures_by_index(SMALL, [WARM], SOURCE_VIEW, max(sink.indices))
    assert all(pixels == expected[index][0] for index, pixels, look in sink.kept if look is None)
    with pytest.raises(UsageError, match="there is no output 2, only 1"):
        session.set_view(2, GRADED)
    with pytest.raises(UsageError, match="there is no slot B, only A"):
        session.set_look("B", WARM)


def test_the_end_of_a_file_reaches_every_output_to_its_last_frame(stage, until, frame, accounts) -> None:
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


def test_two_sources_three_outputs_each_gets_its_own(stage, until, accounts) -> None:
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


def test_scopes_of_both_taps_are_those_of_one_frame(stage, until) -> None:
    session = stage.session([SMALL], ["null:"], WARM, scopes=ScopePlan(ScopeRequest()))
    session.start()
    until(lambda: {Tap.SOURCE, Tap.GRADED} == set(session.slots[0].scopes))
    session.stop()
    source, graded = session.scopes("A", Tap.SOURCE), session.scopes("A", Tap.GRADED)
    assert source is not None
    assert graded is not None
    assert (source.tap, graded.tap) == (Tap.SOURCE, Tap.GRADED)


def test_a_live_output_follows_a_change_of_size_and_rate(stage, until, frame, gently, accounts) -> None:
    sink = stage.sink("ndi:kept")
    small = frame(0).format
    large = replace(small, width=192, height=12, rate=Rate.of(50))
    camera = stage.source("camera", [])
    session = stage.session(["camera"], ["ndi:kept"], WARM)
    camera.script += [gently(session, frame(index, small)) for index in range(8)]
    camera.script += [gently(session, frame(index, large), lambda: bool(sink.kept)) for index in range(8, 16)]
    session.start()
    until(lambda: session.ended)
    assert sink.opened == [small, large]
    assert sink.calls == ["open", "close", "open", "close"]
    assert sink.indices[-1] == 15
    assert session.outputs[0].format == large
    assert not session.failed
    accounts(session)


def test_a_recording_goes_on_in_a_second_file_when_the_signal_changes(stage, until, frame, gently) -> None:
    sink, live = stage.sink("take.mov"), stage.sink("ndi:kept")
    small = frame(0).format
    large = replace(small, width=192)
    camera = stage.source("camera", [])
    session = stage.session(["camera"], ["take.mov", "ndi:kept"])
    camera.script += [gently(session, frame(index, small)) for index in range(5)]
    camera.script += [gently(session, frame(index, large), lambda: bool(live.kept)) for index in range(5, 9)]
    session.start()
    until(lambda: session.ended)
    assert sink.calls == ["open", "close", "open", "close"]
    assert sink.indices == list(range(9))
    assert session.outputs[0].state.link is Link.ENDED
    assert [path.name for path in session.outputs[0].files] == ["part-1.mov", "part-2.mov"]
    told = f"the signal changed from {small} to {large}; the recording goes on at picture 5 in part-2.mov"
    assert told in [event.text for event in session.events.since(0)[0]]
    assert not session.failed
    assert live.opened == [small, large]


def test_a_recording_that_lacks_pictures_is_a_visible_state_and_a_failure(stage, until, frame, gently) -> None:
    sink, live = stage.sink("take.mov"), stage.sink("ndi:kept")
    ten = Timecode.parse("10:00:01:00", TimecodeRate(Rate.of(25)))
    camera = stage.source("camera", [])
    session = stage.session(["camera"], ["take.mov", "ndi:kept"])
    more = threading.Event()
    made = [replace(frame(index), timecode=ten + index) for index in (0, 1, 2, 15, 16, 17)]
    camera.script += [gently(session, one) for one in made[:-1]] + [gently(session, made[-1], more.is_set)]
    session.start()
    until(lambda: session.outputs[0].state.reason != "")
    assert session.outputs[0].state == State(Link.RUNNING, "12 pictures missing, repeated at 10:00:01:03")
    assert "12 missing" in status_text(session.stats())
    more.set()
    until(lambda: session.ended)
    assert sink.indices == list(range(18))
    stats = session.stats().sinks[0]
    assert (stats.missing, stats.frames_out, stats.files) == (12, 18, ("part-1.mov",))
    assert stats.reason == "18 frames written; 12 pictures missing, repeated"
    assert session.failed
    assert session.outputs[0].shortfall == "12 pictures missing, repeated"
    assert not session.outputs[1].shortfall
    assert live.indices


def test_a_receiver_that_is_away_is_a_state_and_the_picture_returns(stage, until) -> None:
    sink = stage.sink("ffmpeg:mpegts:tcp://receiver:5000")
    sink.away = "nobody is there"
    session = stage.session([SMALL], [sink.address])
    session.start()
    until(lambda: session.outputs[0].undelivered > 3)
    assert session.outputs[0].state == State(Link.LOST, "nobody is there")
    assert session.outputs[0].frames_out == 0
    sink.away = "it does not answer"
    until(lambda: session.outputs[0].state == State(Link.LOST, "it does not answer"))
    sink.away = None
    until(lambda: session.outputs[0].state.link is Link.RUNNING)
    session.stop()
    assert not session.failed
    assert sink.calls == ["open", "close"]


def test_no_picture_is_lost_to_an_output_that_needs_time_to_begin(stage, until, frame, gently) -> None:
    sink = stage.placed_sink("ndi:slow")
    camera = stage.source("camera", [])
    session = stage.session(["camera"], ["ndi:slow"])
    small = frame(0).format
    large = replace(small, width=192)
    camera.script += [gently(session, frame(0, small)), gently(session, frame(1, large), lambda: bool(sink.kept))]
    session.start()
    assert sink.calls == ["prepare"]
    until(lambda: len(sink.opened) == 2)
    session.stop()
    assert sink.indices[0] == 0
    assert sink.calls == ["prepare", "open", "open", "close"]


def test_an_output_that_has_no_place_is_given_up_and_the_others_begin(stage, until) -> None:
    sink = stage.placed_sink("ndi:taken")
    sink.faults["prepare"] = SinkError("the name is taken")
    other = stage.sink("ndi:free")
    session = stage.session([SMALL], ["ndi:taken", other.address])
    session.start()
    assert session.outputs[0].state == State(Link.FAULTED, "the name is taken")
    until(lambda: other.frames_written > 2)


def test_outputs_of_which_none_has_a_place_are_an_error_at_the_start(stage) -> None:
    for name in ("ndi:one", "ndi:two"):
        stage.placed_sink(name).faults["prepare"] = SinkError(f"{name}: the name is taken")
    session = stage.session([SMALL], ["ndi:one", "ndi:two"])
    for output in session.outputs:
        given_up = output._give_up

        def slowly(reason: str, given_up=given_up) -> None:
            threading.Event().wait(0.1)  # the other thread must not be asked before this one has said so
            given_up(reason)

        output._give_up = slowly
    with pytest.raises(SinkError, match="ndi:one: the name is taken; ndi:two: the name is taken"):
        session.start()
    assert session.slots[0].frames_in == 0
    assert session.stats().seconds == 0


def test_seconds_are_those_of_the_picture_and_not_of_what_is_finished(stage, until) -> None:
    sink = stage.sink("take.mov")
    sink.gate = threading.Event()
    session = stage.session([SMALL], ["take.mov"])
    session.start()
    until(lambda: session.outputs[0].counters().depth > 0)
    stopping = threading.Thread(target=session.stop, name="stopping")
    stopping.start()
    until(lambda: session.slots[0].finished)
    before = session.stats().seconds
    threading.Event().wait(0.2)
    sink.gate.set()
    stopping.join()
    assert session.stats().seconds == before


def test_what_a_source_notes_is_told_once(stage, until, frame) -> None:
    source = stage.source("clip", [frame(0), frame(1)])
    source.notes = ("pictures come at varying times",)
    session = stage.session(["clip"], ["null:"])
    session.start()
    until(lambda: session.ended)
    assert [event.text for event in session.events.since(0)[0]].count("pictures come at varying times") == 1


def test_latency_is_counted_from_the_capture_to_the_edge(stage, until, frame) -> None:
    """Frames captured 1, 2 and 3 s before they are read: the program's own share comes on top."""
    camera = stage.source("camera", [])
    session = stage.session(["camera"], ["null:"])
    second = 1_000_000_000
    began = session.clock.now_ns()

    def old(seconds: int):
        def give() -> Frame:
            until(lambda: session.slots[0].latest.counters().depth == 0)
            return replace(frame(seconds), captured_ns=session.clock.now_ns() - seconds * second)

        return give

    camera.script += [old(1), old(2), old(3)]
    session.start()
    until(lambda: session.ended)
    spread = session.outputs[0].latency_ns.spread()
    assert spread.count == 3
    assert 3 * second < spread.max_ns < 3 * second + session.clock.now_ns() - began
    assert spread.p50_ns < spread.max_ns


def test_pictures_are_read_into_buffers_of_the_engine_s_kind(stage, until, monkeypatch) -> None:
    given: list[np.ndarray] = []

    def allocate(self: Native, size: int) -> np.ndarray:
        given.append(np.zeros(size, np.uint8))
        return given[-1]

    monkeypatch.setattr(Native, "allocate", allocate)
    session = stage.session(["pattern:bars@64x32p25"], [("null:", SOURCE_VIEW)])
    session.start()
    until(lambda: bool(session.slots[0].last))
    frame = session.slots[0].last[0]
    assert any(np.shares_memory(frame.data, buffer) for buffer in given)


def test_a_look_set_while_running_keeps_the_output_transform_and_its_encoding(stage, until) -> None:
    sink = stage.sink("ndi:kept")
    shot = camera("arri-logc4")
    hdr, sdr = output_nodes("rec2100-pq", shot), output_nodes("rec709", shot)
    chain = Chain(output=hdr)
    session = stage.session(["pattern:camera@64x36p25"], ["ndi:kept"], WARM, chain=chain)
    session.start()
    until(lambda: bool(sink.kept))
    for look in (COLD, Look((*WARM.nodes, *sdr))):
        session.set_look("A", look)
        assert session.slot("A").look == look
        until(lambda look=look: sink.kept[-1][2] == with_output(look, hdr).id)
    session.stop()
    assert [format.matrix for format in sink.opened] == [Matrix.BT2020]
    assert {id for _, _, id in sink.kept} == {with_output(look, hdr).id for look in (WARM, COLD)}
    assert sink.opened[0].transfer is Transfer.PQ
