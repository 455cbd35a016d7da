"""A look as the seven stages of a box that calculates in whole numbers of 12 bits, and what such a box makes of it.

The stages are those of a `SlotForm`: tables, matrix, tables, lattice, tables, matrix, tables. Between two of them a
value is a code from 0 to 4095; which values these codes stand for is chosen for every pair of stages (`Coding`), so
that a curve that gives more than white is not cut off before a later one brings it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.reach import reach_of
from livegrade.color.slots import Curves, Lattice, Matrix3, SlotForm, lattice_points
from livegrade.color.trilinear import interpolated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.reach import Box

    Floats = NDArray[np.float64]
    Codes = NDArray[np.uint16]

TOP = 4095
POINTS = TOP + 1
SIDE = 33
STEP = 128
"""Codes from one plane of the lattice to the next. The last plane stands at 4096, which no code reaches. Source: AJA,
ColorBox demos, DynamicLutLoad: plane n of a lattice that changes nothing holds min(n << 7, 4095)."""
INTERPOLATIONS = ("tetrahedral", "trilinear")
"""What a box may do between planes. The first is assumed; no document of AJA's says which it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """code = value * scale + zero, per channel: (3,) each."""

    scale: Floats
    zero: Floats

    def codes(self, values: Floats) -> Floats:
        """Whole, held at 0 and 4095."""
        return np.clip(np.rint(values * self.scale + self.zero), 0, TOP)

    def values(self, codes: Floats | Codes) -> Floats:
        return np.asarray((codes - self.zero) / self.scale)

    def same(self, other: Coding) -> bool:
        return bool(np.array_equal(self.scale, other.scale) and np.array_equal(self.zero, other.zero))


def coding(black: float, white: float) -> Coding:
    """0 and 1 are these codes, in all channels."""
    return Coding(np.full(3, white - black), np.full(3, float(black)))


PLANES = coding(0, STEP * (SIDE - 1))
"""Before the lattice: the planes of a lattice of 33 points are those of the box."""


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """What is in the stages; None for one that changes nothing. `tables`: (4096, 3) of codes. `matrices`: (3, 4)
    float32, the last column in codes. `lattice`: (33, 33, 33, 3) of codes, index r, g, b."""

    tables: tuple[Codes | None, Codes | None, Codes | None, Codes | None] = (None, None, None, None)
    matrices: tuple[NDArray[np.float32] | None, NDArray[np.float32] | None] = (None, None)
    lattice: Codes | None = None
    interpolation: str = field(default=INTERPOLATIONS[0], kw_only=True)

    def apply(self, codes: Codes) -> Codes:
        """What the box makes of codes (N, 3), as far as its arithmetic is known: whole codes behind every stage, halves
        rounded up, ends held."""
        first, second, third, fourth = self.tables
        codes = _multiplied(_looked_up(codes, first), self.matrices[0])
        codes = self._between(_looked_up(codes, second))
        return _looked_up(_multiplied(_looked_up(codes, third), self.matrices[1]), fourth)

    def _between(self, codes: Codes) -> Codes:
        if self.lattice is None:
            return codes
        places, entries = codes / (STEP * (SIDE - 1)), self.lattice.astype(np.float64)
        tetrahedral = self.interpolation == INTERPOLATIONS[0]
        return _whole(Lattice(entries).apply(places) if tetrahedral else interpolated(entries, places))

    @property
    def form(self) -> str:
        """For people."""
        parts = [
            _counted(sum(table is not None for table in self.tables), "1D table", f" of {POINTS:,} points"),
            _counted(sum(matrix is not None for matrix in self.matrices), "matrix", ""),
            "" if self.lattice is None else f"lattice of {SIDE} points a side",
        ]
        return f"{', '.join(part for part in parts if part) or 'no stage changes anything'}, 12 bits"


def staged(form: SlotForm, signal: Coding, interpolation: str = INTERPOLATIONS[0]) -> Stages:
    """`form` in whole numbers. `signal`: the codes of R'G'B' 0 and 1 where the picture comes in and goes out."""
    ends = signal.values(np.array([[0.0], [float(TOP)]]) * np.ones(3)).T
    red, green, blue = ((float(low), float(high)) for low, high in ends)
    box: Box = (red, green, blue)
    if form.lattice is None:
        before = _Side(form.curve1, form.matrix1, form.curve2.then(form.curve3))
        after = _Side(Curves(), form.matrix2, form.curve4)
        between = signal if after.is_empty else None
    else:
        before = _Side(form.curve1, form.matrix1, form.curve2)
        after = _Side(form.curve3, form.matrix2, form.curve4)
        between = PLANES
    head = _sided(before, signal, signal, box, between)
    place, box, lattice = head.last, head.box, None
    if form.lattice is not None:
        sampled = _sampled(form.lattice)
        box = reach_of((form.lattice,))
        place = _around(box, signal)
        lattice = place.codes(sampled).astype(np.uint16)
    tail = _sided(after, signal, place, box, signal)
    tables = (*head.tables, *tail.tables)
    return Stages(tables, (head.matrix, tail.matrix), lattice, interpolation=interpolation)


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """What stands on one side of the lattice. Without a matrix there is one curve, the second."""

    first: Curves
    matrix: Matrix3
    second: Curves

    @property
    def is_empty(self) -> bool:
        return self.first.is_identity and self.matrix.is_identity and self.second.is_identity


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    tables: tuple[Codes | None, Codes | None]
    matrix: NDArray[np.float32] | None
    last: Coding
    box: Box


def _sided(side: _Side, signal: Coding, here: Coding, box: Box, end: Coding | None) -> _Made:
    """`here`: the coding of what comes in, which lies in `box`; `end`: of what goes out, None for any."""
    if side.matrix.is_identity:
        curves = side.first.then(side.second)
        box = reach_of((curves,), box) if not curves.is_identity else box
        there = end or (here if curves.is_identity else _around(box, signal))
        return _Made((None, _table(curves, here, there)), None, there, box)
    first, matrix = None, side.matrix.values
    if not side.first.is_identity:
        box = reach_of((side.first,), box)
        there = _around(box, signal)
        first, here = _table(side.first, here, there), there
    box = reach_of((side.matrix,), box)
    there = end or _around(box, signal)
    if not side.second.is_identity:
        there = _around(box, signal)
    values = there.scale[:, np.newaxis] * matrix / here.scale
    made = np.column_stack([values, there.zero - values @ here.zero]).astype(np.float32)
    if side.second.is_identity:
        return _Made((first, None), made, there, box)
    here, box = there, reach_of((side.second,), box)
    there = end or _around(box, signal)
    return _Made((first, _table(side.second, here, there)), made, there, box)


def _around(box: Box, signal: Coding) -> Coding:
    """That of the signal where it holds all of the box, so that what is not changed stays the same code; else one that
    has room for it."""
    low, high = np.array(box).T
    inside = (low * signal.scale + signal.zero >= -0.5).all() and (high * signal.scale + signal.zero <= TOP + 0.5).all()
    if inside:
        return signal
    span = np.maximum(high - low, 1e-9)
    return Coding(TOP / span, -low * TOP / span)


def _table(curves: Curves, here: Coding, there: Coding) -> Codes | None:
    if curves.is_identity and here.same(there):
        return None
    codes = np.repeat(np.arange(POINTS, dtype=np.float64)[:, np.newaxis], 3, axis=1)
    return there.codes(curves.apply(here.values(codes))).astype(np.uint16)


@lru_cache(maxsize=4)
def _sampled(lattice: Lattice) -> Floats:
    """(33, 33, 33, 3). The lattice stays the same while a wheel turns before it."""
    if lattice.size == SIDE:
        return lattice.values
    axis = np.linspace(0.0, 1.0, SIDE)
    return lattice.apply(lattice_points(axis, axis, axis))


def _looked_up(codes: Codes, table: Codes | None) -> Codes:
    if table is None:
        return codes
    return np.stack([table[codes[..., channel], channel] for channel in range(3)], axis=-1)


def _multiplied(codes: Codes, matrix: NDArray[np.float32] | None) -> Codes:
    if matrix is None:
        return codes
    values = matrix.astype(np.float64)
    return _whole(codes @ values[:, :3].T + values[:, 3])


def _whole(values: Floats) -> Codes:
    return np.clip(np.floor(values + 0.5), 0, TOP).astype(np.uint16)


def _counted(count: int, what: str, more: str) -> str:
    if count == 0:
        return ""
    plural = {"matrix": "matrices"}.get(what, f"{what}s")
    return f"{count} {what if count == 1 else plural}{more}"
