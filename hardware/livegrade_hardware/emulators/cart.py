"""Emulated devices beside a program that blocks: all of them on one loop, in a thread of their own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType

    from livegrade_hardware.emulators.kinds import Served

T = TypeVar("T")
PATIENCE_S = 10.0


class EmulatedCart:
    """A context: devices are added within, and gone behind it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = contextlib.AsyncExitStack()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulated devices", daemon=True)

    def __enter__(self) -> EmulatedCart:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call(self._stack.aclose())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE_S)
            self._loop.close()

    def add(self, device: Served, host: str = "127.0.0.1", port: int = 0) -> int:
        """Serves `device` from now on; its port. Raises OSError where that is taken."""
        return self._call(self._stack.enter_async_context(device.serve(host, port)))

    def _call(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)
