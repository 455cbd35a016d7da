"""One device of the hub: reached, listened to, sent the newest look, and reached again when it is lost.

Everything here runs on the hub's loop, but for reading `state` and waiting for `tried`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from livegrade.errors import DeviceError, DeviceRefusedError, LivegradeError
from livegrade.timing.backoff import Backoff
from livegrade.timing.rate import NS_PER_SECOND
from livegrade_devices.box import BoxState
from livegrade_devices.state import DeviceState, Link

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Coroutine

    from livegrade.timing.clock import Clock
    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Detail, Device, LookPort
    from livegrade_devices.kinds import Kind
    from livegrade_devices.wires.values import Wires

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
CONNECT_S = 8.0
"""To reach a device, log in and hear who it is."""
PUSH_S = 15.0
"""For one look: a converter takes seconds for its 36,000 lines."""
REFUSED_NS = 30 * NS_PER_SECOND
"""Pause at least after a refusal: a wrong password that is tried again and again locks doors."""
JITTER = 0.25
"""A pause is up to so much longer by chance, so that a cart full of boxes is not called all at once."""


class Attached:
    """Made by the hub. `tried`: set when the device was reached, or could not be, for the first time."""

    def __init__(
        self,
        name: str,
        address: DeviceAddress,
        kind: Kind,
        clock: Clock,
        on_state: Callable[[DeviceState], None],
        jitter: random.Random,
    ) -> None:
        self.name = name
        self.state = DeviceState(name, str(address))
        self.tried = threading.Event()
        self._address = address
        self._kind = kind
        self._clock = clock
        self._on_state = on_state
        self._jitter = jitter
        self._backoff = Backoff()
        self._task: asyncio.Task[None] | None = None
        self._device: Device | None = None
        self._look: BoxLook | None = None
        self._look_id = ""
        self._could_ns = 0
        self._sent: BoxLook | None = None
        self._whole = False
        self._wanted = asyncio.Event()
        self._asked = asyncio.Lock()
        self._again = asyncio.Event()
        self._awaited: list[asyncio.Future[None]] = []

    @property
    def ready(self) -> bool:
        return self.state.link is Link.READY

    @property
    def _taken_away(self) -> DeviceError:
        return DeviceError(self.name, "it was taken away")

    def begin(self, wires: Wires) -> asyncio.Task[None]:
        """Starts the task, which whoever begins it keeps hold of until it is done."""
        self._task = asyncio.get_running_loop().create_task(self._keep(wires), name=f"device {self.name}")
        return self._task

    def cancel(self) -> None:
        """Calls the task off; what it holds is let go of."""
        if self._task is not None:
            self._task.cancel()
        self._tell_awaited(self._taken_away)

    def want(self, look: BoxLook, look_id: str) -> None:
        """The newest look; one that was not sent yet is forgotten. `look_id`: its id, which costs time to work out."""
        if self._look is None or (look_id, look.full_range) != (self._look_id, self._look.full_range):
            self._look, self._look_id = look, look_id
            self._could_ns = self._clock.now_ns()
            self._wanted.set()
        self._tell(wanted=look_id)

    def want_again(self) -> None:
        """The look that is wanted, though it may have been sent, and all of it."""
        self._whole = True
        self._could_ns = self._clock.now_ns()
        self._wanted.set()

    async def ask(
        self, question: Callable[[Device], Coroutine[object, object, T]], within_s: float, *, beside: bool = False
    ) -> T:
        """As `Hub.ask`. Questions are put one after the other, but for those that are put beside them."""
        is_asked = False
        try:
            async with asyncio.timeout(within_s), contextlib.nullcontext() if beside else self._asked:
                is_asked = True
                if self._device is None:
                    raise DeviceError(self.name, f"it is not connected ({self.state.reason or self.state.link})")
                return await question(self._device)
        except TimeoutError as error:
            fault = f"it has not answered within {within_s:g} seconds"
            if not is_asked:
                fault = f"it was busy for {within_s:g} seconds with what it was asked or sent before"
            raise DeviceError(self.name, fault) from error
        except OSError as error:
            raise DeviceError(self.name, f"it is lost ({(error.strerror or str(error))[:200]})") from error

    async def reconnect(self) -> None:
        """As `Hub.reconnect`."""
        if self._task is None or self._task.done() or self._task.cancelling():
            raise self._taken_away
        awaited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.append(awaited)
        self._again.set()
        await awaited

    async def _keep(self, wires: Wires) -> None:
        """For ever: connect, serve, wait."""
        while True:
            self._again.clear()
            self._tell(link=Link.CONNECTING)
            link, reason = await self._once(wires)
            self._device = None
            if (task := asyncio.current_task()) is not None and task.cancelling():
                # What a driver raised while it was called off has taken the place of that.
                raise asyncio.CancelledError
            if self._again.is_set():  # called for meanwhile: neither lost nor to be waited for
                continue
            self._tell(link=link, reason=reason)
            self.tried.set()
            self._tell_awaited(DeviceError(self.name, reason))
            pause_ns = self._backoff.failed(self._clock.now_ns())
            if link is Link.FAULTED:
                pause_ns = max(pause_ns, REFUSED_NS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_ns * (1 + JITTER * self._jitter.random()) / NS_PER_SECOND):
                    await self._again.wait()

    def _tell_awaited(self, error: DeviceError | None) -> None:
        """Who has called for another connection hears what became of it."""
        for awaited in self._awaited:
            if not awaited.done():
                awaited.set_result(None) if error is None else awaited.set_exception(error)
        self._awaited.clear()

    async def _once(self, wires: Wires) -> tuple[Link, str]:
        """One connection from its beginning to its end: how it stands then, and why. The edge of the task: whatever a
        driver raises ends here."""
        try:
            await self._connected(wires)
        except Exception as error:
            return self._told(leaf(error))
        return Link.OFFLINE, "it closed the connection"

    def _told(self, error: BaseException) -> tuple[Link, str]:
        match error:
            case DeviceRefusedError(fault=fault):
                return Link.FAULTED, fault
            case DeviceError(fault=fault):
                return Link.OFFLINE, fault
            case TimeoutError():
                return Link.OFFLINE, f"it does not answer within {CONNECT_S:g} seconds"
            case OSError():
                return Link.OFFLINE, f"it cannot be reached ({(error.strerror or str(error))[:200]})"
            case LivegradeError():
                return Link.FAULTED, str(error)
        _LOG.error("device %s: its driver failed", self.name, exc_info=error)
        return Link.FAULTED, f"its driver failed ({type(error).__name__}); the log says where"

    async def _connected(self, wires: Wires) -> None:
        async with asyncio.timeout(CONNECT_S) as patience, self._kind.connect(self._address, wires) as device:
            patience.reschedule(None)
            self._device = device
            self._sent = None
            now_ns = self._could_ns = self._clock.now_ns()
            self._backoff.worked(now_ns)
            self._tell(
                link=Link.READY,
                reason="",
                identity=device.identity,
                capabilities=device.capabilities,
                notes=device.notes,
                heard_ns=now_ns,
                sent=None,
                confirmed=None,
                detail=None,
                connections=self.state.connections + 1,
            )
            self.tried.set()
            self._again.clear()
            self._tell_awaited(None)
            await self._serve(device)

    async def _serve(self, device: Device) -> None:
        """Until the device is gone: `listen` says so, or a look that cannot be sent; or it is to be connected again."""
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._called_off())]
            if device.looks is not None:
                beside.append(group.create_task(self._push(device.looks, device.capabilities.per_second)))
            await device.listen(self._heard)
            for task in beside:
                task.cancel()

    async def _called_off(self) -> None:
        await self._again.wait()
        raise DeviceError(self.name, "it is being connected again")

    async def _push(self, port: LookPort, per_second: float) -> None:
        """Sends the newest look, at most so often; what the box has already is not sent again."""
        if self._look is not None:
            self._wanted.set()
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            look = self._look
            if look is None or (look is self._sent and not self._whole):
                continue
            async with self._asked:
                await self._pushed(port, self._look or look)
            await asyncio.sleep(1 / per_second)

    async def _pushed(self, port: LookPort, look: BoxLook) -> None:
        """`look`: the newest now, when no question is being answered any more."""
        could_ns, whole, self._whole = self._could_ns, self._whole, False
        try:
            async with asyncio.timeout(PUSH_S):
                report = await port.push(replace(look, whole=True) if whole else look)
        except TimeoutError as error:
            self._tell_unpushed(f"it has not taken the look within {PUSH_S:g} seconds")
            raise DeviceError(self.name, f"it has not taken a look within {PUSH_S:g} seconds") from error
        except DeviceRefusedError as error:
            # The connection holds; the next look may be one that it takes.
            self._tell_unpushed(error.fault)
            return
        self._sent = look
        now_ns = self._clock.now_ns()
        said = {"sent": report.look_id, "sent_ns": now_ns, "took_ns": now_ns - could_ns}
        if report.confirmed:
            said |= {"confirmed": report.look_id, "confirmed_ns": now_ns}
        self._tell(report=report, push_fault="", **said)

    def _tell_unpushed(self, fault: str) -> None:
        self._tell(push_fault=fault, push_fault_ns=self._clock.now_ns())

    def _heard(self, detail: Detail) -> None:
        now_ns = self._clock.now_ns()
        if isinstance(detail, BoxState) and detail.instead:
            self._tell(detail=detail, heard_ns=now_ns, sent=None, confirmed=None)
        else:
            self._tell(detail=detail, heard_ns=now_ns)

    def _tell(self, **changed: object) -> None:
        state = replace(self.state, **changed)  # type: ignore[arg-type]  # names and types are those of the callers here
        if state != self.state:
            self.state = state
            self._on_state(state)


def leaf(error: BaseException) -> BaseException:
    """The first error in a group of them, or the error."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
