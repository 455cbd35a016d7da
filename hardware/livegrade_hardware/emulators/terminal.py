"""A pseudo-terminal with an emulated device behind it: a serial port for programs that open one. Not on Windows.

Nothing here knows a protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import DeviceError
from livegrade_devices.wires.lines import Lines
from livegrade_hardware.emulators.faults import Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Wire:
    """The device's end of the line, a `Stream` with faults."""

    def __init__(self, master: int, faults: Faults) -> None:
        self.lines = Lines(self, "serial line")
        self._master = master
        self._faults = faults
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()

    async def read(self, most: int) -> bytes:
        return await self._pieces.get()

    async def write(self, data: bytes) -> None:
        """Sends it, or what the faults make of it."""
        if self._faults.delay_s:
            await asyncio.sleep(self._faults.delay_s)
        if self._faults.deaf:
            return
        if self._faults.garbage:
            data, self._faults.garbage = self._faults.garbage, b""
        os.write(self._master, data)

    def readable(self) -> None:
        """Called by the loop."""
        with contextlib.suppress(OSError):  # nobody has the other end open
            self._pieces.put_nowait(os.read(self._master, 4096))


class TalksSerial(Protocol):
    """An emulated device with a serial connector."""

    async def talk_serial(self, wire: Wire) -> None:
        """For as long as the line is there."""
        ...


@contextlib.asynccontextmanager
async def serial_port(device: TalksSerial, faults: Faults | None = None) -> AsyncIterator[str]:
    """Gives the name of the port; it goes when the block is left. Raises OSError where there is none to be had."""
    import tty

    master, slave = os.openpty()
    loop = asyncio.get_running_loop()
    try:
        tty.setraw(slave)
        wire = Wire(master, faults or Faults())
        loop.add_reader(master, wire.readable)
        task = loop.create_task(_talk(device, wire))
        try:
            yield os.ttyname(slave)
        finally:
            loop.remove_reader(master)
            task.cancel()
            await asyncio.wait([task])
    finally:
        os.close(slave)
        os.close(master)


async def _talk(device: TalksSerial, wire: Wire) -> None:
    """A line that holds what is none of the protocol is read on from there."""
    while True:
        with contextlib.suppress(DeviceError):
            await device.talk_serial(wire)
