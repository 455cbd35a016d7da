"""One slot at work: a capture thread that reads the source and an engine thread that draws what the sinks want, and
then the scopes. Whatever fails becomes a state with a sentence; the next frame gets its chance, and a source that
breaks off is opened again for as long as the session runs, unless it is a file."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from livegrade.capture.recordrules import record_flag
from livegrade.capture.source import Ended, NoSignal, SourceKind, open_source
from livegrade.errors import LivegradeError, MediaError, SourceError, UsageError
from livegrade.redaction import shown
from livegrade.scopes.peaks import Peaks
from livegrade.session.alarming import SlotAlarms
from livegrade.session.drawing import Drawing
from livegrade.session.events import Link
from livegrade.session.grace import Grace
from livegrade.session.outlets import Outlets
from livegrade.session.scoping import Scoping
from livegrade.session.setup import NO_SCOPES
from livegrade.session.sight import said_of
from livegrade.session.signal import SlotSignal
from livegrade.session.source import SlotSource
from livegrade.session.takes import Takes
from livegrade.timing.backoff import Backoff
from livegrade.video.edges import Latest, Nothing
from livegrade.video.gaps import GapCounter
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from livegrade.capture.source import CaptureOptions
    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.engine.comparison import References
    from livegrade.engine.engine import FramePass
    from livegrade.engine.view import View
    from livegrade.scopes.measure import ScopeData, Tap
    from livegrade.session.events import EventLog, State
    from livegrade.session.output import OutputRunner
    from livegrade.session.setup import ScopePlan, SlotSetup
    from livegrade.session.source import SourceInForce
    from livegrade.timing.clock import Clock
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame
    from livegrade_devices.camera import CameraState

_log = logging.getLogger(__name__)

OPEN_PATIENCE_S = 2.0
"""How long the others wait at the start for a signal that may come later."""
STOP_GRACE_S = 5.0
"""How long a source may take to stop, from when it is asked to; one that never answers is left behind with a
sentence."""
SIGNAL_GRACE_S = 0.5
"""How long a call that waits for a signal is waited for. It ends by its own time limits and closes the source then:
nothing is lost by leaving it behind."""
PAUSE_STEP_NS = 50_000_000
WAITING = 2
"""Pictures that wait for the engine. Where one of the two threads gets no core for longer than a picture, two come at
once: the sinks' edges have the time for both, and with room for one alone the first would be lost."""
NOTES_EVERY = 50
"""Frames between two looks at what the source has to say."""


class SlotRunner:
    """Owns one source and its two threads. `look` may be set from any thread: the next frame has it, whole.
    `camera_said`: what the camera says of itself beside its picture, as a device of the slot; of who follows that.
    `meters`: what is measured where people want it; a value replaced whole, from any thread. `peaks`: the envelopes of
    its scopes, held for who draws them."""

    def __init__(
        self,
        setup: SlotSetup,
        backend: AnyBackend,
        clock: Clock,
        outputs: Sequence[OutputRunner],
        scopes: ScopePlan | None,
        events: EventLog,
        references: References | None = None,
    ) -> None:
        self.name = setup.name
        self.address = setup.source.text
        self.setup = setup
        self.outlets = Outlets(outputs)
        self.camera = setup.camera
        self.camera_said: CameraState | None = None
        self.meters = setup.meters
        self.range_source = setup.range_source
        self.format: VideoFormat | None = None
        self.frames_in = 0
        self.turned_ns = 0
        self.gaps = GapCounter()
        self.engine_ns = Percentiles()
        self.latest: Latest[Frame] = Latest(WAITING)
        self.chain = setup.chain
        self._look = setup.look
        self.drawing = Drawing(backend, self.outlets, setup.chain.around(setup.look), references)
        self.drawing.said = partial(said_of, self)
        self.peaks = Peaks()
        self.scope_plan = scopes or NO_SCOPES
        self.scoping = Scoping(self.scope_plan, clock) if self.scope_plan.per_second else None
        self._allocate, self._pinned = backend.allocate, backend.name == "cuda"
        options = self._options(setup)
        self._source = SlotSource(open_source(setup.source, options, clock), setup, self._moved)
        self._may_wait = options.wait and self._source.kind is SourceKind.SIGNAL
        is_signal = self._source.kind is SourceKind.SIGNAL
        self.alarms = SlotAlarms(self.name, setup.alarms, events, setup.camera, is_signal=is_signal)
        self._clock = clock
        self.takes = Takes(self.name, record_flag(setup.source), events)
        self._signal = SlotSignal(self.name, self.address, self._source.kind, self.outlets, clock, events)
        self._backoff = Backoff()
        self._noted: set[str] = set()
        self._logged: set[str] = set()
        self._opened, self._go, self._stop = threading.Event(), threading.Event(), threading.Event()
        self._read, self._captured, self._drew = threading.Event(), threading.Event(), threading.Event()
        self._grace: Grace | None = None
        self._open_error: LivegradeError | None = None
        # Daemons: a device that never answers must not keep the program from ending.
        self._threads = [
            threading.Thread(target=work, name=f"livegrade-{part}-{self.name}", daemon=True)
            for part, work in (("capture", self._capture), ("engine", self._draw))
        ]

    def start(self) -> None:
        """Starts both threads; capture opens the source, and `wait_open` tells how that went."""
        for thread in self._threads:
            thread.start()

    def wait_open(self) -> None:
        """Returns when the source is open; a signal that may come later is not waited for longer than
        OPEN_PATIENCE_S. Raises what opening it raised (LivegradeError)."""
        waited_s = 0.0
        while not self._opened.wait(0.1):
            # In steps, because Windows does not deliver Ctrl+C to a thread that waits without end.
            waited_s += 0.1
            if self._may_wait and waited_s >= OPEN_PATIENCE_S:
                self._signal.lose(f"'{self.address}' does not answer yet", self._clock.now_ns())
                return
        if self._open_error is not None:
            raise self._open_error

    def go(self) -> None:
        """From now on the source is read; until then it is only open."""
        self._go.set()

    def ask_to_stop(self) -> None:
        self._grace = self._grace or Grace(STOP_GRACE_S)
        self._stop.set()
        self._go.set()
        self.latest.close()

    def join(self) -> None:
        """Waits for both threads; the source is closed by the thread that opened it."""
        if self._threads[0].ident is None:
            return
        # Not Thread.join: on Python 3.11 a join that Ctrl+C interrupts takes the thread for ended.
        grace = self._grace or Grace(STOP_GRACE_S)
        waits_for_signal = self._source.kind is SourceKind.SIGNAL
        left = grace.wait(self._read, SIGNAL_GRACE_S if waits_for_signal else None)
        closed = grace.wait(self._captured) if left else waits_for_signal
        if not (closed and grace.wait(self._drew)):
            self._signal.finish(Link.FAULTED, f"slot {self.name} did not stop within {STOP_GRACE_S:g} s")

    @property
    def look(self) -> Look:
        """The look asked for, without what the slot keeps around it (`chain`)."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look
        self.drawing.look = self.chain.around(look)

    def attach(self, output: OutputRunner) -> None:
        """The next frame is drawn for `output` too, which runs already. Raises LivegradeError where it cannot show such
        a source."""
        if self.finished:
            raise UsageError(f"slot {self.name} gives no more pictures")
        self.drawing.expect(output)
        self.outlets.add(output)
        self._signal.tell_outputs()

    def change(self, setup: SlotSetup, views: Mapping[OutputRunner, View], *, reopen: bool = False) -> bool:
        """The slot is as `setup` says, its look too, and its outputs show `views`; from any one thread. Its source
        is opened anew where it is another, is to be read otherwise or where that is asked for (`reopen`): whether it
        is. The picture before stays up meanwhile. Raises UsageError where the slot gives no more pictures, or for what
        is wrong in an address."""
        if self._signal.is_over:
            raise UsageError(f"slot {self.name} gives no more pictures: {self.state.reason or 'it has ended'}")
        reopen = reopen or (setup.source, setup.options) != (self.setup.source, self.setup.options)
        if reopen:
            self._source.change(open_source(setup.source, self._options(setup), self._clock), setup)
        self.setup, self.camera, self.chain = setup, setup.camera, setup.chain
        self.address, self.range_source = setup.source.text, setup.range_source
        self.alarms.clip_with(setup.camera)
        self._look = setup.look
        self.drawing.change(setup.chain.around(setup.look), views)
        return reopen

    @property
    def source_changes(self) -> bool:
        """Another source waits to take the place of the one that is read."""
        return self._source.changes

    @property
    def source_in_force(self) -> SourceInForce | None:
        """Since which frame the source that is read now gives them; None before the first."""
        return self._source.in_force

    def _options(self, setup: SlotSetup) -> CaptureOptions:
        return replace(setup.options, allocate=self._allocate, pinned=self._pinned)

    @property
    def state(self) -> State:
        """Of the source; while the engine cannot draw its frames, that."""
        return self._signal.state

    @property
    def finished(self) -> bool:
        """Nothing more will come from this slot and everything that came is drawn."""
        return self._drew.is_set()

    @property
    def last(self) -> tuple[Frame, ...]:
        """The newest source frame and the pictures drawn from it, one for each output that could be drawn for, in their
        order; empty before the first."""
        return self.drawing.last

    @property
    def scopes(self) -> dict[Tap, ScopeData]:
        """The newest counts of each tap, which may be held as long as one likes."""
        scoping = self.scoping
        return dict(scoping.latest) if scoping is not None else {}

    def measure(self, plan: ScopePlan) -> None:
        """What is measured of its pictures from now on, kept in `scope_plan` also where that is nothing. From any
        thread."""
        scoping = self.scoping
        self.scope_plan = plan
        if plan.per_second and scoping is not None:
            scoping.plan = plan
        else:
            self.scoping = Scoping(plan, self._clock) if plan.per_second else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know though all goes on: of the source, of a look not applied, of scopes that failed."""
        scoping = self.scoping
        own = (self.drawing.refused, scoping.state.reason if scoping is not None else "")
        return (*self._source.notes, *(note for note in own if note))

    def _tell_notes(self) -> None:
        for note in self.notes:
            if note not in self._noted:
                self._noted.add(note)
                self._signal.tell(note)

    # ---- capture thread

    def _moved(self, setup: SlotSetup) -> None:
        """Another source is about to be opened."""
        self._signal.move(setup.source.text, self._source.kind)
        self.alarms.begin_anew(is_signal=self._source.kind is SourceKind.SIGNAL)
        self.takes.follow(record_flag(setup.source))
        self._noted.clear()

    def _capture(self) -> None:
        try:
            fault = self._attempt(self._open)
            self._go.wait()
            self._signal.expect()
            while not (self._stop.is_set() or self._signal.is_over):
                fault = self._attempt(self._read_on) if fault is None else self._open_again(fault)
        finally:
            self._read.set()
            self._drain()
            stuck = self._attempt(self._source.close)
            if stuck is not None:
                self._signal.finish(Link.FAULTED, stuck)
            self.latest.close()
            self._captured.set()

    def _attempt(self, step: Callable[[], str | None]) -> str | None:
        """What `step` says, or what it raises, as a sentence: the thread's edge. The traceback of what nobody expected
        is logged once."""
        try:
            return step()
        except LivegradeError as error:
            return str(error)
        except Exception as error:
            fault = f"source of slot {self.name} failed: {shown(str(error))}"
            if fault not in self._logged:
                self._logged.add(fault)
                _log.exception("capture failed slot=%s", self.name)
            return fault

    def _open(self) -> str | None:
        """The first time: what fails is an error of the start, unless the signal may come later."""
        try:
            self._source.open()
            self._backoff.worked(self._clock.now_ns())
        except Exception as error:
            if isinstance(error, MediaError) and self._may_wait:
                return str(error)
            plain = SourceError(f"'{self.address}' cannot be opened: {error}")
            self._open_error = error if isinstance(error, LivegradeError) else plain
            self._signal.finish(Link.FAULTED, str(self._open_error))
            raise
        finally:
            self._opened.set()
        return None

    def _open_again(self, fault: str) -> str | None:
        """Closes what is broken, waits, and opens it; what went wrong this time, or None. A file is over."""
        now_ns = self._clock.now_ns()
        if self._source.kind is SourceKind.FILE:
            self._signal.finish(Link.FAULTED, fault)
            return fault
        self._signal.lose(fault, now_ns)
        stuck = self._attempt(self._source.close)
        if stuck is not None:
            self._signal.tell(stuck)
        until_ns = now_ns + self._backoff.failed(now_ns)
        while (now_ns := self._clock.now_ns()) < until_ns and not self._source.changes:
            if self._stop.is_set():
                return fault
            self._clock.sleep_until_ns(min(until_ns, now_ns + PAUSE_STEP_NS))
        if (fault_now := self._attempt(self._source.open)) is None:
            self._backoff.worked(self._clock.now_ns())
        return fault_now

    def _drain(self) -> None:
        """Lets the engine take the last frame before the edge closes, as long as there is one that will."""
        while self.latest.counters().depth and not self._drew.is_set() and not self._stop.wait(0.005):
            pass

    def _read_on(self) -> str | None:
        """Reads until the session stops or a file ends (None), or else the source breaks off: why it did."""
        while not self._stop.is_set():
            got = self._source.read()
            if isinstance(got, Ended):
                return self._end(got)
            if isinstance(got, NoSignal):
                self._signal.lose(got.reason, got.since_ns)
            elif not self._take(got):
                return None
        return None

    def _end(self, ended: Ended) -> str | None:
        if self._source.kind is not SourceKind.FILE:
            return ended.early or f"'{self.address}' ended"
        link = Link.FAULTED if ended.early else Link.ENDED
        self._signal.finish(link, ended.early or f"ended after {ended.frames} frames")
        return None

    def _take(self, frame: Frame) -> bool:
        """Hands `frame` to the engine; False when nobody takes it any more."""
        self._signal.arrived(frame.format.rate.period_ns)
        if frame.format != self.format:
            self.format = frame.format
            self._signal.tell_change(f"signal is {frame.format}")
        self.alarms.see(frame)
        if self.frames_in % NOTES_EVERY == 0:
            self._tell_notes()
        if not self.latest.put(self.takes.see(frame)):
            return False
        self.frames_in += 1
        self.gaps.see(frame.index)
        return True

    # ---- engine thread

    def _draw(self) -> None:
        try:
            while not self._stop.is_set():
                self.turned_ns = self._clock.now_ns()
                frame = self.latest.take(self._signal.look())
                self.alarms.signal(self._signal.state, self._clock.now_ns())
                if frame is Nothing.CLOSED:
                    break
                if frame is Nothing.NOT_YET:
                    continue
                self._draw_one(frame)
        finally:
            for output in self.outlets:
                output.end()
            self._drew.set()

    def _draw_one(self, frame: Frame) -> None:
        work = self._drawn(frame)
        scoping = self.scoping
        if work is not None and scoping is not None:
            self._measure(work, scoping)

    def _drawn(self, frame: Frame) -> FramePass | None:
        """The pictures of `frame`, handed to the outputs; None when it cannot be drawn."""
        try:
            began_ns = self._clock.now_ns()
            work = self.drawing.draw(frame)
            self.engine_ns.record(self._clock.now_ns() - began_ns)
            self._signal.drawn()
        except Exception as error:
            # The thread's edge: whatever a frame did, the next one gets its chance and the sinks repeat the last. Said
            # once, not for every frame.
            if self._signal.stumbled(f"engine of slot {self.name} failed: {error}"):
                _log.exception("drawing failed slot=%s", self.name)
            return None
        return work

    def _measure(self, work: FramePass, scoping: Scoping) -> None:
        try:
            graded = self.drawing.graded_format(work.frame.format)
            for data in scoping.measure_if_due(work, graded, lambda: self.latest.counters().depth > 0):
                self.alarms.measured(data, work.frame.captured_ns)
        except Exception as error:
            # The same edge: the pictures of this frame are out, and scopes that fail do not cost the next one.
            if scoping.fail(f"scopes stand still: {error}"):
                _log.exception("scopes failed slot=%s", self.name)
