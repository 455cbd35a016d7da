"""VISCA as bytes: messages, replies, the header that they have over UDP, and numbers in half bytes.

Nothing here knows what a command does. Source: Sony, VISCA command lists (BRC and ILME-FR7, version 4.00) as kept with
bitfocus/companion-module-sony-visca.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum, IntEnum

from livegrade.errors import DeviceError

HEADER = struct.Struct(">HHI")
"""Type, length and sequence number of a packet over UDP."""
LONGEST = 16
"""Bytes of a message with its address and its end. Source: Sony, as above, "3 to 16 bytes"."""
END = 0xFF
BROADCAST = 0x88
COMMAND, INQUIRY = 0x01, 0x09
"""First byte of a body."""
ADDRESS_SET = bytes((BROADCAST, 0x30, 0x01, END))
CLEAR_ALL = bytes((BROADCAST, 0x01, 0x00, 0x01, END))
RESET = b"\x01"
"""Payload of a control packet: sequence numbers begin anew; and of the answer to it."""
BAD_SEQUENCE, BAD_MESSAGE = b"\x0f\x01", b"\x0f\x02"
"""Payloads of control answers."""
MASK = 0xFFFF_FFFF


class PacketType(IntEnum):
    """What a packet over UDP carries."""

    COMMAND = 0x0100
    INQUIRY = 0x0110
    REPLY = 0x0111
    CONTROL = 0x0200
    CONTROL_REPLY = 0x0201


@dataclass(frozen=True, slots=True)
class Packet:
    """One datagram. `sequence`: 32 bits."""

    type: PacketType
    sequence: int
    payload: bytes

    @property
    def data(self) -> bytes:
        return HEADER.pack(self.type, len(self.payload), self.sequence) + self.payload


def read_packet(data: bytes) -> Packet:
    """Raises DeviceError where it is none: of another length than it says, of no known type."""
    if not HEADER.size < len(data) <= HEADER.size + LONGEST:
        raise DeviceError("camera", f"a datagram of {len(data)} bytes is no VISCA packet")
    kind, length, sequence = HEADER.unpack_from(data)
    if length != len(data) - HEADER.size or kind not in list(PacketType):
        raise DeviceError("camera", f"{data[:24].hex(' ')} is no VISCA packet")
    return Packet(PacketType(kind), sequence, data[HEADER.size :])


def message(body: bytes, to: int = 1) -> bytes:
    """A command or an inquiry for the camera of that number, 1 to 7. Raises ValueError where no message can have it."""
    if not 1 <= to <= 7 or END in body or not 1 <= len(body) <= LONGEST - 2:
        raise ValueError(f"{body.hex(' ')} to {to} is no VISCA message")
    return bytes((0x80 | to, *body, END))


class Answer(Enum):
    """What a reply is."""

    ACK = 4
    """Taken; the end of it is told later."""
    DONE = 5
    ERROR = 6


@dataclass(frozen=True, slots=True)
class Reply:
    """`socket`: which of the camera's two, 0 where it took none. `data`: of an inquiry; of an error its number."""

    answer: Answer
    socket: int = 0
    data: bytes = b""

    def message(self, sender: int = 1) -> bytes:
        """As the camera of that number sends it."""
        return bytes((0x80 | sender << 4, self.answer.value << 4 | self.socket, *self.data, END))


def read_reply(data: bytes, sender: int = 1) -> Reply | None:
    """None where it is no reply of the camera of that number: another's, a broadcast, or noise on a serial line."""
    if not 3 <= len(data) <= LONGEST or data[0] != (0x80 | sender << 4) or data.find(END) != len(data) - 1:
        return None
    kind, socket = data[1] >> 4, data[1] & 0x0F
    if kind not in (4, 5, 6) or (kind == 6 and len(data) != 4):
        return None
    return Reply(Answer(kind), socket, data[2:-1])


ERRORS = {
    0x01: "the message has a wrong length",
    0x02: "it does not know the command or one of its values",
    0x03: "it is busy with two commands",
    0x04: "the command was called off",
    0x05: "there is nothing to call off",
    0x41: "it cannot do that as it is set up now",
}
"""Numbers of errors."""
BUSY = 0x03


def halves(value: int, count: int) -> bytes:
    """`value` as so many bytes of four bits each, as VISCA writes numbers. Raises ValueError where it does not fit."""
    if not 0 <= value < 16**count:
        raise ValueError(f"{value} does not fit {count} half bytes")
    return bytes(value >> 4 * place & 0x0F for place in reversed(range(count)))


def number(data: bytes) -> int:
    """The number that half bytes are. Raises DeviceError where they are none."""
    if not data or any(byte > 0x0F for byte in data):
        raise DeviceError("camera", f"its answer {data.hex(' ') or 'of no bytes'} is no number")
    value = 0
    for byte in data:
        value = value << 4 | byte
    return value


@dataclass(frozen=True, slots=True)
class Version:
    """Who a camera says it is. `revision`: of its ROM."""

    vendor: int
    model: int
    revision: int
    sockets: int

    @property
    def data(self) -> bytes:
        return struct.pack(">HHHB", self.vendor, self.model, self.revision, self.sockets)


def read_version(data: bytes) -> Version:
    """Raises DeviceError where it is none."""
    if len(data) != 7:
        raise DeviceError("camera", f"its version has {len(data)} bytes, where 7 are usual")
    return Version(*struct.unpack(">HHHB", data))
