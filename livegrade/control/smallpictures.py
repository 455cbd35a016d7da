"""Small pictures of what a library keeps, for clients: files whose names are made from what is in them, so that none
ever changes and a client asks once for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from livegrade.control.disk import worked
from livegrade.errors import LibraryError, UsageError
from livegrade.library.files import MOST_PICTURE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

MOST_READING = 16
"""Pictures that are read from the disk at once; more are refused, and may be asked for again."""
KINDS = {"jpg": "image/jpeg", "png": "image/png"}
_NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{30})\.(jpg|png)", re.ASCII)


class SmallPictures:
    """Of the loop's thread. A disk that hangs holds up those who wait for it and nobody else."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: of the library, None where the session has none."""
        self._folder = folder
        self._reading = 0

    async def get(self, name: str) -> tuple[bytes, str]:
        """The bytes of the picture and what kind they are. `name`: as `thumbnail` of an entry, without "pictures/".
        Raises UsageError for what is no such name and where too many are read, LibraryError where it is not there."""
        found = _NAME.fullmatch(name)
        if found is None:
            raise UsageError("the name of a small picture is what an entry of the library has as its thumbnail")
        if self._folder is None:
            raise UsageError("this session keeps nothing, and has no small pictures")
        if self._reading >= MOST_READING:
            raise UsageError("too many small pictures are asked for at once; try again in a moment")
        path = self._folder / "pictures" / name
        self._reading += 1
        try:
            return await worked(lambda: _read(path)), KINDS[found[3]]
        finally:
            self._reading -= 1


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_PICTURE_BYTES + 1)
    except OSError as error:
        raise LibraryError(f"the small picture {path.name} is not there: {error.strerror or error}") from None
    if len(data) > MOST_PICTURE_BYTES:
        raise LibraryError(f"the small picture {path.name} is larger than any that livegrade makes")
    return data
