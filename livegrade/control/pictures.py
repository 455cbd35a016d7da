"""Pictures of the slots for clients as JPEG: drawn and encoded on a thread of their own, the newest one, at most so
many a second, and once for all who want the same."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.control.viewer import Viewer
from livegrade.engine.view import GRADED, View, ViewKind
from livegrade.errors import UsageError
from livegrade.sheet import jpeg

if TYPE_CHECKING:
    from livegrade.session import Session

VIEWS = {"graded": GRADED, "source": View(ViewKind.SOURCE)}
WIDTH, LEAST_WIDTH, MOST_WIDTH = 640, 64, 1920
PERIOD_S = 0.1
"""How long a picture is given out before a newer one is drawn."""
KEPT = 16
"""Pictures that differ in slot, view or width and are kept for the next who asks."""
MOST_WAITING = 16
"""Pictures that wait to be drawn; more are refused."""
REST = 3
"""Times as long as a picture took, up to LONGEST_REST_S, the thread rests after it: a quarter of one core at most."""
LONGEST_REST_S = 0.5


@dataclass(frozen=True, slots=True)
class Wish:
    """Which picture: `view`, one of VIEWS; `width` in pixels, that of the slot where it is less."""

    slot: str
    view: str
    width: int


@dataclass(frozen=True, slots=True)
class Jpeg:
    """`index`: of the source's picture; `look_id`: of the look in it, None for the source."""

    data: bytes
    index: int
    look_id: str | None


@dataclass(slots=True)
class _Kept:
    jpeg: asyncio.Future[Jpeg]
    until_s: float


class Pictures:
    """Owns the thread that encodes. Of the loop's thread but for the drawing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._viewer = Viewer()
        self._encoding = ThreadPoolExecutor(1, "livegrade-pictures")
        self._kept: OrderedDict[Wish, _Kept] = OrderedDict()
        self._closed = threading.Event()
        self._took_s = 0.0

    async def get(self, wish: Wish) -> Jpeg:
        """The newest picture, not older than PERIOD_S. Raises UsageError for a slot that is not there or had none."""
        loop = asyncio.get_running_loop()
        kept = self._kept.get(wish)
        if kept is None or (kept.jpeg.done() and loop.time() >= kept.until_s):
            slot = self._session.slot(wish.slot)
            if slot.drawing.graded is None:
                raise UsageError(f"slot {wish.slot} has had no picture yet")
            if sum(not one.jpeg.done() for one in self._kept.values()) >= MOST_WAITING:
                raise UsageError("too many pictures of other sizes wait to be drawn")
            jpeg = loop.run_in_executor(self._encoding, self._newest, wish)
            self._encoding.submit(self._rest)
            kept = self._kept[wish] = _Kept(jpeg, loop.time() + PERIOD_S)
        self._kept.move_to_end(wish)
        for old in [wish for wish, one in self._kept.items() if one.jpeg.done()][:-KEPT]:
            del self._kept[old]
        return await asyncio.shield(kept.jpeg)

    def close(self) -> None:
        self._closed.set()
        self._encoding.shutdown(cancel_futures=True)

    # ---- encoding thread

    def _newest(self, wish: Wish) -> Jpeg:
        began_s = time.thread_time()
        picture = self._viewer.newest(self._session.slot(wish.slot), VIEWS[wish.view])
        if picture is None:
            raise UsageError(f"slot {wish.slot} has had no picture yet")
        data = jpeg(picture, self._viewer.shrink, wish.width)
        self._took_s = time.thread_time() - began_s
        return Jpeg(data, picture.index, picture.look_id if wish.view == "graded" else None)

    def _rest(self) -> None:
        self._closed.wait(min(REST * self._took_s, LONGEST_REST_S))


def wish_of(slot: str, view: str, width: str) -> Wish:
    """From the words of a request. Raises UsageError."""
    if view not in VIEWS:
        raise UsageError(f"view '{view[:40]}' is not one of {', '.join(VIEWS)}")
    if not (width.isascii() and width.isdigit() and len(width) < 6 and LEAST_WIDTH <= int(width) <= MOST_WIDTH):
        raise UsageError(f"width '{width[:40]}' is not {LEAST_WIDTH} to {MOST_WIDTH}")
    return Wish(slot, view, int(width))
