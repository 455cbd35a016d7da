"""What a run of events comes to: takes with their numbers, ends and looks. No threads and no disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.library.values import CameraState, Slate, Take, TakeState
from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind
from livegrade.session.draft import REST_NS, STOP, Sight, TakeDraft
from livegrade.session.drawing import LookWorn
from livegrade.session.events import EventLog, RecordEdge, RecordEvent
from livegrade.session.recorder import GOES_ON_NS, MOST_UNWRITTEN, TakeRecorder
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

RATE = Rate.of(25)
PERIOD_NS = 40_000_000
ZERO = Timecode.parse("10:00:00:00", TimecodeRate(RATE))
LOOKS = [Look((Cdl(slope=(1 + number / 10,) * 3),)) for number in range(8)]


def event(slot: str, edge: RecordEdge, index: int, rule: str = "flag") -> RecordEvent:
    return RecordEvent(index * PERIOD_NS, slot, edge, index, ZERO + index, rule, True)


def sight(index: int, **changes: object) -> Sight:
    made = Sight(index * PERIOD_NS, index, ZERO + index, RATE, CameraState("ALEXA 35", clip=f"clip at {index}"))
    return replace(made, **changes)


def worn(number: int, index: int) -> LookWorn:
    return LookWorn(number, LOOKS[number], index, ZERO + index, index * PERIOD_NS)


class Rolling:
    """A recorder, and the words of a camera department."""

    def __init__(self, highest: int = 0) -> None:
        self.recorder = TakeRecorder("day1", "main", lambda slate, day: highest)

    def roll(self, slot: str, index: int, rule: str = "flag") -> Slate:
        self.recorder.record(event(slot, RecordEdge.START, index, rule), sight(index + 2), index)
        return self.recorder.open[slot].take.slate

    def cut(self, slot: str, index: int, rule: str = "flag") -> None:
        self.recorder.record(event(slot, RecordEdge.END, index, rule), sight(index + 2), index)

    @property
    def takes(self) -> list[Take]:
        return [draft.take for draft in self.recorder.unwritten.values()]


def test_a_take_has_the_timecode_of_its_first_and_of_its_last_picture() -> None:
    set_ = Rolling()
    set_.roll("A", 100)
    set_.cut("A", 150)

    (take,) = set_.takes
    assert (take.first_index, take.last_index) == (100, 149)
    assert (str(take.start), str(take.end)) == ("10:00:04:00", "10:00:05:24")
    assert (take.state, take.started_by, take.ended_by, take.rate) == (TakeState.ENDED, "flag", "flag", RATE)
    assert (take.day, take.unit, take.clip) == ("day1", "main", "clip at 152")


def test_takes_count_on_and_another_shot_begins_anew_and_a_shot_taken_up_again_goes_on() -> None:
    set_ = Rolling()
    set_.recorder.slate = Slate("12", "A", 0)
    said = []
    for index, slate in enumerate(["12A", "12A", "12B", "12A", "13A"]):
        set_.recorder.slate = Slate(slate[:2], slate[2], 0)
        said.append(str(set_.roll("A", index * 100)))
        set_.cut("A", index * 100 + 50)

    assert said == ["12A take 1", "12A take 2", "12B take 1", "12A take 3", "13A take 1"]


def test_numbers_go_on_from_what_is_kept_and_a_number_said_by_a_person_holds_once() -> None:
    set_ = Rolling(highest=4)
    assert set_.recorder.slate.take == 5
    set_.recorder.slate = replace(set_.recorder.slate, take=9)
    numbers = []
    for index in (0, 100):
        numbers.append(set_.roll("A", index).take)
        set_.cut("A", index + 50)

    assert numbers == [9, 10]


def test_cameras_that_roll_together_are_in_one_take_and_one_that_cuts_and_rolls_again_is_in_the_next() -> None:
    set_ = Rolling()
    first, with_it = set_.roll("A", 0), set_.roll("B", 10)
    set_.cut("A", 50)
    again = set_.roll("A", 60)
    set_.cut("A", 90)
    set_.cut("B", 100)
    late = set_.roll("B", 120)

    assert [one.take for one in (first, with_it, again, late)] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("began", "said", "ends"),
    [
        ("flag", "flag", True),
        ("flag", "silent", True),
        ("flag", "some-device", False),
        ("some-device", "flag", False),
        ("some-device", "some-device", True),
        ("flag", "key", True),
        ("key", "api", True),
        ("key", "flag", False),
        ("flag", STOP, True),
    ],
)
def test_a_take_ends_by_the_word_of_who_began_it_or_of_a_person(began: str, said: str, ends: bool) -> None:
    set_ = Rolling()
    set_.roll("A", 0, began)
    set_.cut("A", 50, said)

    assert ("A" not in set_.recorder.open) is ends


def test_a_camera_that_rolls_already_does_not_begin_a_second_take() -> None:
    set_ = Rolling()
    set_.roll("A", 0, "key")
    set_.roll("A", 5, "flag")
    set_.cut("A", 50, "key")
    set_.cut("A", 51, "flag")

    assert [take.started_by for take in set_.takes] == ["key"]


def test_the_look_at_the_start_is_that_of_the_first_picture_though_the_event_comes_later() -> None:
    set_ = Rolling()
    for number, index in [(0, 10), (1, 90), (2, 102)]:
        set_.recorder.wear("A", worn(number, index))
    set_.roll("A", 100)

    (take,) = set_.takes
    assert [(change.index, change.look_id) for change in take.looks] == [(100, LOOKS[1].id)]


def test_a_look_counts_from_its_first_picture_once_it_stays_and_a_turning_wheel_leaves_no_trail() -> None:
    set_ = Rolling()
    set_.recorder.wear("A", worn(0, 0))
    set_.roll("A", 100)
    for number, index in [(1, 110), (2, 111), (3, 112), (4, 200)]:
        set_.recorder.rest(index * PERIOD_NS)
        set_.recorder.wear("A", worn(number, index))
    set_.recorder.rest(200 * PERIOD_NS + REST_NS)
    set_.recorder.wear("A", worn(5, 240))
    set_.cut("A", 242)

    (take,) = set_.takes
    assert [(change.index, LOOKS.index(_look(change.look_id))) for change in take.looks] == [
        (100, 0), (112, 3), (200, 4), (240, 5),
    ]  # fmt: skip
    assert str(take.looks[1].timecode) == "10:00:04:12"
    assert set(set_.recorder.unwritten.popitem()[1].looks) == set(take.look_ids)


def test_a_look_that_came_after_the_last_picture_is_not_of_the_take() -> None:
    set_ = Rolling()
    set_.recorder.wear("A", worn(0, 0))
    set_.roll("A", 100)
    set_.recorder.wear("A", worn(1, 150))
    set_.recorder.rest(150 * PERIOD_NS + REST_NS)
    set_.cut("A", 150)

    (take,) = set_.takes
    assert [change.look_id for change in take.looks] == [LOOKS[0].id]


def test_alarms_that_begin_within_a_take_or_last_at_its_beginning_are_in_its_log() -> None:
    set_ = Rolling()

    def alarm(slot: str, index: int, edge: AlarmEdge = AlarmEdge.BEGIN) -> None:
        set_.recorder.alarm(AlarmEvent(0, slot, AlarmKind.CLIP, edge, index, ZERO + index, "3 % of R"))

    alarm("A", 50)
    alarm("A", 60, AlarmEdge.END)
    alarm("A", 90)
    set_.roll("A", 100)
    alarm("A", 105, AlarmEdge.END)
    alarm("A", 110)
    alarm("A", 120, AlarmEdge.END)
    alarm("B", 125)
    set_.cut("A", 150)

    (take,) = set_.takes
    assert [(note.kind, note.index) for note in take.exposure.alarms] == [("clip", 90), ("clip", 110)]


def test_what_happens_again_and_again_in_a_take_is_one_line_of_its_log_with_how_often() -> None:
    set_ = Rolling()
    log = EventLog()
    set_.roll("A", 100)
    for index in range(110, 140):
        log.add_alarm(
            AlarmEvent(index * PERIOD_NS, "A", AlarmKind.TIMECODE, AlarmEdge.MOMENT, index, ZERO + 3 * index, "jumps")
        )
    log.settle(None)
    for event in log.since(0)[0]:
        set_.recorder.alarm(event)
    set_.cut("A", 150)

    (take,) = set_.takes
    first, last = ZERO + 3 * 113, ZERO + 3 * 139
    words = f"the timecode breaks again and again, 27 times from {first} to {last}"
    assert [note.text for note in take.exposure.alarms] == ["jumps", "jumps", "jumps", words]


def test_what_others_wrote_about_a_take_stays_when_it_is_written_again() -> None:
    set_ = Rolling()
    set_.roll("A", 100)
    draft = set_.recorder.open["A"]
    kept = replace(draft.take, key=7, circled=True, comment="good", slate=Slate("14", "C", 5))
    set_.cut("A", 150)

    again = draft.onto(kept)
    assert (again.circled, again.comment, again.slate) == (True, "good", Slate("14", "C", 5))
    assert again.state is TakeState.ENDED


def test_recordings_of_a_take_are_those_that_were_under_way() -> None:
    set_ = Rolling()
    set_.recorder.record(event("A", RecordEdge.START, 1), sight(3, recordings=("/r/1.mov", "/r/2.mov")), 0)
    end = sight(60, recordings=("/r/1.mov", "/r/2.mov", "/r/3.mov"))
    set_.recorder.record(event("A", RecordEdge.END, 50), end, 0)

    assert set_.takes[0].files == ("/r/2.mov", "/r/3.mov")


@pytest.mark.parametrize(
    ("rule", "exact", "later_ns", "says"),
    [
        ("flag", False, 2_000_000_000, "12A take 3"),
        ("flag", False, GOES_ON_NS + 1, "12A take 5"),
        ("flag", True, 2_000_000_000, "12A take 5"),
        ("key", False, 2_000_000_000, "12A take 5"),
    ],
)
def test_a_camera_that_still_records_after_a_crash_is_in_the_take_that_was_cut_short(
    rule: str, exact: bool, later_ns: int, says: str
) -> None:
    set_ = Rolling(highest=4)
    cut_short = Take("A", Slate("12", "A", 3), 0, 0, None, (), "flag", state=TakeState.BROKEN, ended_ns=1000)
    set_.recorder.take_up(cut_short.slate, [cut_short], is_newer=True)
    start = replace(event("A", RecordEdge.START, 10, rule), exact=exact)
    set_.recorder.record(start, sight(12), 1000 + later_ns)

    assert str(set_.recorder.open["A"].take.slate) == says
    set_.cut("A", 50, rule)
    assert str(set_.roll("A", 100)) == ("12A take 5" if says == "12A take 3" else "12A take 6")


def test_a_session_goes_on_with_the_slate_of_its_day_unless_somebody_said_another() -> None:
    set_ = Rolling(highest=4)
    set_.recorder.take_up(Slate("12", "A", 4, (("lens", "35"),)), [], is_newer=True)
    assert (str(set_.recorder.slate), set_.recorder.slate.fields) == ("12A take 5", (("lens", "35"),))
    set_.recorder.slate = Slate("13", "", 0)
    set_.recorder.take_up(Slate("12", "A", 4), [], is_newer=True)
    assert set_.recorder.slate.scene == "13"


@pytest.mark.parametrize(("is_newer", "says"), [(False, "13A take 7"), (True, "12A take 5")])
def test_the_slate_that_was_written_for_the_next_take_goes_before_the_newest_take_unless_that_is_newer(
    is_newer: bool, says: str
) -> None:
    set_ = Rolling(highest=4)
    set_.recorder.go_on(Slate("13", "A", 7))
    set_.recorder.take_up(Slate("12", "A", 4), [], is_newer=is_newer)
    assert str(set_.roll("A", 100)) == says


def test_an_empty_slate_that_was_written_stays_empty() -> None:
    set_ = Rolling(highest=4)
    set_.recorder.go_on(Slate(take=0))
    set_.recorder.take_up(Slate("12", "A", 4), [], is_newer=False)
    assert set_.recorder.slate == Slate(take=5)


def test_takes_that_no_disk_takes_are_bounded_and_counted() -> None:
    set_ = Rolling()
    for index in range(MOST_UNWRITTEN + 3):
        set_.roll("A", 10 * index)
        set_.cut("A", 10 * index + 5)

    assert len(set_.takes) == MOST_UNWRITTEN
    assert set_.recorder.lost == 3
    assert set_.takes[-1].slate.take == MOST_UNWRITTEN + 3


def test_a_picture_lies_in_the_take_that_is_open_or_has_just_ended() -> None:
    set_ = Rolling()
    assert set_.recorder.take_at("A", 100) is None
    set_.roll("A", 100)
    assert set_.recorder.take_at("A", 99) is None
    assert set_.recorder.take_at("A", 149) == set_.recorder.open["A"].take
    set_.cut("A", 150)
    assert set_.recorder.take_at("A", 149) is not None
    assert set_.recorder.take_at("A", 150) is None


def test_a_take_begun_before_any_look_was_drawn_has_the_first_one() -> None:
    draft = TakeDraft(event("A", RecordEdge.START, 5), sight(5), Slate(), (), 0)
    assert draft.take.looks == ()
    draft.wear(worn(0, 5))
    assert [change.look_id for change in draft.take.looks] == [LOOKS[0].id]


def _look(look_id: str) -> Look:
    return next(look for look in LOOKS if look.id == look_id)
