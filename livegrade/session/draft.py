"""One take in the making: what its events, pictures, looks and scopes come to, until it is over and written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.capture.recordflag import NOBODY
from livegrade.library.exposure import ExposureSum
from livegrade.library.values import AlarmNote, CameraState, LookChange, Slate, Take, TakeState
from livegrade.session.alarms import AlarmEdge
from livegrade.session.events import BY_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.scopes.measure import ScopeData
    from livegrade.session.alarms import AlarmEvent
    from livegrade.session.drawing import LookWorn
    from livegrade.session.events import RecordEvent
    from livegrade.timing.rate import Rate
    from livegrade.timing.timecode import Timecode

REST_NS = 500_000_000
"""A look that stays for so long is written down; those that a turning wheel passes through are not."""
MOST_CHANGES = 2000
STOP = "stop"
"""The rule that ends a take because the session does."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A slot at its newest picture. `kelvin`: white balance where the camera says it; `recordings`: files that are
    being made of it."""

    at_ns: int
    index: int
    timecode: Timecode | None
    rate: Rate
    state: CameraState
    camera: Camera | None = None
    kelvin: int | None = None
    recordings: tuple[str, ...] = ()


class TakeDraft:
    """For one thread. `take`: as far as it is known; `looks`: those of it that may not be kept yet; `changed`: since
    it was written last; `lasts`: until its end has come."""

    def __init__(
        self, event: RecordEvent, sight: Sight, slate: Slate, worn: Iterable[LookWorn], started_ns: int
    ) -> None:
        """`worn`: what the slot has shown, oldest first; `started_ns`: wall-clock time of `event`."""
        before = [one for one in worn if one.index <= event.index]
        self.looks: dict[str, Look] = {}
        self.changed = True
        self.lasts = True
        self._resting: LookWorn | None = None
        self._exposure = ExposureSum(sight.camera)
        self._files = len(sight.recordings)
        self.take = Take(
            slot=event.slot,
            slate=slate,
            started_ns=started_ns,
            first_index=event.index,
            start=event.timecode,
            looks=(),
            started_by=event.rule,
            rate=sight.rate,
            camera=sight.state,
            files=sight.recordings[-1:],
        )
        if before:
            self._change(before[-1], event.index, event.timecode)

    def ends_by(self, rule: str) -> bool:
        """Whether what this rule says is the end of the take: its own, a person's, and the session's are."""
        return rule in (self.take.started_by, STOP, NOBODY, *BY_PEOPLE)

    def wear(self, worn: LookWorn) -> None:
        """The pictures have another look; it counts once it has stayed for a while."""
        if worn.index > self.take.first_index:
            self.rest(worn.at_ns)
            self._resting = worn
        elif not self.take.looks:
            self._change(worn, self.take.first_index, self.take.start)

    def rest(self, now_ns: int) -> None:
        """Writes down the look that has stayed for REST_NS, if there is one."""
        worn = self._resting
        if worn is not None and now_ns - worn.at_ns >= REST_NS:
            self._resting = None
            self._change(worn, worn.index, worn.timecode)

    def measure(self, data: ScopeData) -> None:
        self._exposure.see(data)

    def alarm(self, event: AlarmEvent) -> None:
        self._exposure.note(AlarmNote(event.kind.value, event.index, event.timecode, event.what))
        self.changed = True

    def counted(self, event: AlarmEvent) -> None:
        """As `event` says how often: it is written when it is over, or else with what comes next."""
        if event.counted is not None:
            self._exposure.say(event.kind.value, event.counted.first.index, event.said)
            self.changed |= event.edge is AlarmEdge.END

    def progress(self, sight: Sight, wall_ns: int) -> None:
        """How far it has come, so that what is cut short has an end."""
        if sight.index >= self.take.first_index:
            self._until(sight, sight.index, sight.timecode, wall_ns)

    def end(self, event: RecordEvent, sight: Sight, wall_ns: int) -> None:
        """`event`: of the first picture after it; of its last one where the session ends. `wall_ns`: of the event."""
        is_last = event.rule == STOP
        last = max(event.index - (not is_last), self.take.first_index)
        timecode = event.timecode if is_last or event.timecode is None else event.timecode - 1
        if self._resting is not None and self._resting.index <= last:
            self._change(self._resting, self._resting.index, self._resting.timecode)
        self._resting = None
        self._until(sight, last, timecode, wall_ns)
        looks = tuple(one for number, one in enumerate(self.take.looks) if not number or one.index <= last)
        self.take = replace(self.take, state=TakeState.ENDED, ended_by=event.rule, looks=looks)
        self.lasts = False

    def onto(self, kept: Take) -> Take:
        """What is known here on top of what is kept: slate, circle and comment may have been written by others."""
        return replace(
            self.take,
            slate=kept.slate,
            circled=kept.circled,
            comment=kept.comment,
            thumbnail=self.take.thumbnail or kept.thumbnail,
        )

    def _until(self, sight: Sight, index: int, timecode: Timecode | None, wall_ns: int) -> None:
        camera = replace(sight.state, reel=sight.state.reel or self.take.reel, clip=sight.state.clip or self.take.clip)
        self.take = replace(
            self.take,
            last_index=index,
            end=timecode,
            ended_ns=wall_ns,
            camera=camera,
            exposure=self._exposure.log(sight.kelvin),
            files=sight.recordings[max(0, self._files - 1) :],
        )
        self.changed = True

    def _change(self, worn: LookWorn, index: int, timecode: Timecode | None) -> None:
        look_id = worn.look.id
        if len(self.take.looks) >= MOST_CHANGES or (self.take.looks and self.take.looks[-1].look_id == look_id):
            return
        self.looks[look_id] = worn.look
        self.take = replace(self.take, looks=(*self.take.looks, LookChange(index, timecode, look_id)))
        self.changed = True
