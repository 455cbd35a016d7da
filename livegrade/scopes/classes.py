"""Classes of pixels for false colour that luma alone cannot tell: limits of each channel, and bands of luminance.

Class 0 is coloured by luma (`falsecolor.target_codes`), classes 1 to 63 have one colour each. Levels are 10-bit R'G'B'
codes of `wire.py`. Limits take them as they come, below 0 and above 1023 too. Luminance takes them held to 0..1023:

    light = (red[R] + green[G]) + blue[B]      in float32, in this order: 1 is the luminance of an 18 % grey card
    class = segments[number of edges at or below light]

A table holds the curve, the share of its primary in Y of CIE XYZ, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.cameras.curves import MID_GREY
from livegrade.errors import UsageError
from livegrade.scopes import wire
from livegrade.scopes.bands import NO_CODE, ends
from livegrade.scopes.colors import encode_colors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.bands import BandTable, Color
    from livegrade.video.codes import Codes
    from livegrade.video.format import VideoFormat

MOST = 64
"""Classes, class 0 among them: LG_CLASSES of include/livegrade/falsecolor.h."""
NONE, LIMITS, LIGHT = range(3)
"""LG_CLASS_..., ibidem."""
_SEGMENT_BYTES = MOST + 16


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """What the kernels need. `low`: the first code that is not under, `high`: the first that is over; `count`: edges;
    `light`: float32 (3136,), three tables of 1024 and 64 edges; `segments`: uint8 (80,); `palette`: uint16 (3, 64),
    codes of the target."""

    kind: int
    low: int
    high: int
    count: int
    light: NDArray[np.float32]
    segments: NDArray[np.uint8]
    palette: NDArray[np.uint16]

    @property
    def rule(self) -> tuple[int, int, int, int]:
        """`lg_class_rule`."""
        return self.kind, self.low, self.high, self.count

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """All arrays in one piece, as the CUDA kernel finds them."""
        parts = (self.palette, self.segments, self.light)
        return np.concatenate([np.ascontiguousarray(part).reshape(-1).view(np.uint8) for part in parts])

    def of(self, codes: Codes, source: VideoFormat) -> NDArray[np.uint8]:
        """Reference: the class of every pixel, (height, width)."""
        if self.kind == NONE:
            return np.zeros((source.height, source.width), np.uint8)
        red, green, blue = open_rgb(codes, source)
        if self.kind == LIMITS:
            bits = [plane < self.low for plane in (red, green, blue)]
            bits += [plane >= self.high for plane in (red, green, blue)]
            total = sum(bit.astype(np.uint8) << place for place, bit in enumerate(bits))
            return np.asarray(total, np.uint8)
        tables = self.light[:3072].reshape(3, 1024)
        r, g, b = (table[np.clip(plane, 0, 1023)] for table, plane in zip(tables, (red, green, blue), strict=True))
        edges = self.light[3072 : 3072 + self.count]
        return np.asarray(self.segments[np.searchsorted(edges, (r + g) + b, side="right")])


def open_rgb(codes: Codes, source: VideoFormat) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """10-bit R'G'B' codes of every pixel as they come, below 0 and above 1023 too."""
    first, second, third = (wire.to_10_bits(plane, codes.bits) for plane in codes.planes)
    if not codes.is_ycbcr:
        return first, second, third
    u, v = (wire.doubled_chroma(plane, source.width) - 1024 for plane in (second, third))
    return wire.open_rgb_of_ycbcr(first, u, v, wire.wire_factors(source.matrix, source.range))


@lru_cache(maxsize=32)
def classes_of(bands: BandTable, source: VideoFormat, target: VideoFormat) -> Classes:
    """The classes that `bands` need for a picture in `source` drawn in `target`."""
    light, segments = np.zeros(3072 + MOST, np.float32), np.zeros(_SEGMENT_BYTES, np.uint8)
    kind, low, high, count = NONE, -NO_CODE, NO_CODE, 0
    colors: tuple[Color, ...] = ()
    if bands.limits is not None:
        kind, colors = LIMITS, bands.limits.colors()
        low, high = bands.limits.codes(source.range)
    elif bands.luminance:
        kind, colors = LIGHT, tuple(band.color for band in bands.bands)
        light[:3072] = _light_tables(bands, source).reshape(-1)
        edges, between = _segments(bands)
        count = len(edges)
        light[3072 : 3072 + count] = edges
        segments[: count + 1] = between
    return Classes(kind, low, high, count, light, segments, _palette(colors, target))


def _light_tables(bands: BandTable, source: VideoFormat) -> NDArray[np.float32]:
    """(3, 1024): luminance of each primary alone at every code, 1 = that of an 18 % grey card."""
    if bands.camera is None:
        raise UsageError(f"false colour '{bands.name}' counts stops and needs a camera's curve; add --camera")
    black, white = ends(source.range)
    light = bands.camera.curve.decode((np.arange(1024) - black) / (white - black)) / MID_GREY
    shares = np.array(bands.camera.gamut.to_xyz)[1]
    tables: NDArray[np.float32] = (shares[:, np.newaxis] * light).astype(np.float32)
    return tables


def _segments(bands: BandTable) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """All limits of bands as rising edges of light, and the class below, between and above them."""
    limits = sorted({edge for band in bands.bands for edge in (band.low, band.high) if edge is not None})
    if len(limits) >= MOST:
        raise UsageError(f"the false-colour table '{bands.name}' has {len(limits)} limits; {MOST - 1} are the most")
    classes = np.zeros(len(limits) + 1, np.uint8)
    starts = [None, *limits]
    for index, start in enumerate(starts):
        for number, band in enumerate(bands.bands, 1):
            begun = band.low is None or (start is not None and band.low <= start)
            going = band.high is None or start is None or start < band.high
            if begun and going and classes[index] == 0:
                classes[index] = number
    return np.exp2(np.array([float(limit) for limit in limits])).astype(np.float32), classes


def _palette(colors: tuple[Color, ...], target: VideoFormat) -> NDArray[np.uint16]:
    palette = np.zeros((3, MOST), np.uint16)
    if colors:
        palette[:, 1 : len(colors) + 1] = encode_colors(np.array(colors, np.float64) / 255.0, target).T
    return palette
