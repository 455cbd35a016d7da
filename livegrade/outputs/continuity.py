"""The order of pictures in a recording, so that picture n of a file is the source's picture start + n, and its start
timecode + n is true: what is missing is made up for by repeats, and what cannot be made up for begins a new part.

Decisions only, on values; writing is in `recording`.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.timing.timecode import Timecode, TimecodeRate
    from livegrade.video.frame import Frame

LONGEST_GAP_S = 10
"""What is missing for longer is not made up for by a still picture."""
TIMECODE_PLAY = 2
"""Pictures by which a timecode may be off before it has jumped: NDI senders often read a clock for each picture."""
DRIFT_OVER = 256
"""Pictures after which a timecode that is off on the average has drifted, by one picture: a clock that is not the
camera's, or labels without drop frame that keep to the time of day (one picture in 1000). Faster is a jump."""


class Placed(NamedTuple):
    """The next picture to write. `repeats`: it stands for a missing one; `missing`: how many are left out before it;
    `because`: None, or why a new part begins with it (empty: it is the very first)."""

    frame: Frame
    because: str | None = None
    repeats: bool = False
    missing: int = 0


class Continuity:
    """For one thread. Holds back one picture at most: one whose timecode does not fit, until the next one tells a jump
    from a misread label. A timecode that stands still is no jump; one that runs on from there is.

    `drift`: pictures by which the timecode has slowly moved away from that of the file, since its start. `loops`: the
    source begins again and again, and its timecode with it; that is no jump.
    """

    def __init__(self, *, loops: bool = False) -> None:
        self.drift = 0
        self._loops = loops
        self._off = 0
        self._followed = 0
        self._last: Frame | None = None
        self._doubtful: Frame | None = None
        self._offset: tuple[int, TimecodeRate] | None = None

    def place(self, frame: Frame) -> Iterator[Placed]:
        """What to write now that `frame` has come."""
        doubtful, self._doubtful = self._doubtful, None
        if doubtful is not None:
            yield from self._put(doubtful, jumped=_runs_on(doubtful, frame))
        if self._is_doubtful(frame):
            self._doubtful = frame
        else:
            yield from self._put(frame)

    def finish(self, newest: int | None = None) -> Iterator[Placed]:
        """What is left to write; `newest`: the index of the last picture there was, whether it came or not."""
        doubtful, self._doubtful = self._doubtful, None
        if doubtful is not None:
            yield from self._put(doubtful)
        last = self._last
        if last is not None and newest is not None and 0 < newest - last.index <= _most(last):
            yield from _repeats(last, newest - last.index)

    def _is_doubtful(self, frame: Frame) -> bool:
        last, offset = self._last, _offset(frame)
        if self._loops or last is None or offset is None or self._break(last, frame) is not None:
            return False
        return not _close(offset, self._offset)

    def _put(self, frame: Frame, jumped: bool = False) -> Iterator[Placed]:
        last, self._last = self._last, frame
        because = "" if last is None else self._break(last, frame)
        if last is not None and because is None and jumped:
            because = _jump(last.timecode, frame.timecode)
        if because is not None:
            self._offset = _offset(frame)
            self.drift = self._off = self._followed = 0
            missing = frame.index - last.index - 1 if last is not None and last.format == frame.format else 0
            yield Placed(frame, because, missing=max(0, missing))
            return
        if last is not None:
            yield from _repeats(last, frame.index - last.index - 1)
        self._follow(_offset(frame))
        yield Placed(frame)

    def _follow(self, offset: tuple[int, TimecodeRate] | None) -> None:
        """Measures from where the timecode is now, and not from where it was at the start of the part."""
        start = self._offset
        if self._loops or offset is None or start is None or not _close(offset, start):
            return
        day = start[1].frames_per_day
        self._off += (offset[0] - start[0] + day // 2) % day - day // 2
        self._followed += 1
        if self._followed < DRIFT_OVER:
            return
        step = (self._off * 2 > self._followed) - (self._off * 2 < -self._followed)
        self._offset = ((start[0] + step) % day, start[1])
        self.drift += step
        self._off = self._followed = 0

    def _break(self, last: Frame, frame: Frame) -> str | None:
        if frame.format != last.format:
            return f"the signal changed from {last.format} to {frame.format}"
        if frame.index <= last.index:
            return "the source began to count its pictures anew"
        missing = frame.index - last.index - 1
        if missing > _most(last):
            return f"{float(missing / last.format.rate.fps):.1f} s of pictures are missing"
        return None


def _most(frame: Frame) -> int:
    """Pictures in a row that are made up for."""
    return int(LONGEST_GAP_S * frame.format.rate.fps)


def _repeats(last: Frame, count: int) -> Iterator[Placed]:
    """The last picture again, without its sound, in the places of those that follow it."""
    fps = Fraction(last.format.rate.fps)
    for number in range(1, count + 1):
        timecode = last.timecode + number if last.timecode is not None else None
        pts = last.pts + number / fps if last.pts is not None else None
        yield Placed(replace(last, index=last.index + number, timecode=timecode, pts=pts, audio=None), repeats=True)


def _offset(frame: Frame) -> tuple[int, TimecodeRate] | None:
    """Where the timecode would be at picture 0; None where the picture has none that a file could carry."""
    timecode = frame.timecode
    if timecode is None or timecode.rate.rate != frame.format.rate:
        return None
    return (timecode.frames - frame.index) % timecode.rate.frames_per_day, replace(timecode.rate, per_label=1)


def _close(one: tuple[int, TimecodeRate] | None, other: tuple[int, TimecodeRate] | None) -> bool:
    if one is None or other is None:
        return one is other
    day = one[1].frames_per_day
    distance = abs(one[0] - other[0]) % day
    return one[1] == other[1] and min(distance, day - distance) <= TIMECODE_PLAY


def _runs_on(before: Frame, after: Frame) -> bool:
    """Whether the timecode goes on from one to the other: it neither stands still nor is it another one."""
    if before.timecode is None or after.timecode is None or after.index <= before.index:
        return False
    return before.timecode != after.timecode and _close(_offset(before), _offset(after))


def _jump(before: Timecode | None, after: Timecode | None) -> str:
    if before is None:
        return f"a timecode begins with {after}"
    return f"the timecode jumps from {before} to {after}"
