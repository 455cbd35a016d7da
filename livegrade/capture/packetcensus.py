"""What came beside the pictures of a source over a while: each kind of ancillary packet, the timecode's flags and user
bits, and which bits changed how often.

A record flag changes when the camera starts and stops, a counter changes all the time: a bit that changed a few times
while somebody pressed the button is told as the rule that would read it (`recordrules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.capture.packets import describe, name
from livegrade.capture.recordflag import PacketByte, UserBits
from livegrade.video.ancillary import TimecodeFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.capture.recordflag import Rule
    from livegrade.timing.timecode import Timecode
    from livegrade.video.ancillary import AncillaryPacket
    from livegrade.video.frame import Frame

MAX_KINDS = 256
"""Kinds of packet, each line its own, that are kept apart; what there is beyond is counted."""
FEW = 8
"""How often a bit that may be a record flag has changed at most."""
_USER_BYTES = 4


@dataclass(frozen=True, slots=True)
class Flagged:
    """A bit that changed a few times: `rule` would read it, `changes` is how often it did."""

    rule: str
    changes: int


@dataclass(frozen=True, slots=True)
class PacketKind:
    """Packets of one kind on one line. `id`: both identifiers, hexadecimal; `pictures`: in how many it came; `first`:
    the first packet's user words in hexadecimal, and `says` what is in them, where that is known."""

    id: str
    name: str | None
    line: int
    stream: int
    pictures: int
    packets: int
    shortest: int
    longest: int
    first: str
    says: tuple[str, ...]
    flags: tuple[Flagged, ...]


@dataclass(frozen=True, slots=True)
class TimecodeSeen:
    """`first`, `last`: timecodes; `flags`: those that were set at least once, by name, None where no flags came;
    `user_bits`: the first, hexadecimal, None where none came."""

    first: str | None
    last: str | None
    flags: tuple[str, ...] | None
    user_bits: str | None
    user_flags: tuple[Flagged, ...]


@dataclass(frozen=True, slots=True)
class Census:
    """`recording_said`: what the source has a word of its own for; `left_out`: packets beyond MAX_KINDS."""

    pictures: int
    timecode: TimecodeSeen
    recording_said: bool
    kinds: tuple[PacketKind, ...]
    left_out: int


class PacketCensus:
    """Counts what comes with each picture that it is shown. Not thread-safe."""

    def __init__(self) -> None:
        self._pictures = 0
        self._kinds: dict[tuple[int, int, int, int], _Kind] = {}
        self._left_out = 0
        self._first: Timecode | None = None
        self._last: Timecode | None = None
        self._flags: TimecodeFlag | None = None
        self._user_bits: int | None = None
        self._user = _Toggles()
        self._said = False

    def see(self, frame: Frame) -> None:
        self._pictures += 1
        self._see_timecode(frame)
        self._said |= frame.metadata.recording is not None
        for packet in frame.ancillary:
            key = (packet.line, packet.stream, *packet.kind)
            kind = self._kinds.get(key)
            if kind is None:
                if len(self._kinds) >= MAX_KINDS:
                    self._left_out += 1
                    continue
                kind = self._kinds[key] = _Kind(packet)
            kind.see(packet, self._pictures)

    def _see_timecode(self, frame: Frame) -> None:
        known = frame.metadata
        if frame.timecode is not None:
            self._first = self._first or frame.timecode
            self._last = frame.timecode
        if known.timecode_flags is not None:
            self._flags = (self._flags or TimecodeFlag(0)) | known.timecode_flags
        if known.user_bits is not None:
            self._user_bits = known.user_bits if self._user_bits is None else self._user_bits
            self._user.see(known.user_bits.to_bytes(_USER_BYTES, "big"))

    def result(self) -> Census:
        names = None if self._flags is None else tuple(_flag_names(self._flags))
        user = None if self._user_bits is None else f"{self._user_bits:08X}"
        seen = [kind.result() for _, kind in sorted(self._kinds.items())]
        timecode = TimecodeSeen(_text(self._first), _text(self._last), names, user, self._user.flags(_user_rule))
        return Census(self._pictures, timecode, self._said, tuple(seen), self._left_out)


class _Kind:
    """Packets of one kind and line. The first of each picture is compared with that of the picture before."""

    def __init__(self, first: AncillaryPacket) -> None:
        self._first = first
        self._packets = self._pictures = self._newest = 0
        self._shortest = self._longest = len(first.data)
        self._toggles = _Toggles()

    def see(self, packet: AncillaryPacket, picture: int) -> None:
        self._packets += 1
        self._shortest = min(self._shortest, len(packet.data))
        self._longest = max(self._longest, len(packet.data))
        if picture != self._newest:
            self._newest = picture
            self._pictures += 1
            self._toggles.see(packet.data)

    def result(self) -> PacketKind:
        first = self._first
        return PacketKind(
            id=str(first),
            name=name(first),
            line=first.line,
            stream=first.stream,
            pictures=self._pictures,
            packets=self._packets,
            shortest=self._shortest,
            longest=self._longest,
            first=first.data.hex(" ").upper(),
            says=describe(first),
            flags=self._toggles.flags(lambda byte, mask: PacketByte(first.did, first.sdid, byte, mask, mask)),
        )


class _Toggles:
    """How often each bit of some bytes changed."""

    def __init__(self) -> None:
        self._before: bytes | None = None
        self._changes: dict[tuple[int, int], int] = {}

    def see(self, data: bytes) -> None:
        before, self._before = self._before, data
        if before is None or before == data:
            return
        for byte, (old, new) in enumerate(zip(before, data, strict=False)):
            for bit in range(8):
                if (old ^ new) >> bit & 1:
                    key = byte, 1 << bit
                    self._changes[key] = self._changes.get(key, 0) + 1

    def flags(self, rule: Callable[[int, int], Rule]) -> tuple[Flagged, ...]:
        few = ((key, times) for key, times in sorted(self._changes.items()) if times <= FEW)
        return tuple(Flagged(str(rule(byte, mask)), times) for (byte, mask), times in few)


def _user_rule(byte: int, mask: int) -> Rule:
    shifted = mask << 8 * (_USER_BYTES - 1 - byte)
    return UserBits(shifted, shifted)


def _flag_names(flags: TimecodeFlag) -> list[str]:
    known = [one for one in TimecodeFlag if one in flags]
    rest = int(flags) & ~sum(known)
    return [str(one.name).lower().replace("_", " ") for one in known] + ([f"{rest:X}h"] if rest else [])


def _text(timecode: Timecode | None) -> str | None:
    return None if timecode is None else str(timecode)
