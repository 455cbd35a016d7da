"""`null:`, the output that keeps nothing: for benchmarks, dry runs, and for measuring a source without showing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.errors import FormatError
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from livegrade.outputs.sink import StreamStart
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame


class NullSink:
    """Takes frames in the source's own layout (or in `layout=`), counts them and lets them go."""

    lossy = False

    def __init__(self, address: SinkAddress) -> None:
        self.address = str(address)
        self.frames_written = 0
        self._format: VideoFormat | None = None
        wanted = address.option("layout")
        self._layout = layout(wanted) if wanted is not None else None

    def accept(self, source: VideoFormat) -> VideoFormat:
        return source if self._layout is None else source.with_layout(self._layout)

    def open(self, format: VideoFormat, start: StreamStart) -> None:
        self._format = format

    def write(self, frame: Frame) -> None:
        if frame.format != self._format:
            raise FormatError(f"{self.address} was opened for {self._format} and got {frame.format}")
        self.frames_written += 1

    def close(self) -> None:
        self._format = None

    def abort(self) -> None:
        self._format = None
