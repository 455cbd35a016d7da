"""Baking: a run of elements made into one lattice, with the error of doing so measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.elements import Blend, Element, Opaque, applied
from livegrade.color.error import Spread
from livegrade.color.native import native_run
from livegrade.color.nodes import MAX_LUT3D_SIZE, triple
from livegrade.color.planes import Axis, axis_about, between, even_axis, zero_of
from livegrade.color.slots import Affine, BakeError, Clamp, Curves, Formula, Lattice, Light, Matrix3, lattice_points

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from livegrade.color.fold import Interval
    from livegrade.color.reach import Box

BAKE_SIZE = 65
"""Points a side of a bake, unless the run holds a bigger lattice."""

OFF_PLANES = (0.5, 0.37, 0.71)
"""Where in their cells, per channel, the points of the error grid lie: off the planes and off the cell's diagonals."""

ERROR_GRID = 32
ERROR_RANDOM_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Baked:
    """`lattice` behind `domain` stands for a run, held where the domain ends; `error` says how well.

    `given`, `wanted`: (N, 3) what the lattice and the run make of the same colours.
    """

    domain: Curves
    lattice: Lattice
    error: BakeError
    given: NDArray[np.float64] = field(repr=False)
    wanted: NDArray[np.float64] = field(repr=False)

    def error_behind(self, tail: Sequence[Element]) -> BakeError:
        """The error behind what follows: a steep curve makes it larger, a clamp smaller."""
        if not tail:
            return self.error
        return _error(self.error.size, applied(tail, self.wanted), applied(tail, self.given))


def bake(run: Sequence[Element], reach: Box) -> Baked:
    """One lattice for `run`, whose inputs lie within `reach`. The last few are kept, so that a wheel turned outside
    the run costs nothing and finds the same lattice object.
    """
    return _bake(_Run(tuple(_key(element) for element in run), _axes(run, reach), tuple(run)))


@dataclass(frozen=True, slots=True)
class _Run:
    """A run and the planes it is baked at, hashable: tables and lattices count by identity, numbers by value."""

    keys: tuple[Hashable, ...]
    axes: tuple[Axis, Axis, Axis]
    elements: tuple[Element, ...] = field(compare=False, repr=False)


@lru_cache(maxsize=4)
def _bake(run: _Run) -> Baked:
    values = _sampled(run) + 0.0
    values.setflags(write=False)
    lattice = Lattice(values)
    domain = Curves(*(axis.curve for axis in run.axes))
    unit = _error_points(run.axes)
    values = np.stack([axis.values(unit[:, k]) for k, axis in enumerate(run.axes)], axis=-1)
    given, wanted = lattice.apply(unit), applied(run.elements, values)
    return Baked(domain, lattice, _error(lattice.size, wanted, given), given, wanted)


def _error(size: int, wanted: NDArray[np.float64], given: NDArray[np.float64]) -> BakeError:
    spread = Spread.of(np.abs(given - wanted))
    worst = triple(wanted[spread.worst]), triple(given[spread.worst])
    return BakeError(size, spread.maximum, spread.mean, spread.most, *worst)


def _sampled(run: _Run) -> NDArray[np.float64]:
    """(n, n, n, 3): in the extension's float32, but for a lattice of two planes, which is to be exact."""
    red, green, blue = run.axes
    box = (red.ends, green.ends, blue.ends)
    native = native_run(run.elements, box) if red.size > 2 else None
    if native is not None:
        return native.sample([axis.planes for axis in run.axes]).astype(np.float64)
    return applied(run.elements, lattice_points(red.planes, green.planes, blue.planes))


def _axes(run: Sequence[Element], reach: Box) -> tuple[Axis, Axis, Axis]:
    """Where the planes stand, for each channel."""
    if all(_is_linear(element) for element in run):
        # Tetrahedral interpolation is exact for what is linear: the two ends are enough.
        return _each(lambda ends: between(ends[0], ends[1] if ends[1] > ends[0] else ends[0] + 1.0, 2), reach)
    size = min(max([BAKE_SIZE, *_lattice_sizes(run)]), MAX_LUT3D_SIZE)
    if isinstance(run[0], Lattice):  # it holds its input at 0 and 1
        return _each(lambda _: even_axis((0.0, 1.0), size), reach)
    black = _black(run)
    return _each(lambda ends: even_axis(ends, size) if black is None else axis_about(black, ends, size), reach)


def _each(axis: Callable[[Interval], Axis], reach: Box) -> tuple[Axis, Axis, Axis]:
    red, green, blue = map(axis, reach)
    return red, green, blue


def _black(run: Sequence[Element]) -> float | None:
    """The signal of no light, where the run begins with opening the signal of a camera (clamps and what keeps greys
    may stand before); None where it begins otherwise, or that signal is not within 0..1."""
    for element in run:
        match element:
            case Matrix3(values) if np.allclose(values.sum(axis=1), 1.0):
                continue
            case Curves() if all(isinstance(step, Clamp) for curve in element for step in curve.steps):
                continue
            case Curves():
                opened = (step for step in element.green.steps if not isinstance(step, Clamp))
                match next(opened, None):
                    case Formula(light=Light.OPENED) as formula:
                        return zero_of(formula)
        return None
    return None


def _lattice_sizes(run: Sequence[Element]) -> Iterator[int]:
    for element in run:
        if isinstance(element, Lattice):
            yield element.size
        elif isinstance(element, Blend):
            yield from _lattice_sizes(element.elements)


def _error_points(axes: tuple[Axis, Axis, Axis]) -> NDArray[np.float64]:
    """(N, 3) places in the lattice, 0..1: a grid off its planes, and values that are random, the same each time."""
    size = axes[0].size
    cells = np.unique(np.floor(np.linspace(0, size - 2, ERROR_GRID)))
    grid = lattice_points(cells, cells, cells).reshape(-1, 3)
    random = np.random.default_rng(33).random((ERROR_RANDOM_POINTS, 3))
    places = [
        axis.curve.apply(axis.ends[0] + random[:, k] * (axis.ends[1] - axis.ends[0])) for k, axis in enumerate(axes)
    ]
    return np.concatenate([(grid + OFF_PLANES) / (size - 1), np.stack(places, axis=-1)])


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
