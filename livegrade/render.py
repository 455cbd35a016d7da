"""Rendering a source to a file: every frame, no drops, as fast as the slowest of decoder, engine and encoder.

Three threads with bounded edges between them, so that decode, look and encode run at the same time. Nothing appears
under the final name before the last frame is in; a source that breaks off or changes its format is an error.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, open_source
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.view import GRADED, View
from livegrade.errors import MediaError, UsageError
from livegrade.outputs.recording import Recording
from livegrade.outputs.sink import open_sink
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import Scheme
from livegrade.video.edges import Bounded, Nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.capture.source import Source
    from livegrade.color.look import Look
    from livegrade.engine.backend import AnyBackend
    from livegrade.outputs.sink import Partial, Sink
    from livegrade.transport.address import SinkAddress, SourceAddress
    from livegrade.video.frame import Frame

QUEUE = 4
"""Frames between two threads: enough to hide the jitter of a codec, little enough to keep memory small."""
STEP_NS = 100_000_000


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
    """`frames` written; `note`: what the user should know though the render is done (a conversion on the way in)."""

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


class Rendering:
    """One run, with two helper threads between source and sink. `written`: frames so far; `partial`: what was kept
    under another name when the run was given up, if anything was."""

    def __init__(
        self,
        job: RenderJob,
        backend: AnyBackend,
        progress: Callable[[int, int | None], None] = lambda written, total: None,
    ) -> None:
        """`progress` is called on the thread that calls `run`, with the number of frames written and of those to come
        in all, None where the source does not say."""
        self.written = 0
        self.partial: Partial | None = None
        self._job = job
        self._engine = Engine(backend, buffers=2 * QUEUE + 8)
        self._progress = progress
        self._total = job.frames
        self._decoded: Bounded[Frame] = Bounded(QUEUE)
        self._drawn: Bounded[Frame] = Bounded(QUEUE)
        self._failure = _Failure()
        self._remarks: list[str] = []

    def run(self) -> RenderResult:
        """Renders the whole source. Raises LivegradeError; after that, and after KeyboardInterrupt, nothing stands
        under the final name that was not there before."""
        clock = MonotonicClock()
        allocate = self._engine.backend.allocate
        options = replace(self._job.options, live=False, loop=False, wait=False, allocate=allocate)
        source = open_source(self._job.source, options, clock)
        source.open()
        self._total = min((count for count in (self._job.frames, source.length) if count), default=None)
        try:
            sink = open_sink(self._job.sink, clock, overwrite=self._job.overwrite)
            return self._render(source, sink)
        finally:
            source.close()

    def _render(self, source: Source, sink: Sink) -> RenderResult:
        decode, draw = (lambda: self._decode(source)), (lambda: self._draw(sink))
        threads = [
            threading.Thread(target=self._guarded, args=(decode, self._decoded), name="livegrade-render-decode"),
            threading.Thread(target=self._guarded, args=(draw, self._drawn), name="livegrade-render-draw"),
        ]
        recording = Recording(sink, self._remarks.append)
        try:
            for thread in threads:
                thread.start()
            self._write(recording)
            self._failure.raise_if_set()
            if self.written == 0:
                raise MediaError(self._job.source.text, "holds no picture")
            recording.close()
            self.written = recording.pictures
        except BaseException:
            self.partial = recording.abort()
            if self.partial is not None and self.partial.frames is not None:
                self.written = self.partial.frames
            raise
        finally:
            self._failure.stop.set()
            for edge in (self._decoded, self._drawn):
                edge.close()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        return RenderResult(self.written, self._job.sink.target, "; ".join((*source.notes, *self._remarks)))

    def _write(self, recording: Recording) -> None:
        # In steps, because Windows does not deliver Ctrl+C to a thread that waits without end.
        while (frame := self._drawn.take(STEP_NS)) is not Nothing.CLOSED:
            if isinstance(frame, Nothing):
                continue
            recording.write(frame)
            self.written = recording.pictures
            self._progress(self.written, self._total)

    def _guarded(self, work: Callable[[], None], edge: Bounded[Frame]) -> None:
        try:
            work()
        except Exception as error:
            # The thread's edge: the error is raised again, whole, by the thread that called render.
            self._failure.set(error)
        finally:
            edge.close()

    def _decode(self, source: Source) -> None:
        count = 0
        first: Frame | None = None
        while not self._failure.stop.is_set() and count != self._job.frames:
            got = source.read()
            if isinstance(got, Ended):
                if got.early is not None:
                    path = self._job.source.target
                    hint = f"; render what is there with --frames {count}" if count else ""
                    raise MediaError(path, got.early.removeprefix(f"{path}: ") + hint)
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

    def _draw(self, sink: Sink) -> None:
        while not isinstance(frame := self._decoded.take(), Nothing):
            accepted = sink.accept(frame.format)
            wanted = Wanted(self._job.view, self._job.view.format(frame.format, accepted, self._job.look))
            if not self._drawn.put(self._engine.take(frame, self._job.look).output(wanted)):
                return


def require_file_sink(sink: SinkAddress) -> None:
    """Raises UsageError unless `sink` can take every frame at its own pace (a file or null:)."""
    if not sink.is_file and sink.scheme is not Scheme.NULL:
        raise UsageError(f"render writes files; '{sink}' is a live output, use: livegrade run SOURCE --out {sink}")


def require_an_end(source: SourceAddress, frames: int | None) -> None:
    """Raises UsageError for a source that never ends by itself, where `frames` sets no end either."""
    if frames is None and source.scheme in (Scheme.PATTERN, Scheme.NDI, Scheme.DECKLINK):
        raise UsageError(f"'{source}' has no end; say how much to render with --frames")
