"""Scopes of one slot: counts that a reader may keep, memory that comes back, how much is counted, failures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.engine.engine import Engine
from livegrade.engine.native import Native
from livegrade.errors import FormatError, PoolExhaustedError
from livegrade.scopes.leases import SETS
from livegrade.scopes.measure import Channel, Sampling, ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.session.events import Link, State
from livegrade.session.scoping import REST_NS, STARVED_NS, Scoping
from livegrade.session.setup import ScopePlan
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

PERIOD_NS = 40_000_000
TALL = VideoFormat(96, 1202, Rate.of(25), layout("v210"))
NONE = Look()


class Rig:
    """One slot's scopes on a clock of their own, fed frame by frame."""

    def __init__(self, frame, sampling: Sampling = Sampling.AUTO) -> None:
        self.clock = FakeClock()
        self.scoping = Scoping(ScopePlan(ScopeRequest(ycbcr=True), sampling=sampling), self.clock)
        self.engine = Engine(Native(1))
        self._frame = frame
        self.index = 0
        self.is_next_waiting = False

    def feed(self, **options: object) -> None:
        self.clock.advance(PERIOD_NS)
        frame = self._frame(self.index, captured_ns=self.clock.now_ns(), **options)
        self.index += 1
        self.scoping.measure_if_due(self.engine.take(frame, NONE), frame.format, lambda: self.is_next_waiting)

    def address(self, tap: Tap) -> int:
        return self.scoping.latest[tap].counts.waveform.ctypes.data


def _indices(rig: Rig) -> set[int]:
    return {data.index for data in rig.scoping.latest.values()}


@pytest.fixture
def rig(frame) -> Rig:
    return Rig(frame)


def snapshot(data: ScopeData) -> tuple[np.ndarray, ...]:
    counts = data.counts
    return counts.waveform.copy(), counts.histogram.copy(), counts.vectorscope.copy()


def test_what_a_reader_holds_never_changes(rig) -> None:
    rig.feed()
    held = rig.scoping.latest[Tap.SOURCE]
    before = snapshot(held)
    for _ in range(20):
        rig.feed()
    assert all(np.array_equal(was, now) for was, now in zip(before, snapshot(held), strict=True))
    assert not np.array_equal(rig.scoping.latest[Tap.SOURCE].counts.histogram, before[1])


def test_counts_can_only_be_read_and_their_memory_outlives_all_but_the_array(rig) -> None:
    rig.feed()
    luma = rig.scoping.latest[Tap.GRADED].counts.waveform_of(Channel.Y)
    before = luma.copy()
    with pytest.raises(ValueError, match="read-only"):
        luma[0, 0] = 1
    for _ in range(2 * SETS):
        rig.feed()
    assert np.array_equal(luma, before)


def test_nothing_is_allocated_once_it_runs(rig) -> None:
    for _ in range(3):
        rig.feed()
    seen = {rig.address(tap) for tap in Tap}
    for _ in range(20):
        rig.feed()
        seen |= {rig.address(tap) for tap in Tap}
    assert len(seen) <= 3


def test_readers_that_keep_everything_stop_the_scopes_until_they_let_go(rig) -> None:
    kept = []
    for _ in range(SETS // 2):
        rig.feed()
        kept += rig.scoping.latest.values()
    with pytest.raises(PoolExhaustedError, match=f"all {SETS} sets of scope counts are held by readers"):
        rig.feed()
    measured = rig.scoping.measured
    kept.clear()
    rig.feed()
    assert rig.scoping.measured == measured + 2


def test_a_change_of_size_gives_the_old_memory_back(rig) -> None:
    for height in (8, 16, 24, 8, 16):
        rig.feed(format=VideoFormat(96, height, Rate.of(25), layout("v210")))
        assert rig.scoping.latest[Tap.SOURCE].format.height == height
    wide = VideoFormat(192, 8, Rate.of(25), layout("v210"))
    rig.feed(format=wide)
    assert rig.scoping.latest[Tap.SOURCE].counts.waveform.shape == (6, 192, 1024)


@pytest.mark.parametrize(
    ("sampling", "height", "step"),
    [
        (Sampling.AUTO, 1200, 1),
        (Sampling.AUTO, 1202, 2),
        (Sampling.FULL, 1202, 1),
        (Sampling.HALF, 8, 2),
    ],
)
def test_sampling_is_chosen_and_said(frame, sampling: Sampling, height: int, step: int) -> None:
    rig = Rig(frame, sampling)
    format = replace(TALL, height=height)
    for _ in range(2):
        rig.feed(format=format)
    data = rig.scoping.latest[Tap.SOURCE]
    assert data.step == step
    assert data.sampling is (Sampling.HALF if step == 2 else Sampling.FULL)
    assert data.clips(Channel.Y).samples == 96 * height // step**2
    request = ScopeRequest(ycbcr=True, step=step).at(data.index)
    expected = ScopeCounts.empty(request, format)
    measure(frame(data.index, format).data, format, request, expected)
    assert np.array_equal(data.counts.waveform, expected.waveform)
    assert np.array_equal(data.counts.vectorscope, expected.vectorscope)


def test_scopes_of_an_engine_that_is_always_late_stand_still_for_a_second_at_most(rig) -> None:
    rig.feed()
    rig.is_next_waiting = True
    seen = []
    for _ in range(3 * STARVED_NS // PERIOD_NS):
        rig.feed()
        seen.append(_indices(rig))
    a_second = STARVED_NS // PERIOD_NS
    assert seen[a_second - 2] == {0}
    assert seen[a_second - 1] == {a_second}
    assert seen[-1] == {3 * a_second}
    assert rig.scoping.measured == 8
    assert rig.scoping.shed == 2 * (3 * a_second - 3)


def test_a_failure_is_a_state_with_a_reason_told_once_and_tried_again(rig, monkeypatch) -> None:
    rig.feed()
    assert rig.scoping.state == State(Link.RUNNING)
    with monkeypatch.context() as patch:

        def broken(*args: object) -> None:
            raise FormatError("no such trace")

        patch.setattr(rig.engine.backend, "measure", broken)
        with pytest.raises(FormatError):
            rig.feed()
    assert rig.scoping.fail("no such trace")
    assert not rig.scoping.fail("no such trace")
    assert rig.scoping.state == State(Link.FAULTED, "no such trace")
    measured = rig.scoping.measured
    rig.feed()
    assert rig.scoping.measured == measured
    rig.clock.advance(REST_NS)
    rig.feed()
    assert rig.scoping.measured == measured + 2
    assert rig.scoping.state == State(Link.RUNNING)
