"""A disk that hangs, as one of the network may for ever: it holds up what is to be read from it, and nothing else."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from livegrade.capture.source import CaptureOptions
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control import desk as desk_module
from livegrade.control import looks, pictures, response, uploads, views
from livegrade.control.client import Client
from livegrade.control.desk import Desk
from livegrade.control.disk import DISK_S, WAITING, WAITING_OF, Disk, DiskEffect
from livegrade.control.listening import Place
from livegrade.control.messages import Answer
from livegrade.control.osc.packets import packed
from livegrade.control.pictures import Pictures, PictureWish
from livegrade.control.server import ApiServer
from livegrade.control.surface.message import Message
from livegrade.control.uploads import Uploads
from livegrade.engine.view import GRADED
from livegrade.errors import LibraryError, UsageError
from livegrade.library.store import Library
from livegrade.session import Session
from livegrade.session.keeping import Keeping
from livegrade.session.setup import KeepingPlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.transport.address import parse_sink, parse_source
from livegrade.transport.peer import OscPlace, SurfacePlaces
from livegrade_devices.kinds import OURS

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),), "warm")


class HungDisk:
    """Everything that is opened or written under `folder` waits until it is `back`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: object) -> None:
        self.back = threading.Event()
        self.asked = threading.Semaphore(0)
        self._folder = str(folder)
        for place, name in (
            (looks, "open_look_file"),
            (desk_module, "write_whole"),
            (desk_module, "check_destination"),
            (views, "calibration_of"),
            (Library, "reading"),
        ):
            monkeypatch.setattr(place, name, self._hanging(getattr(place, name)))

    def _hanging(self, real: Callable) -> Callable:
        def opened(first: object, *rest: object, **options: object) -> object:
            path = first.option("cal") or "" if hasattr(first, "option") else str(first)
            if path.startswith(self._folder):
                self.asked.release()
                assert self.back.wait(60)
            return real(first, *rest, **options)

        return opened


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    slots = tuple(
        SlotSetup(name, parse_source("pattern:ramp@640x360p25"), CaptureOptions(), Look((Cdl(),))) for name in "ABC"
    )
    sinks = tuple(SinkSetup(parse_sink(f"null:,slot={name}"), name, GRADED) for name in "AB")
    made = Session(SessionSetup(slots, sinks, engine="native", threads=1))
    made.start()
    yield made
    made.stop()


@pytest.mark.emulated
def test_a_disk_that_hangs_stops_no_grading(session, tmp_path, monkeypatch, until) -> None:
    nas, local = tmp_path / "nas", tmp_path / "local"
    for folder in (nas, local):
        folder.mkdir()
        (folder / "warm.json").write_bytes(write_saved_look(WARM))
    keeping = Keeping(session, KeepingPlan(nas / "library", "day1"))
    keeping.start()
    server = ApiServer(session, Place(port=0), print, SurfacePlaces(OscPlace(0)), keeping=keeping)
    server.start()
    client, senders = Client.find(server.port), ThreadPoolExecutor(8)

    def slope(slot: str) -> list[float]:
        nodes = client.state().state["slots"][slot]["look"]["nodes"]
        return next(iter(nodes.values()))["settings"]["slope"]

    try:
        assert client.send(c.KeepLook(slot="C", name="night")).result == "done"
        disk = HungDisk(monkeypatch, nas)
        hung = [
            senders.submit(Client.find(server.port).send, command)
            for command in (
                c.LoadLook(slot="A", path=str(nas / "warm.json")),
                c.RecallLook(slot="C", look="night"),
                c.SaveLook(slot="B", path=str(nas / "saved.json")),
                c.SetSink(sink="1", cal=str(nas / "warm.json")),
            )
        ]
        for _ in hung:
            assert disk.asked.acquire(timeout=60)
        # All that waits, waits. Everybody grades, over the API and by OSC, the same slot and others.
        assert client.send(c.SetLook(slot="A", values={"slope": 1.5})).result == "done"
        assert client.send(c.SetView(sink="1", view="source")).result == "done"
        assert client.send(c.AddSink(address="null:,view=source")).result == "done"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as surface:
            surface.sendto(
                packed(Message("/livegrade/A/load", (str(nas / "warm.json"),))), ("127.0.0.1", server.osc_port)
            )
            surface.sendto(packed(Message("/livegrade/B/slope", (1.25,))), ("127.0.0.1", server.osc_port))
        until(lambda: slope("B") == [1.25] * 3)
        assert slope("A") == [1.5] * 3
        assert not any(one.done() for one in hung)
        disk.back.set()
        loaded, recalled, saved, calibrated = (one.result(60) for one in hung)
        assert (loaded.result, loaded.step) == ("done", "warm.json loaded")
        assert recalled.result in ("done", "pending")  # of a slot that no output shows
        assert (saved.result, saved.files) == ("done", (str(nas / "saved.json"),))
        assert (calibrated.result, "output 1 was changed while" in calibrated.error) == ("refused", True)
        until(lambda: slope("A") == [1.2, 1.0, 0.8])
    finally:
        server.stop()
        keeping.stop()
        senders.shutdown()


class HungDriver:
    """Who imports the driver of a kind waits until it is `back`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
        self.back, self.asked = threading.Event(), threading.Event()
        self._module = OURS[kind].partition(":")[0]
        monkeypatch.delitem(sys.modules, self._module, raising=False)
        monkeypatch.setattr(sys, "meta_path", [self, *sys.meta_path])

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == self._module:
            self.asked.set()
            assert self.back.wait(60)


@pytest.mark.emulated
def test_the_first_device_of_a_kind_loads_its_driver_beside_the_commands(session, monkeypatch, until) -> None:
    server, senders = ApiServer(session, Place(port=0), print), ThreadPoolExecutor(1)
    server.start()
    client, driver = Client.find(server.port), HungDriver(monkeypatch, "teranex")
    try:
        add = c.AddDevice(name="converter", address="teranex:127.0.0.1:9")
        added = senders.submit(Client.find(server.port).send, add)
        assert driver.asked.wait(60)
        assert client.send(c.SetLook(slot="A", values={"slope": 1.5})).result == "done"
        assert not added.done()
        driver.back.set()
        assert added.result(60) == Answer("done", made="converter")
        until(lambda: "converter" in client.state().state["devices"])
        assert client.send(msgspec.structs.replace(add, name="other")) == Answer("done", made="other")
        assert "there is a device other already" in client.send(msgspec.structs.replace(add, name="other")).error
        unknown = client.send(c.AddDevice(name="third", address="teranax:10.0.0.9"))
        assert (unknown.result, "did you mean teranex" in unknown.error) == ("refused", True)
    finally:
        driver.back.set()
        server.stop()
        senders.shutdown()


class Effect:
    patience_s = 0.0

    def answer(self) -> Answer:
        return Answer("done")


async def _settled(effect: DiskEffect) -> Answer | None:
    await asyncio.wait([effect.work])
    return effect.answer()


def test_what_is_of_one_slot_is_in_order_and_of_two_is_not() -> None:
    async def work() -> list[str]:
        disk, first, order = Disk(print), threading.Event(), []

        async def carried(what: str) -> Effect:
            order.append(what)
            return Effect()

        def read(what: str, held: bool) -> Callable[[], str]:
            return lambda: what if not held or first.wait(60) else "late"

        held = disk.after("slot A", read("A1", True), carried)
        behind = disk.after("slot A", read("A2", False), carried)
        assert await _settled(disk.after("slot B", read("B1", False), carried)) == Answer("done")
        assert (held.answer(), behind.answer()) == (None, None)
        first.set()
        assert await _settled(behind) == Answer("done")
        return order

    assert asyncio.run(work()) == ["B1", "A1", "A2"]


def test_only_so_many_wait_and_one_that_fails_late_is_said() -> None:
    async def work() -> list[str]:
        told: list[str] = []
        disk, back = Disk(told.append), threading.Event()

        async def never(_: object) -> Effect:
            raise AssertionError

        def fails() -> object:
            assert back.wait(60)
            raise LibraryError("it is torn")

        waiting = [disk.after("match of slot A", fails, never) for _ in range(WAITING_OF)]
        with pytest.raises(UsageError, match=f"{WAITING_OF} commands of match of slot A wait for a disk"):
            disk.after("match of slot A", fails, never)
        of_others = (f"output {number}" for number in range(WAITING))
        waiting += [disk.after(next(of_others), fails, never) for _ in range(WAITING - WAITING_OF)]
        with pytest.raises(UsageError, match=f"{WAITING} commands wait for a disk"):
            disk.after("slot B", fails, never)
        loop = asyncio.get_running_loop()
        real = loop.time
        loop.time = lambda: real() + 2 * DISK_S
        back.set()
        answers = [await _settled(one) for one in waiting]
        assert {(one.result, one.error) for one in answers} == {("refused", "it is torn")}
        again = [disk.after("match of slot A", fails, never) for _ in range(WAITING_OF)]  # there is room again
        await asyncio.wait([one.work for one in again])
        await disk.close()
        return told

    assert asyncio.run(work()) == ["what waited for a disk was not carried out: it is torn"] * WAITING


def test_the_end_does_not_wait_for_a_disk_for_long(monkeypatch) -> None:
    monkeypatch.setattr("livegrade.control.disk.STOP_S", 0.01)
    back = threading.Event()

    async def work() -> Answer | None:
        disk = Disk(print)

        async def never(_: object) -> Effect:
            raise AssertionError

        effect = disk.after("slot A", lambda: back.wait(60), never)
        await disk.close()
        return await _settled(effect)

    answer = asyncio.run(work())
    back.set()
    assert (answer.result, answer.error) == ("refused", "the session has ended before the disk answered")


def test_what_works_beside_and_hangs_holds_up_no_end(bench, monkeypatch) -> None:
    back, began = threading.Event(), threading.Semaphore(0)

    def hangs(*arguments: object) -> bytes:
        began.release()
        assert back.wait(60)
        return b""

    for module, name in ((pictures, "jpeg"), (uploads, "look_of_bytes"), (response, "_answered")):
        monkeypatch.setattr(module, name, hangs)
        monkeypatch.setattr(module, "STOP_S", 0.05)
    made = bench(WARM)
    made.draw()
    desk = Desk(made.session)

    async def ended() -> None:
        drawing, reading = Pictures(made.session), Uploads()
        tasks = [
            asyncio.create_task(drawing.get(PictureWish("A", "graded", 64))),
            asyncio.create_task(reading.received(Sent(b"", name="a.cube"))),  # type: ignore[arg-type]
        ]
        desk.carry_out(c.LookResponse(slot="A"))
        for _ in range(3):
            assert await asyncio.to_thread(began.acquire, timeout=30)
        drawing.close()
        reading.close()
        desk.close()
        assert not any(task.done() for task in tasks), "the end waits for nothing that hangs"
        names = ("livegrade-pictures", "livegrade-uploads", "livegrade-responses")
        left = [one for one in threading.enumerate() if one.name.startswith(names)]
        assert (len(left), all(one.daemon for one in left)) == (3, True), "nor does the program"
        for task in tasks:
            task.cancel()
        back.set()
        for one in left:
            await asyncio.to_thread(one.join, 30)
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(ended())
    made.close()


class Sent:
    """A request with a body, as `aiohttp` has it."""

    def __init__(self, body: bytes, **query: str) -> None:
        self.content_length = len(body)
        self.query = query
        self.match_info = {"slot": "A"}
        self.content = self
        self._body = body

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        yield self._body
