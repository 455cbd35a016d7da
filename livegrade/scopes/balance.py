"""The balance of lows, mids and highs as a scope: a small vectorscope of each, and how far each is from neutral."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from livegrade.scopes import lettering as ink
from livegrade.scopes.back import FINE, Back, reduced
from livegrade.scopes.bands import ends
from livegrade.scopes.diagram_words import CLOSE_ROW
from livegrade.scopes.graticule import chroma_span, skin_direction, targets
from livegrade.scopes.light import Rectangle, draw_plane
from livegrade.scopes.light_scale import Stops, stops_of
from livegrade.scopes.marks import Word, area_words, percent, put_line, sampling_words
from livegrade.scopes.plot import QUADRANT, Balance

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from livegrade.color.camera import Camera
    from livegrade.scopes.measure import ScopeData, Tap
    from livegrade.scopes.wish import Cross, ScopeWish
    from livegrade.video.format import VideoFormat
    from livegrade_shaders import _native

ZONES = ("lows", "mids", "highs")
_NEUTRAL = 512


def balance_of(cross: Cross, format: VideoFormat, tap: Tap, camera: Camera | None) -> Balance:
    """The codes of Y' that cross points are. Raises UsageError for stops where there are none."""
    black, white = ends(format.range)
    light: Stops | None = stops_of(tap, camera) if cross.in_stops else None
    parts = (light.signal(float(at)) if light else float(at) / 100 for at in (cross.low, cross.high))
    low, high = (min(max(round(black + (white - black) * part), 0), 1023) for part in parts)
    return Balance(low, high)


def draw_balance(
    size: tuple[int, int], letters: int, data: ScopeData, wish: ScopeWish, pool: _native.BandPool
) -> NDArray[np.uint8]:
    """The whole scope: uint8 (height, width, 3). Raises FormatError when the plot was not counted."""
    back = balance_back(size, letters, data.format, wish.zoom)
    counts = data.plotted
    picture = np.zeros_like(back.picture)
    side = QUADRANT / wish.zoom
    for zone, area in enumerate(back.areas):
        middle_x, middle_y = (QUADRANT * (corner + 0.5) for corner in (zone & 1, zone >> 1))
        window = middle_x - side / 2, middle_y - side / 2, side
        draw_plane(picture, area, counts, window, pool, wish.gain, hues=(middle_x, middle_y, QUADRANT))
    np.maximum(picture, back.picture, out=picture)
    _write_figures(picture, back.areas, letters, data, wish.cross)
    return picture


def zone_counts(counts: NDArray[np.uint32], zone: int) -> NDArray[np.uint32]:
    """(256, 256) of a balance, rows Cr >> 2, columns Cb >> 2. `zone`: 0 lows, 1 mids, 2 highs."""
    row, column = QUADRANT * (zone >> 1), QUADRANT * (zone & 1)
    return counts[row : row + QUADRANT, column : column + QUADRANT]


def cast_of(counts: NDArray[np.uint32], format: VideoFormat) -> tuple[float, float] | None:
    """How much R' and B' are over Y' in the mean of a zone, in percent of the signal; None where it has no sample."""
    total = int(counts.sum(dtype=np.int64))
    if total == 0:
        return None
    codes = 4 * np.arange(QUADRANT) + 1.5  # the middle of four
    cr, cb = (float(counts.sum(axis=axis, dtype=np.int64) @ codes) / total - _NEUTRAL for axis in (1, 0))
    kr, _, kb = format.matrix.luma_weights
    half = chroma_span(format.range)
    return 100 * (1 - kr) * cr / half, 100 * (1 - kb) * cb / half


def _room(size: tuple[int, int], letters: int) -> tuple[int, int]:
    """Side of the squares, and lines below them: as many as leave these most of what the width allows."""
    width, height = size
    widest = max((width - 2 * letters) // 3, 8)
    sides = {count: int(height - (2.5 + CLOSE_ROW * count) * letters) for count in (3, 2, 1, 0)}
    lines = next((count for count, side in sides.items() if side >= 0.8 * widest), 0 if sides[2] < 4 * letters else 2)
    return min(max(min(widest, sides[lines]), 8), width // 3, height), lines


@lru_cache(maxsize=64)
def balance_back(size: tuple[int, int], letters: int, format: VideoFormat, zoom: int) -> Back:
    """Three squares, each with the targets of 75 %."""
    width, height = size
    side, rows = _room(size, letters)
    gap = (width - 3 * side) // 4
    free = height - side - (2 + CLOSE_ROW * rows) * letters
    top = min(max(round(1.8 * letters + free / 2), 0), height - side)
    areas = tuple(Rectangle(gap + number * (side + gap), top, side, side) for number in range(3))
    image = ink.blank(width, height)
    lines = _lines(side, format, zoom)
    for area in areas:
        image.paste(lines, (area.x, area.y))
    if free > letters:
        ink.write(image, (width - letters / 2, height - 0.75 * letters), f"{zoom}x", letters, ink.LABEL, "rm")
    return Back(areas, ink.as_rgb(image))


def _lines(side: int, format: VideoFormat, zoom: int) -> Image.Image:
    fine = side * FINE
    image = ink.blank(fine, fine, 8)
    draw = ImageDraw.Draw(image)
    middle, per_code = fine / 2, fine * zoom / 1024.0
    draw.line((0, middle, fine, middle), fill=ink.LINE, width=FINE)
    draw.line((middle, 0, middle, fine), fill=ink.LINE, width=FINE)
    radius = chroma_span(format.range) * per_code
    draw.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), outline=ink.LINE, width=FINE)
    skin_x, skin_y = skin_direction()
    draw.line((middle, middle, middle + radius * skin_x, middle - radius * skin_y), fill=ink.LIMIT_LINE, width=FINE)
    half = 14 * per_code
    for target in targets(format.matrix, format.range, 75):
        x, y = middle + (target.cb - _NEUTRAL) * per_code, middle - (target.cr - _NEUTRAL) * per_code
        draw.rectangle((x - half, y - half, x + half, y + half), outline=ink.STRONG_LINE, width=FINE)
    return reduced(image, side)


def _write_figures(
    picture: NDArray[np.uint8], areas: tuple[Rectangle, ...], letters: int, data: ScopeData, cross: Cross
) -> None:
    height, width = picture.shape[:2]
    total, lines = int(data.plotted.sum(dtype=np.int64)), _room((width, height), letters)[1]
    unit = " stops" if cross.in_stops else " %"
    low, high = (f"{float(at):{'+' if cross.in_stops else ''}g}{unit}" for at in (cross.low, cross.high))
    limits = f"under {low}", f"{low.removesuffix(unit)} to {high}", f"{high} and over"
    for zone, area in enumerate(areas):
        counts = zone_counts(data.plotted, zone)
        x = area.x + area.width / 2
        title = (Word(ZONES[zone], ink.STRONG_LABEL), Word(limits[zone], spare=True))
        put_line(picture, (x, area.y - 0.8 * letters), title, letters, area.width, "m")
        cast = cast_of(counts, data.format)
        red, blue = ("-", "-") if cast is None else (f"{round(part, 1) + 0.0:+.1f}" for part in cast)
        share = Word(percent(int(counts.sum(dtype=np.int64)), total), unit="%")
        rows = (
            (Word(f"R {red}", ink.STRONG_LABEL, unit="%"),),
            (Word(f"B {blue}", ink.STRONG_LABEL, unit="%"),),
            (share, Word("of the picture", spare=True)),
        )
        for number, row in enumerate(rows[:lines]):
            at = x, area.y + area.height + (0.9 + CLOSE_ROW * number) * letters
            put_line(picture, at, row, letters, area.width, "m")
    part = sampling_words(data) + area_words(data, letters, width / 2)
    put_line(picture, (letters / 2, height - 0.75 * letters), part, letters, width / 2)
