"""What stands in a picture at a place, as numbers: its codes, its signal, and what that is in stops of a camera.

Exact: a patch has the codes that unpacking the whole picture gives there, and only its rows are unpacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.cameras.curves import MID_GREY
from livegrade.engine import program as rules
from livegrade.engine.reference import chroma_up
from livegrade.video.layouts import Chroma
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.space import TransferCurve
    from livegrade.video.format import VideoFormat

MOST_SIZE = 129
"""Pixels of a side that a patch may have."""
_GROUP = 4
"""Rows of 4:2:0 that belong together, of both fields where there are two."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Pixels of a picture: left, top, width, height; all of them inside."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The mean of a patch. `codes`: Y', Cb, Cr or R', G', B' at `bits`; `signal`: R', G', B' with black 0 and white 1
    of the range in force; `luma`: Y' of the same, by the signal's matrix."""

    codes: tuple[float, float, float]
    bits: int
    is_ycbcr: bool
    signal: tuple[float, float, float]
    luma: float


def patch_at(format: VideoFormat, x: float, y: float, size: int) -> Patch:
    """The `size` x `size` pixels about the one at `x`, `y`, 0 to 1 from the left and top; cut off at the edges. Of an
    even size one row and column more lies to the right and below."""
    first_x, width = _side(format.width, x, size)
    first_y, height = _side(format.height, y, size)
    return Patch(first_x, first_y, width, height)


def area_of(format: VideoFormat, x: float, y: float, width: float, height: float) -> Patch:
    """The pixels of an area, 0 to 1 of the picture from its left and top; one at least."""
    left, top = (min(round(at * side), side - 1) for at, side in ((x, format.width), (y, format.height)))
    right, bottom = (round(end * side) for end, side in ((x + width, format.width), (y + height, format.height)))
    return Patch(left, top, max(1, min(right, format.width) - left), max(1, min(bottom, format.height) - top))


def sample(pixels: NDArray[np.uint8], format: VideoFormat, patch: Patch, pool: _native.BandPool) -> Sample:
    """`pixels`: of a picture in `format`, as its geometry says."""
    first, second, third = rows_of(pixels, format, patch.y, patch.height, pool)
    columns = slice(patch.x, patch.x + patch.width)
    means = [float(first[:, columns].mean())]
    for plane in (second, third):
        full = _full_chroma(plane, patch) if format.layout.chroma is not Chroma.C444 else plane[:, columns]
        means.append(float(full.mean()))
    decode = rules.decoding(format)
    signal = decode[:, :3] @ np.array(means) + decode[:, 3]
    luma = float(np.dot(format.matrix.luma_weights, signal))
    red, green, blue = (float(one) for one in signal)
    return Sample(
        (means[0], means[1], means[2]), format.layout.code_bits, format.layout.is_ycbcr, (red, green, blue), luma
    )


def luma_of(
    pixels: NDArray[np.uint8], format: VideoFormat, patch: Patch, pool: _native.BandPool
) -> NDArray[np.float32]:
    """Y' of every pixel of a patch, black 0 and white 1: float32 (height, width)."""
    planes = rows_of(pixels, format, patch.y, patch.height, pool)
    decode = rules.decoding(format)
    weights = np.array(format.matrix.luma_weights)
    parts = (weights @ decode[:, :3]).astype(np.float32)
    luma = np.full((patch.height, patch.width), weights @ decode[:, 3], np.float32)
    for part, plane in zip(parts[: 1 if format.layout.is_ycbcr else 3], planes, strict=False):
        luma += part * plane[:, patch.x : patch.x + patch.width]
    return luma


def stops_of(curve: TransferCurve, signal: float) -> float | None:
    """Stops over the light of an 18 % grey card that `signal` stands for; None where it stands for no light."""
    light = float(curve.decode(np.array(signal, np.float64)))
    return log2(light / MID_GREY) if light > 0 else None


def rows_of(
    pixels: NDArray[np.uint8], format: VideoFormat, first: int, count: int, pool: _native.BandPool
) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]:
    """Rows of a picture as `video.codes.unpack` gives them: uint16 (count, width), and chroma as wide as it is."""
    begin, end = first, first + count
    if format.layout.chroma is Chroma.C420:  # rows of chroma come of their neighbours
        begin = max(0, (first // _GROUP - 1) * _GROUP)
        end = min(format.height, (-(-end // _GROUP) + 1) * _GROUP)
    planes = format.geometry.planes
    offsets = [plane.offset + (begin if plane.rows == format.height else begin // 2) * plane.stride for plane in planes]
    strides = [plane.stride for plane in planes]
    name, interlaced = format.layout.name, format.scan.is_interlaced
    image = _native.Image(pixels, name, format.width, end - begin, offsets, strides, interlaced)
    chroma = format.layout.chroma_width(format.width)
    codes = [np.empty((end - begin, width), np.uint16) for width in (format.width, chroma, chroma)]
    _native.unpack(image, codes[0], codes[1], codes[2], pool)
    inside = slice(first - begin, first - begin + count)
    return codes[0][inside], codes[1][inside], codes[2][inside]


def _side(length: int, at: float, size: int) -> tuple[int, int]:
    middle = min(max(int(at * length), 0), length - 1)
    first = max(0, middle - (size - 1) // 2)
    return first, min(length, middle + size // 2 + 1) - first


def _full_chroma(plane: NDArray[np.uint16], patch: Patch) -> NDArray[np.float64]:
    """Chroma at every pixel of `patch`, from its rows."""
    first, last = patch.x // 2, (patch.x + patch.width - 1) // 2
    near = plane[:, first : last + 2].astype(np.float64)
    full = chroma_up(near, 2 * near.shape[1])
    return full[:, patch.x - 2 * first :][:, : patch.width]
