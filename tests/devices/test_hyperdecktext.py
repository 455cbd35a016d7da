"""The codec of the HyperDeck protocol: vectors of the protocol, round trips, everything cut short, garbage."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import DeviceError
from livegrade_devices.recorders.hyperdecktext import (
    MOST_LINES,
    NAMES,
    Command,
    Reply,
    read_command,
    read_reply,
)
from livegrade_devices.wires.lines import Lines

from .talking import Pieces

EXCHANGE = (
    b"208 transport info:\r\nstatus: stopped\r\nspeed: 0\r\nslot id: 1\r\nclip id: 2\r\nsingle clip: false\r\n"
    b"display timecode: 00:00:10:00\r\ntimecode: 01:00:10:00\r\nvideo format: 1080p24\r\nloop: false\r\n\r\n"
    b"200 ok\r\n508 transport info:\r\nstatus: record\r\n\r\n"
)
WORD = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


async def replies(data: bytes) -> list[Reply]:
    lines, found = Lines(Pieces(data), "deck"), []
    while True:
        try:
            found.append(await read_reply(lines))
        except DeviceError as error:
            if error.fault != "it closed the connection":
                raise
            return found


def command(data: bytes) -> Command:
    return asyncio.run(read_command(Lines(Pieces(data), "client")))


def test_the_exchange_of_the_protocol() -> None:
    info, ok, told = asyncio.run(replies(EXCHANGE))
    assert (info.code, info.text, info.named()["display timecode"]) == (208, "transport info", "00:00:10:00")
    assert ok == Reply(200, "ok")
    assert told.unasked
    assert told.named() == {"status": "record"}
    assert b"".join(reply.data for reply in (info, ok, told)) == EXCHANGE


@pytest.mark.parametrize(
    ("data", "name", "given_"),
    [
        (b"stop\n", "stop", {}),
        (b"transport info\r\n", "transport info", {}),
        (b"play: speed: -200 loop: true single clip: false\r\n", "play", {"speed": "-200", "loop": "true"}),
        (b"record: name: A002 C003 loop: 1\n", "record", {"name": "A002 C003 loop: 1"}),
        (b"clips add: clip id: 2 name: a b.mov\n", "clips add", {"clip id": "2", "name": "a b.mov"}),
        (b"goto: clip id: +1\n", "goto", {"clip id": "+1"}),
        (b"notify:\r\ntransport: true\r\nslot: true\r\n\r\n", "notify", {"transport": "true", "slot": "true"}),
        (b"configuration: video input: SDI file format: H.264High\n", "configuration", {"video input": "SDI"}),
    ],
)
def test_commands_of_one_line_and_of_many(data: bytes, name: str, given_: dict[str, str]) -> None:
    said = command(data)
    assert said.name == name
    assert given_.items() <= dict(said.given).items()


@given(TEXT, st.dictionaries(st.sampled_from(NAMES), TEXT, max_size=4))
def test_a_command_is_read_as_it_was_written(name: str, given_: dict[str, str]) -> None:
    assert command(Command(name, given_).data) == Command(name, given_)


@given(st.integers(100, 299), TEXT, st.none() | st.lists(TEXT, max_size=4).map(tuple))
def test_a_reply_is_read_as_it_was_written(code: int, text: str, lines: tuple[str, ...] | None) -> None:
    assert asyncio.run(replies(Reply(code, text, lines).data)) == [Reply(code, text, lines)]


@pytest.mark.parametrize("end", range(len(EXCHANGE)))
def test_cut_short_at_every_byte_only_whole_replies_are_read(end: int) -> None:
    whole = asyncio.run(replies(EXCHANGE))
    found = asyncio.run(replies(EXCHANGE[:end]))
    assert found == whole[: len(found)]


@given(st.binary(max_size=200))
def test_garbage_is_replies_or_an_error(data: bytes) -> None:
    found: list[Reply] = []
    with contextlib.suppress(DeviceError):
        found = asyncio.run(replies(data))
    assert all(100 <= reply.code <= 599 for reply in found)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "'HTTP/1.1 400 Bad Request', which is no reply of a HyperDeck"),
        (b"2" * 5000, "more than 2,048 bytes"),
        (b"205 clips:\n" + b"1: a b c\n" * (MOST_LINES + 1), "more than 10,000 lines"),
    ],
)
def test_what_no_deck_says_is_an_error(data: bytes, fault: str) -> None:
    with pytest.raises(DeviceError, match=fault):
        asyncio.run(replies(data))


def test_a_line_end_does_not_get_into_a_command() -> None:
    with pytest.raises(ValueError, match="cannot stand in a command"):
        _ = Command("record", {"name": "A001\r\nclips clear"}).data
