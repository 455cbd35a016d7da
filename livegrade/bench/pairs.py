"""Timing two ways of doing one job against each other, fair on a machine that is busy with other things.

The two take turns and the order flips every round. Two ratios come out of it: fastest round against fastest round, and
the median of the ratios of neighbouring rounds. A busy neighbour can flatter either side in either of them, so the
smaller one counts; where the two agree the machine was quiet.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Pair:
    """Fastest round of ours and of the peer in milliseconds, and the median of peer / ours over the rounds."""

    ours_ms: float
    peer_ms: float
    median_ratio: float
    rounds: int

    @property
    def fastest_ratio(self) -> float:
        """How many times faster ours is, fastest round against fastest round."""
        return self.peer_ms / self.ours_ms

    @property
    def ratio(self) -> float:
        """How many times faster ours is, by the less flattering of the two ratios."""
        return min(self.fastest_ratio, self.median_ratio)

    @property
    def was_disturbed(self) -> bool:
        """The two ratios are more than a fifth apart: something else was running."""
        return abs(self.fastest_ratio - self.median_ratio) > 0.2 * self.ratio


def time_pair(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> Pair:
    """Runs both once to warm up, then `rounds` (3 or more) times each in turns."""
    ours()
    peer()
    ours_ms: list[float] = []
    peer_ms: list[float] = []
    for number in range(rounds):
        if number % 2:
            peer_ms.append(run_ms(peer))
            ours_ms.append(run_ms(ours))
        else:
            ours_ms.append(run_ms(ours))
            peer_ms.append(run_ms(peer))
    ratios = [slow / fast for slow, fast in zip(peer_ms, ours_ms, strict=True)]
    return Pair(min(ours_ms), min(peer_ms), statistics.median(ratios), rounds)


def run_ms(job: Callable[[], object]) -> float:
    """Wall time of one call in milliseconds."""
    start_ns = time.perf_counter_ns()
    job()
    return (time.perf_counter_ns() - start_ns) / 1e6
