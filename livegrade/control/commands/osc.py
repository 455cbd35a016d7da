"""Commands on where OSC is heard."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta

from livegrade.control.commands.words import Command

MOST_READ = 1000
"""Peers of one command; OscPlace says how many of them can be."""
Peer: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, description="192.168.1.30 or 192.168.1.30:9001")]


class SetOsc(Command, tag="osc.set", frozen=True, kw_only=True):
    """From now on surfaces drive the session by OSC on `port`, without one on that of before, else on 9000. `peers`:
    ADDR or ADDR:PORT of those on other machines, none for this machine alone; what is not said stays. `on`: false for
    no OSC at all. It stays for the next start. For programs of the session's own machine alone."""

    port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    peers: Annotated[tuple[Peer, ...], Meta(max_length=MOST_READ)] | None = None
    on: bool = True
