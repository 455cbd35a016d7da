"""The scopes of one slot: measured after the picture has gone out, at most so many times a second, and shed, counted,
when the next frame is already waiting or would have to wait for long. A scope that fails is switched off with a
sentence; the picture goes on."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.scopes.measure import ScopeCounts, Tap
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.engine.engine import FramePass
    from livegrade.scopes.measure import ScopeData, ScopeRequest
    from livegrade.session.setup import ScopePlan
    from livegrade.timing.clock import Clock
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

SETS_KEPT = 4
"""Taps and formats for which arrays are kept."""


class Scoping:
    """For one thread; the results may be read from any. `fault`: why the scopes are off, or empty."""

    def __init__(self, plan: ScopePlan, clock: Clock) -> None:
        self.latest: dict[Tap, ScopeData] = {}
        self.measured = 0
        self.shed = 0
        self.took_ns = Percentiles()
        self.fault = ""
        self._plan = plan
        self._clock = clock
        self._due_ns = 0
        self._forecast_ns = 0
        self._taps = [Tap.SOURCE, Tap.GRADED]
        self._counts: dict[tuple[Tap, VideoFormat], list[ScopeCounts]] = {}

    def measure_if_due(self, work: FramePass, graded: VideoFormat, next_waits: Callable[[], bool]) -> None:
        """Counts both taps of the frame in `work`, unless the next one waits: that is asked before each tap, and the
        tap that comes first changes from time to time, so that a busy machine still shows both. `graded`: the format
        of the graded tap."""
        now_ns = self._clock.now_ns()
        if self.fault or now_ns < self._due_ns:
            return
        self._due_ns = max(self._due_ns + NS_PER_SECOND // self._plan.per_second, now_ns)
        self._taps.reverse()
        try:
            for tap in self._taps:
                if next_waits() or self._would_be_late(work.frame):
                    self.shed += 1
                else:
                    self._measure(work, tap, work.frame.format if tap is Tap.SOURCE else graded)
        except Exception as error:
            # An edge like that of a thread: whatever a scope does, the picture goes on without it.
            _log.exception("scopes failed")
            self.fault = f"scopes are off, they failed: {error}"
        # At most half of the time, so that a machine that is short of it keeps the rest for the pictures.
        ended_ns = self._clock.now_ns()
        self._due_ns = max(self._due_ns, 2 * ended_ns - now_ns)

    def _would_be_late(self, frame: Frame) -> bool:
        """Whether the next frame would have to wait for more than half of its time, as long as the last one took."""
        period_ns = frame.format.rate.period_ns
        if self._clock.now_ns() + self._forecast_ns <= frame.captured_ns + period_ns * 3 // 2:
            return False
        # Less and less believed, or scopes that were slow once would never come back.
        self._forecast_ns = self._forecast_ns * 15 // 16
        return True

    def _measure(self, work: FramePass, tap: Tap, format: VideoFormat) -> None:
        began_ns = self._clock.now_ns()
        step = 2 if work.frame.format.height >= self._plan.subsample_above else 1
        request = replace(self._plan.request, step=step).at(work.frame.index)
        self.latest[tap] = work.measure(tap, request, format, self._spare_counts(tap, format, request))
        self._forecast_ns = self._clock.now_ns() - began_ns
        self.took_ns.record(self._forecast_ns)
        self.measured += 1

    def _spare_counts(self, tap: Tap, format: VideoFormat, request: ScopeRequest) -> ScopeCounts:
        """Two sets of arrays in turn for each tap, so that a reader of the last one is not written over at once."""
        sets = self._counts.get((tap, format))
        if sets is None:
            if len(self._counts) >= SETS_KEPT:
                self._counts.clear()
            sets = self._counts[tap, format] = [ScopeCounts.empty(request, format) for _ in range(2)]
        sets.reverse()
        return sets[0]
