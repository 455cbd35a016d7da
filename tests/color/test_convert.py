"""Look files made into other kinds: what goes over as it is, what is sampled, and that the error told is true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.compare import measure
from livegrade.color.convert import WRITABLE, Wish, clips_of, convert, convert_clips
from livegrade.color.files import READERS, load_look_file, open_look_file
from livegrade.color.files.content import LookContent, OutputSpace
from livegrade.color.grading import Contrast, Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix, Samples
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.color.nodes import Node

AXIS = np.linspace(0.0, 1.0, 33)
FILM = np.stack(np.meshgrid(AXIS**0.8, AXIS, AXIS**1.2, indexing="ij"), axis=-1) @ np.array(
    [[0.9, 0.2, 0.0], [0.05, 0.7, 0.1], [0.05, 0.1, 0.9]]
)
LATTICE = Lut3d(Samples(FILM))
CURVE = Lut1d(Samples(np.linspace(0, 1, 300)[:, None] ** np.array([0.5, 1.0, 1.5])))
SHAPED = replace(LATTICE, shaper=Lut1d(Samples(np.linspace(0, 1, 64)[:, None] ** np.array([0.7, 0.6, 0.9]))))
CDL = Cdl((1.1, 0.95, 0.9), (0.01, -0.0125, 0.02), (1.0, 1.1, 0.9), 0.85)


def content(*nodes: Node) -> LookContent:
    return LookContent(nodes, "test", "Day 1", ("made for the test",), OutputSpace("rec709", "d65", "bt1886"))


def made(tmp_path: Path, name: str, source: LookContent, wish: Wish | None = None) -> tuple[tuple[Node, ...], float]:
    """The nodes of the new file, and the largest error told; the error is found again here, by other points."""
    path = tmp_path / name
    converted = convert(source, path, wish or Wish())
    path.write_bytes(converted.content)
    nodes = load_look_file(str(path))
    again = measure(source.nodes, nodes)
    assert again == converted.error
    rgb = np.random.default_rng(77).random((20_000, 3))
    codes = np.abs(Look(source.nodes).apply(rgb) - Look(tuple(nodes)).apply(rgb)) * 1023
    assert codes.max() <= converted.error.maximum * 1.5 + 1e-5
    assert codes.mean() == pytest.approx(converted.error.mean, rel=0.2, abs=1e-5)
    return nodes, converted.error.maximum


@pytest.mark.parametrize("name", ["a.cube", "a.csp", "a.spi3d", "a.clf"])
def test_a_lattice_goes_over_as_it_is(tmp_path: Path, name: str) -> None:
    (node,), error = made(tmp_path, name, content(LATTICE))
    assert isinstance(node, Lut3d)
    assert np.abs(node.table.array - FILM).max() < 1e-7  # a .clf is read as float32
    assert error < 1e-4


@pytest.mark.parametrize(("bits", "limit"), [(10, 0.6), (12, 0.15), (16, 0.01)])
def test_whole_numbers_cost_half_a_step(tmp_path: Path, bits: int, limit: float) -> None:
    _, error = made(tmp_path, "a.3dl", content(LATTICE), Wish(bits=bits))
    assert limit / 3 < error < limit


@pytest.mark.parametrize("name", ["a.cube", "a.csp", "a.clf"])
def test_a_curve_stays_a_curve(tmp_path: Path, name: str) -> None:
    (node,), error = made(tmp_path, name, content(CURVE))
    assert isinstance(node, Lut1d)
    assert len(node.table.array) == 300
    assert error < 1e-4


def test_a_curve_of_another_length_is_resampled(tmp_path: Path) -> None:
    (node,), error = made(tmp_path, "a.cube", content(CURVE), Wish(size=1024))
    assert isinstance(node, Lut1d)
    assert len(node.table.array) == 1024
    assert 0.01 < error < 30


def test_a_curve_becomes_a_lattice_where_the_format_has_none(tmp_path: Path) -> None:
    (node,), error = made(tmp_path, "a.spi3d", content(CURVE))
    assert isinstance(node, Lut3d)
    assert node.size == 33
    assert error > 1


@pytest.mark.parametrize("name", ["a.cube", "a.csp", "a.clf"])
def test_a_shaper_is_kept(tmp_path: Path, name: str) -> None:
    nodes, error = made(tmp_path, name, content(SHAPED))
    assert isinstance(nodes[-1], Lut3d)
    assert error < 0.05
    smaller, error = made(tmp_path, "b.cube", content(SHAPED), Wish(size=17))
    assert isinstance(smaller[0], Lut3d)
    assert smaller[0].size == 17
    assert smaller[0].shaper is not None
    assert len(smaller[0].shaper.table.array) == 64


def test_a_shaper_is_baked_where_the_dialect_has_none(tmp_path: Path) -> None:
    (node,), error = made(tmp_path, "a.cube", content(SHAPED), Wish(dialect="iridas", size=65))
    assert isinstance(node, Lut3d)
    assert (node.size, node.shaper) == (65, None)
    assert error > 0.1


def test_domains_are_kept_or_told(tmp_path: Path) -> None:
    wide = replace(LATTICE, first=(-0.25, 0.0, 0.0), last=(1.0, 1.5, 1.0))
    (node,), error = made(tmp_path, "a.cube", content(wide))
    assert isinstance(node, Lut3d)
    assert (node.first, node.last) == (wide.first, wide.last)
    assert error < 1e-4
    converted = convert(content(wide), tmp_path / "a.spi3d", Wish())
    assert converted.notes == ("sampled at 33 points a side", "covers 0 to 1 only; the source covers -0.25 to 1.5")
    assert converted.error.maximum > 10
    shared = convert(content(wide), tmp_path / "b.cube", Wish(dialect="resolve"))
    assert b"LUT_3D_INPUT_RANGE -0.25 1.5" in shared.content


def test_a_cdl_becomes_a_lut_of_any_size(tmp_path: Path) -> None:
    errors = [made(tmp_path, "a.cube", content(CDL), Wish(size=size))[1] for size in (17, 33, 65)]
    assert errors[0] > errors[1] > errors[2] > 0


def test_a_chain_goes_into_clf_node_by_node(tmp_path: Path) -> None:
    matrix = Matrix(((0.9, 0.1, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    nodes, error = made(tmp_path, "a.clf", content(CDL, matrix, CURVE, LATTICE))
    assert [type(node) for node in nodes] == [Cdl, Matrix, Lut1d, Lut3d]
    assert error < 1e-3
    (node,), error = made(tmp_path, "b.clf", content(CDL, matrix, CURVE, LATTICE), Wish(size=17))
    assert isinstance(node, Lut3d)
    assert error > 0.1


def test_a_mix_and_what_clf_has_no_operator_for_are_sampled(tmp_path: Path) -> None:
    for nodes in ((replace(CDL, mix=50.0),), (Saturation(0.5), CDL), (Contrast(1.2),)):
        (node,), error = made(tmp_path, "a.clf", content(*nodes))
        assert isinstance(node, Lut3d)
        assert error < 5.0


def test_what_is_switched_off_is_not_in_a_cdl(tmp_path: Path) -> None:
    (node,), error = made(tmp_path, "a.cdl", content(replace(LATTICE, enabled=False), CDL))
    assert isinstance(node, Cdl)
    assert (node.slope, node.saturation) == (CDL.slope, CDL.saturation)
    assert error < 1e-3


def test_a_vlt_has_17_points(tmp_path: Path) -> None:
    (node,), error = made(tmp_path, "a.vlt", content(LATTICE))
    assert isinstance(node, Lut3d)
    assert node.size == 17
    assert error > 0.05


def test_remarks_go_along(tmp_path: Path) -> None:
    for name in ("a.cube", "a.3dl", "a.csp", "a.clf"):
        path = tmp_path / name
        path.write_bytes(convert(content(LATTICE), path, Wish()).content)
        read = open_look_file(str(path))
        assert str(read.output_space) == "rgb/rec709/d65/bt1886"
        assert "made for the test" in read.comments
    wish = Wish(output_space=OutputSpace("rec2020", "d65", "pq"))
    assert (
        b"# LIVEGRADE_OUTPUTCOLORSPACE rgb/rec2020/d65/pq\n"
        in convert(content(LATTICE), tmp_path / "b.cube", wish).content
    )


@pytest.mark.parametrize("suffix", [".cc", ".ccc", ".cdl", ".edl", ".ale"])
def test_a_cdl_keeps_its_numbers(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    converted = convert(content(replace(CDL, name="A001C001")), path, Wish())
    assert converted.error.maximum == 0
    path.write_bytes(converted.content)
    (node,) = load_look_file(str(path))
    assert isinstance(node, Cdl)
    assert node.canonical == CDL.canonical


def test_collections_go_over_whole(tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "look-files" / "cdl_test1.ccc"
    clips = clips_of(str(source))
    assert len(clips) == 5
    for name in ("a.edl", "a.ale", "a.cdl", "a.ccc"):
        path = tmp_path / name
        path.write_bytes(convert_clips(clips, path, Wish()).content)
        assert [clip.cdl.canonical for clip in clips_of(str(path))] == [clip.cdl.canonical for clip in clips]
    assert [clip.name for clip in clips_of(f"{source}#cc0002")] == ["cc0002"]


def test_clips_keep_their_times(tmp_path: Path, shared_data: Path) -> None:
    clips = clips_of(str(shared_data / "edit" / "ale" / "sample_cdl.ale"))
    path = tmp_path / "a.edl"
    converted = convert_clips(clips, path, Wish())
    assert converted.notes == ("carries looks to clips by name; it is no edit",)
    path.write_bytes(converted.content)
    again = clips_of(str(path))
    assert [(clip.name, clip.tape, clip.start, clip.end) for clip in again] == [
        (clip.name, clip.tape, clip.start, clip.end) for clip in clips
    ]
    assert "zero" in convert(content(CDL), tmp_path / "b.edl", Wish()).notes[0]


@pytest.mark.parametrize(
    ("name", "nodes", "wish", "fault"),
    [
        ("a.cdl", (LATTICE,), Wish(), "holds the numbers of one ASC CDL"),
        ("a.ccc", (CDL, CDL, LATTICE), Wish(), "this look has more than that"),
        ("a.ccc", (CDL, CDL), Wish(), "this look has more than that"),
        ("a.cc", (replace(CDL, mix=50.0),), Wish(), "this look has more than that"),
        ("a.cc", (replace(CDL, enabled=False),), Wish(), "this look has more than that"),
        ("a.cdl", (CDL,), Wish(size=33), "--size means nothing"),
        ("a.cube", (LATTICE,), Wish(bits=12), "--bits means nothing"),
        ("a.clf", (LATTICE,), Wish(bits=12), "--bits means nothing"),
        ("a.3dl", (LATTICE,), Wish(bits=11), "10 or 12 or 16 bits"),
        ("a.3dl", (LATTICE,), Wish(dialect="resolve"), "only a .cube has one"),
        ("a.cube", (LATTICE,), Wish(dialect="adobe"), "iridas or resolve"),
        ("a.cube", (LATTICE,), Wish(size=130), "2 to 129"),
        ("a.clf", (LATTICE,), Wish(size=130), "2 to 129"),
        ("a.cube", (CURVE,), Wish(size=70000), "2 to 65536"),
        ("a.3dl", (LATTICE,), Wish(size=3), "not 3"),
        ("a.vlt", (LATTICE,), Wish(size=33), "17 points a side, not 33"),
        ("a.itx", (LATTICE,), Wish(), "livegrade writes .cube"),
        ("a", (LATTICE,), Wish(), "livegrade writes .cube"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, name: str, nodes: tuple[Node, ...], wish: Wish, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        convert(content(*nodes), tmp_path / name, wish)


def test_all_that_is_written_is_read() -> None:
    assert set(WRITABLE) <= set(READERS)
