"""What an emulated ColorBox makes of a picture: whole numbers only, from the bytes that it was sent.

Nothing of this is the driver's: it is what the driver's own reckoning is compared with. Where no document says how the
box calculates, it is assumed, here and nowhere else: 12 bits between stages, halves rounded up, coefficients of a
matrix in steps of 2 ** -20, ends held, and INTERPOLATIONS between the planes of the lattice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

INTERPOLATIONS = ("tetrahedral", "trilinear")
FRACTION_BITS = 20
CELL_BITS = 7
"""A cell of the lattice is 128 codes wide."""
TOP = 4095


@dataclass(slots=True, eq=False)
class Pipeline:
    """`held`: by the stage's name, what it was sent last, as it came: tables (4096, 3), lattice (33, 33, 33, 3) of
    16 bits with red going fastest, matrices (4, 4). `kept`: of the stages that are not dynamic, what their entry of the
    library has, None for entry 0. `enabled`: the stages that are on."""

    held: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    enabled: set[str] = field(default_factory=set)
    interpolation: str = INTERPOLATIONS[0]
    kept: dict[str, NDArray[np.generic] | None] = field(default_factory=dict)

    def run(self, codes: Whole) -> Whole:
        """(N, 3) codes of 12 bits through all that is on."""
        for stage in ("lut1d_1", "m3x3_2", "lut1d_2", "lut3d_1", "lut1d_3", "m3x3_3", "lut1d_4"):
            values = self.kept[stage] if stage in self.kept else self.held.get(stage)
            if stage not in self.enabled or values is None:
                continue
            if stage.startswith("lut1d"):
                codes = _table(codes, values.astype(np.int64))
            elif stage == "lut3d_1":
                lattice = values.astype(np.int64)
                codes = (_trilinear if self.interpolation == "trilinear" else _tetrahedral)(codes, lattice)
            else:
                codes = _matrix(codes, values.astype(np.float64))
        return codes


def _table(codes: Whole, table: Whole) -> Whole:
    return np.asarray(np.clip(np.column_stack([table[codes[:, c], c] for c in range(3)]), 0, TOP))


def _matrix(codes: Whole, values: NDArray[np.float64]) -> Whole:
    fixed = np.floor(values * (1 << FRACTION_BITS) + 0.5).astype(np.int64)
    half = 1 << (FRACTION_BITS - 1)
    rows = [
        fixed[row, 0] * codes[:, 0] + fixed[row, 1] * codes[:, 1] + fixed[row, 2] * codes[:, 2] + fixed[row, 3] + half
        for row in range(3)
    ]
    return np.asarray(np.clip(np.column_stack(rows) >> FRACTION_BITS, 0, TOP))


def _tetrahedral(codes: Whole, lattice: Whole) -> Whole:
    """From the cell's lowest corner to its highest, first along the channel with the largest fraction."""
    cell, part = codes >> CELL_BITS, codes & ((1 << CELL_BITS) - 1)
    sums = np.zeros_like(codes)
    here = cell.copy()
    left = part.copy()
    before = np.full(len(codes), 1 << CELL_BITS)
    each = np.arange(len(codes))
    for _ in range(3):
        axis = left.argmax(axis=1)
        now = part[each, axis]
        sums += _corner(lattice, here) * (before - now)[:, None]
        here[each, axis] += 1
        left[each, axis] = -1
        before = now
    sums += _corner(lattice, here) * before[:, None]
    return _twelve(sums)


def _trilinear(codes: Whole, lattice: Whole) -> Whole:
    cell, part = codes >> CELL_BITS, codes & ((1 << CELL_BITS) - 1)
    sums = np.zeros_like(codes)
    for corner in range(8):
        step = np.array([corner & 1, corner >> 1 & 1, corner >> 2])
        share = np.where(step, part, (1 << CELL_BITS) - part).prod(axis=1)
        sums += _corner(lattice, cell + step) * share[:, None]
    return _twelve(sums >> (2 * CELL_BITS))


def _corner(lattice: Whole, place: Whole) -> Whole:
    return lattice[place[:, 2], place[:, 1], place[:, 0]]


def _twelve(sums: Whole) -> Whole:
    """Of 16 bits times 128."""
    shift = CELL_BITS + 4
    return np.asarray(np.clip((sums + (1 << (shift - 1))) >> shift, 0, TOP))
