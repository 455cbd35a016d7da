"""Values that go to and from the native client without a card."""

from __future__ import annotations

import pytest

from livegrade.transport.decklink._binding import Packet, Timecode14


def test_a_packet_keeps_its_words() -> None:
    packet = Packet(0x51, 0x53, bytes(range(255)), line=12, stream=1)
    assert (packet.did, packet.sdid, packet.line, packet.stream) == (0x51, 0x53, 12, 1)
    assert packet.data == bytes(range(255))


def test_a_packet_longer_than_its_counting_word_is_refused() -> None:
    """SMPTE ST 291: the data count is one word of 8 bits."""
    with pytest.raises(ValueError, match="at most 255"):
        Packet(0x51, 0x53, bytes(256))


@pytest.mark.parametrize("user_bits", [None, 0, 0xFFFFFFFF])
def test_a_timecode_tells_user_bits_from_none(user_bits: int | None) -> None:
    timecode = Timecode14(0x72707631, 23, 59, 58, 24, flags=18, user_bits=user_bits)
    assert (timecode.hours, timecode.minutes, timecode.seconds, timecode.frames) == (23, 59, 58, 24)
    assert (timecode.flags, timecode.user_bits) == (18, user_bits)
