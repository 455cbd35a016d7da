"""Rig files: what they say, and every fault of one in one go, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from livegrade.errors import RigError
from livegrade.rig import fault_tree, load_rig
from livegrade.rig.file import MOST_PARTS

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.rig import Rig

WHOLE = """livegrade = 1
name = "B stage"
notes = "two cameras"

[[slot]]
name = "A"
source = "decklink:0"
camera = "ALEXA 35"
ei = 800
looks = ["day1.cdl", "show.cube"]
to = "rec709"
grade-in = "acescct"

[[slot]]
name = "B"
source = "clips/b.mov"
loop = true

[[output]]
address = "ndi:DP"
view = "false-color:stops"
slot = "B"
on-loss = "black"

[engine]
threads = 2
[scopes]
per-second = 10
hlg-peak = 600
"""


def rig_of(tmp_path: Path, text: str) -> Rig:
    path = tmp_path / "cart.toml"
    path.write_text(text, encoding="utf-8")
    return load_rig(path)


def test_a_whole_rig_is_read(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, WHOLE)
    assert rig.faults == ()
    assert (rig.name, rig.notes) == ("B stage", "two cameras")
    first, second = (slot.value for slot in rig.slots)
    assert (first.camera, first.ei, first.looks, first.grade_in) == (
        "ALEXA 35",
        800,
        ("day1.cdl", "show.cube"),
        "acescct",
    )
    assert (second.loop, second.looks, second.camera) == (True, (), None)
    (output,) = (output.value for output in rig.outputs)
    assert (output.view, output.slot, output.on_loss) == ("false-color:stops", "B", "black")
    assert (rig.engine.threads, rig.scopes.per_second, rig.scopes.hlg_peak) == (2, 10, 600)
    assert rig.place("clips/b.mov") == str(tmp_path / "clips" / "b.mov")
    assert rig.place("/abs/b.mov") == "/abs/b.mov"


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    rig = rig_of(
        tmp_path,
        """livegrade = 1
notes = 7
[[slot]]
name = "A"
source = "pattern:bars"
ei = "800"
look = "x.cube"
[[slot]]
name = "bb"
[[slot]]
name = "C"
source = "pattern:bars"
[[slot]]
name = "C"
source = "pattern:camera"
[[output]]
address = 3
[engine]
threads = -1
[scpoes]
""",
    )
    assert [(fault.part, fault.key, fault.line) for fault in rig.faults] == [
        ("", "scpoes", 20),
        ("slot A", "look", 7),
        ("slot A", "ei", 6),
        ("slot bb", "name", 9),
        ("slot bb", "source", 8),
        ("slot C", "name", 14),
        ("output number 1", "address", 17),
        ("engine", "threads", 19),
        ("", "notes", 2),
    ]
    assert [(slot.value.name, slot.is_whole) for slot in rig.slots] == [("A", False), ("C", True), ("C", False)]
    text = fault_tree(rig.path, rig.faults)
    assert text.splitlines()[:5] == [
        f"{rig.path}: 9 faults",
        "  notes, line 2: is text, in quotes",
        "  slot A",
        "    ei, line 6: '800' does not belong here: must be a whole number, found text",
        "    look, line 7: is not a key here; did you mean looks?",
    ]
    assert "it is one capital letter" in text
    assert "did you mean scopes?" in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "does not begin with `livegrade = 1`"),
        ("livegrade = true", "does not begin with"),
        ("livegrade = 2", "is a rig of format 2, and this version of livegrade reads up to 1"),
        ("livegrade = \n", "line 1: is not TOML"),
    ],
)
def test_what_is_no_rig_is_refused(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(RigError, match=fault):
        rig_of(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("slot = 3", "write [[slot]] before each"),
        ("slot = [1]", "write [[slot]] before each"),
        ("engine = 3", "write [engine] on a line of its own"),
        ("[[slot]]\nname = 'A'\nsource = ['a']", "a list does not belong here: must be text, found a list"),
        ("[[output]]\naddress='ndi:A'\nzebra = 95", 'must be text, found a whole number; write "95"'),
        ("[[slot]]\nname = 'A'\nsource = ''\nlooks = 'a'", "must be a list, found text"),
        ("[scopes]\nper-second = 2026-11-21", "a date or time does not belong here: must be a whole number"),
        ("[scopes]\nhlg-peak = 300", "hlg-peak, line 3: 300 does not belong here: must be at least 400"),
        ("[scopes]\nper-second = 500", "per-second, line 3: 500 does not belong here: must be at most 120"),
        ("[alarms]\nclip = { level = 900 }", "clip.level, line 3: 900 does not belong here: must be at most 110"),
        ("[alarms.clip]\nlevl = 90", "clip.levl, line 3: is not a key here; did you mean level?"),
        ("[scopes]\nsampling = '3x3'", "'3x3' does not belong here: choose auto or full or 2x2"),
        ("[[device]]\nkind = 'lut-box'\naddress = '10.0.0.5'", "kind, line 3: is not a key here"),
        ("[[device]]\nname = 'a/b'\naddress = 'videohub:h'", "name, line 3: 'a/b' does not belong here: it is 1 to 40"),
        ("[[device]]\nname = 'a'\naddress = 'b'\n" * 2, "name, line 6: another device has this name"),
        ("[[device]]\nname = 'a'\naddress = 'b'\nrole = 'dog'", "choose box or camera or recorder or watch"),
        ("device = 3", "write [[device]] before each"),
        ("[[output]]\naddress='ndi:A'\n" * (MOST_PARTS + 1), f"at most {MOST_PARTS}"),
    ],
)
def test_wrong_kinds_are_told_in_plain_words(text: str, fault: str, tmp_path: Path) -> None:
    rig = rig_of(tmp_path, f"livegrade = 1\n{text}")
    assert any(fault in str(one) for one in rig.faults), rig.faults


def test_who_drives_the_session_by_osc_is_in_the_rig(tmp_path: Path) -> None:
    path = tmp_path / "cart.toml"
    path.write_text('livegrade = 1\n[control]\nosc = 9000\nosc-peers = ["192.168.1.30:9001", "fd00::5"]\n')
    control = load_rig(path).control.value
    assert (control.osc, control.osc_peers) == (9000, ("192.168.1.30:9001", "fd00::5"))
    path.write_text('livegrade = 1\n[control]\nosc = 70000\nosc-peers = "192.168.1.30"\nmidi-in = 1\n')
    assert [(fault.key, fault.line) for fault in load_rig(path).faults] == [
        ("midi-in", 5),
        ("osc", 3),
        ("osc-peers", 4),
    ]
