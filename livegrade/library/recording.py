"""One session at a time records into a library. The lock is SQLite's own, so that it ends with the process that holds
it, on every system."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from livegrade.errors import LibraryError
from livegrade.library.database import fault

if TYPE_CHECKING:
    from pathlib import Path

LOCK = "recording.lock"


class RecordingLock:
    """Owns a lock on a library. Others may still read it, and edit what it holds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def taken(cls, folder: Path) -> RecordingLock:
        """Raises LibraryError where another session records into this library, or the folder cannot be made."""
        path = folder / LOCK
        connection = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except OSError as error:
            raise LibraryError(f"{folder} cannot be made: {error.strerror or error}; check the disk") from error
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise LibraryError(
                    f"another session records into the library {folder}; give this one a folder of its own with "
                    "--library"
                ) from error
            raise fault(path, error) from error
        return cls(connection)

    def release(self) -> None:
        self._connection.close()
