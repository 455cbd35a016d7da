"""Percentiles of durations over a run of any length, in bounded memory. No clock is read here."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXACT_BITS = 7
"""Durations are counted in bins of 1/128 of their power of two: a bin's middle is within 0.4 % of what fell into it."""
_LONGEST_NS = (1 << 50) - 1
"""13 days; longer ones count as this long."""
IN_FLIGHT = 64

Counts: TypeAlias = "NDArray[np.uint64]"
"""How many durations fell into each bin."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of `count` durations by nearest rank, within 0.4 %; `max_ns` is exact. All 0 when there are none."""

    count: int
    p50_ns: int
    p95_ns: int
    p99_ns: int
    max_ns: int


class Percentiles:
    """A histogram of 45 KB. One thread records; any thread may ask for the spread."""

    __slots__ = ("_bins", "_count", "_max_ns")

    def __init__(self) -> None:
        self._bins = array("Q", bytes(8 * (_bin(_LONGEST_NS) + 1)))
        self._count = 0
        self._max_ns = 0

    def record(self, duration_ns: int) -> None:
        """Adds one duration; a negative one counts as 0."""
        duration_ns = min(max(duration_ns, 0), _LONGEST_NS)
        self._bins[_bin(duration_ns)] += 1
        self._count += 1
        if duration_ns > self._max_ns:
            self._max_ns = duration_ns

    def counts(self) -> Counts:
        """As they are now, to ask later for what came since."""
        return np.frombuffer(self._bins, np.uint64).copy()

    def spread(self, since: Counts | None = None) -> Spread:
        """`since`: earlier counts; the percentiles are of what came after them, `max_ns` of all."""
        passed = np.cumsum(self.counts() if since is None else self.counts() - since)
        count = int(passed[-1])
        if count == 0:
            return Spread(0, 0, 0, 0, self._max_ns)
        ranks = [-(-count * percent // 100) for percent in (50, 95, 99)]
        p50, p95, p99 = (min(_middle_ns(int(number)), self._max_ns) for number in np.searchsorted(passed, ranks))
        return Spread(count, p50, p95, p99, self._max_ns)


class EdgeTime:
    """How long pictures wait in one edge, from the put until the sink's thread has taken them for the first time.

    One thread puts, one takes, in the order of the indices; what is dropped in between is not counted. Nothing is
    allocated for a picture, and an edge holds fewer than IN_FLIGHT.
    """

    __slots__ = ("_indices", "_put_ns", "spent_ns")

    def __init__(self) -> None:
        self.spent_ns = Percentiles()
        self._indices = array("q", [-1] * IN_FLIGHT)
        self._put_ns = array("q", bytes(8 * IN_FLIGHT))

    def put(self, index: int, now_ns: int) -> None:
        """To be told before the edge has the picture: the taker may be quick."""
        self._put_ns[index % IN_FLIGHT] = now_ns
        self._indices[index % IN_FLIGHT] = index

    def took(self, index: int, now_ns: int) -> None:
        """A picture that is shown again does not count again."""
        place = index % IN_FLIGHT
        if self._indices[place] == index:
            self._indices[place] = -1
            self.spent_ns.record(now_ns - self._put_ns[place])


def _bin(duration_ns: int) -> int:
    shift = max(0, duration_ns.bit_length() - _EXACT_BITS - 1)
    return (shift << _EXACT_BITS) + (duration_ns >> shift)


def _middle_ns(number: int) -> int:
    shift = max(0, (number >> _EXACT_BITS) - 1)
    return ((number - (shift << _EXACT_BITS)) << shift) + (1 << shift >> 1)
