"""The library that a session records into: opened when it can be, given up and tried again when it fails."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.errors import LibraryError, LivegradeError
from livegrade.folders import HeldFile, holder, is_held
from livegrade.library.files import make_folder
from livegrade.library.kinds import TAKES
from livegrade.library.query import Condition, Query
from livegrade.library.store import Library
from livegrade.library.values import Day, Take, TakeState, Unit
from livegrade.redaction import one_line, without_secrets
from livegrade.session.events import Event, Link, State
from livegrade.timing.backoff import Backoff
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from livegrade.session.events import EventLog
    from livegrade.timing.clock import Clock

SUBJECT = "library"
LOCK = "recording.lock"
HELD = "another session records into the library"
"""How the sentence begins that says so."""
HELD_RETRY_NS = NS_PER_SECOND
GRACE_NS = 15 * NS_PER_SECOND
"""A session that does not wait for the library waits as long as one before it may need to end."""
BACKUP_NS = 12 * 3600 * NS_PER_SECOND
"""A library whose newest backup is older gets one when a session begins."""


class _HeldError(LibraryError):
    """Another session has the library."""


class Shelf:
    """Of one thread; `state` may be read from any. Owns the library and the lock on it. `cut_short`: takes that
    sessions before this one could not end, found when it was opened."""

    def __init__(
        self, folder: Path, day: Day, unit: Unit, clock: Clock, events: EventLog, *, waits: bool = True
    ) -> None:
        """`waits`: a library that another session holds is taken up whenever that has ended; otherwise within GRACE_NS
        or not at all, unless this session has had it."""
        self.folder = folder
        self.state = State(Link.STARTING)
        self.cut_short: list[Take] = []
        self._day = day
        self._unit = unit
        self._clock = clock
        self._events = events
        self._library: Library | None = None
        self._lock: HeldFile | None = None
        self._waits = waits
        self._held_ns: int | None = None
        self._backoff = Backoff()
        self._retry_ns = clock.now_ns()

    def library(self, own: Collection[int], now_ns: int, *, at_once: bool = False) -> Library | None:
        """The library, opened when it is time to try; None while it cannot be. `own`: keys of takes that go on in this
        session; `now_ns`: wall-clock time."""
        is_due = at_once or (self._clock.now_ns() >= self._retry_ns and not self._stands_aside)
        if self._library is not None or not is_due:
            return self._library
        try:
            self._hold()
            library = self._library = Library.open(self.folder)
            self._prepare(library, own, now_ns)
        except _HeldError as error:
            self._held_ns = self._held_ns or self._clock.now_ns()
            self._give_up(str(error), HELD_RETRY_NS)
            return None
        except (LivegradeError, OSError) as error:
            self.fail(str(error))
            return None
        self._backoff.worked(self._clock.now_ns())
        self._waits, self._held_ns = True, None
        was, self.state = self.state, State(Link.RUNNING)
        for said in library.said:
            self.tell(Link.FAULTED, said, is_moment=True)
        if was.link is Link.FAULTED or library.said:
            self.tell(Link.RUNNING, f"the library {self.folder} is written")
        return library

    @property
    def is_open(self) -> bool:
        return self._library is not None

    @property
    def is_held(self) -> bool:
        """Another session has it."""
        return self._held_ns is not None

    def fail(self, reason: str) -> None:
        """It is given up and tried again later."""
        self._held_ns = None
        self._give_up(reason, self._backoff.failed(self._clock.now_ns()))

    def _give_up(self, reason: str, wait_ns: int) -> None:
        self.close()
        self._retry_ns = self._clock.now_ns() + wait_ns
        if self.state != State(Link.FAULTED, reason):
            self.state = State(Link.FAULTED, reason)
            self.tell(Link.FAULTED, reason)

    def tell(self, link: Link, text: str, *, is_moment: bool = False) -> None:
        """As an event of the session. `is_moment`: it happened, and the library stands as before."""
        self._events.add(Event(self._clock.now_ns(), SUBJECT, link, text, is_moment))

    def close(self) -> None:
        library, self._library = self._library, None
        lock, self._lock = self._lock, None
        if library is not None:
            library.close()
        if lock is not None:
            lock.release()

    @property
    def _stands_aside(self) -> bool:
        """A sender or a test beside a session that records is not to have its library when that is started again."""
        return not self._waits and self._held_ns is not None and self._clock.now_ns() - self._held_ns > GRACE_NS

    def _hold(self) -> None:
        """One session at a time records into a library; others may read it, and edit what it holds. Raises
        LibraryError, OSError."""
        make_folder(self.folder)
        path = self.folder / LOCK
        if self._held_ns is None or not is_held(path):  # whoever has waited does not insist
            self._lock = HeldFile.take(path)
        if self._lock is None:
            raise _HeldError(self._held_by(holder(path)))
        self._lock.say(f"process {os.getpid()}, {_words()}")

    def _held_by(self, who: str) -> str:
        found = f"{HELD} {self.folder}" + (f" ({who})" if who else "")
        if self._waits:
            return (
                f"{found}; this one keeps nothing there until that has ended: end it, or start this one with a folder "
                "of its own with --library"
            )
        return (
            f"{found}; this one keeps nothing: start it again when that has ended, or with a folder of its own with "
            "--library, or with --no-library"
        )

    def _prepare(self, library: Library, own: Collection[int], now_ns: int) -> None:
        """What a session that was killed left open is marked; what is there is backed up; day and unit are there."""
        left = Query((Condition("state", "=", TakeState.OPEN.value),))
        for take in library.find(left, TAKES):
            if take.key not in own:
                broken = library.change(TAKES, take.key, lambda kept: replace(kept, state=TakeState.BROKEN))
                self.cut_short.append(broken)
        last = library.last_backup()
        if library.count(TAKES) and (last is None or now_ns - last.stat().st_mtime_ns > BACKUP_NS):
            library.backup()
        if self._day.name not in {day.name for day in library.named(Day)}:
            library.keep_named(self._day)
        if self._unit.name not in {unit.name for unit in library.named(Unit)}:
            library.keep_named(self._unit)


def _words() -> str:
    """What this process was started as."""
    return one_line(without_secrets(" ".join(["livegrade", *sys.argv[1:]])))
