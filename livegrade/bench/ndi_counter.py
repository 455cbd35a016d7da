"""A foreign NDI receiver that counts frames by the index burned into their pictures; run as a process of its own.

    python -m livegrade.bench.ndi_counter NAME SECONDS [SETTLE]

It shares no receiving code with our capture: the NDI library is called directly, and the blocks are read here from the
layout that livegrade.capture.indexcode documents (36 squares in the top left corner, numbered down 18 columns of 2:
white, black, 28 bits highest first, 4 check bits, black, white). cyndilib's Receiver cannot count: version 0.1 opens a
FrameSync on every receiver, and that takes pictures away from the plain reads. One JSON object is printed; the count
starts at the first picture whose code could be read SETTLE seconds (none) after the first picture of all.
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


def count_frames(name: str, seconds: float, settle: float = 0.0) -> Count:
    """Receives from the source whose stream name is `name` for `settle` seconds after its first picture, and then
    counts for `seconds`. Raises TimeoutError when there is no such source or no picture within 30 s."""
    count = Count()
    begin_ns: int | None = None
    for corner in _corners(name):
        now_ns = time.monotonic_ns()
        begin_ns = now_ns + round(settle * 1e9) if begin_ns is None else begin_ns
        if now_ns < begin_ns:
            continue
        count.add(read_blocks(corner))
        count.seconds = (now_ns - begin_ns) / 1e9
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
        count = count_frames(arguments[0], *map(float, arguments[1:3]))
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(count)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
