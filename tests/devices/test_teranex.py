"""The Teranex driver against the emulated unit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from livegrade.errors import DeviceError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.blocks import Block, Dialogue
from livegrade_devices.converters import teranex
from livegrade_devices.device import Detail
from livegrade_devices.state import Link
from livegrade_devices.unit import UnitState
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.teranex import EmulatedTeranex

from .talking import Pieces, hub_of, listening, live_wires, recorded, run, served

emulated_tier = pytest.mark.emulated


def address(port: int) -> DeviceAddress:
    return DeviceAddress("teranex", "127.0.0.1", port)


def said(heard: list[Detail]) -> Mapping[str, str]:
    newest = heard[-1]
    assert isinstance(newest, UnitState)
    return newest.values


def test_what_a_block_says_is_kept_within_bounds() -> None:
    async def work() -> None:
        unit = teranex.Teranex(Dialogue(Pieces(), "unit"))
        assert not await unit.take(Block("TERANEX DEVICE", ("Model name: Teranex AV",)))
        assert await unit.take(Block("VIDEO INPUT", ("Video source: SDI1", "nonsense", "Signal present: true")))
        assert not await unit.take(Block("VIDEO INPUT", ("Video source: SDI1",)))
        assert not await unit.take(Block("NEVER HEARD OF", ("Name: value",)))
        assert unit.values == {"video input: video source": "SDI1", "video input: signal present": "true"}
        for start in range(0, 5000, 1000):
            await unit.take(Block("GENLOCK", tuple(f"n{start + n}: {'x' * 900}" for n in range(1000))))
        assert len(unit.values) == teranex.MOST_VALUES
        assert max(map(len, unit.values.values())) == teranex.LONGEST

    asyncio.run(work())


@emulated_tier
def test_it_tells_how_it_is_and_what_changes() -> None:
    async def work() -> None:
        emulated = EmulatedTeranex()
        async with (
            emulated.server.serve() as port,
            teranex.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            await talk.told(lambda: bool(talk.heard))
            assert device.identity.model == "Blackmagic Teranex AV"
            assert said(talk.heard)["video input: signal present"] == "true"
            assert said(talk.heard)["test pattern: output option"] == "Input"
            await emulated.told("VIDEO INPUT", {"Signal present": "false"})
            await talk.told(lambda: said(talk.heard)["video input: signal present"] == "false")

    run(work())


@emulated_tier
@pytest.mark.parametrize("cut", [0, 10, 60, 100])
def test_one_that_hangs_up_at_the_start_is_an_error(cut: int) -> None:
    async def work() -> None:
        emulated = EmulatedTeranex(faults=Faults(cut_after=cut))
        async with emulated.server.serve() as port:
            with pytest.raises((DeviceError, ConnectionError)):
                async with teranex.connect(address(port), LiveWires()):
                    pass

    run(work())


@emulated_tier
def test_silence_and_a_no_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        emulated = EmulatedTeranex()
        async with (
            emulated.server.serve() as port,
            teranex.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            emulated.server.faults.garbage = b"NACK\n\n"
            error = await talk.lost()
            assert isinstance(error, DeviceError)
            assert "it does not take 'PING'" in error.fault

    monkeypatch.setattr(teranex, "PING_S", 0.05)
    run(work())


@emulated_tier
def test_a_lost_unit_is_reached_again() -> None:
    emulated = EmulatedTeranex()
    with served(emulated.server) as thread, hub_of(address(thread.port)) as (_, watch):
        watch.until(lambda state: state.detail is not None)
        thread.stop()
        watch.until(lambda state: state.link is Link.OFFLINE and state.connections == 1)
        thread.start()
        watch.until(lambda state: state.connections == 2)


@emulated_tier
def test_a_recorded_unit_is_played_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        emulated = EmulatedTeranex(signal=False)
        path = tmp_path / "teranex.jsonl"
        async with live_wires() as wires, emulated.server.serve() as port:
            transcript, tape = recorded(wires)
            async with teranex.connect(address(port), transcript) as device, listening(device):
                while b'"out"' not in tape.getvalue():  # the ping, behind the opening
                    await asyncio.sleep(0.01)
        path.write_bytes(tape.getvalue())
        async with teranex.connect(address(1), Replay(read_transcript(path))) as device, listening(device) as talk:
            await talk.told(lambda: bool(talk.heard))
            assert said(talk.heard)["video input: signal present"] == "false"

    monkeypatch.setattr(teranex, "PING_S", 0.05)
    run(work())
