"""Writes LUTs as text: `.cube` of both dialects, `.3dl`, `.csp`, `.spi3d`, `.vlt`. One Lut1d or Lut3d in, bytes out.

A writer takes only what its format can hold (`Holds`); making a look fit is the business of livegrade.color.convert.
Floats have eight decimals and never an exponent, which some readers in the field do not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from livegrade.color.files.content import MAX_COMMENT, OUTPUT_SPACE_TAG, OutputSpace
from livegrade.color.nodes import BLACK, MAX_LUT3D_SIZE, WHITE, Lut1d, Lut3d, Triple
from livegrade.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

Lut: TypeAlias = Lut1d | Lut3d

DECIMALS = 8
ONE_DIGIT = 10.0 - 10.0**-DECIMALS

VLT_SIZE = 17
"""The one size that Panasonic's cameras take."""

MESH_INPUT_BITS = 10

PRELUT_POINTS = 4096
"""What the prelut of a `.csp` has at least, unless it is a straight line."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What goes into a file beside the colours. `bits`: of a format of whole numbers."""

    title: str = ""
    comments: tuple[str, ...] = ()
    output_space: OutputSpace | None = None
    bits: int = 0

    @property
    def remarks(self) -> list[str]:
        """Comments, and the tag of the output space as the last of them, each fit for one line."""
        tag = [f"{OUTPUT_SPACE_TAG} {self.output_space}"] if self.output_space else []
        return [remark(text) for text in self.comments] + tag


class Holds(NamedTuple):
    """What a format can hold. `bits`: the depths of a format of whole numbers, the usual one first; () where it has
    floats. `sizes`: points a side it is bound to, () for any."""

    curves: bool
    shaper: bool
    domain: bool
    same_domain: bool = False
    bits: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    largest: int = MAX_LUT3D_SIZE

    def fits(self, lut: Lut) -> bool:
        """Whether `lut` can be written as it is."""
        if isinstance(lut, Lut1d):
            return self.curves and self._has_domain(lut.first, lut.last)
        tables = (lut,) if lut.shaper is None else (lut.shaper, lut)
        return (
            (self.shaper or lut.shaper is None)
            and all(self._has_domain(table.first, table.last) for table in tables)
            and (not self.sizes or lut.size in self.sizes)
            and lut.size <= self.largest
        )

    def _has_domain(self, first: Triple, last: Triple) -> bool:
        if (first, last) == (BLACK, WHITE):
            return True
        return self.domain and not (self.same_domain and len({*zip(first, last, strict=True)}) > 1)


class LutFormat(NamedTuple):
    """`write` takes a LUT that `holds` fits."""

    write: Callable[[Lut, WriteOptions], bytes]
    holds: Holds


def remark(text: str) -> str:
    """`text` as one line, and not long."""
    return one_line(text)[:MAX_COMMENT]


def write_iridas_cube(lut: Lut, options: WriteOptions) -> bytes:
    """Source: Adobe Cube LUT Specification 1.0."""
    size = f"LUT_3D_SIZE {lut.size}" if isinstance(lut, Lut3d) else f"LUT_1D_SIZE {len(lut.table.array)}"
    domain = []
    if (lut.first, lut.last) != (BLACK, WHITE):
        domain = [f"DOMAIN_MIN {_floats(lut.first)}", f"DOMAIN_MAX {_floats(lut.last)}"]
    return _encoded([*_head(options), *_title(options), size, *domain, ""], _float_rows(_red_fastest(lut)))


def write_resolve_cube(lut: Lut, options: WriteOptions) -> bytes:
    """Source: Blackmagic Design, DaVinci Resolve LUT developer notes. 1D rows first."""
    tables: list[Lut] = [lut] if isinstance(lut, Lut1d) or lut.shaper is None else [lut.shaper, lut]
    header = []
    for table in tables:
        kind, size = ("3D", table.size) if isinstance(table, Lut3d) else ("1D", len(table.table.array))
        header.append(f"LUT_{kind}_SIZE {size}")
        header.append(f"LUT_{kind}_INPUT_RANGE {_floats((table.first[0], table.last[0]))}")
    rows = "".join(_float_rows(_red_fastest(table)) for table in tables)
    return _encoded([*_head(options), *_title(options), *header, ""], rows)


def write_3dl(lut: Lut, options: WriteOptions) -> bytes:
    """Lustre's header where the size is 2^n + 1, else Flame's, which is the line of input codes alone. Blue fastest."""
    lattice = _lattice(lut)
    size = lattice.shape[0]
    inputs = np.rint(np.linspace(0, (1 << MESH_INPUT_BITS) - 1, size)).astype(np.int64).tolist()
    mesh = (size - 1).bit_length() - 1
    header = ["3DMESH", f"Mesh {mesh} {options.bits}"] if size == (1 << mesh) + 1 else []
    trailer = "\nLUT8\ngamma 1.0\n" if header else ""
    head = [*_head(options), *header, " ".join(map(str, inputs)), ""]
    return _encoded(head, _code_rows(lattice, options.bits) + trailer)


def write_vlt(lut: Lut, options: WriteOptions) -> bytes:
    """12 bits, red fastest. No remarks beyond the two that every such file has: cameras read them by the letter."""
    lattice = _lattice(lut).transpose(2, 1, 0, 3)
    head = ["# panasonic vlt file version 1.0", '# source vlt file ""', f"LUT_3D_SIZE {lattice.shape[0]}", ""]
    return _encoded(head, _code_rows(lattice, options.bits))


def write_spi3d(lut: Lut, options: WriteOptions) -> bytes:
    """Each row with its place; the format has no room for remarks."""
    lattice = _lattice(lut)
    size = lattice.shape[0]
    colours = _float_rows(lattice.reshape(-1, 3)).splitlines(keepends=True)
    places = (f"{r} {g} {b} " for r in range(size) for g in range(size) for b in range(size))
    return _encoded(["SPILUT 1.0", "3 3", f"{size} {size} {size}"], "".join(map(str.__add__, places, colours)))


def write_csp(lut: Lut, options: WriteOptions) -> bytes:
    """The domain, or the shaper, is the prelut; the metadata, which some readers insist on, holds the remarks."""
    remarks = [remark(options.title)] * bool(options.title) + options.remarks
    metadata = ["BEGIN METADATA", *remarks, "END METADATA", ""]
    if isinstance(lut, Lut1d):
        kind, sizes = "1D", str(len(lut.table.array))
    else:
        kind, sizes = "3D", f"{lut.size} {lut.size} {lut.size}"
    head = ["CSPLUTV100", kind, "", *metadata, *_preluts(lut), "", sizes]
    return _encoded(head, _float_rows(_red_fastest(lut)))


FORMATS: Mapping[str, LutFormat] = {
    ".cube": LutFormat(write_iridas_cube, Holds(curves=True, shaper=False, domain=True)),
    ".3dl": LutFormat(write_3dl, Holds(curves=False, shaper=False, domain=False, bits=(12, 10, 16))),
    ".csp": LutFormat(write_csp, Holds(curves=True, shaper=True, domain=True)),
    ".spi3d": LutFormat(write_spi3d, Holds(curves=False, shaper=False, domain=False)),
    ".vlt": LutFormat(write_vlt, Holds(curves=False, shaper=False, domain=False, bits=(12,), sizes=(VLT_SIZE,))),
}

RESOLVE_CUBE = LutFormat(write_resolve_cube, Holds(curves=True, shaper=True, domain=True, same_domain=True))
"""The other dialect of `.cube`."""


def _head(options: WriteOptions) -> list[str]:
    return [f"# {text}" for text in options.remarks]


def _title(options: WriteOptions) -> list[str]:
    title = remark(options.title).replace('"', "'")
    return [f'TITLE "{title}"'] if title else []


def _preluts(lut: Lut) -> list[str]:
    shaper = lut.shaper if isinstance(lut, Lut3d) else None
    lines = []
    for channel, (first, last) in enumerate(zip(lut.first, lut.last, strict=True)):
        if shaper is None:
            points, values = np.array([first, last]), np.array([0.0, 1.0])
        else:
            entries = len(shaper.table.array)
            # Readers draw a cubic through the points; so close together it is as good as the straight lines meant.
            count = (entries - 1) * -(-PRELUT_POINTS // (entries - 1)) + 1
            points = np.linspace(shaper.first[channel], shaper.last[channel], count)
            shaped = np.interp(np.linspace(0, entries - 1, count), np.arange(entries), shaper.table.array[:, channel])
            values = (shaped - first) / (last - first)
        lines += [str(len(points)), " ".join(f"{x:.9f}" for x in points), " ".join(f"{y:.9f}" for y in values)]
    return lines


def _lattice(lut: Lut) -> NDArray[np.float64]:
    if isinstance(lut, Lut1d):
        raise AssertionError("this format holds lattices only")
    return lut.table.array


def _red_fastest(lut: Lut) -> NDArray[np.float64]:
    """(rows, 3)."""
    table = lut.table.array
    return table if isinstance(lut, Lut1d) else table.transpose(2, 1, 0, 3).reshape(-1, 3)


def _code_rows(lattice: NDArray[np.float64], bits: int) -> str:
    codes = np.rint(np.clip(lattice, 0.0, 1.0) * ((1 << bits) - 1))
    return _formatted(codes.reshape(-1, 3), "%d %d %d\n")


def _float_rows(rows: NDArray[np.float64]) -> str:
    if rows.min() >= 0.0 and rows.max() < ONE_DIGIT:
        return _digits(rows)
    return _formatted(rows, "%.8f %.8f %.8f\n")


def _digits(rows: NDArray[np.float64]) -> str:
    """The same text for numbers of one digit before the point and no sign, a digit at a time: five times as fast."""
    left = np.rint(rows * 10**DECIMALS).astype(np.uint32)
    text = np.empty((*rows.shape, DECIMALS + 3), np.uint8)
    text[...] = np.frombuffer(b"0." + b"0" * DECIMALS + b" ", np.uint8)
    text[:, -1, -1] = ord("\n")
    for place in range(DECIMALS + 1, 1, -1):
        left, digit = np.divmod(left, np.uint32(10))
        text[..., place] += digit.astype(np.uint8)
    text[..., 0] += left.astype(np.uint8)
    return text.tobytes().decode("ascii")


def _formatted(rows: NDArray[np.float64], form: str) -> str:
    """One formatting of all rows is many times faster than one a row."""
    return (form * len(rows)) % tuple((rows + 0.0).ravel().tolist())


def _floats(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.9g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.12f}" for value in values)


def _encoded(head: list[str], rows: str) -> bytes:
    return ("\n".join(head) + "\n" + rows).encode("utf-8")
