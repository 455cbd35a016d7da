"""The hub, with devices that live in this process: what they do is what the test tells them to do."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade.timing.clock import MonotonicClock
from livegrade_devices import attached as attached_module
from livegrade_devices import hub as hub_module
from livegrade_devices.address import DeviceAddress, parse_device
from livegrade_devices.box import BoxState
from livegrade_devices.camera import CameraState
from livegrade_devices.device import BoxLook, Capabilities, Device, Identity, Report
from livegrade_devices.hub import THREADS, Hub, failure_tree
from livegrade_devices.kinds import Kind
from livegrade_devices.pushed import Pushed
from livegrade_devices.state import Link
from livegrade_devices.wires.values import Wires

from .talking import PATIENCE_S, Watch


@dataclass
class Bench:
    """A device under the test's hand. `fault`: raised at the next connection; `slow`: pushes wait until it is set."""

    fault: Exception | None = None
    slow: asyncio.Event | None = None
    refuses: str = ""
    pushed: list[str] = field(default_factory=list)
    lost: asyncio.Event | None = None
    report: Report | None = None
    fails_at_the_end: bool = False
    connections: int = 0
    let_go: int = 0

    async def push(self, look: BoxLook) -> Pushed:
        if self.refuses:
            raise DeviceRefusedError("box", self.refuses)
        if self.slow is not None:
            await self.slow.wait()
        self.pushed.append(look.look.id)
        return Pushed(look.look.id, "as it is", 0, None, confirmed=True)

    async def bypass(self, on: bool) -> None:
        raise DeviceError("box", "it cannot")

    @contextlib.asynccontextmanager
    async def connect(self, address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
        if self.fault is not None:
            raise self.fault
        self.connections += 1
        self.lost = asyncio.Event()
        lost = self.lost

        async def listen(report: Report) -> None:
            self.report = report
            report(CameraState(ei=800))
            try:
                await lost.wait()
            except asyncio.CancelledError:
                if self.fails_at_the_end:
                    raise DeviceError("box", "it fails at the end") from None
                raise
            raise DeviceError("box", "it closed the connection")

        try:
            yield Device(
                Identity("Bench", serial="1"),
                Capabilities(cdl=True, confirms=True, per_second=1000),
                listen,
                looks=self,
            )
        finally:
            self.let_go += 1


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(attached_module, "REFUSED_NS", 0)
    hub = Hub(MonotonicClock(), watch)
    yield hub
    hub.close()


def cdl_look(slope: float) -> Look:
    return Look((Cdl(slope=(slope, 1.0, 1.0)),))


def attach(hub: Hub, bench: Bench, name: str = "box") -> None:
    hub.attach(name, DeviceAddress("bench", "here"), Kind("bench", "a device of the bench", bench.connect))


def on_loop(hub: Hub, call: Callable[[], object]) -> None:
    hub.ask("box", lambda device: _called(call)).result(PATIENCE_S)


async def _called(call: Callable[[], object]) -> None:
    call()


def test_a_device_is_reached_and_tells_of_itself(hub: Hub, watch: Watch) -> None:
    attach(hub, Bench())
    state = watch.until(lambda state: state.detail is not None)
    assert state.link is Link.READY
    assert state.identity.model == "Bench"
    assert state.detail == CameraState(ei=800)
    assert watch.seen[0].link is Link.CONNECTING


def test_the_newest_look_wins_and_nothing_queues(hub: Hub, watch: Watch) -> None:
    looks = [cdl_look(1 + n / 1000) for n in range(200)]
    bench = Bench()
    attach(hub, bench)
    watch.until(lambda state: state.link is Link.READY)
    gate: list[asyncio.Event] = []

    def close_gate() -> None:
        gate.append(asyncio.Event())
        bench.slow = gate[0]

    on_loop(hub, close_gate)
    for look in looks:
        hub.push("box", BoxLook(look))
    watch.until(lambda state: state.wanted == looks[-1].id)
    hub._loop.call_soon_threadsafe(gate[0].set)
    state = watch.until(lambda state: state.confirmed == looks[-1].id)
    assert not state.pending
    assert len(bench.pushed) <= 2  # the one that was on its way, and the newest
    assert bench.pushed[-1] == looks[-1].id


def test_a_look_that_is_there_is_not_sent_again_but_after_a_new_connection_it_is(hub: Hub, watch: Watch) -> None:
    look, bench = cdl_look(1.25), Bench()
    attach(hub, bench)
    hub.push("box", BoxLook(look))
    watch.until(lambda state: state.confirmed == look.id)
    hub.push("box", BoxLook(cdl_look(1.25)))
    on_loop(hub, lambda: None)
    assert bench.pushed == [look.id]
    on_loop(hub, lambda: bench.lost.set() if bench.lost else None)
    watch.until(lambda state: state.connections == 2 and state.sent == look.id)
    assert bench.pushed == [look.id, look.id]
    assert bench.let_go == 1
    gone = next(state for state in watch.seen if state.link is Link.OFFLINE and state.reason)
    assert gone.reason == "it closed the connection"


def test_a_refused_look_is_told_and_the_next_one_is_tried(hub: Hub, watch: Watch) -> None:
    bench = Bench(refuses="it takes no such look")
    attach(hub, bench)
    hub.push("box", BoxLook(cdl_look(1.5)))
    state = watch.until(lambda state: bool(state.push_fault))
    assert state.push_fault == "it takes no such look"
    before_ns = state.push_fault_ns
    hub.push_again("box")
    again = watch.until(lambda state: state.push_fault_ns != before_ns and bool(state.push_fault))
    assert (again.push_fault_ns or 0) > (before_ns or 0), "it is told anew, though in the same words"
    assert state.pending
    bench.refuses = ""
    hub.push("box", BoxLook(cdl_look(1.6)))
    assert watch.until(lambda state: state.sent is not None).push_fault == ""
    assert watch.seen[-1].connections == 1


@pytest.mark.parametrize(
    ("fault", "link", "reason"),
    [
        (ConnectionRefusedError(111, "Connection refused"), Link.OFFLINE, "it cannot be reached (Connection refused)"),
        (DeviceRefusedError("box", "wrong password"), Link.FAULTED, "wrong password"),
        (DeviceError("box", "it says what makes no sense"), Link.OFFLINE, "it says what makes no sense"),
        (TimeoutError(), Link.OFFLINE, "it does not answer within 8 seconds"),
        (KeyError("x"), Link.FAULTED, "its driver failed (KeyError); the log says where"),
    ],
)
def test_what_goes_wrong_is_a_state_and_it_is_tried_again(
    hub: Hub, watch: Watch, fault: Exception, link: Link, reason: str
) -> None:
    bench = Bench(fault=fault)
    attach(hub, bench)
    state = watch.until(lambda state: bool(state.reason))
    assert (state.link, state.reason) == (link, reason)
    tree = failure_tree(hub.wait_tried(PATIENCE_S))
    assert tree.startswith("1 device is not there:\n  box (bench:here): ")
    bench.fault = None
    watch.until(lambda state: state.link is Link.READY)
    assert failure_tree(hub.wait_tried(PATIENCE_S)) == ""


def test_a_device_is_connected_again_at_once_when_somebody_asks(
    hub: Hub, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached_module, "REFUSED_NS", 10**15)  # by itself it is not tried again while this test runs
    look, bench = cdl_look(1.25), Bench(fault=DeviceRefusedError("box", "wrong password"))
    attach(hub, bench)
    hub.push("box", BoxLook(look))
    watch.until(lambda state: state.link is Link.FAULTED)
    with pytest.raises(DeviceError, match="box: wrong password"):
        hub.reconnect("box").result(PATIENCE_S)
    bench.fault = None
    hub.reconnect("box").result(PATIENCE_S)
    watch.until(lambda state: state.confirmed == look.id)
    hub.reconnect("box").result(PATIENCE_S)  # though it is there
    state = watch.until(lambda state: state.connections == 2 and state.confirmed == look.id)
    assert (state.link, bench.connections, bench.let_go) == (Link.READY, 2, 1)
    assert bench.pushed == [look.id, look.id]
    assert not any("again" in state.reason for state in watch.seen), "it was never lost"


def test_who_has_it_connected_again_hears_that_it_was_taken_away(hub: Hub, watch: Watch) -> None:
    @contextlib.asynccontextmanager
    async def never(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
        await asyncio.Event().wait()
        yield Device(Identity("never"), Capabilities(), lambda report: asyncio.sleep(0))

    hub.attach("box", DeviceAddress("bench", "here"), Kind("bench", "one that does not answer", never))
    watch.until(lambda state: state.link is Link.CONNECTING)
    connected = hub.reconnect("box")
    hub.detach("box")
    with pytest.raises(DeviceError, match="box: it was taken away"):
        connected.result(PATIENCE_S)


def test_one_that_fails_costs_the_others_nothing(hub: Hub, watch: Watch) -> None:
    good = Bench()
    attach(hub, Bench(fault=KeyError("x")), "broken")
    attach(hub, good, "good")
    hub.push("good", BoxLook(Look()))
    assert watch.until(lambda state: state.name == "good" and state.confirmed == Look().id).link is Link.READY


@pytest.mark.parametrize("kind", ["videohub", "colorbox", "visca"])  # TCP, web, datagrams
def test_names_that_hang_hold_nobody_else_up(
    hub: Hub, watch: Watch, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    known, looked_up = threading.Event(), threading.Semaphore(0)

    def hang(host: str, *args: object, **kwargs: object) -> None:
        looked_up.release()
        known.wait(PATIENCE_S)
        raise socket.gaierror(socket.EAI_NONAME, "nobody")

    async def push(look: BoxLook) -> Pushed:
        return await asyncio.to_thread(Pushed, look.look.id, "a table", 0, None, confirmed=True)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    hung = [f"hung-{n}" for n in range(2 * THREADS)]
    good = Bench()
    good.push = push  # type: ignore[method-assign]
    try:
        for name in hung:
            hub.attach(name, parse_device(f"{kind}:{name}.test"))
        assert all(looked_up.acquire(timeout=PATIENCE_S) for _ in hung)
        attach(hub, good, "good")
        hub.push("good", BoxLook(Look()))
        watch.until(lambda state: state.name == "good" and state.confirmed == Look().id)
        known.set()
        state = watch.until(lambda state: state.name == hung[0] and bool(state.reason))
        assert state.reason == f"nobody on this network knows the name {hung[0]}.test"
    finally:
        known.set()


def test_questions_wait_their_turn_and_end_in_a_sentence(hub: Hub, watch: Watch) -> None:
    async def forever(device: Device) -> None:
        await asyncio.Event().wait()

    attach(hub, Bench())
    attach(hub, Bench(fault=OSError("no route")), "gone")
    watch.until(lambda state: state.name == "box" and state.link is Link.READY)
    with pytest.raises(DeviceError, match=r"box: it has not answered within 0\.05 seconds"):
        hub.ask("box", forever, 0.05).result(PATIENCE_S)
    watch.until(lambda state: state.name == "gone" and bool(state.reason))
    with pytest.raises(DeviceError, match=r"gone: it is not connected \(it cannot be reached \(no route\)\)"):
        hub.ask("gone", forever).result(PATIENCE_S)
    with pytest.raises(DeviceError, match="there is no device of this name"):
        hub.push("nobody", BoxLook(Look()))
    with pytest.raises(DeviceError, match="two devices of this name"):
        attach(hub, Bench())


def test_a_question_that_takes_longer_than_a_look_may_costs_neither(
    hub: Hub, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proof takes long; looks that come meanwhile wait for its end, and the newest goes."""
    monkeypatch.setattr(attached_module, "PUSH_S", 0.02)
    bench = Bench()
    attach(hub, bench)
    watch.until(lambda state: state.link is Link.READY)
    asked = hub.ask("box", lambda device: asyncio.sleep(0.2, "answered"))
    looks = [cdl_look(1.5), cdl_look(1.6)]
    for look in looks:
        hub.push("box", BoxLook(look))
    assert asked.result(PATIENCE_S) == "answered"
    state = watch.until(lambda state: state.confirmed == looks[-1].id)
    assert (state.connections, bench.pushed) == (1, [looks[-1].id])
    assert not any(state.push_fault for state in watch.seen)


def test_who_only_waits_for_another_question_is_told_that(hub: Hub, watch: Watch) -> None:
    attach(hub, Bench())
    watch.until(lambda state: state.link is Link.READY)
    ended: list[asyncio.Event] = []

    async def long(device: Device) -> None:
        ended.append(asyncio.Event())
        await ended[0].wait()

    asked = hub.ask("box", long, PATIENCE_S)
    with pytest.raises(DeviceError, match=r"box: it was busy for 0\.05 seconds with what it was asked or sent before"):
        hub.ask("box", lambda device: asyncio.sleep(0), 0.05).result(PATIENCE_S)
    hub._loop.call_soon_threadsafe(ended[0].set)
    asked.result(PATIENCE_S)


def test_a_wire_that_breaks_under_a_question_is_a_sentence(hub: Hub, watch: Watch) -> None:
    async def broken(device: Device) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    attach(hub, Bench())
    watch.until(lambda state: state.link is Link.READY)
    with pytest.raises(DeviceError, match=r"box: it is lost \(Connection reset by peer\)"):
        hub.ask("box", broken).result(PATIENCE_S)


def test_a_box_that_shows_something_else_has_the_look_no_more(hub: Hub, watch: Watch) -> None:
    look, bench = cdl_look(1.25), Bench()
    attach(hub, bench)
    hub.push("box", BoxLook(look))
    watch.until(lambda state: state.confirmed == look.id)
    assert bench.report is not None
    hub._loop.call_soon_threadsafe(bench.report, BoxState(instead="preset 3"))
    state = watch.until(lambda state: state.detail == BoxState(instead="preset 3"))
    assert (state.sent, state.confirmed, state.pending) == (None, None, True)
    on_loop(hub, lambda: None)
    assert bench.pushed == [look.id], "who chose the preset is not overruled"
    hub.push_again("box")
    watch.until(lambda state: state.confirmed == look.id and state.connections == 1)


def test_a_driver_that_fails_while_it_is_called_off_is_let_go_of_all_the_same(hub: Hub, watch: Watch) -> None:
    bench = Bench(fails_at_the_end=True)
    attach(hub, bench)
    watch.until(lambda state: state.detail is not None)
    task = hub._attached["box"]._task
    assert task is not None
    ended = threading.Event()
    hub._loop.call_soon_threadsafe(task.add_done_callback, lambda task: ended.set())
    hub.detach("box")
    assert ended.wait(PATIENCE_S)
    assert (task.cancelled(), bench.connections) == (True, 1)


def test_detaching_lets_go_and_closing_leaves_nothing(hub: Hub, watch: Watch) -> None:
    first, second = Bench(), Bench()
    attach(hub, first, "first")
    attach(hub, second, "second")
    for name in ("first", "second"):
        watch.until(lambda state, name=name: state.name == name and state.link is Link.READY)  # type: ignore[misc]
    hub.detach("first")
    hub.close()
    assert (first.let_go, second.let_go) == (1, 1)
    assert not hub._thread.is_alive()
    assert hub.states() == {}


def test_closing_leaves_no_task_of_a_device_that_does_not_let_go(
    hub: Hub, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "CLOSE_S", 0.05)
    began: list[asyncio.Task[bool]] = []

    @contextlib.asynccontextmanager
    async def stubborn(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
        never = asyncio.Event()
        try:
            yield Device(Identity("stubborn"), Capabilities(), lambda report: _forever(never))
        finally:
            began.append(asyncio.get_running_loop().create_task(never.wait()))
            await never.wait()

    hub.attach("box", DeviceAddress("bench", "here"), Kind("bench", "one that does not let go", stubborn))
    watch.until(lambda state: state.link is Link.READY)
    task = hub._attached["box"]._task
    assert task is not None
    hub.close()
    assert not hub._thread.is_alive()
    assert [each.done() for each in (task, *began)] == [True, True]


def test_a_device_that_was_detached_is_not_forgotten_while_it_lets_go(hub: Hub, watch: Watch) -> None:
    letting_go, ends = threading.Event(), []

    @contextlib.asynccontextmanager
    async def slow(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
        try:
            yield Device(Identity("slow"), Capabilities(), lambda report: _forever(asyncio.Event()))
        finally:
            letting_go.set()
            try:
                await asyncio.Event().wait()  # of which nobody else knows
            except BaseException as error:
                ends.append(type(error))
                raise

    hub.attach("box", DeviceAddress("bench", "here"), Kind("bench", "one that lets go slowly", slow))
    attach(hub, Bench(), "other")
    for name in ("box", "other"):
        watch.until(lambda state, name=name: state.name == name and state.link is Link.READY)  # type: ignore[misc]
    hub.detach("box")
    assert letting_go.wait(PATIENCE_S)
    hub.ask("other", lambda device: asyncio.sleep(0)).result(PATIENCE_S)  # a turn later
    gc.collect()
    hub.close()
    assert ends == [asyncio.CancelledError]


async def _forever(event: asyncio.Event) -> None:
    await event.wait()
