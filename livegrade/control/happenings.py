"""What happens in a session, as its clients are told: states, takes and alarms in one order, each with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from livegrade.session.alarms import AlarmEdge, AlarmEvent
from livegrade.session.events import Event, RecordEvent
from livegrade.timing.rate import NS_PER_MS

if TYPE_CHECKING:
    from livegrade.session.events import EventLog, Told


class Happening(Struct, frozen=True, omit_defaults=True):
    """`number`: counts from 1 without a gap; `kind`: state of a slot, an output or what else `subject` names; record, a
    camera that began or stopped; alarm. `text`: one line for people; `is_trouble`: somebody should look. `link`: of a
    state. `at`: milliseconds since 1970 UTC. `slot`, `edge` (start, end; begin, end, moment), `index` and `timecode` of
    the picture, `rule` (what said so): of the others; `alarm`: which, and `take`: the one that the slot recorded
    then."""

    number: int
    kind: Literal["state", "record", "alarm"]
    subject: str
    text: str
    at: int
    is_trouble: bool = False
    link: str = ""
    slot: str = ""
    edge: str = ""
    index: int | None = None
    timecode: str | None = None
    rule: str = ""
    alarm: str = ""
    take: str = ""


class Happened(Struct, frozen=True):
    """`last`: the number of the newest event there was."""

    events: list[Happening]
    last: int


def happenings(log: EventLog, after: int, most: int) -> tuple[list[Happening], int]:
    """What happened after the event of number `after`, at most the newest `most` that are still kept, and the number of
    the last event there was. From any thread."""
    told, count = log.since(max(after, 0))
    newest = told[-most:] if most else ()
    epoch_ns = log.epoch_ns
    return [happening(count - len(newest) + place, one, epoch_ns) for place, one in enumerate(newest, 1)], count


def happening(number: int, told: Told, epoch_ns: int) -> Happening:
    """`epoch_ns`: nanoseconds from 1970 UTC to 0 of the clock of `told`."""
    at = (epoch_ns + told.at_ns) // NS_PER_MS
    match told:
        case Event():
            text = told.text or told.link.value
            return Happening(number, "state", told.subject, text, at, told.link.is_trouble, link=told.link.value)
        case RecordEvent():
            return Happening(
                number,
                "record",
                f"slot {told.slot}",
                told.text,
                at,
                slot=told.slot,
                edge=told.edge.value,
                index=told.index,
                timecode=_text(told.timecode),
                rule=told.rule,
            )
        case AlarmEvent():
            return Happening(
                number,
                "alarm",
                f"slot {told.slot}",
                told.text,
                at,
                told.edge is not AlarmEdge.END,
                slot=told.slot,
                edge=told.edge.value,
                index=told.index,
                timecode=_text(told.timecode),
                alarm=told.kind.value,
                take=told.take,
            )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
