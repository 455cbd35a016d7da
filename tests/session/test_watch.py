"""When silence is a loss, to the nanosecond."""

from __future__ import annotations

import random

import pytest

from livegrade.session.watch import FIRST_NS, LEAST_NS, SECOND_LOOK_NS, Watch

MS = 1_000_000


def lost_after(watch: Watch) -> int:
    """Looks when the watch says so, as the engine thread does; nanoseconds from the last picture to the loss."""
    now = watch.last_ns
    while not watch.is_silent(now):
        now += watch.next_look_ns(now)
    return now - watch.last_ns


def running(period_ns: int, arrivals: list[int]) -> Watch:
    watch = Watch(0)
    for arrival in arrivals:
        watch.arrived(period_ns, arrival)
    return watch


@pytest.mark.parametrize(("period_ms", "patience_ms"), [(10, 120), (20, 120), (40, 120), (50, 150), (100, 300)])
def test_three_periods_and_at_least_120_ms(period_ms, patience_ms) -> None:
    watch = running(period_ms * MS, [n * period_ms * MS for n in range(100)])
    assert lost_after(watch) == patience_ms * MS + 1 + SECOND_LOOK_NS


def test_the_first_picture_may_take_a_second() -> None:
    assert lost_after(Watch(7)) == FIRST_NS + 1 + SECOND_LOOK_NS


def test_a_machine_that_stood_still_is_given_a_second_look() -> None:
    watch = running(20 * MS, [0, 20 * MS])
    assert not watch.is_silent(900 * MS)
    assert not watch.is_silent(919 * MS)
    watch.arrived(20 * MS, 919 * MS)
    assert not watch.is_silent(925 * MS)
    assert watch.next_look_ns(925 * MS) > SECOND_LOOK_NS


def test_a_stream_in_bursts_is_lost_once_at_most() -> None:
    """Ten pictures at once every 400 ms: after the first burst that is how this stream comes."""
    watch, losses = Watch(0), 0
    for burst in range(50):
        due = burst * 400 * MS
        losses += burst > 0 and lost_after(watch) < due - watch.last_ns
        for _ in range(10):
            watch.arrived(40 * MS, due)
    assert losses == 1
    assert lost_after(watch) < 1000 * MS


def test_jitter_within_reason_is_never_a_loss() -> None:
    chance = random.Random(4)
    watch = Watch(0)
    for index in range(5000):
        arrival = index * 40 * MS + chance.randrange(39 * MS)
        assert index == 0 or lost_after(watch) > arrival - watch.last_ns
        watch.arrived(40 * MS, arrival)


def test_patience_returns_after_one_late_picture_and_a_loss_teaches_none() -> None:
    arrivals = [n * 40 * MS for n in range(100)]
    late = [arrivals[-1] + 300 * MS + n * 40 * MS for n in range(200)]
    gone = [late[-1] + 5000 * MS + n * 40 * MS for n in range(2)]
    assert lost_after(running(40 * MS, arrivals + late[:1])) > 600 * MS
    assert lost_after(running(40 * MS, arrivals + late)) == LEAST_NS + 1 + SECOND_LOOK_NS
    assert lost_after(running(40 * MS, arrivals + late + gone)) == LEAST_NS + 1 + SECOND_LOOK_NS
