"""Pictures of a session on the same machine, read where the session writes them: no socket, no JPEG. The name of a
stream is in the answer to `picture.subscribe`."""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import ControlError
from livegrade.transport import _ring

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class SharedPicture:
    """`pixels`: uint8 (height, width, 4) R, G, B, 255, a view of the reader's own memory that holds until the next
    picture is asked for; `number`: how many the session had written with it; `index`, `captured_ns`, `timecode`: of the
    source's picture, the time by `time.perf_counter_ns` (0 for a scope); `look_id`: of the look in it, empty where
    there is none."""

    pixels: NDArray[np.uint8]
    number: int
    index: int
    captured_ns: int
    timecode: str
    look_id: str


class PictureReader:
    """The pictures of one stream. For one thread. However long it takes over one, the session does not wait."""

    def __init__(self, stream: str | Path) -> None:
        """Raises ControlError where it is gone, or no such stream."""
        try:
            handle = os.open(stream, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            try:
                self._memory = mmap.mmap(handle, 0, access=mmap.ACCESS_READ)
            finally:
                os.close(handle)
            self._ring: _ring.Reader | None = _ring.Reader(self._memory)
        except (OSError, ValueError) as error:
            raise ControlError(f"{stream} cannot be read: {error}; subscribe to the picture again") from None
        self._room = np.empty(self._ring.capacity, np.uint8)
        self._seen = 0

    def newest(self) -> SharedPicture | None:
        """The newest picture, also where it was read before; None before the first, and where the session overtook the
        reader again and again."""
        ring = self._open_ring()
        overtaken = ring.newest
        facts = ring.read(self._room)
        if facts is None:
            self._seen = overtaken  # the next is waited for, and not this one again and again
            return None
        number, index, captured_ns, width, height, channels, timecode, look_id = facts
        self._seen = number
        pixels = self._room[: width * height * channels].reshape(height, width, channels)
        texts = (text.decode(errors="replace") for text in (timecode, look_id))
        return SharedPicture(pixels, number, index, captured_ns, *texts)

    def wait(self, timeout_s: float) -> bool:
        """Sleeps until there is a picture that was not read yet, or the stream has ended, but for no longer than that
        (0 to 3600); whether there is one. The interpreter is free meanwhile."""
        ring = self._open_ring()
        ring.wait(self._seen, timeout_s)
        return ring.newest != self._seen

    @property
    def has_ended(self) -> bool:
        """Whether the session has ended the stream. One that was killed says nothing: its pictures just stand."""
        return self._open_ring().has_ended

    def close(self) -> None:
        """Safe to call twice."""
        self._ring = None
        self._memory.close()

    def _open_ring(self) -> _ring.Reader:
        if self._ring is None:
            raise ControlError("this stream of pictures was closed")
        return self._ring
