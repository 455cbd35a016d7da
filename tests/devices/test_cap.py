"""The CAP driver against the emulated camera, in both forms of its fields: our two ends, no camera."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.cameras.arri import cap, variables
from livegrade_devices.device import Device
from livegrade_devices.wires.values import Wires
from livegrade_hardware.emulators.cap import EmulatedCap
from livegrade_hardware.emulators.faults import Faults

from .talking import goes_and_comes_back, is_played_back, listening, live_wires, run

pytestmark = pytest.mark.emulated


def address(port: int, **options: str) -> DeviceAddress:
    return DeviceAddress("arri-cap", "127.0.0.1", port, options=options)


def camera_with(password: str = "arri", typed: bool = False, faults: Faults | None = None) -> EmulatedCap:  # noqa: S107
    return EmulatedCap(password, typed, faults)


@asynccontextmanager
async def connected(camera: EmulatedCap, **options: str) -> AsyncIterator[Device]:
    async with camera.server.serve() as port, live_wires() as wires, cap.connect(address(port, **options), wires) as it:
        yield it


@pytest.mark.parametrize("form", ["plain", "typed"])
def test_variables_are_read_set_and_recording_switched(form: str) -> None:
    async def work() -> None:
        camera = camera_with(typed=form == "typed")
        async with connected(camera, fields=form) as device, listening(device) as talk:
            assert (device.identity.model, device.identity.serial) == ("ARRI ALEXA35", "63373")
            assert device.notes == (cap.EXPERIMENTAL,)
            state = await talk.says(lambda state: state.focal_mm == 47.0)
            assert (state.ei, state.white_balance_k, state.shutter_angle) == (800, 5600, 172.8)
            assert (state.sensor_fps, state.timecode, state.reel) == (Fraction(24000, 1001), "10:00:00:00", "A001")
            assert device.settings is not None
            assert device.recording is not None
            await device.settings.set("ei", 1600)
            await device.settings.set("tint", -2.5)
            await talk.says(lambda state: state.ei == 1600 and state.tint == -2.5)
            await device.recording.record(True)
            await device.recording.record(True)
            await talk.says(lambda state: state.recording)
            await device.recording.record(False)
            await talk.says(lambda state: state.recording is False and state.clip == "C002")
            with pytest.raises(DeviceRefusedError, match=r"it does not take the value \(result D of command 86\)"):
                await device.settings.set("white_balance_k", 99_999)
            with pytest.raises(UsageError, match="does not fit the field"):
                await device.settings.set("ei", -1)
            with pytest.raises(UsageError, match="nd cannot be set over CAP"):
                await device.settings.set("nd", 1)

    run(work())


def test_wrong_passwords_full_houses_and_the_other_form_are_refused_with_a_reason() -> None:
    async def work() -> None:
        with pytest.raises(DeviceRefusedError, match="the password is wrong"):
            async with connected(camera_with(password="another")):  # noqa: S106
                pass
        async with connected(camera_with(password="another"), password="another"):  # noqa: S106
            pass
        with pytest.raises(DeviceRefusedError, match="has four clients already"):
            async with connected(camera_with(faults=Faults(most_clients=0))):
                pass
        with pytest.raises(DeviceError, match="is no text"):
            async with connected(camera_with(typed=True)):
                pass
        with pytest.raises(UsageError, match="plain or typed"):
            async with connected(camera_with(), fields="other"):
                pass

    run(work())


def test_the_camera_hears_of_us_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cap, "LIVE_S", 0.02)

    async def work() -> None:
        camera = camera_with()
        camera.silence_s = 1.0
        async with connected(camera) as device, listening(device) as talk:
            while camera.commands.count(variables.LIVE) < 10:
                assert talk.failed is None
                await asyncio.sleep(0.01)
        camera.silence_s = 0.05
        async with connected(camera) as device:
            while camera.server.clients:
                await asyncio.sleep(0.01)
            with pytest.raises(BaseExceptionGroup):
                await device.listen(lambda detail: None)

    run(work())


def test_it_hears_of_us_while_it_takes_its_time_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cap, "LIVE_S", 0.02)

    async def work() -> None:
        camera = camera_with()
        async with connected(camera) as device, listening(device) as talk:
            camera.server.faults.deaf = True
            before = camera.commands.count(variables.LIVE)
            while camera.commands.count(variables.LIVE) < before + 5:
                assert talk.failed is None
                await asyncio.sleep(0.01)

    run(work())


def test_cuts_garbage_and_silence_end_in_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cap, "ANSWER_S", 1.0)

    async def work() -> None:
        for faults in (Faults(cut_after=0), Faults(cut_after=5), Faults(cut_after=60), Faults(garbage=b"\x00\x01")):
            with pytest.raises((DeviceError, ConnectionError)):
                async with connected(camera_with(faults=faults)):
                    pass
        camera = camera_with(faults=Faults(delay_s=0.002))
        async with connected(camera) as device, listening(device) as talk:
            await talk.says(lambda state: state.focal_mm == 47.0)
            camera.server.faults.garbage = bytes.fromhex("00 09 03 00 00 00 53 00 00")  # EI of 16 bits is read too
            await camera.change(variables.TINT, 1.0)
            await talk.says(lambda state: state.ei == 0)
            camera.server.faults.deaf = True
            assert "has not answered 'command 80'" in str(await talk.lost())

    run(work())


def test_a_camera_that_goes_is_connected_again_by_the_hub() -> None:
    goes_and_comes_back(camera_with().server, address)


def test_a_transcript_is_played_back(tmp_path: Path) -> None:
    async def talk(wires: Wires, port: int) -> None:
        async with cap.connect(address(port), wires) as device:
            assert device.identity.serial == "63373"

    is_played_back(camera_with().server, talk, tmp_path / "cap.jsonl")
