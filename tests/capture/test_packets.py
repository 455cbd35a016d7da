"""Packets in words: the makers' own examples, and bytes of any kind that must not break anything."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.packets import NAMES, describe, name
from livegrade.video.ancillary import AncillaryPacket

CONTROL, TALLY, TIME_CODE = (0x51, 0x53), (0x51, 0x52), (0x60, 0x60)


def told(kind: tuple[int, int], data: str | bytes) -> tuple[str, ...]:
    return describe(AncillaryPacket(*kind, bytes.fromhex(data) if isinstance(data, str) else data))


@pytest.mark.parametrize(
    ("data", "says"),
    [  # the examples of the protocol's own document
        ("04 04 00 00 00 01 00 00", "camera 4: autofocus once"),
        ("FF 05 00 00 00 06 00 00 01 00 00 00", "all cameras: stabilisation = true"),
        ("04 08 00 00 01 05 03 00 10 27 00 00", "camera 4: exposure us = 10000"),
        ("04 06 00 00 04 02 80 01 33 01 00 00", "camera 4: parameter 4.2 += 0.1499"),
        ("FF 09 00 00 01 00 01 00 18 01 03 00 00 00 00 00", "all cameras: video mode = 24, 1, 3, 0, 0"),
        ("04 0C 00 00 08 01 80 01 00 00 9A FD 9A FD 00 00", "camera 4: gamma += 0, -0.2998, -0.2998, 0"),
        ("01 08 00 00 01 02 02 00 E0 15 0A 00", "camera 1: white balance K, tint = 5600, 10"),
        ("01 0C 00 00 08 02 80 00 00 08 00 08 00 08 00 08", "camera 1: gain = 1, 1, 1, 1"),
        ("01 09 00 00 0A 01 01 00 02 00 00 00 00 00 00 00", "camera 1: transport = 2, 0, 0, 0, 0"),
        ("01 09 00 00 0C 02 05 00 35 41 00 00 00 00 00 00", "camera 1: scene = '5A'"),
        ("02 02 07 00 01 02 00 00", "camera 2: command 7, 01 02"),
        ("02 08 00 00 01 02", "camera 2: broken off, 02 08 00 00 01 02"),
        ("02 05 00 00 01 02 09 00 FF 00 00 00", "camera 2: white balance K, tint = type 9, ff"),
    ],
)
def test_camera_control_is_told(data: str, says: str) -> None:
    assert told(CONTROL, data) == (says,)


def test_messages_follow_one_another() -> None:
    together = "04 04 00 00 00 01 00 00 FF 05 00 00 00 06 00 00 01 00 00 00 04 08 00 00 01 05 03 00 10 27 00 00"
    assert [line.partition(":")[0] for line in told(CONTROL, together)] == ["camera 4", "all cameras", "camera 4"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("00", "no tally"),
        ("01", "monitor program"),
        ("00 21 03", "camera 1 program; camera 2 preview; camera 3 program and preview"),
        ("10 11", "tally of version 1, which is not known"),
    ],
)
def test_tally_is_told(data: str, says: str) -> None:
    assert told(TALLY, data) == (says,)


def atc(bits: int, kind: int) -> bytes:
    """64 bits of time code as IEC 60461 numbers them, four to a word, with the type in bit 3 of the first eight."""
    return bytes((bits >> 4 * word & 15) << 4 | (kind >> word & 1) << 3 for word in range(16))


def test_time_code_is_read_by_the_numbers_of_its_bits() -> None:
    """01:23:45;18: units at 0, 16, 32, 48, tens at 8, 24, 40, 56, drop at 10; binary groups at 4, 12, 20 ..."""
    fields = {0: 8, 8: 1, 10: 1, 16: 5, 24: 4, 32: 3, 40: 2, 48: 1, 56: 0, 11: 1, 27: 1, 43: 1, 58: 1, 59: 1}
    groups = {4 + 8 * number: number + 1 for number in range(8)}
    bits = sum(value << at for at, value in (fields | groups).items())
    assert told(TIME_CODE, atc(bits, 0)) == ("LTC 01:23:45;18, binary groups 1 to 8: 12345678",)
    assert told(TIME_CODE, atc(bits & ~(1 << 10), 2))[0].startswith("VITC2 01:23:45:18,")
    assert told(TIME_CODE, atc(bits, 0x7F)) == ("time code of type 7Fh",)
    assert told(TIME_CODE, atc(bits, 0)[:15]) == ()


def test_payload_identifier_is_told() -> None:
    """85 C6 20 01 is what AJA's library tests its reader with, as 1080p29.97."""
    says = "1080 lines on 1.5G, 29.97 pictures a second, progressive transport, progressive picture"
    assert told((0x41, 0x01), "85 C6 20 01") == (says,)
    assert told((0x41, 0x01), "C7 0F 00 01")[0].startswith("standard C7h, - pictures a second, interlaced transport")


def test_hdr_metadata_is_told() -> None:
    """P3 D65 mastering at 1000 cd/m2, and its light levels."""
    primaries = 13250, 34500, 7500, 3000, 34000, 16000, 15635, 16450
    static = struct.pack(">8H2I", *primaries, 10_000_000, 50)
    data = bytes((0, 26, 137, 24)) + static + bytes((1, 6, 144, 4)) + struct.pack(">2H", 1000, 400) + b"\6\1\0"
    assert told((0x41, 0x0C), data) == (
        "mastering display R 0.6800 0.3200, G 0.2650 0.6900, B 0.1500 0.0600, white 0.3127 0.3290, 0.005 to 1000 cd/m2",
        "content light level 1000 cd/m2, frame average 400 cd/m2",
        "HDR frame of type 6, 1 bytes",
    )


def test_names() -> None:
    assert name(AncillaryPacket(0x43, 0x05)) == "acquisition metadata of the camera (RDD 18)"
    assert name(AncillaryPacket(0xE3, 0x11)) == "sound (ST 299-1)"
    assert name(AncillaryPacket(0x51, 0x0C)) is None
    assert name(AncillaryPacket(0x83, 0x01)) is None
    assert all(did < 0x80 for did, _ in NAMES)


@given(st.sampled_from([CONTROL, TALLY, TIME_CODE, (0x41, 0x01), (0x41, 0x0C)]), st.binary(max_size=255))
def test_bytes_of_any_kind_are_told_or_not(kind: tuple[int, int], data: bytes) -> None:
    for line in told(kind, data):
        assert line.isprintable()
