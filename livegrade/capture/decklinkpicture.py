"""What a captured SDI picture is in our terms: format, timecode, ancillary packets, metadata, sound. Values in, values
out; the card is in `decklink`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.formats import assumed_matrix, own_range, said_range
from livegrade.errors import FormatError, UsageError
from livegrade.timing.timecode import Label, Timecode, TimecodeRate
from livegrade.transport.decklink import tags
from livegrade.transport.decklink.modes import layout_of, rate_of, scan_of, spelled
from livegrade.video.ancillary import MAX_PACKETS, AncillaryPacket, TimecodeFlag
from livegrade.video.format import Matrix, Primaries, Transfer, VideoFormat
from livegrade.video.frame import NO_METADATA, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.rate import Rate
    from livegrade.transport.decklink._binding import Packet, Picture, Timecode14

NO_SOURCE = 1 << 31
"""Frame flag: the connector has no signal, and the picture is none."""
_SPACES = {
    tags.SPACES[Matrix.BT601]: (Matrix.BT601, Primaries.UNKNOWN),
    tags.SPACES[Matrix.BT709]: (Matrix.BT709, Primaries.BT709),
    tags.SPACES[Matrix.BT2020]: (Matrix.BT2020, Primaries.BT2020),
}
# CTA-861-G, table 43: 0 and 1 are gamma curves for SDR and HDR, and only the first has a name here.
_TRANSFERS = {0: Transfer.BT709, 2: Transfer.PQ, 3: Transfer.HLG}
_TRIGGER = TimecodeFlag.TRIGGER_EMBEDDED | TimecodeFlag.TRIGGERED
_ALL_FLAGS = 0x1F
_FULL_SCALE = np.float32(2.0**-31)


def picture_format(picture: Picture, options: CaptureOptions) -> VideoFormat:
    """The VideoFormat of a captured picture. What the signal says of its colours goes before what is usual. Raises
    FormatError for a pixel format that we do not take."""
    layout = layout_of(picture.pixel_format)
    if layout is None:
        raise FormatError(f"pictures in the card's format {spelled(picture.pixel_format)} cannot be taken")
    ints = picture.metadata_ints
    matrix, primaries = _SPACES.get(ints.get(tags.COLORSPACE, 0), (None, Primaries.UNKNOWN))
    return VideoFormat(
        width=picture.width,
        height=picture.height,
        rate=rate_of(picture.mode),
        layout=layout,
        range=said_range(options, layout) or own_range(layout),
        matrix=options.matrix or matrix or assumed_matrix(picture.height),
        primaries=primaries,
        transfer=_TRANSFERS.get(ints.get(tags.EOTF, -1), Transfer.UNKNOWN),
        scan=scan_of(picture.mode, picture.flags),
    )


def picture_timecode(carried: Sequence[Timecode14], rate: Rate) -> tuple[Timecode, Timecode14] | None:
    """The first of the timecodes, in the order of trust in which they come, that says a possible time; and the one it
    was read from. None: there is none.

    Above 30 pictures a second `rphr` counts every picture. The others count pairs (SMPTE ST 12-2), whose second picture
    has the field mark or comes in the second field's packet.
    """
    for one in carried:
        try:
            return _timecode(one, rate), one
        except UsageError:
            continue
    return None


def _timecode(one: Timecode14, rate: Rate) -> Timecode:
    flags = TimecodeFlag(one.flags)
    drop = TimecodeFlag.DROP_FRAME in flags and rate.nominal % 30 == 0 and rate.fps.denominator == 1001
    counts_all = one.format == tags.HFR_TIMECODE or rate.nominal <= 30
    counting = TimecodeRate(rate, drop) if counts_all else TimecodeRate.sdi(rate, drop)
    second = counting.per_label > 1 and (TimecodeFlag.FIELD_MARK in flags or one.format == tags.VITC2)
    return Timecode.from_label(Label(one.hours, one.minutes, one.seconds, one.frames, int(second)), counting)


def picture_packets(packets: Sequence[Packet]) -> tuple[AncillaryPacket, ...]:
    """The ancillary packets, at most MAX_PACKETS; one that cannot be is left out."""
    taken = []
    for packet in packets[:MAX_PACKETS]:
        try:
            taken.append(AncillaryPacket(packet.did, packet.sdid, packet.data, packet.line, packet.stream))
        except FormatError:
            continue
    return tuple(taken)


def picture_metadata(picture: Picture, read_from: Timecode14 | None) -> Metadata:
    """Flags and user bits of the timecode `read_from`, or of the first one where none says a possible time; the record
    trigger of whichever has one; and what the signal says of its mastering display. A packet of ones alone says
    nothing: it stands for no timecode."""
    floats = picture.metadata_floats
    extra = tuple((key, f"{floats[code]:g}") for code, key in tags.MASTERING_KEYS.items() if code in floats)
    carried = (*((read_from,) if read_from is not None else ()), *filter(_says, picture.timecodes))
    if not carried:
        return Metadata(extra=extra) if extra else NO_METADATA
    first = carried[0]
    flags = TimecodeFlag(first.flags) | _trigger(carried)
    return Metadata(timecode_flags=flags, user_bits=first.user_bits, extra=extra)


def _says(one: Timecode14) -> bool:
    """Whether it is more than bits that are all set, with numbers beyond any time."""
    beyond = one.hours > 23 and one.minutes > 59 and one.seconds > 59
    return not beyond or one.flags & _ALL_FLAGS != _ALL_FLAGS


def _trigger(carried: Iterable[Timecode14]) -> TimecodeFlag:
    """What the first that says anything of it says of the camera's recording: it need not be the one with the time."""
    said = (TimecodeFlag(one.flags) & _TRIGGER for one in carried)
    return next(filter(None, said), TimecodeFlag(0))


def sound_samples(captured: NDArray[np.int32]) -> NDArray[np.float32]:
    """float32 (channels, n), full scale -1..1, from the card's (n, channels) with 24 bits at the top of 32: exact."""
    return np.ascontiguousarray(captured.T, np.float32) * _FULL_SCALE
