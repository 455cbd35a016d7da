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
    from numpy.typing import NDArray

CAMERA_CURVE = "arri-logc4"
"""The curve of the simulated camera where none is asked for. Its colours are those of the photograph (near Rec.709): no
camera gamut."""

_DROPPED_BITS = 3


def scene_light() -> NDArray[np.float32]:
    """The photograph as scene-linear light: float32 (906, 928, 3), R G B, 0 to 16.3."""
    file = resources.files("livegrade.capture").joinpath("data", "tree.npz")
    with file.open("rb") as stream, np.load(stream) as arrays:
        folded = arrays["high"].astype(np.int32) << 8 | arrays["low"]
    differences = (folded >> 1) ^ -(folded & 1)
    halves = (np.cumsum(differences, axis=2, dtype=np.int32) << _DROPPED_BITS).astype(np.uint16).view(np.float16)
    return np.ascontiguousarray(np.moveaxis(halves, 0, -1).astype(np.float32))


def photograph(width: int, least_height: int, curve: str = CAMERA_CURVE, span: Range = Range.LEGAL) -> Chart:
    """The camera's picture of the whole scene: `width` wide, as high as that makes it, at least `least_height`.

    10-bit Y'CbCr BT.709 of the log signal of a camera `curve` (signal 0..1 is black to white of `span`); chroma
    filtered for 4:2:2. The height is even.
    """
    signal = _signal(curve)
    height = 2 * round(width * signal.shape[0] / signal.shape[1] / 2)
    if height < least_height:
        wider = 2 * -(-(least_height * signal.shape[1]) // signal.shape[0] // 2)
        signal = _resized(signal, wider, least_height + least_height % 2)[:, :width]
    else:
        signal = _resized(signal, width, height)
    return _chart(signal, span)


@lru_cache(maxsize=1)
def _signal(curve: str) -> NDArray[np.float32]:
    """As `scene_light`, through the camera's curve; kept for the next simulated camera, for most are alike."""
    signal = camera_curve(curve).encode(scene_light().astype(np.float64)).astype(np.float32)
    signal.flags.writeable = False
    return signal


def _resized(signal: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    planes = (Image.fromarray(np.ascontiguousarray(signal[..., channel])) for channel in range(3))
    size = (width, height)
    return np.stack([np.asarray(plane.resize(size, Image.Resampling.BICUBIC)) for plane in planes], axis=-1)


def _chart(signal: NDArray[np.float32], span: Range) -> Chart:
    red, green, blue = (signal[..., channel] for channel in range(3))
    luma = np.float32(KR) * red + np.float32(1 - KR - KB) * green + np.float32(KB) * blue
    cb = _filtered((blue - luma) / np.float32(2 * (1 - KB)))
    cr = _filtered((red - luma) / np.float32(2 * (1 - KR)))
    black, luma_span, chroma = (64, 876, 896) if span is Range.LEGAL else (0, 1023, 1023)
    return Chart(_codes(black + luma_span * luma), _codes(512 + chroma * cb), _codes(512 + chroma * cr))


def _filtered(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """[1 2 1]/4 along the row, so that taking each second sample does not alias."""
    padded = np.pad(chroma, ((0, 0), (1, 1)), mode="edge")
    total: NDArray[np.float32] = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    return total / np.float32(4)


def _codes(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    return np.clip(np.rint(values), 4, 1019).astype(np.uint16)
