"""The table of layouts: the same in Python and in the extension, and as FFmpeg describes its pixel formats."""

from __future__ import annotations

import av
import pytest

from livegrade.errors import FormatError, UsageError
from livegrade.video.layouts import LAYOUTS, Chroma, is_known_pix_fmt, layout, layout_of_pix_fmt
from livegrade_shaders import _native

PIX_FMTS = [row for row in LAYOUTS.values() if row.pix_fmt is not None]


def test_the_extension_has_the_same_table_in_the_same_order() -> None:
    shifts = {Chroma.C444: (0, 0), Chroma.C422: (1, 0), Chroma.C420: (1, 1)}
    ours = [
        (row.name, row.is_ycbcr, row.bits, row.code_bits, *shifts[row.chroma], len(row.planes))
        for row in LAYOUTS.values()
    ]
    assert _native.layout_table() == ours


@pytest.mark.parametrize("row", PIX_FMTS, ids=lambda row: row.name)
def test_ffmpeg_agrees_on_depth_model_and_subsampling(row) -> None:
    theirs = av.VideoFormat(row.pix_fmt, 100, 50)
    chroma = theirs.components[1] if len(theirs.components) > 1 else theirs.components[0]
    assert theirs.components[0].bits == row.bits
    assert theirs.is_rgb == (not row.is_ycbcr)
    assert chroma.width == row.chroma_width(100)
    assert chroma.height == (25 if row.chroma is Chroma.C420 else 50)
    assert not theirs.is_big_endian


@pytest.mark.parametrize("row", PIX_FMTS, ids=lambda row: row.name)
def test_planes_are_as_large_as_ffmpegs_without_its_padding(row) -> None:
    frame = av.VideoFrame(128, 50, row.pix_fmt)
    ours = row.geometry(128, 50).planes
    assert [(plane.stride, plane.rows) for plane in ours] == [(plane.line_size, plane.height) for plane in frame.planes]


@pytest.mark.parametrize("row", [row for row in LAYOUTS.values() if row.codec], ids=lambda row: row.name)
def test_layouts_that_are_codecs_name_one(row) -> None:
    assert av.Codec(row.codec, "r").name == row.codec


def test_every_layout_has_at_most_one_ffmpeg_name() -> None:
    without = {row.name for row in LAYOUTS.values() if row.pix_fmt is None and row.codec is None}
    assert without == {"R12B", "R12L"}
    assert not any(row.pix_fmt and row.codec for row in LAYOUTS.values())


def test_pixel_formats_map_back() -> None:
    assert all(layout_of_pix_fmt(row.pix_fmt) is row for row in PIX_FMTS)
    assert layout_of_pix_fmt("yuvj422p").name == "yuv422p"
    assert is_known_pix_fmt("p010le")
    assert not is_known_pix_fmt("pal8")
    with pytest.raises(FormatError, match="pal8"):
        layout_of_pix_fmt("pal8")


def test_unknown_layouts_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'r12l' is not a pixel layout; known ones are v210"):
        layout("r12l")


@pytest.mark.parametrize(
    ("name", "width", "stride"),
    [
        # DeckLink SDK, row bytes per pixel format.
        ("v210", 1, 128),
        ("v210", 48, 128),
        ("v210", 49, 256),
        ("v210", 1280, 3456),
        ("v210", 1920, 5120),
        ("uyvy", 1920, 3840),
        ("uyvy", 5, 12),
        ("r210", 1920, 7680),
        ("R10l", 65, 512),
        ("R10b", 64, 256),
        ("R12B", 1920, 8640),
        ("R12L", 9, 72),
        ("bgra", 7, 28),
    ],
)
def test_rows_of_packed_layouts(name: str, width: int, stride: int) -> None:
    geometry = layout(name).geometry(width, 3)
    assert geometry.planes[0].stride == stride
    assert geometry.size == 3 * stride


@pytest.mark.parametrize("name", ["p216", "nv12", "p010"])
def test_planes_that_ndi_takes_follow_each_other(name: str) -> None:
    luma, chroma = layout(name).geometry(51, 7).planes
    assert luma.stride == chroma.stride
    assert chroma.offset == luma.stride * luma.rows


def test_planar_planes_begin_on_64_bytes() -> None:
    geometry = layout("yuv420p").geometry(5, 3)
    assert [(plane.offset, plane.stride, plane.rows) for plane in geometry.planes] == [
        (0, 5, 3),
        (64, 3, 2),
        (128, 3, 2),
    ]
    assert geometry.size == 134
