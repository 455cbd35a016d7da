"""Diagrams of CIE 1931 and 1976 as scopes: the colours of the light that a signal stands for, over the locus of pure
light, with triangles of gamuts, named whites, and what share of the picture lies outside each triangle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from livegrade.scopes import lettering as ink
from livegrade.scopes.back import FINE, Back, reduced
from livegrade.scopes.gamut import LOCUS, TARGETS, WHITES, outside, signal_space, tints, triangle, with_color
from livegrade.scopes.light import Rectangle, draw_plane
from livegrade.scopes.marks import Word, area_words, percent, put_line, sampling_words
from livegrade.scopes.measure import Tap
from livegrade.scopes.plot import Diagram
from livegrade.scopes.wish import ScopeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from livegrade.color.camera import Camera
    from livegrade.color.cameras.gamuts import Gamut
    from livegrade.scopes.gamut import Point
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.wish import ScopeWish
    from livegrade_shaders import _native

DIAGRAMS = {ScopeKind.CIE_XY: Diagram.XY, ScopeKind.CIE_UV: Diagram.UV}
_VIEWS = {Diagram.XY: ((0.38, 0.41), 0.94), Diagram.UV: ((0.31, 0.30), 0.66)}
"""Middle and side of what is shown, in coordinates; closer views have the white of D65 in their middle."""
_AXES = {Diagram.XY: ("x", "y"), Diagram.UV: ("u'", "v'")}
_DASHES = {TARGETS[0].name: (1, 0), TARGETS[1].name: (7, 4), TARGETS[2].name: (2, 3)}
"""Pixels drawn and left out of each triangle's sides; any other is drawn through, and brighter."""
_SIGNS = {TARGETS[0].name: "─", TARGETS[1].name: "╌", TARGETS[2].name: "┈"}
_SHORT = {TARGETS[0].title: "709", TARGETS[1].title: "P3", TARGETS[2].title: "2020"}
_WHITE_SIGNS = "+ D65   × D60   □ DCI"
_SIGNAL_LINE, _CAMERA_LINE = 150, (12, 3)
_ROW = 1.5
"""Of the letters' size, from line to line."""


@dataclass(frozen=True, slots=True)
class Triangles:
    """What is drawn: the signal's own gamut, that of the camera where it is another one and known, and the targets."""

    own: Gamut
    camera: Gamut | None = None

    @property
    def rows(self) -> tuple[tuple[str, Gamut], ...]:
        """By the names that they have in the scope."""
        rows = [] if self.own in TARGETS else [("signal", self.own)]
        rows += [("camera", self.camera)] if self.camera is not None and self.camera not in (*TARGETS, self.own) else []
        return (*rows, *((gamut.title, gamut) for gamut in TARGETS))


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
    marks, dark = _white_marks(area.width, diagram, wish.zoom)
    inside[dark] = 0
    np.maximum(inside, marks[:, :, np.newaxis], out=inside)
    _write_figures(picture, area, letters, data, triangles, signal.title, diagram)
    return picture


def window_of(diagram: Diagram, zoom: int) -> tuple[float, float, float]:
    """Left and lower edge and side of what is shown, in places of the plot."""
    middle, side = _VIEWS[diagram]
    if zoom > 1:
        middle = diagram.of(*WHITES["D65"])
    left, low = ((at - side / zoom / 2 - diagram.origin) * diagram.places for at in middle)
    return left, low, side / zoom * diagram.places


def diagram_area(size: tuple[int, int], letters: int) -> Rectangle:
    """The square of the trace: at the left where there is room for words beside it, else over them."""
    width, height = size
    gutter = 3 * letters
    if _is_wide(size, letters):
        return Rectangle(gutter, letters, height - 3 * letters, height - 3 * letters)
    side = max(min(width - gutter - letters, height - 7 * letters), 8)
    return Rectangle(gutter + (width - gutter - letters - side) // 2, letters, side, side)


def _is_wide(size: tuple[int, int], letters: int) -> bool:
    return size[0] >= size[1] + 13 * letters


@lru_cache(maxsize=64)
def diagram_back(size: tuple[int, int], letters: int, diagram: Diagram, triangles: Triangles, zoom: int) -> Back:
    """The locus, triangles, whites and axes."""
    width, height = size
    area = diagram_area(size, letters)
    image = ink.blank(width, height)
    image.paste(_lines(area.width, diagram, triangles, zoom), (area.x, area.y))
    _write_axes(image, area, diagram, zoom, letters)
    if _is_wide(size, letters):
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
def _white_marks(side: int, diagram: Diagram, zoom: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The signs of the whites, (side, side), and what is dark around them, so that they stand out of a bright trace."""
    images = []
    left, low, shown = window_of(diagram, zoom)
    for width in (1, 3):
        image = ink.blank(side * FINE, side * FINE, 0)
        for name, white in WHITES.items():
            x, y = ((part - diagram.origin) * diagram.places for part in diagram.of(*white))
            place = (x - left) / shown * side * FINE, (1 - (y - low) / shown) * side * FINE
            _mark(ImageDraw.Draw(image), place, name, 4 * FINE, width * FINE)
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
    grey = 255
    if name == "D65":
        draw.line((x - half, y, x + half, y), fill=grey, width=width)
        draw.line((x, y - half, x, y + half), fill=grey, width=width)
    elif name == "D60":
        draw.line((x - half, y - half, x + half, y + half), fill=grey, width=width)
        draw.line((x - half, y + half, x + half, y - half), fill=grey, width=width)
    else:
        draw.rectangle((x - half, y - half, x + half, y + half), outline=grey, width=width)


def _ticks(diagram: Diagram, zoom: int) -> list[float]:
    """Coordinates with a line: every tenth, closer where the view is."""
    step = 0.1 if zoom == 1 else 0.05
    left, low, side = window_of(diagram, zoom)
    first, last = min(left, low) / diagram.places, (max(left, low) + side) / diagram.places
    count = int((last - first) / step) + 2
    begin = int((first + diagram.origin) / step)
    return [round((begin + number) * step, 6) for number in range(count)]


def _write_axes(image: Image.Image, area: Rectangle, diagram: Diagram, zoom: int, letters: int) -> None:
    left, low, shown = window_of(diagram, zoom)
    across, up = _AXES[diagram]
    for tick in _ticks(diagram, zoom):
        place = (tick - diagram.origin) * diagram.places
        x, y = area.x + (place - left) / shown * area.width, area.y + (1 - (place - low) / shown) * area.height
        is_labelled = area.width * (0.1 / (shown / diagram.places)) >= 2.5 * letters or round(tick * 10) % 2 == 0
        if is_labelled and area.x + letters <= x <= area.x + area.width - 2 * letters:
            ink.write(image, (x, area.y + area.height + 0.75 * letters), f"{tick:g}", letters, ink.LABEL, "mm")
        if is_labelled and area.y + 1.5 * letters <= y <= area.y + area.height:
            ink.write(image, (area.x - letters // 2, y), f"{tick:g}", letters, ink.LABEL, "rm")
    ink.write(image, (area.x - letters // 2, area.y + letters / 2), up, letters, ink.STRONG_LABEL, "rm")
    ink.write(
        image, (area.x + area.width, area.y + area.height + 0.75 * letters), across, letters, ink.STRONG_LABEL, "rm"
    )


def _beside(area: Rectangle, letters: int) -> tuple[float, float, float]:
    """Of the rows beside the trace: left end, middle of the first, and right end of their figures."""
    x = area.x + area.width + 1.5 * letters
    room = 3 * letters + ink.text_width("Rec.2020", letters) + ink.text_width("<0.01 %", letters)
    return x, area.y + 2.5 * letters, x + room


def _write_samples(image: Image.Image, area: Rectangle, triangles: Triangles, letters: int) -> None:
    """A piece of the line of each triangle, before its name."""
    x, y, _ = _beside(area, letters)
    for row, (_, gamut) in enumerate(triangles.rows):
        grey, dash = _style(gamut, triangles)
        piece = ink.blank(2 * letters * FINE, 3 * FINE)
        _dashed(ImageDraw.Draw(piece), (0, 1.5 * FINE), (piece.width, 1.5 * FINE), dash, grey)
        image.paste(piece.resize((2 * letters, 3)), (round(x), round(y + row * _ROW * letters) - 1))


@dataclass(frozen=True, slots=True)
class _Figures:
    """`shares`: name, gamut and samples outside of each triangle; `total`: of them all; `known`: words beside."""

    shares: tuple[tuple[str, Gamut, int], ...]
    total: int
    own: Gamut
    title: str
    known: tuple[Word, ...]
    part: tuple[Word, ...]

    def grey(self, gamut: Gamut) -> int:
        return ink.STRONG_LABEL if gamut == self.own else ink.LABEL


def _write_figures(
    picture: NDArray[np.uint8],
    area: Rectangle,
    letters: int,
    data: ScopeData,
    triangles: Triangles,
    title: str,
    diagram: Diagram,
) -> None:
    """Shares outside the triangles, the whites' signs, what the codes were read as, and what could not be told."""
    height, width = picture.shape[:2]
    counts = data.plotted
    total, dark = with_color(counts), int(counts[0, 0])
    shares = tuple((name, gamut, outside(counts, diagram, gamut)) for name, gamut in triangles.rows)
    known = (Word(_WHITE_SIGNS), Word(f"too dark {percent(dark, dark + total)} %"))
    part = sampling_words(data) + area_words(data, letters, width / 2)
    figures = _Figures(shares, total, triangles.own, title, known, part)
    write = _write_beside if _is_wide((width, height), letters) else _write_below
    write(picture, area, figures, letters)


def _write_below(picture: NDArray[np.uint8], area: Rectangle, figures: _Figures, letters: int) -> None:
    words = [Word("outside")]
    for name, gamut, beyond in sorted(figures.shares, key=lambda share: share[1] not in TARGETS):
        text = f"{_SIGNS.get(gamut.name, '─')} {_SHORT.get(name, name)} {percent(beyond, figures.total)}"
        words.append(Word(text, figures.grey(gamut)))
    lines = ((*words, Word("%", spare=True)), (Word(f"as {figures.title}"), *figures.part), figures.known)
    for number, line in enumerate(lines):
        at = letters / 2, area.y + area.height + (2.2 + number * 1.3) * letters
        put_line(picture, at, line, letters, picture.shape[1] - letters)


def _write_beside(picture: NDArray[np.uint8], area: Rectangle, figures: _Figures, letters: int) -> None:
    width = picture.shape[1]
    x, y, right = _beside(area, letters)
    step = _ROW * letters
    put_line(picture, (right, y - step), (Word("outside"),), letters, right - x, "r")
    for row, (name, gamut, beyond) in enumerate(figures.shares):
        put_line(picture, (x + 2.5 * letters, y + row * step), (Word(name, figures.grey(gamut)),), letters, right - x)
        share = Word(f"{percent(beyond, figures.total)} %", ink.STRONG_LABEL if beyond else ink.LABEL)
        put_line(picture, (right, y + row * step), (share,), letters, right - x, "r")
    curve, _, gamut_title = figures.title.partition(", ")
    rows = [(word,) for word in (*figures.known, Word(f"as {curve}"), Word(gamut_title))] + [figures.part]
    for number, line in enumerate(rows):
        at = x, y + (len(figures.shares) + 0.7 + number) * step
        put_line(picture, at, line, letters, width - x - letters / 2)
