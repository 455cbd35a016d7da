"""A transcript played back: wires that say what a device once said, to a driver that says what it said then.

What came in is given once everything that had gone out before it was sent again; a driver that sends something else
gets a DeviceError with both. Times are not kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError
from livegrade_devices.wires.transcript import Line
from livegrade_devices.wires.values import USUAL_MOST, Answer, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from livegrade_devices.wires.serialport import SerialSettings
    from livegrade_devices.wires.values import Datagrams, Sockets, Stream, Web

SHOWN = 60
"""Bytes shown of what does not fit."""


class Replay:
    """Wires are opened in the order of the transcript."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(line for line in lines if line.way in ("in", "out", "end"))
        self._opened = 0

    @contextlib.asynccontextmanager
    async def tcp(self, device: object, host: str, port: int) -> AsyncIterator[Stream]:
        yield self._next(device)

    @contextlib.asynccontextmanager
    async def udp(self, device: object, host: str, port: int) -> AsyncIterator[Datagrams]:
        yield _PlayedPackets(self._next(device))

    @contextlib.asynccontextmanager
    async def serial(self, device: object, settings: SerialSettings) -> AsyncIterator[Stream]:
        yield self._next(device)

    @contextlib.asynccontextmanager
    async def web(self, device: object, base: str, user: tuple[str, str] | None = None) -> AsyncIterator[Web]:
        yield _PlayedWeb(self._next(device))

    @contextlib.asynccontextmanager
    async def websocket(
        self, device: object, url: str, most: int = USUAL_MOST, protocols: tuple[str, ...] = ()
    ) -> AsyncIterator[Sockets]:
        yield _PlayedSocket(self._next(device))

    def _next(self, device: object) -> _Played:
        wire, self._opened = self._opened, self._opened + 1
        return _Played([line for line in self._lines if line.wire == wire], device)


class _Played:
    """One wire, and as it is: one that streams."""

    def __init__(self, lines: list[Line], device: object) -> None:
        self._lines = lines
        self._device = device
        self._place = 0
        self._partly = 0
        self._turn = asyncio.Event()

    async def read(self, most: int) -> bytes:
        line = await self.incoming()
        return b"" if line is None else line.data

    async def write(self, data: bytes) -> None:
        self.outgoing(data)

    async def incoming(self) -> Line | None:
        """The next line that came in, once what went out before it is out again; None at the end."""
        while self._place < len(self._lines) and self._lines[self._place].way == "out":
            self._turn.clear()
            await self._turn.wait()
        if self._place >= len(self._lines) or self._lines[self._place].way == "end":
            return None
        self._place += 1
        return self._lines[self._place - 1]

    def outgoing(self, data: bytes) -> None:
        """Something is sent, in whatever pieces."""
        while data:
            place = next((n for n in range(self._place, len(self._lines)) if self._lines[n].way == "out"), None)
            if place is None:
                raise DeviceError(self._device, f"the transcript is at its end, and {_shown(data)} is sent")
            # What came in earlier and was not read yet stays to be read.
            rest = self._lines[place].data[self._partly :]
            if not (rest.startswith(data) or data.startswith(rest)):
                raise DeviceError(self._device, f"the transcript has {_shown(rest)}, and {_shown(data)} is sent")
            if len(data) < len(rest):
                self._partly += len(data)
                return
            data = data[len(rest) :]
            self._partly = 0
            del self._lines[place]
            self._turn.set()


class _PlayedPackets:
    def __init__(self, wire: _Played) -> None:
        self._wire = wire

    async def receive(self) -> bytes:
        line = await self._wire.incoming()
        if line is None:
            await asyncio.Event().wait()  # a peer that is gone says nothing
            return b""
        return line.data

    def send(self, packet: bytes) -> None:
        self._wire.outgoing(packet)


class _PlayedWeb:
    def __init__(self, wire: _Played) -> None:
        self._wire = wire

    async def ask(self, request: Request, most: int = USUAL_MOST) -> Answer:
        self._wire.outgoing(request.piece)
        line = await self._wire.incoming()
        if line is None:
            raise DeviceError("transcript", "it ends before the answer")
        return Answer(line.status or 0, line.data)


class _PlayedSocket:
    def __init__(self, wire: _Played) -> None:
        self._wire = wire

    async def receive(self) -> str | bytes:
        line = await self._wire.incoming()
        if line is None:
            raise DeviceError("transcript", "it closed the connection")
        return line.message

    async def send(self, message: str | bytes) -> None:
        self._wire.outgoing(message.encode() if isinstance(message, str) else message)


def _shown(data: bytes) -> str:
    return repr(data[:SHOWN]) + ("..." if len(data) > SHOWN else "")
