"""Recordings of sources with holes, as a user makes them: the file is true, the run says what it lacks."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

pytestmark = pytest.mark.emulated


def clip(path: Path, numbers: list[int], *, sound_rate: int, format: str) -> None:
    """Pictures at these places of a line of 25 a second, lighter and lighter, with sound beside all of it."""
    with av.open(path, "w", format=format) as container:
        video = container.add_stream("mpeg2video", rate=25, options={"g": "1", "qscale": "2"})
        video.width, video.height, video.pix_fmt = 128, 96, "yuv420p"
        video.codec_context.time_base = Fraction(1, 25)
        audio = container.add_stream("mp2", rate=sound_rate)
        audio.codec_context.layout = "stereo"
        for number in numbers:
            picture = av.VideoFrame.from_ndarray(np.full((96, 128), 20 + number, np.uint8), format="gray")
            picture = picture.reformat(format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            container.mux(video.encode(picture))
        tone = np.full((1, 2 * 1152), 1000, np.int16)
        for position in range(0, sound_rate * (max(numbers) + 1) // 25, 1152):
            block = av.AudioFrame.from_ndarray(tone, format="s16", layout="stereo")
            block.sample_rate, block.pts, block.time_base = sound_rate, position, Fraction(1, sound_rate)
            container.mux(audio.encode(block))
        container.mux(video.encode())
        container.mux(audio.encode())


def pictures(path: Path) -> list[float]:
    with av.open(path) as container:
        return [float(one.to_ndarray(format="gray").mean()) for one in container.decode(video=0)]


def test_a_source_that_lacks_pictures(start, tmp_path) -> None:
    source, take, stats = tmp_path / "holes.mkv", tmp_path / "take.mov", tmp_path / "stats.json"
    clip(source, [*range(20), *range(28, 60)], sound_rate=48000, format="matroska")
    run = start("run", source, "--out", take, "--stats", stats)
    assert run.finish() == 1
    sink = json.loads(stats.read_text())["sinks"][0]
    seen = pictures(take)
    assert sink["missing"] >= 8
    assert f"{take} is not whole: {sink['missing']} pictures missing, repeated" in run.printed
    assert len(seen) == sink["frames_out"] >= 59
    steps = np.diff(seen)
    assert np.abs(steps[20:27]).max() < 0.01
    with av.open(take) as container:
        heard = sum(block.samples for block in container.decode(audio=0))
    assert heard == pytest.approx(len(seen) * 1920, abs=1920)


def test_a_file_whose_sound_changes_and_whose_time_stamps_jump(start, tmp_path) -> None:
    """Two transport streams, one after the other in one file: other sound, and times that begin again."""
    first, second, both = (tmp_path / name for name in ("1.ts", "2.ts", "both.ts"))
    clip(first, list(range(40)), sound_rate=48000, format="mpegts")
    clip(second, list(range(40)), sound_rate=44100, format="mpegts")
    both.write_bytes(first.read_bytes() + second.read_bytes())
    take, stats = tmp_path / "take.mov", tmp_path / "stats.json"
    run = start("run", both, "--out", take, "--stats", stats)
    code = run.finish()
    sink = json.loads(stats.read_text())["sinks"][0]
    assert code == (1 if sink["missing"] else 0)
    assert "Traceback" not in run.printed
    assert len(pictures(take)) == sink["frames_out"] >= 79
    assert sink["missing"] <= 4
