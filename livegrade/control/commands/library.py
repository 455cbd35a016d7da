"""Commands on what the library of a session keeps."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from livegrade.control.commands.take import Label, Limit
from livegrade.control.commands.words import Command, Slot, Words


class FindKept(Command, tag="library.find", frozen=True, kw_only=True):
    """What the library keeps that `query` finds, newest first, `limit` of each kind: takes, looks, stills, markers; the
    name of a kind among the words is for that one alone."""

    query: Words = ""
    limit: Limit = 50


class KeepLook(Command, tag="library.keep", frozen=True, kw_only=True):
    """Keeps the look of `slot` under a `name`, as its next version, with `scene`, `tags` and `notes`; looks of slots
    that share nodes with it are kept with it."""

    slot: Slot
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    scene: Label = ""
    tags: Annotated[tuple[Label, ...], Meta(max_length=32)] = ()
    notes: Words = ""


class RecallLook(Command, tag="library.recall", frozen=True, kw_only=True):
    """The look that is kept as `look`, a name or an id, in place of that of `slot`, or with `add` behind its nodes; of
    several of that name the one of `scene` and `version`, else the newest."""

    slot: Slot
    look: Annotated[str, Meta(min_length=1, max_length=200)]
    scene: Label = ""
    version: Annotated[int, Meta(ge=1, le=99_999)] | None = None
    add: bool = False
