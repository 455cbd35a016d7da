"""One output at work: a feed that the engine fills and a thread that writes to the sink at the sink's own pace.

An output that fails is given up with a sentence and the others go on. What a live output and a recording make of the
frames is in `showing` and `outputs.recording`.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import LivegradeError
from livegrade.outputs.recording import Recording, drifted
from livegrade.outputs.sink import ClockedSink, LiveSink, NetworkSink, Partial, open_sink
from livegrade.redaction import shown
from livegrade.session.events import EventLog, Link, State
from livegrade.session.feed import DEPTH, Feed, LiveFeed, RecordingFeed
from livegrade.session.grace import Grace
from livegrade.session.loss import LossPicture
from livegrade.session.showing import Showing
from livegrade.session.standing import Standing
from livegrade.transport.ndi import LATE
from livegrade.video.latency import EdgeTime, Percentiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.engine.view import View
    from livegrade.outputs.sink import CardCounts
    from livegrade.session.setup import SinkSetup
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import OnLoss
    from livegrade.video.edges import EdgeCounters
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

PREPARE_S = 2.0
"""How long the start waits for an output to have its place on the network; one that takes longer loses pictures."""
NOTES_EVERY = 50
"""Pictures between two looks at what a card has to say."""
LIVE_GRACE_S = 5.0
"""How long a live output may take to stop, from when it is asked to. A file may take as long as it needs: what it holds
is worth the wait."""


class Writing(Protocol):
    """What becomes of the frames of one output; see `Recording` and `Showing`."""

    pictures: int
    missing: int
    files: tuple[Path, ...]
    format: VideoFormat | None

    @property
    def drift(self) -> int: ...

    @property
    def shortfall(self) -> str: ...

    def write(self, frame: Frame) -> str | None: ...

    def close(self, newest: int | None = None) -> None: ...

    def abort(self) -> Partial | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class ViewInForce:
    """`index`: of the first frame that was drawn with `view`."""

    view: View
    index: int


class OutputRunner:
    """Owns one sink and its thread. `view` may be set from any thread: the next frame has it, and `in_force` says then
    since which one.

    `place`: its address, the options as they are now; `skipped`: frames that could not be drawn for it;
    `undelivered`: that did not arrive (a receiver that was away).
    """

    def __init__(
        self,
        setup: SinkSetup,
        clock: Clock,
        events: EventLog,
        overwrite: bool,
        depth: int = DEPTH,
        *,
        loops: bool = False,
        number: int = 1,
    ) -> None:
        """`number`: by which it is known, from 1; `depth`: frames of jitter buffer before a live sink; `loops`: the
        source is a file that begins again and again. Raises LivegradeError."""
        self.number = number
        self.place = setup.address
        self.begins_locked = setup.locked
        self.address = setup.address.text
        self.slot = setup.slot
        self.view = setup.view
        self.in_force: ViewInForce | None = None
        self.skipped = 0
        self.undelivered = 0
        self._late = 0
        self.latency_ns = Percentiles()
        self.edge = EdgeTime()
        self.write_ns = Percentiles()
        self.is_recording = setup.address.is_file
        self._loss = LossPicture(setup.address.on_loss)
        self._standing = Standing(self.address, self._loss, clock, events)
        self._sink = open_sink(setup.address, clock, overwrite=overwrite, goes_on=setup.goes_on)
        self._network = self._sink if isinstance(self._sink, NetworkSink) else None
        self._card = self._sink if isinstance(self._sink, ClockedSink) else None
        self._writing: Writing = Showing(self._sink)
        if self.is_recording:
            self._writing = Recording(self._sink, self._standing.remark, loops=loops)
        self._newest: int | None = None
        self._clock = clock
        self._formats: dict[VideoFormat, VideoFormat] = {}
        self._feed: Feed = RecordingFeed() if self.is_recording else LiveFeed(clock, self._loss, depth, self._card)
        self._prepared, self._stop, self._done = threading.Event(), threading.Event(), threading.Event()
        self._grace: Grace | None = None
        # A daemon: a device or file system that never answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._write, name=f"livegrade-sink-{self.address}", daemon=True)

    @property
    def state(self) -> State:
        return self._standing.state

    @property
    def lossy(self) -> bool:
        """What arrives is not what was sent."""
        return self._sink.lossy

    @property
    def format(self) -> VideoFormat | None:
        """Of the pictures written; None before the first."""
        return self._writing.format

    @property
    def frames_out(self) -> int:
        return self._writing.pictures

    @property
    def missing(self) -> int:
        """Pictures of the source that a recording lacks."""
        return self._writing.missing

    @property
    def drift(self) -> int:
        """Pictures by which the source's timecode has moved away from that of a recording."""
        return self._writing.drift

    @property
    def files(self) -> tuple[Path, ...]:
        """Where a recording goes, one file for each of its parts."""
        return self._writing.files

    @property
    def shortfall(self) -> str:
        """What a recording lacks, as a sentence; empty when it is whole."""
        return self._writing.shortfall

    @property
    def held(self) -> int:
        """Pictures shown while the source had no signal."""
        return self._loss.shown

    @property
    def connections(self) -> int | None:
        """How many watch this output now; None where nobody can know."""
        return None if self._network is None else self._network.connections

    @property
    def delay_ns(self) -> Percentiles | None:
        """From capture to the screen's cable, where a card tells when it shows a picture."""
        return None if self._card is None else self._card.delay_ns

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know though pictures go on."""
        return () if self._card is None else self._card.notes

    @property
    def card_counts(self) -> CardCounts | None:
        """What a card says of its pictures; None for other outputs."""
        return None if self._card is None else self._card.counts()

    @property
    def late(self) -> int:
        """Pictures that came too late for the card, or that NDI did not take in time."""
        counts = self.card_counts
        return self._late if counts is None else self._late + counts.late + counts.dropped

    @property
    def allocate(self) -> Callable[[int], NDArray[np.uint8]] | None:
        """Where the sink wants its pictures made; None: anywhere."""
        return None if self._network is None else self._network.allocate

    @property
    def is_through(self) -> bool:
        """Nothing will be written any more."""
        return self._standing.is_through

    def lose(self, since_ns: int | None) -> None:
        """The source's signal is gone since then, or back (None). From any thread."""
        self._standing.lose(since_ns)

    def deepen(self, depth: int) -> None:
        """So many frames of jitter buffer from now on, as pictures of another source need. From any thread."""
        if isinstance(self._feed, LiveFeed):
            self._feed.depth = depth

    def lose_with(self, on_loss: OnLoss) -> None:
        """What it shows while there is no signal, from now on. From any thread."""
        self._loss.on_loss = on_loss

    def format_for(self, source: VideoFormat) -> VideoFormat:
        """The format that the sink wants for such a source. Raises LivegradeError."""
        wanted = self._formats.get(source)
        if wanted is None:
            wanted = self._formats[source] = self._sink.accept(source)
        return wanted

    def show(self, view: View, index: int) -> None:
        """From the engine thread: the frame of `index` was drawn with `view`."""
        if self.in_force is None or self.in_force.view is not view:
            self.in_force = ViewInForce(view, index)

    def put(self, frame: Frame) -> None:
        """From the engine thread; never waits."""
        if self.is_through:
            return
        self._standing.drawn()
        self._newest = frame.index
        now_ns = self._clock.now_ns()
        self.edge.put(frame.index, now_ns)
        if self._feed.put(frame, now_ns):
            self.latency_ns.record(now_ns - frame.captured_ns)

    def skip(self, reason: str) -> None:
        """From the engine thread: this frame could not be drawn for this output, the next one may."""
        self.skipped += 1
        self._standing.undrawn(reason)

    def counters(self) -> EdgeCounters:
        return self._feed.counters()

    def start(self) -> None:
        self._thread.start()

    def wait_prepared(self) -> None:
        """Returns when the sink has its place on the network, or has failed, or takes longer than PREPARE_S."""
        self._prepared.wait(PREPARE_S)

    def end(self) -> None:
        """No more frames will be put; what waits is still written."""
        self._feed.end()

    def ask_to_stop(self) -> None:
        """Live outputs stop at once, recordings write what waits. Does not wait."""
        self._grace = self._grace or Grace(LIVE_GRACE_S)
        self._stop.set()
        self._feed.end()

    def join(self) -> None:
        """Waits until the sink is finished."""
        if self._thread.ident is None:
            return
        # Not Thread.join alone: on Python 3.11 a join that Ctrl+C interrupts takes the thread for ended.
        if self.is_recording:
            self._done.wait()
        elif not (self._grace or Grace(LIVE_GRACE_S)).wait(self._done):
            self.fault(f"output '{self.address}' did not stop within {LIVE_GRACE_S:g} s")
            return
        self._thread.join()

    def fault(self, reason: str) -> None:
        """Gives this output up; the others go on."""
        self._standing.enter(Link.FAULTED, reason)
        self._feed.close()

    # ---- sink thread

    def _tell_notes(self) -> None:
        """Each once, and not for every picture: what a card has to say may ask the card."""
        if self._card is not None and self.frames_out % NOTES_EVERY == 1:
            self._standing.note(self._card.notes)

    def _write(self) -> None:
        try:
            self._write_all()
        finally:
            self._prepared.set()  # not earlier where it failed: who waits for it asks next whether it has
            self._done.set()

    def _write_all(self) -> None:
        try:
            self._prepare()
            while (frame := self._feed.next(self._stop)) is not None:
                self._write_one(frame)
            self._writing.close(self._newest)
            told = (f"{self.frames_out} frames written", self.shortfall, drifted(self.drift))
            self._standing.enter(Link.ENDED, "; ".join(filter(None, told)))
        except LivegradeError as error:
            self._give_up(str(error))
        except Exception as error:
            _log.exception("output failed address=%s", self.address)
            self._give_up(f"output '{self.address}' failed: {shown(str(error))}")

    def _prepare(self) -> None:
        if isinstance(self._sink, LiveSink):
            self._sink.prepare()
        self._prepared.set()

    def _give_up(self, reason: str) -> None:
        try:
            partial = self._writing.abort()
            if partial is not None:
                reason += f"; {partial}"
        except Exception:
            # The thread's edge again: a sink that is broken in a way nobody expected may not even be given up.
            _log.exception("an output could not be given up address=%s", self.address)
        finally:
            self.fault(reason)

    def _write_one(self, frame: Frame) -> None:
        began_ns = self._clock.now_ns()
        self.edge.took(frame.index, began_ns)
        away = self._writing.write(frame)
        self.write_ns.record(self._clock.now_ns() - began_ns)
        if away is None:
            self._standing.arrived()
            self._tell_notes()
        else:
            self.undelivered += 1
            self._late += away == LATE
            self._standing.enter(Link.LOST, away)
