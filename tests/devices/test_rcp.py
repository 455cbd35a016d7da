"""The driver of RED's older RCP against the emulated camera, over TCP and over a pseudo-terminal."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.cameras.red import rcp
from livegrade_devices.device import Device
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.values import Wires
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.rcp import EmulatedRcp
from livegrade_hardware.emulators.terminal import serial_port

from .talking import goes_and_comes_back, is_played_back, listening, run

pytestmark = pytest.mark.emulated
both = pytest.mark.parametrize(
    "serial",
    [
        False,
        pytest.param(
            True, marks=pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
        ),
    ],
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rcp, "POLL_S", 0.005)


def address(port: int) -> DeviceAddress:
    return DeviceAddress("red-rcp", "127.0.0.1", port)


@asynccontextmanager
async def connected(camera: EmulatedRcp, serial: bool = False) -> AsyncIterator[Device]:
    if serial:
        async with (
            serial_port(camera, camera.server.faults) as name,
            rcp.connect(DeviceAddress("red-rcp", serial=name), LiveWires()) as device,
        ):
            yield device
    else:
        async with camera.server.serve() as port, rcp.connect(address(port), LiveWires()) as device:
            yield device


@both
def test_state_is_read_and_settings_are_in_force_when_they_return(serial: bool) -> None:
    async def work() -> None:
        camera = EmulatedRcp()
        async with connected(camera, serial) as device, listening(device) as talk:
            assert (device.identity.name, device.identity.firmware) == ("A", "7.4.2")
            state = await talk.says(lambda state: state.clip == "A001_C001_1121AB")
            assert (state.ei, state.white_balance_k, state.shutter_s, state.iris) == (800, 5600, Fraction(1, 48), 2.8)
            assert (state.sensor_fps, state.timecode, state.recording) == (Fraction(24000, 1001), "10:00:00:00", False)
            assert device.settings is not None
            assert device.recording is not None
            await device.settings.set("ei", 1600)
            await device.settings.set("white_balance_k", 4300)
            await device.settings.set("tint", -1.5)
            await device.settings.set("shutter_angle", "172.8")
            raw = [camera.values[name] for name in ("ISO", "COLTMP", "TINT", "SHANGLET")]
            assert raw == ["1600", "4300000", "-1500", "172800"]
            await device.recording.record(True)
            await talk.says(lambda state: state.recording)
            await device.recording.record(False)
            await talk.says(lambda state: state.recording is False and state.clip == "A001_C002_1121AB")
            await camera.change("POSTTC", "10:00:01:00")
            await talk.says(lambda state: state.timecode == "10:00:01:00")

    run(work())


def test_what_is_not_taken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rcp, "SETTLE_S", 0.2)

    async def work() -> None:
        async with connected(EmulatedRcp()) as device, listening(device):
            assert device.settings is not None
            with pytest.raises(DeviceRefusedError, match="has not taken ei 99999; ISO is 800"):
                await device.settings.set("ei", 99999)
            with pytest.raises(UsageError, match="nd cannot be set over RCP"):
                await device.settings.set("nd", 1)

    run(work())


@both
def test_silence_is_an_error(monkeypatch: pytest.MonkeyPatch, serial: bool) -> None:
    monkeypatch.setattr(rcp, "SETTLE_S", 0.1)
    monkeypatch.setattr(rcp, "SILENCE_S", 0.3)

    async def work() -> None:
        with pytest.raises(DeviceError, match="nothing answers RCP there"):
            async with connected(EmulatedRcp(Faults(deaf=True)), serial):
                pass
        camera = EmulatedRcp()
        async with connected(camera, serial) as device, listening(device) as talk:
            await talk.says(lambda state: state.ei == 800)
            camera.server.faults.deaf = True
            assert "silent for 0.3 seconds" in str(await talk.lost())

    run(work())


def test_noise_slow_answers_cuts_and_one_client_too_many() -> None:
    async def work() -> None:
        camera = EmulatedRcp(Faults(delay_s=0.002))
        async with connected(camera) as device, listening(device) as talk:
            await talk.says(lambda state: state.ei == 800)
            camera.server.faults.garbage = b"#$CAM1:C:ISO:999:*00\n\xff\x00\n#$C"
            await camera.change("TINT", "2000")
            await camera.change("ISO", "640")
            assert (await talk.says(lambda state: state.ei == 640)).ei == 640
            camera.server.faults.garbage = b"x" * 5000
            assert "more than 1,024 bytes" in str(await talk.lost())
        for faults in (Faults(cut_after=0), Faults(cut_after=30), Faults(most_clients=0)):
            with pytest.raises((DeviceError, ConnectionError)):
                async with connected(EmulatedRcp(faults)):
                    pass

    run(work())


def test_a_flood_is_reported_now_and_then_and_the_last_word_counts() -> None:
    async def work() -> None:
        camera = EmulatedRcp()
        async with connected(camera) as device, listening(device) as talk:
            await talk.says(lambda state: state.ei == 800)
            before = len(talk.heard)
            for number in range(1, 2001):
                await camera.change("POSTTC", f"{number:08d}")
            await talk.says(lambda state: state.timecode == "00002000")
            assert len(talk.heard) - before < 500

    run(work())


def test_a_camera_that_goes_is_connected_again_by_the_hub() -> None:
    goes_and_comes_back(EmulatedRcp().server, address)


def test_a_transcript_is_played_back(tmp_path: Path) -> None:
    async def talk(wires: Wires, port: int) -> None:
        async with rcp.connect(address(port), wires) as device:
            assert device.identity.firmware == "7.4.2"

    is_played_back(EmulatedRcp().server, talk, tmp_path / "rcp.jsonl")
