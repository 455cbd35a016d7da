"""The compare view: one picture up to a column, another from there on. Bytes of two pictures of one format; no sample
is computed, so both sides are exactly what they are when shown whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.video.layouts import Chroma
from livegrade.video.planes import plane_views

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import PixelLayout

_GROUPS = {"v210": 6, "R12B": 8, "R12L": 8}
"""Pixels that share words, where that is more than share chroma."""


def column_at(format: VideoFormat, share: Fraction) -> int:
    """The column that has `share` (0..100) percent of the width to its left, as near as the layout allows: words and
    chroma samples are not parted."""
    group, exact = _group(format.layout), format.width * share / 100
    column = group * round(exact / group)
    return column if abs(column - exact) < format.width - exact else format.width


def left_bytes(format: VideoFormat, column: int) -> tuple[int, ...]:
    """How many bytes at the beginning of each plane's rows lie left of `column`, which `column_at` gave."""
    if column >= format.width:
        return tuple(plane.stride for plane in format.geometry.planes)
    return tuple(column * rule.block_bytes // rule.pixels for rule in format.layout.planes)


def join(
    left: NDArray[np.uint8], right: NDArray[np.uint8], column: int, format: VideoFormat, into: NDArray[np.uint8]
) -> None:
    """`left` up to `column`, `right` from there; all three in `format`, 1-D uint8 of its size."""
    pictures = (plane_views(pixels, format) for pixels in (left, right, into))
    for one, other, out, cut in zip(*pictures, left_bytes(format, column), strict=True):
        out[:, :cut] = one[:, :cut]
        out[:, cut:] = other[:, cut:]


def _group(layout: PixelLayout) -> int:
    return _GROUPS.get(layout.name, 1 if layout.chroma is Chroma.C444 else 2)
