"""Chroma of 4:2:0 between the rows of the picture: against places on a ruler, and against FFmpeg's `scale`.

In rows of the picture chroma row r lies at 2 r + 1/2, whatever the scan; interlaced, only rows of its own field count
(ITU-T H.262 figures 6-2 and 6-3).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import av
import av.filter
import numpy as np
import pytest

from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Scan, VideoFormat
from livegrade.video.layouts import LAYOUTS, Chroma, layout

NAMES = [row.name for row in LAYOUTS.values() if row.chroma is Chroma.C420]
HEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 486]
WIDTH = 6


def picture_format(name: str, height: int, scan: Scan, width: int = WIDTH) -> VideoFormat:
    return VideoFormat(width, height, Rate.of(25), layout(name), scan=scan)


def noise(format: VideoFormat, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, format.geometry.size, dtype=np.uint8)


def stored_chroma(pixels: np.ndarray, format: VideoFormat) -> np.ndarray:
    """Cb as it lies in the buffer, float64."""
    place, bits = format.geometry.planes[1], format.layout.bits
    rows = pixels[place.offset : place.offset + place.rows * place.stride].reshape(place.rows, -1)
    samples = (rows if bits == 8 else rows.view("<u2")).astype(np.float64)
    samples = samples[:, ::2] if len(format.geometry.planes) == 2 else samples
    samples = samples // 64 if format.layout.name == "p010" else samples
    return np.minimum(samples, 2**bits - 1)[:, : WIDTH // 2]


def fields_of(count: int, scan: Scan) -> list[np.ndarray]:
    rows = np.arange(count)
    return [rows[0::2], rows[1::2]] if scan.is_interlaced else [rows]


def packed(chroma: np.ndarray, format: VideoFormat) -> np.ndarray:
    """A picture of this full-height chroma, uint16 (height, WIDTH / 2)."""
    luma = np.zeros((format.height, WIDTH), np.uint16)
    return pack(Codes((luma, chroma, chroma), format.layout.bits, True), format)


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("scan", list(Scan))
@pytest.mark.parametrize("name", NAMES)
def test_rows_between_chroma_rows_are_interpolated_where_they_lie(name: str, scan: Scan, height: int) -> None:
    format = picture_format(name, height, scan)
    pixels = noise(format)
    codes, stored = unpack(pixels, format), stored_chroma(pixels, format)
    for lines, rows in zip(fields_of(height, scan), fields_of(len(stored), scan), strict=True):
        if len(rows) == 0:
            continue  # a field without chroma: below
        exact = [np.interp(lines, 2 * rows + 0.5, stored[rows, column]) for column in range(WIDTH // 2)]
        expected = np.floor(np.stack(exact, axis=1) * 2 ** (codes.bits - format.layout.bits) + 0.5)
        np.testing.assert_array_equal(codes.planes[1][lines], expected)


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("scan", list(Scan))
@pytest.mark.parametrize("name", NAMES)
def test_a_chroma_row_is_what_the_picture_has_at_its_place(name: str, scan: Scan, height: int) -> None:
    format = picture_format(name, height, scan)
    chroma = np.random.default_rng(4).integers(0, 1 << format.layout.bits, (height, WIDTH // 2), dtype=np.uint16)
    stored = stored_chroma(packed(chroma, format), format)
    for lines, rows in zip(fields_of(height, scan), fields_of(len(stored), scan), strict=True):
        if len(rows) == 0:
            continue
        exact = [np.interp(2 * rows + 0.5, lines, chroma[lines, column]) for column in range(WIDTH // 2)]
        np.testing.assert_array_equal(stored[rows], np.floor(np.stack(exact, axis=1) + 0.5))


@pytest.mark.parametrize("name", NAMES)
def test_fields_know_nothing_of_each_other(name: str) -> None:
    format = picture_format(name, 16, Scan.INTERLACED_TFF)
    one, other = noise(format, 1), noise(format, 2)
    mixed = one.copy()
    for place in format.geometry.planes:
        end = place.offset + place.rows * place.stride
        mixed[place.offset : end].reshape(place.rows, -1)[1::2] = other[place.offset : end].reshape(place.rows, -1)[
            1::2
        ]
    for plane, first, second in zip(*(unpack(each, format).planes for each in (mixed, one, other)), strict=True):
        np.testing.assert_array_equal(plane[0::2], first[0::2])
        np.testing.assert_array_equal(plane[1::2], second[1::2])
    top = 1 << format.layout.bits
    high, low = (np.random.default_rng(seed).integers(0, top, (16, WIDTH // 2), dtype=np.uint16) for seed in (3, 4))
    woven = high.copy()
    woven[1::2] = low[1::2]
    rows, first, second = (stored_chroma(packed(each, format), format) for each in (woven, high, low))
    np.testing.assert_array_equal(rows[0::2], first[0::2])
    np.testing.assert_array_equal(rows[1::2], second[1::2])


@pytest.mark.parametrize("scan", [Scan.PROGRESSIVE, Scan.INTERLACED_BFF])
def test_a_slope_of_colour_comes_back_as_it_was(scan: Scan) -> None:
    """The right weights at the wrong places would move it: by half a line of the picture, here 12 codes."""
    format = picture_format("yuv420p12", 40, scan)
    slope = np.tile((200 + 24 * np.arange(40))[:, np.newaxis], (1, WIDTH // 2)).astype(np.uint16)
    back = unpack(packed(slope, format), format).planes[1][4:-4]
    np.testing.assert_array_equal(back, 4 * slope[4:-4])


def test_a_field_without_chroma_of_its_own_takes_the_other_s() -> None:
    format = picture_format("yuv420p", 2, Scan.INTERLACED_TFF)
    pixels = packed(np.array([[10] * 3, [90] * 3], np.uint16), format)
    assert unpack(pixels, format).planes[1].tolist() == [[40] * 3, [40] * 3]


@pytest.mark.parametrize("interlaced", [False, True])
def test_ffmpeg_interpolates_at_the_same_places(interlaced: bool) -> None:
    """Noise in chroma, 4:2:0 to 4:2:2 by `scale` with bilinear weights, which FFmpeg rounds less finely than we do."""
    height, width = 40, 64
    ours = picture_format("yuv420p10", height, Scan.INTERLACED_TFF if interlaced else Scan.PROGRESSIVE, width)
    rng = np.random.default_rng(7)
    planes = [rng.integers(64, 940, shape, dtype=np.uint16) for shape in ((40, 64), (20, 32), (20, 32))]
    frame = av.VideoFrame(width, height, "yuv420p10le")
    pixels = np.zeros(ours.geometry.size, np.uint8)
    for plane, samples, place in zip(frame.planes, planes, ours.geometry.planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        rows[:, : 2 * samples.shape[1]] = samples.view(np.uint8)
        plane.update(rows.tobytes())
        held = pixels[place.offset : place.offset + place.rows * place.stride].reshape(place.rows, -1)
        held[:, : 2 * samples.shape[1]] = samples.view(np.uint8)
    theirs = scaled(frame, interlaced)
    exact = unpack(pixels, ours).planes[1] / 4
    assert np.abs(exact - theirs).max() <= 1.0
    other = replace(ours, scan=Scan.PROGRESSIVE if interlaced else Scan.INTERLACED_TFF)
    assert np.abs(unpack(pixels, other).planes[1] / 4 - theirs).mean() > 30


def scaled(frame: av.VideoFrame, interlaced: bool) -> np.ndarray:
    """Cb of `frame` in 4:2:2."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25))
    flags = "bilinear+accurate_rnd+full_chroma_inp+bitexact"
    scale = graph.add("scale", f"flags={flags}:interl={int(interlaced)}")
    form = graph.add("format", "yuv422p10le")
    sink = graph.add("buffersink")
    source.link_to(scale)
    scale.link_to(form)
    form.link_to(sink)
    graph.configure()
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    source.push(frame)
    source.push(None)
    plane = sink.pull().planes[1]
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows.view("<u2")[:, : plane.width].astype(np.float64)
