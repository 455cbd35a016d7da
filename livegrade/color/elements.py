"""What nodes come down to, in order: curves, matrices and lattices, which fit slots, and two kinds that must be baked.

`blend` mixes what a list of elements does with what went in, exactly wherever the result is a curve or a matrix again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.slots import (
    Affine,
    Clamp,
    Curve,
    Curves,
    Formula,
    Lattice,
    Matrix3,
    Power,
    Table,
    lattice_points,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from livegrade.color.slots import Step


MOST_BLENDED = 1e6
"""Blended curves hold their input here on either side, so that nothing infinite meets its like."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A function of colours that is known only by running it. Equal `key`s mean equal functions.

    `function`: float64 (..., 3) to the same shape; what it gives is a signal, never linear light (`fit.py`).
    """

    key: Hashable
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]] = field(compare=False, repr=False)

    def apply(self, rgb: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.function(rgb)


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """out = in + share * (elements(in) - in), where that is neither a curve nor a matrix. `share`: 0..1."""

    elements: tuple[Element, ...]
    share: float

    def apply(self, rgb: NDArray[np.float64]) -> NDArray[np.float64]:
        """`rgb`: float64 (..., 3)."""
        return rgb + self.share * (applied(self.elements, rgb) - rgb)


Element: TypeAlias = Curves | Matrix3 | Lattice | Blend | Opaque


def applied(elements: Iterable[Element], rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """`elements` one after the other. `rgb`: float64 (..., 3)."""
    for element in elements:
        rgb = element.apply(rgb)
    return rgb


def blend(elements: Sequence[Element], share: float) -> tuple[Element, ...]:
    """Elements that do in + share * (elements(in) - in); exact. `share`: 0 to 1."""
    if share == 1.0 or not elements:
        return tuple(elements)
    if share == 0.0:
        return ()
    match tuple(elements):
        case (Curves() as curves,):
            return (Curves(*(_blend_curve(curve, share) for curve in curves)),)
        case (Matrix3(values),):
            return (_blend_matrix(values, share),)
        case (Matrix3(values), Curves() as offsets) if (added := _offsets(offsets)) is not None:
            shares = (Curve((Affine(1.0, share * offset),)) for offset in added)
            return (_blend_matrix(values, share), Curves(*shares))
        case every:
            return (Blend(every, share),)


@lru_cache(maxsize=16)
def blend_lattice(lattice: Lattice, share: float) -> Lattice:
    """The lattice that does the blend for input within 0..1. The same object each time while it is in use."""
    axis = np.linspace(0.0, 1.0, lattice.size)
    identity = lattice_points(axis, axis, axis)
    return Lattice(identity + share * (lattice.values - identity))


def _blend_matrix(values: NDArray[np.float64], share: float) -> Matrix3:
    return Matrix3(np.eye(3) + share * (values - np.eye(3)))


def _blend_curve(curve: Curve, share: float) -> Curve:
    match curve.steps:
        case ():
            return curve
        case (Affine(scale, offset),):
            return Curve((Affine(1.0 + share * (scale - 1.0), share * offset),))
        case steps:
            rising = all(map(_rises, steps))
            key, reach = ("blend", steps, share), MOST_BLENDED
            mixed = Formula(key, lambda x: x + share * (curve.apply(x) - x), -reach, reach, rising=rising)
            return Curve((mixed,))


def _rises(step: Step) -> bool:
    match step:
        case Formula():
            return step.rising
        case Affine(scale, _):
            return scale >= 0.0
        case Table(_, _, values):
            return bool((np.diff(values) >= 0.0).all())
        case Clamp() | Power():
            return True


def _offsets(curves: Curves) -> list[float] | None:
    """What is added a channel where the curves do nothing else."""
    offsets = []
    for curve in curves:
        match curve.steps:
            case ():
                offsets.append(0.0)
            case (Affine(1.0, offset),) if math.isfinite(offset):
                offsets.append(offset)
            case _:
                return None
    return offsets
