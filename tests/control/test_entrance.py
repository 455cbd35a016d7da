"""Who comes in at the API, over real sockets: nothing is made of a connection before it speaks."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

import pytest

from livegrade.control import entrance
from livegrade.control.entrance import Entrance

pytestmark = pytest.mark.emulated


class Counted(asyncio.Protocol):
    """A protocol that says what it was told in the list it was given."""

    def __init__(self, heard: list[bytes]) -> None:
        self._heard = heard

    def data_received(self, data: bytes) -> None:
        self._heard.append(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._heard.append(b"made")


def with_entrance(act: Callable[[int, list[bytes]], Awaitable[None]]) -> None:
    """`act` gets the port and the list of what protocols were told."""

    async def run() -> None:
        heard: list[bytes] = []
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        listening.setblocking(False)
        way_in = Entrance([listening], lambda: Counted(heard))  # type: ignore[arg-type]
        way_in.open()
        try:
            async with asyncio.timeout(60):
                await act(listening.getsockname()[1], heard)
        finally:
            await way_in.close()
            listening.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run())


async def came(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def test_of_many_that_are_opened_and_dropped_nothing_is_made_and_who_speaks_after_them_is_heard() -> None:
    async def act(port: int, heard: list[bytes]) -> None:
        def open_and_drop() -> None:
            for _ in range(400):
                socket.create_connection(("127.0.0.1", port)).close()

        await asyncio.to_thread(open_and_drop)
        assert heard == []
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"hello")
            await came(lambda: len(heard) == 2)
        assert heard == [b"made", b"hello"]

    with_entrance(act)


def test_who_says_nothing_is_dropped_in_time_and_the_oldest_before_there_are_too_many(monkeypatch) -> None:
    monkeypatch.setattr(entrance, "MOST_CONNECTIONS", 3)

    async def act(port: int, heard: list[bytes]) -> None:
        opened = [socket.create_connection(("127.0.0.1", port)) for _ in range(4)]
        loop = asyncio.get_running_loop()
        for connection in opened:
            connection.setblocking(False)
        assert await loop.sock_recv(opened[0], 1) == b""
        await loop.sock_sendall(opened[1], b"x")
        await came(lambda: heard == [b"made", b"x"])
        monkeypatch.setattr(entrance, "STRANGER_S", 0.05)
        late = await asyncio.to_thread(socket.create_connection, ("127.0.0.1", port))
        late.setblocking(False)
        assert await loop.sock_recv(late, 1) == b""
        for connection in (*opened, late):
            connection.close()

    with_entrance(act)


def test_who_speaks_too_many_a_second_waits_and_is_heard(monkeypatch) -> None:
    monkeypatch.setattr(entrance, "SPEAKERS", 5)

    async def act(port: int, heard: list[bytes]) -> None:
        opened = []
        for _ in range(8):
            opened.append(socket.create_connection(("127.0.0.1", port)))
            opened[-1].sendall(b"x")
        await came(lambda: heard.count(b"x") == 8)
        assert heard.count(b"made") == 8
        for connection in opened:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):  # nobody was sent away
                connection.recv(1)
            connection.close()

    with_entrance(act)


def test_what_has_come_is_let_go_of_at_the_end() -> None:
    async def act(port: int, heard: list[bytes]) -> None:
        silent = socket.create_connection(("127.0.0.1", port))
        await asyncio.sleep(0.02)
        silents.append(silent)

    silents: list[socket.socket] = []
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with_entrance(act)
    assert silents[0].recv(1) == b""
    silents[0].close()
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
