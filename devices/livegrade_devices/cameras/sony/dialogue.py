"""One VISCA exchange after the other with a camera, over UDP or a serial line: a body goes out, its answer comes back.

Datagrams get lost: over UDP a message that nothing came back for is sent again under its number, as Sony wants it. What
a camera answers to a number that it had already is a fault of sequence: the message had arrived, its answer was lost.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.cameras.sony.packets import (
    ADDRESS_SET,
    BAD_SEQUENCE,
    BUSY,
    CLEAR_ALL,
    ERRORS,
    INQUIRY,
    LONGEST,
    MASK,
    RESET,
    Answer,
    Packet,
    PacketType,
    Reply,
    message,
    read_packet,
    read_reply,
)

if TYPE_CHECKING:
    from livegrade_devices.wires.lines import Lines
    from livegrade_devices.wires.values import Datagrams, Stream

ANSWER_S = 1.0
"""A message is sent again when so long nothing came back."""
DONE_S = 5.0
"""From taking a command to its end."""
TRIES = 3
BUSY_S = 0.05
"""Pause before a camera that was busy with two commands is asked again."""


class ArrivedBeforeError(Exception):
    """The camera had this number already. Never leaves this module."""


class Post(Protocol):
    """How messages get to a camera. `tries`: how often one may be sent."""

    tries: int

    async def open(self) -> None:
        """Makes both ends begin anew. Raises DeviceError."""
        ...

    async def send(self, body: bytes, again: bool) -> None: ...

    async def receive(self) -> Reply:
        """The next reply to what was sent last."""
        ...


class Dialogue:
    """`device`: for the sentences of its faults. Exchanges wait for each other."""

    def __init__(self, post: Post, device: object) -> None:
        self._post = post
        self._device = device
        self._turn = asyncio.Lock()
        self._unanswered = False

    async def ask(self, body: bytes) -> bytes:
        """Asks; the data of the answer. Raises VISCA's errors as DeviceRefusedError, silence as DeviceError."""
        for _ in range(TRIES):
            try:
                return (await self._exchange(body)).data
            except ArrivedBeforeError:
                continue
        raise DeviceError(self._device, "its answers get lost on the network")

    async def do(self, body: bytes) -> None:
        """Commands; returns when it is done, or when all that is known is that it had arrived. Raises as `ask`."""
        try:
            await self._exchange(body)
        except ArrivedBeforeError:
            return

    async def _exchange(self, body: bytes) -> Reply:
        async with self._turn:
            for _ in range(TRIES):
                reply = await self._answered(body)
                if reply.answer is not Answer.ERROR:
                    return reply
                code = reply.data[0]
                if code != BUSY:
                    break
                await asyncio.sleep(BUSY_S)
            raise DeviceRefusedError(self._device, f"{ERRORS.get(code, 'VISCA error')} ({code:02X}, {body.hex(' ')})")

    async def _answered(self, body: bytes) -> Reply:
        """One message until its end. Answers on a serial line have no number: after one that was not waited for, no
        other could be told from it."""
        if self._unanswered:
            raise DeviceError(self._device, "an answer of it was not waited for; it is connected anew")
        self._unanswered = self._post.tries == 1
        for again in range(self._post.tries):
            try:
                reply = await self._tried(body, again > 0)
            except TimeoutError:
                continue
            except ArrivedBeforeError:
                if again:
                    raise
                # Sent once, it cannot have come before: the camera was switched off and on, or somebody else has begun
                # its numbers anew. What it was told is not done.
                fault = "it counts messages otherwise than we do; it is connected anew"
                raise DeviceError(self._device, fault) from None
            self._unanswered = False
            return reply
        raise DeviceError(self._device, "it does not answer")

    async def _tried(self, body: bytes, again: bool) -> Reply:
        await self._post.send(body, again)
        async with asyncio.timeout(ANSWER_S) as patience:
            while True:
                reply = await self._post.receive()
                if reply.answer is not Answer.ACK:
                    return reply
                patience.reschedule(asyncio.get_running_loop().time() + DONE_S)


class OverUdp:
    """`datagrams`: to the camera's port 52381."""

    tries = TRIES

    def __init__(self, datagrams: Datagrams, device: object) -> None:
        self._datagrams = datagrams
        self._device = device
        self._sequence = 0

    async def open(self) -> None:
        for _ in range(self.tries):
            self._datagrams.send(Packet(PacketType.CONTROL, 0, RESET).data)
            try:
                async with asyncio.timeout(ANSWER_S):
                    while (await self._packet()).type is not PacketType.CONTROL_REPLY:
                        pass
                self._sequence = 0
                return
            except TimeoutError:
                continue
        raise DeviceError(
            self._device, "nothing answers VISCA there; look whether the camera's menu has it switched on"
        )

    async def send(self, body: bytes, again: bool) -> None:
        if not again:
            self._sequence = self._sequence + 1 & MASK
        kind = PacketType.INQUIRY if body[0] == INQUIRY else PacketType.COMMAND
        self._datagrams.send(Packet(kind, self._sequence, message(body)).data)

    async def receive(self) -> Reply:
        while True:
            packet = await self._packet()
            if packet.sequence != self._sequence:
                continue
            if packet.type is PacketType.CONTROL_REPLY and packet.payload == BAD_SEQUENCE:
                raise ArrivedBeforeError
            reply = read_reply(packet.payload) if packet.type is PacketType.REPLY else None
            if reply is not None:
                return reply

    async def _packet(self) -> Packet:
        """The next that is one; anything can come in over UDP."""
        while True:
            data = await self._datagrams.receive()
            try:
                return read_packet(data)
            except DeviceError:
                continue


class OverSerial:
    """`number`: of the camera in its chain, from 1, counted from this end."""

    tries = 1

    def __init__(self, stream: Stream, lines: Lines, number: int, device: object) -> None:
        self._stream = stream
        self._lines = lines
        self._number = number
        self._device = device

    async def open(self) -> None:
        """Has the cameras of the chain number themselves, and forget what they were told before."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._stream.write(ADDRESS_SET)
                while not ((came := await self._piece())[:2] == ADDRESS_SET[:2] and len(came) == len(ADDRESS_SET)):
                    pass
                count = came[2] - 1
                await self._stream.write(CLEAR_ALL)
                while await self._piece() != CLEAR_ALL:
                    pass
        except TimeoutError:
            fault = "nothing answers VISCA on this port; look at cable, baud rate and the camera's menu"
            raise DeviceError(self._device, fault) from None
        if not self._number <= count <= 7:
            raise DeviceError(
                self._device, f"there are {max(0, count)} cameras in this chain and none of number {self._number}"
            )

    async def send(self, body: bytes, again: bool) -> None:
        await self._stream.write(message(body, self._number))

    async def receive(self) -> Reply:
        while True:
            reply = read_reply(await self._piece(), self._number)
            if reply is not None:
                return reply

    async def _piece(self) -> bytes:
        return await self._lines.until(b"\xff", LONGEST) + b"\xff"
