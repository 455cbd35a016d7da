"""Commands on where the pictures of a slot come from and what they are taken for."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from livegrade.control.commands.words import Command, Slot, Words


class ListSources(Command, tag="source.list", frozen=True, kw_only=True):
    """Looks for two seconds for what can be a source: SDI cards, NDI sources, capture devices, patterns, each with the
    address that `source.set` takes; and why there is none of a kind."""


class SetSource(Command, tag="source.set", frozen=True, kw_only=True):
    """Changes what `slot` is set up as, in the words of the command line: its `source`, its `camera` and `ei`, its
    output transform `to`, `grade-in`, `range` and `matrix`. Empty words (for `ei` 0) take a camera or an output
    transform away; what is not said stays. The picture before stays up until the first one of a source that is
    opened."""

    slot: Slot
    source: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    camera: Annotated[str, Meta(max_length=200)] | None = None
    ei: Annotated[int, Meta(ge=0, le=999_999)] | None = None
    to: Words | None = None
    grade_in: Literal["camera", "acescct"] | None = field(name="grade-in", default=None)
    range: Literal["auto", "legal", "full"] | None = None
    matrix: Literal["auto", "bt601", "bt709", "bt2020"] | None = None


class Reconnect(Command, tag="source.reconnect", frozen=True, kw_only=True):
    """Closes the source of `slot` and opens it again."""

    slot: Slot
