"""A pseudo-terminal with an emulated device behind it: a serial port for programs that open one. Not on Windows.

Nothing here knows a protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.wires.lines import Lines
from livegrade_hardware.emulators.faults import Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import TextIO


class Wire:
    """The device's end of the line, a `Stream` with faults. `log`: a line for every piece, with nanoseconds, or
    None."""

    def __init__(self, master: int, faults: Faults, log: TextIO | None = None) -> None:
        self.lines = Lines(self, "serial line")
        self._master = master
        self._faults = faults
        self._log = log
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
        self._note(">", data)
        with contextlib.suppress(BlockingIOError):  # nobody reads at the other end: it is lost, as on a real line
            os.write(self._master, data)

    def readable(self) -> None:
        """Called by the loop."""
        with contextlib.suppress(OSError):  # nobody has the other end open
            data = os.read(self._master, 4096)
            self._note("<", data)
            self._pieces.put_nowait(data)

    def _note(self, way: str, data: bytes) -> None:
        if self._log is not None:
            self._log.write(f"{time.monotonic_ns()} 1 {way} {data!r}\n")
            self._log.flush()


class TalksSerial(Protocol):
    """An emulated device with a serial connector."""

    async def talk_serial(self, wire: Wire) -> None:
        """For as long as the line is there."""
        ...


@contextlib.asynccontextmanager
async def serial_port(
    device: TalksSerial, faults: Faults | None = None, log: TextIO | None = None, link: Path | None = None
) -> AsyncIterator[str]:
    """Gives the name of the port; it goes when the block is left. `link`: a name that it has as well, the same each
    time. Raises UsageError where the system has no such ports or something else has that name, OSError where there is
    none to be had."""
    if not hasattr(os, "openpty"):
        raise UsageError("this system has no pseudo-terminals, so no serial port can be emulated; use the network one")
    import tty

    master, slave = os.openpty()
    loop = asyncio.get_running_loop()
    try:
        tty.setraw(slave)
        os.set_blocking(master, False)
        name = os.ttyname(slave)
        wire = Wire(master, faults or Faults(), log)
        with contextlib.nullcontext(name) if link is None else _linked(link, name) as shown:
            loop.add_reader(master, wire.readable)
            task = loop.create_task(_talk(device, wire))
            try:
                yield shown
            finally:
                loop.remove_reader(master)
                task.cancel()
                await asyncio.wait([task])
    finally:
        os.close(slave)
        os.close(master)


@contextlib.contextmanager
def _linked(link: Path, name: str) -> Iterator[str]:
    """Another name of the port. One that a program left which was killed is taken over."""
    if link.is_symlink() and Path(os.readlink(link)).parent == Path(name).parent:
        link.unlink()
    try:
        link.symlink_to(name)
    except FileExistsError:
        raise UsageError(f"{link} is there and is not an emulated serial port; choose another name") from None
    try:
        yield str(link)
    finally:
        with contextlib.suppress(OSError):
            if os.readlink(link) == name:  # else somebody has taken it over
                link.unlink()


async def _talk(device: TalksSerial, wire: Wire) -> None:
    """A line that holds what is none of the protocol is read on from there."""
    while True:
        with contextlib.suppress(DeviceError):
            await device.talk_serial(wire)
