"""Codes in and out of every layout, against FFmpeg and against vectors of an independent implementation."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from livegrade.errors import FormatError
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import LAYOUTS, Chroma, layout

GOLDEN_LAYOUTS = ["v210", "uyvy", "r210", "R10l", "R10b", "R12B", "R12L"]


def picture_format(name: str, width: int, height: int) -> VideoFormat:
    return VideoFormat(width, height, Rate.of(25), layout(name))


def random_codes(format: VideoFormat, seed: int = 1) -> Codes:
    rng = np.random.default_rng(seed)
    row = format.layout
    widths = (format.width, row.chroma_width(format.width), row.chroma_width(format.width))
    planes = tuple(rng.integers(0, 1 << row.bits, (format.height, width), dtype=np.uint16) for width in widths)
    return Codes(planes, row.bits, row.is_ycbcr)


def assert_same(codes: Codes, expected: Codes) -> None:
    assert codes.bits == expected.bits
    for plane, other in zip(codes.planes, expected.planes, strict=True):
        assert plane.dtype == np.uint16
        np.testing.assert_array_equal(plane, other)


def to_av(planes: list[np.ndarray], pix_fmt: str) -> av.VideoFrame:
    """A frame of FFmpeg's from planes as they lie in memory, ours without padding."""
    height, width = planes[0].shape
    frame = av.VideoFrame(width, height, pix_fmt)
    for plane, samples in zip(frame.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        content = np.ascontiguousarray(samples).view(np.uint8).reshape(len(samples), -1)
        rows[:, : content.shape[1]] = content
        plane.update(rows.tobytes())
    return frame


def from_av(frame: av.VideoFrame, dtype: str = "<u2") -> list[np.ndarray]:
    """The planes of a frame of FFmpeg's that has one component a plane."""
    planes = []
    for plane in frame.planes:
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        planes.append(rows.view(dtype)[:, : plane.width].copy())
    return planes


def encode(codec: str, frame: av.VideoFrame) -> np.ndarray:
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, frame.format.name
    context.time_base = Fraction(1, 25)
    (packet,) = [*context.encode(frame), *context.encode(None)]
    return np.frombuffer(bytes(packet), np.uint8)


def decode(codec: str, pixels: np.ndarray, width: int, height: int) -> av.VideoFrame:
    context = av.CodecContext.create(codec, "r")
    context.width, context.height = width, height
    (frame,) = [*context.decode(av.Packet(pixels.tobytes())), *context.decode(None)]
    return frame


@pytest.mark.parametrize("width", [2, 6, 8, 10, 46, 48, 50, 1280, 1920])
def test_v210_is_ffmpegs_codec(width: int) -> None:
    format = picture_format("v210", width, 3)
    rng = np.random.default_rng(width)
    # FFmpeg's encoder keeps 4 to 1019 as SDI demands; all other codes are covered by the decoder below.
    planes = [rng.integers(4, 1020, (3, n), dtype=np.uint16) for n in (width, width // 2, width // 2)]
    theirs = encode("v210", to_av(planes, "yuv422p10le"))
    codes = Codes((planes[0], planes[1], planes[2]), 10, True)
    np.testing.assert_array_equal(pack(codes, format), theirs)
    assert_same(unpack(theirs, format), codes)


@pytest.mark.parametrize("width", [1, 5, 6, 7, 47, 48, 49, 1279])
def test_v210_of_any_width_decodes_alike_in_ffmpeg(width: int) -> None:
    even = width + width % 2  # FFmpeg refuses odd widths; the pair of the last pixel is complete in the stream
    height = 4  # FFmpeg's decoder leaves pictures of fewer rows black: it cuts them into height / 4 slices
    format = picture_format("v210", width, height)
    codes = random_codes(format)
    luma, cb, cr = from_av(decode("v210", pack(codes, format), even, height))
    np.testing.assert_array_equal(luma[:, :width], codes.planes[0])
    np.testing.assert_array_equal(luma[:, width:], 0)
    np.testing.assert_array_equal(cb, codes.planes[1])
    np.testing.assert_array_equal(cr, codes.planes[2])


@pytest.mark.parametrize("name", ["r210", "R10l", "R10b"])
@pytest.mark.parametrize("width", [1, 63, 64, 65, 1280])
def test_10_bit_rgb_is_ffmpegs_codec(name: str, width: int) -> None:
    format = picture_format(name, width, 2)
    codes = random_codes(format)
    red, green, blue = codes.planes
    theirs = encode(layout(name).codec, to_av([green, blue, red], "gbrp10le")).reshape(2, -1)
    ours = pack(codes, format).reshape(2, -1)
    np.testing.assert_array_equal(ours[:, : 4 * width], theirs[:, : 4 * width])
    assert not ours[:, 4 * width :].any()
    assert_same(unpack(ours.reshape(-1), format), codes)


@pytest.mark.parametrize(
    ("name", "planar"),
    [("uyvy", "yuv422p"), ("nv12", "yuv420p"), ("p010", "yuv420p10le"), ("bgra", "gbrp")],
)
def test_ffmpeg_reorders_samples_alike(name: str, planar: str) -> None:
    format = picture_format(name, 64, 6)
    other = picture_format(planar.removesuffix("le"), 64, 6)
    pixels = np.random.default_rng(3).integers(0, 256, format.geometry.size, dtype=np.uint8)
    if name == "p010":
        pixels.view("<u2")[:] &= 0xFFC0
    frame = av.VideoFrame(64, 6, layout(name).pix_fmt)
    for plane, place in zip(frame.planes, format.geometry.planes, strict=True):
        plane.update(pixels[place.offset : place.offset + place.rows * place.stride].tobytes())
    theirs = np.zeros(other.geometry.size, np.uint8)
    container = "u1" if other.layout.bits == 8 else "<u2"
    for place, samples in zip(other.geometry.planes, from_av(frame.reformat(format=planar), container), strict=True):
        rows = theirs[place.offset : place.offset + place.rows * place.stride]
        rows[:] = np.ascontiguousarray(samples).view(np.uint8).reshape(-1)
    assert_same(unpack(pixels, format), unpack(theirs, other))


@pytest.mark.parametrize("name", GOLDEN_LAYOUTS)
def test_packed_layouts_match_pypixelpack(name: str, repository) -> None:
    with np.load(repository / "tests/golden/layouts/packed.npz") as vectors:
        keys = [
            key.removesuffix("_packed") for key in vectors if key.startswith(f"{name}_") and key.endswith("_packed")
        ]
        assert len(keys) == 4
        for key in keys:
            pixels, packed = vectors[f"{key}_pixels"], vectors[f"{key}_packed"]
            format = picture_format(name, pixels.shape[1], pixels.shape[0])
            step = 2 if format.layout.chroma is Chroma.C422 else 1
            codes = Codes(
                (pixels[..., 0], pixels[:, ::step, 1], pixels[:, ::step, 2]), format.layout.bits, format.layout.is_ycbcr
            )
            ours = pack(codes, format).reshape(format.height, -1)
            np.testing.assert_array_equal(ours[:, : packed.shape[1]], packed)
            assert not ours[:, packed.shape[1] :].any()
            assert_same(unpack(ours.reshape(-1), format), codes)


@pytest.mark.parametrize("row", LAYOUTS.values(), ids=lambda row: row.name)
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (49, 2)])
def test_packing_loses_nothing(row, size: tuple[int, int]) -> None:
    format = picture_format(row.name, *size)
    codes = random_codes(format)
    back = unpack(pack(codes, format), format)
    if row.chroma is Chroma.C420 or (len(row.planes) == 1 and row.name.startswith("gray")):
        np.testing.assert_array_equal(back.planes[0], codes.planes[0] << (back.bits - codes.bits))
    else:
        assert_same(back, codes)


@pytest.mark.parametrize("name", [row.name for row in LAYOUTS.values() if row.chroma is Chroma.C420])
@pytest.mark.parametrize("height", [1, 2, 5, 8])
def test_chroma_of_420_is_linear_interpolation_at_its_siting(name: str, height: int) -> None:
    format = picture_format(name, 6, height)
    pixels = np.random.default_rng(4).integers(0, 256, format.geometry.size, dtype=np.uint8)
    codes = unpack(pixels, format)
    bits = format.layout.bits
    place = format.geometry.planes[1]
    stored = pixels[place.offset : place.offset + place.rows * place.stride].reshape(place.rows, -1)
    samples = (stored if bits == 8 else stored.view("<u2")).astype(np.float64)
    if len(format.geometry.planes) == 2:
        samples = samples[:, ::2]
    if name == "p010":
        samples = samples // 64
    samples = np.minimum(samples, 2**bits - 1)
    # Chroma row k lies midway between the picture's rows 2k and 2k + 1.
    rows, sited = np.arange(height), 2 * np.arange(place.rows) + 0.5
    columns = [np.interp(rows, sited, samples[:, column]) for column in range(3)]
    expected = np.stack(columns, axis=1) * 2 ** (codes.bits - bits)
    np.testing.assert_array_equal(codes.planes[1], np.floor(expected + 0.5))


def test_packing_420_averages_rows_of_chroma() -> None:
    format = picture_format("yuv420p10", 2, 3)
    luma = np.zeros((3, 2), np.uint16)
    chroma = np.array([[10], [13], [7]], np.uint16)
    pixels = pack(Codes((luma, chroma, chroma), 10, True), format)
    place = format.geometry.planes[1]
    assert pixels[place.offset : place.offset + 4].view("<u2").tolist() == [12, 7]


def test_codes_beyond_the_depth_become_its_largest() -> None:
    format = picture_format("yuv422p10", 2, 1)
    pixels = np.zeros(format.geometry.size, np.uint8)
    pixels[:4].view("<u2")[:] = (65535, 1022)
    assert unpack(pixels, format).planes[0].tolist() == [[1023, 1022]]
    high = Codes(tuple(np.full((1, n), 5000, np.uint16) for n in (2, 1, 1)), 10, True)
    assert [plane.max() for plane in unpack(pack(high, format), format).planes] == [1023, 1023, 1023]


def test_gray_has_neutral_chroma() -> None:
    format = picture_format("gray10", 4, 2)
    codes = unpack(np.zeros(format.geometry.size, np.uint8), format)
    assert all(np.all(plane == 512) and plane.shape == (2, 4) for plane in codes.planes[1:])


def test_bgra_is_written_opaque() -> None:
    format = picture_format("bgra", 1, 1)
    codes = Codes(tuple(np.full((1, 1), n, np.uint16) for n in (1, 2, 3)), 8, False)
    assert pack(codes, format).tolist() == [3, 2, 1, 255]


def test_what_does_not_fit_is_refused() -> None:
    format = picture_format("v210", 6, 2)
    codes = random_codes(format)
    with pytest.raises(FormatError, match="bytes"):
        unpack(np.zeros(255, np.uint8), format)
    with pytest.raises(FormatError, match="size"):
        pack(codes, picture_format("v210", 6, 3))
    with pytest.raises(FormatError, match="8 bits"):
        pack(Codes(codes.planes, 8, True), format)
    with pytest.raises(FormatError, match="bytes"):
        pack(codes, format, np.zeros(2, np.uint8))
