"""The command line as a user meets it: wrong input is one plain sentence, an exit code, and nothing half-written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import livegrade
from livegrade.capture.scenes import SCENES
from livegrade.cli import run_command_line
from livegrade.engine.select import ENGINES
from livegrade.engine.view import ViewKind
from livegrade.errors import SinkError
from livegrade.outputs.codecs import CODECS, CONTAINERS
from livegrade.scopes.graticule import LevelScale
from livegrade.scopes.measure import Sampling, Tap
from livegrade.scopes.presets import PRESETS
from livegrade.scopes.wish import ScopeKind
from livegrade.transport.address import SINK_OPTIONS, SOURCE_OPTIONS, OnLoss
from livegrade.transport.decklink import cards

LIVEGRADE = [sys.executable, "-P", "-m", "livegrade"]
PATTERN = "pattern:bars@480x270p25"
CUBE_HEAD = 'TITLE "t"\nLUT_3D_SIZE 2\n'
ROWS = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"
CDL = """<?xml version="1.0"?>
<ColorCorrection id="a">
<SOPNode>
<Slope>{slope}</Slope>
<Offset>0 0 0</Offset>
<Power>{power}</Power>
</SOPNode>
</ColorCorrection>
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refused(work: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that must be refused; its sentence. Nothing new may stay in the folder."""

    def run(*arguments: str, code: int = 1) -> str:
        if arguments[0] == "run" and "--for" not in arguments:
            arguments += ("--for", "0.3")  # what is not refused must not run for ever
        before = sorted(path.relative_to(work) for path in work.rglob("*"))
        assert run_command_line(list(arguments)) == code
        complaint = capsys.readouterr().err
        assert complaint.startswith("livegrade: ")
        assert complaint.endswith("\n")
        assert complaint.count("\n") == 1
        assert "Traceback" not in complaint
        assert sorted(path.relative_to(work) for path in work.rglob("*")) == before
        return complaint

    return run


def sound_only(path: Path) -> None:
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000)
        block = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.int16), format="s16", layout="mono")
        block.sample_rate = 48000
        container.mux(stream.encode(block))


# ---- sources


@pytest.mark.parametrize("command", [["render", "{}", "out.mov"], ["run", "{}", "--out", "null:"]])
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.mov", None, "none.mov: there is no such file"),
        ("text.mov", b"this is no film at all\n" * 50, "text.mov: is not a video file that FFmpeg can read"),
        ("empty.mov", b"", "empty.mov: is not a video file that FFmpeg can read"),
        ("noise.mp4", bytes(range(256)) * 400, "noise.mp4: is not a video file that FFmpeg can read"),
        ("folder", "folder", "folder: is a folder; name a file in it"),
        ("sound.wav", "sound", "sound.wav: has no video stream"),
    ],
)
def test_a_source_that_is_no_film(refused, work, command, name, content, sentence) -> None:
    if content == "folder":
        (work / name).mkdir()
    elif content == "sound":
        sound_only(work / name)
    elif isinstance(content, bytes):
        (work / name).write_bytes(content)
    assert sentence in refused(*(word.format(name) for word in command))


def test_a_film_without_its_index_is_called_cut_off(refused, work, capsys) -> None:
    assert run_command_line(["render", PATTERN, "in.mov", "--frames", "8"]) == 0
    capsys.readouterr()
    whole = (work / "in.mov").read_bytes()
    (work / "cut.mov").write_bytes(whole[: len(whole) // 2])
    assert "cut.mov: is not a video file that FFmpeg can read, or it is cut off at its end" in refused(
        "render", "cut.mov", "out.mov"
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("pattern:nothing", "there is no pattern 'nothing'; known ones are camera, bars"),
        ("pattern:bars@tall", "'tall' is not a format; write for example 1080p25"),
        ("pattern:bars@1080p23.9", "'23.9' is not a frame rate"),
        ("pattern:bars@1x1p25", "a picture is 2 to 16384 pixels a side"),
        ("pattern:bars,layout=v21", "layout"),
        ("pattern:bars,timecode=25:00:00:00", "25:00:00 is not a time of day"),
        ("pattern:bars,range=wide", "range='wide' is not known; range= takes auto, legal, full"),
        ("null:", "there is no source 'null:'"),
        ("rtsp://camera/1", "is a URL; write it as ffmpeg::rtsp://camera/1"),
        ("ndi:", "'ndi:' names no source"),
        ("bogus:thing", "there is no source 'bogus:'; write a path, pattern:NAME"),
    ],
)
def test_a_source_address_that_is_wrong(refused, source, sentence) -> None:
    assert sentence in refused("run", source, "--out", "null:", code=2)


def test_sdi_without_a_driver_answers_with_one_sentence(refused, monkeypatch) -> None:
    monkeypatch.setattr(cards._binding, "driver_version", lambda: None)
    monkeypatch.setattr(cards._binding, "load_error", lambda: None)
    sentence = "no DeckLink driver is on this machine; install Desktop Video from blackmagicdesign.com/support"
    assert f"livegrade: decklink:1: {sentence}" in refused("run", "decklink:1")
    assert f"livegrade: decklink:1: {sentence}" in refused("run", PATTERN, "--out", "decklink:1")


def test_the_decklink_of_ffmpeg_is_one_sentence_where_ffmpeg_has_none(refused) -> None:
    if "decklink" in av.formats_available:
        pytest.skip("this FFmpeg has it")
    address = "ffmpeg:decklink:UltraStudio"
    assert f"{address}: FFmpeg here reads no 'decklink'; the wheels of PyAV never do; write" in refused("run", address)
    assert "writes no 'decklink'; write decklink:INDEX" in refused("run", PATTERN, "--out", address, code=2)
    assert "FFmpeg here reads no 'bogus'; leave it empty" in refused("run", "ffmpeg:bogus:UltraStudio")


# ---- look files


@pytest.mark.parametrize(
    ("name", "text", "place", "fault"),
    [
        ("none.cube", None, "none.cube: ", "there is no such file"),
        ("empty.cube", "", "empty.cube: ", ""),
        ("few.cube", CUBE_HEAD + ROWS[:-6], "few.cube", "8"),
        ("many.cube", CUBE_HEAD + ROWS + "1 1 1\n", "many.cube: ", "9 rows"),
        ("nan.cube", CUBE_HEAD + ROWS.replace("0 1 1", "0 nan 1"), "nan.cube, line 9: ", "nan"),
        ("text.cube", CUBE_HEAD + ROWS.replace("0 1 1", "0 one 1"), "text.cube, line 9: ", "one"),
        ("size1.cube", "LUT_3D_SIZE 1\n0 0 0\n", "size1.cube, line 1: ", "1"),
        ("size300.cube", "LUT_3D_SIZE 300\n0 0 0\n", "size300.cube, line 1: ", "300"),
        ("huge.cube", "LUT_3D_SIZE 99999999999999999999\n", "huge.cube, line 1: ", ""),
        ("domain.cube", "DOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n" + CUBE_HEAD + ROWS, "domain.cube, line ", ""),
        ("slope.cc", CDL.format(slope="-1 1 1", power="1 1 1"), "slope.cc, line 4: ", "slope"),
        ("power.cc", CDL.format(slope="1 1 1", power="1 0 1"), "power.cc, line 6: ", "power"),
        ("words.cc", CDL.format(slope="1 one 1", power="1 1 1"), "words.cc, line 4: ", "one"),
        ("two.cc", CDL.format(slope="1 1", power="1 1 1"), "two.cc, line 4: ", ""),
        ("broken.cdl", "<ColorDecisionList><", "broken.cdl, line 1: ", ""),
        ("what.xyz", "0 0 0\n", "what.xyz: ", ""),
    ],
)
def test_a_look_file_that_is_wrong(refused, work, name, text, place, fault) -> None:
    if text is not None:
        (work / name).write_text(text)
    for command in (["render", PATTERN, "out.mov", "--frames", "2"], ["run", PATTERN, "--out", "null:"]):
        sentence = refused(*command, "--look", name)
        assert place in sentence
        assert fault.lower() in sentence.lower()
    assert place in refused("run", PATTERN, "--out", f"null:,cal={name}")


def test_a_one_dimensional_lut_of_65536_points_is_fine(work, capsys) -> None:
    values = np.linspace(0, 1, 65536)
    (work / "long.cube").write_text("LUT_1D_SIZE 65536\n" + "".join(f"{v:.6f} {v:.6f} {v:.6f}\n" for v in values))
    assert run_command_line(["render", PATTERN, "out.mov", "--frames", "2", "--look", "long.cube"]) == 0


def test_a_look_that_is_given_twice_is_said_and_applied(work, capsys) -> None:
    (work / "a.cube").write_text(CUBE_HEAD + ROWS)
    again = str(work / "a.cube")
    assert run_command_line(["render", PATTERN, "b.mov", "--frames", "2", "--look", "a.cube", "--look", again]) == 0
    assert f"--look {again} is given more than once and is applied each time" in capsys.readouterr().err
    assert run_command_line(["render", PATTERN, "c.mov", "--frames", "2", "--look", "a.cube"]) == 0
    assert "more than once" not in capsys.readouterr().err


def test_a_look_for_a_slot_that_is_not_there(refused, work) -> None:
    (work / "a.cube").write_text(CUBE_HEAD + ROWS)
    assert "--look B:a.cube: there is no slot B, only A" in refused("run", PATTERN, "--look", "B:a.cube", code=2)


# ---- outputs


@pytest.mark.parametrize("command", ["render", "run"])
@pytest.mark.parametrize(
    ("out", "code", "sentence"),
    [
        ("none/out.mov", 1, "none/out.mov: the folder none does not exist; make it or choose another one"),
        ("file/out.mov", 1, "the folder file is not a folder"),
        ("folder", 2, "folder"),
        ("folder.mov", 1, "folder.mov is a folder; give the name of a file in it"),
        ("taken.mov", 1, "taken.mov exists already; choose another name, or say --overwrite"),
        ("out.xyz", 2, "out.xyz"),
        ("out.mov,codec=nothing", 2, "nothing"),
        ("out.mov,view=upside", 2, "view='upside' is not known; view= takes source, bypass, graded, false-color"),
        ("out.mov,view=false-color:nothing", 2, "nothing"),
        ("out.mov,quality=high", 2, "quality='high' is not known"),
        ("out.mov,zebra=high", 2, "zebra='high' is not known"),
        ("out.mov,view=source,view=graded", 2, "gives view= more than once"),
        ("bogus:thing", 2, "there is no output 'bogus:'"),
    ],
)
def test_an_output_that_cannot_be(refused, work, command, out, code, sentence) -> None:
    (work / "folder").mkdir()
    (work / "folder.mov").mkdir()
    (work / "file").write_text("")
    (work / "taken.mov").write_bytes(b"yesterday")
    words = ["render", PATTERN, out, "--frames", "2"] if command == "render" else ["run", PATTERN, "--out", out]
    assert sentence in refused(*words, code=code)
    assert (work / "taken.mov").read_bytes() == b"yesterday"


def test_a_view_that_ends_in_nothing(refused) -> None:
    for words in (["--false-color", ""], ["--view", "compare:"]):
        assert "ends with a colon; write a preset or a percentage" in refused(
            "still", PATTERN, "-o", "a.png", *words, code=2
        )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_that_is_not_writable(refused, work) -> None:
    (work / "locked").mkdir(mode=0o500)
    assert "the folder locked is not writable" in refused("render", PATTERN, "locked/out.mov", "--frames", "2")


def test_an_output_folder_that_the_system_says_is_not_writable(refused, work, monkeypatch) -> None:
    """As above, also where the tests run as root."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (work / "locked").mkdir()
    assert "the folder locked is not writable" in refused("render", PATTERN, "locked/out.mov", "--frames", "2")


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        (["out.mov", "./out.mov,view=source"], "./out.mov would be written twice; give each output a name of its own"),
        (["ndi:Village", "ndi:Village,view=source"], "two outputs are called ndi:Village; give each a name of its own"),
        (["ndi:Village", "ndi:VILLAGE"], "two outputs are called ndi:VILLAGE"),
        (["decklink:1", "decklink:1"], "two outputs are called decklink:1"),
        (
            ["a.mov", "./a-2.mov"],
            "./a-2.mov is what a later part of a.mov may be called; give one of them another name",
        ),
        (["ndi:X,veiw=source"], "veiw= is not an option here, but view= is one"),
        (["null:,foo=bar"], "foo= is not an option here, only view, slot, cal"),
    ],
)
def test_outputs_that_are_refused_before_anything_opens(refused, outputs, sentence) -> None:
    assert sentence in refused("run", PATTERN, *(word for out in outputs for word in ("--out", out)), code=2)


def test_an_output_that_a_source_of_the_same_run_could_find(refused) -> None:
    sentence = refused("run", "ndi:Cam A", "--out", "ndi:CAM A", code=2)
    assert "'ndi:CAM A' has the name of a source of this run, which would then see itself" in sentence


def test_an_output_of_a_slot_that_is_not_there(refused) -> None:
    assert "wants slot B, but there is only A" in refused("run", PATTERN, "--out", "null:,slot=B", code=2)


def test_statistics_that_cannot_be_written_are_refused_at_the_start(refused) -> None:
    sentence = refused("run", PATTERN, "--out", "null:", "--stats", "none/s.json")
    assert "none/s.json: the folder none does not exist" in sentence


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (["run", "in.mov", "--out", "./in.mov", "--overwrite"], "./in.mov"),
        (["run", "in.mov", "--out", "null:", "--stats", "in.mov"], "in.mov"),
        (["run", "ffmpeg::in.mov", "--out", "in.mov", "--overwrite"], "in.mov"),
        (["run", "in.mov", "--out", "null:,cal=a.cube", "--stats", "a.cube"], "a.cube"),
        (["run", "in.mov", "--look", "A:a.cube", "--stats", "a.cube"], "a.cube"),
        (["render", "in.mov", "link.mov", "--overwrite"], "link.mov"),
        (["render", "seq.%04d.png", "./seq.%04d.png", "--overwrite"], "./seq.%04d.png"),
        (["still", "in.png", "-o", "in.png", "--overwrite"], "in.png"),
    ],
)
def test_a_command_never_replaces_what_it_reads(refused, work, capsys, words, file) -> None:
    assert run_command_line(["render", PATTERN, "in.mov", "--frames", "3"]) == 0
    assert run_command_line(["still", PATTERN, "-o", "in.png"]) == 0
    (work / "a.cube").write_text(CUBE_HEAD + ROWS)
    (work / "link.mov").symlink_to("in.mov")
    capsys.readouterr()
    assert f"{file} is what this command reads; give the result another name" in refused(*words, code=2)


def test_a_table_that_cannot_be_written_is_refused_before_anything_is_measured(refused, work) -> None:
    assert "none/t.json: the folder none does not exist" in refused("bench", "--quick", "--json", "none/t.json")


def test_statistics_never_replace_an_output(refused) -> None:
    assert "out.mov would be written twice" in refused("run", PATTERN, "--out", "out.mov", "--stats", "out.mov", code=2)


# ---- options


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run"], "there is no SOURCE"),
        (["nothing"], "No such command 'nothing'"),
        (["run", PATTERN, "--nothing"], "--nothing"),
        (["run", PATTERN, "--range", "wide"], "--range 'wide' is not known; choose auto, legal or full"),
        (["run", PATTERN, "--matrix", "bt1"], "--matrix 'bt1' is not known; choose auto, bt601, bt709, bt2020"),
        (["run", PATTERN, "--engine", "steam"], "engine 'steam' is not known; choose one of auto"),
        (["run", PATTERN, "--for", "soon"], "--for"),
        (["run", PATTERN, "--for", "inf"], "--for inf is not a number of seconds"),
        (["run", PATTERN, "--for", "nan"], "--for"),
        (["run", PATTERN, "--for", "0"], "--for"),
        (["run", PATTERN, "--for", "-3"], "--for"),
        (["demo", "--for", "inf"], "--for inf is not a number of seconds"),
        (["sources", "--wait", "nan"], "--wait"),
        (["bench", "--json"], "--json"),
        (["run", PATTERN, "--look", ""], "--look '' names no file"),
        (["run", ""], "'' names no source"),
        (["run", PATTERN, "--out", ""], "'' names no output"),
        (["run", PATTERN, "--threads", "99"], "--threads"),
        (["run", PATTERN, "--scopes", "-1"], "--scopes"),
        (["run", *[PATTERN] * 27], "27 sources are too many; a session has at most 26"),
        (["render", PATTERN, "out.mov"], f"'{PATTERN}' has no end; say how much to render with --frames"),
        (["render", PATTERN, "out.mov", "--frames", "0"], "--frames"),
        (["render", PATTERN, "ndi:Village"], "use: livegrade run SOURCE --out ndi:Village"),
        (["still", PATTERN, "--at", "1", "-o", "out.png", "--scopes", "nothing"], "nothing"),
    ],
)
def test_an_option_that_is_wrong(refused, words, sentence) -> None:
    assert sentence in refused(*words, code=2)


# ---- still


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["none.mov", "--at", "1", "-o", "s.png"], 1, "none.mov: there is no such file"),
        ([PATTERN, "--at", "1", "-o", "none/s.png"], 1, "the folder none does not exist"),
        ([PATTERN, "--at", "1", "-o", "s.xyz"], 2, "s.xyz"),
        ([PATTERN, "--at", "soon", "-o", "s.png"], 2, "--at 'soon' is not a frame number from 0 nor a timecode"),
        ([PATTERN, "--at", "-1", "-o", "s.png"], 2, "--at '-1' is not a frame number from 0 nor a timecode"),
        (["in.mov", "--at", "10:00:09:00", "-o", "s.png"], 1, "there is no frame 10:00:09:00"),
        ([PATTERN, "-o", "s.png", "--scopes", ""], 2, "'' is not a scope"),
        ([PATTERN, "-o", "s.png", "--scopes", "waveform:scale=stops"], 2, "read the scope at the source"),
        (
            [PATTERN, "-o", "s.png", "--scopes", "waveform", "--scale", "stops", "--tap", "source"],
            2,
            "needs to know the",
        ),
        (["in.mov", "--at", "99", "-o", "s.png"], 1, "in.mov: has 3 frames; there is no frame 99"),
    ],
)
def test_a_still_that_cannot_be_made(refused, capsys, words, code, sentence) -> None:
    assert run_command_line(["render", PATTERN, "in.mov", "--frames", "3"]) == 0
    capsys.readouterr()
    assert sentence in refused("still", *words, code=code)


# ---- the command itself


def test_a_machine_without_the_libraries_of_a_screen_is_told_so(capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "livegrade.ui.app", None)  # as importing Qt fails where libEGL is missing
    assert run_command_line([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("livegrade: the desktop cannot be opened: ")
    assert "--headless works without them" in said


def test_help_and_version(capsys) -> None:
    for words in (["--help"], ["run", "--help"]):
        assert run_command_line(words) == 0
        assert "Usage:" in capsys.readouterr().out
    assert run_command_line(["--version"]) == 0
    assert capsys.readouterr().out == f"livegrade {livegrade.__version__}\n"


@pytest.mark.parametrize(
    ("command", "choices"),
    [
        (
            "run",
            [
                *SCENES,
                *PRESETS,
                *CODECS,
                *ViewKind,
                *OnLoss,
                *CONTAINERS,
                *SOURCE_OPTIONS,
                *SINK_OPTIONS,
                *ENGINES,
                *Sampling,
            ],
        ),
        ("render", [*SCENES, *PRESETS, *CODECS, *ViewKind, *CONTAINERS, *ENGINES]),
        ("still", [*SCENES, *PRESETS, *ScopeKind, *LevelScale, *Tap, *ENGINES]),
        ("bench", [*Sampling]),
    ],
)
def test_help_names_every_choice(capsys, command, choices) -> None:
    assert run_command_line([command, "--help"]) == 0
    words = {word.rstrip(".") for word in re.split(r"[^\w.-]+", capsys.readouterr().out)}
    assert [choice for choice in choices if choice not in words] == []


def test_a_still_shows_the_views_of_an_output(work, capsys) -> None:
    words = ["still", "pattern:ramp@320x180p25", "--overwrite", "--look", "half.cdl"]
    Path("half.cdl").write_text(CDL.format(slope="0.5 0.5 0.5", power="1 1 1"))
    shown = {}
    for view in ("source", "graded", "compare:50"):
        assert run_command_line([*words, "-o", "s.png", "--view", view]) == 0
        shown[view] = np.asarray(Image.open("s.png"))
    compared = shown["compare:50"]
    assert np.array_equal(compared[:, :160], shown["source"][:, :160])
    assert np.array_equal(compared[:, 160:], shown["graded"][:, 160:])
    assert not np.array_equal(shown["source"], shown["graded"])
    capsys.readouterr()
    assert run_command_line([*words, "-o", "s.png", "--view", "source", "--false-color", "ire"]) == 2
    assert "give one of them" in capsys.readouterr().err
    assert run_command_line([*words, "-o", "s.png", "--view", "wipe"]) == 2
    assert "view 'wipe' is not known" in capsys.readouterr().err


def test_nits_of_hlg_are_of_the_display_that_is_said(work, refused) -> None:
    words = ["still", "pattern:ramp@320x180p25", "--overwrite", "--camera", "arri-logc4", "--to", "rec2100-hlg"]
    drawn = {}
    for name, more in (
        ("usual", ["--scopes", "waveform"]),
        ("said", ["--scopes", "waveform", "--hlg-peak", "600"]),
        ("of one", ["--scopes", "waveform:hlg-peak=600"]),
        ("of one, first", ["--scopes", "waveform:hlg-peak=600", "--hlg-peak", "2000"]),
    ):
        assert run_command_line([*words, "-o", "s.png", "--scale", "nits", *more]) == 0
        drawn[name] = Path("s.png").read_bytes()
    assert drawn["usual"] != drawn["said"] == drawn["of one"] == drawn["of one, first"]
    assert "--hlg-peak" in refused(*words, "-o", "s.png", "--hlg-peak", "300", code=2)


@pytest.mark.parametrize(("option", "guess"), [("--vi", ""), ("--false-colour", "; did you mean --false-color?")])
def test_only_a_near_option_is_guessed(refused, option, guess) -> None:
    """For --vi the parser itself has --ei."""
    sentence = refused("still", PATTERN, "-o", "s.png", option, "x", code=2).strip()
    assert option in sentence
    assert sentence.partition(";")[1:] == guess.partition(";")[1:]
    assert "--ei" not in sentence


def test_a_still_reports_in_json(work, capsys) -> None:
    assert run_command_line(["still", PATTERN, "--at", "2", "-o", "s.png", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report.pop("look")
    assert "stream's tag" in report.pop("range_source")
    expected = {"path": "s.png", "frame": 2, "timecode": "10:00:00:02", "view": "graded", "camera": None, "note": ""}
    assert report == expected | {"range": "legal", "look_notes": []}


def test_a_camera_says_its_range_and_why(work, capsys) -> None:
    words = ["still", "pattern:camera@320x180p25", "-o", "s.png", "--json", "--overwrite", "--camera"]
    assert run_command_line([*words, "sony-slog3", "--ei", "500", "--false-color", "arri-classic"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["camera"], report["range"]) == ("S-Log3, S-Gamut3", "full")
    assert "Sony, Technical Summary" in report["range_source"]
    assert "made for a display picture, not for S-Log3" in report["note"]
    assert run_command_line([*words, "sony-slog3", "--range", "legal"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["range"], report["range_source"]) == ("legal", "asked for")
    assert run_command_line([*words, "alexa 36"]) == 2
    assert "near names: " in capsys.readouterr().err
    assert run_command_line([*words, "sony-slog3", "--ei", "fast"]) == 2
    assert "--ei fast is not an exposure index" in capsys.readouterr().err
    assert run_command_line(["still", PATTERN, "-o", "t.png", "--ei", "800"]) == 2
    assert "add --camera" in capsys.readouterr().err


def test_one_look_is_rendered_for_two_displays(work, capsys) -> None:
    hdr, clean = "null:,to=rec2100-pq", "null:,to=rec2100-pq,view=source"
    words = ["run", "pattern:camera@320x180p25", "--camera", "arri-logc4", "--to", "rec709", "--for", "0.4"]
    outputs = ["--out", "null:", "--out", hdr, "--out", clean]
    assert run_command_line([*words, "--stats", "s.json", *outputs]) == 0
    report = json.loads(Path("s.json").read_text())
    assert [sink["view"] for sink in report["sinks"]] == [
        "graded",
        "graded, to Rec.2100 PQ, 1000 nit, aces2",
        "source",
    ]
    assert "Rec.709 BT.1886, aces2" in report["slots"][0]["look_baked"]["what"]
    baked = [sink["look_baked"] for sink in report["sinks"]]
    assert baked[0] is None
    assert baked[2] is None
    assert "Rec.2100 PQ, 1000 nit, aces2" in baked[1]["what"]
    told = capsys.readouterr().out
    assert 'slot A: output transform "Rec.709 BT.1886, aces2" baked into a lattice of 65 points' in told
    assert 'null:,to=rec2100-pq: output transform "Rec.2100 PQ, 1000 nit, aces2" baked into a lattice' in told
    assert f"{clean}: output transform" not in told
    assert told.count(" baked into a lattice") == 2
    still = [
        "still",
        "pattern:camera@320x180p25",
        "-o",
        "s.png",
        "--overwrite",
        "--to",
        "rec709",
        "--grade-in",
        "acescct",
    ]
    assert run_command_line(still) == 2
    assert "needs to know the camera" in capsys.readouterr().err
    assert run_command_line([*still, "--camera", "arri-logc4"]) == 0


def test_each_slot_has_its_own_camera(work, capsys) -> None:
    words = [
        "run",
        PATTERN,
        PATTERN,
        "--for",
        "0.3",
        "--stats",
        "s.json",
        "--out",
        "null:,slot=B,view=false-color:stops",
    ]
    assert run_command_line([*words, "--camera", "ALEXA 35", "--camera", "B:ALEXA Mini", "--ei", "B:400"]) == 0
    first, second = json.loads(Path("s.json").read_text())["slots"]
    assert first["camera"] == "ALEXA 35, LogC4, ARRI Wide Gamut 4"
    assert second["camera"] == "ALEXA Mini, LogC3 EI 400, ARRI Wide Gamut 3"
    assert (first["range"], first["range_source"][:8]) == ("legal", "ALEXA 35")
    assert "legal or extended by a setting of the camera" in second["range_source"]
    capsys.readouterr()
    assert run_command_line([*words, "--camera", "C:ALEXA 35"]) == 2
    assert "there is no slot C" in capsys.readouterr().err
    assert run_command_line([*words, "--camera", "A:ALEXA 35"]) == 2
    assert "'stops' needs to know the camera" in capsys.readouterr().err


def test_a_run_without_outputs_says_that_nothing_is_sent(work, capsys) -> None:
    assert run_command_line(["run", PATTERN, "--for", "0.3"]) == 0
    printed = capsys.readouterr().out
    assert "no --out: the picture is measured and sent nowhere" in printed
    assert re.match(r"\d s \| A: ", printed.rstrip().splitlines()[-1])


@pytest.mark.skipif(os.name == "nt", reason="pipes tell of a reader that has gone in another way")
@pytest.mark.emulated
def test_a_reader_that_goes_is_no_traceback(work) -> None:
    for words in (["--help"], ["sources", "--wait", "0.1", "--json"]):
        with subprocess.Popen(LIVEGRADE + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            assert (process.wait(60), process.stderr.read()) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.emulated
def test_an_answer_that_cannot_be_written_is_a_sentence(work) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*LIVEGRADE, "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "livegrade: the answer cannot be printed: No space left on device\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes tell of a reader that has gone in another way")
@pytest.mark.emulated
def test_a_recording_outlives_the_terminal(work) -> None:
    """Nobody reads what a live run prints any more: the picture stays up and the take is finished."""
    words = ["run", PATTERN, "--out", "take.mov", "--for", "1", "--stats", "s.json"]
    with subprocess.Popen(LIVEGRADE + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        code, complaint = process.wait(60), process.stderr.read()
    sink = json.loads((work / "s.json").read_text())["sinks"][0]
    _assert_a_success_if_whole(code, complaint.decode(), sink["missing"])
    with av.open("take.mov") as container:
        assert len(list(container.decode(video=0))) == sink["frames_out"] > 0


def _assert_a_success_if_whole(code: int, complaint: str, missing: int) -> None:
    """Other work on the machine may cost a live recording a picture, which is told and no success then."""
    assert code == (1 if missing else 0)
    assert complaint.count("\n") == complaint.count(f"take.mov is not whole: {missing} picture") == code


@pytest.mark.emulated
def test_a_name_that_the_terminal_has_no_letters_for(work) -> None:
    words = ["still", PATTERN, "-o", "Lücke.png"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(LIVEGRADE + words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "L\\xfccke.png: frame 0, 10:00:00:00, graded\n")


def test_a_sampling_of_scopes_that_is_not_known(refused) -> None:
    for words in (("run", PATTERN, "--out", "null:"), ("bench",)):
        sentence = refused(*words, "--scope-sampling", "3x3", code=2)
        assert "'3x3' is no sampling of scopes; known ones are auto, full, 2x2" in sentence


def test_a_name_with_line_ends_still_makes_one_line(refused) -> None:
    assert "no such file" in refused("render", "two\nlines\x1b[31m.mov", "out.mov")


def test_ctrl_c_before_anything_runs_is_not_a_traceback(monkeypatch, capsys) -> None:
    def interrupted(*arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("livegrade.doctor.report", interrupted)
    assert run_command_line(["doctor"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_run_into_a_file_is_a_success_and_says_what_it_did(work, capsys) -> None:
    words = ["run", PATTERN, "--out", "take.mov", "--out", "null:", "--for", "0.5", "--stats", "s.json"]
    code, printed = run_command_line(words), capsys.readouterr()
    sink = json.loads((work / "s.json").read_text())["sinks"][0]
    _assert_a_success_if_whole(code, printed.err, sink["missing"])
    assert "engine native" in printed.out
    assert "slot A: signal is 480x270p25" in printed.out
    assert sorted(path.name for path in work.iterdir()) == ["s.json", "take.mov"]


def test_a_run_whose_file_ends_early_fails_with_a_sentence(work, capsys) -> None:
    with av.open("whole.mp4", "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=100, options={"preset": "ultrafast", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(30):
            noise = np.random.default_rng(index).integers(16, 235, (48, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
        container.mux(stream.encode())
    whole = (work / "whole.mp4").read_bytes()
    (work / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert run_command_line(["run", "cut.mp4", "--out", "null:"]) == 1
    assert "slot A: cut.mp4: ended early after" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "stream", "text"),
    [
        (["--version"], 0, "stdout", f"livegrade {livegrade.__version__}\n"),
        (["render", "none.mov", "out.mov"], 1, "stderr", "livegrade: none.mov: there is no such file\n"),
    ],
)
@pytest.mark.emulated
def test_as_a_process(work, words, code, stream, text) -> None:
    script = Path(sys.executable).with_name("livegrade.exe" if os.name == "nt" else "livegrade")
    for command in ([sys.executable, "-P", "-m", "livegrade"], [str(script)]):
        done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
        assert (done.returncode, getattr(done, stream)) == (code, text)
        assert (done.stderr if stream == "stdout" else done.stdout) == ""


@pytest.mark.emulated
def test_a_run_that_only_records_ends_when_the_recording_fails(work, monkeypatch, capsys) -> None:
    def full(*_: object) -> None:
        raise SinkError("out.mov: the disk is full; make room and start again")

    monkeypatch.setattr("livegrade.outputs.ffmpeg.FileSink.write", full)
    assert run_command_line(["run", PATTERN, "--out", "out.mov"]) == 1
    told = capsys.readouterr()
    assert "out.mov: the disk is full; make room and start again" in told.err
    assert "no output is left that works" in told.err
    assert "FAULTED" in told.out


RIG = """livegrade = 1
[[slot]]
name = "A"
source = "pattern:bars@320x180p25"
[[slot]]
name = "B"
source = "nid:X"
[[output]]
address = "null:"
view = "source"
"""


def test_a_rig_runs_and_says_all_that_is_wrong_in_it(work, capsys) -> None:
    Path("cart.toml").write_text(RIG, encoding="utf-8")
    assert run_command_line(["run", "--rig", "cart.toml", "--for", "0.3", "--stats", "s.json"]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("cart.toml: 1 fault\n  slot B\n    source, line 7: 'nid:X': there is no source 'nid:'")
    assert told.err.endswith("cart.toml: the rest starts\n")
    report = json.loads(Path("s.json").read_text())
    assert [(slot["name"], slot["state"]) for slot in report["slots"]] == [("A", "running")]
    assert report["sinks"][0]["view"] == "source"
    Path("cart.toml").write_text(RIG.replace("nid:X", "pattern:bars@320x180p25"), encoding="utf-8")
    assert run_command_line(["run", "--rig", "cart.toml", "--for", "0.3"]) == 0


def test_what_is_wrong_in_a_rig_is_an_alarm_where_nobody_reads_along(work, capsys, monkeypatch) -> None:
    """As in a session that a window starts."""
    from livegrade.commands import run
    from livegrade.control.seen import Seen
    from livegrade.control.troubles import Troubles

    found, end = [], run._end

    def ends(session, *words):
        found.extend(Troubles(session).tree(Seen()).entries.values())
        return end(session, *words)

    monkeypatch.setattr(run, "_end", ends)
    Path("cart.toml").write_text(RIG, encoding="utf-8")
    assert run_command_line(["run", "--rig", "cart.toml", "--headless", "--no-library", "--for", "0.1"]) == 1
    [alarm] = (one for one in found if one.subject == "rig")
    assert alarm.what.startswith("slot B, source, line 7: 'nid:X': there is no source 'nid:'")
    assert "mend that line" in alarm.advice
    assert (alarm.lasts, alarm.seen) == (False, False)
    told = capsys.readouterr()
    assert (told.out + told.err).count("there is no source 'nid:'") == 1  # under the rig's name, before it starts


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ('view = "nonsense"', "no output of cart.toml can start: the picture is measured and sent nowhere until its"),
        (None, "no output in cart.toml: the picture is measured and sent nowhere; add [[output]] and for example"),
    ],
)
def test_a_rig_without_an_output_that_works_is_told_what_to_do_in_the_rig(
    output: str | None, sentence: str, work, capsys
) -> None:
    """Beside --rig there is no --out."""
    rig = RIG.replace("nid:X", "pattern:bars@320x180p25")
    rig = rig.partition("[[output]]")[0] if output is None else rig.replace('view = "source"', output)
    Path("cart.toml").write_text(rig, encoding="utf-8")
    assert run_command_line(["run", "--rig", "cart.toml", "--for", "0.1"]) == (0 if output is None else 1)
    printed = capsys.readouterr().out
    assert sentence in printed
    assert "--out" not in printed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((PATTERN,), "--rig says what SOURCE says; write it into cart.toml or leave --rig away"),
        (("--ei", "800"), "--rig says what --ei says"),
        (("--out", "null:"), "--rig says what --out says"),
        (("--range", "full"), "--rig says what --range says"),
        (("--scopes", "0"), "--rig says what --scopes says"),
        (("--scope-sampling", "full"), "--rig says what --scope-sampling says"),
    ],
)
def test_a_rig_and_words_that_say_the_same_are_refused(words, sentence, refused) -> None:
    Path("cart.toml").write_text(RIG, encoding="utf-8")
    assert sentence in refused("run", "--rig", "cart.toml", *words, code=2)


def test_a_rig_that_is_none_is_refused_in_a_sentence(refused) -> None:
    assert "nowhere.toml: there is no such file" in refused("run", "--rig", "nowhere.toml")
    Path("new.toml").write_text("livegrade = 9\n", encoding="utf-8")
    assert "new.toml is a rig of format 9" in refused("run", "--rig", "new.toml")
