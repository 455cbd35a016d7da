"""What emulated devices on UDP share: a socket on loopback, faults on demand, and a log of every datagram.

A device answers datagrams; who sent one is a `Peer`. Nothing here knows a protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Protocol

from livegrade_hardware.emulators.faults import Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import TextIO

HELD = 64
"""Datagrams that wait for the device; of more the newest are lost, as on a network."""


class Peer:
    """Who sends from one address. `number`: counts from 1."""

    def __init__(self, number: int, place: tuple[str, int], emulator: UdpEmulator) -> None:
        self.number = number
        self._place = place
        self._emulator = emulator

    async def send(self, packet: bytes) -> None:
        """Sends it, or what the faults make of it."""
        if self._emulator.faults.delay_s:
            await asyncio.sleep(self._emulator.faults.delay_s)
        self._emulator.post(self, self._place, packet)


class Answers(Protocol):
    """An emulated device. Datagrams are handed in one after the other for each peer, and at once for different ones."""

    async def answer(self, packet: bytes, peer: Peer) -> None: ...


class UdpEmulator(asyncio.DatagramProtocol):
    """A device at a UDP port. `peers`: by their addresses. Of `Faults`, `cut_after` has no meaning here."""

    def __init__(self, device: Answers, faults: Faults | None = None, log: TextIO | None = None) -> None:
        self.faults = faults or Faults()
        self.peers: dict[tuple[str, int], Peer] = {}
        self._queues: dict[tuple[str, int], asyncio.Queue[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._device = device
        self._log = log
        self._transport: asyncio.DatagramTransport | None = None

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        """Serves until the block is left; gives the port. Raises OSError where it is taken."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        self._transport = transport
        try:
            yield transport.get_extra_info("sockname")[1]
        finally:
            transport.abort()
            self._transport = None
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.peers.clear()
            self._queues.clear()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr not in self.peers:
            if self.faults.most_clients is not None and len(self.peers) >= self.faults.most_clients:
                return
            self._meet(addr)
        self._note(self.peers[addr].number, "<", data)
        with contextlib.suppress(asyncio.QueueFull):
            self._queues[addr].put_nowait(data)

    def post(self, peer: Peer, place: tuple[str, int], packet: bytes) -> None:
        """One datagram on its way to `peer`."""
        faults = self.faults
        if faults.deaf or self._transport is None:
            return
        if faults.lose > 0:
            faults.lose -= 1
            return
        if faults.garbage:
            packet, faults.garbage = faults.garbage, b""
        self._note(peer.number, ">", packet)
        self._transport.sendto(packet, place)

    def _meet(self, addr: tuple[str, int]) -> None:
        self.peers[addr] = Peer(len(self.peers) + 1, addr, self)
        self._queues[addr] = asyncio.Queue(HELD)
        task = asyncio.get_running_loop().create_task(self._answer(self.peers[addr], self._queues[addr]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, peer: Peer, queue: asyncio.Queue[bytes]) -> None:
        while True:
            await self._device.answer(await queue.get(), peer)

    def _note(self, peer: int, way: str, data: bytes) -> None:
        if self._log is not None:
            self._log.write(f"{time.monotonic_ns()} {peer} {way} {data!r}\n")
            self._log.flush()
