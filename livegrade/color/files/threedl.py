"""Reads and writes `.3dl`: the 3D LUTs of Flame and Lustre, and what others (ARRI, Foundry) write under that name.

Whole numbers, blue fastest. Lustre's `Mesh 5 12` gives the points a side (2^5 + 1) and the output bits; Flame's files
have only the line of input codes, and the output bits follow from the largest number, as every reader has to guess.
Source: Autodesk's own example in its Lustre and Flame documentation; OpenColorIO, FileFormat3DL.cpp (which guesses even
where Mesh tells).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files.content import LookContent, split_comments
from livegrade.color.files.numbers import MAX_NUMBER, number_fault, shown
from livegrade.color.files.text import DATA_START, Wanted, plain_text, read_table, readable, require_no_selection
from livegrade.color.nodes import MAX_LUT3D_SIZE, Lut3d, Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile

MAX_BYTES = 64_000_000

DEPTHS = (8, 10, 12, 16)
LEAST_PLAUSIBLE = 128
"""A file whose largest number is below this holds no code values of any depth."""

MESH_TOLERANCE = 2
"""Codes by which a line of input codes may miss even spacing (64 128 ... 1023 misses by one)."""

_MESH = re.compile(r"mesh\s+(\d{1,2})\s+(\d{1,2})", re.IGNORECASE | re.ASCII)
_TRAILERS = re.compile(r"(?:3dmesh|lut\d*|gamma\s+[\d.]+)", re.IGNORECASE | re.ASCII)


class _Plan:
    """What the lines that are not rows say."""

    def __init__(self) -> None:
        self.comments: list[str] = []
        self.mesh: tuple[int, int] | None = None
        self.mesh_line = 0
        self.inputs: list[str] = []
        self.inputs_line = 0


def read_3dl(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, named for the file."""
    require_no_selection(file)
    plan, rows = _sorted_lines(file, plain_text(file))
    size = _size(file, plan, sum(bool(row) for row in rows))
    if size == 3:
        raise file.fault("has three points a side, where a line of input codes cannot be told from a row of colours")
    _check_inputs(file, plan, size)
    because = f"a lattice of {size} points a side needs"
    wanted = Wanted(size**3, 3, because, comment=None, largest_code=MAX_NUMBER)
    table = read_table(file, "\n".join(rows), 1, wanted)
    bits, note = _bits(file, plan, table)
    lattice = Samples((table / (2**bits - 1)).reshape(size, size, size, 3))
    comments, space = split_comments(plan.comments)
    kind = f"Lustre .3dl, {bits} bits" if plan.mesh else f"Flame .3dl, {bits} bits"
    return LookContent((Lut3d(lattice, name=file.path.name),), kind, "", comments, space, note)


def _sorted_lines(file: LookFile, text: str) -> tuple[_Plan, list[str]]:
    """What the header says, and the rows with a blank line for each line that is none, so that lines keep count."""
    plan, rows = _Plan(), []
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole.strip()
        if DATA_START.match(line) and not _TRAILERS.fullmatch(line):
            words = line.split()
            if len(words) != 3 and not plan.inputs:
                plan.inputs, plan.inputs_line, line = words, number, ""
            rows.append(line)
            continue
        rows.append("")
        if line.startswith("#"):
            plan.comments.append(readable(line.lstrip("#")))
        elif match := _MESH.fullmatch(line):
            plan.mesh, plan.mesh_line = (int(match[1]), int(match[2])), number
        elif line and not _TRAILERS.fullmatch(line):
            raise file.fault(f"unknown line {shown(line)}; this is not a .3dl line livegrade can trust", number)
    return plan, rows


def _size(file: LookFile, plan: _Plan, count: int) -> int:
    """Points a side, and every statement of it the same."""
    if plan.mesh is not None:
        size = (1 << plan.mesh[0]) + 1
        if size > MAX_LUT3D_SIZE:
            raise file.fault(
                f"Mesh asks for {size} points a side; livegrade takes 2 to {MAX_LUT3D_SIZE}", plan.mesh_line
            )
        if plan.inputs and len(plan.inputs) != size:
            raise file.fault(f"lists {len(plan.inputs)} input codes where Mesh says {size} points", plan.inputs_line)
        return size
    size = len(plan.inputs) or round(count ** (1 / 3))
    if not 2 <= size <= MAX_LUT3D_SIZE:
        raise file.fault("holds no 3D LUT: neither a Mesh line nor input codes nor enough rows")
    if not plan.inputs and size**3 != count:
        raise file.fault(f"holds {count} rows of numbers, which make no lattice; the file seems cut off")
    return size


def _check_inputs(file: LookFile, plan: _Plan, size: int) -> None:
    if not plan.inputs:
        return
    for word in plan.inputs:
        if fault := number_fault(word):
            raise file.fault(fault, plan.inputs_line)
    codes = np.array([float(word) for word in plan.inputs])
    if codes.max() < LEAST_PLAUSIBLE:
        raise file.fault("its input codes are too small to be codes of 8 bits or more", plan.inputs_line)
    even = np.linspace(0, 2 ** _guessed_bits(codes.max()) - 1, size)
    if np.abs(codes - even).max() > MESH_TOLERANCE:
        raise file.fault(
            "its input codes are not evenly spaced; programs read such a line in two contrary ways, so the colours "
            "cannot be known. Export it again without a shaper",
            plan.inputs_line,
        )


def _bits(file: LookFile, plan: _Plan, table: NDArray[np.float64]) -> tuple[int, tuple[str, ...]]:
    largest = float(table.max())
    if plan.mesh is not None:
        bits = plan.mesh[1]
        if bits not in DEPTHS:
            raise file.fault(f"Mesh gives {bits} output bits; livegrade takes 8, 10, 12 or 16", plan.mesh_line)
        if largest >= 2 ** (bits + 1):
            raise file.fault(f"Mesh gives {bits} output bits, but {largest:.0f} is among the rows", plan.mesh_line)
        return bits, ()
    if largest < LEAST_PLAUSIBLE:
        raise file.fault(f"its largest number is {largest:.0f}: too small for code values, so their depth is unknown")
    bits = _guessed_bits(largest)
    return bits, (f"the output is taken as {bits} bits from its largest value, {largest:.0f}; the file does not say",)


def _guessed_bits(largest: float) -> int:
    """The depth that fits, overshoot up to twice the range allowed. 14 bits are not in use: such files have 16."""
    return next((bits for bits in DEPTHS if largest < 2 ** (bits + 1)), DEPTHS[-1])
