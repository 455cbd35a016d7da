"""Reads the plain 3D LUTs `.itx` (Iridas), `.vlt` (Panasonic), `.vf` (Nuke) and `.m3d`, `.mga` (Pandora): a small
header and the rows.

Source: OpenColorIO, FileFormatIridasItx.cpp, FileFormatVF.cpp and FileFormatPandora.cpp, and its sample files. Of
`.vlt`, where OpenColorIO swaps red and blue: files written by Panasonic's tools and by LUTCalc (lut-vlt.js).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files.content import LookContent, split_comments
from livegrade.color.files.numbers import MAX_NUMBER, shown
from livegrade.color.files.text import (
    DATA_START,
    Wanted,
    lattice_size,
    plain_numbers,
    plain_text,
    read_table,
    readable,
    require_no_selection,
    require_version,
    whole_number,
)
from livegrade.color.nodes import MAX_LUT3D_SIZE, Lut3d, Matrix, Node, Role, Samples, triple
from livegrade.color.space import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile

MAX_BYTES = 160_000_000
MAX_LEVELS = 65536
_VLT_VERSION = re.compile(r"panasonic vlt file version (\S+)", re.IGNORECASE)
VLT_LARGEST = 4095


class _Header:
    """The words behind each keyword, as it is spelt, with their line, and where the rows begin."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[list[str], int]] = {}
        self.comments: list[str] = []
        self.start = 0

    def get(self, file: LookFile, keyword: str) -> tuple[list[str], int]:
        if keyword not in self.words:
            raise file.fault(f"has no {keyword} before its numbers; this is not a whole {file.path.suffix} file")
        return self.words[keyword]


def read_itx(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, red fastest in the file."""
    header, lattice = _red_fastest(file)
    return _content(file, header, lattice, "Iridas .itx")


def read_vlt(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, red fastest in the file; whole numbers of 12 bits, code 4095 for one."""
    header, codes = _red_fastest(file, VLT_LARGEST)
    for comment in header.comments:
        if version := _VLT_VERSION.match(comment.strip()):
            require_version(file, version[1], ("1.0",), 1)
    return _content(file, header, codes / VLT_LARGEST, "Panasonic .vlt, 12 bits")


def read_vf(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, blue fastest in the file, with the Matrix of global_transform before it where it has one."""
    require_no_selection(file)
    lines = plain_text(file).split("\n")
    if not lines[0].strip().lower().startswith("#inventor"):
        raise file.fault("does not begin with '#Inventor V2.1 ascii'; this is not a .vf file", 1)
    require_version(file, " ".join(lines[0].split()[1:2]), ("V2.1",), 1)
    header = _header(file, lines, ("grid_size", "global_transform", "element_size", "world_origin"), "data")
    for keyword in ("element_size", "world_origin"):
        if keyword in header.words:
            raise file.fault(f"{keyword} places the lattice in a way livegrade does not read", header.words[keyword][1])
    words, line = header.get(file, "grid_size")
    size = lattice_size(file, "grid_size", words, line)
    table = _rows(file, lines, header, Wanted(size**3, 3, f"grid_size {size} needs"))
    before = (_global_transform(file, header, size),) if "global_transform" in header.words else ()
    return _content(file, header, table.reshape(size, size, size, 3), "Nuke .vf", *before)


def read_pandora(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, blue fastest in the file; `out` levels make code levels - 1 one."""
    require_no_selection(file)
    lines = plain_text(file).split("\n")
    header = _header(file, lines, ("channel", "in", "out", "format"), "values")
    for keyword, only in (("channel", ["3d"]), ("format", ["lut"]), ("values", ["red", "green", "blue"])):
        words, line = header.get(file, keyword)
        if [word.lower() for word in words] != only:
            raise file.fault(f"{keyword} must be {' '.join(only)}, found {shown(' '.join(words))}", line)
    words, line = header.get(file, "in")
    count = whole_number(file, "in", words, (8, MAX_LUT3D_SIZE**3), line)
    size = round(count ** (1 / 3))
    if size**3 != count:
        raise file.fault(f"in is {count}, which is no lattice of the same number of points each way", line)
    words, line = header.get(file, "out")
    levels = whole_number(file, "out", words, (2, MAX_LEVELS), line)
    table = _rows(file, lines, header, Wanted(count, 4, f"'in {count}' needs", largest_code=MAX_NUMBER))
    if (table[:, 0] != np.arange(count)).any():
        raise file.fault("does not number its rows 0, 1, 2 and so on; its order cannot be known")
    lattice = table[:, 1:].reshape(size, size, size, 3) / (levels - 1)
    return _content(file, header, lattice, f"Pandora {file.path.suffix.lower()}, {levels} levels")


def _red_fastest(file: LookFile, largest_code: int | None = None) -> tuple[_Header, NDArray[np.float64]]:
    """The header and the rows, as a lattice in index order r, g, b, of a file that says LUT_3D_SIZE before them.
    `largest_code`: as in Wanted."""
    require_no_selection(file)
    lines = plain_text(file).split("\n")
    header = _header(file, lines, ("LUT_3D_SIZE",), None)
    words, line = header.get(file, "LUT_3D_SIZE")
    size = whole_number(file, "LUT_3D_SIZE", words, (2, MAX_LUT3D_SIZE), line)
    wanted = Wanted(size**3, 3, f"LUT_3D_SIZE {size} needs", ("LUT_3D_SIZE",), largest_code=largest_code)
    table = _rows(file, lines, header, wanted)
    return header, table.reshape(size, size, size, 3).transpose(2, 1, 0, 3)


def _header(file: LookFile, lines: list[str], known: tuple[str, ...], last: str | None) -> _Header:
    """The lines before the rows, keywords in any case. `last`: the keyword after which rows begin; None: they begin
    with the first number."""
    header = _Header()
    spelt = {keyword.lower(): keyword for keyword in (*known, *([last] if last else []))}
    for number, whole in enumerate(lines, start=1):
        words = whole.split()
        if not words:
            continue
        keyword = spelt.get(words[0].lower(), "")
        if words[0].startswith("#"):
            header.comments.append(readable(whole.strip().lstrip("#")))
        elif last is None and DATA_START.match(words[0]):
            header.start = number - 1
            return header
        elif not keyword or keyword in header.words:
            raise file.fault(f"unknown or doubled line {shown(whole.strip())}", number)
        else:
            header.words[keyword] = (words[1:], number)
            if keyword == last:
                header.start = number
                return header
    header.start = len(lines)
    return header


def _rows(file: LookFile, lines: list[str], header: _Header, wanted: Wanted) -> NDArray[np.float64]:
    return read_table(file, "\n".join(lines[header.start :]), header.start + 1, wanted)


def _global_transform(file: LookFile, header: _Header, size: int) -> Matrix:
    """Nuke divides it by the points a side, except for the offsets, so it is multiplied here."""
    words, line = header.words["global_transform"]
    values = np.array(plain_numbers(file, "global_transform", words, 16, line)).reshape(4, 4)
    if values[3].tolist() != [0.0, 0.0, 0.0, 1.0]:
        raise file.fault("global_transform is no affine transform of colours (its last row is not 0 0 0 1)", line)
    return Matrix(rows(values[:3, :3] * size), triple(values[:3, 3]), role=Role.TRANSFORM, name=file.path.name)


def _content(file: LookFile, header: _Header, lattice: NDArray[np.float64], kind: str, *before: Node) -> LookContent:
    comments, space = split_comments(header.comments)
    node = Lut3d(Samples(lattice), name=file.path.name)
    return LookContent((*before, node), kind, "", comments, space)
