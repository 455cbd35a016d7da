"""What a recorder says of itself. A value; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Transport(StrEnum):
    """What the deck does."""

    STOPPED = "stopped"
    PLAYING = "playing"
    RECORDING = "recording"
    PREVIEW = "preview"
    """Shows its input."""
    MOVING = "moving"
    """Any other speed: forward, rewind, jog, shuttle."""


@dataclass(frozen=True, slots=True)
class Medium:
    """`slot`: from 1. `left_s`: seconds of recording left, None where it is not known."""

    slot: int
    status: str
    name: str = ""
    left_s: int | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """`number`: from 1. `start` and `duration`: timecodes, as the deck writes them."""

    number: int
    name: str
    start: str = ""
    duration: str = ""


@dataclass(frozen=True, slots=True)
class DeckState:
    """`speed`: percent. `clip`: number of the clip, from 1. `signal`: what comes in, in the deck's words. `clips`: of
    the slot that is in use."""

    transport: Transport | None = None
    speed: int | None = None
    slot: int | None = None
    clip: int | None = None
    timecode: str | None = None
    signal: str | None = None
    media: tuple[Medium, ...] = ()
    clips: tuple[Clip, ...] = ()
