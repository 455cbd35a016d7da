"""Emulated devices beside a program that blocks: all of them on one loop, in a thread of their own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

from livegrade_hardware.emulators.terminal import serial_port

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path
    from types import TracebackType

    from livegrade_hardware.emulators.faults import Faults
    from livegrade_hardware.emulators.kinds import Served
    from livegrade_hardware.emulators.terminal import TalksSerial

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
            self._call(self._end())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE_S)
            self._loop.close()

    def add(self, device: Served, host: str = "127.0.0.1", port: int = 0) -> int:
        """Serves `device` from now on; its port. Raises OSError where that is taken."""
        return self._call(self._stack.enter_async_context(device.serve(host, port)))

    def add_serial(self, device: TalksSerial, faults: Faults | None = None, link: Path | None = None) -> str:
        """The name of a serial port behind which `device` is from now on. Raises as `serial_port`."""
        return self._call(self._stack.enter_async_context(serial_port(device, faults, link=link)))

    async def _end(self) -> None:
        """Closes all, and calls off what devices still had in hand."""
        await self._stack.aclose()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _call(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)
