"""Which takes a session's events come to: one for each run of each camera, numbered on within its set-up."""

from __future__ import annotations

from collections import OrderedDict, deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.errors import LibraryError
from livegrade.library.values import Slate
from livegrade.session.alarms import AlarmEdge
from livegrade.session.draft import TakeDraft
from livegrade.session.events import RecordEdge
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from livegrade.library.values import Take
    from livegrade.scopes.measure import ScopeData
    from livegrade.session.alarms import AlarmEvent, AlarmKind
    from livegrade.session.draft import Sight
    from livegrade.session.drawing import LookWorn
    from livegrade.session.events import RecordEvent

MOST_UNWRITTEN = 500
"""Takes that wait for a disk; beyond that the oldest are lost, counted."""
GOES_ON_NS = 60 * NS_PER_SECOND
"""A camera that records when a session begins is still in the take that was cut short no longer ago than this."""
LOOKS_REMEMBERED = 500
"""Changes of look before a take that are remembered for its beginning."""


class TakeRecorder:
    """For one thread. `open`: the take of each slot that records; `newest`: of each slot; `unwritten`: takes that are
    not on disk as they are now, oldest first; `lost`: how many never got there."""

    def __init__(self, day: str, unit: str, highest: Callable[[Slate, str], int]) -> None:
        """`highest`: the highest take number that is kept of a slate's set-up on a day."""
        self.day = day
        self.unit = unit
        self.open: dict[str, TakeDraft] = {}
        self.unwritten: OrderedDict[int, TakeDraft] = OrderedDict()
        self.lost = 0
        self._highest = highest
        self._slate = Slate(take=0)
        self._came: Slate | None = None
        self._numbers: dict[tuple[str, str], int] = {}
        self._worn: dict[str, deque[LookWorn]] = {}
        self.newest: dict[str, TakeDraft] = {}
        self._cut_short: dict[str, Take] = {}
        self._lasting: dict[str, dict[AlarmKind, AlarmEvent]] = {}

    @property
    def slate(self) -> Slate:
        """What the next take of a camera that joins nobody's take will be called."""
        return replace(self._slate, take=self._slate.take or self._used() + 1)

    @slate.setter
    def slate(self, slate: Slate) -> None:
        """`take` 0: the number after the highest of that set-up."""
        self._slate = slate

    @property
    def written_slate(self) -> Slate:
        """`slate` as it was said: `take` 0 where that is the number after the highest."""
        return self._slate

    def go_on(self, slate: Slate) -> None:
        """With the slate that was written for the next take of a session before."""
        self._slate = self._came = slate

    def take_up(self, slate: Slate, cut_short: Iterable[Take], *, is_newer: bool) -> None:
        """Where a session before left off: the slate of its newest take, unless somebody has said another one, or one
        came from that session that this take `is_newer` than not; and the takes that it could not end."""
        if self._slate == Slate(take=0) if self._came is None else is_newer and self._is_as_it_came:
            self._slate = replace(slate, take=0)
        self._cut_short = {take.slot: take for take in cut_short}

    @property
    def _is_as_it_came(self) -> bool:
        return self._slate == self._came and not self.newest

    def record(self, event: RecordEvent, sight: Sight, wall_ns: int) -> None:
        """A camera began or stopped. `wall_ns`: the time of the event."""
        draft = self.open.get(event.slot)
        if event.edge is RecordEdge.START:
            if draft is None:
                self._begin(event, sight, wall_ns)
        elif draft is not None and draft.ends_by(event.rule):
            draft.end(event, sight, wall_ns)
            del self.open[event.slot]
            self._unwritten(draft)

    def wear(self, slot: str, worn: LookWorn) -> None:
        """The pictures of a slot have another look."""
        self._worn.setdefault(slot, deque(maxlen=LOOKS_REMEMBERED)).append(worn)
        self._tell(slot, lambda draft: draft.wear(worn))

    def rest(self, now_ns: int) -> None:
        """Time goes on."""
        for slot in self.open:
            self._tell(slot, lambda draft: draft.rest(now_ns))

    def alarm(self, event: AlarmEvent) -> None:
        """An alarm was raised, or is over. One that lasts is an alarm of the takes that begin meanwhile, too."""
        lasting = self._lasting.setdefault(event.slot, {})
        lasting.pop(event.kind, None)
        if event.edge is AlarmEdge.BEGIN:
            lasting[event.kind] = event
        if event.edge is not AlarmEdge.END:
            self._tell(event.slot, lambda draft: draft.alarm(event))
        elif event.counted is not None:
            self.counted(event)

    def counted(self, event: AlarmEvent) -> None:
        """How often it happened so far, of one that was raised."""
        self._tell(event.slot, lambda draft: draft.counted(event))

    def measure(self, slot: str, data: ScopeData) -> None:
        self._tell(slot, lambda draft: draft.measure(data))

    def progress(self, slot: str, sight: Sight, wall_ns: int) -> None:
        self._tell(slot, lambda draft: draft.progress(sight, wall_ns))

    def take_at(self, slot: str, index: int) -> Take | None:
        """The newest take of a slot, where this picture lies in it."""
        draft = self.newest.get(slot)
        if draft is None or index < draft.take.first_index:
            return None
        is_in = draft.lasts or index <= (draft.take.last_index or 0)
        return draft.take if is_in else None

    def amend(self, kept: Callable[[int], Take]) -> None:
        """What others wrote on the newest takes: `kept` has them by their number in the library. One that is not
        there any more stays as it is known."""
        for draft in self.newest.values():
            if draft.take.key:
                with suppress(LibraryError):
                    draft.take = draft.onto(kept(draft.take.key))

    def written(self, number: int) -> None:
        """The draft of that number is on disk as it is now."""
        self.unwritten.pop(number).changed = False

    def begin_anew(self, draft: TakeDraft) -> None:
        """The library that had it is not there any more: all of it is to be written again."""
        worn = {one.look.id: one.look for one in self._worn.get(draft.take.slot, ())}
        draft.looks = {look_id: worn[look_id] for look_id in draft.take.look_ids if look_id in worn} | draft.looks
        draft.take = replace(draft.take, key=0)
        self._unwritten(draft)

    def _tell(self, slot: str, what: Callable[[TakeDraft], None]) -> None:
        draft = self.open.get(slot)
        if draft is not None:
            what(draft)
            if draft.changed:
                self._unwritten(draft)

    def _begin(self, event: RecordEvent, sight: Sight, wall_ns: int) -> None:
        slate = self._going_on(event, wall_ns) or self._numbered(event.slot)
        draft = TakeDraft(event, sight, slate, self._worn.get(event.slot, ()), wall_ns)
        draft.take = replace(draft.take, day=self.day, unit=self.unit)
        self.open[event.slot] = self.newest[event.slot] = draft
        for alarm in self._lasting.get(event.slot, {}).values():
            draft.alarm(alarm)
        self._unwritten(draft)

    def _going_on(self, event: RecordEvent, wall_ns: int) -> Slate | None:
        """The slate of the take that was cut short, where the camera is still in it: a second entry of that take."""
        before = self._cut_short.pop(event.slot, None)
        if before is None or event.exact or event.rule != before.started_by:
            return None
        if wall_ns - (before.ended_ns or before.started_ns) > GOES_ON_NS:
            return None
        self._numbers[event.slot, before.slate.setup] = before.slate.take
        return before.slate

    def _numbered(self, slot: str) -> Slate:
        """The slate of a camera that begins: it joins the take of those that record already, unless it has been in
        that one; else the next number."""
        beside = [draft.take.slate for name, draft in self.open.items() if name != slot]
        joined = [one.take for one in beside if (one.scene, one.shot) == (self._slate.scene, self._slate.shot)]
        if joined and max(joined) > self._numbers.get((slot, self._slate.setup), 0):
            slate = replace(self._slate, take=max(joined))
        else:
            slate = self.slate
            self._slate = replace(self._slate, take=0)
        self._numbers[slot, slate.setup] = slate.take
        return slate

    def _used(self) -> int:
        """The highest number of the set-up that is kept or under way."""
        setup = self._slate.setup
        under_way = [number for (_, of), number in self._numbers.items() if of == setup]
        return max([*under_way, self._highest(self._slate, self.day)])

    def _unwritten(self, draft: TakeDraft) -> None:
        self.unwritten[id(draft)] = draft
        while len(self.unwritten) > MOST_UNWRITTEN:
            number, oldest = next(iter(self.unwritten.items()))
            del self.unwritten[number]
            self.lost += not oldest.take.key
