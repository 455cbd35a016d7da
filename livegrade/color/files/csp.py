"""Reads `.csp` (cineSpace): a prelut a channel, then a 1D or a 3D LUT over 0..1, red fastest.

A prelut of two points is a straight line. A longer one is a cubic through its points; it is sampled, and the reader
says how far the samples are from it. Source: cineSpace's own interpolator, in OpenColorIO's FileFormatCSP.cpp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from livegrade.color.files.content import LookContent, split_comments
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import (
    Wanted,
    lattice_size,
    plain_numbers,
    plain_text,
    read_table,
    readable,
    require_no_selection,
    whole_number,
)
from livegrade.color.nodes import MAX_LUT1D_SIZE, Lut1d, Lut3d, Node, Samples, domain_fault, triple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile

MAX_BYTES = 160_000_000
MAX_PRELUT = 65536
SAMPLES = 65536
"""What a longer prelut is sampled at, evenly; the same as OpenColorIO does."""


class _Prelut(NamedTuple):
    points: NDArray[np.float64]
    values: NDArray[np.float64]


class _Lines:
    """The lines of the header one by one, blank ones passed over. `at`: index of the next."""

    def __init__(self, file: LookFile, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self._file = file

    def next(self, what: str) -> str:
        while self.at < len(self.lines):
            line = self.lines[self.at].strip()
            self.at += 1
            if line:
                return line
        raise self._file.fault(f"ends before {what}; the file seems cut off")


def read_csp(file: LookFile) -> LookContent:
    """One Lut1d or Lut3d, with the prelut as its shaper where it does something."""
    require_no_selection(file)
    lines = _Lines(file, plain_text(file).split("\n"))
    if lines.next("its first line").upper() != "CSPLUTV100":
        raise file.fault("does not begin with CSPLUTV100; this is not a .csp file", 1)
    kind = lines.next("the line 1D or 3D").upper()
    if kind not in ("1D", "3D"):
        raise file.fault(f"must say 1D or 3D, found {shown(kind)}", lines.at)
    comments = _metadata(lines)
    preluts = [_prelut(file, lines, channel) for channel in ("red", "green", "blue")]
    words, line = lines.next("the size of its table").split(), lines.at
    if kind == "1D":
        size = rows = whole_number(file, "the size", words, (2, MAX_LUT1D_SIZE), line)
    else:
        size = lattice_size(file, "the size", words, line)
        rows = size**3
    rest = "\n".join(lines.lines[lines.at :])
    table = read_table(file, rest, lines.at + 1, Wanted(rows, 3, f"the size {' '.join(words)} needs", comment=None))
    shaper, notes = _shaper(file, preluts)
    kept, space = split_comments(comments)
    nodes: tuple[Node, ...]
    if kind == "1D":
        nodes = (*((shaper,) if shaper else ()), Lut1d(Samples(table), name=file.path.name))
    else:
        lattice = Samples(table.reshape(size, size, size, 3).transpose(2, 1, 0, 3))
        nodes = (Lut3d(lattice, shaper=shaper, name=file.path.name),)
    return LookContent(nodes, "cineSpace .csp", "", kept, space, notes)


def _metadata(lines: _Lines) -> list[str]:
    start, comments = lines.at, []
    if lines.next("its preluts").upper() != "BEGIN METADATA":
        lines.at = start
        return []
    while (line := lines.next("END METADATA")).upper() != "END METADATA":
        comments.append(readable(line))
    return comments


def _prelut(file: LookFile, lines: _Lines, channel: str) -> _Prelut | None:
    """None where there are no points, which is the straight line from 0 to 1."""
    what = f"the prelut of {channel}"
    count = whole_number(file, f"{what}: its number of points", lines.next(what).split(), (0, MAX_PRELUT), lines.at)
    if count == 0:
        return None
    if count == 1:
        raise file.fault(f"{what} has one point; a line needs two", lines.at)
    points = np.array(plain_numbers(file, what, lines.next(what).split(), count, lines.at))
    first, last = float(points[0]), float(points[-1])
    fault = domain_fault((first,) * 3, (last,) * 3)
    if fault or (np.diff(points) <= 0).any():
        raise file.fault(fault or f"the points of {what} must rise from one to the next", lines.at)
    values = np.array(plain_numbers(file, what, lines.next(what).split(), count, lines.at))
    return _Prelut(points, values)


def _shaper(file: LookFile, preluts: list[_Prelut | None]) -> tuple[Lut1d | None, tuple[str, ...]]:
    if all(prelut is None or np.array_equal(*prelut) for prelut in preluts) and all(
        prelut is None or (prelut.points[0] <= 0.0 and prelut.points[-1] >= 1.0) for prelut in preluts
    ):
        return None, ()
    unit = np.array([0.0, 1.0])
    each = [prelut or _Prelut(unit, unit) for prelut in preluts]
    first, last = (triple(prelut.points[end] for prelut in each) for end in (0, -1))
    if all(len(prelut.points) == 2 for prelut in each):
        table = np.stack([prelut.values for prelut in each], axis=-1)
        return Lut1d(Samples(table), first, last, name=file.path.name), ()
    longest = max(len(prelut.points) for prelut in each)
    columns, errors = zip(*(_sampled(prelut) for prelut in each), strict=True)
    note = f"the prelut, a cubic through {longest} points, is sampled at {SAMPLES:,}; off by {max(errors):.1e} at most"
    return Lut1d(Samples(np.stack(columns, axis=-1)), first, last, name=file.path.name), (note,)


def _sampled(prelut: _Prelut) -> tuple[NDArray[np.float64], float]:
    """The samples, and how far lines between them are from the cubic, halfway."""
    x = np.linspace(prelut.points[0], prelut.points[-1], SAMPLES)
    values = cubic(prelut.points, prelut.values, x)
    halfway = cubic(prelut.points, prelut.values, (x[1:] + x[:-1]) / 2)
    return values, float(np.abs(halfway - (values[1:] + values[:-1]) / 2).max())


def cubic(points: NDArray[np.float64], values: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """cineSpace's curve at `x`: Hermite, its slope at a point that of the chord of both neighbours, parabolas at the
    ends. `points` rise; x lies within them. Source: rsr_Interpolator1D in FileFormatCSP.cpp."""
    if len(points) == 2:
        return np.asarray(np.interp(x, points, values))
    slope = np.zeros(len(points))
    slope[1:-1] = (values[2:] - values[:-2]) / (points[2:] - points[:-2])
    segment = np.clip(np.searchsorted(points, x, side="right") - 1, 0, len(points) - 2)
    width = points[segment + 1] - points[segment]
    z = (x - points[segment]) / width
    low, high = values[segment], values[segment + 1]
    m0, m1 = slope[segment] * width, slope[segment + 1] * width
    m0 = np.where(segment == 0, 2 * (high - low) - m1, m0)
    m1 = np.where(segment == len(points) - 2, 2 * (high - low) - m0, m1)
    rise = high - low
    return np.asarray(low + z * (m0 + z * (3 * rise - 2 * m0 - m1 + z * (m0 + m1 - 2 * rise))))
