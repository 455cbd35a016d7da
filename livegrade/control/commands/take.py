"""Commands on takes and markers, which a session keeps in its library."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from livegrade.control.commands.words import Command, Slot, Words

Key: TypeAlias = Annotated[int, Meta(ge=1, le=2**53, description="the number of an entry of the library")]
Label: TypeAlias = Annotated[str, Meta(max_length=80)]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=99_999)]
Fields: TypeAlias = Annotated[
    dict[Annotated[str, Meta(min_length=1, max_length=40)], Annotated[str, Meta(max_length=200)]], Meta(max_length=32)
]
Limit: TypeAlias = Annotated[int, Meta(ge=1, le=500)]


class StartTake(Command, tag="take.start", frozen=True, kw_only=True):
    """A take of `slot` begins, or of every slot, beside what the camera's record flag says."""

    slot: Slot | None = None


class EndTake(Command, tag="take.end", frozen=True, kw_only=True):
    """The take of `slot` ends, or those of every slot."""

    slot: Slot | None = None


class SetSlate(Command, tag="take.slate", frozen=True, kw_only=True):
    """What the next take is called: `scene`, `shot`, `take` (0: the number after the highest of that scene and shot)
    and other `fields` of the slate, `{"director": "Varda"}`. What is not said stays; another scene or shot begins with
    its own number."""

    scene: Label | None = None
    shot: Label | None = None
    take: Number | None = None
    fields: Fields | None = None


class NextTake(Command, tag="take.next", frozen=True, kw_only=True):
    """The next take is of the next `step`: a number is left out, or it is another shot (A, B; no I and no O) or
    scene."""

    step: Literal["take", "shot", "scene"] = "take"


class CircleTake(Command, tag="take.circle", frozen=True, kw_only=True):
    """The take with the number `take` of the library, else the newest with all its cameras, is `circled`."""

    take: Key | None = None
    circled: bool = True


class CommentTake(Command, tag="take.comment", frozen=True, kw_only=True):
    """Gives the take with the number `take` of the library, else the newest with all its cameras, a `comment`."""

    comment: Words
    take: Key | None = None


class AmendTake(Command, tag="take.amend", frozen=True, kw_only=True):
    """Sets right what the slate of the take with the number `take` of the library, else of the newest with all its
    cameras, said: `scene`, `shot`, its `number`, `fields`. What is not said stays."""

    take: Key | None = None
    scene: Label | None = None
    shot: Label | None = None
    number: Annotated[int, Meta(ge=1, le=99_999)] | None = None
    fields: Fields | None = None


class UndoTakes(Command, tag="take.undo", frozen=True, kw_only=True):
    """What was changed last of takes that are kept (slate, circle, comment) is as it was before."""


class RedoTakes(Command, tag="take.redo", frozen=True, kw_only=True):
    """The change of takes that was undone last, again."""


class ListTakes(Command, tag="take.list", frozen=True, kw_only=True):
    """The takes that `query` finds, newest first, `limit` of them; all where it is empty. Words as of
    `livegrade library find`: `scene=12 clip>2 circled since=today`."""

    query: Words = ""
    limit: Limit = 50


class AddMarker(Command, tag="marker.add", frozen=True, kw_only=True):
    """Marks the newest picture of `slot`: `kind` and `text`."""

    slot: Slot
    kind: Literal["boom-shadow", "flare", "reflection", "focus", "free"] = "free"
    text: Words = ""


class ListMarkers(Command, tag="marker.list", frozen=True, kw_only=True):
    """The markers that `query` finds, newest first, `limit` of them."""

    query: Words = ""
    limit: Limit = 50
