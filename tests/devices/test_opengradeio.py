"""OpenGradeIO: the messages against pymongo's BSON, the driver against the emulated box."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
from collections.abc import AsyncIterator
from typing import Any

import bson as pymongo_bson
import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade.timing.clock import MonotonicClock
from livegrade_devices import opengradeio as protocol
from livegrade_devices.address import DeviceAddress
from livegrade_devices.bson import decoded, encoded
from livegrade_devices.device import BoxLook, Device
from livegrade_devices.hub import Hub
from livegrade_devices.lutboxes import opengradeio
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import Line
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.opengradeio import EmulatedOpenGradeIo

from .talking import PATIENCE_S, Watch, run

LOOK = Look((Cdl(slope=(1.2, 1.0, 0.9), power=(1.1, 1.0, 1.0), saturation=0.8),))
TWO = Look((*LOOK.nodes, Cdl(offset=(0.1, 0.0, 0.0), clamp=False)))


def lattice(side: int = 5) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    axis = np.linspace(0.0, 1.0, side)
    values = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    return LOOK.apply(values)


@pytest.mark.parametrize("fastest", protocol.AXES)
def test_a_lattice_message_is_what_the_reference_says(fastest: protocol.Axis) -> None:
    message = pymongo_bson.decode(protocol.lut_message("A", lattice(), fastest))
    assert {key: message[key] for key in ("command", "service", "instance", "type")} == {
        "command": "setLUT",
        "service": "OpenGradeIO",
        "instance": "A",
        "type": "3dlut",
    }
    data = message["arguments"]["lutData"]
    assert message["arguments"]["lutSize"] == 5
    assert len(data) == 5**3 * 16
    second = struct.unpack("<4f", data[16:32])
    one = (0, 0, 1) if fastest == "blue" else (1, 0, 0)
    assert np.allclose(second, (*lattice()[one], 1.0))
    read = protocol.asked(decoded(pymongo_bson.encode(message)))
    assert isinstance(read, protocol.SetLut)
    assert read.fastest() == fastest
    assert np.array_equal(read.lattice(fastest), lattice().astype(np.float32))


def test_a_grey_lattice_does_not_tell_its_axes() -> None:
    grey = Look((Cdl(saturation=0.0),)).apply(lattice())
    read = protocol.asked(decoded(protocol.lut_message("A", np.full((5, 5, 5, 3), 0.5), "red")))
    assert isinstance(read, protocol.SetLut)
    assert read.fastest() is None
    read = protocol.asked(decoded(protocol.lut_message("A", grey, "red")))
    assert isinstance(read, protocol.SetLut)
    assert read.fastest() in ("red", None)


def test_a_cdl_message_is_what_the_reference_says() -> None:
    message = pymongo_bson.decode(protocol.cdl_message(protocol.SetCdl("B", (1.1, 1.0, 0.9), saturation=0.5)))
    assert message["command"] == "setCDL"
    assert message["arguments"]["slope"] == [1.1, 1.0, 0.9]
    bare = {"command": "setCDL", "arguments": {"slope": [2, 1, 1], "more": {"x": 1}}}
    assert protocol.asked(bare) == protocol.SetCdl("", (2.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "no arguments"),
        ({"command": "reboot", "arguments": {}}, "'reboot' is not known"),
        ({"command": "setLUT", "arguments": {}}, "no lutData"),
        ({"command": "setLUT", "arguments": {"lutData": b"x" * 100}}, "100 bytes is no lattice"),
        ({"command": "setLUT", "arguments": {"lutData": bytes(16)}}, "no lattice of 2 to 65"),
        ({"command": "setLUT", "arguments": {"lutData": bytes(128), "lutSize": 3}}, "lutSize says 3"),
        ({"command": "setLUT", "arguments": {"lutData": b"\xff" * 128}}, "no numbers"),
        ({"command": "setCDL", "arguments": {"slope": 1.0}}, "slope has three numbers"),
        ({"command": "setCDL", "arguments": {"power": [1, 1, "x"]}}, "power is no number"),
        ({"command": "setCDL", "arguments": {"saturation": float("nan")}}, "saturation is no number"),
        ({"command": "setCDL", "instance": 5, "arguments": {}}, "name of an instance"),
    ],
)
def test_messages_that_make_no_sense_are_told(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        protocol.asked(decoded(encoded(document)))


def test_answers_are_told_from_other_things() -> None:
    assert protocol.answer_message().hex() == "1100000010726573756c74000100000000"
    assert protocol.fault_of(pymongo_bson.decode(protocol.answer_message())) == ""
    assert protocol.fault_of(decoded(protocol.answer_message("no"))) == "no"
    assert protocol.fault_of({"result": 0}) == "no reason is given"
    assert protocol.fault_of({"resolt": 1}) is None
    assert protocol.fault_of({"result": "1"}) is None


@contextlib.asynccontextmanager
async def connected(box: EmulatedOpenGradeIo, **options: str) -> AsyncIterator[Device]:
    """The driver, connected and listening."""
    wires = LiveWires()
    async with (
        box.server.serve() as port,
        opengradeio.connect(DeviceAddress("opengradeio", "127.0.0.1", port, options=options), wires) as device,
    ):
        listening = asyncio.create_task(_listen(device))
        yield device
        listening.cancel()
        await asyncio.wait([listening])


async def _listen(device: Device) -> None:
    await device.listen(lambda detail: None)


def colours(side: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(4).integers(0, side, (500, 3)) / (side - 1)


@pytest.mark.emulated
@pytest.mark.parametrize("size", ["17", "33", "65"])
def test_a_look_arrives_at_full_float(size: str) -> None:
    async def work() -> None:
        box = EmulatedOpenGradeIo()
        async with connected(box, instance="A", size=size) as device:
            assert device.looks is not None
            report = await device.looks.push(BoxLook(TWO))
            assert report.confirmed
            rgb = colours(int(size))
            assert np.abs(box.show("A", rgb) - TWO.apply(rgb)).max() < 1e-5
            assert box.show("A", np.ones((1, 3)))[0, 0] > 1.05  # nothing is held at white
            assert report.form == f"lattice of {size} points a side, floats, blue fastest"

    run(work())


@pytest.mark.emulated
def test_a_look_that_is_one_cdl_goes_as_that_where_the_box_is_said_to_take_it() -> None:
    async def work() -> None:
        box = EmulatedOpenGradeIo()
        async with connected(box, cdl="on") as device:
            assert device.looks is not None
            report = await device.looks.push(BoxLook(LOOK))
            assert (report.form, report.error) == ("CDL", None)
            assert np.abs(box.show("livegrade", colours(9)) - LOOK.apply(colours(9))).max() < 1e-9
            assert (await device.looks.push(BoxLook(TWO))).form.startswith("lattice")
        box = EmulatedOpenGradeIo(cdl=False)
        async with connected(box, cdl="on") as device:
            assert device.looks is not None
            with pytest.raises(DeviceRefusedError, match=r"does not take the look \(setCDL is not supported\)"):
                await device.looks.push(BoxLook(LOOK))
            await device.looks.push(BoxLook(TWO))

    run(work())


@pytest.mark.emulated
@pytest.mark.parametrize(
    "faults",
    [Faults(garbage=b"\x05\x00\x00\x00\x01"), Faults(garbage=b"\xff\xff\xff\xff"), Faults(cut_after=9)],
    ids=["garbage", "four gigabytes", "cut"],
)
def test_a_box_that_answers_nonsense_or_hangs_up_is_an_error(faults: Faults) -> None:
    async def work() -> None:
        box = EmulatedOpenGradeIo(faults=faults)
        wires = LiveWires()
        async with (
            box.server.serve() as port,
            opengradeio.connect(DeviceAddress("opengradeio", "127.0.0.1", port), wires) as device,
        ):
            assert device.looks is not None
            pushing = asyncio.create_task(_pushed(device))
            with pytest.raises(DeviceError, match=r"no OpenGradeIO|at most|closed the connection"):
                await _listen(device)
            pushing.cancel()
            await asyncio.wait([pushing])

    run(work())


async def _pushed(device: Device) -> None:
    assert device.looks is not None
    await device.looks.push(BoxLook(LOOK))


@pytest.mark.emulated
def test_a_box_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opengradeio, "ANSWER_S", 0.05)

    async def work() -> None:
        async with connected(EmulatedOpenGradeIo(faults=Faults(deaf=True))) as device:
            with pytest.raises(DeviceError, match="has not answered a look"):
                await _pushed(device)
            with pytest.raises(DeviceRefusedError, match="no bypass"):
                await device.looks.bypass(True)  # type: ignore[union-attr]

    run(work())


@pytest.mark.parametrize("options", [{"axis": "green"}, {"size": "4"}, {"cdl": "yes"}])
def test_options_that_make_no_sense_are_told(options: dict[str, str]) -> None:
    async def work() -> None:
        with pytest.raises(UsageError, match=r"blue or red|choose from 17|on or off"):
            async with opengradeio.connect(DeviceAddress("opengradeio", "h", options=options), Replay(())):
                pass

    run(work())


def test_a_transcript_is_played_back() -> None:
    said = protocol.cdl_message(protocol.SetCdl("livegrade", (1.2, 1.0, 0.9), (0, 0, 0), (1.1, 1.0, 1.0), 0.8))
    lines = [
        Line(0, 0, "out", hex=said.hex()),
        Line(1, 0, "in", hex=protocol.answer_message().hex()),
        Line(2, 0, "end"),
    ]

    async def work() -> None:
        address = DeviceAddress("opengradeio", "h", options={"cdl": "on"})
        async with opengradeio.connect(address, Replay(lines)) as device:
            listening = asyncio.create_task(_listen(device))
            assert device.looks is not None
            assert (await device.looks.push(BoxLook(LOOK))).confirmed
            with pytest.raises(DeviceError, match="closed the connection"):
                await listening

    run(work())


@pytest.mark.emulated
def test_of_two_hundred_looks_the_newest_is_in_the_box_also_after_a_cut() -> None:
    box = EmulatedOpenGradeIo()
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    ports: list[int] = []
    up, loop, ended = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with box.server.serve() as port:
            ports.append(port)
            up.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert up.wait(PATIENCE_S)
    try:
        hub.attach("box", DeviceAddress("opengradeio", "127.0.0.1", ports[0], options={"size": "17"}))
        looks = [Look((Cdl(slope=(1 + n / 500, 1.0, 1.0)),)) for n in range(200)]
        for look in looks:
            hub.push("box", BoxLook(look))
        watch.until(lambda state: state.confirmed == looks[-1].id)
        assert box.count < 100
        loop.call_soon_threadsafe(lambda: box.server.clients[0].drop())
        watch.until(lambda state: state.connections == 2 and state.confirmed == looks[-1].id)
        rgb = colours(17)
        assert np.abs(box.show("livegrade", rgb) - looks[-1].apply(rgb)).max() < 1e-5
    finally:
        hub.close()
        loop.call_soon_threadsafe(ended.set)
        thread.join(PATIENCE_S)
        loop.close()
