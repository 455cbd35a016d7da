"""A library of a long show: 10,000 looks and 5,000 takes. Prints how long its start and its searches take."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from livegrade.library import database
from livegrade.library.kinds import KINDS, LOOKS, TAKES
from livegrade.library.query import parse_query
from livegrade.library.store import Library
from livegrade.library.values import CameraState, LookChange, LookEntry, Slate, Take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOK_COUNT, TAKE_COUNT = 10_000, 5_000
WORDS = ("window", "reflection", "夕焼け", "boom in shot", "plane", "")
PAGE = 200
"""What `library find` asks for of each kind."""
SECOND_NS = 1_000_000_000
BEGAN_NS = 1_767_225_600 * SECOND_NS
"""2026-01-01 UTC."""


def none(_: object) -> bool:
    return False


SEARCHES: dict[str, tuple[Callable[[Take], bool], Callable[[LookEntry], bool]]] = {
    "": (lambda take: True, lambda look: True),
    "scene=12 circled": (lambda take: take.slate.scene == "12" and take.circled, none),
    "setup=40C take>3": (lambda take: take.slate.setup == "40C" and take.slate.take > 3, none),
    "clip>9.9": (lambda take: take.exposure.clip_percent > 9.9, none),
    "key<-2.95 slot=B": (lambda take: take.exposure.key_stops < -2.95 and take.slot == "B", none),
    "reflection": (lambda take: "reflection" in take.comment, lambda look: "reflection" in look.notes),
    "夕焼け scene=8": (
        lambda take: "夕焼け" in take.comment and take.slate.scene == "8",
        lambda look: "夕焼け" in look.notes and look.scene == "8",
    ),
    "tag=night": (none, lambda look: "night" in look.tags),
    "since=2026-01-01T01:00 until=2026-01-01T02:00": (
        lambda take: 0 <= take.started_ns - BEGAN_NS - 3600 * SECOND_NS < 3600 * SECOND_NS,
        lambda look: 0 <= look.created_ns - BEGAN_NS - 3600 * SECOND_NS < 3600 * SECOND_NS,
    ),
    "camera=alexa_35": (lambda take: take.camera.name == "ALEXA_35", lambda look: look.camera.name == "ALEXA_35"),
    "boom scene=3 take<4 day=day_2": (
        lambda take: "boom" in take.comment and take.slate.scene == "3" and take.slate.take < 4 and take.day == "day_2",
        none,
    ),
}
"""What is asked, and which takes and looks have it."""


@pytest.fixture
def show(tmp_path: Path, take: Callable[..., Take]) -> Path:
    made = take()
    with Library.open(tmp_path) as library, database.transaction(library._connection, library._path):
        for number in range(LOOK_COUNT):
            library._insert(LOOKS, look(number))
        for number in range(TAKE_COUNT):
            library._insert(TAKES, one_take(made, number))
    return tmp_path


def look(number: int) -> LookEntry:
    return LookEntry(
        f"{number:032x}", f"look {number}", BEGAN_NS + 60 * number * SECOND_NS,
        tags=("night",) if number % 10 == 0 else ("day",), scene=str(number % 50),
        notes=WORDS[number % 6], camera=CameraState("ALEXA_35" if number % 2 else "VENICE_2"),
    )  # fmt: skip


def one_take(made: Take, number: int) -> Take:
    return replace(
        made,
        slate=Slate(str(number % 50), "ABC"[number // 50 % 3], number // 150 % 7 + 1),
        slot="AB"[number % 2],
        started_ns=BEGAN_NS + 60 * number * SECOND_NS,
        looks=tuple(LookChange(index, None, f"{number + index:032x}") for index in range(3)),
        circled=number // 50 % 7 == 0,
        comment=WORDS[number % 6],
        camera=CameraState("ALEXA_35" if number % 2 else "VENICE_2", ei=800, clip=f"A001C{number:04}"),
        day=f"day_{number // 500}",
        exposure=replace(
            made.exposure, clip_percent=number * 7919 % 1000 / 100, key_stops=number * 7907 % 600 / 100 - 3, alarms=()
        ),
    )


@pytest.mark.emulated
def test_start_and_searches_of_a_long_show(
    show: Path, take: Callable[..., Take], capsys: pytest.CaptureFixture[str]
) -> None:
    takes = [one_take(take(), number) for number in range(TAKE_COUNT)]
    looks = [look(number) for number in range(LOOK_COUNT)]
    began = time.perf_counter()
    with Library.open(show) as library:
        lines = [f"start, database checked: {1000 * (time.perf_counter() - began):.0f} ms"]
        began = time.perf_counter()
        library.backup()
        lines.append(f"backup: {1000 * (time.perf_counter() - began):.0f} ms")
        for words, (has_take, has_look) in SEARCHES.items():
            query = parse_query(words.split(), datetime(2026, 2, 1, tzinfo=UTC))
            began = time.perf_counter()
            first = [library.find(query, kind, PAGE) for kind in KINDS]
            page_ms = 1000 * (time.perf_counter() - began)
            found = [library.find(query, kind) for kind in KINDS]
            all_ms = 1000 * (time.perf_counter() - began) - page_ms
            assert [one[:PAGE] for one in found] == first
            counts = f"{len(found[0])} takes, {len(found[1])} looks"
            lines.append(f"{words or 'everything'}: {counts}; the first {PAGE} {page_ms:.1f} ms, all {all_ms:.1f} ms")
            assert len(found[0]) == sum(map(has_take, takes)), words
            assert len(found[1]) == sum(map(has_look, looks)), words
    with capsys.disabled():
        print(f"\n{LOOK_COUNT} looks, {TAKE_COUNT} takes:", *lines, sep="\n  ")
