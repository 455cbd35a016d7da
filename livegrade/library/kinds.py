"""What is kept of each kind: its table, and what of a value becomes an index that searches use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from livegrade.library.values import LookEntry, Marker, Still, Take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

V = TypeVar("V", Take, LookEntry, Still, Marker)
Entry: TypeAlias = Take | LookEntry | Still | Marker
Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Kind(Generic[V]):
    """`columns`: name of a column to what it holds; `words`: what a search for text looks through; `labels`: pairs of
    a label's name ("tag", "look") and its word."""

    table: str
    value: type[V]
    columns: Mapping[str, Callable[[V], Cell]]
    words: Callable[[V], Iterable[str]]
    labels: Callable[[V], Iterable[tuple[str, str]]]


TAKES: Kind[Take] = Kind(
    "takes",
    Take,
    {
        "slot": lambda take: take.slot,
        "scene": lambda take: take.slate.scene,
        "shot": lambda take: take.slate.shot,
        "setup": lambda take: take.slate.setup,
        "take": lambda take: take.slate.take,
        "day": lambda take: take.day,
        "unit": lambda take: take.unit,
        "camera": lambda take: take.camera.name,
        "reel": lambda take: take.camera.reel,
        "clipname": lambda take: take.camera.clip,
        "ei": lambda take: take.camera.ei,
        "circled": lambda take: int(take.circled),
        "state": lambda take: take.state.value,
        "at_ns": lambda take: take.started_ns,
        "clip": lambda take: take.exposure.clip_percent,
        "keylevel": lambda take: take.exposure.key_stops,
        "low": lambda take: take.exposure.low_stops,
        "high": lambda take: take.exposure.high_stops,
        "red": lambda take: take.exposure.red_stops,
        "blue": lambda take: take.exposure.blue_stops,
        "kelvin": lambda take: take.exposure.kelvin,
        "alarms": lambda take: len(take.exposure.alarms),
    },
    lambda take: (
        str(take.slate),
        take.comment,
        take.camera.name,
        take.camera.reel,
        take.camera.clip,
        *(word for field in take.slate.fields for word in field),
        *(alarm.text for alarm in take.exposure.alarms),
    ),
    lambda take: (("look", look_id) for look_id in take.look_ids),
)

LOOKS: Kind[LookEntry] = Kind(
    "looks",
    LookEntry,
    {
        "look_id": lambda look: look.look_id,
        "name": lambda look: look.name,
        "version": lambda look: look.version,
        "scene": lambda look: look.scene,
        "slot": lambda look: look.slot,
        "camera": lambda look: look.camera.name,
        "ei": lambda look: look.camera.ei,
        "day": lambda look: look.day,
        "at_ns": lambda look: look.created_ns,
    },
    lambda look: (look.name, look.scene, look.notes, *look.tags),
    lambda look: (
        *(("tag", tag) for tag in dict.fromkeys(look.tags)),
        *(("look", look_id) for look_id in dict.fromkeys([look.look_id, *(one.look_id for one in look.linked)])),
    ),
)

STILLS: Kind[Still] = Kind(
    "stills",
    Still,
    {
        "slot": lambda still: still.slot,
        "scene": lambda still: still.scene,
        "camera": lambda still: still.camera.name,
        "ei": lambda still: still.camera.ei,
        "day": lambda still: still.day,
        "of_take": lambda still: still.take,
        "at_ns": lambda still: still.created_ns,
    },
    lambda still: (still.scene, still.notes, still.camera.name, still.camera.clip, *still.tags),
    lambda still: (*(("tag", tag) for tag in dict.fromkeys(still.tags)), ("look", still.look_id)),
)

MARKERS: Kind[Marker] = Kind(
    "markers",
    Marker,
    {
        "slot": lambda marker: marker.slot,
        "marker": lambda marker: marker.kind.value,
        "day": lambda marker: marker.day,
        "of_take": lambda marker: marker.take,
        "at_ns": lambda marker: marker.at_ns,
    },
    lambda marker: (marker.kind.value, marker.text),
    lambda marker: (),
)

KINDS = (TAKES, LOOKS, STILLS, MARKERS)
"""Takes before what may lie in one."""
