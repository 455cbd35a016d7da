"""The Videohub driver against the emulated hub; the emulated hub against bmdwire is in tests/hardware."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import pytest

from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.device import Detail, Device
from livegrade_devices.router import Lock, RouterState
from livegrade_devices.routers import videohub
from livegrade_devices.wires.live import LiveWires
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.videohub import EmulatedVideohub

pytestmark = pytest.mark.emulated
PATIENCE_S = 20.0


class Talk:
    """A driver connected to an emulated hub: what it heard, and waiting for more."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.heard: list[Detail] = []
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def report(self, detail: Detail) -> None:
        self.heard.append(detail)
        task = asyncio.get_running_loop().create_task(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, **wanted: object) -> RouterState:
        def there() -> bool:
            return bool(self.heard) and all(getattr(self.heard[-1], name) == value for name, value in wanted.items())

        async with self._changed:
            await self._changed.wait_for(there)
        state = self.heard[-1]
        assert isinstance(state, RouterState)
        return state


def run(work: Coroutine[object, object, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await work

    asyncio.run(bounded())


def address(port: int) -> DeviceAddress:
    return DeviceAddress("videohub", "127.0.0.1", port)


@pytest.mark.parametrize("old", [False, True])
def test_routes_labels_and_locks_are_known_and_routes_set(old: bool) -> None:
    async def work() -> None:
        hub = EmulatedVideohub(inputs=4, outputs=6, old=old)
        wires = LiveWires()
        async with hub.server.serve() as port, videohub.connect(address(port), wires) as device:
            talk = Talk(device)
            listening = asyncio.create_task(device.listen(talk.report))  # type: ignore[arg-type]
            state = await talk.until(inputs=4, outputs=6)
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
            listening.cancel()
            await asyncio.wait([listening])
        await wires.close()

    run(work())


def test_a_locked_output_keeps_its_input_and_that_is_said() -> None:
    async def work() -> None:
        hub = EmulatedVideohub(inputs=2, outputs=2)
        hub.owners[1] = 99
        async with hub.server.serve() as port, videohub.connect(address(port), LiveWires()) as device:
            talk = Talk(device)
            listening = asyncio.create_task(device.listen(talk.report))  # type: ignore[arg-type]
            await talk.until(outputs=2)
            assert device.routing is not None
            with pytest.raises(DeviceRefusedError, match="output 1 is locked"):
                await device.routing.route({0: 1, 1: 0})
            assert hub.routes == {0: 1, 1: 1}
            listening.cancel()
            await asyncio.wait([listening])

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
