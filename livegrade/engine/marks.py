"""Marks that are laid over pictures: lines, shades, letters, legends. As runs of one colour in rows, so that a picture
without a mark in a row keeps that row, and what is drawn is the same in every layout.

A run covers the pixels from `x` up to but not with `end` and takes each code `alpha` 256ths of the way to its colour:
code + ((colour - code) * alpha + 128 >> 8). Chroma samples that two pixels share are taken where the run touches one of
them; those of 4:2:0 follow the first row of their pair. Runs of one row are laid in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes.colors import encode_colors
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.layouts import Chroma
from livegrade.video.samples import chroma_sites, sample_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.scopes.bands import Color
    from livegrade.video.format import VideoFormat

OPAQUE = 256


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """Runs wherever they lie. `runs`: int32 (n, 5), row, x, end, alpha (0 to 256) and the number of a colour;
    `colors`: display R'G'B' of 8 bits."""

    runs: NDArray[np.int32]
    colors: tuple[Color, ...]

    def moved(self, x: int, y: int) -> Ink:
        return Ink(self.runs + np.array([y, x, x, 0, 0], np.int32), self.colors)

    def within(self, left: int, top: int, right: int, bottom: int) -> Ink:
        """What of it lies there."""
        runs = self.runs[(self.runs[:, 0] >= top) & (self.runs[:, 0] < bottom)]
        runs[:, 1:3] = np.clip(runs[:, 1:3], left, right)
        return Ink(runs[runs[:, 1] < runs[:, 2]], self.colors)


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """For pictures of one format. `spans`: int32 (n, 4), x, end, alpha, color; `rows`: int32, where those of each row
    from `top` on begin, and the end; `palette`: uint16 (3, colours), codes at the layout's own depth."""

    top: int
    rows: NDArray[np.int32]
    spans: NDArray[np.int32]
    palette: NDArray[np.uint16]

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """Spans, rows and palette, one behind the other."""
        return np.concatenate([part.reshape(-1).view(np.uint8) for part in (self.spans, self.rows, self.palette)])


def marks_of(inks: Sequence[Ink], format: VideoFormat) -> Marks:
    """`inks` over a picture in `format`, the last on top; what lies outside is cut off."""
    runs, colors = _joined(inks)
    runs = runs[(runs[:, 0] >= 0) & (runs[:, 0] < format.height)]
    runs[:, 1:3] = np.clip(runs[:, 1:3], 0, format.width)
    runs = runs[runs[:, 1] < runs[:, 2]]
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    top = int(runs[0, 0]) if len(runs) else 0
    bottom = int(runs[-1, 0]) + 1 if len(runs) else 0
    rows = np.searchsorted(runs[:, 0], np.arange(top, bottom + 1)).astype(np.int32)
    palette = encode_colors(np.array(colors or ((0, 0, 0),), np.float64) / 255.0, format)
    return Marks(top, rows, np.ascontiguousarray(runs[:, 1:], np.int32), np.ascontiguousarray(palette.T))


def _joined(inks: Sequence[Ink]) -> tuple[NDArray[np.int32], tuple[Color, ...]]:
    numbers: dict[Color, int] = {}
    parts = [np.zeros((0, 5), np.int32)]
    for ink in inks:
        own = np.array([numbers.setdefault(color, len(numbers)) for color in ink.colors], np.int32)
        part = ink.runs.copy()
        part[:, 4] = own[part[:, 4]]
        parts.append(part)
    return np.concatenate(parts), tuple(numbers)


def box(left: int, top: int, right: int, bottom: int, alpha: int, color: Color) -> Ink:
    """From `left` and `top` up to but not with `right` and `bottom`."""
    rows = np.arange(top, max(top, bottom), dtype=np.int32)
    runs = np.zeros((len(rows), 5), np.int32)
    runs[:, 0], runs[:, 1], runs[:, 2], runs[:, 3] = rows, left, right, alpha
    return Ink(runs, (color,))


def drawn(picture: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None, levels: int = 16) -> Ink:
    """A picture of display R'G'B', uint8 (height, width, 3), as runs, opaque or with `alpha` (height, width), 0 to 255;
    each rounded to `levels` levels of its range."""
    step = 255 / (levels - 1)
    colors = np.round(np.round(picture / step) * step).astype(np.int64)
    cover = np.full(picture.shape[:2], 255) if alpha is None else np.round(np.round(alpha / step) * step)
    alphas = np.round(cover * OPAQUE / 255).astype(np.int64)
    packed = (colors[..., 0] << 16 | colors[..., 1] << 8 | colors[..., 2]) << 9 | alphas
    packed[alphas == 0] = 0
    ends = np.ones((packed.shape[0], packed.shape[1] + 1), np.bool_)
    ends[:, 1:-1] = packed[:, 1:] != packed[:, :-1]
    rows, edges = np.nonzero(ends)
    first = edges[:-1] < packed.shape[1]
    y, x, end = rows[:-1][first], edges[:-1][first], edges[1:][first]
    value = packed[y, x]
    shown = (value & 511) != 0
    values, numbers = np.unique(value[shown] >> 9, return_inverse=True)
    palette = tuple((int(v) >> 16, int(v) >> 8 & 255, int(v) & 255) for v in values)
    runs = np.stack([y[shown], x[shown], end[shown], value[shown] & 511, numbers], axis=1).astype(np.int32)
    return Ink(runs, palette)


def lay(pixels: NDArray[np.uint8], format: VideoFormat, marks: Marks) -> None:
    """Reference: `marks` over a picture in `format`, in place."""
    if format.layout.chroma is Chroma.C420:
        sites = chroma_sites(format)
        for plane, component in sample_planes(pixels, format):
            samples = plane.samples
            for row, y in enumerate(sites if component else range(format.height)):
                _lay_row(samples[row], marks, int(y), component, halved=component > 0)
            plane.write(samples)
        return
    codes = unpack(pixels, format)
    halved = format.layout.chroma is not Chroma.C444
    planes = [plane.astype(np.int32) for plane in codes.planes]
    for component, codes_of_all in enumerate(planes):
        for y in range(format.height):
            _lay_row(codes_of_all[y], marks, y, component, halved=halved and component > 0)
    first, second, third = (plane.astype(np.uint16) for plane in planes)
    pack(Codes((first, second, third), codes.bits, codes.is_ycbcr), format, pixels)


def _lay_row(row: NDArray[np.int32], marks: Marks, y: int, component: int, *, halved: bool) -> None:
    at = y - marks.top
    if not 0 <= at < len(marks.rows) - 1:
        return
    for x, end, alpha, color in marks.spans[marks.rows[at] : marks.rows[at + 1]].tolist():
        part = slice(x >> 1, (end + 1) >> 1) if halved else slice(x, end)
        row[part] += ((int(marks.palette[component, color]) - row[part]) * alpha + 128) >> 8
