"""Rules as they are written; what no wire can carry is refused; the table of makers claims only what it can cite."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.recordflag import (
    AUTO,
    PacketByte,
    RunningTimecode,
    TimecodeTrigger,
    UserBits,
)
from livegrade.capture.recordrules import MAKERS, parse_rules, record_flag
from livegrade.errors import UsageError
from livegrade.transport.address import parse_source

PAGE = Path(__file__).parents[2] / "docs" / "record-flags.md"


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("auto", AUTO),
        ("off", ()),
        ("flag+running", (TimecodeTrigger(), RunningTimecode())),
        ("flag+auto", (TimecodeTrigger(), AUTO[0])),
        ("bits:0x40", (UserBits(0x40, 0x40),)),
        ("bits:192=64", (UserBits(0xC0, 0x40),)),
        ("bits:0xC0=0", (UserBits(0xC0, 0),)),
        ("packet:51/c:3:0x80", (PacketByte(0x51, 0x0C, 3, 0x80, 0x80),)),
        ("packet:51/0C:003:0xC0=0x40", (PacketByte(0x51, 0x0C, 3, 0xC0, 0x40),)),
        ("blackmagic", (TimecodeTrigger(),)),
        ("arri", AUTO),
    ],
)
def test_rules_are_read(text: str, rules: tuple[object, ...]) -> None:
    assert parse_rules(text) == rules


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("on", "record=on is not known; it takes auto, off"),
        ("flag+off", "record=off is not known"),
        ("bits:0", "a mask lies in 1 to 0xFFFFFFFF"),
        ("bits:0x100000000", "not known"),
        ("bits:4294967296", "a mask lies in 1"),
        ("bits:0x40=0x80", "the value has bits that its mask does not have"),
        ("packet:51/0C:3:0x100", "a mask lies in 1 to 0xFF"),
        ("packet:51/0C:255:1", "a packet has bytes 0 to 254"),
        ("packet:151/0C:0:1", "not known"),
        ("+".join(["flag"] * 9), "at most 8 rules, not 9"),
    ],
)
def test_what_no_wire_carries_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_rules(text)


@given(st.integers(1, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 255), st.integers(0, 254))
def test_rules_are_written_as_they_are_read(mask: int, value: int, ids: int, byte: int) -> None:
    bits = UserBits(mask, value & mask)
    assert parse_rules(str(bits)) == (bits,)
    if short := mask & 0xFF:
        packet = PacketByte(ids, 255 - ids, byte, short, value & short)
        assert parse_rules(str(packet)) == (packet,)
    assert parse_source(f"decklink:0,record={bits}").option("record") == str(bits).lower()


def test_an_address_says_rule_and_patience() -> None:
    flag = record_flag(parse_source("decklink:0,record=bits:0x40+running,record-frames=5"))
    assert (flag.rules, flag.hold) == ((UserBits(0x40, 0x40), RunningTimecode()), 5)
    assert (record_flag(parse_source("ndi:A")).rules, record_flag(parse_source("A.mov")).hold) == (AUTO, 2)
    for frames in ("0", "101"):
        with pytest.raises(UsageError, match=rf"'decklink:0,record-frames={frames}': .*1 to 100"):
            record_flag(parse_source(f"decklink:0,record-frames={frames}"))
    with pytest.raises(UsageError, match="record= is not an option of a file"):
        parse_source("A.mov,record=flag")


def test_the_document_has_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for known in MAKERS:
        rule = f"`{known.rule}`" if known.rule is not None else "-"
        assert f"| `{known.maker}` | {rule} | {known.known} | {known.source or '-'} |\n" in text
        assert known.source or known.rule is None, "a claim has a source"
