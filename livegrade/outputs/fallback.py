"""The pictures of a live output whose source is gone: black, bars, and the last picture with a mark that says how long.

Nobody must take a held picture for a live one, so the mark is part of the pixels. When which one is shown is decided by
the session. All of it is done on the thread that shows the picture: little more than a copy each.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.timing.rate import NS_PER_SECOND
from livegrade.video import charts
from livegrade.video.format import Scan
from livegrade.video.glyphs import GLYPH_HEIGHT, GLYPH_WIDTH, glyph
from livegrade.video.planes import plane_views
from livegrade.video.pool import aligned_buffer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat

_GRID = 192
"""Pixels; a multiple of the block of every layout (48 in v210, 64 in r210, 8 in R12B)."""
_ROWS_PER_DOT = 360
"""A dot of the mark's letters is 3 lines high at 1080."""
_BANDS = 12
"""Black and bars change only at twelfths of the height; each is drawn two lines high and repeated."""


def black(format: VideoFormat) -> NDArray[np.uint8]:
    """A black picture in `format`: uint8, 1-D, read-only, kept for the next call."""
    return _chart(format, "black")


def bars(format: VideoFormat) -> NDArray[np.uint8]:
    """SMPTE RP 219 bars in `format`: uint8, 1-D, read-only, kept for the next call."""
    return _chart(format, "bars")


def mark_held(data: NDArray[np.uint8], format: VideoFormat, lost_ns: int, into: NDArray[np.uint8]) -> None:
    """Copies the picture `data` to `into` (of its size), with NO SIGNAL and the time since the loss (`lost_ns`) at the
    lower left.

    White on black, letters 21 lines high at 1080. A picture too small for it stays unmarked.
    """
    np.copyto(into, data)
    strip_format, strip = _strip(format, mark_text(lost_ns))
    left = _GRID if format.width >= strip_format.width + _GRID else 0
    top = (format.height - 2 * strip_format.height) & ~1
    if strip_format.width > format.width or top < 0:
        return
    pieces = plane_views(strip, strip_format)
    for plane, piece, rule in zip(plane_views(into, format), pieces, format.layout.planes, strict=True):
        row = top // 2 if rule.halved else top
        start = left // rule.pixels * rule.block_bytes
        width = strip_format.width // rule.pixels * rule.block_bytes
        plane[row : row + piece.shape[0], start : start + width] = piece[:, :width]


def mark_text(lost_ns: int) -> str:
    """What the mark says: NO SIGNAL 00:07, with hours in front after the first."""
    minutes, seconds = divmod(lost_ns // NS_PER_SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02}:{seconds:02}"
    return f"NO SIGNAL {hours}:{clock}" if hours else f"NO SIGNAL {clock}"


@lru_cache(maxsize=8)
def _chart(format: VideoFormat, name: str) -> NDArray[np.uint8]:
    lines = 2 * _BANDS
    plain = charts.solid(format.width, lines, charts.BLACK)
    chart = charts.bars(format.width, lines) if name == "bars" else plain
    small = replace(format, height=lines, scan=Scan.PROGRESSIVE)  # a band is a pair of lines, and not of fields
    picture = aligned_buffer(format.geometry.size)
    pieces = plane_views(charts.pack_chart(chart, small), small)
    edges = [round(format.height * band / _BANDS) for band in range(_BANDS + 1)]
    for plane, piece, rule in zip(plane_views(picture, format), pieces, format.layout.planes, strict=True):
        step = 2 if rule.halved else 1
        for band, (top, bottom) in enumerate(itertools.pairwise(edges)):
            plane[-(-top // step) : -(-bottom // step)] = piece[2 * band // step]
    picture.flags.writeable = False
    return picture


def _strip(format: VideoFormat, text: str) -> tuple[VideoFormat, NDArray[np.uint8]]:
    """The mark as a picture of its own, whose width is a multiple of every layout's block and whose height is even."""
    dot = max(1, format.height // _ROWS_PER_DOT)
    letters = np.concatenate([_spaced(character) for character in text], axis=1)
    dots = np.repeat(np.repeat(letters, dot, axis=0), dot, axis=1)
    height = (GLYPH_HEIGHT + 4) * dot // 2 * 2
    width = -(-(dots.shape[1] + 4 * dot) // _GRID) * _GRID
    chart = charts.solid(width, height, charts.BLACK)
    chart.luma[2 * dot : 2 * dot + dots.shape[0], 2 * dot : 2 * dot + dots.shape[1]][dots] = charts.WHITE[0]
    strip_format = replace(format, width=width, height=height)
    return strip_format, charts.pack_chart(chart, strip_format)


def _spaced(character: str) -> NDArray[np.bool_]:
    cell = np.zeros((GLYPH_HEIGHT, GLYPH_WIDTH + 1), dtype=np.bool_)
    cell[:, :GLYPH_WIDTH] = glyph(character)
    return cell
