"""Command lines that are carried out without the parser mean what the parser takes them for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from livegrade import cli, straight
from livegrade.errors import UsageError
from livegrade.ui import start

RUN = ["run", "--rig", "demo:two-cameras", "--resume", "--headless", "--supervised"]


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVEGRADE_LOG", str(tmp_path / "log"))
    return tmp_path / "log"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was started, whoever was asked to."""
    began: list[Any] = []
    for module in (cli, straight):
        monkeypatch.setattr(module, "start_live", lambda live: began.append(live) or 7)
    return began


@pytest.mark.parametrize("how", ["--resume", "--anew"])
@pytest.mark.parametrize("rig", ["demo:two-cameras", "my rig.toml", "--resume"])
def test_a_line_of_the_desktop_is_what_the_parser_makes_of_it(asked: list[Any], how: str, rig: str) -> None:
    line = ["run", "--rig", rig, how, "--headless", "--supervised"]
    assert straight.run_straight(line) == cli.run_command_line(line) == 7
    assert asked[0] == asked[1]


def test_the_desktop_starts_its_session_by_that_line(monkeypatch: pytest.MonkeyPatch, asked: list[Any]) -> None:
    lines: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **others: lines.append(command))
    start.start_session("demo:two-cameras")
    start.start_session("demo:two-cameras", anew=True)
    for line in lines:
        assert line[:4] == [sys.executable, "-P", "-m", "livegrade"]
        assert straight.run_straight(line[4:]) == 7
    assert [live.resume for live in asked] == [True, False]


@pytest.mark.parametrize(
    "line", [["--version"], ["run"], [*RUN, "--for", "1"], RUN[:-1], [*RUN[:3], *RUN[4:]], ["demo"], ["-v"], [""]]
)
def test_every_other_line_is_for_the_parser(line: list[str], asked: list[Any]) -> None:
    assert straight.run_straight(line) is None
    assert not asked


def test_a_shell_that_asks_for_completions_is_answered_and_opens_no_desktop(tmp_path: Path) -> None:
    """As the script of `livegrade --install-completion` asks: without a word, under the name of the program."""
    program = tmp_path / "livegrade"
    program.write_text("from livegrade.__main__ import main\nmain()\n")
    asks = {"COMP_WORDS": "livegrade ren", "COMP_CWORD": "1", "_LIVEGRADE_COMPLETE": "complete_bash"}
    environment = {**os.environ, **asks, "LIVEGRADE_STATE": str(tmp_path), "QT_QPA_PLATFORM": "none"}
    command = [sys.executable, "-P", str(program)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["render"], "")
    assert not (tmp_path / "log").exists()


def test_no_word_opens_the_desktop_and_what_came_of_it_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: Path
) -> None:
    monkeypatch.setattr("livegrade.ui.app.run_desktop", lambda: 3)
    assert straight.run_straight([]) == 3

    def refuses() -> int:
        raise UsageError("there is no screen")

    monkeypatch.setattr("livegrade.ui.app.run_desktop", refuses)
    assert straight.run_straight([]) == 2
    assert capsys.readouterr().err == "livegrade: there is no screen\n"
    assert "refused: there is no screen" in log.read_text()


@pytest.mark.parametrize("name", ["typer", "PySide6"])
def test_a_session_behind_the_window_loads_neither_parser_nor_window(name: str) -> None:
    words = f"import sys, livegrade.straight, livegrade.commands.supervise; print({name!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
