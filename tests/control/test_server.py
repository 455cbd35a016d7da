"""The API of a running session over real sockets: what a client with the token can do, and everybody else cannot."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import os
import socket
import threading

import aiohttp
import msgspec
import numpy as np
import pytest
from PIL import Image

from livegrade.bench import api_load
from livegrade.capture.source import CaptureOptions
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control import looks
from livegrade.control.client import Client
from livegrade.control.door import MOST_CONNECTIONS
from livegrade.control.follower import patched
from livegrade.control.listening import Place
from livegrade.control.meeting import find_meetings
from livegrade.control.messages import MAX_MESSAGE, Change
from livegrade.control.pairing import Pairing
from livegrade.control.publish import Publisher
from livegrade.control.server import ApiServer
from livegrade.engine.view import GRADED
from livegrade.errors import ControlError
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import Session
from livegrade.session.events import Event, Link
from livegrade.session.scoping import Scoping
from livegrade.session.setup import ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source

pytestmark = pytest.mark.emulated


@pytest.fixture
def codes() -> list[str]:
    return []


@pytest.fixture
def api(tmp_path, monkeypatch, codes, until):
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look())
    session = Session(SessionSetup((slot,), (SinkSetup(parse_sink("null:"), "A", GRADED),), engine="native"))
    server = ApiServer(session, Place(port=0), codes.append)
    server._pairing = Pairing(codes.append)  # as with an address of the network, on which no test listens
    session.start()
    until(lambda: session.slot("A").last)  # until then a look is pending
    server.start()
    yield server
    server.stop()
    session.stop()
    assert find_meetings() == []


def ask(api: ApiServer, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, json.loads(data)


def token() -> str:
    return f"Bearer {find_meetings()[0].token}"


def test_a_look_is_set_and_seen(api) -> None:
    client = Client.find(api.port)
    before = client.state()
    answer = client.send(c.SetLook(slot="A", values={"slope.r": 1.5}))
    assert answer.result == "done"
    assert answer.frame is not None
    after = client.state()
    assert after.number > before.number
    assert after.state["slots"]["A"]["look"]["nodes"]["n1"]["settings"]["slope"] == [1.5, 1.0, 1.0]
    assert client.send({"command": "look.undo", "slot": "A"}).result == "done"
    refused = client.send({"command": "look.undo", "slot": "A"})
    assert (refused.result, refused.error) == ("refused", "there is nothing to undo")


def test_nobody_without_the_token_reads_or_changes_anything(api) -> None:
    command = msgspec.json.encode(c.SetLook(slot="A", values={"slope.r": 9.0}))
    for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}):
        for method, path in (("GET", "/v1/state"), ("POST", "/v1/command"), ("GET", "/v1/socket"), ("GET", "/")):
            status, said = ask(api, method, path, command, **header)
            assert (status, said["message"]) == (401, "refused")
    assert Client.find(api.port).state().state["slots"]["A"]["look"]["nodes"] == {}


def test_another_origin_and_a_rebound_name_are_refused_even_with_the_token(api) -> None:
    for header in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": f"evil.example:{api.port}"}):
        status, _ = ask(api, "GET", "/v1/state", Authorization=token(), **header)
        assert status == 403


def test_a_client_of_another_machine_gets_a_token_for_the_code_once(api, codes, tmp_path) -> None:
    code = codes[0]
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"
    remote = Client.pair("127.0.0.1", api.port, code)
    assert remote.send(c.SetLook(slot="A", values={"slope.r": 1.5})).result == "done"
    refused = remote.send(c.GrabStill(slot="A", folder=str(tmp_path)))
    assert (refused.result, "own machine" in refused.error) == ("refused", True)
    refused = remote.send(c.StopSession())
    assert (refused.result, "own machine" in refused.error) == ("refused", True)
    assert not api._desk.session.end_asked
    refused = remote.send(c.SetOsc(port=9000))
    assert (refused.result, "own machine" in refused.error) == ("refused", True)
    assert api.osc_port is None
    assert len(codes) == 2  # the first is used up
    for tried, fault in ((wrong, "not the code"), (codes[1], "wait")):
        with pytest.raises(ControlError, match=fault):
            Client.pair("127.0.0.1", api.port, tried)
    assert ask(api, "POST", "/v1/pair", b"{}", Content_Type="text/plain")[0] == 415


def test_a_scope_is_drawn_as_it_was_measured(api, until) -> None:
    client = Client.find(api.port)
    session = api._desk.session
    with pytest.raises(ControlError, match="not measured"):
        client.scope("A")
    slot = session.slot("A")
    slot.scoping = Scoping(ScopePlan(ScopeRequest(), 25), session.clock)
    until(lambda: len(slot.scopes) == 2)
    with Image.open(io.BytesIO(client.scope("A", "parade", source=True, width=400, height=200))) as image:
        assert (image.format, image.size) == ("PNG", (400, 200))
    for words, fault in (("scope=map", "is not a scope"), ("width=9000", "width '9000'"), ("tap=x", "tap 'x'")):
        status, said = ask(api, "GET", f"/v1/slots/A/scope.png?{words}", Authorization=token())
        assert (status, fault in said["error"]) == (409, True)


def test_a_client_of_another_machine_sends_a_look_as_it_is(api, codes) -> None:
    remote = Client.pair("127.0.0.1", api.port, codes[0])
    look = Look((Cdl(slope=(1.2, 1.0, 0.8)),), "warm")
    answer = remote.send_look("A", "warm.json", write_saved_look(look))
    assert (answer.result, answer.step) == ("done", "warm.json loaded")
    assert remote.state().state["slots"]["A"]["look"]["id"] == look.id
    refused = remote.send_look("A", "x.cube", b"no cube")
    assert (refused.result, "x.cube" in refused.error) == ("refused", True)
    status, _ = ask(api, "POST", "/v1/slots/A/look?name=warm.json", write_saved_look(look))
    assert status == 401


def test_what_happened_is_told_and_can_be_asked_for(api) -> None:
    client = Client.find(api.port)

    async def told() -> dict:
        url = f"http://127.0.0.1:{api.port}/v1/socket"
        async with aiohttp.ClientSession(headers={"Authorization": token()}) as http_, http_.ws_connect(url) as socket_:
            assert (await socket_.receive_json())["message"] == "snapshot"
            api._desk.tell(Link.RUNNING, "something has happened")
            while (message := await socket_.receive_json()).get("event", {}).get("subject") != "API":
                pass
            return message["event"]

    event = asyncio.run(told())
    assert (event["kind"], event["subject"], event["text"]) == ("state", "API", "something has happened")
    status, said = ask(api, "GET", f"/v1/events?since={event['number'] - 1}", Authorization=token())
    assert (status, said["events"][0]) == (200, event)
    assert said["last"] >= event["number"]
    assert ask(api, "GET", "/v1/events?since=x", Authorization=token())[0] == 400
    assert client.state().state["events"][-1]["number"] >= event["number"]


def test_what_is_no_command_is_refused_with_a_sentence(api) -> None:
    good = {"Authorization": token(), "Content_Type": "application/json"}
    cases = [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"command": "look.burn"}', 400),
        (b'{"command": "look.undo", "slot": "AA"}', 400),
        (b'{"command": "look.undo", "slot": "A", "more": 1}', 400),
        (b'{"command": "look.set", "slot": "A", "values": {}}', 400),
        (b'{"command": "look.set", "slot": "A", "values": {"slope": 1e999}}', 400),
        (b'{"command": "look.undo", "slot": "Q"}', 409),
        (b"[" * 60_000, 400),
        (b"\xff\xfe" * 100, 400),
        (b"a" * (MAX_MESSAGE + 1), 413),
    ]
    for body, expected in cases:
        status, said = ask(api, "POST", "/v1/command", body, **good)
        assert (status, bool(said["error"])) == (expected, True), body[:60]
    assert ask(api, "POST", "/v1/command", b"{}", Authorization=token(), Content_Type="text/plain")[0] == 415
    assert ask(api, "GET", "/v1/nothing", Authorization=token())[0] == 404
    assert ask(api, "DELETE", "/v1/state", Authorization=token())[0] == 405


def test_the_socket_brings_a_snapshot_patches_and_answers_in_order(api) -> None:
    async def talk() -> None:
        async with (
            aiohttp.ClientSession(headers={"Authorization": token()}) as session,
            session.ws_connect(f"{api.url}/v1/socket") as ws,
        ):
            first = await ws.receive_json()
            tree, number = first["state"], first["number"]
            await ws.send_str("no command")
            await ws.send_json({"id": 5, "do": {"command": "look.set", "slot": "A", "values": {"offset.b": 0.25}}})
            answered: dict[int, dict] = {}
            refused = []
            while not answered:
                message = await ws.receive_json(timeout=10)
                if message["message"] == "patch":
                    assert message["number"] == (number := number + 1)
                    for change in msgspec.convert(message["changes"], list[Change]):
                        tree = patched(tree, change)
                elif message["message"] == "answer":
                    answered[message["id"]] = message["answer"]
                elif message["message"] == "refused":
                    refused.append(message["error"])
            assert len(refused) == 1
            assert answered[5]["result"] == "done"
            assert tree["slots"]["A"]["look"]["nodes"]["n1"]["settings"]["offset"] == [0.0, 0.0, 0.25]

    _run(talk())


def test_a_socket_that_is_too_fast_is_told_and_lives(api) -> None:
    async def talk() -> None:
        async with (
            aiohttp.ClientSession(headers={"Authorization": token()}) as session,
            session.ws_connect(f"{api.url}/v1/socket") as ws,
        ):
            for _ in range(1200):
                await ws.send_str("x")
            errors: set[str] = set()
            for _ in range(1200 + 500):  # an error for each, and patches in between
                if any("too fast" in error for error in errors):
                    break
                message = await ws.receive_json(timeout=10)
                errors.add(message.get("error", ""))
            assert any("too fast" in error for error in errors)

    _run(talk())
    assert Client.find(api.port).is_there()


def test_twenty_clients_get_the_newest_picture_and_it_is_drawn_once_for_all(api, monkeypatch) -> None:
    monkeypatch.setattr("livegrade.control.pictures.PERIOD_S", 60.0)  # on a busy machine too
    client = Client.find(api.port)
    client.send(c.SetLook(slot="A", values={"slope": 0.0}))

    async def one(session: aiohttp.ClientSession) -> tuple[int, str, bytes]:
        async with session.get(f"{api.url}/v1/slots/A/picture.jpg?width=160") as got:
            return got.status, got.headers["Livegrade-Frame"], await got.read()

    async def all_at_once() -> list[tuple[int, str, bytes]]:
        async with aiohttp.ClientSession(headers={"Authorization": token()}) as session:
            return await asyncio.gather(*(one(session) for _ in range(20)))

    found = _run(all_at_once())
    assert {status for status, _, _ in found} == {200}
    assert len({index for _, index, _ in found}) == 1
    picture = np.asarray(Image.open(io.BytesIO(found[0][2])))
    assert picture.shape == (90, 160, 3)
    assert picture.max() <= 2
    assert np.asarray(Image.open(io.BytesIO(client.picture("A", source=True)))).max() > 200
    for query, status in (("width=63", 409), ("width=x", 409), ("view=other", 409)):
        assert ask(api, "GET", f"/v1/slots/A/picture.jpg?{query}", Authorization=token())[0] == status
    assert ask(api, "GET", "/v1/slots/Q/picture.jpg", Authorization=token())[0] == 409


def test_strangers_do_not_keep_the_door_shut(api) -> None:
    """More connections than there may be, and nothing said on any: a client with the token still comes in."""
    strangers = [socket.create_connection(("127.0.0.1", api.port)) for _ in range(MOST_CONNECTIONS + 40)]
    assert Client.find(api.port).state().number
    for stranger in strangers:
        stranger.close()


def test_connections_that_come_and_go_cost_no_memory_and_no_handle(api) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(500):
        socket.create_connection(("127.0.0.1", api.port)).close()
    assert Client.find(api.port).is_there()
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + 10


def test_hostile_messages_are_each_refused_in_a_sentence_while_others_work(api) -> None:
    meeting = find_meetings()[0]

    async def all_at_once():
        return await asyncio.gather(
            api_load.hostile(meeting, 300),
            api_load.wheel(meeting, 1.0),
            api_load.follow(meeting, 1.0, 3),
            api_load.watch(meeting, 1.0),
        )

    hostility, turned, followed, watched = _run(all_at_once())
    assert hostility.refusals == hostility.messages >= 50
    assert hostility.unexpected == 0
    assert (turned.turns > 0, turned.pending) == (True, 0)
    assert followed.pictures >= 3
    assert followed.messages > 3
    assert watched.pictures >= 3


def test_a_session_that_is_not_there_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    with pytest.raises(ControlError, match="no session with an API runs here on port 7399"):
        Client.find(7399)


def _run(coroutine):
    return asyncio.run(coroutine)


def said_of_itself(server: ApiServer) -> list[tuple[Link, str]]:
    events = server._desk.session.events.since(0)[0]
    return [(event.link, event.text) for event in events if isinstance(event, Event) and event.subject == "API"]


def test_a_state_that_cannot_be_told_is_said_once_and_that_it_is_over(api, monkeypatch, caplog, until) -> None:
    ticks, tick = [], Publisher.tick

    def stumbling(publisher: Publisher) -> None:
        ticks.append(publisher)
        if len(ticks) < 5:
            raise RuntimeError("no tree")
        tick(publisher)

    monkeypatch.setattr(Publisher, "tick", stumbling)
    until(lambda: len(said_of_itself(api)) == 2)
    assert said_of_itself(api) == [
        (Link.FAULTED, "its state cannot be told: no tree"),
        (Link.RUNNING, "its state is told again"),
    ]
    assert [record.message for record in caplog.records if record.exc_info] == ["the state could not be told"]
    assert Client.find(api.port).is_there()


def test_an_api_that_ends_is_told_in_the_session_which_goes_on(tmp_path, monkeypatch, until) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look())
    session = Session(SessionSetup((slot,), (SinkSetup(parse_sink("null:"), "A", GRADED),), engine="native"))
    server = ApiServer(session, Place(port=0), print)

    async def ending() -> None:
        server._loop = asyncio.get_running_loop()
        server._ready.set()
        raise RuntimeError("the socket is gone")

    monkeypatch.setattr(server, "_serve", ending)
    session.start()
    try:
        server.start()
        until(lambda: bool(said_of_itself(server)))
        assert said_of_itself(server) == [(Link.FAULTED, "it ended, the pictures go on: the socket is gone")]
        seen = session.slot("A").frames_in
        until(lambda: session.slot("A").frames_in > seen)
    finally:
        server.stop()
        session.stop()


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),  # a client that expects TLS
        b"GET /v1/state HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET /v1/state HTTP/1.1\r\nno header\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_in_plain_text_and_the_line_is_closed(api, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as stranger:
        stranger.sendall(said)
        answer = b""
        while data := stranger.recv(65_536):
            answer += data
    head, _, _ = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"400"
    assert b"\r\nContent-Type: text/plain" in head
    assert Client.find(api.port).state().state["slots"].keys() == {"A"}


def test_an_answer_may_overtake_one_that_waits(api, tmp_path, monkeypatch) -> None:
    back, real = threading.Event(), looks.open_look_file
    monkeypatch.setattr(looks, "open_look_file", lambda path: back.wait(60) and real(path))
    path = tmp_path / "warm.json"
    path.write_bytes(write_saved_look(Look((Cdl(slope=(1.2, 1.0, 0.8)),))))

    async def talk() -> list[tuple[int, str]]:
        header = {"Authorization": token()}
        async with aiohttp.ClientSession(headers=header) as http_, http_.ws_connect(f"{api.url}/v1/socket") as line:
            load, set_ = c.LoadLook(slot="A", path=str(path)), c.SetLook(slot="A", values={"slope": 1.5})
            for number, command in enumerate((load, set_), 1):
                await line.send_bytes(msgspec.json.encode({"id": number, "do": command}))
            told: list[tuple[int, str]] = []
            while len(told) < 2:
                said = json.loads((await line.receive(60)).data)
                if said["message"] == "answer":
                    told.append((said["id"], said["answer"]["result"]))
                    back.set()
            return told

    assert asyncio.run(talk()) == [(2, "done"), (1, "done")]
