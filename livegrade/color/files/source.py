"""A look file as it comes from disk: its path, its bytes (never more than its format may have), and `#id`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LookFile:
    """`selection`: what stood after `#`, or None. `data`: the whole file, at least one byte. `alone`: it came without a
    disk, and nothing that it refers to is read."""

    path: Path
    data: bytes
    selection: str | None = None
    alone: bool = False

    def fault(self, fault: str, line: int | None = None) -> LookFileError:
        """The error to raise; `line` counts from 1."""
        return LookFileError(self.path, fault, line)


def read_look_file(path: Path, selection: str | None, limit: int) -> LookFile:
    """Reads at most `limit` bytes. Raises LookFileError where the file is missing, no file, empty or larger."""
    require_file(path)
    try:
        size = path.stat().st_size
        if size <= limit:
            with path.open("rb") as stream:
                data = stream.read(size + 1)  # room is made for what is asked for, so not for the limit
            if len(data) > size:
                raise LookFileError(path, "grows while it is read; wait until it is written")
    except OSError as error:
        raise _unreadable(path, error) from error
    if size > limit:
        raise LookFileError(path, f"has {_amount(size)}; a {path.suffix} file has {_amount(limit)} at most")
    if not data:
        raise LookFileError(path, "is empty (0 bytes); copy or export it again")
    return LookFile(path, data, selection)


def require_file(path: Path) -> None:
    """Raises LookFileError where there is no file of that name."""
    try:
        there, is_file = path.exists(), path.is_file()
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:  # a NUL byte in the name
        raise LookFileError(ascii(str(path)), "this is not a file name") from error
    if not there:
        raise LookFileError(path, "there is no such file; check the name and the folder")
    if not is_file:
        raise LookFileError(path, "this is not a file; name the file itself")


def _amount(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


def _unreadable(path: Path, error: OSError) -> LookFileError:
    return LookFileError(path, f"cannot be read ({error.strerror or error}); check its name, permissions and drive")
