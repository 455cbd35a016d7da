"""What stands at the axes of a plot: which values of a signal have a tick, and what it is called in a scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Tick: TypeAlias = tuple[float, str]
"""A value, 0 = black and 1 = white, and its name, "" for a tick without one."""

CROWDED = 6
"""So many ticks without a name have the room of a name."""
STEPS = (3.0, 1.0, 0.5, 0.25)
"""Of stops, whole ones before their parts."""


class Scale(Protocol):
    """Of one axis."""

    def ticks(self, low: float, high: float, apart: float) -> list[Tick]:
        """From `low` to `high`; names stand at least `apart` from each other, all of them values of the signal."""
        ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """Codes or percent. `black`: the number of 0; `reach`: how many are from there to 1; `steps`: rising, of what is
    named; `ends`: the lowest and the highest number that there is."""

    black: float
    reach: float
    steps: tuple[float, ...]
    ends: tuple[float, float]

    def words(self, value: float) -> str:
        """Of a value: percent to a tenth, codes whole."""
        number = self.black + self.reach * value
        return f"{number:.1f}\u00a0%" if self.steps[0] < 1 else f"{number:.0f}"

    def ticks(self, low: float, high: float, apart: float) -> list[Tick]:
        """Black and white, and between them the multiples of the least step that has room."""
        step = next((step for step in self.steps if step / self.reach >= apart), self.steps[-1])
        first, last = (self.black + self.reach * value for value in (low, high))
        first, last = max(first, self.ends[0]), min(last, self.ends[1])
        strong = [number for number in (self.black, self.black + self.reach) if first <= number <= last]
        whole = range(math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9) + 1)
        others = [
            number
            for number in (count * step for count in whole)
            if all(abs(number - one) / self.reach >= apart for one in strong)
        ]
        return [((number - self.black) / self.reach, f"{number:g}") for number in sorted([*strong, *others])]


@dataclass(frozen=True, slots=True)
class Stops:
    """Of a camera. `known`: the stops over 18 % grey of values, rising."""

    known: tuple[tuple[float, float], ...]

    def ticks(self, low: float, high: float, apart: float) -> list[Tick]:
        """0 before all, then every third, then whole stops, then their parts, where they have room."""
        seen = [one for one in self._placed(STEPS[-1]) if low <= one[1] <= high]
        named: dict[float, float] = {}
        for step in (math.inf, *STEPS):
            for stop, value in seen:
                if math.fmod(stop, step) == 0 and all(abs(value - other) >= apart for other in named.values()):
                    named[stop] = value
        others: list[float] = []
        for stop, value in seen:
            taken = [*named.values(), *others]
            if stop == int(stop) and all(abs(value - other) >= apart / CROWDED for other in taken):
                others.append(value)
        ticks = [(value, f"{stop:+g}" if stop else "0") for stop, value in named.items()]
        return sorted([*ticks, *((value, "") for value in others)])

    def _placed(self, step: float) -> Iterator[tuple[float, float]]:
        """Multiples of a step and their values, where two values that are known are no more than a stop apart."""
        for (before, x0), (after, x1) in pairwise(self.known):
            if 0 < after - before <= 1.0:
                for count in range(math.floor(before / step) + 1, math.floor(after / step) + 1):
                    stop = count * step
                    yield stop, x0 + (stop - before) / (after - before) * (x1 - x0)
