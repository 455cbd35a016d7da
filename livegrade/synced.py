"""What is on the disk itself and not only in a cache: files, and the names of files in folders. Stdlib only."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def sync(file: int) -> None:
    """What was written to the open file is on the disk and not only in its cache. Raises OSError."""
    full = _full_sync()
    if full is not None:
        with contextlib.suppress(OSError):  # shares and some disks know no such thing
            full(file)
            return
    os.fsync(file)


def _full_sync() -> Callable[[int], object] | None:
    """macOS's own call, where fsync does not empty the cache of the disk."""
    try:
        import fcntl
    except ImportError:
        return None
    command = getattr(fcntl, "F_FULLFSYNC", None)
    return None if command is None else lambda file: fcntl.fcntl(file, command)


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where folders can be synced at all (not on Windows, nor on some shares)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
