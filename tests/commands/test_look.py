"""`livegrade look info` and `look convert` as a person runs them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.cli import run_command_line
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.nodes import Lut3d
from livegrade.commands.options import look_notes

if TYPE_CHECKING:
    from pathlib import Path

CDL = (
    '<ColorCorrectionCollection><ColorCorrection id="A"><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset>'
    "<Power>1 1 1</Power></SOPNode></ColorCorrection><ColorCorrection id='B'><SatNode><Saturation>0</Saturation>"
    "</SatNode></ColorCorrection><ColorCorrection id='C'><SatNode><Saturation>-1</Saturation></SatNode>"
    "</ColorCorrection></ColorCorrectionCollection>"
)


@pytest.fixture
def cube(tmp_path: Path) -> Path:
    path = tmp_path / "show.cube"
    axis = [0.0, 0.5, 1.5]
    rows = "".join(f"{r} {g} {b - 0.25}\n" for b in axis for g in axis for r in axis)
    path.write_text(
        '# made by hand\n# LIVEGRADE_OUTPUTCOLORSPACE rgb/rec709/d65/bt1886\nTITLE "Day 1"\nLUT_3D_SIZE 3\n'
        "DOMAIN_MIN 0 -0.5 0\nDOMAIN_MAX 1 1 1\n" + rows
    )
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    path = tmp_path / "day1.ccc"
    path.write_text(CDL)
    return path


def test_info_tells_what_a_file_is(cube: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["look", "info", str(cube)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{cube}: Iridas/Adobe .cube"
    assert lines[1] == "  3D LUT of 3 points a side, domain 0 -0.5 0 to 1 1 1, output -0.25 to 1.5"
    assert "  title: Day 1" in lines
    assert "  output space: rgb/rec709/d65/bt1886" in lines
    assert "  comment: made by hand" in lines
    assert any(line.startswith("  assumes: ") for line in lines)


def test_info_tells_the_numbers_of_every_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = [
        {"type": "exposure", "stops": 0.5, "name": "one flag more"},
        {"type": "contrast", "contrast": 1.2, "mix": 50},
        {"type": "rgb-curves", "red": [[0, 0.02], [1, 0.98]], "enabled": False},
        {"type": "log", "base": 10},
        {"type": "matrix", "values": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "offset": [-0.0, 0, 0.5]},
    ]
    path = tmp_path / "look.json"
    path.write_text(json.dumps({"livegrade_look": 1, "nodes": nodes}))
    assert run_command_line(["look", "info", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1:6] == [
        '  exposure stops 0.5, "one flag more"',
        "  contrast 1.2, mix 50 %",
        "  RGB curves red (0 0.02) (1 0.98), off",
        "  logarithm base 10",
        "  matrix 1 0 0; 0 1 0; 0 0 1, offset 0 0 0.5",
    ]
    assert run_command_line(["look", "info", "--json", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)[0]["nodes"]
    assert (told[0]["stops"], told[1]["mix"], told[2]["enabled"]) == (0.5, 50.0, False)


def test_info_as_json(cube: Path, collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["look", "info", "--json", str(cube), f"{collection}#A"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["title"], first["output_space"]) == ("Day 1", "rgb/rec709/d65/bt1886")
    assert (first["nodes"][0]["type"], first["nodes"][0]["size"]) == ("3D LUT", 3)
    assert first["nodes"][0]["domain"] == [[0.0, -0.5, 0.0], [1.0, 1.0, 1.0]]
    assert first["nodes"][0]["output"] == [-0.25, 1.5]
    assert second["nodes"][0]["slope"] == [1.1, 1.0, 0.9]
    assert second["nodes"][0]["clamps"] is True
    assert len(second["id"]) == 32


def test_info_lists_a_collection(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["look", "info", str(collection)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{collection}: 3 corrections"
    assert lines[1] == "  A: CDL slope 1.1 1 0.9, offset 0 0 0, power 1 1 1, saturation 1"
    assert lines[3] == "  C: Saturation of correction 'C' must be zero or more, found -1"


def test_one_bad_file_costs_the_exit_code_and_not_the_others(
    cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.cube"
    bad.write_text("LUT_3D_SIZE 3\n0 0 0\n")
    assert run_command_line(["look", "info", str(bad), str(cube)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"{cube}: ")
    assert said.err == f"livegrade: {bad}: holds one row of numbers, LUT_3D_SIZE 3 needs 27; the file seems cut off\n"
    assert run_command_line(["look", "info", "--json", str(bad), str(cube)]) == 1
    first, second = json.loads(capsys.readouterr().out)
    assert "cut off" in first["error"]
    assert second["title"] == "Day 1"


def test_convert_keeps_what_it_reads(cube: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = cube.read_bytes()
    assert run_command_line(["look", "convert", str(cube), str(cube), "--size", "2", "--overwrite"]) == 2
    assert f"{cube} is what this command reads; give the result another name" in capsys.readouterr().err
    assert cube.read_bytes() == before


def test_a_size_that_is_no_number_is_a_sentence(cube: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for size, rule in (("many", "whole number|valid integer"), ("1", "2")):
        assert run_command_line(["look", "convert", str(cube), "a.cube", "--size", size]) == 2
        said = capsys.readouterr().err
        assert "'--size'" in said
        assert re.search(rule, said)
        assert "Input should be" not in said


def test_convert_writes_and_tells_the_error(cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.3dl"
    assert run_command_line(["look", "convert", str(cube), str(out), "--size", "17", "--bits", "10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{out}: Lustre .3dl, 10 bits"
    assert any("covers 0 to 1 only" in line for line in lines)
    assert "error in 10-bit codes: 511.500 at most" in lines[-2]
    assert "delta E 2000 (Rec.709 BT.1886): " in lines[-1]
    (node,) = load_look_file(str(out))
    assert isinstance(node, Lut3d)
    assert node.size == 17


def test_convert_keeps_what_is_there(cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.cube"
    out.write_text("mine")
    assert run_command_line(["look", "convert", str(cube), str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert run_command_line(["look", "convert", str(cube), str(out), "--overwrite"]) == 0
    assert load_look_file(str(out))[0].canonical == load_look_file(str(cube))[0].canonical
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.cube", "show.cube"]


def test_convert_takes_corrections_one_by_one_or_all(
    collection: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["look", "convert", f"{collection}#A", str(tmp_path / "a.cc")]) == 0
    assert run_command_line(["look", "convert", str(collection), str(tmp_path / "a.cube")]) == 1
    assert "choose one by its id" in capsys.readouterr().err
    assert run_command_line(["look", "convert", str(collection), str(tmp_path / "a.edl")]) == 1
    assert "must be zero or more" in capsys.readouterr().err
    assert not (tmp_path / "a.edl").exists()


def test_convert_takes_an_output_space(cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.cube"
    arguments = ["look", "convert", str(cube), str(out), "--output-space"]
    assert run_command_line([*arguments, "rec2020 pq"]) == 2
    assert "rgb/PRIMARIES/WHITE/EOTF" in capsys.readouterr().err
    assert run_command_line([*arguments, "rgb/rec2020/d65/pq"]) == 0
    assert "# LIVEGRADE_OUTPUTCOLORSPACE rgb/rec2020/d65/pq\n" in out.read_text()


@pytest.mark.parametrize("name", ["a.itx", "a", "folder/a.cube"])
def test_what_cannot_be_written_is_said(
    cube: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["look", "convert", str(cube), str(tmp_path / name)]) in (1, 2)
    assert capsys.readouterr().err.startswith("livegrade: ")


def test_a_cube_needs_nothing_heavy(tmp_path: Path) -> None:
    """`look` answers at once: of the packages only NumPy is loaded, and a 65-point cube is parsed natively."""
    axis = np.linspace(0, 1, 65)
    rows = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).transpose(2, 1, 0, 3).reshape(-1, 3)
    path = tmp_path / "big.cube"
    np.savetxt(path, rows, "%.6f", header="LUT_3D_SIZE 65", comments="")
    probe = (
        "import sys, time\n"
        "from livegrade.__main__ import main\n"
        f"sys.argv = ['livegrade', 'look', 'info', {str(path)!r}]\n"
        "try:\n    code = main()\nexcept SystemExit as end:\n    code = end.code\n"
        "print(code, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    code, *loaded = done.stderr.split()
    assert code in {"0", "None"}
    assert "65 points a side" in done.stdout
    heavy = {"av", "PyOpenColorIO", "cyndilib", "cupy", "PIL"}
    assert not {name.split(".")[0] for name in loaded} & heavy


def test_a_saved_look_is_written_and_told(cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "look.json"
    assert run_command_line(["look", "convert", str(cube), str(out)]) == 0
    assert "error in 10-bit codes: 0.000 at most" in capsys.readouterr().out
    assert load_look_file(str(out))[0].canonical == load_look_file(str(cube))[0].canonical
    assert json.loads(out.read_text())["name"] == "Day 1"
    assert run_command_line(["look", "convert", str(cube), str(tmp_path / "b.json"), "--size", "17"]) == 2
    assert "--size means nothing for a .json file" in capsys.readouterr().err
    two = tmp_path / "two.json"
    two.write_text(json.dumps({"livegrade_look": 1, "nodes": [{"type": "file", "path": "show.cube"}] * 2}))
    assert run_command_line(["look", "info", str(two)]) == 0
    (note,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("  note: "))
    assert "baked into a lattice of 65 points a side: 0.000 codes of 10 bits off on average" in note


def test_what_the_engine_holds_is_told(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["look", "info", str(shared_data / "look-files" / "clf" / "log_all_styles.clf")]) == 0
    (note,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("  note: "))
    assert "signals made from linear light are held at -0.5 and 8: at most 0.00 codes" in note
    assert "on codes that a wire carries, 8409.6 far outside of them" in note


def test_a_live_picture_tells_only_what_a_wire_can_show(shared_data: Path) -> None:
    folder = shared_data / "look-files" / "clf"
    assert look_notes(Look(load_look_file(str(folder / "log_all_styles.clf")))) == ()
    (note,) = look_notes(Look(load_look_file(str(folder / "lut1d_half_domain_raw_half_set.clf"))))
    assert "at most 2.63 codes of 10 bits off on codes that a wire carries" in note


def test_a_render_tells_what_was_baked(cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    looks = ["--look", str(cube), "--look", f"{tmp_path}/./show.cube"]
    command = ["render", "pattern:camera@320x180p25", str(tmp_path / "x.mov"), "--frames", "2", *looks]
    assert run_command_line(command) == 0
    assert capsys.readouterr().out.startswith("note: 3D LUT ")
    assert run_command_line([*command, "--overwrite", "--json"]) == 0
    (note,) = json.loads(capsys.readouterr().out)["look_notes"]
    assert "codes of 10 bits off" in note


def test_a_render_and_a_still_tell_what_their_own_picture_costs(
    cube: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output transform of the address and its calibration; nothing where the source is shown."""
    twice = tmp_path / "twice.json"
    twice.write_text(json.dumps({"livegrade_look": 1, "nodes": [{"type": "file", "path": "show.cube"}] * 2}))
    camera = ["--camera", "arri-logc4"]
    command = ["render", "pattern:camera@320x180p25", f"{tmp_path}/x.mov,to=rec709,cal={twice}", "--frames", "2"]
    assert run_command_line([*command, *camera, "--json"]) == 0
    own, calibration = json.loads(capsys.readouterr().out)["look_notes"]
    assert own.startswith('output transform "Rec.709 BT.1886, aces2" baked into a lattice of 65 points')
    assert calibration.startswith("calibration: 3D LUT ")
    assert "codes of 10 bits off" in calibration
    still = ["still", "pattern:camera@320x180p25", "-o", str(tmp_path / "s.png"), *camera, "--to", "rec709"]
    assert run_command_line(still) == 0
    assert capsys.readouterr().out.count('note: output transform "Rec.709 BT.1886, aces2" baked') == 1
    assert run_command_line([*still, "--view", "source", "--overwrite"]) == 0
    assert "baked" not in capsys.readouterr().out
