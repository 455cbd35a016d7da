"""Reads Sony Pictures Imageworks' `.spi1d`, `.spi3d` and `.spimtx`.

Source: OpenColorIO's documentation and FileFormatSpi1D.cpp, FileFormatSpi3D.cpp, FileFormatSpiMtx.cpp, whose makers are
the formats' makers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files.content import LookContent
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import (
    Wanted,
    lattice_size,
    plain_numbers,
    plain_text,
    read_table,
    require_no_selection,
    require_version,
    whole_number,
)
from livegrade.color.nodes import (
    MAX_LUT1D_SIZE,
    Lut1d,
    Lut3d,
    Matrix,
    Role,
    Samples,
    domain_fault,
    triple,
)
from livegrade.color.space import rows

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile

MAX_BYTES = 128_000_000
MATRIX_OFFSET_SCALE = 65535.0
"""The offsets of a `.spimtx` are 16-bit code values."""


def read_spi1d(file: LookFile) -> LookContent:
    """One Lut1d, named for the file."""
    require_no_selection(file)
    lines = plain_text(file).split("\n")
    header, start = _header_1d(file, lines)
    version, version_line = header.get("version", (["1"], 1))
    require_version(file, " ".join(version), ("1",), version_line)
    missing = [key for key in ("from", "length", "components") if key not in header]
    if missing:
        raise file.fault(f"has no line {', '.join(key.capitalize() for key in missing)} before its numbers")
    domain, domain_line = header["from"]
    low, high = plain_numbers(file, "From", domain, 2, domain_line)
    if fault := domain_fault((low,) * 3, (high,) * 3):
        raise file.fault(fault, domain_line)
    length = whole_number(file, "Length", header["length"][0], (2, MAX_LUT1D_SIZE), header["length"][1])
    components = whole_number(file, "Components", header["components"][0], (1, 3), header["components"][1])
    if components == 2:
        raise file.fault("Components is 2; livegrade takes 1 or 3", header["components"][1])
    end = next((index for index, line in enumerate(lines) if index >= start and line.strip() == "}"), len(lines))
    if end == len(lines):
        raise file.fault("has no closing brace; the file seems cut off")
    if any(line.strip() for line in lines[end + 1 :]):
        raise file.fault("goes on after its closing brace", end + 2)
    wanted = Wanted(length, components, f"Length {length} needs")
    table = read_table(file, "\n".join(lines[start:end]), start + 1, wanted)
    samples = Samples(np.broadcast_to(table, (length, 3)))
    kind = ".spi1d, one curve for all channels" if components == 1 else ".spi1d"
    return LookContent((Lut1d(samples, (low,) * 3, (high,) * 3, name=file.path.name),), kind)


def read_spi3d(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, named for the file. Each row names its own place; each place comes exactly once."""
    require_no_selection(file)
    lines = plain_text(file).split("\n")
    if not lines[0].strip().upper().startswith("SPILUT"):
        raise file.fault("does not begin with SPILUT; this is not a .spi3d file", 1)
    require_version(file, lines[0].strip()[len("SPILUT") :].strip(), ("1.0",), 1)
    if len(lines) < 3 or lines[1].split() != ["3", "3"]:
        raise file.fault("needs the line '3 3': three channels in, three out", 2)
    size = lattice_size(file, "the size", lines[2].split(), 3)
    table = read_table(file, "\n".join(lines[3:]), 4, Wanted(size**3, 6, f"the size {size} needs"))
    places = table[:, :3]
    if (places != np.rint(places)).any() or places.min() < 0 or places.max() >= size:
        raise file.fault(f"names a place outside its {size} points a side")
    index = (places @ np.array([size * size, size, 1])).astype(np.int64)
    if (np.bincount(index, minlength=size**3) != 1).any():
        raise file.fault("names a place twice, and so leaves another without a colour")
    lattice = np.empty((size**3, 3))
    lattice[index] = table[:, 3:]
    node = Lut3d(Samples(lattice.reshape(size, size, size, 3)), name=file.path.name)
    return LookContent((node,), ".spi3d")


def read_spimtx(file: LookFile) -> LookContent:
    """One Matrix, named for the file."""
    require_no_selection(file)
    numbers: list[float] = []
    for line, text in enumerate(plain_text(file).split("\n"), start=1):
        words = text.split()
        numbers += plain_numbers(file, "a row", words, len(words), line)
    if len(numbers) != 12:
        raise file.fault(f"holds {len(numbers)} numbers; a .spimtx has 12, three rows of four")
    values = np.array(numbers).reshape(3, 4)
    offset = triple(values[:, 3] / MATRIX_OFFSET_SCALE)
    node = Matrix(rows(values[:, :3]), offset, role=Role.TRANSFORM, name=file.path.name)
    return LookContent((node,), ".spimtx")


def _header_1d(file: LookFile, lines: list[str]) -> tuple[dict[str, tuple[list[str], int]], int]:
    """The header's words by keyword, and the index of the line after the brace."""
    header: dict[str, tuple[list[str], int]] = {}
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if words == ["{"]:
            return header, number
        if words and not re.fullmatch(r"version|from|length|components", words[0], re.IGNORECASE):
            raise file.fault(f"unknown line {shown(line.strip())}; this is not a .spi1d file", number)
        if words:
            header[words[0].lower()] = (words[1:], number)
    raise file.fault("has no opening brace; this is not a whole .spi1d file")
