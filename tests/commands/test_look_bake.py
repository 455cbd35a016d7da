"""`livegrade look bake` as a person runs it; OpenColorIO reads the file and says how far it is off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest
from typer.testing import CliRunner

from livegrade.cli import app, run_command_line
from livegrade.color.boxes import BOXES, Box
from livegrade.color.files import load_look_file, open_look_file
from livegrade.color.nodes import Lut3d
from livegrade.errors import LivegradeError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SLOPE, OFFSET, POWER, SATURATION = [1.1, 1.0, 0.95], [0.01, -0.02, 0.0], [1.1, 0.95, 1.0], 1.1


@pytest.fixture
def cdl(tmp_path: Path) -> Path:
    path = tmp_path / "day1.cc"
    rows = (" ".join(map(str, numbers)) for numbers in (SLOPE, OFFSET, POWER))
    sop = "".join(f"<{n}>{row}</{n}>" for n, row in zip(("Slope", "Offset", "Power"), rows, strict=True))
    sat = f"<SatNode><Saturation>{SATURATION}</Saturation></SatNode>"
    path.write_text(f'<ColorCorrection id="d"><SOPNode>{sop}</SOPNode>{sat}</ColorCorrection>')
    return path


def baked(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["look", "bake", "--json", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert isinstance(report, dict)
    return report


def run_ocio(rgb: NDArray[np.float64], transform: ocio.Transform) -> NDArray[np.float64]:
    processor = ocio.Config.CreateRaw().getProcessor(transform)
    pixels = np.ascontiguousarray(rgb, np.float32)
    processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS).applyRGB(pixels)
    return pixels.astype(np.float64)


@pytest.mark.parametrize("suffix", [".cube", ".3dl", ".csp", ".clf", ".spi3d"])
def test_the_file_is_off_by_what_is_said(cdl: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"box{suffix}"
    report = baked("--look", str(cdl), "--for", "colorbox", "--range-map", "4-1019", "-o", str(out))
    assert (report["size"], report["bits"], report["range"]) == (33, 12, "legal")
    codes = np.random.default_rng(4).uniform(4, 1019, (20_000, 3))
    truth = ocio.CDLTransform(slope=SLOPE, offset=OFFSET, power=POWER, sat=SATURATION)
    truth.setStyle(ocio.CDL_ASC)
    wanted = np.clip(run_ocio((codes - 64) / 876, truth) * 876 + 64, 4, 1019)
    file = ocio.FileTransform(str(out), interpolation=ocio.INTERP_TETRAHEDRAL)
    given = run_ocio((codes - 4) / 1015, file) * 1015 + 4
    off = np.abs(given - wanted)
    error = report["error"]
    assert isinstance(error, dict)
    assert 0.5 * error["maximum"] < off.max() < 1.1 * error["maximum"]
    assert off.mean() == pytest.approx(error["mean"], rel=0.5)


def test_a_shaper_goes_into_the_file_where_it_pays(tmp_path: Path) -> None:
    cdl = tmp_path / "gamma.cc"
    cdl.write_text(
        '<ColorCorrection id="g"><SOPNode><Slope>1 1 1</Slope><Offset>0 0 0</Offset><Power>0.4 0.4 0.4</Power>'
        "</SOPNode></ColorCorrection>"
    )
    codes = np.random.default_rng(4).uniform(0, 1, (20_000, 3))
    truth = codes**0.4
    for suffix in (".cube", ".clf"):
        out = tmp_path / f"gamma{suffix}"
        report = baked("--look", str(cdl), "--shaper", "auto", "-o", str(out))
        assert report["shaper"] != "none"
        file = ocio.FileTransform(str(out), interpolation=ocio.INTERP_TETRAHEDRAL)
        if suffix == ".cube":
            # OpenColorIO takes no TITLE in a .cube with a shaper.
            lines = [line for line in out.read_text().splitlines() if not line.startswith("TITLE")]
            out.write_text("\n".join(lines) + "\n")
        error = report["error"]
        assert isinstance(error, dict)
        off = np.abs(run_ocio(codes, file) - truth) * 876
        assert off.max() < 1.1 * error["maximum"] + 0.01
        assert off.mean() < 1.1 * error["mean"] + 0.01


def test_panasonic_files_have_whole_numbers_red_fastest(cdl: Path, tmp_path: Path) -> None:
    out = tmp_path / "look.vlt"
    assert baked("--look", str(cdl), "--for", "panasonic-vlt", "-o", str(out))["bits"] == 12
    rows = [line.split() for line in out.read_text().splitlines() if line and line[0].isdigit()]
    assert len(rows) == 17**3
    truth = ocio.CDLTransform(slope=SLOPE, offset=OFFSET, power=POWER, sat=SATURATION)
    truth.setStyle(ocio.CDL_ASC)
    red = run_ocio(np.array([[0.5, 0.0, 0.0]]), truth)[0]
    assert [int(code) for code in rows[8]] == pytest.approx(np.clip(red, 0, 1) * 4095, abs=1)


def test_a_camera_gives_the_range_and_the_output_transform(cdl: Path, tmp_path: Path) -> None:
    """Against the same chain out of OpenColorIO alone: its CDL, its camera transform, its rendering."""
    out = tmp_path / "cam.cube"
    camera = ["--camera", "sony-slog3", "--range-map", "0-1023"]
    report = baked("--look", str(cdl), *camera, "--to", "rec709", "--size", "65", "-o", str(out))
    assert report["range"] == "full"
    assert "the output transform rec709 stands behind" in str(report["notes"])
    assert str(open_look_file(str(out)).output_space) == "rgb/rec709/d65/bt1886"
    truth = ocio.CDLTransform(slope=SLOPE, offset=OFFSET, power=POWER, sat=SATURATION)
    truth.setStyle(ocio.CDL_ASC)
    names = ("SONY_SLOG3-SGAMUT3_to_ACES2065-1", "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-100nit-REC709_2.0")
    chain = [*map(ocio.BuiltinTransform, names), ocio.BuiltinTransform("DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709")]
    greys = np.repeat(np.random.default_rng(3).uniform(0.1, 0.9, (2000, 1)), 3, axis=1)
    wanted = run_ocio(greys, ocio.GroupTransform([truth, *chain]))
    given = run_ocio(greys, ocio.FileTransform(str(out), interpolation=ocio.INTERP_TETRAHEDRAL))
    error = report["error"]
    assert isinstance(error, dict)
    assert np.abs(given - wanted).max() * 1023 < 4.0
    assert error["space"] == "Rec.709 BT.1886"


def test_a_lut_before_an_output_transform_is_said(cdl: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.cube"
    baked("--look", str(cdl), "-o", str(first))
    report = baked("--look", str(first), "--camera", "sony-slog3", "--to", "rec2100-pq", "-o", str(tmp_path / "2.cube"))
    assert "leave out --to" in str(report["notes"])
    error = report["error"]
    assert isinstance(error, dict)
    assert (error["metric"], error["space"]) == ("delta E ITP", "Rec.2100 PQ")


@pytest.mark.parametrize("box", [box for box in BOXES if box.source], ids=lambda box: box.name)
def test_every_device_can_be_baked_for(cdl: Path, tmp_path: Path, box: Box) -> None:
    out = tmp_path / f"look{box.suffixes[0] if box.suffixes else '.cube'}"
    baked("--look", str(cdl), "--for", box.name, "-o", str(out))
    (node,) = load_look_file(str(out))
    assert isinstance(node, Lut3d)
    assert node.size == box.sizes[0]


def test_the_report_for_people(cdl: Path, tmp_path: Path) -> None:
    out = tmp_path / "box.cube"
    result = CliRunner().invoke(app, ["look", "bake", "--look", str(cdl), "--for", "boxio", "-o", str(out)])
    lines = result.output.splitlines()
    assert lines[0] == f"{out}: Iridas/Adobe .cube, 33 points a side, 12 bits, no shaper"
    assert "10-bit codes 64 and 940" in lines[1]
    assert "Rec.709 BT.1886" in lines[-2]
    assert lines[-1].startswith("  there the look gives ")


def test_a_format_of_one_size_gets_that_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    look, out = tmp_path / "a.cc", tmp_path / "a.vlt"
    look.write_text('<ColorCorrection id="a"><SatNode><Saturation>0.5</Saturation></SatNode></ColorCorrection>')
    assert run_command_line(["look", "bake", "--look", str(look), "-o", str(out)]) == 0
    assert "17 points a side" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["-o", "a.cube", "--for", "lutbox"], "choose from generic, colorbox"),
        (["-o", "a.cube", "--for", "colorbox", "--size", "65"], "--for colorbox takes 33"),
        (["-o", "a.cube", "--for", "boxio", "--range-map", "0-1023"], "--for boxio has 64-940"),
        (["-o", "a.cube", "--for", "panasonic-vlt"], "takes .vlt"),
        (["-o", "a.vlt", "--size", "33"], "has 17 points a side, not 33"),
        (["-o", "a.vlt", "--size", "17", "--bits", "10"], "its entries have 12 bits, not 10"),
        (["-o", "a.3dl", "--shaper", "auto"], "can hold no such shaper"),
        (["-o", "a.csp", "--shaper", "auto"], "can hold no such shaper"),
        (["-o", "a.png"], "a baked LUT is written as"),
        (["-o", "a.cube", "--to", "xyz"], "choose from rec709"),
        (["-o", "a.cube", "--to", "rec709"], "needs to know the camera"),
        (["-o", "a.cube", "--bits", "11"], "choose 10, 12 or float"),
        (["-o", "a.cube", "--size", "34"], "takes 17, 26"),
        (["-o", "a.cube", "--range-map", "1-2"], "choose from 64-940"),
        (["-o", "a.cube", "--range", "wide"], "choose auto, legal or full"),
    ],
)
def test_what_cannot_be_is_refused(
    cdl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], fault: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LivegradeError) as caught:
        CliRunner().invoke(app, ["look", "bake", "--look", str(cdl), *arguments], catch_exceptions=False)
    assert fault in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["day1.cc"]
