"""Timecode: labels against FFmpeg's tmcd track, a camera's metadata and an odometer; arithmetic as properties."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import UsageError
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Label, Timecode, TimecodeRate

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("23.976", "24", "25", "29.97", "30", "47.95", "48", "50", "59.94", "60", "95.9", "96", "100", "119.88", "120")
DROPPING = ("29.97", "59.94", "119.88")
COUNTINGS = [
    counting
    for name in NAMES
    for drop in ({False, name in DROPPING})
    for counting in {TimecodeRate(Rate.parse(name), drop), TimecodeRate.sdi(Rate.parse(name), drop)}
]
PAL = TimecodeRate(Rate.of(25))
NTSC = TimecodeRate(Rate.parse("29.97"), drop_frame=True)

countings = st.sampled_from(COUNTINGS)


@st.composite
def timecodes(draw: st.DrawFn) -> Timecode:
    counting = draw(countings)
    return Timecode(draw(st.integers(0, counting.frames_per_day - 1)), counting)


@given(timecodes())
def test_count_label_and_text_are_one_to_one(timecode: Timecode) -> None:
    assert Timecode.from_label(timecode.label, timecode.rate) == timecode
    assert Timecode.parse(str(timecode), timecode.rate) == timecode


@given(timecodes())
def test_labels_stay_in_range_and_skipped_ones_never_come(timecode: Timecode) -> None:
    hours, minutes, seconds, frames, sub = timecode.label
    rate = timecode.rate
    assert hours < 24
    assert minutes < 60
    assert seconds < 60
    assert frames < rate.labels_per_second
    assert sub < rate.per_label
    if rate.drop_frame and minutes % 10 and not seconds:
        assert frames * 30 >= 2 * rate.labels_per_second


def odometer(counting: TimecodeRate, minutes: int) -> list[tuple[int, int, int, int]]:
    """Labels counted up one by one as IEC 60461:2010, 4.2.3 words it, without dividing: at 29.97 the first
    two numbers of each minute go, but not of minutes 00, 10, 20, 30, 40 and 50; in proportion at higher rates."""
    skipped = 2 * counting.labels_per_second // 30 if counting.drop_frame else 0
    return [
        (minute // 60, minute % 60, second, frame)
        for minute in range(minutes)
        for second in range(60)
        for frame in range(skipped if minute % 10 and second == 0 else 0, counting.labels_per_second)
    ]


@pytest.mark.parametrize("name", DROPPING)
@pytest.mark.parametrize("on_sdi", [False, True], ids=["file", "sdi"])
def test_drop_frame_against_an_odometer(name: str, on_sdi: bool) -> None:
    rate = Rate.parse(name)
    counting = TimecodeRate.sdi(rate, drop_frame=True) if on_sdi else TimecodeRate(rate, drop_frame=True)
    expected = odometer(counting, 21)
    got = [Timecode(count * counting.per_label, counting).label[:4] for count in range(len(expected))]
    assert got == expected


def ffmpeg_tmcd(fps: Fraction, text: str) -> tuple[str, int]:
    """FFmpeg writes a MOV that starts at `text`; its label as read back, and the count in the tmcd sample."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mov") as movie:
        stream = movie.add_stream("rawvideo", rate=fps)
        stream.width = stream.height = 16
        stream.pix_fmt = "uyvy422"
        stream.metadata["timecode"] = text
        frame = av.VideoFrame(16, 16, "uyvy422")
        frame.pts, frame.time_base = 0, 1 / fps
        movie.mux(stream.encode(frame))
        movie.mux(stream.encode(None))
    buffer.seek(0)
    with av.open(buffer) as movie:
        track = movie.streams.data[0]
        sample = next(bytes(packet) for packet in movie.demux(track) if packet.size)
        return str(track.metadata["timecode"]), int.from_bytes(sample, "big")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("23.976", "23:59:59:23"),
        ("24", "13:36:49:07"),
        ("25", "10:11:12:13"),
        ("29.97", "01:00:00:00"),
        ("29.97", "00:00:59;29"),
        ("29.97", "00:01:00;02"),
        ("29.97", "00:09:59;29"),
        ("29.97", "00:10:00;00"),
        ("29.97", "23:59:59;29"),
        ("30", "23:59:59:29"),
        ("48", "01:02:03:47"),
        ("50", "10:00:00:49"),
        ("59.94", "00:00:59;59"),
        ("59.94", "00:01:00;04"),
        ("59.94", "17:19:00;05"),
        ("59.94", "23:59:59;59"),
        ("60", "10:00:00:59"),
        ("100", "10:00:00:99"),
        ("119.88", "00:01:00;008"),
        ("120", "10:00:00:119"),
    ],
)
def test_files_count_as_ffmpeg_counts(name: str, text: str) -> None:
    rate = Rate.parse(name)
    timecode = Timecode.parse(text, TimecodeRate(rate))
    assert (str(timecode), timecode.frames) == ffmpeg_tmcd(rate.fps, text)


@given(st.sampled_from(["29.97", "59.94"]), st.data())
def test_any_drop_frame_count_as_ffmpeg_labels_it(name: str, data: st.DataObject) -> None:
    counting = TimecodeRate(Rate.parse(name), drop_frame=True)
    timecode = Timecode(data.draw(st.integers(0, counting.frames_per_day - 1)), counting)
    assert ffmpeg_tmcd(counting.rate.fps, str(timecode)) == (str(timecode), timecode.frames)


def test_counts_of_a_camera_s_metadata(shared_data: Path) -> None:
    """ARRI Meta Extract prints label and count of each of 500 pictures."""
    path = shared_data / "camera-metadata" / "arri" / "B001C001_180327_R1ZA.mov.csv"
    with path.open(encoding="utf-8") as file:
        rows = [(row["Master TC"], int(row["Master TC Frame Count"])) for row in csv.DictReader(file, delimiter="\t")]
    counting = TimecodeRate(Rate.of(24))
    assert len(rows) == 500
    assert [Timecode.parse(text, counting).frames for text, _ in rows] == [count for _, count in rows]
    assert [str(Timecode(count, counting)) for _, count in rows] == [text for text, _ in rows]


@pytest.mark.parametrize(("reference", "text"), [(2350375830, "13:36:06:04"), (2354414956, "13:37:30:07")])
def test_time_reference_of_a_sound_recorder(reference: int, text: str) -> None:
    """Values and labels of shared/data/sound: files and the recorder's report."""
    assert str(Timecode.from_samples(reference, 48000, PAL)) == text


def test_sample_positions_over_midnight(shared_data: Path) -> None:
    """libltc's expected decode: two seconds from 23:59:59:00 at 25, each label with its first sample."""
    lines = (shared_data / "ltc" / "expect_48k_2sec.txt").read_text().splitlines()
    start = Timecode.parse("23:59:59:00", PAL)
    for number, line in enumerate(lines):
        label, positions = line.split("|")
        timecode = start + number
        assert str(timecode) == label.split()[2]
        day = 0 if number < 25 else 24 * 3600 * 48000
        assert timecode.to_samples(48000) + day - start.to_samples(48000) == int(positions.split()[0])
    assert len(lines) >= 49


@given(timecodes(), st.sampled_from([44100, 48000, 96000, 1_000_000_000]))
def test_samples_give_the_picture_back(timecode: Timecode, sample_rate: int) -> None:
    first = timecode.to_samples(sample_rate)
    assert Timecode.from_samples(first, sample_rate, timecode.rate) == timecode
    assert Timecode.from_samples(first - 1, sample_rate, timecode.rate) == timecode - 1 or timecode.frames == 0


def test_drop_frame_keeps_within_a_tenth_of_a_second_of_the_day() -> None:
    """The -86 ms a day of IEC 60461:2010, 4.2.3."""
    assert NTSC.frames_per_day == 2589408
    assert Fraction(NTSC.frames_per_day) / NTSC.rate.fps == Fraction("86399.9136")


@given(timecodes(), st.integers(-10_000_000, 10_000_000))
def test_arithmetic_wraps_at_midnight(timecode: Timecode, frames: int) -> None:
    day = timecode.rate.frames_per_day
    later = timecode + frames
    assert later - frames == timecode
    offset = later.offset_from(timecode)
    assert (offset - frames) % day == 0
    assert -day // 2 <= offset < -(-day // 2)


def test_order_across_midnight_is_the_shorter_way_round() -> None:
    before, after = Timecode.parse("23:59:59:24", PAL), Timecode.parse("00:00:00:00", PAL)
    assert after.offset_from(before) == 1
    assert before.offset_from(after) == -1
    assert (after + 12 * 3600 * 25).offset_from(after) == -12 * 3600 * 25
    with pytest.raises(TypeError):
        before < after  # type: ignore[operator]  # noqa: B015


@pytest.mark.parametrize(
    ("name", "on_sdi", "in_file"),
    [
        ("50", "10:00:00:24.1", "10:00:00:49"),
        ("50", "10:00:01:00.0", "10:00:01:00"),
        ("59.94", "00:01:00;02.0", "00:01:00;04"),
        ("59.94", "00:01:00;02.1", "00:01:00;05"),
        ("59.94", "00:00:59;29.1", "00:00:59;59"),
        ("48", "01:00:00:23.0", "01:00:00:46"),
        ("100", "01:00:00:24.3", "01:00:00:99"),
        ("119.88", "00:01:00;02.0", "00:01:00;008"),
        ("120", "01:00:00:29.3", "01:00:00:119"),
    ],
)
def test_sdi_counts_pairs_and_files_count_frames(name: str, on_sdi: str, in_file: str) -> None:
    rate = Rate.parse(name)
    wire = Timecode.parse(on_sdi, TimecodeRate.sdi(rate))
    file = Timecode.parse(in_file, TimecodeRate(rate))
    assert wire.counted(1) == file
    assert file.counted(wire.rate.per_label) == wire
    assert (str(wire), str(file)) == (on_sdi, in_file)
    assert wire.offset_from(file) == 0


@given(timecodes(), st.sampled_from([1, 2, 4]))
def test_the_way_of_counting_never_moves_the_picture(timecode: Timecode, per_label: int) -> None:
    try:
        other = timecode.counted(per_label)
    except UsageError:
        assert timecode.rate.nominal // per_label not in (24, 25, 30)
        return
    assert other.counted(timecode.rate.per_label) == timecode
    assert other.to_samples(48000) == timecode.to_samples(48000)


@pytest.mark.parametrize(
    ("name", "per_label"), [("25", 1), ("29.97", 1), ("47.95", 2), ("60", 2), ("96", 4), ("120", 4)]
)
def test_pictures_per_label_on_sdi(name: str, per_label: int) -> None:
    assert TimecodeRate.sdi(Rate.parse(name)).per_label == per_label


@pytest.mark.parametrize("text", ["10:00:00;12", "10:00:00.12", "10:00:00,12", " 10:00:00;12\n"])
def test_drop_frame_separators(text: str) -> None:
    assert Timecode.parse(text, TimecodeRate(Rate.parse("29.97"))) == Timecode.from_label(Label(10, 0, 0, 12), NTSC)


@pytest.mark.parametrize(
    ("text", "counting", "fault"),
    [
        ("00:01:00;00", NTSC, "skipped by drop frame counting; the minute begins at ;02"),
        ("00:01:00;01", NTSC, "skipped"),
        ("23:59:00;03", TimecodeRate(Rate.parse("59.94")), "the minute begins at ;04"),
        ("00:01:00;01.1", TimecodeRate.sdi(Rate.parse("59.94")), "the minute begins at ;02"),
        ("00:00:00:25", PAL, "does not exist at 25"),
        ("00:00:00:00.1", PAL, "does not exist at 25"),
        ("00:00:00:25.0", TimecodeRate.sdi(Rate.of(50)), "does not exist at 50"),
        ("24:00:00:00", PAL, "not a time of day"),
        ("00:60:00:00", PAL, "not a time of day"),
        ("00:00:00;00", PAL, "drop frame counting exists at 29.97"),
        ("00:00:00;00", TimecodeRate(Rate.parse("23.976")), "drop frame counting exists at 29.97"),
        ("00:00:00;00", TimecodeRate(Rate.of(30)), "drop frame counting exists at 29.97"),
        ("00:00:00:0", PAL, "is not a timecode"),
        ("00:00:00", PAL, "is not a timecode"),
        ("-1:00:00:00", PAL, "is not a timecode"),
        ("00:00:00:00:00", PAL, "is not a timecode"),
        ("٠٠:00:00:00", PAL, "is not a timecode"),
        ("", PAL, "is not a timecode"),
    ],
)
def test_what_is_no_timecode_is_refused(text: str, counting: TimecodeRate, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        Timecode.parse(text, counting)


@given(st.text(max_size=20))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        timecode = Timecode.parse(text, NTSC)
    except UsageError:
        return
    assert Timecode.parse(str(timecode), timecode.rate) == timecode


@pytest.mark.parametrize(("name", "per_label"), [("25", 2), ("50", 4), ("50", 3), ("120", 2), ("60", 5)])
def test_labels_are_shared_only_down_to_24_25_and_30(name: str, per_label: int) -> None:
    with pytest.raises(UsageError, match="cannot share"):
        TimecodeRate(Rate.parse(name), per_label=per_label)


def test_counts_outside_a_day_and_mixed_rates_are_refused() -> None:
    with pytest.raises(UsageError, match="one day"):
        Timecode(PAL.frames_per_day, PAL)
    with pytest.raises(UsageError, match="one day"):
        Timecode(-1, PAL)
    with pytest.raises(UsageError, match="cannot be compared"):
        Timecode(0, PAL).offset_from(Timecode(0, NTSC))
    assert Timecode.wrapped(-1, PAL) == Timecode.parse("23:59:59:24", PAL)
