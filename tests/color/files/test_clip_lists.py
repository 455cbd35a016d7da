"""Timecode and corrections of EDL and ALE at every rate, read back by programs of others: OpenTimelineIO and pycmx for
EDL; for ALE a reading by hand, since OpenTimelineIO loses corrections and shifts timecode there."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pycmx
import pytest

from livegrade.color.files.write_cdl import WRITERS, ClipCdl
from livegrade.color.nodes import Cdl
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

RATES = [
    ("23.976", False),
    ("24", False),
    ("25", False),
    ("29.97", True),
    ("30", False),
    ("50", False),
    ("59.94", True),
]
IDS = [f"{name}{' DF' if drop else ''}" for name, drop in RATES]


def counted(hours: int, minutes: int, seconds: int, frames: int, fps: int, drop: bool) -> int:
    """Pictures since midnight by the rule of IEC 60461, written apart from the product's."""
    minute = 60 * hours + minutes
    dropped = fps // 15 * (minute - minute // 10) if drop else 0
    return (60 * minute + seconds) * fps + frames - dropped


@dataclass(frozen=True)
class Day:
    """60 clips of one rate whose first picture and length are known as counts."""

    fps: Rate
    drop: bool
    clips: list[ClipCdl]
    spans: list[tuple[int, int]]


def day(name: str, drop: bool) -> Day:
    rate = TimecodeRate(Rate.parse(name), drop)
    random = np.random.default_rng(7)
    clips, spans = [], []
    record = Timecode.parse("01:00:00:00", rate) if not drop else Timecode.parse("01:00:00;00", rate)
    for number in range(60):
        start = int(random.integers(0, rate.frames_per_day - 20_000))
        end = start + int(random.integers(1, 20_000))
        slope, offset, power = (tuple(row) for row in random.uniform((0.2, -0.2, 0.4), (2, 0.2, 2), (3, 3)).T.tolist())
        cdl = Cdl(slope, offset, power, float(random.uniform(0, 2)))
        beside = (str(record), str(record + (end - start)))
        words = [str(Timecode(frames, rate)) for frames in (start, end)]
        clips.append(
            ClipCdl(f"A{number:03}C001_261121_R1AB", cdl, f"A{number:03}R1AB", *words, fps=name, record=beside)
        )
        record += end - start
        spans.append((start, end))
    return Day(rate.rate, drop, clips, spans)


def frames_of(text: str, day: Day) -> int:
    hours, minutes, seconds, frames = map(int, re.split("[:;]", text))
    assert (";" in text) is day.drop
    return counted(hours, minutes, seconds, frames, day.fps.nominal, day.drop)


@pytest.mark.parametrize(("name", "drop"), RATES, ids=IDS)
def test_opentimelineio_reads_the_edl(name: str, drop: bool) -> None:
    otio = pytest.importorskip("opentimelineio", reason="there is no OpenTimelineIO for Python 3.14 yet")
    written = day(name, drop)
    text = WRITERS[".edl"](written.clips).decode()
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(written.fps.fps))
    events = list(timeline.find_clips())
    assert len(events) == 60
    for event, clip, (start, end) in zip(events, written.clips, written.spans, strict=True):
        assert event.source_range.start_time.to_frames() == start
        assert event.source_range.duration.to_frames() == end - start
        assert event.name == clip.name
        theirs = event.metadata["cdl"]
        for part in ("slope", "offset", "power"):
            assert np.abs(np.subtract(list(theirs["asc_sop"][part]), getattr(clip.cdl, part))).max() < 1e-4
        assert abs(theirs["asc_sat"] - clip.cdl.saturation) < 1e-4


@pytest.mark.parametrize(("name", "drop"), RATES, ids=IDS)
def test_pycmx_reads_the_edl(name: str, drop: bool) -> None:
    written = day(name, drop)
    text = WRITERS[".edl"](written.clips).decode()
    edits = [edit for event in pycmx.parse_cmx3600(io.StringIO(text)).events for edit in event.edits]
    assert f"FCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}" in text
    for edit, clip, (start, end) in zip(edits, written.clips, written.spans, strict=True):
        assert (frames_of(edit.source_in, written), frames_of(edit.source_out, written)) == (start, end)
        assert (edit.source, edit.clip_name) == (clip.tape, clip.name)
        for part in ("slope", "offset", "power"):
            row = getattr(edit.asc_sop, part)
            assert np.abs(np.subtract((row.red, row.green, row.blue), getattr(clip.cdl, part))).max() < 1e-4
        assert abs(edit.asc_sat - clip.cdl.saturation) < 1e-4


@pytest.mark.parametrize(("name", "drop"), RATES, ids=IDS)
def test_the_ale_holds_timecode_and_corrections(name: str, drop: bool) -> None:
    written = day(name, drop)
    heading, rows = parse_ale(WRITERS[".ale"](written.clips).decode())
    assert heading == {"FIELD_DELIM": "TABS", "VIDEO_FORMAT": "CUSTOM", "FPS": name}
    for row, clip, (start, end) in zip(rows, written.clips, written.spans, strict=True):
        assert (row["Name"], row["Tape"]) == (clip.name, clip.tape)
        assert (frames_of(row["Start"], written), frames_of(row["End"], written)) == (start, end)
        numbers = [float(word) for word in re.findall(r"[-\d.]+", row["ASC_SOP"])]
        wanted = [*clip.cdl.slope, *clip.cdl.offset, *clip.cdl.power]
        assert np.abs(np.subtract(numbers, wanted)).max() < 1e-4
        assert abs(float(row["ASC_SAT"]) - clip.cdl.saturation) < 1e-4


def parse_ale(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """An ALE by its description: three sections, tabs between cells."""
    head, rest = text.split("\nColumn\n")
    columns, data = rest.split("\n\nData\n")
    assert head.startswith("Heading\n")
    heading = dict(line.split("\t") for line in head.splitlines()[1:] if line)
    names = columns.split("\t")
    return heading, [dict(zip(names, line.split("\t"), strict=True)) for line in data.splitlines()]


def test_clips_of_several_rates_say_so_each() -> None:
    cdl = Cdl()
    clips = [
        ClipCdl("A", cdl, "A001", "01:00:00:00", "01:00:01:00", fps="25", columns=(("Scene", "12"),)),
        ClipCdl("B", cdl, "B001", "01:00:00;00", "01:00:01;00", fps="29.97", columns=(("Take", "3"),)),
        ClipCdl("C", cdl, "C001", "01:00:00:00", "01:00:01:00", fps="25", notes=("SOURCE FILE: C001.mov",)),
    ]
    edl = WRITERS[".edl"](clips).decode()
    assert [line for line in edl.splitlines() if line.startswith(("FCM", "0", "* SOURCE"))] == [
        "FCM: NON-DROP FRAME",
        "001  A001     V     C        01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00",
        "FCM: DROP FRAME",
        "002  B001     V     C        01:00:00;00 01:00:01;00 01:00:00;00 01:00:01;00",
        "FCM: NON-DROP FRAME",
        "003  C001     V     C        01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00",
        "* SOURCE FILE: C001.mov",
    ]
    heading, rows = parse_ale(WRITERS[".ale"](clips).decode())
    assert heading == {"FIELD_DELIM": "TABS"}
    assert [(row["FPS"], row["Scene"], row["Take"]) for row in rows] == [
        ("25", "12", ""),
        ("29.97", "", "3"),
        ("25", "", ""),
    ]


def test_the_counting_of_this_file_is_that_of_the_wall_clock() -> None:
    """An hour of drop frame is an hour less 3.6 ms: the check of the check."""
    assert counted(1, 0, 0, 0, 30, True) == 107_892
    assert abs(counted(24, 0, 0, 0, 60, True) / Fraction(60000, 1001) - 86_400) < Fraction(1, 10)
