"""False colour as values: bands in percent of the signal or in stops of a camera, and limits of each channel.

Percent: 0 % = black, 100 % = white of the range in force (10 bit: 64 and 940, or 0 and 1023). Stops: 0 = the light of
an 18 % grey card, through the camera's own curve. A band begins with the first code at or above its lower limit and
ends before the first code at or above its upper one, so that edges are exact to one 10-bit code and neighbours neither
overlap nor leave a gap. The tables themselves are in `presets.py`, a user's own in `palette_file.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.cameras.curves import MID_GREY
from livegrade.errors import UsageError
from livegrade.video.format import Range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.camera import Camera

Color = tuple[int, int, int]
"""Display R'G'B', 8 bit full range."""

MOST_BANDS = 60
EDGE = 1e-9
"""Levels this near to a code are that code: float64 knows an edge no better."""


class Unit(StrEnum):
    """What the limits of bands are counted in."""

    PERCENT = "percent"
    STOPS = "stops"


def first_code(percent: Fraction, range: Range) -> int:
    """The lowest 10-bit luma code at or above `percent` of the signal; may lie outside 0..1023."""
    black, white = ends(range)
    return ceil(black + (white - black) * percent / 100)


def signal_code(signal: float, range: Range) -> int:
    """The lowest 10-bit code at or above `signal`, 0 being black and 1 white; may lie outside 0..1023."""
    black, white = ends(range)
    return ceil(black + (white - black) * signal - EDGE)


def ends(range: Range) -> tuple[int, int]:
    """10-bit codes of black and white of Y' and R'G'B'."""
    return (64, 940) if range is Range.LEGAL else (0, 1023)


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` up to, but not with, `high`; None: without end on that side."""

    name: str
    low: Fraction | None
    high: Fraction | None
    color: Color

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise UsageError(f"the false-colour band '{self.name}' ends at {number(self.high)}, before its beginning")

    def codes(self, range: Range) -> tuple[int, int]:
        """Limits in percent: first code of the band and first code after it, within 0 and 1024."""
        first = 0 if self.low is None else first_code(self.low, range)
        after = 1024 if self.high is None else first_code(self.high, range)
        return held(first), held(after)


@dataclass(frozen=True, slots=True)
class ChannelLimits:
    """Limits of R', G' and B', each by itself, in signal (0 = black, 1 = white); None: no limit on that side.

    At or above `high` a channel is over, at or below `low` under. Over goes before under. `top`: instead of `high` the
    last code that SDI carries, 1019, whatever the range. `single`: one colour for over and one for under, whatever the
    channel; else each channel has its own and several together their sum.
    """

    low: float | None
    high: float | None
    low_name: str
    high_name: str
    single: tuple[Color, Color] | None = None
    top: bool = False

    def colors(self) -> tuple[Color, ...]:
        """Colours of the classes 1 to 63. Bits of a class: R', G', B' under; R', G', B' over."""
        return tuple(self._color(index) for index in range(1, 64))

    def codes(self, range: Range) -> tuple[int, int]:
        """The first 10-bit code that is not under, and the first one that is over; R'G'B' codes as they come, which
        may lie outside 0..1023."""
        first = NO_CODE if self.low is None else signal_code(self.low + 2 * EDGE, range)
        over = NO_CODE if self.high is None else signal_code(self.high, range)
        return -NO_CODE if self.low is None else first, TOP_CODE if self.top else over

    def _color(self, index: int) -> Color:
        under, over = index & 7, index >> 3
        if self.single is not None:
            return self.single[0] if over else self.single[1]
        return OVER[over] if over else UNDER[under]


NO_CODE = 1 << 20
TOP_CODE = 1019
OVER: tuple[Color, ...] = (
    (0, 0, 0),
    (236, 36, 36),
    (36, 200, 60),
    (236, 212, 40),
    (48, 84, 240),
    (232, 60, 220),
    (40, 208, 220),
    (255, 255, 255),
)
"""Of the sets of channels, bit 0 = R', 1 = G', 2 = B'."""
UNDER: tuple[Color, ...] = (
    (0, 0, 0),
    (112, 24, 24),
    (20, 92, 32),
    (108, 96, 20),
    (28, 40, 124),
    (104, 32, 100),
    (20, 96, 104),
    (126, 48, 196),
)
"""The same, darker; all three: purple, because a dark grey would be taken for the picture."""


@dataclass(frozen=True, slots=True)
class BandTable:
    """Bands in any order; where two overlap the first one in `bands` wins. Outside of all: luma in grey.

    `name`: the key on the command line; `title`: for the legend; `curve`: what the limits assume, for the legend;
    `source`: where the limits come from. `camera`: whose curve, wherever one is needed. `luminance`: stops are those of
    the luminance of linear light, not of Y'. `limits` go before bands. `made_for`: the one curve, or the kind of
    picture, that percents are right for; empty for any. `note`: what does not fit, for the legend. `file`: what was
    read of a palette's file, for whichever camera it is fitted to next; no part of what the table is.
    """

    name: str
    title: str
    curve: str
    source: str
    bands: tuple[Band, ...] = ()
    unit: Unit = Unit.PERCENT
    camera: Camera | None = None
    luminance: bool = False
    limits: ChannelLimits | None = None
    made_for: str = ""
    note: str = ""
    file: BandTable | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.bands) > MOST_BANDS:
            raise UsageError(f"the false-colour table '{self.name}' has more than {MOST_BANDS} bands")

    @property
    def needs_source(self) -> bool:
        """It means something on the camera's own signal only."""
        return self.unit is Unit.STOPS or self.limits is not None

    def indices(self, range: Range) -> NDArray[np.uint8]:
        """(1024,) for every 10-bit luma code: 0 = grey, else 1 + the number of its band. All 0 where the bands are of
        luminance, which no luma code tells."""
        table = np.zeros(1024, np.uint8)
        if self.luminance:
            return table
        for index, band in reversed(list(enumerate(self.bands, 1))):
            first, after = self.codes(band, range)
            table[first:after] = index
        return table

    def codes(self, band: Band, range: Range) -> tuple[int, int]:
        """First 10-bit luma code of a band and first one after it, within 0 and 1024."""
        if self.unit is Unit.PERCENT:
            return band.codes(range)
        first = 0 if band.low is None else signal_code(self.signal(band.low), range)
        after = 1024 if band.high is None else signal_code(self.signal(band.high), range)
        return held(first), held(after)

    def signal(self, stops: Fraction) -> float:
        """The signal of the camera so many stops above 18 % grey."""
        if self.camera is None:
            raise UsageError(f"false colour '{self.name}' counts stops and needs a camera's curve; add --camera")
        return float(self.camera.curve.encode(np.array(MID_GREY * 2.0 ** float(stops))))

    def limits_of(self, band: Band) -> str:
        """The limits as a person reads them: "38 - 42 %", "< 2.5 %", "+0.5 to +1.5"."""
        percent = self.unit is Unit.PERCENT
        text, unit = (number, " %") if percent else (_signed, "")
        if band.low is None:
            return "all" if band.high is None else f"< {text(band.high)}{unit}"
        if band.high is None:
            return f"≥ {text(band.low)}{unit}"
        return f"{text(band.low)} {'-' if percent else 'to'} {text(band.high)}{unit}"


def held(code: int) -> int:
    """Within 0 and 1024."""
    return min(max(code, 0), 1024)


def number(value: Fraction) -> str:
    return f"{float(value):g}"


def _signed(value: Fraction) -> str:
    return f"{float(value):+g}" if value else "0"
