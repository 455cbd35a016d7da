"""The codec of Blackmagic's text blocks: vectors of the protocol, round trips, everything cut short, garbage."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import DeviceError
from livegrade_devices.blocks import LONGEST, MOST_LINES, Block, read_block
from livegrade_devices.wires.lines import Lines

from .talking import Pieces

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=40)
TITLE = st.from_regex(r"[A-Z][A-Z ]{0,30}[A-Z]", fullmatch=True)
WHOLE = b"VIDEO OUTPUT ROUTING:\n7 3\n12 0\n\nACK\n\nPING:\n\n"


async def blocks(*pieces: bytes) -> list[Block]:
    """All of them, until the stream ends. Raises what else goes wrong."""
    lines, found = Lines(Pieces(*pieces), "hub"), []
    while True:
        try:
            found.append(await read_block(lines))
        except DeviceError as error:
            if error.fault != "it closed the connection":
                raise
            return found


def test_the_blocks_of_the_protocol() -> None:
    routing, ack, ping = asyncio.run(blocks(WHOLE))
    assert routing == Block("VIDEO OUTPUT ROUTING", ("7 3", "12 0"))
    assert list(routing.numbered()) == [(7, "3"), (12, "0")]
    assert (ack, ping) == (Block("ACK", word=True), Block("PING"))
    assert b"".join(block.data for block in (routing, ack, ping)) == WHOLE


@given(st.lists(st.builds(Block, TITLE, st.lists(LINE, max_size=5).map(tuple)), max_size=4), st.integers(1, 50))
def test_what_is_written_is_read_however_it_is_cut(written: list[Block], cut: int) -> None:
    data = b"".join(block.data for block in written)
    assert asyncio.run(blocks(*(data[k : k + cut] for k in range(0, len(data), cut)))) == written


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_cut_short_at_every_byte_only_whole_blocks_are_read(end: int) -> None:
    whole = asyncio.run(blocks(WHOLE))
    assert asyncio.run(blocks(WHOLE[:end])) == whole[: WHOLE[:end].count(b"\n\n")]


@given(st.binary(max_size=300))
def test_garbage_is_blocks_or_an_end(data: bytes) -> None:
    for block in asyncio.run(blocks(data)):
        list(block.numbered())
        block.named()


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"x" * 5 * LONGEST, "more than 1,024 bytes"), (b"X:\n" + b"0 a\n" * (MOST_LINES + 1), "more than 4,096 lines")],
)
def test_what_is_longer_than_any_device_says_is_not_kept(data: bytes, fault: str) -> None:
    with pytest.raises(DeviceError, match=fault):
        asyncio.run(blocks(data))


@pytest.mark.parametrize("line", ["", "two\nlines", "a\rb"])
def test_a_line_that_would_end_the_block_is_not_sent(line: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a block"):
        _ = Block("INPUT LABELS", (line,)).data
