"""When a live sink takes its next picture: at the ticks of the program's clock, or at those of a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from livegrade.video.edges import Paced

if TYPE_CHECKING:
    from livegrade.outputs.sink import ClockedSink, Tick
    from livegrade.timing.clock import Clock
    from livegrade.timing.rate import Rate
    from livegrade.video.frame import Frame

PATIENCE_NS = 500_000_000
"""How long a card that is there may leave out its ticks. Then the program's clock goes on for it."""
OVERSLEPT = 3
"""Pictures that wait in the edge for a thread which gets no core, beside those that it is deep; there is room for so
many."""
CREEP = 5000
"""The time of a card's ticks follows the earliest call-backs: they come late by this and that, never early. It moves
back by a 5000th of a period at each tick, 200 ppm, which is more than two clocks drift."""
MOST_MISSED = 200
"""Ticks left out in a row that are told to the edge one by one. Of more than that (a machine that slept) it learns
nothing but that it begins anew."""
SETTLING = 25
"""Ticks of a new time line within which one that is earlier by more than an eighth of a period begins the edge anew:
the first was late."""


class Beat(Protocol):
    """The ticks of one picture rate and the edge that is read at them. For the thread of the sink."""

    rate: Rate
    edge: Paced[Frame]

    @property
    def runs(self) -> bool:
        """Whether there are ticks at which a picture could be shown. From any thread."""

    def tick(self) -> int | None:
        """Waits for the next tick; its time, smoothed or as it was planned. Ticks that nobody was there for have been
        told to the edge. None: the sink wants a picture now, whichever there is."""


class ClockBeat:
    """Ticks of the program's clock, the first at `base_ns`; each is moved a little to where the source's pictures want
    it. A thread that overslept by up to OVERSLEPT pictures finds them in the edge and hands them over one after the
    other."""

    runs = True

    def __init__(self, rate: Rate, depth: int, clock: Clock, base_ns: int) -> None:
        self.rate = rate
        self.edge: Paced[Frame] = Paced(depth, rate, rate, eased=True)
        self._clock = clock
        self._base_ns = base_ns
        self._patience_ns = OVERSLEPT * rate.period_ns
        self._ticks = 0

    def tick(self) -> int:
        """The next tick that is no longer than OVERSLEPT periods ago; the sink slept through the ones before."""
        while True:
            self._base_ns += self.edge.ease()
            tick_ns = self._base_ns + self.rate.start_ns(self._ticks)
            self._ticks += 1
            self._clock.sleep_until_ns(tick_ns)
            late_ns = self._clock.now_ns() - tick_ns
            if late_ns <= self._patience_ns:
                return tick_ns
            if late_ns > MOST_MISSED * self.rate.period_ns:
                self._ticks += int(self.rate.frames_in(late_ns))
                self.edge.restart()
            else:
                self.edge.miss(tick_ns)


class CardBeat:
    """Ticks of a card. While it has none, because it shows nothing yet or has gone, a picture is due once a period of
    the program's clock."""

    def __init__(self, rate: Rate, depth: int, clock: Clock, card: ClockedSink) -> None:
        self.rate = rate
        self.edge: Paced[Frame] = Paced(depth, rate, rate)
        self._clock = clock
        self._card = card
        self._line = -1
        self._number = self._ticks = 0
        self._offset_ns = 0
        self._idle_ns = 0

    @property
    def runs(self) -> bool:
        return self._line >= 0

    def tick(self) -> int | None:
        tick = self._card.wait_tick(PATIENCE_NS)
        if tick is None:
            self._clock.sleep_until_ns(self._idle_ns)
            self._idle_ns = self._clock.now_ns() + self.rate.period_ns
            return None
        if tick.line != self._line:
            self._line, self._ticks = tick.line, 0
            self._offset_ns = tick.at_ns - self.rate.start_ns(tick.number)
            self.edge.restart()
        elif tick.number - self._number > MOST_MISSED:
            self.edge.restart()
        else:
            for number in range(self._number + 1, tick.number):
                self.edge.miss(self._offset_ns + self.rate.start_ns(number))
        self._number = tick.number
        return self._smoothed(tick)

    def _smoothed(self, tick: Tick) -> int:
        period_ns = self.rate.period_ns
        late_ns = tick.at_ns - self._offset_ns - self.rate.start_ns(tick.number)
        if late_ns > 2 * period_ns or late_ns < 0:
            self._offset_ns += late_ns
        else:
            self._offset_ns += min(late_ns, period_ns // CREEP)
        self._ticks += 1
        if self._ticks <= SETTLING and late_ns < -period_ns // 8:
            self.edge.restart()
        return self._offset_ns + self.rate.start_ns(tick.number)
