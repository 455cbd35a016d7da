"""The sockets on which a session listens: always the loopback, and an address of the network where one is asked for."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import TypeAlias

from livegrade.control.messages import DEFAULT_PORT
from livegrade.errors import UsageError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOPBACK = "127.0.0.1"
PORTS = 10
"""Ports from DEFAULT_PORT on that are tried where none is named: so many sessions run side by side."""
BACKLOG = 1024
"""Connections that wait with the system. Where they are too many, the next tries again after a second or more."""


@dataclass(frozen=True, slots=True)
class Place:
    """`address`: beside the loopback, None for nothing else; `port`: None for the first of PORTS that is free, 0 for
    any."""

    address: Address | None = None
    port: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether other machines may come in."""
        return self.address is not None and not self.address.is_loopback


def parse_place(text: str) -> Place:
    """`192.168.1.20`, `192.168.1.20:7360`, `0.0.0.0` for every address, `[::]:7360`. Raises UsageError."""
    try:
        return Place(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        pass
    name, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise UsageError(f"--listen '{text}' is not an address such as 192.168.1.20 or 0.0.0.0:7350") from None
    if not (port.isascii() and port.isdigit() and len(port) < 6 and int(port) <= 65535):
        raise UsageError(f"--listen '{text}' has no port of 0 to 65535 behind its colon")
    return Place(address, int(port))


def listen(place: Place) -> list[socket.socket]:
    """Sockets that listen, all on one port. Raises UsageError where it is taken, or the address is not one of this
    machine."""
    wanted = range(DEFAULT_PORT, DEFAULT_PORT + PORTS) if place.port is None else (place.port,)
    reason = ""
    for port in wanted:
        try:
            return _bound(_addresses(place), port)
        except OSError as error:
            reason = error.strerror or str(error)
    ports = str(place.port) if place.port is not None else f"{wanted[0]} to {wanted[-1]}"
    where = "" if place.address is None else f" of {place.address}"
    raise UsageError(f"the API cannot listen on port {ports}{where}: {reason}; --no-api runs without it")


def _addresses(place: Place) -> list[Address]:
    """The loopback only where the other does not have it."""
    loopback = ipaddress.ip_address(LOOPBACK)
    if place.address is None or place.address in (loopback, ipaddress.ip_address("0.0.0.0")):  # noqa: S104  # asked for
        return [place.address or loopback]
    return [loopback, place.address]


def _bound(addresses: list[Address], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            made = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(made)
            if os.name == "posix":
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if address.version == 6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind((str(address), port))
            made.listen(BACKLOG)
            made.setblocking(False)
            port = made.getsockname()[1]
    except OSError:
        for made in sockets:
            made.close()
        raise
    return sockets
