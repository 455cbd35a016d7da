"""Files through FFmpeg: numbering, tags, layouts, sound, timecode, looping, pacing, and every way a file can be bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.capture.source import CaptureOptions, Ended, NoSignal, Source, SourceKind, open_source
from livegrade.errors import LivegradeError, MediaError
from livegrade.timing.clock import Clock, FakeClock
from livegrade.transport.address import parse_source
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer
from livegrade.video.frame import Frame

Clip = Callable[..., Path]
FAST = CaptureOptions(live=False)


def opened(path: Path | str, options: CaptureOptions = FAST, clock: Clock | None = None) -> Source:
    source = open_source(parse_source(str(path)), options, clock or FakeClock())
    source.open()
    return source


def read_all(source: Source, limit: int = 1000) -> tuple[list[Frame], Ended]:
    frames: list[Frame] = []
    try:
        for _ in range(limit):
            got = source.read()
            if isinstance(got, Ended):
                return frames, got
            assert isinstance(got, Frame)
            frames.append(got)
    finally:
        source.close()
    raise AssertionError("the source does not end")


def grey(count: int, width: int = 64, height: int = 48) -> list[np.ndarray]:
    """yuv420p pictures: picture i has Y' = 20 + i."""
    pictures = []
    for number in range(count):
        picture = np.full((height * 3 // 2, width), 128, np.uint8)
        picture[:height] = 20 + number
        pictures.append(picture)
    return pictures


def levels(frames: list[Frame]) -> list[int]:
    return [int(frame.data[0]) for frame in frames]


def test_every_picture_once_in_order(clip: Clip) -> None:
    frames, ended = read_all(opened(clip("a.mkv", grey(30))))
    assert levels(frames) == [20 + number for number in range(30)]
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.pts for frame in frames] == [Fraction(number, 25) for number in range(30)]
    assert ended == Ended(30)


def test_real_footage(shared_data: Path) -> None:
    source = opened(shared_data / "footage" / "bigbuckbunny.mp4")
    first = source.read()
    assert isinstance(first, Frame)
    assert str(first.format) == "1280x720p25 yuv420p bt709 legal"
    assert first.timecode is None
    shapes = set()
    while isinstance(got := source.read(), Frame):
        assert got.audio is not None
        shapes.add(got.audio.samples.shape)
    assert got == Ended(132)
    assert shapes == {(6, 1920)}
    source.close()
    source = opened(shared_data / "footage" / "carphone_pristine.mp4")
    first = source.read()
    assert isinstance(first, Frame)
    assert first.format.rate.fps == Fraction(30000, 1001)
    assert first.format.matrix is Matrix.BT601
    assert first.audio is None
    while isinstance(got := source.read(), Frame):
        pass
    assert got == Ended(120)
    source.close()


def test_planes_are_those_of_the_decoder(shared_data: Path) -> None:
    path = shared_data / "footage" / "bigbuckbunny.mp4"
    source = opened(path)
    with av.open(str(path)) as container:
        for decoded, _ in zip(container.decode(video=0), range(3), strict=False):
            frame = source.read()
            assert isinstance(frame, Frame)
            assert np.array_equal(frame.data.reshape(1080, 1280), decoded.to_ndarray())
    source.close()


LAYOUTS = [
    ("yuv420p", "yuv420p", (36, 30)),
    ("yuv422p10le", "yuv422p10", None),
    ("yuv444p12le", "yuv444p12", None),
    ("yuv420p16le", "yuv420p16", None),
    ("gbrp10le", "gbrp10", None),
    ("gbrp", "gbrp", None),
    ("gray", "gray", None),
    ("bgra", "bgra", None),
]


@pytest.mark.parametrize(("pix_fmt", "name", "shape"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_layouts_are_taken_as_they_are(tmp_path: Path, pix_fmt: str, name: str, shape: tuple[int, int] | None) -> None:
    """Odd sizes, so that rows are padded in the decoder; truth is FFmpeg's own tightly packed copy."""
    width, height = (30, 24) if shape else (37, 23)
    noise = np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)
    picture = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format=pix_fmt)
    path = tmp_path / ("a.avi" if pix_fmt == "gbrp" else "a.mkv")
    with av.open(str(path), "w") as container:
        stream = container.add_stream("utvideo" if pix_fmt == "gbrp" else "ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        decoded = next(container.decode(video=0))
        truth = [np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size) for plane in decoded.planes]
    frames, _ = read_all(opened(path))
    assert frames[0].format.layout.name == name
    assert frames[0].format.range is (Range.LEGAL if pix_fmt.startswith(("yuv", "gray")) else Range.FULL)
    for plane, expected in zip(frames[0].format.geometry.planes, truth, strict=True):
        ours = frames[0].data[plane.offset : plane.offset + plane.stride * plane.rows].reshape(plane.rows, plane.stride)
        used = min(plane.stride, expected.shape[1])
        assert np.array_equal(ours[:, :used], expected[: plane.rows, :used])


def test_alpha_is_left_out_and_said(clip: Clip) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (32, 64, 4), np.uint8)
    rgba = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format="gbrap")
    source = opened(clip("a.avi", [rgba.to_ndarray()], pix_fmt="gbrap", codec="utvideo"))
    assert "alpha" in source.notes[0]
    frames, _ = read_all(source)
    green, blue, red = (
        frames[0].data[plane.offset : plane.offset + plane.stride * plane.rows].reshape(32, 64)
        for plane in frames[0].format.geometry.planes
    )
    assert np.array_equal(np.stack([red, green, blue], -1), picture[..., :3])


def test_formats_outside_the_table_are_converted_and_said(clip: Clip) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (32, 64, 3), np.uint8)
    source = opened(clip("a.nut", [picture], pix_fmt="rgb24", codec="rawvideo"))
    assert "converted to gbrp" in " ".join(source.notes)
    frames, _ = read_all(source)
    planes = frames[0].data.reshape(3, 32, 64)
    assert np.array_equal(planes[[2, 0, 1]].transpose(1, 2, 0), picture)
    assert frames[0].format.range is Range.FULL


@pytest.mark.parametrize("codec", ["v210", "r210"])
def test_uncompressed_packets_are_the_picture(tmp_path: Path, codec: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (24, 192, 3), np.uint8)
    path = tmp_path / "a.mov"
    pix_fmt = "yuv422p10le" if codec == "v210" else "gbrp10le"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = 192, 24, pix_fmt
        frame = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format=pix_fmt)
        packets = stream.encode(frame)
        raw = bytes(packets[0])
        container.mux(packets)
    frames, _ = read_all(opened(path))
    assert frames[0].format.layout.name == codec
    assert frames[0].data.tobytes() == raw


def test_colour_tags_are_read_and_overridden(clip: Clip) -> None:
    tags = {"color_range": 2, "colorspace": 9, "color_primaries": 9, "color_trc": 16}
    path = clip("a.mkv", grey(2), tags=tags)
    frames, _ = read_all(opened(path))
    format = frames[0].format
    assert (format.range, format.matrix) == (Range.FULL, Matrix.BT2020)
    assert (format.primaries, format.transfer) == (Primaries.BT2020, Transfer.PQ)
    frames, _ = read_all(opened(f"{path},range=legal,matrix=bt601"))
    assert (frames[0].format.range, frames[0].format.matrix) == (Range.LEGAL, Matrix.BT601)
    frames, _ = read_all(opened(f"{path},range=auto", CaptureOptions(range=Range.LEGAL, live=False)))
    assert frames[0].format.range is Range.FULL


def test_interlaced_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.mxf"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=25, options={"flags": "+ildct+ilme", "field_order": "tt"})
        stream.width, stream.height, stream.pix_fmt = 720, 576, "yuv422p"
        frame = av.VideoFrame(720, 576, "yuv422p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    frames, _ = read_all(opened(path))
    assert frames[0].format.scan in (Scan.INTERLACED_TFF, Scan.INTERLACED_BFF)


def test_sound_is_in_step_with_exact_counts(clip: Clip) -> None:
    """29.97: 1602 1601 1602 1601 1602; the samples joined are the samples written."""
    wave = (0.5 * np.sin(np.arange(48_000) * 0.13)).astype(np.float32)
    both = np.stack([wave, -wave])
    path = clip("a.mov", grey(30), codec="mpeg4", rate=Fraction(30000, 1001), tracks=[(48_000, "stereo", both)])
    frames, _ = read_all(opened(path))
    lengths = [frame.audio.length for frame in frames if frame.audio]
    assert lengths[:5] == [1602, 1601, 1602, 1601, 1602]
    joined = np.concatenate([frame.audio.samples for frame in frames if frame.audio], axis=1)
    assert joined.shape[1] == 48_048
    assert np.abs(joined[:, :48_000] - both).max() < 1e-6
    assert not joined[:, 48_000:].any()


def test_many_tracks_and_other_rates(clip: Clip) -> None:
    second = np.full((1, 44_100), 0.25, np.float32)
    path = clip("a.mov", grey(25), codec="mpeg4", tracks=[(48_000, "mono", np.zeros((1, 48_000), np.float32)),
                                                        (44_100, "mono", second)])  # fmt: skip
    frames, _ = read_all(opened(path))
    audio = frames[10].audio
    assert audio is not None
    assert audio.samples.shape == (2, 1920)
    assert np.abs(audio.samples[0]).max() == 0
    assert np.abs(audio.samples[1] - 0.25).max() < 1e-3


def test_timecode_and_reel(clip: Clip) -> None:
    path = clip("A001C002.mov", grey(3), codec="mpeg4", metadata={"timecode": "09:59:59:24", "reel_name": "A001"})
    frames, _ = read_all(opened(path))
    assert [str(frame.timecode) for frame in frames] == ["09:59:59:24", "10:00:00:00", "10:00:00:01"]
    assert (frames[0].metadata.reel, frames[0].metadata.clip) == ("A001", "A001C002")


def test_labels_that_are_no_utf8_are_readable_text(clip: Clip) -> None:
    path = clip("a.mov", grey(2), codec="mpeg4", metadata={"timecode": "01:00:00:00", "reel_name": "REEL12"})
    path.write_bytes(path.read_bytes().replace(b"REEL12", b"RE\xff\xfe12"))
    frames, _ = read_all(opened(path))
    assert frames[0].metadata.reel == "RE??12"


def test_drop_frame_timecode(clip: Clip) -> None:
    rate = Fraction(30000, 1001)
    path = clip("a.mov", grey(2), codec="mpeg4", rate=rate, metadata={"timecode": "00:00:59;29"})
    frames, _ = read_all(opened(path))
    assert [str(frame.timecode) for frame in frames] == ["00:00:59;29", "00:01:00;02"]


def test_loop_goes_on_counting(clip: Clip) -> None:
    path = clip("a.mov", grey(5), codec="mpeg4", metadata={"timecode": "10:00:00:00"})
    source = opened(path, CaptureOptions(loop=True, live=False))
    frames = [source.read() for _ in range(12)]
    source.close()
    assert all(isinstance(frame, Frame) for frame in frames)
    kept = [frame for frame in frames if isinstance(frame, Frame)]
    assert [frame.index for frame in kept] == list(range(12))
    assert [str(frame.timecode)[-2:] for frame in kept] == [f"{number % 5:02}" for number in range(12)]
    assert kept[7].pts == Fraction(7, 25)
    assert np.array_equal(kept[0].data, kept[5].data)


def test_live_is_paced_by_the_clock(clip: Clip) -> None:
    clock = FakeClock(5_000_000_000)
    source = opened(clip("a.mkv", grey(4), rate=Fraction(24000, 1001)), CaptureOptions(live=True), clock)
    times = [frame.captured_ns for frame in (source.read() for _ in range(4)) if isinstance(frame, Frame)]
    source.close()
    assert times == [5_000_000_000 + number * 1_001_000_000 // 24 for number in range(4)]


def test_a_slow_reader_moves_the_time_line_and_says_so(clip: Clip) -> None:
    clock = FakeClock()
    source = opened(clip("a.mkv", grey(4)), CaptureOptions(live=True), clock)
    source.read()
    clock.advance(2_000_000_000)
    late = source.read()
    after = source.read()
    assert isinstance(late, Frame)
    assert isinstance(after, Frame)
    assert after.captured_ns - late.captured_ns == 40_000_000
    assert "behind" in source.notes[-1]
    source.close()


def test_a_missing_picture_is_a_gap(clip: Clip) -> None:
    path = clip("a.mkv", grey(4), times=[0, 40, 160, 200])
    with av.open(str(path)) as container:
        assert container.streams.video[0].base_rate == 25
    frames, _ = read_all(opened(path))
    assert [frame.index for frame in frames] == [0, 1, 4, 5]


def test_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    times = [0, 10, 110, 115, 400, 402, 404]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for time, picture in zip(times, grey(len(times)), strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source = opened(path)
    assert "varying" in " ".join(source.notes)
    frames, ended = read_all(source)
    assert [frame.pts for frame in frames] == [Fraction(time, 1000) for time in times]
    assert [frame.index for frame in frames] == list(range(len(times)))
    assert ended.early is None


def test_a_change_of_size_is_a_change_of_format(tmp_path: Path, clip: Clip) -> None:
    path = tmp_path / "joined.m2v"
    parts = []
    for number, (width, height) in enumerate(((64, 48), (96, 64))):
        part = clip(f"{number}.m2v", grey(5, width, height), codec="mpeg2video", options={"g": "1"})
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    frames, _ = read_all(opened(path))
    sizes = [(frame.format.width, frame.format.height) for frame in frames]
    assert sizes[0] == (64, 48)
    assert sizes[-1] == (96, 64)
    assert all(frame.data.size == frame.format.geometry.size for frame in frames)


def test_a_truncated_file_says_how_far_it_came(tmp_path: Path, clip: Clip) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (50, 72, 64), np.uint8)
    whole = clip("whole.mov", list(noise), codec="mjpeg", pix_fmt="yuvj420p", options={}).read_bytes()
    moov = whole.rindex(b"moov") - 4
    cut = tmp_path / "cut.mov"
    body = bytearray(whole)
    body[moov // 2 : moov] = bytes(moov - moov // 2)  # the index is whole, the second half of the pictures is gone
    cut.write_bytes(bytes(body))
    source = opened(cut)
    frames, ended = read_all(source)
    assert 15 < len(frames) < 35
    assert ended.early is not None
    assert "of 50 pictures" in ended.early
    assert str(cut) in ended.early


def test_real_footage_cut_off(tmp_path: Path, shared_data: Path) -> None:
    """The index of this file is at its end: cut in half it cannot be opened. With its index first it plays so far."""
    whole = (shared_data / "footage" / "bigbuckbunny.mp4").read_bytes()
    half = tmp_path / "half.mp4"
    half.write_bytes(whole[: len(whole) // 2])
    fast = tmp_path / "fast.mp4"
    footage = str(shared_data / "footage" / "bigbuckbunny.mp4")
    with av.open(footage) as source, av.open(str(fast), "w", options={"movflags": "faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(fast.read_bytes()[: fast.stat().st_size * 6 // 10])
    opened_source = opened(cut)
    count = 0
    while isinstance(got := opened_source.read(), Frame):
        count += 1
    opened_source.close()
    assert isinstance(got, Ended)
    assert 30 < count < 125
    assert got.frames == count
    assert got.early is not None
    assert f"{count} of 132 pictures" in got.early
    if whole.index(b"moov") > whole.index(b"mdat"):
        with pytest.raises(MediaError, match="cut off at its end"):
            opened(half)


def test_a_turned_clip_is_shown_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        for picture in grey(2):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))
    source = opened(path)
    assert "turned by" in " ".join(source.notes)
    frames, _ = read_all(source)
    assert (frames[0].format.width, frames[0].format.height) == (64, 48)


def test_live_without_room_is_a_state_and_a_gap(clip: Clip) -> None:
    source = opened(clip("a.mkv", grey(40)), CaptureOptions(live=True))
    held = [source.read() for _ in range(32)]
    assert isinstance(source.read(), NoSignal)
    held.clear()
    after = source.read()
    assert isinstance(after, Frame)
    assert after.index == 33
    source.close()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.mov", None, "there is no such file"),
        ("empty.mov", b"", "is not a video file"),
        ("text.mov", b"this is not a film\n" * 50, "is not a video file"),
        ("half.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\x10\0mdat" + bytes(3000), "is not a video file"),
    ],
)
def test_bad_files_are_one_sentence(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError) as refused:
        opened(path)
    assert str(refused.value).startswith(str(path))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_folder_and_sound_only(tmp_path: Path, shared_data: Path) -> None:
    with pytest.raises(MediaError, match="is a folder"):
        opened(tmp_path)
    with pytest.raises(MediaError, match="has no video stream"):
        opened(shared_data / "sound" / "metacorder" / "Sr001-2C-01_01.WAV")


def test_every_truncation_is_an_answer_and_not_a_crash(tmp_path: Path, clip: Clip) -> None:
    whole = clip("whole.avi", grey(6), codec="mpeg4").read_bytes()
    for size in range(0, len(whole), 97):
        path = tmp_path / "part.avi"
        path.write_bytes(whole[:size])
        try:
            frames, _ = read_all(opened(path))
        except LivegradeError:
            continue
        assert len(frames) <= 6


def test_generators_of_ffmpeg_need_their_name() -> None:
    source = opened("ffmpeg:lavfi:testsrc2=size=64x48:rate=25:duration=0.2")
    frames, _ = read_all(source)
    assert len(frames) == 5


@pytest.mark.parametrize(
    ("address", "loop", "kind"),
    [
        ("a.mov", False, SourceKind.FILE),
        ("a.mov", True, SourceKind.ENDLESS),
        ("ffmpeg:lavfi:testsrc2", False, SourceKind.FILE),
        ("ffmpeg:v4l2:/dev/video0", False, SourceKind.SIGNAL),
        ("ffmpeg:mpegts:udp://127.0.0.1:9", True, SourceKind.SIGNAL),
        ("ffmpeg::rtsp://camera/stream", False, SourceKind.SIGNAL),
    ],
)
def test_what_is_a_file_and_what_a_signal(address: str, loop: bool, kind: SourceKind) -> None:
    assert open_source(parse_source(address), CaptureOptions(loop=loop), FakeClock()).kind is kind


def test_opened_again_it_counts_on_and_shows_the_time_in_between(clip: Clip) -> None:
    clock = FakeClock()
    source = opened(clip("a.mkv", grey(5)), CaptureOptions(loop=True), clock)
    indices = [source.read().index for _ in range(3)]
    source.close()
    clock.advance(1_000_000_000)
    source.open()
    indices += [source.read().index for _ in range(3)]
    source.close()
    assert indices == [0, 1, 2, 27, 28, 29]
    assert "behind" not in " ".join(source.notes)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """FFmpeg's own log lines about broken input are not what is tested."""
    level = av.logging.get_level()
    av.logging.set_level(av.logging.PANIC)
    yield
    av.logging.set_level(level)
