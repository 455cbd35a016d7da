"""Where the planes of a bake stand along a channel: even steps of the signal, or denser just above black.

A camera's log signal is nearly straight below its darkest stops, where the curve of a display is steepest: with even
steps all that lies more than five stops under grey shares two or three cells. Behind a power of the distance to black
the planes stand where the picture is; powers are cheap in every backend, and exact both ways.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.slots import Affine, Curve, Power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.fold import Interval
    from livegrade.color.slots import Formula, Step

    Floats = NDArray[np.float64]

WIDEST = 8.0
"""What a bake reaches at most on either side; beyond it the value is held."""

DENSER = 0.75
"""The power of the distance to black at which planes are even."""

BELOW_BLACK = 0.25
"""What a distance is multiplied by before the power: below black, where there is none, planes stand further apart.
Both numbers were chosen on photographs (tests/bench/README.md)."""

BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class Axis:
    """`size` planes along a channel. `steps`: from a value to 0..1, where the planes are even; `back`: the inverse."""

    size: int
    steps: tuple[Step, ...]
    back: tuple[Step, ...]

    @property
    def curve(self) -> Curve:
        return Curve(self.steps)

    @property
    def ends(self) -> Interval:
        """The values of the first and of the last plane; beyond them a lattice holds."""
        first, last = self.values(np.array([0.0, 1.0])).tolist()
        return first, last

    @property
    def planes(self) -> Floats:
        """(size,): the values that the planes stand for."""
        return self.values(np.linspace(0.0, 1.0, self.size))

    def values(self, places: Floats) -> Floats:
        """The values at `places` of 0..1."""
        return Curve(self.back).apply(places)


def planes(interval: Interval, size: int) -> Floats:
    """`size` equally spaced planes that cover `interval` and 0..1, as close as can be with planes on 0 and on 1."""
    low, high = max(min(interval[0], 0.0), -WIDEST), min(max(interval[1], 1.0), WIDEST)
    per_unit = int((size - 1) / (high - low) + 1e-9)
    while _count(-low, per_unit) + _count(high, per_unit) > size - 1:
        per_unit -= 1
    return np.asarray((np.arange(size) - _count(-low, per_unit)) / per_unit)


def even_axis(interval: Interval, size: int) -> Axis:
    """Even planes over `interval` and 0..1, on 0 and on 1, where clamps bend."""
    stand = planes(interval, size)
    return between(float(stand[0]), float(stand[-1]), size)


def between(first: float, last: float, size: int) -> Axis:
    """Even planes from `first` to `last`."""
    return Axis(size, (_to_unit(first, last),), (Affine(last - first, first),))


def denser_above(black: float) -> Curve:
    """From a signal to where planes are even: close above `black`, far apart below it."""
    return Curve((Affine(BELOW_BLACK, -BELOW_BLACK * black), Power(DENSER)))


def axis_about(black: float, interval: Interval, size: int) -> Axis:
    """Planes that cover `interval` and 0..1, one of them on `black` (within 0..1), denser above it and wider below."""
    low, high = max(min(interval[0], 0.0), -WIDEST), min(max(interval[1], 1.0), WIDEST)
    lead = denser_above(black)
    bottom, top = lead.apply(np.array([low, high])).tolist()
    below = math.ceil(-bottom / (top - bottom) * (size - 1) - 1e-9)
    step = max(top / (size - 1 - below), -bottom / below if below else 0.0)
    first, last = -below * step, (size - 1 - below) * step
    steps = (*lead.steps, _to_unit(first, last))
    back = (Affine(last - first, first), Power(1.0 / DENSER), Affine(1.0 / BELOW_BLACK, black))
    return Axis(size, steps, back)


@lru_cache(maxsize=16)
def zero_of(formula: Formula) -> float | None:
    """Where a formula gives 0, within 0..1, by bisection; None where it does not rise to it there."""
    low, high = 0.0, 1.0
    ends = formula.apply(np.array([low, high]))
    if not formula.rising or not ends[0] <= 0.0 < ends[1]:
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if formula.apply(np.array([middle]))[0] > 0.0:
            high = middle
        else:
            low = middle
    return low


def _to_unit(first: float, last: float) -> Affine:
    scale = 1.0 / (last - first)
    return Affine(scale, -first * scale)


def _count(length: float, per_unit: int) -> int:
    return math.ceil(length * per_unit - 1e-9)
