"""What a live output shows while its source has no signal: the last picture (marked after a second), black or bars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.outputs.fallback import bars, black, mark_held
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.address import OnLoss
from livegrade.video.pool import Lease

if TYPE_CHECKING:
    from livegrade.video.frame import Frame

MARK_AFTER_NS = NS_PER_SECOND


class LossPicture:
    """Chooses the picture of each tick. `since_ns`: when the signal was lost, None while it is there; may be set from
    any thread. Black, bars and the marked picture are drawn once a second at most and kept."""

    def __init__(self, on_loss: OnLoss) -> None:
        self.since_ns: int | None = None
        self.shown = 0
        self._on_loss = on_loss
        self._drawn: tuple[object, int, Frame] | None = None

    def picture(self, frame: Frame, repeats: int, now_ns: int) -> Frame:
        """What to show at this tick, where `frame` is the newest one and was shown `repeats` times already."""
        since_ns = self.since_ns
        if repeats == 0:
            self._drawn = None
            return frame
        still = replace(frame, audio=None)
        if since_ns is None:
            return still
        self.shown += 1
        seconds = (now_ns - since_ns) // NS_PER_SECOND
        if self._on_loss is OnLoss.HOLD and now_ns - since_ns < MARK_AFTER_NS:
            return still
        key = seconds if self._on_loss is OnLoss.HOLD else 0
        if self._drawn is None or self._drawn[0] is not frame or self._drawn[1] != key:
            self._drawn = (frame, key, self._draw(still, seconds))
        return self._drawn[2]

    def _draw(self, still: Frame, seconds: int) -> Frame:
        format = still.format
        match self._on_loss:
            case OnLoss.BLACK:
                return replace(still, pixels=Lease(black(format)))
            case OnLoss.BARS:
                return replace(still, pixels=Lease(bars(format)))
            case OnLoss.HOLD:
                return replace(still, pixels=Lease(mark_held(still.data, format, seconds * NS_PER_SECOND)))
