"""Writes `.clf` (Academy/ASC Common LUT Format 3.0): CDL, matrix, 1D and 3D LUT as they are, nothing resampled.

Source: S-2014-006 Common LUT Format (CLF) version 3.0. The namespace is that of 3.0, which readers older than SMPTE
ST 2136-1 know as well as newer ones. Numbers have nine digits, which is all a float32 reader can take.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.files.write_lut import WriteOptions, remark
from livegrade.color.nodes import BLACK, WHITE, Cdl, Lut1d, Lut3d, Matrix, Triple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Writable: TypeAlias = Cdl | Matrix | Lut1d | Lut3d

_DEPTHS = 'inBitDepth="32f" outBitDepth="32f"'


def write_clf(nodes: Sequence[Writable], identifier: str, options: WriteOptions) -> bytes:
    """`identifier`: what the file is called inside, for which the id of the look serves."""
    name = f' name="{escape(remark(options.title))}"' if options.title else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<ProcessList xmlns="urn:AMPAS:CLF:v3.0" compCLFversion="3.0" id="{escape(identifier)}"{name}>',
    ]
    lines += [f"    <Description>{escape(remark(text), quote=False)}</Description>" for text in options.comments]
    if options.output_space is not None:
        lines.append(f"    <OutputDescriptor>{escape(str(options.output_space), quote=False)}</OutputDescriptor>")
    body = [line for node in nodes for line in _operators(node)]
    lines += body or _matrix(np.eye(3), np.zeros(3), "")
    return ("\n".join([*lines, "</ProcessList>"]) + "\n").encode("utf-8")


def _operators(node: Writable) -> list[str]:
    match node:
        case Cdl():
            return [] if node.is_default else _cdl(node)
        case Matrix():
            return _matrix(np.array(node.values), np.array(node.offset), node.name)
        case Lut1d():
            return [*_domain(node.first, node.last), *_lut1d(node)]
        case Lut3d():
            shaper = _operators(node.shaper) if node.shaper is not None else []
            return [*shaper, *_domain(node.first, node.last), *_lut3d(node)]


def _cdl(node: Cdl) -> list[str]:
    return [
        f'    <ASC_CDL {_DEPTHS} style="{"Fwd" if node.clamp else "FwdNoClamp"}"{_name(node.name)}>',
        "        <SOPNode>",
        f"            <Slope>{_row(node.slope)}</Slope>",
        f"            <Offset>{_row(node.offset)}</Offset>",
        f"            <Power>{_row(node.power)}</Power>",
        "        </SOPNode>",
        "        <SatNode>",
        f"            <Saturation>{_row((node.saturation,))}</Saturation>",
        "        </SatNode>",
        "    </ASC_CDL>",
    ]


def _matrix(values: NDArray[np.float64], offset: NDArray[np.float64], name: str) -> list[str]:
    rows = np.column_stack([values, offset]).tolist()
    head = f'    <Matrix {_DEPTHS}{_name(name)}>\n        <Array dim="3 4">'
    return [head, *(_row(row) for row in rows), "        </Array>\n    </Matrix>"]


def _domain(first: Triple, last: Triple) -> list[str]:
    """What brings a domain to 0..1, which is all that a LUT of this format has."""
    if (first, last) == (BLACK, WHITE):
        return []
    low, high = np.array(first), np.array(last)
    return _matrix(np.diag(1.0 / (high - low)), -low / (high - low), "")


def _lut1d(node: Lut1d) -> list[str]:
    table = node.table.array
    if (table == table[:, :1]).all():
        table = table[:, :1]
    head = f'    <LUT1D {_DEPTHS} interpolation="linear"{_name(node.name)}>'
    array = f'        <Array dim="{table.shape[0]} {table.shape[1]}">'
    return [head, array, _rows(table), "        </Array>\n    </LUT1D>"]


def _lut3d(node: Lut3d) -> list[str]:
    head = f'    <LUT3D {_DEPTHS} interpolation="tetrahedral"{_name(node.name)}>'
    array = f'        <Array dim="{node.size} {node.size} {node.size} 3">'
    return [head, array, _rows(node.table.array.reshape(-1, 3)), "        </Array>\n    </LUT3D>"]


def _name(name: str) -> str:
    return f' name="{escape(remark(name))}"' if name else ""


def _row(values: Sequence[float]) -> str:
    return " ".join(f"{value + 0.0:.9g}" for value in values)


def _rows(table: NDArray[np.float64]) -> str:
    form = " ".join(["%.9g"] * table.shape[1])
    return "\n".join([form] * len(table)) % tuple((table + 0.0).ravel().tolist())
