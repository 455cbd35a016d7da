"""Saved looks: what is written comes back, what could be a wrong colour is refused, with a sentence."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from livegrade.color.balance import WhiteBalance
from livegrade.color.filecurves import ExponentCurve, HalfLut, LogCurve
from livegrade.color.files import load_look_file, open_look_file
from livegrade.color.files.saved import ENTRIES, write_saved_look
from livegrade.color.grading import Contrast, Exposure, LiftGammaGain, PrinterPoints, RgbCurves, Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix, Role, Samples
from livegrade.color.rangenode import Range
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform
from livegrade.color.trilinear import TrilinearLut
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from types import SimpleNamespace

RAMP = np.linspace(0.0, 1.0, 5)
TABLE = Samples(np.stack([RAMP, RAMP**2, RAMP**3], axis=1))
CUBE = Samples(np.linspace(-0.25, 1.25, 24).reshape(2, 2, 2, 3))
DOCUMENT = Path(__file__).parents[2] / "docs" / "look-file.md"
RENDERING = "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-VIDEO_1.0"
DISPLAY = "DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709"


def everything(spaces: SimpleNamespace) -> Look:
    nodes = (
        Exposure(0.5, spaces.logc4, mix=70.0),
        Exposure(0.1),
        WhiteBalance(4800.0, spaces.logc4, 3.0, 5000.0, enabled=False),
        PrinterPoints((1.0, 0.0, -2.0)),
        Cdl((1.1, 1.0, 0.9), (0.01, -0.02, 0.0), (1.2, 0.9, 1.0), 1.2, name="day 1", notes="too warm?"),
        Cdl(clamp=False, role=Role.TRANSFORM),
        LiftGammaGain((0.01, 0.0, 0.0), (1.1, 1.0, 0.9), (1.0, 1.2, 1.0)),
        Contrast(1.2, 0.38),
        Saturation(0.8, (0.2627, 0.6780, 0.0593)),
        RgbCurves(((0.0, 0.02), (1.0, 0.98)), blue=((0.0, 0.0), (0.5, 0.55), (1.0, 1.0))),
        Matrix(((0.8, 0.15, 0.05), (0.1, 0.8, 0.1), (0.0, 0.2, 0.8)), (0.01, 0.0, -0.01)),
        Lut1d(TABLE, (0.0, 0.0, -0.1), role=Role.CREATIVE),
        Lut3d(CUBE, (-0.1, 0.0, 0.0), (1.0, 1.5, 1.0), Lut1d(TABLE), name="Nacht – 夜.cube"),
        ColorSpaceTransform(spaces.logc4, spaces.logc3),
        OutputTransform(spaces.logc3, RENDERING, DISPLAY),
    )
    return Look(nodes, "EXT DAY", "first line\nsecond line")


def written(tmp_path: Path, changes: dict[str, Any] | None = None, **keys: Any) -> str:
    saved = {"livegrade_look": 1, "nodes": []} | (changes or {}) | keys
    path = tmp_path / "look.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    return str(path)


def refused(text: str) -> str:
    with pytest.raises(LookFileError) as caught:
        load_look_file(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_everything_comes_back(tmp_path: Path, spaces: SimpleNamespace) -> None:
    look = everything(spaces)
    (tmp_path / "a.json").write_bytes(write_saved_look(look))
    content = open_look_file(str(tmp_path / "a.json"))
    assert content.nodes == look.nodes
    assert [node.notes for node in content.nodes] == [node.notes for node in look.nodes]
    assert (content.title, content.comments) == ("EXT DAY", ("first line", "second line"))
    assert Look(content.nodes).id == look.id
    assert write_saved_look(replace(look, nodes=content.nodes)) == write_saved_look(look)


def test_every_kind_of_node_comes_back_in_either_role(tmp_path: Path, spaces: SimpleNamespace) -> None:
    halves = Samples(np.repeat(np.linspace(0.0, 1.0, 65536)[:, None], 3, axis=1))
    curves = (
        Range((0.0, 0.1), (1.0, 0.9)),
        LogCurve(10.0),
        ExponentCurve((2.2, 2.2, 2.2)),
        HalfLut(halves),
        TrilinearLut(CUBE),
    )
    every = (*everything(spaces).nodes, *curves)
    assert {type(node) for node in every} == set(ENTRIES)
    for role in Role:
        look = Look(tuple(replace(node, role=role) for node in every))
        (tmp_path / "a.json").write_bytes(write_saved_look(look))
        assert load_look_file(str(tmp_path / "a.json")) == look.nodes


def test_the_example_of_the_document_is_a_look(tmp_path: Path) -> None:
    """Every block of JSON in docs/look-file.md that is a whole file loads and says its own id."""
    blocks = [part.split("```")[0] for part in DOCUMENT.read_text(encoding="utf-8").split("```json\n")[1:]]
    whole = [block for block in blocks if "livegrade_look" in block]
    assert whole
    for number, block in enumerate(whole):
        path = tmp_path / f"{number}.json"
        path.write_text(block, encoding="utf-8")
        saved = json.loads(block)
        assert "id" in saved
        assert len(load_look_file(str(path))) == len(saved["nodes"])


def test_a_table_that_two_nodes_share_is_written_once_and_float64_where_needed(tmp_path: Path) -> None:
    fine = Samples(RAMP[:, None] * [1 / 3, 0.1, 1.0])
    saved = json.loads(write_saved_look(Look((Lut1d(TABLE), Lut1d(TABLE), Lut1d(fine)))))
    assert sorted(table["type"] for table in saved["tables"].values() if "type" in table) == ["float64"]
    assert len(saved["tables"]) == 2
    assert saved["nodes"][0]["table"] == saved["nodes"][1]["table"]


def test_tables_beside_the_file(tmp_path: Path) -> None:
    raw = CUBE.array.astype("<f4").tobytes()
    (tmp_path / "cube.f32").write_bytes(raw)
    digest = hashlib.blake2b(raw, digest_size=32).hexdigest()
    table = {"shape": [2, 2, 2, 3], "file": "cube.f32", "blake2b": digest}
    nodes = [{"type": "lut-3d", "table": "show"}]
    (node,) = load_look_file(written(tmp_path, nodes=nodes, tables={"show": table}))
    assert isinstance(node, Lut3d)
    assert np.abs(node.table.array - CUBE.array).max() < 1e-7
    (tmp_path / "cube.f32").write_bytes(raw[:-4] + b"\0\0\0\0")
    assert "is not the one that was saved" in refused(written(tmp_path, nodes=nodes, tables={"show": table}))
    (tmp_path / "cube.f32").unlink()
    assert "no such file" in refused(written(tmp_path, nodes=nodes, tables={"show": table}))


def test_other_files_are_referred_to_from_the_folder_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "luts").mkdir()
    (tmp_path / "luts" / "id.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 0.5\n")
    grade = Look((Cdl((1.2, 1.0, 1.0)), Saturation(0.5)))
    (tmp_path / "luts" / "grade.json").write_bytes(write_saved_look(grade))
    nodes = [
        {"type": "file", "path": "luts/grade.json", "enabled": False},
        {"type": "file", "path": "luts/id.cube", "mix": 50, "name": "half", "role": "creative"},
    ]
    first, second, lut = load_look_file(written(tmp_path, nodes=nodes))
    assert (first.enabled, second.enabled) == (False, False)
    assert (lut.mix, lut.name, lut.role) == (50.0, "half", Role.CREATIVE)
    nodes[0]["mix"] = 50
    assert "has 2 nodes; a name and a mix fit one" in refused(written(tmp_path, nodes=nodes))


def test_references_that_lead_back_or_nowhere(tmp_path: Path) -> None:
    refer = {"livegrade_look": 1, "nodes": [{"type": "file", "path": "../b.json"}]}
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.json").write_text(json.dumps(refer))
    (tmp_path / "b.json").write_text(json.dumps(refer | {"nodes": [{"type": "file", "path": "sub/c.json"}]}))
    assert "leads back to it; no look can hold itself" in refused(str(tmp_path / "b.json"))
    own = [{"type": "file", "path": "look.json"}]
    assert "no look can hold itself" in refused(written(tmp_path, nodes=own))
    gone = refused(written(tmp_path, nodes=[{"type": "file", "path": "gone.cube"}]))
    assert f"there is no such file; check the name and the folder; node 1 of {tmp_path / 'look.json'} refers" in gone
    (tmp_path / "look.exe").write_bytes(b"MZ")
    assert "extension '.exe'" in refused(written(tmp_path, nodes=[{"type": "file", "path": "look.exe"}]))
    for depth in range(10):
        nodes = [{"type": "file", "path": f"d{depth + 1}.json"}]
        (tmp_path / f"d{depth}.json").write_text(json.dumps({"livegrade_look": 1, "nodes": nodes}))
    assert "8 files deep" in refused(str(tmp_path / "d0.json"))


TWO = {"shape": [2, 3], "data": base64.b64encode(np.zeros(6, "<f4").tobytes()).decode()}
LUT = [{"type": "lut-1d", "table": "t"}]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"livegrade_look": 2}, "was saved by a newer livegrade (version 2 of the format, this one reads 1)"),
        ({"livegrade_look": 0}, "there is none below 1"),
        ({"livegrade_look": "1"}, 'there is no number "livegrade_look" in it'),
        ({"luts": []}, "line 1: luts: there is no such key here"),
        ({"nodes": [{"type": "cdll"}]}, "'cdll' is not known here; near: cdl"),
        ({"nodes": [{"type": "cdl", "role": "look"}]}, "'look' is not known here; choose creative or transform"),
        ({"id": "1234"}, "id: must be 32 hex digits in lower case"),
        ({"nodes": [{"type": "cdl", "enabled": 1}]}, "node 1, enabled: must be true or false, found a whole number"),
        ({"nodes": [{"type": "curves-of-tomorrow"}]}, "node 1, type: 'curves-of-tomorrow' is not known here"),
        ({"nodes": [{"type": "cdl", "slop": [1, 1, 1]}]}, "node 1, slop: there is no such key here"),
        ({"nodes": [{"type": "cdl", "slope": [1, 1]}]}, "node 1, slope: must have 3 entries"),
        ({"nodes": [{"type": "cdl", "slope": ["1", 1, 1]}]}, "node 1, slope 1: must be a number, found text"),
        ({"nodes": [{"type": "saturation"}, {"type": "cdl", "power": [0, 1, 1], "name": "A1"}]}, "node 2 ('A1'): CDL"),
        ({"nodes": [{"type": "cdl", "mix": 150}]}, "node 1: mix must be 0 to 100 per cent, got 150"),
        ({"nodes": [{"type": "saturation"}] * 257}, "nodes: must have at most 256 entries"),
        ({"nodes": [{"type": "exposure", "stops": 1, "space": {"curve": "x"}}]}, "node 1, space: to_xyz is missing"),
        (
            {"nodes": [{"type": "exposure", "space": {"curve": "arri-log9", "to_xyz": np.eye(3).tolist()}}]},
            "there is no camera curve 'arri-log9'; near names: arri-logc4",
        ),
        (
            {"nodes": [{"type": "exposure", "space": {"curve": "linear", "to_xyz": np.ones((3, 3)).tolist()}}]},
            "has no inverse",
        ),
        ({"nodes": LUT}, "the table 't' is not among the tables of the file"),
        ({"tables": {"t": TWO}}, "the table 't' belongs to no node"),
        ({"nodes": LUT, "tables": {"t": TWO | {"shape": [3, 3]}}}, "holds 24 bytes; its shape and type ask for 36"),
        ({"nodes": LUT, "tables": {"t": TWO | {"shape": [-2, -3]}}}, "cannot have the shape [-2, -3]"),
        ({"nodes": LUT, "tables": {"t": TWO | {"shape": [10**9, 10**9]}}}, "cannot have the shape"),
        ({"nodes": LUT, "tables": {"t": TWO | {"data": "AAA!"}}}, "the table 't' is not base64"),
        ({"nodes": LUT, "tables": {"t": {"shape": [2, 3]}}}, 'needs "data" or "file", one of them'),
        ({"nodes": LUT, "tables": {"t": {"shape": [2, 3], "file": "x"}}}, 'needs its "blake2b"'),
        (
            {"nodes": LUT, "tables": {"t": TWO | {"data": base64.b64encode(b"\xff" * 24).decode()}}},
            "a table holds a number that is not finite",
        ),
        ({"id": "0" * 32}, "says that its id is 00000000000000000000000000000000, and its nodes give"),
        ({"name": "x" * 1001}, "name: must have at most 1000 characters"),
    ],
)
def test_what_could_be_a_wrong_colour_is_refused(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(written(tmp_path, changes))


def test_a_fault_has_its_line(tmp_path: Path) -> None:
    text = [
        '{"livegrade_look": 1,',
        '"nodes": [',
        '{"type": "cdl"},',
        '{"type": "cdl",',
        '"name": "a \\"{[", "mix": "x"},',
        "]}",
    ]
    path = tmp_path / "look.json"
    for old, new, line, sentence in (
        ('"x"},', '"x"}', 5, "node 2, mix: must be a number, found text"),
        ('"x"},', "400}", 4, "mix must be 0 to 100"),
        ('"x"},', '0, "miks": 0}', 5, "node 2, miks: there is no such key here"),
        ('"x"},', '"x",}', 5, "is not JSON"),
        ('"a ', '"ü ', 5, "is not UTF-8 text"),
    ):
        path.write_bytes("\n".join(text).replace(old, new).encode("latin-1"))
        assert f"{path}, line {line}: " in (told := refused(str(path)))
        assert sentence in told


def test_brackets_without_end(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"livegrade_look": 1, "nodes": ' + "[" * 200_000)
    assert "its brackets are too deep" in refused(str(tmp_path / "x.json"))


@pytest.mark.parametrize("text", ["", "{", "[]", "nonsense", '{"livegrade_look": 1, "nodes": [NaN]}', "\xff\xfe"])
def test_what_is_no_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_bytes(text.encode("latin-1"))
    assert refused(str(tmp_path / "x.json"))


def test_a_saved_look_cut_off_anywhere_is_refused(tmp_path: Path, spaces: SimpleNamespace) -> None:
    data = write_saved_look(everything(spaces))
    path = tmp_path / "cut.json"
    for end in range(1, len(data) - 2, 97):
        path.write_bytes(data[:end])
        assert refused(str(path))


def test_a_byte_order_mark_and_crlf_are_taken(tmp_path: Path, spaces: SimpleNamespace) -> None:
    look = everything(spaces)
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + write_saved_look(look).replace(b"\n", b"\r\n"))
    assert load_look_file(str(tmp_path / "a.json")) == look.nodes


def test_parts_of_a_saved_look_cannot_be_chosen(tmp_path: Path) -> None:
    assert "has no parts to choose from" in refused(written(tmp_path) + "#A001")
