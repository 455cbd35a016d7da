"""Frame guides: which part of a picture is meant to be seen, as lines over it and a shade around it.

An aspect is that of what the lens saw: over the picture of an anamorphic lens the guide is right both squeezed and
de-squeezed, as long as the factor is said (`desqueeze` of the view, or `squeezed` of the guides). Safe areas: action
93 %, title 90 % of width and height of the first frame, else of the picture (EBU R 95, SMPTE ST 2046-1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.engine.burnin import BLACK, SHADE
from livegrade.engine.letters import Letters
from livegrade.engine.marks import OPAQUE, box
from livegrade.engine.squeeze import factor_words, parse_desqueeze
from livegrade.errors import UsageError
from livegrade.scopes.peaking import COLORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.engine.marks import Ink
    from livegrade.scopes.bands import Color

ACTION, TITLE = Fraction(93, 100), Fraction(90, 100)
MOST_ASPECTS = 6
LINE = 70
"""Percent of a line's colour, where nothing is said."""
_ASPECT = re.compile(r"(\d{1,2}(?:\.\d{1,3})?)(?::(\d{1,2}(?:\.\d{1,3})?))?", re.ASCII)
_PERCENT = re.compile(r"(shade|line):(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Guides:
    """`aspects`: width by height of frames; `action`, `title`: safe areas; `thirds`, `cross`: of the first frame;
    `shade`: percent of black outside of it; `line`: percent of the colour of all lines; `squeezed`: the factor of the
    lens, where the view does not de-squeeze."""

    aspects: tuple[Fraction, ...] = ()
    action: bool = False
    title: bool = False
    thirds: bool = False
    cross: bool = False
    shade: int = 0
    line: int = LINE
    color: str = "white"
    squeezed: Fraction = Fraction(1)

    def __str__(self) -> str:
        """As behind `guides=`."""
        words = [aspect_words(aspect) for aspect in self.aspects]
        words += [name for name in _SWITCHES if getattr(self, name)]
        words += [f"shade:{self.shade}"] if self.shade else []
        words += [f"line:{self.line}"] if self.line != LINE else []
        words += [self.color] if self.color != "white" else []
        words += [f"squeezed:{factor_words(self.squeezed)}"] if self.squeezed != 1 else []
        return "+".join(words)


_SWITCHES = ("action", "title", "thirds", "cross")


def aspect_words(aspect: Fraction) -> str:
    """2.39, 4:3, 9:16: with two digits where those are exact."""
    return f"{float(aspect):g}" if 100 % aspect.denominator == 0 else f"{aspect.numerator}:{aspect.denominator}"


def parse_guides(text: str) -> Guides:
    """From words behind pluses: aspects (2.39, 4:3), action, title, thirds, cross, shade:PERCENT, line:PERCENT, a
    colour, squeezed:FACTOR. Raises UsageError."""
    aspects: list[Fraction] = []
    said: dict[str, object] = {}
    for word in text.split("+"):
        if (aspect := _aspect(word)) is not None:
            aspects.append(aspect)
        else:
            key, value = _guide(word, text)
            if key in said:
                raise UsageError(f"guides '{text}' say '{key}' twice")
            said[key] = value
    if len(aspects) > MOST_ASPECTS or len(set(aspects)) < len(aspects):
        raise UsageError(f"guides '{text}': {MOST_ASPECTS} different aspects are the most")
    return Guides(tuple(aspects), **said)  # type: ignore[arg-type]


def _guide(word: str, text: str) -> tuple[str, object]:
    percent = _PERCENT.fullmatch(word)
    if word in _SWITCHES:
        return word, True
    if word in COLORS:
        return "color", word
    if percent is not None and int(percent[2]) <= 100:
        return percent[1], int(percent[2])
    if word.startswith("squeezed:"):
        return "squeezed", parse_desqueeze(word.partition(":")[2])
    raise UsageError(
        f"guides '{text}': '{word[:40]}' is not known; write aspects such as 2.39 or 9:16, action, title, thirds, "
        f"cross, shade:60, line:50, squeezed:2 or a colour ({', '.join(COLORS)}) with + between them"
    )


def _aspect(word: str) -> Fraction | None:
    said = _ASPECT.fullmatch(word)
    if said is None or (said[2] is not None and Fraction(said[2]) == 0):
        return None
    aspect = Fraction(said[1]) / Fraction(said[2] or 1)
    return aspect if Fraction(1, 5) <= aspect <= 5 else None


@dataclass(frozen=True, slots=True)
class Area:
    """Whole pixels from `left` and `top` up to but not with `right` and `bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    def part(self, across: Fraction, down: Fraction) -> Area:
        """So much of it about its middle."""
        width, height = self.right - self.left, self.bottom - self.top
        x, y = round(width * (1 - across) / 2), round(height * (1 - down) / 2)
        return Area(self.left + x, self.top + y, self.right - x, self.bottom - y)


def frame_area(aspect: Fraction, picture: Area, signal: Fraction) -> Area:
    """The frame of that aspect in a picture that shows `signal` (width by height of what the lens saw)."""
    return (
        picture.part(Fraction(1), signal / aspect) if aspect >= signal else picture.part(aspect / signal, Fraction(1))
    )


def guide_inks(guides: Guides, picture: Area, signal: Fraction, height: int, letters: int = 0) -> list[Ink]:
    """`picture`: where it lies among what is drawn, which is `height` rows high; `signal`: width by height of what the
    lens saw; `letters`: their size in pixels, 0 as fits the height."""
    thick = max(1, 2 * round(height / 1080))
    color, alpha = COLORS[guides.color], OPAQUE * guides.line // 100
    frames = [frame_area(aspect, picture, signal) for aspect in guides.aspects]
    first = frames[0] if frames else picture
    inks = list(_shade(first, picture, OPAQUE * guides.shade // 100)) if guides.shade else []
    for aspect, frame in zip(guides.aspects, frames, strict=True):
        outside = Area(frame.left - thick, frame.top - thick, frame.right + thick, frame.bottom + thick)
        inks += _clipped(_outline(outside, thick, alpha, color), picture)
        if guides.line:
            inks += _named(aspect_words(aspect), frame, thick, Letters.of(letters or max(11, height // 50)), color)
    for shown, share in ((guides.action, ACTION), (guides.title, TITLE)):
        if shown:
            inks += _outline(first.part(share, share), thick, alpha, color)
    if guides.thirds:
        inks += _thirds(first, thick, alpha, color)
    if guides.cross:
        inks += _cross(first, thick, alpha, color, height // 30)
    return inks


def _shade(frame: Area, picture: Area, alpha: int) -> Iterator[Ink]:
    yield box(picture.left, picture.top, picture.right, frame.top, alpha, BLACK)
    yield box(picture.left, frame.bottom, picture.right, picture.bottom, alpha, BLACK)
    yield box(picture.left, frame.top, frame.left, frame.bottom, alpha, BLACK)
    yield box(frame.right, frame.top, picture.right, frame.bottom, alpha, BLACK)


def _outline(area: Area, thick: int, alpha: int, color: Color) -> list[Ink]:
    inner = Area(area.left, area.top + thick, area.right, area.bottom - thick)
    return [
        box(area.left, area.top, area.right, inner.top, alpha, color),
        box(area.left, inner.bottom, area.right, area.bottom, alpha, color),
        box(area.left, inner.top, area.left + thick, inner.bottom, alpha, color),
        box(area.right - thick, inner.top, area.right, inner.bottom, alpha, color),
    ]


def _named(text: str, frame: Area, thick: int, letters: Letters, color: Color) -> list[Ink]:
    """In the upper left corner of a frame, on a ground that a busy picture is not seen through: a name is read, however
    faint lines are meant to be."""
    x, y, margin = frame.left + letters.size // 2, frame.top + thick, letters.size // 4
    end = x + letters.width(text) + margin
    return [box(x - margin, y, end, y + letters.height, SHADE, BLACK), letters.ink(text, x, y, color)]


def _clipped(inks: list[Ink], picture: Area) -> list[Ink]:
    """Nothing of a line stands in the bars around a picture."""
    return [ink.within(picture.left, picture.top, picture.right, picture.bottom) for ink in inks]


def _thirds(area: Area, thick: int, alpha: int, color: Color) -> Iterator[Ink]:
    width, height, half = area.right - area.left, area.bottom - area.top, thick // 2
    for third in (1, 2):
        x, y = area.left + width * third // 3 - half, area.top + height * third // 3 - half
        yield box(x, area.top, x + thick, area.bottom, alpha, color)
        yield box(area.left, y, area.right, y + thick, alpha, color)


def _cross(area: Area, thick: int, alpha: int, color: Color, arm: int) -> Iterator[Ink]:
    x, y, half = (area.left + area.right) // 2, (area.top + area.bottom) // 2, thick // 2
    yield box(x - arm, y - half, x + arm, y - half + thick, alpha, color)
    yield box(x - half, y - arm, x - half + thick, y + arm, alpha, color)
