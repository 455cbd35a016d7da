"""Alarms: raised after their time, over with the first good picture, each at its own picture; limits and areas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livegrade.color.camera import camera
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeData, ScopeRequest, Tap, measure
from livegrade.session.alarming import STRIDE, SlotAlarms
from livegrade.session.alarms import RULES, AlarmEdge, AlarmEvent, AlarmKind, AlarmRule, Condition, Moment
from livegrade.session.events import EventLog, Link, RecordEdge, RecordEvent, State
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease, aligned_buffer

RATE = Rate.of(25)
FORMAT = VideoFormat(96, 54, RATE, layout("v210"))
PERIOD = RATE.period_ns
TEN = Timecode.parse("10:00:00:00", TimecodeRate(RATE))


def alarms_of(rules=RULES, *, used=None, is_signal=True) -> tuple[SlotAlarms, EventLog]:
    events = EventLog()
    return SlotAlarms("A", rules, events, used, is_signal=is_signal), events


def told(events: EventLog) -> list[tuple[AlarmKind, AlarmEdge, int]]:
    return [(event.kind, event.edge, event.index) for event in events.since(0)[0]]


def frame(index: int, *, timecode: Timecode | None = None, format: VideoFormat = FORMAT, noise: bool = True) -> Frame:
    data = aligned_buffer(format.geometry.size)
    data[:] = 77
    data[::STRIDE] = index % 251 if noise else 0
    return Frame(Lease(data), format, index, index * PERIOD, timecode=timecode)


def scopes_of(levels: np.ndarray, tap: Tap, index: int, format: VideoFormat = FORMAT) -> ScopeData:
    """A neutral picture whose Y' has the 10-bit codes of `levels`."""
    chroma = np.full((format.height, format.width // 2), 512)
    pixels = pack(Codes((levels, chroma, chroma), 10, True), format)
    request = ScopeRequest()
    counts = ScopeCounts.empty(request, format)
    measure(pixels, format, request, counts)
    return ScopeData(counts, format, index, None, tap)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 6))
def test_a_cause_is_told_after_its_time_and_ends_with_the_first_good_picture(faults, periods) -> None:
    rule = AlarmRule(AlarmKind.BLACK, seconds=periods / 25)
    condition = Condition(rule, "A")
    events = []
    for index, fault in enumerate(faults):
        event = condition.see(Moment(index * PERIOD, index, None), "dark" if fault else None)
        if event is not None:
            events.append((index, event.edge, event.index))
    wanted, run = [], []
    for index, fault in enumerate([*faults, False]):
        if fault:
            run.append(index)
            continue
        if len(run) > periods:
            wanted.append((run[periods], AlarmEdge.BEGIN, run[0]))
            if index < len(faults):
                wanted.append((index, AlarmEdge.END, index))
        run = []
    assert events == wanted
    assert (condition.raised is not None) == (len(wanted) % 2 == 1)


def test_black_counts_the_picture_and_not_a_corner() -> None:
    dark, light = np.full((54, 96), 64), np.full((54, 96), 64)
    dark[0, :20] = 940  # 0.39 % of the picture
    light[0, :40] = 940  # 0.77 %
    for levels, wanted in ((dark, [(AlarmKind.BLACK, AlarmEdge.BEGIN, 0)]), (light, [])):
        alarms, events = alarms_of()
        for index in range(0, 60):
            alarms.measured(scopes_of(levels, Tap.SOURCE, index), index * PERIOD)
        assert told(events) == wanted
        alarms.measured(scopes_of(np.full((54, 96), 500), Tap.SOURCE, 60), 60 * PERIOD)
        assert told(events) == ([*wanted, (AlarmKind.BLACK, AlarmEdge.END, 60)] if wanted else [])


@pytest.mark.parametrize(
    ("name", "range_", "code", "is_clipped"),
    [
        (None, Range.LEGAL, 1018, False),
        (None, Range.LEGAL, 1019, True),
        (None, Range.FULL, 1022, False),
        (None, Range.FULL, 1023, True),
        ("ALEXA", Range.LEGAL, 899, False),
        ("ALEXA", Range.LEGAL, 900, True),
    ],
)
def test_clipping_is_that_of_the_camera_where_its_maker_says_so(name, range_, code, is_clipped) -> None:
    used = None if name is None else camera(name)
    if used is not None:
        assert used.clip is not None
        assert round(64 + 876 * used.clip) == 900
    format = replace(FORMAT, range=range_)
    levels = np.full((54, 96), 500)
    levels[0, :60] = code  # 1.2 % of the picture
    alarms, events = alarms_of(used=used)
    for index in range(30):
        alarms.measured(scopes_of(levels, Tap.SOURCE, index, format), index * PERIOD)
    assert told(events) == ([(AlarmKind.CLIP, AlarmEdge.BEGIN, 0)] if is_clipped else [])
    assert len(alarms.raised) == is_clipped


def test_colours_leave_the_gamut_in_the_graded_picture_only() -> None:
    over = round(64 + 876 * 1.05)
    for tap, code, wanted in (
        (Tap.GRADED, over, []),
        (Tap.GRADED, over + 1, [(AlarmKind.GAMUT, AlarmEdge.BEGIN, 0)]),
        (Tap.SOURCE, over + 1, []),
    ):
        alarms, events = alarms_of()
        for index in range(30):
            alarms.measured(scopes_of(np.full((54, 96), code), tap, index), index * PERIOD)
        assert told(events) == wanted


def test_a_frozen_signal_is_told_and_a_moving_one_is_not() -> None:
    for noise in (True, False):
        for is_signal in (True, False):
            alarms, events = alarms_of(is_signal=is_signal)
            for index in range(60):
                alarms.see(frame(index, noise=noise))
            frozen = is_signal and not noise
            assert told(events) == ([(AlarmKind.FREEZE, AlarmEdge.BEGIN, 1)] if frozen else [])


def test_timecode_counts_on_over_lost_pictures_and_a_break_is_told_once() -> None:
    labels = {0: 0, 1: 1, 4: 4, 5: 5, 6: 20, 7: 21, 8: 21, 9: 21, 10: 22, 11: 50, 12: None, 13: 60, 14: 61}
    alarms, events = alarms_of()
    for index, label in labels.items():
        alarms.see(frame(index, timecode=None if label is None else TEN + label))
    assert told(events) == [(AlarmKind.TIMECODE, AlarmEdge.MOMENT, index) for index in (6, 8, 11)]
    event = events.since(0)[0][0]
    assert event.text == (
        "slot A alarm timecode-break: 10:00:00:05 is followed by 10:00:00:20, not by 10:00:00:06 "
        "(10:00:00:20, picture 6)"
    )


def test_a_timecode_that_jumps_with_every_picture_is_one_alarm_that_counts() -> None:
    alarms, events = alarms_of()
    for index in range(1000):
        alarms.see(frame(index, timecode=TEN + (3 * index if index <= 500 else 1000 + index)))
    moment, begin = AlarmEdge.MOMENT, AlarmEdge.BEGIN
    wanted = [(moment, 1), (moment, 2), (moment, 3), (begin, 4)]
    events.settle(500 * PERIOD + 10_000_000_000 - 1)
    assert [(edge, index) for _, edge, index in told(events)] == wanted
    (lasting,) = alarms.raised
    assert lasting.said == "the timecode breaks again and again, 497 times from 10:00:00:12 to 10:01:00:00"
    events.settle(500 * PERIOD + 10_000_000_000)
    assert [(edge, index) for _, edge, index in told(events)] == [*wanted, (AlarmEdge.END, 500)]
    assert (alarms.raised, alarms.told) == ((), 500)
    assert events.since(4)[0][0].text == (
        "slot A alarm timecode-break is over: the timecode breaks again and again, "
        "497 times from 10:00:00:12 to 10:01:00:00 (10:01:00:00, picture 500)"
    )


def test_each_take_has_the_breaks_within_it() -> None:
    alarms, events = alarms_of()
    for index in range(30):
        if index in (10, 20):
            edge = RecordEdge.START if index == 10 else RecordEdge.END
            events.add_record(RecordEvent(index * PERIOD, "A", edge, index, None, "key", True))
        alarms.see(frame(index, timecode=TEN + 3 * index))
    events.settle(None)
    counted = [(one.counted.first.index, one.counted.times) for one in events.since(0)[0] if is_counted(one)]
    assert counted == [(4, 6), (13, 7), (23, 7)]


def is_counted(event: object) -> bool:
    return isinstance(event, AlarmEvent) and event.edge is AlarmEdge.END


@given(st.lists(st.integers(0, 400), max_size=80))
@example([0, 0, 0, 0])
def test_no_break_is_lost_in_counting_and_few_are_told(steps) -> None:
    events, at_ns = EventLog(), 0
    condition = Condition(AlarmRule(AlarmKind.TIMECODE), "A")
    for index, step in enumerate(steps):
        at_ns += step * 10_000_000
        events.add_alarm(condition.happened(Moment(at_ns, index, None), "jumps"))
        singly = [one for one in events.since(0)[0] if one.edge is AlarmEdge.MOMENT]
        counted = [one.counted.times for one in (*events.since(0)[0], *events.counted()) if one.counted]
        assert len(singly) + sum(counted) == index + 1
    assert len(events.since(0)[0]) <= 4 + 2.5 * at_ns / 1e9  # three one by one and the beginning of many at once


def test_a_change_of_format_is_one_alarm_and_no_break() -> None:
    alarms, events = alarms_of()
    fifty = replace(FORMAT, rate=Rate.of(50))
    alarms.see(frame(0, timecode=TEN))
    alarms.see(frame(1, timecode=Timecode.parse("12:00:00:00", TimecodeRate(Rate.of(50))), format=fifty))
    assert told(events) == [(AlarmKind.FORMAT, AlarmEdge.MOMENT, 1)]


def test_a_lost_signal_is_told_with_its_last_picture() -> None:
    alarms, events = alarms_of()
    alarms.see(frame(7, timecode=TEN))
    for step in range(10):
        alarms.signal(State(Link.LOST, "cable out"), 8 * PERIOD + step * 100_000_000)
    alarms.signal(State(Link.RUNNING), 2_000_000_000)
    begin, end = events.since(0)[0]
    assert (begin.kind, begin.edge, begin.index, begin.timecode, begin.what) == (
        AlarmKind.LOSS,
        AlarmEdge.BEGIN,
        7,
        TEN,
        "cable out",
    )
    assert end.edge is AlarmEdge.END


def test_an_alarm_that_is_off_is_not_told() -> None:
    alarms, events = alarms_of([replace(rule, on=False) for rule in RULES])
    for index in range(60):
        alarms.see(frame(index, noise=False, timecode=TEN))
        alarms.measured(scopes_of(np.full((54, 96), 1019), Tap.SOURCE, index), index * PERIOD)
    assert told(events) == []


def test_every_channel_is_looked_at() -> None:
    for channel in (Channel.R, Channel.G, Channel.B):
        data = scopes_of(np.full((54, 96), 500), Tap.SOURCE, 0)
        row = data.counts.channels.index(channel)
        data.counts.histogram[row, 500] = 0
        data.counts.histogram[row, 1019] = 54 * 96
        alarms, events = alarms_of([replace(rule, seconds=0) for rule in RULES])
        alarms.measured(data, 0)
        (event,) = events.since(0)[0]
        assert f"100.0% of {channel.name} is at the end of the signal" in event.text
