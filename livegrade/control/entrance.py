"""How connections come in: so many a second, and none is made anything of before it says something. One that is opened
and dropped costs a fiftieth of a millisecond of the interpreter that the pictures need too."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING

from livegrade.control.door import MOST_CONNECTIONS, STRANGER_S, Allowance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.control.door import Door

_log = logging.getLogger(__name__)

ARRIVALS, ARRIVING = 500, 100
"""Connections a second that are taken from the system, and so many at once; the others wait there."""
SPEAKERS = 100
"""Of those that say something, so many a second are let in, and so many at once."""
PAUSE_S = 0.04


class Entrance:
    """Owns what has come and said nothing yet. Of the loop's thread, which must be a selector's."""

    def __init__(self, listening: Sequence[socket.socket], door: Door) -> None:
        self._listening = tuple(listening)
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._arrivals = Allowance(ARRIVALS, ARRIVING, self._loop.time())
        self._speakers = Allowance(SPEAKERS, SPEAKERS, self._loop.time())
        self._silent: dict[socket.socket, asyncio.TimerHandle] = {}
        self._coming: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def open(self) -> None:
        for listening in self._listening:
            self._loop.add_reader(listening, self._arrive, listening)

    async def close(self) -> None:
        """Nobody comes in any more, and who has said nothing is dropped."""
        self._is_closed = True
        for listening in self._listening:
            self._loop.remove_reader(listening)
        for connection in list(self._silent):
            self._drop(connection)
        for task in self._coming:
            task.cancel()
        await asyncio.gather(*self._coming, return_exceptions=True)

    def _arrive(self, listening: socket.socket) -> None:
        if not self._arrivals.take(self._loop.time()):
            return self._pause(listening)
        try:
            connection, _ = listening.accept()
            connection.setblocking(False)
        except BlockingIOError:
            return None
        except OSError as error:
            # It has gone already, or there are no handles: the next may come.
            _log.debug("a connection was not accepted: %s", error)
            return self._pause(listening)
        if len(self._silent) >= MOST_CONNECTIONS:
            self._drop(next(iter(self._silent)))
        self._silent[connection] = self._loop.call_later(STRANGER_S, self._drop, connection)
        if not self._hear(connection):
            self._loop.add_reader(connection, self._hear, connection)
        return None

    def _pause(self, listening: socket.socket) -> None:
        self._loop.remove_reader(listening)
        self._loop.call_later(PAUSE_S, self._resume, listening)

    def _resume(self, listening: socket.socket) -> None:
        if not self._is_closed:
            self._loop.add_reader(listening, self._arrive, listening)

    def _hear(self, connection: socket.socket) -> bool:
        """Whether this connection need not be listened to any more: it has spoken, or gone."""
        if connection not in self._silent:
            return True
        try:
            said = connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            said = b""
        if not said:
            self._drop(connection)
        elif self._speakers.take(self._loop.time()):
            self._loop.remove_reader(connection)
            self._silent.pop(connection).cancel()
            task = self._loop.create_task(self._admit(connection))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)
        else:
            self._loop.remove_reader(connection)
            self._loop.call_later(PAUSE_S, self._hear_again, connection)
        return True

    def _hear_again(self, connection: socket.socket) -> None:
        if not self._hear(connection):
            self._loop.add_reader(connection, self._hear, connection)

    async def _admit(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._door, connection)
        except OSError as error:
            _log.debug("a connection was lost at the door: %s", error)
            connection.close()

    def _drop(self, connection: socket.socket) -> None:
        self._loop.remove_reader(connection)
        self._silent.pop(connection).cancel()
        connection.close()
