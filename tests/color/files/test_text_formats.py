"""Every LUT format that is plain text: what it means, axis order, what the field does to files, and what is refused.

Each sample is built here by hand from the format's rule, over a lattice whose every entry tells its own place, so that
an axis swap, a scale or a lost row shows. The values are checked against OpenColorIO in test_readers_against_ocio.py.
"""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livegrade.color.files import READERS
from livegrade.color.files.csp import cubic
from livegrade.color.files.source import LookFile
from livegrade.color.nodes import Lut1d, Lut3d, Matrix, Node
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.files.content import LookContent

SIZE = 3
AXIS = np.arange(SIZE)
LATTICE = np.stack(np.meshgrid(AXIS, AXIS, AXIS, indexing="ij"), axis=-1) @ np.array(
    [[1000, 100, 7], [50, 1000, 20], [3, 200, 1000]]
)
"""(3, 3, 3, 3) whole numbers, index order [r, g, b], no two entries alike."""


WIDE = np.pad(LATTICE, ((0, 2), (0, 2), (0, 2), (0, 0)), "edge")
"""The same with the last planes again, for a format whose line of three input codes would look like a row."""


def rows(lattice: NDArray[np.int64], fastest: str, form: str = "{} {} {}\n") -> str:
    order = lattice if fastest == "blue" else lattice.transpose(2, 1, 0, 3)
    return "".join(form.format(*row) for row in order.reshape(-1, 3).tolist())


TENTHS = LATTICE / 2000
FLOATS = "{:.4f} {:.4f} {:.4f}\n"
SPI_ROWS = "".join(
    f"{r} {g} {b} {TENTHS[r, g, b, 0]} {TENTHS[r, g, b, 1]} {TENTHS[r, g, b, 2]}\n"
    for b in range(SIZE)
    for r in range(SIZE)
    for g in range(SIZE)
)
HOUDINI = "Version 3\nFormat any\nType {}\nFrom 0 {}\nTo 0 1\nBlack 0\nWhite 1\nLength {}\nLUT:\n"
NO_PRELUT = "2\n0 1\n0 1\n" * 3

LATTICES: dict[str, tuple[str, float]] = {
    "lustre.3dl": ("3DMESH\nMesh 2 12\n0 256 512 767 1023\n\n" + rows(WIDE, "blue") + "\nLUT8\ngamma 1.0\n", 4095),
    "lustre without inputs.3dl": ("# film\n3DMESH\n\nMesh 2 12\n\n" + rows(WIDE, "blue"), 4095),
    "flame.3dl": ("# film\n0 256 512 768 1023\n" + rows(WIDE, "blue"), 4095),
    "panasonic.vlt": (
        '# panasonic vlt file version 1.0\n# source vlt file ""\nLUT_3D_SIZE 3\n\n' + rows(LATTICE, "red"),
        4095,
    ),
    "imageworks.spi3d": ("SPILUT 1.0\n3 3\n3 3 3\n" + SPI_ROWS, 2000),
    "iridas.itx": ("# film\nLUT_3D_SIZE 3\n\n" + rows(TENTHS, "red", FLOATS), 2000),
    "nuke.vf": ("#Inventor V2.1 ascii\ngrid_size 3 3 3\ndata\n" + rows(TENTHS, "blue", FLOATS), 2000),
    "cinespace.csp": ("CSPLUTV100\n3D\n\n" + NO_PRELUT + "\n3 3 3\n" + rows(TENTHS, "red", FLOATS), 2000),
    "houdini.lut": (
        HOUDINI.format("3D", 1, "3") + " {\n" + rows(TENTHS, "red", FLOATS) + "}\n",
        2000,
    ),
    "pandora.m3d": (
        "channel 3d\nin 27\nout 4096\nformat lut\nvalues red green blue\n"
        + "".join(f"{n} {r} {g} {b}\n" for n, (r, g, b) in enumerate(LATTICE.reshape(-1, 3).tolist())),
        4095,
    ),
}
LATTICES["pandora.mga"] = LATTICES["pandora.m3d"]
CURVE = [0, 100, 512, 1023]
CURVES: dict[str, str] = {
    "discreet.lut": "LUT: 3 4 1024\n\n" + "".join(f"{v}\n" for c in (1, 2, 3) for v in (np.array(CURVE) // c).tolist()),
    "imageworks.spi1d": "Version 1\nFrom -0.5 1.5\nLength 4\nComponents 3\n{\n"
    + "".join(f" {v / 1023:.7f} {v / 2046:.7f} {v / 3069:.7f}\n" for v in CURVE)
    + "}\n",
}
OTHERS: dict[str, str] = {
    "imageworks.spimtx": "0.5 0.25 0.25 6553.5\n0 1 0 0\n0 0 1.5 0\n",
    "one for all.spi1d": "Version 1\nFrom 0 1\nLength 3\nComponents 1\n{\n 0\n0.25\n1\n}\n",
    "one for all.lut": "LUT: 1 256\n\n" + "".join(f"{v}\n" for v in range(256)),
    "curve.lut": HOUDINI.format("C", 2, "3") + "RGB {\n0 0.25\n1 }\n",
    "shaper.lut": HOUDINI.format("3D+1D", 2, "2 3")
    + "Pre {\n0 .5 1 }\n3D {\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n}\n",
    "preluts.csp": "CSPLUTV100\n1D\n3\n0 0.2 1\n0 0.4 1\n"
    + 2 * "2\n0 1\n0 1\n"
    + "4\n0 0 0\n0.1 0.2 0.3\n0.6 0.7 0.8\n1 1 1\n",
}
EVERY = {name: text for name, (text, _) in LATTICES.items()} | CURVES | OTHERS


def read(name: str, data: str | bytes, selection: str | None = None) -> LookContent:
    path = Path(name)
    encoded = data if isinstance(data, bytes) else data.encode()
    return READERS[path.suffix].read(LookFile(path, encoded, selection))


def refused(name: str, data: str | bytes, selection: str | None = None) -> LookFileError:
    with pytest.raises(LookFileError) as caught:
        read(name, data, selection)
    assert "\n" not in str(caught.value)
    return caught.value


def numbers(nodes: tuple[Node, ...]) -> list[bytes]:
    return [node.canonical for node in nodes]


@pytest.mark.parametrize("name", LATTICES)
def test_a_lattice_has_its_axes_and_scale(name: str) -> None:
    text, one = LATTICES[name]
    (node,) = read(name, text).nodes
    assert isinstance(node, Lut3d)
    assert node.name == name
    assert (node.first, node.last, node.shaper) == ((0.0,) * 3, (1.0,) * 3, None)
    assert np.abs(node.table.array[:3, :3, :3] - LATTICE / one).max() < 1e-12


def test_a_lut_of_three_curves_one_after_the_other() -> None:
    (node,) = read("discreet.lut", CURVES["discreet.lut"]).nodes
    assert isinstance(node, Lut1d)
    expected = np.stack([np.array(CURVE) // c for c in (1, 2, 3)], axis=-1) / 1023
    assert np.array_equal(node.table.array, expected)


def test_a_spi1d_has_its_domain_and_its_channels() -> None:
    (node,) = read("imageworks.spi1d", CURVES["imageworks.spi1d"]).nodes
    assert isinstance(node, Lut1d)
    assert (node.first, node.last) == ((-0.5,) * 3, (1.5,) * 3)
    assert np.allclose(node.table.array, np.array(CURVE)[:, None] / (1023 * np.array([1, 2, 3])), atol=1e-7)
    (one,) = read("one for all.spi1d", OTHERS["one for all.spi1d"]).nodes
    assert isinstance(one, Lut1d)
    assert one.table.array.tolist() == [[0, 0, 0], [0.25] * 3, [1, 1, 1]]


def test_a_spimtx_has_offsets_in_codes_of_16_bits() -> None:
    (node,) = read("imageworks.spimtx", OTHERS["imageworks.spimtx"]).nodes
    assert isinstance(node, Matrix)
    assert node.values == ((0.5, 0.25, 0.25), (0.0, 1.0, 0.0), (0.0, 0.0, 1.5))
    assert node.offset == (0.1, 0.0, 0.0)


def test_houdini_curves_and_shapers_have_their_domain() -> None:
    (curve,) = read("curve.lut", OTHERS["curve.lut"]).nodes
    assert isinstance(curve, Lut1d)
    assert (curve.first, curve.last) == ((0.0,) * 3, (2.0,) * 3)
    (node,) = read("shaper.lut", OTHERS["shaper.lut"]).nodes
    assert isinstance(node, Lut3d)
    assert node.shaper is not None
    assert (node.shaper.last, node.last) == ((2.0,) * 3, (1.0,) * 3)


def test_what_was_assumed_is_said() -> None:
    assert read("flame.3dl", LATTICES["flame.3dl"][0]).notes == (
        "the output is taken as 12 bits from its largest value, 2600; the file does not say",
    )
    assert read("lustre.3dl", LATTICES["lustre.3dl"][0]).notes == ()
    assert "from the length" in read("one for all.lut", OTHERS["one for all.lut"]).notes[0]
    assert "from the file's name" in read("8to10log.lut", OTHERS["one for all.lut"]).notes[0]
    assert "cubic through 3 points" in read("preluts.csp", OTHERS["preluts.csp"]).notes[0]


def test_how_far_a_sampled_prelut_is_off_is_measured() -> None:
    """A straight line between samples h apart is off by h^2 / 8 of the second derivative of the curve."""
    (note,) = read("preluts.csp", OTHERS["preluts.csp"]).notes
    told = float(note.removesuffix(" at most").rpartition(" ")[2])
    points, values = np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.4, 1.0])
    x = np.linspace(0.0, 1.0, 65_536)
    bend = np.abs(np.diff(cubic(points, values, np.linspace(0.0, 1.0, 2001)), 2)).max() * 2000**2
    assert told == pytest.approx((x[1] - x[0]) ** 2 / 8 * bend, rel=0.1)


def test_the_name_of_a_discreet_lut_tells_the_depth_of_its_values() -> None:
    (eight,) = read("one.lut", OTHERS["one for all.lut"]).nodes
    (ten,) = read("8to10.lut", OTHERS["one for all.lut"]).nodes
    assert isinstance(eight, Lut1d)
    assert isinstance(ten, Lut1d)
    assert eight.table.array[-1, 0] == 1.0
    assert ten.table.array[-1, 0] == 255 / 1023


def test_comments_and_the_output_space() -> None:
    text = "# film look\n# LIVEGRADE_OUTPUTCOLORSPACE rgb/rec2020/d65/pq\n" + LATTICES["lustre.3dl"][0]
    content = read("show.3dl", text)
    assert content.comments == ("film look",)
    assert str(content.output_space) == "rgb/rec2020/d65/pq"
    csp = LATTICES["cinespace.csp"][0].replace("3D\n", "3D\nBEGIN METADATA\nfilm look\nEND METADATA\n", 1)
    assert read("show.csp", csp).comments == ("film look",)


@pytest.mark.parametrize("name", EVERY)
def test_any_line_end_and_a_byte_order_mark(name: str) -> None:
    plain = numbers(read(name, EVERY[name]).nodes)
    for end in ("\r\n", "\r"):
        assert numbers(read(name, b"\xef\xbb\xbf" + EVERY[name].replace("\n", end).encode()).nodes) == plain


@pytest.mark.parametrize("name", ["lustre.3dl", "panasonic.vlt", "iridas.itx", "pandora.m3d"])
def test_latin_1_in_comments(name: str) -> None:
    text = "# Wärme\n" + EVERY[name]
    for encoding in ("latin-1", "utf-8"):
        content = read(name, text.encode(encoding))
        assert content.comments[0] == "Wärme"
        assert numbers(content.nodes) == numbers(read(name, EVERY[name]).nodes)


@pytest.mark.parametrize("name", EVERY)
def test_a_comma_decimal_is_refused(name: str) -> None:
    text = EVERY[name].replace("\nLUT8\ngamma 1.0", "")
    if "." in text.split("\n")[-2] or "." in text.split("\n")[-4]:
        head, _, tail = text.rpartition(".")
        damaged = f"{head},{tail}"
    else:
        at = next(at for at in range(len(text) - 2, 0, -1) if text[at].isdigit())
        damaged = f"{text[: at + 1]},5{text[at + 1 :]}"
    assert "comma" in refused(name, damaged).fault


@pytest.mark.parametrize("name", EVERY)
def test_a_file_cut_anywhere_is_read_or_refused_in_words(name: str) -> None:
    """A cut within the last number cannot be seen; all others must be."""
    whole = EVERY[name].replace("\nLUT8\ngamma 1.0", "").encode()
    for length in range(1, len(whole) - 12):
        refused(name, whole[:length])


@pytest.mark.parametrize("name", EVERY)
def test_a_row_too_many_is_refused(name: str) -> None:
    tail = EVERY[name].rstrip("\n").rsplit("\n", 1)[-1]
    extra = "1 1 1 1 1 1\n" if name.endswith("spi3d") else "27 1 1 1\n" if "pandora" in name else "1 1 1\n"
    text = EVERY[name].replace("\nLUT8\ngamma 1.0", "")
    refused(name, text + (extra if tail != "}" else "0.5\n"))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("word", ["nan", "inf", "0x10", "1e99", "ein"])
def test_what_is_no_plain_number_is_refused(name: str, word: str) -> None:
    text = EVERY[name]
    at = next(at for at in range(len(text) - 1, 0, -1) if text[at].isdigit() and "gamma" not in text[at - 10 : at])
    start = max(text.rfind(separator, 0, at) for separator in " \n")
    refused(name, text[: start + 1] + word + text[at + 1 :])


@pytest.mark.parametrize("name", EVERY)
def test_binary_and_selected_files_are_refused(name: str) -> None:
    assert "not plain text" in refused(name, EVERY[name].encode("utf-16")).fault
    assert "no parts" in refused(name, EVERY[name], "A001").fault


HUGE = {
    "show.3dl": "3DMESH\nMesh 30 12\n0 0 0\n",
    "mesh.3dl": "0 " + "64 " * 500 + "\n0 0 0\n",
    "show.vlt": "LUT_3D_SIZE 5000\n0 0 0\n",
    "show.spi1d": "Version 1\nFrom 0 1\nLength 900000000\nComponents 3\n{\n0 0 0\n}\n",
    "show.spi3d": "SPILUT 1.0\n3 3\n2000 2000 2000\n0 0 0 0 0 0\n",
    "show.itx": "LUT_3D_SIZE 100000000\n0 0 0\n",
    "show.vf": "#Inventor V2.1 ascii\ngrid_size 4000 4000 4000\ndata\n0 0 0\n",
    "show.csp": "CSPLUTV100\n3D\n" + NO_PRELUT + "900 900 900\n0 0 0\n",
    "prelut.csp": "CSPLUTV100\n3D\n900000000\n0 1\n0 1\n",
    "show.lut": "LUT: 3 900000000\n0\n",
    "houdini.lut": HOUDINI.format("3D", 1, "30000") + "{\n0 0 0\n}\n",
    "show.m3d": "channel 3d\nin 900000000\nout 4096\nformat lut\nvalues red green blue\n0 0 0 0\n",
}


@pytest.mark.parametrize("name", HUGE)
def test_an_announced_size_is_refused_before_anything_is_allocated(name: str) -> None:
    tracemalloc.start()
    try:
        refused(name, HUGE[name])
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


FAULTS = {
    "mesh and inputs.3dl": ("3DMESH\nMesh 2 12\n0 341 682 1023\n" + "0 0 0\n" * 125, 3, "lists 4 input codes"),
    "uneven.3dl": ("0 100 682 1023\n" + "0 0 999\n" * 64, 1, "not evenly spaced"),
    "too bright.3dl": ("3DMESH\nMesh 2 10\n" + "0 0 4095\n" * 125, 2, "4095 is among the rows"),
    "dark.3dl": ("0 341 682 1023\n" + "0 0 99\n" * 64, None, "too small for code values"),
    "negative.3dl": ("3DMESH\nMesh 2 12\n" + "0 0 -1\n" * 125, 3, "holds -1; a .3dl has whole numbers from 0 on only"),
    "odd depth.3dl": ("3DMESH\nMesh 2 14\n" + "0 0 1\n" * 125, 2, "14 output bits"),
    "three points.3dl": ("3DMESH\nMesh 1 12\n" + "0 0 1\n" * 27, None, "three points a side"),
    "words.3dl": ("LUT_3D_SIZE 3\n" + "0 0 1\n" * 27, 1, "unknown line"),
    "half.vlt": (
        "# a\nLUT_3D_SIZE 2\n\n0 0 0\n# b\n0 0.5 0\n" + "0 0 0\n" * 6,
        6,
        "holds 0.5; a .vlt has whole numbers",
    ),
    "above.vlt": ("LUT_3D_SIZE 2\n" + "0 0 4096\n" * 8, 2, "holds 4096; a .vlt has whole numbers from 0 to 4095 only"),
    "sizeless.vlt": ("0 0 0\n" * 8, None, "no LUT_3D_SIZE"),
    "twice.spi3d": ("SPILUT 1.0\n3 3\n2 2 2\n" + "0 0 0 1 1 1\n" * 8, None, "names a place twice"),
    "outside.spi3d": ("SPILUT 1.0\n3 3\n2 2 2\n" + "0 0 2 1 1 1\n" * 8, None, "outside"),
    "brick.spi3d": ("SPILUT 1.0\n3 3\n2 2 3\n" + "0 0 0 1 1 1\n" * 12, 3, "three times the same number"),
    "falling.spi1d": ("Version 1\nFrom 1 0\nLength 2\nComponents 1\n{\n0\n1\n}\n", 2, "must rise"),
    "two.spi1d": ("Version 1\nFrom 0 1\nLength 2\nComponents 2\n{\n0 0\n1 1\n}\n", 4, "Components is 2"),
    "short.spimtx": ("1 0 0 0\n0 1 0 0\n0 0 1\n", None, "11 numbers"),
    "unordered.m3d": (EVERY["pandora.m3d"].replace("\n5 ", "\n6 ", 1), None, "does not number its rows"),
    "levels.m3d": (EVERY["pandora.m3d"].replace("out 4096", "out 0"), 3, "out is 0"),
    "newer.spi1d": ("Version 2\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n1\n}\n", 1, "is of version '2' of its format"),
    "newer.spi3d": (LATTICES["imageworks.spi3d"][0].replace("SPILUT 1.0", "SPILUT 2.0"), 1, "is of version '2.0'"),
    "newer.vf": (LATTICES["nuke.vf"][0].replace("V2.1", "V3.0"), 1, "is of version 'V3.0'"),
    "newer.vlt": (LATTICES["panasonic.vlt"][0].replace("version 1.0", "version 2.0"), 1, "is of version '2.0'"),
    "newer.lut": (OTHERS["curve.lut"].replace("Version 3", "Version 4"), 1, "is of version '4'"),
    "depth.lut": ("LUT: 3 5\n" + "0\n" * 15, 1, "does not say the depth"),
    "beyond.lut": (
        "LUT: 1 256\n\n" + "".join(f"{v}\n" for v in range(2, 258)),
        None,
        "holds the value 257, which 8 bits",
    ),
    "12to10.lut": (
        "LUT: 1 4096\n\n" + "".join(f"{v}\n" for v in range(4096)),
        None,
        "holds the value 4095, which 10 bits",
    ),
    "levels.lut": ("LUT: 3 256 300\n" + "0\n" * 768, 1, "300"),
    "to.lut": (OTHERS["curve.lut"].replace("To 0 1", "To 0 255"), 5, "To is 0 255"),
    "type.lut": (OTHERS["curve.lut"].replace("Type C", "Type RGB"), 3, "type 'rgb'"),
    "falling.csp": (OTHERS["preluts.csp"].replace("0 0.2 1", "0 1.2 1"), 4, "must rise"),
    "placed.vf": ("#Inventor V2.1 ascii\ngrid_size 2 2 2\nelement_size 1 1 1\ndata\n", 3, "element_size"),
    "perspective.vf": (
        "#Inventor V2.1 ascii\ngrid_size 2 2 2\nglobal_transform 1 0 0 0 0 1 0 0 0 0 1 0 1 0 0 1\ndata\n"
        + "0 0 0\n" * 8,
        3,
        "affine",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_would_be_wrong_is_refused_with_its_line(name: str) -> None:
    text, line, fault = FAULTS[name]
    error = refused(name, text)
    assert fault in error.fault
    assert error.line == line


def test_the_mesh_line_of_a_lustre_lut_tells_its_depth_where_the_largest_value_would_mislead() -> None:
    """OpenColorIO takes this 12-bit file for 10 bits, as nothing in it is above 2047: four times too bright."""
    text = "3DMESH\nMesh 2 12\n" + "0 0 1023\n" * 125
    (node,) = read("dark.3dl", text).nodes
    assert isinstance(node, Lut3d)
    assert node.table.array.max() == 1023 / 4095


@given(st.data())
@settings(max_examples=300)
def test_damage_never_escapes_as_another_error(data: st.DataObject) -> None:
    """Bytes replaced, taken out or put in anywhere: read, or refused in words."""
    name = data.draw(st.sampled_from(sorted(EVERY)))
    content = bytearray(EVERY[name].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with suppress(LookFileError):
        read(name, bytes(content) or b" ")
