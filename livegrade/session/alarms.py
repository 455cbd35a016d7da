"""Alarms: what somebody at the cart must hear about a picture that goes on, each with a limit, an area and a time.

The kinds and their limits are data (`AlarmRule`), which a rig may change. What is looked at is counted anyway: scopes,
the frame's own numbers, and a thin sample of its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from livegrade.timing.timecode import Timecode


class AlarmKind(StrEnum):
    LOSS = "signal-loss"
    BLACK = "black"
    FREEZE = "freeze"
    CLIP = "clip"
    GAMUT = "gamut"
    TIMECODE = "timecode-break"
    FORMAT = "format-change"
    DEVICE_LOOK = "device-look"
    """A box shows another look than its slot, as far as is known."""

    @property
    def is_moment(self) -> bool:
        """It happens and has no length: told once each time, and counted where it comes again and again."""
        return self in (AlarmKind.TIMECODE, AlarmKind.FORMAT)


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """When one kind of alarm is raised.

    `level`: percent of the signal, black 0 and white 100: at or under it a sample is black; at or over it it clips;
    as far outside of 0 to 100 it leaves the gamut. `area`: percent of the samples that must be. `seconds`: how long.
    """

    kind: AlarmKind
    on: bool = True
    level: float = 0.0
    area: float = 0.0
    seconds: float = 0.0

    @property
    def lasts_ns(self) -> int:
        return round(self.seconds * NS_PER_SECOND)


RULES: tuple[AlarmRule, ...] = (
    AlarmRule(AlarmKind.LOSS, seconds=0.5),
    AlarmRule(AlarmKind.BLACK, level=2.0, area=99.5, seconds=2.0),
    AlarmRule(AlarmKind.FREEZE, seconds=2.0),
    AlarmRule(AlarmKind.CLIP, level=100.0, area=1.0, seconds=1.0),
    # EBU R 103 (2020), section 2: R', G', B' from -5 to 105 %, 1 % of the picture may lie outside.
    AlarmRule(AlarmKind.GAMUT, level=5.0, area=1.0, seconds=1.0),
    AlarmRule(AlarmKind.TIMECODE),
    AlarmRule(AlarmKind.FORMAT),
    AlarmRule(AlarmKind.DEVICE_LOOK, seconds=5.0),
)


class AlarmEdge(StrEnum):
    BEGIN = "begin"
    END = "end"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was seen: on the session's clock, and at which picture."""

    at_ns: int
    index: int
    timecode: Timecode | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something without a length happened, with the first and the last of them."""

    times: int
    first: Moment
    last: Moment

    @property
    def words(self) -> str:
        times = "once" if self.times == 1 else f"{self.times} times"
        if self.first.timecode is None or self.last.timecode is None:
            return times
        return f"{times} from {self.first.timecode} to {self.last.timecode}"


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """An alarm was raised, or is over. `at_ns`, `index`, `timecode`: of the picture with which the cause began, ended
    or happened, on the session's clock and in the source's count; `what`: what is wrong, without the slot; `take`: its
    slate, where the slot records one then, else empty; `counted`: so far, of what happens again and again, and is not
    told each time."""

    at_ns: int
    slot: str
    kind: AlarmKind
    edge: AlarmEdge
    index: int
    timecode: Timecode | None
    what: str
    take: str = ""
    counted: Counted | None = None

    @property
    def said(self) -> str:
        """What is wrong, and how often."""
        return self.what if self.counted is None else f"{self.what}, {self.counted.words}"

    @property
    def text(self) -> str:
        """One line, which names the slot."""
        timecode = str(self.timecode) if self.timecode is not None else ""
        where = ", ".join(filter(None, (timecode, f"picture {self.index}", self.take)))
        over = " is over" if self.edge is AlarmEdge.END else ""
        return f"slot {self.slot} alarm {self.kind.value}{over}: {self.said} ({where})"


class Condition:
    """One rule followed through time, for one thread. A cause counts from its first picture; it is over with the first
    picture that does not have it."""

    def __init__(self, rule: AlarmRule, slot: str) -> None:
        self.rule = rule
        self._slot = slot
        self._since: Moment | None = None
        self._raised: AlarmEvent | None = None

    @property
    def raised(self) -> AlarmEvent | None:
        """The event with which it began, while it lasts."""
        return self._raised

    def see(self, now: Moment, what: str | None) -> AlarmEvent | None:
        """`what`: what is wrong with the picture of `now`, None where nothing is. The event that this makes."""
        if what is None:
            over, self._raised, self._since = self._raised, None, None
            return None if over is None else self._event(now, AlarmEdge.END, over.what)
        self._since = self._since or now
        if self._raised is not None or now.at_ns - self._since.at_ns < self.rule.lasts_ns:
            return None
        self._raised = self._event(self._since, AlarmEdge.BEGIN, what)
        return self._raised

    def happened(self, now: Moment, what: str) -> AlarmEvent:
        """A cause without a length."""
        return self._event(now, AlarmEdge.MOMENT, what)

    def _event(self, when: Moment, edge: AlarmEdge, what: str) -> AlarmEvent:
        return AlarmEvent(when.at_ns, self._slot, self.rule.kind, edge, when.index, when.timecode, what)
