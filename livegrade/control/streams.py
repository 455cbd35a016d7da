"""Streams of pictures for programs on the same machine: drawn on a thread of their own while somebody asks for them,
into memory that they share. The engine never waits, and while it has too much to do there are fewer pictures."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from livegrade.control import commands as c
from livegrade.control.contents import PictureContent, ScopeContent
from livegrade.control.effects import Done
from livegrade.control.scopes import wish_of
from livegrade.control.streamfiles import StreamFiles
from livegrade.control.viewer import Viewer
from livegrade.engine.view import parse_view
from livegrade.engine.viewwords import attributes
from livegrade.errors import UsageError
from livegrade.redaction import one_line
from livegrade.session.events import Link
from livegrade.session.scoping import STARVED_S
from livegrade.transport.ring import RingWriter, bytes_needed
from livegrade_shaders import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from livegrade.color.camera import Camera
    from livegrade.control.contents import Content
    from livegrade.engine.view import View
    from livegrade.session import Session

    Contents: TypeAlias = c.SubscribePicture | c.ShowPicture | c.SubscribeScope | c.ShowScope

_log = logging.getLogger(__name__)

MOST_STREAMS = 32
MOST_BYTES = 256 << 20
"""Memory of all streams together."""
LOOK_S = 0.004
"""How often somebody looks for a new picture: nothing of the picture's way has to tell it."""
REST = 1
"""Times as long as pictures took, the thread draws none of them after that, and of scopes the same: half of one core at
most for each, and no scope makes a picture be left out."""
FAULT_REST_S = 1.0
FIRST_S = 0.25
"""How long the first picture of a stream waits for an engine that is late; those after it wait for STARVED_S."""


@dataclass(slots=True, eq=False)
class _Stream:
    owner: object
    content: Content
    ring: RingWriter
    size: int
    count: int = 0
    """Pictures that went into it."""
    is_drawn_into: bool = False
    drawn: int | None = None
    fault: str = ""
    failed: str = ""
    """What could not be shown, in words."""
    rests_until_s: float = 0.0
    drawn_s: float = field(default_factory=lambda: time.monotonic() - STARVED_S + FIRST_S)
    is_over: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True, eq=False)
class AskedPicture:
    """A view of pictures as `command` has it, for whichever camera. A palette that is a file is read the first time,
    and never by whoever draws."""

    command: c.SubscribePicture | c.ShowPicture
    _seen: tuple[Camera | None, View] | None = None

    def view(self, camera: Camera | None) -> View:
        """Raises LivegradeError."""
        if self._seen is None or self._seen[0] is not camera:
            palette = None if self._seen is None else self._seen[1].palette
            words = attributes(self.command.options())
            self._seen = camera, parse_view(self.command.view, camera, None, palette, **words)
        return self._seen[1]


class Streams:
    """Owns the thread that draws, and the files. `subscribe` and `end` are for one thread, `leave` for any.

    `tell`: puts what has become of a stream where somebody at the cart sees it, and of which. `written`, `shed`:
    pictures that went into streams, and that were left out because the engine had the next one waiting."""

    def __init__(self, session: Session, tell: Callable[[Link, str, str], None]) -> None:
        """Clears away what sessions that are gone have left. Raises ControlError where others may write there."""
        self.written = 0
        self.shed = 0
        self._session = session
        self._tell = tell
        self._files = StreamFiles()
        self._streams: dict[str, _Stream] = {}
        self._changing = threading.Lock()
        self._wake = threading.Event()
        self._is_closed = False
        self._viewer = Viewer(session.references)
        self._pool = _native.BandPool(1)
        self._thread = threading.Thread(target=self._run, name="livegrade-streams", daemon=True)

    def ready(self, command: c.SubscribePicture | c.ShowPicture) -> AskedPicture:
        """What is left to carry out when its palette is read. Waits for the disk, and changes nothing; from any thread.
        Raises LivegradeError."""
        asked = AskedPicture(command)
        asked.view(self._session.slot(command.slot).camera)
        return asked

    def carry_out(self, owner: object | None, asked: c.StreamCommand | AskedPicture) -> Done:
        """`owner`: the connection over which it comes, None where it has none. Waits for the disk where a palette is a
        file and was not made `ready` before. Raises LivegradeError; nothing has changed then."""
        if owner is None:
            raise UsageError("a stream lives as long as the WebSocket over which it is asked for; HTTP has none")
        if isinstance(asked, c.EndStream):
            self._end(owner, asked.stream)
            return Done()
        command = asked.command if isinstance(asked, AskedPicture) else asked
        if isinstance(command, c.ShowPicture | c.ShowScope):
            stream = self._own(owner, command.stream)
            if isinstance(stream.content, ScopeContent) is not isinstance(command, c.ShowScope):
                raise UsageError("a stream of a picture shows other pictures, and only one of a scope other scopes")
            return Done(number=self._show(stream, self._content(asked, stream.content.size)))
        return Done(made=self._subscribe(owner, command, self._content(asked, (command.width, command.height))))

    def _subscribe(self, owner: object, command: c.SubscribePicture | c.SubscribeScope, content: Content) -> str:
        if self._is_closed:
            raise UsageError("the session ends")
        size = bytes_needed(command.width, command.height)
        with self._changing:
            in_use = [stream.size for stream in self._streams.values()]
        if len(in_use) >= MOST_STREAMS or sum(in_use) + size > MOST_BYTES:
            raise UsageError(
                f"{len(in_use)} streams of pictures are open already, and {MOST_STREAMS} or {MOST_BYTES >> 20} MB are "
                "the most; end one, or ask for smaller pictures"
            )
        if self._thread.ident is None:
            self._thread.start()
        ring = RingWriter(self._files.new(), command.width, command.height)
        with self._changing:
            self._streams[str(ring.path)] = _Stream(owner, content, ring, size)
        self._wake.set()
        return str(ring.path)

    def _show(self, stream: _Stream, content: Content) -> int:
        """The number of its first picture in the stream: one that is being drawn now still shows what was before."""
        with self._changing:
            stream.content, stream.drawn, stream.rests_until_s = content, None, 0.0
            first = stream.count + (2 if stream.is_drawn_into else 1)
        self._wake.set()
        return first

    def _end(self, owner: object, name: str) -> None:
        self._finish([self._own(owner, name)])

    def _own(self, owner: object, name: str) -> _Stream:
        with self._changing:
            stream = self._streams.get(name)
        if stream is None or stream.owner is not owner:
            raise UsageError(f"'{name}' is no stream that this connection asked for")
        return stream

    def leave(self, owner: object) -> None:
        """Ends all streams of an owner that is gone."""
        with self._changing:
            own = [stream for stream in self._streams.values() if stream.owner is owner]
        self._finish(own)

    def close(self) -> None:
        """Ends all streams. Safe to call twice."""
        self._is_closed = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._files.close()

    def _finish(self, streams: list[_Stream]) -> None:
        for stream in streams:
            stream.is_over.set()
        self._wake.set()

    def _content(self, asked: Contents | AskedPicture, size: tuple[int, int]) -> Content:
        if isinstance(asked, c.SubscribeScope | c.ShowScope):
            slot = self._session.slot(asked.slot)
            return ScopeContent(slot, wish_of(asked), self._viewer, size, self._pool)
        picture = asked if isinstance(asked, AskedPicture) else AskedPicture(asked)
        slot = self._session.slot(picture.command.slot)
        self._session.references.require(picture.view(slot.camera))
        command = picture.command
        return PictureContent(slot, picture.view, self._viewer, size, command.region, command.letters or 0)

    # ---- drawing thread

    def _run(self) -> None:
        rests_until_s = dict.fromkeys((PictureContent, ScopeContent), 0.0)
        while not self._is_closed:
            with self._changing:
                streams = list(self._streams.items())
            for name, stream in streams:
                if stream.is_over.is_set():
                    self._drop(name, stream)
            there = [stream for name, stream in streams if name in self._streams]
            for kind, until_s in rests_until_s.items():
                if time.monotonic() >= until_s:
                    took_s = self._serve_all(stream for stream in there if isinstance(stream.content, kind))
                    rests_until_s[kind] = time.monotonic() + REST * took_s
            if self._wake.wait(LOOK_S if streams else None):  # somebody wants something else: at once
                rests_until_s = dict.fromkeys(rests_until_s, 0.0)
            self._wake.clear()
        for name, stream in list(self._streams.items()):
            self._drop(name, stream)

    def _serve_all(self, streams: Iterable[_Stream]) -> float:
        """How many seconds of a core it took."""
        began_s = time.thread_time()
        for stream in streams:
            self._serve(stream)
        return time.thread_time() - began_s

    def _drop(self, name: str, stream: _Stream) -> None:
        with self._changing:
            del self._streams[name]
        stream.ring.close()
        self._mended(stream, "is not asked for any more")

    def _mended(self, stream: _Stream, how: str) -> None:
        if stream.fault:
            self._tell(Link.RUNNING, f"{stream.failed} {how}", _subject(stream.failed))
        stream.fault = ""

    def _serve(self, stream: _Stream) -> None:
        content = stream.content
        try:
            index = content.index()
            if index in (None, stream.drawn) or time.monotonic() < stream.rests_until_s:
                return
            now_s = time.monotonic()
            if content.slot.latest.counters().depth > 0 and now_s < stream.drawn_s + STARVED_S:
                self.shed += 1
                return
            if not self._draw(stream, content):
                return
            stream.drawn_s = now_s
            self._mended(stream, "is shown again")
            self.written += 1
        except Exception as error:
            # The thread's edge: a stream that cannot be drawn now may be drawn again, and the others go on. Said once.
            stream.rests_until_s = time.monotonic() + FAULT_REST_S
            fault = f"{content.what} cannot be shown: {one_line(str(error))}"
            if fault != stream.fault:
                if stream.failed != content.what:
                    self._mended(stream, "is not asked for any more")
                stream.fault, stream.failed = fault, content.what
                _log.warning("a stream cannot be drawn: %s", fault, exc_info=True)
                self._tell(Link.FAULTED, fault, _subject(content.what))

    def _draw(self, stream: _Stream, content: Content) -> bool:
        """Whether it was still wanted. Raises LivegradeError."""
        with self._changing:
            if stream.content is not content:
                return False
            stream.is_drawn_into = True
        drawn: int | None = None
        try:
            drawn = content.draw_into(stream.ring)
        finally:
            with self._changing:
                stream.is_drawn_into = False
                stream.count += drawn is not None
                if stream.content is content:  # another one is drawn at once
                    stream.drawn = drawn
        return True


def _subject(what: str) -> str:
    return f"window of {what.rstrip(',')}"
