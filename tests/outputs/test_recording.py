"""Recordings with holes, as files: FFmpeg reads back what picture n is, what is heard, and the timecode of a part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.errors import SinkError
from livegrade.outputs.recording import Recording
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.frame import AudioBlock, Frame
from livegrade.video.layouts import layout

P25 = VideoFormat(320, 180, Rate.of(25), layout("v210"))
TEN = Timecode.parse("10:00:01:00", TimecodeRate(P25.rate))
CODECS = ["a.mov", "a.mov,codec=prores-fast", "a.mov,codec=dnxhr", "a.mov,codec=v210", "a.mov,codec=h264"]
CODECS += ["a.mp4,codec=h265", "ffmpeg:matroska:a.mkv", "ffmpeg:matroska:a.mkv,codec=prores"]


@pytest.fixture
def record(tmp_path, frame, monkeypatch):
    """Records pictures of these indices; what was told, and the recording."""
    monkeypatch.chdir(tmp_path)

    def run(target: str, indices: list[int], offsets: dict[int, int] | None = None, newest: int | None = None):
        sink = open_sink(parse_sink(target), FakeClock())
        told: list[str] = []
        recording = Recording(sink, told.append)
        offset = 0
        for index in indices:
            offset = (offsets or {}).get(index, offset)
            recording.write(_picture(frame, sink.accept(P25), index, TEN + index + offset))
        recording.close(newest)
        return recording, told

    return run


def _picture(frame, format: VideoFormat, index: int, timecode: Timecode) -> Frame:
    """Its picture and its sound both tell the index."""
    sound = AudioBlock(np.full((2, 1920), (1 + index) / 1000, np.float32), 48000)
    return replace(frame(format, index % 20, sound, timecode), index=index)


def _seen(path: Path) -> tuple[list[float], list[float], str | None]:
    """Mean luma of each picture, level of the sound of each picture, and the timecode."""
    with av.open(path) as container:
        pictures = [picture for picture in container.decode(video=0)]
        lumas = [float(np.frombuffer(memoryview(one.planes[0]), np.uint8).mean()) for one in pictures]
        assert [one.time for one in pictures] == pytest.approx([n / 25 for n in range(len(pictures))], abs=0.001)
        metadata = {**container.metadata, **container.streams.video[0].metadata}
    with av.open(path) as container:
        blocks = [block.to_ndarray().reshape(-1, 2)[:, 0] for block in container.decode(audio=0)]
    samples = np.concatenate(blocks).astype(np.float64) / 2**31
    levels = samples[: len(pictures) * 1920].reshape(-1, 1920)
    assert np.ptp(levels, axis=1).max() < 1e-6
    return lumas, [float(level) for level in levels.mean(axis=1)], metadata.get("timecode", metadata.get("TIMECODE"))


@pytest.mark.parametrize("target", CODECS)
def test_missing_pictures_are_repeated_and_silent_and_nothing_moves(target, record, tmp_path) -> None:
    indices = [0, 1, 2, 5, 6, 12, 13, 14, 15]
    recording, told = record(target, indices, newest=17)
    assert (recording.pictures, recording.missing, recording.shortfall) == (18, 9, "9 pictures missing, repeated")
    assert told[0] == "2 pictures missing, repeated at 10:00:01:03"
    assert told[1] == "7 pictures missing, repeated at places from 10:00:01:07 to 10:00:01:17"
    (path,) = recording.files
    if path.suffix == ".mp4":
        with av.open(tmp_path / path) as container:
            assert len(list(container.decode(video=0))) == 18
        return
    lumas, levels, timecode = _seen(tmp_path / path)
    assert timecode == "10:00:01:00"
    assert levels == pytest.approx([(1 + n) / 1000 if n in indices else 0 for n in range(18)], abs=1e-6)
    shown = [max(index for index in indices if index <= n) for n in range(18)]
    for n in range(1, 18):
        if "h264" in target or (path.suffix == ".mkv" and "prores" not in target):
            continue  # a codec between pictures codes the repeat again
        assert (lumas[n] == lumas[n - 1]) is (shown[n] == shown[n - 1])


def test_a_jump_of_the_timecode_goes_on_in_a_second_file_with_its_own(record, tmp_path) -> None:
    recording, told = record("take.mov", list(range(12)), {7: 5000})
    assert [path.name for path in recording.files] == ["take.mov", "take-2.mov"]
    assert told == [
        f"the timecode jumps from 10:00:01:06 to {TEN + 5007}; the recording goes on at {TEN + 5007} in take-2.mov"
    ]
    assert [_seen(tmp_path / path)[2] for path in recording.files] == ["10:00:01:00", str(TEN + 5007)]
    assert [len(_seen(tmp_path / path)[0]) for path in recording.files] == [7, 5]
    assert (recording.shortfall, recording.pictures) == ("", 12)


def test_what_is_missing_for_too_long_is_left_out_and_said(record) -> None:
    recording, told = record("take.mov,codec=v210", [0, 1, 4, 400, 401])
    assert told[-1] == f"15.8 s of pictures are missing; the recording goes on at {TEN + 400} in take-2.mov"
    assert recording.shortfall == "397 pictures missing (2 repeated, 395 left out)"


def test_a_second_part_replaces_nothing(record, tmp_path) -> None:
    (tmp_path / "take-2.mov").write_bytes(b"yesterday's")
    recording, _ = record("take.mov,codec=v210", [0, 1, 400, 401])
    assert [path.name for path in recording.files] == ["take.mov", "take-3.mov"]
    assert (tmp_path / "take-2.mov").read_bytes() == b"yesterday's"


def test_a_signal_that_breaks_all_the_time_is_recorded_all_the_same(record, tmp_path) -> None:
    recording, _ = record("take.mov,codec=v210", [300 * part for part in range(102)])
    assert [path.name for path in recording.files[-3:]] == ["take-100.mov", "take-101.mov", "take-102.mov"]
    assert len(list(tmp_path.iterdir())) == 102


def test_a_drift_of_the_timecode_is_told(record) -> None:
    recording, told = record("take.mov,codec=v210", list(range(1300)), {300: 1, 700: 2, 1000: 3})
    assert (len(recording.files), recording.drift) == (1, 3)
    assert [text.partition(" at ")[0] for text in told] == [
        "the source's timecode has drifted 1 picture ahead",
        "the source's timecode has drifted 2 pictures ahead",
    ]
    assert told[0].endswith("; the file counts its pictures")


def test_a_sequence_leaves_out_the_numbers_of_missing_pictures(record, tmp_path) -> None:
    recording, told = record("shot.%04d.png", [0, 1, 4])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shot.0000.png", "shot.0001.png", "shot.0004.png"]
    assert told == ["2 pictures missing, their numbers left out at 10:00:01:02"]
    assert (recording.pictures, recording.missing) == (3, 2)
    assert recording.shortfall == "2 pictures missing, their numbers left out"


def test_what_was_begun_and_left_nothing_is_said(frame) -> None:
    class Torn:
        """Keeps nothing of a file that is given up."""

        address, lossy, frames_written = "a.mov", False, 0

        def accept(self, source: VideoFormat) -> VideoFormat:
            return source

        def open(self, format: VideoFormat, start: StreamStart) -> Path:
            return Path("a.mov")

        def write(self, frame: Frame) -> None: ...

        def close(self) -> None: ...

        def abort(self) -> None: ...

    recording = Recording(Torn(), print)
    assert recording.abort() is None
    recording.write(_picture(frame, P25, 0, TEN))
    assert str(recording.abort()) == "nothing of a.mov could be kept"
    recording.close()
    assert recording.abort() is None


def test_files_through_ffmpeg_addresses_keep_the_rules_of_files(record, tmp_path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"yesterday's")
    with pytest.raises(SinkError, match=r"a\.mkv exists already; choose another name, or say --overwrite"):
        record("ffmpeg:matroska:a.mkv", [0])
    sink = open_sink(parse_sink("ffmpeg:matroska:file:a.mkv"), FakeClock(), overwrite=True)
    sink.abort()
    assert (tmp_path / "a.mkv").read_bytes() == b"yesterday's"
