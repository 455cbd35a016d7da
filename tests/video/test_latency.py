"""Percentiles within 1 % of NumPy's exact ones, in memory that does not grow."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.video.latency import IN_FLIGHT, EdgeTime, Percentiles, Spread


def recorded(durations: list[int]) -> Percentiles:
    percentiles = Percentiles()
    for duration_ns in durations:
        percentiles.record(duration_ns)
    return percentiles


@given(st.lists(st.integers(0, 13 * 24 * 3600 * 10**9), min_size=1, max_size=300))
def test_percentiles_against_numpy(durations: list[int]) -> None:
    spread = recorded(durations).spread()
    exact = [int(value) for value in np.percentile(durations, [50, 95, 99], method="inverted_cdf")]
    assert [spread.p50_ns, spread.p95_ns, spread.p99_ns] == pytest.approx(exact, rel=0.004, abs=1)
    assert (spread.count, spread.max_ns) == (len(durations), max(durations))


@pytest.mark.parametrize("seed", range(3))
def test_percentiles_of_a_long_run(seed: int) -> None:
    durations = np.random.default_rng(seed).lognormal(15, 1, 20_000).astype(np.int64)
    spread = recorded([int(value) for value in durations]).spread()
    exact = [int(value) for value in np.percentile(durations, [50, 95, 99], method="inverted_cdf")]
    assert [spread.p50_ns, spread.p95_ns, spread.p99_ns] == pytest.approx(exact, rel=0.004)


def test_short_durations_are_exact_and_negative_ones_are_none() -> None:
    assert recorded(list(range(1, 101))).spread() == Spread(100, 50, 95, 99, 100)
    assert recorded([-5]).spread() == Spread(1, 0, 0, 0, 0)
    assert recorded([2**60]).spread().max_ns == 2**50 - 1
    assert Percentiles().spread() == Spread(0, 0, 0, 0, 0)


def test_memory_does_not_grow() -> None:
    percentiles = recorded([0])
    before = sys.getsizeof(percentiles._bins)
    for duration_ns in range(0, 2**50, 2**38):
        percentiles.record(duration_ns)
    assert sys.getsizeof(percentiles._bins) == before < 50_000


def test_time_in_an_edge_is_from_the_put_to_the_first_take() -> None:
    edge = EdgeTime()
    edge.put(7, 1000)
    edge.put(8, 2000)
    edge.took(7, 1040)
    edge.took(7, 9000)  # shown again
    edge.took(8, 2070)
    assert edge.spent_ns.spread() == Spread(2, 40, 70, 70, 70)


def test_what_is_dropped_in_an_edge_does_not_count() -> None:
    edge = EdgeTime()
    for index in range(3 * IN_FLIGHT):
        edge.put(index, 10 * index)
    edge.took(0, 10**9)
    edge.took(3 * IN_FLIGHT - 1, 10 * (3 * IN_FLIGHT - 1) + 5)
    assert edge.spent_ns.spread() == Spread(1, 5, 5, 5, 5)
