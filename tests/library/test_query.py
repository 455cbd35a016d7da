"""What people write to search is understood, and every search is answered by an index."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livegrade.errors import UsageError
from livegrade.library.kinds import LOOKS, MARKERS, STILLS, TAKES
from livegrade.library.query import moment_ns, parse_query
from livegrade.library.store import Library
from livegrade.library.values import (
    CameraState,
    ExposureLog,
    LookEntry,
    Marker,
    MarkerKind,
    Slate,
    Still,
    Take,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=timezone(timedelta(hours=1)))
MIDNIGHT_NS = 1_795_215_600_000_000_000
"""2026-11-21T00:00+01:00, from `date -d`."""
HOUR_NS = 3_600_000_000_000


@pytest.fixture
def shelf(library: Library, take: Callable[..., Take]) -> Library:
    """Five takes and something of every other kind."""
    made = take()
    log = made.exposure
    for slate, slot, started_ns, exposure, comment in [
        (Slate("12", "A", 1), "A", MIDNIGHT_NS - HOUR_NS, replace(log, clip_percent=0.5, key_stops=0.2), "夕焼けの窓"),
        (
            Slate("12", "A", 2),
            "A",
            MIDNIGHT_NS + HOUR_NS,
            replace(log, clip_percent=2.5, key_stops=-1.5),
            "Boom IN shot",
        ),
        (Slate("12", "B", 1), "B", MIDNIGHT_NS + 2 * HOUR_NS, ExposureLog(), 'a "quoted" 100% plane'),
        (Slate("13", "", 1), "A", MIDNIGHT_NS + 3 * HOUR_NS, replace(log, clip_percent=9.0, kelvin=3200), ""),
        (Slate("13", "", 2), "A", MIDNIGHT_NS + 16 * HOUR_NS, log, "ab"),
    ]:
        library.add(
            take(
                slate=slate, slot=slot, started_ns=started_ns, exposure=exposure, comment=comment,
                circled=slate.take == 2, camera=CameraState("ALEXA 35" if slot == "A" else "VENICE 2", ei=800),
            )
        )  # fmt: skip
    library.add(LookEntry("f" * 32, "beach", MIDNIGHT_NS, tags=("night", "Wide"), scene="12", notes="for the windows"))
    library.add(Still("A", MIDNIGHT_NS, 5, None, "f" * 32, "a.png", scene="12", tags=("night",), take=2))
    library.add(Marker(MarkerKind.FLARE, "B", MIDNIGHT_NS, 5, None, "window flares", take=3))
    return library


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("scene=12", [3, 2, 1]),
        ("setup=12a", [2, 1]),
        ("scene=12 shot=B", [3]),
        ("take=2 slot=a", [5, 2]),
        ("circled", [5, 2]),
        ("circle=no scene=13", [4]),
        ("camera=venice_2", []),
        ("ei>=800 ei<801 scene=13", [5, 4]),
        ("clip>2 clip<9", [5, 2]),
        ("clip>=9", [4]),
        ("key<-1", [5, 4, 2]),
        ("key<-1.3", [2]),
        ("kelvin=3200", [4]),
        ("since=today", [5, 4, 3, 2]),
        ("since=yesterday until=today", [1]),
        ("since=15:00", [5]),
        ("until=2026-11-21", [1]),
        ("boom", [2]),
        ("BOOM shot", [2]),
        ("焼けの", [1]),
        ('"quoted"', [3]),
        ("100% plane", [3]),
        ("ab", [5]),
        ("a_", []),
        ("0%", [3]),
        ("boom plane", []),
        ("state=ended day=DAY1 unit=main", [5, 4, 3, 2, 1]),
        ("look=" + "1" * 32, [5, 4, 3, 2, 1]),
        ("look=" + "2" * 32, []),
        ("' OR 1=1 --", []),
        ("looks", []),
        ("takes scene=13", [5, 4]),
    ],
)
def test_takes_are_found_by(shelf: Library, words: str, keys: list[int]) -> None:
    query = parse_query(words.split(), NOW)
    assert [take.key for take in shelf.find(query, TAKES)] == keys


def test_a_camera_with_a_space_in_its_name_is_one_word(shelf: Library) -> None:
    assert [take.key for take in shelf.find(parse_query(["camera=venice 2"], NOW), TAKES)] == [3]


def test_other_kinds_are_found_by_what_they_have(shelf: Library) -> None:
    def counts(words: str) -> list[int]:
        query = parse_query(words.split(), NOW)
        return [len(shelf.find(query, kind)) for kind in (TAKES, LOOKS, STILLS, MARKERS)]

    assert counts("scene=12") == [3, 1, 1, 0]
    assert counts("tag=NIGHT") == [0, 1, 1, 0]
    assert counts("tag=night tag=wide") == [0, 1, 0, 0]
    assert counts("look=" + "f" * 32) == [0, 1, 1, 0]
    assert counts("look=FFFFFFFF") == [0, 1, 1, 0], "the eight digits that lists and file names have"
    assert counts("look=fffffffe") == counts("look=fffffff") == [0, 0, 0, 0]
    assert counts("since=0001-01-01") == counts("until=9999-12-31T23:59")
    assert counts("until=0001-01-01") == counts("since=9999-12-31T23:59") == [0, 0, 0, 0]
    assert counts("marker=flare") == [0, 0, 0, 1]
    assert counts("of=2") == [0, 0, 1, 0]
    assert counts("clip>0") == [4, 0, 0, 0]
    assert counts("window") == [0, 1, 0, 1]
    assert counts("name=Beach") == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("today", MIDNIGHT_NS),
        ("yesterday", MIDNIGHT_NS - 24 * HOUR_NS),
        ("14:00", MIDNIGHT_NS + 14 * HOUR_NS),
        ("2026-11-21", MIDNIGHT_NS),
        ("2026-11-21T14:00:00+00:00", MIDNIGHT_NS + 15 * HOUR_NS),
        ("30m", MIDNIGHT_NS + 15 * HOUR_NS),
        ("1d", MIDNIGHT_NS - 24 * HOUR_NS + 15 * HOUR_NS + HOUR_NS // 2),
    ],
)
def test_a_moment_is_meant_in_the_time_zone_of_the_person(text: str, ns: int) -> None:
    assert moment_ns(text, NOW) == ns


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("scen=12", r"nothing called scen to search for; did you mean scene\?"),
        ("scene>12", r"scene is a word and has no >"),
        ("clip>much", r"clip is a number, not 'much'"),
        ("clip>nan", r"clip is a number"),
        ("clip>1e999", r"clip is a number"),
        ("since=soon", r"'soon' is not a time"),
        ("since=2026-13-01", r"is not a time"),
        ("circle=maybe", r"circled is yes or no"),
        ("at_ns=5", r"nothing called|to search"),
    ],
)
def test_what_cannot_be_searched_for_is_said(word: str, sentence: str) -> None:
    if word == "at_ns=5":
        assert parse_query([word], NOW).texts == (word,), "no condition: text"
        return
    with pytest.raises(UsageError, match=sentence):
        parse_query([word], NOW)


def test_a_thousand_words_are_refused() -> None:
    with pytest.raises(UsageError, match="too many"):
        parse_query(["a"] * 1000, NOW)


@pytest.mark.parametrize(
    "words",
    [
        "scene=12", "setup=12A", "take=3", "slot=A", "day=day1", "unit=main", "camera=x", "reel=x", "clipname=x",
        "ei=800", "circled", "state=open", "clip>2", "key<-1", "low<-6", "high>5", "red>1", "blue<-1", "kelvin=3200",
        "alarms>0", "since=today", "look=ffff", "look=ffffffff", "tag=night", "window", "of=3", "marker=flare",
        "name=beach",
    ],
)  # fmt: skip
def test_no_search_reads_a_whole_table(shelf: Library, words: str) -> None:
    query = parse_query(words.split(), NOW)
    plans = [plan for kind in (TAKES, LOOKS, STILLS, MARKERS) if (plan := shelf.plan(query, kind))]
    assert plans
    for plan in plans:
        table = [step for step in plan if step.split()[1] in ("takes", "looks", "stills", "markers", "labels", "parts")]
        assert all(step.startswith("SEARCH") for step in table), plan
        words_steps = [step for step in plan if "_words" in step]
        assert all("VIRTUAL TABLE INDEX" in step for step in words_steps), plan


@given(st.lists(st.text(max_size=12), max_size=4))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_or_refused_in_words(shelf: Library, words: list[str]) -> None:
    try:
        query = parse_query(words, NOW)
    except UsageError:
        return
    for kind in (TAKES, LOOKS, STILLS, MARKERS):
        shelf.find(query, kind)


@pytest.mark.parametrize("word", ["a\0b\0c", '"""', "*", "NEAR(a b)", "a AND b", "^abc", "{a b}:x"])
def test_words_that_mean_something_to_databases_mean_nothing_here(shelf: Library, word: str) -> None:
    assert shelf.find(parse_query([word], NOW), TAKES) == []
