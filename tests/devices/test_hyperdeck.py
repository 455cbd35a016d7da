"""The HyperDeck driver against the emulated deck; the emulated deck against clients of others is in
test_hyperdeck_peer.py."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.deck import DeckState, Medium, Transport
from livegrade_devices.device import Detail, Device
from livegrade_devices.recorders import hyperdeck
from livegrade_devices.state import Link
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import read_transcript
from livegrade_hardware.emulators.deck import Take
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.hyperdeck import EmulatedHyperDeck

from .talking import hub_of, listening, live_wires, recorded, run, served

pytestmark = pytest.mark.emulated


def address(port: int, **options: str) -> DeviceAddress:
    return DeviceAddress("hyperdeck", "127.0.0.1", port, options=options)


def names(heard: list[Detail]) -> list[str]:
    return [clip.name for clip in getattr(heard[-1], "clips", ())]


async def record(device: Device, on: bool, clip: str = "") -> None:
    assert device.recording is not None
    await device.recording.record(on, clip)


def test_a_deck_is_known_and_records_and_lists_what_it_recorded() -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        emulated.deck.slots[2].status = "empty"
        async with (
            emulated.server.serve() as port,
            hyperdeck.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            state = await talk.until(transport=Transport.PREVIEW, signal="1080p24", slot=1, clip=None, clips=())
            assert (device.identity.model, device.identity.firmware) == ("HyperDeck Studio HD Plus", "8.4.2")
            assert isinstance(state, DeckState)
            assert state.media == (Medium(1, "mounted", "CARD1", 3600), Medium(2, "empty", "CARD2", 3600))
            assert state.timecode is not None
            assert state.timecode.startswith("01:00:0")
            await record(device, True, "A002 C003")
            assert emulated.deck.status == "record"
            await talk.until(transport=Transport.RECORDING)
            await record(device, False)
            state = await talk.until(transport=Transport.STOPPED)
            assert isinstance(state, DeckState)
            assert [(clip.number, clip.name) for clip in state.clips] == [(1, "A002 C003")]

    run(work())


def test_a_deck_may_say_later_that_it_records(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        begin = emulated.deck.record
        later = asyncio.get_running_loop().call_later
        monkeypatch.setattr(emulated.deck, "record", lambda name: later(0.15, begin, name))
        async with (
            emulated.server.serve() as port,
            hyperdeck.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            await record(device, True, "A002 C003")
            await talk.until(transport=Transport.RECORDING)
            monkeypatch.setattr(emulated.deck, "record", lambda name: None)
            await record(device, False)
            monkeypatch.setattr(hyperdeck, "SETTLE_S", 0.001)
            with pytest.raises(DeviceRefusedError, match="it has said yes and does not record"):
                await record(device, True)

    run(work())


def test_what_happens_at_its_front_panel_is_heard() -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        emulated.deck.slots[1].takes.append(Take("A001C001", 86400, 240))
        async with (
            emulated.server.serve() as port,
            hyperdeck.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            emulated.deck.play(100)
            await emulated.changed("transport")
            await talk.until(transport=Transport.PLAYING, speed=100, clip=1)
            emulated.deck.slots[1].seconds = 59
            await emulated.changed("slot")
            await talk.told(lambda: getattr(talk.heard[-1], "media", [None])[0] == Medium(1, "mounted", "CARD1", 59))
            await record(device, False)
            assert emulated.deck.status == "play"  # what does not record is not stopped
            emulated.deck.stop()
            emulated.deck.record("B001C001")
            await emulated.changed("transport")
            await talk.until(transport=Transport.RECORDING)
            emulated.deck.stop()
            await emulated.changed("transport")
            await talk.told(lambda: names(talk.heard) == ["A001C001", "B001C001"])
            emulated.deck.select(2)
            await talk.told(lambda: names(talk.heard) == [])

    run(work())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ("remote", "its remote control is off; press REM"),
        ("signal", "nothing comes in at its input"),
        ("disk", "it has no disk"),
        ("full", "its disk is full"),
    ],
)
def test_a_deck_that_cannot_record_says_why(spoil: str, sentence: str) -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        emulated.deck.remote = spoil != "remote"
        emulated.deck.signal = "none" if spoil == "signal" else "1080p24"
        emulated.deck.slots[1].status = "empty" if spoil == "disk" else "mounted"
        emulated.deck.slots[1].seconds = 0 if spoil == "full" else 60
        async with emulated.server.serve() as port, hyperdeck.connect(address(port), LiveWires()) as device:
            with pytest.raises(DeviceRefusedError, match=sentence):
                await record(device, True)
            with pytest.raises(DeviceRefusedError, match="a clip's name is one line"):
                await record(device, True, "A\nclips clear")

    run(work())


def test_control_is_taken_from_the_front_panel_where_it_is_wanted() -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        emulated.deck.remote = False
        async with (
            emulated.server.serve() as port,
            hyperdeck.connect(address(port, remote="on"), LiveWires()) as device,
        ):
            await record(device, True)
            assert emulated.deck.status == "record"

    run(work())


def test_a_deck_that_takes_one_client_refuses_the_second() -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck(old=True)
        async with emulated.server.serve() as port, hyperdeck.connect(address(port), LiveWires()):
            with pytest.raises(DeviceRefusedError, match="takes no more connections"):
                async with hyperdeck.connect(address(port), LiveWires()):
                    pass

    run(work())


@pytest.mark.parametrize("cut", [0, 1, 10, 60, 100, 300, 500, 700])
def test_one_that_hangs_up_while_it_is_asked_who_it_is_is_an_error(cut: int) -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck(faults=Faults(cut_after=cut))
        async with emulated.server.serve() as port:
            with pytest.raises((DeviceError, ConnectionError)):
                async with hyperdeck.connect(address(port), LiveWires()):
                    pass

    run(work())


def test_garbage_ends_the_connection_and_says_so() -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        async with (
            emulated.server.serve() as port,
            hyperdeck.connect(address(port), LiveWires()) as device,
            listening(device) as talk,
        ):
            emulated.server.faults.garbage = b"<html>\r\n"
            error = await talk.lost()
            assert isinstance(error, DeviceError)
            assert "'<html>', which is no reply of a HyperDeck" in error.fault

    run(work())


def test_slow_answers_are_waited_for_and_none_is_told() -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck(faults=Faults(delay_s=0.02))
        async with emulated.server.serve() as port, hyperdeck.connect(address(port), LiveWires()) as device:
            await record(device, True)
            assert isinstance(device.recording, hyperdeck.HyperDeck)
            device.recording._answers._within_s = 0.05
            emulated.server.faults.deaf = True
            with pytest.raises(DeviceError, match="it has not answered 'transport info'"):
                await record(device, False)

    run(work())


def test_one_that_is_cut_off_in_mid_command_is_reached_again() -> None:
    emulated = EmulatedHyperDeck()
    with served(emulated.server) as thread, hub_of(address(thread.port)) as (hub, watch):
        watch.until(lambda state: state.detail is not None)
        emulated.server.faults.cut_after = 0
        asked = hub.ask("it", lambda device: record(device, True))
        watch.until(lambda state: state.link is Link.OFFLINE and bool(state.reason))
        with pytest.raises(DeviceError, match="connect"):
            asked.result(20.0)
        emulated.server.faults.cut_after = None
        assert watch.until(lambda state: state.connections == 2).link is Link.READY


def test_a_recorded_deck_is_played_back(tmp_path: Path) -> None:
    async def work() -> None:
        emulated = EmulatedHyperDeck()
        path = tmp_path / "deck.jsonl"
        async with live_wires() as wires, emulated.server.serve() as port:
            transcript, tape = recorded(wires)
            async with hyperdeck.connect(address(port), transcript) as device:
                await record(device, True, "A001C001")
        path.write_bytes(tape.getvalue())
        async with hyperdeck.connect(address(1), Replay(read_transcript(path))) as device:
            await record(device, True, "A001C001")
            with pytest.raises(DeviceError):
                await record(device, True, "A001C002")

    run(work())
