"""How two pictures of one format become one: rectangles of one put upon the other, byte for byte, and weighted sums of
their samples in whole numbers. The reference, and the numbers that all backends share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.comparison import Mode
from livegrade.scopes.colors import code_ends
from livegrade.video.codes import Codes, is_packed, low_bits, pack, unpack
from livegrade.video.layouts import Chroma
from livegrade.video.planes import plane_views

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from livegrade.engine.comparison import Comparison
    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import PixelLayout

_GROUPS = {"v210": 6, "R12B": 8, "R12L": 8}
"""Pixels that share words, where that is more than share chroma."""

ONE = 256
"""The weight of a picture that is shown as it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a picture: columns `left` to `right` and rows `top` to `bottom`, of whole groups that share words
    and chroma, or up to the picture's edge. It is taken from `shift` columns further right than it is put."""

    left: int
    right: int
    top: int
    bottom: int
    shift: int = 0


@dataclass(frozen=True, slots=True)
class PlanePiece:
    """A piece in one plane: bytes `first` to `after` of rows `top` to `bottom`, taken from `shift` bytes further on."""

    first: int
    after: int
    top: int
    bottom: int
    shift: int


def pieces(comparison: Comparison, format: VideoFormat) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Of the picture and of the reference, to be put in this order; of wipes, split and toggle."""
    width, height = format.width, format.height
    whole = Piece(0, width, 0, height)
    match comparison.mode:
        case Mode.TOGGLE | Mode.GRID:
            return (), (whole,)
        case Mode.WIPE_HORIZONTAL:
            return (whole,), (Piece(0, width, 0, _row_at(format, comparison.at)),)
        case Mode.SPLIT:
            group, half = _group(format.layout), column_at(format, 50)
            shown = int((width - half) * comparison.at / 100) // group * group
            right = max(half, min(2 * half, width) // group * group)  # of a picture of one group it is the half
            return (whole, Piece(half, right, 0, height, shown - half)), (Piece(0, half, 0, height, shown),)
        case _:
            return (whole,), (Piece(0, column_at(format, comparison.at), 0, height),)


def outside(format: VideoFormat, rows: tuple[int, int]) -> tuple[Piece, ...]:
    """What lies above and below `rows`, the first of a picture and the first behind it; nothing where that is all."""
    parts = ((0, rows[0]), (rows[1], format.height))
    return tuple(Piece(0, format.width, top, bottom) for top, bottom in parts if top < bottom)


def column_at(format: VideoFormat, share: Fraction | int) -> int:
    """The column that has `share` (0..100) percent of the width to its left, as near as the layout allows: words and
    chroma samples are not parted."""
    group, exact = _group(format.layout), format.width * share / 100
    column = int(group * round(exact / group))
    return column if abs(column - exact) < format.width - exact else format.width


def _row_at(format: VideoFormat, share: Fraction) -> int:
    """The same for rows, where those of one chroma sample are not parted."""
    group = 1 if format.layout.chroma is not Chroma.C420 else 4 if format.scan.is_interlaced else 2
    exact = format.height * share / 100
    row = int(group * round(exact / group))
    return row if abs(row - exact) < format.height - exact else format.height


def plane_pieces(format: VideoFormat, piece: Piece) -> tuple[PlanePiece, ...]:
    """`piece` in the planes of `format`. One that is not shifted and goes to the right edge takes padding with it."""
    found = []
    for rule, plane in zip(format.layout.planes, format.geometry.planes, strict=True):
        after = piece.right * rule.block_bytes // rule.pixels
        if piece.right >= format.width and piece.shift == 0:
            after = plane.stride
        top, bottom = (-(-row // 2) if rule.halved else row for row in (piece.top, piece.bottom))
        first, shift = (columns * rule.block_bytes // rule.pixels for columns in (piece.left, piece.shift))
        found.append(PlanePiece(first, after, top, bottom, shift))
    return tuple(found)


def place(picture: NDArray[np.uint8], piece: Piece, format: VideoFormat, into: NDArray[np.uint8]) -> None:
    """A piece of `picture`, put into another; both in `format`, 1-D uint8 of its size."""
    planes = zip(plane_views(picture, format), plane_views(into, format), plane_pieces(format, piece), strict=True)
    for source, target, at in planes:
        target[at.top : at.bottom, at.first : at.after] = source[
            at.top : at.bottom, at.first + at.shift : at.after + at.shift
        ]


@dataclass(frozen=True, slots=True)
class Mix:
    """The sample of a picture and that of another, in whole numbers: (`one` * this + `other` * that + `bias`) / ONE,
    rounded down, held between `low` and `high`. `bias` is that of Y', R', G' or B', `chroma_bias` that of Cb and Cr;
    both round to nearest."""

    one: int
    other: int
    bias: int
    chroma_bias: int
    low: int
    high: int


def blend(share: Fraction, format: VideoFormat) -> Mix:
    """`share` percent of the other picture and the rest of this one."""
    low, high = format.layout.code_limits
    other = round(share * ONE / 100)
    return Mix(ONE - other, other, ONE // 2, ONE // 2, low, high)


def mix_of(comparison: Comparison, format: VideoFormat) -> Mix:
    """The numbers for picture and reference, of blend and difference."""
    if comparison.mode is Mode.BLEND:
        return blend(comparison.at, format)
    bits, (low, high) = format.layout.bits, format.layout.code_limits
    black, white = code_ends(format.range, bits)
    weight = comparison.gain * ONE
    middle, neutral = (black + white + 1) // 2, 1 << (bits - 1)
    return Mix(weight, -weight, middle * ONE + ONE // 2, neutral * ONE + ONE // 2, low, high)


def mix(
    one: NDArray[np.uint8], other: NDArray[np.uint8], by: Mix, format: VideoFormat, into: NDArray[np.uint8]
) -> None:
    """Reference: all three in `format`. Samples are mixed where they lie, chroma with chroma; padding becomes zero,
    alpha opaque."""
    if is_packed(format.layout):
        beside = by.chroma_bias if format.layout.is_ycbcr else by.bias
        pairs = zip(unpack(one, format).planes, unpack(other, format).planes, (by.bias, beside, beside), strict=True)
        y, cb, cr = (_mixed(a, b, by, bias) for a, b, bias in pairs)
        pack(Codes((y, cb, cr), format.layout.bits, format.layout.is_ycbcr), format, into)
        return
    container, low = np.dtype("u1" if format.layout.bits == 8 else "<u2"), low_bits(format.layout)
    top = (1 << format.layout.bits) - 1
    planes = zip(*(plane_views(pixels, format) for pixels in (one, other, into)), strict=True)
    for number, (a, b, out) in enumerate(planes):
        bias = by.chroma_bias if number and format.layout.is_ycbcr else by.bias
        first, second = (np.minimum(plane.view(container) >> low, top) for plane in (a, b))
        used = used_samples(format, number)
        samples = out.view(container)
        samples[:] = 0
        samples[:, :used] = (_mixed(first, second, by, bias) << low)[:, :used]


def used_samples(format: VideoFormat, plane: int) -> int:
    """Samples of a row of a planar plane that are not padding."""
    layout = format.layout
    if plane == 0:
        return format.width
    chroma = layout.chroma_width(format.width)
    return 2 * chroma if len(layout.planes) == 2 else chroma


def _mixed(one: NDArray[np.uint16], other: NDArray[np.uint16], by: Mix, bias: int) -> NDArray[np.uint16]:
    total = one.astype(np.int64) * by.one + other.astype(np.int64) * by.other + bias
    held: NDArray[np.int64] = np.clip(total // ONE, by.low, by.high)
    return held.astype(np.uint16)


def _group(layout: PixelLayout) -> int:
    return _GROUPS.get(layout.name, 1 if layout.chroma is Chroma.C444 else 2)
