"""Where one output stands: its state with a sentence, and since when its picture is not live.

The engine thread tells what it could not draw, the sink thread what did not arrive, the slot that its signal is gone.
Every change is one event.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from livegrade.session.events import Event, Link, State
from livegrade.session.watch import LEAST_NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.session.events import EventLog
    from livegrade.session.loss import LossPicture
    from livegrade.timing.clock import Clock


class Standing:
    """Thread-safe. Faulted and ended are final: whoever comes later with another state is too late."""

    def __init__(self, address: str, loss: LossPicture, clock: Clock, events: EventLog) -> None:
        self.state = State(Link.STARTING)
        self._address = address
        self._loss = loss
        self._clock = clock
        self._events = events
        self._lock = threading.Lock()
        self._lost_ns: int | None = None
        self._undrawn_ns: int | None = None
        self._noted: set[str] = set()

    @property
    def is_through(self) -> bool:
        """Nothing will be written any more."""
        return self.state.link in (Link.FAULTED, Link.ENDED)

    def enter(self, link: Link, reason: str = "") -> None:
        with self._lock:
            is_new = self.state.link is not link or (link is Link.LOST and self.state.reason != reason)
            if self.is_through or not is_new:
                return
            self.state = State(link, reason)
        self._tell(link, reason)

    def remark(self, text: str) -> None:
        """It goes on, but the user should know this."""
        with self._lock:
            if self.state.link is Link.RUNNING:
                self.state = State(Link.RUNNING, text)
        self._tell(self.state.link, text, is_moment=True)

    def note(self, texts: Iterable[str]) -> None:
        """Each is told once. From the sink thread."""
        for text in texts:
            if text not in self._noted:
                self._noted.add(text)
                self._tell(self.state.link, text, is_moment=True)

    def lose(self, since_ns: int | None) -> None:
        """The source's signal is gone since then, or back (None)."""
        with self._lock:
            self._lost_ns = since_ns
            self._mark()

    def undrawn(self, reason: str) -> None:
        """A frame could not be drawn for it. One that fails is no loss; the picture that is held for longer is
        marked."""
        now_ns = self._clock.now_ns()
        with self._lock:
            if self._undrawn_ns is None:
                self._undrawn_ns = now_ns
            elif now_ns - self._undrawn_ns >= LEAST_NS:
                self._mark()
        self.enter(Link.LOST, reason)

    def drawn(self) -> None:
        """A frame was drawn for it."""
        if self._undrawn_ns is None:
            return
        with self._lock:
            self._undrawn_ns = None
            self._mark()
        self.enter(Link.RUNNING)

    def arrived(self) -> None:
        """A picture was written; while none can be drawn it is the one before, held."""
        if self._undrawn_ns is None:
            self.enter(Link.RUNNING)

    def _mark(self) -> None:
        """With the lock held."""
        since = [ns for ns in (self._lost_ns, self._undrawn_ns) if ns is not None]
        self._loss.since_ns = min(since, default=None)

    def _tell(self, link: Link, text: str, *, is_moment: bool = False) -> None:
        self._events.add(Event(self._clock.now_ns(), self._address, link, text, is_moment))
