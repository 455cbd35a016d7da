"""MOV and MP4 files that were left while they were being written: a row of fragments, the last one torn.

Box headers after ISO/IEC 14496-12, 4.2: 32 bits of size and a name; size 1 has the real one in 64 more bits.
"""

from __future__ import annotations

import os
import struct
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

import av
import av.error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_BOXES = 10_000_000


def cut_torn_end(path: Path) -> int:
    """Cuts off what is not a whole fragment and returns how many pictures are left; 0 where it does not play at all."""
    with path.open("r+b") as file:
        file.truncate(_whole(file))
    try:
        with av.open(f"file:{path}") as container:
            video = container.streams.video[0]
            rate, base = video.average_rate, video.time_base
            if video.duration is None or not rate or base is None:
                return 0
            return round(video.duration * Fraction(base) * Fraction(rate))
    except (av.error.FFmpegError, IndexError):
        return 0


def _whole(file: BinaryIO) -> int:
    """Where the last box of media whose index is there as well ends."""
    end, indexed = 0, False
    for kind, stop in _boxes(file):
        indexed = indexed or kind in (b"moov", b"moof")
        if kind in (b"mdat", b"moov") and indexed:
            end, indexed = stop, kind == b"moov"
    return end


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Names and ends of the boxes that are there in full."""
    length = file.seek(0, os.SEEK_END)
    start = 0
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head[:8])
        if size == 1 and len(head) == 16:
            size = struct.unpack(">Q", head[8:])[0]
        if size < 8 or start + size > length:
            return
        start += size
        yield kind, start
