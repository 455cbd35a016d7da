"""Look files in: one module a format, and the table that says which extension is read by which.

An extension that is not in the table is refused: trying every reader on an unknown file is how wrong colours get in.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.files import ale, cdl, clf, csp, cube, edl, grids, lut, spi, threedl
from livegrade.color.files.source import LookFile, read_look_file, require_file
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.color.files.content import LookContent
    from livegrade.color.files.corrections import Correction
    from livegrade.color.nodes import Node


class Reader(NamedTuple):
    """`max_bytes`: a larger file is refused before it is read. `corrections`: all of them, for files that hold many."""

    read: Callable[[LookFile], LookContent]
    max_bytes: int
    corrections: Callable[[LookFile], tuple[Correction, ...]] | None = None


SAVED_SUFFIX = ".json"
SAVED_MAX_BYTES = 160_000_000
"""Room for a lattice of 129 points a side in float64, and then some."""


def _read_saved(file: LookFile) -> LookContent:
    from livegrade.color.files.saved import read_saved_look  # its JSON package is loaded by those who need it

    return read_saved_look(file, _referred)


def _referred(text: str) -> LookContent | LookFile:
    """What a saved look refers to: a saved look as the file, so that it can be asked whether it leads back."""
    file, reader = _opened(text)
    return file if file.path.suffix.lower() == SAVED_SUFFIX else reader.read(file)


_CDL = Reader(cdl.read_cdl, cdl.MAX_BYTES, cdl.list_cdl)

READERS: Mapping[str, Reader] = {
    ".cube": Reader(cube.read_cube, cube.MAX_BYTES),
    ".3dl": Reader(threedl.read_3dl, threedl.MAX_BYTES),
    ".csp": Reader(csp.read_csp, csp.MAX_BYTES),
    ".clf": Reader(clf.read_clf, clf.MAX_BYTES),
    ".ctf": Reader(clf.read_clf, clf.MAX_BYTES),
    ".spi1d": Reader(spi.read_spi1d, spi.MAX_BYTES),
    ".spi3d": Reader(spi.read_spi3d, spi.MAX_BYTES),
    ".spimtx": Reader(spi.read_spimtx, spi.MAX_BYTES),
    ".vlt": Reader(grids.read_vlt, grids.MAX_BYTES),
    ".lut": Reader(lut.read_lut, lut.MAX_BYTES),
    ".itx": Reader(grids.read_itx, grids.MAX_BYTES),
    ".vf": Reader(grids.read_vf, grids.MAX_BYTES),
    ".m3d": Reader(grids.read_pandora, grids.MAX_BYTES),
    ".mga": Reader(grids.read_pandora, grids.MAX_BYTES),
    ".cdl": _CDL,
    ".cc": _CDL,
    ".ccc": _CDL,
    ".edl": Reader(edl.read_edl, edl.MAX_BYTES, edl.list_edl),
    ".ale": Reader(ale.read_ale, ale.MAX_BYTES, ale.list_ale),
    SAVED_SUFFIX: Reader(_read_saved, SAVED_MAX_BYTES),
}


def load_look_file(text: str) -> tuple[Node, ...]:
    """The nodes of a look file. `text`: its path, for collections with `#id` after it. Raises LookFileError."""
    return open_look_file(text).nodes


def open_look_file(text: str) -> LookContent:
    """All that a look file says. `text` as for load_look_file. Raises LookFileError."""
    file, reader = _opened(text)
    return reader.read(file)


def look_of_bytes(name: str, data: bytes) -> LookContent:
    """A look that came without a disk. `name`: as of a file, its extension says what it is, for collections with `#id`
    after it; nothing beside it is read. Raises LookFileError."""
    called, _, selection = name.partition("#")
    path = Path(PurePosixPath(called).name)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise LookFileError(called or "''", f"this is not a look file livegrade reads; it reads {' '.join(READERS)}")
    if not 0 < len(data) <= reader.max_bytes:
        raise LookFileError(path, f"has {len(data)} bytes; a {path.suffix} file has 1 to {reader.max_bytes}")
    return reader.read(LookFile(path, data, selection or None, alone=True))


def open_saved_look(path: Path, data: bytes) -> LookContent:
    """A saved look that is part of another file, `path`, beside which its tables lie. Raises LookFileError."""
    return _read_saved(LookFile(path, data))


def list_corrections(text: str) -> tuple[Correction, ...]:
    """The corrections of a file that can hold many: those that `#id` means, or all; else none. Raises LookFileError."""
    reader = READERS.get(_split(text)[0].suffix.lower())
    if reader is not None and reader.corrections is None:
        return ()
    file, reader = _opened(text)
    every = reader.corrections(file) if reader.corrections is not None else ()
    return tuple(each for each in every if file.selection in (None, *(each.ids or ("",))))


def _opened(text: str) -> tuple[LookFile, Reader]:
    if not text:
        raise LookFileError("''", "names no look file")
    path, selection = _split(text)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        require_file(path)
        what = (
            f"the extension {path.suffix!r} is not a look file livegrade reads" if path.suffix else "has no extension"
        )
        raise LookFileError(path, f"{what}; it reads {' '.join(READERS)}")
    return read_look_file(path, selection, reader.max_bytes), reader


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
