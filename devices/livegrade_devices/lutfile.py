"""Files for the libraries of LUT boxes: read and looked into before anything of them is sent."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.color.files import look_of_bytes
from livegrade.color.nodes import Lut1d, Lut3d
from livegrade.errors import UsageError
from livegrade_devices.library import LutFile

if TYPE_CHECKING:
    from livegrade.color.nodes import Node

SUFFIX = ".cube"
MOST = 8 * 1024 * 1024
"""Bytes: a lattice of 33 points a side takes one million."""
LONGEST_NAME = 100


def read_lut_file(path: Path) -> LutFile:
    """A .cube with one table or one lattice. Raises UsageError, LookFileError with what is wrong in it."""
    name = path.name
    if path.suffix.lower() != SUFFIX:
        raise UsageError(f"{path}: a {SUFFIX} file is wanted")
    if len(name) > LONGEST_NAME or not name.isascii() or not name.isprintable() or set(name) & set('"\\/;%'):
        said = f"at most {LONGEST_NAME} plain letters, digits, spaces, dots and dashes"
        raise UsageError(f"{path}: a box may not take this name; copy the file to one of {said}")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"{path} is no file")
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or error})") from error
    if len(data) > MOST:
        raise UsageError(f"{path} has more than {MOST:,} bytes, more than any LUT of a box")
    nodes = look_of_bytes(name, data).nodes
    library, points = _place(nodes[0]) if len(nodes) == 1 else ("", 0)
    if not library:
        raise UsageError(f"{path}: a file with a table or a lattice is wanted, and not with both")
    return LutFile(name, library, points, data)


def _place(node: Node) -> tuple[str, int]:
    match node:
        case Lut1d():
            return "1d", len(node.table.array)
        case Lut3d(shaper=None):
            return "3d", len(node.table.array)
    return "", 0
