"""The files of a library: looks by their ids, the tables that looks share, pictures. Whole or not there.

looks/3f/3f0c...json     a saved look, under its id
tables/9a/9ab1...bin     a LUT's numbers, under the BLAKE2b of them: many looks share one
pictures/...             thumbnails
stills/DAY/...           stills, under the names that a naming scheme gives
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.color.files import open_look_file
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.errors import LibraryError
from livegrade.outputs.staging import write_whole
from livegrade.synced import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

MOST_PICTURE_BYTES = 4 << 20
_ID = re.compile("[0-9a-f]{32}", re.ASCII)


class LibraryFiles:
    """Of a folder. It remembers nothing: any thread may have one of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep_look(self, look: Look) -> str:
        """Writes the look, where it is not there yet; its path in the library. Raises LibraryError, SinkError."""
        path = _look_path(look.id)
        if not (self.folder / path).is_file():
            self._write(path, write_saved_look(replace(look, name="", notes=""), self._keep_table))
        return path

    def has_look(self, look_id: str) -> bool:
        """Whether the look with this id is here."""
        return _ID.fullmatch(look_id) is not None and (self.folder / _look_path(look_id)).is_file()

    def look(self, look_id: str, name: str = "", notes: str = "") -> Look:
        """The look with this id. Raises LibraryError, and LookFileError for one that was damaged."""
        if _ID.fullmatch(look_id) is None:
            raise LibraryError(f"'{look_id[:40]}' is not the id of a look, which has 32 digits")
        path = self.folder / _look_path(look_id)
        if not path.is_file():
            raise LibraryError(f"the look {look_id} is not in the library {self.folder}")
        look = Look(open_look_file(str(path)).nodes, name, notes)
        if look.id != look_id:
            raise LibraryError(f"{path} holds the look {look.id}; put back the file that was there")
        return look

    def keep_picture(self, data: bytes, suffix: str = ".png") -> str:
        """A small picture under the hash of its bytes; its path in the library. Raises LibraryError, SinkError."""
        if len(data) > MOST_PICTURE_BYTES:
            raise LibraryError(f"a thumbnail of {len(data)} bytes is too large; {MOST_PICTURE_BYTES} are the most")
        name = hashlib.blake2b(data, digest_size=16).hexdigest()
        path = f"pictures/{name[:2]}/{name}{suffix}"
        if not (self.folder / path).is_file():
            self._write(path, data)
        return path

    def stills_folder(self, day: str) -> Path:
        """Where the stills of a day go; made where it is missing. Raises LibraryError."""
        folder = self.folder / "stills" / (re.sub(r"[^\w.-]+", "_", day).strip("._") or "undated")
        make_folder(folder)
        return folder

    def relative(self, path: Path) -> str:
        """A path as entries name it. Raises LibraryError for one that is not in the library."""
        try:
            return path.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            raise LibraryError(f"{path} does not lie in the library {self.folder}") from None

    def _keep_table(self, data: bytes) -> str:
        name = hashlib.blake2b(data, digest_size=32).hexdigest()
        path = f"tables/{name[:2]}/{name}.bin"
        if not (self.folder / path).is_file():
            self._write(path, data)
        return f"../../{path}"

    def _write(self, path: str, data: bytes) -> None:
        final = self.folder / path
        make_folder(final.parent)
        write_whole(final, data)


def _look_path(look_id: str) -> str:
    return f"looks/{look_id[:2]}/{look_id}.json"


def make_folder(folder: Path) -> None:
    """`folder` is there. Raises LibraryError."""
    try:
        if not folder.is_dir():
            missing = [one for one in (folder, *folder.parents) if not one.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            for made in missing:
                sync_folder(made.parent)  # or a power cut takes the folder with all that was synced in it
    except OSError as error:
        raise LibraryError(
            f"{folder} cannot be made: {error.strerror or error}; check the disk or choose another folder"
        ) from error
