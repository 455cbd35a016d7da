"""The seam between the session and its outputs: what a sink can be asked, and which sink an address means.

A sink neither paces nor drops (that is the edge before it) and does not convert pixels: the engine hands over pictures
in the format that `accept` asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from livegrade.errors import UsageError
from livegrade.transport.address import Scheme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.timing.clock import Clock
    from livegrade.timing.timecode import Timecode
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame
    from livegrade.video.latency import Percentiles


@dataclass(frozen=True, slots=True)
class StreamStart:
    """What is known when a stream begins. `timecode`: of the first frame; `reel`: the source's reel or tape name;
    `audio_channels`: 0 for no sound; `audio_rate`: samples per second; `look_id`: the look in force at the start."""

    timecode: Timecode | None = None
    reel: str | None = None
    audio_channels: int = 0
    audio_rate: int = 48000
    look_id: str | None = None


def stream_start(frame: Frame) -> StreamStart:
    """What the first frame of a stream says about it."""
    audio = frame.audio
    return StreamStart(
        timecode=frame.timecode,
        reel=frame.metadata.reel,
        audio_channels=audio.channels if audio is not None else 0,
        audio_rate=audio.rate if audio is not None else 48_000,
        look_id=frame.look_id,
    )


@dataclass(frozen=True, slots=True)
class Partial:
    """What is left of a file, or of a sequence of them, that was given up. `frames`: pictures in it, None where nobody
    counted them, 0 where nothing could be kept of what was written."""

    path: Path
    frames: int | None

    def __str__(self) -> str:
        if self.frames is None:
            return f"what was written before that is in {self.path}"
        if not self.frames:
            return f"nothing of {self.path} could be kept"
        return f"the first {self.frames} frames are in {self.path}"


class Sink(Protocol):
    """One output. The methods are called from one thread at a time; the attributes may be read from any.

    `address`: as the user wrote it. `lossy`: what arrives is not what was sent (a report must say so).
    `frames_written`: frames taken so far, also readable after `close` and `abort`.
    """

    address: str
    lossy: bool
    frames_written: int

    def accept(self, source: VideoFormat) -> VideoFormat:
        """The format this sink wants for pictures of a source in `source`: same size and rate; its own layout and
        range, which are those that the readers of this sink take the codes for.

        A source view keeps the source's range instead: only the layout counts for it. Raises UsageError or SinkError
        when it cannot show such pictures at all."""

    def open(self, format: VideoFormat, start: StreamStart) -> Path | None:
        """Begin a stream of pictures in `format`, which `accept` gave; the file that it will be, for sinks that write
        one. May be called again after `close`, with another format: a file then goes on in a second one. Raises
        SinkError."""

    def write(self, frame: Frame) -> str | None:
        """Take one frame, whose format is the one given to `open`. Returns None, or a sentence: the frame did not
        arrive, the next one may. Raises SinkError, MediaError, FormatError: this stream is over.

        A frame with the pixels of the one before is a repeat; a sink may use that to do less work."""

    def close(self) -> None:
        """Finish: everything written is safe and under its final name. Raises SinkError, MediaError. A second call does
        nothing."""

    def abort(self) -> Partial | None:
        """Give up: nothing of this stream is left under the final name but pictures that are files of their own; says
        what is left, also of a stream that `write` or `close` could not go on with. Never raises; does nothing after
        `close`."""


@runtime_checkable
class LiveSink(Sink, Protocol):
    """A sink that has a place of its own, on a network or in a card, before and between pictures.

    `open` may be called while it is open: the pictures go on in another format, and nobody is disconnected."""

    def prepare(self) -> None:
        """Takes its place; what takes time before a first picture is done here. Raises SinkError."""


@runtime_checkable
class NetworkSink(LiveSink, Protocol):
    """A sink that reads pictures in place from memory of its own kind, and knows who watches."""

    @property
    def connections(self) -> int:
        """How many watch now. May be read from any thread."""

    def allocate(self, size: int) -> NDArray[np.uint8]:
        """A buffer for pictures of `size` bytes, from which this sink sends without copying; others are copied once.
        Raises OSError."""


class Tick(NamedTuple):
    """A moment at which a sink with a clock of its own began to show its picture `number` and wants another one.

    `line`: which of its time lines counts the numbers; it begins a new one whenever it begins anew. A number that is
    left out was one picture shown for longer. `at_ns`: on the program's clock, as the machine saw it.
    """

    line: int
    number: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class CardCounts:
    """What a card says of its pictures: shown `late`, `dropped` by it, how often it had none to show and repeated the
    one before (`underruns`), and `flushed`: taken back when it was stopped. `restarts`: how often it came back after it
    was pulled, failed or stood still. `sound_lost`: samples of each channel that it did not take."""

    late: int = 0
    dropped: int = 0
    underruns: int = 0
    flushed: int = 0
    restarts: int = 0
    sound_lost: int = 0

    def __add__(self, more: CardCounts) -> CardCounts:
        return CardCounts(
            self.late + more.late,
            self.dropped + more.dropped,
            self.underruns + more.underruns,
            self.flushed + more.flushed,
            self.restarts + more.restarts,
            self.sound_lost + more.sound_lost,
        )


@runtime_checkable
class ClockedSink(LiveSink, Protocol):
    """A sink that shows pictures at the ticks of a clock of its own, not of the program's: an SDI card."""

    delay_ns: Percentiles
    """From the capture of a picture to the moment at which the card began to show it."""

    def wait_tick(self, timeout_ns: int) -> Tick | None:
        """The next tick, each once, also those that nobody waited for; waits for it. None: there was none in that time;
        at once while nothing is shown yet, or the card has gone. One `write` belongs to every answer. To be called from
        the thread that writes."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what the user should know though pictures go on. From any thread."""

    def counts(self) -> CardCounts:
        """Since the first picture. From any thread."""


def open_sink(address: SinkAddress, clock: Clock, *, overwrite: bool = False, goes_on: bool = False) -> Sink:
    """The sink that `address` means, not yet open: no file is made and no network is touched here.

    `clock`: the program's clock, which relates a frame's capture time to the time of day where a transport wants that.
    `overwrite`: whether an existing file may be replaced; `goes_on`: a file goes on behind those that are there, and
    replaces none. Raises UsageError, SinkError, MissingPackageError.
    """
    match address.scheme:
        case Scheme.NULL:
            from livegrade.outputs.null import NullSink

            return NullSink(address)
        case Scheme.DECKLINK:
            from livegrade.outputs.decklink import DeckLinkSink

            return DeckLinkSink(address, clock)
        case Scheme.NDI:
            from livegrade.outputs.ndi import NdiSink

            return NdiSink(address)
        case _ if address.is_file:
            return _file_sink(address, overwrite, goes_on)
        case Scheme.FFMPEG:
            from livegrade.outputs.stream import StreamSink

            return StreamSink(address, clock)
        case _:
            raise UsageError(
                f"{address}: there is no such output; write a path (.mov, .mp4, .%06d.tif), ndi:NAME or null:"
            )


def _file_sink(address: SinkAddress, overwrite: bool, goes_on: bool) -> Sink:
    from livegrade.outputs.sequence import STILL_SUFFIXES, SequenceSink

    path = Path(address.target)
    if address.scheme is Scheme.PATH and path.suffix.lower() in STILL_SUFFIXES:
        return SequenceSink(address, path, overwrite=overwrite, goes_on=goes_on)
    from livegrade.outputs.ffmpeg import FileSink

    return FileSink(address, overwrite=overwrite, goes_on=goes_on)
