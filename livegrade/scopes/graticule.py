"""Where the lines and labels of scopes lie: scales of levels, targets of the vectorscope. Numbers only, no drawing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import cos, radians, sin
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.scopes.wire import LEVELS, level_limits
from livegrade.video.format import Range

if TYPE_CHECKING:
    from livegrade.scopes.wish import Window
    from livegrade.video.format import Matrix, VideoFormat

SKIN_DEGREES = 123.0
"""The skin line, counted from +Cb towards +Cr: the +I axis of NTSC, 33 degrees beyond R-Y. Source: SMPTE 170M-2004."""


class LevelScale(StrEnum):
    """Units of a scale of levels."""

    CODE = "code"
    """10-bit code values."""
    PERCENT = "percent"
    """0 is black and 100 white of the range in force; chroma -50 to 50."""
    MILLIVOLT = "mv"
    """0 is black and 700 mV white; chroma -350 to 350. Source: EBU Tech 3267."""
    NITS = "nits"
    """cd/m2 on the display that the signal is for."""
    STOPS = "stops"
    """Of the camera's light, 0 being 18 % grey; the source alone has them."""


@dataclass(frozen=True, slots=True)
class Levels:
    """A stretch of the scale of 10-bit codes, its edges from 0 to 1024: code c lies from c to c + 1."""

    low: float = 0.0
    high: float = float(LEVELS)

    def part(self, level: float) -> float:
        """Where the middle of a code (with fraction) lies, 0 at the lower and 1 at the upper edge; beyond them too."""
        return (level + 0.5 - self.low) / (self.high - self.low)

    def level(self, part: float) -> float:
        """The way back."""
        return self.low + (self.high - self.low) * part - 0.5


WHOLE = Levels()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scale, at a 10-bit code (with fraction). `strong`: zero or reference white. `limit`: an end of what
    an SDI signal may carry, or of the camera. `tick`: at the edge alone."""

    level: float
    label: str
    strong: bool = False
    limit: bool = False
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A colour's place on the vectorscope, as 10-bit Cb and Cr codes (with fraction)."""

    name: str
    cb: float
    cr: float


def level_scale(text: str) -> LevelScale:
    """The scale called `text`. Raises UsageError."""
    try:
        return LevelScale(text)
    except ValueError:
        known = ", ".join(scale.value for scale in LevelScale)
        raise UsageError(f"'{text}' is not a scale for scopes; known ones are {known}") from None


def luma_lines(scale: LevelScale, format: VideoFormat, levels: Levels = WHOLE) -> tuple[Line, ...]:
    """Lines of codes, percent or mV for Y', R', G', B', from below; closer to each other where fewer levels are
    shown."""
    black, white = ends(format.range)
    span = white - black
    lines = _limit_lines(scale, format, black, span)
    share = (levels.high - levels.low) / LEVELS
    if scale is LevelScale.CODE:
        step = _step((128, 64, 32, 16, 8, 4, 2, 1), share)
        between = [Line(float(code), str(code)) for code in range(step, LEVELS, step) if black < code < white]
        lines += [Line(black, f"{black:g}", strong=True), *between, Line(white, f"{white:g}", strong=True)]
    else:
        full, unit = (100, "%") if scale is LevelScale.PERCENT else (700, " mV")
        step = _step((10, 5, 2, 1) if full == 100 else (100, 50, 20, 10, 5), share)
        lines += [_part(black, span, part, full, unit) for part in range(0, full + 1, step)]
    return tuple(sorted(lines, key=lambda line: line.level))


def _step(steps: tuple[int, ...], share: float) -> int:
    """The step that has about as many lines in a `share` of the scale as the first one has in all of it."""
    return next((step for step in steps if step <= steps[0] * share * 1.5), steps[-1])


def chroma_lines(scale: LevelScale, format: VideoFormat) -> tuple[Line, ...]:
    """Lines for Cb and Cr, from below."""
    half = chroma_span(format.range)
    if scale is LevelScale.CODE:
        top = 1023 if format.range is Range.FULL else 960
        codes = (1024 - top if format.range is Range.LEGAL else 0, 256, 512, 768, top)
        return tuple(Line(float(code), str(code), strong=code == 512) for code in codes)
    full, step, unit = (50, 25, "%") if scale is LevelScale.PERCENT else (350, 175, " mV")
    parts = range(-full, full + 1, step)
    return tuple(Line(512 + half * part / full, f"{part}{unit if part == full else ''}", part == 0) for part in parts)


def chroma_span(range: Range) -> float:
    """10-bit codes from no colour to the most that Cb or Cr can have."""
    return 448.0 if range is Range.LEGAL else 511.5


def levels_of(window: Window | None, format: VideoFormat) -> Levels:
    """The levels of a window in percent of the signal; None: all of them."""
    if window is None:
        return WHOLE
    black, white = ends(format.range)
    low, high = (black + (white - black) * float(part) / 100 for part in (window.low, window.high))
    return Levels(low, high + 1.0)


def targets(matrix: Matrix, range: Range, percent: float) -> tuple[Target, ...]:
    """Colour bars of `percent` amplitude, by the signal's matrix, in the order R Mg B Cy G Yl."""
    half = chroma_span(range)
    kr, _, kb = matrix.luma_weights
    amount = percent / 100

    def target(name: str, red: float, green: float, blue: float) -> Target:
        y = kr * red + (1 - kr - kb) * green + kb * blue
        cb, cr = (blue - y) / (1 - kb), (red - y) / (1 - kr)
        return Target(name, 512 + half * amount * cb, 512 + half * amount * cr)

    return (
        target("R", 1, 0, 0),
        target("Mg", 1, 0, 1),
        target("B", 0, 0, 1),
        target("Cy", 0, 1, 1),
        target("G", 0, 1, 0),
        target("Yl", 1, 1, 0),
    )


def skin_direction() -> tuple[float, float]:
    """Unit step along the skin line in (Cb, Cr)."""
    return cos(radians(SKIN_DEGREES)), sin(radians(SKIN_DEGREES))


def ends(range: Range) -> tuple[float, float]:
    """10-bit codes of black and white."""
    return (64.0, 940.0) if range is Range.LEGAL else (0.0, 1023.0)


def _part(black: float, span: float, part: int, full: int, unit: str) -> Line:
    ends = part in (0, full)
    return Line(black + span * part / full, f"{part}{unit if part == full else ''}", strong=ends)


def _limit_lines(scale: LevelScale, format: VideoFormat, black: float, span: float) -> list[Line]:
    """The ends of the legal excursion, where the range leaves room for one."""
    if format.range is Range.FULL:
        return []
    limits = level_limits(format)
    full = {LevelScale.CODE: 0.0, LevelScale.PERCENT: 100.0, LevelScale.MILLIVOLT: 700.0}[scale]
    lines = []
    for code in (limits.black_clip, limits.white_clip):
        value = code if scale is LevelScale.CODE else round((code - black) / span * full)
        lines.append(Line(float(code), f"{value}", limit=True))
    return lines
