"""The photograph that stands before the simulated camera, and the camera's encoding of it.

`data/tree.npz` holds a scene-linear picture (see `data/README.md` for its origin and licence) as uint8 arrays `high`
and `low`, (3, H, W): the two bytes of z. d = (z >> 1) ^ -(z & 1) is the difference to the pixel on the left, and the
sum of the differences, times 8, is the bit pattern of a half float.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from livegrade.color.camera import camera_curve
from livegrade.video.charts import KB, KR, Chart
from livegrade.video.format import Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CAMERA_CURVE = "arri-logc4"
"""The curve of the simulated camera where none is asked for. Its colours are those of the photograph (near Rec.709): no
camera gamut."""

_DROPPED_BITS = 3
_ROWS = 32
"""Rows that are worked on at a time: what is in between stays in the processor's cache."""


def scene_light() -> NDArray[np.float32]:
    """The photograph as scene-linear light: float32 (3, 906, 928), R G B, 0 to 16.3."""
    file = resources.files("livegrade.capture").joinpath("data", "tree.npz")
    with file.open("rb") as stream, np.load(stream) as arrays:
        high, low = arrays["high"], arrays["low"]
    light = np.empty(high.shape, np.float32)
    for rows in _parts(light.shape[1]):
        folded = high[:, rows].astype(np.int32) << 8 | low[:, rows]
        differences = (folded >> 1) ^ -(folded & 1)
        halves = (np.cumsum(differences, axis=2, dtype=np.int32) << _DROPPED_BITS).astype(np.uint16).view(np.float16)
        light[:, rows] = halves
    return light


def _parts(rows: int) -> Iterator[slice]:
    return (slice(first, min(first + _ROWS, rows)) for first in range(0, rows, _ROWS))


def photograph(width: int, least_height: int, curve: str = CAMERA_CURVE, span: Range = Range.LEGAL) -> Chart:
    """The camera's picture of the whole scene: `width` wide, as high as that makes it, at least `least_height`.

    10-bit Y'CbCr BT.709 of the log signal of a camera `curve` (signal 0..1 is black to white of `span`); chroma
    filtered for 4:2:2. The height is even.
    """
    signal = _signal(curve)
    _, rows, columns = signal.shape
    wide, height = width, 2 * round(width * rows / columns / 2)
    if height < least_height:
        wide, height = 2 * -(-(least_height * columns) // rows // 2), least_height + least_height % 2
    scaled = (Image.fromarray(plane).resize((wide, height), Image.Resampling.BICUBIC) for plane in signal)
    planes = [np.asarray(plane)[:, :width] for plane in scaled]
    codes = [np.empty((height, width), np.uint16) for _ in planes]
    for part in _parts(height):
        red, green, blue = (plane[part] for plane in planes)
        for plane, values in zip(codes, _coded(red, green, blue, span), strict=True):
            plane[part] = np.clip(np.rint(values), 4, 1019)
    return Chart(codes[0], codes[1], codes[2])


@lru_cache(maxsize=1)
def _signal(curve: str) -> NDArray[np.float32]:
    """As `scene_light`, through the camera's curve; kept for the next simulated camera, for most are alike."""
    encode = camera_curve(curve).encode
    signal = scene_light()
    for rows in _parts(signal.shape[1]):
        signal[:, rows] = encode(signal[:, rows].astype(np.float64))
    signal.flags.writeable = False
    return signal


def _coded(
    red: NDArray[np.float32], green: NDArray[np.float32], blue: NDArray[np.float32], span: Range
) -> tuple[NDArray[np.float32], ...]:
    """Y', Cb, Cr in codes of 10 bits, not rounded."""
    luma = np.float32(KR) * red + np.float32(1 - KR - KB) * green + np.float32(KB) * blue
    cb = _filtered((blue - luma) / np.float32(2 * (1 - KB)))
    cr = _filtered((red - luma) / np.float32(2 * (1 - KR)))
    black, luma_span, chroma = (64, 876, 896) if span is Range.LEGAL else (0, 1023, 1023)
    return black + luma_span * luma, 512 + chroma * cb, 512 + chroma * cr


def _filtered(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """[1 2 1]/4 along the row, so that taking each second sample does not alias."""
    padded = np.pad(chroma, ((0, 0), (1, 1)), mode="edge")
    total: NDArray[np.float32] = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    return total / np.float32(4)
