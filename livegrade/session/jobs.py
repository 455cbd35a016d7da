"""Work that others hand to the thread that owns a library: bounded, done in order, answered by futures."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from livegrade.errors import LibraryError, LivegradeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.library.store import Library

T = TypeVar("T")
MOST = 64


class LibraryJobs:
    """Thread-safe. `waiting`: set when there is work."""

    def __init__(self) -> None:
        self.waiting = threading.Event()
        self._jobs: deque[tuple[Callable[[Library], Any], Future[Any]]] = deque()
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, job: Callable[[Library], T]) -> Future[T]:
        """Raises UsageError where too much waits already, or nothing will be done any more."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise UsageError("the session ends; the library takes no more")
            if len(self._jobs) >= MOST:
                raise UsageError("too much waits for the library; try again in a moment")
            self._jobs.append((job, future))
        self.waiting.set()
        return future

    def do_with(self, library: Library) -> None:
        """All that waits. What a job raises is told to who asked for it."""
        while (waiting := self._next()) is not None:
            job, future = waiting
            try:
                future.set_result(job(library))
            except OSError as error:
                future.set_exception(LibraryError(f"{library.folder}: {error}"))
            except LivegradeError as error:
                future.set_exception(error)
            except Exception as error:
                # The edge of the thread, of which the one who asked hears.
                future.set_exception(error)

    def refuse(self, reason: str) -> None:
        """All that waits is answered with LibraryError."""
        while (waiting := self._next()) is not None:
            waiting[1].set_exception(LibraryError(reason))

    def close(self, reason: str) -> None:
        """From now on nothing is taken."""
        with self._lock:
            self._closed = True
        self.refuse(reason)

    def _next(self) -> tuple[Callable[[Library], Any], Future[Any]] | None:
        """The next of which somebody still wants the answer."""
        while True:
            with self._lock:
                if not self._jobs:
                    return None
                waiting = self._jobs.popleft()
            if waiting[1].set_running_or_notify_cancel():
                return waiting
