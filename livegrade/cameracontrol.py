"""Blackmagic's SDI camera control messages: what is carried in packets 51/53 of the ancillary data, read and written.

Values here, words in `capture/cameracontrol.py`. Source: "Blackmagic SDI Camera Control Protocol", in the manuals of
Blackmagic's cameras (URSA Mini Pro 12K, developer information), and coral/blackmagic-camera-protocol. The protocol is
of the way to the cameras; it does not say whether a camera tells its own state so.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALL_CAMERAS = 255
ASSIGN, OFFSET = 0, 1
CHANGE = 0
"""The only command there is: change a configuration."""
HEADER = 4
FIXED_ONE = 2048
MOST_BYTES, MOST_MESSAGE, MOST_MESSAGES = 255, 64, 32
"""Of a packet; of a message with its header; messages in a packet."""


class Kind(IntEnum):
    """What the values of a change are. FLAG without a value is an order without one."""

    FLAG = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    TEXT = 5
    FIXED16 = 128


_FORMATS = {
    Kind.FLAG: "?",
    Kind.INT8: "b",
    Kind.INT16: "h",
    Kind.INT32: "i",
    Kind.INT64: "q",
    Kind.FIXED16: "h",
}
Values: TypeAlias = "tuple[float, ...] | tuple[int, ...] | str | bytes"


@dataclass(frozen=True, slots=True)
class Change:
    """Of a parameter of the camera (255: all). `values`: text where `kind` is TEXT, bytes where it is none that there
    is, numbers else, fixed ones in steps of 1/2048. `operation`: ASSIGN, OFFSET, or one that is not known."""

    camera: int
    category: int
    parameter: int
    kind: int
    values: Values
    operation: int = ASSIGN

    @property
    def data(self) -> bytes:
        """As it is sent, with its padding. Raises ValueError where a value does not fit or all is too long."""
        try:
            body = bytes((self.category, self.parameter, self.kind, self.operation)) + _packed(self.kind, self.values)
            message = bytes((self.camera, len(body), CHANGE, 0)) + body
        except (struct.error, ValueError, OverflowError, TypeError) as error:
            raise ValueError(f"{self} cannot be written ({error})") from error
        padded = message + bytes(-len(message) % 4)
        if len(padded) > MOST_MESSAGE:
            raise ValueError(f"a message has at most {MOST_MESSAGE} bytes, this one {len(padded)}")
        return padded


@dataclass(frozen=True, slots=True)
class OtherCommand:
    """A message that changes nothing that is known."""

    camera: int
    command: int
    body: bytes


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """The packet ends before its last message does. `data`: all that there is of that one."""

    camera: int
    data: bytes


Message: TypeAlias = "Change | OtherCommand | BrokenOff"


def read_messages(data: bytes) -> Iterator[Message]:
    """Each message of a packet; nothing breaks it."""
    at = 0
    while at + HEADER <= len(data):
        camera, length, command, _ = data[at : at + HEADER]
        body = data[at + HEADER : at + HEADER + length]
        if len(body) < length:
            yield BrokenOff(camera, data[at:])
            return
        if command == CHANGE and length >= HEADER:
            category, parameter, kind, operation = body[:HEADER]
            yield Change(camera, category, parameter, kind, _values(kind, body[HEADER:]), operation)
        else:
            yield OtherCommand(camera, command, body)
        at += HEADER + (length + 3) // 4 * 4


def write_messages(changes: Iterable[Change]) -> bytes:
    """The packet of these. Raises ValueError where they do not fit into one."""
    written = [change.data for change in changes]
    data = b"".join(written)
    if len(written) > MOST_MESSAGES or len(data) > MOST_BYTES:
        raise ValueError(f"a packet has at most {MOST_MESSAGES} messages in {MOST_BYTES} bytes")
    return data


def _values(kind: int, data: bytes) -> Values:
    if kind == Kind.TEXT:
        return data.rstrip(b"\0").decode("utf-8", "replace")
    if kind not in _FORMATS:
        return data
    form = _FORMATS[Kind(kind)]
    whole = data[: len(data) // struct.calcsize(form) * struct.calcsize(form)]
    numbers = [value for (value,) in struct.iter_unpack(f"<{form}", whole)]
    return tuple(value / FIXED_ONE for value in numbers) if kind == Kind.FIXED16 else tuple(numbers)


def _packed(kind: int, values: Values) -> bytes:
    if isinstance(values, str):
        return values.encode()
    if isinstance(values, bytes):
        return values
    numbers = [round(value * FIXED_ONE) for value in values] if kind == Kind.FIXED16 else values
    return struct.pack(f"<{len(numbers)}{_FORMATS[Kind(kind)]}", *numbers)
