"""What goes over the wire beside the commands: answers, the state and its patches, what is refused. Types only."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from livegrade.control.commands import AnyCommand

PROTOCOL = 1
DEFAULT_PORT = 7350
MAX_MESSAGE = 65_536
"""Bytes of a message or body from a client."""
LARGEST = 16 * 1024 * 1024
"""Bytes of what a session says at once, a whole state or a picture; one on another machine might say anything."""
MAX_BRACKETS = 512
"""Of a message, before it is parsed: so deep can it be at most."""

PICTURE_S = 1.0
"""How long a command waits for a picture before it is answered as pending."""


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """From a client over the WebSocket. `id`: the client's own number, which the answer has too."""

    id: Annotated[int, Meta(ge=0, le=2**53)]
    do: AnyCommand


class Answer(Struct, frozen=True, omit_defaults=True):
    """`result`: done, in effect from the picture `frame` of the source on, where it is about pictures; pending,
    accepted and in effect with the next picture that comes; refused, nothing has changed and `error` says why. `step`:
    the words of the undo step that this made, or of what was done. `files`: what was written. `made`: the id of what is
    new, such as the number of an output. `found`: what was asked for, newest first, and `total`: how many of that there
    are. `number`: of the first picture of a stream that shows what was asked for."""

    result: Literal["done", "pending", "refused"]
    frame: int | None = None
    error: str = ""
    step: str = ""
    files: tuple[str, ...] = ()
    made: str = ""
    found: list[dict[str, Any]] | None = None
    total: int | None = None
    number: int | None = None


class Answered(Struct, frozen=True, tag_field="message", tag="answer"):
    id: int
    answer: Answer


class Snapshot(Struct, frozen=True, tag_field="message", tag="snapshot"):
    """The whole state. The first message, and again where a client was too slow for the patches."""

    number: int
    state: Any


class Change(Struct, frozen=True):
    """`value` stands at `path` now, the keys from the root on; where `gone`, nothing does."""

    path: list[str]
    value: Any = None
    gone: bool = False


class Patch(Struct, frozen=True, tag_field="message", tag="patch"):
    """State `number` from state `number` - 1, the changes in order."""

    number: int
    changes: list[Change]


class Told(Struct, frozen=True, tag_field="message", tag="event"):
    """Something happened: see `control.happenings`."""

    event: Any


class Refused(Struct, frozen=True, tag_field="message", tag="refused"):
    """A message that is no command, or came too fast. `id`: where it could be read."""

    error: str
    id: int | None = None


FromServer: TypeAlias = Answered | Snapshot | Patch | Told | Refused


class Pair(Struct, frozen=True, forbid_unknown_fields=True):
    """From a client of another machine: the code that the session shows, with or without its space."""

    code: Annotated[str, Meta(max_length=20)]


class Paired(Struct, frozen=True):
    """`token`: good until the session ends."""

    token: str


class Meeting(Struct, frozen=True):
    """What a session leaves in the runtime folder for the programs of its user: where it is and the token."""

    port: int
    pid: int
    token: str


ENCODER = msgspec.json.Encoder()
FACE = "Livegrade-Face"
"""A header of requests: "window" where people say commands with a window of livegrade."""
