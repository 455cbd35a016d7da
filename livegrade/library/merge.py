"""Brings what another database of a library holds into this one: a backup, what could be saved of a damaged file, the
library of another cart. What is here already stays as it is."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from livegrade.errors import LibraryError
from livegrade.library import database
from livegrade.library.coding import decoded
from livegrade.library.files import make_folder
from livegrade.library.kinds import KINDS, Kind
from livegrade.library.schema import APPLICATION, STEPS
from livegrade.library.store import DATABASE, N
from livegrade.library.values import Day, LookEntry, Marker, Still, Take, Unit
from livegrade.outputs.staging import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from livegrade.library.store import Library

MOST_FILE = 1 << 30
"""Bytes of a file that an entry names."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many entries came in, of each kind by the name of its table; `known`: those that were here; `unreadable`:
    those that are damaged; `missing`: files that entries name and nobody has."""

    added: dict[str, int]
    known: int
    unreadable: int
    missing: int


def merge(library: Library, path: Path) -> Merged:
    """Raises LibraryError where the file is no database of a library, or one of a newer version."""
    connection = database.connect(path, read_only=True)
    try:
        _require_ours(connection, path)
        return _Merging(library, connection, path).merged()
    finally:
        connection.close()


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    with database.told(path):
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        raise LibraryError(f"{path} is not the database of a library")
    if version > len(STEPS):
        raise LibraryError(f"{path} was written by a newer livegrade; update livegrade")


class _Merging:
    def __init__(self, library: Library, connection: sqlite3.Connection, path: Path) -> None:
        self._library = library
        self._connection = connection
        near = (path.parent, path.parent.parent)  # backups and what was set aside lie one folder deeper
        self._folder = next((folder for folder in near if (folder / DATABASE).is_file()), path.parent)
        self._unreadable = 0
        self._missing = 0
        self._known = 0

    def merged(self) -> Merged:
        self._names(Day, "days")
        self._names(Unit, "units")
        keys: dict[int, int] = {}
        added = {kind.table: self._entries(kind, keys) for kind in KINDS}
        return Merged(added, self._known, self._unreadable, self._missing)

    def _names(self, kind: type[N], table: str) -> None:
        here = {one.name for one in self._library.named(kind)}
        for _, value in self._values(kind, table, "rowid"):
            if value.name not in here:
                self._library.keep_named(value)

    def _entries(self, kind: Kind[Any], keys: dict[int, int]) -> int:
        """`keys`: of takes there to those here."""
        here = {_identity(value): value.key for value in self._library.every(kind)}
        added = 0
        for key, value in self._values(kind.value, kind.table, "key"):
            if isinstance(value, Still | Marker):
                value = replace(value, take=keys.get(value.take) if value.take is not None else None)
            found = here.get(_identity(value))
            if found is None:
                found = self._add(value)
                added += 1
            else:
                self._known += 1
            if isinstance(value, Take):
                keys[key] = found
        return added

    def _add(self, value: Any) -> int:
        for path in _files(value):
            self._bring(path)
        for look_id in _look_ids(value):
            self._bring_look(look_id)
        if isinstance(value, LookEntry):
            value = replace(value, version=self._library.next_version(value))
        kept: int = self._library.add(value).key
        return kept

    def _bring_look(self, look_id: str) -> None:
        here, there = self._library.files, type(self._library.files)(self._folder)
        if not here.has_look(look_id):
            if there.has_look(look_id):
                here.keep_look(there.look(look_id))
            else:
                self._missing += 1

    def _bring(self, path: str) -> None:
        """A file that an entry names, by its path in the library."""
        there, here = self._folder / path, self._library.folder / path
        inside = there.resolve().is_relative_to(self._folder.resolve())
        if inside and here.is_file():
            return
        if not inside or not there.is_file() or there.stat().st_size > MOST_FILE:
            self._missing += 1
            return
        make_folder(here.parent)
        write_whole(here, there.read_bytes())

    def _values(self, kind: type[Any], table: str, key: str) -> Iterator[tuple[int, Any]]:
        """All that can be read, from both ends of a table that is damaged in between."""
        seen: set[int] = set()
        for order in ("ASC", "DESC"):
            try:
                for row in self._connection.execute(f"SELECT {key}, body FROM {table} ORDER BY {key} {order}"):  # noqa: S608
                    if row[0] in seen:
                        continue
                    seen.add(row[0])
                    try:
                        yield row[0], decoded(row[1], kind)
                    except LibraryError:
                        self._unreadable += 1
                return
            except sqlite3.DatabaseError:
                self._unreadable += order == "DESC"


def _identity(value: Any) -> tuple[object, ...]:
    """What makes two entries the same one."""
    match value:
        case Take():
            return value.slot, value.started_ns, value.first_index
        case LookEntry():
            return value.look_id, value.name, value.scene, value.created_ns
        case Still():
            return value.slot, value.created_ns, value.index, value.graded
        case _:
            return value.slot, value.at_ns, value.kind, value.text


def _files(value: Any) -> list[str]:
    match value:
        case Still():
            named = [value.graded, value.source, value.look, value.thumbnail]
        case Take() | LookEntry():
            named = [value.thumbnail]
        case _:
            named = []
    return [path for path in named if path]


def _look_ids(value: Any) -> tuple[str, ...]:
    match value:
        case Take():
            return value.look_ids
        case LookEntry():
            return value.look_id, *(one.look_id for one in value.linked)
        case Still():
            return (value.look_id,)
        case _:
            return ()
