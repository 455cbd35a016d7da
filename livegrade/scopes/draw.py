"""Scopes as pictures: graticule behind, trace as light in front, labels outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import UsageError
from livegrade.scopes import lettering as ink
from livegrade.scopes.back import LINE, Back, histogram_back, letter_size, level_back, vectorscope_back
from livegrade.scopes.balance import balance_back, draw_balance
from livegrade.scopes.diagram import DIAGRAMS, diagram_back, draw_diagram
from livegrade.scopes.diagram_words import Triangles
from livegrade.scopes.gamut import REC709
from livegrade.scopes.graticule import LevelScale, levels_of
from livegrade.scopes.light import draw_envelope, draw_histogram, draw_vectorscope, draw_waveform, histogram_peak
from livegrade.scopes.light_scale import HLG_PEAK
from livegrade.scopes.marks import NAMES, Word, area_words, clip_words, peak_words, put_line, sampling_words
from livegrade.scopes.measure import Channel
from livegrade.scopes.peaks import Peaks, envelope_of
from livegrade.scopes.scale import Scale, scale_for
from livegrade.scopes.wish import Hold, ScopeKind
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.scopes.light import Rectangle
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.wish import ScopeWish
    from livegrade.timing.timecode import Timecode

RGB = (Channel.R, Channel.G, Channel.B)
YCBCR = (Channel.Y, Channel.CB, Channel.CR)
SMALLEST = (120, 100)
LARGEST = 8192
LIFT = 0.3
"""Letters by which what stands over the labels of a scale is higher than its line, so that it does not touch them."""


def scope_image(
    data: ScopeData,
    wish: ScopeWish,
    size: tuple[int, int],
    camera: Camera | None = None,
    *,
    tinted: bool = True,
    pool: _native.BandPool | None = None,
    peaks: Peaks | None = None,
) -> NDArray[np.uint8]:
    """One scope as a picture of `size` (width, height): uint8 (height, width, 3). What `wish` says of tap, lines and
    region is a matter of measuring, which is done.

    `camera`: whose signal the source is, for scales of light; `tinted` is for the vectorscope; `peaks`: what envelopes
    are held in, None where there is one picture alone. Raises UsageError for a size that cannot be drawn and a scale
    that the signal does not have, FormatError when the data lacks what is asked for.
    """
    require_size(size)
    threads = _native.BandPool(1) if pool is None else pool
    if wish.kind is ScopeKind.HML:
        return draw_balance(size, letters_of(wish, size), data, wish, threads)
    if wish.kind in DIAGRAMS:
        return draw_diagram(size, letters_of(wish, size), data, wish, camera, threads)
    kind, gain = wish.kind, wish.gain
    levels = levels_of(wish.window, data.format)
    back = back_of(wish, size, scale_of(data, wish, camera))
    trace = np.zeros_like(back.picture)
    since = None
    if kind is ScopeKind.VECTORSCOPE:
        draw_vectorscope(trace, back.areas[0], data, threads, wish.zoom, tinted, gain)
    elif kind is ScopeKind.HISTOGRAM:
        full = histogram_peak(data, RGB) / gain
        for channel in RGB:
            draw_histogram(trace, back.areas[0], data, channel, full, levels)
    else:
        for area, channel in zip(back.areas, channels_of(kind), strict=True):
            draw_waveform(trace, area, data, channel, threads, gain, levels)
        since = _draw_envelopes(trace, back.areas, data, wish, peaks)
    np.maximum(trace, back.picture, out=trace)
    _write_figures(trace, data, kind, back.areas, since, letters_of(wish, size))
    return trace


def _draw_envelopes(
    trace: NDArray[np.uint8], areas: tuple[Rectangle, ...], data: ScopeData, wish: ScopeWish, peaks: Peaks | None
) -> tuple[int, Timecode | None] | None:
    """The first picture of what is held, None where nothing is."""
    since = None
    levels = levels_of(wish.window, data.format)
    for area, channel in zip(areas, channels_of(wish.kind), strict=True):
        if wish.hold in (Hold.NOW, Hold.BOTH):
            draw_envelope(trace, area, data, channel, envelope_of(data, channel), 0.5, levels)
        if wish.hold in (Hold.PEAK, Hold.BOTH):
            held = (peaks or Peaks()).hold(data, channel)
            draw_envelope(trace, area, data, channel, held, 0.85, levels)
            since = held.since
    return since


def require_size(size: tuple[int, int]) -> tuple[int, int]:
    """`size`, width and height. Raises UsageError for one in which no scope can be drawn."""
    width, height = size
    if width < SMALLEST[0] or height < SMALLEST[1] or width > LARGEST or height > LARGEST:
        raise UsageError(f"a scope of {width} x {height} pixels cannot be drawn; {SMALLEST[0]} x {SMALLEST[1]} or more")
    return size


def scale_of(data: ScopeData, wish: ScopeWish, camera: Camera | None) -> Scale:
    """Raises UsageError where the signal has no such scale. Vectorscopes and plots have none, whatever is asked for."""
    if wish.kind is ScopeKind.VECTORSCOPE or wish.is_plot:
        return Scale(LevelScale.CODE, data.format)
    return scale_for(wish.scale, data.format, data.tap, camera, wish.hlg_peak or HLG_PEAK)


def letters_of(wish: ScopeWish, size: tuple[int, int]) -> int:
    """Pixels of the letters."""
    return wish.letters or letter_size(size[1])


def back_of(wish: ScopeWish, size: tuple[int, int], scale: Scale) -> Back:
    """What stands behind the trace, and where that lies."""
    letters = letters_of(wish, size)
    if wish.kind is ScopeKind.VECTORSCOPE:
        return vectorscope_back(size, letters, scale.format, wish.zoom)
    if wish.kind is ScopeKind.HML:
        return balance_back(size, letters, scale.format, wish.zoom)
    if wish.kind in DIAGRAMS:
        return diagram_back(size, letters, DIAGRAMS[wish.kind], Triangles(REC709), wish.zoom)
    levels = levels_of(wish.window, scale.format)
    if wish.kind is ScopeKind.HISTOGRAM:
        return histogram_back(size, letters, scale, levels)
    return level_back(size, letters, scale, levels, channels_of(wish.kind), wish.kind is ScopeKind.OVERLAY)


def _write_figures(
    picture: NDArray[np.uint8],
    data: ScopeData,
    kind: ScopeKind,
    areas: tuple[Rectangle, ...],
    since: tuple[int, Timecode | None] | None,
    letters: int,
) -> None:
    """Beside the trace, always at the same place: shares of clipped samples, that the scope is subsampled or of a part,
    and since when its peaks are held."""
    first, channels = areas[0], channels_of(kind)
    right, room = first.x + first.width, first.width / 2 - letters
    above, below = first.y - LINE * letters, first.y + first.height + LINE * letters
    sampled = sampling_words(data)
    if kind is ScopeKind.VECTORSCOPE:
        room += first.x
        words = sampled + area_words(data, letters, room - 4 * letters)
        put_line(picture, (letters / 4, first.y + 0.75 * letters), words, letters, room)
    elif kind is ScopeKind.HISTOGRAM:
        middle = 3 * letters if data.area is None else first.width / 3
        beside = (first.width - middle) / 2
        part = area_words(data, letters, middle - 4 * letters)
        put_line(picture, (first.x, above), clip_words(data, channels, white=False), letters, beside)
        put_line(picture, (first.x + first.width / 2, above), sampled + part, letters, middle, "m")
        put_line(picture, (right, above), clip_words(data, channels, white=True), letters, beside, "r")
    else:
        held_room = first.x + first.width / (2 if len(set(areas)) == 1 else 4)
        words = sampled + peak_words(since, letters, held_room - 3 * letters)
        put_line(picture, (letters / 4, above - LIFT * letters), words, letters, held_room)
        if len(set(areas)) == 1:
            half = first.width / 2
            put_line(picture, (letters / 4, below), area_words(data, letters, half), letters, half)
            put_line(picture, (right, above), clip_words(data, channels, white=True), letters, half, "r")
            put_line(picture, (right, below), clip_words(data, channels, white=False), letters, half, "r")
            return
        part_room = first.x + first.width / 4
        put_line(picture, (letters / 4, below), area_words(data, letters, part_room), letters, part_room)
        clip_room = first.width if data.area is None else first.width / 2
        for area, channel in zip(areas, channels, strict=True):
            counted = () if channel in (Channel.CB, Channel.CR) else (channel,)
            x, named = area.x + area.width / 2, (Word(NAMES[channel], ink.STRONG_LABEL),)
            put_line(picture, (x, above), named + clip_words(data, counted, white=True), letters, area.width, "m")
            put_line(picture, (x, below), clip_words(data, counted, white=False), letters, clip_room, "m")


def channels_of(kind: ScopeKind) -> tuple[Channel, ...]:
    """The channels that are drawn, in their order."""
    if kind is ScopeKind.WAVEFORM:
        return (Channel.Y,)
    return YCBCR if kind is ScopeKind.YCBCR else RGB
