"""Diagrams of CIE 1931 and 1976 as scopes: the colours of the light that a signal stands for, over the locus of pure
light, with triangles of gamuts, named whites, and what share of the picture lies outside each triangle."""

from __future__ import annotations

from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from livegrade.scopes import lettering as ink
from livegrade.scopes.back import FINE, Back, reduced
from livegrade.scopes.diagram_words import ROW, Triangles, figures_of, first_row, room_in, write_figures
from livegrade.scopes.gamut import LOCUS, TARGETS, WHITES, signal_space, tints, triangle
from livegrade.scopes.light import draw_plane
from livegrade.scopes.measure import Tap
from livegrade.scopes.plot import Diagram
from livegrade.scopes.wish import ScopeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from livegrade.color.camera import Camera
    from livegrade.color.cameras.gamuts import Gamut
    from livegrade.scopes.gamut import Point
    from livegrade.scopes.light import Rectangle
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.wish import ScopeWish
    from livegrade_shaders import _native

DIAGRAMS = {ScopeKind.CIE_XY: Diagram.XY, ScopeKind.CIE_UV: Diagram.UV}
_VIEWS = {Diagram.XY: ((0.38, 0.41), 0.94), Diagram.UV: ((0.31, 0.30), 0.66)}
"""Middle and side of what is shown, in coordinates; closer views have the white of D65 in their middle."""
_AXES = {Diagram.XY: ("x", "y"), Diagram.UV: ("u'", "v'")}
_DASHES = {TARGETS[0].name: (1, 0), TARGETS[1].name: (7, 4), TARGETS[2].name: (2, 3)}
"""Pixels drawn and left out of each triangle's sides; any other is drawn through, and brighter."""
_SIGNAL_LINE, _CAMERA_LINE = 150, (12, 3)


def draw_diagram(
    size: tuple[int, int], letters: int, data: ScopeData, wish: ScopeWish, camera: Camera | None, pool: _native.BandPool
) -> NDArray[np.uint8]:
    """The whole scope: uint8 (height, width, 3). Raises FormatError when the plot was not counted."""
    diagram = DIAGRAMS[wish.kind]
    signal = signal_space(data.format, data.tap, camera)
    triangles = Triangles(signal.gamut, camera.gamut if camera is not None and data.tap is Tap.GRADED else None)
    back = diagram_back(size, letters, diagram, triangles, wish.zoom)
    counts = data.plotted
    picture = np.zeros_like(back.picture)
    left, low, side = window_of(diagram, wish.zoom)
    draw_plane(picture, back.areas[0], counts, (left, low, side), pool, wish.gain, tints=tints(diagram))
    np.maximum(picture, back.picture, out=picture)
    area = back.areas[0]
    inside = picture[area.y : area.y + area.height, area.x : area.x + area.width]
    marks, dark = _white_marks(area.width, letters, diagram, wish.zoom)
    inside[dark] = 0
    np.maximum(inside, marks[:, :, np.newaxis], out=inside)
    room = room_in(size, letters)
    beside = size[0] - area.x - area.width - letters
    width = beside if room.column or room.beside else size[0] / 2
    write_figures(picture, room, figures_of(data, triangles, signal.title, diagram, letters, width), letters)
    return picture


def window_of(diagram: Diagram, zoom: int) -> tuple[float, float, float]:
    """Left and lower edge and side of what is shown, in places of the plot."""
    middle, side = _VIEWS[diagram]
    if zoom > 1:
        middle = diagram.of(*WHITES["D65"])
    left, low = ((at - side / zoom / 2 - diagram.origin) * diagram.places for at in middle)
    return left, low, side / zoom * diagram.places


@lru_cache(maxsize=64)
def diagram_back(size: tuple[int, int], letters: int, diagram: Diagram, triangles: Triangles, zoom: int) -> Back:
    """The locus, triangles, whites and axes."""
    width, height = size
    room = room_in(size, letters)
    area = room.area
    image = ink.blank(width, height)
    image.paste(_lines(area.width, diagram, triangles, zoom), (area.x, area.y))
    if room.has_axes:
        _write_axes(image, area, diagram, zoom, letters)
    if room.beside:
        _write_samples(image, area, triangles, letters)
    return Back((area,), ink.as_rgb(image))


def _lines(side: int, diagram: Diagram, triangles: Triangles, zoom: int) -> Image.Image:
    image = ink.blank(side * FINE, side * FINE, 8)
    draw = ImageDraw.Draw(image)
    left, low, shown = window_of(diagram, zoom)
    per_place = side * FINE / shown

    def at(point: Point) -> Point:
        x, y = ((part - diagram.origin) * diagram.places for part in point)
        return (x - left) * per_place, side * FINE - (y - low) * per_place

    for tick in _ticks(diagram, zoom):
        x, y = at((tick, tick))
        draw.line((x, 0, x, side * FINE), fill=ink.LINE // 2, width=FINE)
        draw.line((0, y, side * FINE, y), fill=ink.LINE // 2, width=FINE)
    locus = [at(diagram.of(*point)) for point in LOCUS]
    draw.line([*locus, locus[0]], fill=ink.LIMIT_LINE, width=FINE, joint="curve")
    for _, gamut in triangles.rows:
        corners = [at(point) for point in triangle(diagram, gamut)]
        grey, dash = _style(gamut, triangles)
        for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
            _dashed(draw, start, end, dash, grey)
    return reduced(image, side)


@lru_cache(maxsize=64)
def _white_marks(side: int, letters: int, diagram: Diagram, zoom: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The signs of the whites, (side, side), and what is dark around them, so that they stand out of a bright trace."""
    images = []
    left, low, shown = window_of(diagram, zoom)
    half, thick = max(4, min(letters // 4, side // 20)), max(1, min(letters // 15, side // 100))
    for width in (thick, 3 * thick):
        image = ink.blank(side * FINE, side * FINE, 0)
        for name, white in WHITES.items():
            x, y = ((part - diagram.origin) * diagram.places for part in diagram.of(*white))
            place = (x - left) / shown * side * FINE, (1 - (y - low) / shown) * side * FINE
            _mark(ImageDraw.Draw(image), place, name, half * FINE, width * FINE)
        images.append(np.asarray(reduced(image, side), np.uint8))
    return images[0], images[1] > 0


def _style(gamut: Gamut, triangles: Triangles) -> tuple[int, tuple[int, int]]:
    """Grey and dashes."""
    if gamut == triangles.own:
        return _SIGNAL_LINE, _DASHES.get(gamut.name, (1, 0))
    return ink.STRONG_LINE, _CAMERA_LINE if gamut == triangles.camera else _DASHES[gamut.name]


def _dashed(draw: ImageDraw.ImageDraw, start: Point, end: Point, dash: tuple[int, int], grey: int) -> None:
    length = hypot(end[0] - start[0], end[1] - start[1])
    period = float(sum(dash) * FINE) if dash[1] else max(length, 1.0)
    drawn = period * dash[0] / sum(dash)
    for number in range(min(int(length / period) + 1, 4096)):
        parts = (min(part / max(length, 1.0), 1.0) for part in (number * period, number * period + drawn))
        points = [(start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])) for part in parts]
        draw.line(points, fill=grey, width=FINE)


def _mark(draw: ImageDraw.ImageDraw, at: Point, name: str, half: float, width: int) -> None:
    """The sign of a white: an upright cross for D65, a slanted one for D60, a square for DCI."""
    x, y = at
    if name == "D65":
        draw.line((x - half, y, x + half, y), fill=255, width=width)
        draw.line((x, y - half, x, y + half), fill=255, width=width)
    elif name == "D60":
        draw.line((x - half, y - half, x + half, y + half), fill=255, width=width)
        draw.line((x - half, y + half, x + half, y - half), fill=255, width=width)
    else:
        draw.rectangle((x - half, y - half, x + half, y + half), outline=255, width=width)


def _step(zoom: int) -> float:
    return 0.1 if zoom == 1 else 0.05


def _every(step: float, room: float) -> int:
    """How many lines further there is room for the next label, `step` pixels from line to line."""
    return next((lines for lines in (1, 2, 4) if lines * step >= room), 8)


def _ticks(diagram: Diagram, zoom: int) -> list[float]:
    """Coordinates with a line: every tenth, closer where the view is."""
    step = _step(zoom)
    left, low, side = window_of(diagram, zoom)
    first, last = min(left, low) / diagram.places, (max(left, low) + side) / diagram.places
    count = int((last - first) / step) + 2
    begin = int((first + diagram.origin) / step)
    return [round((begin + number) * step, 6) for number in range(count)]


def _write_axes(image: Image.Image, area: Rectangle, diagram: Diagram, zoom: int, letters: int) -> None:
    left, low, shown = window_of(diagram, zoom)
    across, up = _AXES[diagram]
    step = _step(zoom)
    apart = step * diagram.places / shown
    wide = max(2.5 * letters, ink.text_width("0.1" if zoom == 1 else "0.15", letters) + letters / 2)
    beside, above = _every(apart * area.width, wide), _every(apart * area.height, 1.8 * letters)
    for tick in _ticks(diagram, zoom):
        place = (tick - diagram.origin) * diagram.places
        x, y = area.x + (place - left) / shown * area.width, area.y + (1 - (place - low) / shown) * area.height
        number = round(tick / step)
        if number % beside == 0 and area.x + letters <= x <= area.x + area.width - 2 * letters:
            ink.write(image, (x, area.y + area.height + 0.75 * letters), f"{tick:g}", letters, ink.LABEL, "mm")
        if number % above == 0 and area.y + 1.5 * letters <= y <= area.y + area.height:
            ink.write(image, (area.x - letters // 2, y), f"{tick:g}", letters, ink.LABEL, "rm")
    ink.write(image, (area.x - letters // 2, area.y + letters / 2), up, letters, ink.STRONG_LABEL, "rm")
    ink.write(
        image, (area.x + area.width, area.y + area.height + 0.75 * letters), across, letters, ink.STRONG_LABEL, "rm"
    )


def _write_samples(image: Image.Image, area: Rectangle, triangles: Triangles, letters: int) -> None:
    """A piece of the line of each triangle, before its name."""
    x, y, _ = first_row(area, letters)
    for row, (_, gamut) in enumerate(triangles.rows):
        grey, dash = _style(gamut, triangles)
        piece = ink.blank(2 * letters * FINE, 3 * FINE)
        _dashed(ImageDraw.Draw(piece), (0, 1.5 * FINE), (piece.width, 1.5 * FINE), dash, grey)
        image.paste(piece.resize((2 * letters, 3)), (round(x), round(y + row * ROW * letters) - 1))
