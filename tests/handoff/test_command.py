"""`livegrade library export` as people call it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from livegrade.cli import run_command_line
from livegrade.library.store import Library


def export(library: Library | Path, *words: str) -> int:
    folder = library if isinstance(library, Path) else library.folder
    return run_command_line(["library", "export", *words, "--library", str(folder)])


def test_a_day_is_exported(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert export(library, "day1", "-o", str(out), "--cdl", "--ale") == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].split() == ["1", "CDL", "collection,", "one", "look", "each"]
    assert "  look push: a CDL cannot hold it: exposure (node 1); its .cube does" in lines
    assert lines[-1].startswith(f"{out}: 9 takes, 7 looks, 12 files with contents.csv, 0.0 MB, read back, in ")
    assert sorted(path.name for path in out.iterdir()) == ["cdl", "contents.csv", "day1_25.ale", "unmatched.csv"]


def test_a_selection_as_json_with_camera_files(
    library: Library, shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = str(shared_data / "camera-metadata/arri/B001C001_180327_R1ZA.mov.csv")
    assert export(library, "day1", "circled", "-o", str(tmp_path / "o"), "--tables", "--clips", clips, "--json") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    report = json.loads(printed.out)
    assert {file["path"] for file in report["files"]} >= {"day1_circled.json", "tables/takes.csv"}
    assert ("camera file", "B001C001_180327_R1ZA") in {(lack["what"], lack["name"]) for lack in report["lacks"]}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("day7",), 2, "nothing is kept for 'day7'; livegrade library find shows what there is"),
        (("scene>3",), 2, "scene is a word and has no >"),
        (("--take", "99"), 2, "no take of the library has the number 99"),
        (("takes", "day1"), 2, "'takes' is a kind; a hand-off has all kinds: leave it out"),
        (("day1", "--clips", "nowhere.ale"), 1, "nowhere.ale: there is no such file"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    library: Library,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    assert export(library, *words, "-o", str(tmp_path / "out")) == code
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_there_is_no_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(tmp_path / "none", "day1", "-o", str(tmp_path / "out")) == 1
    assert "there is no library in" in capsys.readouterr().err


def test_what_the_library_has_lost_is_said_and_costs_the_exit_code(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "library"
    shutil.copytree(library.folder, copy)
    lost = next((copy / "stills").rglob("*_graded_*.png"))
    lost.unlink()
    assert export(copy, "day1", "-o", str(tmp_path / "out"), "--stills", "--pdf") == 1
    assert f"still stills/day1/{lost.name}: the file is not in the library any more" in capsys.readouterr().out
    assert len(list((tmp_path / "out/stills").iterdir())) == 9
