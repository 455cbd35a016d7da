"""Ticks of a live output when time jumps: a machine that slept, a card that left out an hour."""

from __future__ import annotations

import pytest

from livegrade.outputs.sink import Tick
from livegrade.session.beat import MOST_MISSED, OVERSLEPT, CardBeat, ClockBeat
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import NS_PER_SECOND, Rate

PERIOD_NS = 20_000_000
FPS = Rate.of(50)
HOUR = 3600 * 50


class Told:
    """What an edge was told beside its items."""

    def __init__(self, beat: ClockBeat | CardBeat, monkeypatch: pytest.MonkeyPatch) -> None:
        self.missed: list[int] = []
        self.restarts = 0
        monkeypatch.setattr(beat.edge, "miss", self.missed.append)
        monkeypatch.setattr(beat.edge, "restart", self._restart)

    def _restart(self) -> None:
        self.restarts += 1


class Card:
    def __init__(self) -> None:
        self.number = 0

    def wait_tick(self, timeout_ns: int) -> Tick | None:
        return Tick(1, self.number, self.number * PERIOD_NS)


def test_ticks_slept_through_are_told_one_by_one(monkeypatch) -> None:
    clock = FakeClock()
    beat = ClockBeat(FPS, 1, clock, 0)
    told = Told(beat, monkeypatch)
    assert beat.tick() == 0
    clock.advance((4 + OVERSLEPT) * PERIOD_NS + 1)
    assert [beat.tick() for _ in range(OVERSLEPT)] == [(5 + n) * PERIOD_NS for n in range(OVERSLEPT)]
    assert (told.missed, told.restarts) == ([n * PERIOD_NS for n in range(1, 5)], 0)


def test_an_hour_slept_through_is_one_step(monkeypatch) -> None:
    clock = FakeClock()
    beat = ClockBeat(FPS, 1, clock, 0)
    told = Told(beat, monkeypatch)
    assert beat.tick() == 0
    clock.advance(3600 * NS_PER_SECOND + 1)
    tick_ns = beat.tick()
    assert 0 <= tick_ns % PERIOD_NS == 0
    assert clock.now_ns() - tick_ns <= PERIOD_NS
    assert beat.tick() == tick_ns + PERIOD_NS
    assert len(told.missed) < 2
    assert told.restarts == 1


@pytest.mark.parametrize("jump", [3, HOUR])
def test_ticks_that_a_card_leaves_out_are_told_up_to_a_bound(monkeypatch, jump: int) -> None:
    card = Card()
    beat = CardBeat(FPS, 1, FakeClock(), card)
    told = Told(beat, monkeypatch)
    for _ in range(30):
        card.number += 1
        beat.tick()
    assert told.restarts == 1
    first = card.number
    card.number += jump
    assert beat.tick() == card.number * PERIOD_NS
    if jump <= MOST_MISSED:
        assert told.missed == [n * PERIOD_NS for n in range(first + 1, card.number)]
        assert told.restarts == 1
    else:
        assert (told.missed, told.restarts) == ([], 2)
