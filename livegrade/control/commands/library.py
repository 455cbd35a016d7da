"""Commands on what the library of a session keeps."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.take import Key, Label, Limit
from livegrade.control.commands.words import Command, Slot, Words

EntryKind: TypeAlias = Literal["take", "look", "still", "marker"]


class FindKept(Command, tag="library.find", frozen=True, kw_only=True):
    """What the library keeps that `query` finds, newest first, `limit` of each kind behind the newest `skip`: takes,
    looks, stills, markers; the name of a kind among the words is for that one alone. `total` in the answer: how many
    there are."""

    query: Words = ""
    limit: Limit = 50
    skip: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


class ShowKept(Command, tag="library.show", frozen=True, kw_only=True):
    """All of one entry, by its number `key`: a look with the numbers of its nodes, a take or a still with those of its
    last look, a take with its markers; its camera also with the `title` and the `signal` for people."""

    entry: EntryKind
    key: Key


class EditKept(Command, tag="library.edit", frozen=True, kw_only=True):
    """What people say of an entry, by its number `key`, field by field. Of a look `name`, `scene`, `notes` and `tags`
    with commas between; of a still `scene`, `notes`, `tags`; of a marker `text` and `kind`; of a take `scene`, `shot`,
    `take`, `circled`, `comment`, and any other word for a field of its slate."""

    entry: EntryKind
    key: Key
    fields: Annotated[dict[Annotated[str, Meta(min_length=1, max_length=80)], Words], Meta(min_length=1, max_length=32)]


class KeepLook(Command, tag="library.keep", frozen=True, kw_only=True):
    """Keeps the look of `slot` under a `name`, as its next version, with `scene`, `tags` and `notes`; looks of slots
    that share nodes with it are kept with it. The look of the slot is called so from then on."""

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
