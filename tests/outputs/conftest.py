"""Pictures for the output tests: a smooth moving picture in any planar layout and in v210, with sound where wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from livegrade.timing.timecode import Timecode
from livegrade.video.format import VideoFormat
from livegrade.video.frame import AudioBlock, Frame
from livegrade.video.pool import Lease, aligned_buffer

FrameMaker = Callable[..., Frame]


@pytest.fixture(scope="session")
def frame() -> FrameMaker:
    return make_frame


def make_frame(
    format: VideoFormat, index: int = 0, audio: AudioBlock | None = None, timecode: Timecode | None = None
) -> Frame:
    """Frame `index` of a stream: planes are ramps that move by one code a frame, v210 words are random and legal."""
    data = aligned_buffer(format.geometry.size)
    if format.layout.name == "v210":
        samples = np.random.default_rng(index).integers(4, 1020, (3, data.size // 4), dtype=np.uint32)
        data.view("<u4")[:] = samples[0] | samples[1] << 10 | samples[2] << 20
    else:
        _ramps(data, format, index)
    return Frame(Lease(data), format, index, captured_ns=format.rate.start_ns(index), audio=audio, timecode=timecode)


def _ramps(data: np.ndarray, format: VideoFormat, index: int) -> None:
    kind = np.dtype("u1") if format.layout.bits == 8 else np.dtype("<u2")
    scale = 1 << (format.layout.bits - 8)
    for number, plane in enumerate(format.geometry.planes):
        rows = data[plane.offset : plane.offset + plane.rows * plane.stride].view(kind).reshape(plane.rows, -1)
        rows[:] = (_ramp(*rows.shape) + (40 + 20 * number + index)) * scale


@cache
def _ramp(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return 120 * x / width + 30 * y / height
