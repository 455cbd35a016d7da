"""What a live sink shows: it follows a signal that changes its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.outputs.sink import LiveSink, stream_start

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.outputs.sink import Partial, Sink
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame


class Showing:
    """For one thread. The counterpart of `Recording` for sinks that keep nothing; `pictures`: how many arrived."""

    missing = 0
    drift = 0
    shortfall = ""
    files: tuple[Path, ...] = ()

    def __init__(self, sink: Sink) -> None:
        self.pictures = 0
        self.format: VideoFormat | None = None
        self._sink = sink

    def write(self, frame: Frame) -> str | None:
        """None, or why this picture did not arrive though the next one may. Raises what the sink raises."""
        if frame.format != self.format:
            if self.format is not None and not isinstance(self._sink, LiveSink):
                self._sink.close()
            self._sink.open(frame.format, stream_start(frame))
            self.format = frame.format
        away = self._sink.write(frame)
        self.pictures += away is None
        return away

    def close(self, newest: int | None = None) -> None:
        del newest
        self._sink.close()

    def abort(self) -> Partial | None:
        return self._sink.abort()
