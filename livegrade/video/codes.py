"""Samples in and out of every pixel layout, in NumPy: the truth that the native kernels are tested against.

Plain and slow on purpose; nothing on the live path calls it. Codes are integers at the depth of the layout, no range
or matrix applied. Sources of the layouts: see `layouts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from livegrade.errors import FormatError
from livegrade.video.layouts import Chroma
from livegrade.video.siting import gather, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import PixelLayout, Plane


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """The samples of one picture.

    `planes`: uint16 arrays Y', Cb, Cr or R, G, B; the first (height, width); the others as wide as the layout's
    chroma and always of full height. `bits`: depth of the codes, 0..2**bits - 1.
    """

    planes: tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]
    bits: int
    is_ycbcr: bool


def unpack(pixels: NDArray[np.uint8], format: VideoFormat) -> Codes:
    """The codes of one picture as our buffers hold it (`format.geometry`).

    4:2:0 comes two bits deeper (16 bits at most): Y' is shifted, chroma is interpolated vertically to full height,
    within each field where the scan is interlaced (`siting`). Codes that a 16-bit container holds above the depth of
    the layout are read as its largest code. Raises FormatError when the size is wrong.
    """
    _require_size(pixels, format)
    layout = format.layout
    stored = _packed_samples(pixels, format) if layout.name in _PACKED else _planar_samples(pixels, format)
    chroma_width = layout.chroma_width(format.width)
    first, second, third = stored[0][:, : format.width], stored[1][:, :chroma_width], stored[2][:, :chroma_width]
    if layout.chroma is Chroma.C420:
        first = first << np.uint32(layout.code_bits - layout.bits)
        second, third = (_full_height(plane, format) for plane in (second, third))
    planes = (first.astype(np.uint16), second.astype(np.uint16), third.astype(np.uint16))
    return Codes(planes, layout.code_bits, layout.is_ycbcr)


def pack(codes: Codes, format: VideoFormat, out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """One picture from its codes, which have the depth `format.layout.bits`; codes above it become the largest.

    4:2:0 takes full-height chroma and makes one row of two, of the same field where the scan is interlaced (`siting`),
    rounded to nearest, halves up; a lone last row as it is. Padding inside rows is zero, alpha opaque, bytes between
    planes are left alone. Into `out` (uint8, 1-D, of the geometry's size) when given. Raises FormatError.
    """
    layout, width, height = format.layout, format.width, format.height
    chroma_size = (height, layout.chroma_width(width))
    if codes.bits != layout.bits or codes.is_ycbcr != layout.is_ycbcr:
        raise FormatError(f"codes of {codes.bits} bits do not fit into {layout.name}")
    if [plane.shape for plane in codes.planes] != [(height, width), chroma_size, chroma_size]:
        raise FormatError(f"the planes of codes do not have the size of a picture in {format}")
    pixels = np.zeros(format.geometry.size, np.uint8) if out is None else out
    _require_size(pixels, format)
    planes = [np.minimum(plane, _top(layout)).astype(np.uint16) for plane in codes.planes]
    if layout.name in _PACKED:
        packing = _PACKED[layout.name]
        rows = _rows(pixels, format.geometry.planes[0])
        samples = np.zeros_like(packing.read(rows))
        for plane, (first, step) in zip(planes, packing.order, strict=True):
            samples[:, first::step][:, : plane.shape[1]] = plane
        packing.write(samples, rows)
    else:
        if layout.chroma is Chroma.C420:
            planes[1:] = [_half_height(plane, format) for plane in planes[1:]]
        for view, plane in zip(_planar_views(pixels, format), planes, strict=False):
            view[:] = 0
            view[:, : plane.shape[1]] = plane << low_bits(layout)
    return pixels


def _require_size(pixels: NDArray[np.uint8], format: VideoFormat) -> None:
    size = format.geometry.size
    if pixels.dtype != np.uint8 or pixels.shape != (size,) or not pixels.flags.c_contiguous:
        raise FormatError(f"a picture in {format} is one row of {size} bytes")


def _rows(pixels: NDArray[np.uint8], plane: Plane) -> NDArray[np.uint8]:
    """(rows, stride) view of a plane."""
    return pixels[plane.offset : plane.offset + plane.rows * plane.stride].reshape(plane.rows, plane.stride)


def _top(layout: PixelLayout) -> np.uint16:
    return np.uint16((1 << layout.bits) - 1)


def is_packed(layout: PixelLayout) -> bool:
    """Whether samples share words or bytes, in one plane."""
    return layout.name in _PACKED


def low_bits(layout: PixelLayout) -> int:
    """Unused bits below a sample of a planar layout."""
    return 6 if layout.name == "p010" else 0


def _packed_samples(pixels: NDArray[np.uint8], format: VideoFormat) -> list[NDArray[np.uint32]]:
    """Three planes in the order of Codes, padding at the end of rows included."""
    packing = _PACKED[format.layout.name]
    samples = packing.read(_rows(pixels, format.geometry.planes[0])).astype(np.uint32)
    return [samples[:, first::step] for first, step in packing.order]


def _planar_samples(pixels: NDArray[np.uint8], format: VideoFormat) -> list[NDArray[np.uint32]]:
    """As _packed_samples; chroma of 4:2:0 has half the rows, that of gray is neutral."""
    layout = format.layout
    planes = [
        np.minimum(view >> low_bits(layout), _top(layout)).astype(np.uint32) for view in _planar_views(pixels, format)
    ]
    neutral = np.full_like(planes[0], 1 << (layout.bits - 1))
    return planes if len(planes) == 3 else [planes[0], neutral, neutral]


def _planar_views(pixels: NDArray[np.uint8], format: VideoFormat) -> list[NDArray[Any]]:
    """The planes of a planar picture as views in the order of Codes: uint8 or uint16, row padding included."""
    container = "u1" if format.layout.bits == 8 else "<u2"
    stored: list[NDArray[Any]] = [_rows(pixels, plane).view(container) for plane in format.geometry.planes]
    if len(stored) == 2:
        luma, pairs = stored
        return [luma, pairs[:, 0::2], pairs[:, 1::2]]
    if not format.layout.is_ycbcr:
        green, blue, red = stored
        return [red, green, blue]
    return stored


def _full_height(chroma: NDArray[np.uint32], format: VideoFormat) -> NDArray[np.uint32]:
    """4:2:0 chroma at the height of the picture, at the depth `code_bits`, halves up."""
    rows = spread(format.height, interlaced=format.scan.is_interlaced)
    weight = rows.weight[:, np.newaxis].astype(np.uint32)
    eighths = weight * chroma[rows.near] + (8 - weight) * chroma[rows.far]
    less = 3 - (format.layout.code_bits - format.layout.bits)
    return (eighths + np.uint32(1 << less - 1)) >> np.uint32(less)


def _half_height(chroma: NDArray[np.uint16], format: VideoFormat) -> NDArray[np.uint16]:
    rows = gather(format.height, interlaced=format.scan.is_interlaced)
    weight = rows.weight[:, np.newaxis].astype(np.uint32)
    quarters = weight * chroma[rows.first] + (4 - weight) * chroma[rows.second]
    return ((quarters + 2) >> 2).astype(np.uint16)


_Order = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Packing:
    """Rows of bytes to rows of samples in their order in memory, and back; `order`: first and step of each plane."""

    read: Callable[[NDArray[np.uint8]], NDArray[np.uint16]]
    write: Callable[[NDArray[np.uint16], NDArray[np.uint8]], None]
    order: _Order


_CB_Y_CR_Y = ((1, 2), (0, 4), (2, 4))
_R_G_B = ((0, 3), (1, 3), (2, 3))


def _three_in_a_word(
    word: str, shifts: tuple[int, int, int], order: _Order = _R_G_B, bits: int = 10, unused: int = 0
) -> _Packing:
    """Words of NumPy type `word` with three samples at `shifts`; `unused` is or-ed into every word written."""

    def read(rows: NDArray[np.uint8]) -> NDArray[np.uint16]:
        words = rows.view(word)
        samples = np.stack([(words >> shift) & ((1 << bits) - 1) for shift in shifts], axis=-1)
        return samples.reshape(len(rows), -1).astype(np.uint16)

    def write(samples: NDArray[np.uint16], rows: NDArray[np.uint8]) -> None:
        thirds = samples.astype(np.uint32)
        words = np.full_like(thirds[:, 0::3], unused)
        for position, shift in enumerate(shifts):
            words |= thirds[:, position::3] << shift
        rows.view(word)[:] = words

    return _Packing(read, write, order)


def _bytes_as_samples() -> _Packing:
    def read(rows: NDArray[np.uint8]) -> NDArray[np.uint16]:
        return rows.astype(np.uint16)

    def write(samples: NDArray[np.uint16], rows: NDArray[np.uint8]) -> None:
        rows[:] = samples

    return _Packing(read, write, _CB_Y_CR_Y)


def _stream_of_12_bits(word: str) -> _Packing:
    """12-bit samples one after the other, low bits first, in a stream cut into words of NumPy type `word`."""

    def read(rows: NDArray[np.uint8]) -> NDArray[np.uint16]:
        stream = rows.view(word).astype("<u4").view(np.uint8)
        bits = np.unpackbits(stream, axis=1, bitorder="little").reshape(len(rows), -1, 12)
        return bits.astype(np.uint16) @ (1 << np.arange(12, dtype=np.uint16))

    def write(samples: NDArray[np.uint16], rows: NDArray[np.uint8]) -> None:
        bits = (samples[:, :, None] >> np.arange(12, dtype=np.uint16)) & 1
        stream = np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1, bitorder="little")
        rows.view(word)[:] = stream.view("<u4")

    return _Packing(read, write, _R_G_B)


_PACKED = {
    "v210": _three_in_a_word("<u4", (0, 10, 20), _CB_Y_CR_Y),
    "uyvy": _bytes_as_samples(),
    "r210": _three_in_a_word(">u4", (20, 10, 0)),
    "R10l": _three_in_a_word("<u4", (22, 12, 2)),
    "R10b": _three_in_a_word(">u4", (22, 12, 2)),
    "R12B": _stream_of_12_bits(">u4"),
    "R12L": _stream_of_12_bits("<u4"),
    "bgra": _three_in_a_word("<u4", (16, 8, 0), bits=8, unused=0xFF000000),
}
