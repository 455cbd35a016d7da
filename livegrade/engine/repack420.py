"""Lossless repack between two 4:2:0 layouts, chroma row for chroma row, in NumPy.

The general way unpacks chroma to full height and averages it again, which is a filter. Nothing but a change of decoder
or encoder asks for this, so it is plain and not fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.engine.program import has_same_chroma_rows, recoding
from livegrade.video.layouts import Chroma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import Plane

    Samples: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]

P010_SHIFT = 6
"""p010 holds its 10 bits at the upper end of 16. Source: Microsoft, 10-bit and 16-bit YUV Video Formats."""


def is_420_to_420(source: VideoFormat, target: VideoFormat) -> bool:
    return source.layout.chroma is Chroma.C420 and has_same_chroma_rows(source, target)


def repack_420(pixels: NDArray[np.uint8], source: VideoFormat, into: NDArray[np.uint8], target: VideoFormat) -> None:
    """Both 4:2:0, of one size, range and matrix. A target of fewer bits is rounded to nearest."""
    exact = recoding(source, target)
    exact[:, 0] *= 2.0 ** (source.layout.code_bits - source.layout.bits)
    top = 2**target.layout.bits - 1
    pairs = zip(_components(pixels, source), _components(into, target), exact, strict=True)
    for taken, put, (scale, offset) in pairs:
        codes = taken >> _shift(source)
        recoded = np.clip(np.floor(codes * scale + (offset + 0.5)), 0, top).astype(put.dtype)
        put[...] = recoded << _shift(target)


def _components(pixels: NDArray[np.uint8], format: VideoFormat) -> tuple[Samples, Samples, Samples]:
    """Writable views of Y', Cb and Cr as they lie in memory."""
    planes = [_samples(pixels, plane, format) for plane in format.geometry.planes]
    if len(planes) == 2:
        planes[1:] = [planes[1][:, 0::2], planes[1][:, 1::2]]
    halved = format.layout.chroma_width(format.width)
    return planes[0][:, : format.width], planes[1][:, :halved], planes[2][:, :halved]


def _samples(pixels: NDArray[np.uint8], plane: Plane, format: VideoFormat) -> Samples:
    rows = pixels[plane.offset : plane.offset + plane.stride * plane.rows].reshape(plane.rows, plane.stride)
    return rows if format.layout.bits == 8 else rows.view("<u2")


def _shift(format: VideoFormat) -> int:
    return P010_SHIFT if format.layout.name == "p010" else 0
