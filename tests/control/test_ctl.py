"""Words of the command line become commands of the API."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from datetime import datetime

import msgspec
import pytest

from livegrade.cli import run_command_line
from livegrade.commands.ctl import _lines, command_of, commands_text, run_ctl
from livegrade.control import commands as c
from livegrade.control.messages import Answer
from livegrade.errors import UsageError
from livegrade.library.coding import plain
from livegrade.library.values import LookEntry, Marker, MarkerKind, Slate, Still, Take


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
        (
            "look curve --slot A --channel red --points 0,0;0.5,0.6;1,1",
            c.SetCurve(slot="A", channel="red", points=((0.0, 0.0), (0.5, 0.6), (1.0, 1.0))),
        ),
        ("look copy --slot B --from A", c.CopyLook(slot="B", origin="A")),
        ("sink set --sink 2 --cal= --on-loss black", c.SetSink(sink="2", cal="", on_loss="black")),
        ("source set --slot A --ei 800 --grade-in acescct", c.SetSource(slot="A", ei=800, grade_in="acescct")),
        ("take slate --scene 12 director=Varda", c.SetSlate(scene="12", fields={"director": "Varda"})),
        ("take circle --take 3 --circled=false", c.CircleTake(take=3, circled=False)),
        ("take list scene=12 --limit 5 circled", c.ListTakes(query="scene=12 circled", limit=5)),
        (
            "library keep --slot A --name night --tags blue,rain",
            c.KeepLook(slot="A", name="night", tags=("blue", "rain")),
        ),
        (
            "match read --slot A --with slot:B --region 0.25,0,0.5,1",
            c.ReadMatch(slot="A", against="slot:B", region=(0.25, 0.0, 0.5, 1.0)),
        ),
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


def test_words_with_spaces_stay_together_in_a_query() -> None:
    words = ["library", "find", "boom in", "since=2 days"]
    assert shlex.split(command_of(words).query) == words[2:]


def test_files_are_meant_from_here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        command_of(["sink", "add", "--address", "take.mov,view=source"]).address == f"{tmp_path}/take.mov,view=source"
    )
    assert command_of(["sink", "add", "--address", "ndi:DP"]).address == "ndi:DP"
    assert command_of(["source", "set", "--slot", "A", "--source", "A001.mov"]).source == f"{tmp_path}/A001.mov"
    assert command_of(["sink", "set", "--sink", "1", "--cal", "dp.cube"]).cal == f"{tmp_path}/dp.cube"
    put = ["device", "library", "--device", "box", "--put", "show.cube", "--entry", "4"]
    assert command_of(put).put == f"{tmp_path}/show.cube"


@pytest.mark.parametrize("name", c.NAMES)
def test_what_is_left_out_of_a_command_is_taken_as_it_is_sent(name: str) -> None:
    """The whole command is sent, with what nobody said."""
    for field in msgspec.structs.fields(c.NAMES[name]):
        if not field.required:
            usual = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
            assert msgspec.json.decode(msgspec.json.encode(usual), type=field.type) == usual, field.name


def test_the_commands_of_a_subject_are_told() -> None:
    text = commands_text(["take"])
    assert "livegrade ctl take next [--step STEP]" in text
    assert "look set" not in text
    assert commands_text(["take", "next"]).startswith("livegrade ctl take next")
    with pytest.raises(UsageError, match="no commands on 'burn'; there are some on look, match, view"):
        commands_text(["burn"])


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            Take("A", Slate("12", "A", 3), 0, 7, None, (), "flag", key=5, circled=True, comment="good"),
            "take 5  12A take 3  slot A  - to -  open  circled  good",
        ),
        (LookEntry("f" * 32, "night", 0, 2, scene="12", key=1), f"look 1  night version 2  12  {'f' * 32}"),
        (Still("A", 0, 9, None, "f" * 32, "stills/a.png", key=2), "still 2  slot A  picture 9  stills/a.png"),
        (Marker(MarkerKind.FLARE, "A", 0, 9, None, "window", key=4), "marker 4  flare  slot A  picture 9  window"),
    ],
)
def test_entries_of_the_library_are_lines(entry: object, line: str, capsys, monkeypatch) -> None:
    found = [{"entry": f"{line.partition(' ')[0]}s", **plain(entry)}]
    monkeypatch.setattr("livegrade.commands.ctl.Client.find", lambda port: _Answering(Answer("done", found=found)))
    assert run_ctl(["library", "find"], None, False) == 0
    assert capsys.readouterr().out == f"{line}\n"


def test_what_a_box_keeps_is_told_as_livegrade_devices_library_tells_it(capsys, monkeypatch) -> None:
    """A stage without an entry takes what it is sent."""
    stages = [
        {"stage": "1d-1", "library": "1d", "is_on": True},
        {"stage": "3d", "library": "3d", "entry": 4, "is_on": True},
        {"stage": "1d-3", "library": "1d", "entry": 0, "is_on": True},
        {"stage": "1d-4", "library": "1d", "entry": 2, "is_on": False},
    ]
    kept = {"name": "3d", "places": 16, "entries": [{"number": 4, "name": "", "file": "show.cube"}]}
    found = [{"libraries": [kept], "stages": stages}]
    monkeypatch.setattr("livegrade.commands.ctl.Client.find", lambda port: _Answering(Answer("done", found=found)))
    assert run_ctl(["device", "library", "--device", "village"], None, False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3d: 1 of 16 entries",
        "    4  -  (show.cube)",
        "stages, in the order in which a picture passes them:",
        "  1d-1      what it was sent",
        "  3d        entry 4 of the 3d library",
        "  1d-3      nothing",
        "  1d-4      off",
    ]


def test_what_is_measured_and_worked_out_is_told_in_lines(capsys, monkeypatch) -> None:
    found = {
        "with": "slot:B",
        "stops": -0.51234567,
        "cdl": {"slope": [1.0, 0.5, 2.0], "power": None},
        "aligned": True,
        "why": [],
        "entries": [{"color": "#ff0000", "limits": "over 99 %"}],
        "red": [0.25] * 33,
        "mask": "x" * 300,
    }
    monkeypatch.setattr("livegrade.commands.ctl.Client.find", lambda port: _Answering(Answer("done", found=[found])))
    assert run_ctl(["match", "read", "--slot", "A", "--with", "slot:B"], None, False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "with: slot:B",
        "stops: -0.512346",
        "cdl:",
        "  slope: 1, 0.5, 2",
        "  power: -",
        "aligned: yes",
        "why: -",
        "entries:",
        "  #ff0000, over 99 %",
        "red: (33 values; --json has them)",
        "mask: (300 letters; --json has them)",
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("marker add --slot A", "marker 7"),
        ("library keep --slot A --name night", "look 7"),
        ("sink add --address null:", "sink 7"),
    ],
)
def test_a_number_says_of_what_it_is(words: str, line: str, capsys, monkeypatch) -> None:
    monkeypatch.setattr("livegrade.commands.ctl.Client.find", lambda port: _Answering(Answer("done", made="7")))
    assert run_ctl(words.split(), None, False) == 0
    assert capsys.readouterr().out == f"in effect\n{line}\n"


def test_a_search_that_finds_nothing_says_so(capsys, monkeypatch) -> None:
    monkeypatch.setattr("livegrade.commands.ctl.Client.find", lambda port: _Answering(Answer("done", found=[])))
    assert run_ctl(["take", "list"], None, False) == 0
    assert capsys.readouterr().out == "nothing fits\n"


def test_an_event_names_its_subject_once() -> None:
    events = [
        {"number": 1, "subject": "slot A", "text": "running"},
        {"number": 2, "subject": "slot A", "text": "slot A records: picture 9 (api)"},
    ]
    assert _lines("event", events) == ["1  slot A: running", "2  slot A records: picture 9 (api)"]


class _Answering:
    """A client whose session answers that."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def send(self, command: object) -> Answer:
        return self._answer


def test_every_command_is_listed() -> None:
    listed = {tuple(line.split()[2:4]) for line in commands_text().splitlines() if line.startswith("livegrade ctl ")}
    assert listed == {tuple(name.split(".")) for name in c.NAMES}


@pytest.mark.emulated
def test_a_session_that_runs_headless_is_driven_from_the_command_line(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    command = [
        sys.executable,
        "-P",
        "-m",
        "livegrade",
        "run",
        "pattern:ramp@640x360p25",
        "--out",
        "null:",
        "--headless",
    ]
    words = ["--listen", "127.0.0.1:0", "--library", str(tmp_path / "library")]
    run = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True)
    try:
        assert any("API on http://127.0.0.1:" in line for line in run.stdout)
        assert run_command_line(["ctl", "look", "set", "--slot", "A", "slope.r=1.05"]) == 0
        assert capsys.readouterr().out.startswith("CDL (node 1): slope R: in effect from picture ")
        assert run_command_line(["ctl", "state"]) == 0
        node = json.loads(capsys.readouterr().out)["slots"]["A"]["look"]["nodes"]["n1"]
        assert node["settings"]["slope"] == [1.05, 1.0, 1.0]
        assert run_command_line(["ctl", "slot", "list"]) == 0
        assert "pattern:ramp@640x360p25  running" in capsys.readouterr().out
        for words, says in (
            ("take slate --scene 12 --shot A director=Varda", "next: "),
            ("take start --slot A", "take of A: in effect from picture "),
            ("marker add --slot A --kind flare --text window", "in effect from picture "),
            ("still grab --slot A", "picture "),
            ("take end --slot A", "end of A: in effect from picture "),
            ("library keep --slot A --name night", "night is kept, version 1: in effect"),
            (f"look save --slot A --path {tmp_path / 'day.cdl'}", "day.cdl: the CDL: written"),
            ("library recall --slot A --look night", "night recalled: in effect from picture "),
            ("sink add --address null:,view=source", "in effect from picture "),
            ("sink remove --sink 2", "in effect"),
            ("source set --slot A --camera arri-logc4", "slot A: camera arri-logc4: in effect from picture "),
        ):
            assert run_command_line(["ctl", *words.split()]) == 0, words
            assert capsys.readouterr().out.startswith(says), words
        assert run_command_line(["ctl", "library", "find", "day=" + datetime.now().strftime("%Y-%m-%d")]) == 0
        kinds = [line.partition(" ")[0] for line in capsys.readouterr().out.splitlines()]
        assert sorted(kinds) == ["look", "marker", "still", "take"]
        assert run_command_line(["ctl", "look", "undo", "--slot", "B"]) == 1
        assert "there is no slot B" in capsys.readouterr().err
    finally:
        run.terminate()
        run.communicate(timeout=20)
