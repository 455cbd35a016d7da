"""The census of what comes beside pictures: every packet counted, and of the bits that changed those that may be a
record flag."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.packetcensus import FEW, MAX_KINDS, Census, Flagged, PacketCensus
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool

BLANK = Frame(BufferPool(32).lease(), VideoFormat(8, 2, Rate.of(25), layout("uyvy")), 0, 0)


def counted(*frames: Frame) -> Census:
    census = PacketCensus()
    for frame in frames:
        census.see(frame)
    return census.result()


def test_packets_are_counted_by_kind_and_line() -> None:
    tally = AncillaryPacket(0x51, 0x52, b"\x01", line=15)
    other = AncillaryPacket(0x51, 0x52, b"\x01\x02\x03", line=16)
    census = counted(replace(BLANK, ancillary=(tally, other, other)), BLANK, replace(BLANK, ancillary=(tally,)))
    assert census.pictures == 3
    assert [(kind.line, kind.pictures, kind.packets, kind.longest) for kind in census.kinds] == [
        (15, 2, 2, 1),
        (16, 1, 2, 3),
    ]
    assert (census.kinds[1].id, census.kinds[1].first, census.kinds[1].says) == (
        "51/52",
        "01 02 03",
        ("monitor program; camera 1 preview; camera 3 program and preview",),
    )


def test_a_flag_in_a_packet_is_told_and_a_counter_is_not() -> None:
    rolls = [0] * 10 + [0x80] * 20 + [0] * 10
    packets = [AncillaryPacket(0x44, 0x04, bytes((number & 1, 7, flag))) for number, flag in enumerate(rolls)]
    (kind,) = counted(*(replace(BLANK, ancillary=(packet,)) for packet in packets)).kinds
    assert kind.flags == (Flagged("packet:44/04:2:0x80", 2),)


def test_a_flag_in_the_user_bits_is_told() -> None:
    frames = [replace(BLANK, metadata=Metadata(user_bits=0xA0000000 | (3 <= n < 6) << 6 | n & 1)) for n in range(12)]
    seen = counted(*frames).timecode
    assert seen.user_bits == "A0000000"
    assert seen.user_flags == (Flagged("bits:0x00000040", 2),)


def test_timecode_and_its_flags() -> None:
    rate = TimecodeRate.sdi(Rate.of(25))
    frames = [
        replace(
            BLANK,
            timecode=Timecode.parse("10:00:00:00", rate) + number,
            metadata=Metadata(recording=None, timecode_flags=TimecodeFlag(flags)),
        )
        for number, flags in enumerate((8, 24, 8 | 1 << 9))
    ]
    census = counted(BLANK, *frames)
    assert (census.timecode.first, census.timecode.last) == ("10:00:00:00", "10:00:00:02")
    assert census.timecode.flags == ("trigger embedded", "triggered", "200h")
    assert not census.recording_said
    assert counted(BLANK).timecode.flags is None


def test_kinds_have_an_end() -> None:
    many = tuple(AncillaryPacket(number % 256, 1, line=1 + number // 256) for number in range(MAX_KINDS + 44))
    census = counted(replace(BLANK, ancillary=many))
    assert (len(census.kinds), census.left_out) == (MAX_KINDS, 44)


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_what_is_told_changed_as_often_as_it_says(data: list[bytes]) -> None:
    result = counted(*(replace(BLANK, ancillary=(AncillaryPacket(1, 1, one),)) for one in data))
    told = {(flag.rule, flag.changes) for kind in result.kinds for flag in kind.flags}
    changes = {
        (byte, bit): sum(
            byte < min(len(old), len(new)) and bool((old[byte] ^ new[byte]) >> bit & 1) for old, new in pairwise(data)
        )
        for byte in range(4)
        for bit in range(8)
    }
    assert told == {
        (f"packet:01/01:{byte}:0x{1 << bit:02X}", times)
        for (byte, bit), times in changes.items()
        if 0 < times <= FEW
    }  # fmt: skip
