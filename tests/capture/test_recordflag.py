"""The record flag in its forms gives a start and an end with the right picture; noise gives nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.recordflag import (
    AUTO,
    SILENT,
    Change,
    PacketByte,
    RecordFlag,
    RunningTimecode,
    SenderSays,
    TimecodeTrigger,
    UserBits,
)
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from livegrade.capture.recordflag import Rule

BLANK = Frame(BufferPool(32).lease(), VideoFormat(8, 2, Rate.of(25), layout("uyvy")), 0, 0)
FIRST = 1000
"""Index of the first picture: what is told must not be a count of our own."""
EMBEDDED, TRIGGERED = TimecodeFlag.TRIGGER_EMBEDDED, TimecodeFlag.TRIGGERED


def by_sender(rolls: bool | None) -> Frame:
    return replace(BLANK, metadata=Metadata(recording=rolls))


def by_flag(rolls: bool | None) -> Frame:
    flags = None if rolls is None else EMBEDDED | (TRIGGERED if rolls else EMBEDDED) | TimecodeFlag.DROP_FRAME
    return replace(BLANK, metadata=Metadata(timecode_flags=flags))


def by_bits(rolls: bool | None) -> Frame:
    return replace(BLANK, metadata=Metadata(user_bits=None if rolls is None else 0xA5A5A52A | rolls << 6))


def by_packet(rolls: bool | None) -> Frame:
    other = AncillaryPacket(0x51, 0x0C, b"\xff"), AncillaryPacket(0x51, 0x0D, b"\xff\xff\xff\xff")
    ours = () if rolls is None else (AncillaryPacket(0x51, 0x0C, bytes((1, 2, 3, 0x80 * rolls | 5))),)
    return replace(BLANK, ancillary=(*other, *ours))


FORMS = {
    "sender": (SenderSays(), by_sender),
    "flag": (TimecodeTrigger(), by_flag),
    "bits": (UserBits(0x40, 0x40), by_bits),
    "packet": (PacketByte(0x51, 0x0C, 3, 0x81, 0x81), by_packet),
}


def followed(flag: RecordFlag, frames: Iterable[Frame]) -> tuple[list[tuple[int, Change]], list[bool | None]]:
    """What was told and with which picture, and the state after each."""
    told, states = [], []
    for number, frame in enumerate(frames):
        change = flag.see(replace(frame, index=FIRST + number, captured_ns=FIRST + number))
        told += [(number, change)] if change is not None else []
        states.append(flag.recording)
    return told, states


def edges(told: list[tuple[int, Change]]) -> list[tuple[int, bool, int, bool]]:
    """For each change: the picture that brought it, what it is, the picture it began with, exactly or not."""
    return [(number, change.recording, change.index - FIRST, change.exact) for number, change in told]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_the_flag_gives_start_and_end_at_its_picture(form: str) -> None:
    rule, frame = FORMS[form]
    told, states = followed(RecordFlag([rule]), map(frame, [False] * 5 + [True] * 7 + [False] * 4))
    assert edges(told) == [(6, True, 5, True), (13, False, 12, True)]
    assert [change.rule for _, change in told] == [str(rule)] * 2
    assert [change.captured_ns for _, change in told] == [FIRST + 5, FIRST + 12]
    assert states == [None] + [False] * 5 + [True] * 7 + [False] * 3


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rolls", [False, True])
def test_noise_of_one_picture_gives_nothing(form: str, rolls: bool) -> None:
    rule, frame = FORMS[form]
    pattern = [rolls] * 4 + [not rolls] + [rolls] * 3 + [not rolls, rolls] * 3
    told, states = followed(RecordFlag([rule]), map(frame, pattern))
    assert edges(told) == ([(1, True, 0, False)] if rolls else [])
    assert set(states[1:]) == {rolls}


def test_who_comes_late_is_told_that_it_was_recording() -> None:
    told, _ = followed(RecordFlag(), map(by_flag, [True] * 3 + [False] * 3))
    assert edges(told) == [(1, True, 0, False), (4, False, 3, True)]


@pytest.mark.parametrize("missing", [1, 3, SILENT - 1])
def test_a_flag_that_is_lost_for_a_while_does_not_cut_a_take(missing: int) -> None:
    gap: list[bool | None] = [None] * missing
    told, states = followed(RecordFlag(), map(by_flag, [False] * 2 + [True] * 4 + gap + [True] * 3 + [False] * 2))
    assert edges(told) == [(3, True, 2, True), (len(states) - 1, False, len(states) - 2, True)]


def test_a_flag_that_falls_silent_ends_the_take_where_it_did() -> None:
    told, states = followed(RecordFlag(), map(by_flag, [False] * 2 + [True] * 4 + [None] * (SILENT + 2)))
    assert edges(told) == [(3, True, 2, True), (5 + SILENT, False, 6, False)]
    assert (told[1][1].rule, states[-1]) == ("silent", None)


def test_a_flag_sent_with_every_other_picture_counts() -> None:
    pattern = [value for rolls in [False] * 3 + [True] * 4 + [False] * 2 for value in (rolls, None)]
    told, _ = followed(RecordFlag(), map(by_flag, pattern))
    assert edges(told) == [(8, True, 6, False), (16, False, 14, False)]


def test_a_change_while_pictures_were_lost_is_not_exact() -> None:
    flag = RecordFlag()
    indices = [0, 1, 2, 5, 6, 7, 8]
    rolls = [False, False, False, True, True, False, False]
    changes = [flag.see(replace(by_flag(one), index=index)) for index, one in zip(indices, rolls, strict=True)]
    told = [(change.recording, change.index, change.exact) for change in changes if change is not None]
    assert told == [(True, 5, False), (False, 7, True)]


def test_a_timecode_without_trigger_says_nothing() -> None:
    frame = replace(BLANK, metadata=Metadata(timecode_flags=TimecodeFlag.COLOR_FRAME, user_bits=0xFFFFFFFF))
    assert followed(RecordFlag(), [frame] * 5) == ([], [None] * 5)
    assert followed(RecordFlag([]), map(by_flag, [False, False, True, True])) == ([], [None] * 4)


def test_the_first_rule_with_a_word_decides() -> None:
    flagged = by_flag(True)
    both = replace(flagged, metadata=replace(flagged.metadata, recording=False))
    assert followed(RecordFlag(AUTO), [both] * 3)[1] == [None, False, False]
    told, _ = followed(RecordFlag([UserBits(1, 1), TimecodeTrigger()]), map(by_flag, [False] * 2 + [True] * 2))
    assert [change.rule for _, change in told] == ["flag"]


def counted(frames: Iterable[int], rate: TimecodeRate) -> list[Frame]:
    return [replace(BLANK, timecode=Timecode(90000 + number, rate)) for number in frames]


@pytest.mark.parametrize(
    ("rate", "step", "end"),
    [
        (TimecodeRate.sdi(Rate.of(25)), 1, 11),
        (TimecodeRate.sdi(Rate.of(50)), 1, 12),  # two share a label: told to the label
        (TimecodeRate.sdi(Rate.of(50)), 2, 12),  # without field marks
    ],
)
def test_a_timecode_that_runs_only_in_takes_is_a_flag(rate: TimecodeRate, step: int, end: int) -> None:
    """Stands for 5 pictures, runs from the 6th through the 11th, stands again."""
    moves = [n // step * step for n in range(7)]
    told, _ = followed(RecordFlag([RunningTimecode()]), counted([0] * 4 + moves + [moves[-1]] * 6, rate))
    assert [(change.recording, change.index - FIRST) for _, change in told] == [(True, 4 + step), (False, end)]


def test_no_timecode_is_no_standing_timecode() -> None:
    rate = TimecodeRate.sdi(Rate.of(25))
    frames = counted([0, 0, 0, 1, 2, 3], rate) + [BLANK] * 3 + counted([7, 8, 9, 9, 9], rate)
    told, _ = followed(RecordFlag([RunningTimecode()]), frames)
    assert edges(told) == [(4, True, 3, True), (13, False, 12, True)]


def model(pattern: list[bool], hold: int) -> list[tuple[bool, int]]:
    """By definition: a run of `hold` that says other than the state changes it, with the run's first picture."""
    state: bool | None = None
    found = []
    for last in range(len(pattern)):
        first = last - hold + 1
        run = pattern[max(0, first) : last + 1]
        if len(run) == hold and len(set(run)) == 1 and run[0] is not state:
            if run[0] or state:
                found.append((run[0], first))
            state = run[0]
    return found


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 5), st.sampled_from(sorted(FORMS)))
def test_starts_and_ends_alternate_and_stand_where_the_flag_turned(pattern: list[bool], hold: int, form: str) -> None:
    rule: Rule
    frame: Callable[[bool | None], Frame]
    rule, frame = FORMS[form]
    told, states = followed(RecordFlag([rule], hold), map(frame, pattern))
    found = [(change.recording, change.index - FIRST) for _, change in told]
    assert found == model(pattern, hold)
    assert [rolls for rolls, _ in found] == [number % 2 == 0 for number in range(len(found))]
    for number, change in told:
        assert number - (change.index - FIRST) == hold - 1
        assert change.exact == (change.index > FIRST)
        assert states[number] is change.recording
