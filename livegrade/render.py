"""Rendering a source to a file: every frame, no drops, as fast as the slowest of decoder, engine and encoder.

Three threads with bounded edges between them, so that decode, look and encode run at the same time. Nothing appears
under the final name before the last frame is in.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, open_source
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.view import GRADED, View
from livegrade.errors import MediaError, UsageError
from livegrade.outputs.sink import open_sink, stream_start
from livegrade.timing.clock import MonotonicClock
from livegrade.video.edges import Bounded, Nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.capture.source import Source
    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.outputs.sink import Sink
    from livegrade.transport.address import SinkAddress, SourceAddress
    from livegrade.video.frame import Frame

QUEUE = 4
"""Frames between two threads: enough to hide the jitter of a codec, little enough to keep memory small."""


@dataclass(frozen=True, slots=True)
class RenderJob:
    """What to render. `frames`: stop after that many (None: all). `view`: what is drawn."""

    source: SourceAddress
    sink: SinkAddress
    look: Look
    options: CaptureOptions
    view: View = GRADED
    frames: int | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class RenderResult:
    """`frames` written; `note`: what the user should know though the render is done (a source that ended early)."""

    frames: int
    path: str
    note: str = ""


class _Failure:
    """The first error of any of the threads; it stops the others."""

    def __init__(self) -> None:
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self.stop = threading.Event()

    def set(self, error: BaseException) -> None:
        with self._lock:
            self._error = self._error or error
        self.stop.set()

    def raise_if_set(self) -> None:
        if self._error is not None:
            raise self._error


def render(job: RenderJob, backend: AnyBackend, progress: Callable[[int], None] = lambda frames: None) -> RenderResult:
    """Renders the whole source. `progress` is called with the number of frames written, on this thread.

    Raises LivegradeError; after that, and after KeyboardInterrupt, nothing stands under the final name.
    """
    clock = MonotonicClock()
    source = open_source(job.source, replace(job.options, live=False, loop=False), clock)
    source.open()
    try:
        sink = open_sink(job.sink, clock, overwrite=job.overwrite)
        return _Render(job, source, sink, backend, progress).run()
    finally:
        source.close()


class _Render:
    """One run: owns the two helper threads between source and sink."""

    def __init__(
        self, job: RenderJob, source: Source, sink: Sink, backend: AnyBackend, progress: Callable[[int], None]
    ) -> None:
        self._job = job
        self._source = source
        self._sink = sink
        self._engine = Engine(backend, buffers=2 * QUEUE + 8)
        self._progress = progress
        self._decoded: Bounded[Frame] = Bounded(QUEUE)
        self._drawn: Bounded[Frame] = Bounded(QUEUE)
        self._failure = _Failure()
        self._note = ""
        self._written = 0

    def run(self) -> RenderResult:
        threads = [
            threading.Thread(target=self._guarded, args=(self._decode, self._decoded), name="livegrade-render-decode"),
            threading.Thread(target=self._guarded, args=(self._draw, self._drawn), name="livegrade-render-draw"),
        ]
        for thread in threads:
            thread.start()
        opened = False
        try:
            while not isinstance(frame := self._drawn.take(), Nothing):
                if not opened:
                    self._sink.open(frame.format, stream_start(frame))
                    opened = True
                self._sink.write(frame)
                self._written += 1
                self._progress(self._written)
            self._failure.raise_if_set()
            if not opened:
                raise MediaError(self._job.source.text, "holds no picture")
            self._sink.close()
        except BaseException:
            self._failure.stop.set()
            self._sink.abort()
            raise
        finally:
            self._failure.stop.set()
            for edge in (self._decoded, self._drawn):
                edge.close()
            for thread in threads:
                thread.join()
        return RenderResult(self._written, self._job.sink.target, self._note)

    @property
    def written(self) -> int:
        return self._written

    def _guarded(self, work: Callable[[], None], edge: Bounded[Frame]) -> None:
        try:
            work()
        except Exception as error:
            # The thread's edge: the error is raised again, whole, by the thread that called render.
            self._failure.set(error)
        finally:
            edge.close()

    def _decode(self) -> None:
        count = 0
        first: Frame | None = None
        while not self._failure.stop.is_set() and count != self._job.frames:
            got = self._source.read()
            if isinstance(got, Ended):
                self._note = got.early or ""
                return
            if isinstance(got, NoSignal):
                continue
            first = first or got
            if got.format != first.format:
                raise MediaError(
                    self._job.source.text,
                    f"changes from {first.format} to {got.format} at frame {got.index}; "
                    f"render the part before it with --frames {count}",
                )
            count += 1
            if not self._decoded.put(got):
                return

    def _draw(self) -> None:
        while not isinstance(frame := self._decoded.take(), Nothing):
            wanted = Wanted(self._job.view, self._sink.accept(frame.format))
            if not self._drawn.put(self._engine.take(frame, self._job.look).output(wanted)):
                return


def require_file_sink(sink: SinkAddress) -> None:
    """Raises UsageError unless `sink` can take every frame at its own pace (a file or null:)."""
    if sink.scheme.value in ("ndi", "decklink"):
        raise UsageError(f"render writes files; '{sink}' is a live output, use: livegrade run SOURCE --out {sink}")
