"""The newest take of each slot with its markers, for those who look at it while it goes on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.library.values import Marker, Take

SLACK_NS = 1_000_000_000
"""Wall-clock times of a picture that are worked out twice differ by less. Older ones are of another source, which
counts its pictures from another number."""
MOST_MARKED = 500
"""Markers of a session that are remembered; all of them are in the library."""


@dataclass(frozen=True, slots=True)
class MarkedTake:
    """`runs`: it goes on; `markers`: those of this session that lie in it, oldest first."""

    take: Take
    runs: bool
    markers: tuple[Marker, ...]


class Marking:
    """`follow` is for one thread, the rest for any."""

    def __init__(self) -> None:
        self._markers: deque[Marker] = deque(maxlen=MOST_MARKED)
        self._added = 0
        self._takes: tuple[tuple[Take, bool], ...] = ()
        self._told: tuple[object, tuple[MarkedTake, ...]] = (None, ())

    def add(self, marker: Marker) -> None:
        """A marker that the library has."""
        self._markers.append(marker)
        self._added += 1

    def follow(self, takes: Iterable[tuple[Take, bool]]) -> None:
        """The newest take of each slot, and whether it goes on."""
        self._takes = tuple(takes)

    @property
    def takes(self) -> tuple[MarkedTake, ...]:
        now = self._added, self._takes
        if self._told[0] != now:  # asked for far more often than anything changes
            self._told = now, self._found()
        return self._told[1]

    def _found(self) -> tuple[MarkedTake, ...]:
        markers = sorted(self._markers.copy(), key=lambda marker: marker.index)
        return tuple(
            MarkedTake(take, runs, tuple(one for one in markers if _lies_in(one, take, runs=runs)))
            for take, runs in self._takes
        )


def _lies_in(marker: Marker, take: Take, *, runs: bool) -> bool:
    if take.key and marker.take == take.key:  # also where the take has ended on the picture of the marker
        return True
    if marker.slot != take.slot or marker.index < take.first_index or marker.at_ns < take.started_ns - SLACK_NS:
        return False
    return runs or take.last_index is None or marker.index <= take.last_index
