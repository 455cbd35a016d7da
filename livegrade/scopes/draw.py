"""Scopes as pictures: graticule behind, trace as light in front, labels outside."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from livegrade.errors import UsageError
from livegrade.scopes import lettering as ink
from livegrade.scopes.graticule import Line, chroma_lines, luma_lines, skin_direction, targets
from livegrade.scopes.light import Rectangle, draw_histogram, draw_vectorscope, draw_waveform, histogram_peak
from livegrade.scopes.marks import NAMES, Word, clip_words, put_line, sampling_words
from livegrade.scopes.measure import Channel
from livegrade.scopes.wish import ScopeKind
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.graticule import LevelScale
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.wish import ScopeWish
    from livegrade.video.format import VideoFormat

RGB = (Channel.R, Channel.G, Channel.B)
YCBCR = (Channel.Y, Channel.CB, Channel.CR)
SMALLEST = (120, 100)


def scope_image(
    data: ScopeData,
    wish: ScopeWish,
    size: tuple[int, int],
    *,
    tinted: bool = True,
    pool: _native.BandPool | None = None,
) -> NDArray[np.uint8]:
    """One scope as a picture of `size` (width, height): uint8 (height, width, 3). What `wish` says of tap, lines and
    region is a matter of measuring, which is done.

    `tinted` is for the vectorscope. Raises UsageError for a size that cannot be drawn, FormatError when the data lacks
    what is asked for.
    """
    width, height = size
    if width < SMALLEST[0] or height < SMALLEST[1] or width > 8192 or height > 8192:
        raise UsageError(f"a scope of {width} x {height} pixels cannot be drawn; {SMALLEST[0]} x {SMALLEST[1]} or more")
    kind, scale, zoom, gain = wish.kind, wish.scale, wish.zoom, wish.gain
    threads = _native.BandPool(1) if pool is None else pool
    areas: tuple[Rectangle, ...]
    if kind is ScopeKind.VECTORSCOPE:
        area, back = _vectorscope_back(data.format, size, zoom)
        trace = np.zeros_like(back)
        draw_vectorscope(trace, area, data, threads, zoom, tinted, gain)
        areas = (area,)
    elif kind is ScopeKind.HISTOGRAM:
        area, back = _histogram_back(data.format, size, scale)
        trace = np.zeros_like(back)
        full = histogram_peak(data, RGB)
        for channel in RGB:
            draw_histogram(trace, area, data, channel, full)
        areas = (area,)
    else:
        areas, back = _level_back(data.format, size, scale, kind)
        trace = np.zeros_like(back)
        for area, channel in zip(areas, _channels(kind), strict=True):
            draw_waveform(trace, area, data, channel, threads, gain)
    np.maximum(trace, back, out=trace)
    _write_figures(trace, data, kind, areas)
    return trace


def _write_figures(picture: NDArray[np.uint8], data: ScopeData, kind: ScopeKind, areas: tuple[Rectangle, ...]) -> None:
    """Beside the trace, always at the same place: shares of clipped samples, and that the scope is subsampled."""
    letters = _letter_size(picture.shape[0])
    first, channels = areas[0], _channels(kind)
    right, room = first.x + first.width, first.width / 2 - letters
    above, below = first.y - letters, first.y + first.height + letters
    sampled = sampling_words(data)
    if kind is ScopeKind.VECTORSCOPE:
        put_line(picture, (first.x + letters / 4, first.y + 0.75 * letters), sampled, letters, room)
    elif kind is ScopeKind.HISTOGRAM:
        put_line(picture, (first.x, above), clip_words(data, channels, white=False), letters, room - letters)
        put_line(picture, (first.x + first.width / 2, above), sampled, letters, 2 * letters, "m")
        put_line(picture, (right, above), clip_words(data, channels, white=True), letters, room - letters, "r")
    else:
        put_line(picture, (letters / 4, above), sampled, letters, first.x)
        if len(set(areas)) == 1:
            put_line(picture, (right, above), clip_words(data, channels, white=True), letters, first.width, "r")
            put_line(picture, (right, below), clip_words(data, channels, white=False), letters, first.width, "r")
            return
        for area, channel in zip(areas, channels, strict=True):
            counted = () if channel in (Channel.CB, Channel.CR) else (channel,)
            x, named = area.x + area.width / 2, (Word(NAMES[channel], ink.STRONG_LABEL),)
            put_line(picture, (x, above), named + clip_words(data, counted, white=True), letters, area.width, "m")
            put_line(picture, (x, below), clip_words(data, counted, white=False), letters, area.width, "m")


def _channels(kind: ScopeKind) -> tuple[Channel, ...]:
    if kind is ScopeKind.WAVEFORM:
        return (Channel.Y,)
    return YCBCR if kind is ScopeKind.YCBCR else RGB


def _letter_size(height: int) -> int:
    return max(11, min(22, height // 26))


def level_y(area: Rectangle, level: float) -> float:
    """Row of a 10-bit code within `area`, whose edges are the codes 0 and 1024; the middle of the code."""
    return area.y + area.height * (1.0 - (level + 0.5) / 1024.0)


@lru_cache(maxsize=64)
def _level_back(
    format: VideoFormat, size: tuple[int, int], scale: LevelScale, kind: ScopeKind
) -> tuple[tuple[Rectangle, ...], NDArray[np.uint8]]:
    """The rectangles of the traces, and the picture behind them."""
    width, height = size
    letters = _letter_size(height)
    luma, chroma = luma_lines(scale, format), chroma_lines(scale, format)
    gutter = max(ink.text_width(line.label, letters) for line in luma) + letters
    right = (
        max(ink.text_width(line.label, letters) for line in chroma) + letters if kind is ScopeKind.YCBCR else letters
    )
    whole = Rectangle(gutter, 2 * letters, width - gutter - right, height - 4 * letters)
    areas: tuple[Rectangle, ...] = whole.thirds(letters // 2)
    if kind is ScopeKind.WAVEFORM:
        areas = (whole,)
    elif kind is ScopeKind.OVERLAY:
        areas = (whole,) * 3
    image = ink.blank(width, height)
    for area, channel in zip(areas, _channels(kind), strict=True):
        is_chroma = channel in (Channel.CB, Channel.CR)
        _draw_lines(image, area, chroma if is_chroma else luma)
    _write_labels(image, luma, areas[0], gutter - letters // 2, "rm", letters)
    if kind is ScopeKind.YCBCR:
        _write_labels(image, chroma, areas[-1], areas[-1].x + areas[-1].width + letters // 2, "lm", letters)
    return areas, ink.as_rgb(image)


def _draw_lines(image: Image.Image, area: Rectangle, lines: tuple[Line, ...]) -> None:
    draw = ImageDraw.Draw(image)
    right = area.x + area.width - 1
    draw.rectangle((area.x, area.y, right, area.y + area.height - 1), fill=8)
    for line in sorted(lines, key=lambda each: each.strong):
        y = int(level_y(area, line.level))
        if line.limit:
            for x in range(area.x, right, 8):
                draw.line((x, y, min(x + 3, right), y), fill=ink.LIMIT_LINE)
        else:
            draw.line((area.x, y, right, y), fill=ink.STRONG_LINE if line.strong else ink.LINE)


def _write_labels(
    image: Image.Image, lines: tuple[Line, ...], area: Rectangle, x: float, anchor: str, letters: int
) -> None:
    """The labels that have room, the strong ones first."""
    taken: list[float] = []
    for line in sorted(lines, key=lambda each: (not each.strong, each.limit)):
        y = level_y(area, line.level)
        if all(abs(y - other) >= 1.15 * letters for other in taken):
            taken.append(y)
            ink.write(image, (x, y), line.label, letters, ink.STRONG_LABEL if line.strong else ink.LABEL, anchor)


@lru_cache(maxsize=64)
def _histogram_back(
    format: VideoFormat, size: tuple[int, int], scale: LevelScale
) -> tuple[Rectangle, NDArray[np.uint8]]:
    width, height = size
    letters = _letter_size(height)
    lines = luma_lines(scale, format)
    area = Rectangle(letters, 2 * letters, width - 2 * letters, height - 4 * letters)
    image = ink.blank(width, height)
    draw = ImageDraw.Draw(image)
    bottom = area.y + area.height - 1
    draw.rectangle((area.x, area.y, area.x + area.width - 1, bottom), fill=8)
    taken: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda each: (not each.strong, each.limit)):
        x = area.x + area.width * (line.level + 0.5) / 1024.0
        grey = ink.STRONG_LINE if line.strong else ink.LIMIT_LINE if line.limit else ink.LINE
        draw.line((int(x), area.y, int(x), bottom), fill=grey)
        half = ink.text_width(line.label, letters) / 2
        at = min(max(x, half), width - half)
        if all(abs(at - other) >= half + other_half + letters / 2 for other, other_half in taken):
            taken.append((at, half))
            label = ink.STRONG_LABEL if line.strong else ink.LABEL
            ink.write(image, (at, bottom + letters), line.label, letters, label, "mm")
    return area, ink.as_rgb(image)


_FINE = 4
"""Round and slanted lines are drawn this many times as large and reduced: Pillow does not smooth them."""


@lru_cache(maxsize=64)
def _vectorscope_back(format: VideoFormat, size: tuple[int, int], zoom: int) -> tuple[Rectangle, NDArray[np.uint8]]:
    width, height = size
    letters = _letter_size(height)
    side = min(width, height) - 2 * letters
    area = Rectangle((width - side) // 2, (height - side) // 2, side, side)
    lines = _vectorscope_lines(format, side, zoom)
    image = ink.blank(width, height)
    image.paste(lines, (area.x, area.y))
    per_code = side * zoom / 1024.0
    for target in targets(format.matrix, format.range, 75):
        cb, cr = target.cb - 512, target.cr - 512
        out = 1.0 + 1.6 * letters / max((cb * cb + cr * cr) ** 0.5 * per_code, 1.0)
        x, y = side / 2 + cb * per_code * out, side / 2 - cr * per_code * out
        if letters <= x <= side - letters and letters <= y <= side - letters:
            ink.write(image, (area.x + x, area.y + y), target.name, letters, ink.STRONG_LABEL, "mm")
    corner = f"{zoom}x" if zoom > 1 else ""
    ink.write(image, (area.x + area.width - 2, area.y + letters / 2), corner, letters, ink.LABEL, "rm")
    return area, ink.as_rgb(image)


def _vectorscope_lines(format: VideoFormat, side: int, zoom: int) -> Image.Image:
    fine = side * _FINE
    image = ink.blank(fine, fine, 8)
    draw = ImageDraw.Draw(image)
    middle, per_code = fine / 2, fine * zoom / 1024.0
    radius = 448 * per_code
    draw.line((0, middle, fine, middle), fill=ink.LINE, width=_FINE)
    draw.line((middle, 0, middle, fine), fill=ink.LINE, width=_FINE)
    draw.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), outline=ink.LINE, width=_FINE)
    skin_x, skin_y = skin_direction()
    end = (middle + radius * skin_x, middle - radius * skin_y)
    draw.line((middle, middle, *end), fill=ink.LIMIT_LINE, width=_FINE)
    for percent, half_side, grey in ((75, 14, ink.STRONG_LINE), (100, 9, ink.LIMIT_LINE)):
        for target in targets(format.matrix, format.range, percent):
            x, y = middle + (target.cb - 512) * per_code, middle - (target.cr - 512) * per_code
            half = half_side * per_code
            draw.rectangle((x - half, y - half, x + half, y + half), outline=grey, width=_FINE)
    return image.resize((side, side), Image.Resampling.BOX)
