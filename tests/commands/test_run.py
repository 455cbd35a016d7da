"""A live run in this process, as the command line begins it."""

from __future__ import annotations

from livegrade.cli import run_command_line
from livegrade.session import load


def test_a_machine_that_is_too_slow_is_named_where_there_is_no_api_too(capsys, monkeypatch) -> None:
    monkeypatch.setattr(load, "BEGINS", 1)
    monkeypatch.setattr(load, "TURN_NS", load.TURN_NS // 5)
    # The reference engine takes many times as long for a picture as there is between two.
    words = [
        "pattern:ramp@1280x720p60",
        "--out",
        "null:,view=false-color",
        "--engine",
        "reference",
        "--no-library",
        "--scopes",
        "0",
        "--for",
        "1.5",
    ]
    assert run_command_line(["run", "--headless", "--no-api", *words]) == 0
    said = capsys.readouterr().err
    assert said.count("this machine is too slow for all of it: the engine of slot A takes up to") == 1


def test_too_many_surfaces_of_osc_are_one_sentence_before_anything_begins(capsys) -> None:
    peers = [word for number in range(1, 34) for word in ("--osc-peer", f"192.0.2.{number}")]
    assert run_command_line(["run", "pattern:ramp", "--headless", "--no-library", "--osc", "9000", *peers]) == 2
    said = capsys.readouterr().err
    assert said == "livegrade: 33 surfaces are listed for OSC, and the most is 32; take some out\n"
