"""What has become of one slot's picture, as a state with a sentence.

The capture thread tells what its source gives, the engine thread looks whether it gives anything at all and tells what
it could not draw. Every change is one event, and the outputs hear since when their picture is not live.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from livegrade.capture.source import SourceKind
from livegrade.session.events import Event, Link, State
from livegrade.session.watch import LEAST_NS, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.session.events import EventLog
    from livegrade.session.output import OutputRunner
    from livegrade.timing.clock import Clock

WAIT_NS = 100_000_000
"""The longest time between two looks."""


class SlotSignal:
    """Thread-safe. Ended and faulted are final for the source; while the engine cannot draw, that is the state."""

    def __init__(
        self,
        name: str,
        address: str,
        kind: SourceKind,
        outputs: Iterable[OutputRunner],
        clock: Clock,
        events: EventLog,
    ) -> None:
        self._subject = f"slot {name}"
        self._address = address
        self._kind = kind
        self._outputs = outputs
        self._clock = clock
        self._events = events
        self._lock = threading.Lock()
        self._watch: Watch | None = None
        self._link = State(Link.STARTING)
        self._lost_ns: int | None = None
        self._trouble: State | None = None
        self._trouble_ns: int | None = None

    @property
    def state(self) -> State:
        return self._trouble or self._link

    @property
    def is_over(self) -> bool:
        """Nothing more will come from the source."""
        return self._link.link in (Link.ENDED, Link.FAULTED)

    def tell(self, text: str) -> None:
        """An event that changes no state."""
        self._tell(self.state.link, text, is_moment=True)

    def tell_change(self, text: str) -> None:
        """What the signal is now, other than before."""
        self._events.add_change(Event(self._clock.now_ns(), self._subject, self.state.link, text))

    def tell_outputs(self) -> None:
        """Since when there is no signal, for an output that was not there when it was lost."""
        with self._lock:
            self._tell_outputs()

    # ---- from the capture thread

    def move(self, address: str, kind: SourceKind) -> None:
        """Another source is opened now: until its first picture there is none."""
        with self._lock:
            now_ns = self._clock.now_ns()
            self._address, self._kind = address, kind
            self._watch = Watch(now_ns) if kind is SourceKind.SIGNAL else None
            self._lost_ns = now_ns if self._lost_ns is None else self._lost_ns
            self._enter(Link.STARTING, "")

    def expect(self) -> None:
        """From now on pictures are waited for."""
        with self._lock:
            if self._kind is SourceKind.SIGNAL:
                self._watch = Watch(self._clock.now_ns())

    def arrived(self, period_ns: int) -> None:
        """A picture came; `period_ns`: of its format's rate."""
        with self._lock:
            if self._watch is not None:
                self._watch.arrived(period_ns, self._clock.now_ns())
            if self._link.link is not Link.RUNNING:
                self._lost_ns = None
                self._enter(Link.RUNNING, "")

    def lose(self, reason: str, since_ns: int) -> None:
        """There is no picture since `since_ns`; it may return."""
        with self._lock:
            self._lose(reason, since_ns)

    def finish(self, link: Link, reason: str) -> None:
        """ENDED or FAULTED: nothing more will come."""
        with self._lock:
            self._enter(link, reason)

    # ---- from the engine thread

    def look(self) -> int:
        """Whether the signal has fallen silent; returns how long to wait until the next look, in nanoseconds."""
        with self._lock:
            watch = self._watch
            if watch is None or self._link.link not in (Link.STARTING, Link.RUNNING):
                return WAIT_NS
            now_ns = self._clock.now_ns()
            if watch.is_silent(now_ns):
                none_yet = self._link.link is Link.STARTING
                says = "has not sent a picture yet" if none_yet else "sends no pictures any more"
                self._lose(f"'{self._address}' {says}", watch.last_ns)
                return WAIT_NS
            return min(WAIT_NS, watch.next_look_ns(now_ns))

    def drawn(self) -> None:
        """A picture was drawn."""
        if self._trouble is not None:
            with self._lock:
                self._trouble = self._trouble_ns = None
                self._tell_outputs()

    def stumbled(self, reason: str) -> bool:
        """A picture could not be drawn. False when that was said already. One that fails is no loss; the outputs mark
        their picture when it goes on."""
        with self._lock:
            now_ns = self._clock.now_ns()
            known = self._trouble == State(Link.FAULTED, reason)
            self._trouble = State(Link.FAULTED, reason)
            self._trouble_ns = now_ns if self._trouble_ns is None else self._trouble_ns
            if now_ns - self._trouble_ns >= LEAST_NS:
                self._tell_outputs()
            if not known:
                self._tell(Link.FAULTED, reason)
            return not known

    # ---- with the lock held

    def _lose(self, reason: str, since_ns: int) -> None:
        if self.is_over:
            return
        self._lost_ns = since_ns if self._lost_ns is None else min(self._lost_ns, since_ns)
        self._enter(Link.LOST, reason)

    def _enter(self, link: Link, reason: str) -> None:
        if self.is_over or self._link == State(link, reason):
            return
        self._link = State(link, reason)
        self._tell_outputs()
        self._tell(link, reason)

    def _tell_outputs(self) -> None:
        since = [ns for ns in (self._lost_ns, self._trouble_ns) if ns is not None]
        for output in self._outputs:
            output.lose(min(since, default=None))

    def _tell(self, link: Link, text: str, *, is_moment: bool = False) -> None:
        self._events.add(Event(self._clock.now_ns(), self._subject, link, text, is_moment))
