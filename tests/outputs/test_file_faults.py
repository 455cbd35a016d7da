"""What can go wrong with a file: nothing half-written under the final name, and one sentence that says what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import av
import pytest

from livegrade.errors import SinkError
from livegrade.outputs import staging
from livegrade.outputs.ffmpeg import FileSink
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool

SOURCE = VideoFormat(320, 180, Rate.of(25), layout("yuv422p10"))
ALL = ["a.mov", "a.mov,codec=v210", "a.mov,codec=dnxhr", "a.mov,codec=h264", "a.mp4", "a.mp4,codec=h265"]


def sink_for(target: Path | str, **options: bool) -> FileSink:
    sink = open_sink(parse_sink(str(target)), FakeClock(), **options)
    assert isinstance(sink, FileSink)
    return sink


def started(target: Path | str, frame, frames: int, **options: bool) -> FileSink:
    sink = sink_for(target, **options)
    format = sink.accept(SOURCE)
    sink.open(format, StreamStart(audio_channels=2))
    for index in range(frames):
        sink.write(frame(format, index))
    return sink


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("target", ALL)
def test_the_final_name_appears_only_at_the_end(target, tmp_path, frame) -> None:
    sink = started(tmp_path / target, frame, 2)
    assert not (tmp_path / target.partition(",")[0]).exists()
    sink.close()
    assert names(tmp_path) == [target.partition(",")[0]]
    sink.close()
    sink.abort()
    assert names(tmp_path) == [target.partition(",")[0]]


@pytest.mark.parametrize("target", ALL)
def test_an_interrupted_file_is_kept_as_partial_and_plays(target, tmp_path, frame) -> None:
    sink = started(tmp_path / target, frame, 3)
    sink.abort()
    name = target.partition(",")[0].replace("a.", "a.partial.")
    assert names(tmp_path) == [name]
    assert (sink.frames_written, sink.partial) == (3, tmp_path / name)
    with av.open(tmp_path / name) as container:
        assert len(list(container.decode(video=0))) == 3


def test_nothing_is_kept_when_there_is_no_picture_yet(tmp_path, frame) -> None:
    sink = started(tmp_path / "a.mov", frame, 0)
    sink.abort()
    assert names(tmp_path) == []
    assert sink.partial is None


def test_an_existing_file_survives_and_is_replaced_only_on_request(tmp_path, frame) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(b"yesterday")
    with pytest.raises(SinkError, match=r"a\.mov exists already; choose another name, or say --overwrite"):
        sink_for(path)
    sink = started(path, frame, 2, overwrite=True)
    sink.abort()
    assert path.read_bytes() == b"yesterday"
    sink = started(path, frame, 2, overwrite=True)
    sink.close()
    assert path.read_bytes()[4:8] == b"ftyp"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path, frame) -> None:
    path = tmp_path / "a.mov"
    sink = started(path, frame, 2)
    path.write_bytes(b"somebody else's")
    with pytest.raises(SinkError, match="was made by somebody else"):
        sink.close()
    assert path.read_bytes() == b"somebody else's"


def test_after_a_change_of_format_it_goes_on_in_a_second_file(tmp_path, frame) -> None:
    sink = started(tmp_path / "a.mov", frame, 2, overwrite=True)
    sink.close()
    smaller = sink.accept(VideoFormat(256, 144, Rate.of(50), layout("yuv422p10")))
    sink.open(smaller, StreamStart())
    sink.write(frame(smaller, 2))
    sink.close()
    assert names(tmp_path) == ["a.2.mov", "a.mov"]
    assert sink.frames_written == 3
    sizes = []
    for name in ("a.mov", "a.2.mov"):
        with av.open(tmp_path / name) as container:
            sizes.append((container.streams.video[0].width, len(list(container.decode(video=0)))))
    assert sizes == [(320, 2), (256, 1)]


def test_a_missing_folder_a_folder_and_a_file_in_the_way(tmp_path) -> None:
    (tmp_path / "plain").touch()
    (tmp_path / "day1.mov").mkdir()
    with pytest.raises(SinkError, match=r"the folder .*nowhere does not exist; make it or choose another one"):
        sink_for(tmp_path / "nowhere" / "a.mov")
    with pytest.raises(SinkError, match="plain is not a folder"):
        sink_for(tmp_path / "plain" / "a.mov")
    with pytest.raises(SinkError, match=r"day1\.mov is a folder; give the name of a file in it"):
        sink_for(tmp_path / "day1.mov")


def test_a_folder_that_is_not_writable(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the tests may run as root, whom nothing stops
    with pytest.raises(SinkError, match="is not writable; change its permissions or choose another one"):
        sink_for(tmp_path / "a.mov")


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("limit", [1_000, 5_000])
def test_a_file_that_cannot_grow_leaves_nothing(target, limit, tmp_path, frame) -> None:
    """The limit on file size stands in for a full disk: the same writes fail, in the middle or in the index."""
    resource = pytest.importorskip("resource")
    sink = sink_for(tmp_path / target)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(SinkError, match=r"a\.mo?[vp]4?: the file has reached the largest size"):
            _write_all(sink, frame)
        sink.abort()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path) == []
    assert sink.partial is None


def _write_all(sink: FileSink, frame) -> None:
    format = sink.accept(SOURCE)
    sink.open(format, StreamStart(audio_channels=2))
    for index in range(40):
        sink.write(frame(format, index))
    sink.close()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full; free some space or choose another disk"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "cannot be written: read-only file system; check the disk"),
        (errno.EIO, "cannot be written: input/output error"),
    ],
)
def test_faults_of_the_disk_are_plain_sentences(number, sentence) -> None:
    said = str(staging.write_fault("/cards/a.mov", OSError(number, os.strerror(number))))
    assert said.startswith("/cards/a.mov")
    assert sentence in said


@pytest.mark.parametrize("name", ["A001:C002.mov", "100%d.mov", "Übung 1, take=2.mov", "-a.mov"])
def test_names_that_ffmpeg_would_read_otherwise(name, tmp_path, frame, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    sink = started(f"./{name}", frame, 1)
    sink.close()
    assert names(tmp_path) == [name]


def test_no_buffer_is_held_after_the_end(tmp_path) -> None:
    """Uncompressed pictures go to the muxer without a copy; they must come back."""
    from livegrade.video.frame import Frame

    sink = sink_for(f"{tmp_path}/a.mov,codec=v210")
    format = sink.accept(SOURCE)
    pool = BufferPool(format.geometry.size, limit=24)
    sink.open(format, StreamStart())
    for index in range(100):
        sink.write(Frame(pool.lease(), format, index, 0))
    sink.close()
    assert pool.in_use == 0
