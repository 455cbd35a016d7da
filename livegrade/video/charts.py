"""Charts in numbers: SMPTE bars, ramps, zone plate, plain colours, and how a chart becomes a picture in any layout.

A chart is three uint16 planes (H, W) of 10-bit Y'CbCr, legal range, BT.709, chroma at full width. Chroma is not
filtered: edges are as sharp as the sampling allows, where SMPTE RP 219 asks for shaped transitions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range
from livegrade.video.layouts import Chroma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import PixelLayout

BLACK = (64, 512, 512)
WHITE = (940, 512, 512)

KR, _, KB = Matrix.BT709.luma_weights
"""BT.709 luma weights of red and blue."""


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Y', Cb, Cr: uint16 (H, W), 10 bit, legal range."""

    luma: NDArray[np.uint16]
    cb: NDArray[np.uint16]
    cr: NDArray[np.uint16]


def video_code(red: float, green: float, blue: float) -> tuple[int, int, int]:
    """10-bit legal Y', Cb, Cr of R'G'B' (0..1). Source: ITU-R BT.709-6, sections 3 and 4."""
    luma = KR * red + (1 - KR - KB) * green + KB * blue
    cb, cr = (blue - luma) / (2 * (1 - KB)), (red - luma) / (2 * (1 - KR))
    return round(64 + 876 * luma), round(512 + 896 * cb), round(512 + 896 * cr)


def solid(width: int, height: int, code: tuple[int, int, int]) -> Chart:
    luma, cb, cr = (np.full((height, width), value, np.uint16) for value in code)
    return Chart(luma, cb, cr)


def _grey(level: float) -> tuple[int, int, int]:
    return video_code(level, level, level)


_MINUS_I = (244, 612, 395)
_PLUS_Q = (141, 697, 606)
"""Given as code values by SMPTE RP 219-1; they are not colours of R'G'B'."""

_SEVEN = 3 / 28
"""Width of one of the seven bars, as a share of the picture: 3/4 of it divided by seven."""

_TOP = (
    (1 / 8, _grey(0.4)),
    *(
        (_SEVEN, video_code(0.75 * red, 0.75 * green, 0.75 * blue))
        for red, green, blue in ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))
    ),
    (1 / 8, _grey(0.4)),
)
_SECOND = ((1 / 8, video_code(0, 1, 1)), (_SEVEN, _MINUS_I), (6 * _SEVEN, _grey(0.75)), (1 / 8, video_code(0, 0, 1)))
_THIRD = ((1 / 8, video_code(1, 1, 0)), (_SEVEN, _PLUS_Q), (6 * _SEVEN, WHITE), (1 / 8, video_code(1, 0, 0)))
_PLUGE = ((-0.02, 1 / 3), (0.0, 1 / 3), (0.02, 1 / 3), (0.0, 1 / 3), (0.04, 1 / 3))
_BOTTOM = (
    (1 / 8, _grey(0.15)),
    (1.5 * _SEVEN, BLACK),
    (2 * _SEVEN, WHITE),
    (5 / 6 * _SEVEN, BLACK),
    *((share * _SEVEN, _grey(level)) for level, share in _PLUGE),
    (_SEVEN, BLACK),
    (1 / 8, _grey(0.15)),
)


def bars(width: int, height: int) -> Chart:
    """SMPTE RP 219-1 bars, with -I and +Q, a Y' ramp and near-black steps. Edges on even pixels, as at 1920."""
    chart = solid(width, height, BLACK)
    row = 0
    for twelfths, cells in ((7, _TOP), (8, _SECOND), (9, _THIRD), (12, _BOTTOM)):
        end = round(height * twelfths / 12)
        left, share = 0, 0.0
        for width_share, code in cells:
            share += width_share
            right = 2 * round(share * width / 2)
            for plane, value in zip((chart.luma, chart.cb, chart.cr), code, strict=True):
                plane[row:end, left:right] = value
            left = right
        row = end
    _ramp_of_bars(chart, round(height * 8 / 12), round(height * 9 / 12))
    return chart


def _ramp_of_bars(chart: Chart, top: int, bottom: int) -> None:
    width = chart.luma.shape[1]
    left, right = (2 * round((1 / 8 + count * _SEVEN) * width / 2) for count in (1, 6))
    chart.luma[top:bottom, left:right] = np.rint(np.linspace(64, 940, right - left)).astype(np.uint16)


def ramp(width: int, height: int) -> Chart:
    """Six bands from the top: Y' 64 to 940; Y' 4 to 1019; Y' 480 to 544 (single codes are visible); red, green and
    blue from black to full."""
    chart = solid(width, height, BLACK)
    edges = [height * band // 6 for band in range(7)]
    for band, (low, high) in enumerate(((64, 940), (4, 1019), (480, 544))):
        chart.luma[edges[band] : edges[band + 1]] = np.rint(np.linspace(low, high, width)).astype(np.uint16)
    share = np.linspace(0.0, 1.0, width)
    for band, primary in enumerate(((1, 0, 0), (0, 1, 0), (0, 0, 1)), start=3):
        rows = slice(edges[band], edges[band + 1])
        red, green, blue = primary
        luma = KR * red + (1 - KR - KB) * green + KB * blue
        chart.luma[rows] = np.rint(64 + 876 * luma * share).astype(np.uint16)
        chart.cb[rows] = np.rint(512 + 896 * (blue - luma) / (2 * (1 - KB)) * share).astype(np.uint16)
        chart.cr[rows] = np.rint(512 + 896 * (red - luma) / (2 * (1 - KR)) * share).astype(np.uint16)
    return chart


ZONE_PHASES = 8


def zone_plate(width: int, height: int, phase: int) -> Chart:
    """Circular zone plate, step `phase` of 8 of its motion: the horizontal frequency reaches Nyquist at the sides."""
    turn = 1024  # phase steps of one cycle
    x = np.arange(width, dtype=np.float32) - np.float32(width / 2)
    y = np.arange(height, dtype=np.float32) - np.float32(height / 2)
    # cos(pi r^2 / width): local frequency r / width cycles per pixel, one half at the left and right edge
    scale = np.float32(turn / 2 / width)
    steps = (x * x * scale)[None, :] + (y * y * scale)[:, None]
    wave = 502 + 438 * np.cos(2 * math.pi * (np.arange(turn) / turn - phase / ZONE_PHASES))
    luma = np.rint(wave).astype(np.uint16)[steps.astype(np.int32) & (turn - 1)]
    neutral = np.full((height, width), 512, np.uint16)
    return Chart(luma, neutral, neutral)


def pack_chart(chart: Chart, format: VideoFormat) -> NDArray[np.uint8]:
    """The picture of `chart` in `format` (whose size it has): 1-D uint8 of its geometry's size.

    8-bit layouts get the nearest code, deeper ones the 10-bit code shifted up, RGB layouts the R'G'B' of it.
    """
    layout = format.layout
    if layout.is_ycbcr:
        planes = [_scaled(plane, layout.bits) for plane in (chart.luma, chart.cb, chart.cr)]
        if layout.chroma is not Chroma.C444:
            planes[1:] = [np.ascontiguousarray(plane[:, ::2]) for plane in planes[1:]]
        return pack(Codes((planes[0], planes[1], planes[2]), layout.bits, True), format)
    red, green, blue = _rgb(chart, layout, format.range)
    return pack(Codes((red, green, blue), layout.bits, False), format)


def _scaled(plane: NDArray[np.uint16], bits: int) -> NDArray[np.uint16]:
    if bits == 10:
        return plane
    if bits < 10:
        half = np.uint16(1 << 9 - bits)
        rounded: NDArray[np.uint16] = (plane + half) >> np.uint16(10 - bits)
        return np.minimum(rounded, np.uint16((1 << bits) - 1))
    deeper: NDArray[np.uint16] = plane << np.uint16(bits - 10)
    return deeper


def _rgb(chart: Chart, layout: PixelLayout, span: Range) -> list[NDArray[np.uint16]]:
    luma = (chart.luma.astype(np.float32) - 64) / 876
    cb = (chart.cb.astype(np.float32) - 512) / 896
    cr = (chart.cr.astype(np.float32) - 512) / 896
    red = luma + np.float32(2 * (1 - KR)) * cr
    blue = luma + np.float32(2 * (1 - KB)) * cb
    green = (luma - np.float32(KR) * red - np.float32(KB) * blue) / np.float32(1 - KR - KB)
    top = (1 << layout.bits) - 1
    black, reach = (0.0, float(top)) if span is Range.FULL else (64 << layout.bits - 10, 876 << layout.bits - 10)
    return [np.clip(np.rint(black + reach * plane), 0, top).astype(np.uint16) for plane in (red, green, blue)]
