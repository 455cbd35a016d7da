"""`livegrade run` keeps its takes by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from livegrade.cli import run_command_line
from livegrade.library.kinds import TAKES
from livegrade.library.query import Query
from livegrade.library.store import Library
from livegrade.library.values import Day, Take, TakeState, Unit

RUNNING = "pattern:camera@96x64p50,record=running"


def takes(folder: Path) -> list[Take]:
    with Library.reading(folder) as reader:
        return reader.find(Query(), TAKES)


def test_a_run_writes_its_takes_with_a_small_picture(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    assert run_command_line(["run", RUNNING, "--camera", "ALEXA 35", "--for", "0.5", "--library", str(folder)]) == 0

    (take,) = takes(folder)
    assert (take.state, take.started_by, take.camera.name) == (TakeState.ENDED, "running", "ALEXA 35")
    assert take.looks[0].index == take.first_index
    assert (folder / take.thumbnail).read_bytes().startswith(b"\xff\xd8"), "a JPEG"


def test_a_rig_says_where_takes_go_and_whose_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEGRADE_LIBRARY", str(tmp_path / "other"))
    rig = tmp_path / "cart.toml"
    said = '[library]\nfolder = "kept"\nday = "day 3"\nunit = "second"'
    rig.write_text(f'livegrade = 1\n[[slot]]\nname = "A"\nsource = "{RUNNING}"\n{said}\n')
    assert run_command_line(["run", "--rig", str(rig), "--for", "0.5"]) == 0

    (take,) = takes(tmp_path / "kept")
    assert (take.day, take.unit) == ("day 3", "second")
    with Library.reading(tmp_path / "kept") as reader:
        assert [one.name for one in (*reader.named(Day), *reader.named(Unit))] == ["day 3", "second"]
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("said", ["--no-library", "rig"])
def test_takes_are_not_kept_where_somebody_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("LIVEGRADE_LIBRARY", str(tmp_path / "library"))
    rig = tmp_path / "cart.toml"
    rig.write_text(f'livegrade = 1\n[[slot]]\nname = "A"\nsource = "{RUNNING}"\n[library]\nkeep = false\n')
    asked = ["--rig", str(rig)] if said == "rig" else [RUNNING, said]
    assert run_command_line(["run", *asked, "--for", "0.2"]) == 0

    assert not (tmp_path / "library").exists()


def test_a_library_that_cannot_be_written_stops_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run_command_line(["run", RUNNING, "--for", "0.5", "--library", str(tmp_path / "file")]) == 0

    said = capsys.readouterr()
    assert f"{tmp_path / 'file'} cannot be made" in said.err
    assert "1 takes could not be written" in said.err
