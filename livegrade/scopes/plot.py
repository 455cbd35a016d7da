"""Counts of a picture in a plane of 512 x 512 places, beside the vectorscope: chromaticities of CIE, and the balance of
lows, mids and highs. The rules as values, and the formulas that reference, native and CUDA kernels share.

Chromaticities, at every pixel, with its 10-bit R'G'B' codes as scopes have them and a table of float32 (3, 1024, 4):

    a, b, d = (table[0][R] + table[1][G]) + table[2][B]             in float32, in this order
    column, row = clip(a / d, 1, 511), clip(b / d, 1, 511)          whole parts
    place = row * 512 + column, or 0 where d is less than `least`

Of d, a and b only sums and one division are taken, each rounded once, so that all counts are equal. d is X + Y + Z, or
X + 15 Y + 3 Z; a / d is x or u' in places from the left edge of the plot, b / d y or v' from its lower one. Place 0 has
what is too dark to have a colour: under a thousandth of white.

Balance, at every chroma sample, with Y' of the pixel at its place (the left one where chroma is halved):

    zone = (Y' >= low) + (Y' >= high)
    place = ((zone >> 1) * 256 + (Cr >> 2)) * 512 + (zone & 1) * 256 + (Cb >> 2)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.scopes.bands import ends
from livegrade.scopes.wire import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.space import ColorSpace
    from livegrade.video.format import Range

SIDE = 512
QUADRANT = SIDE // 2
DARKEST = 0.001
"""Of white: what is darker has no colour that is worth a place."""


class PlotKind(IntEnum):
    """LG_PLOT_... of include/livegrade/scopes.h."""

    NONE = 0
    CHROMATICITY = 1
    BALANCE = 2


class Diagram(StrEnum):
    """Sources: CIE 015:2018, 7.1 (x, y), 8.1 (u', v')."""

    XY = "xy"
    UV = "uv"

    @property
    def origin(self) -> float:
        """The coordinate at the left and the lower edge of the plot."""
        return -0.1 if self is Diagram.XY else -0.05

    @property
    def places(self) -> int:
        """In one unit of the coordinates."""
        return 500 if self is Diagram.XY else 720

    @property
    def rows(self) -> NDArray[np.float64]:
        """(3, 3): from XYZ to the two numerators and the denominator of the coordinates."""
        if self is Diagram.XY:
            return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
        return np.array([[4.0, 0.0, 0.0], [0.0, 9.0, 0.0], [1.0, 15.0, 3.0]])

    def of(self, x: float, y: float) -> tuple[float, float]:
        """The coordinates of a CIE 1931 chromaticity."""
        across, up, whole = self.rows @ np.array([x, y, 1.0 - x - y])
        return float(across / whole), float(up / whole)


@dataclass(frozen=True, slots=True)
class Chromaticities:
    """Of a signal whose R'G'B' codes stand for the light of `space`."""

    diagram: Diagram
    space: ColorSpace
    range: Range


@dataclass(frozen=True, slots=True)
class Balance:
    """10-bit codes of Y': lows are below `low`, highs at `high` or above."""

    low: int
    high: int


Plot: TypeAlias = Chromaticities | Balance


@dataclass(frozen=True, slots=True, eq=False)
class PlotTable:
    """What the kernels need. `values`: float32 (3, 1024, 4), zeros but for chromaticities."""

    kind: PlotKind
    low: int
    high: int
    least: float
    values: NDArray[np.float32]


_NO_VALUES = np.zeros((3, LEVELS, 4), np.float32)
NOTHING = PlotTable(PlotKind.NONE, 0, 0, 0.0, _NO_VALUES)


@lru_cache(maxsize=16)
def table_of(plot: Plot | None) -> PlotTable:
    """The table of a plot; `NOTHING` for none."""
    if plot is None:
        return NOTHING
    if isinstance(plot, Balance):
        return PlotTable(PlotKind.BALANCE, plot.low, plot.high, 0.0, _NO_VALUES)
    black, white = ends(plot.range)
    light = plot.space.curve.decode((np.arange(LEVELS) - black) / (white - black))
    diagram, rows = plot.diagram, plot.diagram.rows @ plot.space.matrix
    sums = np.stack([diagram.places * (row - diagram.origin * rows[2]) for row in rows[:2]] + [rows[2], 0 * rows[2]])
    values = np.ascontiguousarray((sums.T[:, np.newaxis, :] * light[np.newaxis, :, np.newaxis]).astype(np.float32))
    least = float(np.float32(DARKEST * rows[2].sum()))
    return PlotTable(PlotKind.CHROMATICITY, 0, 0, least, values)


def chromaticity_places(
    table: PlotTable, red: NDArray[np.int32], green: NDArray[np.int32], blue: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Reference: the place of every pixel. Arrays of one shape."""
    sums = (table.values[0][red] + table.values[1][green]) + table.values[2][blue]
    is_dark = sums[..., 2] < np.float32(table.least)
    whole = np.where(is_dark, np.float32(1), sums[..., 2])
    column, row = (np.clip(sums[..., k] / whole, 1, SIDE - 1).astype(np.int32) for k in (0, 1))
    return np.asarray(np.where(is_dark, 0, row * SIDE + column), np.int32)


def balance_places(
    table: PlotTable, y: NDArray[np.int32], cb: NDArray[np.int32], cr: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Reference: the place of every chroma sample. `y`: at their places."""
    zone = (y >= table.low).astype(np.int32) + (y >= table.high)
    return np.asarray(((zone >> 1) * QUADRANT + (cr >> 2)) * SIDE + (zone & 1) * QUADRANT + (cb >> 2), np.int32)
