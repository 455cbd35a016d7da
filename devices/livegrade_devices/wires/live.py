"""The wires of this machine: TCP, UDP, serial, HTTP and WebSocket on one asyncio loop.

Nothing here knows a protocol, waits for ever by itself or blocks the loop: connections are made within the time that
the hub gives a driver. What comes in by web or as datagrams is bounded here, what comes in streams by `Lines`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import aiohttp

from livegrade.errors import DeviceError
from livegrade_devices.wires.faults import http_fault, network_fault
from livegrade_devices.wires.lines import FAIR, PAUSE_S
from livegrade_devices.wires.names import Names, WebNames
from livegrade_devices.wires.serialport import open_serial
from livegrade_devices.wires.values import USUAL_MOST, Answer, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
    from contextlib import AbstractContextManager

    from livegrade_devices.wires.serialport import SerialSettings
    from livegrade_devices.wires.values import Datagrams, Sockets, Stream, Web

T = TypeVar("T")
ANSWER_S = 30.0
"""An answer by web that is not whole by then does not come; a driver may have less patience."""
KEEP_ALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPALIVE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 11_000}
"""Of what systems have of these: a connection whose other end was pulled is over after some eleven seconds, though its
protocol says nothing for hours."""
HELD = 256
"""Datagrams kept for a driver that is busy; of more the oldest go."""


class LiveWires:
    """The wires of this machine. To be used on one loop; `close` when no driver is left."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._names = Names()

    async def close(self) -> None:
        """Lets go of what HTTP kept open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @contextlib.asynccontextmanager
    async def tcp(self, device: object, host: str, port: int) -> AsyncIterator[Stream]:
        with _said(device, host, port):
            reader, writer = await self._reached(
                host, lambda address: asyncio.open_connection(address, port, limit=2 * 65_536)
            )
        _keep_alive(writer.get_extra_info("socket"))
        try:
            yield _Tcp(reader, writer, partial(_said, device, host, port))
        finally:
            # Not waited for: the other end may be gone without a word.
            writer.transport.abort()

    @contextlib.asynccontextmanager
    async def udp(self, device: object, host: str, port: int) -> AsyncIterator[Datagrams]:
        loop = asyncio.get_running_loop()
        with _said(device, host, port):
            transport, protocol = await self._reached(
                host, lambda address: loop.create_datagram_endpoint(_Packets, remote_addr=(address, port))
            )
        try:
            yield _Udp(transport, protocol, partial(_said, device, host, port))
        finally:
            transport.abort()

    @contextlib.asynccontextmanager
    async def serial(self, device: object, settings: SerialSettings) -> AsyncIterator[Stream]:
        stream = await open_serial(settings)
        try:
            yield stream
        finally:
            await stream.close()

    @contextlib.asynccontextmanager
    async def web(self, device: object, base: str, user: tuple[str, str] | None = None) -> AsyncIterator[Web]:
        yield _Http(self._client(), device, base, {} if user is None else _basic(*user))

    @contextlib.asynccontextmanager
    async def websocket(
        self, device: object, url: str, most: int = USUAL_MOST, protocols: tuple[str, ...] = ()
    ) -> AsyncIterator[Sockets]:
        try:
            # Pings are answered here: a flood of them would never come out of its `receive`.
            connected = await self._client().ws_connect(
                url, max_msg_size=most, protocols=protocols, compress=0, autoping=False
            )
        except aiohttp.ClientError as error:
            raise DeviceError(device, http_fault(error, *_place(url))) from error
        if (connection := connected.get_extra_info("socket")) is not None:
            with contextlib.suppress(OSError):  # it may be closed again already: who reads hears of that
                _keep_alive(connection)
        try:
            yield _WebSocket(connected, device, most)
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await connected.close()

    async def _reached(self, host: str, connect: Callable[[str], Coroutine[object, object, T]]) -> T:
        """At the first of its addresses where it answers. Raises OSError, that of the first, where it does at none."""
        faults = []
        for address in await self._names.addresses(host):
            try:
                return await connect(address)
            except OSError as error:
                faults.append(error)
        raise faults[0]

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Cookies of one box are none of another's business, and no proxy stands between a cart and its devices.
            # Nothing packed is asked for or unpacked: a few bytes of it could be a gigabyte.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=WebNames(self._names)),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=ANSWER_S),
            )
        return self._session


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEP_ALIVE.items():
        option = getattr(socket, name, None)
        if option is not None:
            with contextlib.suppress(OSError):  # a system may know the name and not have it
                connection.setsockopt(socket.IPPROTO_TCP, option, value)


@contextlib.contextmanager
def _said(device: object, host: str, port: int) -> Iterator[None]:
    """What the system says of a connection becomes a sentence about the device. Raises DeviceError."""
    try:
        yield
    except OSError as error:
        if isinstance(error, TimeoutError) and error.errno is None:
            raise  # the patience of whoever waits, not the network's word
        raise DeviceError(device, network_fault(error, host, port)) from error


class _Tcp:
    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        said: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._said = said

    async def read(self, most: int) -> bytes:
        with self._said():
            return await self._reader.read(most)

    async def write(self, data: bytes) -> None:
        with self._said():
            self._writer.write(data)
            await self._writer.drain()


class _Packets(asyncio.DatagramProtocol):
    """Keeps what came; an ICMP refusal is told to who reads."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | Exception] = asyncio.Queue(HELD)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._keep(data)

    def error_received(self, exc: Exception) -> None:
        self._keep(exc)

    def _keep(self, item: bytes | Exception) -> None:
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(item)


class _Udp:
    def __init__(
        self,
        transport: asyncio.DatagramTransport,
        protocol: _Packets,
        said: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._transport = transport
        self._protocol = protocol
        self._said = said

    async def receive(self) -> bytes:
        item = await self._protocol.queue.get()
        if isinstance(item, Exception):
            with self._said():
                raise item
        return item

    def send(self, packet: bytes) -> None:
        self._transport.sendto(packet)


class _Http:
    def __init__(self, client: aiohttp.ClientSession, device: object, base: str, login: Mapping[str, str]) -> None:
        self._client = client
        self._device = device
        self._base = base.rstrip("/")
        self._login = login

    async def ask(self, request: Request, most: int = USUAL_MOST) -> Answer:
        try:
            async with self._client.request(
                request.method,
                self._base + request.path,
                data=request.body or None,
                headers={**request.headers, **self._login},
                allow_redirects=False,
            ) as answer:
                return Answer(answer.status, await self._body(answer, most))
        except aiohttp.ClientError as error:
            raise DeviceError(self._device, http_fault(error, *_place(self._base))) from error
        except TimeoutError as error:
            raise DeviceError(self._device, f"it has not answered within {ANSWER_S:g} seconds") from error

    async def _body(self, answer: aiohttp.ClientResponse, most: int) -> bytes:
        body = bytearray()
        async for piece in answer.content.iter_chunked(65_536):
            body += piece
            if len(body) > most:
                raise DeviceError(self._device, f"its answer has more than {most:,} bytes")
        return bytes(body)


def _place(url: str) -> tuple[str, int]:
    """Its host and port, as a sentence names them."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme in ("https", "wss") else 80)


def _basic(user: str, password: str) -> Mapping[str, str]:
    """Source: RFC 7617, section 2."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class _WebSocket:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, device: object, most: int) -> None:
        self._socket = socket
        self._device = device
        self._most = most
        self._pieces = 0

    async def receive(self) -> str | bytes:
        while True:
            self._pieces += 1
            if self._pieces % FAIR == 0:
                await asyncio.sleep(PAUSE_S)
            message = await self._socket.receive()
            match message.type:
                case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                    data: str | bytes = message.data
                    return data
                case aiohttp.WSMsgType.PING:
                    await self._sent(self._socket.pong(message.data))
                case aiohttp.WSMsgType.PONG:
                    pass  # that it came is what it is for
                case _:
                    raise self._too_long(message.data) or self._closed

    async def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            await self._sent(self._socket.send_str(message))
        else:
            await self._sent(self._socket.send_bytes(message))

    def _too_long(self, fault: object) -> DeviceError | None:
        """Where that is why it was closed, from this end."""
        is_it = isinstance(fault, aiohttp.WebSocketError) and fault.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        return DeviceError(self._device, f"it sends a message longer than {self._most:,} bytes") if is_it else None

    @property
    def _closed(self) -> DeviceError:
        return DeviceError(self._device, "it closed the connection")

    async def _sent(self, sending: Coroutine[object, object, None]) -> None:
        try:
            await sending
        except (aiohttp.ClientError, ConnectionError) as error:
            raise self._closed from error
