"""The SQLite file of a library: opened, checked, brought to the version of this program, backed up, set aside.

It knows nothing of what is in the tables. Every commit is on the disk when it returns (WAL, synchronous=FULL).
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from livegrade.errors import LibraryError
from livegrade.library.files import make_folder
from livegrade.library.schema import APPLICATION, STEPS
from livegrade.outputs.staging import StagedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BUSY_S = 5.0
"""How long a write waits for that of another process."""
BACKUPS_KEPT = 20
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY = 0xFF
"""Of SQLite's result codes, what is not detail."""
_TAILS = ("", "-wal", "-shm")


def fault(path: Path, error: sqlite3.Error) -> LibraryError:
    """The sentence for what SQLite met at `path`."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _DAMAGED:
        return LibraryError(f"{path} is damaged: {error}", damaged=True)
    advice = {
        sqlite3.SQLITE_FULL: "the disk is full; free some space",
        sqlite3.SQLITE_IOERR: "the disk does not answer; look whether it is still there",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder is there and may be written to",
        sqlite3.SQLITE_READONLY: "it may not be written to; change its permissions or choose another folder",
        sqlite3.SQLITE_CONSTRAINT: "there is such an entry already; choose another name",
        sqlite3.SQLITE_BUSY: "another program writes to it all the time; close that one",
    }.get(code, f"{error}; check the disk")
    return LibraryError(f"{path}: {advice}")


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences. Raises LibraryError."""
    try:
        yield
    except sqlite3.Error as error:
        raise fault(path, error) from error


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All of it or nothing, on the disk when it ends. Raises LibraryError."""
    with told(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                connection.execute("ROLLBACK")
            raise


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection for the thread that uses it. Raises LibraryError."""
    mode = "ro" if read_only else "rwc"
    with told(path):
        # Not bound to its thread, so that one that gives up can be closed by another.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA trusted_schema = OFF")
        except BaseException:
            connection.close()
            raise
    return connection


def open_checked(
    path: Path, backups: Path, steps: Sequence[Sequence[str]] = STEPS, *, check: bool = True
) -> sqlite3.Connection:
    """The database at `path`, made where there is none, found whole, and with the tables of `steps`; backed up to
    `backups` before they change.

    Raises LibraryError: it is damaged, of a newer version, of another program, or the disk fails.
    """
    connection = connect(path)
    try:
        if check:
            _check(connection, path)
        version = _version(connection, path)
        with told(path):
            connection.execute("PRAGMA journal_mode = WAL")  # written into the file, so not before it is known as ours
        if version > len(steps):
            raise LibraryError(
                f"{path} was written by a newer livegrade (version {version}, this one knows {len(steps)}); "
                "update livegrade, or choose another folder with --library"
            )
        if version < len(steps):
            if version:
                backup(connection, path, backups)
            _bring_up(connection, path, steps, version)
    except BaseException:
        connection.close()
        raise
    return connection


def require_version(connection: sqlite3.Connection, path: Path) -> None:
    """For those who only read. Raises LibraryError for another version than this program's."""
    version = _version(connection, path)
    if version != len(STEPS):
        raise LibraryError(
            f"{path} has version {version} and this livegrade reads {len(STEPS)}; a session brings an older one up to "
            "date when it starts, and a newer one needs a newer livegrade"
        )


def backup(connection: sqlite3.Connection, path: Path, folder: Path) -> Path:
    """A copy of the database as it is now, whole under its name or not there; the oldest ones go. Raises LibraryError,
    SinkError."""
    with _made(folder):
        staged = StagedFile(folder / f"{path.stem}-{_stamp()}{path.suffix}")
    try:
        with told(staged.path):
            copy = sqlite3.connect(staged.path)
            try:
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, which needs none beside it
            finally:
                copy.close()
        staged.commit()
    finally:
        staged.discard()
    for old in backups_in(folder, path)[:-BACKUPS_KEPT]:
        old.unlink(missing_ok=True)
    return staged.final


def backups_in(folder: Path, path: Path) -> list[Path]:
    """Backups of the database at `path`, oldest first."""
    return sorted(folder.glob(f"{path.stem}-*{path.suffix}"))


def set_aside(path: Path, folder: Path) -> Path:
    """Puts a damaged database, with what SQLite keeps beside it, out of the way; nothing is deleted. Raises
    LibraryError."""
    with _made(folder):
        aside = folder / f"{path.stem}-{_stamp()}{path.suffix}"
        for tail in reversed(_TAILS):
            part = path.with_name(path.name + tail)
            if part.exists():
                part.rename(aside.with_name(aside.name + tail))
    return aside


def _check(connection: sqlite3.Connection, path: Path) -> None:
    with told(path):
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise LibraryError(f"{path} is damaged: {'; '.join(found)[:300]}", damaged=True)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """0 for a database without tables. Raises LibraryError for one that another program has made."""
    with told(path):
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and application != APPLICATION:
        raise LibraryError(f"{path} belongs to another program; choose another folder with --library")
    return version


def _bring_up(connection: sqlite3.Connection, path: Path, steps: Sequence[Sequence[str]], version: int) -> None:
    with transaction(connection, path):
        # Another process may have done it meanwhile.
        at = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for step in steps[max(version, at) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """`folder` is there. Raises LibraryError for it and for what is done in it."""
    make_folder(folder)
    try:
        yield
    except OSError as error:
        raise LibraryError(f"{folder} cannot be written: {error.strerror or error}; check the disk") from error


def _stamp() -> str:
    """Sorts as time does."""
    now_ns = time.time_ns()
    return f"{datetime.fromtimestamp(now_ns // 10**9, UTC):%Y%m%d-%H%M%S}-{now_ns % 10**9:09}"
