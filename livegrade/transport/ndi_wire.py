"""What the program and its NDI processes say to each other: numbers of messages and the layout of their contents.

Headers of pictures and sound are NDI's own structures with their pointers cleared; pixels are in memory blocks, which
messages name by number. Both ends are of one version, on one machine.
"""

from __future__ import annotations

import ctypes
import json
import struct
from enum import IntEnum
from typing import NamedTuple, TypeVar

from livegrade.transport import ndi_abi as abi

MAX_XML_BYTES = 1 << 16
MAX_NAMES = 256
"""Source names told at most."""
MAX_SOUND_CHANNELS = 64
BEAT_NS = 50_000_000
"""An NDI process says something at least this often."""


class Kind(IntEnum):
    """Messages; the first block from the program, the second to it."""

    START = 1
    """To a receiver: the wanted name. To a sender: `SenderStart`."""
    BLOCK = 2
    """A memory block to be mapped: `pack_block`; its descriptor goes along."""
    FORGET = 3
    """The block with that number is not used any more."""
    PLAN = 4
    """To a receiver: how pictures of the shape asked about are copied (`Plan`). All blocks before it are forgotten."""
    GRANT = 5
    """To a receiver: the block with that number may be filled."""
    SOUND = 6
    """In both directions: header and samples, one channel after the other."""
    PICTURE = 7
    """In both directions: `pack_picture`."""

    BEAT = 16
    """A number: connections now."""
    NAMES = 17
    """Names of sources seen while the wanted one is not there."""
    CONNECTED = 18
    """The full name of the source that is received from now on, or of the output."""
    SHAPE = 19
    """A picture of a new shape has come: `pack_picture` with block 0. The answer is a PLAN."""
    DONE = 20
    """A sender does not read the picture with that number any more, nor those before it."""
    REFUSED = 21
    """NDI refused something: a sentence. The process ends."""


class Rows(NamedTuple):
    """One plane's copy: `rows` rows of `length` bytes, `source_stride` and `target_stride` apart; the first goes to
    `target`. `field_offset`: how much further the first row of a second field goes."""

    rows: int
    length: int
    source_stride: int
    target: int
    target_stride: int
    field_offset: int


class Plan(NamedTuple):
    """`answer`: the stamp of the picture that was asked about. `size`: bytes of a picture. `planes`: their copies, as
    planes follow one another in NDI's memory. None: such pictures are not taken."""

    answer: int
    size: int
    planes: tuple[Rows, ...]


_NUMBER = struct.Struct("<Q")
_BLOCK = struct.Struct("<QQ")
_PICTURE = struct.Struct("<QqQ")
_PLAN = struct.Struct("<qQ")
_ROWS = struct.Struct("<6Q")
_Header = TypeVar("_Header", abi.VideoFrame, abi.AudioFrame)


def pack_number(number: int) -> bytes:
    return _NUMBER.pack(number)


def unpack_number(payload: bytes) -> int:
    return int(_NUMBER.unpack(payload)[0])


def pack_block(number: int, size: int, tag: str) -> bytes:
    return _BLOCK.pack(number, size) + tag.encode()


def unpack_block(payload: bytes) -> tuple[int, int, str]:
    number, size = _BLOCK.unpack_from(payload)
    return number, size, payload[_BLOCK.size :].decode()


class Picture(NamedTuple):
    """`block`: where its pixels are. `stamp`: of a received picture its arrival in nanoseconds of the performance
    counter, of one to be sent its running number. `lost`: pictures lost so far on this connection, because they were
    not taken in time. `xml`: what came beside it, or goes."""

    block: int
    stamp: int
    lost: int
    header: abi.VideoFrame
    xml: bytes


def pack_picture(picture: Picture) -> bytes:
    head = _PICTURE.pack(picture.block, picture.stamp, picture.lost)
    return head + _pointerless(picture.header) + picture.xml


def unpack_picture(payload: bytes) -> Picture:
    end = _PICTURE.size + ctypes.sizeof(abi.VideoFrame)
    header = abi.VideoFrame.from_buffer_copy(payload, _PICTURE.size)
    block, stamp, lost = _PICTURE.unpack_from(payload)
    return Picture(block, stamp, lost, header, payload[end:])


def pack_sound(header: abi.AudioFrame, samples: bytes) -> bytes:
    return _pointerless(header) + samples


def unpack_sound(payload: bytes) -> tuple[abi.AudioFrame, bytes]:
    return abi.AudioFrame.from_buffer_copy(payload), payload[ctypes.sizeof(abi.AudioFrame) :]


def _pointerless(header: _Header) -> bytes:
    copy = type(header).from_buffer_copy(header)
    copy.data = None
    copy.metadata = None
    return bytes(copy)


def pack_plan(plan: Plan) -> bytes:
    return _PLAN.pack(plan.answer, plan.size) + b"".join(_ROWS.pack(*rows) for rows in plan.planes)


def unpack_plan(payload: bytes) -> Plan:
    rows = (Rows(*_ROWS.unpack_from(payload, at)) for at in range(_PLAN.size, len(payload), _ROWS.size))
    answer, size = _PLAN.unpack_from(payload)
    return Plan(answer, size, tuple(rows))


def pack_names(names: tuple[str, ...]) -> bytes:
    return json.dumps(names[:MAX_NAMES]).encode()


def unpack_names(payload: bytes) -> tuple[str, ...]:
    return tuple(str(name) for name in json.loads(payload))


class SenderStart(NamedTuple):
    """`name`: of the output; `product`: XML by which it introduces itself."""

    name: str
    product: str


def pack_start(start: SenderStart) -> bytes:
    return json.dumps(start).encode()


def unpack_start(payload: bytes) -> SenderStart:
    name, product = json.loads(payload)
    return SenderStart(str(name), str(product))
