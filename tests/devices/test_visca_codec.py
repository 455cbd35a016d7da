"""VISCA as bytes and what an FR7 means by them; vectors from Sony's command list."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.sony import fr7
from livegrade_devices.cameras.sony.dialogue import ArrivedBeforeError, Dialogue
from livegrade_devices.cameras.sony.packets import (
    LONGEST,
    Answer,
    Packet,
    PacketType,
    Reply,
    Version,
    halves,
    message,
    number,
    read_packet,
    read_reply,
    read_version,
)

BODIES = st.binary(min_size=1, max_size=LONGEST - 2).filter(lambda body: 0xFF not in body)


def test_the_vectors_of_the_list() -> None:
    version = Packet(PacketType.INQUIRY, 1, message(bytes.fromhex("09 00 02")))
    assert version.data == bytes.fromhex("01 10 00 05 00 00 00 01 81 09 00 02 FF")
    assert Packet(PacketType.CONTROL, 0, b"\x01").data == bytes.fromhex("02 00 00 01 00 00 00 00 01")
    assert message(fr7.white_balance(5600, fr7.MEMORY_A)) == bytes.fromhex("81 01 05 43 02 01 05 0E 00 FF")
    assert message(fr7.white_balance(15000, fr7.PRESET)) == bytes.fromhex("81 01 05 43 01 03 0A 09 08 FF")
    assert message(fr7.tint(99)) == bytes.fromhex("81 01 05 44 02 00 00 0C 06 FF")
    assert message(fr7.nd_variable(7)) == bytes.fromhex("81 01 7E 04 42 00 00 01 04 FF")
    assert message(fr7.nd_variable(2)) == bytes.fromhex("81 01 7E 04 42 00 00 00 00 FF")
    assert read_reply(bytes.fromhex("90 41 FF")) == Reply(Answer.ACK, 1)
    assert read_reply(bytes.fromhex("90 52 FF")) == Reply(Answer.DONE, 2)
    assert read_reply(bytes.fromhex("90 61 41 FF")) == Reply(Answer.ERROR, 1, b"\x41")
    reply = read_reply(bytes.fromhex("90 50 00 01 05 1E 04 00 02 FF"))
    assert reply is not None
    assert read_version(reply.data) == Version(1, fr7.MODEL, 0x0400, 2)


@given(st.sampled_from(PacketType), st.integers(0, 2**32 - 1), BODIES, st.integers(1, 7))
def test_packets_come_back_and_no_part_of_one_is_one(kind: PacketType, sequence: int, body: bytes, to: int) -> None:
    packet = Packet(kind, sequence, message(body, to))
    data = packet.data
    assert read_packet(data) == packet
    for end in range(len(data)):
        with pytest.raises(DeviceError):
            read_packet(data[:end])


@given(st.binary(max_size=40))
def test_anything_is_a_packet_that_comes_back_or_a_sentence(data: bytes) -> None:
    try:
        packet = read_packet(data)
    except DeviceError:
        return
    assert packet.data == data


@given(st.binary(max_size=20), st.integers(1, 7))
def test_anything_is_a_reply_that_comes_back_or_none(data: bytes, sender: int) -> None:
    reply = read_reply(data, sender)
    assert reply is None or reply.message(sender) == data


@given(st.integers(0, 16**4 - 1))
def test_numbers_come_back(value: int) -> None:
    assert number(halves(value, 4)) == value


class Rebooted:
    """A post to a camera that has begun its numbers anew: whatever comes has a wrong one."""

    tries = 3

    async def open(self) -> None: ...

    async def send(self, body: bytes, again: bool) -> None: ...

    async def receive(self) -> Reply:
        raise ArrivedBeforeError


def test_what_a_camera_with_other_numbers_was_told_does_not_count_as_done() -> None:
    with pytest.raises(DeviceError, match="it counts messages otherwise"):
        asyncio.run(Dialogue(Rebooted(), "camera").do(b"\x01\x04\x00\x02"))


def test_what_is_no_number_or_message_is_refused() -> None:
    for data in (b"", b"\x10", b"\x00\xff"):
        with pytest.raises(DeviceError, match="is no number"):
            number(data)
    for body, to in ((b"\x01\xff", 1), (b"", 1), (b"\x01" * 15, 1), (b"\x01", 0), (b"\x01", 8)):
        with pytest.raises(ValueError, match="no VISCA message"):
            message(body, to)
    with pytest.raises(ValueError, match="does not fit"):
        halves(16**4, 4)
    with pytest.raises(DeviceError, match="its version has 6 bytes"):
        read_version(bytes(6))


def test_settings_that_the_camera_does_not_have_are_refused() -> None:
    for wrong in (
        lambda: fr7.white_balance(1999, fr7.PRESET),
        lambda: fr7.white_balance(float("nan"), fr7.PRESET),
        lambda: fr7.tint(100),
        lambda: fr7.nd_variable(1.9),
    ):
        with pytest.raises(UsageError, match="takes"):
            wrong()


def test_values_keep_their_units_and_what_is_not_known_is_none() -> None:
    assert fr7.state_of({}) == CameraState()
    memory = fr7.state_of({"white_mode": fr7.MEMORY_A, "preset_k": 3200, "memory_k": 5600, "tint": 99 - 7})
    assert (memory.white_balance_k, memory.tint, memory.tint_unit) == (5600, -7.0, "steps of -99 to 99")
    preset = fr7.state_of({"white_mode": fr7.PRESET, "preset_k": 3200, "memory_k": 5600, "tint": 1, "recording": 1})
    assert (preset.white_balance_k, preset.tint, preset.recording) == (3200, None, True)
    automatic = fr7.state_of({"white_mode": fr7.AUTO, "preset_k": 3200, "bars": 2, "power": 3})
    assert automatic.white_balance_k is None
    assert automatic.alerts == ("standby", "colour bars", "white balance is automatic")


def test_filters_are_told_in_stops() -> None:
    assert fr7.state_of({"nd_mode": 1, "nd_clear": 2, "nd_variable": 0}).nd == 2.0
    assert fr7.state_of({"nd_mode": 1, "nd_clear": 2, "nd_variable": 0x14}).nd == 7.0
    assert fr7.state_of({"nd_mode": 1, "nd_clear": 2, "nd_variable": 0x15}).nd is None
    assert fr7.state_of({"nd_mode": 1, "nd_clear": 3, "nd_variable": 0x14}).nd == 0.0
    assert fr7.state_of({"nd_mode": 0, "nd_clear": 2, "nd_preset": 2}).nd is None
    assert fr7.state_of({"nd_mode": 0, "nd_clear": 2, "nd_preset": 0}).nd == 0.0
