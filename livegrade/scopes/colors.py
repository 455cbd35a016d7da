"""Display colours as codes of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.video.format import Range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat


def code_ends(range: Range, bits: int) -> tuple[int, int]:
    """Codes of black and white of Y' and R'G'B'."""
    if range is Range.FULL:
        return 0, 2**bits - 1
    return 16 << (bits - 8), 235 << (bits - 8)


def encode_colors(rgb: NDArray[np.float64], target: VideoFormat) -> NDArray[np.uint16]:
    """(n, 3) R'G'B', 0 black and 1 white, as codes of the target (n, 3)."""
    bits = target.layout.bits
    black, white = code_ends(target.range, bits)
    span = white - black
    if target.layout.is_ycbcr:
        kr, kg, kb = target.matrix.luma_weights
        y = rgb @ np.array([kr, kg, kb])
        cb, cr = (rgb[:, 2] - y) / (2 * (1 - kb)), (rgb[:, 0] - y) / (2 * (1 - kr))
        chroma_span = span if target.range is Range.FULL else 224 << (bits - 8)
        middle = 1 << (bits - 1)
        codes = np.stack([black + span * y, middle + chroma_span * cb, middle + chroma_span * cr], axis=1)
    else:
        codes = black + span * rgb
    low, high = target.layout.code_limits
    held: NDArray[np.float64] = np.clip(np.floor(codes + 0.5), low, high)
    return held.astype(np.uint16)
