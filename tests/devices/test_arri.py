"""The drivers of ARRI's web remote and tally lamp, their text, and the emulated camera."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.arri import tally, web
from livegrade_devices.cameras.arri.status import Status, identity_of, read_status, state_of
from livegrade_devices.device import Device
from livegrade_devices.state import Link
from livegrade_devices.wires.values import Wires
from livegrade_hardware.emulators.arri import EmulatedArriTally, EmulatedArriWeb
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.rcp2 import EmulatedRed

from .talking import hub_of, is_played_back, listening, live_wires, run, served

SEEN = b'{"id":7,"variables":{"SystemCameraSerial":{"value":"63373"},"CameraIndexDual":{"value":"A_"},"Other":[1]}}'


def address(port: int, kind: str = "arri-web") -> DeviceAddress:
    return DeviceAddress(kind, "127.0.0.1", port)


@asynccontextmanager
async def connected(camera: EmulatedArriWeb) -> AsyncIterator[Device]:
    async with camera.server.serve() as port, live_wires() as wires, web.connect(address(port), wires) as device:
        yield device


def test_a_status_is_read_and_only_what_is_known_of_it_kept() -> None:
    status = read_status(SEEN)
    assert status == Status(7, {"SystemCameraSerial": "63373", "CameraIndexDual": "A_"})
    identity = identity_of(status.values)
    assert (identity.model, identity.name, identity.serial) == ("ARRI camera", "A", "63373")
    assert read_status(SEEN.replace(b'{"value":"A_"}', b"5")).values == {"SystemCameraSerial": "63373"}
    for end in range(len(SEEN)):
        with pytest.raises(DeviceError, match="no status of an ARRI web remote"):
            read_status(SEEN[:end])


@given(st.binary(max_size=60))
def test_garbage_is_a_sentence(data: bytes) -> None:
    with pytest.raises(DeviceError, match="no status of an ARRI web remote"):
        read_status(data)


NAMES = st.sampled_from(["Bat1LevelPercent", "Bat1WarnLevelPercent", "Bat1LevelVolt", "SystemCameraSerial"])
ANY = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.none())


@given(st.dictionaries(NAMES, st.dictionaries(st.just("value"), ANY)))
def test_values_of_any_shape_are_read_or_left_out(variables: dict[str, object]) -> None:
    values = read_status(json.dumps({"id": 1, "variables": variables}).encode()).values
    identity_of(values)
    state_of(values)


def test_a_battery_is_low_by_the_cameras_own_limits() -> None:
    assert state_of({}) == CameraState()
    low = {"Bat1LevelPercent": 20, "Bat1WarnLevelPercent": 20, "Bat1LevelVolt": 22.0, "Bat1WarnLevelVolt": 22.5}
    assert state_of(low).alerts == ("battery at 20 %",)
    assert state_of(low | {"Bat1LevelPercent": 21}).alerts == ("battery at 22.0 V",)
    assert state_of({"Bat1LevelPercent": 3}).alerts == ()
    assert state_of({"Bat1LevelPercent": -(10**400), "Bat1WarnLevelPercent": 20}).alerts == ()
    both = {"PowerInputPwrPresent": True, "PowerInputBatInUse": True}
    assert state_of(both).alerts == ("on battery although power is connected",)


def test_the_lamp_has_three_commands() -> None:
    assert [tally.engage(lamp) for lamp in tally.LAMPS] == [b"tallyengage %d\r\n" % number for number in range(3)]
    with pytest.raises(UsageError, match="choose from off, red, green"):
        tally.engage("blue")


@pytest.mark.emulated
def test_changes_come_by_long_polls_and_nothing_is_ever_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BETWEEN_S", 0.001)
    monkeypatch.setattr(web, "POLL_S", 0.2)

    async def work() -> None:
        camera = EmulatedArriWeb()
        async with connected(camera) as device, listening(device) as talk:
            assert (device.identity.name, device.identity.serial) == ("A", "63373")
            await talk.says(lambda state: not state.alerts)
            await camera.change("Bat1LevelPercent", 12)
            await talk.says(lambda state: state.alerts == ("battery at 12 %",))
            while camera.asked.count("/all.cgi") < 2:  # a poll that brings nothing is followed by a sign of life
                await asyncio.sleep(0.01)
            await camera.change("Bat1LevelPercent", 90)
            await talk.says(lambda state: not state.alerts)
            assert set(camera.asked) == {"/all.cgi", "/update.cgi"}

    run(work())


@pytest.mark.emulated
def test_what_is_no_web_remote_silence_and_cuts_end_in_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BETWEEN_S", 0.001)
    monkeypatch.setattr(web, "POLL_S", 0.1)
    monkeypatch.setattr(web, "ANSWER_S", 0.1)

    async def work() -> None:
        async with EmulatedRed().server.serve() as port, live_wires() as wires:
            with pytest.raises(DeviceRefusedError, match=r"answers /all\.cgi with 404; it is no ARRI web remote"):
                async with web.connect(address(port), wires):
                    pass
        for faults, fault in ((Faults(garbage=b"<html>"), "no status"), (Faults(cut_after=50), "as a web server")):
            with pytest.raises(DeviceError, match=fault):
                async with connected(EmulatedArriWeb(faults)):
                    pass
        camera = EmulatedArriWeb(Faults(delay_s=0.01))
        async with connected(camera) as device, listening(device) as talk:
            await talk.told(lambda: bool(talk.heard))
            camera.server.faults.deaf = True
            assert "does not answer any more" in str(await talk.lost())

    run(work())


@pytest.mark.emulated
def test_a_camera_that_goes_is_connected_again_by_the_hub() -> None:
    with served(EmulatedArriWeb().server) as camera, hub_of(address(camera.port)) as (_, watch):
        watch.until(lambda state: isinstance(state.detail, CameraState))
        camera.stop()
        watch.until(lambda state: state.link is Link.OFFLINE and bool(state.reason))
        camera.start()
        watch.until(lambda state: state.connections == 2 and state.link is Link.READY)


@pytest.mark.emulated
def test_the_lamp_is_lit_until_the_camera_goes() -> None:
    async def work() -> None:
        camera = EmulatedArriTally()
        async with (
            camera.server.serve() as port,
            live_wires() as wires,
            tally.connect(address(port, "arri-tally"), wires) as device,
            listening(device) as talk,
        ):
            assert device.settings is not None
            for lamp, number in (("red", 1), ("green", 2), ("off", 0)):
                camera.lit.clear()
                await device.settings.set("tally", lamp)
                await camera.lit.wait()
                assert camera.lamp == number
            with pytest.raises(UsageError, match="iris cannot be set here"):
                await device.settings.set("iris", 4)
            camera.server.clients[0].drop()
            assert isinstance(await talk.lost(), DeviceError | OSError)

    run(work())


@pytest.mark.emulated
def test_a_transcript_is_played_back(tmp_path: Path) -> None:
    async def talk(wires: Wires, port: int) -> None:
        async with web.connect(address(port), wires) as device:
            assert device.identity.serial == "63373"

    is_played_back(EmulatedArriWeb().server, talk, tmp_path / "arri.jsonl")
