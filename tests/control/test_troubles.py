"""The list of what somebody should look at: made from events, with beginnings, ends and what was seen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from livegrade.color.look import Look
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.state import Trees
from livegrade.control.troubles import ADVICE, MOST
from livegrade.errors import UsageError
from livegrade.session.alarms import AlarmEdge, AlarmEvent, AlarmKind
from livegrade.session.events import EVENTS_KEPT, Event, Link
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.ndi import LATE

SECOND = 1_000_000_000


@pytest.fixture
def stand(bench):
    at = bench(Look())
    desk = Desk(at.session)
    trees = Trees(desk)
    yield at, desk, lambda: trees.build()["alarms"]
    desk.close()
    at.close()


def alarm(at_ns: int, kind: AlarmKind, edge: AlarmEdge, what: str, timecode: Timecode | None = None) -> AlarmEvent:
    return AlarmEvent(at_ns, "A", kind, edge, 7, timecode, what)


def test_every_kind_of_alarm_says_what_to_do() -> None:
    assert ADVICE.keys() == set(AlarmKind)


def test_an_alarm_begins_and_ends_and_moments_do_not_last(stand) -> None:
    at, _, alarms = stand
    log = at.session.events
    began = Timecode.parse("10:00:00:00", TimecodeRate(Rate.of(25)))
    log.add_alarm(alarm(SECOND, AlarmKind.DEVICE_LOOK, AlarmEdge.BEGIN, "device one has it not", began))
    log.add_alarm(alarm(SECOND, AlarmKind.DEVICE_LOOK, AlarmEdge.BEGIN, "device two has it not"))
    log.add_alarm(alarm(2 * SECOND, AlarmKind.TIMECODE, AlarmEdge.MOMENT, "it jumps"))
    now = alarms()
    assert (now["lasting"], now["unseen"]) == (2, 3)
    first = now["entries"]["1"]
    assert (first["subject"], first["what"], first["timecode"]) == ("slot A", "device one has it not", "10:00:00:00")
    assert first["at"] == (log.epoch_ns + SECOND) // 1_000_000
    log.add_alarm(alarm(9 * SECOND, AlarmKind.DEVICE_LOOK, AlarmEdge.END, "device one has it not", began + 200))
    entries = alarms()["entries"]
    assert [entry["lasts"] for entry in entries.values()] == [False, True, False]
    assert entries["1"]["ended_at"] - entries["1"]["at"] == 8000
    assert entries["1"]["ended_timecode"] == "10:00:08:00"
    assert entries["3"]["ended_at"] is None


def test_troubles_of_states_are_in_the_list_once(stand) -> None:
    at, _, alarms = stand
    log = at.session.events
    log.add(Event(0, "slot A", Link.LOST, "the cable is out"))  # an alarm says that
    log.add(Event(0, "null:,slot=A", Link.FAULTED, "it broke"))
    log.add(Event(0, "device village", Link.LOST, "no answer"))
    log.add_change(Event(1, "device village", Link.LOST, "no answer for 4 s"))
    log.add_change(Event(1, "null:,slot=A", Link.FAULTED, "it broke (3 times)"))
    entries = alarms()["entries"]
    assert [(entry["subject"], entry["what"], entry["times"]) for entry in entries.values()] == [
        ("null:,slot=A", "it broke (3 times)", 2),
        ("device village", "no answer for 4 s", 2),
    ]
    assert "power" in entries["3"]["advice"]
    log.add(Event(SECOND, "device village", Link.RUNNING, "connected"))
    assert alarms()["entries"]["3"]["lasts"] is False
    log.add(Event(SECOND, "/takes/day1.mov", Link.FAULTED, "the disk is full"))
    log.add(Event(SECOND, "device box 1.2", Link.LOST, "no answer"))
    (recording,) = (entry for entry in alarms()["entries"].values() if entry["subject"] == "/takes/day1.mov")
    assert "add the output again" in recording["advice"]
    at.session.outputs = []
    now = alarms()
    lasting = {entry["subject"] for entry in now["entries"].values() if entry["lasts"]}
    assert (now["lasting"], lasting) == (1, {"device box 1.2"})


def test_what_was_seen_counts_no_more_and_stays(stand) -> None:
    at, desk, alarms = stand
    log = at.session.events
    for number in range(3):
        log.add_alarm(alarm(100 * number * SECOND, AlarmKind.TIMECODE, AlarmEdge.MOMENT, f"jump {number}"))
    desk.carry_out(c.SeeAlarms(number=2))
    assert alarms()["unseen"] == 2
    desk.carry_out(c.SeeAlarms())
    now = alarms()
    assert (now["unseen"], len(now["entries"])) == (0, 3)
    log.add_alarm(alarm(9, AlarmKind.TIMECODE, AlarmEdge.MOMENT, "another"))
    assert alarms()["unseen"] == 1
    with pytest.raises(UsageError, match="there is no event 5, only 4"):
        desk.carry_out(c.SeeAlarms(number=5))


def test_the_list_is_bounded_and_what_lasts_stays(stand) -> None:
    at, _, alarms = stand
    log = at.session.events
    log.add_alarm(alarm(0, AlarmKind.FREEZE, AlarmEdge.BEGIN, "it stands"))
    for number in range(2 * MOST):
        log.add_alarm(alarm(100 * number * SECOND, AlarmKind.TIMECODE, AlarmEdge.MOMENT, "it jumps"))
    entries = alarms()["entries"]
    assert len(entries) == MOST
    assert entries["1"]["lasts"]


def test_what_comes_again_and_again_is_one_entry_until_somebody_has_seen_it(stand) -> None:
    at, desk, alarms = stand
    log = at.session.events
    for second in range(30):
        log.add_alarm(alarm(second * SECOND, AlarmKind.TIMECODE, AlarmEdge.MOMENT, f"jump {second}"))
    log.add_alarm(alarm(30 * SECOND, AlarmKind.FORMAT, AlarmEdge.MOMENT, "another size"))
    first, second = alarms()["entries"].values()
    assert (first["what"], first["times"], first["lasts"]) == ("jump 0", 30, False)
    assert first["ended_at"] - first["at"] == 29_000
    assert (second["what"], second["times"], second["ended_at"]) == ("another size", 1, None)
    desk.carry_out(c.SeeAlarms())
    log.add_alarm(alarm(31 * SECOND, AlarmKind.TIMECODE, AlarmEdge.MOMENT, "jump 31"))
    assert [entry["times"] for entry in alarms()["entries"].values()] == [30, 1, 1]


def test_what_comes_with_every_picture_is_one_entry_whose_count_moves_once_a_second(stand, monkeypatch) -> None:
    at, desk, alarms = stand
    log, now = at.session.events, [SECOND]
    monkeypatch.setattr(at.session, "clock", SimpleNamespace(now_ns=lambda: now[0]))
    labels = [Timecode.parse("10:00:00:00", TimecodeRate(Rate.of(25))) + 3 * index for index in range(52)]

    def jumps(indices: range) -> dict[str, object]:
        for index in indices:
            log.add_alarm(alarm(index * SECOND // 25, AlarmKind.TIMECODE, AlarmEdge.MOMENT, "it jumps", labels[index]))
        (entry,) = alarms()["entries"].values()
        return entry

    assert jumps(range(3))["times"] == 3
    entry = jumps(range(3, 20))
    assert (entry["times"], entry["lasts"], entry["timecode"]) == (20, True, str(labels[0]))
    assert entry["what"] == f"the timecode breaks again and again, so far until {labels[19]}"
    assert jumps(range(20, 30))["times"] == 20
    desk.carry_out(c.SeeAlarms())
    now[0] += SECOND
    entry = jumps(range(30, 51))
    assert (entry["times"], entry["seen"]) == (51, True)
    jumps(range(51, 52))
    log.settle(20 * SECOND)
    (entry,) = alarms()["entries"].values()
    assert (entry["times"], entry["lasts"], entry["ended_timecode"]) == (52, False, str(labels[51]))
    assert entry["what"] == "the timecode breaks again and again"


def test_an_output_that_comes_and_goes_is_one_entry(stand) -> None:
    at, _, alarms = stand
    log = at.session.events
    log.add_change(Event(0, "null:,slot=A", Link.LOST, "it is late"))
    for second in (2, 4, 6):
        log.add_change(Event((second - 1) * SECOND, "null:,slot=A", Link.RUNNING, "running"))
        log.add_change(Event(second * SECOND, "null:,slot=A", Link.LOST, "it is late (3 times)"))
    (entry,) = alarms()["entries"].values()
    assert (entry["what"], entry["times"], entry["lasts"], entry["ended_at"]) == ("it is late", 4, True, None)
    log.add_change(Event(8 * SECOND, "null:,slot=A", Link.RUNNING, "running"))
    (entry,) = alarms()["entries"].values()
    assert (entry["lasts"], entry["ended_at"] - entry["at"]) == (False, 8000)
    log.add_change(Event(100 * SECOND, "null:,slot=A", Link.LOST, "it is late"))
    assert len(alarms()["entries"]) == 2


def test_a_failure_of_a_face_is_a_moment_and_ends_nothing_else(stand) -> None:
    at, desk, alarms = stand
    desk.tell(Link.FAULTED, "its state cannot be told")
    desk.tell(Link.FAULTED, "what waited for a disk was not carried out", is_moment=True)
    desk.tell(Link.FAULTED, "what waited for a disk was not carried out", is_moment=True)
    at.session.events.settle(None)
    desk.tell(Link.FAULTED, "the hand-off ended", "hand-off", is_moment=True)
    desk.tell(Link.RUNNING, "10.0.0.9 speaks and is not heard", "OSC", is_moment=True)
    at.session.slots[0]._signal.tell("the source did not close")
    entries = alarms()["entries"]
    assert [(entry["subject"], entry["lasts"], entry["times"]) for entry in entries.values()] == [
        ("API", True, 1),
        ("API", False, 2),
        ("hand-off", False, 1),
    ]
    desk.tell(Link.RUNNING, "its state is told again")
    assert not any(entry["lasts"] for entry in alarms()["entries"].values())
    desk.tell(Link.FAULTED, "a palette is gone", "window of slot A, false-color:stops")
    (window,) = (entry for entry in alarms()["entries"].values() if entry["lasts"])
    assert "window" in window["advice"]


def test_the_list_is_right_however_much_was_told_while_nobody_built_it(stand) -> None:
    at, _, alarms = stand
    log = at.session.events
    log.add_alarm(alarm(0, AlarmKind.FREEZE, AlarmEdge.BEGIN, "it stands"))
    log.add_alarm(alarm(0, AlarmKind.BLACK, AlarmEdge.BEGIN, "it is black"))
    log.add(Event(0, "meters", Link.FAULTED, "no meter"))
    assert alarms()["lasting"] == 3
    log.add_alarm(alarm(SECOND, AlarmKind.FREEZE, AlarmEdge.END, "it stands"))
    log.add_alarm(alarm(SECOND, AlarmKind.BLACK, AlarmEdge.END, "it is black"))
    log.add_alarm(alarm(2 * SECOND, AlarmKind.BLACK, AlarmEdge.BEGIN, "it is black"))
    log.add(Event(SECOND, "meters", Link.RUNNING, "they are read again"))
    log.add(Event(SECOND, "device box", Link.LOST, "no answer"))
    log.add(Event(3 * SECOND, "slot A", Link.LOST, "the cable is out"))  # an alarm says that
    for number in range(EVENTS_KEPT):
        log.add_alarm(alarm(number * SECOND, AlarmKind.TIMECODE, AlarmEdge.MOMENT, "it jumps"))
    now = alarms()
    lasting = {number: (one["what"], one["at"]) for number, one in now["entries"].items() if one["lasts"]}
    began = log.epoch_ns // 1_000_000
    assert (now["lasting"], lasting) == (2, {"6": ("it is black", began + 2000), "8": ("no answer", began + 1000)})
    assert [now["entries"][number]["ended_at"] for number in ("1", "2")] == [None, None]
    log.add_alarm(alarm(9 * SECOND, AlarmKind.BLACK, AlarmEdge.END, "it is black"))
    log.add(Event(9 * SECOND, "device box", Link.RUNNING, "connected"))
    assert alarms()["lasting"] == 0


def test_a_machine_that_is_too_slow_is_one_trouble_and_late_outputs_say_that_it_may_be_it(stand) -> None:
    at, _, alarms = stand
    log = at.session.events
    log.add(Event(0, "machine", Link.FAULTED, "this machine is too slow: engine 140 %"))
    log.add(Event(9 * SECOND, "machine", Link.RUNNING, "this machine keeps up again"))
    log.add(Event(30 * SECOND, "machine", Link.FAULTED, "this machine is too slow: engine 120 %"))
    log.add(Event(30 * SECOND, "null:,slot=A", Link.LOST, LATE))
    machine, output = alarms()["entries"].values()
    assert (machine["subject"], machine["times"], machine["lasts"]) == ("machine", 2, True)
    assert "120 %" in machine["what"]
    log.add(Event(31 * SECOND, "machine", Link.FAULTED, "this machine is too slow: all 2 outputs are late"))
    renewed = alarms()["entries"]["1"]
    assert ("all 2 outputs" in renewed["what"], renewed["times"], renewed["at"]) == (True, 2, machine["at"])
    assert "Fewer outputs" in machine["advice"]
    assert "This machine may have too much to do" in output["advice"]


def test_what_was_seen_and_goes_on_is_seen_in_the_session_that_follows_a_crash(stand, bench) -> None:
    at, desk, alarms = stand
    log = at.session.events
    log.add_alarm(alarm(0, AlarmKind.FREEZE, AlarmEdge.BEGIN, "it stands"))
    log.add_alarm(alarm(0, AlarmKind.DEVICE_LOOK, AlarmEdge.BEGIN, "device one has it not"))
    log.add(Event(0, "device village", Link.LOST, "no answer"))
    log.add(Event(0, "device deck", Link.LOST, "no answer"))
    log.add(Event(0, "meters", Link.FAULTED, "no meter"))
    desk.carry_out(c.SeeAlarms())
    log.add_alarm(alarm(0, AlarmKind.CLIP, AlarmEdge.BEGIN, "it clips"))
    log.add(Event(1, "meters", Link.RUNNING, "they are read again"))
    desk.changed.clear()
    assert alarms()["unseen"] == 1
    assert desk.changed.is_set()
    assert len(desk.seen_on) == 4  # neither what ended nor what nobody has seen
    another = bench(Look())
    second = Desk(another.session, seen_on=desk.seen_on)
    trees, log = Trees(second), another.session.events
    assert trees.build()["alarms"]["entries"] == {}
    assert second.seen_on == desk.seen_on  # it may be cut off at once

    def seen() -> list[bool]:
        return [entry["seen"] for entry in trees.build()["alarms"]["entries"].values()]

    log.add_alarm(alarm(SECOND, AlarmKind.FREEZE, AlarmEdge.BEGIN, "it stands"))
    log.add_alarm(alarm(SECOND, AlarmKind.DEVICE_LOOK, AlarmEdge.BEGIN, "device two has it not"))
    log.add(Event(8 * SECOND, "device village", Link.LOST, "no answer at all"))
    log.add(Event(9 * SECOND, "device deck", Link.RUNNING, "connected"))
    log.add(Event(12 * SECOND, "device deck", Link.LOST, "no answer"))
    assert seen() == [True, False, True, False]
    log.add_alarm(alarm(20 * SECOND, AlarmKind.FREEZE, AlarmEdge.END, "it stands"))
    log.add_alarm(alarm(30 * SECOND, AlarmKind.FREEZE, AlarmEdge.BEGIN, "it stands"))
    log.add_alarm(alarm(70 * SECOND, AlarmKind.DEVICE_LOOK, AlarmEdge.BEGIN, "device one has it not"))
    assert seen() == [True, False, True, False, False, False]
    another.clock.advance(61 * SECOND)
    trees.build()
    assert second.seen_on == {("device village", "lost", "")}
    second.close()
    another.close()


def test_one_port_of_midi_that_comes_does_not_end_the_trouble_of_another(stand) -> None:
    _, desk, alarms = stand
    desk.tell(Link.LOST, "X-TOUCH:one is gone", "MIDI X-TOUCH:one")
    desk.tell(Link.RUNNING, "nanoKONTROL is there", "MIDI nanoKONTROL")
    (gone,) = alarms()["entries"].values()
    assert (gone["subject"], gone["lasts"]) == ("MIDI X-TOUCH:one", True)
    assert "cable" in gone["advice"]
    desk.tell(Link.RUNNING, "X-TOUCH:one is there", "MIDI X-TOUCH:one")
    assert alarms()["lasting"] == 0


@pytest.mark.parametrize("subject", ["device village", "look shelf"])
def test_a_trouble_that_turns_into_another_and_back_is_one_at_a_time(stand, subject) -> None:
    at, _, alarms = stand
    log = at.session.events
    log.add(Event(0, subject, Link.LOST, "no answer"))
    log.add(Event(SECOND, subject, Link.FAULTED, "wrong password"))
    log.add(Event(2 * SECOND, subject, Link.LOST, "no answer"))
    log.settle(20 * SECOND)
    now = alarms()
    assert now["lasting"] == 1
    assert [(one["what"], one["lasts"]) for one in now["entries"].values()] == [
        ("no answer", True),
        ("wrong password", False),
    ]
    log.add(Event(30 * SECOND, subject, Link.RUNNING, "it is there again"))
    assert alarms()["lasting"] == 0
