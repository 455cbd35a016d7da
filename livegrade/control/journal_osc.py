"""In the journal of a session: where OSC is heard, where that was changed by hand."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from livegrade.transport.peer import MOST_OSC_PEERS, ChangedOsc, OscPlace, parse_peer

Peer = Annotated[str, Meta(max_length=100)]


class PlaceEntry(Struct, frozen=True, omit_defaults=True):
    """`port`: 0 for any."""

    port: Annotated[int, Meta(ge=0, le=65535)]
    peers: Annotated[tuple[Peer, ...], Meta(max_length=MOST_OSC_PEERS)] = ()


class OscEntry(Struct, frozen=True, omit_defaults=True):
    """`was`, `now`: what it was started with and what it is; nothing for no OSC."""

    was: PlaceEntry | None = None
    now: PlaceEntry | None = None


def osc_entry(changed: ChangedOsc | None) -> OscEntry | None:
    return None if changed is None else OscEntry(_entry(changed.began), _entry(changed.now))


def osc_of(entry: OscEntry | None) -> ChangedOsc | None:
    """Raises UsageError for an address that is none."""
    return None if entry is None else ChangedOsc(_place(entry.was), _place(entry.now))


def _entry(place: OscPlace | None) -> PlaceEntry | None:
    return None if place is None else PlaceEntry(place.port, tuple(map(str, place.peers)))


def _place(entry: PlaceEntry | None) -> OscPlace | None:
    return None if entry is None else OscPlace(entry.port, tuple(map(parse_peer, entry.peers)))
