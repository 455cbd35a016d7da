"""Which picture goes where in a recording: repeats for what is missing, a new part where the signal breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.outputs.continuity import DRIFT_OVER, LONGEST_GAP_S, Continuity
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease, aligned_buffer

P25 = VideoFormat(96, 8, Rate.of(25), layout("v210"))
COUNTING = TimecodeRate(Rate.of(25))


def picture(index: int, timecode: str | int | None = None, format: VideoFormat = P25) -> Frame:
    """`timecode`: a label, or pictures since midnight."""
    counted = Timecode.parse(timecode, COUNTING) if isinstance(timecode, str) else timecode
    counted = Timecode.wrapped(counted, COUNTING) if isinstance(counted, int) else counted
    return Frame(Lease(aligned_buffer(16)), format, index, captured_ns=0, timecode=counted)


def parts(frames: list[Frame], newest: int | None = None) -> list[list[Frame]]:
    """The parts, each the pictures in their order."""
    order = Continuity()
    written: list[list[Frame]] = []
    for one in frames:
        for placed in order.place(one):
            if placed.because is not None:
                written.append([])
            written[-1].append(placed.frame)
    written[-1] += [placed.frame for placed in order.finish(newest)]
    return written


def indices(written: list[list[Frame]]) -> list[list[int]]:
    return [[one.index for one in part] for part in written]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 24 * 3600 * 25 - 1))
def test_picture_n_is_the_sources_picture_and_its_timecode_is_true(steps: list[int], start: int) -> None:
    """Also over midnight."""
    index = 7
    frames = [picture(index, start)]
    for step in steps:
        index += step
        frames.append(picture(index, start + index - 7))
    (part,) = parts(frames)
    assert [one.index for one in part] == list(range(7, index + 1))
    first = part[0].timecode
    assert first is not None
    assert [one.timecode for one in part] == [first + number for number in range(len(part))]
    given_ = {one.index: one for one in frames}
    held = frames[0]
    for one in part:
        held = given_.get(one.index, held)
        assert one.pixels is held.pixels
        assert one.audio is None


@pytest.mark.parametrize(("missing", "count"), [(LONGEST_GAP_S * 25, 1), (LONGEST_GAP_S * 25 + 1, 2)])
def test_what_is_missing_for_too_long_begins_a_new_part(missing, count) -> None:
    written = parts([picture(0), picture(1 + missing)])
    assert len(written) == count
    order = Continuity()
    told = [placed for one in (picture(0), picture(252)) for placed in order.place(one)]
    assert told[-1].because == "10.0 s of pictures are missing"
    assert told[-1].missing == 251


def test_a_change_of_format_and_a_source_that_counts_anew_begin_new_parts() -> None:
    large = replace(P25, width=192)
    frames = [picture(0), picture(1), picture(2, format=large), picture(9, format=large), picture(0, format=large)]
    assert indices(parts(frames)) == [[0, 1], [2, 3, 4, 5, 6, 7, 8, 9], [0]]


def test_a_timecode_that_jumps_begins_a_new_part_with_the_first_picture_that_has_it() -> None:
    labels = ["10:00:00:00", "10:00:00:01", "11:30:00:00", "11:30:00:01", "11:30:00:02"]
    order = Continuity()
    placed = [one for index, label in enumerate(labels) for one in order.place(picture(index, label))]
    assert [(one.frame.index, one.because) for one in placed] == [
        (0, ""),
        (1, None),
        (2, "the timecode jumps from 10:00:00:01 to 11:30:00:00"),
        (3, None),
        (4, None),
    ]


def test_a_misread_label_is_no_jump() -> None:
    frames = [picture(index, 99 if index in (3, 7) else 1000 + index) for index in range(9)]
    assert indices(parts(frames)) == [list(range(9))]
    last = [*frames[:3], picture(3, 5)]
    assert indices(parts(last)) == [[0, 1, 2, 3]]


def test_a_timecode_that_stands_still_is_no_jump_and_where_it_runs_again_a_part_begins() -> None:
    """Record run: it counts only while the camera rolls."""
    standing = [picture(index, 5000) for index in range(100)]
    rolling = [picture(100 + index, 5001 + index) for index in range(50)]
    assert indices(parts([*standing, *rolling])) == [list(range(99)), list(range(99, 150))]


def test_a_timecode_that_is_a_clock_may_be_off_by_a_picture_or_two() -> None:
    frames = [picture(index, 1000 + index + index % 3 - 1) for index in range(50)]
    assert indices(parts(frames)) == [list(range(50))]


@pytest.mark.parametrize("slip", [1 / 1000, -1 / 1000, 1 / 20_000])
def test_a_timecode_that_drifts_slowly_is_followed(slip) -> None:
    """Labels that keep to the time of day, a clock that is not the camera's; each label a little late or early."""
    order = Continuity()
    begun = 0
    for index in range(10_000):
        label = 90_000 + index + int(index * slip) + index % 3 - 1
        begun += sum(placed.because is not None for placed in order.place(picture(index, label)))
    assert begun == 1
    assert order.drift == pytest.approx(10_000 * slip, abs=2)
    jumped = [picture(index, 500 + index) for index in range(10_000, 10_003)]
    assert sum(placed.because is not None for one in jumped for placed in order.place(one)) == 1
    assert order.drift == 0


def test_a_timecode_that_drifts_fast_is_not_the_camera_s(monkeypatch) -> None:
    assert DRIFT_OVER > 100
    frames = [picture(index, 1000 + index + index // 50) for index in range(400)]
    assert len(parts(frames)) > 1


def test_a_file_that_begins_again_and_again_is_no_jump() -> None:
    order = Continuity(loops=True)
    placed = [one for index in range(50) for one in order.place(picture(index, 1000 + index % 10))]
    assert [one.because for one in placed] == ["", *[None] * 49]
    assert order.drift == 0


def test_a_timecode_that_comes_later_begins_a_part_and_one_that_goes_does_not() -> None:
    later = [picture(index, None if index < 3 else 1000 + index) for index in range(6)]
    assert indices(parts(later)) == [[0, 1, 2], [3, 4, 5]]
    gone = [picture(index, None if index >= 3 else 1000 + index) for index in range(6)]
    assert indices(parts(gone)) == [list(range(6))]


def test_gaps_around_a_doubtful_picture_are_filled_too() -> None:
    frames = [picture(0, 1000), picture(4, 77), picture(6, 1006)]
    assert indices(parts(frames)) == [list(range(7))]
    frames = [picture(0, 1000), picture(4, 77), picture(6, 79)]
    assert indices(parts(frames)) == [[0], [4, 5, 6]]


def test_what_was_lost_at_the_end_is_filled() -> None:
    assert indices(parts([picture(0), picture(1)], newest=5)) == [list(range(6))]
    assert indices(parts([picture(0), picture(1)], newest=1)) == [[0, 1]]
    assert indices(parts([picture(0), picture(1)], newest=5000)) == [[0, 1]]
    assert indices(parts([picture(5), picture(0)], newest=0)) == [[5], [0]]
