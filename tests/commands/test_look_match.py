"""`livegrade look match` as a person runs it: a known CDL put on a photograph by OpenColorIO is found again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import av
import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest
from typer.testing import CliRunner

from livegrade.cli import app
from livegrade.color.camera import camera
from livegrade.color.files import load_look_file
from livegrade.color.nodes import Cdl
from livegrade.errors import LivegradeError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SLOPE, OFFSET, POWER, SATURATION = [1.1, 1.0, 0.9], [0.02, -0.01, 0.03], [1.1, 0.95, 1.05], 0.85


def write_png(path: Path, signal: NDArray[np.float64]) -> None:
    """Full-range R'G'B' 0..1 in 16 bits, with a noise of two codes of ten bits."""
    noise = np.random.default_rng(len(path.stem)).normal(0.0, 2.0 / 1023, signal.shape)
    codes = np.rint(np.clip(signal + noise, 0, 1) * 65535).astype(np.uint16)
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = codes.shape[1], codes.shape[0], "rgb48be"
        frame = av.VideoFrame.from_ndarray(codes, format="rgb48le").reformat(format="rgb48be")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def pair(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A photograph in S-Log3, the same with the CDL, and the same two stops brighter."""
    with av.open(str(shared_data / "scenes" / "Desk.exr")) as container:
        light = next(container.decode(video=0)).reformat(format="gbrpf32le").to_ndarray()[::2, ::2].astype(np.float64)
    space = camera("VENICE 2").space
    signal = np.clip(space.curve.encode(light), 0, 1)
    truth = ocio.CDLTransform(slope=SLOPE, offset=OFFSET, power=POWER, sat=SATURATION)
    truth.setStyle(ocio.CDL_ASC)
    graded = np.ascontiguousarray(signal, np.float32)
    ocio.Config.CreateRaw().getProcessor(truth).getDefaultCPUProcessor().applyRGB(graded)
    folder = tmp_path_factory.mktemp("match")
    paths = (folder / "a.png", folder / "bb.png", folder / "ccc.png")
    for path, picture in zip(paths, (signal, graded, space.curve.encode(light * 2)), strict=True):
        write_png(path, picture)
    return paths


def matched(*arguments: str) -> dict[str, object]:
    command = ["look", "match", "--json", "--camera", "VENICE 2", *arguments]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert isinstance(report, dict)
    return report


def test_a_known_cdl_is_found_and_written(pair: tuple[Path, Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "match.cdl"
    report = matched(str(pair[0]), str(pair[1]), "-o", str(out))
    assert report["aligned"] is True
    (cdl,) = load_look_file(str(out))
    assert isinstance(cdl, Cdl)
    found = [*cdl.slope, *cdl.offset, *cdl.power, cdl.saturation]
    assert np.abs(np.array(found) - [*SLOPE, *OFFSET, *POWER, SATURATION]).max() < 0.02
    error = report["left_codes"]
    assert isinstance(error, float)
    assert error < 3.0


def test_a_stop_is_a_stop(pair: tuple[Path, Path, Path]) -> None:
    for extra in ([], ["--unaligned"], ["--region", "50,50,150,100"], ["--region", "0,0,150,100"] * 2):
        report = matched(str(pair[0]), str(pair[2]), *extra)
        assert report["stops"] == pytest.approx(1.0, abs=0.1), extra
        assert report["temperature"] == pytest.approx(report["reference"], abs=300)


def test_frames_of_a_clip(tmp_path: Path) -> None:
    report = matched("pattern:camera@960x540p25@3", "pattern:camera@960x540p25@3")
    assert report["stops"] == pytest.approx(0.0, abs=1e-6)
    assert report["contrast"] == pytest.approx(1.0)
    odd = tmp_path / "shot@25"
    odd.write_bytes(b"nothing")
    with pytest.raises(LivegradeError, match="shot@25"):
        matched(str(odd), str(odd))


def test_the_report_for_people(pair: tuple[Path, Path, Path]) -> None:
    command = ["look", "match", str(pair[0]), str(pair[2]), "--camera", "VENICE 2"]
    lines = CliRunner().invoke(app, command, catch_exceptions=False).output.splitlines()
    assert "VENICE 2" in lines[0]
    assert lines[1].startswith("  exposure +1.0") or lines[1].startswith("  exposure +0.9")
    assert lines[-1].startswith("  leaves ")


def test_the_report_says_how_rough_it_is(pair: tuple[Path, Path, Path]) -> None:
    def told(*more: str) -> list[str]:
        command = ["look", "match", str(pair[0]), str(pair[2]), "--camera", "VENICE 2", *more]
        return CliRunner().invoke(app, command, catch_exceptions=False).output.splitlines()

    lines = told("--unaligned")
    assert ", give or take " in lines[1]
    assert lines[-1].startswith("  rough: with other parts of the pictures in frame")
    shifted = told("--region", "0,0,250,400", "--region", "20,0,250,400")
    assert shifted[-1].startswith("  not to be trusted: the second picture shows the same 20 pixels to the left; crop")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--camera", "VENICE 2", "--region", "1,2,3"], "X,Y,WIDTH,HEIGHT"),
        (["--camera", "VENICE 2", "--region", "1,2,0,3"], "X,Y,WIDTH,HEIGHT"),
        (["--camera", "VENICE 2", "--region", "9000,0,10,10"], "lies outside"),
        (["--camera", "VENICE 2", "--region", "0,0,9,9", "--region", "0,0,9,9", "--region", "0,0,9,9"], "given once"),
        (["--camera", "VENICE 2", "-o", "match.cube"], "the CDL is written as"),
        ([], "add --camera"),
    ],
)
def test_what_cannot_be_is_refused(pair: tuple[Path, Path, Path], arguments: list[str], fault: str) -> None:
    command = ["look", "match", str(pair[0]), str(pair[1]), *arguments]
    with pytest.raises(LivegradeError) as caught:
        CliRunner().invoke(app, command, catch_exceptions=False)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        ("pattern:camera@480x270p25@0", "none.png", "none.png: there is no such file"),
        ("{}@9999", "{}", "there is no frame 9999"),
    ],
)
def test_pictures_that_are_not_there_go_before_a_camera_that_is_not_named(
    tmp_path: Path, first: str, second: str, fault: str
) -> None:
    still = tmp_path / "a.png"
    write_png(still, np.full((8, 8, 3), 0.5))
    with pytest.raises(LivegradeError, match=fault):
        CliRunner().invoke(app, ["look", "match", first.format(still), second.format(still)], catch_exceptions=False)
