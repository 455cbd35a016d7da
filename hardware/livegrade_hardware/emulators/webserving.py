"""What emulated devices with web servers share: HTTP and WebSockets on loopback, faults on demand, a log of it all.

An emulator answers requests, talks to sockets, or both; nothing here knows a protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import aiohttp
from aiohttp import web

from livegrade_hardware.emulators.faults import Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import TextIO

LARGEST = 64 * 1024 * 1024
"""Bytes of a message or a request."""
LOGGED = 200
"""Bytes of each that are logged."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a request."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json"


class Answers(Protocol):
    """A device behind HTTP."""

    async def answer(self, request: web.Request, body: bytes) -> Reply: ...


class Talks(Protocol):
    """A device behind a WebSocket: what it does with one client, until the client goes (ConnectionError)."""

    async def talk(self, client: SocketClient) -> None: ...


class SocketClient:
    """One WebSocket, with faults. `number`: counts from 1."""

    def __init__(self, number: int, socket: web.WebSocketResponse, emulator: WebEmulator, request: web.Request) -> None:
        self.number = number
        self._socket = socket
        self._emulator = emulator
        self._request = request
        self._sent = 0

    async def receive(self) -> str | bytes:
        """The next message. Raises ConnectionError at the end."""
        message = await self._socket.receive()
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            raise ConnectionAbortedError
        data: str | bytes = message.data
        self._emulator.note(self.number, "<", data)
        return data

    async def send(self, message: str | bytes) -> None:
        """Sends it, or what the faults make of it. Raises ConnectionError where the client is gone or cut off."""
        faults = self._emulator.faults
        if faults.delay_s:
            await asyncio.sleep(faults.delay_s)
        if faults.deaf:
            return
        if faults.garbage:
            message, faults.garbage = faults.garbage, b""
        if faults.cut_after is not None and self._sent + len(message) > faults.cut_after:
            self.drop()
            raise ConnectionAbortedError
        self._emulator.note(self.number, ">", message)
        self._sent += len(message)
        await (self._socket.send_str(message) if isinstance(message, str) else self._socket.send_bytes(message))

    async def tell(self, message: str | bytes) -> None:
        """As `send`, to one among many: that one of them is gone is nothing to the others."""
        with contextlib.suppress(ConnectionError):
            await self.send(message)

    def drop(self) -> None:
        """Cuts the connection, as a pulled cable with a reset."""
        if self._request.transport is not None:
            self._request.transport.abort()


class WebEmulator:
    """A web server with faults. `answers`: requests; `talks`: WebSockets; at least one of both."""

    def __init__(
        self,
        answers: Answers | None = None,
        talks: Talks | None = None,
        faults: Faults | None = None,
        log: TextIO | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.clients: list[SocketClient] = []
        self._answers = answers
        self._talks = talks
        self._log = log
        self._count = 0

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        """Serves until the block is left; gives the port. Raises OSError where it is taken."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield runner.addresses[0][1]
        finally:
            for client in list(self.clients):
                client.drop()
            await runner.cleanup()

    def note(self, client: int, way: str, data: str | bytes) -> None:
        """A line of the log; `client` 0 is a request's."""
        if self._log is not None:
            self._log.write(f"{time.monotonic_ns()} {client} {way} {len(data)} {data[:LOGGED]!r}\n")
            self._log.flush()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self._count += 1
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._talk(self._count, request)
        if self.faults.cut_in is not None and await self._cut_off(request, self.faults.cut_in):
            return web.Response(status=400)  # to nobody
        body = await request.read()
        self.note(0, "<", f"{request.method} {request.path} ".encode() + body)
        if self.faults.deaf:
            await asyncio.Event().wait()
        if self._answers is None:
            return web.Response(status=404)
        reply = await self._answers.answer(request, body)
        if self.faults.delay_s:
            await asyncio.sleep(self.faults.delay_s)
        content = reply.body
        if self.faults.garbage:
            content, self.faults.garbage = self.faults.garbage, b""
        self.note(0, ">", f"{reply.status} ".encode() + content)
        response = web.Response(status=reply.status, body=content, content_type=reply.type)
        return response if self.faults.cut_after is None else await self._cut(request, response, content)

    async def _cut_off(self, request: web.Request, most: int) -> bool:
        """Whether a request has more than `most` bytes: so much of it is taken, and then it is reset."""
        if (request.content_length or 0) <= most:
            return False
        if most:
            await request.content.readexactly(most)
        if request.transport is not None:
            request.transport.abort()
        return True

    async def _cut(self, request: web.Request, whole: web.Response, content: bytes) -> web.StreamResponse:
        """So many bytes of every answer, and a reset where there would be more."""
        most = self.faults.cut_after or 0
        if len(content) <= most:
            return whole
        part = web.StreamResponse(status=whole.status)
        part.content_length = len(content)
        await part.prepare(request)
        await part.write(content[:most])
        if request.transport is not None:
            request.transport.abort()
        return part

    async def _talk(self, number: int, request: web.Request) -> web.StreamResponse:
        full = self.faults.most_clients is not None and len(self.clients) >= self.faults.most_clients
        if self._talks is None or full:
            return web.Response(status=503 if full else 404)
        socket = web.WebSocketResponse(max_msg_size=LARGEST, compress=False)
        await socket.prepare(request)
        client = SocketClient(number, socket, self, request)
        self.clients.append(client)
        try:
            await self._talks.talk(client)
        except ConnectionError:
            pass  # the client is gone
        finally:
            self.clients.remove(client)
        return socket
