"""What becomes of a stream whose receiver fails in one way or another; real receivers are in tests/system."""

from __future__ import annotations

import av.error
import pytest

from livegrade.errors import MediaError
from livegrade.outputs import stream as module
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.outputs.stream import QUEUE, RETRY_NS
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

P25 = VideoFormat(320, 180, Rate.of(25), layout("yuv422p10"))
TEN = Timecode.parse("10:00:00:00", TimecodeRate(P25.rate))


class Receiver:
    """In the place of the muxer: `errors` holds what the n-th picture of the stream runs into."""

    def __init__(self) -> None:
        self.errors: dict[int, Exception] = {}
        self.starts: list[StreamStart] = []
        self.dropped = 0

    def __call__(self, target: object, format: VideoFormat, start: StreamStart, channels: int) -> Receiver:
        self.starts.append(start)
        self.pictures = 0
        return self

    def write(self, frame: object) -> None:
        if self.pictures in self.errors:
            raise self.errors.pop(self.pictures)
        self.pictures += 1

    def drop(self) -> None:
        self.dropped += 1


@pytest.fixture
def receiver(monkeypatch) -> Receiver:
    made = Receiver()
    monkeypatch.setattr(module, "Muxer", made)
    return made


@pytest.fixture
def stream():
    clock = FakeClock()
    sink = open_sink(parse_sink("ffmpeg:mpegts:tcp://dit:s3cret@10.0.0.5:5000"), clock)
    format = sink.accept(P25)
    sink.open(format, StreamStart(TEN))
    return sink, format, clock


@pytest.mark.parametrize(
    "error",
    [
        av.error.UnknownError(1, "something"),
        av.error.HTTPServerError(1, "server error"),
        av.error.EOFError(1, "end of file"),
        av.error.ExitError(1, "immediate exit"),
        av.error.ArgumentError(22, "invalid argument"),
        av.error.TimeoutError(110, "timed out"),
    ],
)
def test_whatever_ends_a_stream_that_ran_it_is_tried_again(error, receiver, stream, frame) -> None:
    sink, format, clock = stream
    receiver.errors[20] = error
    written = [sink.write(frame(format, 0, timecode=TEN + index)) for index in range(22)]
    assert written[:20] == [None] * 20
    assert written[20] == f"{sink.address} cannot be reached ({error.strerror}); trying again" == written[21]
    assert receiver.dropped == 0  # FFmpeg's thread may still be at it
    clock.advance(RETRY_NS)
    again = [sink.write(frame(format, 0, timecode=TEN + 500 + index)) for index in range(QUEUE + 3)]
    assert receiver.dropped == 1
    assert again == [written[20]] * (QUEUE + 1) + [None] * 2  # it is reached when more was taken than waits
    assert [start.timecode for start in receiver.starts] == [TEN, TEN + 500]
    assert sink.frames_written == 22


def test_what_no_receiver_can_mend_is_a_fault(receiver, stream, frame) -> None:
    sink, format, _ = stream
    receiver.errors[2] = av.error.ArgumentError(22, "invalid argument")
    assert [sink.write(frame(format, 0)) for _ in range(2)] == [None, None]
    with pytest.raises(MediaError, match=r"h264 cannot be sent there") as fault:
        sink.write(frame(format, 0))
    assert "s3cret" not in str(fault.value)
    sink.abort()
    assert receiver.dropped == 1
