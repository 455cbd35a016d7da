"""What the controls of one port say, as messages to a session, and what they are to show. Arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.control.midi.binding import Binding, Control, Kind, Mode, clicks
from livegrade.control.surface.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.control.surface.feedback import Values
    from livegrade.control.surface.message import Argument

REST_S = 0.5
"""A fader that has rested for so long may have been left behind by the number, and takes hold anew."""
NEAR = 64
"""A fader takes hold within this part of its way from the number."""
HOLD_S = 0.3
"""A control is left to the hand for so long after its last word."""
FAST, FASTEST = 25.0, 4.0
"""Clicks a second at which an encoder goes twice as far with an acceleration of 1, and how many times that counts."""
PRESSED = 64
"""A controller that is used as a button is pressed from here on."""
LOWER = 32
"""The lower bits of a controller of 14 come so much further up."""


@dataclass(frozen=True, slots=True)
class Event:
    """A control that moved. `data`: 0 to 127, of the pitch wheel 0 to 16383; of a note its velocity, 0 let go."""

    control: Control
    data: int


@dataclass(slots=True)
class _Grip:
    """What is known of a control that moves. Times are in seconds."""

    at_s: float = float("-inf")
    position: int | None = None
    holds: bool = False
    upper: int = 0
    has_lower: bool = False


class Hand:
    """The controls of one port."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        """Of two bindings of one control the later one counts."""
        self._bindings = {binding.control: binding for binding in bindings}
        self._grips: dict[Control, _Grip] = {}
        self._told: dict[Control, int] = {}

    def said(self, event: Event, now_s: float, shown: Values) -> Message | None:
        """What a move asks for; None for nothing. `shown`: the values of now, by address."""
        binding = self._bindings.get(event.control)
        lower = self._upper_of(event.control) if binding is None else None
        if lower is not None:
            binding = self._bindings[lower]
        if binding is None or not binding.to:
            return None
        grip = self._grips.setdefault(binding.control, _Grip())
        rested_s, grip.at_s = now_s - grip.at_s, now_s
        if _is_button(binding, shown):
            pressed = event.data > 0 if binding.control.kind is Kind.NOTE else event.data >= PRESSED
            return Message(binding.to, _pressed(binding, shown)) if pressed else None
        if binding.mode.is_relative:
            way = clicks(binding.mode, event.data)
            speed = abs(way) / max(rested_s, 0.001) / FAST if rested_s < REST_S else 0.0
            steps = round(way * (1 + binding.acceleration * min(speed, FASTEST)))  # numbers stay on whole steps
            return Message(f"{binding.to}/add", (round(steps * binding.step, 9),)) if way else None
        position = _position(binding, grip, event, is_lower=lower is not None)
        if position is None:
            return None
        took = _takes(binding, grip, position, rested_s, shown)
        grip.position = position
        return Message(binding.to, (binding.number_at(position),)) if took else None

    def shows(self, shown: Values, now_s: float) -> list[tuple[Binding, int]]:
        """The controls that must show something else than they do, and which position; told with this. What a hand is
        on follows when it rests."""
        found: list[tuple[Binding, int]] = []
        for control, binding in self._bindings.items():
            said = shown.get(binding.to)
            if not binding.feedback or said is None or len(said) != 1:
                continue
            grip = self._grips.get(control)
            if grip is not None and now_s - grip.at_s < HOLD_S:
                self._told.pop(control, None)
                continue
            position = _shown_position(binding, said[0])
            if position is not None and self._told.get(control) != position:
                self._told[control] = position
                found.append((binding, position))
        return found

    def _upper_of(self, control: Control) -> Control | None:
        """The controller of 14 bits whose lower ones this is."""
        if control.kind is not Kind.CONTROLLER or control.number < LOWER:
            return None
        upper = Control(control.kind, control.channel, control.number - LOWER)
        binding = self._bindings.get(upper)
        return upper if binding is not None and binding.mode is Mode.ABSOLUTE_14 else None


def _is_button(binding: Binding, shown: Values) -> bool:
    """A note, and a controller that has a value of its own, or drives a switch or what shows no value."""
    if binding.control.kind is Kind.NOTE or binding.value is not None:
        return True
    said = shown.get(binding.to)
    if said is None:
        return not binding.mode.is_relative and binding.control.kind is Kind.CONTROLLER and not _is_number(binding.to)
    return isinstance(said[0], bool)


def _is_number(to: str) -> bool:
    """Of addresses that show nothing: a setting that no node has yet, or a share to compare at."""
    return to.rsplit("/", 1)[-1] not in ("undo", "redo", "reset", "remove")


def _pressed(binding: Binding, shown: Values) -> tuple[Argument, ...]:
    if binding.value is not None:
        return (binding.value,)
    said = shown.get(binding.to)
    return (not said[0],) if said is not None and isinstance(said[0], bool) else ()


def _position(binding: Binding, grip: _Grip, event: Event, *, is_lower: bool) -> int | None:
    """Where it is; None where its lower bits are still to come."""
    if binding.mode is not Mode.ABSOLUTE_14:
        return event.data
    if is_lower:
        grip.has_lower = True
        return grip.upper << 7 | event.data
    grip.upper = event.data
    return None if grip.has_lower else event.data << 7


def _takes(binding: Binding, grip: _Grip, position: int, rested_s: float, shown: Values) -> bool:
    """Whether a fader at `position` has hold of its number."""
    said = shown.get(binding.to)
    if not binding.pickup or said is None or len(said) != 1 or not isinstance(said[0], int | float):
        return True
    if grip.holds and rested_s < REST_S:
        return True
    there = binding.position_of(float(said[0]))
    before = grip.position if grip.position is not None else position
    near = abs(position - there) <= binding.steps // NEAR
    grip.holds = near or min(before, position) <= there <= max(before, position)
    return grip.holds


def _shown_position(binding: Binding, said: Argument) -> int | None:
    if isinstance(said, bool):
        return 127 if said else 0
    if isinstance(said, int | float) and binding.control.kind is not Kind.NOTE:
        return binding.position_of(float(said))
    return None
