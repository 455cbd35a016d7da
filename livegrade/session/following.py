"""What one device of a session is told, and what its words come to there: looks that its slot shows, takes that its
camera begins, events, and an alarm while it shows something else. It waits for nothing and knows no protocol."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING

from livegrade.capture.recordflag import NOBODY
from livegrade.errors import LivegradeError, UsageError
from livegrade.session.alarms import AlarmKind, AlarmRule, Condition, Moment
from livegrade.session.events import Event, Link, RecordEdge
from livegrade.session.proofs import LastProof, Proofs
from livegrade.session.setup import Role
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.video.format import Range
from livegrade.video.latency import Percentiles
from livegrade_devices.box import BoxState
from livegrade_devices.camera import CameraState
from livegrade_devices.deck import DeckState, Transport
from livegrade_devices.device import BoxLook
from livegrade_devices.state import DeviceState
from livegrade_devices.state import Link as DeviceLink

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from livegrade.color.look import Look
    from livegrade.color.rendering import Chain
    from livegrade.session.alarms import AlarmEvent
    from livegrade.session.events import EventLog
    from livegrade.session.setup import DeviceSetup
    from livegrade.session.slot import SlotRunner
    from livegrade.session.takes import RecordPort
    from livegrade_devices.proving import Proved

MOST_WAITING = 200
"""Changes of a device that nobody has looked at yet; of more the oldest are lost."""
EDGE_NS = NS_PER_SECOND // 2
"""Between two words of a device that begin or end a take, at least: one whose flag flaps would begin takes without
end. Of what it says meanwhile the newest counts."""
LINKS = {
    DeviceLink.OFFLINE: Link.LOST,
    DeviceLink.FAULTED: Link.FAULTED,
    DeviceLink.READY: Link.RUNNING,
    DeviceLink.CONNECTING: Link.STARTING,
}


class Following:
    """One device. `see` is of the hub's thread and costs next to nothing; `turn` of the thread that follows devices,
    and is the only one that tells anybody. `state` may be read from any, and so may what is counted: looks `sent` and
    `confirmed`, how long they `took_ns` to go out, and the `last_proof`."""

    def __init__(self, setup: DeviceSetup, slot: SlotRunner | None, events: EventLog, record: RecordPort) -> None:
        self.setup = setup
        self.state = DeviceState(setup.name, str(setup.address))
        self._slot = slot
        self._events = events
        self._record = record
        self._links: deque[tuple[Link, str]] = deque(maxlen=MOST_WAITING)
        self._rolls: deque[bool] = deque(maxlen=MOST_WAITING)
        self._link: tuple[Link, str] = (Link.STARTING, "")
        self._rolled = self._said = False
        self._saying = threading.Lock()
        self._is_gone = False
        self._edge_ns: int | None = None
        self._shown: tuple[Look, Chain, bool] | None = None
        self._condition = None if slot is None else _condition(slot)
        self._look: BoxLook | None = None
        self._proofs = Proofs(setup.prove_every_s, setup.threshold)
        self.last_proof: LastProof | None = None
        self.sent = self.confirmed = 0
        self.took_ns = Percentiles()

    @property
    def shows_looks(self) -> bool:
        """Whether the look of its slot is for it: it can show one, or is said to."""
        if self._slot is None or self.setup.role not in (Role.ALL, Role.BOX):
            return False
        can = self.state.capabilities
        return self.setup.role is Role.BOX or can.cdl or can.lut1d is not None or can.lut3d is not None

    @property
    def alarm(self) -> AlarmEvent | None:
        """The one that lasts now."""
        return None if self._condition is None else self._condition.raised

    def see(self, state: DeviceState) -> bool:
        """A state that the hub has told; whether anything of it is to be looked at."""
        before, self.state = self.state, state
        if state.sent_ns != before.sent_ns and state.took_ns is not None:
            self.sent += 1
            self.took_ns.record(state.took_ns)
        self.confirmed += state.confirmed_ns != before.confirmed_ns
        if self._slot is not None and self.setup.role in (Role.ALL, Role.CAMERA):
            with self._saying:
                if self._is_gone:
                    return False
                if state.link is DeviceLink.READY and isinstance(state.detail, CameraState):
                    self._slot.camera_said = state.detail
                elif isinstance(before.detail, CameraState):
                    self._slot.camera_said = None
        link = LINKS[state.link], state.reason
        is_news = state.link is DeviceLink.READY or bool(state.reason)  # else it was not tried yet
        if link != self._link and state.link is not DeviceLink.CONNECTING and is_news:
            self._link = link
            self._links.append(link)
        rolls = _rolls(state, self.setup.role)
        if self._slot is not None and rolls is not None and rolls is not self._rolled:
            self._rolled = rolls
            self._rolls.append(rolls)
        looks = (before.link, before.sent, before.push_fault) != (state.link, state.sent, state.push_fault)
        return looks or bool(self._links) or bool(self._rolls)

    @property
    def records(self) -> bool:
        """It says that it records, or a take of its slot goes on."""
        match self.state.detail:
            case CameraState(recording=True) | DeckState(transport=Transport.RECORDING):
                return self.state.link is DeviceLink.READY
        return self._slot is not None and self._slot.takes.goes_on

    def turn(self, now_ns: int) -> BoxLook | None:
        """Tells what has come to pass. The look that the device is to have now, where that is another."""
        while self._links:
            link, reason = self._links.popleft()
            said = reason or f"connected: {self.state.identity.model or self.setup.address.kind}"
            self._events.add(Event(now_ns, self.subject, link, said))
        self._tell_takes(now_ns)
        self._watch(now_ns)
        return self._another_look()

    def tell_again(self, now_ns: int, said: str) -> None:
        """How its connection stands, where something else was told of it."""
        link, reason = self._link
        self._events.add(Event(now_ns, self.subject, link, reason or said))

    @property
    def subject(self) -> str:
        """As events call it."""
        return f"device {self.setup.name}"

    def _tell_takes(self, now_ns: int) -> None:
        """One edge at most: the newest word waits until the next may come. Before the first picture of the slot there
        is no take to begin, and it waits for that."""
        is_too_soon = self._edge_ns is not None and now_ns - self._edge_ns < EDGE_NS
        while self._rolls and self._rolls[0] is self._said and not is_too_soon:
            self._rolls.popleft()
        if self._rolls and self._slot is not None and not is_too_soon:
            edge = RecordEdge.END if self._said else RecordEdge.START
            with contextlib.suppress(LivegradeError):
                self._record(self._slot.name, edge, self.subject)
                self._said, self._edge_ns = not self._said, now_ns
        while len(self._rolls) > 1:
            self._rolls.popleft()

    def _another_look(self) -> BoxLook | None:
        if self._slot is None or not self.shows_looks:
            return None
        slot = self._slot
        shown = slot.look, slot.chain, _is_full(slot)
        before, self._shown = self._shown, shown
        if before is not None and all(old is new for old, new in zip(before, shown, strict=True)):
            return None
        self._look = BoxLook(slot.chain.around(slot.look), slot.setup.label or f"slot {slot.name}", shown[2])
        return self._look

    def prove(self, now_ns: int, ask: Callable[[BoxLook], Future[Proved]]) -> None:
        """Has the box proved where it is time, by means of `ask`."""
        if self._look is None or self.state.link is not DeviceLink.READY:
            return
        said = self._proofs.turn(self.state, self._look, now_ns, ask)
        if said:
            self._events.add(Event(now_ns, self.subject, Link.RUNNING, said))

    def leave(self, now_ns: int) -> None:
        """It was taken away: what lasted of it ends, a take that it began too, for nobody else would say its end. Of
        the thread of `turn`, after the last of these."""
        with self._saying:
            self._is_gone = True
            if self._slot is not None and self._slot.camera_said is self.state.detail:
                self._slot.camera_said = None  # else another device has said something since
        self.call_off_proof()
        if self._slot is not None and self._said and self._slot.takes.begun_by == self.subject:
            self._record(self._slot.name, RecordEdge.END, NOBODY)
        if self._condition is not None:
            ended = self._condition.see(Moment(now_ns, 0, None), None)
            if ended is not None:
                self._events.add_alarm(ended)
        self._events.add(Event(now_ns, self.subject, Link.ENDED, "taken away"))

    def call_off_proof(self) -> None:
        """The one that was begun by `prove`, if it goes on."""
        self._proofs.call_off()

    def proof_began(self, work: Future[Proved], now_ns: Callable[[], int], threshold: float) -> None:
        """Whoever asked for it: what comes of it is the last proof, and an alarm or the end of one, unless another look
        was sent meanwhile. `threshold`: codes of the box by which the last proof may be off; the alarm goes by the
        box's own."""
        before = self.state

        def ended(work: Future[Proved]) -> None:
            if not work.cancelled() and work.exception() is None and self.state.sent_ns == before.sent_ns:
                proved = work.result()
                self._proofs.found(proved, before.sent_ns)
                self.last_proof = LastProof(now_ns(), before.sent, proved, proved.fault(threshold))

        work.add_done_callback(ended)

    @property
    def provable(self) -> BoxLook:
        """The look that the box is to show now. Raises UsageError where there is nothing to prove."""
        if self._look is None or not self.shows_looks:
            raise UsageError(f"{self.setup.name} shows no look of a slot")
        return self._look

    def _watch(self, now_ns: int) -> None:
        """The alarm."""
        if self._slot is None or self._condition is None:
            return
        last = self._slot.last
        now = Moment(now_ns, last[0].index, last[0].timecode) if last else Moment(now_ns, 0, None)
        event = self._condition.see(now, self._missing())
        if event is not None:
            self._events.add_alarm(event)

    def _missing(self) -> str | None:
        """Why the device does not show the look of its slot, None where it does as far as is known."""
        state = self.state
        if not self.shows_looks or self._shown is None:
            return None
        if state.link is not DeviceLink.READY:
            return f"{self.subject} cannot be given the look: {state.reason or 'it is not connected'}"
        if state.push_fault:
            return f"{self.subject} has not taken the look: {state.push_fault}"
        if isinstance(state.detail, BoxState) and (state.detail.instead or state.detail.bypassed):
            instead = state.detail.instead or "its input: it is bypassed,"
            return f"{self.subject} shows {instead} and not its look"
        if fault := self._proofs.fault(state):
            return f"{self.subject} shows something else than its look: {fault}"
        there = state.confirmed if state.capabilities.confirms else state.sent
        return None if there == state.wanted else f"{self.subject} does not have the look yet"


def _condition(slot: SlotRunner) -> Condition | None:
    rule = next((rule for rule in slot.setup.alarms if rule.kind is AlarmKind.DEVICE_LOOK), AlarmRule(AlarmKind.LOSS))
    return Condition(rule, slot.name) if rule.kind is AlarmKind.DEVICE_LOOK and rule.on else None


def _rolls(state: DeviceState, role: Role) -> bool | None:
    """Whether what the slot's takes go by records; None where that is not known."""
    match state.detail:
        case CameraState(recording=recording) if role in (Role.ALL, Role.CAMERA):
            return recording
        case DeckState(transport=transport) if role is Role.RECORDER and transport is not None:
            return transport is Transport.RECORDING
    return None


def _is_full(slot: SlotRunner) -> bool:
    """What 0 and 1 of the look are in the signal: as the picture says, else as the slot was set up."""
    if slot.format is not None:
        return slot.format.range is Range.FULL
    options = slot.setup.options
    return (options.range or options.camera_range) is Range.FULL
