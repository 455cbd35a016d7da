"""A foreign NDI receiver that counts frames by the index burned into their pictures; run as a process of its own.

    python -m livegrade.bench.ndi_counter NAME SECONDS [locked]

It shares no receiving code with our capture: the NDI library is called directly, and the blocks are read here from the
layout that livegrade.capture.indexcode documents (36 squares in the top left corner, numbered down 18 columns of 2:
white, black, 28 bits highest first, 4 check bits, black, white). cyndilib's Receiver cannot count: version 0.1 opens a
FrameSync on every receiver, and that takes pictures away from the plain reads. One JSON object is printed; the count
starts at the first picture whose code could be read; with `locked` after LOCK of them have come one after the other,
and what came before, gaps too, is told apart.
"""

from __future__ import annotations

import ctypes
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from livegrade.transport import ndi_abi as abi
from livegrade.transport import ndi_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FIND_S = 30.0
SILENCE_S = 2.0
COLOR_UYVY = 1
"""NDIlib_recv_color_format_UYVY_BGRA."""
COLUMNS, ROWS = 18, 2
LEAST_CONTRAST = 10.0
LOCK = 25
"""Pictures in a row, each once and in order, after which a connection counts as locked: a second at 25p."""


@dataclass(slots=True)
class Count:
    """`gaps`: indices that never came; `repeats`: pictures with the index of the one before; `backwards`: pictures
    with a lower index than the one before; `unreadable`: pictures whose code was damaged, after the first good one."""

    frames: int = 0
    gaps: int = 0
    repeats: int = 0
    backwards: int = 0
    unreadable: int = 0
    first: int | None = None
    last: int | None = None
    seconds: float = 0.0
    pictures_to_lock: int = 0
    """Pictures that came before the count began, where it waits for the lock; `gaps_to_lock`: missing among them."""
    gaps_to_lock: int = 0
    lost_at: list[int] = field(default_factory=list)
    """The first few indices after which something was missing."""

    def add(self, index: int | None) -> None:
        if index is None:
            self.unreadable += self.first is not None
            return
        self.frames += 1
        if self.first is None or self.last is None:
            self.first = index
        elif index == self.last:
            self.repeats += 1
        elif index < self.last:
            self.backwards += 1
        elif index > self.last + 1:
            self.gaps += index - self.last - 1
            self.lost_at = [*self.lost_at, self.last][:8]
        self.last = index


def read_blocks(corner: NDArray[np.uint8]) -> int | None:
    """The index in `corner`, luma uint8 (2 sides, 18 sides), or None where it is no code or a damaged one."""
    side = corner.shape[0] // ROWS
    centre = slice(side // 3, -(side // 3))
    levels = corner.reshape(ROWS, side, COLUMNS, side)[:, centre, :, centre].mean(axis=(1, 3)).T.ravel()
    white, black = (levels[0] + levels[35]) / 2, (levels[1] + levels[34]) / 2
    if white - black < LEAST_CONTRAST:
        return None
    bits = "".join("1" if level > (white + black) / 2 else "0" for level in levels)
    index, check = int(bits[2:30], 2), 0b1010
    for shift in range(0, 28, 4):
        check ^= index >> shift & 15
    return index if check == int(bits[30:34], 2) else None


class Lock:
    """Waits for LOCK pictures in a row; `before`: all that came until then."""

    def __init__(self) -> None:
        self.before = Count()
        self._row = 0
        self._last: int | None = None

    def is_there(self, index: int | None) -> bool:
        """Whether `index` completes the row."""
        self.before.add(index)
        follows = index is not None and self._last is not None and index == self._last + 1
        self._row = self._row + 1 if follows else int(index is not None)
        self._last = index
        return self._row >= LOCK


def count_frames(name: str, seconds: float, locked: bool = False) -> Count:
    """Receives from the source whose stream name is `name` for `seconds` after its first picture, or after its lock.
    Raises TimeoutError when there is no such source, no picture within 30 s, or no lock within a minute."""
    count = Count()
    lock = Lock() if locked else None
    begun_ns: int | None = None
    deadline = time.monotonic() + 2 * FIND_S
    for corner in _corners(name):
        now_ns = time.monotonic_ns()
        index = read_blocks(corner)
        if lock is not None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} never sent {LOCK} pictures in a row")
            if lock.is_there(index):
                count = Count(pictures_to_lock=lock.before.frames, gaps_to_lock=lock.before.gaps)
                lock = None
            continue
        count.add(index)
        begun_ns = now_ns if begun_ns is None else begun_ns
        count.seconds = (now_ns - begun_ns) / 1e9
        if count.seconds >= seconds:
            break
    return count


def _connected(name: str) -> int:
    """A receiver for the source with that stream name, as the library's pointer."""
    deadline = time.monotonic() + FIND_S
    while time.monotonic() < deadline:
        full = _find(name)
        if full is not None:
            source = abi.SourceName(full.encode(), None)
            create = abi.RecvCreate(source, COLOR_UYVY, abi.BANDWIDTH_HIGHEST, True, b"livegrade counter")
            return int(ndi_runtime.library().recv_create_v3(ctypes.byref(create)))
    raise TimeoutError(f"no NDI source called {name} within {FIND_S:.0f} s")


def _find(name: str) -> str | None:
    """The full name of the source, or None after a few seconds; a new finder asks everybody again."""
    wanted = re.compile(rf".*\({re.escape(name)}\)")
    finder = ndi_runtime.Finder()
    try:
        for _ in range(20):
            found = next((full for full in finder.names() if wanted.fullmatch(full)), None)
            if found is not None:
                return found
            finder.wait(200)
    finally:
        finder.close()
    return None


def _corners(name: str) -> Iterator[NDArray[np.uint8]]:
    """Luma of the corner with the code, a copy, of every picture received; ends when none came for a while."""
    library = ndi_runtime.library()
    receiver = _connected(name)
    video = abi.VideoFrame()
    try:
        deadline = time.monotonic() + FIND_S
        while time.monotonic() < deadline:
            if library.recv_capture_v3(receiver, ctypes.byref(video), None, None, 100) != abi.FRAME_VIDEO:
                continue
            side = 24 if video.yres < 1440 else 48
            rows = (ctypes.c_uint8 * (ROWS * side * video.line_stride)).from_address(video.data)
            corner = np.frombuffer(rows, np.uint8).reshape(ROWS * side, -1)[:, 1 : 2 * COLUMNS * side : 2].copy()
            library.recv_free_video_v2(receiver, ctypes.byref(video))
            yield corner
            deadline = time.monotonic() + SILENCE_S
    finally:
        library.recv_destroy(receiver)


def main(arguments: list[str]) -> int:
    try:
        count = count_frames(arguments[0], float(arguments[1]), arguments[2:] == ["locked"])
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(count)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
