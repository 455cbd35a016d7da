"""Where the chroma rows of 4:2:0 lie between the rows of the picture, as numbers; `codes` does the work in NumPy, and
pack.h has the same for the kernels.

Progressive: chroma row k lies midway between rows 2k and 2k + 1. Interlaced: each field by itself; chroma row k of the
top field (rows 0, 2, 4... of the picture) lies a quarter of a field's line below line 2k of that field, that of the
bottom field three quarters below it, so that all chroma rows of the frame are equally far apart. Sources: ITU-T H.262
figures 6-2 and 6-3, ITU-T H.264 figures 6-1 and 6-2 (chroma sample location type 0); FFmpeg's `scale` takes the same
places (vertical chroma positions 128, and 64 and 192 of 256 for fields).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """For each row of the picture the chroma rows it is interpolated from: `weight` eighths of `near`, the rest `far`.

    The edge rows (of the picture, or of a field) are repeated.
    """

    near: Rows
    far: Rows
    weight: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Gather:
    """For each chroma row the rows of the picture it is made of: `weight` quarters of `first`, the rest `second`.

    A pair that lacks its second row has the first twice.
    """

    first: Rows
    second: Rows
    weight: Rows


def spread(height: int, *, interlaced: bool) -> Spread:
    """Of a picture of `height` rows with (height + 1) // 2 chroma rows."""
    y, rows = np.arange(height), (height + 1) // 2
    field, line, fields = (y % 2, y // 2, 2) if interlaced else (np.zeros_like(y), y, 1)
    lower = line % 2
    # A field of so low a picture that it has no chroma row of its own takes the other's.
    last = np.maximum((rows - field + fields - 1) // fields - 1, 0)
    near = np.clip(line // 2, 0, last)
    far = np.clip(line // 2 + np.where(lower == 1, 1, -1), 0, last)
    weight = np.where(lower == field, 7, 5) if interlaced else np.full_like(y, 6)
    near, far = (np.minimum(fields * row + field, rows - 1) for row in (near, far))
    return Spread(near, far, weight)


def gather(height: int, *, interlaced: bool) -> Gather:
    """Of a picture of `height` rows with (height + 1) // 2 chroma rows. Where the height is no multiple of 4 the last
    row of an interlaced picture may belong to no chroma row."""
    row = np.arange((height + 1) // 2)
    if not interlaced:
        first, apart, weight = 2 * row, 1, np.full_like(row, 2)
    else:
        first, apart, weight = 4 * (row // 2) + row % 2, 2, np.where(row % 2 == 0, 3, 1)
    return Gather(first, np.where(first + apart < height, first + apart, first), weight)
