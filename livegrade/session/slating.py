"""The slate that is written for the next take: from which take on it is in force, and what of it a session leaves to
the one that follows."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from livegrade.library.values import Slate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Slating: TypeAlias = Callable[[Slate, int], Slate]
    """What somebody makes of the slate as it was said before, `take` 0 being the number after the highest of its
    set-up, and of the number that the next take has, 0 where that is not known yet. Raises UsageError for what cannot
    be made of it."""

MOST_WAITING = 1000
"""What was said and waits; of more the oldest is forgotten."""

STAMPS_NS = 1_000_000
"""As far apart as the same moment may be when two clocks are read for it twice."""


@dataclass(frozen=True, slots=True)
class WrittenSlate:
    """What the next take of that day and unit is called. `after_ns`: when the newest take before it began or a
    thousandth of a second later, in nanoseconds since 1970 UTC; one that began later is newer than it. `slate.take` 0:
    the number after the highest of its set-up."""

    day: str
    unit: str
    slate: Slate
    after_ns: int


class NextSlate:
    """The slate of the next take. What people say of it stands with how many events of the session there had been by
    then: whoever follows those, even long after, gives every take the slate that was there when it began.

    `now`: what the next take will be called, `take` 0 where its number is not known yet; `written`: what a session that
    follows this one is to go on with, None where nobody has written one; `came_ns`: after which take the one was
    written with which this session went on, 0 for none. `until` and `see` are for the thread that follows the events,
    the rest for any.
    """

    def __init__(
        self, day: str, unit: str, events: Callable[[], int], begun_ns: Callable[[], int], wall_ns: int
    ) -> None:
        """`events`: how many there have been; `begun_ns`: when the newest take that those tell of began; `wall_ns`:
        now, when no take of this session has begun."""
        self.now = Slate()
        self.written: WrittenSlate | None = None
        self.came_ns = 0
        self._day = day
        self._unit = unit
        self._events = events
        self._begun_ns = begun_ns
        self._began_ns = wall_ns
        self._said = Slate(take=0)
        self._waiting: deque[tuple[int, Slating]] = deque(maxlen=MOST_WAITING)
        self._changing = threading.Lock()
        self._told: Callable[[], None] = lambda: None

    def go_on(self, written: WrittenSlate | None, told: Callable[[], None]) -> bool:
        """With what a session before left, where it is of this day and unit: whether it is. `told`: is called from any
        thread when takes have made `written` another."""
        self._told = told
        if written is None or (written.day, written.unit) != (self._day, self._unit):
            return False
        self.written = written
        self.came_ns = self._began_ns = written.after_ns
        self.now = self._said = written.slate
        return True

    def write(self, slating: Slating) -> Slate:
        """What `slating` makes of it, with its number as far as that is known; it is called again when the takes that
        began before are. Raises UsageError where it does, and nothing has changed then."""
        # A take that was just told of is not followed yet, and the session may be cut off before it is.
        self.know(self._begun_ns() + STAMPS_NS)
        with self._changing:
            before, said = self._said, slating(self._said, self.now.take)
            self._waiting.append((self._events(), slating))
            is_same = (said.scene, said.shot, said.take) == (before.scene, before.shot, before.take)
            self.now = replace(said, take=self.now.take) if is_same else said
            self._said = said
            self.written = self._as_written(said)
            return self.now

    def until(self, events: int) -> Iterator[Slating]:
        """What was said when there had been so many events at most, in order; it does not wait any more."""
        while self._waiting and self._waiting[0][0] <= events:
            yield self._waiting.popleft()[1]

    def know(self, began_ns: int) -> None:
        """A take that began then is before what is said from now on."""
        with self._changing:
            self._began_ns = max(self._began_ns, began_ns)

    def see(self, slate: Slate, said: Slate) -> None:
        """What it is by now, with its number and as it was said, unless somebody has said more."""
        with self._changing:
            if self._waiting:
                return
            self.now, self._said = slate, said
            written = self._as_written(said)
            is_news = self.written not in (None, written)
            if is_news:
                self.written = written
        if is_news:
            self._told()

    def _as_written(self, said: Slate) -> WrittenSlate:
        return WrittenSlate(self._day, self._unit, said, self._began_ns)
