"""Commands on streams: pictures in memory that is shared with a program of the same machine."""

from __future__ import annotations

from typing import TypeAlias

from livegrade.control.commands.meter import Part
from livegrade.control.commands.scope import ScopeWords
from livegrade.control.commands.view import ViewWords
from livegrade.control.commands.words import HEIGHT, WIDTH, Command, Letters, Path, Side, Slot, Words


class SubscribePicture(ViewWords, tag="picture.subscribe", frozen=True, kw_only=True):
    """A stream of the newest pictures of `slot`, as large as they can be within `width` and `height` and no larger than
    they are, in the words that stand behind `view=` and the others of a view on the command line. `made` in the answer
    names the stream, which is a file in memory for programs of the session's user (docs/api.md, Streams). `region`:
    left, top, width and height of a part of the picture, 0 to 1, instead of all of it. `letters`: how large
    those of guides are, else as fits the size. Over a WebSocket alone, and it ends with that."""

    slot: Slot
    view: Words = "graded"
    region: tuple[Part, Part, Part, Part] | None = None
    letters: Letters | None = None
    width: Side = WIDTH
    height: Side = HEIGHT


class ShowPicture(ViewWords, tag="picture.show", frozen=True, kw_only=True):
    """A `stream` of pictures that this connection asked for shows another view, slot, `region` or `letters` from now
    on, within the size that it has."""

    stream: Path
    slot: Slot
    view: Words = "graded"
    region: tuple[Part, Part, Part, Part] | None = None
    letters: Letters | None = None


class SubscribeScope(ScopeWords, tag="scope.subscribe", frozen=True, kw_only=True):
    """A stream like that of `picture.subscribe`, of a drawn scope of `slot` as it is measured, of exactly `width` and
    `height`, in the words of docs/scopes.md."""

    width: Side = WIDTH
    height: Side = HEIGHT


class ShowScope(ScopeWords, tag="scope.show", frozen=True, kw_only=True):
    """A `stream` of a scope that this connection asked for shows another one from now on, as large as it is."""

    stream: Path


class EndStream(Command, tag="stream.end", frozen=True, kw_only=True):
    """Ends a `stream` that this connection asked for."""

    stream: Path


StreamCommand: TypeAlias = SubscribePicture | ShowPicture | SubscribeScope | ShowScope | EndStream
