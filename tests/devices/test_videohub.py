"""The Videohub driver against the emulated hub; the emulated hub against bmdwire is in test_videohub_peer.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.answers import Answers
from livegrade_devices.blocks import Block, Dialogue
from livegrade_devices.router import Lock, RouterState
from livegrade_devices.routers import videohub
from livegrade_devices.state import Link
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.videohub import EmulatedVideohub

from .talking import hub_of, listening, live_wires, recorded, run, served

pytestmark = pytest.mark.emulated


def address(port: int) -> DeviceAddress:
    return DeviceAddress("videohub", "127.0.0.1", port)


@pytest.mark.parametrize("old", [False, True])
def test_routes_labels_and_locks_are_known_and_routes_set(old: bool) -> None:
    async def work() -> None:
        hub = EmulatedVideohub(inputs=4, outputs=6, old=old)
        async with (
            live_wires() as wires,
            hub.server.serve() as port,
            videohub.connect(address(port), wires) as device,
            listening(device) as talk,
        ):
            state = await talk.until(inputs=4, outputs=6)
            assert isinstance(state, RouterState)
            assert device.identity.model == "Blackmagic Smart Videohub 4x6"
            assert device.identity.name == ("" if old else "Cart A")
            assert state.input_labels[3] == "Input 4"
            assert state.routes == {0: 0, 1: 1, 2: 2, 3: 3, 4: 0, 5: 1}
            assert set(state.locks.values()) == {Lock.FREE}
            assert device.routing is not None
            await device.routing.route({0: 3, 5: 2})
            assert hub.routes[0] == 3
            await talk.until(routes={0: 3, 1: 1, 2: 2, 3: 3, 4: 0, 5: 2})
            with pytest.raises(DeviceRefusedError, match="outputs 0 to 5 and inputs 0 to 3; 9 from 0"):
                await device.routing.route({9: 0})

    run(work())


def test_numbers_that_are_none_and_ports_that_no_hub_has_are_passed_over() -> None:
    async def work() -> None:
        hub = videohub.Videohub("hub", Dialogue(None, "hub"))  # type: ignore[arg-type]
        await hub.take(Block(videohub.ROUTING, ("0 1", "1 \u00b2", "2 \u0663", "3 -1", f"4 {9 * 1000}0", "5000 1")))
        assert hub.state.routes == {0: 1}
        await hub.take(Block("INPUT LABELS", ("0 " + 900 * "x", "9999 y")))
        assert hub.state.input_labels == {0: videohub.LONGEST_LABEL * "x"}
        await hub.take(Block(videohub.LOCKS, ("1 O", "9999 O")))
        assert set(hub.state.locks) == {1}

    run(work())


def test_one_client_that_goes_costs_the_others_nothing() -> None:
    async def gone(data: bytes) -> None:
        raise ConnectionResetError

    async def work() -> None:
        hub = EmulatedVideohub(inputs=2, outputs=2)
        async with (
            hub.server.serve() as port,
            videohub.connect(address(port), LiveWires()),
            videohub.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            await talk.until(outputs=2)
            hub.server.clients[0].write = gone  # type: ignore[method-assign]
            assert device.routing is not None
            await device.routing.route({0: 1})
            assert talk.failed is None

    run(work())


def test_a_locked_output_keeps_its_input_and_that_is_said() -> None:
    async def work() -> None:
        hub = EmulatedVideohub(inputs=2, outputs=2)
        hub.owners[1] = 99
        async with (
            hub.server.serve() as port,
            videohub.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            await talk.until(outputs=2)
            assert device.routing is not None
            with pytest.raises(DeviceRefusedError, match="output 1 is locked"):
                await device.routing.route({0: 1, 1: 0})
            assert hub.routes == {0: 1, 1: 1}

    run(work())


@pytest.mark.parametrize("cut", [0, 1, 20, 60, 130, 300, 500])
def test_a_hub_that_hangs_up_while_it_introduces_itself_is_an_error(cut: int) -> None:
    async def work() -> None:
        hub = EmulatedVideohub(faults=Faults(cut_after=cut))
        async with hub.server.serve() as port:
            with pytest.raises((DeviceError, ConnectionError)):
                async with videohub.connect(address(port), LiveWires()):
                    pass

    run(work())


@pytest.mark.parametrize(
    ("present", "sentence"), [("false", "no Videohub is connected"), ("needs_update", "wants a firmware update")]
)
def test_a_hub_that_is_not_usable_says_why(present: str, sentence: str) -> None:
    async def work() -> None:
        hub = EmulatedVideohub()
        hub.present = present
        async with hub.server.serve() as port:
            with pytest.raises(DeviceRefusedError, match=sentence):
                async with videohub.connect(address(port), LiveWires()):
                    pass

    run(work())


def test_garbage_and_endless_lines_end_the_connection() -> None:
    async def work() -> None:
        for garbage in (b"\xff" * 5000, b"X:\n" + b"0 a\n" * 5000, b"VIDEOHUB DEVICE:\nVideo inputs: 99999999\n\n"):
            hub = EmulatedVideohub(faults=Faults(garbage=garbage))
            async with hub.server.serve() as port:
                with pytest.raises(DeviceError):
                    async with videohub.connect(address(port), LiveWires()):
                        pass

    run(work())


def test_one_that_is_cut_off_in_mid_command_is_lost_and_reached_again() -> None:
    emulated = EmulatedVideohub(inputs=4, outputs=4)
    with served(emulated.server) as thread, hub_of(address(thread.port)) as (hub, watch):
        watch.until(lambda state: state.detail is not None)
        emulated.server.faults.cut_after = 0
        asked = hub.ask("it", lambda device: device.routing.route({0: 3}))  # type: ignore[union-attr]
        lost = watch.until(lambda state: state.link is Link.OFFLINE and bool(state.reason))
        assert "connect" in lost.reason.lower()
        with pytest.raises(DeviceError):
            asked.result(20.0)
        emulated.server.faults.cut_after = None
        again = watch.until(lambda state: state.connections == 2 and state.detail is not None)
        assert again.link is Link.READY


def test_one_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        hub = EmulatedVideohub()
        async with (
            hub.server.serve() as port,
            videohub.connect(address(port), LiveWires()) as device,
            listening(device),
        ):
            hub.server.faults.deaf = True
            assert device.routing is not None
            with pytest.raises(DeviceError, match="has not answered 'VIDEO OUTPUT ROUTING'"):
                await device.routing.route({0: 3})

    monkeypatch.setattr(Answers.__init__, "__defaults__", (0.05,))
    run(work())


def test_a_recorded_hub_is_played_back(tmp_path: Path) -> None:
    async def work() -> None:
        hub = EmulatedVideohub(inputs=4, outputs=4)
        async with live_wires() as wires, hub.server.serve() as port:
            transcript, tape = recorded(wires)
            async with videohub.connect(address(port), transcript) as device, listening(device) as talk:
                await talk.until(outputs=4)
                assert device.routing is not None
                await device.routing.route({2: 1})
        path = tmp_path / "hub.jsonl"
        path.write_bytes(tape.getvalue())
        replay = Replay(read_transcript(path))
        async with videohub.connect(address(1), replay) as device, listening(device) as talk:
            await talk.until(outputs=4)
            assert device.routing is not None
            await device.routing.route({2: 1})
            state = await talk.until(routes={0: 0, 1: 1, 2: 1, 3: 3})
            assert isinstance(state, RouterState)
            with pytest.raises(DeviceError):
                await device.routing.route({2: 3})

    run(work())
