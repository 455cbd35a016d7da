"""One slot at work: a capture thread that reads the source, an engine thread that draws what the sinks want, and then
the scopes. Picture first: scopes are shed, counted, when the next frame is already waiting."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.capture.source import Ended, NoSignal, open_source
from livegrade.engine.engine import Engine, FramePass, Wanted
from livegrade.errors import LivegradeError
from livegrade.scopes.measure import ScopeCounts, Tap
from livegrade.session.events import Event, Link, State
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.video.edges import Latest, Nothing
from livegrade.video.gaps import GapCounter
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.scopes.measure import ScopeData, ScopeRequest
    from livegrade.session.events import EventLog
    from livegrade.session.output import OutputRunner
    from livegrade.session.setup import ScopePlan, SlotSetup
    from livegrade.timing.clock import Clock
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

WAIT_NS = 100_000_000
"""How long the engine thread waits for a frame before it looks whether it should stop."""


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
        self.look: Look = setup.look
        self.state = State(Link.STARTING)
        self.format: VideoFormat | None = None
        self.frames_in = 0
        self.gaps = GapCounter()
        self.engine_ns = Percentiles()
        self.scope_ns = Percentiles()
        self.scopes_measured = 0
        self.scopes_shed = 0
        self.scopes: dict[Tap, ScopeData] = {}
        self.last: tuple[Frame, ...] = ()
        self.latest: Latest[Frame] = Latest()
        self._source = open_source(setup.source, setup.options, clock)
        self._engine = Engine(backend)
        self._clock = clock
        self._outputs = tuple(outputs)
        self._plan = scopes
        self._scopes_due_ns = 0
        self._taps = [Tap.SOURCE, Tap.GRADED]
        self._counts: dict[tuple[Tap, VideoFormat], list[ScopeCounts]] = {}
        self._good_look = setup.look
        self.look_path: str | None = None
        self._events = events
        self._stop = threading.Event()
        self._opened = threading.Event()
        self._open_error: LivegradeError | None = None
        self._threads = [
            threading.Thread(target=self._capture, name=f"livegrade-capture-{self.name}"),
            threading.Thread(target=self._draw, name=f"livegrade-engine-{self.name}"),
        ]

    def start(self) -> None:
        """Starts capture, which opens the source; `wait_open` tells how that went."""
        for thread in self._threads:
            thread.start()

    def wait_open(self) -> None:
        """Returns when the source is open. Raises what opening it raised (LivegradeError)."""
        self._opened.wait()
        if self._open_error is not None:
            raise self._open_error

    def stop(self) -> None:
        """Stops both threads; the source is closed by the thread that opened it."""
        self._stop.set()
        self.latest.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    @property
    def finished(self) -> bool:
        """Nothing more will come from this slot and everything that came is drawn."""
        return self._threads[-1].ident is not None and not self._threads[-1].is_alive()

    def _enter(self, link: Link, reason: str = "") -> None:
        if self.state.link is not link or self.state.reason != reason:
            self.state = State(link, reason)
            self._events.add(Event(self._clock.now_ns(), f"slot {self.name}", link, reason))

    # ---- capture thread

    def _capture(self) -> None:
        try:
            self._source.open()
        except LivegradeError as error:
            self._open_error = error
            self._enter(Link.FAULTED, str(error))
            self.latest.close()
            return
        finally:
            self._opened.set()
        try:
            while not self._stop.is_set() and self._read_one():
                pass
        except LivegradeError as error:
            self._enter(Link.FAULTED, str(error))
        except Exception as error:
            _log.exception("capture failed slot=%s", self.name)
            self._enter(Link.FAULTED, f"source of slot {self.name} failed: {error}")
        finally:
            self._drain()
            self._source.close()

    def _drain(self) -> None:
        """Lets the engine take the last frame before the edge closes."""
        while self.latest.counters().depth and not self._stop.wait(0.005):
            pass
        self.latest.close()

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
        if self.state.link is not Link.RUNNING:
            self._enter(Link.RUNNING)
            self._set_outputs_lost(None)
        if got.format != self.format:
            self.format = got.format
            self.look_path = None
            self._enter_note(f"signal is {got.format}")
        self.frames_in += 1
        self.gaps.see(got.index)
        self.latest.put(got)
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
            except Exception as error:
                # The thread's edge: whatever a frame did, the next one gets its chance and the sinks repeat the last.
                _log.exception("drawing failed slot=%s", self.name)
                self._enter(Link.FAULTED, f"engine of slot {self.name} failed: {error}")
        for output in self._outputs:
            output.end()

    def _draw_one(self, frame: Frame) -> None:
        began_ns = self._clock.now_ns()
        work = self._begin(frame)
        shown = []
        for output in self._outputs:
            if output.state.link in (Link.FAULTED, Link.ENDED):
                continue
            try:
                drawn = work.output(Wanted(output.view, output.format_for(frame.format)))
            except LivegradeError as error:
                output.fault(str(error))
                continue
            output.put(drawn)
            shown.append(drawn)
        self.last = (frame, *shown)
        self.engine_ns.record(self._clock.now_ns() - began_ns)
        self._measure_if_due(work)

    def _begin(self, frame: Frame) -> FramePass:
        """The pass with the look of now; a look that cannot be compiled leaves the last good one up."""
        look = self.look
        if look is not self._good_look or self.look_path is None:
            target = self._graded_format(frame.format)
            try:
                self.look_path = self._engine.program(look, False, frame.format, target).path
                self._good_look = look
            except LivegradeError as error:
                self._enter_note(f"look not applied, the last one stays: {error}")
                self.look = self._good_look
        return self._engine.take(frame, self._good_look)

    def _enter_note(self, text: str) -> None:
        self._events.add(Event(self._clock.now_ns(), f"slot {self.name}", self.state.link, text))

    # ---- scopes

    def _measure_if_due(self, work: FramePass) -> None:
        """Counts both taps, unless the next frame is waiting: before each tap that is asked again, and the tap that
        comes first changes from time to time, so that a busy machine still shows both."""
        now_ns = self._clock.now_ns()
        if self._plan is None or now_ns < self._scopes_due_ns:
            return
        self._scopes_due_ns = max(self._scopes_due_ns + NS_PER_SECOND // self._plan.per_second, now_ns)
        step = 2 if work.frame.format.height >= self._plan.subsample_above else 1
        request = replace(self._plan.request, step=step).at(work.frame.index)
        self._taps.reverse()
        for tap in self._taps:
            if self.latest.counters().depth:
                self.scopes_shed += 1
                continue
            format = work.frame.format if tap is Tap.SOURCE else self._graded_format(work.frame.format)
            self.scopes[tap] = work.measure(tap, request, format, self._spare_counts(tap, format, request))
            self.scopes_measured += 1
        self.scope_ns.record(self._clock.now_ns() - now_ns)

    def _graded_format(self, source: VideoFormat) -> VideoFormat:
        """The graded tap reads the format of the first sink that runs, so that most sessions grade once."""
        for output in self._outputs:
            if output.state.link not in (Link.FAULTED, Link.ENDED):
                return output.format_for(source)
        return source

    def _spare_counts(self, tap: Tap, format: VideoFormat, request: ScopeRequest) -> ScopeCounts:
        """Two sets of arrays in turn for each tap, so that a reader of the last one is not written over at once."""
        sets = self._counts.get((tap, format))
        if sets is None:
            self._counts.clear() if len(self._counts) > 4 else None
            sets = self._counts[tap, format] = [ScopeCounts.empty(request, format) for _ in range(2)]
        sets.reverse()
        return sets[0]
