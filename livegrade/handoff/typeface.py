"""The letters of the report: two fonts that travel with the program, how wide a text is, and cutting it to fit.

DejaVu Sans (its figures are all of one width) and, for what it lacks, M PLUS 1p, which has kana and 5,000 kanji (SIL
Open Font License, beside it). A letter that neither has is shown as a box; the tables of the package have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont

from livegrade.redaction import one_line
from livegrade.scopes.lettering import FONT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FONTS: dict[str, Path] = {
    "latin": FONT_FILE,
    "japanese": Path(__file__).with_name("fonts") / "MPLUS1p-Regular.ttf",
}
"""By name, the first that has a letter shows it."""
BOX = "\u25af"
MORE = "\u2026"
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one font, and how wide they are at one point, in points."""

    font: str
    text: str
    width: float


def shown(text: str) -> str:
    """`text` on one line, with a box for every letter that no font has."""
    return "".join(letter if _font_of(letter) is not None else BOX for letter in one_line(text))


def runs(text: str) -> Iterator[Run]:
    """`text`, which `shown` has given, font by font."""
    font, letters = "", ""
    for letter in text:
        own = _font_of(letter) or "latin"
        if own != font and letters:
            yield Run(font, letters, _width(font, letters))
            letters = ""
        font, letters = own, letters + letter
    if letters:
        yield Run(font, letters, _width(font, letters))


def width_mm(text: str, points: float) -> float:
    return sum(run.width for run in runs(text)) * points / POINTS_PER_MM


def fitted(text: str, width: float, points: float, lines: int) -> list[str]:
    """`text` broken into at most `lines` lines of `width` mm, between words where it can be, the last one cut with an
    ellipsis where there is more."""
    rest = shown(text)
    done: list[str] = []
    while rest and len(done) < lines:
        count = _letters_that_fit(rest, width, points)
        if count < len(rest) and len(done) == lines - 1:
            cut = _letters_that_fit(rest, width - width_mm(MORE, points), points)
            return [*done, rest[:cut].rstrip() + MORE]
        if count < len(rest):
            blank = rest.rfind(" ", 1, count + 1)
            count = blank if blank > count // 3 else count
        done.append(rest[:count].rstrip())
        rest = rest[count:].lstrip()
    return done


def _letters_that_fit(text: str, width: float, points: float) -> int:
    """At least one, so that nothing stands still."""
    room = width * POINTS_PER_MM / points
    for count, letter in enumerate(text):
        room -= _width(_font_of(letter) or "latin", letter)
        if room < 0:
            return max(1, count)
    return len(text)


@cache
def _font_of(letter: str) -> str | None:
    return next((name for name in FONTS if ord(letter) in _widths(name)), None)


def _width(font: str, text: str) -> float:
    widths = _widths(font)
    return sum(widths.get(ord(letter), 0.6) for letter in text)


@cache
def _widths(font: str) -> Mapping[int, float]:
    """By code point, in parts of the em."""
    with TTFont(FONTS[font], lazy=True) as opened:
        em, advances = opened["head"].unitsPerEm, opened["hmtx"].metrics
        return {code: advances[glyph][0] / em for code, glyph in opened.getBestCmap().items()}
