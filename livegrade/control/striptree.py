"""The newest take of each slot with its markers, as the state's clients see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from livegrade.session.marking import MarkedTake


class MarkTree(Struct, frozen=True):
    """A marker: what kind it is, at which picture of the source."""

    kind: str
    index: int
    timecode: str | None
    text: str


class StripTree(Struct, frozen=True):
    """`name`: what its slate says; `runs`: it goes on; `index`, `timecode`: of its first picture; `last`: its last one,
    nothing while it goes on; `markers`: those that were set in this session, oldest first."""

    key: int
    name: str
    runs: bool
    index: int
    timecode: str | None
    last: int | None
    markers: list[MarkTree]


class Strips:
    """For one thread. Made anew where takes or markers are others: the state is built far more often."""

    def __init__(self) -> None:
        self._of: tuple[MarkedTake, ...] = ()
        self._trees: dict[str, StripTree] = {}

    def trees(self, takes: tuple[MarkedTake, ...]) -> dict[str, StripTree]:
        """By slot."""
        if takes is not self._of:
            self._of, self._trees = takes, strip_trees(takes)
        return self._trees


def strip_trees(takes: tuple[MarkedTake, ...]) -> dict[str, StripTree]:
    """By slot."""
    trees = {}
    for marked in takes:
        take = marked.take
        start = None if take.start is None else str(take.start)
        marks = [
            MarkTree(one.kind.value, one.index, None if one.timecode is None else str(one.timecode), one.text)
            for one in marked.markers
        ]
        last = None if marked.runs else take.last_index
        trees[take.slot] = StripTree(take.key, str(take.slate), marked.runs, take.first_index, start, last, marks)
    return trees
