"""The VISCA driver against the emulated FR7, over UDP and over a pseudo-terminal."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.cameras.sony import dialogue, visca
from livegrade_devices.device import Device
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.values import Wires
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.terminal import serial_port
from livegrade_hardware.emulators.visca import EmulatedFr7

from .talking import goes_and_comes_back, is_played_back, listening, run

pytestmark = pytest.mark.emulated
needs_terminals = pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visca, "POLL_S", 0.002)


def address(port: int) -> DeviceAddress:
    return DeviceAddress("visca", "127.0.0.1", port)


@asynccontextmanager
async def connected(camera: EmulatedFr7, serial: bool = False) -> AsyncIterator[Device]:
    if serial:
        async with (
            serial_port(camera, camera.server.faults) as name,
            visca.connect(DeviceAddress("visca", serial=name), LiveWires()) as device,
        ):
            yield device
    else:
        async with camera.server.serve() as port, visca.connect(address(port), LiveWires()) as device:
            yield device


@pytest.mark.parametrize("serial", [False, pytest.param(True, marks=needs_terminals)])
def test_settings_are_read_set_and_recording_switched(serial: bool) -> None:
    async def work() -> None:
        camera = EmulatedFr7()
        async with connected(camera, serial) as device, listening(device) as talk:
            assert (device.identity.model, device.identity.firmware) == ("Sony ILME-FR7", "ROM 0400")
            state = await talk.says(lambda state: state.white_balance_k == 3200)
            assert (state.recording, state.ei, state.timecode, state.alerts) == (False, None, None, ())
            assert device.recording is not None
            assert device.settings is not None
            await device.recording.record(True)
            await talk.says(lambda state: state.recording)
            await device.recording.record(True)
            assert camera.presses == 1
            await device.recording.record(False)
            await talk.says(lambda state: state.recording is False)
            await device.settings.set("white_balance_k", 4300)
            await talk.says(lambda state: state.white_balance_k == 4300)
            camera.values |= {"0435": 5, "7E0452": 1, "0535": 2}
            await device.settings.set("tint", -12)
            await device.settings.set("white_balance_k", "5000")
            await device.settings.set("nd", 4.0)
            wanted = (5000, -12.0, 4.0, ("shutter is automatic",))
            await talk.says(lambda now: (now.white_balance_k, now.tint, now.nd, now.alerts) == wanted)
            await device.settings.set("nd", 0)
            await talk.says(lambda state: state.nd == 0.0)

    run(work())


ND_ASKED = repr(bytes.fromhex("09 7E 04 42"))[2:-1]


def test_a_setting_is_confirmed_by_what_the_camera_says_afterwards_and_else_is_sent() -> None:
    log = io.StringIO()

    async def work() -> None:
        camera = EmulatedFr7(log=log)
        async with connected(camera) as device:
            assert device.settings is not None
            camera.values |= {"0435": 5, "7E0452": 1}
            wanted = {"white_balance_k": 4300, "tint": -12, "nd": 2.0}
            for name, value in wanted.items():
                assert await device.settings.set(name, value), name
            assert await device.settings.set("nd", 0)
            for step, key in enumerate(("054302", "054402", "7E0442", "7E0454"), 1):
                camera.stuck = {key}
                camera.values["7E0454"] = 3  # the filter is out
                confirmed = {name: await device.settings.set(name, value + step) for name, value in wanted.items()}
                assert list(confirmed.values()).count(False) == 1, key
            camera.stuck = {"0435"}
            assert await device.settings.set("tint", 3)
            camera.stuck = {"7E0442", "7E0454"}
            camera.values["7E0454"] = 3
            asked = log.getvalue().count(ND_ASKED)
            assert not await device.settings.set("nd", 6)
            assert log.getvalue().count(ND_ASKED) == asked, "it is waited for once"

    run(work())


def test_what_the_camera_cannot_do_is_said() -> None:
    async def work() -> None:
        camera = EmulatedFr7()
        async with connected(camera) as device:
            settings = device.settings
            assert settings is not None
            with pytest.raises(DeviceRefusedError, match="Memory A only"):
                await settings.set("tint", 1)
            with pytest.raises(DeviceRefusedError, match="set to presets"):
                await settings.set("nd", 3)
            camera.values["0435"] = 4
            with pytest.raises(DeviceRefusedError, match="balances white by itself"):
                await settings.set("white_balance_k", 3200)
            with pytest.raises(UsageError, match="iris cannot be set over VISCA"):
                await settings.set("iris", 4)
            with pytest.raises(UsageError, match="tint is a number"):
                await settings.set("tint", "warm")
            camera.values |= {"0435": 5, "0400": 3}
            with pytest.raises(DeviceRefusedError, match=r"cannot do that as it is set up now \(41"):
                await settings.set("tint", 1)

    run(work())


def test_lost_datagrams_are_sent_again_and_nothing_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "ANSWER_S", 0.05)

    async def work() -> None:
        camera = EmulatedFr7()
        async with connected(camera) as device:
            assert device.recording is not None
            for lost in (1, 2):
                camera.server.faults.lose = lost
                await device.recording.record(lost == 1)
                assert camera.values["7E041E"] == int(lost == 1)
            # ACK and end of the press are lost: it is sent again, and had arrived.
            camera.server.faults.lose = 0
            sent = camera.server.post

            def losing(peer: Any, place: Any, packet: bytes) -> None:
                if packet[8:] not in (bytes.fromhex("9041FF"), bytes.fromhex("9051FF")):
                    sent(peer, place, packet)

            monkeypatch.setattr(camera.server, "post", losing)
            await device.recording.record(True)
            assert (camera.presses, camera.values["7E041E"]) == (3, 1)

    run(work())


def test_a_camera_busy_with_two_commands_is_asked_again() -> None:
    async def work() -> None:
        camera = EmulatedFr7()
        camera.busy_s = 0.02
        async with (
            camera.server.serve() as port,
            visca.connect(address(port), LiveWires()) as first,
            visca.connect(address(port), LiveWires()) as second,
            visca.connect(address(port), LiveWires()) as third,
        ):
            ports = [device.settings for device in (first, second, third) if device.settings]
            await asyncio.gather(*(port.set("white_balance_k", 3300 + n) for n, port in enumerate(ports)))
            assert 3300 <= camera.values["054301"] <= 3302

    run(work())


def test_garbage_and_slow_answers_are_lived_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "ANSWER_S", 0.2)

    async def work() -> None:
        camera = EmulatedFr7(faults=Faults(delay_s=0.01))
        async with connected(camera) as device, listening(device) as talk:
            await talk.says(lambda state: state.recording is False)
            for garbage in (b"\xff" * 500, b"", b"\x01\x11\xff\xff\x00\x00\x00\x00\x90"):
                camera.server.faults.garbage = garbage
                camera.values["054301"] += 1
                await talk.says(lambda state: state.white_balance_k == camera.values["054301"])

    run(work())


@pytest.mark.parametrize("serial", [False, pytest.param(True, marks=needs_terminals)])
def test_silence_is_an_error_that_says_where_to_look(monkeypatch: pytest.MonkeyPatch, serial: bool) -> None:
    monkeypatch.setattr(dialogue, "ANSWER_S", 0.02)

    async def work() -> None:
        with pytest.raises(DeviceError, match="nothing answers VISCA"):
            async with connected(EmulatedFr7(faults=Faults(deaf=True)), serial):
                pass
        camera = EmulatedFr7()
        async with connected(camera, serial) as device:
            camera.server.faults.deaf = True
            with pytest.raises(DeviceError, match="it does not answer"):
                await device.listen(lambda detail: None)

    run(work())


@needs_terminals
def test_a_chain_without_that_camera_and_options_that_are_none_are_said() -> None:
    async def work() -> None:
        async with serial_port(EmulatedFr7()) as name:
            for options, fault in (
                ({"id": "2"}, "there are 1 cameras in this chain and none of number 2"),
                ({"id": "9"}, "1 to 7"),
                ({"baud": "300"}, "baud is one of 9600, 38400"),
            ):
                with pytest.raises((DeviceError, UsageError), match=fault):
                    async with visca.connect(DeviceAddress("visca", serial=name, options=options), LiveWires()):
                        pass

    run(work())


@needs_terminals
def test_an_answer_nobody_waited_for_ends_a_serial_connection() -> None:
    async def work() -> None:
        camera = EmulatedFr7()
        async with connected(camera, serial=True) as device:
            assert device.settings is not None
            camera.busy_s = 5.0
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await device.settings.set("white_balance_k", 3300)
            with pytest.raises(DeviceError, match="an answer of it was not waited for"):
                await device.settings.set("white_balance_k", 3400)

    run(work())


def test_a_client_too_many_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "ANSWER_S", 0.05)

    async def work() -> None:
        camera = EmulatedFr7(faults=Faults(most_clients=1))
        async with camera.server.serve() as port, visca.connect(address(port), LiveWires()) as first:
            with pytest.raises(DeviceError, match="nothing answers VISCA there"):
                async with visca.connect(address(port), LiveWires()):
                    pass
            assert first.settings is not None
            await first.settings.set("white_balance_k", 4000)

    run(work())


def test_of_another_model_no_more_is_told_than_that_it_is_there() -> None:
    async def work() -> None:
        async with connected(EmulatedFr7(model=0x0519)) as device:
            assert device.identity.model == "VISCA camera 0001:0519"
            assert device.recording is None
            assert not device.capabilities.metadata
            assert device.notes

    run(work())


def test_a_camera_that_goes_is_connected_again_by_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "ANSWER_S", 0.1)
    goes_and_comes_back(EmulatedFr7().server, address)


def test_a_transcript_is_played_back(tmp_path: Path) -> None:
    async def talk(wires: Wires, port: int) -> None:
        async with visca.connect(address(port), wires) as device:
            assert device.identity.model == "Sony ILME-FR7"
            assert device.settings is not None
            await device.settings.set("white_balance_k", 4300)

    is_played_back(EmulatedFr7().server, talk, tmp_path / "fr7.jsonl")
