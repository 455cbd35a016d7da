"""Pictures are read into buffers of the kind that the engine asks for, so that a GPU takes them up without a copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_source
from livegrade.video.frame import Frame

OPTIONS = CaptureOptions(live=False)


class Given:
    """An `allocate` that remembers what it gave."""

    def __init__(self) -> None:
        self.buffers: list[np.ndarray] = []

    def __call__(self, size: int) -> np.ndarray:
        self.buffers.append(np.zeros(size, np.uint8))
        return self.buffers[-1]


def first_frame(address: str, given: Given) -> Frame:
    source = open_source(parse_source(address), replace(OPTIONS, allocate=given), FakeClock())
    source.open()
    frame = source.read()
    source.close()
    assert isinstance(frame, Frame)
    return frame


@pytest.fixture
def movie(tmp_path: Path) -> str:
    path = tmp_path / "one.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", 25)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        picture = av.VideoFrame(64, 32, "yuv420p")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return str(path)


def test_patterns_are_drawn_into_them() -> None:
    given = Given()
    frame = first_frame("pattern:bars@64x32p25", given)
    assert any(np.shares_memory(frame.data, buffer) for buffer in given.buffers)


def test_files_are_decoded_into_them(movie: str) -> None:
    given = Given()
    frame = first_frame(movie, given)
    assert any(np.shares_memory(frame.data, buffer) for buffer in given.buffers)
