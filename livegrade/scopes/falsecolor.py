"""False colour and zebra: the NumPy reference, and the code tables it shares with the native and CUDA kernels.

Both act on wire Y' (for RGB layouts on matrix luma, `wire.luma_of_rgb`). False colour is one table lookup a pixel:
`target_codes` says, for every luma code of the source at its own depth, which codes the target gets; what luma cannot
tell has classes (`classes.py`), which go before it. Chroma goes down to 4:2:2 by [-1 2 6 2 -1] / 8, co-sited, ends
held, and a 4:2:0 target averages pairs of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import FormatError, UsageError
from livegrade.scopes import wire
from livegrade.scopes.bands import first_code
from livegrade.scopes.classes import classes_of
from livegrade.scopes.colors import code_ends, encode_colors
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Range
from livegrade.video.layouts import Chroma
from livegrade.video.siting import gather

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.bands import BandTable
    from livegrade.video.format import VideoFormat


def target_codes(bands: BandTable, source: VideoFormat, target: VideoFormat) -> NDArray[np.uint16]:
    """(3, 2**b) for every luma code of the source (b = its `code_bits`): the target's Y', Cb, Cr or R', G', B'.

    Codes have the target layout's own depth and stay within what its encoder may write.
    """
    bits = source.layout.code_bits
    luma = np.arange(2**bits)
    index = bands.indices(source.range)[luma >> (bits - 10) if bits >= 10 else luma << (10 - bits)]
    black, white = code_ends(source.range, bits)
    grey = (luma - black) / (white - black)
    colors = np.array([(0, 0, 0)] + [band.color for band in bands.bands], np.float64)[index] / 255.0
    rgb = np.where((index == 0)[:, None], grey[:, None], colors)
    return np.ascontiguousarray(encode_colors(rgb, target).T)


def false_color(
    pixels: NDArray[np.uint8], source: VideoFormat, bands: BandTable, target: VideoFormat, out: NDArray[np.uint8]
) -> None:
    """Reference: one picture in false colour into `out`, a picture in `target`. Raises FormatError."""
    require_size(source, target)
    codes, classes = unpack(pixels, source), classes_of(bands, source, target)
    painted = classes.of(codes, source)
    by_luma = target_codes(bands, source, target)[:, _luma(codes, source)]
    first, second, third = np.where(painted, classes.palette[:, painted], by_luma)
    if target.layout.chroma is not Chroma.C444:
        low, high = target.layout.code_limits
        second, third = (_down(plane, low, high) for plane in (second, third))
    pack(Codes((first, second, third), target.layout.bits, target.layout.is_ycbcr), target, out)


def require_size(source: VideoFormat, target: VideoFormat) -> None:
    """Raises FormatError unless both formats have the same size."""
    if (source.width, source.height) != (target.width, target.height):
        raise FormatError(f"false colour does not scale: {source} does not fit {target}")


@dataclass(frozen=True, slots=True)
class Zebra:
    """Stripes where luma is `low` percent or more and under `high` percent of the signal; `high` None: no upper end.
    `second`: a band of its own whose stripes lean the other way, and go first where both are."""

    low: Fraction
    high: Fraction | None = None
    second: Zebra | None = None

    def __post_init__(self) -> None:
        if self.high is not None and self.low >= self.high:
            raise UsageError(f"the zebra's lower level {float(self.low):g} % is not below its upper one")
        if self.second is not None and self.second.second is not None:
            raise UsageError("a zebra has two bands at most")

    def __str__(self) -> str:
        """As behind `zebra=`: 95, 70-75, 70-75+95."""
        band = f"{float(self.low):g}" if self.high is None else f"{float(self.low):g}-{float(self.high):g}"
        return band if self.second is None else f"{band}+{self.second}"

    def marks_black(self, range: Range) -> bool:
        """Whether black has stripes."""
        first, after = self.codes(range)
        black = first_code(Fraction(0), range)
        return first <= black < after or (self.second is not None and self.second.marks_black(range))

    def codes(self, range: Range) -> tuple[int, int]:
        """First 10-bit luma code with stripes, and the first one above without."""
        after = 1024 if self.high is None else first_code(self.high, range)
        return max(first_code(self.low, range), 0), min(max(after, 0), 1024)


@dataclass(frozen=True, slots=True)
class Stripes:
    """What the zebra kernels need, in codes of the layout's own depth.

    A pixel is striped when its 10-bit luma is `first` or more and under `after`, and (x + y + shift) mod `period` is
    under half of `period`; from `second` on and under `second_after` it is (x - y + shift), and nothing else counts.
    It becomes black when its 10-bit luma is `middle` or more, else white; `neutral` is its chroma. Chroma samples
    follow the pixel they are sited with (in 4:2:0: of the even row).
    """

    first: int
    after: int
    second: int
    second_after: int
    middle: int
    black: int
    white: int
    neutral: int
    period: int
    shift: int


def stripes(zebra: Zebra, format: VideoFormat, phase: int) -> Stripes:
    """The zebra for one format; `phase` counts frames. Stripes are 16 pixels from one to the next at HD, 32 at UHD."""
    bands = *zebra.codes(format.range), *((1024, 1024) if zebra.second is None else zebra.second.codes(format.range))
    black, white = code_ends(format.range, format.layout.bits)
    period = 8
    while period * 180 < format.width:
        period *= 2
    middle = first_code(Fraction(50), format.range)
    neutral = 1 << (format.layout.bits - 1)
    low, high = format.layout.code_limits
    return Stripes(*bands, middle, max(black, low), min(white, high), neutral, period, 2 * phase % period)


def draw_zebra(pixels: NDArray[np.uint8], format: VideoFormat, zebra: Zebra, phase: int) -> None:
    """Reference: stripes into a picture, in place. Pixels without a stripe keep their codes exactly."""
    marks = stripes(zebra, format, phase)
    codes = unpack(pixels, format)
    luma = wire.to_10_bits(_luma(codes, format), codes.bits)
    row, column = np.indices(luma.shape)
    first: NDArray[np.bool_] = (luma >= marks.first) & (luma < marks.after)
    second: NDArray[np.bool_] = (luma >= marks.second) & (luma < marks.second_after)
    rising = (column + row + marks.shift) % marks.period < marks.period // 2
    falling = (column - row + marks.shift) % marks.period < marks.period // 2
    striped = np.where(second, falling, first & rising)
    paint = np.where(luma >= marks.middle, marks.black, marks.white).astype(np.uint16)
    if format.layout.chroma is Chroma.C420:
        _stripe_420(pixels, format, striped, paint, marks.neutral)
        return
    planes = list(codes.planes)
    planes[0] = np.where(striped, paint, planes[0])
    for number in (1, 2):
        if codes.is_ycbcr:
            sited = striped[:, :: 1 if format.layout.chroma is Chroma.C444 else 2]
            planes[number] = np.where(sited, np.uint16(marks.neutral), planes[number])
        else:
            planes[number] = np.where(striped, paint, planes[number])
    pack(Codes((planes[0], planes[1], planes[2]), codes.bits, codes.is_ycbcr), format, pixels)


def _luma(codes: Codes, format: VideoFormat) -> NDArray[np.uint16]:
    if codes.is_ycbcr:
        return codes.planes[0]
    return wire.luma_of_rgb(codes.planes, wire.wire_factors(format.matrix, format.range))


def _down(plane: NDArray[np.uint16], low: int, high: int) -> NDArray[np.uint16]:
    """Chroma of every pixel to every second one, in integers: halves up, held at the encoder's limits."""
    held = np.pad(plane.astype(np.int32), ((0, 0), (2, 3)), mode="edge")
    width = plane.shape[1]
    before2, before1, at, after1, after2 = (held[:, shift : shift + width : 2] for shift in range(5))
    total = 6 * at + 2 * (before1 + after1) - (before2 + after2)
    narrow: NDArray[np.int32] = np.clip((total + 4) >> 3, low, high)
    return narrow.astype(np.uint16)


def _stripe_420(
    pixels: NDArray[np.uint8], format: VideoFormat, striped: NDArray[np.bool_], paint: NDArray[np.uint16], neutral: int
) -> None:
    """4:2:0 in its own planes, because unpacked chroma is interpolated and would not come back the same."""
    layout, planes = format.layout, format.geometry.planes
    container = np.uint8 if layout.bits == 8 else np.uint16
    shift = 6 if layout.name == "p010" else 0
    chroma = striped[gather(format.height, interlaced=format.scan.is_interlaced).first, ::2]
    for number, plane in enumerate(planes):
        rows = pixels[plane.offset : plane.offset + plane.stride * plane.rows].view(container).reshape(plane.rows, -1)
        if number == 0:
            rows = rows[:, : format.width]
            rows[striped] = (paint << shift)[striped].astype(container)
        else:
            mark = np.repeat(chroma, 2, axis=1) if len(planes) == 2 else chroma
            rows = rows[:, : mark.shape[1]]
            rows[mark] = neutral << shift
