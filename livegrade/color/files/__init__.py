"""Look files in: one module a format, and the table that says which extension is read by which.

An extension that is not in the table is refused: trying every reader on an unknown file is how wrong colours get in.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.files import cdl, cube
from livegrade.color.files.source import LookFile, read_look_file
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.color.nodes import Node


class Reader(NamedTuple):
    """`max_bytes`: a larger file is refused before it is read."""

    read: Callable[[LookFile], tuple[Node, ...]]
    max_bytes: int


_CDL = Reader(cdl.read_cdl, cdl.MAX_BYTES)

READERS: Mapping[str, Reader] = {
    ".cube": Reader(cube.read_cube, cube.MAX_BYTES),
    ".cdl": _CDL,
    ".cc": _CDL,
    ".ccc": _CDL,
}


def load_look_file(text: str) -> tuple[Node, ...]:
    """The nodes of a look file. `text`: its path, for collections with `#id` after it. Raises LookFileError."""
    path, selection = _split(text)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = " ".join(READERS)
        raise LookFileError(path, f"the extension {path.suffix!r} is not a look file livegrade reads; it reads {known}")
    return reader.read(read_look_file(path, selection, reader.max_bytes))


def _split(text: str) -> tuple[Path, str | None]:
    """Path and id. A `#` begins an id only after a known extension, and not within the name of a file that is there."""
    places = [at for at, letter in enumerate(text) if letter == "#" and Path(text[:at]).suffix.lower() in READERS]
    if not places or _is_file(text):
        return Path(text), None
    at = next((place for place in places if _is_file(text[:place])), places[0])
    return Path(text[:at]), text[at + 1 :]


def _is_file(text: str) -> bool:
    """Whether there is such a file; where that cannot be told, reading it will say why."""
    try:
        return Path(text).is_file()
    except OSError:
        return False
