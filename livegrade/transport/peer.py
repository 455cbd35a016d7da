"""Where surfaces of the network are: a number and perhaps a port. The words only; nothing is opened."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from livegrade.errors import UsageError

MOST_OSC_PEERS = 32
"""Surfaces of OSC that are listed."""

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class PeerAddress:
    """`port`: where it listens, None where it hears answers on the port that it speaks from."""

    ip: IpAddress
    port: int | None = None

    def __str__(self) -> str:
        if self.port is None:
            return str(self.ip)
        return f"[{self.ip}]:{self.port}" if self.ip.version == 6 else f"{self.ip}:{self.port}"


@dataclass(frozen=True, slots=True)
class OscPlace:
    """Where a session hears OSC. `port`: 0 for any; `peers`: those of other machines may speak, and those with a port
    are always told, MOST_OSC_PEERS of them. Raises UsageError for more, and for a peer that is the session itself."""

    port: int
    peers: tuple[PeerAddress, ...] = ()

    def __post_init__(self) -> None:
        if len(self.peers) > MOST_OSC_PEERS:
            raise UsageError(
                f"{len(self.peers)} surfaces are listed for OSC, and the most is {MOST_OSC_PEERS}; take some out"
            )
        for peer in self.peers:
            if peer.ip.is_loopback and peer.port == self.port:
                raise UsageError(f"{peer} is where the session itself listens for OSC; name the port of the surface")


@dataclass(frozen=True, slots=True)
class ChangedOsc:
    """Where OSC is heard otherwise than the session was started with; None for no OSC."""

    began: OscPlace | None
    now: OscPlace | None


@dataclass(frozen=True, slots=True)
class OpenGradeIoPlace:
    """Where controllers give looks to the session as to a LUT box. `port`: 0 for any; `axis`: the channel that goes
    fastest in their lattices, "auto" for what each lattice tells; `peers`: other machines that may, none by itself."""

    port: int
    axis: Literal["auto", "red", "blue"] = "auto"
    peers: tuple[IpAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class SurfacePlaces:
    """What drives a session beside its API. `osc`: None for no OSC; `midi`: the map of MIDI desks, None for no MIDI;
    `opengradeio`: None for no such controllers."""

    osc: OscPlace | None = None
    midi: Path | None = None
    opengradeio: OpenGradeIoPlace | None = None


NO_SURFACES = SurfacePlaces()


def parse_peer(text: str) -> PeerAddress:
    """`192.168.1.30`, `192.168.1.30:9000`, `[fd00::5]:9000`. Raises UsageError."""
    try:
        return PeerAddress(_ip(text))
    except ValueError:
        pass
    name, _, port = text.rpartition(":")
    try:
        ip = _ip(name)
    except ValueError:
        raise UsageError(f"'{text}' is not an address such as 192.168.1.30 or 192.168.1.30:9000") from None
    if not (port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) <= 65535):
        raise UsageError(f"'{text}' has no port of 1 to 65535 behind its colon")
    return PeerAddress(ip, int(port))


def parse_ip(text: str) -> IpAddress:
    """`192.168.1.30`, `fd00::5`. Raises UsageError."""
    try:
        return _ip(text)
    except ValueError:
        raise UsageError(f"'{text}' is not an address such as 192.168.1.30; a port does not belong to it") from None


def _ip(text: str) -> IpAddress:
    """Raises ValueError, also for the addresses of many: nobody speaks from those."""
    ip = ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    if ip.is_multicast or ip.is_unspecified:
        raise ValueError(text)
    return ip
