"""Which part of a picture scopes count: lines, a region, and the pixels that these are in one format.

Columns of an area begin at a multiple of 4 and end at one, or at the picture's edge, so that chroma samples and every
second one of them fall on the same places as in the whole picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from livegrade.errors import FormatError, UsageError

if TYPE_CHECKING:
    from livegrade.video.format import VideoFormat

GRID = 4
MOST_LINE = 16_383


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of the picture from 0 at its top, `first` and `last` among them. A picture with fewer rows gives those that
    it has, its last one at least."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= MOST_LINE:
            raise UsageError(f"line={self} is none of a picture; lines go from 0 to {MOST_LINE}, the lower one first")

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the picture: left, top, width and height in percent of the picture's."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction

    def __post_init__(self) -> None:
        inside = self.x >= 0 and self.y >= 0 and self.x + self.width <= 100 and self.y + self.height <= 100
        if not inside or self.width <= 0 or self.height <= 0:
            raise UsageError(f"region={self} does not lie within the picture, which is 100x100+0+0")

    def __str__(self) -> str:
        width, height, x, y = map(float, (self.width, self.height, self.x, self.y))
        return f"{width:g}x{height:g}+{x:g}+{y:g}"


@dataclass(frozen=True, slots=True)
class Area:
    """Pixels of a picture."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}+{self.x}+{self.y}"

    def title(self, format: VideoFormat) -> str:
        """For people: the lines where they are whole, else the rectangle in pixels."""
        if self.width < format.width:
            return str(self)
        return f"line {self.y}" if self.height == 1 else f"lines {self.y} to {self.y + self.height - 1}"

    def require(self, format: VideoFormat) -> None:
        """Raises FormatError where scopes cannot count it in pictures of `format`."""
        right = self.x + self.width
        inside = 0 <= self.x < right <= format.width and 0 <= self.y < self.y + self.height <= format.height
        if not inside or self.x % GRID or (right % GRID and right != format.width):
            raise FormatError(f"scopes cannot count the pixels {self} of {format}")


def area_of(format: VideoFormat, lines: Lines | None, region: Region | None) -> Area:
    """The pixels that both say, whole where they say nothing; where they have none in common, the rows of the region
    that are nearest to the lines."""
    x, right, y, bottom = 0, format.width, 0, format.height
    if region is not None:
        x = floor(format.width * region.x / 100) // GRID * GRID
        right = min(-(-ceil(format.width * (region.x + region.width) / 100) // GRID) * GRID, format.width)
        x = min(x, (format.width - 1) // GRID * GRID)
        y = min(floor(format.height * region.y / 100), format.height - 1)
        bottom = min(max(ceil(format.height * (region.y + region.height) / 100), y + 1), format.height)
    if lines is not None:
        y, bottom = min(max(y, lines.first), bottom - 1), max(min(bottom, lines.last + 1), y + 1)
        bottom = max(bottom, y + 1)
    return Area(x, y, right - x, bottom - y)


_LINES = re.compile(r"(\d{1,5})(?:\.\.(\d{1,5}))?", re.ASCII)
_REGION = re.compile(r"(N)x(N)\+(N)\+(N)".replace("N", r"\d{1,3}(?:\.\d{1,6})?"), re.ASCII)


def parse_lines(text: str) -> Lines:
    """`540`, or `540..547`. Raises UsageError."""
    read = _LINES.fullmatch(text)
    if read is None:
        raise UsageError(f"line={text[:40]} is not a row of the picture; write line=540 or line=540..547")
    return Lines(int(read[1]), int(read[2] or read[1]))


def parse_region(text: str) -> Region:
    """`WIDTHxHEIGHT+LEFT+TOP` in percent of the picture. Raises UsageError."""
    read = _REGION.fullmatch(text)
    if read is None:
        raise UsageError(
            f"region={text[:40]} is not a rectangle; write WIDTHxHEIGHT+LEFT+TOP in percent, as in region=50x50+25+25"
        )
    width, height, x, y = map(Fraction, read.groups())
    return Region(x, y, width, height)
