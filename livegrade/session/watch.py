"""When a signal counts as lost although nobody says so: a read that blocks says nothing. Arithmetic only."""

from __future__ import annotations

from livegrade.timing.rate import NS_PER_SECOND

PERIODS = 3
LEAST_NS = 120_000_000
"""The shortest silence that is a loss, and three picture periods where that is longer."""
FIRST_NS = NS_PER_SECOND
"""How long the first picture may take."""
SECOND_LOOK_NS = 20_000_000
"""A machine that stood still as a whole wakes everybody late: whoever has a picture to bring gets this long for it."""
LONGEST_PAUSE_NS = NS_PER_SECOND // 2
"""A longer silence was a loss, and says nothing about how the pictures of this signal come."""


class Watch:
    """Follows the arrivals of one signal. Not thread-safe.

    A stream that comes in bursts is given twice its longest pause of late, so that it is not lost at every one.
    `last_ns`: when the last picture came, or the watch began.
    """

    def __init__(self, now_ns: int) -> None:
        self.last_ns = now_ns
        self._patience_ns = FIRST_NS
        self._pause_ns = 0
        self._begun = False
        self._late_since_ns: int | None = None

    def arrived(self, period_ns: int, now_ns: int) -> None:
        """A picture came, at `period_ns` by its format."""
        pause_ns = now_ns - self.last_ns if self._begun else 0
        if pause_ns <= LONGEST_PAUSE_NS:
            self._pause_ns = max(pause_ns, self._pause_ns * 63 // 64)
        self._patience_ns = max(LEAST_NS, PERIODS * period_ns, 2 * self._pause_ns)
        self.last_ns = now_ns
        self._begun = True
        self._late_since_ns = None

    def is_silent(self, now_ns: int) -> bool:
        """Whether the signal is lost: late at two looks in a row, with time in between."""
        if now_ns - self.last_ns <= self._patience_ns:
            return False
        if self._late_since_ns is None:
            self._late_since_ns = now_ns
        return now_ns - self._late_since_ns >= SECOND_LOOK_NS

    def next_look_ns(self, now_ns: int) -> int:
        """How long nothing needs to be looked at, in nanoseconds."""
        if self._late_since_ns is not None:
            return SECOND_LOOK_NS
        return max(1, self.last_ns + self._patience_ns + 1 - now_ns)
