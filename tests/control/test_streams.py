"""Streams of a running session: asked for over a WebSocket, read in shared memory, ended with the connection."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.client import Client
from livegrade.control.contents import ScopeContent
from livegrade.control.listening import Place
from livegrade.control.meeting import find_meetings
from livegrade.control.ringreader import PictureReader, SharedPicture
from livegrade.control.server import ApiServer
from livegrade.control.streamfiles import StreamFiles
from livegrade.control.streams import FIRST_S, MOST_STREAMS, Streams, _Stream
from livegrade.engine.view import GRADED
from livegrade.errors import UsageError
from livegrade.scopes import palette_file
from livegrade.scopes.measure import Sampling, ScopeRequest
from livegrade.session import Session
from livegrade.session.metering import Metering, _Of
from livegrade.session.meters import Meter, Meters
from livegrade.session.scoping import STARVED_S
from livegrade.session.setup import ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.ring import RingWriter
from livegrade.video.codes import unpack

WHITE = Look((Cdl(offset=(1.0, 1.0, 1.0)),))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    return tmp_path


@pytest.fixture
def session() -> Session:
    slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look())
    sinks = (SinkSetup(parse_sink("null:"), "A", GRADED),)
    plan = ScopePlan(ScopeRequest(), 25, Sampling.FULL)
    return Session(SessionSetup((slot,), sinks, engine="native", threads=1, scopes=plan))


@pytest.fixture
def api(folder, session):
    server = ApiServer(session, Place(port=0), print)
    session.start()
    server.start()
    yield server
    server.stop()
    session.stop()
    assert list(folder.glob("stream-*")) == []


class Face:
    """A client over a WebSocket."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket_
        self._ids = itertools.count()

    async def ask(self, **command: Any) -> dict[str, Any]:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "do": command})
        while (said := await self._socket.receive_json()).get("id") != number:
            pass
        return dict(said["answer"])


def as_face(api: ApiServer, act: Callable[[Face], Awaitable[None]]) -> None:
    async def run() -> None:
        headers = {"Authorization": f"Bearer {find_meetings()[0].token}"}
        url = f"http://127.0.0.1:{api.port}/v1/socket"
        async with aiohttp.ClientSession(headers=headers) as client, client.ws_connect(url) as socket_:
            await act(Face(socket_))

    asyncio.run(run())


async def next_picture(reader: PictureReader) -> SharedPicture:
    while True:
        assert await asyncio.to_thread(reader.wait, 60.0)
        if (picture := reader.newest()) is not None:
            return picture


@pytest.mark.emulated
def test_a_picture_is_shared_as_large_as_asked_for_and_follows_the_look(api, folder, until) -> None:
    session = api._desk.session

    async def act(face: Face) -> None:
        made = [
            (await face.ask(command="picture.subscribe", slot="A", view=view, width=320, height=320))["made"]
            for view in ("source", "graded", "false-color")
        ]
        source, graded, bands = (PictureReader(name) for name in made)
        first = await next_picture(source)
        assert first.pixels.shape == (180, 320, 4)
        assert len(first.timecode) == 11
        assert first.look_id == ""
        session.set_look("A", WHITE)
        while (now := await next_picture(graded)).look_id != WHITE.id:
            assert now.pixels[..., :3].min() < 200
        assert now.pixels.min() >= 230  # the ramp begins below black
        assert len(np.unique((await next_picture(bands)).pixels.reshape(-1, 4), axis=0)) > 4
        assert (await face.ask(command="stream.end", stream=made[0]))["result"] == "done"
        while not source.has_ended:
            await asyncio.sleep(0.005)
        assert (await next_picture(graded)).captured_ns > now.captured_ns
        for reader in (source, graded, bands):
            reader.close()

    as_face(api, act)
    until(lambda: not list(folder.glob("*.ring")))


@pytest.mark.emulated
def test_a_scope_is_shared_as_it_is_measured(api) -> None:
    async def act(face: Face) -> None:
        made = await face.ask(
            command="scope.subscribe", slot="A", scope="waveform", tap="source", width=256, height=160
        )
        reader = PictureReader(made["made"])
        first = await next_picture(reader)
        assert first.pixels.shape == (160, 256, 4)
        assert first.pixels[..., :3].any()
        assert (await next_picture(reader)).index > first.index
        reader.close()
        part = await face.ask(command="scope.subscribe", slot="A", scope="ycbcr", line="20", gain=2, width=256)
        reader = PictureReader(part["made"])
        first = await next_picture(reader)
        assert (await next_picture(reader)).index > first.index
        reader.close()
        wrong = await face.ask(command="scope.subscribe", slot="A", scope="parade", region="200x200+0+0")
        assert "does not lie within the picture" in wrong["error"]

    as_face(api, act)


@pytest.mark.emulated
def test_a_stream_shows_another_view_within_its_size(api) -> None:
    async def act(face: Face) -> None:
        words = {"slot": "A", "view": "graded"}
        made = (await face.ask(command="picture.subscribe", **words, width=160, height=90))["made"]
        scope = (await face.ask(command="scope.subscribe", slot="A", scope="waveform", width=400, height=240))["made"]
        reader = PictureReader(made)
        graded = (await next_picture(reader)).pixels.copy()
        shown = {"slot": "A", "view": "compare", "with": "graded", "mode": "difference"}
        assert (await face.ask(command="picture.show", stream=made, **shown))["result"] == "done"
        while np.ptp((picture := (await next_picture(reader)).pixels)[..., :3]) > 4:  # grey: a picture less itself
            pass
        assert picture.shape == graded.shape
        for command, error in (
            ({"command": "picture.show", "stream": "/none", **words}, "no stream that this connection asked for"),
            ({"command": "picture.show", "stream": scope, **words}, "only one of a scope"),
            ({"command": "scope.show", "stream": made, "slot": "A", "scope": "waveform"}, "only one of a scope"),
            ({"command": "picture.show", "stream": made, **words, "view": "negative"}, "not known"),
            ({"command": "picture.show", "stream": made, **shown, "with": "slot:Z"}, "no slot Z"),
        ):
            assert error in (await face.ask(**command))["error"]
        reader.close()

    as_face(api, act)


@pytest.mark.emulated
def test_a_stream_shows_another_scope_and_places_in_it_are_told(api) -> None:
    async def act(face: Face) -> None:
        words = {"slot": "A", "scope": "waveform", "tap": "source"}
        size = {"width": 400, "height": 240}
        made = (await face.ask(command="scope.subscribe", **words, **size))["made"]
        reader = PictureReader(made)
        whole = (await next_picture(reader)).pixels.copy()
        blacks = {**words, "window": "0..15", "scale": "percent"}
        assert (await face.ask(command="scope.show", stream=made, **blacks))["result"] == "done"
        while np.array_equal((await next_picture(reader)).pixels[60:], whole[60:]):
            pass
        # The ramp is neutral and rises from left to right: a pixel lies at its own level, and reads it there.
        (mark,) = (await face.ask(command="scope.mark", **words, **size, x=0.5, y=0.5))["found"]
        (read,) = (await face.ask(command="scope.read", **words, **size, x=mark["x"], y=mark["y"]))["found"]
        (meter,) = (await face.ask(command="meter.read", slot="A", x=0.5, y=0.5))["found"]
        assert abs(read["level"] - meter["source"]["codes"][0]) <= 1
        assert (read["channel"], round(read["column"], 2)) == ("Y", 0.5)
        assert read["text"] == f"Y' code {read['level']}"
        assert (await face.ask(command="scope.mark", **blacks, **size, x=0.9, y=0.5))["found"] == []  # out of sight
        assert (await face.ask(command="scope.read", **words, **size, x=0, y=0))["found"] == []
        for command, error in (
            ({"command": "scope.show", "stream": "/none", **words}, "no stream that this connection asked for"),
            ({"command": "scope.show", "stream": made, **words, "scale": "stops"}, "needs to know the camera"),
            ({"command": "scope.subscribe", **words, "scale": "stops"}, "needs to know the camera"),
            ({"command": "scope.read", **words, "width": 50, "x": 0, "y": 0}, "cannot be drawn"),
        ):
            assert error in (await face.ask(**command))["error"]
        reader.close()

    as_face(api, act)


@pytest.mark.emulated
def test_what_cannot_be_shared_is_refused(api, folder) -> None:
    async def act(face: Face) -> None:
        cases = [
            ({"slot": "B"}, "no slot B"),
            ({"slot": "A", "view": "nothing"}, "is not known"),
            ({"slot": "A", "width": 4096, "height": 4096}, "256 MB"),
        ]
        for words, fault in cases:
            answer = await face.ask(command="picture.subscribe", **words)
            assert (answer["result"], fault in answer["error"]) == ("refused", True)
        small = await face.ask(command="scope.subscribe", slot="A", scope="parade", width=16, height=16)
        assert "or more" in small["error"]
        assert "no stream" in (await face.ask(command="stream.end", stream="/etc/passwd"))["error"]
        assert list(folder.glob("*.ring")) == []
        for _ in range(MOST_STREAMS):
            assert (await face.ask(command="picture.subscribe", slot="A", width=64, height=64))["result"] == "done"
        assert "the most" in (await face.ask(command="picture.subscribe", slot="A", width=64, height=64))["error"]

    as_face(api, act)
    answer = Client.find(api.port).send(c.SubscribePicture(slot="A"))
    assert (answer.result, "WebSocket" in answer.error) == ("refused", True)


@pytest.mark.emulated
def test_a_stream_that_cannot_be_drawn_is_said_once_and_comes_back(folder, session, until, monkeypatch) -> None:
    monkeypatch.setattr("livegrade.control.streams.FAULT_REST_S", 0.01)
    told: list[str] = []
    streams = Streams(session, lambda link, text, who: told.append(text))
    session.start()
    try:
        draw = streams._viewer.shrink.draw
        failing = [True]

        def stumbling(*arguments) -> None:
            if failing[0]:
                raise RuntimeError("no ink")
            draw(*arguments)

        monkeypatch.setattr(streams._viewer.shrink, "draw", stumbling)
        made = streams.carry_out(session, c.SubscribePicture(slot="A")).made
        until(lambda: bool(told))
        failing[0] = False
        reader = PictureReader(made)
        until(lambda: reader.newest() is not None)
        again = "slot A, graded, cannot be shown: no ink", "slot A, graded, is shown again"
        until(lambda: tuple(told) == again)
        reader.close()
        failing[0] = True
        until(lambda: len(told) == 3)
        streams.leave(session)
        until(lambda: told[3:] == ["slot A, graded, is not asked for any more"])
    finally:
        session.stop()
        streams.close()


@pytest.mark.emulated
def test_a_palette_on_a_disk_that_hangs_holds_up_whom_asked_for_it_alone(api, session, until, monkeypatch) -> None:
    back, asked = threading.Event(), threading.Event()
    real = palette_file.read_palette

    def hanging(*arguments: Any) -> Any:
        asked.set()
        assert back.wait(60)
        return real(*arguments)

    monkeypatch.setattr(palette_file, "read_palette", hanging)
    until(lambda: session.slot("A").scopes)  # a mark is of what was measured

    async def act(face: Face) -> None:
        waiting = asyncio.create_task(
            face.ask(command="picture.subscribe", slot="A", view="false-color:/nas/none.toml", width=64, height=64)
        )
        assert await asyncio.to_thread(asked.wait, 60)
        sent = await asyncio.to_thread(Client.find(api.port).send, c.MarkScope(slot="A", scope="waveform", x=0, y=0))
        assert sent.result == "done"
        assert not waiting.done()
        back.set()
        assert "/nas/none.toml" in (await waiting)["error"]

    try:
        as_face(api, act)
    finally:
        back.set()


def test_meters_are_left_out_while_the_engine_is_late_but_not_for_ever(session) -> None:
    """Read by hand: no thread runs."""
    slot = session.slot("A")
    slot.meters = Meters((Meter("1", 0.5, 0.5),))
    slot._source.open()
    frames = [slot._source.read() for _ in range(3)]
    read = []
    made = Metering(session)
    made._slots["A"] = known = _Of(asked_s=math.inf)
    for frame, left_s in zip(frames, (math.inf, 0.0, STARVED_S), strict=True):
        slot.drawing.draw(frame)
        slot.latest.put(frame)
        known.due_s = 0.0
        known.read_s -= left_s
        made._turn()
        read.append(known.index)
    assert read == [frames[0].index, frames[0].index, frames[2].index]
    assert made.shed == 1
    slot._source.close()


def test_pictures_are_left_out_while_the_engine_is_late(folder, session) -> None:
    """Drawn by hand: no thread runs."""
    streams = Streams(session, lambda link, text, who: None)
    content = streams._content(c.SubscribePicture(slot="A"), (640, 360))
    slot = session.slot("A")
    slot._source.open()
    frame = slot._source.read()
    slot.drawing.draw(frame)
    written: list[int] = []

    class Ring:
        def write(self, picture: np.ndarray, *, index: int, **facts: Any) -> None:
            written.append(index)

    stream = _Stream(session, content, Ring(), 0)  # type: ignore[arg-type]
    slot.latest.put(frame)
    streams._serve(stream)
    assert (written, streams.shed) == ([], 1)
    slot.latest.take(0)
    streams._serve(stream)
    streams._serve(stream)
    assert (written, streams.written, streams.shed) == ([frame.index], 1, 1)
    slot.latest.put(frame)
    stream.drawn = None
    streams._serve(stream)
    assert (streams.written, streams.shed) == (1, 2)
    stream.drawn_s -= STARVED_S
    streams._serve(stream)
    assert (streams.written, streams.shed) == (2, 2)  # late still, but it has been for so long
    streams.close()
    slot._source.close()


def test_the_first_picture_of_a_stream_waits_for_a_late_engine_for_a_moment_only(folder, session) -> None:
    """Drawn by hand: no thread runs."""
    streams = Streams(session, lambda link, text, who: None)
    slot = session.slot("A")
    slot._source.open()
    frame = slot._source.read()
    slot.drawing.draw(frame)
    slot.latest.put(frame)
    content = streams._content(c.SubscribePicture(slot="A"), (640, 360))
    ring = RingWriter(folder / "ring", 640, 360)
    stream = _Stream(session, content, ring, 0)
    streams._serve(stream)
    assert streams.written == 0
    stream.drawn_s -= FIRST_S
    streams._serve(stream)
    assert streams.written == 1
    stream.drawn = None
    stream.drawn_s -= FIRST_S
    streams._serve(stream)
    assert streams.written == 1  # from then on as long as all others
    ring.close()
    streams.close()
    slot._source.close()


def test_pictures_are_looked_for_while_scopes_rest(folder, session, monkeypatch, until) -> None:
    streams = Streams(session, lambda link, text, who: None)
    served: list[str] = []

    def serve(stream: _Stream) -> None:
        if isinstance(stream.content, ScopeContent):
            busy_s = time.thread_time() + 0.1
            while time.thread_time() < busy_s:
                pass
        served.append(type(stream.content).__name__)

    monkeypatch.setattr(streams, "_serve", serve)
    for command in (c.SubscribePicture(slot="A"), c.SubscribeScope(slot="A", scope="waveform")):
        streams.carry_out(session, command)
    until(lambda: served.count("ScopeContent") >= 4)
    streams.close()
    between = [len(list(run)) for name, run in itertools.groupby(served) if name == "PictureContent"]
    assert max(between) > 3


def test_it_is_said_from_which_picture_on_a_stream_shows_something_else(folder, session) -> None:
    """Drawn by hand: no thread runs."""
    streams = Streams(session, lambda link, text, who: None)
    slot = session.slot("A")
    slot._source.open()
    slot.drawing.draw(slot._source.read())
    contents = [streams._content(c.SubscribePicture(slot="A", view=view), (64, 36)) for view in ("graded", "source")]
    wished: list[int] = []

    class Ring:
        count = 0

        def write(self, picture: np.ndarray, **facts: Any) -> None:
            Ring.count += 1
            if not wished:
                wished.append(streams._show(stream, contents[1]))  # while another is drawn

    stream = _Stream(session, contents[0], Ring(), 0)  # type: ignore[arg-type]
    streams._serve(stream)
    assert (Ring.count, wished) == (1, [2])
    streams._serve(stream)
    streams._serve(stream)
    assert (Ring.count, stream.content) == (2, contents[1])
    assert streams._show(stream, contents[0]) == 3
    streams.close()
    slot._source.close()


def test_what_an_output_shows_is_not_drawn_again(folder, session, monkeypatch) -> None:
    streams = Streams(session, lambda link, text, who: None)
    slot = session.slot("A")
    slot._source.open()
    slot.drawing.draw(slot._source.read())
    viewer = streams._viewer
    shown = viewer.newest(slot, GRADED)
    assert shown is slot.last[1]
    drawn = viewer.newest(slot, streams._content(c.SubscribePicture(slot="A", view="bypass"), (640, 360))._view)
    assert drawn is not None
    assert drawn.index == shown.index
    out = np.empty((360, 640, 4), np.uint8)
    viewer.shrink.draw(drawn.data, drawn.format, out)
    again = np.empty_like(out)
    viewer.shrink.draw(shown.data, shown.format, again)
    assert np.abs(out.astype(int) - again).max() <= 1
    assert unpack(shown.data, shown.format).planes[0].shape == (360, 640)
    streams.close()
    slot._source.close()


def test_false_colour_follows_the_camera_of_the_slot(folder, session) -> None:
    streams = Streams(session, lambda link, text, who: None)
    slot = session.slot("A")
    slot.camera = camera("ALEXA 35", 800)
    content = streams._content(c.SubscribePicture(slot="A", view="false-color:stops"), (640, 360))
    with contextlib.closing(RingWriter(folder / "own.ring", 640, 360)) as ring:
        slot._source.open()
        slot.drawing.draw(slot._source.read())
        content.draw_into(ring)
        assert "EI 800" in content.what
        slot.camera = camera("ALEXA 35", 3200)
        content.draw_into(ring)
        assert "EI 3200" in content.what
        slot.camera = None
        with pytest.raises(UsageError):
            content.draw_into(ring)
    streams.close()
    slot._source.close()


def test_a_palette_of_a_file_follows_the_camera_without_its_disk(folder, session) -> None:
    path = folder / "own.toml"
    path.write_text('title = "Own"\nunit = "stops"\n[[band]]\nname = "skin"\ncolor = "#c8641e"\nlow = 0.5\nhigh = 1\n')
    streams, slot = Streams(session, lambda link, text: None), session.slot("A")
    slot.camera = camera("ALEXA 35", 800)
    content = streams._content(streams.ready(c.SubscribePicture(slot="A", view=f"false-color:{path}")), (640, 360))
    path.unlink()
    with contextlib.closing(RingWriter(folder / "own.ring", 640, 360)) as ring:
        slot._source.open()
        slot.drawing.draw(slot._source.read())
        for said in (camera("ALEXA 35", 3200), None, camera("VENICE 2", 800)):
            slot.camera = said
            if said is None:
                with pytest.raises(UsageError, match="needs to know the camera"):
                    content.draw_into(ring)
            else:
                content.draw_into(ring)
                assert content._view.bands.camera is said
    streams.close()
    slot._source.close()


def test_files_of_sessions_that_were_killed_are_cleared_and_those_of_the_living_stay(folder) -> None:
    text = "import os; from livegrade.control.streamfiles import StreamFiles; from livegrade.transport.ring import "
    text += "RingWriter; files = StreamFiles(); ring = RingWriter(files.new(), 64, 64); os.kill(os.getpid(), 9)"
    killed = [sys.executable, "-c", text]
    subprocess.run(killed, env=os.environ | {"LIVEGRADE_RUNTIME": str(folder)}, cwd=folder, check=False)
    assert len(list(folder.glob("stream-*.ring"))) == 1
    mine = StreamFiles()
    assert list(folder.glob("stream-*.ring")) == []
    kept = mine.new()
    kept.write_bytes(b"x")
    other = StreamFiles()
    assert kept.exists()
    kept.unlink()
    for files in (mine, other):
        files.close()
        files.close()
    assert json.dumps(sorted(path.name for path in folder.iterdir())) == "[]"
