"""Whether the camera records, decided for every picture from what came with it.

Cameras say it in ways of their own: in flags of the timecode, in a user bit, in an ancillary packet, or only by a
timecode that runs. A rule reads one of these; the first rule that has something to say decides. One picture of noise is
no take: what is said counts when it has been said for some pictures in a row, and then from the first of them on.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from livegrade.video.ancillary import TimecodeFlag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.timing.timecode import Timecode
    from livegrade.video.frame import Frame

HOLD = 2
"""For how many pictures in a row a camera must say the same."""
MAX_HOLD = 100
SILENT = 50
"""After so many pictures without a word the camera says nothing any more: a radio link may lose a few packets."""
NOBODY = "silent"
"""In the place of the rule where none of them finds anything any more."""
_MOST_PER_LABEL = 4


@dataclass(frozen=True, slots=True)
class SenderSays:
    """What the carrier has a word of its own for, as NDI metadata does."""

    def __str__(self) -> str:
        return "sender"


@dataclass(frozen=True, slots=True)
class TimecodeTrigger:
    """The record trigger in the timecode, as the card's driver reads it."""

    def __str__(self) -> str:
        return "flag"


@dataclass(frozen=True, slots=True)
class UserBits:
    """It records where the timecode's user bits under `mask` are `value`."""

    mask: int
    value: int

    def __str__(self) -> str:
        return f"bits:0x{self.mask:08X}{_wanted(self.mask, self.value, 8)}"


@dataclass(frozen=True, slots=True)
class PacketByte:
    """It records where user word `byte`, from 0, of the packet did/sdid is `value` under `mask`."""

    did: int
    sdid: int
    byte: int
    mask: int
    value: int

    def __str__(self) -> str:
        where = f"{self.did:02X}/{self.sdid:02X}:{self.byte}"
        return f"packet:{where}:0x{self.mask:02X}{_wanted(self.mask, self.value, 2)}"


@dataclass(frozen=True, slots=True)
class RunningTimecode:
    """It records while the timecode moves. True only of a camera whose timecode is set to record run: one that runs
    free seems to record all day. Above 30 pictures a second the end is told to the label, which two share."""

    def __str__(self) -> str:
        return "running"


Rule: TypeAlias = SenderSays | TimecodeTrigger | UserBits | PacketByte | RunningTimecode
AUTO: tuple[Rule, ...] = (SenderSays(), TimecodeTrigger())


@dataclass(frozen=True, slots=True)
class Change:
    """The camera began (`recording`) or ended a take with the picture of `index`, `timecode` and `captured_ns`. `rule`:
    which one said so. `exact`: the picture just before said the opposite; else it is missing or said nothing, and the
    change may have come earlier."""

    recording: bool
    index: int
    captured_ns: int
    timecode: Timecode | None
    rule: str
    exact: bool


class RecordFlag:
    """Follows one camera. Not thread-safe; takes its pictures in order.

    `recording`: the state after the newest picture, None while nobody says. A picture that says nothing changes
    nothing, until SILENT of them have come in a row.
    """

    def __init__(self, rules: Sequence[Rule] = AUTO, hold: int = HOLD) -> None:
        """`rules`: in the order of their say; empty: nobody is asked. `hold`: 1..MAX_HOLD pictures."""
        self.recording: bool | None = None
        self.rules = tuple(rules)
        self.hold = hold
        self._before: deque[Timecode | None] = deque(maxlen=_MOST_PER_LABEL)
        self._other: _Run | None = None
        self._silence: _Run | None = None
        self._last: tuple[int, bool | None] | None = None

    def see(self, frame: Frame) -> Change | None:
        """The change that `frame` makes certain; it tells of the picture with which it began."""
        said, rule = self._ask(frame)
        last, self._last = self._last, (frame.index, said)
        self._before.append(frame.timecode)
        if rule is None:
            return self._hear_nothing(frame)
        self._silence = None
        if said is self.recording:
            self._other = None
            return None
        if self._other is None or self._other.says is not said:
            self._other = _Run(frame, said, rule, exact=last == (frame.index - 1, not said))
        self._other.pictures += 1
        return self._turn(self._other) if self._other.pictures >= self.hold else None

    def _hear_nothing(self, frame: Frame) -> Change | None:
        if self.recording is None and self._other is None:
            return None
        if self._silence is None:
            self._silence = _Run(frame, None, None, exact=False)
        self._silence.pictures += 1
        return self._turn(self._silence) if self._silence.pictures >= SILENT else None

    def _turn(self, run: _Run) -> Change | None:
        before, self.recording = self.recording, run.says
        self._other = self._silence = None
        return run.change() if run.says or before else None

    def _ask(self, frame: Frame) -> tuple[bool | None, Rule | None]:
        for rule in self.rules:
            said = _read(rule, frame, self._before)
            if said is not None:
                return said, rule
        return None, None


class _Run:
    """Pictures that say the same, since the first of them. The picture itself is not kept: its buffer would be missing
    elsewhere for as long as the run lasts."""

    __slots__ = ("_captured_ns", "_exact", "_index", "_rule", "_timecode", "pictures", "says")

    def __init__(self, first: Frame, says: bool | None, rule: Rule | None, *, exact: bool) -> None:
        self.says = says
        self.pictures = 0
        self._index = first.index
        self._captured_ns = first.captured_ns
        self._timecode = first.timecode
        self._rule = rule
        self._exact = exact

    def change(self) -> Change:
        rule = NOBODY if self._rule is None else str(self._rule)
        return Change(self.says is True, self._index, self._captured_ns, self._timecode, rule, self._exact)


def _read(rule: Rule, frame: Frame, before: deque[Timecode | None]) -> bool | None:
    """What `rule` finds; None: nothing that it could read is there."""
    match rule:
        case SenderSays():
            return frame.metadata.recording
        case TimecodeTrigger():
            flags = frame.metadata.timecode_flags
            if flags is None or not flags & (TimecodeFlag.TRIGGER_EMBEDDED | TimecodeFlag.TRIGGERED):
                return None
            return bool(flags & TimecodeFlag.TRIGGERED)
        case UserBits(mask, value):
            bits = frame.metadata.user_bits
            return None if bits is None else bits & mask == value
        case PacketByte(did, sdid, byte, mask, value):
            for packet in frame.ancillary:
                if packet.did == did and packet.sdid == sdid and byte < len(packet.data):
                    return packet.data[byte] & mask == value
            return None
        case RunningTimecode():
            now = frame.timecode
            if now is None or len(before) < now.rate.per_label:
                return None
            past = before[-now.rate.per_label]
            return None if past is None else now != past


def _wanted(mask: int, value: int, digits: int) -> str:
    return "" if mask == value else f"=0x{value:0{digits}X}"
