"""`.cube` files: both families, what the field writes, round trips against a writer of the tests, and every refusal."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.color.files import cube
from livegrade.color.files.source import LookFile
from livegrade.color.nodes import Lut1d, Lut3d, Node
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORNERS = ["0 0 0", "1 0 0", "0 1 0", "1 1 0", "0 0 1", "1 0 1", "0 1 1", "1 1 1"]
"""The rows of an identity of two points a side, red fastest."""


def read(text: str | bytes, selection: str | None = None) -> Node:
    data = text if isinstance(text, bytes) else text.encode()
    (node,) = cube.read_cube(LookFile(Path("show.cube"), data, selection)).nodes
    return node


def refused(text: str | bytes) -> LookFileError:
    with pytest.raises(LookFileError) as caught:
        read(text)
    sentence = str(caught.value)
    assert sentence.startswith("show.cube")
    assert "\n" not in sentence
    return caught.value


def identity(*header: str) -> str:
    return "\n".join([*header, "LUT_3D_SIZE 2", *CORNERS]) + "\n"


def written(rows: NDArray[np.float64]) -> str:
    return "\n".join(" ".join(repr(float(value)) for value in row) for row in rows) + "\n"


finite = st.floats(-1e6, 1e6, allow_subnormal=False)


def rows_of(count: int) -> st.SearchStrategy[NDArray[np.float64]]:
    row = st.tuples(finite, finite, finite)
    return st.lists(row, min_size=count, max_size=count).map(lambda values: np.array(values, dtype=np.float64))


@given(st.integers(2, 9).flatmap(rows_of), st.tuples(finite, st.floats(0.01, 1e6)))
def test_a_1d_lut_comes_back_as_written(rows: NDArray[np.float64], domain: tuple[float, float]) -> None:
    first, last = domain[0], domain[0] + domain[1]
    node = read(f"LUT_1D_SIZE {len(rows)}\nLUT_1D_INPUT_RANGE {first!r} {last!r}\n" + written(rows))
    assert isinstance(node, Lut1d)
    assert np.array_equal(node.table.array, rows)
    assert (node.first, node.last) == ((first,) * 3, (last,) * 3)


@given(st.integers(2, 3).flatmap(lambda n: rows_of(n**3)), rows_of(4))
def test_a_3d_lut_with_a_shaper_comes_back_as_written(rows: NDArray[np.float64], shaper: NDArray[np.float64]) -> None:
    n = round(len(rows) ** (1 / 3))
    node = read(f"LUT_3D_SIZE {n}\nLUT_1D_SIZE 4\n" + written(shaper) + written(rows))
    assert isinstance(node, Lut3d)
    assert node.shaper is not None
    assert np.array_equal(node.shaper.table.array, shaper)
    for index, row in enumerate(rows):  # red fastest
        assert np.array_equal(node.table.array[index % n, index // n % n, index // n**2], row)


def test_iridas_domains_are_per_channel() -> None:
    node = read(identity("DOMAIN_MIN -1 0 0.5", "DOMAIN_MAX 1 2 3.5e0"))
    assert isinstance(node, Lut3d)
    assert (node.first, node.last) == ((-1.0, 0.0, 0.5), (1.0, 2.0, 3.5))
    assert node.name == "show.cube"


TOLERATED = {
    "title": identity('TITLE "day 1, take 2 (LUT_3D_SIZE 17)"'),
    "title without quotes": identity("TITLE Rec.709"),
    "title after the size": "LUT_3D_SIZE 2\nTITLE x\nDOMAIN_MIN 0 0 0\n" + "\n".join(CORNERS),
    "comments and blank lines everywhere": "# a\n\n" + identity("#b").replace("1 1 0\n", "1 1 0 # white\n\n  # c\n"),
    "comment after a size": "LUT_3D_SIZE 2 # points\n" + "\n".join(CORNERS),
    "windows line ends": identity().replace("\n", "\r\n"),
    "old mac line ends": identity().replace("\n", "\r"),
    "no line end at the end": identity().rstrip(),
    "tabs and runs of spaces": identity().replace(" ", " \t  "),
    "lower case keywords": identity().lower(),
    "every way to write a number": "LUT_3D_SIZE 2\n+0. -.0 0e0\n" + "\n".join(CORNERS[1:]).replace("1", "1.0E+00"),
    "a resolve range that does not belong but says nothing": identity("LUT_1D_INPUT_RANGE 0.0 1.0"),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_what_the_field_writes_is_read(name: str) -> None:
    node = read(TOLERATED[name])
    assert isinstance(node, Lut3d)
    assert node == read(identity())


def test_byte_order_mark_and_latin_1_comments() -> None:
    assert read(b"\xef\xbb\xbf" + identity().encode()) == read(identity())
    assert read("# Grün\nTITLE Übergang\n".encode("latin-1") + identity().encode()) == read(identity())
    assert read(b"# caf\x85 au lait\n" + identity().encode()) == read(identity())


def test_video_range_flags_scale_to_legal_black_and_white() -> None:
    """A video-range LUT sees codes over 1023: legal black at 64/1023, white at 940/1023, on the flagged side only."""
    plain = read(identity())
    node = read(identity("LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE"))
    assert isinstance(node, Lut3d)
    assert isinstance(plain, Lut3d)
    assert node.first == pytest.approx((-64 / 876,) * 3)
    assert node.last == pytest.approx(((1023 - 64) / 876,) * 3)
    assert node.table.array == pytest.approx((plain.table.array * 1023 - 64) / 876)
    shaped = read(
        "LUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\nLUT_1D_SIZE 2\n"
        + identity().replace("0 0 0", "0 0 0\n1 1 1\n0 0 0", 1)
    )
    assert isinstance(shaped, Lut3d)
    assert shaped.shaper is not None
    assert (shaped.first, shaped.shaper.first) == ((0.0,) * 3, pytest.approx((-64 / 876,) * 3))
    assert np.array_equal(shaped.shaper.table.array, [[0, 0, 0], [1, 1, 1]])


REFUSED: dict[str, tuple[str | bytes, int | None, str]] = {
    "no size": ("\n".join(CORNERS), None, "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
    "only a comment": ("# nothing\n", None, "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
    "header only": ("LUT_3D_SIZE 2\n", None, "holds 0 rows of numbers, LUT_3D_SIZE 2 needs 8"),
    "one row short": (identity().rpartition("1 1 1")[0], None, "holds 7 rows of numbers, LUT_3D_SIZE 2 needs 8"),
    "one row over": (identity() + "1 1 1\n", None, "holds 9 rows of numbers, LUT_3D_SIZE 2 needs 8"),
    "both tables short": ("LUT_1D_SIZE 2\n" + identity(), None, "LUT_1D_SIZE 2 and LUT_3D_SIZE 2 need 10"),
    "1 point a side": ("LUT_3D_SIZE 1\n0 0 0\n", 1, "LUT_3D_SIZE is 1; livegrade takes 2 to 129"),
    "300 points a side": ("TITLE x\nLUT_3D_SIZE 300\n0 0 0\n", 2, "LUT_3D_SIZE is 300; livegrade takes 2 to 129"),
    "a size beyond reason": ("LUT_3D_SIZE 99999999999999999999\n", 1, "livegrade takes 2 to 129"),
    "a negative size": ("LUT_3D_SIZE -2\n", 1, "needs one whole number"),
    "a broken size": ("LUT_3D_SIZE 2.5\n", 1, "needs one whole number, found '2.5'"),
    "a size too many": ("LUT_3D_SIZE 2 2 2\n", 1, "needs one whole number, found '2 2 2'"),
    "a 1D LUT too long": ("LUT_1D_SIZE 65537\n", 1, "LUT_1D_SIZE is 65537; livegrade takes 2 to 65536"),
    "two sizes": ("LUT_3D_SIZE 2\n\nLUT_3D_SIZE 2\n", 3, "a second time (first in line 1)"),
    "nan": (identity().replace("1 1 0", "1 nan 0"), 5, "expected a number, found 'nan'"),
    "nan in the first row": ("LUT_3D_SIZE 2\nnan 0 0\n" + "\n".join(CORNERS[1:]), 2, "expected a number, found 'nan'"),
    "infinity": (identity().replace("1 1 0", "1 1 -inf"), 5, "expected a number, found '-inf'"),
    "a number beyond float64": (identity().replace("1 1 0", "1 1e999 0"), 5, "the number '1e999' is too large"),
    "a number beyond reason": (identity().replace("1 1 0", "1 1e10 0"), 5, "the number '1e10' is too large"),
    "a domain next to nothing wide": (identity("LUT_3D_INPUT_RANGE 0 1e-300"), 1, "the domain of a LUT must rise"),
    "text": (identity().replace("1 1 0", "1 one 0"), 5, "expected a number, found 'one'"),
    "a python number": (identity().replace("1 1 0", "1_0 1 0"), 5, "expected a number, found '1_0'"),
    "decimal comma": (identity().replace("1 1 0", "0,5 0,5 0,5"), 5, "holds a comma in '0,5'"),
    "decimal comma in the first row": ("LUT_3D_SIZE 2\n0,0 0,0 0,0\n", 2, "holds a comma in '0,0'"),
    "commas between": (identity().replace("1 1 0", "1, 1, 0"), 5, "holds a comma in '1,'"),
    "decimal comma in a domain": (identity("DOMAIN_MIN 0,0 0,0 0,0"), 1, "DOMAIN_MIN: holds a comma"),
    "two numbers": (identity().replace("1 1 0", "1 1"), 5, "expected three numbers, found 2"),
    "four numbers": (identity().replace("1 1 0", "1 1 0 0"), 5, "expected three numbers, found 4"),
    "four numbers in every row": ("LUT_1D_SIZE 2\n0 0 0 1\n1 1 1 1\n", 2, "expected three numbers, found 4"),
    "one column": ("LUT_1D_SIZE 2\n0\n1\n", 2, "expected three numbers, found 1"),
    "keyword after numbers": (identity() + "DOMAIN_MIN 0 0 0\n", 10, "DOMAIN_MIN stands after the numbers"),
    "unknown keyword": (identity("LUT_GAMMA 2.2"), 1, "unknown keyword 'LUT_GAMMA'"),
    "a page of HTML": ("<!DOCTYPE html>\n<html>\n", 1, "unknown keyword '<!DOCTYPE'"),
    "domain of two numbers": (identity("DOMAIN_MIN 0 0"), 1, "DOMAIN_MIN needs 3 numbers, found 2"),
    "range of three numbers": (identity("LUT_3D_INPUT_RANGE 0 0 1"), 1, "LUT_3D_INPUT_RANGE needs 2 numbers, found 3"),
    "domain upside down": (identity("", "DOMAIN_MAX 1 -1 1"), 2, "DOMAIN_MAX: the domain of a LUT must rise"),
    "range without width": (identity("LUT_3D_INPUT_RANGE 1 1"), 1, "LUT_3D_INPUT_RANGE: the domain of a LUT must rise"),
    "domain and range": (identity("LUT_3D_INPUT_RANGE 0 1", "DOMAIN_MIN 0 0 0"), 2, "do not go together"),
    "domain with two tables": ("DOMAIN_MIN 0 0 0\nLUT_1D_SIZE 2\n" + identity(), 1, "do not go together"),
    "range of the missing table": (identity("LUT_1D_INPUT_RANGE 0 1.095"), 1, "stands here without LUT_1D_SIZE"),
    "utf-16": (identity().encode("utf-16"), None, "is not plain text"),
    "binary": (bytes(range(256)), None, "is not plain text"),
    "a header line without end": ("LUT_3D_SIZE 2" + " " * 70_000, 1, "a line far too long"),
    "a line of numbers without end": (identity() + "0 " * 40_000, 10, "a line far too long"),
    "lines without end": ("LUT_3D_SIZE 2\n0 0 0\n" + "\n" * 200_000, None, "far more lines than the 8 rows"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_wrong_is_refused_with_its_line(name: str) -> None:
    text, line, fault = REFUSED[name]
    error = refused(text)
    assert fault in error.fault
    assert error.line == line


def test_a_selection_is_refused() -> None:
    with pytest.raises(LookFileError, match="no parts to choose from"):
        read(identity(), "cc0001")


def test_a_1d_lut_of_65536_rows_is_fine() -> None:
    node = read("LUT_1D_SIZE 65536\n" + "0.5 0.25 0.125\n" * 65536)
    assert isinstance(node, Lut1d)
    assert node.table.array.shape == (65536, 3)


@pytest.mark.parametrize("name", ["iridas_1d.cube", "iridas_3d.cube", "resolve_1d3d.cube"])
def test_a_file_cut_anywhere_is_read_or_refused_in_words(shared_data: Path, name: str) -> None:
    whole = (shared_data / "look-files" / name).read_bytes()
    for length in range(1, len(whole)):
        try:
            read(whole[:length])
        except LookFileError:
            continue
        # What is read has every row; only digits of the very last number can be missing.
        assert whole[:length].split(b"\n")[:-1] == whole.rstrip(b"\n").split(b"\n")[:-1]


@given(st.binary(max_size=60), st.integers(0, 179))
def test_noise_never_escapes_as_another_error(noise: bytes, at: int) -> None:
    whole = identity('TITLE "A test"', "DOMAIN_MIN 0.0 1.0 0.0", "DOMAIN_MAX 2.0 2.0 1.0").encode()
    for data in (noise, whole[:at] + noise + whole[at:]):
        with contextlib.suppress(LookFileError):
            read(data or b" ")
