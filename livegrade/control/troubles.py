"""What somebody at the cart should look at, as a list: alarms and troubles, each with its beginning, its end, and what
to do. It is made from the events; what was seen is said by people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.control.seen import SeenBefore, sign_of
from livegrade.control.tree import AlarmsTree, AlarmTree
from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind
from livegrade.session.events import JOURNAL, RIG, Event, Link
from livegrade.session.load import SUBJECT as MACHINE
from livegrade.session.shelf import HELD
from livegrade.timing.rate import NS_PER_MS
from livegrade.transport.ndi import LATE

if TYPE_CHECKING:
    from livegrade.control.seen import Seen, Sign
    from livegrade.session import Session
    from livegrade.timing.timecode import Timecode

MOST = 100
"""Entries that are kept, the newest."""
AGAIN_NS = 60_000_000_000
"""What comes again within this time is the same trouble."""
COUNT_NS = 1_000_000_000
"""How often the list says how many there are of what happens again and again."""
ADVICE = {
    AlarmKind.LOSS: "Look at the cable, the sender and the camera; the picture comes back by itself.",
    AlarmKind.BLACK: "Look at the lens cap, the camera's output and the route to here.",
    AlarmKind.FREEZE: "Look at the camera and at converters on the way: one of them may hang.",
    AlarmKind.CLIP: "Tell the DP: close the iris, or look with false colour at what clips.",
    AlarmKind.GAMUT: "Look at the parade of the graded picture; less saturation or gain, or an output transform.",
    AlarmKind.TIMECODE: "Look at the timecode generator and its cable; takes from here may not line up.",
    AlarmKind.FORMAT: "Look whether the camera is meant to send this now; recordings go on in a new file.",
    AlarmKind.DEVICE_LOOK: "Look at the box under Status and push its look again; its picture is not the graded one.",
}
ADVICE_OF_STATES = {
    "slot": "Look at the source under Status; source.reconnect opens it again.",
    "device": "Look at its power, its cable and its address; it is tried again by itself.",
    "output": "Look at what receives it; add the output again where it has failed for good.",
    "library": "Look at the disk under Status; takes are kept in memory and written when it is back.",
    "held": "Takes are not kept here: end the session that holds the library, or give this one its own --library.",
    MACHINE: "Fewer outputs, fewer or smaller scopes, smaller pictures; livegrade bench says what this machine can do.",
    "resumed": "This is not as in the session before: set it up again under Outputs, Status or Grade if it is missed.",
    RIG: "What is wrong is left out, and the rest runs: mend that line, end the session and start it again.",
    "MIDI": "Look at its cable and its power; another program may have it. It is tried again by itself.",
    "window": "The outputs go on; choose another view in that window, or open it again.",
    "late": "This machine may have too much to do: fewer outputs, smaller scopes, --scopes 10. Or look who receives.",
    "": "The log says more; livegrade doctor names it.",
}


_TIMES = re.compile(r" \(\d+ times\)$")


class Troubles:
    """Follows the events of a session, for the thread that builds the state."""

    def __init__(self, session: Session, seen_before: frozenset[Sign] = frozenset()) -> None:
        """`seen_before`: what was seen in a session that was cut off, and went on."""
        self.seen_on: frozenset[Sign] = seen_before
        self._before = SeenBefore(seen_before, session.clock.now_ns() + AGAIN_NS)
        self._session = session
        self._log = session.events
        self._entries: dict[int, _Entry] = {}
        self._told = 0

    def tree(self, seen: Seen) -> AlarmsTree:
        """As they are now."""
        told, count = self._log.since(self._told)
        has_missed = count - self._told > len(told)
        for number, event in enumerate(told, count - len(told) + 1):
            match event:
                case AlarmEvent():
                    self._alarm(number, event, seen)
                case Event():
                    self._state(number, event, seen)
        self._told = count
        if has_missed:
            self._catch_up()
        now_ns = self._session.clock.now_ns()
        self._count(now_ns)
        self._forget()
        entries = {
            str(number): self._tree(entry, number in seen or entry.is_known) for number, entry in self._entries.items()
        }
        lasting = (one for number, one in self._entries.items() if one.lasts and (number in seen or one.is_known))
        self.seen_on = frozenset(sign_of(one.begin) for one in lasting) | self._before.waiting(now_ns)
        return AlarmsTree(
            lasting=sum(entry.lasts for entry in entries.values()),
            unseen=sum(not entry.seen for entry in entries.values()),
            entries=entries,
        )

    def _again(self, event: AlarmEvent | Event, seen: Seen) -> _Entry | None:
        """The entry that `event` takes up: the same trouble, over for less than AGAIN_NS, which nobody has seen."""
        for number, entry in self._entries.items():
            heard = entry.end or entry.begin
            is_seen = number in seen or entry.is_known
            if not entry.lasts and not is_seen and event.at_ns - heard.at_ns < AGAIN_NS:
                match (entry.begin, event):
                    case (AlarmEvent() as one, AlarmEvent() as other):
                        if one.kind.is_moment and (one.slot, one.kind, one.take) == (
                            other.slot,
                            other.kind,
                            other.take,
                        ):
                            return entry
                    case (Event() as one, Event() as other):
                        if _name(one) == _name(other):
                            return entry
        return None

    def _alarm(self, number: int, event: AlarmEvent, seen: Seen) -> None:
        if event.edge is not AlarmEdge.END:
            self._come(number, event, seen, lasts=event.edge is AlarmEdge.BEGIN)
            return
        for entry in self._entries.values():
            match entry.raised:
                case AlarmEvent(slot=event.slot, kind=event.kind, what=event.what) if entry.lasts:
                    entry.finish(event)

    def _state(self, number: int, event: Event, seen: Seen) -> None:
        if event.is_moment:
            # Slots, devices and outputs have states, which say what is wrong: what is told beside is for the log.
            if event.link.is_trouble and not (_kind(event.subject) or _is_output(event.subject)):
                self._come(number, event, seen, lasts=False)
            return
        self._before.is_well(event)
        for entry in self._entries.values():
            match entry.begin:
                case Event(subject=event.subject, link=link, text=text) if entry.lasts:
                    has_one_state = bool(_kind(event.subject)) or event.subject == MACHINE
                    if link is event.link and (_once(text) == _once(event.text) or has_one_state):
                        entry.begin = replace(entry.begin, text=event.text)
                        entry.times += event.subject != MACHINE  # it goes on, with other figures
                        return
                    entry.finish(event)
        if event.link.is_trouble and not self._is_said(event):
            self._come(number, event, seen, lasts=True)

    def _come(self, number: int, event: AlarmEvent | Event, seen: Seen, *, lasts: bool) -> None:
        """It begins, or is there again."""
        if (entry := self._again(event, seen)) is not None:
            entry.take_up(event)
        else:
            self._begin(number, event, lasts=lasts)

    def _begin(self, number: int, event: AlarmEvent | Event, *, lasts: bool) -> None:
        self._entries[number] = _Entry(event, lasts, is_known=lasts and self._before.has(event))

    def _count(self, now_ns: int) -> None:
        """How many there are by now of what happens again and again."""
        if any(one.many is not None and one.lasts for one in self._entries.values()):
            for event in self._log.counted():
                begin = replace(event, counted=None)
                for entry in self._entries.values():
                    if entry.lasts and entry.many == begin and now_ns - entry.counted_ns >= COUNT_NS:
                        entry.counted_ns = now_ns
                        entry.count(event)

    def _catch_up(self) -> None:
        """There were more events than are kept since the last time: what goes on is what the log says."""
        standing = self._log.standing()
        for entry in self._entries.values():
            entry.lasts = entry.lasts and any(_is_same(entry.raised, event) for _, event in standing)
        for number, event in standing:
            is_known = any(entry.lasts and _is_same(entry.raised, event) for entry in self._entries.values())
            if not is_known and not (isinstance(event, Event) and self._is_said(event)):
                self._begin(number, event, lasts=True)
        self._entries = dict(sorted(self._entries.items()))

    def _is_said(self, event: Event) -> bool:
        """A signal that is gone is an alarm too, with its timecode, unless the rig wants none."""
        rules = (
            rule
            for slot in self._session.slots
            if f"slot {slot.name}" == event.subject
            for rule in slot.setup.alarms
            if rule.kind is AlarmKind.LOSS
        )
        return event.link is Link.LOST and any(rule.on for rule in rules)

    def _forget(self) -> None:
        """What is too much, the oldest first, and the troubles of outputs that were taken away."""
        there = {output.address for output in self._session.outputs}
        for entry in self._entries.values():
            begin = entry.begin
            if entry.lasts and isinstance(begin, Event) and _is_output(begin.subject):
                entry.lasts = begin.subject in there
        over = len(self._entries) - MOST
        for number in [number for number, entry in self._entries.items() if not entry.lasts][: max(0, over)]:
            del self._entries[number]

    def _tree(self, entry: _Entry, seen: bool) -> AlarmTree:
        begin, end, epoch_ns = entry.begin, entry.end, self._log.epoch_ns
        return AlarmTree(
            alarm=begin.kind.value if isinstance(begin, AlarmEvent) else "",
            subject=f"slot {begin.slot}" if isinstance(begin, AlarmEvent) else begin.subject,
            what=entry.what,
            take=begin.take if isinstance(begin, AlarmEvent) else "",
            at=(epoch_ns + begin.at_ns) // NS_PER_MS,
            timecode=_timecode(begin),
            index=begin.index if isinstance(begin, AlarmEvent) else None,
            ended_at=None if end is None else (epoch_ns + end.at_ns) // NS_PER_MS,
            ended_timecode=_timecode(end),
            lasts=entry.lasts,
            times=entry.times,
            seen=seen,
            advice=ADVICE[begin.kind] if isinstance(begin, AlarmEvent) else _advice(begin),
        )


@dataclass(slots=True)
class _Entry:
    """`end`: the event that ended it, None for one that lasts, has no length, or of which nobody will hear more;
    `is_known`: seen in the session before. `many`: with which it began to happen again and again, and be counted:
    `counted_ns`, `last`: when that was looked at, and the last of them by then; `before`: how often it was told by
    itself."""

    begin: AlarmEvent | Event
    lasts: bool
    end: AlarmEvent | Event | None = None
    times: int = 1
    is_known: bool = False
    many: AlarmEvent | None = None
    before: int = 0
    counted_ns: int = 0
    last: Timecode | None = None

    def __post_init__(self) -> None:
        if self.lasts and isinstance(self.begin, AlarmEvent) and self.begin.kind.is_moment:
            self.many = self.begin

    @property
    def raised(self) -> AlarmEvent | Event:
        """With what it began to last."""
        return self.many or self.begin

    @property
    def what(self) -> str:
        if isinstance(self.begin, Event):
            return self.begin.text or self.begin.link.value
        if self.many is None:
            return self.begin.what
        return f"{self.many.what}, so far until {self.last}" if self.lasts and self.last else self.many.what

    def finish(self, end: AlarmEvent | Event) -> None:
        self.end, self.lasts = end, False
        if isinstance(end, AlarmEvent):
            self.count(end)

    def count(self, event: AlarmEvent) -> None:
        """As `event` says how often, where it does."""
        if event.counted is not None:
            self.times, self.last = self.before + event.counted.times, event.counted.last.timecode

    def take_up(self, event: AlarmEvent | Event) -> None:
        """It is there again: a moment ends with its last one, a state goes on with the words of now."""
        if isinstance(event, AlarmEvent) and event.edge is AlarmEdge.BEGIN:
            self.many, self.before, self.last = event, self.times, None
        self.times += 1
        self.lasts = not event.is_moment if isinstance(event, Event) else event.edge is AlarmEdge.BEGIN
        if isinstance(self.begin, Event) and isinstance(event, Event):
            self.begin = replace(self.begin, text=_once(event.text))
        self.end = None if self.lasts else event


def _kind(subject: str) -> str:
    """Slot, device, window or port of MIDI, which have one state at a time; empty for others."""
    kind, _, name = subject.partition(" ")
    return kind if name and kind in ("slot", "device", "window", "MIDI") else ""


def _is_output(subject: str) -> bool:
    """Addresses have a scheme, or are files with an ending."""
    return not _kind(subject) and (":" in subject or "." in subject)


def _name(event: Event) -> tuple[str, Link, str, bool]:
    """What makes events the same trouble. The machine has one, with figures that are others each time."""
    text = "" if event.subject == MACHINE else _once(event.text)
    return event.subject, event.link, text, event.is_moment


def _is_same(entry: AlarmEvent | Event, standing: AlarmEvent | Event) -> bool:
    """Whether `entry` is of the trouble that stands: of an alarm its very beginning, for it may have come again."""
    match (entry, standing):
        case (Event() as one, Event() as other):
            return (one.subject, one.link) == (other.subject, other.link)
        case _:
            return entry == standing


def _once(text: str) -> str:
    """Without how often it was told, which the log of events puts behind it."""
    return _TIMES.sub("", text)


def _advice(event: Event) -> str:
    subject = event.subject
    kind = "output" if _is_output(subject) else _kind(subject) or subject
    if kind == "output" and _once(event.text) == LATE:
        kind = "late"
    elif kind == "library" and HELD in event.text:
        kind = "held"
    elif subject == JOURNAL and event.is_moment:
        kind = "resumed"
    return ADVICE_OF_STATES.get(kind, ADVICE_OF_STATES[""])


def _timecode(event: AlarmEvent | Event | None) -> str | None:
    return str(event.timecode) if isinstance(event, AlarmEvent) and event.timecode is not None else None
