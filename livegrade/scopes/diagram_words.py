"""What a diagram of CIE says in words, and where they have room: beside the trace, in a narrow column, or below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.scopes import lettering as ink
from livegrade.scopes.gamut import TARGETS, outside, with_color
from livegrade.scopes.light import Rectangle
from livegrade.scopes.marks import Word, area_words, percent, put_line, sampling_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.cameras.gamuts import Gamut
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.plot import Diagram

_SIGNS = {TARGETS[0].name: "─", TARGETS[1].name: "╌", TARGETS[2].name: "┈"}
_SHORT = {TARGETS[0].title: "709", TARGETS[1].title: "P3", TARGETS[2].title: "2020"}
_SHORTEST = {"signal": "sig.", "camera": "cam."}
"""In a column, where "<0.01" has to stand behind them."""
_WHITES = "+ D65", "× D60", "□ DCI"
ROW, CLOSE_ROW = 1.5, 1.3
"""Of the letters' size, from line to line."""
_LEAST_PART = 0.6
"""Of the scope's shorter side, that the trace keeps before words go."""


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


@dataclass(frozen=True, slots=True)
class Room:
    """`area`: the square of the trace. `has_axes`: there is room for their labels. `beside`: the names of triangles
    stand there with a piece of their lines; `column`: short ones do. `lines`: of words below the trace."""

    area: Rectangle
    has_axes: bool
    beside: bool = False
    column: bool = False
    lines: int = 0


def room_in(size: tuple[int, int], letters: int) -> Room:
    """The trace first: words, then axes go where a scope is small."""
    width, height = size
    if width >= height + 13 * letters and height >= 16 * letters:
        return Room(_square(size, 3 * letters, letters, height - 3 * letters), has_axes=True, beside=True)
    if width >= height + 2 * letters:
        side = min(height - 2 * letters, width - 7 * letters)
        return Room(_square(size, letters // 2, letters // 2, side), has_axes=False, column=True, lines=1)
    shorter = min(size)
    has_axes = shorter >= 16 * letters
    gutter, foot = (3 * letters, 2.5 * letters) if has_axes else (letters // 2, letters)
    fits = (count for count in (3, 2, 1) if height - foot - count * CLOSE_ROW * letters >= _LEAST_PART * shorter)
    lines = next(fits, 0)
    side = min(width - gutter - letters, int(height - foot - lines * CLOSE_ROW * letters))
    x = gutter + max(width - gutter - letters - side, 0) // 2
    return Room(_square(size, x, letters // 2, side), has_axes, lines=lines)


def _square(size: tuple[int, int], x: int, y: int, side: int) -> Rectangle:
    """Inside the picture, whatever the letters are."""
    side = min(max(side, 16), *size)
    return Rectangle(min(x, size[0] - side), min(y, size[1] - side), side, side)


def first_row(area: Rectangle, letters: int) -> tuple[float, float, float]:
    """Of the rows beside the trace: left end, middle of the first, and right end of their figures."""
    x = area.x + area.width + 1.5 * letters
    room = 3 * letters + ink.text_width("Rec.2020", letters) + ink.text_width("<0.01 %", letters)
    return x, area.y + 2.5 * letters, x + room


@dataclass(frozen=True, slots=True)
class Figures:
    """`shares`: name, gamut and samples outside of each triangle; `total`: samples with a colour, `dark`: the others;
    `title`: what the codes were read as; `part`: what was measured, where that is not all."""

    shares: tuple[tuple[str, Gamut, int], ...]
    total: int
    dark: int
    own: Gamut
    title: str
    part: tuple[Word, ...]

    def grey(self, gamut: Gamut) -> int:
        return ink.STRONG_LABEL if gamut == self.own else ink.LABEL

    @property
    def short(self) -> list[tuple[str, str, str, int]]:
        """Sign, name, share and grey of each triangle, the targets first: the others go where there is no room."""
        ordered = sorted(self.shares, key=lambda share: share[1] not in TARGETS)
        return [
            (_SIGNS.get(gamut.name, "─"), _SHORT.get(name, name), percent(beyond, self.total), self.grey(gamut))
            for name, gamut, beyond in ordered
        ]

    @property
    def read_as(self) -> tuple[Word, ...]:
        curve, _, gamut = self.title.partition(", ")
        return Word(f"as {curve}"), Word(gamut)

    @property
    def too_dark(self) -> tuple[Word, ...]:
        share = percent(self.dark, self.dark + self.total)
        return Word("too", spare=True), Word(f"dark {share}", unit="%")


def figures_of(
    data: ScopeData, triangles: Triangles, title: str, diagram: Diagram, letters: int, width: float
) -> Figures:
    """`width`: for the words of the part that was measured."""
    counts = data.plotted
    shares = tuple((name, gamut, outside(counts, diagram, gamut)) for name, gamut in triangles.rows)
    part = sampling_words(data) + area_words(data, letters, width)
    return Figures(shares, with_color(counts), int(counts[0, 0]), triangles.own, title, part)


def write_figures(picture: NDArray[np.uint8], room: Room, figures: Figures, letters: int) -> None:
    """Shares outside the triangles, the whites' signs, what the codes were read as, and what could not be told."""
    if room.beside:
        _write_beside(picture, room.area, figures, letters)
    elif room.column:
        _write_column(picture, room.area, figures, letters)
    else:
        _write_below(picture, room, figures, letters)


def _write_below(picture: NDArray[np.uint8], room: Room, figures: Figures, letters: int) -> None:
    shares = [Word(f"{sign} {name} {share}", grey, unit="%") for sign, name, share, grey in figures.short]
    lines = (
        (Word("outside"), *shares),
        (*figures.read_as, *figures.part),
        (Word("   ".join(_WHITES)), *figures.too_dark),
    )
    foot = room.area.y + room.area.height + (2.2 if room.has_axes else 0.8) * letters
    for number, line in enumerate(lines[: room.lines]):
        at = letters / 2, foot + number * CLOSE_ROW * letters
        put_line(picture, at, line, letters, picture.shape[1] - letters)


def _write_column(picture: NDArray[np.uint8], area: Rectangle, figures: Figures, letters: int) -> None:
    height, width = picture.shape[:2]
    x, step = area.x + area.width + letters / 2, CLOSE_ROW * letters
    shares = [(Word(f"{_SHORTEST.get(name, name)} {share}", grey),) for _, name, share, grey in figures.short]
    rows = [(Word("outside", unit="%"),), *shares, *((word,) for word in figures.part), figures.too_dark]
    rows += [(Word(white),) for white in _WHITES]
    fits = max(int((area.height + letters / 2) / step), 1)
    for number, row in enumerate(rows[:fits]):
        put_line(picture, (x, area.y + (number + 0.6) * step), row, letters, width - x)
    put_line(picture, (letters / 2, height - 0.75 * letters), figures.read_as, letters, width - letters)


def _write_beside(picture: NDArray[np.uint8], area: Rectangle, figures: Figures, letters: int) -> None:
    width = picture.shape[1]
    x, y, right = first_row(area, letters)
    step = ROW * letters
    put_line(picture, (right, y - step), (Word("outside"),), letters, right - x, "r")
    for row, (name, gamut, beyond) in enumerate(figures.shares):
        put_line(picture, (x + 2.5 * letters, y + row * step), (Word(name, figures.grey(gamut)),), letters, right - x)
        share = Word(f"{percent(beyond, figures.total)} %", ink.STRONG_LABEL if beyond else ink.LABEL)
        put_line(picture, (right, y + row * step), (share,), letters, right - x, "r")
    whites = (Word("   ".join(_WHITES)),)
    rows = [whites, figures.too_dark, *((word,) for word in figures.read_as), figures.part]
    for number, line in enumerate(rows):
        at = x, y + (len(figures.shares) + 0.7 + number) * step
        put_line(picture, at, line, letters, width - x - letters / 2)
