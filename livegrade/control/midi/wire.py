"""mido's messages into events, and positions into mido's messages: the only place that knows how mido says things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrade.control.midi.binding import Control, Kind, Mode
from livegrade.control.midi.hand import LOWER, Event

if TYPE_CHECKING:
    from livegrade.control.midi.binding import Binding

CENTRE = 8192
"""The middle of the pitch wheel, 0 with mido."""


def event_of(message: Any) -> Event | None:
    """None for what no control of a desk says (clock, sensing, system exclusive)."""
    match message.type:
        case "control_change":
            return Event(Control(Kind.CONTROLLER, message.channel + 1, message.control), message.value)
        case "note_on":
            return Event(Control(Kind.NOTE, message.channel + 1, message.note), message.velocity)
        case "note_off":
            return Event(Control(Kind.NOTE, message.channel + 1, message.note), 0)
        case "pitchwheel":
            return Event(Control(Kind.PITCH, message.channel + 1, 0), message.pitch + CENTRE)
        case _:
            return None


def messages_of(binding: Binding, position: int) -> list[Any]:
    """What puts a control at a position: its motor, its ring of lights, its lamp."""
    from mido import Message

    control, channel = binding.control, binding.control.channel - 1
    if control.kind is Kind.NOTE:
        return [Message("note_on", channel=channel, note=control.number, velocity=position)]
    if control.kind is Kind.PITCH:
        return [Message("pitchwheel", channel=channel, pitch=position - CENTRE)]
    if binding.mode is not Mode.ABSOLUTE_14:
        return [Message("control_change", channel=channel, control=control.number, value=position)]
    upper, lower = divmod(position, 128)
    return [
        Message("control_change", channel=channel, control=control.number, value=upper),
        Message("control_change", channel=channel, control=control.number + LOWER, value=lower),
    ]
