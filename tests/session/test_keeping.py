"""A session writes its takes into a library, and goes on when that cannot be written."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control.striptree import Strips
from livegrade.errors import LibraryError, UsageError
from livegrade.library.kinds import MARKERS, TAKES
from livegrade.library.query import Query
from livegrade.library.store import DATABASE, Library
from livegrade.library.values import Day, MarkerKind, Slate, Take, TakeState, Unit
from livegrade.scopes.measure import ScopeRequest
from livegrade.session import Session
from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind
from livegrade.session.draft import STOP
from livegrade.session.events import Event, EventLog, Link, RecordEdge, RecordEvent
from livegrade.session.keeping import Keeping
from livegrade.session.recorder import TakeRecorder
from livegrade.session.setup import KeepingPlan, ScopePlan
from livegrade.session.shelf import Shelf
from livegrade.session.takes import RecordPort
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from livegrade.session.slating import WrittenSlate

PATTERN = "pattern:camera@96x64p50"
WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),))


class Cart:
    """A session that runs, with what keeps its takes."""

    def __init__(self, session: Session, folder: Path, before: WrittenSlate | None = None) -> None:
        self.session = session
        self.keeping = Keeping(session, KeepingPlan(folder, "day1"), lambda frame, look: b"jpeg")
        self.keeping.go_on(before, lambda: None)
        self.keeping.start()
        session.start()

    def stop(self) -> None:
        self.session.stop()
        self.keeping.stop()

    def kept(self) -> list[Take]:
        with Library.reading(self.keeping.folder) as reader:
            return reader.find(Query(), TAKES)

    def said(self) -> list[tuple[Link, str]]:
        events = self.session.events.since(0)[0]
        return [(one.link, one.text) for one in events if isinstance(one, Event) and one.subject == "library"]


@pytest.fixture
def cart(stage, tmp_path: Path, until) -> Iterator[Callable[..., Cart]]:
    made: list[Cart] = []

    def build(
        folder: Path = tmp_path / "library",
        sources: int = 1,
        scopes: ScopePlan | None = None,
        before: WrittenSlate | None = None,
    ) -> Cart:
        one = Cart(stage.session([PATTERN] * sources, ["null:"], scopes=scopes), folder, before)
        made.append(one)
        until(lambda: all(slot.last for slot in one.session.slots) and one.keeping.state.link is not Link.STARTING)
        return one

    yield build
    for one in made:
        one.stop()


def test_a_take_is_in_the_library_from_its_start_and_whole_at_its_end(cart, until) -> None:
    one = cart(scopes=ScopePlan(ScopeRequest(), 50))
    one.keeping.slate = Slate("12", "A", 0, (("director", "Varda"),))
    until(lambda: one.keeping.slate.take == 1)
    began = one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes and one.kept())
    (open_take,) = one.kept()
    assert (open_take.state, open_take.first_index) == (TakeState.OPEN, began.index)
    one.session.set_look("A", WARM)
    until(lambda: len(one.keeping.open_takes[0].looks) == 2 and one.session.scopes("A", "source") is not None)
    changed_at = one.session.slots[0].drawing.in_force.index
    until(lambda: len(one.kept()[0].looks) == 2)
    assert one.kept()[0].last_index >= changed_at, "where it is cut short now, the change lies within"
    ended = one.session.record("A", RecordEdge.END, "key")
    until(lambda: one.kept()[0].state is TakeState.ENDED)

    (take,) = one.kept()
    assert (take.slate.setup, take.slate.take, take.slate.fields) == ("12A", 1, (("director", "Varda"),))
    assert (take.first_index, take.last_index) == (began.index, ended.index - 1)
    assert (take.start, take.end) == (began.timecode, ended.timecode - 1)
    assert [change.index for change in take.looks] == [began.index, changed_at]
    assert take.exposure.samples > 0
    assert (one.keeping.folder / take.thumbnail).read_bytes() == b"jpeg"
    with Library.reading(one.keeping.folder) as reader:
        assert reader.look(take.looks[1].look_id) == WARM
        assert [day.name for day in reader.named(Day)] == ["day1"]


class CameraOnTheNetwork:
    """What a driver is to a session: it hears from its camera, and says so through the port."""

    def __init__(self, port: RecordPort) -> None:
        self._port = port

    def hears(self, rolls: bool) -> RecordEvent:
        return self._port("A", RecordEdge.START if rolls else RecordEdge.END, "camera 10.0.0.5")


def test_a_device_begins_and_ends_a_take_beside_its_pictures(cart, until) -> None:
    one = cart()
    camera = CameraOnTheNetwork(one.session.record)
    assert not camera.hears(True).exact, "its word comes later than the picture"
    until(lambda: one.keeping.open_takes)
    camera.hears(False)
    until(lambda: one.kept() and one.kept()[0].state is TakeState.ENDED)

    assert one.kept()[0].started_by == one.kept()[0].ended_by == "camera 10.0.0.5"


def test_a_session_that_ends_ends_its_takes(cart, until) -> None:
    one = cart()
    one.session.record("A", RecordEdge.START, "api")
    one.stop()

    (take,) = one.kept()
    assert (take.state, take.ended_by) == (TakeState.ENDED, STOP)
    assert take.last_index == one.session.slots[0].last[0].index


def test_a_marker_is_pinned_to_the_picture_and_its_take(cart, until) -> None:
    one = cart()
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes)
    marker = one.keeping.mark("A", MarkerKind.FLARE, "lens 2").result(10)
    (take,) = one.kept()

    assert marker.take == take.key
    assert marker.timecode == take.start + (marker.index - take.first_index)
    with Library.reading(one.keeping.folder) as reader:
        assert reader.find(Query(), MARKERS) == [marker]
    until(lambda: [marked.take.key for marked in one.keeping.marked_takes] == [take.key])
    (marked,) = one.keeping.marked_takes
    assert (marked.take.key, marked.runs, marked.markers) == (take.key, True, (marker,))
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: not one.keeping.open_takes)
    one.keeping.mark("A", MarkerKind.FREE).result(10)  # behind its end
    until(lambda: not any(marked.runs for marked in one.keeping.marked_takes))
    (marked,) = one.keeping.marked_takes
    assert (marked.runs, marked.markers) == (False, (marker,))
    until(lambda: one.keeping.marked_takes is one.keeping.marked_takes)  # where nothing changes nothing is worked out
    strips = Strips()
    before = strips.trees(one.keeping.marked_takes)
    assert strips.trees(one.keeping.marked_takes) is before
    assert [mark.text for mark in before["A"].markers] == ["lens 2"]
    amended = replace(take.slate, scene="13")
    one.keeping.submit(
        lambda library: library.change(TAKES, take.key, lambda kept: replace(kept, slate=amended))
    ).result(10)
    until(lambda: strips.trees(one.keeping.marked_takes)["A"].name == str(amended))  # also of a take that has ended
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: strips.trees(one.keeping.marked_takes)["A"].runs)


def test_an_alarm_is_stamped_with_the_take_that_its_slot_records(cart, until) -> None:
    one = cart(sources=2)
    one.keeping.slate = Slate("12", "A", 0)
    until(lambda: one.keeping.slate.take == 1)

    def alarm(slot: str) -> AlarmEvent:
        one.session.events.add_alarm(AlarmEvent(1, slot, AlarmKind.CLIP, AlarmEdge.BEGIN, 7, None, "clips"))
        return next(told for told in reversed(one.session.events.since(0)[0]) if isinstance(told, AlarmEvent))

    assert alarm("A").take == ""
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes)
    told = alarm("A")
    assert told.take == "12A take 1"
    assert told.text.endswith("(picture 7, 12A take 1)")
    assert alarm("B").take == ""
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: not one.keeping.open_takes)
    assert alarm("A").take == ""


def test_what_a_person_writes_about_a_take_that_goes_on_stays(cart, until) -> None:
    one = cart()
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.kept())
    key = one.kept()[0].key
    one.keeping.submit(lambda library: library.change(TAKES, key, lambda take: replace(take, circled=True))).result(10)
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: one.kept()[0].state is TakeState.ENDED)

    assert one.kept()[0].circled


def test_each_take_has_the_slate_that_was_said_before_it_however_long_the_disk_takes(cart, until, hanging_disk) -> None:
    """Also within one picture."""
    one = cart()
    with hanging_disk(one.keeping):
        for scene in ("12", "13", "14"):
            one.keeping.slate = Slate("11", "C", 0)
            one.keeping.slate = Slate(scene, "A", 0)
            one.session.record("A", RecordEdge.START, "key")
            one.keeping.slate = Slate("15", "B", 0)
            one.session.record("A", RecordEdge.END, "key")
    until(lambda: len(one.kept()) == 3 and not one.keeping.unwritten and one.keeping.slate.take == 1)

    assert sorted(str(take.slate) for take in one.kept()) == ["12A take 1", "13A take 1", "14A take 1"]
    assert str(one.keeping.slate) == "15B take 1"
    assert not one.keeping.open_takes


def test_a_slate_said_during_a_take_is_that_of_the_next_session_though_the_take_was_not_followed_yet(
    cart, until, hanging_disk
) -> None:
    """What a journal has from the moment at which it is written."""
    one = cart()
    with hanging_disk(one.keeping):
        one.session.record("A", RecordEdge.START, "key")
        one.keeping.slate = Slate("12", "B", 0)
        written = one.keeping.written_slate
    until(lambda: one.kept())
    one.stop()
    assert str(one.kept()[0].slate) == "take 1"
    other = cart(before=written)
    until(lambda: other.keeping.state.link is Link.RUNNING and other.keeping.slate.take)

    assert str(other.keeping.slate) == "12B take 1"


def test_an_alarm_that_cannot_be_kept_costs_no_take_and_is_logged_once(
    cart, until, monkeypatch, caplog, hanging_disk
) -> None:
    one = cart()

    def fail(recorder: TakeRecorder, event: AlarmEvent) -> None:
        raise ValueError("nobody expected this")

    monkeypatch.setattr(TakeRecorder, "alarm", fail)
    with hanging_disk(one.keeping):
        for index in range(3):
            one.session.events.add_alarm(AlarmEvent(index, "A", AlarmKind.CLIP, AlarmEdge.BEGIN, index, None, "clips"))
        one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes and one.keeping.state.link is Link.RUNNING and not one.keeping.unwritten)

    assert len(one.kept()) == 1
    assert [text for link, text in one.said() if link is Link.FAULTED] == ["keeping takes failed: nobody expected this"]
    assert caplog.messages.count("keeping failed") == 1


def test_takes_of_a_disk_that_is_away_are_written_when_it_is_back(cart, until, tmp_path: Path) -> None:
    (tmp_path / "disk").write_text("no folder")
    one = cart(tmp_path / "disk" / "library")
    until(lambda: one.keeping.state.link is Link.FAULTED)
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes)
    with pytest.raises(LibraryError, match="cannot be made"):
        one.keeping.mark("A", MarkerKind.FOCUS).result(10)
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: not one.keeping.open_takes and one.keeping.unwritten == 1)
    (tmp_path / "disk").unlink()
    until(lambda: one.keeping.unwritten == 0)

    assert [take.state for take in one.kept()] == [TakeState.ENDED]
    assert [link for link, _ in one.said()] == [Link.FAULTED, Link.RUNNING]
    assert one.session.slots[0].state.link is Link.RUNNING, "the picture goes on"


def test_takes_of_a_disk_that_was_full_are_written_when_there_is_room(cart, until) -> None:
    one = cart()
    # SQLite's own limit: it meets a full disk on this connection; the next one that is opened has room.
    one.keeping.submit(_fill).result(10)
    one.keeping.slate = Slate("12", "A", 0, (("more than the pages that are left", "x" * 100_000),))
    until(lambda: one.keeping.slate.take == 1)
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.state.link is Link.FAULTED)
    assert "the disk is full; free some space" in one.keeping.state.reason
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: one.keeping.unwritten == 0 and not one.keeping.open_takes)

    assert [take.state for take in one.kept()] == [TakeState.ENDED]
    assert one.keeping.state.link is Link.RUNNING


def _fill(library: Library) -> None:
    (pages,) = library._connection.execute("PRAGMA page_count").fetchone()
    library._connection.execute(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize("others", [0, 2])
def test_a_take_that_goes_on_is_written_into_a_library_that_was_begun_anew(
    cart, until, tmp_path: Path, others: int
) -> None:
    """The database was damaged, or the disk is another one: its number there is nobody's, or that of another take."""
    one = cart()
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.kept())

    def exchange(library: Library) -> None:
        one.keeping._shelf.fail("the disk is gone")
        library.folder.rename(tmp_path / "before")
        with Library.open(library.folder) as anew:
            for number in range(others):
                anew.add(Take("A", Slate("99", take=number), 1 + number, 0, None, (), "key", state=TakeState.ENDED))

    one.keeping.submit(exchange).result(10)
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: one.keeping.state.link is Link.RUNNING and one.keeping.unwritten == 0)
    kept = one.kept()
    assert [take.state for take in kept] == [TakeState.ENDED] * (1 + others)
    assert sorted(take.slate.scene for take in kept) == ["", *["99"] * others]
    with Library.reading(one.keeping.folder) as reader:
        assert reader.check() == [], "its looks have come along"


def test_a_take_that_ended_stays_in_the_library_that_was_exchanged(cart, until, tmp_path: Path) -> None:
    """Its number is that of somebody else's take in the one that is there now."""
    one = cart()
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.kept())
    one.session.record("A", RecordEdge.END, "key")
    until(lambda: one.kept()[0].state is TakeState.ENDED and not one.keeping.unwritten)
    key = one.kept()[0].key
    last = one.keeping.marked_takes[0].take
    assert last.key == key

    def exchange(library: Library) -> None:
        one.keeping._shelf.fail("the disk is gone")
        library.folder.rename(tmp_path / "before")
        with Library.open(library.folder) as anew:
            theirs = Take("A", Slate("99"), 1, 0, None, (), "key", state=TakeState.ENDED, comment="theirs")
            assert anew.add(theirs).key == key

    one.keeping.submit(exchange).result(10)
    until(lambda: one.keeping.marked_takes[0].take.key != key)
    assert one.keeping.marked_takes[0].take == replace(last, key=0)
    known = one.keeping.revision
    one.keeping.submit(lambda library: library.change(TAKES, key, lambda take: replace(take, circled=True))).result(10)
    until(lambda: one.keeping.revision > known)

    assert [(take.slate.scene, take.comment) for take in one.kept()] == [("99", "theirs")]
    assert one.keeping.marked_takes[0].take.comment == ""
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes and not one.keeping.unwritten)
    assert sorted(take.slate.scene for take in one.kept()) == ["", "99"]


def test_takes_of_a_disk_that_was_away_for_a_moment_are_the_same_when_it_is_back(cart, until) -> None:
    """One that goes on, and one that ended meanwhile."""
    one = cart(sources=2)
    for slot in "AB":
        one.session.record(slot, RecordEdge.START, "key")
    until(lambda: len(one.kept()) == 2)

    def lose(library: Library) -> None:
        one.keeping._shelf.fail("the disk is gone")

    one.keeping.submit(lose).result(10)
    one.session.record("B", RecordEdge.END, "key")
    until(lambda: one.keeping.state.link is Link.RUNNING and one.keeping.unwritten == 0)
    states = {take.slot: take.state for take in one.kept()}
    assert (len(one.kept()), states) == (2, {"A": TakeState.OPEN, "B": TakeState.ENDED})


def test_takes_that_could_not_be_written_are_said_at_the_end(cart, until, tmp_path: Path) -> None:
    (tmp_path / "disk").write_text("no folder")
    one = cart(tmp_path / "disk")
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.keeping.open_takes)
    one.stop()

    assert one.said()[-1] == (Link.FAULTED, f"1 takes could not be written into {tmp_path / 'disk'}")


def test_a_second_session_does_not_record_into_the_same_library(cart, until) -> None:
    first = cart()
    until(lambda: first.keeping.state.link is Link.RUNNING)
    second = cart()
    until(lambda: second.keeping.state.link is Link.FAULTED)

    assert "another session records into the library" in second.keeping.state.reason
    assert f"(process {os.getpid()}, livegrade" in second.keeping.state.reason, "and which one"


def test_a_session_takes_the_library_up_when_the_other_has_ended_and_tells_what_is_not_kept(cart, until) -> None:
    first = cart()
    first.keeping.slate = Slate("12", "A")
    first.session.record("A", RecordEdge.START, "key")
    until(lambda: first.kept())
    second = cart()
    second.session.record("A", RecordEdge.START, "key")
    until(lambda: any("the take of A is not kept so far: another session" in text for _, text in second.said()))
    second.session.record("A", RecordEdge.END, "key")
    until(lambda: not second.keeping.open_takes)
    assert second.keeping.unwritten == 1
    first.stop()
    until(lambda: second.keeping.unwritten == 0)

    assert second.keeping.state.link is Link.RUNNING
    assert str(second.keeping.slate) == "12A take 2", "where the other one left off"
    assert len(second.kept()) == 2


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at_ns = 1

    def now_ns(self) -> int:
        return self.at_ns


@pytest.mark.parametrize(
    ("waits", "seconds", "link"), [(False, 60, "faulted"), (False, 5, "running"), (True, 60, "running")]
)
def test_who_does_not_wait_leaves_the_library_to_others(tmp_path: Path, waits: bool, seconds: int, link: str) -> None:
    """A sender beside a session that is started again."""
    clock = Hand()
    first, second = (
        Shelf(tmp_path, Day("day1", "2026-11-21"), Unit("main"), clock, EventLog(0), waits=one) for one in (True, waits)
    )
    assert first.library((), 0) is not None
    assert second.library((), 0) is None
    first.close()
    clock.at_ns += seconds * NS_PER_SECOND
    second.library((), 0)
    assert second.state.link.value == link
    second.close()


def test_a_damaged_database_is_said_and_the_session_records_into_a_new_one(cart, until, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / DATABASE).write_bytes(b"nonsense" * 1000)
    one = cart()
    one.session.record("A", RecordEdge.START, "key")
    one.stop()

    assert len(one.kept()) == 1
    assert "was set aside as" in one.said()[0][1]


def test_a_take_left_open_by_a_session_that_was_killed_is_marked(cart, until, tmp_path: Path) -> None:
    one = cart()
    one.session.record("A", RecordEdge.START, "key")
    until(lambda: one.kept())
    copy = tmp_path / "after the power cut"
    copy.mkdir()
    for path in (tmp_path / "library").glob(f"{DATABASE}*"):
        shutil.copy(path, copy)
    other = cart(copy)
    until(lambda: other.keeping.state.link is Link.RUNNING)

    assert [take.state for take in other.kept()] == [TakeState.BROKEN]


def test_only_a_slot_with_a_picture_has_takes_and_markers(stage, tmp_path: Path) -> None:
    session = stage.session([PATTERN], ["null:"])
    keeping = Keeping(session, KeepingPlan(tmp_path))
    for asked in (lambda: session.record("A", RecordEdge.START, "key"), lambda: keeping.mark("A", MarkerKind.FREE)):
        with pytest.raises(UsageError, match="has had no picture yet"):
            asked()
    with pytest.raises(UsageError, match="there is no slot C"):
        session.record("C", RecordEdge.START, "key")
