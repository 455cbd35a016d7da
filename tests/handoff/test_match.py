"""Lists of camera files as their makers wrote them, and which take each file belongs to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from livegrade.errors import LookFileError
from livegrade.handoff.cameraclips import CameraClip, read_camera_clips
from livegrade.handoff.match import Match, match_takes
from livegrade.library.values import CameraState, LookChange, Slate, Take
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

LOOK = "0123456789abcdef0123456789abcdef"

FILES = {
    "camera-metadata/arri/B001C001_180327_R1ZA.mov.csv": (
        "B001C001_180327_R1ZA", "B001R1ZA", "B001C001_180327_R1ZA.mov", "13:36:49:07", "13:37:10:03", "24",
    ),
    "camera-metadata/red/A001_C066_0303LZ_001.static.csv": (
        "A001_C066_0303LZ", "A001", "A001_C066_0303LZ_001.R3D", "23:17:21:08", "23:17:21:10", "24",
    ),
    "camera-metadata/venice/D001C005_210716AGM01.xml": (
        "D001C005_210716AG", "D001", "", "16:47:04:19", "16:47:29:07", "24",
    ),
    "camera-metadata/bmd/metadata.txt": ("A001_04190112_C102", "1", "", "", "", None),
    "camera-metadata/canon/20221007_TNumber_CanonCameraMetadata_Static.csv": ("A001C001", "1", "", "", "", None),
    "edit/ale/sampleUHD.ale": (
        "A118_C029_1102JR", None, "A118_C029_1102JR_001.R3D", "14:40:02:11", "14:42:22:23", "23.976",
    ),
    "edit/ale/sample2.ale": ("19A-1xa", "3NY004", "A007C001_140720_R2E4", "04:00:00:00", "04:00:46:16", "23.976"),
    "edit/edl/cdl.edl": ("ZZ100_501.LAY3.01", "AX", "ZZ100_501.LAY3.01", "01:00:04:05", "01:00:05:12", None),
}  # fmt: skip
"""The first clip of each, by the text of the file: name, reel, file, start, the picture after the last, rate. ARRI and
RED name the last picture itself; Sony's XML has it as picture 587 of 588."""


@pytest.mark.parametrize("name", FILES)
def test_lists_of_makers_are_read(shared_data: Path, name: str) -> None:
    clip = read_camera_clips(shared_data / name)[0]
    first, reel, file, start, end, rate = FILES[name]
    assert (clip.name, clip.file, clip.start, clip.end) == (first, file, start, end)
    assert reel is None or clip.reels[0] == reel
    assert (None if clip.rate is None else str(clip.rate)) == rate


def test_every_clip_of_the_editors_lists_is_read(shared_data: Path) -> None:
    for path in (*sorted((shared_data / "edit/ale").glob("*.ale")), shared_data / "edit/edl/25fps.edl"):
        assert all(clip.names and clip.start for clip in read_camera_clips(path)), path


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "one,two\n1,2\n", "is no list of camera clips known here"),
        ("a.xml", "<Other/>", "is XML but no Sony clip metadata"),
        ("a.csv", "Index\tMaster TC\tReel\n", "has no pictures"),
        (
            "a.xml",
            '<NonRealTimeMeta><LtcChangeTable><LtcChange value="19047F16"/></LtcChangeTable>'
            '<VideoFrame formatFps="24p"/></NonRealTimeMeta>',
            "its timecode 19047F16 cannot be",
        ),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(LookFileError, match=fault):
        read_camera_clips(tmp_path / name)


def take(start: str = "", end: str = "", rate: str = "24", *, reel: str = "", clip: str = "", key: int = 1) -> Take:
    counting = TimecodeRate(Rate.parse(rate))
    times = [Timecode.parse(text, counting) if text else None for text in (start, end)]
    return Take(
        "A", Slate("12", "A"), 0, 0, times[0], (LookChange(0, times[0], LOOK),), "rp188", key, end=times[1],
        rate=counting.rate, camera=CameraState(reel=reel, clip=clip), last_index=100,
    )  # fmt: skip


def one(taken: Take, *clips: CameraClip) -> Match:
    (match,), _ = match_takes([taken], clips)
    return match


def clip(
    name: str, start: str = "", end: str = "", rate: str | None = "24", reel: str = "", file: str = ""
) -> CameraClip:
    return CameraClip(
        (name,), "list, line 2", (reel,) if reel else (), file, start, end, Rate.parse(rate) if rate else None
    )


def test_takes_find_the_files_of_the_cameras(shared_data: Path) -> None:
    """By what SDI carries of such clips: record flag and timecode a few pictures off, the short name of the clip."""
    clips = [clip for name in FILES if name.startswith("camera") for clip in read_camera_clips(shared_data / name)]
    takes = [
        take("13:36:49:10", "13:37:10:02", "23.976", key=1),
        take("23:17:21:08", "23:17:21:09", reel="A001", key=2),
        take("16:47:04:15", "16:47:29:00", clip="D001C005", key=3),
        take("16:47:04:15", "16:47:29:00", clip="E001C005", key=4),
        take(clip="A001_04190112_C102", key=5),
    ]
    matches, left = match_takes(takes, clips)
    assert [match.clips[0].name if match.clips else match.why for match in matches] == [
        "B001C001_180327_R1ZA",
        "A001_C066_0303LZ",
        "D001C005_210716AG",
        "D001C005_210716AG (D001C005_210716AGM01.xml, line 1) has the timecode, but another clip name",
        "A001_04190112_C102",
    ]
    assert [match.by for match in matches] == [
        ("timecode",), ("reel", "timecode"), ("clip name", "timecode"), (), ("clip name",),
    ]  # fmt: skip
    assert [clip.name for clip in left] == ["A001C001"]


SPAN = ("10:00:00:00", "10:00:10:00")


@pytest.mark.parametrize(
    ("taken", "clips", "why"),
    [
        (take(*SPAN), [clip("A001C001", *SPAN), clip("B001C001", *SPAN)], "ran at the same time and fit equally"),
        (take(*SPAN, clip="A001C001"), [clip("A001C001", "11:00:00:00", "11:00:10:00")], "its timecode lies elsewhere"),
        (take(*SPAN, reel="A002"), [clip("A001C001", *SPAN, reel="A001")], "has the timecode, but another reel"),
        (take(*SPAN), [clip("A001C001", "10:00:08:00", "10:00:30:00")], "no camera file has its timecode"),
        (take(*SPAN), [clip("A001C001", *SPAN, rate="25")], "no camera file has its timecode"),
        (take(), [clip("A001C001", *SPAN)], "the take has no timecode and no clip name"),
        (take(clip="A001C01"), [clip("A001C012")], "no camera file has its clip name"),
        (take(*SPAN), [], "no camera files were named"),
    ],
)
def test_nothing_is_guessed(taken: Take, clips: list[CameraClip], why: str) -> None:
    match = one(taken, *clips)
    assert not match.clips
    assert why in match.why


def test_a_reel_decides_between_cameras_that_ran_together() -> None:
    match = one(
        take(*SPAN, reel="B001"), clip("A001C001", *SPAN, reel="A001"), clip("B001C001", *SPAN, reel="B001R1AB")
    )
    assert [found.name for found in match.clips] == ["B001C001"]
    assert match.by == ("reel", "timecode")


def test_a_take_over_two_runs_of_the_camera_has_both() -> None:
    runs = [clip("A001C001", "10:00:00:00", "10:00:04:00"), clip("A001C002", "10:00:05:00", "10:00:12:00")]
    assert [found.name for found in one(take(*SPAN), *runs).clips] == ["A001C001", "A001C002"]


def test_events_of_an_edit_find_the_take_they_are_cut_from() -> None:
    """An edit says no rate; its source timecode is counted as the take's is."""
    events = [
        clip("A001C001", "10:00:02:00", "10:00:03:12", None),
        clip("A001C001", "10:00:05:00", "10:00:06:00", None),
    ]
    assert len(one(take(*SPAN), *events).clips) == 2


def test_timecode_over_midnight_and_frame_pairs() -> None:
    match = one(take("23:59:55:00", "00:00:05:00"), clip("A001C001", "23:59:54:00", "00:00:05:12"))
    assert match.clips
    pairs = TimecodeRate.sdi(Rate.parse("50"))
    start = Timecode.parse("10:00:00:12.0", pairs)
    paired = replace(take(), start=start, end=start + 99, rate=pairs.rate)
    assert one(paired, clip("A001C001", "10:00:00:24", "10:00:02:24", "50")).clips
    assert not one(paired, clip("A001C001", "10:00:00:12", "10:00:02:12", "25")).clips


@pytest.mark.parametrize("name", FILES)
def test_lists_cut_anywhere_are_read_or_refused_in_words(shared_data: Path, tmp_path: Path, name: str) -> None:
    whole = (shared_data / name).read_bytes()
    for part in range(12):
        path = tmp_path / Path(name).name
        path.write_bytes(whole[: len(whole) * part // 12 + 1])
        with suppress(LookFileError):
            read_camera_clips(path)
