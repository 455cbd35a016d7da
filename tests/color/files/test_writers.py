"""Every written format, read back by a library that did not write it: ramps, saturated corners and random colours.

Second readers: OpenColorIO, colour-science (its LUT readers share no code with OpenColorIO's), colour-clf-io, pycmx,
the csv module. `.vlt` has no second reader that is right, so its rows are counted out by hand from the format's rule.
"""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pycmx
import PyOpenColorIO as ocio  # noqa: N813
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour
    import colour_clf_io

from livegrade.color.files import list_corrections, load_look_file, open_look_file
from livegrade.color.files.content import OutputSpace
from livegrade.color.files.write_cdl import WRITERS, ClipCdl
from livegrade.color.files.write_clf import Writable, write_clf
from livegrade.color.files.write_lut import FORMATS, RESOLVE_CUBE, LutFormat, WriteOptions
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Judged = Callable[..., NDArray[np.float32]]
    JudgedFile = Callable[..., NDArray[np.float32]]

SIZE = 17
AXIS = np.linspace(0.0, 1.0, SIZE)
GRID = np.stack(np.meshgrid(AXIS, AXIS, AXIS, indexing="ij"), axis=-1)
FILM = np.clip(
    GRID @ np.array([[0.9, 0.2, 0.0], [0.05, 0.7, 0.1], [0.1, 0.0, 0.8]]) ** np.array([0.8, 1.0, 1.2]), 0.0, 1.0
)
"""A look that treats every channel and every axis differently, within 0..1."""

LATTICE = Lut3d(Samples(FILM))
WIDE = Lut3d(Samples(FILM * 1.4 - 0.2), (-0.125, 0.0, -0.25), (1.25, 1.5, 1.0))
CURVE = Lut1d(Samples(np.linspace(0, 1, 300)[:, None] ** np.array([0.5, 1.0, 1.5]) * 1.2 - 0.1))
SHAPED = Lut3d(
    Samples(FILM),
    shaper=Lut1d(Samples(np.linspace(0, 1, 64)[:, None] ** np.array([0.7, 0.6, 0.9])), (-0.25,) * 3, (1.5,) * 3),
)
NOTES = WriteOptions(
    'Day 1, "Küche"', ("made for the test", "two\nlines"), OutputSpace("rec709", "d65", "bt1886"), bits=12
)


def colours() -> NDArray[np.float64]:
    ramp = np.repeat(np.linspace(-0.3, 1.6, 1025)[:, None], 3, axis=1)
    unit = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    random = np.random.default_rng(7).uniform(-0.3, 1.6, (10_000, 3))
    return np.concatenate([ramp, unit, random]).astype(np.float32).astype(np.float64)


RGB = colours()


def ocio_cdl(
    judged: Judged, slope: Sequence[float], offset: Sequence[float], power: Sequence[float], sat: float
) -> NDArray[np.float32]:
    """RGB through OpenColorIO's CDL with the numbers that a second library read."""
    transform = ocio.CDLTransform(slope=slope, offset=offset, power=power, sat=sat)
    transform.setStyle(ocio.CDL_ASC)
    return judged(RGB, transform)


def truth(*nodes: Writable) -> NDArray[np.float64]:
    form = Look(nodes).slots()
    assert form.baked is None
    return form.apply(RGB)


def written(folder: Path, name: str, format: LutFormat, lut: Lut1d | Lut3d, options: WriteOptions = NOTES) -> Path:
    assert format.holds.fits(lut)
    path = folder / name
    path.write_bytes(format.write(lut, options))
    return path


IRIDAS = FORMATS[".cube"]
CASES: dict[str, tuple[str, LutFormat, Lut1d | Lut3d, float]] = {
    "iridas 3D": ("a.cube", IRIDAS, LATTICE, 1e-5),
    "iridas 3D with domain": ("a.cube", IRIDAS, WIDE, 1e-5),
    "iridas 1D": ("a.cube", IRIDAS, CURVE, 1e-5),
    "iridas 1D with domain": ("a.cube", IRIDAS, replace(CURVE, first=(-0.1, 0.0, 0.1), last=(1.0, 1.5, 2.0)), 1e-5),
    "flame 3dl": ("a.3dl", FORMATS[".3dl"], Lut3d(Samples(FILM[::2, ::2, ::2][:8, :8, :8])), 0.6 / 4095),
    "lustre 3dl": ("a.3dl", FORMATS[".3dl"], LATTICE, 0.6 / 4095),
    "spi3d": ("a.spi3d", FORMATS[".spi3d"], LATTICE, 1e-5),
    "csp": ("a.csp", FORMATS[".csp"], LATTICE, 1e-5),
    "csp with domain": ("a.csp", FORMATS[".csp"], WIDE, 1e-5),
    "csp 1D": ("a.csp", FORMATS[".csp"], replace(CURVE, first=(-0.1, 0.0, 0.1), last=(1.0, 1.5, 2.0)), 1e-5),
    "csp with shaper": ("a.csp", FORMATS[".csp"], SHAPED, 5e-5),
    "csp with shaper and domain": ("a.csp", FORMATS[".csp"], replace(SHAPED, last=(1.25, 1.0, 2.0)), 5e-5),
}
"""What OpenColorIO reads. It knows no Resolve shaper with a title; see below for that."""


@pytest.mark.parametrize("case", CASES)
def test_ocio_reads_the_colours_that_were_written(judged_file: JudgedFile, tmp_path: Path, case: str) -> None:
    name, format, lut, tolerance = CASES[case]
    path = written(tmp_path, name, format, lut)
    assert np.abs(judged_file(path, RGB) - truth(lut)).max() < tolerance


@pytest.mark.parametrize(("bits", "size"), [(10, 17), (12, 33), (16, 9)])
def test_a_3dl_of_any_depth(judged_file: JudgedFile, tmp_path: Path, bits: int, size: int) -> None:
    axis = np.linspace(0, 1, size)
    lut = Lut3d(Samples(np.stack(np.meshgrid(axis, axis**0.5, 1 - axis, indexing="ij"), axis=-1)))
    path = written(tmp_path, "a.3dl", FORMATS[".3dl"], lut, WriteOptions(bits=bits))
    assert np.abs(judged_file(path, RGB) - truth(lut)).max() < 0.6 / (2**bits - 1)
    assert f"{bits} bits" in open_look_file(str(path)).kind


@pytest.mark.parametrize(
    ("size", "mesh"), [(2, "Mesh 0 12"), (5, "Mesh 2 12"), (17, "Mesh 4 12"), (8, None), (32, None)]
)
def test_a_3dl_says_its_mesh_where_that_is_a_power_of_two(tmp_path: Path, size: int, mesh: str | None) -> None:
    axis = np.linspace(0, 1, size)
    lut = Lut3d(Samples(np.stack(np.meshgrid(axis, axis**0.5, 1 - axis, indexing="ij"), axis=-1)))
    path = written(tmp_path, "a.3dl", FORMATS[".3dl"], lut, WriteOptions(bits=12))
    lines = path.read_text().splitlines()
    assert lines[:2] == ["3DMESH", mesh] if mesh else "mesh" not in path.read_text().lower()
    (again,) = open_look_file(str(path)).nodes
    assert isinstance(again, Lut3d)
    assert np.abs(again.table.array - lut.table.array).max() <= 0.5 / 4095


def test_a_prelut_has_a_point_on_every_entry_of_the_shaper(tmp_path: Path) -> None:
    """And thousands between, so that readers who draw a cubic through them draw the straight lines that are meant."""
    path = written(tmp_path, "a.csp", FORMATS[".csp"], SHAPED, WriteOptions())
    lines = path.read_text().splitlines()
    at = lines.index("END METADATA") + 2
    count, points, values = int(lines[at]), *(np.array(lines[at + k].split(), float) for k in (1, 2))
    assert (count - 1) % 63 == 0
    assert count == len(points) == len(values) >= 4096
    assert points[[0, -1]].tolist() == [-0.25, 1.5]
    assert SHAPED.shaper is not None
    assert np.abs(values[:: (count - 1) // 63] - SHAPED.shaper.table.array[:, 0]).max() < 1e-8


@pytest.mark.parametrize(
    ("lut", "read"),
    [
        (LATTICE, colour.io.read_LUT_IridasCube),
        (WIDE, colour.io.read_LUT_IridasCube),
        (CURVE, colour.io.read_LUT_IridasCube),
    ],
)
def test_colour_science_reads_iridas_cubes(tmp_path: Path, lut: Lut1d | Lut3d, read: object) -> None:
    path = written(tmp_path, "a.cube", IRIDAS, lut)
    peer = read(str(path))  # type: ignore[operator]
    assert np.allclose(peer.table, lut.table.array, atol=1e-7)
    assert np.allclose(peer.domain, [lut.first, lut.last], atol=1e-7)


@pytest.mark.parametrize("lut", [CURVE, replace(WIDE, first=(-0.25,) * 3, last=(1.5,) * 3), SHAPED])
def test_colour_science_reads_resolve_cubes(tmp_path: Path, lut: Lut1d | Lut3d) -> None:
    path = written(tmp_path, "a.cube", RESOLVE_CUBE, lut)
    peer = colour.io.read_LUT_ResolveCube(str(path))
    theirs = list(peer) if isinstance(peer, colour.LUTSequence) else [peer]
    mine = [lut.shaper, lut] if isinstance(lut, Lut3d) and lut.shaper is not None else [lut]
    assert len(mine) == len(theirs)
    for ours, other in zip(mine, theirs, strict=True):
        assert np.allclose(other.table, ours.table.array, atol=1e-7)
        domain = np.asarray(other.domain).reshape(2, -1)
        assert np.allclose(domain[:, [0]] * np.ones(3), [ours.first, ours.last], atol=1e-7)
    first = mine[0]
    inside = ((first.first <= RGB) & (first.last >= RGB)).all(axis=1)
    given = RGB[inside]
    for ours, other in zip(mine, theirs, strict=True):
        tetrahedral = {"interpolator": colour.algebra.table_interpolation_tetrahedral}
        given = other.apply(given, **(tetrahedral if isinstance(ours, Lut3d) else {}))
    assert np.abs(given - truth(lut)[inside]).max() < 1e-5


def test_ocio_reads_a_resolve_cube_with_shaper_and_without_title(judged_file: JudgedFile, tmp_path: Path) -> None:
    path = written(tmp_path, "a.cube", RESOLVE_CUBE, SHAPED, replace(NOTES, title=""))
    assert np.abs(judged_file(path, RGB) - truth(SHAPED)).max() < 1e-5


@pytest.mark.parametrize("highest", [0.001, 1.0, 9.9999999])
def test_numbers_are_written_as_python_writes_them(tmp_path: Path, highest: float) -> None:
    """Digit by digit where all are from 0 to 10, by Python's own formatting elsewhere."""
    values = np.random.default_rng(3).uniform(0.0, highest, (20_000, 3))
    values[:2] = [[0.0, -0.0, highest], [highest / 3, 1e-9, 6e-9]]
    for table in (values, values - 0.5, values * 1.2):
        written(tmp_path, "a.cube", IRIDAS, Lut1d(Samples(table)), WriteOptions())
        rows = (tmp_path / "a.cube").read_text().strip().split("\n")[-len(table) :]
        assert rows == ["%.8f %.8f %.8f" % tuple(row) for row in (table + 0.0).tolist()]  # noqa: UP031


def test_colour_science_reads_csp_and_spi3d(tmp_path: Path) -> None:
    csp = colour.io.read_LUT_Cinespace(str(written(tmp_path, "a.csp", FORMATS[".csp"], LATTICE, WriteOptions())))
    assert np.allclose(csp.table, FILM, atol=1e-7)
    spi = colour.io.read_LUT_SonySPI3D(str(written(tmp_path, "a.spi3d", FORMATS[".spi3d"], LATTICE)))
    assert np.allclose(spi.table, FILM, atol=1e-7)


def test_a_vlt_is_the_file_one_makes_by_hand(tmp_path: Path) -> None:
    """Red fastest, then green, then blue; code 4095 for one. Four places counted out by hand."""
    path = written(tmp_path, "a.vlt", FORMATS[".vlt"], LATTICE)
    lines = path.read_text().split("\n")
    assert lines[:4] == ["# panasonic vlt file version 1.0", '# source vlt file ""', "LUT_3D_SIZE 17", ""]
    assert len(lines) == 4 + 17**3 + 1
    for row, place in ((0, (0, 0, 0)), (1, (1, 0, 0)), (17, (0, 1, 0)), (289, (0, 0, 1)), (16, (16, 0, 0))):
        assert lines[4 + row] == " ".join(str(round(value * 4095)) for value in FILM[place])
    assert b"\r" not in path.read_bytes()


def test_ocio_reads_the_colours_of_a_vlt_with_red_and_blue_exchanged(judged_file: JudgedFile, tmp_path: Path) -> None:
    """It takes the file for one whose blue runs fastest (test_readers_against_ocio.py); its numbers are ours."""
    path = written(tmp_path, "a.vlt", FORMATS[".vlt"], LATTICE)
    assert np.abs(judged_file(path, RGB[:, ::-1]) - truth(LATTICE)).max() < 0.6 / 4095


def test_remarks_come_back(tmp_path: Path) -> None:
    for name, format in (
        ("a.cube", IRIDAS),
        ("b.cube", RESOLVE_CUBE),
        ("a.3dl", FORMATS[".3dl"]),
        ("a.csp", FORMATS[".csp"]),
    ):
        content = open_look_file(str(written(tmp_path, name, format, LATTICE)))
        assert str(content.output_space) == "rgb/rec709/d65/bt1886"
        assert content.comments[-2:] == ("made for the test", "two lines")
    assert open_look_file(str(tmp_path / "a.cube")).title == "Day 1, 'Küche'"


CDL = Cdl((1.1, 0.95, 0.9), (0.01, -0.0125, 0.02), (1.0, 1.1, 0.9), 0.85)
NODES: dict[str, tuple[Writable, ...]] = {
    "cdl": (CDL,),
    "cdl without clamping": (replace(CDL, clamp=False),),
    "matrix": (Matrix(((0.9, 0.1, 0.0), (0.0, 1.1, -0.1), (0.2, 0.0, 0.8)), (0.01, 0.02, -0.03)),),
    "1D": (CURVE,),
    "1D with domain": (replace(CURVE, first=(-0.1, 0.0, 0.1), last=(1.0, 1.5, 2.0)),),
    "one curve for all": (Lut1d(Samples(np.repeat(np.linspace(0, 1, 33)[:, None] ** 2, 3, axis=1))),),
    "3D": (LATTICE,),
    "3D with domain": (WIDE,),
    "3D with shaper": (SHAPED,),
    "3D with shaper and domain": (replace(SHAPED, last=(1.25, 1.0, 2.0)),),
    "chain": (CDL, CURVE, LATTICE),
    "nothing": (Cdl(),),
}


@pytest.mark.parametrize("case", NODES)
def test_ocio_reads_clf(judged_file: JudgedFile, tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.clf"
    path.write_bytes(write_clf(NODES[case], "livegrade-1", NOTES))
    assert np.abs(judged_file(path, RGB) - truth(*NODES[case])).max() < 1e-5
    content = open_look_file(str(path))
    assert content.title == NOTES.title
    assert content.output_space == NOTES.output_space
    assert not content.notes


@pytest.mark.parametrize("case", NODES)
def test_colour_clf_io_reads_clf(tmp_path: Path, case: str) -> None:
    """Its numbers, operator by operator: it does not apply them."""
    path = tmp_path / "a.clf"
    path.write_bytes(write_clf(NODES[case], "livegrade-1", NOTES))
    clf = colour_clf_io.read_clf_from_file(str(path))
    assert clf is not None
    found = {type(node).__name__: node for node in clf.process_nodes}
    for node in NODES[case]:
        match node:
            case Cdl() if not node.is_default:
                cdl = found["ASC_CDL"]
                assert cdl.sopnode.slope == node.slope
                assert cdl.sopnode.offset == node.offset
                assert cdl.sopnode.power == node.power
                assert cdl.sat_node.saturation == node.saturation
                assert cdl.style.value == ("Fwd" if node.clamp else "FwdNoClamp")
            case Matrix():
                assert np.allclose(found["Matrix"].array.as_array(), np.column_stack([node.values, node.offset]))
            case Lut1d():
                assert np.allclose(found["LUT1D"].array.as_array().reshape(len(node.table.array), -1), node.table.array)
            case Lut3d():
                assert np.allclose(found["LUT3D"].array.as_array(), node.table.array, atol=1e-7)


CLIPS = [
    ClipCdl("A001C001", CDL, "A001", "01:00:00:00", "01:00:04:12", "first & <best>"),
    ClipCdl("A001C002", replace(CDL, saturation=1.25, power=(1.0, 1.0, 1.0))),
]


@pytest.mark.parametrize("suffix", [".cc", ".ccc", ".cdl"])
def test_ocio_reads_cdl(judged_file: JudgedFile, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    clips = CLIPS[:1] if suffix == ".cc" else CLIPS
    path.write_bytes(WRITERS[suffix](clips))
    for clip in clips:
        theirs = judged_file(path, RGB, "" if suffix == ".cc" else clip.name)
        assert np.abs(theirs - truth(clip.cdl)).max() < 1e-5
    if suffix == ".cc":
        (node,) = load_look_file(str(path))
        assert isinstance(node, Cdl)
        assert node.canonical == CDL.canonical
        assert open_look_file(str(path)).comments[0].startswith("first & <best>")


def sop(cdl: Cdl) -> tuple[tuple[float, float, float], ...]:
    return cdl.slope, cdl.offset, cdl.power


def test_pycmx_reads_the_edl(judged: Judged, tmp_path: Path) -> None:
    data = WRITERS[".edl"](CLIPS)
    edits = [edit for event in pycmx.parse_cmx3600(io.StringIO(data.decode())).events for edit in event.edits]
    assert len(edits) == 2
    for edit, clip in zip(edits, CLIPS, strict=True):
        assert edit.clip_name == clip.name
        for theirs, ours in zip(
            (edit.asc_sop.slope, edit.asc_sop.offset, edit.asc_sop.power), sop(clip.cdl), strict=True
        ):
            assert (theirs.red, theirs.green, theirs.blue) == ours
        assert edit.asc_sat == clip.cdl.saturation
        read = [(row.red, row.green, row.blue) for row in (edit.asc_sop.slope, edit.asc_sop.offset, edit.asc_sop.power)]
        assert np.abs(ocio_cdl(judged, *read, edit.asc_sat) - truth(clip.cdl)).max() < 1e-5
    assert (edits[0].source_in, edits[0].source_out) == ("01:00:00:00", "01:00:04:12")
    (tmp_path / "a.edl").write_bytes(data)
    assert [clip.read().canonical for clip in list_corrections(str(tmp_path / "a.edl"))] == [
        clip.cdl.canonical for clip in CLIPS
    ]


def test_the_csv_module_reads_the_ale(judged: Judged, tmp_path: Path) -> None:
    data = WRITERS[".ale"](CLIPS)
    rows = list(csv.reader(io.StringIO(data.decode()), delimiter="\t", quoting=csv.QUOTE_NONE))
    columns = rows[rows.index(["Column"]) + 1]
    table = [dict(zip(columns, row, strict=True)) for row in rows[rows.index(["Data"]) + 1 :]]
    assert [row["Name"] for row in table] == ["A001C001", "A001C002"]
    assert table[0]["ASC_SOP"] == "(1.1000 0.9500 0.9000)(0.0100 -0.0125 0.0200)(1.0000 1.1000 0.9000)"
    assert (table[0]["ASC_SAT"], table[1]["ASC_SAT"]) == ("0.8500", "1.2500")
    for row, clip in zip(table, CLIPS, strict=True):
        read = [list(map(float, part.split())) for part in row["ASC_SOP"].strip("()").split(")(")]
        assert np.abs(ocio_cdl(judged, *read, float(row["ASC_SAT"])) - truth(clip.cdl)).max() < 1e-5
    assert (table[0]["Tape"], table[0]["Start"], table[0]["End"]) == ("A001", "01:00:00:00", "01:00:04:12")
    (tmp_path / "a.ale").write_bytes(data)
    assert [clip.read().canonical for clip in list_corrections(str(tmp_path / "a.ale"))] == [
        clip.cdl.canonical for clip in CLIPS
    ]


def test_names_cannot_break_a_file(tmp_path: Path) -> None:
    """Line ends, tabs and quotes in names and comments stay inside their place."""
    evil = 'a"b\n* ASC_SAT 0\t<x>&'
    clips = [ClipCdl(evil, CDL, evil, description=evil)]
    for suffix, write in WRITERS.items():
        path = tmp_path / f"a{suffix}"
        path.write_bytes(write(clips))
        (correction,) = list_corrections(str(path))
        assert correction.read().canonical == CDL.canonical
    options = WriteOptions(evil, (evil, "1 2 3\r4 5 6"), bits=12)
    for suffix, format in FORMATS.items():
        path = tmp_path / f"b{suffix}"
        path.write_bytes(format.write(LATTICE, options))
        (node,) = load_look_file(str(path))
        assert isinstance(node, Lut3d)
        assert np.abs(node.table.array - FILM).max() < 1e-3
    (tmp_path / "b.clf").write_bytes(write_clf([LATTICE], evil, options))
    assert load_look_file(str(tmp_path / "b.clf"))
