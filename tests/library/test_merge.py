"""What another database holds comes in, once, with its files; as much as can be read of a damaged one."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import LibraryError
from livegrade.library import store
from livegrade.library.kinds import LOOKS, MARKERS, STILLS, TAKES
from livegrade.library.merge import merge
from livegrade.library.query import Query
from livegrade.library.schema import STEPS
from livegrade.library.store import DATABASE, Library
from livegrade.library.values import Day, LookChange, LookEntry, Marker, MarkerKind, Still, Take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WARM = Look((Cdl(slope=(1.1, 1.0, 0.9)),))


@pytest.fixture
def other(tmp_path: Path, take: Callable[..., Take]) -> Iterator[Library]:
    """The library of another cart."""
    with Library.open(tmp_path / "other") as made:
        entry = made.keep_look(WARM, LookEntry("", "warm", 1), thumbnail=b"png")
        for number in range(3):
            first = take(started_ns=number, looks=(LookChange(100, None, entry.look_id),))
            made.add(replace(first, thumbnail=entry.thumbnail))
        (made.files.stills_folder("day1") / "a.png").write_bytes(b"png")
        made.add(Still("A", 1, 5, None, entry.look_id, "stills/day1/a.png", take=3))
        made.add(Marker(MarkerKind.FOCUS, "A", 1, 5, None, take=2))
        made.keep_named(Day("day1", "2026-11-21"))
        yield made


def test_all_comes_in_once_with_its_files_and_the_keys_of_takes_follow(
    library: Library, other: Library, take: Callable[..., Take]
) -> None:
    library.add(take(started_ns=99, looks=()))  # so that keys differ
    backup = other.backup()
    done = merge(library, backup)
    again = merge(library, other.folder / DATABASE)

    assert done.added == {"takes": 3, "looks": 1, "stills": 1, "markers": 1}
    assert (done.known, done.missing, done.unreadable) == (0, 0, 0)
    assert set(again.added.values()) == {0}
    assert again.known == 6
    (still,), (marker,), (look,) = (library.find(Query(), kind) for kind in (STILLS, MARKERS, LOOKS))
    by_key = {one.key: one.started_ns for one in library.find(Query(), TAKES)}
    assert (by_key[still.take], by_key[marker.take]) == (2, 1)
    assert (library.folder / still.graded).read_bytes() == (library.folder / look.thumbnail).read_bytes() == b"png"
    assert library.look(look.look_id).nodes == WARM.nodes
    assert library.named(Day) == [Day("day1", "2026-11-21")]
    assert library.check() == []


def test_what_is_here_is_known_however_much_that_is(library: Library, other: Library, monkeypatch) -> None:
    monkeypatch.setattr(store, "MOST_FOUND", 2)
    monkeypatch.setattr(store, "AT_ONCE", 2, raising=False)
    for number in range(5):
        other.add(Marker(MarkerKind.FLARE, "B", number, number, None))
    merge(library, other.folder / DATABASE)
    assert set(merge(library, other.folder / DATABASE).added.values()) == {0}
    for key in (1, 2, 3):
        other.change(TAKES, key, lambda take: replace(take, looks=(LookChange(100, None, f"{take.key:032}"),)))
    assert len(other.check()) == 3


def test_a_file_that_is_gone_is_counted(library: Library, other: Library) -> None:
    shutil.rmtree(other.folder / "looks")
    assert merge(library, other.folder / DATABASE).missing == 5
    assert all("is not in the library" in sentence for sentence in library.check())


def test_a_path_that_leads_out_of_the_library_is_not_followed(library: Library, other: Library, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    other.add(Still("A", 2, 5, None, WARM.id, "../secret"))
    done = merge(library, other.folder / DATABASE)

    assert done.missing == 1
    assert not list(library.folder.rglob("secret"))


def test_of_a_damaged_database_comes_what_can_be_read(
    library: Library, take: Callable[..., Take], tmp_path: Path
) -> None:
    with Library.open(tmp_path / "other") as made:
        for number in range(400):
            made.add(take(started_ns=number, comment="x" * 500))
    path = tmp_path / "other" / DATABASE
    data = bytearray(path.read_bytes())
    middle = data.find(b'"started_ns":200,') // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    done = merge(library, path)

    came = {one.started_ns for one in library.find(Query(), TAKES)}
    assert 380 <= len(came) < 400
    assert {0, 399} <= came, "from both ends"
    assert done.unreadable


def test_other_files_are_refused(library: Library, tmp_path: Path, other: Library) -> None:
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    with pytest.raises(LibraryError, match="is damaged"):
        merge(library, tmp_path / "a.db")
    sqlite3.connect(tmp_path / "b.db").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(LibraryError, match="not the database of a library"):
        merge(library, tmp_path / "b.db")
    newer = other.backup()
    connection = sqlite3.connect(newer)
    connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    with pytest.raises(LibraryError, match="newer livegrade"):
        merge(library, newer)
