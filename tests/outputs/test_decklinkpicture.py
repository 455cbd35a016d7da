"""What goes out beside an SDI picture: timecode, packets and colour tags in the driver's terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from livegrade.outputs import decklinkpicture as sent
from livegrade.outputs.sound import pcm24
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.decklink import tags
from livegrade.transport.decklink.modes import four
from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
from livegrade.video.format import Transfer, VideoFormat
from livegrade.video.frame import Frame, Metadata
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease

FLAG = TimecodeFlag


def carrying(text: str, counting: TimecodeRate, metadata: Metadata | None = None) -> Frame:
    format = VideoFormat(1920, 1080, counting.rate, layout("v210"))
    lease = Lease(np.zeros(1, np.uint8))
    timecode = Timecode.parse(text, counting) if text else None
    return Frame(lease, format, 0, 0, timecode=timecode, metadata=metadata or Metadata())


@pytest.mark.parametrize(
    ("text", "counting", "format", "frames", "flags"),
    [
        ("10:00:00:24", TimecodeRate(Rate.of(25)), "rpv1", 24, 0),
        ("10:01:00;02", TimecodeRate(Rate.parse("29.97")), "rpv1", 2, 1),
        ("10:00:00:24.1", TimecodeRate.sdi(Rate.of(50)), "rpv1", 24, 2),
        ("10:00:00:49", TimecodeRate(Rate.of(50)), "rphr", 49, 0),
        ("10:01:00;05", TimecodeRate(Rate.parse("59.94")), "rphr", 5, 1),
    ],
)
def test_timecode_goes_out_as_it_is_counted(text, counting, format, frames, flags) -> None:
    code = sent.timecode_of(carrying(text, counting))
    assert code is not None
    assert (code.format, code.hours, code.frames, code.flags, code.user_bits) == (four(format), 10, frames, flags, None)


def test_flags_and_user_bits_pass_and_the_count_is_that_of_the_timecode() -> None:
    came = Metadata(timecode_flags=FLAG.TRIGGERED | FLAG.TRIGGER_EMBEDDED | FLAG.DROP_FRAME, user_bits=0xCAFE)
    code = sent.timecode_of(carrying("10:00:00:24.1", TimecodeRate.sdi(Rate.of(50)), came))
    assert code is not None
    assert code.flags == FLAG.TRIGGERED | FLAG.TRIGGER_EMBEDDED | FLAG.FIELD_MARK
    assert code.user_bits == 0xCAFE


@pytest.mark.parametrize(
    ("recording", "flags"), [(None, 0), (False, FLAG.TRIGGER_EMBEDDED), (True, FLAG.TRIGGER_EMBEDDED | FLAG.TRIGGERED)]
)
def test_a_camera_known_to_record_triggers_where_its_signal_had_no_flags(recording, flags) -> None:
    code = sent.timecode_of(carrying("10:00:00:00", TimecodeRate(Rate.of(25)), Metadata(recording=recording)))
    assert code is not None
    assert code.flags == flags


def test_what_sdi_cannot_count_is_left_out() -> None:
    assert sent.timecode_of(carrying("", TimecodeRate(Rate.of(25)))) is None
    assert sent.timecode_of(carrying("10:00:00:00", TimecodeRate(Rate.of(100)))) is None


def test_packets_pass_but_for_what_the_card_writes_and_what_drawing_made_untrue() -> None:
    kinds = [(0x51, 0x53), (0x60, 0x60), (0x41, 0x01), (0x41, 0x0C), (0x61, 0x01)]
    packets = tuple(AncillaryPacket(did, sdid, b"abc", line=9, stream=1) for did, sdid in kinds)
    frame = replace(carrying("", TimecodeRate(Rate.of(25))), ancillary=packets)
    untouched = sent.packets_of(frame, tagged=False)
    assert [(packet.did, packet.sdid) for packet in untouched] == [(0x51, 0x53), (0x41, 0x0C), (0x61, 0x01)]
    assert {(packet.data, packet.line, packet.stream) for packet in untouched} == {(b"abc", 9, 1)}
    graded = replace(frame, drawn=True)
    for packets in (sent.packets_of(graded, tagged=False), sent.packets_of(frame, tagged=True)):
        assert [(packet.did, packet.sdid) for packet in packets] == [(0x51, 0x53), (0x61, 0x01)]


@pytest.mark.parametrize(
    ("option", "kept"), [(None, 3), ("all", 3), ("none", 0), ("51/53", 1), ("51/53+61/01+60/60", 2), ("41/0c", 1)]
)
def test_only_the_packets_that_were_asked_for_go_out(option, kept) -> None:
    kinds = [(0x51, 0x53), (0x60, 0x60), (0x41, 0x0C), (0x61, 0x01)]
    packets = tuple(AncillaryPacket(did, sdid, b"abc") for did, sdid in kinds)
    frame = replace(carrying("", TimecodeRate(Rate.of(25))), ancillary=packets)
    assert len(sent.packets_of(frame, tagged=False, kinds=sent.kinds_of(option))) == kept


def test_only_hdr_has_a_tag_of_its_transfer() -> None:
    format = carrying("", TimecodeRate(Rate.of(25))).format
    told = {transfer: sent.eotf_of(replace(format, transfer=transfer)) for transfer in Transfer}
    assert {transfer: code for transfer, code in told.items() if code is not None} == {Transfer.PQ: 2, Transfer.HLG: 3}


def test_the_mastering_display_passes_but_not_beside_a_picture_that_was_drawn() -> None:
    said = Metadata(extra=(("hdr highest mastering luminance", "1000"), ("lens", "35")))
    frame = carrying("", TimecodeRate(Rate.of(25)), said)
    assert sent.mastering_of(frame) == {four("hdml"): 1000.0}
    assert sent.mastering_of(replace(frame, drawn=True)) == {}
    assert len(tags.MASTERING_KEYS) == len(set(tags.MASTERING_KEYS.values())) == 12


def test_24_bit_sound_goes_out_as_it_came() -> None:
    codes = np.array([[0, 1, -1], [2**23 - 1, -(2**23), 4711]], np.int64)
    assert (pcm24((codes / 2**23).astype(np.float32)) >> 8).T.tolist() == codes.tolist()
