"""A thread of one device's own for what the system may never answer: a dead share, a serial port.

What hangs there holds up nobody but its device. The threads that all devices share are for work that ends by itself.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from livegrade.beside import OneThread

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Callable

T = TypeVar("T")


class OwnThread:
    """Carries out calls one after the other. To be ended; a call that hangs then is a daemon that is left behind."""

    def __init__(self, name: str) -> None:
        self._thread = OneThread(name)

    async def run(self, call: Callable[[], T]) -> T:
        """Waits for what `call` returns or raises. Called off, it is forgotten, unless it has begun: then it goes on,
        and the next call waits for its end."""
        return await asyncio.wrap_future(self._thread.submit(call))

    def end(self, last: Callable[[], object] = lambda: None) -> concurrent.futures.Future[object]:
        """After the calls that it has, and `last`. What is returned is done then; whoever waits for it and may lose
        patience does so with `asyncio.shield`, for else it is `last` that they call off."""
        ended = self._thread.submit(last)
        self._thread.shutdown(wait=False)
        return ended
