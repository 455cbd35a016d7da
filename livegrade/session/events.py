"""What happens in a session, as values: states of slots and sinks, and a bounded log of events."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

_log = logging.getLogger(__name__)

EVENTS_KEPT = 1000


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
    """`at_ns`: on the session's clock; `subject`: a slot ("slot A") or a sink's address."""

    at_ns: int
    subject: str
    link: Link
    text: str


class EventLog:
    """The last events, oldest first, each with a running number. Thread-safe."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._count = 0
        self._lock = threading.Lock()

    def add(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)
            self._count += 1
        _log.info("%s subject=%s link=%s", event.text or event.link.value, event.subject, event.link.value)

    def since(self, number: int) -> tuple[tuple[Event, ...], int]:
        """The events after the first `number` of the session that are still kept, and how many there have been."""
        with self._lock:
            missed = self._count - number
            return tuple(self._events)[-missed:] if missed > 0 else (), self._count
