"""What a source is, what it hands over, and which class stands behind an address. One source has one reading thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from livegrade.errors import UsageError
from livegrade.transport.address import Scheme
from livegrade.video.format import Matrix, Range
from livegrade.video.pool import aligned_buffer

if TYPE_CHECKING:
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SourceAddress
    from livegrade.video.frame import Frame
    from livegrade.video.pool import Allocate


class SourceKind(Enum):
    """What the session may expect of a source, and does when it fails or falls silent."""

    FILE = "file"
    """It ends, and what fails ends it too. It may be slow."""
    ENDLESS = "endless"
    """Made here or played again and again: opened again when it fails. It may be slow."""
    SIGNAL = "signal"
    """From outside: opened again when it fails or ends, and when it falls silent it is lost."""


@dataclass(frozen=True, slots=True)
class NoSignal:
    """There is no picture now. A state and not an error: the source keeps trying, and frames may follow.

    `reason`: one sentence; `since_ns`: the clock's time at which the signal was lost, or first missed.
    """

    reason: str
    since_ns: int


@dataclass(frozen=True, slots=True)
class Ended:
    """There will be no more pictures, unless the source is closed and opened again. `frames`: how many were given;
    `early`: None at a regular end, else one sentence that says how far the source came and why not further."""

    frames: int
    early: str | None = None


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """How to read a source.

    `range`, `matrix`: what the user says about the code values, None for auto. `camera_range`: what auto means for
    Y'CbCr because the camera's maker says so, None for what the stream says. `loop`: begin again at the end. `live`:
    pace by the clock at the stream's rate; False gives pictures as fast as they are read.
    `wait`: a signal that is not there at the start (an NDI name, a stream) may come later; False: it must be there.
    `allocate`: makes the buffers that pictures are read into, of the kind that who reads them takes up fastest
    (`Backend.allocate`: pinned memory for a GPU). `pinned`: that is much faster than any other, so that memory of
    somebody else's is not handed on.
    """

    range: Range | None = None
    matrix: Matrix | None = None
    camera_range: Range | None = None
    loop: bool = False
    live: bool = True
    wait: bool = True
    allocate: Allocate = field(default=aligned_buffer, compare=False, repr=False)
    pinned: bool = False


class Source(Protocol):
    """Opened, read and closed by one thread. `close` may follow anything; after it the source may be opened again and
    counts on.

    A change of format shows as frames with another `format`. Indices of frames strictly increase; a jump of more than
    one means lost pictures.
    """

    address: str
    kind: SourceKind

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what this source does to its signal or cannot know of it; may change while it runs."""

    @property
    def length(self) -> int | None:
        """How many pictures an open source says it has; None where it does not end or does not say."""

    def open(self) -> None:
        """Raises MediaError for what may be there the next time; SourceError, UsageError or MissingPackageError for
        what will not."""

    def read(self) -> Frame | NoSignal | Ended:
        """The next picture, or why there is none. Blocks until a file's next picture is due and decoded, about 100 ms
        where there is no signal, and as long as a stream or device of FFmpeg may be silent before it counts as broken
        (seconds): who needs to know sooner watches the time. Raises LivegradeError."""

    def close(self) -> None:
        """Free everything; harmless when not open. Raises MediaError for a device that does not let go in bounded time:
        it is left alone."""


def open_source(address: SourceAddress, options: CaptureOptions, clock: Clock) -> Source:
    """The source at `address`, not yet opened. Options written in the address go before `options`.

    Raises UsageError for what is wrong in the address.
    """
    options = _addressed(address, options)
    match address.scheme:
        case Scheme.PATTERN:
            from livegrade.capture.pattern import PatternSource

            return PatternSource(address, options, clock)
        case Scheme.PATH | Scheme.FFMPEG:
            from livegrade.capture.ffmpeg import FFmpegSource

            return FFmpegSource(address, options, clock)
        case Scheme.NDI:
            from livegrade.capture.ndi import NdiSource

            return NdiSource(address, options, clock)
        case Scheme.DECKLINK:
            from livegrade.capture.decklink import DeckLinkSource

            return DeckLinkSource(address, options, clock)
    raise UsageError(f"'{address}' is not a source")


def _addressed(address: SourceAddress, options: CaptureOptions) -> CaptureOptions:
    span, matrix = address.option("range"), address.option("matrix")
    if span is not None:
        options = replace(options, range=None if span == "auto" else Range(span))
    if matrix is not None:
        options = replace(options, matrix=None if matrix == "auto" else Matrix(matrix))
    return options
