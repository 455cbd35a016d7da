"""What emulated devices on a network share: a server on loopback, faults on demand, and a log of every byte.

An emulator gives a `talk` for one client; `TcpEmulator` runs it for each, cuts, delays and refuses as its `Faults` say.
Nothing here knows a protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import DeviceError
from livegrade_devices.wires.lines import Lines
from livegrade_hardware.emulators.faults import Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import TextIO


class Client:
    """One connection, as an emulator sees it: a `Stream` with faults. `number`: counts from 1."""

    def __init__(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, emulator: TcpEmulator
    ) -> None:
        self.number = number
        self.lines = Lines(self, f"client {number}")
        self._reader = reader
        self._writer = writer
        self._emulator = emulator
        self._sent = 0

    async def read(self, most: int) -> bytes:
        data = await self._reader.read(most)
        self._emulator.note(self.number, "<", data)
        return data

    async def write(self, data: bytes) -> None:
        """Sends it, or what the faults make of it. Raises ConnectionError where the client is gone or cut off."""
        faults = self._emulator.faults
        if faults.delay_s:
            await asyncio.sleep(faults.delay_s)
        if faults.deaf:
            return
        if faults.garbage:
            data, faults.garbage = faults.garbage, b""
        cut = None if faults.cut_after is None else max(0, faults.cut_after - self._sent)
        piece = data if cut is None else data[:cut]
        self._emulator.note(self.number, ">", piece)
        self._writer.write(piece)
        await self._writer.drain()
        self._sent += len(piece)
        if len(piece) < len(data):
            self.drop()
            raise ConnectionAbortedError

    async def tell(self, data: bytes) -> None:
        """As `write`, to one among many: that one of them is gone is nothing to the others."""
        with contextlib.suppress(ConnectionError):
            await self.write(data)

    def drop(self) -> None:
        """Cuts the connection, as a pulled cable with a reset."""
        self._writer.transport.abort()


class Talk(Protocol):
    """What an emulated device does with one client, until the client goes (DeviceError, ConnectionError) or it hangs up
    itself by returning."""

    async def talk(self, client: Client) -> None: ...

    async def refuse(self, client: Client) -> None:
        """What is said to a client that is one too many."""
        ...


class TcpEmulator:
    """A device at a TCP port. `log`: a line for every piece that went over it, with nanoseconds, or None."""

    def __init__(self, device: Talk, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.faults = faults or Faults()
        self.clients: list[Client] = []
        self._device = device
        self._log = log
        self._count = 0
        self._talks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        """Serves until the block is left; gives the port. Raises OSError where it is taken."""
        server = await asyncio.start_server(self._meet, host, port)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for client in list(self.clients):
                client.drop()
            talks = list(self._talks)
            for talk in talks:
                talk.cancel()
            await asyncio.gather(*talks, return_exceptions=True)
            await server.wait_closed()

    def note(self, client: int, way: str, data: bytes) -> None:
        """A line of the log."""
        if self._log is not None:
            self._log.write(f"{time.monotonic_ns()} {client} {way} {data!r}\n")
            self._log.flush()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A task of ours for each client: of one of asyncio's own, Python 3.11 tells the log when it is called off."""
        task = asyncio.get_running_loop().create_task(self._talk(reader, writer))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        client = Client(self._count, reader, writer, self)
        full = self.faults.most_clients is not None and len(self.clients) >= self.faults.most_clients
        if not full:
            self.clients.append(client)
        try:
            await (self._device.refuse(client) if full else self._device.talk(client))
        except (DeviceError, ConnectionError):
            pass  # the client is gone
        finally:
            if client in self.clients:
                self.clients.remove(client)
            writer.close()
