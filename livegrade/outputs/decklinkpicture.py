"""What goes out beside an SDI picture, in the driver's terms: timecode, ancillary packets, colour tags. Values in and
values out; the card is in `decklink`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.transport.decklink import tags
from livegrade.transport.decklink._binding import Packet, Timecode14
from livegrade.video.ancillary import TimecodeFlag
from livegrade.video.format import Transfer

if TYPE_CHECKING:
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame, Metadata

HIGHEST_RATE = 60
"""Pictures a second that RP188 timecode can count."""
OWN_PACKETS = frozenset({(0x60, 0x60), (0x41, 0x01)})
"""What the card writes itself: ancillary timecode (SMPTE ST 12-2) and the payload's identifier (ST 352)."""
HDR_PACKET = (0x41, 0x0C)
"""HDR metadata (ST 2108-1), true of the source's colours only; a card writes it for pictures that are tagged."""
HFR_PACKET = (0x60, 0x61)
"""High frame rate timecode (SMPTE ST 12-3); a card writes it where it is given one."""
_COUNTED = TimecodeFlag.DROP_FRAME | TimecodeFlag.FIELD_MARK


def timecode_of(frame: Frame) -> Timecode14 | None:
    """The frame's timecode with its user bits and flags as they came; None where it has none, or one that SDI cannot
    carry. Where every picture has a label of its own above 30 a second, in the format that counts so."""
    timecode = frame.timecode
    if timecode is None or timecode.rate.nominal > HIGHEST_RATE:
        return None
    counts_all = timecode.rate.nominal > 30 and timecode.rate.per_label == 1
    label = timecode.label
    flags = _said(frame.metadata) & ~_COUNTED
    flags |= TimecodeFlag.DROP_FRAME if timecode.rate.drop_frame else TimecodeFlag(0)
    flags |= TimecodeFlag.FIELD_MARK if label.sub else TimecodeFlag(0)
    return Timecode14(
        tags.HFR_TIMECODE if counts_all else tags.VITC1,
        label.hours,
        label.minutes,
        label.seconds,
        label.frames,
        int(flags),
        frame.metadata.user_bits,
    )


def _said(metadata: Metadata) -> TimecodeFlag:
    """The flags of the signal; of a signal without any, what is known of the camera's recording."""
    if metadata.timecode_flags is not None:
        return metadata.timecode_flags
    if metadata.recording is None:
        return TimecodeFlag(0)
    return TimecodeFlag.TRIGGER_EMBEDDED | (TimecodeFlag.TRIGGERED if metadata.recording else TimecodeFlag(0))


def kinds_of(option: str | None) -> frozenset[tuple[int, int]] | None:
    """The packets that `packets=` lets out, by DID and SDID; None: all."""
    if option is None or option == "all":
        return None
    pairs = () if option == "none" else option.split("+")
    return frozenset((int(did, 16), int(sdid, 16)) for did, _, sdid in (pair.partition("/") for pair in pairs))


def packets_of(
    frame: Frame, *, tagged: bool, hfr: bool = False, kinds: frozenset[tuple[int, int]] | None = None
) -> list[Packet]:
    """The frame's ancillary packets of these `kinds` (None: all), but for those that the card writes itself (among
    them HDR metadata where it is told the transfer: `tagged`, and high frame rate timecode where it is given one:
    `hfr`), and HDR metadata of a picture that is not the source's."""
    left_out = OWN_PACKETS | {HDR_PACKET} if tagged or frame.drawn else OWN_PACKETS
    left_out |= {HFR_PACKET} if hfr else set()
    return [
        Packet(packet.did, packet.sdid, packet.data, packet.line, packet.stream)
        for packet in frame.ancillary
        if packet.kind not in left_out and (kinds is None or packet.kind in kinds)
    ]


def eotf_of(format: VideoFormat) -> int | None:
    """CTA-861's number of the transfer for a signal that is not SDR; None for the rest, which needs no tag."""
    return {Transfer.PQ: 2, Transfer.HLG: 3}.get(format.transfer)


def mastering_of(frame: Frame) -> dict[int, float]:
    """What the source said of its mastering display, by the driver's codes; nothing for a picture that is
    not the source's."""
    said = dict(frame.metadata.extra) if not frame.drawn else {}
    return {code: float(said[key]) for code, key in tags.MASTERING_KEYS.items() if key in said}
