"""One recording: a sink that keeps every picture, and what is done so that its files are true. Missing pictures are
made up for and counted, a break in the signal begins a new file, and both are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.outputs.continuity import Continuity, Placed
from livegrade.outputs.sink import Partial, stream_start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from livegrade.outputs.sink import Sink
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

TOLD_EVERY_S = 5
"""Gaps that follow each other faster are told together."""


class Recording:
    """For one thread. `pictures`: in the files, kept repeats included; `missing`: how many of the source's are
    not; `files`: where it goes, in order, under their final names; `format`: of the newest file, None before the first.

    `tell` is given a sentence for every break and gap, and whenever the drift of the timecode has doubled. `loops`: see
    `Continuity`.
    """

    def __init__(self, sink: Sink, tell: Callable[[str], None], *, loops: bool = False) -> None:
        self.pictures = 0
        self.missing = 0
        self.files: tuple[Path, ...] = ()
        self.format: VideoFormat | None = None
        self._sink = sink
        self._tell = tell
        self._order = Continuity(loops=loops)
        self._told_drift = 0
        self._parts = 0
        self._path: Path | None = None
        self._gap: _Gap | None = None
        self._telling_from = 0
        self._how = "repeated"
        self._left_out = 0
        self._newest: int | None = None

    @property
    def shortfall(self) -> str:
        """What is not whole, as a sentence without its subject; empty when it is."""
        if not self.missing:
            return ""
        if not self._left_out:
            return f"{_pictures(self.missing)} missing, {self._how}"
        repeated = f"{self.missing - self._left_out} {self._how}, " if self.missing > self._left_out else ""
        return f"{_pictures(self.missing)} missing ({repeated}{self._left_out} left out)"

    @property
    def drift(self) -> int:
        """Pictures by which the source's timecode has moved away from that of the newest file, since its start."""
        return self._order.drift

    def write(self, frame: Frame) -> None:
        """Raises what the sink raises."""
        for placed in self._order.place(frame):
            self._write(placed)
        if abs(self.drift) >= max(1, 2 * self._told_drift):
            self._told_drift = abs(self.drift)
            self._tell(f"{drifted(self.drift)} at {_place(frame)}; the file counts its pictures")

    def close(self, newest: int | None = None) -> None:
        """Finish all that was written. `newest`: index of the source's last picture. Raises what the sink raises."""
        for placed in self._order.finish(newest):
            self._write(placed)
        if newest is not None and self._newest is not None and newest > self._newest:
            self._leave_out(newest - self._newest)
        self._tell_gap()
        self._sink.close()
        self._path = None

    def abort(self) -> Partial | None:
        """Give up what is open, and say what is left of it; None where no file was begun. Never raises."""
        lost = None if self._path is None else Partial(self._path, 0)
        return self._sink.abort() or lost

    def _write(self, placed: Placed) -> None:
        frame = placed.frame
        if placed.because is not None:
            self._begin(placed, placed.because)
        instead = self._sink.write(frame)
        self.pictures += instead is None
        self._newest = frame.index
        if placed.repeats:
            self._how = instead or self._how
            self._miss(frame)
        elif self._gap is not None and frame.index >= self._telling_from:
            self._tell_gap()
            self._telling_from = frame.index + TOLD_EVERY_S * frame.format.rate.nominal

    def _begin(self, placed: Placed, because: str) -> None:
        frame = placed.frame
        self._tell_gap()
        self._leave_out(placed.missing)
        self._telling_from = frame.index
        self._told_drift = 0
        if self._parts:
            self._sink.close()
            self._path = None
        self._path = path = self._sink.open(frame.format, stream_start(frame))
        self._parts += 1
        self.format = frame.format
        self.files += (path,) if path is not None else ()
        if because:
            self._tell(f"{because}; the recording goes on at {_place(frame)}" + (f" in {path}" if path else ""))

    def _leave_out(self, count: int) -> None:
        self.missing += count
        self._left_out += count

    def _miss(self, frame: Frame) -> None:
        self.missing += 1
        gap = self._gap
        if gap is None:
            self._gap = _Gap(frame)
        else:
            gap.see(frame)

    def _tell_gap(self) -> None:
        gap, self._gap = self._gap, None
        if gap is not None:
            self._tell(f"{_pictures(gap.missing)} missing, {self._how} at {gap.places}")


class _Gap:
    """Gaps that are told together. `missing`: pictures."""

    def __init__(self, frame: Frame) -> None:
        self.missing = 1
        self._first = frame
        self._last = frame

    def see(self, frame: Frame) -> None:
        self.missing += 1
        self._last = frame

    @property
    def places(self) -> str:
        """One place, or from where to where there are several."""
        if self._last.index - self._first.index < self.missing:
            return _place(self._first)
        return f"places from {_place(self._first)} to {_place(self._last)}"


def _place(frame: Frame) -> str:
    return str(frame.timecode) if frame.timecode is not None else f"picture {frame.index}"


def drifted(pictures: int) -> str:
    """What has become of the source's timecode, as a sentence; empty where nothing has."""
    if not pictures:
        return ""
    return f"the source's timecode has drifted {_pictures(abs(pictures))} {'ahead' if pictures > 0 else 'behind'}"


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
