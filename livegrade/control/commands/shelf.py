"""Commands on the look shelf: looks of the library in numbered places, recalled with one key."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.take import Key
from livegrade.control.commands.words import Command, Slot

MOST_SHELVED = 36
Shelved: TypeAlias = Annotated[int, Meta(ge=1, le=MOST_SHELVED, description="a place of the look shelf, from 1")]


class PinLook(Command, tag="shelf.pin", frozen=True, kw_only=True):
    """Puts the look `entry` of the library, by its number, into a `place` of the shelf, instead of what is there."""

    place: Shelved
    entry: Key


class UnpinLook(Command, tag="shelf.unpin", frozen=True, kw_only=True):
    """Takes what is in a `place` off the shelf; the library keeps it."""

    place: Shelved


class RecallShelved(Command, tag="shelf.recall", frozen=True, kw_only=True):
    """The look in a `place` of the shelf in place of that of `slot`; with `step` the next one or the previous one,
    seen from the one that the slot has or had last."""

    slot: Slot
    place: Shelved | None = None
    step: Literal["next", "previous"] | None = None
