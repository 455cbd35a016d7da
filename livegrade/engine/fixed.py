"""Which looks the all-integer path of the extension can run, and how far off it would be.

The path is: decode with slope and offset, hold at 0..1, a curve a channel, saturation, a curve a channel, lattice; all
in Q15, so that every step rounds to 1/32768 of the range. What the lattice makes of that rounding is estimated here; a
look that would be off by more than the engine's limits is left to the float path.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from livegrade.engine.program import Cube, Lookup, Mix, Raise, Ramp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.engine.program import Floats, Operation, Scalar

MOST_SATURATION = 1.9999
MOST_WEIGHT = 32767 / 32768
"""A luma weight of 1 would be 32768, which a signed 16-bit lane reads as -32768."""

LARGEST_ALLOWED = 0.9
MEAN_ALLOWED = 0.015
UNAVOIDABLE = 0.45
"""Mean error in steps of a curve that its quadratics follow perfectly; the rest of it is misfit, at kinks say."""

LATTICE_MEAN = 0.007
"""Mean error in 10-bit codes of the 16-bit lattice alone."""


@dataclass(frozen=True, slots=True, eq=False)
class FixedPlan:
    """A look in the form of the path.

    `decode`: (3, 4) from codes to the 0..1 that `first` works on. Curves: scalar operations on channel 0, or none.
    """

    decode: Floats
    first: tuple[tuple[Scalar, ...], ...]
    saturation: float
    weights: Floats
    second: tuple[tuple[Scalar, ...], ...]
    cube: Cube


Held: TypeAlias = tuple[float, float, tuple["Scalar", ...]]
"""Ends of the interval outside of which a curve is constant, and the curve from 0..1 of that interval."""


def fixed_plan(operations: Sequence[Operation]) -> FixedPlan | None:
    """None where the operations do not have the form of the path. The source must be Y'CbCr."""
    linear = [index for index, operation in enumerate(operations) if isinstance(operation, Mix)]
    cube = operations[-1]
    if not isinstance(cube, Cube) or not linear or linear[0] != 0 or len(linear) > 2:
        return None
    decode = operations[0]
    middle = operations[linear[1]] if len(linear) == 2 else None
    split = linear[1] if len(linear) == 2 else len(operations) - 1
    before, after = _by_channel(operations[1:split]), _by_channel(operations[split + 1 : -1])
    if not isinstance(decode, Mix) or before is None or after is None:
        return None
    saturated = _saturation(middle.values) if isinstance(middle, Mix) else (1.0, np.array([1.0, 0.0, 0.0]))
    first = [_held(curve, ends_held=middle is None) for curve in before]
    second = [_held(curve, ends_held=True) for curve in after]
    if saturated is None or not _has_ycbcr_form(decode.values):
        return None
    if not all(_within_unit(held) for held in (*first, *second)):
        return None
    kept = [held for held in (*first, *second) if held is not None]
    if any((low, high) != (0.0, 1.0) for low, high, _ in kept[3:]):
        return None
    ends = np.array([(low, high) for low, high, _ in kept[:3]])
    rows = decode.values.copy()
    rows[:, 3] -= ends[:, 0]
    rows /= (ends[:, 1] - ends[:, 0])[:, np.newaxis]
    curves = tuple(curve for _, _, curve in kept)
    return FixedPlan(rows, curves[:3], saturated[0], saturated[1], curves[3:], cube)


@dataclass(frozen=True, slots=True)
class Slopes:
    """10-bit codes that one step of Q15 in all three channels comes to behind a lattice.

    `largest`: in the steepest cells, the channels adding up. `typical`: in cells steeper than nine tenths of all, the
    channels independent.
    """

    largest: float
    typical: float

    @classmethod
    def of(cls, lattice: Floats, tail: Floats) -> Slopes:
        """Of lattice (n, n, n, 3) followed by tail (3, 4), which gives 10-bit codes."""
        codes = lattice @ tail[:, :3].T
        cells = lattice.shape[0] - 1
        axes = [np.abs(np.diff(codes, axis=axis)).reshape(-1, 3).max(axis=1) * cells / 32768 for axis in range(3)]
        typical = math.sqrt(sum(float(np.quantile(axis, 0.9)) ** 2 for axis in axes))
        return cls(sum(float(axis.max()) for axis in axes), typical)


class CurveError(Protocol):
    """What a fitted curve costs, in steps of Q15 (see FixedCurve of the extension)."""

    @property
    def error(self) -> float: ...

    @property
    def largest_step(self) -> float: ...

    @property
    def steep_step(self) -> float: ...

    @property
    def usual_error(self) -> float: ...


def is_close_enough(
    plan: FixedPlan, slopes: Slopes, first: Sequence[CurveError | None], second: Sequence[CurveError | None]
) -> bool:
    """Whether the path stays within one code and well under a mean of 0.02 codes of 10 bits (DESIGN 5).

    Largest error: every rounding at its worst, in the steepest cell. Mean error: shares found by measuring looks of
    slope 1 to 4.5 on the benchmark's picture (tests/bench/README.md).
    """
    worst, usual = 0.5, 0.2
    worst, usual = _behind(first, worst, usual)
    if plan.saturation != 1.0:
        gain = plan.saturation + abs(1.0 - plan.saturation)
        worst, usual = worst * gain + 1.0, usual + 0.05
    worst, usual = _behind(second, worst, usual)
    mean = math.hypot(LATTICE_MEAN, usual * slopes.typical)
    return worst * slopes.largest <= LARGEST_ALLOWED and mean <= MEAN_ALLOWED


def _behind(curves: Sequence[CurveError | None], worst: float, usual: float) -> tuple[float, float]:
    """Errors in steps behind curves, from those before them."""
    fitted = [curve for curve in curves if curve is not None]
    if not fitted:
        return worst, usual
    worst = max(worst * max(curve.largest_step, 1.0) + curve.error for curve in fitted)
    misfit = max(curve.usual_error for curve in fitted) - UNAVOIDABLE
    return worst, usual * max(1.0, *(curve.steep_step for curve in fitted)) + max(misfit, 0.05)


def _by_channel(operations: Sequence[Operation]) -> list[tuple[Scalar, ...]] | None:
    curves: list[list[Scalar]] = [[], [], []]
    for operation in operations:
        if isinstance(operation, (Mix, Cube)):
            return None
        curves[operation.channel].append(replace(operation, channel=0))
    return [tuple(curve) for curve in curves]


def _held(curve: tuple[Scalar, ...], *, ends_held: bool) -> Held | None:
    """`ends_held`: what follows holds the result at 0 and 1. None where the curve is constant nowhere or everywhere."""
    match curve:
        case ():
            interval: tuple[float, float] | None = (0.0, 1.0) if ends_held else None
        case (Ramp(_, 1.0, 0.0, low, high), *_) if math.isfinite(low) and math.isfinite(high):
            interval = (low, high)
        case (Lookup(_, first, last, _), *_):
            interval = (first, last)
        case _ if ends_held and all(isinstance(step, Raise) and step.exponent > 0 for step in curve):
            interval = (0.0, 1.0)
        case _:
            interval = None
    if interval is None or not interval[0] < interval[1]:
        return None
    low, high = interval
    rest = curve[1:] if curve and isinstance(curve[0], Ramp) else curve
    if (low, high) != (0.0, 1.0):
        rest = (Ramp(0, high - low, low, -math.inf, math.inf), *rest)
    return low, high, rest


def _within_unit(held: Held | None) -> bool:
    """Whether the curve stays in 0..1, as far as can be seen at 257 places."""
    if held is None:
        return False
    x = np.linspace(0.0, 1.0, 257)
    for step in held[2]:
        match step:
            case Ramp(_, scale, offset, low, high):
                x = np.clip(x * scale + offset, low, high)
            case Raise(_, exponent):
                x = np.where(x > 0, np.power(np.maximum(x, 0.0), exponent), x)
            case Lookup(_, first, last, values):
                x = np.interp(x, np.linspace(first, last, len(values)), values)
    return bool(x.min() >= -1e-9 and x.max() <= 1.0 + 1e-9)


def _has_ycbcr_form(decode: Floats) -> bool:
    """Whether R' is free of Cb and B' of Cr, as in every Y'CbCr."""
    return bool(abs(decode[0, 1]) < 1e-12 and abs(decode[2, 2]) < 1e-12)


def _saturation(matrix: Floats) -> tuple[float, Floats] | None:
    """(s, w) where the matrix is s I + (1 - s) times rows w that sum to 1."""
    linear = matrix[:, :3]
    s = float(linear[0, 0] - linear[1, 0])
    if np.any(np.abs(matrix[:, 3]) > 1e-9) or not 0.0 <= s <= MOST_SATURATION or abs(s - 1.0) < 1e-9:
        return None
    weights = (linear[1] - np.array([0.0, s, 0.0])) / (1.0 - s)
    rebuilt = s * np.eye(3) + (1.0 - s) * weights
    if np.any(weights > MOST_WEIGHT):
        return None
    fits = np.allclose(linear, rebuilt, rtol=0.0, atol=1e-9) and abs(float(weights.sum()) - 1.0) < 1e-9
    return (s, weights) if fits and bool(np.all(weights >= 0.0)) else None
