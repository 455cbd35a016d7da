"""A frame's index as black and white blocks in the picture, made to survive codecs, chroma subsampling and most looks,
and read again from luma alone. The counting of frames from outside stands on this module; it draws nothing.

The code is 36 square blocks in 18 columns and 2 rows, in the top left corner of the picture. A block is `unit` pixels a
side: 24 up to 1439 lines, 48 above. Blocks are numbered down the columns: column 0 holds blocks 0 (top) and 1 (below).

    block 0      white     }
    block 1      black     }  what white and black have become, and where the code begins
    blocks 2-29  index, 28 bits, highest first; white is 1
    blocks 30-33 check: exclusive or of the index's seven groups of four bits, and 1010
    block 34     black     }
    block 35     white     }  the same again: a picture cut or shifted fails here
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

COLUMNS = 18
ROWS = 2
INDEX_BITS = 28
INDEX_LIMIT = 1 << INDEX_BITS
"""Indices are burned in modulo this: 62 days at 50 frames per second."""

_CHECK_SEED = 0b1010
_TOLERANCE = 0.35
"""How far a block may lie from black or white, as a share of the distance between the two."""
_LEAST_CONTRAST = 0.04
"""Black and white closer than this share of the brighter one are not a code."""


def block_unit(height: int) -> int:
    """Side of one block in pixels for a picture of `height` lines. A multiple of 24: it fits every pixel layout."""
    return 24 if height < 1440 else 48


def index_blocks(index: int) -> tuple[int, ...]:
    """The 36 blocks of `index`, 1 for white, in the order of the module's table."""
    value = index % INDEX_LIMIT
    bits = [value >> shift & 1 for shift in range(INDEX_BITS - 1, -1, -1)]
    check = _check(value)
    return (1, 0, *bits, *(check >> shift & 1 for shift in range(3, -1, -1)), 0, 1)


def read_index(luma: NDArray[Any], unit: int | None = None) -> int | None:
    """The index burned into a picture, or None where there is no code or it is damaged.

    `luma`: (H, W), any integer or float type and scale; one colour channel works too. `unit`: side of a block where the
    picture has been scaled; None takes it from the height.
    """
    side = block_unit(luma.shape[0]) if unit is None else unit
    if luma.ndim != 2 or luma.shape[0] < ROWS * side or luma.shape[1] < COLUMNS * side:
        return None
    margin = side // 4
    blocks = luma[: ROWS * side, : COLUMNS * side].reshape(ROWS, side, COLUMNS, side)
    inner = blocks[:, margin : side - margin, :, margin : side - margin]
    levels = inner.mean(axis=(1, 3), dtype=np.float64).T.ravel()
    white, black = (levels[0] + levels[-1]) / 2, (levels[1] + levels[-2]) / 2
    if abs(white - black) <= _LEAST_CONTRAST * max(abs(white), abs(black)):
        return None
    shares = (levels - black) / (white - black)
    bits = (shares > 0.5).astype(np.int64)
    if np.abs(shares - bits).max() > _TOLERANCE or tuple(bits[[0, 1, -2, -1]]) != (1, 0, 0, 1):
        return None
    value = int("".join(map(str, bits[2:30])), 2)
    return value if int("".join(map(str, bits[30:34])), 2) == _check(value) else None


def _check(value: int) -> int:
    check = _CHECK_SEED
    for shift in range(0, INDEX_BITS, 4):
        check ^= value >> shift & 0xF
    return check
