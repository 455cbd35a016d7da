"""A driver connected to an emulated device, for tests of drivers: what it heard, and waiting for more of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from livegrade.timing.clock import MonotonicClock
from livegrade_devices.address import DeviceAddress
from livegrade_devices.camera import CameraState
from livegrade_devices.device import Detail, Device
from livegrade_devices.hub import Hub
from livegrade_devices.state import DeviceState, Link
from livegrade_devices.wires.live import LiveWires
from livegrade_devices.wires.replay import Replay
from livegrade_devices.wires.transcript import Transcript, read_transcript
from livegrade_devices.wires.values import Wires

T = TypeVar("T")
PATIENCE_S = 20.0


class Serves(Protocol):
    """An emulated device."""

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractAsyncContextManager[int]: ...


class Talk:
    """What `listen` of a device reported, in order."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.heard: list[Detail] = []
        self.failed: BaseException | None = None
        self._changed = asyncio.Event()

    def report(self, detail: Detail) -> None:
        self.heard.append(detail)
        self._changed.set()

    async def listen(self) -> None:
        try:
            await self.device.listen(self.report)
        except Exception as error:
            self.failed = error
        self._changed.set()

    async def until(self, **wanted: object) -> Detail:
        """The newest state, once its fields have these values."""

        def there() -> bool:
            return bool(self.heard) and all(getattr(self.heard[-1], name) == value for name, value in wanted.items())

        await self.told(there)
        return self.heard[-1]

    async def says(self, wanted: Callable[[CameraState], object]) -> CameraState:
        """The newest state of a camera, once that is true of it."""

        def there() -> bool:
            return bool(self.heard) and bool(wanted(self.camera))

        await self.told(there)
        return self.camera

    @property
    def camera(self) -> CameraState:
        assert isinstance(self.heard[-1], CameraState)
        return self.heard[-1]

    async def lost(self) -> BaseException:
        """Why listening ended."""
        await self.told(lambda: self.failed is not None)
        assert self.failed is not None
        error = self.failed
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        return error

    async def told(self, there: Callable[[], bool]) -> None:
        while not there():
            self._changed.clear()
            await self._changed.wait()


@contextlib.asynccontextmanager
async def listening(device: Device) -> AsyncIterator[Talk]:
    """Listens to `device` while the block runs."""
    talk = Talk(device)
    task = asyncio.create_task(talk.listen())
    try:
        yield talk
    finally:
        task.cancel()
        await asyncio.wait([task])


@contextlib.asynccontextmanager
async def live_wires() -> AsyncIterator[LiveWires]:
    wires = LiveWires()
    try:
        yield wires
    finally:
        await wires.close()


def recorded(wires: LiveWires) -> tuple[Transcript, io.BytesIO]:
    """`wires` with a transcript of what passes, and where that is written."""
    tape = io.BytesIO()
    return Transcript(wires, tape, MonotonicClock()), tape


def run(work: Coroutine[object, object, None]) -> None:
    """Runs a test's coroutine, for a limited time."""

    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await work

    asyncio.run(bounded())


def goes_and_comes_back(emulator: Serves, address: Callable[[int], DeviceAddress]) -> None:
    """A camera that the hub has, that goes, and that the hub has again."""
    with served(emulator) as camera, hub_of(address(camera.port)) as (_, watch):
        watch.until(lambda state: isinstance(state.detail, CameraState) and state.detail.recording is False)
        camera.stop()
        watch.until(lambda state: state.link is Link.OFFLINE and bool(state.reason))
        camera.start()
        watch.until(lambda state: state.connections == 2 and state.link is Link.READY)


def is_played_back(emulator: Serves, talk: Callable[[Wires, int], Awaitable[None]], path: Path) -> None:
    """`talk` with the emulator, and the same talk again with nothing but its transcript, kept at `path`."""

    async def work() -> None:
        async with emulator.serve() as port, live_wires() as live:
            wires, tape = recorded(live)
            await talk(wires, port)
        path.write_bytes(tape.getvalue())
        await talk(Replay(read_transcript(path)), 1)

    run(work())


class Pieces:
    """A stream that says these pieces and ends; `sent`: what it was told."""

    def __init__(self, *pieces: bytes) -> None:
        self.sent = bytearray()
        self._pieces = list(pieces)

    async def read(self, most: int) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    async def write(self, data: bytes) -> None:
        self.sent += data


class Watch:
    """Every state that a hub told, and waiting for one."""

    def __init__(self) -> None:
        self.seen: list[DeviceState] = []
        self._changed = threading.Condition()

    def __call__(self, state: DeviceState) -> None:
        with self._changed:
            self.seen.append(state)
            self._changed.notify_all()

    def until(self, wanted: Callable[[DeviceState], bool]) -> DeviceState:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(wanted, self.seen)), PATIENCE_S), self.seen[-3:]
            return next(filter(wanted, self.seen))


class EmulatorThread:
    """An emulated device on a loop of its own, so that it can be gone and come back at the same port, and clients that
    block can talk to it."""

    def __init__(self, emulator: Serves) -> None:
        self.port = 0
        self._emulator = emulator
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulated", daemon=True)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()

    def start(self) -> int:
        self.port = self._call(self._stack.enter_async_context(self._emulator.serve("127.0.0.1", self.port)))
        return self.port

    def stop(self) -> None:
        self._call(self._stack.aclose())

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def _call(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)


@contextlib.contextmanager
def served(emulator: Serves) -> Iterator[EmulatorThread]:
    """`emulator`, started."""
    thread = EmulatorThread(emulator)
    try:
        thread.start()
        yield thread
    finally:
        thread.close()


@contextlib.contextmanager
def hub_of(address: DeviceAddress) -> Iterator[tuple[Hub, Watch]]:
    """A hub with this device, named "it"."""
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    try:
        hub.attach("it", address)
        yield hub, watch
    finally:
        hub.close()
