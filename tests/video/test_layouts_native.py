"""Native unpacking and packing equals NumPy: any size, stride and instruction-set level, and never a byte outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import LAYOUTS, PixelLayout, layout
from livegrade_shaders import _native

POOL = _native.BandPool(2)


def image_of(pixels: np.ndarray, format: VideoFormat) -> _native.Image:
    planes = format.geometry.planes
    offsets, strides = [plane.offset for plane in planes], [plane.stride for plane in planes]
    return _native.Image(pixels, format.layout.name, format.width, format.height, offsets, strides)


@pytest.mark.emulated
@pytest.mark.parametrize("level", _native.isa_levels())
def test_every_level_of_this_processor(level: str) -> None:
    program = Path(__file__).with_name("native_against_numpy.py")
    environment = os.environ | {"LIVEGRADE_ISA": level}
    done = subprocess.run([sys.executable, str(program)], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == level


@given(
    row=st.sampled_from(list(LAYOUTS.values())),
    width=st.integers(1, 100),
    height=st.integers(1, 40),
    extra=st.lists(st.integers(0, 200), min_size=3, max_size=3),
    lead=st.integers(0, 70),
    flipped=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_size_and_stride(
    row: PixelLayout, width: int, height: int, extra: list[int], lead: int, flipped: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    format = VideoFormat(width, height, Rate.of(25), row)
    tight = format.geometry.planes
    # Planes one after the other in a wider buffer, rows `extra` bytes apart, perhaps upside down.
    starts, strides, end = [], [], lead
    for plane, more in zip(tight, extra, strict=False):
        starts.append(end)
        strides.append(plane.stride + more)
        end += strides[-1] * plane.rows
    wide = rng.integers(0, 256, end + 64, dtype=np.uint8)
    turn = -1 if flipped else 1
    offsets = [
        start + (plane.rows - 1) * stride if flipped else start
        for start, stride, plane in zip(starts, strides, tight, strict=True)
    ]
    image = _native.Image(wide, row.name, width, height, offsets, [turn * stride for stride in strides])

    def rows(buffer: np.ndarray, index: int) -> np.ndarray:
        """(rows, stride of our own geometry) view of plane `index` in the wide buffer."""
        size = strides[index] * tight[index].rows
        view = buffer[starts[index] : starts[index] + size].reshape(tight[index].rows, -1)[::turn]
        return view[:, : tight[index].stride]

    def narrow(buffer: np.ndarray) -> np.ndarray:
        pixels = np.zeros(format.geometry.size, np.uint8)
        for index, plane in enumerate(tight):
            pixels[plane.offset : plane.offset + plane.rows * plane.stride] = rows(buffer, index).reshape(-1)
        return pixels

    truth = unpack(narrow(wide), format)
    codes = [np.empty_like(plane) for plane in truth.planes]
    _native.unpack(image, *codes, POOL)
    for plane, expected in zip(codes, truth.planes, strict=True):
        np.testing.assert_array_equal(plane, expected)

    written = [rng.integers(0, (1 << row.bits), plane.shape, dtype=np.uint16) for plane in codes]
    packed = pack(Codes(tuple(written), row.bits, row.is_ycbcr), format)
    expected_bytes = wide.copy()
    for index, plane in enumerate(tight):
        rows(expected_bytes, index)[:] = packed[plane.offset :][: plane.rows * plane.stride].reshape(plane.rows, -1)
    _native.pack(*written, image, POOL)
    np.testing.assert_array_equal(wide, expected_bytes)


def test_short_strides_keep_only_whole_groups() -> None:
    """v210 rows of one group each, 16 bytes apart: no room for padding, none written."""
    pixels = np.full(3 * 16 + 1, 255, np.uint8)
    image = _native.Image(pixels, "v210", 5, 3, [0], [16])
    zero = [np.zeros((3, n), np.uint16) for n in (5, 3, 3)]
    _native.pack(*zero, image, POOL)
    assert not pixels[:48].any()
    assert pixels[48] == 255


@pytest.mark.parametrize(
    ("name", "size", "offsets", "strides", "said"),
    [
        ("v210", 255, [0], [128], "plane 0 does not lie inside"),
        ("v210", 256, [1], [128], "plane 0 does not lie inside"),
        ("v210", 256, [0], [15], "plane 0: offset or stride"),
        ("v210", 256, [0], [-128], "plane 0 does not lie inside"),
        ("v210", 256, [-1], [128], "plane 0: offset or stride"),
        ("v210", 256, [0], [2**62], "plane 0: offset or stride"),
        ("v210", 256, [0], [-(2**63)], "plane 0: offset or stride"),
        ("v210", 256, [0, 0], [128, 128], "v210 has 1 planes"),
        ("yuv420p", 64 + 64 + 2, [0, 64, 128], [6, 3, 3], "plane 2 does not lie inside"),
        ("v211", 256, [0], [128], "unknown pixel layout v211"),
    ],
)
def test_planes_outside_the_buffer_are_refused(
    name: str, size: int, offsets: list[int], strides: list[int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        _native.Image(np.zeros(size, np.uint8), name, 6, 2, offsets, strides)


def test_impossible_sizes_are_refused() -> None:
    for width, height in ((0, 1), (1, 0), (-1, 1), (16385, 1)):
        with pytest.raises(ValueError, match="impossible"):
            _native.Image(np.zeros(1 << 20, np.uint8), "bgra", width, height, [0], [1 << 17])


def test_an_image_keeps_its_buffer_and_says_what_it_is() -> None:
    format = VideoFormat(6, 2, Rate.of(25), layout("v210"))
    image = image_of(np.full(format.geometry.size, 255, np.uint8), format)
    codes = [np.zeros((2, n), np.uint16) for n in (6, 3, 3)]
    _native.unpack(image, *codes, POOL)
    assert all(np.all(plane == 1023) for plane in codes)
    assert (image.layout_name, image.width, image.height, image.writable) == ("v210", 6, 2, True)


def test_read_only_pictures_can_be_read_and_not_written() -> None:
    format = VideoFormat(6, 1, Rate.of(25), layout("v210"))
    image = image_of(bytes(format.geometry.size), format)
    codes = [np.ones((1, n), np.uint16) for n in (6, 3, 3)]
    _native.unpack(image, *codes, POOL)
    assert not image.writable
    with pytest.raises(ValueError, match="read-only"):
        _native.pack(*codes, image, POOL)


def test_codes_of_another_size_are_refused() -> None:
    format = VideoFormat(6, 2, Rate.of(25), layout("v210"))
    image = image_of(np.zeros(format.geometry.size, np.uint8), format)
    luma, chroma = np.zeros((2, 6), np.uint16), np.zeros((2, 3), np.uint16)
    for wrong in ((luma[:1], chroma, chroma), (luma, luma, chroma), (luma, chroma, chroma[:, :2].copy())):
        with pytest.raises(ValueError, match="size of the picture"):
            _native.unpack(image, *wrong, POOL)
        with pytest.raises(ValueError, match="size of the picture"):
            _native.pack(*wrong, image, POOL)
