"""Pictures in files: every codec read back by FFmpeg, v210 byte for byte, colour tags, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.errors import FormatError, UsageError
from livegrade.outputs.codecs import CODECS
from livegrade.outputs.sink import Sink, StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_sink
from livegrade.video.format import Matrix, Primaries, Range, Transfer, VideoFormat
from livegrade.video.layouts import layout

FRAMES = 5
SOURCE = VideoFormat(320, 180, Rate.of(24000, 1001), layout("yuv422p10"))
# name, extension, four-character code in the file, largest and mean difference allowed at 8 bit
CASES = [
    ("prores-proxy", "mov", "apco", 4, 0.8),
    ("prores-lt", "mov", "apcs", 4, 0.8),
    ("prores-422", "mov", "apcn", 3, 0.5),
    ("prores-hq", "mov", "apch", 2, 0.4),
    ("prores", "mov", "apch", 2, 0.4),
    ("prores-fast", "mov", "apch", 2, 0.4),
    ("prores-4444", "mov", "ap4h", 2, 0.4),
    ("dnxhr-lb", "mov", "AVdh", 4, 1.0),
    ("dnxhr-sq", "mov", "AVdh", 3, 0.8),
    ("dnxhr-hq", "mov", "AVdh", 3, 0.8),
    ("dnxhr-hqx", "mov", "AVdh", 2, 0.4),
    ("dnxhr-444", "mov", "AVdh", 2, 0.4),
    ("h264", "mov", "avc1", 6, 1.2),
    ("h264", "mp4", "avc1", 6, 1.2),
    ("h265", "mov", "hvc1", 6, 1.2),
    ("h265", "mp4", "hvc1", 6, 1.2),
]


def sink_for(path: Path, *options: str) -> Sink:
    return open_sink(parse_sink(",".join([str(path), *options])), FakeClock())


def test_every_codec_of_the_table_is_read_back_here() -> None:
    assert {name for name, *_ in CASES} | {"v210", "dnxhr", "hevc"} == set(CODECS)


@pytest.mark.parametrize(("name", "extension", "tag", "largest", "mean"), CASES)
def test_ffmpeg_reads_back_what_was_written(name, extension, tag, largest, mean, tmp_path, frame) -> None:
    path = tmp_path / f"take.{extension}"
    sink = sink_for(path, f"codec={name}")
    format = sink.accept(SOURCE)
    sink.open(format, StreamStart())
    frames = [frame(format, index) for index in range(FRAMES)]
    for one in frames:
        sink.write(one)
    sink.close()
    assert sink.frames_written == FRAMES
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    with av.open(path) as container:
        video = container.streams.video[0]
        assert (video.codec_tag, video.average_rate, video.frames) == (tag, Fraction(24000, 1001), FRAMES)
        decoded = list(container.decode(video))
    assert [picture.pts * picture.time_base for picture in decoded] == [
        Fraction(1001 * i, 24000) for i in range(FRAMES)
    ]
    for one, picture in zip(frames, decoded, strict=True):
        differences = _differences_8bit(one, picture)
        assert differences.max() <= largest
        assert differences.mean() <= mean


def _differences_8bit(sent, picture: av.VideoFrame) -> np.ndarray:
    """Absolute differences of all samples, in codes of 8 bits."""
    bits = picture.format.components[0].bits
    parts = []
    for plane, rule in zip(picture.planes, sent.format.geometry.planes, strict=True):
        kind = "u1" if bits == 8 else "<u2"
        read = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size).view(kind)[: plane.height, : plane.width]
        wrote = sent.data[rule.offset : rule.offset + rule.rows * rule.stride]
        wrote = wrote.view("u1" if sent.format.layout.bits == 8 else "<u2").reshape(rule.rows, -1)
        scale = 2.0 ** (8 - sent.format.layout.bits)
        parts.append(np.abs(read * 2.0 ** (8 - bits) - wrote * scale).ravel())
    return np.concatenate(parts)


@pytest.mark.parametrize("width", [1280, 96, 1918])
def test_v210_lies_in_the_file_byte_for_byte(width, tmp_path, frame) -> None:
    path = tmp_path / "take.mov"
    sink = sink_for(path, "codec=v210")
    format = sink.accept(VideoFormat(width, 54, Rate.of(25), layout("v210")))
    assert format.layout.name == "v210"
    assert not sink.lossy
    sink.open(format, StreamStart())
    frames = [frame(format, index) for index in range(FRAMES)]
    for one in frames:
        sink.write(one)
    sink.close()
    with av.open(path) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    assert packets == [one.data.tobytes() for one in frames]


@pytest.mark.parametrize(
    ("matrix", "primaries", "transfer", "numbers"),
    [
        (Matrix.BT709, Primaries.BT709, Transfer.BT709, (1, 1, 1)),
        (Matrix.BT601, Primaries.BT601_525, Transfer.BT709, (6, 1, 6)),
        (Matrix.BT601, Primaries.BT601_625, Transfer.BT709, (5, 1, 6)),
        (Matrix.BT2020, Primaries.BT2020, Transfer.PQ, (9, 16, 9)),
        (Matrix.BT2020, Primaries.BT2020, Transfer.HLG, (9, 18, 9)),
        (Matrix.BT709, Primaries.P3D65, Transfer.SRGB, (12, 13, 1)),
        (Matrix.BT709, Primaries.UNKNOWN, Transfer.CAMERA_LOG, (2, 2, 1)),
    ],
)
@pytest.mark.parametrize(
    "target", ["p.mov,codec=prores", "d.mov,codec=dnxhr", "v.mov,codec=v210", "h.mp4", "x.mp4,codec=h265"]
)
def test_colour_tags_are_in_the_file(target, matrix, primaries, transfer, numbers, tmp_path, frame) -> None:
    sink = sink_for(tmp_path / target)
    source = VideoFormat(
        320, 180, Rate.of(25), layout("yuv422p10"), matrix=matrix, primaries=primaries, transfer=transfer
    )
    format = sink.accept(source)
    sink.open(format, StreamStart())
    sink.write(frame(format))
    sink.close()
    with av.open(tmp_path / target.partition(",")[0]) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace) == numbers


@pytest.mark.parametrize(("name", "decoder"), [("prores", "prores"), ("h264", "h264"), ("h265", "hevc")])
def test_the_coded_frames_carry_the_colour_tags_too(name, decoder, tmp_path, frame) -> None:
    """A reader that believes the codec and not the container: the packets alone, without the file's tags."""
    path = tmp_path / "take.mov"
    sink = sink_for(path, f"codec={name}")
    source = replace(SOURCE, matrix=Matrix.BT2020, primaries=Primaries.BT2020, transfer=Transfer.PQ)
    format = sink.accept(source)
    sink.open(format, StreamStart())
    sink.write(frame(format))
    sink.close()
    alone = av.CodecContext.create(decoder, "r")
    with av.open(path) as container:
        alone.extradata = container.streams.video[0].codec_context.extradata
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    picture = [*alone.decode(av.Packet(packets[0])), *alone.decode(None)][0]
    assert (picture.color_primaries, picture.color_trc, picture.colorspace) == (9, 16, 9)


@pytest.mark.parametrize(
    ("codec", "source_range", "wanted"),
    [
        ("prores", Range.FULL, Range.LEGAL),
        ("v210", Range.FULL, Range.LEGAL),
        ("dnxhr", Range.FULL, Range.FULL),
        ("h264", Range.FULL, Range.FULL),
        ("h264", Range.LEGAL, Range.LEGAL),
    ],
)
def test_the_range_is_what_the_readers_of_the_file_take_it_for(codec, source_range, wanted, tmp_path, frame) -> None:
    path = tmp_path / "take.mov"
    sink = sink_for(path, f"codec={codec}")
    format = sink.accept(VideoFormat(320, 180, Rate.of(25), layout("yuv420p"), range=source_range))
    assert format.range is wanted
    sink.open(format, StreamStart())
    sink.write(frame(format))
    sink.close()
    with av.open(path) as container:
        next(container.decode(video=0))
        tagged = container.streams.video[0].codec_context.color_range
    assert tagged in {Range.LEGAL: (0, 1), Range.FULL: (2,)}[wanted]


def test_an_rgb_source_becomes_legal_ycbcr_and_stays_full_rgb_where_the_codec_has_it(tmp_path) -> None:
    source = VideoFormat(320, 180, Rate.of(25), layout("gbrp12"), range=Range.FULL)
    assert sink_for(tmp_path / "a.mov").accept(source).range is Range.LEGAL
    rgb = sink_for(tmp_path / "b.mov", "codec=dnxhr-444", "layout=gbrp10").accept(source)
    assert (rgb.layout.name, rgb.range) == ("gbrp10", Range.FULL)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("a.mov,codec=cinepak", "'cinepak' is not a codec; codec= takes prores-proxy"),
        ("a.mp4,codec=prores", "prores-hq cannot be put into .mp4; name the file .mov"),
        ("a.avi", "files of the kind '.avi' are not written; use one of .mov"),
        ("a", "files of the kind '' are not written"),
        ("a.mov,codec=h264,quality=52", "quality=52 is not between 0"),
        ("a.mov,quality=10", "quality= is for h264 and h265"),
    ],
)
def test_an_impossible_request_is_one_sentence(target, sentence, tmp_path) -> None:
    with pytest.raises(UsageError) as refused:
        sink_for(tmp_path / target)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("target", "width", "height", "sentence"),
    [
        ("a.mov,layout=p216", 320, 180, "prores-hq takes yuv422p10, not layout=p216"),
        ("a.mov,codec=h264", 321, 180, "needs an even width and height, and this picture is 321 x 180"),
        ("a.mov", 321, 180, "needs an even width, and"),
        ("a.mov,codec=dnxhr", 128, 72, "DNxHR needs at least 256 x 120"),
    ],
)
def test_an_impossible_picture_is_one_sentence(target, width, height, sentence, tmp_path) -> None:
    source = VideoFormat(width, height, Rate.of(25), layout("yuv444p"))
    with pytest.raises(UsageError) as refused:
        sink_for(tmp_path / target).accept(source)
    assert sentence in str(refused.value)


def test_a_frame_of_another_format_is_refused(tmp_path, frame) -> None:
    sink = sink_for(tmp_path / "a.mov", "codec=v210")
    format = sink.accept(SOURCE)
    sink.open(format, StreamStart())
    with pytest.raises(FormatError):
        sink.write(frame(SOURCE))
    sink.abort()
    assert list(tmp_path.iterdir()) == []
