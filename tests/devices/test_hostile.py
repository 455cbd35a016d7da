"""Devices that lie and flood, of each kind and in each way, on one hub with a good one, which works on."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable

import pytest

from livegrade.timing.clock import MonotonicClock
from livegrade_devices import attached
from livegrade_devices.address import parse_device
from livegrade_devices.device import Device
from livegrade_devices.hub import Hub
from livegrade_devices.kinds import OURS, kind
from livegrade_devices.state import Link
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.videohub import EmulatedVideohub

pytestmark = pytest.mark.emulated

PATIENCE_S = 20.0
MOST_BYTES = 96 * 1024 * 1024
"""For all of them together, where each has been offered more than it."""
WEB_SOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
FLOODS = {
    "a length of 4 GB": b"\xff\xff\xff\xff" + bytes(65_532),
    "one line without an end": b"x" * 65_536,
    "lines without an end": b"some name: some value\n" * 2979,
    "nothing but empty lines": b"\n" * 65_536,
}


class Flood:
    """Says these words for ever, in whatever the client speaks: TCP, HTTP, WebSocket, datagrams."""

    def __init__(self, words: bytes) -> None:
        self.words = words
        self.sent = 0
        self._talking: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._talk, host, port)
        taken = server.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Shouter(self), local_addr=(host, taken))
        try:
            yield taken
        finally:
            transport.abort()
            server.close()
            for task in self._talking:
                task.cancel()
            await asyncio.gather(*self._talking, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        task.add_done_callback(self._talking.discard)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    writer.write(self._opening(await reader.read(65_536)))
            while True:
                writer.write(self.words)
                self.sent += len(self.words)
                await writer.drain()
                await asyncio.sleep(0)  # drain alone gives nobody else a turn
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    def _opening(self, asked: bytes) -> bytes:
        if not asked.startswith((b"GET ", b"PUT ", b"POST ")):
            return b""
        key = re.search(rb"(?i)sec-websocket-key: (\S+)", asked)
        if key is None:
            return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4294967295\r\n\r\n"
        accept = base64.b64encode(hashlib.sha1(key[1] + WEB_SOCKET).digest())  # noqa: S324  # as RFC 6455 says
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        # A text frame that says it has 4 GB.
        frame = b"\x81\x7f" + (1 << 32).to_bytes(8, "big")
        return head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + frame


class _Shouter(asyncio.DatagramProtocol):
    def __init__(self, flood: Flood) -> None:
        self._flood = flood

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for _ in range(500):
            self._transport.sendto(self._flood.words[:9000], addr)
            self._flood.sent += 9000


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are tried again at once, so that each floods for as long as the test runs."""
    monkeypatch.setattr(attached, "REFUSED_NS", 0)


async def _route(device: Device) -> None:
    assert device.routing is not None
    await device.routing.route({0: 3})
    await device.routing.route({0: 2})


@pytest.mark.usefixtures("impatient")
def test_devices_that_lie_and_flood_take_no_memory_and_do_not_stall_the_others(until: Callable) -> None:
    floods = {(name, what): Flood(words) for name in OURS for what, words in FLOODS.items() if kind(name).port}
    halves = {what: (Flood(words), EmulatedColorBox()) for what, words in FLOODS.items()}
    tracemalloc.start()
    hub = Hub(MonotonicClock())
    try:
        with EmulatedCart() as cart, EmulatedCart() as other:
            hub.attach("good", parse_device(f"videohub:127.0.0.1:{other.add(EmulatedVideohub().server)}"))
            for (name, what), flood in floods.items():
                hub.attach(f"{name}, {what}", parse_device(f"{name}:127.0.0.1:{cart.add(flood)}"))
            for what, (flood, box) in halves.items():
                address = f"colorbox:127.0.0.1:{cart.add(box)},data-port={cart.add(flood)}"
                hub.attach(f"colorbox, its WebSocket, {what}", parse_device(address))
            until(lambda: hub.states()["good"].link is Link.READY)
            for _ in range(20):
                hub.ask("good", _route).result(PATIENCE_S)
            everybody = [*floods.values(), *(flood for flood, _ in halves.values())]
            until(lambda: all(flood.sent > 0 for flood in everybody))
            hub.ask("good", _route).result(PATIENCE_S)
            states = hub.states()
            assert states["good"].connections == 1, "nobody has pushed it out"
            hub.close()
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
        assert sum(flood.sent for flood in everybody) > MOST_BYTES, "as much was offered"
    finally:
        tracemalloc.stop()
        hub.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("devices")]
