"""One slot at work: a capture thread that reads the source and an engine thread that draws what the sinks want, and
then the scopes. Whatever fails becomes a state with a sentence; the next frame gets its chance."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from livegrade.capture.source import Ended, NoSignal, open_source
from livegrade.errors import LivegradeError, SourceError
from livegrade.session.drawing import Drawing
from livegrade.session.events import Event, Link, State
from livegrade.session.scoping import Scoping
from livegrade.video.edges import Latest, Nothing
from livegrade.video.gaps import GapCounter
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.scopes.measure import ScopeData, Tap
    from livegrade.session.events import EventLog
    from livegrade.session.output import OutputRunner
    from livegrade.session.setup import ScopePlan, SlotSetup
    from livegrade.timing.clock import Clock
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

WAIT_NS = 100_000_000
"""How long the engine thread waits for a frame before it looks whether it should stop."""
STOP_GRACE_S = 5.0
"""How long a source may take to stop; one that never answers is left behind with a sentence."""
NOTES_EVERY = 50
"""Frames between two looks at what the source has to say."""


class SlotRunner:
    """Owns one source and its two threads. `look` may be set from any thread: the next frame has it, whole."""

    def __init__(
        self,
        setup: SlotSetup,
        backend: AnyBackend,
        clock: Clock,
        outputs: Sequence[OutputRunner],
        scopes: ScopePlan | None,
        events: EventLog,
    ) -> None:
        self.name = setup.name
        self.address = setup.source.text
        self.format: VideoFormat | None = None
        self.frames_in = 0
        self.gaps = GapCounter()
        self.engine_ns = Percentiles()
        self.latest: Latest[Frame] = Latest()
        self.drawing = Drawing(backend, outputs, setup.look)
        self.scoping = Scoping(scopes, clock) if scopes is not None else None
        self._source = open_source(setup.source, setup.options, clock)
        self._clock = clock
        self._outputs = tuple(outputs)
        self._events = events
        self._link = State(Link.STARTING)
        self._trouble: State | None = None
        self._noted: set[str] = set()
        self._stop = threading.Event()
        self._opened = threading.Event()
        self._go = threading.Event()
        self._open_error: LivegradeError | None = None
        # Daemons: a device that never answers must not keep the program from ending.
        self._threads = [
            threading.Thread(target=self._capture, name=f"livegrade-capture-{self.name}", daemon=True),
            threading.Thread(target=self._draw, name=f"livegrade-engine-{self.name}", daemon=True),
        ]

    def start(self) -> None:
        """Starts both threads; capture opens the source, and `wait_open` tells how that went."""
        for thread in self._threads:
            thread.start()

    def wait_open(self) -> None:
        """Returns when the source is open. Raises what opening it raised (LivegradeError)."""
        while not self._opened.wait(0.1):
            # In steps, because Windows does not deliver Ctrl+C to a thread that waits without end.
            pass
        if self._open_error is not None:
            raise self._open_error

    def go(self) -> None:
        """From now on the source is read; until then it is only open."""
        self._go.set()

    def ask_to_stop(self) -> None:
        self._stop.set()
        self._go.set()
        self.latest.close()

    def join(self) -> None:
        """Waits for both threads; the source is closed by the thread that opened it."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(STOP_GRACE_S)
                if thread.is_alive():
                    self._enter(Link.FAULTED, f"slot {self.name} did not stop within {STOP_GRACE_S:g} s")

    @property
    def look(self) -> Look:
        """The look asked for."""
        return self.drawing.look

    @look.setter
    def look(self, look: Look) -> None:
        self.drawing.look = look

    @property
    def state(self) -> State:
        """Of the source; while the engine cannot draw its frames, that."""
        return self._trouble or self._link

    @property
    def finished(self) -> bool:
        """Nothing more will come from this slot and everything that came is drawn."""
        return self._threads[-1].ident is not None and not self._threads[-1].is_alive()

    @property
    def last(self) -> tuple[Frame, ...]:
        """The newest source frame and what was drawn from it, in the order of the outputs; empty before the first."""
        return self.drawing.last

    @property
    def scopes(self) -> dict[Tap, ScopeData]:
        """The newest counts of each tap."""
        return self.scoping.latest if self.scoping is not None else {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know though all goes on: of the source, of a look not applied, of scopes that failed."""
        own = (self.drawing.refused, self.scoping.fault if self.scoping is not None else "")
        return (*self._source.notes, *(note for note in own if note))

    def _enter(self, link: Link, reason: str = "") -> None:
        if self._link != State(link, reason):
            self._link = State(link, reason)
            self._tell(link, reason)

    def _tell(self, link: Link, text: str) -> None:
        self._events.add(Event(self._clock.now_ns(), f"slot {self.name}", link, text))

    def _tell_notes(self) -> None:
        for note in self.notes:
            if note not in self._noted:
                self._noted.add(note)
                self._tell(self.state.link, note)

    # ---- capture thread

    def _capture(self) -> None:
        try:
            try:
                self._open()
                self._go.wait()
                while not self._stop.is_set() and self._read_one():
                    pass
            finally:
                self._drain()
                self._source.close()
        except LivegradeError as error:
            self._enter(Link.FAULTED, str(error))
        except Exception as error:
            _log.exception("capture failed slot=%s", self.name)
            self._enter(Link.FAULTED, f"source of slot {self.name} failed: {error}")
        finally:
            self.latest.close()

    def _open(self) -> None:
        try:
            self._source.open()
        except LivegradeError as error:
            self._open_error = error
            raise
        except Exception as error:
            self._open_error = SourceError(f"'{self.address}' cannot be opened: {error}")
            raise
        finally:
            self._opened.set()

    def _drain(self) -> None:
        """Lets the engine take the last frame before the edge closes."""
        while self.latest.counters().depth and not self._stop.wait(0.005):
            pass

    def _read_one(self) -> bool:
        """One read of the source; False at its end."""
        got = self._source.read()
        if isinstance(got, NoSignal):
            self._enter(Link.LOST, got.reason)
            self._set_outputs_lost(got.since_ns)
            return True
        if isinstance(got, Ended):
            self._enter(Link.FAULTED if got.early else Link.ENDED, got.early or f"ended after {got.frames} frames")
            return False
        if self._link.link is not Link.RUNNING:
            self._enter(Link.RUNNING)
            self._set_outputs_lost(None)
        if got.format != self.format:
            self.format = got.format
            self._tell(Link.RUNNING, f"signal is {got.format}")
        if self.frames_in % NOTES_EVERY == 0:
            self._tell_notes()
        if not self.latest.put(got):
            return False
        self.frames_in += 1
        self.gaps.see(got.index)
        return True

    def _set_outputs_lost(self, since_ns: int | None) -> None:
        for output in self._outputs:
            output.lose(since_ns)

    # ---- engine thread

    def _draw(self) -> None:
        while not self._stop.is_set():
            frame = self.latest.take(WAIT_NS)
            if frame is Nothing.CLOSED:
                break
            if frame is Nothing.NOT_YET:
                continue
            try:
                self._draw_one(frame)
                self._trouble = None
            except Exception as error:
                # The thread's edge: whatever a frame did, the next one gets its chance and the sinks repeat the last.
                self._stumble(f"engine of slot {self.name} failed: {error}")
        for output in self._outputs:
            output.end()

    def _draw_one(self, frame: Frame) -> None:
        began_ns = self._clock.now_ns()
        work = self.drawing.draw(frame)
        self.engine_ns.record(self._clock.now_ns() - began_ns)
        if self.scoping is not None:
            graded = self.drawing.graded_format(frame.format)
            self.scoping.measure_if_due(work, graded, lambda: self.latest.counters().depth > 0)

    def _stumble(self, reason: str) -> None:
        """Says it once, not for every frame."""
        if self._trouble is None or self._trouble.reason != reason:
            _log.exception("drawing failed slot=%s", self.name)
            self._tell(Link.FAULTED, reason)
        self._trouble = State(Link.FAULTED, reason)
