"""Words of the command line become commands of the API."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from livegrade.cli import run_command_line
from livegrade.commands.ctl import command_of, commands_text
from livegrade.control import commands as c
from livegrade.errors import UsageError


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("look set --slot A slope.r=1.05", c.SetLook(slot="A", values={"slope.r": 1.05})),
        (
            "look set --slot=B --relative --node n2 offset=0.1,0,-0.1 clamp=false",
            c.SetLook(slot="B", values={"offset": (0.1, 0.0, -0.1), "clamp": False}, node="n2", relative=True),
        ),
        ("look switch --slot A --node n1 --enabled false", c.SwitchNode(slot="A", node="n1", enabled=False)),
        ("look undo --slot A", c.Undo(slot="A")),
        (
            "view set --sink 2 --view false-color:stops --tap source",
            c.SetView(sink="2", view="false-color:stops", tap="source"),
        ),
        ("view lock --sink 1 --locked true", c.LockView(sink="1", locked=True)),
    ],
)
def test_words_become_commands(words: str, command: c.AnyCommand) -> None:
    assert command_of(words.split()) == command


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("look burn", "'look burn' is no command"),
        ("look", "'look' is no command"),
        ("look undo", "missing required field `slot`"),
        ("look undo --slot AA", "slot"),
        ("look undo --slot", "--slot needs a value"),
        ("look undo --slot A --node n1", "there is no --node"),
        ("look undo A", "'A' is not understood"),
        ("look set --slot A slope=red", "'red' is no number"),
        ("look set --slot A", "values"),
    ],
)
def test_what_is_no_command_is_said_with_the_usage(words: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        command_of(words.split())


def test_every_command_is_listed() -> None:
    text = commands_text()
    assert all(f"livegrade ctl {name.replace('.', ' ')} " in text for name in c.NAMES)


@pytest.mark.emulated
def test_a_session_that_runs_headless_is_driven_from_the_command_line(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    command = [sys.executable, "-m", "livegrade", "run", "pattern:ramp@640x360p25", "--out", "null:", "--headless"]
    run = subprocess.Popen([*command, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        assert any("API on http://127.0.0.1:" in line for line in run.stdout)
        assert run_command_line(["ctl", "look", "set", "--slot", "A", "slope.r=1.05"]) == 0
        assert capsys.readouterr().out.startswith("CDL (node 1): slope.r: in effect from picture ")
        assert run_command_line(["ctl", "state"]) == 0
        node = json.loads(capsys.readouterr().out)["slots"]["A"]["look"]["nodes"]["n1"]
        assert node["settings"]["slope"] == [1.05, 1.0, 1.0]
        assert run_command_line(["ctl", "slot", "list"]) == 0
        assert "pattern:ramp@640x360p25  running" in capsys.readouterr().out
        assert run_command_line(["ctl", "look", "undo", "--slot", "B"]) == 1
        assert "there is no slot B" in capsys.readouterr().err
    finally:
        run.terminate()
        run.communicate(timeout=20)
