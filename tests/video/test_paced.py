"""Paced: two fake clocks, jitter, hours in seconds. Every count is asserted exactly."""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livegrade.timing.clock import MonotonicClock
from livegrade.timing.rate import Rate
from livegrade.video.edges import Due, EdgeCounters, Nothing, Paced

MS = 1_000_000
HOUR_S = 3600
P50 = Rate.of(50)
P25 = Rate.of(25)


@dataclass
class Run:
    """What a sink saw: how often the index went on by so much from tick to tick, and after which drift it did not go on
    by one."""

    edge: Paced[int]
    steps: Counter[int] = field(default_factory=Counter)
    slipped_at: list[float] = field(default_factory=list)


def run_clocks(
    source_hz: Fraction, sink_hz: Fraction, seconds: int, *, depth: int, seed: int, jitter_ns: int = 4 * MS
) -> Run:
    """A source and a sink, both called 50 Hz, on clocks of their own; puts come up to +-`jitter_ns` off their time."""
    chance = random.Random(seed)
    run = Run(Paced(depth, P50, P50))
    source_ns, sink_ns = Fraction(10**9) / source_hz, Fraction(10**9) / sink_hz
    phase_ns = chance.randrange(20 * MS)
    index = tick = 0
    arrived_ns, tick_ns = jitter_ns, phase_ns
    last: int | None = None
    while tick_ns < seconds * 10**9:
        if arrived_ns <= tick_ns:
            run.edge.put(index, index, arrived_ns)
            index += 1
            arrived_ns = index * source_ns.numerator // source_ns.denominator + chance.randrange(2 * jitter_ns + 1)
            continue
        due = run.edge.take(tick_ns)
        if isinstance(due, Due):
            if last is not None:
                run.steps[due.item - last] += 1
                if due.item - last != 1:
                    run.slipped_at.append(float((source_hz - sink_hz) * tick_ns / 10**9))
            last = due.item
        tick += 1
        tick_ns = phase_ns + tick * sink_ns.numerator // sink_ns.denominator
    return run


def assert_slips(run: Run, slips: int, faster: bool) -> None:
    """Exactly `slips` single drops (a faster source) or repeats, and not one thing else."""
    counters = run.edge.counters()
    assert (counters.slips, counters.starved, counters.converted) == (slips, 0, 0)
    assert (counters.dropped, counters.repeated) == ((slips, 0) if faster else (0, slips))
    assert counters.put == counters.taken + counters.dropped + counters.depth
    assert dict(run.steps) == {1: counters.taken - slips - 1 if faster else counters.taken - 1, **odd(slips, faster)}


def odd(slips: int, faster: bool) -> dict[int, int]:
    return {2 if faster else 0: slips} if slips else {}


@pytest.mark.parametrize(
    ("source_hz", "sink_hz", "depth", "seed"),
    [("50.001", "50.000", 1, 1), ("50.001", "50.000", 2, 2), ("50.000", "50.001", 2, 3), ("50.000", "50.001", 3, 4)],
)
def test_an_hour_at_50_000_and_50_001_slips_three_times(source_hz: str, sink_hz: str, depth: int, seed: int) -> None:
    """0.001 Hz x 3600 s = 3.6 frames of drift."""
    source, sink = Fraction(source_hz), Fraction(sink_hz)
    run = run_clocks(source, sink, HOUR_S, depth=depth, seed=seed)
    assert_slips(run, 3, faster=source > sink)
    assert [abs(drift) for drift in run.slipped_at] == pytest.approx([1, 2, 3], abs=0.1)


@pytest.mark.emulated
@pytest.mark.parametrize("depth", [1, 2])
def test_twelve_hours_at_50_001_and_50_000_slip_43_times(depth: int) -> None:
    run = run_clocks(Fraction("50.001"), Fraction(50), 12 * HOUR_S, depth=depth, seed=depth)
    assert_slips(run, 43, faster=True)
    assert run.slipped_at == pytest.approx(range(1, 44), abs=0.1)


@pytest.mark.parametrize(("ppm", "faster"), [(50, True), (-50, False)])
def test_half_an_hour_at_50_ppm_slips_four_times(ppm: int, faster: bool) -> None:
    """50 ppm of 50 Hz over 1800 s = 4.5 frames."""
    run = run_clocks(P50.fps * (1 + Fraction(ppm, 10**6)), P50.fps, 1800, depth=2, seed=ppm)
    assert_slips(run, 4, faster)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_jitter_alone_never_slips(depth: int, seed: int) -> None:
    assert_slips(run_clocks(P50.fps, P50.fps, 300, depth=depth, seed=seed), 0, faster=True)


@settings(max_examples=30)
@given(
    drift=st.fractions(Fraction(3, 10), Fraction(8, 10), max_denominator=1000),
    whole=st.integers(0, 4),
    faster=st.booleans(),
    jitter_ms=st.integers(0, 8),
    seed=st.integers(0, 2**32),
)
def test_any_drift_slips_once_per_whole_frame(
    drift: Fraction, whole: int, faster: bool, jitter_ms: int, seed: int
) -> None:
    """`whole` frames and a fraction of drift over 100 s, up to 960 ppm; up to +-8 ms of jitter in 20."""
    sign = 1 if faster else -1
    run = run_clocks(P50.fps + sign * (whole + drift) / 100, P50.fps, 100, depth=2, seed=seed, jitter_ns=jitter_ms * MS)
    assert_slips(run, whole, faster)


@pytest.mark.parametrize("seed", range(6))
def test_depth_one_and_a_slow_source_repeat_once_early_and_then_per_whole_frame(seed: int) -> None:
    """The first repeat comes when 3/8 of a frame of slack is left; where the lock stands says when."""
    settled = run_clocks(Fraction("49.98"), P50.fps, 4, depth=1, seed=seed)
    slack = Fraction(settled.edge._phase.slack_ns, 20 * MS) + Fraction("0.08")
    assert Fraction("0.3") < slack < Fraction("1.7")
    early = min(slack - Fraction(3, 8), Fraction(1))
    run = run_clocks(Fraction("49.98"), P50.fps, round((early + Fraction(7, 2)) * 50), depth=1, seed=seed)
    assert_slips(run, 4, faster=False)
    assert [-drift for drift in run.slipped_at] == pytest.approx([float(early) + count for count in range(4)], abs=0.12)


class Bench:
    """A 50 Hz source without jitter and a sink, stepped by hand: item n arrives at 20n ms, ticks come 5 ms later."""

    def __init__(self, depth: int = 1, source: Rate = P50, sink: Rate = P50) -> None:
        self.edge: Paced[int] = Paced(depth, source, sink)
        self.source = source
        self.sink = sink
        self.index = 0
        self.ticks = 0

    def put(self, index: int | None = None, late_ms: int = 0) -> None:
        if index is not None:
            self.index = index
        self.edge.put(self.index, self.index, self.source.start_ns(self.index) + late_ms * MS)
        self.index += 1

    def take(self) -> int | Nothing:
        due = self.edge.take(self.sink.start_ns(self.ticks) + 5 * MS)
        self.ticks += 1
        return due.item if isinstance(due, Due) else due

    def both(self, count: int) -> list[int | Nothing]:
        """Put and take in turn, `count` times."""
        seen = []
        for _ in range(count):
            self.put()
            seen.append(self.take())
        return seen


def test_the_first_picture_falls_due_after_depth_frames() -> None:
    """Least slack: 12.5, 32.5 and 52.5 ms at depths 1 to 3; 5 ms before the tick does not reach it."""
    assert Bench(1).both(4) == [Nothing.NOT_YET, 0, 1, 2]
    assert Bench(2).both(5) == [Nothing.NOT_YET, Nothing.NOT_YET, 0, 1, 2]
    assert Bench(3).both(6) == [Nothing.NOT_YET] * 3 + [0, 1, 2]
    bench = Bench(1)
    bench.both(200)
    assert bench.edge._phase.slack_ns == 25 * MS
    assert bench.edge.counters() == EdgeCounters(put=200, taken=199, dropped=0, depth=1)


def test_repeats_are_told_with_the_item() -> None:
    edge: Paced[str] = Paced(1, P25, P50)
    edge.put("a", 0, 0)
    seen = [edge.take(20 * MS * tick) for tick in range(2, 6)]
    assert seen == [Due("a", 0), Due("a", 1), Due("a", 2), Due("a", 3)]
    assert edge.counters() == EdgeCounters(put=1, taken=1, dropped=0, repeated=3, converted=2, starved=1)


def test_a_picture_late_by_less_than_the_slack_is_in_time() -> None:
    bench = Bench(1)
    seen = bench.both(50)
    late = bench.take()
    bench.put(late_ms=24)
    seen += [late, *bench.both(50)]
    assert seen == [Nothing.NOT_YET, *range(100)]
    assert bench.edge.counters() == EdgeCounters(put=101, taken=100, dropped=0, depth=1)


def test_a_picture_later_than_that_is_skipped_and_the_lock_stays() -> None:
    bench = Bench(1)
    bench.both(50)
    assert [bench.take(), bench.take()] == [49, 49]
    bench.put(late_ms=26)
    bench.put(late_ms=6)
    assert bench.both(3) == [51, 52, 53]
    assert bench.edge.counters() == EdgeCounters(put=55, taken=53, dropped=1, repeated=1, starved=1, depth=1)


def test_a_picture_that_the_source_lost_is_no_slip() -> None:
    bench = Bench(2)
    bench.both(300)
    for _ in range(10):
        bench.take()
        bench.put(bench.index + 1)
        bench.take()
        bench.both(40)
    counters = bench.edge.counters()
    assert (counters.slips, counters.dropped, counters.repeated, counters.starved) == (0, 0, 10, 10)
    assert bench.edge._phase.slack_ns == 45 * MS


def test_a_source_that_stops_is_held_and_locked_anew_when_it_returns() -> None:
    bench = Bench(1)
    bench.both(200)
    held = [bench.take() for _ in range(500)]
    assert held == [199] * 500
    assert bench.edge._phase.slack_ns == 0
    assert bench.edge.counters() == EdgeCounters(put=200, taken=200, dropped=0, repeated=499, starved=499)
    bench.index = bench.ticks
    assert bench.both(200)[-3:] == [896, 897, 898]
    assert bench.edge.counters() == EdgeCounters(put=400, taken=399, dropped=0, repeated=500, starved=500, depth=1)
    assert bench.edge._phase.slack_ns == 25 * MS


def test_a_source_that_pauses_and_counts_on_is_locked_anew() -> None:
    """A stop of one second without a jump of the index: the time line moved, not the pictures."""
    bench = Bench(1)
    bench.both(200)
    for _ in range(50):
        bench.take()
    for index in range(200, 500):
        bench.edge.put(index, index, (index + 50) * 20 * MS)
        bench.take()
    counters = bench.edge.counters()
    assert (counters.slips, counters.dropped, counters.depth) == (0, 0, 1)
    assert counters.repeated == counters.starved == 50


def test_a_source_that_counts_from_the_start_again_is_locked_anew() -> None:
    edge: Paced[int] = Paced(1, P50, P50)
    bench = Bench(1)
    edge = bench.edge
    bench.both(200)
    for index in range(200):
        edge.put(index, index, (200 + index) * 20 * MS)
        last = bench.take()
    assert last == 198
    counters = edge.counters()
    assert (counters.put, counters.taken, counters.dropped, counters.slips) == (400, 398, 1, 0)
    assert counters.repeated == counters.starved == 1


def test_a_sink_that_stands_still_costs_counted_drops_and_no_growth() -> None:
    bench = Bench(1)
    bench.both(200)
    for _ in range(1000):
        bench.put()
    capacity = bench.edge.capacity
    assert bench.edge.counters() == EdgeCounters(put=1200, taken=199, dropped=1001 - capacity, depth=capacity)
    bench.ticks = 1199
    assert [bench.take(), *bench.both(2)] == [1198, 1199, 1200]
    counters = bench.edge.counters()
    assert (counters.put, counters.taken, counters.depth, counters.slips) == (1202, 202, 1, 0)
    assert counters.dropped == counters.put - counters.taken - counters.depth


@pytest.mark.parametrize(
    ("source", "sink", "cadence"),
    [
        ("25", "50", [1, 0]),
        ("50", "25", [2]),
        ("24", "60", [0, 0, 1, 0, 1]),
        ("60", "24", [2, 3]),
        ("29.97", "59.94", [1, 0]),
        ("30", "25", [1, 1, 1, 1, 2]),
    ],
)
def test_rates_that_differ_by_name_convert_in_a_fixed_cadence(source: str, sink: str, cadence: list[int]) -> None:
    bench = Bench(1, Rate.parse(source), Rate.parse(sink))
    shown: list[int] = []
    for tick in range(3000):
        while bench.source.start_ns(bench.index) <= bench.sink.start_ns(tick) + 5 * MS:
            bench.put()
        item = bench.take()
        shown.extend([item] if isinstance(item, int) else [])
    steps = [after - before for before, after in itertools.pairwise(shown)]
    offset = next(shift for shift in range(len(cadence)) if steps[:10] == (cadence * 20)[shift : shift + 10])
    assert steps == (cadence * 3000)[offset : offset + len(steps)]
    counters = bench.edge.counters()
    assert (counters.slips, counters.starved) == (0, 0)
    assert counters.repeated == steps.count(0)
    assert counters.dropped == sum(step - 1 for step in steps if step) + shown[0]
    assert counters.converted == counters.repeated + counters.dropped


def test_23_976_into_24_repeats_one_in_a_thousand_and_one() -> None:
    bench = Bench(2, Rate.parse("23.976"), Rate.of(24))
    for tick in range(3 * 1001 + 10):
        while bench.source.start_ns(bench.index) <= bench.sink.start_ns(tick) + 5 * MS:
            bench.put()
        bench.take()
    counters = bench.edge.counters()
    assert (counters.repeated, counters.converted, counters.dropped) == (3, 3, 0)
    assert (counters.slips, counters.starved) == (0, 0)


@pytest.mark.parametrize(("source", "slips"), [("25", 4), ("50", 4)])
def test_drift_slips_beside_a_conversion(source: str, slips: int) -> None:
    """25 to 50 and 50 to 25, 200 ppm fast over 450 s: 4.5 frames of the faster side."""
    named, sink = Rate.parse(source), Rate.of(75 - int(source))
    bench = Bench(1, named, sink)
    ticks = 450 * int(sink.fps)
    for tick in range(ticks):
        while (arrived_ns := named.start_ns(bench.index) * 5000 // 5001) <= sink.start_ns(tick) + 5 * MS:
            bench.edge.put(bench.index, bench.index, arrived_ns)
            bench.index += 1
        bench.take()
    counters = bench.edge.counters()
    assert (counters.slips, counters.starved) == (slips, 0)
    assert counters.put == counters.taken + counters.dropped + counters.depth


def test_closing_lets_everything_go() -> None:
    bench = Bench(2)
    bench.both(10)
    bench.edge.close()
    assert bench.take() is Nothing.CLOSED
    assert not bench.edge.put(99, 99, 0)
    assert bench.edge.counters() == EdgeCounters(put=10, taken=8, dropped=0, left=2)


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("late_ms", [0, 5, 10])
def test_how_long_a_picture_waits(depth: int, late_ms: int) -> None:
    """The depth, 3/8 of a frame less to 5/8 more, and up to as much longer as the first picture came late."""
    waits = []
    for phase_ms in range(20):
        edge: Paced[int] = Paced(depth, P50, P50)
        arrivals = [(20 * index + (late_ms if index == 0 else 0)) * MS for index in range(30)]
        waiting = list(enumerate(arrivals))
        shown = set()
        for tick in range(28):
            tick_ns = (20 * tick + phase_ms) * MS
            while waiting and waiting[0][1] <= tick_ns:
                index, arrived_ns = waiting.pop(0)
                edge.put(index, index, arrived_ns)
            due = edge.take(tick_ns)
            if isinstance(due, Due) and due.item > 0 and due.item not in shown:
                shown.add(due.item)
                waits.append(Fraction(tick_ns - arrivals[due.item], 20 * MS))
    late = Fraction(late_ms, 20)
    least, most = depth - Fraction(3, 8), depth + Fraction(5, 8)
    assert least <= min(waits)
    assert max(waits) < most + late
    assert max(waits) >= (most if late else most - Fraction(1, 20))


def test_other_depths_are_refused() -> None:
    with pytest.raises(ValueError, match="one to three frames"):
        Paced(4, P50, P50)


@pytest.mark.emulated
@pytest.mark.alone
def test_three_seconds_of_real_threads_lose_nothing() -> None:
    """Source and sink in threads of their own on the machine's clock, puts up to 10 ms late at 25 Hz."""
    clock = MonotonicClock()
    edge: Paced[int] = Paced(2, P25, P25)
    start_ns = clock.now_ns() + 20 * MS
    chance = random.Random(1)
    shown: list[int] = []

    def source() -> None:
        for index in range(80):
            clock.sleep_until_ns(start_ns + P25.start_ns(index) + chance.randrange(10 * MS))
            edge.put(index, index, clock.now_ns())

    def sink() -> None:
        for tick in range(78):
            tick_ns = start_ns + P25.start_ns(tick) + 17 * MS
            clock.sleep_until_ns(tick_ns)
            due = edge.take(tick_ns)
            shown.extend([due.item] if isinstance(due, Due) else [])

    threads = [threading.Thread(target=source), threading.Thread(target=sink)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown == list(range(len(shown)))
    counters = edge.counters()
    assert counters == EdgeCounters(put=80, taken=len(shown), dropped=0, depth=80 - len(shown))
