"""Which control of which desk drives what, as values, and the arithmetic between positions and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FINE = 1 << 14
COARSE = 1 << 7


class Kind(StrEnum):
    CONTROLLER = "controller"
    NOTE = "note"
    PITCH = "pitch"
    """The pitch wheel: on many desks a motor fader, one a channel."""


class Mode(StrEnum):
    """How a controller tells where it is, or how far it went."""

    ABSOLUTE = "absolute"
    ABSOLUTE_14 = "absolute-14"
    """Two controllers: `number` has the upper 7 bits and `number` + 32 the lower ones."""
    TWOS_COMPLEMENT = "twos-complement"
    """1, 2, 3... to the right; 127, 126... to the left."""
    OFFSET = "offset"
    """65, 66... to the right; 63, 62... to the left."""
    SIGN_MAGNITUDE = "sign-magnitude"
    """1, 2... to the right; 65, 66... to the left."""

    @property
    def is_relative(self) -> bool:
        return self in (Mode.TWOS_COMPLEMENT, Mode.OFFSET, Mode.SIGN_MAGNITUDE)


@dataclass(frozen=True, slots=True)
class Control:
    """One knob, fader or button of a port. `channel`: 1 to 16; `number`: 0 to 127, 0 for the pitch wheel."""

    kind: Kind
    channel: int
    number: int

    def __str__(self) -> str:
        what = "pitch wheel" if self.kind is Kind.PITCH else f"{self.kind.value} {self.number}"
        return f"{what} on channel {self.channel}"


@dataclass(frozen=True, slots=True)
class Binding:
    """`port`: what the name of the port contains; `to`: an address of docs/osc.md, that of the value and without `add`,
    empty for a control that does nothing; `low` to `high`: the numbers at both ends of a position; `step`: of one click
    of an encoder; `value`: what a button sends, None to switch or to press; `pickup`: a fader takes hold only when it
    passes the number that is in force; `feedback`: whether the desk is told."""

    port: str
    control: Control
    to: str
    mode: Mode = Mode.ABSOLUTE
    low: float = 0.0
    high: float = 1.0
    step: float = 0.001
    acceleration: float = 1.0
    value: float | str | None = None
    pickup: bool = True
    feedback: bool = True

    @property
    def steps(self) -> int:
        """Positions that it has."""
        return FINE if self.control.kind is Kind.PITCH or self.mode is Mode.ABSOLUTE_14 else COARSE

    def number_at(self, position: int) -> float:
        """The number at a position. The middle one is exactly in the middle, so that a fader can be put on what does
        nothing."""
        middle, last = self.steps // 2, self.steps - 1
        centre = (self.low + self.high) / 2
        if position <= middle:
            return round(self.low + (centre - self.low) * position / middle, 6)
        return round(centre + (self.high - centre) * (position - middle) / (last - middle), 6)

    def position_of(self, number: float) -> int:
        """The position nearest to a number."""
        if self.high == self.low:
            return 0
        middle, last = self.steps // 2, self.steps - 1
        share = min(1.0, max(0.0, (number - self.low) / (self.high - self.low)))
        if share <= 0.5:
            return round(share * 2 * middle)
        return middle + round((share - 0.5) * 2 * (last - middle))


def clicks(mode: Mode, data: int) -> int:
    """How far an encoder went: to the right above 0. `data`: the 7 bits of the controller."""
    match mode:
        case Mode.TWOS_COMPLEMENT:
            return data - 128 if data > 64 else data
        case Mode.OFFSET:
            return data - 64
        case _:
            return -(data - 64) if data > 64 else data


@dataclass(frozen=True, slots=True)
class Usual:
    """The numbers at the ends of a control for a setting that is learned."""

    low: float
    high: float


USUAL = {
    "slope": Usual(0.0, 2.0),
    "offset": Usual(-0.5, 0.5),
    "power": Usual(0.0, 2.0),
    "saturation": Usual(0.0, 2.0),
    "lift": Usual(-0.5, 0.5),
    "gamma": Usual(0.0, 2.0),
    "gain": Usual(0.0, 2.0),
    "contrast": Usual(0.0, 2.0),
    "pivot": Usual(0.0, 1.0),
    "stops": Usual(-4.0, 4.0),
    "points": Usual(-16.0, 16.0),
    "temperature": Usual(2000.0, 9200.0),
    "tint": Usual(-50.0, 50.0),
    "mix": Usual(0.0, 100.0),
    "compare": Usual(0.0, 100.0),
}
"""By the name of the setting; the middle does nothing where that is possible."""


def usual(to: str) -> Usual:
    """For an address."""
    return next((USUAL[part] for part in reversed(to.split("/")) if part in USUAL), Usual(0.0, 1.0))
