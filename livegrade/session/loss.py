"""What a live output shows while its source has no signal: the last picture (marked after a second), black or bars."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.errors import PoolExhaustedError
from livegrade.outputs.fallback import bars, black, mark_held
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import OnLoss
from livegrade.video.pool import BufferPool, Lease

if TYPE_CHECKING:
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

MARK_AFTER_NS = NS_PER_SECOND
MARKED_BUFFERS = 4
"""The marked picture that is shown, the next one, and what the sink still reads."""


class LossPicture:
    """Chooses the picture of each tick, for one thread. `since_ns`: when the signal was lost, None while it is there;
    may be set from any thread, as `on_loss` may. `shown`: ticks at which the picture was not live.

    Black and bars are drawn with the first picture of a format, so that they are there when they are needed, or when
    they are asked for; the
    marked picture is drawn once a second, into buffers that are used again.
    """

    def __init__(self, on_loss: OnLoss) -> None:
        self.on_loss = on_loss
        self.since_ns: int | None = None
        self.shown = 0
        self._drawn: OnLoss | None = None
        self._lost_ns: int | None = None
        self._format: VideoFormat | None = None
        self._chart: Lease | None = None
        self._pool: BufferPool | None = None
        self._marked: tuple[Lease, int] | None = None
        self._opening: tuple[VideoFormat, Lease] | None = None

    def picture(self, frame: Frame, repeats: int, now_ns: int) -> Frame:
        """What to show at this tick, where `frame` is the newest one and was shown `repeats` times already: its sound
        and its ancillary packets go out once. A signal that has returned shows with its first new frame, not with the
        old one."""
        if frame.format != self._format or self.on_loss is not self._drawn:
            self._prepare(frame.format)
        if repeats == 0:
            self._lost_ns = self._marked = None
            return frame
        still = replace(frame, audio=None, ancillary=())
        since_ns = self.since_ns
        self._lost_ns = since_ns if since_ns is not None else self._lost_ns
        if self._lost_ns is None:
            return still
        self.shown += 1
        if self._chart is not None:
            return replace(still, pixels=self._chart)
        lost_ns = now_ns - self._lost_ns
        return still if lost_ns < MARK_AFTER_NS else self._mark(still, lost_ns // NS_PER_SECOND)

    def opening(self, frame: Frame) -> Frame:
        """Black in the format of `frame`, for a sink that must show something before its first picture is due."""
        if self._opening is None or self._opening[0] != frame.format:
            self._opening = frame.format, Lease(black(frame.format))
        return replace(frame, pixels=self._opening[1], timecode=None, audio=None, ancillary=())

    def _prepare(self, format: VideoFormat) -> None:
        self._format, self._drawn = format, self.on_loss
        if self._pool is None or self._pool.size != format.geometry.size:
            self._pool = BufferPool(format.geometry.size, limit=MARKED_BUFFERS)
        match self._drawn:
            case OnLoss.BLACK:
                self._chart = Lease(black(format))
            case OnLoss.BARS:
                self._chart = Lease(bars(format))
            case OnLoss.HOLD:
                self._chart = None

    def _mark(self, still: Frame, seconds: int) -> Frame:
        if self._pool is not None and (self._marked is None or self._marked[1] != seconds):
            # Where the sink still reads all buffers it keeps the picture it has until one is free.
            with contextlib.suppress(PoolExhaustedError):
                lease = self._pool.lease()
                mark_held(still.data, still.format, seconds * NS_PER_SECOND, lease.data)
                self._marked = lease, seconds
        return still if self._marked is None else replace(still, pixels=self._marked[0])
