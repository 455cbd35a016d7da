"""How long to wait before something that failed is tried again. Arithmetic only."""

from __future__ import annotations

from livegrade.timing.rate import NS_PER_SECOND

FIRST_NS = NS_PER_SECOND // 5
LONGEST_NS = 5 * NS_PER_SECOND


class Backoff:
    """Pauses of 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5... seconds (or from `first_ns` to `longest_ns`), for ever. What held for
    the longest pause begins anew: a device that fails right after each opening is not hammered."""

    def __init__(self, first_ns: int = FIRST_NS, longest_ns: int = LONGEST_NS) -> None:
        self._first_ns = self._next_ns = first_ns
        self._longest_ns = longest_ns
        self._worked_ns: int | None = None

    def worked(self, now_ns: int) -> None:
        """It was opened at `now_ns`."""
        self._worked_ns = now_ns

    def failed(self, now_ns: int) -> int:
        """It failed at `now_ns`; how long to wait, in nanoseconds."""
        if self._worked_ns is not None and now_ns - self._worked_ns >= self._longest_ns:
            self._next_ns = self._first_ns
        self._worked_ns = None
        pause_ns, self._next_ns = self._next_ns, min(2 * self._next_ns, self._longest_ns)
        return pause_ns
