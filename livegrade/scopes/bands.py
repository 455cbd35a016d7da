"""Luma-band false colour: which band a luma code belongs to, and the published band tables as presets.

Limits are percent of the signal: 0 % = black, 100 % = white of the range in force (10 bit: 64 and 940, or 0 and 1023).
A band begins with the first code at or above its lower limit and ends before the first code at or above its upper one,
so that edges are exact to one 10-bit code and neighbours neither overlap nor leave a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import UsageError
from livegrade.video.format import Range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Color = tuple[int, int, int]
"""Display R'G'B', 8 bit full range."""


def first_code(percent: Fraction, range: Range) -> int:
    """The lowest 10-bit luma code at or above `percent` of the signal; may lie outside 0..1023."""
    black, white = (64, 940) if range is Range.LEGAL else (0, 1023)
    return ceil(black + (white - black) * percent / 100)


@dataclass(frozen=True, slots=True)
class Band:
    """Codes from `low` up to, but not with, `high` percent; None: without end on that side."""

    name: str
    low: Fraction | None
    high: Fraction | None
    color: Color

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise UsageError(f"the false-colour band '{self.name}' ends at {self.high} %, before its beginning")

    def codes(self, range: Range) -> tuple[int, int]:
        """First code of the band and first code after it, within 0 and 1024."""
        first = 0 if self.low is None else first_code(self.low, range)
        after = 1024 if self.high is None else first_code(self.high, range)
        return min(max(first, 0), 1024), min(max(after, 0), 1024)

    @property
    def limits(self) -> str:
        """The limits as a person reads them: "38 - 42 %", "< 2.5 %"."""
        if self.low is None:
            return "all" if self.high is None else f"< {_number(self.high)} %"
        if self.high is None:
            return f"≥ {_number(self.low)} %"
        return f"{_number(self.low)} - {_number(self.high)} %"


@dataclass(frozen=True, slots=True)
class BandTable:
    """Bands over luma, in any order; where two overlap the first one in `bands` wins. Outside of all: luma in grey.

    `name`: the key on the command line; `title`: for the legend; `curve`: what the limits assume, for the legend;
    `source`: where the limits come from.
    """

    name: str
    title: str
    curve: str
    source: str
    bands: tuple[Band, ...]

    def indices(self, range: Range) -> NDArray[np.uint8]:
        """(1024,) for every 10-bit luma code: 0 = grey, else 1 + the number of its band."""
        if len(self.bands) > 254:
            raise UsageError(f"the false-colour table '{self.name}' has more than 254 bands")
        table = np.zeros(1024, np.uint8)
        for number, band in reversed(list(enumerate(self.bands, 1))):
            first, after = band.codes(range)
            table[first:after] = number
        return table


def _number(value: Fraction) -> str:
    return f"{float(value):g}"


def _band(name: str, low: str | None, high: str | None, color: Color) -> Band:
    return Band(name, Fraction(low) if low else None, Fraction(high) if high else None, color)


_PURPLE, _BLUE, _TEAL, _GREEN = (126, 48, 196), (38, 86, 232), (0, 168, 168), (40, 176, 60)
_PINK, _STRAW, _YELLOW, _ORANGE, _RED = (240, 138, 176), (206, 196, 110), (244, 228, 32), (246, 140, 20), (226, 28, 28)

_ANY_SIGNAL = "percent of the signal it is shown on"

ARRI_CLASSIC = BandTable(
    "arri-classic",
    "ARRI classic",
    "display picture, percent of the signal",
    "ALEXA Mini LF user manual, p. 83. The table fits a display picture: on LogC3 only green means what it says.",
    (
        _band("black clip", None, "2.5", _PURPLE),
        _band("just over black clip", "2.5", "4", _BLUE),
        _band("18 % grey", "38", "42", _GREEN),
        _band("one stop over grey", "52", "56", _PINK),
        _band("just under white clip", "97", "99", _YELLOW),
        _band("white clip", "99", None, _RED),
    ),
)

# RED prints whole IRE numbers; "41-48" is every level that reads 41 to 48 when rounded.
RED_VIDEO = BandTable(
    "red-video",
    "RED video mode",
    "display picture, IRE of the monitor path",
    "KOMODO operation guide, p. 83; DSMC2 guide, p. 95. Whole IRE numbers, rounded.",
    (
        _band("0 - 4 IRE", None, "4.5", _PURPLE),
        _band("5 IRE", "4.5", "5.5", _BLUE),
        _band("10 - 12 IRE", "9.5", "12.5", _TEAL),
        _band("41 - 48 IRE", "40.5", "48.5", _GREEN),
        _band("61 - 70 IRE", "60.5", "70.5", _PINK),
        _band("92 - 93 IRE", "91.5", "93.5", _STRAW),
        _band("94 - 95 IRE", "93.5", "95.5", _YELLOW),
        _band("96 - 98 IRE", "95.5", "98.5", _ORANGE),
        _band("99 - 100 IRE", "98.5", None, _RED),
    ),
)

IRE_SIX = BandTable(
    "ire",
    "IRE, six bands",
    _ANY_SIGNAL,
    "OpenPocketCine, IRE six-band (github.com/erik-sutton95/OpenPocketCine, PR 305).",
    (
        _band("black clip", None, "2.5", _PURPLE),
        _band("shadow", "2.5", "10", _BLUE),
        _band("18 % grey", "38", "42", _GREEN),
        _band("skin", "52", "56", _PINK),
        _band("highlight", "80", "95", _YELLOW),
        _band("white clip", "95", None, _RED),
    ),
)

LIMITS = BandTable(
    "limits",
    "Limits",
    _ANY_SIGNAL,
    "OpenPocketCine, Limits (github.com/erik-sutton95/OpenPocketCine, PR 305). Whole percent, rounded.",
    (
        _band("0 - 4 %", None, "4.5", _PURPLE),
        _band("5 - 9 %", "4.5", "9.5", _BLUE),
        _band("94 - 100 %", "93.5", None, _RED),
    ),
)

LEGAL_LIMITS = BandTable(
    "excursions",
    "Excursions",
    "percent of the signal; nothing lies beyond it in full range",
    "ITU-R BT.709-6 4.6: nominal levels 64 to 940.",
    (
        _band("below black", None, "0", _BLUE),
        _band("above white", "100.05", None, _RED),
    ),
)

PRESETS: Mapping[str, BandTable] = MappingProxyType(
    {table.name: table for table in (ARRI_CLASSIC, RED_VIDEO, IRE_SIX, LIMITS, LEGAL_LIMITS)}
)
"""Every luma-band table by name. Tables in stops of a camera are not here: they need that camera's curve."""

DEFAULT_PRESET = IRE_SIX.name


def preset(name: str) -> BandTable:
    """The band table called `name`. Raises UsageError."""
    try:
        return PRESETS[name]
    except KeyError:
        raise UsageError(f"'{name}' is not a false-colour preset; known ones are {', '.join(PRESETS)}") from None
