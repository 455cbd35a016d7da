"""Takes as SDI counts them (one label for two pictures at 48 to 60), handed off as files count: read back by
OpenTimelineIO and by hand at every rate."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from livegrade.color.look import Look
from livegrade.handoff.material import gather
from livegrade.handoff.package import Part, write_package
from livegrade.handoff.plan import plan_of
from livegrade.library.store import Library
from livegrade.library.values import LookChange, Slate, Take, TakeState
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)

# Name of the file, pictures a second, counting, label of the first picture on SDI, the same in a file, and as a count
# by the rule of IEC 60461: seconds times the nominal rate, less 2 (at 60: 4) labels for nine of ten minutes.
RATES = [
    ("23.976", Fraction(24000, 1001), False, "10:59:59:23", "10:59:59:23", 950399),
    ("24", Fraction(24), False, "10:59:59:23", "10:59:59:23", 950399),
    ("25", Fraction(25), False, "10:59:59:24", "10:59:59:24", 989999),
    ("29.97df", Fraction(30000, 1001), True, "10:59:59;29", "10:59:59;29", 1186811),
    ("30", Fraction(30), False, "10:59:59:29", "10:59:59:29", 1187999),
    ("50", Fraction(50), False, "10:59:59:24.1", "10:59:59:49", 1979999),
    ("59.94df", Fraction(60000, 1001), True, "10:59:59;29.1", "10:59:59;59", 2373623),
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, day_looks: list[Look]) -> Path:
    """A take of 300 pictures at each rate; after 100 of them the look changes."""
    folder = tmp_path_factory.mktemp("rates")
    with Library.open(folder / "library") as library:
        for look in day_looks[:2]:
            library.files.keep_look(look)
        for number, (name, fps, drop, label, _, _) in enumerate(RATES):
            counting = TimecodeRate.sdi(Rate(fps), drop)
            start = Timecode.parse(label, counting)
            changes = (LookChange(7, start, day_looks[0].id), LookChange(107, start + 100, day_looks[1].id))
            slate = Slate("1", take=number + 1, fields=(("rate", name),))
            library.add(
                Take("A", slate, number, 7, start, changes, "key", state=TakeState.ENDED, day="day1",
                     rate=counting.rate, last_index=306, end=start + 299)
            )  # fmt: skip
        plan = plan_of(gather(library, ["day1"], NOW), [])
    write_package(plan, (Part.EDL, Part.ALE), folder / "out", 0, lambda done, of: None)
    return folder / "out"


@pytest.mark.parametrize(("name", "fps", "drop", "on_sdi", "label", "count"), RATES, ids=[rate[0] for rate in RATES])
def test_timecode_is_exact(
    out: Path, name: str, fps: Fraction, drop: bool, on_sdi: str, label: str, count: int
) -> None:
    text = (out / f"day1_{name}.edl").read_text()
    events = re.findall(r"^\d{3}  \S+ +V +C +(\S+) (\S+) (\S+) (\S+)$", text, re.MULTILINE)
    assert len(events) == 2
    assert events[0][0] == label
    assert (";" in events[0][0]) is drop
    ale = (out / f"day1_{name}.ale").read_text()
    assert f"\nFPS\t{name.removesuffix('df')}\n" in ale
    cells = ale.split("\nData\n")[1].split("\t")
    assert (cells[3], cells[4]) == (label, events[1][1])
    otio = pytest.importorskip("opentimelineio", reason="there is no OpenTimelineIO for Python 3.14 yet")
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(fps))
    ranges = [clip.source_range for clip in timeline.find_clips()]
    assert [(span.start_time.to_frames(), span.duration.to_frames()) for span in ranges] == [
        (count, 100),
        (count + 100, 200),
    ]
    (stop,) = {otio.opentime.from_timecode(cells[4], float(fps)).to_frames()}
    assert stop == count + 300
