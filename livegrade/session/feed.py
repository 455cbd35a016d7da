"""How frames come from the engine to the thread of one sink. What is dropped or repeated is decided by the edges.

Live sinks (NDI, null) are fed through a `Paced` edge, once per tick of the picture rate, whatever comes: on loss of
signal they hold, show black or bars. Files are fed through a `Backlog`: every frame, but an encoder that falls behind
loses some rather than hold up the village's picture.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from livegrade.session.beat import CardBeat, ClockBeat
from livegrade.video.edges import Backlog, EdgeCounters, Nothing

if TYPE_CHECKING:
    from livegrade.outputs.sink import ClockedSink
    from livegrade.session.beat import Beat
    from livegrade.session.loss import LossPicture
    from livegrade.timing.clock import Clock
    from livegrade.video.frame import Frame

DEPTH = 1
"""Frames of jitter buffer before a live sink, up to 30p; it adds 1.25 frames of latency, before a card 0.6 to 1.6."""
FAST_DEPTH = 3
"""The same at rates of which a picture is shorter than FAST_NS, where the ticks are the program's."""
FAST_NS = 30_000_000
"""How short a picture is at a fast rate (48p and more). A thread that gets no core is as many milliseconds late at any
rate: a buffer of one short picture has too few of them, and one of two lost a picture to the start of a window."""
NETWORK_DEPTH = 2
"""The same for a source from a network or a device, whose pictures come tens of milliseconds early and late: a frame
later (2.25, before a card 1.6 to 2.6), and a picture may be a frame and a half late before it costs a gap."""
LIVE_BUFFERS = 10
"""Pictures that a live output may hold at once: what waits in its edge, what it shows and what the sink still reads."""
RECORDING_QUEUE = 24
"""Frames that wait for an encoder, a second at 25p. With the source view they are the source's own buffers, of which it
has 32: a slow disk must not take the signal away from everybody."""


class Feed(Protocol):
    """One thread puts, the sink's thread asks for the next."""

    def put(self, frame: Frame, now_ns: int) -> bool:
        """Never waits. False when the frame was not accepted."""

    def next(self, stop: threading.Event) -> Frame | None:
        """Waits for the next frame; None when there will be none, or `stop` says so."""

    def end(self) -> None:
        """No more frames will be put; what waits is still handed over."""

    def close(self) -> None:
        """Lets go of everything."""

    def counters(self) -> EdgeCounters: ...


class RecordingFeed:
    """Every frame, in order, as fast as the file takes them. Does not stop before what waits is written."""

    def __init__(self) -> None:
        self._edge: Backlog[Frame] = Backlog(RECORDING_QUEUE)

    def put(self, frame: Frame, now_ns: int) -> bool:
        del now_ns
        return self._edge.put(frame)

    def next(self, stop: threading.Event) -> Frame | None:
        del stop
        frame = self._edge.take()
        return None if isinstance(frame, Nothing) else frame

    def end(self) -> None:
        self._edge.end()

    def close(self) -> None:
        self._edge.close()

    def counters(self) -> EdgeCounters:
        return self._edge.counters()


class LiveFeed:
    """One frame for every tick of the picture rate, from the first frame on until the end. The ticks are those of the
    program's clock, or of the sink's own (`card`). `depth`: frames of jitter buffer, at least; may be set from any
    thread, and counts from the next picture on where the ticks are the program's."""

    def __init__(self, clock: Clock, loss: LossPicture, depth: int = DEPTH, card: ClockedSink | None = None) -> None:
        self._clock = clock
        self._loss = loss
        self.depth = depth
        self._card = card
        self._beat_depth = depth
        self._beat: Beat | None = None
        self._newest: Frame | None = None
        self._earlier = EdgeCounters(0, 0, 0)
        self._first = threading.Event()
        self._ended = False
        self._closed = False

    def put(self, frame: Frame, now_ns: int) -> bool:
        if self._ended:
            return False
        self._newest = frame
        beat = self._beat
        if beat is None or beat.rate != frame.format.rate or (self._card is None and self.depth != self._beat_depth):
            beat = self._new_beat(frame, now_ns)
        # What comes while a card is being set up is not for it: it begins with black.
        accepted = beat.edge.put(frame, frame.index, now_ns) if beat.runs else True
        self._first.set()
        return accepted

    def _new_beat(self, frame: Frame, now_ns: int) -> Beat:
        """Ticks at the rate of `frame`, from its next one on. What waits for ticks at the rate before is dropped."""
        rate, old, depth = frame.format.rate, self._beat, self.depth
        self._beat_depth = depth
        if self._card is None:
            depth = max(depth, FAST_DEPTH) if rate.period_ns < FAST_NS else depth
            self._beat = ClockBeat(rate, depth, self._clock, now_ns + rate.period_ns)
        else:
            self._beat = CardBeat(rate, depth, self._clock, self._card)
        if old is not None:
            old.edge.close()
            counters = old.edge.counters()
            self._earlier = _sum(self._earlier, replace(counters, dropped=counters.dropped + counters.left, left=0))
        return self._beat

    def next(self, stop: threading.Event) -> Frame | None:
        while not self._first.wait(0.1):
            if stop.is_set() or self._ended:
                return None
        while (beat := self._beat) is not None and not (stop.is_set() or self._closed):
            if self._ended and not beat.edge.counters().depth:
                return None
            tick_ns = beat.tick()
            due = beat.edge.take(tick_ns) if tick_ns is not None else Nothing.NOT_YET
            if tick_ns is not None and not isinstance(due, Nothing):
                return self._loss.picture(due.item, due.repeats, tick_ns)
            if self._card is not None and self._newest is not None and not self._closed:
                # A card that gets nothing at a tick stops ticking; not at the last tick of a rate that changes either.
                return self._loss.opening(self._newest)
        return None

    def end(self) -> None:
        self._ended = True

    def close(self) -> None:
        self._ended = self._closed = True
        if self._beat is not None:
            self._beat.edge.close()

    def counters(self) -> EdgeCounters:
        beat = self._beat
        return self._earlier if beat is None else _sum(self._earlier, beat.edge.counters())


def _sum(a: EdgeCounters, b: EdgeCounters) -> EdgeCounters:
    return EdgeCounters(
        put=a.put + b.put,
        taken=a.taken + b.taken,
        dropped=a.dropped + b.dropped,
        repeated=a.repeated + b.repeated,
        slips=a.slips + b.slips,
        starved=a.starved + b.starved,
        converted=a.converted + b.converted,
        left=a.left + b.left,
        depth=a.depth + b.depth,
    )
