"""Stills and sequences read back by FFmpeg and Pillow; tags and text read by name."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from livegrade.errors import FormatError, SinkError, UsageError
from livegrade.outputs.sequence import SequenceSink
from livegrade.outputs.sink import Partial, StreamStart, open_sink
from livegrade.outputs.staging import write_whole
from livegrade.outputs.still import write_still
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink
from livegrade.video.format import Matrix, Primaries, Range, Transfer, VideoFormat
from livegrade.video.layouts import layout
from livegrade.video.planes import plane_views

RATE = Rate.of(25)
PQ = VideoFormat(
    320, 180, RATE, layout("yuv422p10"), matrix=Matrix.BT2020, primaries=Primaries.BT2020, transfer=Transfer.PQ
)


def noise(kind: type, height: int = 37, width: int = 51) -> np.ndarray:
    return np.random.default_rng(3).integers(0, np.iinfo(kind).max, (height, width, 3), kind, endpoint=True)


def read(path: Path) -> np.ndarray:
    """The picture as FFmpeg sees it."""
    with av.open(path) as container:
        picture = next(container.decode(video=0))
        assert picture.format.name in ("rgb24", "rgb48le", "rgb48be")
        kind = {"rgb24": "u1", "rgb48le": "<u2", "rgb48be": ">u2"}[picture.format.name]
        plane = picture.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        return rows[: picture.height, : picture.width * 3 * np.dtype(kind).itemsize].copy().view(kind).reshape(
            picture.height, picture.width, 3
        )  # fmt: skip


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.TIFF"])
@pytest.mark.parametrize("size", [(1, 1), (37, 51), (200, 64)])
def test_every_sample_is_read_back_by_ffmpeg(kind, name, size, tmp_path) -> None:
    rgb = noise(kind, *size)
    write_still(tmp_path / name, rgb)
    assert np.array_equal(read(tmp_path / name), rgb)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_pillow_reads_picture_and_words(name, tmp_path, frame) -> None:
    rgb = noise(np.uint8)
    timecode = Timecode.parse("10:00:00:12", TimecodeRate(RATE))
    write_still(tmp_path / name, rgb, frame(PQ, 12, timecode=timecode), notes=(("Source", "Bühne A.mov"),))
    with Image.open(tmp_path / name) as image:
        assert np.array_equal(np.asarray(image), rgb)
        words = image.text if name == "a.png" else dict(
            line.split(": ", 1) for line in image.tag_v2[270].encode("latin-1").decode().splitlines()
        )  # fmt: skip
    assert (words["Timecode"], words["Frame"], words["Source"]) == ("10:00:00:12", "12", "Bühne A.mov")
    assert (words["Transfer"], words["Primaries"]) == ("pq", "bt2020")


def test_png_says_its_colour_in_code_points(tmp_path, frame) -> None:
    write_still(tmp_path / "pq.png", noise(np.uint16), frame(PQ))
    assert chunk(tmp_path / "pq.png", b"cICP") == bytes((9, 16, 0, 1))
    with av.open(tmp_path / "pq.png") as container:
        picture = next(container.decode(video=0))
    assert (picture.color_primaries, picture.color_trc) == (9, 16)
    log = VideoFormat(320, 180, RATE, layout("yuv422p10"), transfer=Transfer.CAMERA_LOG)
    write_still(tmp_path / "log.png", noise(np.uint16), frame(log))
    assert chunk(tmp_path / "log.png", b"cICP") is None


def chunk(path: Path, kind: bytes) -> bytes | None:
    data, at = path.read_bytes(), 8
    while at < len(data):
        size, found = struct.unpack(">I4s", data[at : at + 8])
        if found == kind:
            return data[at + 8 : at + 8 + size]
        at += 12 + size
    return None


def test_what_is_no_still_is_refused_and_leaves_nothing(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"stills are written as \.png or \.tif, not '\.jpg'"):
        write_still(tmp_path / "a.jpg", noise(np.uint8))
    for wrong in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(FormatError):
            write_still(tmp_path / "a.png", wrong)
    with pytest.raises(SinkError, match="does not exist"):
        write_still(tmp_path / "no" / "a.png", noise(np.uint8))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["tif", "png"])
def test_a_sequence_is_one_whole_file_for_each_frame(suffix, tmp_path, frame) -> None:
    sink = open_sink(parse_sink(f"{tmp_path}/shot.%04d.{suffix}"), FakeClock())
    assert isinstance(sink, SequenceSink)
    format = sink.accept(PQ)
    assert (format.layout.name, format.range) == ("gbrp16", Range.FULL)
    sink.open(format, StreamStart())
    frames = [frame(format, index) for index in range(3)]
    for one in frames:
        sink.write(one)
    assert sink.abort() == Partial(Path(f"{tmp_path}/shot.%04d.{suffix}"), 3)
    assert sink.abort() is None
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"shot.{number:04}.{suffix}" for number in range(3)]
    for number, one in enumerate(frames):
        green, blue, red = (plane.view("<u2") for plane in plane_views(one.data, format))
        assert np.array_equal(read(tmp_path / f"shot.{number:04}.{suffix}"), np.stack((red, green, blue), axis=2))


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
def test_ctrl_c_around_a_picture_of_a_sequence_is_counted_right(tmp_path, frame, monkeypatch, when, overwrite) -> None:
    if overwrite:
        (tmp_path / "a.1.tif").write_bytes(b"yesterday")
    sink = open_sink(parse_sink(f"{tmp_path}/a.%d.tif"), FakeClock(), overwrite=overwrite)
    format = sink.accept(PQ)
    sink.open(format, StreamStart())
    sink.write(frame(format, 0))

    def interrupted(*arguments: object, **options: object) -> None:
        if when == "after":
            write_still(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr("livegrade.outputs.sequence.write_still", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sink.write(frame(format, 1))
    assert sink.abort() == Partial(tmp_path / "a.%d.tif", 2 if when == "after" else 1)


def test_a_sequence_needs_one_number_and_spares_what_is_there(tmp_path, frame) -> None:
    with pytest.raises(UsageError, match=r"such as a\.%06d\.tif; a single picture is written by livegrade still"):
        open_sink(parse_sink(f"{tmp_path}/a.tif"), FakeClock())
    (tmp_path / "a.1.tif").write_bytes(b"yesterday")
    sink = open_sink(parse_sink(f"{tmp_path}/a.%d.tif"), FakeClock())
    format = sink.accept(PQ)
    sink.open(format, StreamStart())
    sink.write(frame(format, 0))
    with pytest.raises(SinkError, match=r"a\.1\.tif exists already"):
        sink.write(frame(format, 1))
    assert (tmp_path / "a.1.tif").read_bytes() == b"yesterday"


def test_ctrl_c_in_the_middle_of_a_small_file_leaves_nothing(tmp_path, monkeypatch) -> None:
    def interrupted(path: Path, content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.png", b"x")
    assert list(tmp_path.iterdir()) == []
