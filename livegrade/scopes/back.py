"""What stands behind the traces of scopes, and where those lie: graticules, thin and dim, their labels outside.

Drawn once for each size and scale and kept. Nothing here looks at counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from livegrade.scopes import lettering as ink
from livegrade.scopes.graticule import WHOLE, Levels, Line, chroma_lines, chroma_span, skin_direction, targets
from livegrade.scopes.light import Rectangle
from livegrade.scopes.measure import Channel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.scopes.scale import Scale
    from livegrade.video.format import VideoFormat

CLOSEST = 4
"""Pixels between two lines; those of less weight that would stand closer are left out."""
TICK = 6
TITLED = 14
"""Letters that a scope is tall, from which on the curve stands under it that a scale of light assumes."""
LINE = 0.8
"""From the edge of a trace to the middle of the figures beside it, in letters."""


@dataclass(frozen=True, slots=True, eq=False)
class Back:
    """`areas`: of the traces, one a channel; `picture`: uint8 (height, width, 3), never changed."""

    areas: tuple[Rectangle, ...]
    picture: NDArray[np.uint8]


def letter_size(height: int) -> int:
    """Pixels of the letters of a scope that tall, where nobody says how large they are to be."""
    return max(11, min(22, height // 26))


def level_y(area: Rectangle, level: float, levels: Levels = WHOLE) -> float:
    """Row of a 10-bit code within `area`, whose edges are those of `levels`; the middle of the code."""
    return area.y + area.height * (1.0 - levels.part(level))


def level_x(area: Rectangle, level: float, levels: Levels = WHOLE) -> float:
    """Column of a 10-bit code in a histogram."""
    return area.x + area.width * levels.part(level)


@lru_cache(maxsize=64)
def level_back(
    size: tuple[int, int], letters: int, scale: Scale, levels: Levels, channels: tuple[Channel, ...], overlaid: bool
) -> Back:
    """Of waveforms: one beside the other, or `overlaid` in one place. `letters`: their pixels."""
    width, height = size
    is_ycbcr = Channel.CB in channels
    luma, chroma = scale.lines(levels), chroma_lines(scale.of_chroma, scale.format)
    gutter = _gutter(luma, levels, letters)
    right = _gutter(chroma, levels, letters) if is_ycbcr else letters
    top, tall = _upright(height, letters, scale)
    whole = Rectangle(gutter, top, max(width - gutter - right, 3), tall)
    areas = (whole,) * len(channels) if overlaid or len(channels) == 1 else whole.thirds(letters // 2)
    image = ink.blank(width, height)
    for area, channel in zip(areas, channels, strict=True):
        is_chroma = channel in (Channel.CB, Channel.CR)
        _draw_lines(image, area, chroma if is_chroma else luma, levels)
    _write_labels(image, luma, areas[0], levels, gutter - letters // 2, "rm", letters)
    if is_ycbcr:
        at = areas[-1].x + areas[-1].width + letters // 2
        _write_labels(image, chroma, areas[-1], levels, at, "lm", letters)
    _write_title(image, scale, letters)
    return Back(areas, ink.as_rgb(image))


def _upright(height: int, letters: int, scale: Scale) -> tuple[int, int]:
    """Top and height of the traces: a line of figures has room above and below, and the curve of a scale of light."""
    line = round(2 * LINE * letters)
    return line, max(height - line * (3 if _has_title(height, letters, scale) else 2), 1)


def _has_title(height: int, letters: int, scale: Scale) -> bool:
    """A small scope shows the trace in its place."""
    return scale.light is not None and height >= TITLED * letters


def _gutter(lines: tuple[Line, ...], levels: Levels, letters: int) -> int:
    """Beside the trace, as wide as the labels that are in sight."""
    seen = (line.label for line in lines if 0 <= levels.part(line.level) <= 1)
    return max((ink.text_width(label, letters) for label in seen), default=0) + letters


def _write_title(image: Image.Image, scale: Scale, letters: int) -> None:
    """The curve that a scale of light assumes, in a line of its own at the foot."""
    if _has_title(image.height, letters, scale):
        ink.write(image, (letters / 2, image.height - LINE * letters), scale.title, letters, ink.LABEL)


def _shown(lines: tuple[Line, ...], levels: Levels, length: int) -> list[tuple[Line, float]]:
    """The lines that are drawn, the ones of more weight first, each with its part of the scale: those in sight, and not
    so close to one of more weight that they would be one."""
    taken: list[tuple[Line, float]] = []
    for line in _by_weight(lines):
        part = levels.part(line.level)
        far = all(abs(part - other) * length >= CLOSEST for _, other in taken)
        if 0 <= part <= 1 and (far or line.strong or line.limit):
            taken.append((line, part))
    return taken


def _by_weight(lines: tuple[Line, ...]) -> list[Line]:
    """The strong ones first, then the others from these on."""
    strong = [line.level for line in lines if line.strong]

    def weight(line: Line) -> tuple[bool, bool, bool, float]:
        return not line.strong, not line.limit, line.tick, min((abs(line.level - one) for one in strong), default=0.0)

    return sorted(lines, key=weight)


def _draw_lines(image: Image.Image, area: Rectangle, lines: tuple[Line, ...], levels: Levels) -> None:
    draw = ImageDraw.Draw(image)
    right = area.x + area.width - 1
    draw.rectangle((area.x, area.y, right, area.y + area.height - 1), fill=8)
    for line, part in reversed(_shown(lines, levels, area.height)):
        y = min(int(area.y + area.height * (1.0 - part)), area.y + area.height - 1)
        if line.limit:
            for x in range(area.x, right, 8):
                draw.line((x, y, min(x + 3, right), y), fill=ink.LIMIT_LINE)
        elif line.tick:
            draw.line((area.x, y, min(area.x + TICK, right), y), fill=ink.LIMIT_LINE)
            draw.line((max(right - TICK, area.x), y, right, y), fill=ink.LIMIT_LINE)
        else:
            draw.line((area.x, y, right, y), fill=ink.STRONG_LINE if line.strong else ink.LINE)


def _write_labels(
    image: Image.Image, lines: tuple[Line, ...], area: Rectangle, levels: Levels, x: float, anchor: str, letters: int
) -> None:
    """The labels that have room, those of more weight first."""
    taken: list[float] = []
    for line in _by_weight(lines):
        part = levels.part(line.level)
        y = area.y + area.height * (1.0 - part)
        if line.label and 0 <= part <= 1 and all(abs(y - other) >= 1.15 * letters for other in taken):
            taken.append(y)
            ink.write(image, (x, y), line.label, letters, ink.STRONG_LABEL if line.strong else ink.LABEL, anchor)


@lru_cache(maxsize=64)
def histogram_back(size: tuple[int, int], letters: int, scale: Scale, levels: Levels) -> Back:
    width, height = size
    top, tall = _upright(height, letters, scale)
    area = Rectangle(letters, top, width - 2 * letters, tall)
    image = ink.blank(width, height)
    draw = ImageDraw.Draw(image)
    bottom, right = area.y + area.height - 1, area.x + area.width - 1
    draw.rectangle((area.x, area.y, right, bottom), fill=8)
    taken: list[tuple[float, float]] = []
    for line, part in _shown(scale.lines(levels), levels, area.width):
        x = min(area.x + area.width * part, right)
        top = bottom - TICK if line.tick else area.y
        grey = ink.STRONG_LINE if line.strong else ink.LIMIT_LINE if line.limit or line.tick else ink.LINE
        draw.line((int(x), top, int(x), bottom), fill=grey)
        half = ink.text_width(line.label, letters) / 2
        at = min(max(x, half), width - half)
        if line.label and all(abs(at - other) >= half + other_half + letters / 2 for other, other_half in taken):
            taken.append((at, half))
            shade = ink.STRONG_LABEL if line.strong else ink.LABEL
            ink.write(image, (at, bottom + LINE * letters), line.label, letters, shade, "mm")
    _write_title(image, scale, letters)
    return Back((area,), ink.as_rgb(image))


FINE = 4
"""Round and slanted lines are drawn this many times as large and reduced: Pillow does not smooth them."""


@lru_cache(maxsize=64)
def vectorscope_back(size: tuple[int, int], letters: int, format: VideoFormat, zoom: int) -> Back:
    width, height = size
    side = min(width, height) - 4
    area = Rectangle((width - side) // 2, (height - side) // 2, side, side)
    lines = _vectorscope_lines(format, side, zoom)
    image = ink.blank(width, height)
    image.paste(lines, (area.x, area.y))
    per_code = side * zoom / 1024.0
    for target in targets(format.matrix, format.range, 75):
        # Beside the box, away from the middle: there is room at every size, above and below there is not.
        x, y = side / 2 + (target.cb - 512) * per_code, side / 2 - (target.cr - 512) * per_code
        aside = 14 * per_code + letters / 3
        if min(x, y, side - x, side - y) >= letters / 2:
            right = target.cb > 512
            at = (area.x + x + (aside if right else -aside), area.y + y)
            ink.write(image, at, target.name, letters, ink.STRONG_LABEL, "lm" if right else "rm")
    corner = f"{zoom}x" if zoom > 1 else ""
    ink.write(image, (area.x + area.width - 2, area.y + letters / 2), corner, letters, ink.LABEL, "rm")
    return Back((area,), ink.as_rgb(image))


def _vectorscope_lines(format: VideoFormat, side: int, zoom: int) -> Image.Image:
    fine = side * FINE
    image = ink.blank(fine, fine, 8)
    draw = ImageDraw.Draw(image)
    middle, per_code = fine / 2, fine * zoom / 1024.0
    radius = chroma_span(format.range) * per_code
    draw.line((0, middle, fine, middle), fill=ink.LINE, width=FINE)
    draw.line((middle, 0, middle, fine), fill=ink.LINE, width=FINE)
    draw.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), outline=ink.LINE, width=FINE)
    skin_x, skin_y = skin_direction()
    end = (middle + radius * skin_x, middle - radius * skin_y)
    draw.line((middle, middle, *end), fill=ink.LIMIT_LINE, width=FINE)
    for percent, half_side, grey in ((75, 14, ink.STRONG_LINE), (100, 9, ink.LIMIT_LINE)):
        for target in targets(format.matrix, format.range, percent):
            x, y = middle + (target.cb - 512) * per_code, middle - (target.cr - 512) * per_code
            half = half_side * per_code
            draw.rectangle((x - half, y - half, x + half, y + half), outline=grey, width=FINE)
    return reduced(image, side)


def reduced(image: Image.Image, side: int) -> Image.Image:
    """Of a square drawn FINE times as large."""
    return image.resize((side, side), Image.Resampling.BOX)
