"""The addresses of host names. The system's own look-up cannot be broken off and may take half a minute where a name
server is gone: each name has a thread to itself, so that nobody waits for the names of others, and never two at a time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from functools import partial
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

from livegrade.beside import beside

if TYPE_CHECKING:
    import concurrent.futures


class Names:
    """To be used on one loop. Nothing is to be closed: a look-up that hangs is a daemon that is left behind."""

    def __init__(self) -> None:
        self._looked_up: dict[str, concurrent.futures.Future[tuple[str, ...]]] = {}

    async def addresses(self, host: str) -> tuple[str, ...]:
        """At least one, as numbers. Raises OSError as `socket.getaddrinfo` does."""
        if _is_number(host):
            return (host,)
        asked = self._looked_up.get(host)
        if asked is None or asked.done():
            # Who loses patience leaves it to the next attempt.
            asked = self._looked_up[host] = beside(partial(_addresses, host), f"look up {host}")
        return await asyncio.wrap_future(asked)


class WebNames(AbstractResolver):
    """`names`, as aiohttp asks for them, of either family."""

    def __init__(self, names: Names) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await self._names.addresses(host)
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _addresses(host: str) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # With the interface of a link-local one, as only getnameinfo writes it.
    return tuple(dict.fromkeys(socket.getnameinfo(place[4], socket.NI_NUMERICHOST)[0] for place in found))
