"""Lattices as the extension wants them, kept while a look is being shaped.

Turning a wheel changes curves and matrices many times a second and the lattice never; building its records each time
would cost more than a frame's share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from livegrade.engine.fixed import Slopes
from livegrade.engine.kept import Kept
from livegrade_shaders import _native

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.engine.program import Cube, Floats

Built = TypeVar("Built")

KEPT = 8
"""Lattices kept: a few slots times their sinks' formats. One of 65 points a side takes 13 MB."""

LARGEST_FIXED = 72
"""Points a side of the largest lattice of the fixed-point path; offsets are sums of 16-bit products."""

SMALLEST_FIXED = 9
"""Points a side of the smallest: the fraction has 13 bits whatever the size, so larger cells are coarser."""

ENTRY_LIMIT = 32767.0


@dataclass(frozen=True, slots=True, eq=False)
class FixedLattice:
    """Records for the fixed-point paths, and how steep they are."""

    records: _native.FixedLattice
    slopes: Slopes


class KeptLattices(Generic[Built]):
    """The last KEPT results of `build(lattice, tail)`, by the identity of a lattice and by what is folded in.

    `build` is given C-contiguous float64.
    """

    def __init__(self, build: Callable[[Floats, Floats], Built]) -> None:
        self._build = build
        self._kept: Kept[tuple[Floats, Built]] = Kept(KEPT)

    def get(self, lattice: Floats, tail: Floats) -> Built:
        # The lattice is kept beside the result, so that its identity is not given to another.
        return self._kept.get((id(lattice), tail.tobytes()), lambda: (lattice, self._made(lattice, tail)))[1]

    def _made(self, lattice: Floats, tail: Floats) -> Built:
        return self._build(np.ascontiguousarray(lattice, np.float64), np.ascontiguousarray(tail, np.float64))


class LatticeCache:
    """Lattices of both paths of the extension."""

    def __init__(self) -> None:
        self._floating = KeptLattices(_native.FloatLattice)
        self._fixed = KeptLattices(_fixed)

    def floating(self, cube: Cube) -> _native.FloatLattice:
        return self._floating.get(cube.lattice, cube.tail)

    def fixed(self, cube: Cube, bits: int) -> FixedLattice | None:
        """None where it does not fit. `bits`: depth of the codes that `cube.tail` gives."""
        if not SMALLEST_FIXED <= cube.lattice.shape[0] <= LARGEST_FIXED:
            return None
        return self._fixed.get(cube.lattice, cube.tail * 2.0 ** (10 - bits))


def _fixed(values: Floats, tail: Floats) -> FixedLattice | None:
    """With as many fraction bits as the entries leave room for: 6 for -0.08..1.09 or so, 5 for about twice that."""
    codes = values.reshape(-1, 3) @ tail[:, :3].T + tail[:, 3]
    reach = float(np.abs(codes - 512.0).max()) * 32768 / 32767 + 1
    for fraction_bits in (6, 5):
        if reach * 2**fraction_bits < ENTRY_LIMIT:
            return FixedLattice(_native.FixedLattice(values, tail, fraction_bits), Slopes.of(values, tail))
    return None
