"""OSC over real sockets with clients that nobody here wrote: liblo turns wheels and shows them, python-osc says what
other ports say, and bare sockets what no surface does."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import json
import logging
import re
import socket
import struct
import time
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any, TypeVar
from unittest.mock import ANY

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control import surfaces as faces
from livegrade.control.auth import Access
from livegrade.control.client import Client
from livegrade.control.listening import Place
from livegrade.control.osc.face import MOST_PEERS, OscFace, listen_osc, why_unheard
from livegrade.control.osc.packets import packed, read_packet
from livegrade.control.server import ApiServer
from livegrade.control.surface.message import Message
from livegrade.control.surface.shown import Shown
from livegrade.engine.view import GRADED
from livegrade.errors import UsageError
from livegrade.folders import runtime_folder
from livegrade.session import Session
from livegrade.session.events import Link
from livegrade.session.keeping import Keeping
from livegrade.session.setup import KeepingPlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.peer import ChangedOsc, OpenGradeIoPlace, OscPlace, SurfacePlaces, parse_peer

T = TypeVar("T")
liblo = pytest.importorskip("pyliblo3", reason="pyliblo3 has no wheel for this system")


class Surface:
    """A surface of liblo's: it hears on a port of its own, and speaks from it."""

    def __init__(self, port: int) -> None:
        self._server = liblo.Server()
        self._session = liblo.Address("127.0.0.1", port)
        self.heard: dict[str, list] = defaultdict(list)
        self._server.add_method(None, None, lambda address, arguments: self.heard[address].append(tuple(arguments)))

    @property
    def port(self) -> int:
        return self._server.port

    def say(self, address: str, *arguments: object) -> None:
        self._server.send(self._session, f"/livegrade/{address}", *arguments)

    def shows(self, address: str) -> tuple | None:
        """The newest value that was told, None for none."""
        while self._server.recv(2):
            pass
        said = self.heard[f"/livegrade/{address}"]
        return said[-1] if said else None

    def close(self) -> None:
        self._server.free()


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    slot = SlotSetup("A", parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look((Cdl(name="day"),), "night"))
    made = Session(SessionSetup((slot,), (SinkSetup(parse_sink("null:"), "A", GRADED),), engine="native"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def keeping(session, tmp_path):
    made = Keeping(session, KeepingPlan(tmp_path / "library", "day1"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def served(session, keeping):
    servers = []

    def serve(*peers: str) -> ApiServer:
        place = OscPlace(0, tuple(map(parse_peer, peers)))
        server = ApiServer(session, Place(port=0), print, SurfacePlaces(place), keeping=keeping)
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture
def api(served):
    return served()


@pytest.fixture
def surfaces():
    made = []

    def surface(api: ApiServer) -> Surface:
        made.append(Surface(api.osc_port))
        return made[-1]

    yield surface
    for one in made:
        one.close()


pytestmark = pytest.mark.emulated


def test_a_wheel_of_one_surface_turns_the_look_and_the_wheels_of_the_others(api, surfaces, until) -> None:
    one, other = surfaces(api), surfaces(api)
    for surface in (one, other):
        surface.say("ping", 7)
        until(lambda surface=surface: surface.shows("A/slope/r") == (1.0,))
        assert surface.shows("pong") == (7,)
        assert surface.shows("A/look") == ("night",)
    one.say("A/slope/r", 1.25)
    until(lambda: other.shows("A/slope/r") == (1.25,))
    until(lambda: other.shows("A/node/day/slope") == (1.25, 1.0, 1.0))
    one.say("A/node/day/slope/r/add", 0.25)
    until(lambda: one.shows("A/slope/r") == (1.5,))
    assert Client.find(api.port).state().state["slots"]["A"]["look"]["nodes"]["n1"]["settings"]["slope"][0] == 1.5
    other.say("A/undo")
    until(lambda: one.shows("A/slope/r") == (1.0,))


def test_feedback_follows_whoever_changes_the_session(api, surfaces, until) -> None:
    surface = surfaces(api)
    surface.say("refresh")
    until(lambda: surface.shows("sink/1/view/graded") == (1,))
    client = Client.find(api.port)
    client.send(c.SetLook(slot="A", values={"offset.b": -0.01}))
    client.send(c.SetView(sink="1", view="false-color"))
    client.send(c.LockView(sink="1", locked=True))
    until(lambda: surface.shows("A/offset/b") == (pytest.approx(-0.01),))
    until(lambda: surface.shows("sink/1/view/false-color") == (1,) and surface.shows("sink/1/lock") == (1,))
    assert surface.shows("sink/1/view/graded") == (0,)
    assert surface.shows("A/undo/step") == ('CDL "day": offset B',)


@pytest.mark.parametrize(
    ("address", "said", "answer"),
    [
        ("A/slope/r", "much", "it takes a number"),
        ("feedback", float("nan"), "it takes a port"),
        ("feedback", float("inf"), "it takes a port"),
    ],
)
def test_a_mistake_is_answered_in_a_sentence_and_changes_nothing(
    api, surfaces, until, address: str, said: object, answer: str
) -> None:
    surface = surfaces(api)
    before = Client.find(api.port).state().state["slots"]["A"]["look"]
    surface.say(address, said)
    until(lambda: surface.shows("error") is not None)
    assert surface.shows("error")[0].startswith(f"/livegrade/{address}: {answer}")
    assert Client.find(api.port).state().state["slots"]["A"]["look"] == before


def test_a_refusal_by_the_session_is_told_too(api, surfaces, until) -> None:
    surface, client = surfaces(api), Client.find(api.port)
    surface.say("A/slope/r", 1.5)
    until(lambda: surface.shows("A/slope/r") == (1.5,))
    surface.say("A/undo")
    until(lambda: surface.shows("A/slope/r") == (1.0,))
    before = client.state().state["slots"]["A"]["look"]
    surface.say("A/undo")
    until(lambda: surface.shows("error") == ("/livegrade/A/undo: there is nothing to undo",))
    assert client.state().state["slots"]["A"]["look"] == before
    assert len(surface.heard["/livegrade/error"]) == 1


def test_a_take_is_named_begun_marked_ended_and_its_look_kept_from_a_surface(api, surfaces, until) -> None:
    surface = surfaces(api)
    surface.say("refresh")
    until(lambda: surface.shows("A/take") == (0,))
    surface.say("take/scene", "12")
    until(lambda: surface.shows("take/scene") == ("12",))
    surface.say("A/take", 1)
    until(lambda: surface.shows("A/take") == (1,) and surface.shows("A/take/name") != ("",))
    assert "12" in surface.shows("A/take/name")[0]
    surface.say("A/marker/flare", "window")
    surface.say("A/keep", "warm night")
    surface.say("A/take", 0)
    until(lambda: surface.shows("take") == (0,))
    surface.say("A/slope/r", 1.75)
    until(lambda: surface.shows("A/slope/r") == (1.75,))
    surface.say("A/recall", "warm night")
    until(lambda: surface.shows("A/slope/r") == (1.0,))
    client = Client.find(api.port)
    assert [one["text"] for one in client.send(c.ListMarkers()).found] == ["window"]
    (take,) = client.send(c.ListTakes()).found
    assert (take["started_by"], take["ended_by"]) == ("osc", "osc")
    assert surface.shows("error") is None


def test_a_surface_with_another_ear_says_so(api, surfaces, until) -> None:
    """One that speaks from one port and hears on another, as many do."""
    ear = surfaces(api)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        mouth.connect(("127.0.0.1", api.osc_port))
        mouth.send(from_python_osc("/livegrade/feedback", ear.port))
        until(lambda: ear.shows("A/slope/r") == (1.0,))
        mouth.send(from_python_osc("/livegrade/A/slope/r", 1.125))
        until(lambda: ear.shows("A/slope/r") == (1.125,))
        assert ear.shows("error") is None
        mouth.setblocking(False)
        with pytest.raises(BlockingIOError):  # everything goes to the ear
            mouth.recv(65536)


def test_a_surface_of_the_rig_is_told_before_it_speaks(served, until) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(30)
        served(f"127.0.0.1:{ear.getsockname()[1]}")
        heard = {one.address: one.arguments for one in read_packet(ear.recv(65536))}
        assert heard["/livegrade/A/look"] == ("night",)


def test_one_wheel_turned_fast_is_one_step_of_undo_and_ends_where_it_stopped(api, until) -> None:
    client = Client.find(api.port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hand:
        for step in range(200):
            hand.sendto(from_python_osc("/livegrade/A/saturation", 0.5 + step / 1000), ("127.0.0.1", api.osc_port))
    until(lambda: settings(client)["saturation"] == 0.699)
    assert len(client.state().state["slots"]["A"]["look"]["undo"]) == 1


def from_python_osc(address: str, *arguments: object) -> bytes:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def settings(client: Client) -> dict:
    return client.state().state["slots"]["A"]["look"]["nodes"]["n1"]["settings"]


GARBAGE = (b"#bundle\x00" + bytes(8) + struct.pack(">i", -4), b"\xff" * 65_000, b"/livegrade/A/x\x00\x00,i\x00\x00")


def test_garbage_in_masses_costs_nothing_but_a_sentence_a_second(api, surfaces, until, caplog) -> None:
    caplog.set_level(logging.WARNING, "livegrade.control.osc")
    surface = surfaces(api)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        began = time.monotonic()
        for number in range(3000):
            stranger.sendto(GARBAGE[number % 3], ("127.0.0.1", api.osc_port))

        def is_heard() -> bool:
            """What is said while the system's own queue is full is lost, as anything is over UDP."""
            surface.say("A/slope/g", 1.5)
            return settings(Client.find(api.port))["slope"][1] == 1.5

        until(is_heard)
        took_s = time.monotonic() - began
    assert 0 < len(caplog.records) <= took_s + 2
    assert all("OSC from 127.0.0.1: " in record.message for record in caplog.records)


def test_who_the_rig_does_not_list_is_dropped_before_anybody_looks(session, served, monkeypatch, caplog) -> None:
    """The packet of a foreign address is handed in below the socket: this machine has no other to speak from."""
    looked: list[bytes] = []
    monkeypatch.setattr("livegrade.control.osc.face.read_packet", lambda data: looked.append(data) or [])
    desk = served()._desk

    async def hear() -> OscFace:
        place = OscPlace(0, (parse_peer("192.0.2.7"), parse_peer("192.0.2.8:9000"), parse_peer("2001:db8::1")))
        sockets = listen_osc(place)
        try:
            face = OscFace(place, sockets, desk, None, Shown())
            for host in ("192.0.2.9", "2001:db8::2", "10.0.0.1", "192.0.2.9"):
                face.heard(b"stranger", (host, 5000))
            assert not face._peers
            face.heard(b"guest", ("192.0.2.7", 5000))
            face.heard(b"six", ("2001:db8::1", 5000, 0, 0))
            return face
        finally:
            for one in sockets:
                one.close()

    face = asyncio.run(hear())
    assert looked == [b"guest", b"six"]
    assert "192.0.2.9 speaks and is not heard; list it in osc-peers" in caplog.text
    told = [event.text for event in session.events.since(0)[0] if getattr(event, "subject", "") == "OSC"]
    assert [text.split()[0] for text in told] == ["192.0.2.9", "2001:db8::2", "10.0.0.1"]
    assert {peer.access.value for peer in face._peers.values()} == {"paired"}


def test_a_guest_may_grade_but_name_no_files(session, served, surfaces, until) -> None:
    """The surface of a listed address of the network, moved to the loopback to be heard at all."""
    server = served()
    surface = surfaces(server)
    said: list[str] = []

    async def refused(command: c.AnyCommand) -> None:
        from livegrade.control.auth import Access
        from livegrade.control.turns import Turns

        try:
            await Turns(server._desk, None, server._commands, None).carried_out(command, Access.PAIRED)
        except UsageError as error:
            said.append(str(error))

    asyncio.run(refused(c.LoadLook(slot="A", path="/etc/passwd")))
    asyncio.run(refused(c.GrabStill(slot="A", folder="/stills")))
    assert said == ["only programs of the session's own machine may name files, folders and URLs"] * 2
    surface.say("A/load", "/nowhere/day.cdl")
    until(lambda: surface.shows("error") is not None)
    assert "/nowhere/day.cdl" in surface.shows("error")[0]


def test_nobody_replaces_a_file_or_opens_an_output_by_udp(api, surfaces, until, tmp_path) -> None:
    precious = tmp_path / "precious.json"
    precious.write_text("look")
    for said in (
        {"command": "look.save", "slot": "A", "path": str(precious), "overwrite": True},
        {"command": "sink.add", "address": str(tmp_path / "big.mov")},
    ):
        surface = surfaces(api)
        surface.say("do", json.dumps(said))
        until(lambda surface=surface: surface.shows("error") is not None)
        assert "may name files" in surface.shows("error")[0]
    assert precious.read_text() == "look"
    assert not list(tmp_path.glob("big*"))


def test_strangers_that_come_and_go_push_each_other_out_and_not_the_rigs(served) -> None:
    desk = served()._desk

    async def hear() -> OscFace:
        place = OscPlace(0, (parse_peer("127.0.0.1:7"), parse_peer("192.0.2.8:9000")))
        sockets = listen_osc(place)
        face = OscFace(place, sockets, desk, None, Shown())
        for address in place.peers:
            face._meet((str(address.ip), address.port), address.ip, 0.0)
        for port in range(1000, 1000 + 3 * MOST_PEERS):
            face.heard(packed(Message("/livegrade/refresh")), ("127.0.0.1", port))
        listed = face._meet(("192.0.2.8", 4444), ipaddress.ip_address("192.0.2.8"), 9.0)
        assert listed.hears_at == ("192.0.2.8", 9000)
        for one in sockets:
            one.close()
        return face

    face = asyncio.run(hear())
    assert len(face._peers) == MOST_PEERS + 2
    assert {("127.0.0.1", 7), ("192.0.2.8", 9000), ("127.0.0.1", 1000 + 3 * MOST_PEERS - 1)} <= face._peers.keys()


def test_the_loopback_alone_is_bound_where_no_other_machine_may_speak() -> None:
    for peers, hosts in (
        ((), {"127.0.0.1"}),
        (("127.0.0.1:9000",), {"127.0.0.1"}),
        (("192.0.2.7",), {"0.0.0.0"}),  # noqa: S104
        (("2001:db8::1",), {"127.0.0.1", "::"}),
    ):
        sockets = listen_osc(OscPlace(0, tuple(map(parse_peer, peers))))
        assert {one.getsockname()[0] for one in sockets} == hosts
        assert len({one.getsockname()[1] for one in sockets}) == 1
        for one in sockets:
            one.close()


def test_a_port_that_is_taken_is_one_sentence() -> None:
    taken = listen_osc(OscPlace(0))
    with pytest.raises(UsageError, match=r"OSC cannot listen on port \d+: .+; choose another"):
        listen_osc(OscPlace(taken[0].getsockname()[1]))
    taken[0].close()


def test_a_port_that_is_taken_is_a_fault_of_its_face_and_the_session_runs(session) -> None:
    taken = listen_osc(OscPlace(0))
    with socket.create_server(("127.0.0.1", 0)) as other:
        places = SurfacePlaces(
            OscPlace(taken[0].getsockname()[1]), opengradeio=OpenGradeIoPlace(other.getsockname()[1])
        )
        server = ApiServer(session, Place(port=0), print, places)
        server.start()
        client = Client.find(server.port)
        assert client.send(c.SetLook(slot="A", values={"slope": 1.5})).result == "done"
        assert (server.osc_port, server.opengradeio_port) == (None, None)
        told = [
            event for event in session.events.since(0)[0] if getattr(event, "subject", "") in ("OSC", "OpenGradeIO")
        ]
        server.stop()
    taken[0].close()
    assert [event.link for event in told] == [Link.FAULTED] * 2
    for event in told:
        assert re.search(r"cannot listen on port \d+: .+; choose another; the rest of the session runs", event.text)


def test_a_port_that_was_taken_is_listened_on_as_soon_as_it_is_free(session, monkeypatch, until) -> None:
    monkeypatch.setattr(faces, "AGAIN_S", 0.02)
    monkeypatch.setattr(faces, "MOST_PAUSE_S", 0.1)
    (taken,), other = listen_osc(OscPlace(0)), socket.create_server(("127.0.0.1", 0))
    port, grade_port = taken.getsockname()[1], other.getsockname()[1]
    places = SurfacePlaces(OscPlace(port), opengradeio=OpenGradeIoPlace(grade_port))
    server = ApiServer(session, Place(port=0), print, places)
    server.start()
    client = Client.find(server.port)

    def troubles() -> dict[str, bool]:
        return {one["subject"]: one["lasts"] for one in client.state().state["alarms"]["entries"].values()}

    try:
        until(lambda: troubles() == {"OSC": True, "OpenGradeIO": True})
        taken.close()
        until(lambda: server.osc_port == port)
        until(lambda: troubles() == {"OSC": False, "OpenGradeIO": True})
        assert server.opengradeio_port is None
        other.close()
        until(lambda: server.opengradeio_port == grade_port)
        until(lambda: troubles() == {"OSC": False, "OpenGradeIO": False})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hand:
            hand.sendto(from_python_osc("/livegrade/A/saturation", 0.75), ("127.0.0.1", port))
        until(lambda: settings(client)["saturation"] == 0.75)
        with socket.create_connection(("127.0.0.1", grade_port)) as controller:
            assert controller.getpeername()[1] == grade_port
        assert client.state().state["faces"]["osc"] == {"port": port, "surfaces": ANY, "peers": [], "waits": ""}
    finally:
        server.stop()
        taken.close()
        other.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", port))  # it is let go of


def test_a_port_that_is_taken_is_given_up_for_another(session, until) -> None:
    (taken,) = listen_osc(OscPlace(0))
    server = ApiServer(session, Place(port=0), print, SurfacePlaces(OscPlace(taken.getsockname()[1])))
    server.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        tree = Client.find(server.port).state().state["faces"]["osc"]
        assert tree == {"port": taken.getsockname()[1], "surfaces": [], "peers": [], "waits": "taken"}
        assert Client.find(server.port).send(c.SetOsc(port=port)).result == "done"
        assert (server.osc_port, server._surfaces._waiting) == (port, {})
    finally:
        server.stop()
        taken.close()


def test_waiting_for_a_port_is_called_off_and_a_port_that_is_not_ones_own_is_not_said_to_be_taken(
    session, until, monkeypatch
) -> None:
    monkeypatch.setattr(faces, "AGAIN_S", 0.02)
    (taken,) = listen_osc(OscPlace(0))
    port = taken.getsockname()[1]
    server = ApiServer(session, Place(port=0), print, SurfacePlaces(OscPlace(port)))
    server.start()
    client = Client.find(server.port)
    try:
        assert client.send(c.SetOsc()).result == "refused"
        assert client.state().state["faces"]["osc"]["waits"] == "taken"  # it goes on
        assert client.send(c.SetOsc(on=False)).step == "OSC is off"
        assert client.state().state["faces"]["osc"] is None
        taken.close()
        assert client.send(c.SetLook(slot="A", values={"slope": 1.5})).result == "done"
        assert (server.osc_port, server._surfaces._waiting) == (None, {})
    finally:
        server.stop()
        taken.close()
    refused = UsageError("OSC cannot listen on port 80: Permission denied; choose another")
    refused.__cause__ = PermissionError(errno.EACCES, "Permission denied")
    assert why_unheard(refused) == "permission denied"


def test_a_surface_at_the_sessions_own_ear_is_refused() -> None:
    with pytest.raises(UsageError, match="where the session itself listens"):
        OscPlace(9000, (parse_peer("127.0.0.1:9000"),))


def test_more_surfaces_than_the_journal_keeps_are_refused_with_one_sentence(session) -> None:
    peers = tuple(f"192.0.2.{number}" for number in range(1, 34))
    OscPlace(9000, tuple(map(parse_peer, peers[1:])))
    sentence = "33 surfaces are listed for OSC, and the most is 32; take some out"
    with pytest.raises(UsageError, match=sentence):
        OscPlace(9000, tuple(map(parse_peer, peers)))
    server = ApiServer(session, Place(port=0), print)
    server.start()
    try:
        refused = Client.find(server.port).send(c.SetOsc(port=free_port(), peers=peers))
    finally:
        server.stop()
    assert (refused.result, refused.error) == ("refused", sentence)


def test_a_session_that_was_begun_on_any_port_stays_on_the_one_that_it_has(session) -> None:
    server = ApiServer(session, Place(port=0), print, SurfacePlaces(OscPlace(0)))
    server.start()
    port, client = server.osc_port, Client.find(server.port)
    try:
        assert client.send(c.SetOsc()).step == f"OSC is heard on port {port}: this machine"
        assert server._surfaces.changed_osc is None  # nothing was changed
        assert client.send(c.SetOsc(peers=("192.0.2.7:9001",))).result == "done"
        assert server.osc_port == port
        assert client.send(c.SetOsc(on=False)).step == "OSC is off"
        assert client.send(c.SetOsc(peers=())).step == f"OSC is heard on port {port}: this machine"
    finally:
        server.stop()


def test_who_has_set_osc_may_go_and_it_is_kept(session, until) -> None:
    server = ApiServer(session, Place(port=0), print)
    server.start()
    port, surfaces, changed = free_port(), server._surfaces, server._desk.changed

    def on_loop(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, server._loop).result(30)

    async def others_are_at_it() -> None:
        await surfaces._setting_osc.acquire()

    async def asked_and_gone() -> None:
        asking = asyncio.create_task(server._api._turns.carried_out(c.SetOsc(port=port), Access.LOCAL))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert asking.cancelled()
        changed.clear()
        surfaces._setting_osc.release()

    try:
        on_loop(others_are_at_it())
        on_loop(asked_and_gone())
        until(lambda: server.osc_port == port)
        until(changed.is_set)
        assert server.journal().kept.osc == ChangedOsc(None, OscPlace(port))
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_osc_is_switched_on_moved_and_off_while_the_session_runs_and_is_there_again(session, until) -> None:
    from livegrade.control.journal import JournalText, read_journal
    from livegrade.control.server import Before

    api = ApiServer(session, Place(port=0), print)
    api.start()
    client = Client.find(api.port)

    def told() -> dict | None:
        return client.state().state["faces"]["osc"]

    def turns(port: int, value: float) -> None:
        surface = Surface(port)
        surface.say("A/slope/r", value)
        until(lambda: surface.shows("A/slope/r") == (value,))
        surface.close()

    try:
        first, second = free_port(), free_port()
        assert told() is None
        assert client.send(c.SetOsc(port=first)).step == f"OSC is heard on port {first}: this machine"
        assert (told()["port"], told()["peers"]) == (first, [])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, pytest.raises(OSError, match="in use"):
            one.bind(("127.0.0.1", first))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("127.0.0.2", first))  # the loopback's own address alone is taken
        turns(first, 1.25)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("127.0.0.1", second))
            refused = client.send(c.SetOsc(port=second))
        assert refused.error == f"OSC cannot listen on port {second}: Address already in use; choose another"
        turns(first, 1.5)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("127.0.0.2", first))  # which others on this machine may have, until the network is heard
            refused = client.send(c.SetOsc(peers=("192.0.2.7:9001",)))
        assert refused.error.startswith(f"OSC cannot listen on port {first}")
        assert (told()["port"], told()["peers"]) == (first, [])
        turns(first, 1.25)
        assert client.send(c.SetOsc(port=second, peers=("192.0.2.7:9001",))).result == "done"
        turns(second, 1.75)
        assert client.send(c.SetOsc(peers=("melted",))).result == "refused"
        assert told()["peers"] == ["192.0.2.7:9001"]
        assert client.send(c.SetOsc(peers=())).result == "done"  # on the same port
        assert (told()["port"], told()["peers"]) == (second, [])
        turns(second, 1.5)
        text, path = JournalText(), runtime_folder() / "journal.json"
        path.write_bytes(text.encode(api.journal()))
        journal = read_journal(path)
        assert client.send(c.SetOsc(on=False)).step == "OSC is off"
        assert told() is None
        listen_osc(OscPlace(second))[0].close()
        assert client.send(c.SetOsc()).step == f"OSC is heard on port {second}: this machine"  # that of before
    finally:
        api.stop()
    for places, port in ((SurfacePlaces(), second), (SurfacePlaces(OscPlace(first)), first)):
        again = ApiServer(session, Place(port=0), print, places, Before(journal))
        assert again.osc_port == port  # what was set by hand holds where it is begun as it was
        again.stop()
