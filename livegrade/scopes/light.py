"""The traces of scopes as light on a picture: which counts, which colours, how bright. The pixels are made natively."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes.graticule import WHOLE
from livegrade.scopes.measure import Channel
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.graticule import Levels
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.peaks import Envelope

Light = tuple[float, float, float]

TRACE_COLORS: dict[Channel, Light] = {
    Channel.Y: (0.9, 0.9, 0.9),
    Channel.R: (1.0, 0.12, 0.12),
    Channel.G: (0.10, 0.88, 0.18),
    Channel.B: (0.20, 0.30, 1.0),
    Channel.CB: (0.55, 0.62, 1.0),
    Channel.CR: (1.0, 0.58, 0.58),
}
"""R, G and B add up to a neutral, so that a neutral picture draws a neutral trace."""

_CONTRAST = 24.0
"""How far the logarithm lifts a single count over darkness at gain 1."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels of a picture: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    def thirds(self, gap: int) -> tuple[Rectangle, Rectangle, Rectangle]:
        """Three of equal width beside each other, `gap` pixels apart."""
        width = max((self.width - 2 * gap) // 3, 1)
        first, second, third = (Rectangle(self.x + i * (width + gap), self.y, width, self.height) for i in range(3))
        return first, second, third

    def as_tuple(self) -> tuple[int, int, int, int]:
        return self.x, self.y, self.width, self.height


def draw_waveform(
    picture: NDArray[np.uint8],
    area: Rectangle,
    data: ScopeData,
    channel: Channel,
    pool: _native.BandPool,
    gain: float = 1.0,
    levels: Levels = WHOLE,
) -> None:
    """Adds the waveform of one channel, `levels` from the bottom of `area` to its top."""
    counts = data.counts.waveform_of(channel)
    if channel in (Channel.CB, Channel.CR):
        counts = counts[: _chroma_columns(data)]
    columns_a_pixel = max(counts.shape[0] / area.width, 1.0)
    rows = -(-data.counted.height // data.step)
    contrast, scale = _curve(gain, rows * columns_a_pixel)
    color = TRACE_COLORS[channel]
    ends, spread = (levels.low, levels.high), _spread(data)
    _native.draw_waveform(counts, picture, area.as_tuple(), color, contrast, scale, ends, spread, pool)


def draw_envelope(
    picture: NDArray[np.uint8],
    area: Rectangle,
    data: ScopeData,
    channel: Channel,
    envelope: Envelope,
    strength: float,
    levels: Levels = WHOLE,
) -> None:
    """Adds the lowest and the highest level of each column as thin lines. `strength`: of their light, 0 to 1."""
    color = tuple(strength * part for part in TRACE_COLORS[channel])
    columns = _chroma_columns(data) if channel in (Channel.CB, Channel.CR) else len(envelope.low)
    ends = levels.low, levels.high
    _native.draw_envelope(envelope.low[:columns], False, picture, area.as_tuple(), color, ends)
    _native.draw_envelope(envelope.high[:columns], True, picture, area.as_tuple(), color, ends)


def draw_vectorscope(
    picture: NDArray[np.uint8],
    area: Rectangle,
    data: ScopeData,
    pool: _native.BandPool,
    zoom: float = 1.0,
    tinted: bool = True,
    gain: float = 1.0,
) -> None:
    """Adds the vectorscope, Cb to the right and Cr up; `zoom` 1 shows all codes. `tinted`: each place in its hue."""
    counts = data.counts.vectorscope
    samples = float(counts.sum()) or 1.0
    bins_a_pixel = max((counts.shape[0] / zoom / area.width) ** 2, 1.0)
    contrast, scale = _curve(gain, samples / 64 * min(bins_a_pixel, 4.0))
    color, spread = TRACE_COLORS[Channel.Y], _spread(data) > 1
    places = counts.shape[0]
    side, middle = places / zoom, places / 2
    window, hues = (middle - side / 2, middle - side / 2, side), (middle, middle, places if tinted else 0)
    _native.draw_plane(counts, picture, area.as_tuple(), color, contrast, scale, window, hues, None, spread, pool)


def draw_plane(
    picture: NDArray[np.uint8],
    area: Rectangle,
    counts: NDArray[np.uint32],
    window: tuple[float, float, float],
    pool: _native.BandPool,
    gain: float = 1.0,
    *,
    hues: tuple[float, float, float] = (0.0, 0.0, 0.0),
    tints: NDArray[np.uint8] | None = None,
) -> None:
    """Adds a window of a plane of counts (512, 512): left and lower edge and side, in places. `hues`: the place of the
    neutral, and the places of all codes of Cb and Cr; `tints`: uint8 (512, 512, 3), the color of each place."""
    samples = float(counts.sum()) or 1.0
    bins_a_pixel = max((window[2] / area.width) ** 2, 1.0)
    contrast, scale = _curve(gain, samples / 64 * min(bins_a_pixel, 4.0))
    color = TRACE_COLORS[Channel.Y]
    _native.draw_plane(counts, picture, area.as_tuple(), color, contrast, scale, window, hues, tints, True, pool)


def draw_histogram(
    picture: NDArray[np.uint8],
    area: Rectangle,
    data: ScopeData,
    channel: Channel,
    full: float | None = None,
    levels: Levels = WHOLE,
) -> None:
    """Adds one histogram, `levels` from left to right, heights by square root.

    `full`: counts a level that reach the top; None: those of the fullest level, the ends left out, where clipped
    samples pile up.
    """
    counts = data.counts.histogram_of(channel)
    top = histogram_peak(data, (channel,)) if full is None else full
    ends = (levels.low, levels.high)
    _native.draw_histogram(counts, picture, area.as_tuple(), TRACE_COLORS[channel], ends, top, _spread(data))


def histogram_peak(data: ScopeData, channels: tuple[Channel, ...]) -> float:
    """Counts of the fullest level of these channels, averaged over 9 levels so that a comb of codes does not matter."""
    window = np.ones(9) / 9
    peaks = (np.convolve(data.counts.histogram_of(channel)[5:1019], window, "same").max() for channel in channels)
    return max(1.25 * max(float(peak) for peak in peaks), 1.0)


def _curve(gain: float, most: float) -> tuple[float, float]:
    """Contrast and scale of the logarithm: a pixel with half of `most` counts is full bright."""
    contrast = _CONTRAST * max(gain, 1e-3)
    return contrast, 1.0 / log2(1.0 + contrast * max(most / 2, 1.0))


def _spread(data: ScopeData) -> int:
    """10-bit levels that one code of the signal fills: an 8-bit code fills the four that it stands for, so that no
    gaps are drawn where the signal has no codes. The counts stay as they are."""
    return 1 << max(10 - data.format.layout.bits, 0)


def _chroma_columns(data: ScopeData) -> int:
    width = data.counted.width
    samples = data.format.layout.chroma_width(width) if data.format.layout.is_ycbcr else width
    return max(-(-samples // data.step), 1)
