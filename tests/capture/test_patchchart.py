"""The chart of known colours: read to the last code in every layout, and never seen where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from livegrade.capture.patchchart import Sight, chart_values, sight_of
from livegrade.capture.scenes import SCENES
from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.patches import known_colours
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import parse_source
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Range
from livegrade.video.frame import Frame
from livegrade.video.pool import BufferPool


def frame_of(address: str) -> Frame:
    source = open_source(parse_source(address), CaptureOptions(live=False), MonotonicClock())
    source.open()
    frame = source.read()
    source.close()
    assert isinstance(frame, Frame)
    return frame


def changed(frame: Frame, planes: list[np.ndarray]) -> Frame:
    """A picture of these planes, of whatever size."""
    height, width = planes[0].shape
    format = replace(frame.format, width=width, height=height)
    lease = BufferPool(format.geometry.size).lease()
    pack(Codes(tuple(plane.astype(np.uint16) for plane in planes), format.layout.bits, True), format, lease.data)
    return replace(frame, pixels=lease, format=format)


def planes_of(frame: Frame) -> list[np.ndarray]:
    return list(unpack(frame.data, frame.format).planes)


@pytest.mark.parametrize(
    ("words", "off"),
    [
        ("640x360p25", 0.0),
        ("720p25,range=full", 0.0),
        ("1080p25,layout=p010", 0.0),
        ("640x360p25,layout=p216", 0.0),
        ("720p25,layout=r210", 0.51),
        ("640x360p25,layout=R12L", 0.51),
        ("640x360p25,layout=uyvy", 6.0),
    ],
)
def test_what_was_drawn_is_read(words: str, off: float) -> None:
    """In codes of 10 bits; to the last one where the layout holds them."""
    frame = frame_of(f"pattern:patches@{words}")
    sight = sight_of(frame)
    assert isinstance(sight, Sight), sight
    assert (sight.index, sight.grain, sight.moved) == (0, 0.0, (0, 0))
    spans = Range.LEGAL if not frame.format.layout.is_ycbcr else frame.format.range
    assert np.abs(sight.values - chart_values(spans)).max() * 876 <= off + 1e-9


def test_its_colours_are_the_known_ones_within_what_rgb_holds() -> None:
    values = chart_values(Range.LEGAL)
    assert np.abs(values - known_colours()).max() < 3.1 / 876
    assert values.min() >= -1e-9
    assert values.max() <= 1 + 1e-9


@pytest.mark.parametrize("name", sorted(set(SCENES) - {"patches"}))
def test_other_pictures_with_an_index_are_not_taken_for_it(name: str) -> None:
    assert "it has the index of a pattern of ours, but no" in str(sight_of(frame_of(f"pattern:{name}@640x360p25")))


def test_what_is_scaled_shifted_cut_or_mirrored_is_told() -> None:
    frame = frame_of("pattern:patches@1280x720p25")
    luma, cb, cr = planes_of(frame)
    twice = [np.repeat(np.repeat(plane, 2, axis=0), 2, axis=1) for plane in (luma, cb, cr)]
    # At twice the lines the blocks of an index are twice as large themselves: this is read as it is.
    assert isinstance(sight_of(changed(frame, twice)), Sight)
    third = [plane[::3, ::3] for plane in (luma, np.repeat(cb, 2, axis=1), np.repeat(cr, 2, axis=1))]
    third[1:] = [plane[:, ::2] for plane in third[1:]]
    small = changed(frame, [third[0][:, :426], third[1][:, :213], third[2][:, :213]])
    assert sight_of(small) == "it is scaled: the chart comes back 0.333 times its size"
    wide = [np.repeat(plane[: plane.shape[0] * 3 // 4], 2, axis=1) for plane in (luma, cb, cr)]
    assert isinstance(sight_of(changed(frame, wide)), str)
    away = [np.roll(plane, (24, 32 * plane.shape[1] // 1280), axis=(0, 1)) for plane in (luma, cb, cr)]
    assert sight_of(changed(frame, away)) == "it is shifted by 32 pixels to the right and 24 down"
    near = [np.roll(plane, (-2, 4 * plane.shape[1] // 1280), axis=(0, 1)) for plane in (luma, cb, cr)]
    sight = sight_of(changed(frame, near))
    assert isinstance(sight, Sight)
    assert sight.moved == (4, -2)
    assert np.array_equal(sight.values, chart_values(Range.LEGAL))
    cells = [plane.copy() for plane in (luma, cb, cr)]
    for plane in cells:
        plane[48:] = plane[48:, ::-1]
    assert (
        sight_of(changed(frame, cells))
        == "it has the index of a pattern of ours, but not the colours of the chart in their places"
    )
    assert "marks of the chart" in str(sight_of(changed(frame, [plane[:, ::-1] for plane in (luma, cb, cr)])))
    assert (
        sight_of(changed(frame, [np.full_like(plane, 512) for plane in (luma, cb, cr)]))
        == "it is of one colour all over"
    )


def test_noise_is_told_and_much_of_it_is_no_chart() -> None:
    frame = frame_of("pattern:patches@1280x720p25")
    luma, cb, cr = planes_of(frame)
    noise = np.random.default_rng(1).normal(0, 1, luma.shape)

    def with_noise(codes: float) -> Sight | str:
        return sight_of(changed(frame, [np.clip(np.rint(luma + codes * noise), 4, 1019), cb, cr]))

    seen = with_noise(2.0)
    assert isinstance(seen, Sight)
    assert 1.9 < seen.grain < 2.6
    assert np.abs(seen.values - chart_values(Range.LEGAL)).max() * 876 < 0.5
    assert "with much noise" in str(with_noise(12.0))
