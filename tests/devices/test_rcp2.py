"""The RCP2 driver against the emulated RED camera."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.cameras.red import rcp2
from livegrade_devices.device import Device
from livegrade_devices.wires.values import Wires
from livegrade_hardware.emulators import rcp2 as emulated
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.rcp2 import EmulatedRed

from .talking import goes_and_comes_back, is_played_back, listening, live_wires, run

pytestmark = pytest.mark.emulated


def address(port: int) -> DeviceAddress:
    return DeviceAddress("red", "127.0.0.1", port)


@asynccontextmanager
async def connected(camera: EmulatedRed) -> AsyncIterator[Device]:
    async with camera.server.serve() as port, live_wires() as wires, rcp2.connect(address(port), wires) as device:
        yield device


@pytest.mark.parametrize("manner", ["plain", "long ids", "any order"])
def test_everything_is_read_as_it_changes(manner: str) -> None:
    async def work() -> None:
        camera = EmulatedRed(long_ids=manner == "long ids")
        camera.shuffled = manner == "any order"
        async with connected(camera) as device, listening(device) as talk:
            assert (device.identity.model, device.identity.name) == ("RED V-RAPTOR", "A-Cam")
            state = await talk.says(lambda state: state.media_left_s == 3720 and state.reel == "001")
            assert (state.ei, state.sensor_fps, state.iris, state.iris_is_t) == (800, Fraction(24000, 1001), 2.8, True)
            assert (state.shutter_angle, state.shutter_s, state.nd) == (180.0, Fraction(1, 48), 0.0)
            assert (state.recording, state.timecode, state.clip) == (False, "10:00:00:00", "A001_C001_1121AB")
            await camera.change("TIMECODE", "10:00:01:00")
            await talk.says(lambda state: state.timecode == "10:00:01:00")
            camera.cdl["slope"][0] = 120_000
            await camera.change("CDL_ENABLE", 1)
            await camera._told_all("CDL")
            await camera.change("APPLIED_CAMERA_LUT", "day1.cube")
            await talk.says(lambda state: state.look == "CDL + day1.cube")

    run(work())


def test_settings_and_recording_are_in_force_when_they_return() -> None:
    async def work() -> None:
        camera = EmulatedRed()
        async with connected(camera) as device, listening(device) as talk:
            assert device.settings is not None
            assert device.recording is not None
            await device.settings.set("white_balance_k", 4300)
            await device.settings.set("tint", -2.5)
            await device.settings.set("shutter_angle", 172.8)
            await device.settings.set("ei", 1600)
            now = {
                name: camera.parameters[name].value for name in ("COLOR_TEMPERATURE", "TINT", "EXPOSURE_ANGLE", "ISO")
            }
            assert now == {"COLOR_TEMPERATURE": 4300, "TINT": -2500, "EXPOSURE_ANGLE": 172_800, "ISO": 1600}
            await talk.says(lambda state: state.ei == 1600 and state.tint == -2.5)
            await device.recording.record(True)
            await talk.says(lambda state: state.recording)
            await device.recording.record(False)
            state = await talk.says(lambda state: state.recording is False and not state.alerts)
            assert state.clip == "A001_C002_1121AB"

    run(work())


def test_what_is_not_taken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rcp2, "SETTLE_S", 0.2)

    async def work() -> None:
        camera = EmulatedRed()
        async with connected(camera) as device, listening(device):
            assert device.settings is not None
            assert device.recording is not None
            with pytest.raises(DeviceRefusedError, match="has not taken ei 810; it shows 800"):
                await device.settings.set("ei", 810)
            with pytest.raises(DeviceRefusedError, match="has not taken white_balance_k 99999; it shows 5600K"):
                await device.settings.set("white_balance_k", 99999)
            with pytest.raises(UsageError, match="iris cannot be set over RCP2"):
                await device.settings.set("iris", 4)
            camera.takes_sets = False
            with pytest.raises(DeviceRefusedError, match="has not begun to record"):
                await device.recording.record(True)

    run(work())


def test_signs_of_life_go_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rcp2, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(rcp2, "SILENCE_S", 0.5)
    monkeypatch.setattr(emulated, "SESSION_S", 0.1)

    async def work() -> None:
        camera = EmulatedRed()
        async with connected(camera) as device, listening(device) as talk:
            while camera.sessions < 5:
                assert talk.failed is None
                await asyncio.sleep(0.01)
            monkeypatch.setattr(emulated, "SESSION_S", 60.0)
            camera.server.faults.deaf = True
            assert "silent for 0.5 seconds" in str(await talk.lost())

    run(work())


def test_one_client_too_many_garbage_and_cuts_end_in_sentences() -> None:
    async def work() -> None:
        for faults in (Faults(most_clients=0), Faults(garbage=b"\xff{"), Faults(cut_after=10), Faults(cut_after=400)):
            with pytest.raises((DeviceError, ConnectionError)):
                async with connected(EmulatedRed(faults)) as device:
                    await device.listen(lambda detail: None)
        slow = EmulatedRed(Faults(delay_s=0.005))
        async with connected(slow) as device, listening(device) as talk:
            await talk.says(lambda state: state.ei == 800)
            slow.server.faults.garbage = b'{"type":"rcp_cur_int","id":"ISO","cur":[]}'
            await slow.change("ISO", 500)
            await slow.change("ISO", 640)
            await talk.says(lambda state: state.ei == 640)

    run(work())


def test_a_flood_is_reported_now_and_then_and_the_last_word_counts() -> None:
    async def work() -> None:
        camera = EmulatedRed()
        async with connected(camera) as device, listening(device) as talk:
            await talk.says(lambda state: state.reel == "001")
            before = len(talk.heard)
            for number in range(1, 2001):
                await camera.change("TIMECODE", f"{number:08d}")
            await talk.says(lambda state: state.timecode == "00002000")
            assert len(talk.heard) - before < 500

    run(work())


def test_a_camera_that_goes_is_connected_again_by_the_hub() -> None:
    goes_and_comes_back(EmulatedRed().server, address)


def test_a_transcript_is_played_back(tmp_path: Path) -> None:
    async def talk(wires: Wires, port: int) -> None:
        async with rcp2.connect(address(port), wires) as device:
            assert device.identity.model == "RED V-RAPTOR"

    is_played_back(EmulatedRed().server, talk, tmp_path / "red.jsonl")
