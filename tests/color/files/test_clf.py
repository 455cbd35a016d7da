"""CLF and CTF: what loads and what is refused of the test material, the colours, what had to be baked, and safety."""

from __future__ import annotations

import re
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.filecurves import HalfLut
from livegrade.color.files import open_look_file
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix
from livegrade.color.rangenode import Range
from livegrade.color.trilinear import TrilinearLut
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    JudgedFile = Callable[..., NDArray[np.float32]]

TOLERANCE = 1e-5

ILLEGAL_BUT_READ = {
    "clf/illegal/indexMap_test2.clf": "line 16: Element 'IndexMap' is not valid since CLF 3",
    "clf/illegal/unknown_elements.clf": "line 34: Unrecognized element 'B'",
    "clf/smpte_only/illegal/id_bad_value.clf": "line 3: '3bae2da8' is not a SMPTE ST 2136-1 compliant Id value",
}

FAULTS = {
    "array_bad_dimension": "Illegal array dimensions",
    "array_bad_value": "Illegal values '-0.96930 P 0.04'",
    "array_missing_values": "Expected 3x3 Array values, found 3",
    "array_too_many_values": "found too many values",
    "cdl_bad_power": "'power' 0 should be greater than 0",
    "cdl_bad_sat": "non-single value",
    "cdl_bad_slope": "3 values required",
    "cdl_bad_style": "Unknown style for CDL",
    "cdl_missing_offset": "'Offset' is missing",
    "cdl_missing_power": "'Power' is missing",
    "cdl_missing_slope": "'Slope' is missing",
    "exponent_bad_param": "Illegal offset parameter",
    "exponent_bad_value": "0.99 is less than lower bound 1",
    "image_png": "not whole, well-formed XML",
    "log_bad_param": "'linSideBreak' is only allowed",
    "log_bad_style": "'invalidStyle' is invalid",
    "log_missing_breakpnt": "'linSideBreak' should be defined",
    "lut1d_half_domain_missing_values": "32 entries found, 65536 required",
    "lut1d_half_domain_set_false": "Illegal 'halfDomain'",
    "lut1d_raw_half_set_false": "Illegal 'rawHalfs'",
    "lut3d_unequal_size": "Illegal array dimensions 2 2 3 3",
    "matrix_end_missing": "mismatched tag",
    "process_list_missing": "root element is 'Matrix'",
    "range_bad_noclamp": "min & max values have to be set",
    "range_bad_values": "too close to minInValue",
    "range_empty": "limits must be set in Range",
    "range_nonmatching_clamp": "minimum limits must be equal",
    "transform_bad_outdepth": "unknown value (16d)",
    "transform_bitdepth_mismatch": "Bit-depth mismatch",
    "transform_corrupted_tag": "mismatched tag",
    "transform_element_end_missing": "no element found",
    "transform_empty": "No color operator",
    "transform_missing": "no element found",
    "transform_missing_inbitdepth": "inBitDepth is missing",
    "transform_missing_outbitdepth": "outBitDepth is missing",
    "log_bad_version": "does not support operator 'Log'",
    "process_list_bad_version": "'three' is not a valid version",
    "process_list_higher_version": "version 3.2",
    "transform_id_empty": "'id' does not have a value",
    "transform_missing_id": "'id' is missing",
    "process_list_higher_ns_version": "attributes were found",
    "indexMap_test4_clfv2": "Only two entry IndexMaps",
}

HEAD = '<ProcessList xmlns="urn:AMPAS:CLF:v3.0" compCLFversion="3.0" id="a">'
MATRIX = (
    '<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">0.5 0 0 0 0.25 0 0 0 1</Array></Matrix></ProcessList>'
)

INVERSE = (
    '<ProcessList version="1.4" id="a"><InverseLUT1D inBitDepth="32f" outBitDepth="32f">'
    '<Array dim="4 1">0 0.3 0.5 1</Array></InverseLUT1D></ProcessList>'
)


def colours() -> NDArray[np.float64]:
    ramp = np.repeat(np.linspace(-0.07, 1.08, 1025)[:, None], 3, axis=1)
    unit = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    random = np.random.default_rng(7).uniform(-0.07, 1.08, (10_000, 3))
    return np.concatenate([ramp, unit, unit * 0.5, random]).astype(np.float32).astype(np.float64)


def clf_files(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "look-files").rglob("*.clf"))


def refused(path: Path) -> LookFileError:
    with pytest.raises(LookFileError) as caught:
        open_look_file(str(path))
    assert "\n" not in str(caught.value)
    return caught.value


def test_what_loads_and_what_is_refused_is_the_list_of_the_test_material(shared_data: Path) -> None:
    """42 refused, each with its own fault; 43 read, of which three are illegal and say so. See data/README.md."""
    read = []
    for path in clf_files(shared_data):
        if path.stem in FAULTS:
            assert FAULTS[path.stem] in refused(path).fault
        else:
            read.append(path)
            content = open_look_file(str(path))
            name = path.relative_to(shared_data / "look-files").as_posix()
            if name in ILLEGAL_BUT_READ:
                assert ILLEGAL_BUT_READ[name] in content.notes[0]
    assert (len(FAULTS), len(read)) == (42, 43)


def test_the_colours_of_every_file_that_loads(judged_file: JudgedFile, shared_data: Path) -> None:
    rgb = colours()
    for path in clf_files(shared_data):
        if path.stem in FAULTS or path.name == "lut3by1d_nan_infinity_example.clf":
            continue
        content = open_look_file(str(path))
        assert not any(" baked at " in note for note in content.notes)
        theirs = judged_file(path, rgb)
        difference = np.abs(Look(content.nodes).apply(rgb) - theirs).max()
        assert difference < TOLERANCE * max(1.0, float(np.abs(theirs).max())), path.name


def test_the_error_that_is_told_is_the_error_there_is(judged_file: JudgedFile, tmp_path: Path) -> None:
    path = tmp_path / "show.ctf"
    path.write_text(INVERSE)
    content = open_look_file(str(path))
    rgb = np.random.default_rng(5).uniform(-5 / 54, 59 / 54, (40_000, 3)).astype(np.float32).astype(np.float64)
    difference = np.abs(Look(content.nodes).apply(rgb) - judged_file(path, rgb)) * 1023
    told = re.search(r"off by (\S+) codes of 10 bits at most and (\S+) in the mean", content.notes[0])
    assert told is not None
    assert difference.max() == pytest.approx(float(told[1]), rel=0.5)
    assert difference.mean() == pytest.approx(float(told[2]), rel=0.5)


def test_numbers_that_are_none_are_taken_as_ocio_takes_them(shared_data: Path) -> None:
    content = open_look_file(str(shared_data / "look-files" / "lut3by1d_nan_infinity_example.clf"))
    (node,) = content.nodes
    assert isinstance(node, Lut1d)
    assert node.table.array[:, 0].tolist() == [0.0, 0.0, 1e12, -1e12]
    assert content.notes == ("10 entries of its tables are no finite numbers, taken as 0 or a very large number",)


def test_what_has_a_node_becomes_it(shared_data: Path) -> None:
    folder = shared_data / "look-files" / "clf"
    kinds = {
        "cdl_clamp_fwd.clf": [Cdl],
        "matrix_3x4_example.clf": [Matrix],
        "lut1d_comp.clf": [Lut1d, Lut1d],
        "range_test2.clf": [Range],
        "lut1d_half_domain_raw_half_set.clf": [HalfLut],
        "xyz_to_rgb.clf": [Matrix, Range, Lut1d],
        "lut3d_bizarre.clf": [Lut3d],
        "lut1d_lut3d_lut1d.clf": [Lut1d, TrilinearLut, HalfLut],
    }
    for name, expected in kinds.items():
        assert [type(node) for node in open_look_file(str(folder / name)).nodes] == expected


def test_a_ctf_with_an_operator_of_no_node_is_baked_and_says_so(tmp_path: Path) -> None:
    group = ocio.GroupTransform()
    group.appendTransform(ocio.FixedFunctionTransform(ocio.FIXED_FUNCTION_RGB_TO_HSV))
    group.appendTransform(ocio.FixedFunctionTransform(ocio.FIXED_FUNCTION_ACES_GLOW_10))
    path = tmp_path / "show.ctf"
    group.write("Color Transform Format", str(path), ocio.Config.CreateRaw())
    content = open_look_file(str(path))
    assert content.kind.startswith("CTF")
    assert isinstance(content.nodes[0], Lut3d)
    assert content.nodes[0].size == 65
    assert "FixedFunction baked at 65 points a side" in content.notes[0]


def test_hue_adjustment_mixes_the_channels_and_is_baked_as_a_lattice(judged_file: JudgedFile, tmp_path: Path) -> None:
    path = tmp_path / "show.ctf"
    path.write_text(
        '<ProcessList version="1.4" id="a"><LUT1D inBitDepth="32f" outBitDepth="32f" hueAdjust="dw3">'
        '<Array dim="3 3">0 0 0 0.25 0.3 0.35 1 1 1</Array></LUT1D></ProcessList>'
    )
    content = open_look_file(str(path))
    assert isinstance(content.nodes[0], Lut3d)
    rgb = colours()
    told = re.search(r"off by (\S+) codes", content.notes[0])
    assert told is not None
    difference = np.abs(Look(content.nodes).apply(rgb) - judged_file(path, rgb)).max() * 1023
    assert 0.1 * float(told[1]) < difference < 2 * float(told[1])


def test_an_inverse_lut_is_tabulated(judged_file: JudgedFile, tmp_path: Path) -> None:
    path = tmp_path / "show.ctf"
    path.write_text(INVERSE)
    content = open_look_file(str(path))
    assert isinstance(content.nodes[0], Lut1d)
    rgb = colours()
    assert np.abs(Look(content.nodes).apply(rgb) - judged_file(path, rgb)).max() < 3e-5


def test_words_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "show.clf"
    head = HEAD.replace('id="a"', 'id="a" name="Film"')
    space = "<OutputDescriptor>rgb/rec709/d65/bt1886</OutputDescriptor>"
    path.write_text(f"{head}<Description>A look</Description>{space}{MATRIX}")
    content = open_look_file(str(path))
    assert (content.kind, content.title, content.comments) == ("CLF 3.0", "Film", ("A look",))
    assert str(content.output_space) == "rgb/rec709/d65/bt1886"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<Reference path="other.ctf" inBitDepth="32f" outBitDepth="32f"/></ProcessList>', "refers to another file"),
        ('<Reference path="show.ctf" inBitDepth="32f" outBitDepth="32f"/></ProcessList>', "refers to another file"),
        (
            '<Reference path="../secret.ctf" inBitDepth="32f" outBitDepth="32f"/></ProcessList>',
            "refers to another file",
        ),
        ('<Reference alias="x" inBitDepth="32f" outBitDepth="32f"/></ProcessList>', "refers to another file"),
        (
            '<LUT3D inBitDepth="32f" outBitDepth="32f"><Array dim="900 900 900 3">0 0 0</Array></LUT3D></ProcessList>',
            "announces 900 x 900 x 900 x 3 numbers",
        ),
        (
            '<LUT1D inBitDepth="32f" outBitDepth="32f"><Array dim="-3 x">0</Array></LUT1D></ProcessList>',
            "they must be whole numbers",
        ),
        (MATRIX.replace("0.5", "0,5"), "comma"),
        (MATRIX.replace("0.5", "nan"), "matrix entry must be a finite number"),
        (MATRIX.replace("0.5", "1e30"), "matrix entry must be a finite number"),
    ],
)
def test_what_is_unsafe_never_reaches_the_library(tmp_path: Path, body: str, fault: str) -> None:
    path = tmp_path / "show.ctf"
    (tmp_path / "other.ctf").write_text(HEAD + MATRIX)
    path.write_text(HEAD + body)
    tracemalloc.start()
    try:
        assert fault in refused(path).fault
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "show.clf"
    path.write_text(f'<!DOCTYPE a [<!ENTITY b "0.5">]>{HEAD}{MATRIX.replace("0.5", "&b;")}')
    assert "entities" in refused(path).fault


def test_two_files_of_one_name_are_two_looks(tmp_path: Path) -> None:
    """OpenColorIO keeps files by name: a look exported again under its name must be read again."""
    path = tmp_path / "show.clf"
    for gain in ("0.5", "0.75"):
        path.write_text(HEAD + MATRIX.replace("0.5", gain))
        (node,) = open_look_file(str(path)).nodes
        assert isinstance(node, Matrix)
        assert node.values[0][0] == float(gain)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark(tmp_path: Path, end: str) -> None:
    path = tmp_path / "show.clf"
    text = (HEAD + MATRIX).replace(">", ">\n").replace("\n", end)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (node,) = open_look_file(str(path)).nodes
    assert isinstance(node, Matrix)
    assert node.values == ((0.5, 0.0, 0.0), (0.0, 0.25, 0.0), (0.0, 0.0, 1.0))
