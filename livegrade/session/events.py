"""What happens in a session, as values: states of slots and sinks, takes that begin and end, alarms, and a bounded log
of these events."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from livegrade.capture.recordflag import NOBODY
from livegrade.session.alarms import AlarmEdge, AlarmEvent
from livegrade.session.bursts import Bursts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from livegrade.timing.timecode import Timecode

_log = logging.getLogger(__name__)

JOURNAL = "journal"
"""The subject of what is told of the journal and of going on from it."""
RIG = "rig"
"""The subject of what is wrong in the rig, and was left out."""
EVENTS_KEPT = 1000
REPEAT_NS = 10_000_000_000
"""Within this time the same event is counted and not told again."""
UNTRUE_NS = 2_000_000_000
"""How long the last word on a subject may be another than its state, because that was told just before."""


class Link(StrEnum):
    """State of a source or a sink."""

    STARTING = "starting"
    RUNNING = "running"
    LOST = "lost"
    """No signal; the picture returns by itself."""
    FAULTED = "faulted"
    """It failed and says why; the rest of the session goes on."""
    ENDED = "ended"

    @property
    def is_trouble(self) -> bool:
        return self in (Link.LOST, Link.FAULTED)


@dataclass(frozen=True, slots=True)
class State:
    """`reason`: one plain sentence for lost, faulted and ended; while running what a recording lacks, else empty."""

    link: Link
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """`at_ns`: on the session's clock; `subject`: a slot ("slot A") or a sink's address; `is_moment`: it happened, and
    the subject stands as before."""

    at_ns: int
    subject: str
    link: Link
    text: str
    is_moment: bool = False


BY_PEOPLE = ("key", "api", "window", "osc", "midi")
"""Rules by which people begin and end takes, by what they say it with ("api": a script, or what does not say): their
word is exact, and ends a take whoever began it."""


class RecordEdge(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """A camera began or ended a take.

    `at_ns`, `index`, `timecode`: of the first picture that says so, on the session's clock and in the source's count:
    the first of the take, or the first after it. `rule`: what said so, "silent" where nothing says anything any more.
    `exact`: the picture before said the opposite, or a person said it; else the picture before is missing or said
    nothing, or a device said it beside the pictures, and the change may have come earlier.
    """

    at_ns: int
    slot: str
    edge: RecordEdge
    index: int
    timecode: Timecode | None
    rule: str
    exact: bool

    @property
    def text(self) -> str:
        """One line, which names the slot."""
        where = f"{self.timecode}, picture {self.index}" if self.timecode is not None else f"picture {self.index}"
        if self.edge is RecordEdge.START:
            says = "records" if self.exact else "records, its beginning was not seen"
        elif self.rule == NOBODY:
            says = "does not say any more whether it records"
        else:
            says = "stopped recording" if self.exact else "stopped recording, its end was not seen"
        return f"slot {self.slot} {says}: {where} ({self.rule})"


Told: TypeAlias = Event | RecordEvent | AlarmEvent


class EventLog:
    """The last events, oldest first, each with a running number. Thread-safe.

    A signal that comes and goes must not fill the list: the same event of the same subject within REPEAT_NS is counted
    and told once at the end of that time, "... (12 times)". That a trouble which was told is over is told at once, and
    a trouble that stays after UNTRUE_NS. A change of what stands (another format) is never held back: the line before
    would be untrue. Alarms without a length that come again and again are one that lasts and is counted (`Bursts`).
    `settle` looks for what has fallen due. `epoch_ns`: nanoseconds from 1970 UTC to 0 of the clock
    that stamps the events.
    """

    def __init__(self, epoch_ns: int = 0) -> None:
        self.epoch_ns = epoch_ns
        self._events: deque[Told] = deque(maxlen=EVENTS_KEPT)
        self._count = 0
        self._repeats: dict[Event, _Repeat] = {}
        self._newest: dict[str, Event] = {}
        self._told: dict[str, Link] = {}
        self._standing: dict[object, tuple[int, AlarmEvent | Event]] = {}
        self._bursts = Bursts()
        self._take_of: Callable[[str], str] = _no_take
        self._lock = threading.Lock()

    def name_takes(self, take_of: Callable[[str], str] | None) -> None:
        """From now on alarms are told with the take that their slot records: `take_of` gives its name by the slot's, or
        empty, from any thread and without waiting. None: no more."""
        self._take_of = take_of or _no_take

    def add(self, event: Event) -> None:
        with self._lock:
            self._settle(event.at_ns)
            if not event.is_moment:
                self._newest[event.subject] = event
            if (repeat := self._repeats.get(_name(event))) is not None:
                repeat.times += 1
                repeat.last = event
                is_over = not (event.is_moment or event.link.is_trouble)
                if is_over and self._told[event.subject] is not event.link:
                    self._tell_again(repeat, event.at_ns)
            else:
                self._repeats[_name(event)] = _Repeat(event.at_ns, event)
                self._tell(event)

    def add_change(self, event: Event) -> None:
        """What stands from now on, other than before: told at once, however often it was so."""
        with self._lock:
            self._settle(event.at_ns)
            self._newest[event.subject] = event
            self._tell(event)

    def add_record(self, event: RecordEvent) -> None:
        """Takes are never counted together; what alarms count ends with them, so that each has what was within."""
        with self._lock:
            self._tell_alarms(self._bursts.end(event.slot))
            self._append(event)
            _log.info("%s rule=%s", event.text, event.rule)

    def add_alarm(self, event: AlarmEvent) -> None:
        """An alarm's own time says how often it may come, and each has an end, or is counted."""
        event = replace(event, take=self._take_of(event.slot))
        with self._lock:
            self._tell_alarms(self._bursts.see(event) if event.edge is AlarmEdge.MOMENT else (event,))

    def settle(self, now_ns: int | None) -> None:
        """Tells of the repeats that are due at `now_ns`; None: of all, at the end."""
        with self._lock:
            self._settle(now_ns)

    @property
    def count(self) -> int:
        """How many there have been."""
        with self._lock:
            return self._count

    def since(self, number: int) -> tuple[tuple[Told, ...], int]:
        """The events after the first `number` of the session that are still kept, and how many there have been."""
        with self._lock:
            missed = self._count - number
            return tuple(self._events)[-missed:] if missed > 0 else (), self._count

    def standing(self) -> tuple[tuple[int, AlarmEvent | Event], ...]:
        """The alarms and the troubles of states that go on, each with the number of its beginning, however long ago
        that was: what `since` does not tell any more once it is out of the EVENTS_KEPT."""
        with self._lock:
            return tuple(self._standing.values())

    def counted(self) -> tuple[AlarmEvent, ...]:
        """Of the alarms that go on those that happen again and again, with how often so far."""
        with self._lock:
            return self._bursts.counted

    # ---- with the lock held

    def _settle(self, now_ns: int | None) -> None:
        self._tell_alarms(self._bursts.settle(now_ns))
        over = [one for one in self._repeats.values() if now_ns is None or now_ns - one.since_ns >= REPEAT_NS]
        due = sorted((one for one in over if one.times), key=lambda one: one.last.at_ns)
        for one in over:
            del self._repeats[_name(one.last)]
        for one in due:
            self._tell_again(one, now_ns)
        for subject, newest in self._newest.items():
            if self._told[subject] is not newest.link and (due or now_ns is None or now_ns - newest.at_ns >= UNTRUE_NS):
                self._tell_again(self._repeats.get(_name(newest)) or _Repeat(0, newest, 1), now_ns)

    def _tell_again(self, one: _Repeat, now_ns: int | None) -> None:
        """From here on it is counted anew."""
        self._tell(one.told())
        if now_ns is not None:
            self._repeats[_name(one.last)] = _Repeat(now_ns, one.last)

    def _tell(self, event: Event) -> None:
        self._append(event)
        if not event.is_moment:
            self._told[event.subject] = event.link
        level = logging.WARNING if event.link.is_trouble else logging.INFO
        _log.log(level, "%s subject=%s link=%s", event.text or event.link.value, event.subject, event.link.value)

    def _tell_alarms(self, events: Iterable[AlarmEvent]) -> None:
        for event in events:
            self._append(event)
            _log.log(logging.INFO if event.edge is AlarmEdge.END else logging.WARNING, "%s", event.text)

    def _append(self, event: Told) -> None:
        self._events.append(event)
        self._count += 1
        match event:
            case AlarmEvent(edge=AlarmEdge.BEGIN):
                self._standing[event.slot, event.kind, event.what] = self._count, event
            case AlarmEvent(edge=AlarmEdge.END):
                self._standing.pop((event.slot, event.kind, event.what), None)
            case Event(is_moment=False):
                self._stand(event)

    def _stand(self, event: Event) -> None:
        before = self._standing.get(event.subject)
        if not event.link.is_trouble:
            self._standing.pop(event.subject, None)
        elif before is None or (isinstance(before[1], Event) and before[1].link is not event.link):
            self._standing[event.subject] = self._count, event
        else:
            self._standing[event.subject] = before[0], replace(event, at_ns=before[1].at_ns)


class _Repeat:
    """An event that was told at `since_ns` and has come `times` more; `last`: the newest of them."""

    __slots__ = ("last", "since_ns", "times")

    def __init__(self, since_ns: int, event: Event, times: int = 0) -> None:
        self.since_ns = since_ns
        self.times = times
        self.last = event

    def told(self) -> Event:
        if self.times <= 1:
            return self.last
        return replace(self.last, text=f"{self.last.text or self.last.link.value} ({self.times} times)")


def _name(event: Event) -> Event:
    """What makes events the same."""
    return replace(event, at_ns=0)


def _no_take(slot: str) -> str:
    return ""
