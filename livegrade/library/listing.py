"""Entries as lists show them: what is kept of each, and what belongs to it and is kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrade.library.coding import plain
from livegrade.library.values import Take
from livegrade.timing.timecode import Timecode, TimecodeRate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.library.kinds import Entry, Kind
    from livegrade.library.store import Library
    from livegrade.timing.rate import Rate


def listed(library: Library, kind: Kind[Any], values: Sequence[Entry]) -> list[dict[str, Any]]:
    """The values, all of `kind`, for people and scripts, each with its `entry`, the kind. A take has also `look_name`:
    the newest name that its last look is kept by, `marks`: how many markers lie in it, and its `length`; all of them
    empty or 0 where nothing is known. Raises LibraryError."""
    told = [{"entry": kind.table, **plain(value)} for value in values]
    takes = [value for value in values if isinstance(value, Take)]
    if takes:
        last = {take.key: take.looks[-1].look_id for take in takes if take.looks}
        names = library.look_names(list(last.values()))
        marks = library.marks([take.key for take in takes])
        for one, take in zip(told, takes, strict=True):
            one["look_name"] = names.get(last.get(take.key, ""), "")
            one["marks"] = marks.get(take.key, 0)
            one["length"] = "" if take.last_index is None else length(take.first_index, take.last_index, take.rate)
    return told


def length(first: int, last: int, rate: Rate | None) -> str:
    """How long from the picture `first` to `last`, both in it, as "00:00:40:00": every picture counted and no label
    dropped; empty without a rate."""
    pictures = max(0, last - first + 1)
    return "" if rate is None else str(Timecode.wrapped(pictures, TimecodeRate(rate)))
