"""Look files of the test material: which load and which do not, and the colours of those that do against OpenColorIO.

Our readers of text formats share no code with OpenColorIO's, so that agreement says something. It runs unoptimised in
float32 with clamping CDLs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.files import READERS, load_look_file, open_look_file
from livegrade.color.look import Look
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    JudgedFile = Callable[..., NDArray[np.float32]]

TOLERANCE = 1e-5

GOOD = {
    "Test_12to16fp.lut",
    "camera_to_aces.spimtx",
    "comp2.spi3d",
    "cpf.spi1d",
    "crosstalk.3dl",
    "discreet-3d-lut.3dl",
    "houdini.lut",
    "iridas_3d.itx",
    "logtolin_8to8.lut",
    "lustre_33x33x33.3dl",
    "lut1d_1.spi1d",
    "lut1d_2.spi1d",
    "lut1d_4.spi1d",
    "lut1d_5.spi1d",
    "lut3d_1.spi3d",
    "lut3d_arbitrary.csp",
    "lut3d_bizarre.spi3d",
    "lut3d_blu-only.csp",
    "lut3d_grn-only.csp",
    "lut3d_red-only.csp",
    "nuke_3d.vf",
    "pandora_3d.m3d",
    "sRGB_to_linear.spi1d",
    "spi_ocio_srgb_test.spi3d",
}
"""Text formats; .cube and CDL have theirs in test_against_ocio.py, CLF in test_clf.py."""

STEEP = ("cpf.spi1d", "lut1d_5.spi1d")
"""Tables up to 64, where float32 is coarser than the bar; see test_where_ocio_is_off_by_its_float32."""

REFUSED = {
    "error_truncated_file.3dl": "holds 369 rows of numbers",
    "error_truncated_file.lut": "the file seems cut off",
    "error_unknown_format.txt": "'.txt' is not a look file",
    "legacy_flmlk_desat.lut": "begins with '3DLUTMatrix'",
    "legacy_slog_to_log_v3_lustre.lut": "begins with 'LUT12'",
}


def colours() -> NDArray[np.float64]:
    """Grey ramp, saturated corners of three sizes, and 10,000 random colours; exact in float32."""
    ramp = np.repeat(np.linspace(-0.5, 2.0, 1025)[:, None], 3, axis=1)
    unit = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    random = np.random.default_rng(7)
    every = [ramp, unit, unit * 0.5, unit * 2.5 - 0.5, random.uniform(-0.1, 1.1, (10_000, 3))]
    return np.concatenate(every).astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_the_colours_of_every_good_file(judged_file: JudgedFile, shared_data: Path, name: str) -> None:
    path = shared_data / "look-files" / name
    rgb = colours()
    form = Look(load_look_file(str(path))).slots()
    assert form.baked is None
    tolerance = 3e-5 * 64 if name in STEEP else TOLERANCE
    assert np.abs(form.apply(rgb) - judged_file(path, rgb)).max() < tolerance


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_every_broken_file_is_refused_with_its_fault(shared_data: Path, name: str) -> None:
    with pytest.raises(LookFileError) as caught:
        open_look_file(str(shared_data / "look-files" / name))
    assert REFUSED[name] in caught.value.fault


def test_no_file_of_the_material_is_forgotten(shared_data: Path) -> None:
    """Every text LUT is in one of the two lists above."""
    other = {".cube", ".cdl", ".cc", ".ccc", ".clf", ".ctf", ""}
    files = {path.name for path in (shared_data / "look-files").rglob("*") if path.suffix not in other}
    assert files - {"configs"} == GOOD | set(REFUSED)


@pytest.mark.parametrize("name", STEEP)
def test_where_ocio_is_off_by_its_float32(judged_file: JudgedFile, shared_data: Path, name: str) -> None:
    """Steep tables up to 64: counted out in fractions from the text, ours are the numbers and OpenColorIO's are not."""
    path = shared_data / "look-files" / name
    head, body = path.read_text().split("{")
    first, last = map(Fraction, next(line for line in head.splitlines() if line.startswith("From")).split()[1:])
    values = [Fraction(line.split()[0]) for line in body.replace("}", "").splitlines() if line.strip()]
    rgb = colours()
    theirs = judged_file(path, rgb)
    row = int(np.abs(Look(load_look_file(str(path))).apply(rgb) - theirs).max(axis=1).argmax())
    apart = []
    for given, other in zip(rgb[row], theirs[row], strict=True):
        place = (min(max(Fraction(float(given)), first), last) - first) / (last - first) * (len(values) - 1)
        cell = min(int(place), len(values) - 2)
        exact = float(values[cell] + (place - cell) * (values[cell + 1] - values[cell]))
        (ours,) = Look(load_look_file(str(path))).apply(np.full((1, 3), given))[:, 0]
        assert ours == pytest.approx(exact, rel=1e-12)
        apart.append(abs(float(other) - exact))
    assert max(apart) > 2e-4


def test_where_ocio_swaps_red_and_blue(judged_file: JudgedFile, tmp_path: Path) -> None:
    """A `.vlt` with red fastest, which only brightens red: OpenColorIO reads it as if blue ran fastest."""
    text = "# panasonic vlt file version 1.0\nLUT_3D_SIZE 2\n\n0 0 0\n4095 0 0\n0 2047 0\n4095 2047 0\n"
    text += "0 0 1000\n4095 0 1000\n0 2047 1000\n4095 2047 1000\n"
    path = tmp_path / "show.vlt"
    path.write_text(text)
    red = np.array([[1.0, 0.0, 0.0]])
    assert Look(load_look_file(str(path))).slots().apply(red)[0].tolist() == [1.0, 0.0, 0.0]
    assert judged_file(path, red)[0].tolist() != [1.0, 0.0, 0.0]


def test_where_ocio_guesses_the_depth_that_the_file_tells(judged_file: JudgedFile, tmp_path: Path) -> None:
    """A dark Lustre LUT of 12 bits: `Mesh 2 12` says so; OpenColorIO goes by the largest value and takes 10 bits."""
    path = tmp_path / "dark.3dl"
    path.write_text("3DMESH\nMesh 2 12\n" + "1023 1023 1023\n" * 125)
    grey = np.full((1, 3), 0.5)
    assert Look(load_look_file(str(path))).slots().apply(grey)[0, 0] == pytest.approx(1023 / 4095)
    assert judged_file(path, grey)[0, 0] == pytest.approx(1.0)


def test_a_cubic_prelut_is_what_ocio_makes_of_it(judged_file: JudgedFile, tmp_path: Path) -> None:
    path = tmp_path / "prelut.csp"
    prelut = "5\n-0.125 0 0.25 0.5 1.5\n0 0.1 0.5 0.75 1\n"
    rows = "".join(f"{r} {g} {b}\n" for b in (0, 0.5, 1) for g in (0, 0.25, 1) for r in (0, 0.75, 1))
    path.write_text("CSPLUTV100\n3D\n\n" + prelut * 2 + "2\n0 1\n0 1\n\n3 3 3\n" + rows)
    rgb = colours()
    assert np.abs(Look(load_look_file(str(path))).slots().apply(rgb) - judged_file(path, rgb)).max() < TOLERANCE


def test_a_global_transform_is_what_ocio_makes_of_it(judged_file: JudgedFile, tmp_path: Path) -> None:
    path = tmp_path / "scaled.vf"
    rows = "".join(f"{r} {g} {b}\n" for r in (0, 0.5, 1) for g in (0, 0.25, 1) for b in (0, 0.75, 1))
    scale = "0.3 0.01 0 0.1  0 0.25 0.02 0  0 0 0.3333333 0.05  0 0 0 1"
    path.write_text(f"#Inventor V2.1 ascii\ngrid_size 3 3 3\nglobal_transform {scale}\ndata\n{rows}")
    rgb = colours()
    assert np.abs(Look(load_look_file(str(path))).slots().apply(rgb) - judged_file(path, rgb)).max() < TOLERANCE


def test_every_extension_has_a_reader_of_its_own() -> None:
    text = ".cube .3dl .csp .spi1d .spi3d .spimtx .vlt .lut .itx .vf .m3d .mga .cdl .cc .ccc .edl .ale"
    assert set(text.split()) <= set(READERS)
