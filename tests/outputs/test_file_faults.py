"""What can go wrong with a file: nothing half-written under the final name, and one sentence that says what to do."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from livegrade.errors import SinkError
from livegrade.outputs import staging
from livegrade.outputs.ffmpeg import FileSink
from livegrade.outputs.sink import Partial, StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool

SOURCE = VideoFormat(256, 144, Rate.of(25), layout("yuv422p10"))
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
    name = target.partition(",")[0].replace("a.", "a.partial.")
    assert sink.abort() == Partial(tmp_path / name, 3)
    assert names(tmp_path) == [name]
    assert sink.frames_written == 3
    with av.open(tmp_path / name) as container:
        assert len(list(container.decode(video=0))) == 3


def test_nothing_is_kept_when_there_is_no_picture_yet(tmp_path, frame) -> None:
    sink = started(tmp_path / "a.mov", frame, 0)
    assert sink.abort() is None
    assert names(tmp_path) == []


def test_what_an_earlier_take_has_left_is_not_replaced(tmp_path, frame) -> None:
    (tmp_path / "a.partial.mov").write_bytes(b"the take before the power cut")
    kept = started(tmp_path / "a.mov", frame, 2).abort()
    assert kept == Partial(tmp_path / "a.partial-2.mov", 2)
    assert (tmp_path / "a.partial.mov").read_bytes() == b"the take before the power cut"


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
    assert sink.abort() == Partial(tmp_path / "a.partial.mov", 2)
    with av.open(tmp_path / "a.partial.mov") as container:
        assert len(list(container.decode(video=0))) == 2


def test_the_pictures_of_a_second_part_that_got_no_name_are_counted_alone(tmp_path, frame) -> None:
    sink = started(tmp_path / "a.mov", frame, 3)
    sink.close()
    format = sink.accept(SOURCE)
    assert sink.open(format, StreamStart()) == tmp_path / "a-2.mov"
    sink.write(frame(format, 0))
    (tmp_path / "a-2.mov").write_bytes(b"somebody else's")
    with pytest.raises(SinkError, match="was made by somebody else"):
        sink.close()
    assert sink.abort() == Partial(tmp_path / "a-2.partial.mov", 1)


def test_after_a_change_of_format_it_goes_on_in_a_second_file(tmp_path, frame) -> None:
    sink = started(tmp_path / "a.mov", frame, 2, overwrite=True)
    sink.close()
    smaller = sink.accept(VideoFormat(256, 128, Rate.of(50), layout("yuv422p10")))
    sink.open(smaller, StreamStart())
    sink.write(frame(smaller, 2))
    sink.close()
    assert names(tmp_path) == ["a-2.mov", "a.mov"]
    assert sink.frames_written == 3
    assert sink.open(smaller, StreamStart()) == tmp_path / "a-3.mov"
    sink.abort()
    sizes = []
    for name in ("a.mov", "a-2.mov"):
        with av.open(tmp_path / name) as container:
            sizes.append((container.streams.video[0].height, len(list(container.decode(video=0)))))
    assert sizes == [(144, 2), (128, 1)]


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


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The limit on file size stands in for a full disk: the same writes fail, in the middle or in the index."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # a module's would be kept cut off
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("limit", [500, 2_000])
def test_a_file_that_cannot_even_begin_leaves_nothing(target, limit, tmp_path, frame) -> None:
    sink = sink_for(tmp_path / target)
    with files_of_at_most(limit):
        with pytest.raises(SinkError, match=r"a\.mo?[vp]4?: the file has reached the largest size"):
            _write_all(sink, frame, 40)
        assert sink.abort() is None
    assert names(tmp_path) == []


@pytest.fixture(scope="module", params=ALL)
def whole(request, tmp_path_factory, frame) -> tuple[str, int]:
    """A target, and the size of its file when nothing stands in its way."""
    folder = tmp_path_factory.mktemp("whole")
    _write_all(sink_for(folder / request.param), frame, 130)
    (file,) = folder.iterdir()
    return request.param, file.stat().st_size


@pytest.mark.parametrize("share", [0.5, 0.75, 0.97, 0.9999])
def test_a_file_that_cannot_grow_keeps_what_is_whole_of_it(whole, share, tmp_path, frame) -> None:
    """With the last share it is the index at the end for which there is no room."""
    target, size = whole
    sink = sink_for(tmp_path / target)
    with files_of_at_most(int(size * share)):
        with pytest.raises(SinkError, match=r"a\.mo?[vp]4?: the file has reached the largest size"):
            _write_all(sink, frame, 130)
        partial = sink.abort()
    assert partial is not None
    assert partial.path.name == target.partition(",")[0].replace("a.", "a.partial.")
    assert not (tmp_path / target.partition(",")[0]).exists()
    assert partial.frames is not None
    assert 130 * share - 51 <= partial.frames <= 130
    with av.open(partial.path) as container:
        video = container.streams.video[0]
        assert video.metadata["timecode"] == "10:00:00:00"
        times = [picture.time for picture in container.decode(video=0)]
    assert times == pytest.approx([index / 25 for index in range(partial.frames)])
    with av.open(partial.path) as container:
        heard = sum(block.samples for block in container.decode(audio=0))
    assert heard >= (partial.frames - 2) * 1920


def _write_all(sink: FileSink, frame, frames: int) -> None:
    format = sink.accept(SOURCE)
    sink.open(format, StreamStart(Timecode.parse("10:00:00:00", TimecodeRate(Rate.of(25))), audio_channels=2))
    for index in range(frames):
        sink.write(frame(format, index % 20))
    sink.close()


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Path:
    """A folder for each target by its number: one process wrote 130 pictures to each, and ended without a word."""
    folder = tmp_path_factory.mktemp("killed")
    words = f"""
import os
from pathlib import Path
from tests.outputs.conftest import make_frame
from tests.outputs.test_file_faults import ALL, SOURCE, sink_for
from livegrade.outputs.sink import StreamStart
sinks = []
for number, target in enumerate(ALL):
    place = Path({str(folder)!r}, str(number))
    place.mkdir()
    sink = sink_for(place / target)
    format = sink.accept(SOURCE)
    sink.open(format, StreamStart(audio_channels=2))
    sinks.append((sink, format))
for index in range(130):
    for sink, format in sinks:
        sink.write(make_frame(format, index % 20))
os.kill(os.getpid(), 9)
"""
    repository = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", words], cwd=repository).returncode not in (0, 1)
    return folder


@pytest.mark.parametrize("target", ALL)
def test_a_process_that_is_killed_leaves_a_file_that_plays(target, killed) -> None:
    """As by a power cut: at most two seconds are gone."""
    name, folder = target.partition(",")[0].replace("a.", "a.partial."), killed / str(ALL.index(target))
    assert names(folder) == [name]
    with av.open(folder / name) as container:
        times = [picture.time for picture in container.decode(video=0)]
    assert len(times) >= 80
    assert times == pytest.approx([index / 25 for index in range(len(times))])


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


@pytest.mark.parametrize("name", ["片" * 80 + ".mov", "ü" * 124 + ".mov", "a" * 250 + ".mov"])
def test_names_as_long_as_the_disk_takes_them(name, tmp_path, frame) -> None:
    started(tmp_path / name, frame, 1).close()
    staging.write_whole(tmp_path / f"{name}".replace(".mov", ".j"), b"small")
    assert len(names(tmp_path)) == 2


def test_where_the_system_has_a_full_sync_it_is_used(tmp_path, monkeypatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    asked: list[int] = []
    synced: list[int] = []
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda file, command: asked.append(command))
    monkeypatch.setattr(os, "fsync", synced.append)
    staging.write_whole(tmp_path / "a", b"one")
    assert (asked, len(synced)) == ([51], 1)

    def refuse(file: int, command: int) -> None:
        raise OSError(errno.ENOTTY, "a share knows no such thing")

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    staging.write_whole(tmp_path / "b", b"two")
    assert len(synced) == 3


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
