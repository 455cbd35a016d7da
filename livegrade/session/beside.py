"""Work that may never end, such as reading from a disk that hangs: on a thread of its own that keeps nobody from
ending."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def beside(work: Callable[[], T], name: str) -> Future[T]:
    """What `work` brings or raises, once it has ended. `name`: of its thread, a daemon."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            # The thread's edge: whoever wants the result hears of it.
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return done
