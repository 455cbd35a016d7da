"""What a person sees of the desktop: grabs of an X server's screen by FFmpeg, and the index that the simulated camera
burns into its picture, read from there; run as a process of its own.

    python -m livegrade.bench.screen_counter DISPLAY WIDTHxHEIGHT SECONDS [LEFT,TOP,UNIT]

It knows nothing of the window and looks for the picture, or where it was found before: to search the screen takes a
core for a while. One line says that it looks, then one JSON object is printed:
when the first picture was seen, then for SECONDS how many grabs there were, and how many different pictures.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import av
import numpy as np
from numpy.typing import NDArray

from livegrade.capture.indexcode import COLUMNS, read_index

FIND_S = 60.0
PER_SECOND = 60
FIND_PER_SECOND = 10
"""Grabs while a picture is looked for: what is measured has the machine's time meanwhile, not this."""
SEARCHED = 10
"""Of so many grabs one is searched as a whole where it is known where the picture was: it may stand elsewhere."""

UNIT = 24
"""Pixels of a block's side in a picture of fewer than 1,440 lines, before it was scaled for the window."""
CLEAR = 40
"""Least distance between a white and a black block, of 255."""
REACH = 1000
"""Pixels from a code's first block to its last, at most."""
COARSE, STEP, MOVED = 16, 8, 0.01
"""Every so many pixels of a row and a column is compared with the grab before; where more than MOVED of them are others
by STEP, something like a picture moves, and is searched for: that takes most of a core."""
LATER = 100
"""Pictures between two grabs at most; what looks like a code by chance does not count on."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a picture's code is on the screen: its corner, and the side of a block there, in pixels."""

    left: float
    top: float
    unit: float

    @property
    def words(self) -> str:
        return f"{self.left:g},{self.top:g},{self.unit:g}"

    def again(self, grey: NDArray[np.uint8], later: NDArray[np.uint8]) -> Found | None:
        """Itself where it is there in `grey` and has gone on in `later`, by up to LATER."""
        index, then = self.index(grey), self.index(later)
        return self if index is not None and then is not None and 0 < then - index <= LATER else None

    def index(self, grey: NDArray[np.uint8]) -> int | None:
        """The index in a grab; None where there is none that can be read."""
        rows, columns = _centres(self.top, self.unit, 2), _centres(self.left, self.unit, COLUMNS)
        if rows[-1] >= grey.shape[0] or columns[-1] >= grey.shape[1]:
            return None
        blocks = grey[np.ix_(rows, columns)]
        return read_index(np.kron(blocks, np.ones((4, 4), np.uint8)), 4)


def grabs(display: str, size: tuple[int, int], per_second: int) -> Iterator[NDArray[np.uint8]]:
    """The screen's luma, (height, width), so many times a second, until the caller has enough."""
    options = {"framerate": str(per_second), "video_size": f"{size[0]}x{size[1]}", "draw_mouse": "0"}
    with av.open(display, format="x11grab", options=options) as screen:
        for frame in screen.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgra")[..., 1], np.uint8)


def has_moved(grey: NDArray[np.uint8], later: NDArray[np.uint8]) -> bool:
    """Whether there is more that differs between two grabs than words and marks of a window."""
    before, after = (each[::COARSE, ::COARSE].astype(np.int16) for each in (grey, later))
    return bool(np.mean(abs(before - after) >= STEP) > MOVED)


def find(grey: NDArray[np.uint8], later: NDArray[np.uint8], *, within: tuple[int, int] = (320, 240)) -> Found | None:
    """The first code whose corner is in the screen's corner of that size: a white block over a black one where the
    picture begins, the rest as the table says, and in a `later` grab an index that has gone on by up to LATER."""
    width, height = within
    corner = grey[: height + REACH, : width + REACH].astype(np.int16)
    if np.ptp(corner) <= CLEAR:
        return None  # nothing is shown there yet
    for unit in np.arange(6.0, 30.0, 0.25):
        # The four corner blocks: white over black at the left, black over white at the right.
        (above, under), (left, right) = _centres(0, unit, 2), _centres(0, unit, COLUMNS)[[0, -1]]
        corners = [
            corner[y : y + height, x : x + width]
            for y, x in ((above, left), (under, left), (under, right), (above, right))
        ]
        if any(each.shape != (height, width) for each in corners):
            return None
        white, black, last_white, last_black = corners
        maybe = (white - black > CLEAR) & (abs(white - last_white) < CLEAR / 2) & (abs(black - last_black) < CLEAR / 2)
        for top, left in np.argwhere(maybe):
            found = Found(float(left), float(top), float(unit))
            if found.again(grey, later) is not None:
                return _centred(found, grey)
    return None


def _centred(found: Found, grey: NDArray[np.uint8]) -> Found:
    """The middle of all places about it that read the same: the one that stays right when edges are soft."""
    wanted = found.index(grey)
    near = [
        (found.left + x, found.top + y, found.unit + u)
        for x in np.arange(-8, 8.5, 1)
        for y in np.arange(-8, 8.5, 1)
        for u in np.arange(-0.5, 0.75, 0.25)
        if found.left + x >= 0 and found.top + y >= 0
    ]
    same = [place for place in near if Found(*place).index(grey) == wanted]
    left, top, unit = np.mean(same, axis=0)
    return Found(float(left), float(top), float(unit))


def _centres(start: float, unit: float, count: int) -> NDArray[np.intp]:
    return np.asarray(np.floor(start + unit * (np.arange(count) + 0.5)), np.intp)


@dataclass(frozen=True, slots=True)
class Seen:
    """`first_s`: when a picture was on the screen first, by `time.monotonic`; None: there was none in FIND_S.
    `pictures`: different ones in `seconds`, `first` and `last` their indices; `grabs`: how many were looked at,
    `unreadable` those without a code; `place`: where it is, as the last argument says it."""

    first_s: float | None
    place: str = ""
    seconds: float = 0.0
    grabs: int = 0
    pictures: int = 0
    unreadable: int = 0
    first: int = 0
    last: int = 0


def watch(display: str, size: tuple[int, int], seconds: float, known: Found | None = None) -> Seen:
    """Looks for a picture on the screen (`known`: where), and counts for so long; 0 seconds: only until it is there."""
    place, first_s = _wait_for_picture(display, size, known)
    if place is None:
        return Seen(None)
    if not seconds:
        return Seen(first_s, place.words)
    indices: list[int | None] = []
    counting_s = time.monotonic()
    for grey in grabs(display, size, PER_SECOND):
        indices.append(place.index(grey))
        if time.monotonic() > counting_s + seconds:
            break
    read = [index for index in indices if index is not None]
    if not read:
        return Seen(first_s, place.words, seconds, len(indices), 0, len(indices))
    return Seen(
        first_s, place.words, seconds, len(indices), len(set(read)), len(indices) - len(read), read[0], read[-1]
    )


def _wait_for_picture(display: str, size: tuple[int, int], known: Found | None) -> tuple[Found | None, float | None]:
    """Where it is and since when, once it has gone on; None after FIND_S."""
    began_s = time.monotonic()
    before: tuple[NDArray[np.uint8], float] | None = None
    for looked, grey in enumerate(grabs(display, size, FIND_PER_SECOND), start=1):
        grabbed_s = time.monotonic()
        look = find if known is None or looked % SEARCHED == 0 else known.again
        place = look(before[0], grey) if before is not None and has_moved(before[0], grey) else None
        if before is not None and place is not None:
            return place, before[1]
        if grabbed_s > began_s + FIND_S:
            break
        before = grey, grabbed_s
    return None, None


def main(arguments: list[str]) -> int:
    """Prints what was seen."""
    display, size, seconds, *known = arguments
    width, height = map(int, size.split("x"))
    place = Found(*map(float, known[0].split(","))) if known else None
    print("looking", flush=True)
    print(json.dumps(asdict(watch(display, (width, height), float(seconds), place))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
