"""Exact frame rates. 23.976 is 24000/1001 here, always; conversions to float exist for display only."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from livegrade.errors import UsageError

NS_PER_SECOND = 1_000_000_000

_NTSC_NAMES = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "47.95": Fraction(48000, 1001),
    "47.952": Fraction(48000, 1001),
    "59.94": Fraction(60000, 1001),
    "95.9": Fraction(96000, 1001),
    "119.88": Fraction(120000, 1001),
}


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
        """A rate from "25", "23.976", "59.94", "30000/1001" or "24p".

        Decimal names of the x/1001 family give the exact fraction. Raises UsageError.
        """
        plain = text.strip().lower().removesuffix("fps").removesuffix("p")
        if plain in _NTSC_NAMES:
            return cls(_NTSC_NAMES[plain])
        try:
            return cls(Fraction(plain))
        except (ValueError, ZeroDivisionError):
            raise UsageError(f"'{text}' is not a frame rate; write for example 25, 23.976 or 30000/1001") from None

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
        if self.fps.denominator == 1:
            return str(self.fps.numerator)
        if self.fps.denominator == 1001:
            return {24000: "23.976"}.get(self.fps.numerator, f"{float(self.fps):.2f}")
        return f"{float(self.fps):.3f}".rstrip("0").rstrip(".")
