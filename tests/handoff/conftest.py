"""A library with a day in it, as a session would have left it: real looks on disk, takes, markers, alarms, stills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.slots import lattice_points
from livegrade.handoff.cameraclips import CameraClip
from livegrade.handoff.material import gather
from livegrade.handoff.plan import Plan, plan_of
from livegrade.library.store import Library
from livegrade.library.values import (
    AlarmNote,
    CameraState,
    Day,
    ExposureLog,
    LookChange,
    LookEntry,
    Marker,
    MarkerKind,
    Slate,
    Still,
    Take,
    TakeState,
)
from livegrade.outputs.still import write_still
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
MORNING_NS = int(datetime(2026, 11, 21, 7, tzinfo=UTC).timestamp()) * 10**9
SHOW = Lut3d(Samples(lattice_points(*[np.linspace(0, 1, 17)] * 3) ** 1.15), name="show")
LONG = "ein sehr langer Name, der nirgends eine Seite sprengt, Übergröße äöü " * 4


def looks() -> list[Look]:
    """Six that one CDL tells, two of them with the show LUT behind; one that a CDL cannot tell."""
    plain = [Look((Cdl((1 + n / 20, 1.0, 1 - n / 40), (n / 200, 0, 0), (1, 1, 1 + n / 50), 0.9),)) for n in range(4)]
    shown = [Look((*plain[n].nodes, SHOW)) for n in range(2)]
    return [*plain, *shown, Look((Exposure(0.4), *plain[1].nodes))]


def fill(library: Library, count: int, *, stills: bool = True) -> None:
    """`count` takes of day1, of two cameras, each with a marker; every third changes its look, every fourth alarms."""
    every = looks()
    library.keep_named(Day("day1", "2026-11-21"))
    names = ["Tag warm", "day cool", "夜景 ブルー", LONG, "show warm", "show cool", "push"]
    for look, name in zip(every, names, strict=True):
        library.keep_look(look, LookEntry("", name, MORNING_NS, scene="12", day="day1", tags=("exterior",)))
    counting = TimecodeRate(Rate.of(25))
    for number in range(count):
        start = Timecode.parse("10:00:00:00", counting) + number * 4000
        slot = "AB"[number % 2]
        changes = [LookChange(0, start, every[number % 7].id)]
        if number % 3 == 2:
            changes.append(LookChange(500, start + 500, every[(number + 1) % 7].id))
        alarms = (AlarmNote("clip", 100, start + 100, "2.3 % of the picture clips"),) if number % 4 == 3 else ()
        take = Take(
            slot,
            Slate(f"{12 + number // 8}", "ABCD"[number % 4], 1 + number % 8, (("director", "H. 山田"),)),
            MORNING_NS + number * 300 * 10**9,
            0,
            start,
            tuple(changes),
            "rp188-rec",
            state=TakeState.ENDED,
            day="day1",
            unit="main",
            rate=counting.rate,
            camera=CameraState("ALEXA 35", ei=800, format="1080p25", reel=f"{slot}001", clip=f"{slot}001C{number:03}"),
            circled=number % 5 == 0,
            comment="Wind im Ton, sonst schön" if number % 6 == 1 else "",
            ended_ns=MORNING_NS + (number * 300 + 40) * 10**9,
            last_index=999,
            end=start + 999,
            ended_by="rp188-rec",
            exposure=ExposureLog(40, 0.4 * (number % 8), -0.3, -5.2, 4.1, 0.02, -0.05, 5600, alarms),
        )
        kept = library.add(take)
        library.add(
            Marker(list(MarkerKind)[number % 5], slot, kept.started_ns, 50, start + 50, "oben links", kept.key, "day1")
        )
        if stills and number % 2 == 0:
            still(library, kept, start + 20)


def still(library: Library, take: Take, at: Timecode) -> None:
    """A small 16-bit ramp, with and without its look."""
    ramp = np.linspace(0, 65535, 96 * 54 * 3).reshape(54, 96, 3).astype(np.uint16)
    folder = library.files.stills_folder("day1")
    paths = []
    for what, rgb in (("graded", ramp), ("source", ramp[::-1].copy())):
        path = folder / f"{take.slate.setup}_T{take.slate.take}_{take.slot}_{what}_{take.key}.png"
        write_still(path, rgb)
        paths.append(library.files.relative(path))
    library.add(Still(take.slot, take.started_ns + 1, 20, at, take.looks[0].look_id, *paths, take=take.key, day="day1"))


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Nine takes; nothing writes to it."""
    with Library.open(tmp_path_factory.mktemp("kept") / "library") as opened:
        fill(opened, 9)
        yield opened


@pytest.fixture(scope="session")
def day_looks() -> list[Look]:
    """Those of the library's day."""
    return looks()


@pytest.fixture(scope="session")
def planned(library: Library) -> Callable[..., Plan]:
    """The plan for what words ask for."""

    def plan(*words: str, clips: tuple[CameraClip, ...] = ()) -> Plan:
        return plan_of(gather(library, words, NOW), clips)

    return plan
