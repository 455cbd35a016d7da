"""The text blocks of Blackmagic's Ethernet protocols (Videohub, Teranex, SmartView, converters): a header that ends in
a colon, lines, and an empty line; or one word, such as ACK.

Bytes and blocks, nothing else: what the blocks mean, the drivers know. Source: Blackmagic, Videohub Developer
Information, protocol 2.3.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from livegrade_devices.device import Detail, Report
    from livegrade_devices.wires.lines import Lines
    from livegrade_devices.wires.values import Stream

MOST_LINES = 4096
"""Of a block; the largest router has 288 outputs."""
LONGEST = 1024
"""Bytes of a line."""
QUIET_S = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """`title`: the header without its colon, or the word. `lines`: what follows, in order; a word has none."""

    title: str
    lines: tuple[str, ...] = ()
    word: bool = False

    @property
    def data(self) -> bytes:
        """As it goes over the wire. Raises ValueError where a line would end the block or make another."""
        for text in (self.title, *self.lines):
            if "\n" in text or "\r" in text or not text:
                raise ValueError(f"{text!r} cannot stand in a block")
        head = self.title if self.word else f"{self.title}:"
        return "\n".join([head, *self.lines, "", ""]).encode()

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Lines of the form `7 text`: number and text; what is none of these is passed over."""
        for line in self.lines:
            number, _, text = line.partition(" ")
            if number.isascii() and number.isdigit() and len(number) <= 4:
                yield int(number), text

    def named(self) -> dict[str, str]:
        """Lines of the form `Name: value`."""
        pairs = (line.partition(":") for line in self.lines)
        return {name.strip(): value.strip() for name, colon, value in pairs if colon}


async def read_block(lines: Lines, most: int = MOST_LINES) -> Block:
    """The next block or word. Raises DeviceError at the end, and where it has more than `most` lines."""
    head = b""
    while not head:
        head = await lines.line(LONGEST)
    body: list[str] = []
    while text := await lines.line(LONGEST):
        if len(body) == most:
            raise DeviceError("device", f"a block of it has more than {most:,} lines")
        body.append(text.decode(errors="replace"))
    title = head.decode(errors="replace").rstrip()
    return Block(title.removesuffix(":"), tuple(body), word=not title.endswith(":"))


async def read_opening(lines: Lines, take: Callable[[Block], Awaitable[object]], known: Callable[[], bool]) -> None:
    """What a device says of itself at the start, block by block, up to END PRELUDE. Devices of older protocols do not
    say where it ends: it is over when all is `known` and for a while nothing came."""
    while True:
        try:
            async with asyncio.timeout(QUIET_S if known() else None):
                block = await read_block(lines)
        except TimeoutError:
            return
        if block.title == "END PRELUDE":
            return
        await take(block)


class Dialogue:
    """Blocks sent to a device that answers each with one word, in order. Who reads the wire hands the words to
    `answers`, and closes them."""

    def __init__(self, stream: Stream, device: object) -> None:
        self.answers: Answers[str] = Answers(stream, device)
        self._device = device

    async def say(self, block: Block) -> None:
        """Returns when the device has taken it. Raises DeviceRefusedError where it says no, DeviceError where it says
        nothing."""
        if await self.answers.ask(block.data, block.title) != "ACK":
            raise DeviceRefusedError(self._device, f"it does not take {block.title!r} ({'; '.join(block.lines)[:100]})")

    async def hear(self, lines: Lines, take: Callable[[Block], Awaitable[object]]) -> None:
        """Takes block after block, until the device is gone (DeviceError, OSError): then nobody waits for it on."""
        try:
            while True:
                await take(await read_block(lines))
        except DeviceError as error:
            self.answers.close(error.fault)
            raise
        finally:
            self.answers.close()

    async def follow(
        self,
        lines: Lines,
        take: Callable[[Block], Awaitable[bool]],
        state: Callable[[], Detail],
        report: Report,
        ping_s: float,
    ) -> None:
        """As `Device.listen`: reports `state` at first and after each block of which `take` says that it changed
        something, with a sign of life asked for every `ping_s`."""

        async def taken(block: Block) -> None:
            if await take(block):
                report(state())

        report(state())
        async with asyncio.TaskGroup() as group:
            group.create_task(self.keep_alive(ping_s))
            await self.hear(lines, taken)

    async def keep_alive(self, every_s: float) -> None:
        """Asks for a sign of life so often, until there is none (DeviceError)."""
        while True:
            await asyncio.sleep(every_s)
            await self.say(Block("PING"))
