"""What a hand-off is made of: the entries of a library that were chosen, and the looks that they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from livegrade.errors import LibraryError, LookFileError, UsageError
from livegrade.library.kinds import LOOKS, MARKERS, STILLS, TAKES
from livegrade.library.query import Condition, Query, parse_query
from livegrade.library.values import Day, Marker, Still

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from livegrade.color.look import Look
    from livegrade.library.store import Library
    from livegrade.library.values import LookEntry, Take

V = TypeVar("V", Marker, Still)


@dataclass(frozen=True, slots=True)
class Material:
    """`title`: the day, or the words that were searched for. `folder`: of the library, from which paths go. Takes,
    markers and stills in the order in which they came about; `entries`: by look id, the newest name of each; `looks`:
    by id; `lost`: ids of looks that could not be read, and why; `dates`: ISO, by name of the day."""

    title: str
    folder: Path
    takes: tuple[Take, ...]
    markers: tuple[Marker, ...]
    stills: tuple[Still, ...]
    entries: Mapping[str, LookEntry]
    looks: Mapping[str, Look]
    lost: Mapping[str, str]
    dates: Mapping[str, str]


def gather(library: Library, words: Sequence[str], now: datetime) -> Material:
    """What `words` ask for, as in a search; a word that is the name of a day means that day. Raises UsageError where
    nothing is found, LibraryError."""
    dates = {day.name: day.date for day in library.named(Day)}
    days = set(dates) | {word for word in words if _is_known_day(library, word)}
    query = parse_query([f"day={word}" if word in days else word for word in words], now)
    if query.kind is not None:
        raise UsageError(f"'{query.kind}' is a kind; a hand-off has all kinds: leave it out")
    takes = sorted(library.find(query, TAKES), key=lambda take: (take.started_ns, take.key))
    keys = {take.key for take in takes}
    outer = _outer(query)
    markers = _chosen(library.find(query, MARKERS), library.find(outer, MARKERS), keys, lambda one: one.at_ns)
    stills = _chosen(library.find(query, STILLS), library.find(outer, STILLS), keys, lambda one: one.created_ns)
    entries = library.find(query, LOOKS)
    if not takes and not stills and not entries:
        raise UsageError(f"nothing is kept for '{' '.join(words)}'; livegrade library find shows what there is")
    ids = dict.fromkeys(
        [
            *(look_id for take in takes for look_id in take.look_ids),
            *(still.look_id for still in stills if still.look_id),
            *(entry.look_id for entry in reversed(entries)),
        ]
    )
    named = {entry.look_id: entry for entry in reversed(library.find(Query(), LOOKS)) if entry.look_id in ids}
    looks, lost = _looks(library, ids)
    title = " ".join(words) or "everything"
    return Material(title, library.folder, tuple(takes), markers, stills, named, looks, lost, dates)


def _is_known_day(library: Library, word: str) -> bool:
    """Days need not have been named: whoever shoots has a day."""
    if "=" in word or "<" in word or ">" in word:
        return False
    return bool(library.find(Query((_day(word),)), TAKES, 1) or library.find(Query((_day(word),)), STILLS, 1))


def _day(word: str) -> Condition:
    return Condition("day", "=", word)


def _outer(query: Query) -> Query:
    """The part of the query that every kind can answer: when."""
    return Query(tuple(one for one in query.conditions if one.column in ("day", "at_ns")))


def _chosen(found: Iterable[V], near: Iterable[V], takes: set[int], at_ns: Callable[[V], int]) -> tuple[V, ...]:
    """What was found itself, and what lies in a take that was."""
    every: dict[int, V] = {}
    for one in found:
        every[one.key] = one
    for one in near:
        if one.take in takes:
            every[one.key] = one
    chosen = list(every.values())
    chosen.sort(key=at_ns)
    return tuple(chosen)


def _looks(library: Library, ids: Iterable[str]) -> tuple[dict[str, Look], dict[str, str]]:
    looks: dict[str, Look] = {}
    lost: dict[str, str] = {}
    for look_id in ids:
        try:
            looks[look_id] = library.look(look_id)
        except (LibraryError, LookFileError) as error:
            lost[look_id] = str(error)
    return looks, lost
