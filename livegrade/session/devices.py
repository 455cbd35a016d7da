"""The devices of a session: kept connected by the hub, given the looks of their slots, listened to.

A thread of its own stands between the hub and the session. Neither a box that hangs nor a thousand changes of a look
reach a thread that has to do with pictures: who changes a look only wakes it.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from livegrade.errors import DeviceError, LivegradeError, UsageError
from livegrade.session.events import Event, Link
from livegrade.session.following import Following
from livegrade.session.proofs import picture_question, question
from livegrade_devices.state import Link as DeviceLink

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from concurrent.futures import Future

    from livegrade.session.events import EventLog
    from livegrade.session.setup import DeviceSetup
    from livegrade.session.slot import SlotRunner
    from livegrade.session.takes import RecordPort
    from livegrade.timing.clock import Clock
    from livegrade_devices.device import BoxLook, Device
    from livegrade_devices.hub import Hub
    from livegrade_devices.proving import Proved
    from livegrade_devices.state import DeviceState

T = TypeVar("T")
_log = logging.getLogger(__name__)
TURN_S = 0.25
"""Between two looks at what nobody wakes this for: the range of a signal, alarms that fall due."""
STOP_S = 5.0
PROVE_S = 60.0
COMPARE_S = 150.0
"""More than what compares pictures gives the box."""
MOST_DEVICES = 64


class SessionDevices:
    """`changed`: the looks of slots may be others now; from any thread, and never waits."""

    def __init__(
        self,
        setups: Sequence[DeviceSetup],
        slots: Mapping[str, SlotRunner],
        clock: Clock,
        events: EventLog,
        record: RecordPort,
    ) -> None:
        self._clock = clock
        self._events = events
        self._slots = slots
        self._record = record
        self._followed = {setup.name: self._following(setup) for setup in setups}
        self._began = frozenset(self._followed)
        self._faults: dict[str, str] = {}
        self._coming_and_going = threading.Lock()
        self._hub: Hub | None = None
        self._proofs: dict[str, Future[Proved]] = {}
        self._leaving: deque[Following] = deque()
        self._wake = threading.Event()
        self._started = self._stopping = False
        self._thread = threading.Thread(target=self._run, name="livegrade-devices", daemon=True)

    @property
    def all(self) -> tuple[Following, ...]:
        """In the order of the rig; those that came later behind them."""
        return tuple(self._followed.values())

    @property
    def not_there(self) -> str | None:
        """Those that the session began with and cannot reach, with why, a line each, "" for none; None while some were
        not tried yet."""
        states = {name: each.state for name, each in self._followed.items() if name in self._began}
        lacking = {name: state for name, state in states.items() if state.link is not DeviceLink.READY}
        if not all(state.reason for state in lacking.values()):
            return None
        if not lacking:
            return ""
        from livegrade_devices.hub import failure_tree  # with asyncio and HTTP, as devices have it

        return failure_tree(lacking)

    def start(self) -> None:
        """Reaches for all of them and does not wait for any."""
        self._started = True
        for followed in self.all:
            try:
                self._reach(followed)
            except LivegradeError as error:
                followed.see(replace(followed.state, link=DeviceLink.FAULTED, reason=str(error)))

    def add(self, setup: DeviceSetup) -> None:
        """A device more while the session runs; it is reached for, and nobody waits for it. Raises UsageError for one
        that cannot be of this session, DeviceError where its driver cannot be loaded; there is none then."""
        with self._coming_and_going:
            if setup.name in self._followed:
                raise UsageError(f"there is a device {setup.name} already; name this one differently")
            if len(self._followed) >= MOST_DEVICES:
                raise UsageError(f"there are {MOST_DEVICES} devices, which is as many as there may be")
            if setup.slot is not None and setup.slot not in self._slots:
                raise UsageError(f"there is no slot {setup.slot}, only {', '.join(self._slots)}")
            before, followed = self._followed, self._following(setup)
            self._followed = {**before, setup.name: followed}
            try:
                if self._started:
                    self._reach(followed)
            except LivegradeError:
                self._followed = before
                raise
        self._wake.set()

    def remove(self, name: str) -> None:
        """Lets go of a device while the session runs; what lasted of it is over a moment later. Raises DeviceError for
        one that is not there."""
        with self._coming_and_going:
            followed = self.named(name)
            self._followed = {key: each for key, each in self._followed.items() if key != name}
            if self._hub is not None:
                # One whose driver could not be loaded is not with the hub.
                with contextlib.suppress(DeviceError):
                    self._hub.detach(name)
            if (proof := self._proofs.pop(name, None)) is not None:
                proof.cancel()
            self._leaving.append(followed)
        self._wake.set()
        if not self._thread.is_alive():  # nobody was reached for, or it all has ended
            self._let_go()

    def _following(self, setup: DeviceSetup) -> Following:
        return Following(setup, self._slots.get(setup.slot or ""), self._events, self._record)

    def _reach(self, followed: Following) -> None:
        """A session without devices does without a hub and its thread. Raises LivegradeError."""
        if self._hub is None:
            from livegrade_devices.hub import Hub  # with asyncio and HTTP

            self._hub = Hub(self._clock, self._see)
            self._thread.start()
        self._hub.attach(followed.setup.name, followed.setup.address)

    def stop(self) -> None:
        """Lets go of all. Safe to call twice."""
        self._started = False
        self._stopping = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        if self._hub is not None:
            self._hub.close()

    def changed(self) -> None:
        self._wake.set()

    def named(self, name: str) -> Following:
        """Raises DeviceError for a device that is not there."""
        followed = self._followed.get(name)
        if followed is None:
            there = ", ".join(self._followed) or "none"
            raise DeviceError(name, f"there is no device of this name, only {there}")
        return followed

    def push_again(self, name: str) -> None:
        """The device gets its look, whether it has it or not. Raises DeviceError."""
        self.named(name)
        if self._hub is not None:
            self._hub.push_again(name)

    def reconnect(self, name: str) -> Future[None]:
        """As `Hub.reconnect`."""
        state = self.named(name).state
        if self._hub is None:
            raise DeviceError(name, "the session has not started")
        if name not in self._hub.states():
            raise DeviceError(name, state.reason)  # its driver could not be loaded
        return self._hub.reconnect(name)

    def ask(
        self,
        name: str,
        question: Callable[[Device], Coroutine[object, object, T]],
        within_s: float = 10.0,
        *,
        beside: bool = False,
    ) -> Future[T]:
        """As `Hub.ask`."""
        self.named(name)
        if self._hub is None:
            raise DeviceError(name, "the session has not started")
        return self._hub.ask(name, question, within_s, beside=beside)

    def prove(self, name: str, threshold: float | None = None) -> Future[Proved]:
        """Asks a box what becomes of colours, and compares that with its look; `threshold`: codes of it by which it may
        be off, None as it was set up. Called off when a take begins. Raises LivegradeError, also while one goes on:
        what is recorded is not to have these colours in it."""
        followed = self.named(name)
        if recorded := self._recorded(followed):
            raise UsageError(f"{name} is not proved while {recorded}")
        work = self._proofs[name] = self._show_colours(followed, followed.provable, threshold)
        return work

    def _show_colours(self, followed: Following, look: BoxLook, threshold: float | None = None) -> Future[Proved]:
        name = followed.setup.name
        return self._noted(followed, self.ask(name, question(name, look), PROVE_S), threshold)

    def compare(self, name: str, threshold: float | None = None) -> Future[Proved]:
        """The same by pictures of what passes through the box now, which nobody sees: also while somebody records, and
        no look waits for it. Raises LivegradeError."""
        followed = self.named(name)
        return self._compare(followed, followed.provable, threshold)

    def _compare(self, followed: Following, look: BoxLook, threshold: float | None = None) -> Future[Proved]:
        question = picture_question(followed.setup.address, look, lambda: followed.state)
        return self._noted(followed, self.ask(followed.setup.name, question, COMPARE_S, beside=True), threshold)

    def _noted(self, followed: Following, work: Future[Proved], threshold: float | None) -> Future[Proved]:
        followed.proof_began(work, self._clock.now_ns, followed.setup.threshold if threshold is None else threshold)
        return work

    def _recorded(self, followed: Following) -> str:
        """Who records what the box shows, as far as that is known, as words; "" for nobody. A recorder of no slot may
        record that of any."""
        if followed.records:
            return "a take of its slot goes on"
        slot = followed.setup.slot
        names = (each.setup.name for each in self.all if each.setup.slot in (slot, None) and each.records)
        return next((f"{name} records" for name in names), "")

    def _see(self, state: DeviceState) -> None:
        """On the hub's thread."""
        followed = self._followed.get(state.name)
        if followed is not None and followed.see(state):
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(TURN_S)
            self._wake.clear()
            self._let_go()
            for followed in self.all:
                self._follow(followed)
        self._let_go()

    def _follow(self, followed: Following) -> None:
        name = followed.setup.name
        try:
            self._turn(followed)
        except Exception as error:
            # The thread's edge: one device costs the others nothing. Said once.
            fault = f"it cannot be followed ({type(error).__name__}); the log says where"
            if self._faults.get(name) != fault:
                self._faults[name] = fault
                self._events.add(Event(self._clock.now_ns(), followed.subject, Link.FAULTED, fault))
                _log.exception("following a device failed name=%s", name)
        else:
            if self._faults.pop(name, ""):
                followed.tell_again(self._clock.now_ns(), "it is followed again")

    def _let_go(self) -> None:
        """Ends what lasts of devices that were taken away, after the last turn of each."""
        while self._leaving:
            followed = self._leaving.popleft()
            self._faults.pop(followed.setup.name, "")
            try:
                followed.leave(self._clock.now_ns())
            except Exception:
                # The thread's edge: the others are followed on.
                said = "taken away, but not let go of whole; the log says where"
                self._events.add(Event(self._clock.now_ns(), followed.subject, Link.ENDED, said))
                _log.exception("a device was not let go of whole name=%s", followed.setup.name)

    def _turn(self, followed: Following) -> None:
        now_ns, name = self._clock.now_ns(), followed.setup.name
        look = followed.turn(now_ns)
        every, by_grab = followed.setup.prove_every_s, followed.setup.prove_by == "grab"
        if every and by_grab and self._hub is not None:
            with contextlib.suppress(DeviceError):  # it may have been taken away just now
                followed.prove(now_ns, partial(self._compare, followed))
        if self._recorded(followed):
            if not by_grab:
                followed.call_off_proof()
            if (work := self._proofs.pop(name, None)) is not None:
                work.cancel()
        elif every and not by_grab and self._hub is not None:
            with contextlib.suppress(DeviceError):
                followed.prove(now_ns, partial(self._show_colours, followed))
        if look is not None and self._hub is not None:
            # One whose driver could not be loaded has that as its state, and is not with the hub.
            with contextlib.suppress(DeviceError):
                self._hub.push(name, look)
