"""Reads a stream of bytes in lines, blocks and counted pieces, each of a length that is bounded before it is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError

if TYPE_CHECKING:
    from livegrade_devices.wires.values import Stream

READ = 65_536
"""Bytes asked of a stream at a time."""
FAIR, PAUSE_S = 256, 0.005
"""After so many pieces the others on the loop have their turn, and for so long: a device that floods with lines of no
length would have it for itself else. What a device says in good faith is shorter."""


class Lines:
    """`device`: who is at the other end, for what is said of faults. One reader at a time.

    Every method raises DeviceError when the stream ends, or holds more than was agreed.
    """

    def __init__(self, stream: Stream, device: object) -> None:
        self._stream = stream
        self._device = device
        self._kept = bytearray()
        self._pieces = 0

    async def line(self, most: int = 8192) -> bytes:
        """Up to the next line feed, without it and without a carriage return before it. `most`: bytes it may have."""
        return (await self.until(b"\n", most)).removesuffix(b"\r")

    async def until(self, end: bytes, most: int) -> bytes:
        """What stands before `end`, which is taken away."""
        searched = 0
        while (at := self._kept.find(end, searched)) < 0:
            searched = max(0, len(self._kept) - len(end) + 1)
            if len(self._kept) > most:
                raise DeviceError(self._device, f"it sent more than {most:,} bytes where less was agreed")
            await self._more()
        if at > most:
            raise DeviceError(self._device, f"it sent more than {most:,} bytes where less was agreed")
        return await self._take(at, len(end))

    async def exactly(self, count: int, most: int) -> bytes:
        """`count` bytes, a number that came from outside; `most`: what is believed."""
        if not 0 <= count <= most:
            raise DeviceError(self._device, f"it announced {count:,} bytes, where at most {most:,} make sense")
        while len(self._kept) < count:
            await self._more()
        return await self._take(count, 0)

    def waiting(self) -> int:
        """Bytes that came and were not asked for yet."""
        return len(self._kept)

    async def _more(self) -> None:
        data = await self._stream.read(READ)
        if not data:
            raise DeviceError(self._device, "it closed the connection")
        self._kept += data

    async def _take(self, count: int, end: int) -> bytes:
        self._pieces += 1
        if not self._pieces % FAIR:
            await asyncio.sleep(PAUSE_S)
        piece = bytes(self._kept[:count])
        del self._kept[: count + end]
        return piece
