"""Learning: which control was moved, and how it speaks. A value that grows; no clock and no port of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from livegrade.control.midi.binding import Binding, Control, Kind, Mode, usual
from livegrade.control.midi.hand import LOWER
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.control.commands import LearnMidi
    from livegrade.control.midi.hand import Event

ENOUGH = 12
"""Messages of a controller that say how it speaks."""
LISTEN_S = 1.5
"""How long after the first of them it is listened to at most."""
CLICKS = 1000
"""Clicks of an encoder from one end to the other, where nothing else is said."""


@dataclass(slots=True)
class Lesson:
    """`wish`: what is to be learned, `until_s`: when it is over. The first control that is touched is the one; others
    are not listened to, but for the lower bits of 14 that come along."""

    wish: LearnMidi
    until_s: float
    port: str = ""
    control: Control | None = None
    first_s: float = 0.0
    data: list[int] = field(default_factory=list)
    has_lower: bool = False

    def hear(self, port: str, event: Event, now_s: float) -> None:
        """`port`: its name without the system's numbers."""
        if self.control is None:
            if event.control.kind is Kind.NOTE and event.data == 0:
                return  # a button that was held before
            self.port, self.control, self.first_s = port, event.control, now_s
        if port != self.port:
            return
        if event.control == self.control:
            self.data.append(event.data)
        elif self.control.kind is Kind.CONTROLLER and self.control.number < LOWER:
            self.has_lower |= event.control == Control(
                Kind.CONTROLLER, self.control.channel, self.control.number + LOWER
            )

    def is_learned(self, now_s: float) -> bool:
        """Whether enough was heard."""
        if self.control is None:
            return False
        needs_more = self.control.kind is Kind.CONTROLLER and self.wish.mode is None and self.wish.value is None
        return not needs_more or len(self.data) >= ENOUGH or now_s - self.first_s >= LISTEN_S

    def binding(self) -> Binding:
        """What was learned; of a lesson that `is_learned`. Raises UsageError where it is not what was wished for."""
        if self.control is None:
            raise RuntimeError("nothing was heard in this lesson")
        wish, common = self.wish, usual(self.wish.to)
        low = common.low if wish.low is None else wish.low
        high = common.high if wish.high is None else wish.high
        mode = Mode.ABSOLUTE
        if self.control.kind is Kind.CONTROLLER and wish.value is None:
            mode = Mode(wish.mode) if wish.mode is not None else self._mode()
        if mode is Mode.ABSOLUTE_14 and self.control.number >= LOWER:
            raise UsageError(f"{self.port}: {self.control} has no lower bits; only controllers 0 to 31 have")
        step = (high - low) / CLICKS if wish.step is None else wish.step
        to = wish.to.removesuffix("/add") if wish.value is None else wish.to
        return Binding(self.port, self.control, to, mode, low, high, round(step, 9), value=wish.value)

    def _mode(self) -> Mode:
        """A position is never said twice in a row; a click is."""
        if self.has_lower:
            return Mode.ABSOLUTE_14
        clicked = any(one == other for one, other in zip(self.data, self.data[1:], strict=False))
        if not clicked or set(self.data) <= {0, 127}:  # a button says its ends
            return Mode.ABSOLUTE
        if any(data >= 96 for data in self.data):
            return Mode.TWOS_COMPLEMENT
        if any(33 <= data <= 63 for data in self.data):
            return Mode.OFFSET
        if any(data > 64 for data in self.data):
            return Mode.SIGN_MAGNITUDE if any(data < 33 for data in self.data) else Mode.OFFSET
        return Mode.TWOS_COMPLEMENT
