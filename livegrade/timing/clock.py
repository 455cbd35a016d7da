"""The one clock of the program: real in use, fake in tests. Times are integer nanoseconds of a monotonic clock whose
zero means nothing; no dates and no time zones here."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from livegrade.timing.rate import NS_PER_SECOND


class Clock(Protocol):
    """Injected wherever time is read or waited for. Thread-safe."""

    def now_ns(self) -> int:
        """The present, in nanoseconds. Never goes backwards."""

    def sleep_until_ns(self, moment_ns: int) -> None:
        """Return at or after `moment_ns`, at once when it has passed; never early."""

    def of_counter_ns(self, counter_ns: int) -> int:
        """When it was, on this clock, that the machine's performance counter stood at `counter_ns`: native call-backs
        are stamped with that."""


class MonotonicClock:
    """The machine's monotonic clock. It is the performance counter: on Windows the plain monotonic clock of older
    Pythons steps by 15.6 ms."""

    def now_ns(self) -> int:
        return time.perf_counter_ns()

    def sleep_until_ns(self, moment_ns: int) -> None:
        while (left_ns := moment_ns - time.perf_counter_ns()) > 0:
            time.sleep(left_ns / NS_PER_SECOND)

    def of_counter_ns(self, counter_ns: int) -> int:
        return counter_ns


class FakeClock:
    """A clock that moves only when it is told to, or when somebody sleeps on it: sleeping costs no real time."""

    def __init__(self, now_ns: int = 0) -> None:
        self._now_ns = now_ns
        self._lock = threading.Lock()

    def now_ns(self) -> int:
        return self._now_ns

    def advance(self, duration_ns: int) -> None:
        """Move forward by `duration_ns`, which must not be negative."""
        if duration_ns < 0:
            raise ValueError(f"a clock cannot go back by {-duration_ns} ns")
        with self._lock:
            self._now_ns += duration_ns

    def sleep_until_ns(self, moment_ns: int) -> None:
        with self._lock:
            self._now_ns = max(self._now_ns, moment_ns)

    def of_counter_ns(self, counter_ns: int) -> int:
        """The present: this clock stands still while the machine's goes on."""
        del counter_ns
        return self._now_ns
