"""Exact frame rates. 23.976 is 24000/1001 here, always; conversions to float exist for display only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from livegrade.errors import UsageError

NS_PER_SECOND = 1_000_000_000
NS_PER_MS = 1_000_000

_NTSC = {
    Fraction(24000, 1001): ("23.976", "23.98"),
    Fraction(30000, 1001): ("29.97",),
    Fraction(48000, 1001): ("47.95", "47.952"),
    Fraction(60000, 1001): ("59.94",),
    Fraction(96000, 1001): ("95.9", "95.904"),
    Fraction(120000, 1001): ("119.88",),
}
"""Names of the x/1001 family; the first is the one we write."""
_BY_NAME = {name: fps for fps, names in _NTSC.items() for name in names}
_WHOLE = tuple(Fraction(fps) for fps in (24, 25, 30, 48, 50, 60, 96, 100, 120))
_EXACT = re.compile(r"\d{1,4}|\d{1,9}/\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """Frames per second as an exact fraction."""

    fps: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.fps <= 1000:
            raise UsageError(f"frame rate {self.fps} is not between 0 and 1000 frames per second")

    @classmethod
    def of(cls, numerator: int, denominator: int = 1) -> Rate:
        return cls(Fraction(numerator, denominator))

    @classmethod
    def parse(cls, text: str) -> Rate:
        """A rate from "25", "23.976", "59.94", "30000/1001", "24p" or "24 fps".

        A decimal must be the name of an x/1001 rate and gives it exactly; any other rate is written as a whole number
        or a fraction. Raises UsageError.
        """
        plain = text.strip().lower().removesuffix("fps").removesuffix("p").strip()
        if plain in _BY_NAME:
            return cls(_BY_NAME[plain])
        if _EXACT.fullmatch(plain) is None or plain.rpartition("/")[2].strip("0") == "":
            raise UsageError(f"'{text[:40]}' is not a frame rate; write for example 25, 23.976 or 30000/1001")
        return cls(Fraction(plain))

    @classmethod
    def snapped(cls, fps: Fraction) -> Rate:
        """The rate that a container means by `fps`: a video rate within 0.02 % of it (2997/100 means 30000/1001),
        else `fps` itself."""
        nearest = min((*_NTSC, *_WHOLE), key=lambda known: abs(known - fps))
        return cls(nearest if abs(nearest - fps) * 5000 <= nearest else fps)

    @property
    def nominal(self) -> int:
        """Frames that timecode counts in a second: 24 for 24000/1001."""
        return -(-self.fps.numerator // self.fps.denominator)

    @property
    def period_ns(self) -> int:
        """One frame in nanoseconds, rounded to nearest; for limits and waits, never summed up."""
        return round(NS_PER_SECOND / self.fps)

    def start_ns(self, index: int) -> int:
        """Start of frame `index` after frame 0, in nanoseconds, without accumulated rounding."""
        return (index * NS_PER_SECOND * self.fps.denominator) // self.fps.numerator

    def frames_in(self, duration_ns: int) -> Fraction:
        """How many frames fit in `duration_ns`, exactly."""
        return Fraction(duration_ns, NS_PER_SECOND) * self.fps

    def __str__(self) -> str:
        """The name where there is one, else the whole number or the fraction; `parse` reads it back."""
        return _NTSC[self.fps][0] if self.fps in _NTSC else str(self.fps)
