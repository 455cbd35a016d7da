"""The planes of a picture as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat


def plane_views(data: NDArray[np.uint8], format: VideoFormat) -> tuple[NDArray[np.uint8], ...]:
    """The planes of a picture: uint8 (rows, stride in bytes) each, views of `data`."""
    planes = format.geometry.planes
    return tuple(
        data[plane.offset : plane.offset + plane.rows * plane.stride].reshape(plane.rows, plane.stride)
        for plane in planes
    )
