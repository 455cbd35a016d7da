"""Timecode, reel, rate and sound of files: read by FFmpeg, and by an atom reader that knows only Apple's document."""

from __future__ import annotations

import itertools
import shutil
import struct
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.frame import AudioBlock
from livegrade.video.layouts import layout

DROP_FRAME_FLAG = 1  # QuickTime File Format, "Timecode sample description", flags
RATES = [
    ("23.976", "10:00:00:00"),
    ("24", "00:59:59:23"),
    ("25", "23:59:59:24"),
    ("29.97", "10:09:59:29"),
    ("29.97", "10:09:59;29"),
    ("30", "01:00:00:00"),
    ("47.952", "10:00:00:47"),
    ("48", "10:00:00:47"),
    ("50", "10:00:00:49"),
    ("59.94", "10:00:59;59"),
    ("59.94", "10:00:59:59"),
    ("60", "00:00:00:59"),
]


def small(rate: Rate) -> VideoFormat:
    return VideoFormat(96, 32, rate, layout("v210"))


def write(path: Path, options: str, format: VideoFormat, start: StreamStart, frames) -> None:
    sink = open_sink(parse_sink(f"{path},{options}"), FakeClock())
    sink.open(sink.accept(format), start)
    for one in frames:
        sink.write(one)
    sink.close()


def atoms(data: bytes, path: str) -> list[bytes]:
    """Bodies of all atoms at `path`, such as "moov/trak/mdia"."""
    name, _, rest = path.partition("/")
    found, at = [], 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", data[at + 8 : at + 16])[0], 16
        if kind.decode("latin-1") == name:
            found.append(data[at + head : at + size])
        at += max(size, 8)
    return found if not rest else [deep for body in found for deep in atoms(body, rest)]


def timecode_track(path: Path) -> tuple[int, int, int, int, int, str]:
    """Flags, time scale, frame duration, frames a second, first frame number and reel of the `tmcd` track."""
    data = path.read_bytes()
    for table in atoms(data, "moov/trak/mdia/minf/stbl"):
        entry = atoms(table, "stsd")[0][8:]
        if entry[4:8] != b"tmcd":
            continue
        flags, scale, duration = struct.unpack(">III", entry[20:32])
        name = atoms(entry[34:], "name")
        reel = name[0][4 : 4 + struct.unpack(">H", name[0][:2])[0]].decode() if name else ""
        offset = struct.unpack(">I", atoms(table, "stco")[0][8:12])[0]
        return flags, scale, duration, entry[32], struct.unpack(">I", data[offset : offset + 4])[0], reel
    raise AssertionError("no timecode track")


@pytest.mark.parametrize(("rate_text", "label"), RATES)
def test_timecode_and_rate_are_exact(rate_text, label, tmp_path, frame) -> None:
    rate = Rate.parse(rate_text)
    timecode = Timecode.parse(label, TimecodeRate(rate))
    path = tmp_path / "take.mov"
    start = StreamStart(timecode=timecode, reel="A001R1AB")
    write(path, "codec=v210", small(rate), start, [frame(small(rate), i) for i in range(3)])
    with av.open(path) as container:
        video = container.streams.video[0]
        assert video.average_rate == rate.fps
        assert video.metadata["timecode"] == label
        assert [p.pts * p.time_base for p in container.demux(video) if p.size] == [i / rate.fps for i in range(3)]
        data = next(stream for stream in container.streams if stream.type == "data")
        assert data.metadata["reel_name"] == "A001R1AB"
    flags, scale, duration, per_second, first, reel = timecode_track(path)
    assert bool(flags & DROP_FRAME_FLAG) is (";" in label)
    assert Fraction(scale, duration) == rate.fps
    assert (per_second, first, reel) == (rate.nominal, timecode.frames, "A001R1AB")


@pytest.mark.parametrize("name", ["a.mov", "a.mp4"])
@pytest.mark.parametrize("rate_text", ["23.976", "24", "25", "29.97", "50", "59.94", "119.88"])
def test_durations_are_whole_pictures(name, rate_text, tmp_path, frame) -> None:
    """Readers count the last timecode from the duration of the movie header, which FFmpeg rounds to milliseconds."""
    format = VideoFormat(96, 32, Rate.parse(rate_text), layout("yuv420p"))
    frames = [frame(format, i, audio=block) for i, block in enumerate(blocks(format.rate, 2, 7))]
    write(tmp_path / name, "codec=h264", format, StreamStart(audio_channels=2), frames)
    header = atoms((tmp_path / name).read_bytes(), "moov/mvhd")[0]
    scale, duration = struct.unpack(">II", header[12:20])
    assert Fraction(duration, scale) == 7 / format.rate.fps


@pytest.mark.emulated
@pytest.mark.skipif(shutil.which("mediainfo") is None, reason="mediainfo is not installed")
@pytest.mark.parametrize(("rate_text", "label"), RATES)
def test_mediainfo_reads_first_and_last_timecode(rate_text, label, tmp_path, frame) -> None:
    rate = Rate.parse(rate_text)
    timecode = Timecode.parse(label, TimecodeRate(rate))
    start = StreamStart(timecode=timecode, reel="A001R1AB")
    write(tmp_path / "a.mov", "codec=v210", small(rate), start, [frame(small(rate), i) for i in range(5)])
    said = subprocess.run(
        ["mediainfo", "--Inform=Other;%TimeCode_FirstFrame% %TimeCode_LastFrame% %Title%", tmp_path / "a.mov"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.replace(" 24:", " 00:").split() == [label, str(timecode + 4), "A001R1AB"]  # it counts on past midnight


def test_frame_pairs_of_sdi_are_counted_as_pictures_in_the_file(tmp_path, frame) -> None:
    """10:00:00:24, second of its pair, at 50p on SDI is 10:00:00:49 in a file."""
    rate = Rate.of(50)
    timecode = Timecode.parse("10:00:00:24.1", TimecodeRate.sdi(rate))
    write(tmp_path / "a.mov", "codec=v210", small(rate), StreamStart(timecode=timecode), [frame(small(rate))])
    with av.open(tmp_path / "a.mov") as container:
        assert container.streams.video[0].metadata["timecode"] == "10:00:00:49"


def test_timecode_at_another_rate_is_left_out_rather_than_wrong(tmp_path, frame, caplog) -> None:
    timecode = Timecode.parse("10:00:00:00", TimecodeRate(Rate.of(25)))
    rate = Rate.of(24)
    write(tmp_path / "a.mov", "codec=v210", small(rate), StreamStart(timecode=timecode), [frame(small(rate))])
    with av.open(tmp_path / "a.mov") as container:
        assert "timecode" not in container.streams.video[0].metadata
    assert "timecode left out" in caplog.text


def test_mp4_keeps_the_timecode_and_says_reel_and_look_in_its_comment(tmp_path, frame) -> None:
    format = VideoFormat(96, 32, Rate.of(30000, 1001), layout("yuv420p"))
    timecode = Timecode.parse("01:02:03;04", TimecodeRate(format.rate))
    start = StreamStart(timecode=timecode, reel="B002", look_id="4f00")
    write(tmp_path / "a.mp4", "codec=h264", format, start, [frame(format, i) for i in range(4)])
    with av.open(tmp_path / "a.mp4") as container:
        assert container.streams.video[0].metadata["timecode"] == "01:02:03;04"
        assert container.metadata["comment"] == "reel B002; look 4f00"


def blocks(rate: Rate, channels: int, count: int) -> list[AudioBlock]:
    """Noise in blocks that fit the pictures exactly, 24 bits deep."""
    edges = [int(i * 48000 / rate.fps) for i in range(count + 1)]
    codes = np.random.default_rng(channels).integers(-(1 << 23), 1 << 23, (channels, edges[-1]))
    samples = (codes / (1 << 23)).astype(np.float32)
    return [AudioBlock(samples[:, begin:end], 48000) for begin, end in itertools.pairwise(edges)]


@pytest.mark.parametrize("channels", [1, 2, 6, 16])
@pytest.mark.parametrize("rate_text", ["25", "29.97"])
def test_mov_sound_is_24_bit_pcm_sample_for_sample(channels, rate_text, tmp_path, frame) -> None:
    rate = Rate.parse(rate_text)
    sound = blocks(rate, channels, 10)
    frames = [frame(small(rate), i, audio=block) for i, block in enumerate(sound)]
    write(tmp_path / "a.mov", "codec=v210", small(rate), StreamStart(audio_channels=channels), frames)
    with av.open(tmp_path / "a.mov") as container:
        audio = container.streams.audio[0]
        assert (audio.codec_context.name, audio.codec_context.channels) == ("pcm_s24le", channels)
        assert (audio.start_time, container.streams.video[0].start_time) == (0, 0)
        read = np.concatenate([block.to_ndarray().reshape(-1, channels) for block in container.decode(audio)])
    sent = np.concatenate([block.samples for block in sound], axis=1).T.astype(np.float64)
    assert np.array_equal(read >> 8, np.rint(sent * (1 << 23)).clip(-(1 << 23), (1 << 23) - 1))


@pytest.mark.parametrize("target", ["a.mov,codec=prores", "a.mov,codec=h264", "a.mp4,codec=h264", "a.mp4,codec=h265"])
def test_flash_and_beep_stay_together(target, tmp_path, frame) -> None:
    """A white picture and a beep that start together start together in the file: to 2 ms, also through AAC."""
    rate = Rate.parse("23.976")
    source = VideoFormat(128, 64, rate, layout("yuv422p10"))
    sink = open_sink(parse_sink(f"{tmp_path}/{target}"), FakeClock())
    format = sink.accept(source)
    sink.open(format, StreamStart(audio_channels=2))
    flash = 24
    for index, block in enumerate(blocks(rate, 2, 48)):
        one = frame(format, 0, audio=AudioBlock(block.samples * np.float32(0.5 if index >= flash else 0), 48000))
        one.data[:] = 0xFF if format.layout.bits == 8 else 3
        luma = one.data[: format.geometry.planes[0].rows * format.geometry.planes[0].stride]
        luma = luma.view("u1" if format.layout.bits == 8 else "<u2")
        luma[:] = (235 if index >= flash else 16) << (format.layout.bits - 8)
        sink.write(one)
    sink.close()
    with av.open(tmp_path / target.partition(",")[0]) as container:
        pictures = list(container.decode(video=0))
        container.seek(0)
        sound = list(container.decode(audio=0))
    white = next(p.pts * p.time_base for p in pictures if np.frombuffer(p.planes[0], np.uint8).mean() > 80)
    samples = np.concatenate([_first_channel(block) for block in sound])
    loud = np.abs(samples) > 0.25 * np.abs(samples).max()
    beep = Fraction(int(np.argmax(loud)), 48000) + sound[0].pts * sound[0].time_base
    assert white == flash / rate.fps
    assert abs(beep - white) < Fraction(2, 1000)


def _first_channel(block: av.AudioFrame) -> np.ndarray:
    samples = block.to_ndarray().astype(np.float64)
    return samples.reshape(-1, 2)[:, 0] if block.format.is_packed else samples[0]


def test_a_picture_without_sound_gets_silence_so_that_the_rest_stays_in_step(tmp_path, frame) -> None:
    rate = Rate.of(25)
    sound: list[AudioBlock | None] = [*blocks(rate, 2, 6)]
    sound[2] = None
    frames = [frame(small(rate), i, audio=block) for i, block in enumerate(sound)]
    write(tmp_path / "a.mov", "codec=v210", small(rate), StreamStart(audio_channels=2), frames)
    with av.open(tmp_path / "a.mov") as container:
        read = np.concatenate([b.to_ndarray().reshape(-1, 2) for b in container.decode(audio=0)])
    assert read.shape == (6 * 1920, 2)
    assert not read[2 * 1920 : 3 * 1920].any()
    assert np.array_equal(read[3 * 1920 : 4 * 1920, 0] >> 8, np.rint(sound[3].samples[0].astype(float) * (1 << 23)))


def test_sound_can_be_left_out(tmp_path, frame) -> None:
    rate = Rate.of(25)
    frames = [frame(small(rate), 0, audio=blocks(rate, 2, 1)[0])]
    write(tmp_path / "a.mov", "codec=v210,audio=off", small(rate), StreamStart(audio_channels=2), frames)
    with av.open(tmp_path / "a.mov") as container:
        assert not container.streams.audio


def test_three_channels_in_mp4_are_a_pair_and_a_single(tmp_path, frame) -> None:
    format = VideoFormat(96, 32, Rate.of(25), layout("yuv420p"))
    frames = [frame(format, i, audio=block) for i, block in enumerate(blocks(format.rate, 3, 5))]
    write(tmp_path / "a.mp4", "codec=h264", format, StreamStart(audio_channels=3), frames)
    with av.open(tmp_path / "a.mp4") as container:
        assert [stream.codec_context.channels for stream in container.streams.audio] == [2, 1]
