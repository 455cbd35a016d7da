"""Where two clocks stand to each other: which place of a source's time line is due at a sink's tick, and when the two
have drifted a whole frame apart. Arithmetic only; what is dropped or repeated for it is decided in `edges`.

Each source picture has a place (its index); each tick moves the wanted place on by source rate / sink rate, exactly, so
rates that differ by name convert in a fixed cadence. The *slack* of a picture is the time from its arrival to the tick
at which it falls due. Averaged over 128 arrivals the jitter is out of it and the drift of the two clocks is left. A
sink that has no crystal of its own is moved by it instead: its ticks follow the source, and nothing ever slips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from livegrade.timing.rate import Rate

SETTLING = 128
"""Arrivals averaged: first to find where the lock stands, then to follow the drift."""
STRAY = 8
"""Arrivals in a row, each more than 1.5 frames off the average, that end the lock; also how many places the sink may be
ahead of the newest picture before the source counts as stopped."""

EASE = 64
"""Ticks that are the program's are moved by a 64th of what the average is off, at each tick: 25 ms are gone in ten
seconds of 25p, a period never changes by more than a twentieth, and a drift of 1000 ppm leaves a fifth of a period."""


class Step(NamedTuple):
    """One tick. `want`: the place due. `cadence`: places that the named rates alone moved on by. `slip`: 1 when a frame
    more and -1 when a frame less is passed over, because the drift has reached a whole frame; else 0."""

    want: int
    cadence: int
    slip: int


class PhaseLock:
    """Follows one source from one sink. Not thread-safe: the edge that owns it locks.

    Locking puts the slack at `depth` source frames, 3/8 less to 5/8 more. A slip happens when the average has moved
    from there by a whole frame of the faster side, and puts it back; nothing else moves it. At depth 1 a source slower
    than the sink may cost its first repeat early, when 3/8 of a frame of slack is left: there is no whole frame to
    lose. Depths 2 and 3 keep the rule in both directions.

    `eased`: the ticks are the program's, and whoever makes them moves each by `ease`. Locking puts the slack at `depth`
    frames and up to one more, easing brings it to `depth` and a quarter and holds it there; there are no slips.
    """

    def __init__(self, depth: int, source: Rate, sink: Rate, *, eased: bool = False) -> None:
        if depth not in (1, 2, 3):
            raise ValueError(f"a paced edge is one to three frames deep, not {depth}")
        step = source.fps / sink.fps
        # Places are integers in units of 1/_unit of a source frame: a cadence never accumulates rounding.
        self._step, self._unit = step.numerator, step.denominator
        self._frame_ns = source.period_ns
        self._slip_by = min(self._step, self._unit)
        self._slip_ns = self._frame_ns * self._slip_by // self._unit
        self._unit_ns = (NS_PER_SECOND * source.fps.denominator, source.fps.numerator * self._unit)
        self._low_ns = self._frame_ns * 3 // 8
        self._least_ns = depth * self._frame_ns - (0 if eased else self._low_ns)
        self._eased = eased
        self._aim_ns = depth * self._frame_ns + self._frame_ns // 4
        self._place = 0
        self._tick_ns = 0
        self.capacity = depth + 3 + -(-self._step // self._unit)
        """Pictures that may wait at once: the depth, a whole frame of drift, what one tick passes over, and two."""
        self.unlock()

    def unlock(self) -> None:
        self.locked = False
        self._samples = self._slack_sum = self._strays = 0
        self._anchor_ns: int | None = None

    def lock(self, tick_ns: int, index: int, arrived_ns: int) -> int:
        """Locks so that picture `index` has a slack of `depth` frames; the place that is due at this tick."""
        ahead = -(-(self._least_ns - (tick_ns - arrived_ns)) // self._frame_ns)
        self._place = (index - ahead) * self._unit
        self._tick_ns = tick_ns
        self.locked = True
        self.arrived(index, arrived_ns)
        return index - ahead

    def arrived(self, index: int, arrived_ns: int) -> None:
        """Takes one arrival into the averaged slack; may end the lock."""
        ns, per = self._unit_ns
        slack_ns = self._tick_ns + (index * self._unit - self._place) * ns // per - arrived_ns
        if self._samples and abs(slack_ns - self.slack_ns) > self._frame_ns * 3 // 2:
            self._strays += 1
            if self._strays == STRAY:
                self.unlock()
            return
        self._strays = 0
        if self._samples < SETTLING:
            self._samples += 1
            self._slack_sum += slack_ns
        else:
            self._slack_sum += slack_ns - self._slack_sum // SETTLING
        if self._anchor_ns is None and self._samples == SETTLING:
            self._anchor_ns = self.slack_ns

    def step(self, tick_ns: int) -> Step:
        """The next tick, at `tick_ns`; only while locked."""
        before = self._place // self._unit
        self._tick_ns = tick_ns
        self._place += self._step
        cadence = self._place // self._unit - before
        slip = self._drift()
        self._place += slip * self._slip_by
        return Step(self._place // self._unit, cadence, slip)

    def ease(self) -> int:
        """By how many nanoseconds the next tick and all after it are to be later; below 0: earlier. Counts as done."""
        if not self._eased or self._samples < SETTLING:
            return 0
        later_ns = (self._aim_ns - self.slack_ns) // EASE
        self._slack_sum += later_ns * self._samples
        return later_ns

    def _drift(self) -> int:
        if self._eased or self._anchor_ns is None:
            return 0
        high_ns = self._anchor_ns + self._slip_ns
        low_ns = max(self._anchor_ns - self._slip_ns, self._low_ns)
        if low_ns < self.slack_ns < high_ns:
            return 0
        slip = 1 if self.slack_ns >= high_ns else -1
        self._anchor_ns = high_ns - self._slip_ns if slip > 0 else low_ns + self._slip_ns
        self._slack_sum -= slip * self._slip_ns * SETTLING
        return slip

    @property
    def slack_ns(self) -> int:
        """The averaged slack, 0 while not locked."""
        return self._slack_sum // self._samples if self._samples else 0
