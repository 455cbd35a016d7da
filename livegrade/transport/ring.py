"""The ring of pictures in a file that clients of the same user map: one session writes and waits for nobody, any number
read. Each ring is one stream. The reader is livegrade.control.ringreader."""

from __future__ import annotations

import contextlib
import mmap
import os
from typing import TYPE_CHECKING

from livegrade.errors import SinkError
from livegrade.transport import _ring

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SLOTS = 4
"""While one is written, the newest and two before it are whole: a reader has two picture periods to copy one."""
CHANNELS = 4
_BLOCK = bytes(1 << 20)


def bytes_needed(width: int, height: int) -> int:
    """Of a ring for pictures of that size."""
    return _ring.ring_size(SLOTS, width * height * CHANNELS)


class RingWriter:
    """Owns the file and its memory. For one thread."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        """For pictures of at most `width` x `height` pixels of CHANNELS bytes. Readable for the user alone. Raises
        SinkError where there is no room, or something of that name."""
        capacity = width * height * CHANNELS
        size = bytes_needed(width, height)
        self.path = path
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            try:
                _reserve(handle, size)
                self._memory = mmap.mmap(handle, size)
            except BaseException:
                path.unlink()
                raise
            finally:
                os.close(handle)
        except OSError as error:
            raise SinkError(
                f"{path}: {size / 1e6:.0f} MB for shared pictures cannot be had: {error.strerror or error}; "
                "ask for smaller ones, or set LIVEGRADE_RUNTIME to a folder with more room"
            ) from None
        self._ring: _ring.Writer | None = _ring.Writer(self._memory, SLOTS, capacity)

    def write(
        self, picture: NDArray[np.uint8], *, index: int, captured_ns: int, timecode: str = "", look_id: str = ""
    ) -> None:
        """The newest picture now: uint8 (height, width, channels), copied; at most as large as asked for. `index`,
        `captured_ns`: of the source's picture."""
        if self._ring is not None:
            self._ring.write(picture, index, captured_ns, timecode, look_id)

    def close(self) -> None:
        """Readers are told that it is over, and the file is gone; they keep what they have mapped. Safe to call
        twice."""
        if self._ring is None:
            return
        self._ring.end()
        self._ring = None
        self._memory.close()
        with contextlib.suppress(OSError):  # Windows keeps it while somebody has it mapped; the next session clears it
            self.path.unlink(missing_ok=True)


def _reserve(handle: int, size: int) -> None:
    """Memory that is mapped and not there when it is written to ends the program, so all of it is asked for now."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
        return
    for begin in range(0, size, len(_BLOCK)):
        os.write(handle, _BLOCK[: min(len(_BLOCK), size - begin)])
