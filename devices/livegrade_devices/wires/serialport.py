"""Serial ports on the loop: a thread reads, because not every system can wait for a serial port beside sockets, and one
opens, writes and closes, because a port whose other end takes nothing holds that up.

pyserial does the work; here it becomes a `Stream`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError
from livegrade_devices.wires.faults import serial_fault
from livegrade_devices.wires.ownthread import OwnThread

if TYPE_CHECKING:
    import serial

HELD = 64
"""Pieces kept for a driver that is busy; a port that floods one is closed."""
PAUSE_S = 0.2
"""The reader looks this often whether it is to end, where its read cannot be broken off."""
WRITE_S = 2.0
CLOSE_S = 2.0
"""Closing is waited for so long; a write that hangs is left behind with its port."""


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """`parity`: N, E or O. `stop`: stop bits, 1 or 2. Eight data bits always."""

    port: str
    baud: int
    parity: str = "N"
    stop: int = 1


async def open_serial(settings: SerialSettings) -> SerialStream:
    """Raises DeviceError where the port is not there, is in use or may not be used."""
    thread = OwnThread(f"serial {settings.port}, writing")
    try:
        port = await thread.run(partial(_opened, settings))
    except BaseException:
        thread.end()
        raise
    return SerialStream(port, settings.port, thread)


def _opened(settings: SerialSettings) -> serial.Serial:
    import serial

    errors: tuple[type[Exception], ...] = (*_port_errors(), ValueError)
    try:
        return serial.Serial(
            settings.port,
            settings.baud,
            parity=settings.parity,
            stopbits=settings.stop,
            timeout=PAUSE_S,
            write_timeout=WRITE_S,
            exclusive=True,
        )
    except errors as error:
        raise DeviceError(settings.port, serial_fault(error, settings.port, settings.baud)) from error


def _port_errors() -> tuple[type[Exception], ...]:
    """Of a port that is pulled: pyserial lets through what the terminals of POSIX raise, which is no OSError."""
    import serial

    if sys.platform == "win32":
        return serial.SerialException, OSError
    import termios

    return serial.SerialException, OSError, termios.error


class SerialStream:
    """One open port. Made by `open_serial`; closed by `close`."""

    def __init__(self, port: serial.Serial, name: str, thread: OwnThread) -> None:
        self._port = port
        self._name = name
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue(HELD)
        self._ended = False
        self._reader = threading.Thread(target=self._read, name=f"serial {name}", daemon=True)
        self._reader.start()

    async def read(self, most: int) -> bytes:
        if self._ended and self._pieces.empty():
            return b""
        return await self._pieces.get()

    async def write(self, data: bytes) -> None:
        await self._thread.run(partial(self._write, data))

    async def close(self) -> None:
        self._ended = True
        with contextlib.suppress(OSError):
            self._port.cancel_read()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await asyncio.shield(asyncio.wrap_future(self._thread.end(self._close)))

    def _close(self) -> None:
        self._reader.join(CLOSE_S)
        with contextlib.suppress(OSError):
            self._port.close()

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
            self._port.flush()
        except _port_errors() as error:
            raise DeviceError(self._name, "the serial port does not take what is sent; look at its cable") from error

    def _read(self) -> None:
        """The thread: what is there at once, else the next byte that comes."""
        import serial

        # pyserial on a port that went away: OSError, SerialException (an OSError) or, closed under it, TypeError.
        with contextlib.suppress(serial.SerialException, OSError, TypeError):
            while not self._ended:
                data = self._port.read(max(1, self._port.in_waiting))
                if data and not self._tell(data):
                    break
        self._tell(b"")

    def _tell(self, data: bytes) -> bool:
        if not data:
            self._ended = True
        try:
            self._loop.call_soon_threadsafe(self._keep, data)
        except RuntimeError:  # the loop is closed
            return False
        return True

    def _keep(self, data: bytes) -> None:
        if self._pieces.full():
            self._ended = True
            while not self._pieces.empty():
                self._pieces.get_nowait()
            data = b""
        self._pieces.put_nowait(data)
