"""Takes in a session: the record flag of a slot's source becomes events, statistics and metadata of its pictures."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from livegrade.capture.recordflag import RecordFlag
from livegrade.commands.run import _event_text
from livegrade.errors import UsageError
from livegrade.session.events import Event, EventLog, Link, RecordEdge, RecordEvent
from livegrade.session.report import as_json, status_text
from livegrade.session.takes import Takes
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.ancillary import TimecodeFlag
from livegrade.video.frame import Frame, Metadata

RATE = TimecodeRate.sdi(Rate.of(25))
CAMERA = "ndi:CAM A"


def flagged(made: Frame, index: int, rolls: bool) -> Frame:
    """As an SDI picture comes: with timecode and its flags, and no word on `recording`."""
    flags = TimecodeFlag.TRIGGER_EMBEDDED | (TimecodeFlag.TRIGGERED if rolls else TimecodeFlag(0))
    timecode = Timecode.parse("01:00:00:00", RATE) + index
    return replace(made, index=index, captured_ns=index, timecode=timecode, metadata=Metadata(timecode_flags=flags))


def test_a_take_is_told_with_its_first_picture_and_stands_in_the_statistics(stage, frame, gently) -> None:
    rolls = [False] * 5 + [True, False, True, True, True, True, False, False]
    script: list[object] = []
    source = stage.source(CAMERA, script)
    session = stage.session([CAMERA], ["null:"])
    source.script += [gently(session, flagged(frame(), 100 + number, one)) for number, one in enumerate(rolls)]
    session.start()
    session.slots[0].join()
    session.stop()
    takes = [event for event in session.events.since(0)[0] if isinstance(event, RecordEvent)]
    assert [(event.slot, event.edge, event.index, str(event.timecode)) for event in takes] == [
        ("A", RecordEdge.START, 107, "01:00:04:07"),
        ("A", RecordEdge.END, 111, "01:00:04:11"),
    ]
    slot = json.loads(as_json(session.stats()))["slots"][0]
    assert slot["recording"] is False
    assert slot["takes"][0] == {
        "edge": "start", "index": 107, "timecode": "01:00:04:07", "rule": "flag", "exact": True,
    }  # fmt: skip
    assert session.slots[0].last[0].metadata.recording is False


def test_a_slot_reads_the_rule_of_its_address(stage, until) -> None:
    """The timecode of a pattern runs: that rule sees a camera that was recording already."""
    session = stage.session(["pattern:bars@96x64p50,record=running"], ["null:"])
    session.start()
    until(lambda: session.slots[0].takes.recording is True)
    (event,) = session.slots[0].takes.found
    assert (event.edge, event.exact, event.rule) == (RecordEdge.START, False, "running")
    assert ", recording" in status_text(session.stats())
    with pytest.raises(UsageError, match=r"'pattern:bars,record=on': record=on is not known; it takes auto"):
        stage.session(["pattern:bars,record=on"], [])


def test_pictures_carry_the_state_without_the_noise(frame) -> None:
    rolls = [False] * 3 + [True, False, True, True, True, False, False]
    takes = Takes("A", RecordFlag(), EventLog())
    seen = [takes.see(flagged(frame(), number, one)) for number, one in enumerate(rolls)]
    assert [one.metadata.recording for one in seen] == [None] + [False] * 5 + [True] * 3 + [False]
    assert [one.index for one in seen] == list(range(10))
    assert [event.at_ns for event in takes.found] == [5, 8]


def test_a_word_of_the_sender_goes_before_and_noise_is_taken_out(frame) -> None:
    takes = Takes("B", RecordFlag(), events := EventLog())
    frames = [replace(frame(index), metadata=Metadata(recording=index != 2)) for index in range(4)]
    assert [takes.see(one).metadata.recording for one in frames] == [None, True, True, True]
    assert takes.see(frames[3]) is frames[3]
    (event,) = events.since(0)[0]
    assert _event_text(event) == "slot B records, its beginning was not seen: picture 0 (sender)"


@pytest.mark.parametrize(
    ("edge", "exact", "says"),
    [
        (RecordEdge.START, True, "slot A records: 01:00:00:00, picture 9 (flag)"),
        (RecordEdge.END, True, "slot A stopped recording: 01:00:00:00, picture 9 (flag)"),
        (RecordEdge.END, False, "slot A stopped recording, its end was not seen: 01:00:00:00, picture 9 (flag)"),
    ],
)
def test_a_take_in_words(edge: RecordEdge, exact: bool, says: str) -> None:
    assert RecordEvent(0, "A", edge, 9, Timecode.parse("01:00:00:00", RATE), "flag", exact).text == says


def test_a_camera_that_fell_silent_in_words() -> None:
    event = RecordEvent(0, "A", RecordEdge.END, 9, None, "silent", False)
    assert event.text == "slot A does not say any more whether it records: picture 9 (silent)"


def test_takes_are_never_counted_together() -> None:
    events = EventLog()
    take = RecordEvent(0, "A", RecordEdge.START, 9, None, "flag", True)
    events.add_record(take)
    events.add(Event(1, "slot A", Link.RUNNING, "signal is x"))
    events.add_record(take)
    assert [type(event) for event in events.since(0)[0]] == [RecordEvent, Event, RecordEvent]
    assert events.since(2) == ((take,), 3)
