"""The meters of a slot as the journal of a session has them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from livegrade.control.commands.meter import MeterId, MeterName, Part, Size
from livegrade.session.meters import MOST_METERS, FocusArea, Meter, Meters


class SpotEntry(Struct, frozen=True, omit_defaults=True):
    id: MeterId
    x: Part
    y: Part
    size: Size
    name: MeterName = ""


class FocusEntry(Struct, frozen=True):
    x: Part
    y: Part
    width: Part
    height: Part


class MetersEntry(Struct, frozen=True, omit_defaults=True):
    spots: Annotated[tuple[SpotEntry, ...], Meta(max_length=MOST_METERS)] = ()
    focus: FocusEntry | None = None
    used: Annotated[int, Meta(ge=0, le=10**9)] = 0


def meters_entry(meters: Meters) -> MetersEntry:
    spots = tuple(SpotEntry(id, one.x, one.y, one.size, one.name) for id, one in meters.spots)
    area = meters.focus
    focus = None if area is None else FocusEntry(area.x, area.y, area.width, area.height)
    return MetersEntry(spots, focus, meters.used)


def meters_of(entry: MetersEntry) -> Meters:
    """Ids that are there twice are one meter, the last."""
    spots = {spot.id: Meter(spot.x, spot.y, spot.size, spot.name) for spot in entry.spots}
    area = entry.focus
    focus = None if area is None else FocusArea(area.x, area.y, area.width, area.height)
    return Meters(tuple(spots.items()), focus, max([entry.used, *(int(id[1:]) for id in spots)]))
