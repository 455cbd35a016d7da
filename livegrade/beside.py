"""Work that may never end, such as reading from a disk that hangs: on threads of its own that keep nobody from
ending. Whoever wants what comes of it has a future."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import Executor, Future
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
P = ParamSpec("P")


def answer(done: Future[T], work: Callable[[], T]) -> None:
    """Carries `work` out for whoever has the future. The edge of a thread: what is raised is theirs."""
    try:
        result = work()
    except BaseException as error:
        done.set_exception(error)
    else:
        done.set_result(result)


def beside(work: Callable[[], T], name: str) -> Future[T]:
    """What `work` brings or raises, once it has ended; nobody can call it off. `name`: of its thread, a daemon."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()
    threading.Thread(target=answer, args=(done, work), name=name, daemon=True).start()
    return done


class OneThread(Executor):
    """One piece of work after the other, on a daemon that begins with the first. From any thread."""

    def __init__(self, name: str, patience_s: float = 0.0) -> None:
        """`patience_s`: how long `shutdown` waits for what is at work."""
        self._patience_s = patience_s
        self._works: queue.SimpleQueue[tuple[Future[object], Callable[[], None]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Called off, it is forgotten, unless it has begun. Raises RuntimeError after `shutdown`."""
        done: Future[T] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("no more work is taken")
            self._works.put((done, partial(answer, done, partial(fn, *args, **kwargs))))  # type: ignore[arg-type]  # whatever it brings
            if self._thread.ident is None:
                self._thread.start()
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes no more, and waits for a moment for what there is."""
        with self._lock:
            self._is_closed = True
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while (work := self._works.get_nowait()) is not None:
                    work[0].cancel()
        self._works.put(None)
        if wait and self._thread.ident is not None:
            self._thread.join(self._patience_s)

    def _run(self) -> None:
        while (work := self._works.get()) is not None:
            done, carry_out = work
            if done.set_running_or_notify_cancel():
                carry_out()
            del work, done, carry_out  # nothing of it is kept while there is no other
