"""How many connections a session has and who may keep one: those that never show a token cost it nothing for long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp.web import RequestHandler, Server

MOST_CONNECTIONS = 128
STRANGER_S = 5.0
"""How long a connection may be open without a request that shows a token."""


class Door:
    """Makes the protocols of a listening socket. Of the loop's thread."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._since: dict[RequestHandler, float] = {}
        self._known: set[RequestHandler] = set()

    def __call__(self) -> asyncio.BaseProtocol:
        """For a connection that comes in. Where there are too many, the oldest stranger gives way, else this one."""
        here = self._server.connections
        if len(here) >= MOST_CONNECTIONS:
            stranger = next((one for one in here if one not in self._known), None)
            if stranger is None:
                return _Refusal()
            _drop(stranger)
        return self._server()

    def welcome(self, connection: RequestHandler) -> None:
        """A request on this connection has shown a token."""
        self._known.add(connection)

    def sweep(self, now_s: float) -> None:
        """Drops strangers that have been here for too long. `now_s`: the loop's time."""
        here = self._server.connections
        self._known.intersection_update(here)
        self._since = {one: self._since.get(one, now_s) for one in here if one not in self._known}
        for stranger, since_s in self._since.items():
            if now_s - since_s > STRANGER_S:
                _drop(stranger)


class Allowance:
    """`rate` a second, and `burst` at once. Arithmetic only."""

    def __init__(self, rate: int, burst: int, now_s: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = float(burst)
        self._at_s = now_s

    def take(self, now_s: float) -> bool:
        """Whether one more may come."""
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Refusal(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def _drop(connection: RequestHandler) -> None:
    if connection.transport is not None:
        connection.transport.abort()
