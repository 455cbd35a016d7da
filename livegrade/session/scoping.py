"""The scopes of one slot: measured after the picture has gone out, at most so many times a second, and shed, counted,
when the next frame is already waiting or would have to wait for long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.scopes.measure import Tap
from livegrade.session.events import Link, State
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.engine.engine import FramePass
    from livegrade.scopes.measure import ScopeData
    from livegrade.session.setup import ScopePlan
    from livegrade.timing.clock import Clock
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

STARVED_S = 1.0
"""Scopes, meters and pictures for a window are left out while the engine is late, but for no longer than this: what
stands still says what is not so."""
STARVED_NS = round(STARVED_S * NS_PER_SECOND)
REST_NS = NS_PER_SECOND
"""How long scopes that failed are left alone before they are tried again."""


class Scoping:
    """For one thread; the results may be read from any, and held as long as one likes, and `plan` may be set. `state`:
    faulted, with the reason, from a failure until scopes were measured again."""

    def __init__(self, plan: ScopePlan, clock: Clock) -> None:
        self.latest: dict[Tap, ScopeData] = {}
        self.measured = 0
        self.shed = 0
        self.took_ns = Percentiles()
        self.state = State(Link.STARTING)
        self.plan = plan
        self._clock = clock
        self._due_ns = 0
        self._forecast_ns = 0
        self._measured_ns: dict[Tap, int] = {}
        self._taps = [Tap.SOURCE, Tap.GRADED]

    def measure_if_due(
        self, work: FramePass, graded: VideoFormat, next_waits: Callable[[], bool]
    ) -> tuple[ScopeData, ...]:
        """Counts both taps of the frame in `work`, unless the next one waits: that is asked before each tap, and the
        tap that comes first changes from time to time, so that a busy machine still shows both, each of them once in
        STARVED_NS at least. `graded`: the format
        of the graded tap. What was counted now. Raises what measuring raises; tell `fail` then."""
        now_ns = self._clock.now_ns()
        if now_ns < self._due_ns:
            return ()
        counted: list[ScopeData] = []
        self._due_ns = max(self._due_ns + NS_PER_SECOND // self.plan.per_second, now_ns)
        self._taps.reverse()
        for tap in self._taps:
            starved_ns = now_ns - self._measured_ns.setdefault(tap, now_ns)
            if starved_ns < STARVED_NS and (next_waits() or self._would_be_late(work.frame)):
                self.shed += 1
            else:
                counted.append(self._measure(work, tap, work.frame.format if tap is Tap.SOURCE else graded))
        # At most half of the time, so that a machine that is short of it keeps the rest for the pictures.
        ended_ns = self._clock.now_ns()
        self._due_ns = max(self._due_ns, 2 * ended_ns - now_ns)
        return tuple(counted)

    def fail(self, reason: str) -> bool:
        """Measuring failed: the state says why, and it is tried again after a rest. True when that is news."""
        known = self.state == State(Link.FAULTED, reason)
        self.state = State(Link.FAULTED, reason)
        self._due_ns = self._clock.now_ns() + REST_NS
        return not known

    def _would_be_late(self, frame: Frame) -> bool:
        """Whether the next frame would have to wait for more than half of its time, as long as the last one took."""
        period_ns = frame.format.rate.period_ns
        if self._clock.now_ns() + self._forecast_ns <= frame.captured_ns + period_ns * 3 // 2:
            return False
        # Less and less believed, or scopes that were slow once would never come back.
        self._forecast_ns = self._forecast_ns * 15 // 16
        return True

    def _measure(self, work: FramePass, tap: Tap, format: VideoFormat) -> ScopeData:
        began_ns = self._clock.now_ns()
        request = replace(self.plan.request, step=self.plan.sampling.step(format.height)).at(work.frame.index)
        data = self.latest[tap] = work.measure(tap, request, format)
        self._measured_ns[tap] = self._clock.now_ns()
        self._forecast_ns = self._measured_ns[tap] - began_ns
        self.took_ns.record(self._forecast_ns)
        self.measured += 1
        self.state = State(Link.RUNNING)
        return data
