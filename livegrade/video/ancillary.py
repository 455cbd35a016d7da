"""What SDI carries beside the picture: ancillary packets, and the flags that travel with its timecode. Values only;
what packets mean is read in `capture`.

Source of the packet's form: SMPTE ST 291-1 (data identifier, secondary identifier, data count of 8 bits).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from livegrade.errors import FormatError

MAX_WORDS = 255
"""User words of one packet: the count on the wire has 8 bits."""
MAX_PACKETS = 512
"""Packets of one picture that a source hands on; what else there is, it leaves out."""
_LAST_LINE = 4499
"""Of what SDI carries today, 8K, with room for its blanking."""


class TimecodeFlag(IntFlag):
    """What RP188 timecode says beside the time. The values are the DeckLink driver's, so that a flag that we do not
    know passes."""

    DROP_FRAME = 1
    FIELD_MARK = 2
    COLOR_FRAME = 4
    TRIGGER_EMBEDDED = 8
    """The camera says at all whether it records."""
    TRIGGERED = 16
    """It records."""


@dataclass(frozen=True, slots=True)
class AncillaryPacket:
    """One packet of SMPTE ST 291, without its checksum and parity.

    `did`, `sdid`: identifiers, 0..255; a packet of type 1 has its block number in `sdid`. `data`: the user words, the
    lower 8 bits of each, at most MAX_WORDS. `line`: of the picture, 0 where it is not known or any will do. `stream`:
    which data stream of the link, from 0. Raises FormatError.
    """

    did: int
    sdid: int
    data: bytes = b""
    line: int = 0
    stream: int = 0

    def __post_init__(self) -> None:
        if len(self.data) > MAX_WORDS:
            raise FormatError(f"an ancillary packet holds at most {MAX_WORDS} words, not {len(self.data)}")
        if not (0 <= self.did <= 255 and 0 <= self.sdid <= 255 and 0 <= self.stream <= 255):
            raise FormatError(f"{self.did}, {self.sdid}, stream {self.stream}: identifiers and stream lie in 0 to 255")
        if not 0 <= self.line <= _LAST_LINE:
            raise FormatError(f"line {self.line} of an ancillary packet does not lie in 0 to {_LAST_LINE}")

    @property
    def kind(self) -> tuple[int, int]:
        """Both identifiers, by which packets are known."""
        return self.did, self.sdid

    def __str__(self) -> str:
        return f"{self.did:02X}/{self.sdid:02X}"
