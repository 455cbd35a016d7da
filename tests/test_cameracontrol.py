"""The codec of SDI camera control: vectors of its rules, round trips, everything cut short, garbage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.cameracontrol import (
    ALL_CAMERAS,
    OFFSET,
    BrokenOff,
    Change,
    Kind,
    OtherCommand,
    read_messages,
    write_messages,
)

BYTE = st.integers(0, 255)
INTEGERS = {Kind.INT8: 8, Kind.INT16: 16, Kind.INT32: 32, Kind.INT64: 64}
VALUES = st.one_of(
    *(
        st.tuples(st.just(kind), st.lists(st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1), max_size=6).map(tuple))
        for kind, bits in INTEGERS.items()
    ),
    st.tuples(st.just(Kind.FLAG), st.lists(st.booleans(), max_size=4).map(tuple)),
    st.tuples(
        st.just(Kind.FIXED16), st.lists(st.integers(-32768, 32767).map(lambda n: n / 2048), max_size=6).map(tuple)
    ),
    st.tuples(st.just(Kind.TEXT), st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=40)),
    st.tuples(st.integers(6, 127), st.binary(max_size=40)),
)
CHANGES = st.builds(
    lambda camera, category, parameter, pair, operation: Change(camera, category, parameter, *pair, operation),
    BYTE,
    BYTE,
    BYTE,
    VALUES,
    BYTE,
)


@pytest.mark.parametrize(
    ("change", "data"),
    [
        (Change(1, 1, 2, Kind.INT16, (5600, 10)), "01 08 00 00 01 02 02 00 E0 15 0A 00"),
        (Change(1, 1, 14, Kind.INT32, (800,)), "01 08 00 00 01 0E 03 00 20 03 00 00"),
        (Change(1, 1, 11, Kind.INT32, (18000,)), "01 08 00 00 01 0B 03 00 50 46 00 00"),
        (Change(1, 8, 2, Kind.FIXED16, (1.0,) * 4), "01 0C 00 00 08 02 80 00 00 08 00 08 00 08 00 08"),
        (Change(1, 0, 2, Kind.FIXED16, (4.0,)), "01 06 00 00 00 02 80 00 00 20 00 00"),
        (Change(1, 10, 1, Kind.INT8, (2, 0, 0, 0, 0)), "01 09 00 00 0A 01 01 00 02 00 00 00 00 00 00 00"),
        (Change(4, 0, 1, Kind.FLAG, ()), "04 04 00 00 00 01 00 00"),
        (Change(ALL_CAMERAS, 0, 6, Kind.FLAG, (True,)), "FF 05 00 00 00 06 00 00 01 00 00 00"),
        (Change(4, 1, 5, Kind.INT32, (10000,)), "04 08 00 00 01 05 03 00 10 27 00 00"),
        (
            Change(4, 8, 1, Kind.FIXED16, (0.0, -614 / 2048, -614 / 2048, 0.0), OFFSET),
            "04 0C 00 00 08 01 80 01 00 00 9A FD 9A FD 00 00",
        ),
    ],
)
def test_messages_by_the_rules(change: Change, data: str) -> None:
    assert change.data == bytes.fromhex(data)
    assert list(read_messages(bytes.fromhex(data))) == [change]


@given(st.lists(CHANGES, max_size=4))
def test_what_is_written_is_read(changes: list[Change]) -> None:
    assert list(read_messages(write_messages(changes))) == changes


def test_cut_short_at_every_byte_only_whole_messages_are_read() -> None:
    changes = [Change(1, 1, 2, Kind.INT16, (5600, 10)), Change(2, 10, 1, Kind.INT8, (2, 0, 0, 0, 0))]
    data = write_messages(changes)
    for end in range(len(data)):
        whole = [message for message in read_messages(data[:end]) if isinstance(message, Change)]
        assert whole == changes[: len(whole)]
        assert len(whole) == (end >= 12) + (end >= 12 + 13)
    assert list(read_messages(data[:20]))[1] == BrokenOff(2, data[12:20])


@given(st.binary(max_size=255))
def test_garbage_is_told_as_it_is(data: bytes) -> None:
    for message in read_messages(data):
        assert isinstance(message, Change | OtherCommand | BrokenOff)


@pytest.mark.parametrize(
    "change",
    [
        Change(1, 8, 2, Kind.FIXED16, (16.0,)),
        Change(1, 1, 14, Kind.INT32, (2**31,)),
        Change(256, 1, 14, Kind.INT32, (800,)),
        Change(1, 12, 5, Kind.TEXT, "x" * 60),
        Change(1, 1, 2, 9, (1,)),
    ],
)
def test_what_does_not_fit_is_not_written(change: Change) -> None:
    with pytest.raises(ValueError, match=r"cannot be written|at most 64 bytes"):
        _ = change.data


def test_a_packet_has_an_end() -> None:
    one = Change(1, 0, 1, Kind.FLAG, ())
    assert len(write_messages([one] * 31)) == 248
    with pytest.raises(ValueError, match="at most 32 messages in 255 bytes"):
        write_messages([one] * 32)
