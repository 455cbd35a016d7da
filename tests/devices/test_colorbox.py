"""The ColorBox driver against the emulated box, by itself and in the hub."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import io
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade.timing.clock import FakeClock, MonotonicClock
from livegrade_devices import attached as attached_module
from livegrade_devices.address import DeviceAddress, parse_device
from livegrade_devices.box import BoxState
from livegrade_devices.device import BoxLook, Detail, Device
from livegrade_devices.hub import Hub
from livegrade_devices.kinds import kind
from livegrade_devices.library import LutFile
from livegrade_devices.lutboxes import colorbox, colorboxlibrary, colorboxproof
from livegrade_devices.lutboxes.colorboxlibrary import BoxLibraries, Slots
from livegrade_devices.lutboxes.colorboxrest import Rest
from livegrade_devices.lutboxes.colorboxwire import LARGEST_GRAB, grabbed
from livegrade_devices.pushed import Proof
from livegrade_devices.state import Link
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import Transcript, read_transcript
from livegrade_devices.wires.values import Answer, Request
from livegrade_hardware.emulators import colorbox as emulator
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.colorboxfiles import Uploaded, table_of, uploaded
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import emulated_kind

from .talking import PATIENCE_S, Watch, run

pytestmark = pytest.mark.emulated
RIGHT = "right"
MILD = Look((Cdl(slope=(1.06, 1.0, 0.95), offset=(0.01, 0.0, -0.005), power=(1.05, 1.0, 0.97), saturation=0.9),))
STEEP = Look((Cdl(slope=(1.6, 1.6, 1.6), power=(0.5, 0.5, 0.5)),))
SLOPE = Look((Cdl(slope=(1.6, 1.6, 1.6)),))
POWER = Look((Cdl(power=(0.5, 0.5, 0.5)),))
BENT = Look((Lut3d(Samples(np.random.default_rng(3).random((9, 9, 9, 3)))),))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorboxproof, "SETTLE_S", 0.0)
    monkeypatch.setattr(colorbox, "MODE_POLL_S", 0.0)


def address(port: int, box: EmulatedColorBox, **options: str) -> DeviceAddress:
    return DeviceAddress("colorbox", "127.0.0.1", port, options={"data-port": str(box.data_port), **options})


@contextlib.asynccontextmanager
async def connected(box: EmulatedColorBox, told: list[Detail] | None = None, **options: str) -> AsyncIterator[Device]:
    """The driver, connected and listening; what it reports is in `told`."""
    live = LiveWires()
    try:
        async with box.serve() as port, colorbox.connect(address(port, box, **options), live) as device:
            listening = asyncio.create_task(_listen(device, told))
            yield device
            listening.cancel()
            await asyncio.wait([listening])
    finally:
        await live.close()


async def _listen(device: Device, told: list[Detail] | None = None) -> None:
    await device.listen([].append if told is None else told.append)


async def until_told(told: list[Detail], state: BoxState) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not told or told[-1] != state:
            await asyncio.sleep(0.005)


def codes(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    return np.random.default_rng(5).integers(0, 4096, (count, 3)).astype(np.uint16)


@pytest.mark.parametrize("look", [MILD, POWER, SLOPE, STEEP, BENT], ids=["mild", "power", "slope", "steep", "lut"])
def test_a_thousand_colours_come_out_as_the_tables_say(look: Look) -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.looks is not None
            assert device.proof is not None
            report = await device.looks.push(BoxLook(look))
            proof = await device.proof.prove(codes(1000))
            assert np.abs(proof.shown.astype(int) - proof.expected).max() <= 1
            assert np.abs(proof.shown.astype(int) - proof.given).max() > 50
            assert (report.look_id, report.confirmed) == (look.id, False)
            assert report.error is not None
            # And, apart from that, they are the look's, as far off as the report says.
            wanted = look.apply((proof.given - 256.0) / 3504.0) * 3504.0 + 256.0
            inside = (proof.given >= 256).all(axis=1) & (proof.given <= 3760).all(axis=1)
            off = np.abs(proof.shown - np.clip(wanted, 0, 4095))[inside].max()
            assert off <= report.error.maximum * 4 + 1
            assert box.tree["/v2/frameStore"]["enabled"] is False

    run(work())


def test_a_box_that_calculates_otherwise_is_found_out() -> None:
    async def work() -> None:
        async with connected(EmulatedColorBox(interpolation="trilinear")) as device:
            assert await furthest(device) > 10
        async with connected(EmulatedColorBox(interpolation="trilinear"), interpolation="trilinear") as device:
            assert await furthest(device) <= 1
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert await furthest(device) <= 1
            await device.looks.bypass(True)  # type: ignore[union-attr]
            assert await furthest(device) > 10
            assert box.tree["/v2/routing"]["pipelineBypassUser"] is True

    async def furthest(device: Device) -> int:
        assert device.looks is not None
        assert device.proof is not None
        await device.looks.push(BoxLook(BENT))
        proof = await device.proof.prove(codes(64))
        return int(np.abs(proof.shown.astype(int) - proof.expected).max())

    run(work())


def test_the_box_is_set_up_once_and_only_what_changes_is_sent() -> None:
    async def work() -> None:
        box = EmulatedColorBox(mode="ORION")
        box.tree["/v2/frameStore"]["enabled"] = True
        async with connected(box) as device:
            assert device.identity.firmware == "3.0.0.10"
            assert device.identity.serial == "1SC000123"
            assert device.notes == ("its mode is ORION; a look changes that",)
            assert device.looks is not None
            first = await device.looks.push(BoxLook(MILD))
            assert box.tree["/v2/system/config"]["transformMode"] == "LUT"
            assert box.tree["/v2/frameStore"]["enabled"] is False
            stages = box.tree["/v2/pipelineStages"]
            assert stages["lut1d_1"] | {"libraryEntry": 0} == {"enabled": True, "dynamic": True, "libraryEntry": 0}
            assert stages["lut3d_1"]["enabled"] is False
            assert first.size == 4 * 24_580 + 2 * 68
            assert first.form == "2 1D tables of 4,096 points, 1 matrix, 12 bits"
            again = await device.looks.push(BoxLook(MILD))
            assert again.size == 0
            wheel = await device.looks.push(BoxLook(Look((Cdl(slope=(1.2, 1.0, 1.0), saturation=0.9),))))
            assert wheel.size == 24_580 + 24_580 - 24_580  # the first tables alone: the matrix is the same
            whole = await device.looks.push(BoxLook(BENT))
            assert whole.size >= 215_626
            assert stages["lut3d_1"]["enabled"] is True

    run(work())


def test_a_password_is_asked_for_and_tried() -> None:
    async def work() -> None:
        box = EmulatedColorBox(password=RIGHT)
        for options, sentence in (({}, "wants a password"), ({"password": "wrong"}, "does not take this password")):
            with pytest.raises(DeviceRefusedError, match=sentence):
                async with connected(box, **options):
                    pass
        async with connected(box, password=RIGHT) as device:
            assert device.identity.name == "colorbox-1"

    run(work())


@pytest.mark.parametrize("cut", [0, 1, 20, 60])
def test_a_box_that_hangs_up_while_it_introduces_itself_is_an_error(cut: int) -> None:
    async def work() -> None:
        with pytest.raises((DeviceError, ConnectionError)):
            async with connected(EmulatedColorBox(faults=Faults(cut_after=cut))):
                pass

    run(work())


def test_garbage_and_a_second_client_where_one_is_allowed_are_errors() -> None:
    async def work() -> None:
        for garbage in (b"\xff" * 5000, b"[]", b'{"hostName": 5}', b"x" * 300_000):
            with pytest.raises(DeviceError):
                async with connected(EmulatedColorBox(faults=Faults(garbage=garbage))):
                    pass
        with pytest.raises(DeviceError, match="WebSocket cannot be reached"):
            async with connected(EmulatedColorBox(faults=Faults(most_clients=0))):
                pass

    run(work())


def test_answers_in_another_order_reach_who_asked_and_garbage_among_them_nobody() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        box.reorder = True
        async with connected(box) as device:
            assert device.looks is not None
            assert device.proof is not None
            await device.looks.push(BoxLook(STEEP))
            await box.data.clients[0].send(b"\xff\x00 garbage")
            await box.data.clients[0].send('{"type":"rgbtriplet"}')
            proof = await device.proof.prove(codes(64))
            assert (proof.shown == proof.expected).all()

    run(work())


def test_the_picture_comes_back_when_a_proof_is_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorboxproof, "ANSWER_S", 0.05)

    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.looks is not None
            assert device.proof is not None
            with pytest.raises(DeviceError, match="no look was sent to it yet"):
                await device.proof.prove(codes(8))
            await device.looks.push(BoxLook(STEEP))
            box.data.faults = Faults(deaf=True)
            with pytest.raises(DeviceError, match="has not said what becomes of"):
                await device.proof.prove(codes(8))
            assert box.tree["/v2/frameStore"]["enabled"] is False
            monkeypatch.setattr(colorboxproof, "ANSWER_S", 60.0)
            proving = asyncio.create_task(_proved(device))
            while not box.tree["/v2/frameStore"]["enabled"]:
                await asyncio.sleep(0.01)
            proving.cancel()
            await asyncio.wait([proving])
            assert box.tree["/v2/frameStore"]["enabled"] is False

    run(work())


def test_a_box_that_was_held_is_set_back_also_when_that_is_called_off_or_cannot_be() -> None:
    async def work() -> None:
        box = EmulatedColorBox(mode="BBC")
        async with connected(box) as device:
            before = copy.deepcopy(box.tree)
            pushed, left = asyncio.Event(), []

            async def within() -> None:
                assert device.looks is not None
                assert device.proof is not None
                try:
                    async with device.proof.held() as held:
                        await device.looks.push(BoxLook(STEEP))
                        pushed.set()
                        await asyncio.Event().wait()
                finally:
                    left.append(held.left)

            working = asyncio.create_task(within())
            await pushed.wait()
            assert box.tree != before
            working.cancel()
            await asyncio.wait([working])
            assert (working.cancelled(), left, box.tree) == (True, [""], before)
            working, pushed = asyncio.create_task(within()), asyncio.Event()
            await pushed.wait()
            box.password = RIGHT  # from now on it refuses
            working.cancel()
            await asyncio.wait([working])
            assert left[1].startswith("it could not be set back to what it showed before")

    run(work())


async def _proved(device: Device) -> Proof:
    assert device.proof is not None
    return await device.proof.prove(codes(8))


def test_stages_that_somebody_else_switched_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorbox, "POLL_S", 0.01)

    async def work() -> None:
        box, wires = EmulatedColorBox(), LiveWires()
        async with box.serve() as port, colorbox.connect(address(port, box), wires) as device:
            assert device.looks is not None
            await device.looks.push(BoxLook(STEEP))
            box.tree["/v2/pipelineStages"]["lut1d_2"]["dynamic"] = False
            with pytest.raises(BaseExceptionGroup) as caught:
                await _listen(device)
            assert "somebody else has changed its stages" in str(caught.value.exceptions[0])
        await wires.close()

    run(work())


def test_a_box_that_has_gone_deaf_is_lost_within_its_patience(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorbox, "POLL_S", 0.01)
    monkeypatch.setattr(colorbox, "ANSWER_S", 0.2)
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    try:
        hub.attach("box", address(served.port, served.box))
        hub.push("box", BoxLook(MILD))
        watch.until(lambda state: state.sent == MILD.id)
        served.box.rest.faults.deaf = True
        lost = watch.until(lambda state: state.link is Link.OFFLINE and bool(state.reason))
        assert lost.reason == "it has not answered for 0.2 seconds"
    finally:
        hub.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colorbox:10.0.0.5,range=legal", "range=legal is not known; choose narrow or full"),
        ("colorbox:10.0.0.5,interpolation=cubic", "choose tetrahedral or trilinear"),
        ("colorbox:10.0.0.5,data-port=x", "ports go from 1 to 65535"),
    ],
)
def test_options_that_make_no_sense_are_told(text: str, sentence: str) -> None:
    async def work() -> None:
        with pytest.raises(UsageError, match=sentence):
            async with colorbox.connect(parse_device(text), Replay(())):
                pass

    run(work())


def test_a_transcript_of_a_push_is_played_back(tmp_path: Path) -> None:
    file = tmp_path / "colorbox.jsonl"

    async def record() -> None:
        box, live = EmulatedColorBox(), LiveWires()
        with file.open("wb") as out:
            wires = Transcript(live, out, FakeClock())
            async with box.serve() as port, colorbox.connect(address(port, box), wires) as device:
                assert device.looks is not None
                await device.looks.push(BoxLook(MILD))
        await live.close()

    async def play() -> None:
        place = parse_device("colorbox:127.0.0.1:1,data-port=1")
        async with colorbox.connect(place, Replay(read_transcript(file))) as device:
            assert device.identity.name == "colorbox-1"
            assert device.looks is not None
            assert (await device.looks.push(BoxLook(MILD))).size > 0
            with pytest.raises(DeviceError, match="transcript"):
                await device.looks.push(BoxLook(SLOPE))

    run(record())
    run(play())


class Served(threading.Thread):
    """An emulated box on a loop of its own, as the hub has one too."""

    def __init__(self, box: EmulatedColorBox) -> None:
        super().__init__(daemon=True)
        self.box = box
        self.port = 0
        self.up = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.ended = asyncio.Event()

    def run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        async with self.box.serve() as self.port:
            self.up.set()
            await self.ended.wait()

    def call(self, work: Callable[[], object]) -> None:
        self.loop.call_soon_threadsafe(work)


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served(EmulatedColorBox())
    served.start()
    assert served.up.wait(PATIENCE_S)
    yield served
    served.call(served.ended.set)
    served.join(PATIENCE_S)


def test_of_two_hundred_looks_the_newest_is_in_the_box_also_after_a_cut(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached_module, "REFUSED_NS", 0)
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    try:
        hub.attach("box", address(served.port, served.box))
        looks = [Look((Cdl(slope=(1 + n / 500, 1.0, 1.0)),)) for n in range(200)]
        for look in looks:
            hub.push("box", BoxLook(look))
        state = watch.until(lambda state: state.sent == looks[-1].id)
        assert state.confirmed is None
        sent = sum(state.report is not None and state.sent == state.report.look_id for state in watch.seen)
        assert sent < 100
        served.call(lambda: served.box.data.clients[0].drop())
        watch.until(lambda state: state.connections == 2 and state.sent == looks[-1].id)
        assert any(state.link is Link.OFFLINE and "closed the connection" in state.reason for state in watch.seen)

        async def proved(device: Device) -> Proof:
            return await _proved(device)

        proof = hub.ask("box", proved).result(PATIENCE_S)
        wanted = looks[-1].apply((proof.given - 256.0) / 3504.0) * 3504.0 + 256.0
        assert np.abs(proof.shown - np.clip(wanted, 0, 4095)).max() <= 1
    finally:
        hub.close()


def test_presets_keep_the_look_and_bring_it_back() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        told: list[Detail] = []
        async with connected(box, told) as device:
            assert device.looks is not None
            assert device.proof is not None
            assert device.slots is not None
            assert await device.slots.slots() == {}
            await device.looks.push(BoxLook(STEEP))
            steep = await device.proof.prove(codes(16))
            await device.slots.store(3, "steep")
            assert await device.slots.slots() == {3: "steep"}
            await device.looks.push(BoxLook(MILD))
            await device.slots.recall(3)
            assert told[-1] == BoxState(instead="preset 3")
            with pytest.raises(DeviceError, match="no look was sent to it yet"):
                await device.proof.prove(codes(16))
            assert (box.pipeline.run(codes(16).astype(np.int64)) == steep.shown).all()
            assert (await device.looks.push(BoxLook(MILD))).size > 90_000  # whole, as what is in there is not known
            assert told[-1] == BoxState()
            for slot in (0, 11, 4):
                with pytest.raises(DeviceRefusedError, match="does not take /v2/libraryControl"):
                    await device.slots.recall(slot)
            assert told[-1] == BoxState(), "what was refused is not there"
            assert (await device.proof.prove(codes(16))).given.shape == (16, 3)

    run(work())


def test_a_stage_shows_an_entry_of_its_library_until_the_next_look() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        box.luts["3d", 4] = np.random.default_rng(4).integers(0, 65536, (33, 33, 33, 3)).astype(np.uint16)
        box.luts["matrix", 16] = np.diag(np.float32([0.5, 0.5, 0.5, 1]))
        told: list[Detail] = []
        async with connected(box, told) as device:
            assert device.looks is not None
            assert device.proof is not None
            assert device.library is not None
            await device.looks.push(BoxLook(MILD))
            await device.proof.prove(codes(4))  # behind that all of it has come
            sent = copy.deepcopy(box.pipeline)
            await device.library.show("3d", 4)
            assert told[-1] == BoxState(instead="library entry 3d:4")
            # The lattice of the entry stands among what was sent to the other stages.
            sent.kept["lut3d_1"] = box.luts["3d", 4]
            sent.enabled.add("lut3d_1")
            proof = await device.proof.measure(codes(64))
            assert (proof.shown == proof.expected).all()
            assert (proof.shown == sent.run(codes(64).astype(np.int64))).all()
            with pytest.raises(DeviceError, match="no look was sent to it yet"):
                await device.proof.prove(codes(16))
            await device.library.show("matrix-3", 16)
            assert told[-1] == BoxState(instead="library entry 3d:4, library entry matrix-3:16")
            await device.library.show("3d", 0)
            assert told[-1] == BoxState(instead="nothing in 3d, library entry matrix-3:16")
            assert (await device.looks.push(BoxLook(MILD))).size > 90_000  # whole, as what is in there is not known
            assert told[-1] == BoxState()
            proof = await device.proof.prove(codes(64))
            assert (proof.shown == proof.expected).all()

    run(work())


def test_what_cannot_be_shown_of_a_library_is_a_sentence_and_costs_the_look_nothing() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        box.luts["3d", 4] = np.zeros((33, 33, 33, 3), np.uint16)
        told: list[Detail] = []
        async with connected(box, told) as device:
            assert device.looks is not None
            assert device.proof is not None
            assert device.library is not None
            await device.looks.push(BoxLook(MILD))
            with pytest.raises(DeviceRefusedError, match="entry 5 of its 3d library is empty"):
                await device.library.show("3d", 5)
            with pytest.raises(DeviceRefusedError, match="entry 17 of its 3d library is not there, they go to 16"):
                await device.library.show("3d", 17)
            with pytest.raises(UsageError, match="it has no stage '2d', only 1d-1, matrix-2"):
                await device.library.show("2d", 4)
            box.stuck = True
            with pytest.raises(DeviceError, match="it has taken the order to show 3d:4, and does not show it"):
                await device.library.show("3d", 4)
            box.stuck = False
            assert told[-1] == BoxState()
            assert (await device.proof.prove(codes(16))).given.shape == (16, 3)
            box.tree["/v2/system/config"]["transformMode"] = "BBC"
            with pytest.raises(DeviceRefusedError, match="its mode is BBC, in which it shows no LUTs"):
                await device.library.show("3d", 4)

    run(work())


def lut_file(library: str = "3d", name: str = "show.cube", seed: int = 4) -> LutFile:
    """Random tables of the sizes that the box has, in thousandths."""
    size, rows = {"1d": ("LUT_1D_SIZE 4096", 4096), "3d": ("LUT_3D_SIZE 33", 33**3)}[library]
    values = np.random.default_rng(seed).integers(0, 1001, (rows, 3)) / 1000
    text = "\n".join(f"{r} {g} {b}" for r, g, b in values.tolist())
    return LutFile(name, library, 33 if library == "3d" else 4096, f"{size}\n{text}\n".encode())


def test_a_file_becomes_an_entry_of_a_library_and_is_shown() -> None:
    async def work() -> None:
        box = EmulatedColorBox(RIGHT)
        told: list[Detail] = []
        async with connected(box, told, password=RIGHT) as device:
            assert device.looks is not None
            assert device.proof is not None
            assert device.library is not None
            await device.looks.push(BoxLook(MILD))
            there = await device.library.put(lut_file(), 16)
            assert there.confirmed
            said = "POST /v2/upload as multipart/form-data: kind=lut_3d, entry=16, file=show.cube of "
            assert there.sent.startswith(said)
            assert there.words == "confirmed: entry 16 of its 3d library is show.cube now"
            assert told[-1] == BoxState(), "what it shows is as it was"
            assert (await device.proof.prove(codes(16))).given.shape == (16, 3)
            # Red goes fastest in a .cube: the second node differs from the first in red alone.
            rows = lut_file().data.decode().splitlines()[1:]
            node = box.luts["3d", 16][0, 0, 1]
            assert node.tolist() == [int(float(word) * 4095 + 0.5) << 4 for word in rows[1].split()]
            await device.library.show("3d", 16)
            assert box.pipeline.kept["lut3d_1"] is box.luts["3d", 16]
            with pytest.raises(DeviceRefusedError, match="its stage 3d shows entry 16 of its 3d library; take another"):
                await device.library.put(lut_file(name="other.cube"), 16)
            assert (await device.library.put(lut_file("1d", "log.cube"), 16)).confirmed, "of another library"
            assert box.luts["1d", 16].shape == (4096, 3)
            replaced = await device.library.put(lut_file("1d", "lin.cube"), 16)
            assert replaced.words == "confirmed: entry 16 of its 1d library is lin.cube now; it was log.cube"

    run(work())


def test_a_file_that_the_box_does_not_say_it_has_is_sent_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorboxlibrary, "READ_AGAIN_S", 0.0)

    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.library is not None
            box.uploads = "lost"
            there = await device.library.put(lut_file(), 2)
            said = "sent: it has taken the file, and says that entry 2 of its 3d library is nothing, as before"
            assert (there.confirmed, there.words) == (False, said)
            box.uploads = "kept"
            assert (await device.library.put(lut_file(), 2)).confirmed
            again = await device.library.put(lut_file(seed=5), 2)
            assert not again.confirmed, "another file of the same name: nobody can tell from outside"

    run(work())


def test_files_for_one_entry_go_one_after_the_other_and_each_says_what_it_has_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.library is not None
            put = device.library.put
            names = ("one.cube", "two.cube", "three.cube")
            done = await asyncio.gather(*(put(lut_file("1d", name), 4) for name in names))
            assert all(each.confirmed for each in done)
            replaced = [each.before.file for each in done if each.before is not None]
            last = [name for name in names if name not in replaced]
            assert (len(replaced), len(last)) == (2, 1)
            assert (await device.library.libraries()).libraries[0].held(4).file == last[0]

            upload, began, goes_on = Rest.upload, asyncio.Event(), asyncio.Event()

            async def late(*words: Any) -> str:
                began.set()
                await goes_on.wait()
                return await upload(*words)

            monkeypatch.setattr(Rest, "upload", late)
            monkeypatch.setattr(colorboxlibrary, "TURN_S", 0.02)
            first = asyncio.create_task(put(lut_file("1d", "four.cube"), 4))
            await began.wait()
            with pytest.raises(DeviceRefusedError, match="another file is on its way into entry 4 of its 1d library"):
                await put(lut_file("1d", "five.cube"), 4)
            goes_on.set()
            assert (await first).words.endswith(f"four.cube now; it was {last[0]}")

    run(work())


def test_a_file_that_does_not_get_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.library is not None
            with pytest.raises(DeviceRefusedError, match="entry 17 of its 3d library is not there, they go to 16"):
                await device.library.put(lut_file(), 17)
            box.uploads = "refused"
            with pytest.raises(DeviceRefusedError, match=r"it does not take /v2/upload \(no room for it\)"):
                await device.library.put(lut_file(), 4)
            box.uploads = "kept"
            unknown = "whether entry 4 of its 3d library is show.cube now is not known"
            box.faults.cut_in = 10_000
            with pytest.raises(DeviceError, match=unknown):
                await device.library.put(lut_file(), 4)
            assert box.files == {}
            box.faults.cut_in = None
            monkeypatch.setattr(colorboxlibrary, "UPLOAD_S", 0.02)
            box.faults.delay_s = 0.1
            with pytest.raises(DeviceError, match=f"it has not taken it within 0.02 seconds; {unknown}"):
                await device.library.put(lut_file(), 4)
            monkeypatch.undo()
            box.faults.delay_s = 0.0
            upload = Rest.upload

            async def deaf_then(*words: Any) -> str:
                said = await upload(*words)
                box.faults.deaf = True
                return said

            monkeypatch.setattr(Rest, "upload", deaf_then)
            monkeypatch.setattr(colorboxlibrary, "ANEW_S", 0.05)
            with pytest.raises(DeviceError, match=f"it has taken the file and does not say .*; {unknown}"):
                await device.library.put(lut_file(), 4)

    run(work())


def test_what_is_uploaded_is_a_form_that_others_read_and_the_emulated_box_refuses_what_is_none() -> None:
    taken: list[Request] = []

    class Web:
        async def ask(self, request: Request, most: int = 0) -> Answer:
            taken.append(request)
            return Answer(200, b"")

    file = lut_file(name="day 1.cube")
    run_rest = Rest("box", Web(), has_password=False)
    assert asyncio.run(run_rest.upload("lut_3d", 4, file.name, file.data)).startswith("POST /v2/upload")
    type, body = taken[0].headers["Content-Type"], taken[0].body
    assert uploaded(type, body, 16) == Uploaded("3d", 4, "day 1.cube", file.data)
    for entries, made, fault in (
        (3, body, "no such entry"),
        (16, body.replace(b"lut_3d", b"lut_9d"), "no such kind"),
        (16, body[:200], "file, kind and entry are wanted"),
        (16, b"", "no form"),
    ):
        with pytest.raises(ValueError, match=fault):
            uploaded(type, made, entries)
    for data, fault in ((b"LUT_3D_SIZE 17\n", "LUT_3D_SIZE 33 is wanted"), (file.data[:9000], "a damaged file")):
        with pytest.raises(ValueError, match=fault):
            table_of(Uploaded("3d", 4, "a.cube", data))


def test_a_library_longer_than_any_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "ENTRIES", 65)

    async def work() -> None:
        async with connected(EmulatedColorBox()) as device:
            assert device.library is not None
            with pytest.raises(DeviceError, match="its 1d library has 65 entries; 64 are the most"):
                await device.library.libraries()

    run(work())


def test_a_box_that_is_told_to_show_an_entry_is_not_taken_for_changed_by_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is looked after twice between the order and the question whether it has obeyed."""
    monkeypatch.setattr(colorbox, "POLL_S", 0.0)
    told: list[Detail] = []
    asked_now = BoxLibraries._slots

    async def asked_late(self: BoxLibraries) -> Slots:
        rounds = len(told)
        while listening and len(told) < rounds + 3 and not listening[0].done():
            await asyncio.sleep(0.001)
        return await asked_now(self)

    monkeypatch.setattr(BoxLibraries, "_slots", asked_late)
    listening: list[asyncio.Task[None]] = []

    async def work() -> None:
        box = EmulatedColorBox()
        box.luts["3d", 4] = np.zeros((33, 33, 33, 3), np.uint16)
        live = LiveWires()
        try:
            async with box.serve() as port, colorbox.connect(address(port, box), live) as device:
                assert device.looks is not None
                assert device.library is not None
                await device.looks.push(BoxLook(MILD))
                listening.append(asyncio.create_task(_listen(device, told)))
                await device.library.show("3d", 4)
                assert not listening[0].done()
                listening[0].cancel()
                await asyncio.wait(listening)
        finally:
            await live.close()

    run(work())


def test_a_bypass_is_reported_whoever_switched_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorbox, "POLL_S", 0.01)

    async def work() -> None:
        box = EmulatedColorBox()
        told: list[Detail] = []
        async with connected(box, told) as device:
            await until_told(told, BoxState(instead=None))
            assert device.looks is not None
            await device.looks.bypass(True)
            assert told[-1] == BoxState(bypassed=True, instead=None)
            await device.looks.bypass(False)
            assert told[-1] == BoxState(instead=None)
            box.tree["/v2/routing"]["pipelineBypassButton"] = True  # pressed at the box
            await until_told(told, BoxState(bypassed=True, instead=None))

    run(work())


def test_a_grabbed_picture_is_before_and_behind_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        box.raster = (1280, 720)
        async with connected(box) as device:
            assert device.looks is not None
            assert device.pictures is not None
            await device.looks.push(BoxLook(STEEP))
            before = await device.pictures.grab(behind=False)
            behind = await device.pictures.grab(behind=True)
            assert before.shape == behind.shape == (720, 1280, 3)
            wanted = STEEP.apply((before[0] / 16.0 - 256) / 3504) * 3504 + 256
            assert np.abs(behind[7] / 16.0 - np.clip(wanted, 0, 4095)).max() <= 1
            box.raster = (1281, 720)
            with pytest.raises(DeviceError, match="of no raster that the box has"):
                await device.pictures.grab(behind=True)
            monkeypatch.setattr(colorbox, "LARGEST_GRAB", 1 << 20)
            with pytest.raises(DeviceError, match="longer than"):
                await device.pictures.grab(behind=True)

    run(work())


def test_a_picture_that_cannot_be_read_is_a_sentence_at_once() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.pictures is not None
            for said, fault in (
                (b'{"image":"no base64!"}', r"its picture is damaged \(it is no base64\); ask again"),
                (b'{"image":"AAAA', "it answers with what is no picture; ask again"),
                (b'{"image":7}', "its picture is damaged"),
                (b"\xff\xd8\xff\xe0 JFIF", "it answers with what is no picture"),
                (b'{"image":"AAAA"}', "a picture of 3 bytes is of no raster that the box has"),
            ):
                box.data.faults = Faults(garbage=said)
                with pytest.raises(DeviceError, match=fault):
                    await device.pictures.grab(behind=True)
            assert (await device.pictures.grab(behind=True)).shape == (1080, 1920, 3)
        assert grabbed(b'{"type":"rgbtriplet","cookie":"1"}') is None, "the answer to something else"

    run(work())


def test_a_picture_of_the_largest_raster_fits_and_nothing_longer() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        async with connected(box) as device:
            assert device.pictures is not None
            for raster in ((3840, 2160), (4096, 2160)):
                box.raster = raster
                picture = await device.pictures.grab(behind=True)
                assert picture.shape == (raster[1], raster[0], 3)
                ramp = np.arange(raster[0]) * 4096 // raster[0] << 4
                assert (picture[0] == ramp[:, np.newaxis]).all()
                assert (picture[-1, :, 0] == picture[-1, :, 0] & 0xFFF0).all()
            box.raster = (4096, 2304)
            with pytest.raises(DeviceError, match=f"it sends a message longer than {LARGEST_GRAB:,} bytes"):
                await device.pictures.grab(behind=True)
        assert LARGEST_GRAB < 4096 * 2200 * 6 * 4 // 3

    run(work())


def test_what_a_box_shows_of_its_library_is_read_again_when_it_is_connected_again() -> None:
    async def work() -> None:
        box = EmulatedColorBox()
        box.luts["3d", 4] = np.random.default_rng(4).integers(0, 65536, (33, 33, 33, 3)).astype(np.uint16)
        told: list[Detail] = []
        async with connected(box, told):
            await until_told(told, BoxState(instead=None))  # whatever came over the WebSocket: nobody knows
        async with connected(box, told) as device:
            assert device.looks is not None
            assert device.library is not None
            await device.looks.push(BoxLook(MILD))
            assert told[-1] == BoxState()
            await device.library.show("3d", 4)
        told.clear()
        async with connected(box, told) as device:
            await until_told(told, BoxState(instead="library entry 3d:4"))
            assert device.looks is not None
            await device.looks.push(BoxLook(MILD))
            assert told[-1] == BoxState()
        told.clear()
        async with connected(box, told):
            await until_told(told, BoxState(instead=None))

    run(work())


def test_both_are_known_by_name() -> None:
    assert kind("colorbox").title == emulated_kind("colorbox").title == "AJA ColorBox"
    with pytest.raises(UsageError, match="tetrahedral or trilinear is wanted"):
        emulated_kind("colorbox").made({"interpolation": "cubic"}, Faults(), io.StringIO())
    made = emulated_kind("colorbox").made({"data-port": "0", "password": "x"}, Faults(), io.StringIO())
    assert isinstance(made, EmulatedColorBox)
    assert made.data_port == 0
