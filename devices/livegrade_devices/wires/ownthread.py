"""A thread of one device's own for what the system may never answer: a dead share, a serial port, a name server.

What hangs there holds up nobody but its device. The threads that all devices share are for work that ends by itself.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class OwnThread:
    """Carries out calls one after the other. To be ended; a call that hangs then is a daemon that is left behind."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, call: Callable[[], T]) -> T:
        """Waits for what `call` returns or raises. Called off, it is forgotten, unless it has begun: then it goes on,
        and the next call waits for its end."""
        asked: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._calls.put(partial(_answer_unless_called_off, asked, call))
        return await asyncio.wrap_future(asked)

    def end(self, last: Callable[[], object] = lambda: None) -> concurrent.futures.Future[None]:
        """After the calls that it has, and `last`, which nobody can call off. What is returned is done then, and need
        not be waited for."""
        ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        ended.set_running_or_notify_cancel()  # from now on nobody who waits for it can call it off
        self._calls.put(partial(answer, ended, partial(_carried_out, last)))
        self._calls.put(None)
        return ended

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


def answer(asked: concurrent.futures.Future[T], call: Callable[[], T]) -> None:
    """Carries `call` out for who asked. The edge of a thread: what is raised goes to them."""
    try:
        result = call()
    except Exception as error:
        asked.set_exception(error)
    else:
        asked.set_result(result)


def _carried_out(call: Callable[[], object]) -> None:
    call()


def _answer_unless_called_off(asked: concurrent.futures.Future[T], call: Callable[[], T]) -> None:
    if asked.set_running_or_notify_cancel():
        answer(asked, call)
