"""Packets are values within the bounds of the wire, and travel with the frame."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.errors import FormatError
from livegrade.timing.rate import Rate
from livegrade.video.ancillary import MAX_WORDS, AncillaryPacket, TimecodeFlag
from livegrade.video.format import VideoFormat
from livegrade.video.frame import Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool


def test_a_packet_is_known_by_its_identifiers() -> None:
    packet = AncillaryPacket(0x51, 0x0C, bytes(MAX_WORDS), line=9)
    assert (packet.kind, str(packet)) == ((0x51, 0x0C), "51/0C")
    assert packet == AncillaryPacket(0x51, 0x0C, bytes(MAX_WORDS), 9, 0)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"did": 256, "sdid": 0}, "256"),
        ({"did": 0, "sdid": -1}, "-1"),
        ({"did": 0, "sdid": 0, "data": bytes(256)}, "at most 255 words, not 256"),
        ({"did": 0, "sdid": 0, "line": 4500}, "line 4500"),
        ({"did": 0, "sdid": 0, "line": -1}, "line -1"),
        ({"did": 0, "sdid": 0, "stream": 256}, "stream 256"),
    ],
)
def test_what_no_wire_carries_is_refused(values: dict[str, int], says: str) -> None:
    with pytest.raises(FormatError, match=says):
        AncillaryPacket(**values)  # type: ignore[arg-type]


def test_a_drawn_frame_keeps_what_came_with_it() -> None:
    flags = TimecodeFlag.TRIGGER_EMBEDDED | TimecodeFlag(1 << 9)
    pool = BufferPool(32)
    frame = Frame(
        pool.lease(),
        VideoFormat(8, 2, Rate.of(25), layout("uyvy")),
        0,
        0,
        metadata=Metadata(timecode_flags=flags, user_bits=0xFFFFFFFF),
        ancillary=(AncillaryPacket(0x60, 0x60),),
    )
    drawn = replace(frame, look_id="day")
    assert drawn.ancillary == frame.ancillary
    assert (drawn.metadata.user_bits, int(drawn.metadata.timecode_flags or 0)) == (0xFFFFFFFF, 8 | 1 << 9)
