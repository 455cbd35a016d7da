"""Baking: a run of elements made into one lattice, with the error of doing so measured. One rule places the planes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.elements import Blend, Element, Opaque, applied
from livegrade.color.native import native_run
from livegrade.color.nodes import MAX_LUT3D_SIZE, Triple, triple
from livegrade.color.reach import Box
from livegrade.color.slots import Affine, BakeError, Curves, Lattice, Matrix3, lattice_points

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from livegrade.color.fold import Interval

BAKE_SIZE = 65
"""Points a side of a bake, unless the run holds a bigger lattice."""

WIDEST = 8.0
"""What a bake reaches at most on either side; beyond it the value is held."""

OFF_PLANES = (0.5, 0.37, 0.71)
"""Where in their cells, per channel, the points of the error grid lie: off the planes and off the cell's diagonals."""

ERROR_GRID = 32
ERROR_RANDOM_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Baked:
    """`lattice` stands for a run over `first` to `last`, held outside; `error` says how well.

    `given`, `wanted`: (N, 3) what the lattice and the run make of the same colours.
    """

    lattice: Lattice
    first: Triple
    last: Triple
    error: BakeError
    given: NDArray[np.float64] = field(repr=False)
    wanted: NDArray[np.float64] = field(repr=False)

    def error_behind(self, tail: Sequence[Element]) -> BakeError:
        """The error behind what follows: a steep curve makes it larger, a clamp smaller."""
        if not tail:
            return self.error
        apart = np.abs(applied(tail, self.given) - applied(tail, self.wanted))
        return BakeError(self.error.size, float(apart.max()), float(apart.mean()))


def bake(run: Sequence[Element], reach: Box) -> Baked:
    """One lattice for `run`, whose inputs lie within `reach`. The last few are kept, so that a wheel turned outside
    the run costs nothing and finds the same lattice object.
    """
    axes = tuple(tuple(axis.tolist()) for axis in _axes(run, reach))
    return _bake(_Run(tuple(_key(element) for element in run), axes, tuple(run)))


def planes(interval: Interval, size: int) -> NDArray[np.float64]:
    """`size` equally spaced planes that cover `interval` and 0..1, as close as can be with planes on 0 and on 1."""
    low, high = max(min(interval[0], 0.0), -WIDEST), min(max(interval[1], 1.0), WIDEST)
    per_unit = int((size - 1) / (high - low) + 1e-9)
    while _count(-low, per_unit) + _count(high, per_unit) > size - 1:
        per_unit -= 1
    return np.asarray((np.arange(size) - _count(-low, per_unit)) / per_unit)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run and the planes it is baked at, hashable: tables and lattices count by identity, numbers by value."""

    keys: tuple[Hashable, ...]
    axes: tuple[tuple[float, ...], ...]
    elements: tuple[Element, ...] = field(compare=False, repr=False)


@lru_cache(maxsize=4)
def _bake(run: _Run) -> Baked:
    values = _sampled(run) + 0.0
    values.setflags(write=False)
    lattice = Lattice(values)
    first, last = (np.array([axis[end] for axis in run.axes]) for end in (0, -1))
    unit = _error_points(lattice.size)
    given, wanted = lattice.apply(unit), applied(run.elements, first + unit * (last - first))
    difference = np.abs(given - wanted)
    error = BakeError(lattice.size, float(difference.max()), float(difference.mean()))
    return Baked(lattice, triple(first), triple(last), error, given, wanted)


def _sampled(run: _Run) -> NDArray[np.float64]:
    """(n, n, n, 3): in the extension's float32, but for a lattice of two planes, which is to be exact."""
    ends = [(axis[0], axis[-1]) for axis in run.axes]
    native = native_run(run.elements, (ends[0], ends[1], ends[2])) if len(run.axes[0]) > 2 else None
    if native is not None:
        return native.sample([np.array(axis) for axis in run.axes]).astype(np.float64)
    red, green, blue = map(np.array, run.axes)
    return applied(run.elements, lattice_points(red, green, blue))


def _axes(run: Sequence[Element], reach: Box) -> list[NDArray[np.float64]]:
    """Where the planes stand, for each channel."""
    if all(_is_linear(element) for element in run):
        # Tetrahedral interpolation is exact for what is linear: the two ends are enough.
        return [np.array([low, high if high > low else low + 1.0]) for low, high in reach]
    size = min(max([BAKE_SIZE, *_lattice_sizes(run)]), MAX_LUT3D_SIZE)
    if isinstance(run[0], Lattice):  # it holds its input at 0 and 1
        return [planes((0.0, 1.0), size)] * 3
    return [planes(interval, size) for interval in reach]


def _lattice_sizes(run: Sequence[Element]) -> Iterator[int]:
    for element in run:
        if isinstance(element, Lattice):
            yield element.size
        elif isinstance(element, Blend):
            yield from _lattice_sizes(element.elements)


def _error_points(size: int) -> NDArray[np.float64]:
    """(N, 3) points in 0..1: a grid off the planes of a lattice of `size` and random ones, the same each time."""
    cells = np.unique(np.floor(np.linspace(0, size - 2, ERROR_GRID)))
    grid = lattice_points(cells, cells, cells).reshape(-1, 3)
    random = np.random.default_rng(33).random((ERROR_RANDOM_POINTS, 3))
    return np.concatenate([(grid + OFF_PLANES) / (size - 1), random])


def _is_linear(element: Element) -> bool:
    match element:
        case Matrix3():
            return True
        case Curves():
            return all(isinstance(step, Affine) for curve in element for step in curve.steps)
        case Lattice() | Blend() | Opaque():
            return False


def _key(element: Element) -> Hashable:
    match element:
        case Curves():
            return tuple(curve.steps for curve in element)
        case Matrix3():
            return element.values.tobytes()
        case Blend(elements, share):
            return (share, *map(_key, elements))
        case Lattice() | Opaque():
            return element


def _count(length: float, per_unit: int) -> int:
    return math.ceil(length * per_unit - 1e-9)
