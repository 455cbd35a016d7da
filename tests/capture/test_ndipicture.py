"""NDI pictures in our terms, from structures filled by hand: layouts, strides, fields, tags, XML of any kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.ndipicture import NO_XML, copy_plan, parse_xml, picture_format
from livegrade.capture.source import CaptureOptions
from livegrade.errors import FormatError
from livegrade.timing.rate import Rate
from livegrade.transport import ndi_abi as abi
from livegrade.transport.memory import Block
from livegrade.transport.ndi_host import copy_planes
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer, VideoFormat

AUTO = CaptureOptions()


def received(memory: np.ndarray, fourcc: str, width: int, height: int, stride: int, **fields: int) -> abi.VideoFrame:
    values = {"frame_rate_n": 25, "frame_rate_d": 1, "frame_format": abi.PROGRESSIVE} | fields
    return abi.VideoFrame(
        xres=width, yres=height, fourcc=abi.fourcc(fourcc), data=memory.ctypes.data, line_stride=stride, **values
    )


def copy_picture(video: abi.VideoFrame, format: VideoFormat, data: np.ndarray) -> None:
    """As the receiving process copies it."""
    block = Block(format.geometry.size)
    shared = np.asarray(block)
    shared[:] = data
    copy_planes(video.data, copy_plan(video, format), block.address, video.frame_format == abi.FIELD_1)
    data[:] = shared


def noise(size: int) -> np.ndarray:
    return np.random.default_rng(size).integers(0, 256, size, np.uint8)


@pytest.mark.parametrize("pad", [0, 64])
@pytest.mark.parametrize(
    ("fourcc", "name", "row", "planes"),
    [
        ("P216", "p216", 128, [(1, 1), (1, 1)]),
        ("PA16", "p216", 128, [(1, 1), (1, 1), (1, 1)]),
        ("UYVY", "uyvy", 128, [(1, 1)]),
        ("UYVA", "uyvy", 128, [(1, 1), (2, 1)]),
        ("NV12", "nv12", 64, [(1, 1), (1, 2)]),
        ("I420", "yuv420p", 64, [(1, 1), (2, 2), (2, 2)]),
        ("BGRA", "bgra", 256, [(1, 1)]),
    ],
)
def test_planes_are_copied_without_padding_and_alpha(
    fourcc: str, name: str, row: int, planes: list[tuple[int, int]], pad: int
) -> None:
    """64 x 24; `planes`: how many times narrower and lower than the first each plane of NDI is."""
    stride, height = row + pad, 24
    parts = [noise(stride // narrow * (height // low)).reshape(height // low, -1) for narrow, low in planes]
    memory = np.concatenate([part.reshape(-1) for part in parts])
    video = received(memory, fourcc, 64, height, stride)
    format = picture_format(video, NO_XML, AUTO)
    assert format.layout.name == name
    data = np.zeros(format.geometry.size, np.uint8)
    copy_picture(video, format, data)
    for plane, part in zip(format.geometry.planes, parts, strict=False):
        ours = data[plane.offset : plane.offset + plane.stride * plane.rows].reshape(plane.rows, plane.stride)
        assert np.array_equal(ours, part[:, : plane.stride])


def test_two_fields_are_one_picture() -> None:
    whole = noise(128 * 24).reshape(24, 128)
    upper, lower = np.ascontiguousarray(whole[::2]), np.ascontiguousarray(whole[1::2])
    first = received(upper, "UYVY", 64, 12, 128, frame_format=abi.FIELD_0)
    format = picture_format(first, NO_XML, AUTO)
    assert (format.height, format.scan) == (24, Scan.INTERLACED_TFF)
    data = np.zeros(format.geometry.size, np.uint8)
    copy_picture(first, format, data)
    copy_picture(received(lower, "UYVY", 64, 12, 128, frame_format=abi.FIELD_1), format, data)
    assert np.array_equal(data.reshape(24, 128), whole)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fourcc": abi.fourcc("RGBA")}, "NDI's format RGBA"),
        ({"frame_rate_d": 0}, "picture rate of 25/0"),
        ({"frame_rate_n": 100_000}, "too many"),
        ({"xres": 100_000}, "not between"),
        ({"yres": -3}, "not between"),
    ],
)
def test_impossible_pictures_are_refused(fields: dict[str, int], words: str) -> None:
    video = received(noise(128 * 24), "UYVY", 64, 24, 128)
    for name, value in fields.items():
        setattr(video, name, value)
    with pytest.raises(FormatError) as refused:
        picture_format(video, NO_XML, AUTO)
    assert words in str(refused.value)


def test_short_rows_are_refused() -> None:
    video = received(noise(128 * 24), "UYVY", 64, 24, 100)
    format = picture_format(video, NO_XML, AUTO)
    with pytest.raises(FormatError, match="too short"):
        copy_plan(video, format)
    video.line_stride = 0
    with pytest.raises(FormatError, match="no rows"):
        copy_plan(video, format)


def test_what_is_not_said_is_assumed_and_the_user_goes_first() -> None:
    memory = noise(1920 * 2 * 1080)
    video = received(memory, "UYVY", 1920, 1080, 3840, frame_rate_n=60_000, frame_rate_d=1001)
    assert str(picture_format(video, NO_XML, AUTO)) == "1920x1080p59.94 uyvy bt709 legal"
    small = received(memory, "UYVY", 720, 576, 1440)
    assert picture_format(small, NO_XML, AUTO).matrix is Matrix.BT601
    asked = CaptureOptions(range=Range.FULL, matrix=Matrix.BT2020)
    assert (picture_format(video, NO_XML, asked).range, picture_format(video, NO_XML, asked).matrix) == (
        Range.FULL,
        Matrix.BT2020,
    )
    assert picture_format(video, NO_XML, AUTO).rate == Rate.parse("59.94")


def test_xml_of_ours_and_of_others() -> None:
    text = (
        b'<ndi_metadata_group><ndi_color_info transfer="bt_2100_pq" matrix="bt_2020" primaries="bt_2020"/>'
        b'<livegrade timecode="10:00:00;02" reel="A001" clip="C002" recording="true" look="ab" frame="7"/>'
        b'<lens focal="35"/></ndi_metadata_group>'
    )
    xml = parse_xml(text)
    assert (xml.metadata.reel, xml.metadata.clip, xml.metadata.recording) == ("A001", "C002", True)
    assert xml.timecode == "10:00:00;02"
    assert (xml.matrix, xml.primaries, xml.transfer) == (Matrix.BT2020, Primaries.BT2020, Transfer.PQ)
    assert dict(xml.metadata.extra) == {"lens.focal": "35", "livegrade.look": "ab", "livegrade.frame": "7"}
    assert parse_xml(b'<ndi_tally_echo on_program="true"/>').metadata.extra == ()


@pytest.mark.parametrize(
    "text",
    [
        None,
        b"",
        b"<broken",
        b"plain words",
        b"\xff\xfe<a/>",
        b"<a>" * 70_000,
        b'<!DOCTYPE a [<!ENTITY x "y">]><a b="&x;"/>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    ],
)
def test_bad_xml_says_nothing(text: bytes | None) -> None:
    assert parse_xml(text) == NO_XML


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(text: bytes) -> None:
    assert len(parse_xml(text).metadata.extra) <= 64


def test_many_and_long_values_are_bounded() -> None:
    text = "<a>" + "".join(f'<b{n} c="{"x" * 1000}"/>' for n in range(40)) + "</a>"
    extra = parse_xml(text.encode()).metadata.extra
    assert len(extra) == 40
    assert all(len(value) == 256 for _, value in extra)
    crowd = "<a>" + "".join(f'<b{n} c="1"/>' for n in range(900)) + "</a>"
    assert len(parse_xml(crowd.encode()).metadata.extra) <= 64
