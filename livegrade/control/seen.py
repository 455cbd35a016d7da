"""What people have seen of troubles: by the numbers of their events, and beyond the end of a session, whose numbers
begin anew, by what makes them known again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from livegrade.errors import UsageError
from livegrade.session.alarms import AlarmEvent, AlarmKind
from livegrade.session.events import EVENTS_KEPT, Event, Link

if TYPE_CHECKING:
    from livegrade.session.events import EventLog

Sign: TypeAlias = tuple[str, str, str]
"""By which a trouble is known again: its subject, its kind, and of an alarm that several things may raise what says
which."""
MOST_LETTERS = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """What people have looked at: every event up to `until`, and those of `numbers`."""

    until: int = 0
    numbers: frozenset[int] = frozenset()

    def __contains__(self, number: int) -> bool:
        return number <= self.until or number in self.numbers

    def having(self, number: int) -> Seen:
        """With the one of `number`; of those far behind nobody speaks any more."""
        kept = {one for one in self.numbers if one > number - EVENTS_KEPT}
        return replace(self, numbers=frozenset({*kept, number}))


def seen_now(before: Seen, number: int | None, log: EventLog) -> Seen:
    """With the event of `number`, None for all there have been. Raises UsageError for one that has not been."""
    count = log.since(0)[1]
    if number is None:
        return Seen(count)
    if number > count:
        raise UsageError(f"there is no event {number}, only {count}")
    return before.having(number)


def sign_of(trouble: AlarmEvent | Event) -> Sign:
    match trouble:
        case AlarmEvent(slot=slot, kind=kind, what=what):
            which = what if kind is AlarmKind.DEVICE_LOOK else ""
            return f"slot {slot}", kind.value, which[:MOST_LETTERS]
        case Event(subject=subject, link=link):
            return subject[:MOST_LETTERS], link.value, ""


class SeenBefore:
    """What was seen of the session before and went on when that was cut off: seen here too, where it comes again until
    `until_ns`. For one thread."""

    def __init__(self, signs: frozenset[Sign], until_ns: int) -> None:
        self._signs = signs
        self._until_ns = until_ns

    def waiting(self, now_ns: int) -> frozenset[Sign]:
        """Those that may come again."""
        return self._signs if now_ns < self._until_ns else frozenset()

    def has(self, trouble: AlarmEvent | Event) -> bool:
        """Whether this one begins as seen; asked once for each, for the next is another."""
        sign = sign_of(trouble)
        known = trouble.at_ns < self._until_ns and sign in self._signs
        self._signs -= {sign}
        return known

    def is_well(self, event: Event) -> None:
        """The subject of `event` is: what may come of it is news."""
        if event.link is Link.RUNNING:
            self._signs -= {(event.subject[:MOST_LETTERS], link.value, "") for link in Link}
