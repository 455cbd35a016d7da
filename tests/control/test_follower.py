"""A face that follows a session: its state, its commands, and what it is told when the session goes and comes back."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Iterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.control import commands as c
from livegrade.control.follower import CLOSED, Changed, Follower, Gone, Here, Mirror, News, _fetched, patched
from livegrade.control.listening import Place
from livegrade.control.meeting import find_meetings
from livegrade.control.messages import Answer, Change, Meeting, Patch, Snapshot
from livegrade.control.server import ApiServer
from livegrade.engine.view import GRADED
from livegrade.errors import ControlError
from livegrade.session import Session
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source

PATIENCE_S = 20.0


def test_a_mirror_refuses_patches_that_do_not_follow() -> None:
    mirror = Mirror()
    with pytest.raises(ControlError, match="do not follow"):
        mirror.take(Patch(2, []))
    mirror.take(Snapshot(4, {"a": {"b": 1}}))
    mirror.take(Patch(5, [Change(["a", "b"], 2)]))
    assert mirror.state == {"a": {"b": 2}}
    with pytest.raises(ControlError, match="do not follow"):
        mirror.take(Patch(7, []))
    with pytest.raises(ControlError, match="changes what is not there: x"):
        patched(mirror.state, Change(["x", "y"], 1))


class Running:
    """A session with its API, started and stopped by the test."""

    def __init__(self) -> None:
        slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look())
        self.session = Session(SessionSetup((slot,), (SinkSetup(parse_sink("null:"), "A", GRADED),), engine="native"))
        self.api = ApiServer(self.session, Place(port=0), lambda words: None)
        self.session.start()
        self.api.start()

    def stop(self) -> None:
        self.api.stop()
        self.session.stop()


def found() -> Meeting | None:
    return next(iter(find_meetings()), None)


@pytest.fixture
def news(tmp_path, monkeypatch) -> queue.Queue[News]:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    return queue.Queue()


@pytest.fixture
def follower(news: queue.Queue[News]) -> Iterator[Follower]:
    follower = Follower(found, news.put)
    yield follower
    follower.close()


def until(news: queue.Queue[News], wanted: Callable[[News], bool]) -> News:
    while True:
        said = news.get(timeout=PATIENCE_S)
        if wanted(said):
            return said


@pytest.mark.emulated
def test_it_follows_commands_and_is_there_again_after_a_restart(follower: Follower, news: queue.Queue[News]) -> None:
    assert until(news, lambda said: isinstance(said, Gone)) == Gone("no session runs")
    answers: queue.Queue[Answer] = queue.Queue()
    for slope in (1.25, 1.5):
        running = Running()
        here = until(news, lambda said: isinstance(said, Here))
        assert isinstance(here, Here)
        assert list(here.state["slots"]) == ["A"]
        follower.ask(c.SetLook(slot="A", values={"slope.r": slope}), answers.put)
        assert answers.get(timeout=PATIENCE_S).result == "done"

        def shows(said: News, slope: float = slope) -> bool:
            return isinstance(said, Changed) and f"{slope}" in str(said.changes)

        until(news, shows)
        follower.ask({"command": "look.set", "slot": "A", "values": {"nothing": 1}}, answers.put)
        refused = answers.get(timeout=PATIENCE_S)
        assert (refused.result, refused.error != "") == ("refused", True)
        running.stop()
        gone = until(news, lambda said: isinstance(said, Gone))
        assert isinstance(gone, Gone)
        assert gone.reason
    follower.ask(c.Undo(slot="A"), answers.put)
    assert answers.get(timeout=PATIENCE_S).result == "refused"


@pytest.mark.emulated
def test_closing_does_not_wait_for_a_session(follower: Follower, news: queue.Queue[News]) -> None:
    until(news, lambda said: isinstance(said, Gone))
    follower.close()
    follower.close()
    assert not follower._thread.is_alive()
    answers: list[Answer] = []
    pictures: list[bytes | None] = []
    follower.ask(c.Undo(slot="A"), answers.append)
    follower.ask(c.Undo(slot="A"))
    follower.small_picture("aa/bb.jpg", pictures.append)
    follower.look_picture("A", "0", 64, pictures.append)
    assert [(answer.result, answer.error) for answer in answers] == [("refused", CLOSED)]
    assert pictures == [None, None]


def test_what_is_asked_for_while_it_is_closed_is_answered(follower: Follower, news: queue.Queue[News]) -> None:
    until(news, lambda said: isinstance(said, Gone))
    answers: queue.Queue[Answer] = queue.Queue()
    follower._loop.call_soon_threadsafe(follower._loop.stop)
    for _ in range(20):
        follower.ask(c.Undo(slot="A"), answers.put)
    follower.close()
    assert [answers.get(timeout=PATIENCE_S).result for _ in range(20)] == ["refused"] * 20


def test_a_picture_of_no_length_and_one_that_is_called_off_are_none() -> None:
    """What says no length could be of any."""
    got: list[bytes | None] = []

    async def work() -> None:
        asked = asyncio.Event()

        async def long(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b"jpeg")
            return response

        async def hangs(request: web.Request) -> web.StreamResponse:
            asked.set()
            await asyncio.sleep(60)
            raise AssertionError("nobody waits so long")

        async def right(request: web.Request) -> web.Response:
            return web.Response(body=b"jpeg")

        app = web.Application()
        app.add_routes([web.get("/long", long), web.get("/hangs", hangs), web.get("/right", right)])
        async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as http:
            await _fetched(http, "/right", got.append)
            await _fetched(http, "/long", got.append)
            called_off = asyncio.create_task(_fetched(http, "/hangs", got.append))
            await asked.wait()
            called_off.cancel()
            await asyncio.wait([called_off])

    asyncio.run(work())
    assert got == [b"jpeg", None, None]
