"""Clocks: the fake one moves exactly as told, the real one never wakes early."""

from __future__ import annotations

import time

import pytest

from livegrade.timing.clock import FakeClock, MonotonicClock


def test_a_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock(1000)
    assert clock.now_ns() == 1000
    clock.advance(500)
    clock.sleep_until_ns(1400)
    assert clock.now_ns() == 1500
    clock.sleep_until_ns(10**15)
    assert clock.now_ns() == 10**15
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)
    assert clock.of_counter_ns(5) == 10**15


def test_the_real_clock_sleeps_to_the_moment_and_not_before() -> None:
    clock = MonotonicClock()
    moment_ns = clock.now_ns() + 2_000_000
    clock.sleep_until_ns(moment_ns)
    assert clock.now_ns() >= moment_ns
    clock.sleep_until_ns(0)
    counter_ns = time.perf_counter_ns()
    assert moment_ns <= clock.of_counter_ns(counter_ns) <= clock.now_ns()
