"""A library: the folder, its database, and what goes in and out of both."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from livegrade.errors import LibraryError, LivegradeError
from livegrade.library import database
from livegrade.library.coding import decoded, encoded
from livegrade.library.files import LibraryFiles, make_folder
from livegrade.library.find import counting, statement
from livegrade.library.kinds import KINDS, LOOKS, STILLS, TAKES, Kind, V
from livegrade.library.parts import note_all_parts, note_parts_of
from livegrade.library.query import Query
from livegrade.library.values import Day, LinkedLook, LookEntry, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from livegrade.color.look import Look

DATABASE = "library.sqlite3"
MOST_FOUND = 20_000
AT_ONCE = 1000
"""Entries, of all that are gone through."""
MOST_BODY = 1 << 20
"""Bytes of one entry."""
N = TypeVar("N", Day, Unit)
_NAMED: dict[type, str] = {Day: "days", Unit: "units"}
_KIND_OF: dict[type, Kind[Any]] = {kind.value: kind for kind in KINDS}


def library_folder() -> Path:
    """LIVEGRADE_LIBRARY, else the user's own data folder."""
    import platformdirs

    given = os.environ.get("LIVEGRADE_LIBRARY")
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("livegrade", False)) / "library"


class Library:
    """Owns a connection to the database, for one thread at a time. Each thread opens its own.

    `files`: the folder's files; `said`: what somebody must hear about how it was opened. Whatever cannot be read or
    written raises LibraryError; the library is then as it was before.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, said: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.files = LibraryFiles(folder)
        self.said = said
        self._path = folder / DATABASE
        self._connection = connection

    @classmethod
    def open(cls, folder: Path, *, check: bool = True) -> Library:
        """To read and write; made where there is none. `check`: whether the database is found whole first: what is not
        is set aside, said, and a new one begun. Raises LibraryError."""
        make_folder(folder)
        path, backups = folder / DATABASE, folder / "backups"
        try:
            library = cls(folder, database.open_checked(path, backups, check=check))
        except LibraryError as error:
            if not error.damaged:
                raise
            aside = database.set_aside(path, folder / "set-aside")
            kept = database.backups_in(backups, path)
            advice = f"bring back what it held with: livegrade library import {aside}"
            if kept:
                advice += f", and then: livegrade library import {kept[-1]}"
            said = f"{error}; it was set aside as {aside} and a new library begun; {advice}"
            return cls(folder, database.open_checked(path, backups, check=False), (said,))
        try:
            note_all_parts(library._connection, path, library.files)
        except BaseException:
            library.close()
            raise
        return library

    @classmethod
    def reading(cls, folder: Path) -> Library:
        """To read only. Raises LibraryError where there is no library."""
        path = folder / DATABASE
        if not path.is_file():
            raise LibraryError(f"there is no library in {folder}; name its folder with --library")
        connection = database.connect(path, read_only=True)
        try:
            database.require_version(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(folder, connection)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- entries

    def add(self, value: V) -> V:
        """Keeps a new take, look entry, still or marker; the same with its key."""
        kind = _KIND_OF[type(value)]
        with database.transaction(self._connection, self._path):
            return self._insert(kind, value)

    def change(self, kind: Kind[V], key: int, edit: Callable[[V], V]) -> V:
        """The entry as `edit` makes it from what is kept now; others that write at the same time lose nothing."""
        with database.transaction(self._connection, self._path):
            value: V = replace(edit(self._get(kind, key)), key=key)
            names = [*kind.columns, "body"]
            cells: list[Any] = [*(column(value) for column in kind.columns.values()), _body(value)]
            sets = ", ".join(f"{name} = ?" for name in names)
            self._connection.execute(f"UPDATE {kind.table} SET {sets} WHERE key = ?", [*cells, key])  # noqa: S608
            self._connection.execute("DELETE FROM labels WHERE of = ? AND key = ?", [kind.table, key])
            self._connection.execute(f"DELETE FROM {kind.table}_words WHERE rowid = ?", [key])  # noqa: S608
            self._index(kind, value)
            return value

    def get(self, kind: Kind[V], key: int) -> V:
        """Raises LibraryError where there is no such entry."""
        with database.told(self._path):
            return self._get(kind, key)

    def held(self, kind: Kind[V], key: int) -> V | None:
        """The same, None where there is no such entry."""
        with database.told(self._path):
            return self._held(kind, key)

    def find(self, query: Query, kind: Kind[V], limit: int = MOST_FOUND, skip: int = 0) -> list[V]:
        """What the query wants of one kind, newest first, without the newest `skip`; nothing where this kind has no
        such thing."""
        asked = statement(query, kind, min(max(limit, 0), MOST_FOUND), max(skip, 0))
        if asked is None:
            return []
        with database.told(self._path):
            rows = self._connection.execute(*asked).fetchall()
        return [replace(decoded(body, kind.value), key=key) for key, body in rows]

    def every(self, kind: Kind[V]) -> Iterator[V]:
        """All of one kind, in the order in which they came, however many; AT_ONCE of them are read at a time."""
        last = 0
        while True:
            with database.told(self._path):
                rows = self._connection.execute(
                    f"SELECT key, body FROM {kind.table} WHERE key > ? ORDER BY key LIMIT ?",  # noqa: S608
                    [last, AT_ONCE],
                ).fetchall()
            if not rows:
                return
            for last, body in rows:
                yield replace(decoded(body, kind.value), key=last)

    def total(self, query: Query, kind: Kind[Any]) -> int:
        """How many of one kind the query wants."""
        asked = counting(query, kind)
        if asked is None:
            return 0
        with database.told(self._path):
            return int(self._connection.execute(*asked).fetchone()[0])

    def count(self, kind: Kind[V]) -> int:
        with database.told(self._path):
            return int(self._connection.execute(f"SELECT count(*) FROM {kind.table}").fetchone()[0])  # noqa: S608

    def plan(self, query: Query, kind: Kind[V]) -> tuple[str, ...]:
        """How SQLite means to search, a step each."""
        asked = statement(query, kind, MOST_FOUND)
        if asked is None:
            return ()
        with database.told(self._path):
            rows = self._connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1]).fetchall()
        return tuple(str(row[3]) for row in rows)

    # ---- looks

    def keep_look(
        self, look: Look, entry: LookEntry, linked: Iterable[tuple[LinkedLook, Look]] = (), thumbnail: bytes = b""
    ) -> LookEntry:
        """Keeps `look` under the entry's name, and the looks of other slots with it; ids, version and paths of the
        entry are filled in here. `thumbnail`: a small JPEG. The same look again under its name and scene is the entry
        that is there."""
        others = tuple(linked)
        newest = self._newest(entry.name, entry.scene)
        links = tuple(replace(one, look_id=other.id) for one, other in others)
        if newest is not None and newest.look_id == look.id and newest.linked == links:
            return newest
        path = self.files.keep_look(look)
        for _, other in others:
            self.files.keep_look(other)
        picture = self.files.keep_picture(thumbnail, ".jpg") if thumbnail else ""
        whole = replace(
            entry,
            look_id=look.id,
            version=self.next_version(entry),
            linked=links,
            path=path,
            thumbnail=picture,
            key=0,
        )
        return self.add(whole)

    def next_version(self, entry: LookEntry) -> int:
        """The number that a new version under the name and scene of `entry` has."""
        newest = self._newest(entry.name, entry.scene)
        return 1 if newest is None else newest.version + 1

    def look(self, look_id: str) -> Look:
        """The look with this id, under the newest name it is kept by. Raises LookFileError too."""
        with database.told(self._path):
            row = self._connection.execute(
                "SELECT body FROM looks WHERE look_id = ? ORDER BY key DESC LIMIT 1", [look_id]
            ).fetchone()
        entry = None if row is None else decoded(row[0], LookEntry)
        return self.files.look(look_id) if entry is None else self.files.look(look_id, entry.name, entry.notes)

    def look_named(self, name: str, scene: str = "", version: int | None = None) -> LookEntry:
        """The newest version under a name, or that one; without a scene, of any."""
        conditions = ["name = ?", *(["scene = ?"] if scene else []), *(["version = ?"] if version else [])]
        values = [name, *([scene] if scene else []), *([version] if version else [])]
        with database.told(self._path):
            row = self._connection.execute(
                f"SELECT key, body FROM looks WHERE {' AND '.join(conditions)} ORDER BY at_ns DESC, key DESC",  # noqa: S608
                values,
            ).fetchone()
        if row is None:
            wanted = f" version {version}" if version else ""
            raise LibraryError(f"no look is kept as '{name[:80]}'{wanted}; livegrade library find looks lists them")
        return replace(decoded(row[1], LookEntry), key=row[0])

    def look_names(self, look_ids: Sequence[str]) -> dict[str, str]:
        """The newest name under which each look is kept, whole or without what stands around it in pictures."""
        marks = ", ".join("?" * len(look_ids))
        with database.told(self._path):
            rows = self._connection.execute(
                "SELECT parts.look_id, looks.name FROM parts JOIN looks ON looks.look_id = parts.part "  # noqa: S608
                f"WHERE parts.look_id IN ({marks}) ORDER BY looks.at_ns, looks.key",
                list(look_ids),
            ).fetchall()
        return {str(look_id): str(name) for look_id, name in rows}

    def marks(self, takes: Sequence[int]) -> dict[int, int]:
        """How many markers lie in each of these takes that has any."""
        marks = ", ".join("?" * len(takes))
        with database.told(self._path):
            rows = self._connection.execute(
                f"SELECT of_take, count(*) FROM markers WHERE of_take IN ({marks}) GROUP BY of_take",  # noqa: S608
                list(takes),
            ).fetchall()
        return {int(take): int(count) for take, count in rows}

    # ---- days and units

    def keep_named(self, value: Day | Unit) -> None:
        """A day or unit, anew or in place of the one with its name."""
        with database.transaction(self._connection, self._path):
            self._connection.execute(
                f"INSERT INTO {_NAMED[type(value)]} (name, body) VALUES (?, ?) "  # noqa: S608
                "ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                [value.name, _body(value)],
            )

    def named(self, kind: type[N]) -> list[N]:
        """All days, or all units, by name."""
        with database.told(self._path):
            rows = self._connection.execute(
                f"SELECT body FROM {_NAMED[kind]} ORDER BY name"  # noqa: S608
            ).fetchall()
        return [decoded(row[0], kind) for row in rows]

    # ---- the database as a whole

    def highest_take(self, scene: str, shot: str, day: str) -> int:
        """The highest take number of a set-up, 0 for none; without a scene and shot, of that day."""
        with database.told(self._path):
            if scene or shot:
                row = self._connection.execute(
                    "SELECT max(take) FROM takes WHERE scene = ? AND shot = ?", [scene, shot]
                ).fetchone()
            else:
                row = self._connection.execute(
                    "SELECT max(take) FROM takes WHERE day = ? AND setup = ''", [day]
                ).fetchone()
        return int(row[0] or 0)

    def stamp(self) -> tuple[int, int]:
        """Another one whenever somebody has written: this connection, or another."""
        with database.told(self._path):
            return self._connection.total_changes, int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def backup(self) -> Path:
        """A copy of the database as it is now."""
        return database.backup(self._connection, self._path, self.folder / "backups")

    def check(self) -> list[str]:
        """What is wrong with the database and with the files that entries name, a sentence each."""
        with database.told(self._path):
            rows = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(20)")]
        wrong = [] if rows == ["ok"] else [f"{self._path}: {row}" for row in rows]
        whose: dict[str, str] = {}
        for take in self.every(TAKES):
            whose |= dict.fromkeys(take.look_ids, f"take {take.key} ({take.slate})")
        for entry in self.every(LOOKS):
            ids = (entry.look_id, *(one.look_id for one in entry.linked))
            whose |= dict.fromkeys(ids, f"look {entry.name} version {entry.version}")
        for look_id, owner in whose.items():
            try:
                self.files.look(look_id)
            except LivegradeError as error:
                wrong.append(f"{owner}: {error}")
        for still in self.every(STILLS):
            gone = [path for path in (still.graded, still.source) if path and not (self.folder / path).is_file()]
            wrong += [f"still {still.key}: {self.folder / path} is missing" for path in gone]
        return wrong

    def last_backup(self) -> Path | None:
        return next(reversed(database.backups_in(self.folder / "backups", self._path)), None)

    # ---- within a transaction

    def _insert(self, kind: Kind[Any], value: V) -> V:
        names = ", ".join([*kind.columns, "body"])
        cells = [*(column(value) for column in kind.columns.values()), _body(replace(value, key=0))]
        marks = ", ".join("?" * len(cells))
        done = self._connection.execute(f"INSERT INTO {kind.table} ({names}) VALUES ({marks})", cells)  # noqa: S608
        kept = replace(value, key=int(done.lastrowid or 0))
        self._index(kind, kept)
        return kept

    def _index(self, kind: Kind[Any], value: V) -> None:
        labels = [(label, word, kind.table, value.key) for label, word in kind.labels(value)]
        self._connection.executemany("INSERT OR IGNORE INTO labels VALUES (?, ?, ?, ?)", labels)
        words = "\n".join(word for word in kind.words(value) if word)
        self._connection.execute(
            f"INSERT INTO {kind.table}_words (rowid, text) VALUES (?, ?)",  # noqa: S608
            [value.key, words],
        )
        if kind in (TAKES, STILLS):
            note_parts_of(self._connection, self.files, kind.table, value.key)

    def _get(self, kind: Kind[V], key: int) -> V:
        value = self._held(kind, key)
        if value is None:
            raise LibraryError(f"there is no entry {key} among the {kind.table} of {self.folder}")
        return value

    def _held(self, kind: Kind[V], key: int) -> V | None:
        row = self._connection.execute(f"SELECT body FROM {kind.table} WHERE key = ?", [key]).fetchone()  # noqa: S608
        return None if row is None else replace(decoded(row[0], kind.value), key=key)

    def _newest(self, name: str, scene: str) -> LookEntry | None:
        with database.told(self._path):
            row = self._connection.execute(
                "SELECT key, body FROM looks WHERE name = ? AND scene = ? ORDER BY version DESC LIMIT 1", [name, scene]
            ).fetchone()
        return None if row is None else replace(decoded(row[1], LookEntry), key=row[0])


def _body(value: Any) -> bytes:
    body = encoded(value)
    if len(body) > MOST_BODY:
        what = type(value).__name__.lower()
        raise LibraryError(f"this {what} is too long to keep: {len(body)} bytes, and {MOST_BODY} are the most")
    return body
