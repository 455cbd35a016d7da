"""Frames are values over a lease: they hold their bytes, cannot be changed, and refuse sound in the wrong shape."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from livegrade.errors import FormatError
from livegrade.timing.rate import Rate
from livegrade.video.format import VideoFormat
from livegrade.video.frame import AudioBlock, Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool

FORMAT = VideoFormat(8, 2, Rate.of(25), layout("uyvy"))


def test_a_frame_holds_its_bytes_and_lets_go_with_its_last_copy() -> None:
    pool = BufferPool(32, limit=1)
    frame = Frame(pool.lease(), FORMAT, index=4, captured_ns=10)
    frame.data[:] = 9
    graded = replace(frame, look_id="day")
    del frame
    assert graded.data.sum() == 9 * 32
    assert (graded.index, graded.look_id, graded.metadata, graded.timecode) == (4, "day", Metadata(), None)
    assert pool.in_use == 1
    del graded
    assert pool.in_use == 0


def test_a_frame_cannot_be_changed_and_equals_only_itself() -> None:
    pool = BufferPool(32)
    frame = Frame(pool.lease(), FORMAT, 0, 0)
    with pytest.raises(FrozenInstanceError):
        frame.index = 1  # type: ignore[misc]
    assert frame != Frame(frame.pixels, FORMAT, 0, 0)


def test_sound_has_channels_and_length() -> None:
    block = AudioBlock(np.zeros((2, 1920), np.float32), 48000)
    assert (block.channels, block.length) == (2, 1920)


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.zeros(1920, np.float32), 48000),
        (np.zeros((2, 1920), np.float64), 48000),
        (np.zeros((2, 1920), np.int16), 48000),
        (np.zeros((2, 1920), np.float32), 0),
    ],
)
def test_sound_in_the_wrong_shape_is_refused(
    samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]], rate: int
) -> None:
    with pytest.raises(FormatError, match="sound"):
        AudioBlock(samples, rate)
