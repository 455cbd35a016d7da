"""What is kept comes back as it was, and files are whole before the entry that names them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.errors import LibraryError, LookFileError, SinkError
from livegrade.library.coding import plain
from livegrade.library.kinds import LOOKS, MARKERS, STILLS, TAKES
from livegrade.library.query import Query
from livegrade.library.store import DATABASE, Library
from livegrade.library.values import Day, LinkedLook, LookEntry, Marker, MarkerKind, Still, Take, Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WARM = Look((Cdl(slope=(1.1, 1.0, 0.9)),), "warm")


def lattice(seed: int) -> Samples:
    return Samples(np.random.default_rng(seed).random((9, 9, 9, 3)))


def test_a_take_comes_back_exactly_with_its_timecode_and_rate(library: Library, take: Callable[..., Take]) -> None:
    kept = library.add(take())

    with Library.reading(library.folder) as reader:
        assert reader.get(TAKES, kept.key) == kept
        assert reader.find(Query(), TAKES) == [kept]


def test_every_kind_and_days_and_units_come_back(library: Library, take: Callable[..., Take]) -> None:
    key = library.add(take()).key
    timecode = take().start
    marker = library.add(Marker(MarkerKind.BOOM, "A", 5, 120, timecode, "top left", key, "day1"))
    still = library.add(Still("A", 6, 130, timecode, "0" * 32, "stills/day1/a.png", take=key, tags=("hero",)))
    library.keep_named(Day("day1", "2026-11-21"))
    library.keep_named(Day("DAY1", "2026-11-22", "moved"))
    library.keep_named(Unit("main"))

    assert library.get(MARKERS, marker.key) == marker
    assert library.get(STILLS, still.key) == still
    assert library.named(Day) == [Day("DAY1", "2026-11-22", "moved")]
    assert library.named(Unit) == [Unit("main")]


def test_a_look_is_recalled_as_the_same_picture(library: Library) -> None:
    look = Look((*WARM.nodes, Lut3d(lattice(1))), "warm", "for the night")
    entry = library.keep_look(look, LookEntry("", "warm", 1, notes="for the night"))

    assert entry.look_id == look.id
    assert (library.folder / entry.path).is_file()
    assert library.look(entry.look_id) == look


def test_versions_count_within_a_name_and_scene_and_the_same_look_is_no_new_one(library: Library) -> None:
    cool = Look((Cdl(slope=(0.9, 1.0, 1.1)),))
    versions = [
        library.keep_look(look, LookEntry("", "day ext", created, scene=scene)).version
        for created, (look, scene) in enumerate([(WARM, "12"), (cool, "12"), (cool, "12"), (WARM, "12"), (WARM, "13")])
    ]

    assert versions == [1, 2, 2, 3, 1]
    assert library.count(LOOKS) == 4
    assert library.look_named("day ext", "12").version == 3
    assert library.look_named("day ext", "12", 2).look_id == cool.id


def test_a_look_does_not_take_the_name_and_number_of_another(library: Library) -> None:
    library.keep_look(WARM, LookEntry("", "warm", 1))
    cool = library.keep_look(Look((Cdl(slope=(0.9, 1.0, 1.1)),)), LookEntry("", "cool", 2))

    with pytest.raises(LibraryError, match="there is such an entry already; choose another name"):
        library.change(LOOKS, cool.key, lambda kept: replace(kept, name="Warm"))
    assert library.get(LOOKS, cool.key) == cool


def test_a_look_is_kept_with_those_of_the_slots_that_share_nodes_with_it(library: Library) -> None:
    hdr = Look((*WARM.nodes, Cdl(power=(0.8, 0.8, 0.8))))
    entry = library.keep_look(WARM, LookEntry("", "beach", 1, slot="A"), [(LinkedLook("B", "", ((0, 0),)), hdr)])

    assert entry.linked == (LinkedLook("B", hdr.id, ((0, 0),)),)
    assert library.look(entry.linked[0].look_id) == replace(hdr, name="", notes="")
    assert library.find(Query(labels=(("look", hdr.id),)), LOOKS) == [entry]


def test_looks_share_the_tables_of_a_lut_on_disk(library: Library) -> None:
    for slope in (0.8, 0.9, 1.0):
        library.keep_look(Look((Cdl(slope=(slope,) * 3), Lut3d(lattice(2)))), LookEntry("", f"s{slope}", 1))

    assert len(list((library.folder / "tables").rglob("*.bin"))) == 1
    assert max(path.stat().st_size for path in (library.folder / "looks").rglob("*.json")) < 2000


def test_a_look_whose_file_was_changed_is_refused(library: Library) -> None:
    entry = library.keep_look(WARM, LookEntry("", "warm", 1))
    path = library.folder / entry.path
    path.write_text(path.read_text().replace("1.1", "1.2"))

    with pytest.raises(LookFileError, match="was changed after it was saved"):
        library.look(entry.look_id)


@pytest.mark.parametrize("look_id", ["0" * 32, "../../etc/passwd", ""])
def test_a_look_that_is_not_there_is_said(library: Library, look_id: str) -> None:
    with pytest.raises(LibraryError, match=r"is not in the library|is not the id of a look"):
        library.look(look_id)


def test_where_the_file_of_a_look_cannot_be_written_there_is_no_entry(library: Library) -> None:
    (library.folder / "looks").write_text("in the way")

    with pytest.raises((LibraryError, SinkError)):
        library.keep_look(WARM, LookEntry("", "warm", 1))
    assert library.count(LOOKS) == 0


def test_changes_of_two_writers_do_not_lose_each_other(library: Library, take: Callable[..., Take]) -> None:
    key = library.add(take()).key
    with Library.open(library.folder, check=False) as other:
        other.change(TAKES, key, lambda kept: replace(kept, circled=True))
        library.change(TAKES, key, lambda kept: replace(kept, comment="a plane"))
        kept = other.get(TAKES, key)

    assert (kept.circled, kept.comment) == (True, "a plane")


def test_an_entry_that_does_not_exist_or_is_too_long_is_refused(library: Library, take: Callable[..., Take]) -> None:
    with pytest.raises(LibraryError, match="no entry 7 among the takes"):
        library.change(TAKES, 7, lambda kept: kept)
    key = library.add(take()).key
    with pytest.raises(LibraryError, match="too long to keep"):
        library.change(TAKES, key, lambda kept: replace(kept, comment="a" * (2 << 20)))
    assert library.get(TAKES, key).comment == take().comment


def test_numbers_count_on_within_a_setup_and_within_a_day_where_there_is_none(
    library: Library, take: Callable[..., Take]
) -> None:
    library.add(take())
    library.add(take(slate=replace(take().slate, scene="", shot="", take=9), day="day1"))

    assert library.highest_take("12", "a", "day2") == 3
    assert library.highest_take("12", "B", "day1") == 0
    assert library.highest_take("", "", "day1") == 9
    assert library.highest_take("", "", "day2") == 0


def test_for_people_an_entry_is_words_and_numbers(take: Callable[..., Take]) -> None:
    said = plain(take())

    assert said["start"] == "10:00:00;12"
    assert said["rate"] == "29.97"
    assert said["slate"]["fields"] == [["director", "Jürgen Müller"], ["roll", "A001"]]
    assert said["exposure"]["alarms"][0]["timecode"] == "10:00:01;02"


@pytest.mark.parametrize("name", ["a?mode=ro#b", "100%20 ü", "映画", "with 'quotes' \"and\" ;"])
def test_a_library_may_lie_in_any_folder(tmp_path: Path, take: Callable[..., Take], name: str) -> None:
    with Library.open(tmp_path / name) as library:
        kept = library.add(take())
    with Library.reading(tmp_path / name) as reader:
        assert reader.get(TAKES, kept.key) == kept
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_reading_makes_nothing_and_changes_nothing(tmp_path: Path, library: Library, take: Callable[..., Take]) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        Library.reading(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    with Library.reading(library.folder) as reader, pytest.raises(LibraryError, match="may not be written"):
        reader.add(take())


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / DATABASE)
    other.execute("CREATE TABLE clips (name TEXT)")
    other.close()
    before = (tmp_path / DATABASE).read_bytes()

    with pytest.raises(LibraryError, match="belongs to another program"):
        Library.open(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before
