"""What scopes count, as values, and the NumPy reference of the counting.

Every count is exact. Of a picture of w x h pixels and codes brought to 10 bits (formulas: `wire`), with step 1:

* waveform of Y', R', G', B': one column per pixel column; [channel, x, level] = pixels of column x with that code.
* waveform of Cb, Cr: one column per chroma column (w, or ceil(w / 2)); the samples of the signal itself, at full
  height (4:2:0 interpolated as unpacking does). Columns behind the last chroma column stay zero.
* vectorscope: [Cr >> 1, Cb >> 1] = chroma samples with these codes, again at the signal's own rate.
* histogram: [channel, level] = the sum of the waveform's columns.
* Signals without Y' (RGB layouts): Y' is matrix luma, Cb and Cr matrix chroma, at every pixel.

With step 2 and a phase, of each plane only every second sample of every second row is counted, beginning at column
`phase_x` and row `phase_y` of that plane (luma planes and chroma planes alike, each on its own grid); waveform column i
is column 2 * i + phase_x. R', G', B' still come from chroma at the full rate.

Of an area only its own columns and rows are counted, each with the level that it has in the whole picture; column 0 of
the waveform is the area's first, and with step 2 rows are counted from the area's first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import FormatError, UsageError
from livegrade.scopes import wire
from livegrade.scopes.area import Area
from livegrade.scopes.plot import SIDE, PlotKind, balance_places, chromaticity_places, table_of
from livegrade.video.codes import unpack
from livegrade.video.pool import aligned_buffer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.plot import Plot
    from livegrade.timing.timecode import Timecode
    from livegrade.video.format import VideoFormat

VECTORSCOPE_SIDE = SIDE
_SQUARE = VECTORSCOPE_SIDE**2 * 4
MOST_FULL_LINES = 1200
"""Lines of the tallest picture that `Sampling.AUTO` counts in full."""
_PHASES = ((0, 0), (1, 1), (1, 0), (0, 1))


class Channel(IntEnum):
    Y = 0
    R = 1
    G = 2
    B = 3
    CB = 4
    CR = 5


class Tap(StrEnum):
    """Where in the path a picture was measured."""

    SOURCE = "source"
    GRADED = "graded"
    """The encoded output before calibration and overlays."""


def parse_tap(text: str) -> Tap:
    """The tap called `text`. Raises UsageError."""
    try:
        return Tap(text)
    except ValueError:
        raise UsageError(f"tap '{text[:40]}' is not known; choose source or graded") from None


class Sampling(StrEnum):
    """How many pixels of a picture are counted; the values are the names on the command line."""

    AUTO = "auto"
    """2x2 above 1200 lines."""
    FULL = "full"
    """Every pixel."""
    HALF = "2x2"
    """Every second pixel both ways, other ones in the next picture."""

    def step(self, rows: int) -> int:
        """`ScopeRequest.step` for pictures, or parts of them, of so many rows."""
        if self is Sampling.AUTO:
            return 2 if rows > MOST_FULL_LINES else 1
        return 2 if self is Sampling.HALF and rows > 1 else 1


def sampling(text: str) -> Sampling:
    """The sampling called `text`. Raises UsageError."""
    try:
        return Sampling(text)
    except ValueError:
        known = ", ".join(each.value for each in Sampling)
        raise UsageError(f"'{text}' is no sampling of scopes; known ones are {known}") from None


@dataclass(frozen=True, slots=True)
class ScopeRequest:
    """What to count. `step`: 1 every pixel, 2 every second one both ways; `phase`: which ones, 0 to 3 (`at`); `area`:
    the part of the picture, None for all of it; `plot`: another plane of counts, as `plot.py` says."""

    luma: bool = True
    rgb: bool = True
    ycbcr: bool = False
    vectorscope: bool = True
    histogram: bool = True
    step: int = 1
    phase: int = 0
    area: Area | None = None
    plot: Plot | None = None

    def __post_init__(self) -> None:
        if self.step not in (1, 2) or not 0 <= self.phase < len(_PHASES):
            raise FormatError(f"scopes count with step 1 or 2 and phase 0 to 3, not {self.step} and {self.phase}")

    def at(self, index: int) -> ScopeRequest:
        """The request for frame `index`: with step 2 the counted pixels move, so that four frames cover them all."""
        return replace(self, phase=index % len(_PHASES)) if self.step == 2 else self

    @property
    def offset(self) -> tuple[int, int]:
        """First counted column and row."""
        return _PHASES[self.phase] if self.step == 2 else (0, 0)

    def area_in(self, format: VideoFormat) -> Area:
        """The pixels of pictures in `format` that may be counted. Raises FormatError where they do not lie in them."""
        if self.area is None:
            return Area(0, 0, format.width, format.height)
        self.area.require(format)
        return self.area

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Channels with a waveform and a histogram. Histograms and clip counters need Y', R', G' and B'."""
        wanted = {
            Channel.Y: self.luma or self.ycbcr or self.histogram,
            Channel.R: self.rgb or self.histogram,
            Channel.G: self.rgb or self.histogram,
            Channel.B: self.rgb or self.histogram,
            Channel.CB: self.ycbcr,
            Channel.CR: self.ycbcr,
        }
        return tuple(channel for channel, is_wanted in wanted.items() if is_wanted)


@dataclass(frozen=True, slots=True)
class ClipCount:
    """Counted samples of one channel at or beyond the limits of `wire.LevelLimits`; `samples` is all of them."""

    black_clip: int
    below_black: int
    above_white: int
    white_clip: int
    samples: int


@dataclass(frozen=True, slots=True, eq=False)
class ScopeCounts:
    """Counts of one picture, in one piece of memory.

    `waveform`: uint16 (channels, columns, 1024). `histogram`: uint32 (channels, 1024). `vectorscope`: uint32
    (512, 512), rows Cr >> 1, columns Cb >> 1; size (0, 0) when not asked for. `plot`: the same, of `request.plot`.
    """

    channels: tuple[Channel, ...]
    waveform: NDArray[np.uint16]
    histogram: NDArray[np.uint32]
    vectorscope: NDArray[np.uint32]
    plot: NDArray[np.uint32]

    @staticmethod
    def size(request: ScopeRequest, format: VideoFormat) -> int:
        """Bytes that the counts of pictures in `format` take."""
        columns, squares = _columns(request, format), request.vectorscope + (request.plot is not None)
        return max(len(request.channels) * (columns * 2 + 4) * wire.LEVELS + squares * _SQUARE, 1)

    @classmethod
    def over(cls, memory: NDArray[np.uint8], request: ScopeRequest, format: VideoFormat) -> ScopeCounts:
        """Arrays that lie in `memory` (uint8, 1-D, `size` bytes or more) and hold whatever is in it. On a boundary of
        64 bytes the native kernels are fastest: they store columns past the caches."""
        channels = len(request.channels)
        columns = _columns(request, format)
        levels = channels * columns * wire.LEVELS * 2
        places = levels + channels * wire.LEVELS * 4
        return cls(
            request.channels,
            memory[:levels].view(np.uint16).reshape(channels, columns, wire.LEVELS),
            memory[levels:places].view(np.uint32).reshape(channels, wire.LEVELS),
            _square(memory, places, request.vectorscope),
            _square(memory, places + request.vectorscope * _SQUARE, request.plot is not None),
        )

    @classmethod
    def empty(cls, request: ScopeRequest, format: VideoFormat) -> ScopeCounts:
        """Zero counts of the right size for pictures in `format`, in memory of their own."""
        return cls.over(aligned_buffer(cls.size(request, format)), request, format)

    def seal(self) -> None:
        """From now on the arrays can only be read."""
        for array in (self.waveform, self.histogram, self.vectorscope, self.plot):
            array.flags.writeable = False

    def require(self, request: ScopeRequest, format: VideoFormat) -> None:
        """Raises FormatError unless these arrays can take the counts of such pictures."""
        columns = _columns(request, format)
        if self.channels != request.channels or self.waveform.shape[1] != columns:
            raise FormatError(f"scope counts made for another request or width cannot take {format}")
        if (self.vectorscope.size > 0, self.plot.size > 0) != (request.vectorscope, request.plot is not None):
            raise FormatError("scope counts with and without a vectorscope or a plot were mixed up")

    def waveform_of(self, channel: Channel) -> NDArray[np.uint16]:
        """(columns, 1024). Raises FormatError when that channel was not counted."""
        found: NDArray[np.uint16] = self.waveform[self._index(channel)]
        return found

    def histogram_of(self, channel: Channel) -> NDArray[np.uint32]:
        """(1024,). Raises FormatError when that channel was not counted."""
        found: NDArray[np.uint32] = self.histogram[self._index(channel)]
        return found

    def clips(self, channel: Channel, limits: wire.LevelLimits) -> ClipCount:
        """Clip counters of Y', R', G' or B'; integers, from the histogram."""
        upto = np.concatenate([[0], np.cumsum(self.histogram_of(channel), dtype=np.int64)])
        total = int(upto[-1])
        return ClipCount(
            black_clip=int(upto[limits.black_clip + 1]),
            below_black=int(upto[limits.black]),
            above_white=total - int(upto[limits.white + 1]),
            white_clip=total - int(upto[limits.white_clip]),
            samples=total,
        )

    def _index(self, channel: Channel) -> int:
        try:
            return self.channels.index(channel)
        except ValueError:
            raise FormatError(f"{channel.name} was not counted; ask for it in the scope request") from None


@dataclass(frozen=True, slots=True, eq=False)
class ScopeData:
    """Counts, and the picture they belong to. `format` is the format of the measured picture; `step` 2: only every
    second pixel both ways was counted; `area`: nothing but these pixels, None for the whole picture; `plot`: what the
    plot is of. Never changes; its memory is lent until the last holder lets go."""

    counts: ScopeCounts
    format: VideoFormat
    index: int
    timecode: Timecode | None
    tap: Tap
    step: int = 1
    area: Area | None = None
    plot: Plot | None = None

    @property
    def counted(self) -> Area:
        """The pixels that the counts are of."""
        return self.area or Area(0, 0, self.format.width, self.format.height)

    @property
    def sampling(self) -> Sampling:
        """FULL or HALF: what was counted."""
        return Sampling.HALF if self.step == 2 else Sampling.FULL

    @property
    def plotted(self) -> NDArray[np.uint32]:
        """Counts of the plot, (512, 512). Raises FormatError when there is none."""
        if self.plot is None:
            raise FormatError("no plot was counted; ask for it in the scope request")
        return self.counts.plot

    def clips(self, channel: Channel) -> ClipCount:
        return self.counts.clips(channel, wire.level_limits(self.format))


def measure(pixels: NDArray[np.uint8], format: VideoFormat, request: ScopeRequest, out: ScopeCounts) -> None:
    """Reference: counts one picture into `out`, which is overwritten. Raises FormatError when sizes do not fit."""
    out.require(request, format)
    planes = _planes(pixels, format)
    for row, channel in enumerate(request.channels):
        taken = _taken(planes[channel], request, format)
        out.waveform[row] = _waveform(taken, out.waveform.shape[1])
        out.histogram[row] = out.waveform[row].sum(axis=0, dtype=np.uint32)
    if request.vectorscope:
        cb, cr = (_taken(planes[channel], request, format) for channel in (Channel.CB, Channel.CR))
        _count_places((cr >> 1) * VECTORSCOPE_SIDE + (cb >> 1), out.vectorscope)
    if request.plot is not None:
        _count_places(_taken(_plot_places(planes, request.plot), request, format), out.plot)


def _plot_places(planes: dict[Channel, NDArray[np.int32]], plot: Plot) -> NDArray[np.int32]:
    """At the signal's own rate of what is counted."""
    table = table_of(plot)
    if table.kind is PlotKind.CHROMATICITY:
        return chromaticity_places(table, planes[Channel.R], planes[Channel.G], planes[Channel.B])
    cb = planes[Channel.CB]
    is_halved = cb.shape[1] < planes[Channel.Y].shape[1]
    return balance_places(table, planes[Channel.Y][:, :: 2 if is_halved else 1], cb, planes[Channel.CR])


def _count_places(places: NDArray[np.int32], out: NDArray[np.uint32]) -> None:
    out[:] = np.bincount(places.ravel(), minlength=out.size).reshape(out.shape)


def _columns(request: ScopeRequest, format: VideoFormat) -> int:
    """Columns of a waveform."""
    return -(-request.area_in(format).width // request.step)


def _square(memory: NDArray[np.uint8], start: int, is_wanted: bool) -> NDArray[np.uint32]:
    side = VECTORSCOPE_SIDE if is_wanted else 0
    return memory[start : start + is_wanted * _SQUARE].view(np.uint32).reshape(side, side)


def _planes(pixels: NDArray[np.uint8], format: VideoFormat) -> dict[Channel, NDArray[np.int32]]:
    """All six channels of a picture as 10-bit codes; Cb and Cr at the signal's own rate."""
    codes = unpack(pixels, format)
    factors = wire.wire_factors(format.matrix, format.range)
    first, second, third = (wire.to_10_bits(plane, codes.bits) for plane in codes.planes)
    if codes.is_ycbcr:
        y, cb, cr = first, second, third
        u, v = (wire.doubled_chroma(plane, format.width) - 1024 for plane in (cb, cr))
        red, green, blue = wire.rgb_of_ycbcr(y, u, v, factors)
    else:
        red, green, blue = first, second, third
        y = wire.to_10_bits(wire.luma_of_rgb(codes.planes, factors), codes.bits)
        cb, cr = (wire.chroma_of_rgb(red, green, blue, row) for row in (factors.cb, factors.cr))
    return {Channel.Y: y, Channel.R: red, Channel.G: green, Channel.B: blue, Channel.CB: cb, Channel.CR: cr}


def _taken(plane: NDArray[np.int32], request: ScopeRequest, format: VideoFormat) -> NDArray[np.int32]:
    """The samples of a plane that are counted."""
    area = request.area_in(format)
    halved = 2 if plane.shape[1] < format.width else 1
    columns = slice(area.x // halved, -(-(area.x + area.width) // halved))
    x, y = request.offset
    return plane[area.y : area.y + area.height, columns][y :: request.step, x :: request.step]


def _waveform(plane: NDArray[np.int32], columns: int) -> NDArray[np.uint16]:
    place = np.arange(plane.shape[1], dtype=np.int32) * wire.LEVELS + plane
    counts = np.bincount(place.ravel(), minlength=columns * wire.LEVELS)
    return counts.reshape(columns, wire.LEVELS).astype(np.uint16)
