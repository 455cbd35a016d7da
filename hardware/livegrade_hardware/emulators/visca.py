"""An emulated Sony ILME-FR7 as far as VISCA goes: two sockets, sequence numbers, a record button, modes that forbid.

Source: ILME-FR7 VISCA command list, version 4.00, as kept with bitfocus/companion-module-sony-visca. What a real one
answers to a number that it had before is from memory of Sony's lists.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError
from livegrade_devices.cameras.sony.packets import (
    ADDRESS_SET,
    BAD_MESSAGE,
    BAD_SEQUENCE,
    CLEAR_ALL,
    END,
    LONGEST,
    RESET,
    Answer,
    Packet,
    PacketType,
    Reply,
    Version,
    halves,
    number,
    read_packet,
)
from livegrade_hardware.emulators.datagrams import UdpEmulator
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from typing import TextIO

    from livegrade_hardware.emulators.datagrams import Peer
    from livegrade_hardware.emulators.terminal import Wire

LENGTH, SYNTAX, FULL, NO_SOCKET, NOT_NOW = (bytes((code,)) for code in (0x01, 0x02, 0x03, 0x05, 0x41))
SOCKETS = 2

FACTORY = {
    "0400": 2,  # power: on
    "0435": 0xA,  # white balance: preset
    "054301": 3200,
    "054302": 5600,
    "054402": 99,
    "7E044602": 0x3DE,
    "7E045602": 0x3DE,
    "0548": 0x3DE,
    "7E0443": 0x3DE,
    "7E0444": 0x3DE,
    "7E0452": 0,  # ND: presets
    "7E0454": 2,  # in
    "7E0442": 8,  # 1/16
    "7E0153": 1,
    "7E0453": 3,
    "0534": 3,
    "7E0175": 3,
    "0535": 3,
    "047D": 3,
    "0530": 1,  # Cine EI
    "7E010A": 3,
    "7E041A": 3,
    "7E041E": 0,
}
"""What can be asked for: the inquiry behind its 09, and the value that a new camera has."""
DIGITS = {"054301": 4, "054302": 4, "054402": 4, "7E044602": 4, "7E045602": 4, "0548": 4, "7E0443": 4, "7E0444": 4}
DIGITS["7E0442"] = 4
"""Half bytes of an answer; of all others one."""
RANGES = {
    "0400": (2, 3),
    "0435": (4, 5, 0xA),
    "054301": range(2000, 15001),
    "054302": range(2000, 15001),
    "054402": range(199),
    "7E044602": range(0x7BD),
    "7E045602": range(0x7BD),
    "0548": range(0x7BD),
    "7E0443": range(0x7BD),
    "7E0444": range(0x7BD),
    "7E0452": (0, 1),
    "7E0454": (2, 3),
    "7E0442": range(0x15),
    "7E0153": range(4),
    "7E0453": (2, 3),
    "0534": (2, 3),
    "7E0175": (2, 3),
    "0535": (2, 3),
    "047D": (2, 3),
    "7E010A": (2, 3),
    "7E041A": (2, 3),
}
"""What can be set, and to what."""
IDLE = {"0001", "0604", "0605", "041005", "041901"}
"""Commands that are taken and change nothing here: clear, pan and tilt home and reset, white balance set, lens."""
RECORD, RECORDING = "7E041D", "7E041E"


class EmulatedFr7:
    """`values` may be looked at and changed by tests. `model`: 051E is an FR7. `busy_s`: how long a command takes;
    `stuck`: settings, as in `FACTORY`, that it says to have set and leaves as they are."""

    def __init__(self, faults: Faults | None = None, log: TextIO | None = None, model: int = 0x051E) -> None:
        self.values = dict(FACTORY)
        self.version = Version(0x0001, model, 0x0400, SOCKETS)
        self.busy_s = 0.0
        self.stuck: set[str] = set()
        self.presses = 0
        self.server = UdpEmulator(self, faults, log)
        self._sockets: set[int] = set()
        self._last: dict[int, int] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def answer(self, packet: bytes, peer: Peer) -> None:
        """A datagram."""
        try:
            came = read_packet(packet)
        except DeviceError:
            await peer.send(Packet(PacketType.CONTROL_REPLY, 0, BAD_MESSAGE).data)
            return
        if came.type is PacketType.CONTROL:
            self._last.pop(peer.number, None)
            answer = RESET if came.payload == RESET else BAD_MESSAGE
            await peer.send(Packet(PacketType.CONTROL_REPLY, came.sequence, answer).data)
            return
        if self._last.get(peer.number) == came.sequence:
            await peer.send(Packet(PacketType.CONTROL_REPLY, came.sequence, BAD_SEQUENCE).data)
            return
        self._last[peer.number] = came.sequence

        async def send(reply: Reply) -> None:
            await peer.send(Packet(PacketType.REPLY, came.sequence, reply.message()).data)

        # Beside each other, as in a camera: a command that takes long keeps nobody from asking.
        self._start(self._obey(came.payload, send))

    async def talk_serial(self, wire: Wire) -> None:
        """The line of a chain with this one camera."""

        async def send(reply: Reply) -> None:
            await wire.write(reply.message())

        while True:
            piece = await wire.lines.until(bytes((END,)), LONGEST) + bytes((END,))
            if piece == ADDRESS_SET:
                await wire.write(ADDRESS_SET[:2] + bytes((2, END)))
            elif piece == CLEAR_ALL:
                await wire.write(CLEAR_ALL)
            else:
                self._start(self._obey(piece, send))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _obey(self, piece: bytes, send: Callable[[Reply], Awaitable[None]]) -> None:
        if len(piece) < 3 or piece[0] != 0x81 or piece[-1] != END:
            await send(Reply(Answer.ERROR, data=LENGTH if len(piece) < 3 else SYNTAX))
            return
        kind, body = piece[1], piece[2:-1]
        if kind & 0xF0 == 0x20:
            await send(Reply(Answer.ERROR, kind & 0x0F, NO_SOCKET))
        elif kind == 0x09:
            await send(self._told(body))
        elif kind == 0x01:
            await self._command(body, send)
        else:
            await send(Reply(Answer.ERROR, data=SYNTAX))

    def _told(self, body: bytes) -> Reply:
        key = body.hex().upper()
        if key == "0002":
            return Reply(Answer.DONE, data=self.version.data)
        if key not in self.values or self.version.model != 0x051E:
            return Reply(Answer.ERROR, data=SYNTAX)
        return Reply(Answer.DONE, data=halves(self.values[key], DIGITS.get(key, 1)))

    async def _command(self, body: bytes, send: Callable[[Reply], Awaitable[None]]) -> None:
        free = [socket for socket in range(1, SOCKETS + 1) if socket not in self._sockets]
        if not free:
            await send(Reply(Answer.ERROR, data=FULL))
            return
        fault = self._fault(body)
        if fault:
            await send(Reply(Answer.ERROR, free[0], fault))
            return
        socket = free[0]
        self._sockets.add(socket)
        try:
            await send(Reply(Answer.ACK, socket))
            await asyncio.sleep(self.busy_s)
            self._set(body)
        finally:
            self._sockets.discard(socket)
        await send(Reply(Answer.DONE, socket))

    def _fault(self, body: bytes) -> bytes:
        """Why a command is not taken; b"" where it is."""
        if body.hex().upper() in IDLE or body in (bytes.fromhex(RECORD + "00"), bytes.fromhex(RECORD + "01")):
            return b""
        key, value = self._split(body)
        if not key:
            return SYNTAX
        wrong_mode = (
            (key == "054301" and self.values["0435"] != 0xA)
            or (key in ("054302", "054402", "7E044602", "7E045602") and self.values["0435"] != 5)
            or (key == "7E0442" and self.values["7E0452"] != 1)
            or (key == "7E0153" and self.values["7E0452"] != 0)
        )
        if wrong_mode or (self.values["0400"] == 3 and key != "0400"):
            return NOT_NOW
        return b"" if value in RANGES[key] else SYNTAX

    def _split(self, body: bytes) -> tuple[str, int]:
        """The setting that a command is for, and its value; "" where there is none."""
        for key in RANGES:
            head = bytes.fromhex(key)
            digits = {"7E010A": 2, "7E041A": 2}.get(key, DIGITS.get(key, 1))
            rest = body[len(head) :]
            if body.startswith(head) and len(rest) == digits and all(byte <= 0x0F for byte in rest):
                return key, number(rest)
        return "", 0

    def _set(self, body: bytes) -> None:
        if body == bytes.fromhex(RECORD + "01"):
            self.presses += 1
            self.values[RECORDING] ^= 1
        key, value = self._split(body)
        if key and key not in self.stuck:
            self.values[key] = value


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> UdpEmulator:
    return EmulatedFr7(faults, log).server


def _make_serial(settings: Mapping[str, str]) -> EmulatedFr7:
    return EmulatedFr7()


KIND = EmulatedKind("visca", "Sony camera over VISCA", 52381, _make, make_serial=_make_serial, datagrams=True)
