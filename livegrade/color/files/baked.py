"""A baked LUT as the file of a device, read back before anybody relies on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files import READERS
from livegrade.color.files.source import LookFile
from livegrade.color.files.write_clf import write_clf
from livegrade.color.files.write_lut import FORMATS, RESOLVE_CUBE
from livegrade.color.look import Look
from livegrade.color.nodes import Lut1d, Lut3d, Samples
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.color.files.write_lut import WriteOptions
    from livegrade.color.lut import BakedLut, LutTarget

SUFFIXES = (*FORMATS, ".clf")
"""Of the files that a baked LUT can be."""
READ_BACK = 1e-6
"""Files have eight decimals; a shaper's place of them is multiplied by the look's slope behind it."""


def write_baked(baked: BakedLut, suffix: str, options: WriteOptions) -> bytes:
    """The file. `suffix`: one of SUFFIXES, which must hold the size and, where there is one, the shaper."""
    nodes = _nodes(baked)
    if suffix == ".clf":
        return write_clf(nodes, options.title, options)
    shaper = nodes[0] if isinstance(nodes[0], Lut1d) else None
    format = RESOLVE_CUBE if suffix == ".cube" and shaper is not None else FORMATS[suffix]
    lut = Lut3d(nodes[-1].table, shaper=shaper)
    return format.write(lut, replace(options, bits=baked.target.depth or 0))


def read_back(content: bytes, path: Path, baked: BakedLut) -> str:
    """The kind of the file; it must give the tables back that were measured. Raises LookFileError."""
    read = READERS[path.suffix.lower()].read(LookFile(path, content))
    points = np.random.default_rng(12).random((2000, 3))
    apart = np.abs(Look(read.nodes).apply(points) - Look(_nodes(baked)).apply(points)).max()
    if not apart <= READ_BACK * max(1.0, float(np.abs(baked.lattice).max())):
        raise LookFileError(path, f"does not read back as it was made (off by {apart:.2g}); nothing is written")
    return read.kind


def map_sentence(target: LutTarget) -> str:
    """For people."""
    low, high = target.range_map.split("-")
    return f"0 and 1 stand for the 10-bit codes {low} and {high}, in and out"


def _nodes(baked: BakedLut) -> tuple[Lut1d | Lut3d, ...]:
    lattice = Lut3d(Samples(baked.lattice))
    return (lattice,) if baked.shaper is None else (Lut1d(Samples(baked.shaper)), lattice)
