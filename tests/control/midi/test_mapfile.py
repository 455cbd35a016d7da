"""The map of MIDI desks: read with every fault and its line, and written by learning without touching what is there."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from livegrade.control.midi.binding import Binding, Control, Kind, Mode
from livegrade.control.midi.mapfile import HEAD, add_to_map, as_toml, load_map
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """livegrade-midi = 1
# the big knob
[[control]]
port = "X-TOUCH MINI"
controller = 16
mode = "offset"
to = "/livegrade/A/slope/r"
range = [0.5, 1.5]
step = 0.002
acceleration = 3

[[control]]
port = "X-TOUCH MINI"
channel = 10
note = 8
to = "/livegrade/A/load"
value = "/looks/day.cdl"
feedback = false

[[control]]
port = "Platform M"
channel = 2
pitch = true
to = "/livegrade/A/saturation"
pickup = false
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "midi.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_map_says_what_drives_what(tmp_path: Path) -> None:
    found = load_map(written(tmp_path, GOOD))
    assert found.faults == ()
    knob, pad, fader = found.bindings
    assert knob == Binding(
        "X-TOUCH MINI", Control(Kind.CONTROLLER, 1, 16), "/livegrade/A/slope/r", Mode.OFFSET, 0.5, 1.5, 0.002, 3.0
    )
    assert (pad.control, pad.value, pad.feedback) == (Control(Kind.NOTE, 10, 8), "/looks/day.cdl", False)
    assert (fader.control, fader.pickup) == (Control(Kind.PITCH, 2, 0), False)


def test_a_map_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert load_map(tmp_path / "midi.toml").bindings == ()


def test_every_fault_is_told_with_its_line_and_costs_its_control_alone(tmp_path: Path) -> None:
    text = GOOD.replace('mode = "offset"', 'mode = "ofset"').replace("note = 8", "note = 8\ncontroller = 3")
    text += '\n[[control]]\nport = "x"\ncontroller = 200\nto = "/livegrade/A/slope/r"\n'
    text += '\n[[control]]\nport = "x"\nnote = 1\nto = "slope"\n\n[[control]]\nport = "x"\nnote = 1\n'
    text += '\n[[control]]\nport = "x"\nnote = 1\nto = ""\nvelocity = 3\n'
    text += '\n[[control]]\nport = "x"\ncontroller = 40\nmode = "absolute-14"\nto = ""\n'
    found = load_map(written(tmp_path, "colour = 1\n" + text))
    assert [one.port for one in found.bindings] == ["Platform M"]
    said = "\n".join(found.faults)
    for words in (
        "line 1: colour is not a key here",
        "line 7: mode: 'ofset' is not known here",
        "line 13: a control is a controller, a note or pitch = true, one of them",
        "line 31: controller: ",
        "line 34: to = 'slope' is no address",
        "line 39: to is missing",
        "line 47: velocity: there is no such key",
        "line 49: absolute-14 is of controllers 0 to 31",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "livegrade-midi = 1"),
        ("livegrade-midi = 2\n", "format 2"),
        ("livegrade-midi = 1\n[control]\n", "list of tables"),
        ("livegrade-midi = 1\n[[control\n", "line 2"),
        ("livegrade-midi = true\n", "livegrade-midi = 1"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load_map(written(tmp_path, text))


def test_what_is_learned_stands_behind_what_was_written_by_hand(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    learned = Binding(
        'A "desk"\n\\', Control(Kind.CONTROLLER, 3, 7), "/livegrade/A/offset/b", Mode.TWOS_COMPLEMENT, -0.5, 0.5
    )
    add_to_map(path, learned)
    assert path.read_text(encoding="utf-8").startswith(GOOD.rstrip())
    assert load_map(path).bindings[-1] == learned
    fresh = tmp_path / "new.toml"
    add_to_map(fresh, learned)
    assert fresh.read_text(encoding="utf-8").startswith(HEAD)
    assert load_map(fresh).bindings == (learned,)


@pytest.mark.parametrize(
    "control", [Control(Kind.NOTE, 16, 127), Control(Kind.PITCH, 1, 0), Control(Kind.CONTROLLER, 1, 0)]
)
def test_what_is_written_is_read_alike(tmp_path: Path, control: Control) -> None:
    binding = Binding("desk", control, "/livegrade/A/undo")
    assert tomllib.loads(as_toml(binding))
    add_to_map(tmp_path / "midi.toml", binding)
    assert load_map(tmp_path / "midi.toml").bindings == (binding,)
