"""A database is found whole before it is used, backed up before it changes, and never deleted."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from livegrade.color.camera import camera
from livegrade.color.grading import Saturation
from livegrade.color.look import Look
from livegrade.color.rendering import output_nodes
from livegrade.errors import LibraryError
from livegrade.library.database import BACKUPS_KEPT, backups_in, open_checked
from livegrade.library.kinds import TAKES
from livegrade.library.query import Query
from livegrade.library.schema import STEPS
from livegrade.library.store import DATABASE, Library
from livegrade.library.values import LookChange

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from livegrade.library.values import Take


@pytest.fixture
def folder(tmp_path: Path, take: Callable[..., Take]) -> Path:
    """A library with a hundred takes, closed."""
    with Library.open(tmp_path) as library:
        for number in range(100):
            library.add(take(first_index=number))
    return tmp_path


def test_every_commit_reaches_the_disk_before_it_returns(tmp_path: Path) -> None:
    connection = open_checked(tmp_path / "a.sqlite3", tmp_path)

    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
    connection.close()


@pytest.mark.parametrize("damage", ["head", "middle", "short", "text", "empty name page"])
def test_a_damaged_database_is_set_aside_and_the_backup_named(folder: Path, damage: str) -> None:
    with Library.open(folder) as library:
        backup = library.backup()
    path = folder / DATABASE
    data = path.read_bytes()
    damaged = {
        "head": b"\0" * 100 + data[100:],
        "middle": data[:8192] + b"\xa5" * 16384 + data[24576:],
        "short": data[: len(data) // 2],
        "text": b"this is not a database\n" * 100,
        "empty name page": data[:4096] + b"\0" * 4096 + data[8192:],
    }[damage]
    path.write_bytes(damaged)

    with Library.open(folder) as library:
        assert library.count(TAKES) == 0
        (said,) = library.said
    (aside,) = (folder / "set-aside").glob("*.sqlite3")
    assert aside.read_bytes() == damaged
    assert str(aside) in said
    assert str(backup) in said


def test_a_backup_is_a_database_of_its_own_and_the_oldest_go(folder: Path) -> None:
    with Library.open(folder) as library:
        made = [library.backup() for _ in range(BACKUPS_KEPT + 3)]

    assert backups_in(folder / "backups", folder / DATABASE) == made[3:]
    copy = sqlite3.connect(f"file:{made[-1]}?mode=ro", uri=True)
    assert copy.execute("SELECT count(*) FROM takes").fetchone() == (100,)
    copy.close()
    assert not list((folder / "backups").glob("*-wal")), "one file, which needs none beside it"


def test_a_newer_version_is_refused_and_left_as_it_is(folder: Path) -> None:
    path = folder / DATABASE
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    before = path.read_bytes()

    for opened in (Library.open, Library.reading):
        with pytest.raises(LibraryError, match=r"newer livegrade"):
            opened(folder)
    assert path.read_bytes() == before
    assert not (folder / "set-aside").exists()


def test_a_change_of_the_tables_comes_after_a_backup_and_whole_or_not_at_all(folder: Path) -> None:
    path, backups = folder / DATABASE, folder / "backups"
    more = ("ALTER TABLE takes ADD COLUMN weather TEXT", "CREATE INDEX takes_weather ON takes (weather)")

    with pytest.raises(LibraryError):
        open_checked(path, backups, [*STEPS, (more[0], "CREATE INDEX broken ON nowhere (at_ns)")])
    assert len(backups_in(backups, path)) == 1
    open_checked(path, backups).close()  # still the version it was

    connection = open_checked(path, backups, [*STEPS, more])
    assert connection.execute("SELECT count(*), count(weather) FROM takes").fetchone() == (100, 0)
    connection.close()
    before = sqlite3.connect(backups_in(backups, path)[-1])
    assert before.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
    before.close()


def test_takes_of_a_library_before_parts_were_noted_are_found_by_what_was_kept(
    tmp_path: Path, take: Callable[..., Take]
) -> None:
    kept = Look((Saturation(0.9),))
    worn = Look((*kept.nodes, *output_nodes("rec709", camera("ALEXA 35"))))
    with Library.open(tmp_path) as library:
        library.files.keep_look(worn)
        library.add(take(looks=(LookChange(0, None, worn.id),)))
    older = sqlite3.connect(tmp_path / DATABASE)
    older.execute("DROP TABLE parts")
    older.execute("PRAGMA user_version = 1")
    older.close()

    with Library.open(tmp_path, check=False) as library:
        assert len(library.find(Query(labels=(("look", kept.id),)), TAKES)) == 1
    assert len(backups_in(tmp_path / "backups", tmp_path / DATABASE)) == 1


def test_where_no_library_can_be_made_it_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(LibraryError, match="cannot be made"):
        Library.open(tmp_path / "file" / "library")
