"""One output at work: a feed that the engine fills and a thread that writes to the sink at the sink's own pace.

An output that fails is given up with a sentence and the others go on. A live output follows a signal that changes its
format; a recording cannot, and is finished properly with what came before.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from livegrade.errors import LivegradeError
from livegrade.outputs.sink import Sink, open_sink, stream_start
from livegrade.session.events import Event, EventLog, Link, State
from livegrade.session.feed import Feed, LiveFeed, RecordingFeed
from livegrade.session.loss import LossPicture
from livegrade.transport.address import Scheme
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from livegrade.session.setup import SinkSetup
    from livegrade.timing.clock import Clock
    from livegrade.video.edges import EdgeCounters
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

LIVE_GRACE_S = 5.0
"""How long a live output may take to stop. A file may take as long as it needs: what it holds is worth the wait."""


class OutputRunner:
    """Owns one sink and its thread. `view` may be set from any thread: the next frame has it."""

    def __init__(self, setup: SinkSetup, clock: Clock, events: EventLog, overwrite: bool) -> None:
        self.address = setup.address.text
        self.slot = setup.slot
        self.view = setup.view
        self.state = State(Link.STARTING)
        self._state_lock = threading.Lock()
        self._done = threading.Event()
        self.format: VideoFormat | None = None
        self.frames_out = 0
        self.skipped = 0
        self.latency_ns = Percentiles()
        self.write_ns = Percentiles()
        self.is_recording = setup.address.scheme in (Scheme.PATH, Scheme.FFMPEG)
        self._sink: Sink = open_sink(setup.address, clock, overwrite=overwrite)
        self._clock = clock
        self._events = events
        self._formats: dict[VideoFormat, VideoFormat] = {}
        self._loss = LossPicture(setup.address.on_loss)
        self._feed: Feed = RecordingFeed() if self.is_recording else LiveFeed(clock, self._loss)
        self._stop = threading.Event()
        # A daemon: a device or file system that never answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._write, name=f"livegrade-sink-{self.address}", daemon=True)

    @property
    def lossy(self) -> bool:
        """What arrives is not what was sent."""
        return self._sink.lossy

    @property
    def held(self) -> int:
        """Pictures shown while the source had no signal."""
        return self._loss.shown

    @property
    def is_through(self) -> bool:
        """Nothing will be written any more."""
        return self.state.link in (Link.FAULTED, Link.ENDED)

    def lose(self, since_ns: int | None) -> None:
        """The source's signal is gone since then, or back (None). From any thread."""
        self._loss.since_ns = since_ns

    def format_for(self, source: VideoFormat) -> VideoFormat:
        """The format that the sink wants for such a source. Raises LivegradeError."""
        wanted = self._formats.get(source)
        if wanted is None:
            wanted = self._formats[source] = self._sink.accept(source)
        return wanted

    def put(self, frame: Frame) -> None:
        """From the engine thread; never waits."""
        if self.is_through:
            return
        if self.state.link is Link.LOST:
            self._enter(Link.RUNNING)
        now_ns = self._clock.now_ns()
        if self._feed.put(frame, now_ns):
            self.latency_ns.record(now_ns - frame.captured_ns)

    def skip(self, reason: str) -> None:
        """From the engine thread: this frame could not be drawn for this output, the next one may."""
        self.skipped += 1
        if not self.is_through:
            self._enter(Link.LOST, reason)

    def counters(self) -> EdgeCounters:
        return self._feed.counters()

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """No more frames will be put; what waits is still written."""
        self._feed.end()

    def ask_to_stop(self) -> None:
        """Live outputs stop at once, recordings write what waits. Does not wait."""
        self._stop.set()
        self._feed.end()

    def join(self) -> None:
        """Waits until the sink is finished."""
        if self._thread.ident is None:
            return
        # Not Thread.join alone: on Python 3.11 a join that Ctrl+C interrupts takes the thread for ended.
        if self._done.wait(None if self.is_recording else LIVE_GRACE_S):
            self._thread.join()
        else:
            self.fault(f"output '{self.address}' did not stop within {LIVE_GRACE_S:g} s")

    def fault(self, reason: str) -> None:
        """Gives this output up; the others go on."""
        self._enter(Link.FAULTED, reason)
        self._feed.close()

    def _enter(self, link: Link, reason: str = "") -> None:
        """From any thread. Faulted and ended are final: whoever comes later with another state is too late."""
        with self._state_lock:
            if self.is_through or self.state.link is link:
                return
            self.state = State(link, reason)
        self._events.add(Event(self._clock.now_ns(), self.address, link, reason))

    # ---- sink thread

    def _write(self) -> None:
        try:
            self._write_all()
        finally:
            self._done.set()

    def _write_all(self) -> None:
        try:
            while (frame := self._feed.next(self._stop)) is not None and self._follow(frame.format):
                self._write_one(frame)
            self._sink.close()
            if self.state.link is not Link.FAULTED:
                self._enter(Link.ENDED, f"{self.frames_out} frames written")
        except LivegradeError as error:
            self._give_up(str(error))
        except Exception as error:
            _log.exception("output failed address=%s", self.address)
            self._give_up(f"output '{self.address}' failed: {error}")

    def _give_up(self, reason: str) -> None:
        try:
            self._sink.abort()
            if self._sink.partial is not None:
                reason += f"; the frames before that are in {self._sink.partial}"
        finally:
            self.fault(reason)

    def _follow(self, format: VideoFormat) -> bool:
        """Closes a sink that was opened for another format; False for a recording, which ends with that."""
        if self.format is None or format == self.format:
            return True
        self._sink.close()
        if self.is_recording:
            self.fault(
                f"the signal changed from {self.format} to {format}; '{self.address}' is finished and holds the "
                f"{self.frames_out} frames before that"
            )
            return False
        self.format = None
        return True

    def _write_one(self, frame: Frame) -> None:
        if self.format is None:
            self._sink.open(frame.format, stream_start(frame))
            self.format = frame.format
            self._enter(Link.RUNNING)
        began_ns = self._clock.now_ns()
        self._sink.write(frame)
        self.write_ns.record(self._clock.now_ns() - began_ns)
        self.frames_out += 1
