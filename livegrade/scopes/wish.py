"""What a scope is to show, as one value, and its spelling: for streams, pictures, sheets and the command line alike.

KIND[:key=value]...      vectorscope:zoom=2:tap=source      waveform:line=540      parade:region=50x50+25+25
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from livegrade.errors import UsageError
from livegrade.scopes.area import Area, Lines, Region, area_of, parse_lines, parse_region
from livegrade.scopes.graticule import LevelScale, level_scale
from livegrade.scopes.light_scale import require_hlg_peak
from livegrade.scopes.measure import Tap, parse_tap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.video.format import VideoFormat

VECTORSCOPE_ZOOMS = (1, 2, 5)
LEAST_GAIN, MOST_GAIN = 0.01, 100.0
LEAST_LETTERS, MOST_LETTERS = 8, 64
LEAST_WINDOW, LOWEST, HIGHEST = 1, -10, 110
"""Percent of the signal."""
MOST_STOPS = 20
MOST_LENGTH = 200
"""Characters of one scope's spelling."""


class ScopeKind(StrEnum):
    """The scopes that can be drawn; the values are the names on the command line."""

    WAVEFORM = "waveform"
    OVERLAY = "overlay"
    PARADE = "parade"
    YCBCR = "ycbcr"
    VECTORSCOPE = "vectorscope"
    HISTOGRAM = "histogram"
    CIE_XY = "cie-xy"
    """CIE 1931 x, y."""
    CIE_UV = "cie-uv"
    """CIE 1976 u', v'."""
    HML = "hml"
    """Lows, mids and highs apart."""


class Hold(StrEnum):
    """The envelope drawn over waveforms: the lowest and the highest level of each column."""

    OFF = "off"
    NOW = "now"
    """Of the picture that is measured."""
    PEAK = "peak"
    """Of all pictures drawn with it since the reset."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the scale that is shown, in percent of the signal: 0 black, 100 white of the range in force."""

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if not (self.low >= LOWEST and self.high <= HIGHEST and self.high - self.low >= LEAST_WINDOW):
            raise UsageError(
                f"window={self} cannot be shown; write it as LOW..HIGH in percent of the signal, {LOWEST} to {HIGHEST} "
                f"and at least {LEAST_WINDOW} apart"
            )

    def __str__(self) -> str:
        return f"{float(self.low):g}..{float(self.high):g}"


@dataclass(frozen=True, slots=True)
class Cross:
    """Where lows end and highs begin, of Y': in percent of the signal, or in stops of the camera from mid grey."""

    low: Fraction
    high: Fraction
    in_stops: bool = False

    def __post_init__(self) -> None:
        least, most = (-MOST_STOPS, MOST_STOPS) if self.in_stops else (LOWEST, HIGHEST)
        if not least <= self.low < self.high <= most:
            raise UsageError(f"cross={self} are no cross points; the lower one comes first, from {least} to {most}")

    def __str__(self) -> str:
        return f"{float(self.low):g}..{float(self.high):g}{'stops' if self.in_stops else ''}"


THIRDS = Cross(Fraction(33), Fraction(67))


@dataclass(frozen=True, slots=True)
class ScopeWish:
    """`zoom`: 1, 2 or 5, of a vectorscope; `window`: of the scale of waveforms, parades and histograms, None for all of
    it; `gain`: brightness of the trace; `lines` and `region`: the part of the picture that is measured, both of them
    where both are said; `hold`: of waveforms and parades; `cross`: of the balance of highs, mids and lows; `letters`:
    how large they are, in pixels, 0 as fits the size of the scope; `hlg_peak`: nits of the display that HLG is read on,
    None: that of the plan by which the scopes are measured."""

    kind: ScopeKind = ScopeKind.WAVEFORM
    tap: Tap = Tap.GRADED
    scale: LevelScale = LevelScale.CODE
    zoom: int = 1
    window: Window | None = None
    gain: float = 1.0
    lines: Lines | None = None
    region: Region | None = None
    hold: Hold = Hold.OFF
    cross: Cross = THIRDS
    letters: int = 0
    hlg_peak: int | None = None

    def __post_init__(self) -> None:
        if self.zoom not in VECTORSCOPE_ZOOMS:
            raise UsageError(f"a vectorscope is drawn 1, 2 or 5 times as large, not {self.zoom}")
        if not LEAST_GAIN <= self.gain <= MOST_GAIN:
            raise UsageError(f"a gain of {self.gain:g} is not from {LEAST_GAIN:g} to {MOST_GAIN:g}")

    def area(self, format: VideoFormat) -> Area | None:
        """The pixels to count of pictures in `format`; None: all."""
        if self.lines is None and self.region is None:
            return None
        return area_of(format, self.lines, self.region)

    def planned(self, hlg_peak: int) -> ScopeWish:
        """With what a plan says where the wish does not."""
        return self if self.hlg_peak is not None else replace(self, hlg_peak=hlg_peak)

    @property
    def is_plot(self) -> bool:
        """Whether it is of a plane that is counted for it alone, and has no scale of levels."""
        return self.kind in (ScopeKind.CIE_XY, ScopeKind.CIE_UV, ScopeKind.HML)


def scope_kind(text: str) -> ScopeKind:
    """The scope called `text`. Raises UsageError."""
    try:
        return ScopeKind(text)
    except ValueError:
        known = ", ".join(kind.value for kind in ScopeKind)
        raise UsageError(f"'{text[:40]}' is not a scope; known ones are {known}") from None


_GAIN = re.compile(r"\d{1,3}(\.\d{1,20})?", re.ASCII)


def parse_gain(text: str) -> float:
    """Raises UsageError."""
    if _GAIN.fullmatch(text) is None:
        raise UsageError(f"gain={text[:40]} is not a number such as 2 or 0.5")
    return float(text)


def parse_zoom(text: str) -> int:
    """Raises UsageError."""
    if text not in map(str, VECTORSCOPE_ZOOMS):
        raise UsageError(f"zoom={text[:40]} is not 1, 2 or 5")
    return int(text)


def parse_letters(text: str) -> int:
    """Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) < 4 and LEAST_LETTERS <= int(text) <= MOST_LETTERS):
        raise UsageError(f"letters={text[:40]} are not {LEAST_LETTERS} to {MOST_LETTERS} pixels")
    return int(text)


_WINDOW = re.compile(r"(-?\d{1,3}(?:\.\d{1,3})?)\.\.(-?\d{1,3}(?:\.\d{1,3})?)", re.ASCII)


def parse_window(text: str) -> Window:
    """Raises UsageError."""
    ends = _WINDOW.fullmatch(text)
    if ends is None:
        raise UsageError(f"window={text[:40]} is not a part of the scale; write it as 0..15, in percent of the signal")
    return Window(Fraction(ends[1]), Fraction(ends[2]))


_CROSS = re.compile(r"([+-]?N)\.\.([+-]?N)(stops)?".replace("N", r"\d{1,3}(?:\.\d{1,4})?"), re.ASCII)


def parse_cross(text: str) -> Cross:
    """`33..67` in percent, or `-2..2stops`. Raises UsageError."""
    read = _CROSS.fullmatch(text)
    if read is None:
        raise UsageError(f"cross={text[:40]} are no cross points; write cross=33..67 (percent) or cross=-2..2stops")
    return Cross(Fraction(read[1]), Fraction(read[2]), read[3] is not None)


def parse_hold(text: str) -> Hold:
    """Raises UsageError."""
    try:
        return Hold(text)
    except ValueError:
        raise UsageError(f"hold={text[:40]} is not known; choose one of {', '.join(Hold)}") from None


def parse_hlg_peak(text: str) -> int:
    """Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise UsageError(f"hlg-peak={text[:40]} is not a whole number of nits, such as hlg-peak=600")
    return require_hlg_peak(int(text))


_TAKEN: Mapping[str, Callable[[str], object]] = {
    "tap": parse_tap,
    "scale": level_scale,
    "letters": parse_letters,
    "zoom": parse_zoom,
    "gain": parse_gain,
    "window": parse_window,
    "line": parse_lines,
    "region": parse_region,
    "hold": parse_hold,
    "cross": parse_cross,
    "hlg-peak": parse_hlg_peak,
}
"""How a key is read."""
SCOPE_WORDS = tuple(_TAKEN)
"""What can be said of a scope."""


def scope_wish(kind: str, words: Mapping[str, str] | None = None, base: ScopeWish | None = None) -> ScopeWish:
    """From the name of the scope and what is said of it by key; what is not said is as in `base`. Raises UsageError."""
    read: dict[str, Any] = {}
    for key, text in (words or {}).items():
        if key not in _TAKEN:
            raise UsageError(f"a scope has no '{key[:40]}'; known are {', '.join(_TAKEN)}")
        read["lines" if key == "line" else key.replace("-", "_")] = _TAKEN[key](text)
    return replace(base or ScopeWish(), kind=scope_kind(kind), **read)


def parse_wish(text: str, base: ScopeWish | None = None) -> ScopeWish:
    """From its spelling. Raises UsageError."""
    kind, *parts = text[:MOST_LENGTH].strip().split(":")
    words: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals or key in words:
            raise UsageError(f"scope '{text[:80]}': write what is said of it once, as in waveform:gain=2")
        words[key] = value
    return scope_wish(kind, words, base)
