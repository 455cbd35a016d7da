"""One output at work: an edge that the engine fills and a thread that writes to the sink at the sink's own pace.

Live sinks (NDI, null) get a `Paced` edge and are written once per tick of the picture rate, whatever comes: on loss of
signal they hold, show black or bars. Files get a `Bounded` edge: every frame, and a full queue is counted as dropped
rather than let the encoder hold up the village's picture.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import LivegradeError
from livegrade.outputs.sink import Sink, open_sink, stream_start
from livegrade.session.events import Event, EventLog, Link, State
from livegrade.session.loss import LossPicture
from livegrade.transport.address import Scheme
from livegrade.video.edges import Bounded, EdgeCounters, Nothing, Paced
from livegrade.video.latency import Percentiles

if TYPE_CHECKING:
    from livegrade.session.setup import SinkSetup
    from livegrade.timing.clock import Clock
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

DEPTH = 1
"""Frames of jitter buffer before a live sink; the latency it adds is half a frame to one and a half."""
RECORDING_QUEUE = 50
"""Frames that wait for an encoder: two seconds at 25p, 200 MB at 1080p."""
NO_COUNTERS = EdgeCounters(0, 0, 0)


class Feed(Protocol):
    """How frames come to the sink's thread."""

    def put(self, frame: Frame, now_ns: int) -> bool: ...
    def next(self, stop: threading.Event) -> Frame | None: ...
    def close(self) -> None: ...
    def counters(self) -> EdgeCounters: ...


class OutputRunner:
    """Owns one sink and its thread. `view` may be set from any thread: the next frame has it."""

    def __init__(self, setup: SinkSetup, clock: Clock, events: EventLog, overwrite: bool) -> None:
        self.address = setup.address.text
        self.slot = setup.slot
        self.view = setup.view
        self.state = State(Link.STARTING)
        self.format: VideoFormat | None = None
        self.frames_out = 0
        self.latency_ns = Percentiles()
        self.write_ns = Percentiles()
        self._sink: Sink = open_sink(setup.address, clock, overwrite=overwrite)
        self._clock = clock
        self._events = events
        self._formats: dict[VideoFormat, VideoFormat] = {}
        self._loss = LossPicture(setup.address.on_loss)
        recording = setup.address.scheme in (Scheme.PATH, Scheme.FFMPEG)
        self._feed: Feed = RecordingFeed() if recording else LiveFeed(clock, self._loss)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name=f"livegrade-sink-{self.address}")

    @property
    def held(self) -> int:
        """Pictures shown while the source had no signal."""
        return self._loss.shown

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
        now_ns = self._clock.now_ns()
        if self.state.link in (Link.STARTING, Link.RUNNING) and self._feed.put(frame, now_ns):
            self.latency_ns.record(now_ns - frame.captured_ns)

    def counters(self) -> EdgeCounters:
        return self._feed.counters()

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """No more frames will be put; what waits is still written."""
        self._feed.close()

    def stop(self) -> None:
        """Ends the feed and waits until the sink is finished."""
        self._stop.set()
        self._feed.close()
        if self._thread.ident is not None:
            self._thread.join()

    def fault(self, reason: str) -> None:
        """Gives this output up; the others go on."""
        self._enter(Link.FAULTED, reason)
        self._feed.close()

    def _enter(self, link: Link, reason: str = "") -> None:
        if self.state.link is not link:
            self.state = State(link, reason)
            self._events.add(Event(self._clock.now_ns(), self.address, link, reason))

    # ---- sink thread

    def _write(self) -> None:
        try:
            while (frame := self._feed.next(self._stop)) is not None:
                self._write_one(frame)
            self._sink.close()
            if self.state.link is not Link.FAULTED:
                self._enter(Link.ENDED, f"{self.frames_out} frames written")
        except LivegradeError as error:
            self._sink.abort()
            self.fault(str(error))
        except Exception as error:
            _log.exception("output failed address=%s", self.address)
            self._sink.abort()
            self.fault(f"output '{self.address}' failed: {error}")

    def _write_one(self, frame: Frame) -> None:
        if frame.format != self.format:
            if self.format is not None:
                self._sink.close()
            self._sink.open(frame.format, stream_start(frame))
            self.format = frame.format
            self._enter(Link.RUNNING)
        began_ns = self._clock.now_ns()
        self._sink.write(frame)
        self.write_ns.record(self._clock.now_ns() - began_ns)
        self.frames_out += 1


class RecordingFeed:
    """Every frame, in order, as fast as the file takes them."""

    def __init__(self) -> None:
        self._edge: Bounded[Frame] = Bounded(RECORDING_QUEUE)
        self._dropped = 0

    def put(self, frame: Frame, now_ns: int) -> bool:
        del now_ns
        accepted = self._edge.put(frame, timeout_ns=0)
        self._dropped += not accepted
        return accepted

    def next(self, stop: threading.Event) -> Frame | None:
        del stop
        frame = self._edge.take()
        return None if isinstance(frame, Nothing) else frame

    def close(self) -> None:
        self._edge.close()

    def counters(self) -> EdgeCounters:
        return replace(self._edge.counters(), dropped=self._dropped)


class LiveFeed:
    """One frame for every tick of the picture rate, from the first frame on until the end."""

    def __init__(self, clock: Clock, loss: LossPicture) -> None:
        self._clock = clock
        self._loss = loss
        self._edge: Paced[Frame] | None = None
        self._first = threading.Event()
        self._closed = False
        self._base_ns = 0
        self._ticks = 0
        self._late = 0
        self._format: VideoFormat | None = None

    def put(self, frame: Frame, now_ns: int) -> bool:
        if self._closed:
            return False
        if self._edge is None:
            self._edge = Paced(DEPTH, frame.format.rate, frame.format.rate)
            self._format = frame.format
            self._base_ns = now_ns + frame.format.rate.period_ns
        accepted = self._edge.put(frame, frame.index, now_ns)
        self._first.set()
        return accepted

    def next(self, stop: threading.Event) -> Frame | None:
        """Waits for the next tick. None at the end."""
        while not self._first.wait(0.1):
            if stop.is_set() or self._closed:
                return None
        edge, format = self._edge, self._format
        if edge is None or format is None:
            return None
        while not (stop.is_set() or self._closed):
            tick_ns = self._base_ns + format.rate.start_ns(self._ticks)
            self._ticks += 1
            self._clock.sleep_until_ns(tick_ns)
            due = edge.take(tick_ns)
            if self._clock.now_ns() - tick_ns > format.rate.period_ns:
                # The sink needed longer than a picture: this tick is over, what it had is lost and counted.
                self._late += 1
                continue
            if due is Nothing.CLOSED:
                return None
            if not isinstance(due, Nothing):
                return self._loss.picture(due.item, due.repeats, tick_ns)
        return None

    def close(self) -> None:
        self._closed = True
        if self._edge is not None:
            self._edge.close()

    def counters(self) -> EdgeCounters:
        if self._edge is None:
            return NO_COUNTERS
        counters = self._edge.counters()
        return replace(counters, dropped=counters.dropped + self._late)
