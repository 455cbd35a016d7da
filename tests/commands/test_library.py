"""`livegrade library` on the command line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from livegrade.cli import run_command_line
from livegrade.library.store import Library
from livegrade.library.values import LookChange, LookEntry, Marker, MarkerKind, Slate, Still, Take, TakeState
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

TIMECODE = Timecode.parse("10:00:00:00", TimecodeRate(Rate.of(24)))
CDL = """<ColorCorrection id="cc1"><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>
</ColorCorrection>"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two takes, a look, a still and a marker."""
    monkeypatch.setenv("LIVEGRADE_LIBRARY", str(tmp_path / "library"))
    with Library.open(tmp_path / "library") as library:
        for number in (1, 2):
            library.add(
                Take(
                    "A", Slate("12", "A", number), number, 0, TIMECODE, (LookChange(0, TIMECODE, "0" * 32),), "key",
                    state=TakeState.ENDED, rate=Rate.of(24), last_index=47, end=TIMECODE + 47, ended_ns=number,
                )
            )  # fmt: skip
        library.add(LookEntry("1" * 32, "beach", 5, tags=("night",)))
        library.add(Still("A", 6, 10, TIMECODE + 10, "1" * 32, "stills/a.png"))
        library.add(Marker(MarkerKind.FLARE, "A", 7, 12, TIMECODE + 12, "left", take=1))
    return tmp_path / "library"


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run_command_line(["library", *words]) == code
    printed = capsys.readouterr()
    return printed.out + printed.err


def test_find_prints_one_line_for_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = said(capsys, "find")
    assert "    2  12A take 2  A  10:00:00:00-10:00:01:23" in printed
    assert "    1  beach v1  night  11111111" in printed
    assert "    1  A  flare  10:00:00:12  take 1  left" in printed
    assert said(capsys, "find", "scene=12", "take=2", "--since", "1970-01-01").count("12A") == 1
    assert "nothing fits" in said(capsys, "find", "circled")
    assert "the newest 1; there may be more" in said(capsys, "find", "takes", "--limit", "1")


def test_find_and_show_as_json_are_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "find", "setup=12A", "take=1", "--json"))
    shown = json.loads(said(capsys, "show", "take", "1", "--json"))

    assert found["takes"] == [shown]
    assert (shown["start"], shown["rate"], shown["slate"]["scene"]) == ("10:00:00:00", "24", "12")
    assert found["looks"] == []


def test_show_takes_a_look_by_number_name_or_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by = [said(capsys, "show", "look", word) for word in ("1", "beach", "1" * 32)]
    assert by[0] == by[1] == by[2] == said(capsys, "show", "look", "1" * 8)
    assert "tags.1: night" in by[0]


def test_a_take_is_shown_with_its_markers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "marker: 1  A  flare  10:00:00:12  take 1  left" in said(capsys, "show", "take", "1").splitlines()
    assert "marker" not in said(capsys, "show", "take", "2")


def test_edit_changes_what_people_say(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["scene=14", "shot=C", "take=7", "circle=yes", "comment=boom = in shot", "lens=35mm"]
    printed = said(capsys, "edit", "take", "1", *words)
    assert "14C take 7 (circled)" in printed
    assert "boom = in shot" in printed
    shown = said(capsys, "show", "take", "1")
    assert {"slate.fields.lens: 35mm", "circled: yes"} <= set(shown.splitlines())
    assert f"started: {datetime.fromtimestamp(0).astimezone():%Y-%m-%d %H:%M:%S %z}" in shown, "by the clock of people"
    said(capsys, "edit", "take", "1", "lens=")
    assert "slate.fields" not in said(capsys, "show", "take", "1")
    assert "day, wide" not in said(capsys, "edit", "look", "1", "tags=day, wide,day")
    assert "1  beach v1" in said(capsys, "find", "tag=wide")
    assert "focus" in said(capsys, "edit", "marker", "1", "kind=focus", "text=soft")
    said(capsys, "edit", "still", "1", "notes=hero")
    assert "hero" in said(capsys, "find", "stills", "hero")


@pytest.mark.parametrize(
    ("words", "sentence", "code"),
    [
        (["edit", "take", "1", "take=zero"], "take is a number from 1", 2),
        (["edit", "take", "1", "circle=perhaps"], "circle is yes or no", 2),
        (["edit", "take", "1", "scene"], "'scene' changes nothing; write FIELD=VALUE", 2),
        (["edit", "take", "9", "scene=1"], "there is no entry 9 among the takes", 1),
        (["edit", "look", "1", "look_id=0"], "look_id is nothing that can be changed", 2),
        (["edit", "marker", "1", "kind=ghost"], "'ghost' is no kind of marker", 2),
        (["show", "clip", "1"], "'clip' is not kept here; there are take, look, still, marker", 2),
        (["show", "take", "beach"], "a take is shown by its number", 2),
        (["show", "look", "forest"], "no look is kept as 'forest'", 1),
        (["find", "sceen=1"], "did you mean scene?", 2),
        (["check", "--library", "/nowhere"], "there is no library in /nowhere", 1),
        (["backup", "--library", "/nowhere"], "there is no library in /nowhere", 1),
        (["edit", "take", "1", "scene=1", "--library", "/nowhere"], "there is no library in /nowhere", 1),
        (["import", "/nowhere/a.cube"], "/nowhere/a.cube", 1),
    ],
)
def test_what_is_wrong_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str, code: int
) -> None:
    printed = said(capsys, *words, code=code)
    assert sentence in printed
    assert len(printed.splitlines()) == 1


def test_looks_and_backups_are_imported_and_the_whole_is_checked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "day.cc").write_text(CDL)
    printed = said(capsys, "import", str(tmp_path / "day.cc"), "--scene", "12", "--tag", "night", "--tag", "wide")
    assert "night wide" in printed
    (backup,) = said(capsys, "backup").splitlines()
    new = ["--library", str(tmp_path / "new")]
    assert "2 takes, 2 looks, 1 stills, 1 markers came in, 0 were here" in said(capsys, "import", backup, *new)
    printed = said(capsys, "check", *new, code=1)
    assert "the look 00000000000000000000000000000000 is not in the library" in printed
    assert "still 1: " in printed
    assert printed.splitlines()[0].endswith("3 faults")
