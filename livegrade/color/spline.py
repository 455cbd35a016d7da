"""A smooth curve through points that never swings beyond them: monotone piecewise cubic, for RGB curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class MonotoneCubic:
    """Cubic Hermite pieces through (x, y), straight on beyond the first and last point.

    `x` rises, `y` may do what it likes; 2 points or more. Slopes: weighted harmonic mean of the two neighbouring
    secants, zero where they differ in sign (F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5, 1984); at the ends
    the three-point formula, held so that the shape stays (C. Moler, Numerical Computing with MATLAB, 3.4, `pchip`).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    slopes: NDArray[np.float64]

    @classmethod
    def through(cls, points: tuple[tuple[float, float], ...]) -> MonotoneCubic:
        x, y = np.array(points, dtype=np.float64).T
        return cls(x, y, _slopes(np.diff(x), np.diff(y) / np.diff(x)))

    def __call__(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        piece = np.clip(np.searchsorted(self.x, at, side="right") - 1, 0, len(self.x) - 2)
        width = self.x[piece + 1] - self.x[piece]
        inside = np.clip(at, self.x[0], self.x[-1])
        t = (inside - self.x[piece]) / width
        start, end = self.y[piece], self.y[piece + 1]
        rise, fall = width * self.slopes[piece], width * self.slopes[piece + 1]
        cubic = start + t * (rise + t * (3 * (end - start) - 2 * rise - fall + t * (2 * (start - end) + rise + fall)))
        beyond = np.where(at < self.x[0], self.slopes[0], self.slopes[-1])
        return np.asarray(np.where(at == inside, cubic, cubic + (at - inside) * beyond))


def _slopes(widths: NDArray[np.float64], secants: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(secants) == 1:
        return np.repeat(secants, 2)
    before, after = secants[:-1], secants[1:]
    weight1, weight2 = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
    same = before * after > 0
    safe_before, safe_after = np.where(same, before, 1.0), np.where(same, after, 1.0)
    inner = np.where(same, (weight1 + weight2) / (weight1 / safe_before + weight2 / safe_after), 0.0)
    first = _end_slope(widths[0], widths[1], secants[0], secants[1])
    last = _end_slope(widths[-1], widths[-2], secants[-1], secants[-2])
    return np.concatenate([[first], inner, [last]])


def _end_slope(width: float, next_width: float, secant: float, next_secant: float) -> float:
    slope = ((2 * width + next_width) * secant - width * next_secant) / (width + next_width)
    if slope * secant <= 0:
        return 0.0
    if secant * next_secant <= 0 and abs(slope) > 3 * abs(secant):
        return 3 * secant
    return slope
