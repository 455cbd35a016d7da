"""Which sink an address means, and the sink that keeps nothing."""

from __future__ import annotations

import weakref

import pytest

from livegrade.errors import FormatError, UsageError
from livegrade.outputs.null import NullSink
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout


def test_null_is_the_null_sink() -> None:
    assert isinstance(open_sink(parse_sink("null:"), FakeClock()), NullSink)


def test_null_keeps_the_layout_counts_and_keeps_nothing(frame) -> None:
    source = VideoFormat(96, 32, Rate.of(25), layout("R12L"))
    sink = open_sink(parse_sink("null:"), FakeClock())
    assert sink.accept(source) == source
    assert open_sink(parse_sink("null:,layout=v210"), FakeClock()).accept(source).layout.name == "v210"
    sink.open(source, StreamStart())
    for index in range(3):
        one = frame(source, index)
        watched = weakref.ref(one.pixels)
        sink.write(one)
        del one
        assert watched() is None
    sink.close()
    assert (sink.frames_written, sink.lossy, sink.abort()) == (3, False, None)
    with pytest.raises(FormatError):
        sink.write(frame(source))


@pytest.mark.parametrize("text", ["ffmpeg:nonsense:udp://127.0.0.1:9", "ffmpeg:nonsense:out.mkv"])
def test_a_format_that_ffmpeg_does_not_write(text) -> None:
    with pytest.raises(UsageError, match="FFmpeg here writes no 'nonsense'; try matroska"):
        open_sink(parse_sink(text), FakeClock())
