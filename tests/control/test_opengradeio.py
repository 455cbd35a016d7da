"""A session as a LUT box: a controller whose messages are pymongo's BSON over a plain socket."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import bson
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d
from livegrade.control import opengradeio as control_opengradeio
from livegrade.control.listening import Place
from livegrade.control.opengradeio import MOST_CLIENTS, ip_of, listen_opengradeio
from livegrade.control.server import ApiServer
from livegrade.engine.view import GRADED
from livegrade.errors import UsageError
from livegrade.session import Session
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.peer import OpenGradeIoPlace, SurfacePlaces, parse_ip
from livegrade_devices.address import DeviceAddress
from livegrade_devices.device import BoxLook, Device
from livegrade_devices.lutboxes import opengradeio
from livegrade_devices.wires.live import LiveWires

pytestmark = pytest.mark.emulated
PATIENCE_S = 20.0
EVERY = "0.0.0.0"  # noqa: S104  # where it listens for those that a rig lists
RGB = np.random.default_rng(8).random((200, 3))
WILD = Look((Cdl(slope=(1.4, 1.0, 0.8), offset=(0.02, -0.01, 0.0), power=(1.2, 1.0, 0.9), clamp=False),))


class Controller:
    """A plain socket and pymongo's BSON."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)

    def say(self, message: dict[str, Any]) -> dict[str, Any]:
        self.send(bson.encode({"service": "OpenGradeIO", **message}))
        return self.hear()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def hear(self) -> dict[str, Any]:
        head = self._exactly(4)
        return bson.decode(head + self._exactly(struct.unpack("<i", head)[0] - 4))

    def lattice(
        self, values: np.ndarray[Any, Any], instance: str = "A", *, red_fastest: bool = False
    ) -> dict[str, Any]:
        points = np.ones((*values.shape[:3], 4), "<f4")
        points[..., :3] = values.transpose(2, 1, 0, 3) if red_fastest else values
        arguments = {"lutData": points.tobytes(), "lutSize": len(values)}
        return self.say({"command": "setLUT", "instance": instance, "type": "3dlut", "arguments": arguments})

    def is_hung_up_on(self) -> bool:
        try:
            return self._socket.recv(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise ConnectionAbortedError
            data += piece
        return data


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    slots = [
        SlotSetup(name, parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look(), label=label)
        for name, label in (("A", "Main"), ("B", ""))
    ]
    sinks = tuple(SinkSetup(parse_sink("null:"), name, GRADED) for name in "AB")
    made = Session(SessionSetup(tuple(slots), sinks, engine="native"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def served(session):
    servers = []

    def serve(axis="auto", peers=()) -> ApiServer:
        place = OpenGradeIoPlace(0, axis, tuple(map(parse_ip, peers)))
        server = ApiServer(session, Place(port=0), print, SurfacePlaces(opengradeio=place))
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture
def controllers():
    made = []

    def controller(server: ApiServer) -> Controller:
        made.append(Controller(server.opengradeio_port))
        return made[-1]

    yield controller
    for one in made:
        one.close()


def points(side: int) -> np.ndarray[Any, Any]:
    axis = np.linspace(0.0, 1.0, side)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def shown(server: ApiServer, slot: str, rgb: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return server._desk.grade.look(slot).apply(rgb)


@pytest.mark.parametrize("red_fastest", [False, True])
def test_a_lattice_is_the_look_of_its_slot_at_full_float_whichever_axis_goes_fastest(
    served, controllers, red_fastest
) -> None:
    server = served()
    controller = controllers(server)
    values = WILD.apply(points(33))
    assert controller.lattice(values, red_fastest=red_fastest) == {"result": 1}
    at = RGB.round() * 0.25 + 0.5  # points of the lattice
    assert np.abs(shown(server, "A", at) - WILD.apply(at)).max() < 1e-6
    assert shown(server, "A", np.ones((1, 3)))[0, 0] > 1.4
    assert np.array_equal(shown(server, "B", RGB), RGB)
    (node,) = server._desk.grade.look("A").nodes
    assert isinstance(node, Lut3d)


def test_the_axis_of_the_rig_is_believed_where_it_says_one(served, controllers) -> None:
    server = served("red")
    values = WILD.apply(points(9))
    assert controllers(server).lattice(values) == {"result": 1}
    turned = WILD.apply(RGB.round()[:, ::-1])
    assert np.abs(shown(server, "A", RGB.round()) - turned).max() < 1e-6


def test_a_cdl_is_a_node_that_can_be_turned_on_and_many_are_one_step(served, controllers) -> None:
    server = served()
    controller = controllers(server)
    for number in range(20):
        arguments = {"slope": [1 + number / 100, 1.0, 1], "offset": [0.0, 0.01, 0.0], "power": [1.1, 1.0, 1.0]}
        said = {"command": "setCDL", "instance": "main", "arguments": arguments | {"saturation": 0.9, "more": "x"}}
        assert controller.say(said) == {"result": 1}
    (node,) = server._desk.grade.look("A").nodes
    assert node == Cdl((1.19, 1.0, 1.0), (0.0, 0.01, 0.0), (1.1, 1.0, 1.0), 0.9)
    history = server._desk.grade.histories["A"]
    assert [step.words for step in (*history.past, history.now)] == ["start", "OpenGradeIO CDL"]
    assert history.now.nodes[0].id == "n1"
    assert controller.lattice(points(17)) == {"result": 1}
    assert controller.lattice(WILD.apply(points(17))) == {"result": 1}
    history = server._desk.grade.histories["A"]
    assert (len(history.past), history.now.words, history.now.nodes[0].id) == (1, "OpenGradeIO lattice", "n2")


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"command": "setLUT", "arguments": {"lutData": b"x" * 99}}, "no lattice of 2 to 65"),
        ({"command": "setLUT"}, "no arguments"),
        ({"command": "sing", "arguments": {}}, "'sing' is not known"),
        (
            {"command": "setCDL", "instance": "C", "arguments": {}},
            "no slot is called 'C'; name the instance as one of A, B",
        ),
        ({"command": "setCDL", "instance": "A", "arguments": {"slope": [-1.0, 1.0, 1.0]}}, "CDL slope"),
        ({"command": "setCDL", "instance": "A", "arguments": {"power": [0.0, 1.0, 1.0]}}, "CDL power"),
    ],
)
def test_what_cannot_be_a_look_is_answered_and_the_controller_stays(served, controllers, message, sentence) -> None:
    server = served()
    controller = controllers(server)
    answer = controller.say(message)
    assert answer["result"] == 0
    assert sentence in answer["error"]
    assert controller.say({"command": "setCDL", "instance": "B", "arguments": {"saturation": 0.5}}) == {"result": 1}


def test_lies_floods_and_too_many_are_hung_up_on_and_the_others_go_on(served, controllers) -> None:
    server = served()
    good = controllers(server)
    assert good.say({"command": "setCDL", "instance": "A", "arguments": {"saturation": 0.5}}) == {"result": 1}
    for lie in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f" + bytes(1000), bytes(4)):
        liar = controllers(server)
        liar.send(lie)
        assert liar.is_hung_up_on()
    half = controllers(server)
    half.send(struct.pack("<i", 1_000_000) + bytes(1000))
    half.close()
    many = [controllers(server) for _ in range(MOST_CLIENTS + 4)]
    assert any(one.is_hung_up_on() for one in many[-2:])
    for one in many:
        one.close()
    assert good.say({"command": "setCDL", "instance": "B", "arguments": {"saturation": 0.5}}) == {"result": 1}


def test_people_at_the_cart_see_a_controller_come_and_go(served, controllers, session, until) -> None:
    controller = controllers(served())
    assert controller.lattice(points(17)) == {"result": 1}
    until(lambda: "a controller gives looks to slot A" in told(session))
    controller.close()
    until(lambda: "the controller of slot A is gone; its last look stays" in told(session))


def test_of_other_machines_the_listed_are_heard_and_the_others_hung_up_on(
    served, controllers, session, until, monkeypatch
) -> None:
    server = served(peers=("192.0.2.7",))
    desaturated = {"command": "setCDL", "instance": "A", "arguments": {"saturation": 0.5}}
    assert controllers(server).say(desaturated) == {"result": 1}, "the own machine is always heard"
    monkeypatch.setattr(control_opengradeio, "ip_of", lambda host: parse_ip("192.0.2.9"))
    for _ in range(2):
        assert controllers(server).is_hung_up_on()
    assert told(session).count("192.0.2.9 speaks and is not heard; list it in opengradeio-peers") == 1
    monkeypatch.setattr(control_opengradeio, "ip_of", lambda host: parse_ip("192.0.2.7"))
    assert controllers(server).say(desaturated) == {"result": 1}


@pytest.mark.parametrize(
    ("peers", "host"),
    [((), "127.0.0.1"), (("127.0.0.1",), "127.0.0.1"), (("10.0.0.2",), EVERY), (("fd00::5",), "::")],
)
def test_other_addresses_are_listened_on_where_the_rig_lists_machines(peers: tuple[str, ...], host: str) -> None:
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with listen_opengradeio(OpenGradeIoPlace(0, peers=tuple(map(parse_ip, peers)))) as listening:
        assert listening.getsockname()[0] == host
        with socket.create_connection(("127.0.0.1", listening.getsockname()[1]), PATIENCE_S):
            listening.setblocking(True)
            client, source = listening.accept()
            client.close()
            assert ip_of(source[0]) == parse_ip("127.0.0.1")


def told(session: Session) -> str:
    return "\n".join(event.text for event in session.events.since(0)[0])


def test_our_own_driver_gives_a_session_its_looks(served) -> None:
    server = served()

    async def work() -> None:
        wires = LiveWires()
        address = DeviceAddress("opengradeio", "127.0.0.1", server.opengradeio_port, options={"instance": "B"})
        async with asyncio.timeout(PATIENCE_S), opengradeio.connect(address, wires) as device:
            listening = asyncio.create_task(listen(device))
            assert device.looks is not None
            assert (await device.looks.push(BoxLook(WILD))).confirmed
            listening.cancel()
            await asyncio.wait([listening])

    async def listen(device: Device) -> None:
        await device.listen(lambda detail: None)

    asyncio.run(work())
    at = RGB.round()
    assert np.abs(shown(server, "B", at) - WILD.apply(at)).max() < 1e-6


def test_a_port_that_is_taken_is_told() -> None:
    with listen_opengradeio(OpenGradeIoPlace(0)) as taken:
        port = taken.getsockname()[1]
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(UsageError, match=f"cannot listen on port {port}"):
            listen_opengradeio(OpenGradeIoPlace(port))
