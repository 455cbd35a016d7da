"""The driver of Blackmagic cameras against the emulated camera. No client of others is in a registry."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.blackmagic import camera
from livegrade_devices.device import BoxLook, Device
from livegrade_devices.state import Link
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.blackmagiccamera import RECORD, EmulatedCamera
from livegrade_hardware.emulators.faults import Faults

from .talking import Talk, hub_of, listening, live_wires, recorded, run, served

pytestmark = pytest.mark.emulated
OWN = "of its own"


def address(port: int, **options: str) -> DeviceAddress:
    return DeviceAddress("blackmagic-camera", "127.0.0.1", port, options=options)


@contextlib.asynccontextmanager
async def connected(emulated: EmulatedCamera, **options: str) -> AsyncIterator[tuple[Device, Talk]]:
    async with (
        live_wires() as wires,
        emulated.server.serve() as port,
        camera.connect(address(port, **options), wires) as device,
        listening(device) as talk,
    ):
        yield device, talk


def test_a_camera_that_says_nothing_any_more_is_lost_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "POLL_S", 0.01)
    monkeypatch.setattr(camera, "ANSWER_S", 0.2)

    async def work() -> None:
        emulated = EmulatedCamera()
        async with connected(emulated) as (_, talk):
            await talk.until(ei=800)
            emulated.server.faults.deaf = True
            assert "has not answered for 0.2 seconds" in str(await talk.lost())

    run(work())


def test_a_number_that_no_property_has_is_none() -> None:
    assert [camera._float(value, 0.5) for value in (10**400, 1e300, True, "1", 2)] == [0.5, 0.5, 0.5, 0.5, 2.0]


@pytest.mark.parametrize("disorder", [False, True])
def test_a_camera_tells_its_settings_and_what_changes(disorder: bool) -> None:
    async def work() -> None:
        emulated = EmulatedCamera(disorder=disorder)
        async with connected(emulated) as (device, talk):
            state = await talk.until(ei=800, white_balance_k=5600, tint=10, nd=0.0, shutter_angle=180.0, iris=4.0)
            assert isinstance(state, CameraState)
            assert (device.identity.model, device.identity.name, device.identity.firmware) == (
                "PYXIS 6K",
                "A CAM",
                "9.5",
            )
            assert (state.project_fps, state.reel, state.recording) == (24, "1", False)
            assert state.timecode is not None
            assert state.timecode.startswith("01:00:0")
            assert device.notes == ()
            await emulated.become("/video/iso", {"iso": 1250})
            await emulated.become(RECORD, {"recording": True})
            await talk.until(ei=1250, recording=True)

    run(work())


def test_what_a_model_lacks_is_noted_and_the_rest_works() -> None:
    async def work() -> None:
        emulated = EmulatedCamera(lacking=frozenset({"/video/ndFilter", "/slates/nextClip"}))
        async with connected(emulated) as (device, talk):
            await talk.until(ei=800, nd=None, reel=None)
            assert device.notes == ("it does not tell /slates/nextClip, /video/ndFilter",)
            assert device.settings is not None
            with pytest.raises(DeviceRefusedError, match="this model does not have that"):
                await device.settings.set("nd", 2)

    run(work())


@pytest.mark.parametrize(
    ("name", "value", "path", "key", "kept"),
    [
        ("ei", 400, "/video/iso", "iso", 400),
        ("white_balance_k", 3200, "/video/whiteBalance", "whiteBalance", 3200),
        ("tint", -5, "/video/whiteBalanceTint", "whiteBalanceTint", -5),
        ("nd", 2, "/video/ndFilter", "stop", 2),
        ("shutter_s", "1/100", "/video/shutter", "shutterSpeed", 100),
        ("iris", 5.6, "/lens/iris", "apertureStop", 5.6),
        ("lift", "0.25 0 0 0", "/colorCorrection/lift", "red", 0.25),
        ("gamma", "0 0.5 0 0", "/colorCorrection/gamma", "green", 0.5),
        ("gain", "1 1 2 1", "/colorCorrection/gain", "blue", 2.0),
        ("offset", "0 0 0 0.125", "/colorCorrection/offset", "luma", 0.125),
        ("saturation", 1.5, "/colorCorrection/color", "saturation", 1.5),
    ],
)
def test_settings_arrive(name: str, value: float | str, path: str, key: str, kept: float) -> None:
    async def work() -> None:
        emulated = EmulatedCamera()
        async with connected(emulated) as (device, _):
            assert device.settings is not None
            assert name in device.settings.names
            await device.settings.set(name, value)
            assert emulated.values[path][key] == kept

    run(work())


def test_settings_that_it_does_not_take_are_refused_with_a_sentence() -> None:
    async def work() -> None:
        async with connected(EmulatedCamera()) as (device, _):
            assert device.settings is not None
            with pytest.raises(DeviceRefusedError, match=r"it does not take that value \(/video/iso\)"):
                await device.settings.set("ei", 50)
            with pytest.raises(UsageError, match="tint is a number from -50 to 50"):
                await device.settings.set("tint", 99)
            with pytest.raises(UsageError, match="focus_m cannot be set"):
                await device.settings.set("focus_m", 1)

    run(work())


def test_it_records_and_says_why_it_does_not() -> None:
    async def work() -> None:
        emulated = EmulatedCamera()
        async with connected(emulated) as (device, talk):
            assert device.recording is not None
            await device.recording.record(True, "A001_C003")
            assert emulated.taken[-1] == (RECORD, {"recording": True, "clipName": "A001_C003"})
            await talk.until(recording=True)
            await device.recording.record(False)
            await talk.until(recording=False)
            emulated.media = False
            with pytest.raises(DeviceRefusedError, match="it cannot do that as it stands; look at its display"):
                await device.recording.record(True)

    run(work())


def test_a_cdl_without_power_becomes_gain_offset_and_saturation_where_that_is_wanted() -> None:
    async def work() -> None:
        emulated = EmulatedCamera()
        async with connected(emulated) as (device, _):
            assert device.looks is None
        async with connected(emulated, looks="on") as (device, _):
            assert device.looks is not None
            look = Look((Cdl(slope=(1.25, 1.0, 0.75), offset=(0.125, 0.0, -0.125), saturation=0.5),))
            pushed = await device.looks.push(BoxLook(look))
            assert (pushed.look_id, pushed.confirmed) == (look.id, True)
            assert "approximate" in pushed.form
            assert emulated.values["/colorCorrection/gain"] == {"red": 1.25, "green": 1.0, "blue": 0.75, "luma": 1.0}
            assert emulated.values["/colorCorrection/offset"]["blue"] == -0.125
            assert emulated.values["/colorCorrection/color"] == {"hue": 0.0, "saturation": 0.5}
            await device.looks.bypass(True)
            assert emulated.values["/colorCorrection/gain"]["red"] == 1.0
            await device.looks.bypass(False)
            assert emulated.values["/colorCorrection/gain"]["red"] == 1.25
            with pytest.raises(DeviceRefusedError, match="one CDL without power"):
                await device.looks.push(BoxLook(Look((Cdl(power=(1.1, 1.0, 1.0)),))))
            with pytest.raises(DeviceRefusedError, match="slopes to 16"):
                await device.looks.push(BoxLook(Look((Cdl(slope=(17.0, 1.0, 1.0)),))))

    run(work())


def test_a_wrong_password_is_refused_and_the_right_one_works() -> None:
    async def work() -> None:
        emulated = EmulatedCamera(password=OWN)
        for options in ({}, {"user": "admin", "password": "wrong"}):
            with pytest.raises(DeviceRefusedError, match="its user or password is wrong"):
                async with connected(emulated, **options):
                    pass
        with pytest.raises(UsageError, match="write the user too"):
            async with connected(emulated, password=OWN):
                pass
        async with connected(emulated, user="admin", password=OWN) as (_, talk):
            await talk.until(ei=800)

    run(work())


@pytest.mark.parametrize("cut", [0, 5, 60, 300, 900])
def test_one_that_hangs_up_at_the_start_is_an_error(cut: int) -> None:
    async def work() -> None:
        with pytest.raises((DeviceError, ConnectionError)):
            async with connected(EmulatedCamera(faults=Faults(cut_after=cut))):
                pass

    run(work())


@pytest.mark.parametrize("garbage", [b"<html>", b"[1]", b"\xff", b"[" * 5000])
def test_garbage_is_said_to_be_garbage(garbage: bytes) -> None:
    async def work() -> None:
        with pytest.raises(DeviceError, match="it answers /system/product with"):
            async with connected(EmulatedCamera(faults=Faults(garbage=garbage))):
                pass
        emulated = EmulatedCamera()
        async with connected(emulated) as (_, talk):
            await talk.until(ei=800)
            emulated.server.faults.garbage = garbage
            await emulated.become("/video/iso", {"iso": 100})
            error = await talk.lost()
            assert isinstance(error, DeviceError)

    run(work())


def test_slow_answers_are_waited_for() -> None:
    async def work() -> None:
        async with connected(EmulatedCamera(faults=Faults(delay_s=0.02))) as (_, talk):
            await talk.until(ei=800)

    run(work())


def test_the_newest_of_two_hundred_looks_is_the_one_it_has_and_a_lost_camera_gets_it_again() -> None:
    emulated = EmulatedCamera()
    looks = [Look((Cdl(slope=(1 + n / 256, 1.0, 1.0)),)) for n in range(200)]
    with served(emulated.server) as thread, hub_of(address(thread.port, looks="on")) as (hub, watch):
        watch.until(lambda state: state.link is Link.READY)
        for look in looks:
            hub.push("it", BoxLook(look))
        watch.until(lambda state: state.confirmed == looks[-1].id)
        assert emulated.values["/colorCorrection/gain"]["red"] == 1 + 199 / 256
        assert len(emulated.taken) < 3 * 100
        emulated.values["/colorCorrection/gain"]["red"] = 1.0
        thread.stop()
        watch.until(lambda state: state.link is Link.OFFLINE and state.connections == 1)
        thread.start()
        watch.until(lambda state: state.connections == 2 and state.confirmed == looks[-1].id)
        assert emulated.values["/colorCorrection/gain"]["red"] == 1 + 199 / 256


def test_a_recorded_camera_is_played_back(tmp_path: Path) -> None:
    async def work() -> None:
        emulated = EmulatedCamera(password=OWN)
        options = {"user": "admin", "password": OWN}
        path = tmp_path / "camera.jsonl"
        async with live_wires() as wires, emulated.server.serve() as port:
            transcript, tape = recorded(wires)
            async with camera.connect(address(port, **options), transcript) as device:
                assert device.settings is not None
                await device.settings.set("ei", 640)
        path.write_bytes(tape.getvalue())
        assert b"of its own" not in tape.getvalue()
        assert b"of%20its%20own" not in tape.getvalue()
        async with camera.connect(address(1, **options), Replay(read_transcript(path))) as device:
            assert device.identity.model == "PYXIS 6K"
            assert device.settings is not None
            await device.settings.set("ei", 640)
            with pytest.raises(DeviceError):
                await device.settings.set("ei", 800)

    run(work())
