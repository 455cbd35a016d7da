"""A lattice that its file wants interpolated trilinearly, as CLF can say: exact in float64, baked for all else."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from livegrade.color.elements import Opaque
from livegrade.color.nodes import FULL_MIX, Role, canonical_bytes, check_lattice, check_mix
from livegrade.color.slots import Clamp, Curve, Curves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.nodes import Samples

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrilinearLut:
    """A lattice over 0..1, trilinear, input held at the ends. `table`: as that of a Lut3d.

    The engine and devices know tetrahedra only: for them it is baked, and the error told.
    """

    label: ClassVar[str] = "trilinear 3D LUT"

    table: Samples
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        check_lattice(self.table)
        held = Curves(*(Curve((Clamp(0.0, 1.0),)),) * 3)
        values = self.table.array
        blocks = Opaque(("trilinear", self.table.digest), lambda rgb: interpolated(values, rgb))
        object.__setattr__(self, "elements", (held, blocks))

    @property
    def size(self) -> int:
        """Points a side."""
        return int(self.table.array.shape[0])

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("trilinear", self.table.digest)


def interpolated(values: Floats, rgb: Floats) -> Floats:
    """Trilinear interpolation of `rgb` (..., 3) in a lattice `values` (n, n, n, 3) over 0..1, held at its ends."""
    n = values.shape[0]
    position = np.clip(rgb, 0.0, 1.0) * (n - 1)
    cell = np.minimum(position.astype(np.intp), n - 2)
    part = position - cell
    result = np.zeros(rgb.shape)
    for corner in itertools.product((0, 1), repeat=3):
        share = np.prod(np.where(corner, part, 1.0 - part), axis=-1)
        red, green, blue = np.moveaxis(cell + corner, -1, 0)
        result += share[..., np.newaxis] * values[red, green, blue]
    return result
