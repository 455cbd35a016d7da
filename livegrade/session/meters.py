"""What is measured of a slot's pictures at places that people chose, as values: spot meters and the focus meter.

Places are parts of the picture, 0 to 1 from its left and top, so that a signal of another size keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from livegrade.errors import UsageError

MOST_METERS = 16
"""Spot meters of a slot."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A spot meter: the mean of `size` x `size` pixels about the one at `x`, `y`. `name`: what people call it."""

    x: float
    y: float
    size: int = 9
    name: str = ""


@dataclass(frozen=True, slots=True)
class FocusArea:
    """What the focus meter looks at. `turn`: another one begins with another peak."""

    x: float
    y: float
    width: float
    height: float
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Meters:
    """Of a slot. `spots`: by their ids, m1, m2...; `used`: the highest number that was given, so that no id comes
    back."""

    spots: tuple[tuple[str, Meter], ...] = ()
    focus: FocusArea | None = None
    used: int = 0

    @classmethod
    def of(cls, spots: tuple[Meter, ...]) -> Meters:
        """Numbered in their order."""
        return cls(tuple((f"m{number}", one) for number, one in enumerate(spots, 1)), None, len(spots))

    def at(self, id: str) -> Meter:
        """Raises UsageError for one that is not there."""
        for known, meter in self.spots:
            if known == id:
                return meter
        there = ", ".join(known for known, _ in self.spots) or "none"
        raise UsageError(f"there is no meter {id}; the slot has {there}")

    def with_new(self, meter: Meter) -> tuple[Meters, str]:
        """And its id. Raises UsageError where there are enough."""
        if len(self.spots) >= MOST_METERS:
            raise UsageError(f"a slot has {MOST_METERS} spot meters at most; remove one first")
        id = f"m{self.used + 1}"
        return replace(self, spots=(*self.spots, (id, meter)), used=self.used + 1), id

    def having(self, id: str, meter: Meter) -> Meters:
        """Raises UsageError for one that is not there."""
        self.at(id)
        return replace(self, spots=tuple((known, meter if known == id else one) for known, one in self.spots))

    def without(self, id: str) -> Meters:
        """Raises UsageError for one that is not there."""
        self.at(id)
        return replace(self, spots=tuple((known, one) for known, one in self.spots if known != id))


NO_METERS = Meters()
