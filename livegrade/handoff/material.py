"""What a hand-off is made of: the entries of a library that were chosen, and the looks that they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from livegrade.errors import LibraryError, LookFileError, UsageError
from livegrade.library.kinds import LOOKS, MARKERS, STILLS, TAKES
from livegrade.library.parts import parts_that_may_be_kept
from livegrade.library.query import Condition, Query, parse_query
from livegrade.library.values import Day, Marker, Still

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from livegrade.color.look import Look
    from livegrade.library.kinds import Kind
    from livegrade.library.store import Library
    from livegrade.library.values import Take

V = TypeVar("V", Marker, Still)


@dataclass(frozen=True, slots=True)
class Named:
    """How a look is kept: the newest name of it, "" for none, and the id that it is kept by, which is not that of
    pictures that have more around it. `thumbnail`: path in the library."""

    name: str = ""
    kept_id: str = ""
    scene: str = ""
    version: int = 1
    thumbnail: str = ""


NAMELESS = Named()


@dataclass(frozen=True, slots=True)
class Material:
    """`title`: the day, or the words that were searched for. `folder`: of the library, from which paths go. Takes,
    markers and stills in the order in which they came about; `named`: by look id, those of linked looks too; `looks`:
    by id; `lost`: ids of looks that could not be read, and why; `dates`: ISO, by name of the day."""

    title: str
    folder: Path
    takes: tuple[Take, ...]
    markers: tuple[Marker, ...]
    stills: tuple[Still, ...]
    named: Mapping[str, Named]
    looks: Mapping[str, Look]
    lost: Mapping[str, str]
    dates: Mapping[str, str]


def gather(library: Library, words: Sequence[str], now: datetime, chosen: Sequence[int] = ()) -> Material:
    """What `words` ask for, as in a search; a word that is the name of a day means that day. `chosen`: of the takes
    only those with these numbers, with what lies in them and nothing else. Raises UsageError where nothing is found,
    LibraryError."""
    dates = {day.name: day.date for day in library.named(Day)}
    days = set(dates) | {word for word in words if _is_known_day(library, word)}
    query = parse_query([f"day={word}" if word in days else word for word in words], now)
    if query.kind is not None:
        raise UsageError(f"'{query.kind}' is a kind; a hand-off has all kinds: leave it out")
    takes = sorted(library.find(query, TAKES), key=lambda take: (take.started_ns, take.key))
    if chosen:
        takes = [take for take in takes if take.key in set(chosen)]
    keys = {take.key for take in takes}
    beside = None if chosen else query
    markers = _chosen(library, beside, MARKERS, keys)
    stills = _chosen(library, beside, STILLS, keys)
    entries = [] if chosen else library.find(query, LOOKS)
    if chosen and not takes:
        raise UsageError(f"no take of the library has the number {', '.join(map(str, chosen[:5]))}")
    if not takes and not stills and not entries:
        raise UsageError(f"nothing is kept for '{' '.join(words)}'; livegrade library find shows what there is")
    ids = dict.fromkeys(
        [
            *(look_id for take in takes for look_id in take.look_ids),
            *(still.look_id for still in stills if still.look_id),
            *(entry.look_id for entry in reversed(entries)),
        ]
    )
    named = _named(library, ids)
    looks, lost = _looks(library, named)
    _name_by_parts(library, looks, named)
    markers.sort(key=lambda marker: marker.at_ns)
    stills.sort(key=lambda still: still.created_ns)
    title = " ".join(words) or ("takes" if chosen else "everything")
    return Material(title, library.folder, tuple(takes), tuple(markers), tuple(stills), named, looks, lost, dates)


def _is_known_day(library: Library, word: str) -> bool:
    """Days need not have been named: what was kept on one is enough."""
    query = Query((Condition("day", "=", word),))
    kinds: tuple[Kind[Any], ...] = (TAKES, STILLS, LOOKS, MARKERS)
    return any(library.find(query, kind, 1) for kind in kinds)


def _chosen(library: Library, query: Query | None, kind: Kind[V], takes: Iterable[int]) -> list[V]:
    """What the query finds itself, and what lies in a take that was found."""
    every: dict[int, V] = {}
    for one in [] if query is None else library.find(query, kind):
        every[one.key] = one
    for key in takes:
        for one in library.find(Query((Condition("of_take", "=", key),)), kind):
            every[one.key] = one
    return list(every.values())


def _named(library: Library, ids: Iterable[str]) -> dict[str, Named]:
    """Names for the ids, and for the looks of other slots that are linked with them."""
    named: dict[str, Named] = {}
    for look_id in ids:
        named.setdefault(look_id, NAMELESS)
        for entry in library.find(Query(labels=(("look", look_id),)), LOOKS):  # the newest first
            links = {one.look_id: f"{entry.name} {one.slot}" for one in entry.linked}
            for other, name in ((entry.look_id, entry.name), *links.items()):
                if not named.get(other, NAMELESS).name:
                    named[other] = Named(
                        name, other, entry.scene, entry.version, entry.thumbnail if other == entry.look_id else ""
                    )
    return named


def _name_by_parts(library: Library, looks: Mapping[str, Look], named: dict[str, Named]) -> None:
    """A name for looks that nobody kept as the pictures had them, but without what stands around them."""
    for look_id, look in looks.items():
        if named[look_id].name:
            continue
        for part in parts_that_may_be_kept(look):
            entries = library.find(Query(labels=(("look", part.id),)), LOOKS)
            entry = next((one for one in entries if one.look_id == part.id), None)
            if entry is not None:
                named[look_id] = Named(entry.name, part.id, entry.scene, entry.version, entry.thumbnail)
                break


def _looks(library: Library, ids: Iterable[str]) -> tuple[dict[str, Look], dict[str, str]]:
    looks: dict[str, Look] = {}
    lost: dict[str, str] = {}
    for look_id in ids:
        try:
            looks[look_id] = library.look(look_id)
        except (LibraryError, LookFileError) as error:
            lost[look_id] = str(error)
    return looks, lost
