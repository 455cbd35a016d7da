"""Keeps devices connected: one asyncio loop in one thread, however many there are.

The newest look wins and a slow box never makes a queue; a device that is lost is tried again for ever; what goes wrong
with one costs the others nothing. The hub knows ports and never protocols, and nothing of the session: who wants to
know gets a `DeviceState` with every change.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import random
import threading
from typing import TYPE_CHECKING, TypeVar

from livegrade.errors import DeviceError
from livegrade_devices.attached import Attached
from livegrade_devices.kinds import address_checked
from livegrade_devices.wires.live import LiveWires

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from livegrade.timing.clock import Clock
    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Device
    from livegrade_devices.kinds import Kind
    from livegrade_devices.state import DeviceState
    from livegrade_devices.wires.values import Wires

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
THREADS = 4
"""For what would hold the loop up: tables that are worked out. What may hang has a thread of its own."""
CLOSE_S, AGAIN_S = 3.0, 1.0
"""What letting go may take, of all devices at the same time, and once they were called off again."""
END_S = 10.0
"""How long `close` waits for all that."""


class Hub:
    """Thread-safe. `on_state` is called on the hub's thread and must not wait. `wires`: None for those of this machine.

    Devices are attached and detached at any time; `close` lets go of all and leaves no task and no thread.
    """

    def __init__(
        self,
        clock: Clock,
        on_state: Callable[[DeviceState], None] = lambda state: None,
        wires: Wires | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self._clock = clock
        self._on_state = on_state
        self._given = wires
        self._jitter = jitter or random.Random()  # noqa: S311  # spreads attempts, guards nothing
        self._attached: dict[str, Attached] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # the loop alone does not keep what waits for something
        self._lock = threading.Lock()
        self._closing = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
        self._thread.start()

    def attach(self, name: str, address: DeviceAddress, kind: Kind | None = None) -> None:
        """From now on the device is kept connected. Raises UsageError where the address is not as its kind wants it or
        the name is taken, DeviceError where its driver cannot be loaded."""
        found = kind or address_checked(address)
        with self._lock:
            if name in self._attached:
                raise DeviceError(name, "there are two devices of this name; name them differently")
            attached = Attached(name, address, found, self._clock, self._on_state, self._jitter)
            self._attached[name] = attached
        self._loop.call_soon_threadsafe(self._begin, attached)

    def detach(self, name: str) -> None:
        """Lets go of the device. Raises DeviceError where there is none of that name."""
        with self._lock:
            attached = self._attached.pop(name, None)
        if attached is None:
            raise DeviceError(name, "there is no device of this name")
        self._loop.call_soon_threadsafe(attached.cancel)

    def push(self, name: str, look: BoxLook) -> None:
        """The look that the device is to show: as soon as it may be sent, and again after each new connection. Never
        waits. Raises DeviceError where there is no such device."""
        self._loop.call_soon_threadsafe(self._named(name).want, look, look.look.id)

    def push_again(self, name: str) -> None:
        """The look that was pushed last goes out once more, though the device may have it. Never waits. Raises
        DeviceError where there is no such device."""
        self._loop.call_soon_threadsafe(self._named(name).want_again)

    def ask(
        self,
        name: str,
        question: Callable[[Device], Coroutine[object, object, T]],
        within_s: float = 10.0,
        *,
        beside: bool = False,
    ) -> concurrent.futures.Future[T]:
        """Runs `question` with the connected device on the hub's loop. `beside`: neither looks nor other questions wait
        for it. The future raises DeviceError where it is not connected, has not answered in time, or says no."""
        attached = self._named(name)
        return asyncio.run_coroutine_threadsafe(attached.ask(question, within_s, beside=beside), self._loop)

    def reconnect(self, name: str) -> concurrent.futures.Future[None]:
        """Lets go of the device where it is connected, and reaches for it now, however long it was to wait. The future
        is done when it is connected, and raises DeviceError where it cannot be. Raises DeviceError where there is no
        such device."""
        return asyncio.run_coroutine_threadsafe(self._named(name).reconnect(), self._loop)

    def states(self) -> Mapping[str, DeviceState]:
        """Of all, as they are now."""
        with self._lock:
            return {name: attached.state for name, attached in self._attached.items()}

    def wait_tried(self, seconds: float) -> Mapping[str, DeviceState]:
        """Returns when every device was tried once or the time is over: the states of those that are not ready, so
        that all that is wrong at a start is told together."""
        with self._lock:
            waiting = list(self._attached.values())
        deadline = self._clock.now_ns() + int(seconds * 1e9)
        for attached in waiting:
            attached.tried.wait(max(0.0, (deadline - self._clock.now_ns()) / 1e9))
        return {each.name: each.state for each in waiting if not each.ready}

    def close(self) -> None:
        """Lets go of every device. Afterwards nothing of the hub runs any more."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            self._attached.clear()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_S)

    def _named(self, name: str) -> Attached:
        with self._lock:
            attached = self._attached.get(name)
        if attached is None:
            raise DeviceError(name, "there is no device of this name")
        return attached

    def _begin(self, attached: Attached) -> None:
        task = attached.begin(self._wires)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _run(self) -> None:
        """The thread. Whatever is still running when the loop stops is called off and waited for."""
        asyncio.set_event_loop(self._loop)
        threads = concurrent.futures.ThreadPoolExecutor(THREADS, "devices")
        self._loop.set_default_executor(threads)
        live = LiveWires()
        self._wires: Wires = self._given or live
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(_let_go(live))
            threads.shutdown(wait=False, cancel_futures=True)
            self._loop.close()


async def _let_go(live: LiveWires) -> None:
    await _call_off()
    await live.close()
    await _call_off()  # what somebody has asked for meanwhile


async def _call_off() -> None:
    """Ends all tasks, also those that begin meanwhile. What takes too long is called off again, and given up when by
    that nothing ends any more: a machine that is busy takes its time, and is not a device that hangs."""
    patience_s = CLOSE_S
    while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in tasks:
            task.cancel()
        ended, hanging = await asyncio.wait(tasks, timeout=patience_s)
        if hanging and not ended and patience_s == AGAIN_S:
            names = ", ".join(sorted(task.get_name() for task in hanging))
            _LOG.error("devices did not let go in %g seconds: %s", CLOSE_S + AGAIN_S, names)
            return
        patience_s = AGAIN_S


def failure_tree(states: Mapping[str, DeviceState]) -> str:
    """What is wrong with devices, a line each, for people; "" where nothing is."""
    lines = [f"  {name} ({each.address}): {each.reason or 'it has not answered yet'}" for name, each in states.items()]
    count = len(lines)
    return "\n".join([f"{count} {'device is' if count == 1 else 'devices are'} not there:", *lines]) if lines else ""
