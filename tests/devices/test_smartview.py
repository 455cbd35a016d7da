"""The SmartView driver: its words against the published table, and against the emulated monitors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices import blocks
from livegrade_devices.address import DeviceAddress
from livegrade_devices.device import Detail, Device
from livegrade_devices.monitors import smartview
from livegrade_devices.state import Link
from livegrade_devices.unit import UnitState
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.smartview import EmulatedSmartView

from .talking import hub_of, listening, live_wires, recorded, run, served

emulated_tier = pytest.mark.emulated


def address(port: int) -> DeviceAddress:
    return DeviceAddress("smartview", "127.0.0.1", port)


def said(heard: list[Detail]) -> Mapping[str, str]:
    newest = heard[-1]
    assert isinstance(newest, UnitState)
    return newest.values


async def set_(device: Device, name: str, value: float | str) -> None:
    assert device.settings is not None
    await device.settings.set(name, value)


@pytest.mark.parametrize(
    ("name", "value", "block"),
    [
        ("lut_a", 1.0, b"MONITOR A:\nLUT: 0\n\n"),
        ("lut_b", "2", b"MONITOR B:\nLUT: 1\n\n"),
        ("lut_a", "None", b"MONITOR A:\nLUT: NONE\n\n"),
        ("border_b", "red", b"MONITOR B:\nBorder: red\n\n"),
        ("border_b", "none", b"MONITOR B:\nBorder: None\n\n"),
        ("brightness_a", 255, b"MONITOR A:\nBrightness: 255\n\n"),
        ("scope_a", "parade-rgb", b"MONITOR A:\nScopeMode: ParadeRGB\n\n"),
        ("input_a", "sdi-b", b"MONITOR A:\nMonitorInput: SDI B\n\n"),
        ("identify_a", "on", b"MONITOR A:\nIdentify: true\n\n"),
    ],
)
def test_settings_in_the_words_of_the_protocol(name: str, value: float | str, block: bytes) -> None:
    title, line = smartview.asked(name, value)
    assert blocks.Block(title, (line,)).data == block


@pytest.mark.parametrize(
    ("name", "value"),
    [("lut_a", "3"), ("border_a", "pink"), ("contrast_a", 256), ("contrast_a", -1), ("contrast_a", "0255999")],
)
def test_what_it_does_not_take_is_refused_with_what_it_takes(name: str, value: float | str) -> None:
    with pytest.raises(ValueError, match=f"{name} is (one of|a whole number)"):
        smartview.asked(name, value)


@emulated_tier
def test_monitors_are_known_and_set() -> None:
    async def work() -> None:
        emulated = EmulatedSmartView()
        async with (
            emulated.server.serve() as port,
            smartview.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            assert (device.identity.model, device.identity.name) == ("SmartView Duo", "Cart monitors")
            await set_(device, "lut_a", "2")
            await set_(device, "border_b", "green")
            assert emulated.monitors["MONITOR A"]["LUT"] == "1"
            assert emulated.monitors["MONITOR B"]["Border"] == "green"
            await talk.told(lambda: said(talk.heard)["border_b"] == "green")
            assert {"lut_a": "2", "lut_b": "none", "brightness_a": "127"}.items() <= said(talk.heard).items()
            with pytest.raises(UsageError, match="volume_a cannot be set"):
                await set_(device, "volume_a", 1)
            emulated.monitors.pop("MONITOR B")
            with pytest.raises(DeviceRefusedError, match="it does not take 'MONITOR B'"):
                await set_(device, "border_b", "red")

    run(work())


@emulated_tier
def test_a_unit_with_one_monitor_has_the_settings_of_one() -> None:
    async def work() -> None:
        emulated = EmulatedSmartView(single=True)
        async with emulated.server.serve() as port, smartview.connect(address(port), LiveWires()) as device:
            assert device.settings is not None
            assert {name[-1] for name in device.settings.names} == {"a"}

    run(work())


@emulated_tier
@pytest.mark.parametrize("cut", [0, 10, 60, 130])
def test_one_that_hangs_up_at_the_start_is_an_error(cut: int) -> None:
    async def work() -> None:
        emulated = EmulatedSmartView(faults=Faults(cut_after=cut))
        async with emulated.server.serve() as port:
            with pytest.raises((DeviceError, ConnectionError)):
                async with smartview.connect(address(port), LiveWires()):
                    pass

    run(work())


@emulated_tier
def test_garbage_and_silence_end_the_connection() -> None:
    async def work() -> None:
        emulated = EmulatedSmartView()
        async with (
            emulated.server.serve() as port,
            smartview.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            emulated.server.faults.garbage = b"\xff" * 5000
            with pytest.raises(DeviceError):
                await set_(device, "lut_a", "1")
            assert isinstance(await talk.lost(), DeviceError)

    run(work())


@emulated_tier
def test_a_lost_unit_is_reached_again() -> None:
    emulated = EmulatedSmartView()
    with served(emulated.server) as thread, hub_of(address(thread.port)) as (hub, watch):
        watch.until(lambda state: state.link is Link.READY)
        emulated.server.faults.cut_after = 0
        with pytest.raises(DeviceError):
            hub.ask("it", lambda device: set_(device, "lut_a", "1")).result(20.0)
        emulated.server.faults.cut_after = None
        watch.until(lambda state: state.connections == 2)


@emulated_tier
def test_a_recorded_unit_is_played_back(tmp_path: Path) -> None:
    async def work() -> None:
        emulated = EmulatedSmartView()
        path = tmp_path / "smartview.jsonl"
        async with live_wires() as wires, emulated.server.serve() as port:
            transcript, tape = recorded(wires)
            async with smartview.connect(address(port), transcript) as device, listening(device):
                await set_(device, "lut_a", "1")
        path.write_bytes(tape.getvalue())
        async with smartview.connect(address(1), Replay(read_transcript(path))) as device, listening(device):
            await set_(device, "lut_a", "1")
            with pytest.raises(DeviceError):
                await set_(device, "lut_a", "2")

    run(work())
