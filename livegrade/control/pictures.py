"""Pictures of the slots for clients as JPEG, and their scopes as PNG: drawn and encoded on a thread of their own, the
newest one, at most so many a second, and once for all who want the same."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from livegrade.beside import OneThread
from livegrade.color.look import Look
from livegrade.control.disk import worked
from livegrade.control.shelf import LOOK_ID
from livegrade.control.viewer import Viewer
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import UsageError
from livegrade.library.files import LibraryFiles
from livegrade.scopes.draw import SMALLEST
from livegrade.scopes.wish import SCOPE_WORDS, ScopeWish, scope_wish
from livegrade.sheet import jpeg, png

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from livegrade.session import Session

VIEWS = {"graded": GRADED, "source": View(ViewKind.SOURCE)}
WIDTH, LEAST_WIDTH, MOST_WIDTH = 640, 64, 1920
LOOK_WIDTH, MOST_LOOK_WIDTH = 160, 640
LOOK_PERIOD_S = 2.0
"""Pictures with looks of the library are for choosing: nobody needs each of them ten times a second."""
SCOPE_SIZE, MOST_HEIGHT = (640, 360), 1080
PERIOD_S = 0.1
"""How long a picture is given out before a newer one is drawn."""
KEPT = 48
"""Pictures that differ in slot, view or width and are kept for the next who asks."""
MOST_WAITING = 16
"""Pictures that wait to be drawn; more are refused."""
REST = 3
"""Times as long as a picture took, up to LONGEST_REST_S, the thread rests after it: a quarter of one core at most."""
LONGEST_REST_S = 0.5
STOP_S = 2.0
"""How long the end of a session waits for a picture that is being drawn."""


@dataclass(frozen=True, slots=True)
class PictureWish:
    """`view`: one of VIEWS; `width`: in pixels, that of the slot's picture where it is less."""

    slot: str
    view: str
    width: int


@dataclass(frozen=True, slots=True)
class ScopePictureWish:
    """A drawn scope of exactly `width` and `height`."""

    slot: str
    scope: ScopeWish
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class LookPictureWish:
    """The newest picture of a slot with a look of the library on it, by its id."""

    slot: str
    look_id: str
    width: int


Wish: TypeAlias = PictureWish | ScopePictureWish | LookPictureWish


@dataclass(frozen=True, slots=True)
class Encoded:
    """A JPEG or, of a scope, a PNG. `index`: of the source's picture; `look_id`: of the look in it, None for the
    source and for scopes."""

    data: bytes
    index: int
    look_id: str | None


@dataclass(slots=True)
class _Kept:
    encoded: asyncio.Future[Encoded]
    until_s: float


class Pictures:
    """Owns the thread that encodes. Of the loop's thread but for the drawing."""

    def __init__(self, session: Session, library: Path | None = None, period_s: float = PERIOD_S) -> None:
        """`library`: the folder with the looks that pictures are wanted with; `period_s`: how long a picture is given
        out before a newer one is drawn."""
        self._session = session
        self._library = library
        self._period_s = period_s
        self._viewer = Viewer(session.references)
        self._encoding = OneThread("livegrade-pictures", STOP_S)
        self._kept: OrderedDict[Wish, _Kept] = OrderedDict()
        self._closed = threading.Event()
        self._took_s = 0.0

    async def get(self, wish: Wish) -> Encoded:
        """The newest picture or scope, not older than the period. Raises UsageError for a slot that is not there or
        had none."""
        loop = asyncio.get_running_loop()
        kept = self._kept.get(wish)
        if kept is None or (kept.encoded.done() and loop.time() >= kept.until_s):
            slot = self._session.slot(wish.slot)
            if slot.drawing.graded is None:
                raise UsageError(f"slot {wish.slot} has had no picture yet")
            if sum(not one.encoded.done() for one in self._kept.values()) >= MOST_WAITING:
                raise UsageError("too many pictures of other sizes wait to be drawn")
            begun = self._read(wish) if isinstance(wish, LookPictureWish) else self._encoded(wish)
            kept = self._kept[wish] = _Kept(asyncio.ensure_future(begun), loop.time() + self._period_s)
        self._kept.move_to_end(wish)
        for old in [wish for wish, one in self._kept.items() if one.encoded.done()][:-KEPT]:
            del self._kept[old]
        return await asyncio.shield(kept.encoded)

    async def _read(self, wish: LookPictureWish) -> Encoded:
        """A disk that hangs holds up those who want that look, and neither the others nor the end of the session."""
        if self._library is None:
            raise UsageError("this session keeps no looks; start it with a library")
        files = LibraryFiles(self._library)
        return await self._encoded(wish, await worked(lambda: files.look(wish.look_id)))

    async def _encoded(self, wish: Wish, look: Look | None = None) -> Encoded:
        encoded = asyncio.get_running_loop().run_in_executor(self._encoding, self._timed, wish, look)
        self._encoding.submit(self._rest)
        return await encoded

    def close(self) -> None:
        """Waits for what is drawn, for STOP_S."""
        self._closed.set()
        self._encoding.shutdown(cancel_futures=True)

    # ---- encoding thread

    def _timed(self, wish: Wish, look: Look | None) -> Encoded:
        """`look`: what was read for a wish that names one."""
        began_s = time.thread_time()
        try:
            match wish:
                case PictureWish():
                    return self._picture(wish)
                case LookPictureWish():
                    return self._with_look(wish, look or Look())
                case ScopePictureWish():
                    return self._scope(wish)
        finally:
            self._took_s = time.thread_time() - began_s

    def _picture(self, wish: PictureWish) -> Encoded:
        picture = self._viewer.newest(self._session.slot(wish.slot), VIEWS[wish.view])
        if picture is None:
            raise UsageError(f"slot {wish.slot} has had no picture yet")
        data = jpeg(picture, self._viewer.shrink, wish.width)
        return Encoded(data, picture.index, picture.look_id if wish.view == "graded" else None)

    def _with_look(self, wish: LookPictureWish, look: Look) -> Encoded:
        slot = self._session.slot(wish.slot)
        picture = self._viewer.newest_with(slot, slot.chain.around(look))
        if picture is None:
            raise UsageError(f"slot {wish.slot} has had no picture yet")
        return Encoded(jpeg(picture, self._viewer.shrink, wish.width), picture.index, wish.look_id)

    def _scope(self, wish: ScopePictureWish) -> Encoded:
        slot = self._session.slot(wish.slot)
        drawn = self._viewer.scope(slot, wish.scope, (wish.width, wish.height))
        if drawn is None:
            reason = "are not measured in this session" if slot.scoping is None else "were not measured yet"
            raise UsageError(f"the scopes of slot {wish.slot} {reason}")
        data, picture = drawn
        return Encoded(png(picture), data.index, None)

    def _rest(self) -> None:
        self._closed.wait(min(REST * self._took_s, LONGEST_REST_S))


def picture_wish(slot: str, words: Mapping[str, str]) -> PictureWish:
    """From the words of a request. Raises UsageError."""
    view = words.get("view", "graded")
    if view not in VIEWS:
        raise UsageError(f"view '{view[:40]}' is not one of {', '.join(VIEWS)}")
    return PictureWish(slot, view, _side("width", words.get("width", str(WIDTH)), LEAST_WIDTH, MOST_WIDTH))


def look_picture_wish(slot: str, words: Mapping[str, str]) -> LookPictureWish:
    """From the words of a request. Raises UsageError."""
    look_id = words.get("look", "")
    if LOOK_ID.fullmatch(look_id) is None:
        raise UsageError("look is the id of a look of the library, which has 32 digits")
    width = _side("width", words.get("width", str(LOOK_WIDTH)), LEAST_WIDTH, MOST_LOOK_WIDTH)
    return LookPictureWish(slot, look_id, width)


def scope_picture_wish(slot: str, words: Mapping[str, str]) -> ScopePictureWish:
    """From the words of a request. Raises UsageError."""
    said = {key: text for key, text in words.items() if key in SCOPE_WORDS}
    scope = scope_wish(words.get("scope", "waveform"), said)
    (least_width, least_height), (width, height) = SMALLEST, SCOPE_SIZE
    wide = _side("width", words.get("width", str(width)), least_width, MOST_WIDTH)
    high = _side("height", words.get("height", str(height)), least_height, MOST_HEIGHT)
    return ScopePictureWish(slot, scope, wide, high)


def _side(name: str, words: str, least: int, most: int) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 6 and least <= int(words) <= most):
        raise UsageError(f"{name} '{words[:40]}' is not {least} to {most}")
    return int(words)
