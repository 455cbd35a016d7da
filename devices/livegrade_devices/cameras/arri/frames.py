"""ARRI's CAP as bytes: frames with a length, and fields with or without a tag that tells their type.

Experimental: types are those of ARRI's CAP specification 1.12; the frame is as gambithunt/arri-camera-control has it,
which was not tried at a camera, and whether fields carry tags (`typed`) is open. What an array looks like is an
assumption of ours. What a code means is not in here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade_devices.wires.lines import Lines

HEADER = struct.Struct(">HBHH")
"""Length with the header, type, message id, code."""
MOST = 0xFFFF
TAGS = {"b": 1, "B": 2, "h": 3, "H": 4, "i": 5, "I": 6, "f": 7, "d": 8}
"""Of numbers, by their letter for `struct`. Source: CAP 1.12, as in the reference."""
STRING, BLOB, ARRAY = 9, 10, 11
_FORMS = {tag: form for form, tag in TAGS.items()}
_SIGNED = {1: "b", 2: "h", 4: "i"}


class FrameType(IntEnum):
    """What a frame is."""

    COMMAND = 1
    REPLY = 2
    EVENT = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """`code`: of a command its code, of a reply its result, of an event its variable. A reply has its command's id."""

    type: FrameType
    id: int
    code: int
    payload: bytes = b""

    @property
    def data(self) -> bytes:
        """Raises ValueError where it does not fit a frame."""
        length = HEADER.size + len(self.payload)
        if length > MOST:
            raise ValueError(f"{length:,} bytes do not fit a frame")
        return HEADER.pack(length, self.type, self.id, self.code) + self.payload


def read_frame(data: bytes) -> Frame:
    """Raises DeviceError where it is none."""
    if len(data) < HEADER.size:
        raise DeviceError("camera", f"a CAP frame has {HEADER.size} bytes at least, not {len(data)}")
    length, kind, number, code = HEADER.unpack_from(data)
    if length != len(data) or kind not in list(FrameType):
        raise DeviceError("camera", f"{data[:16].hex(' ')} is no CAP frame")
    return Frame(FrameType(kind), number, code, data[HEADER.size :])


async def next_frame(lines: Lines) -> Frame:
    """The next frame of a stream. Raises DeviceError at its end, and where what comes is none."""
    head = await lines.exactly(2, 2)
    length = int.from_bytes(head, "big")
    rest = await lines.exactly(max(0, length - 2), MOST)
    return read_frame(head + rest)


@dataclass(frozen=True, slots=True)
class Fields:
    """How fields are written and read. `typed`: each with its tag before it."""

    typed: bool = False

    def number(self, form: str, value: float) -> bytes:
        """`form`: its letter for `struct`. Raises ValueError where the value does not fit."""
        try:
            data = struct.pack(f">{form}", value if form in "fd" else int(value))
        except (struct.error, OverflowError) as error:
            raise ValueError(f"{value} does not fit the field ({error})") from error
        return self._tag(TAGS[form]) + data

    def string(self, text: str) -> bytes:
        data = text.encode()
        return self._tag(STRING) + struct.pack(">H", len(data)) + data

    def array(self, numbers: Iterable[int]) -> bytes:
        """Of 16-bit numbers."""
        fields = [self.number("H", number) for number in numbers]
        return self._tag(ARRAY) + struct.pack(">H", len(fields)) + b"".join(fields)

    def read_number(self, payload: bytes, signed: bool = False, real: bool = False) -> float:
        """The one number that a payload is. Without tags its length tells its width, and `signed` and `real` what it
        is. Raises DeviceError where it is none."""
        data, form = payload, ""
        if self.typed:
            data, form = payload[1:], _FORMS.get(payload[0] if payload else 0, "")
        elif real:
            form = {4: "f", 8: "d"}.get(len(payload), "")
        else:
            form = _SIGNED.get(len(payload), "") if signed else _SIGNED.get(len(payload), "").upper()
        if not form or struct.calcsize(f">{form}") != len(data):
            raise DeviceError("camera", f"{payload[:16].hex(' ') or 'nothing'} is no number")
        value: float = struct.unpack(f">{form}", data)[0]
        return value

    def read_string(self, payload: bytes) -> str:
        """The one string that a payload is. Raises DeviceError where it is none."""
        data = payload
        if self.typed:
            data = payload[1:] if payload[:1] == bytes((STRING,)) else b""
        if len(data) < 2 or int.from_bytes(data[:2], "big") != len(data) - 2:
            raise DeviceError("camera", f"{payload[:16].hex(' ') or 'nothing'} is no text")
        return data[2:].decode("utf-8", "replace")

    def read_array(self, payload: bytes) -> tuple[int, ...]:
        """The 16-bit numbers of an array. Raises DeviceError where it is none."""
        head, step = (3, 3) if self.typed else (2, 2)
        count = int.from_bytes(payload[head - 2 : head], "big")
        tagged = payload[: head - 2] == self._tag(ARRAY)
        if not tagged or len(payload) < head or len(payload) - head != count * step:
            raise DeviceError("camera", f"{payload[:16].hex(' ') or 'nothing'} is no array")
        return tuple(int(self.read_number(payload[at : at + step])) for at in range(head, len(payload), step))

    def _tag(self, tag: int) -> bytes:
        return bytes((tag,)) if self.typed else b""
