"""Keeps what happens in a session: one thread that follows its events, looks and scopes, and writes takes into the
library. Nothing waits for it: a disk that is full, slow or gone is a state and an event, and what it could not take is
written when it is back."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from livegrade.errors import LibraryError, LivegradeError, UsageError
from livegrade.library.kinds import TAKES
from livegrade.library.query import Condition, Query
from livegrade.library.values import Day, Marker, MarkerKind, Slate, Still, Take, Unit
from livegrade.scopes.measure import Tap
from livegrade.session.alarms import AlarmEvent
from livegrade.session.draft import STOP
from livegrade.session.events import Link, RecordEdge, RecordEvent, State
from livegrade.session.jobs import LibraryJobs
from livegrade.session.marking import Marking
from livegrade.session.recorder import TakeRecorder
from livegrade.session.shelf import Shelf
from livegrade.session.sight import camera_state, sight_of
from livegrade.session.slating import NextSlate
from livegrade.timing.rate import NS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from livegrade.color.look import Look
    from livegrade.library.store import Library
    from livegrade.library.values import LinkedLook, LookEntry
    from livegrade.session.draft import TakeDraft
    from livegrade.session.graph import Session
    from livegrade.session.marking import MarkedTake
    from livegrade.session.setup import KeepingPlan
    from livegrade.session.slating import Slating, WrittenSlate
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

T = TypeVar("T")
STEP_S = 0.1
PROGRESS_NS = 5 * NS_PER_SECOND
"""How often a take that goes on is written down."""
STOP_S = 10.0
"""How long the end of a session waits for a disk."""
MOST_TEXT = 2000


class Keeping:
    """Owns the thread and its library. Everything public may be used from any thread."""

    def __init__(
        self,
        session: Session,
        plan: KeepingPlan,
        picture: Callable[[Frame, Look], bytes] | None = None,
        wall: Callable[[], int] = time.time_ns,
    ) -> None:
        """`picture`: a small JPEG of the first picture of each take; `wall`: nanoseconds since 1970 UTC."""
        date = f"{datetime.fromtimestamp(wall() / NS_PER_SECOND):%Y-%m-%d}"
        self.folder = plan.folder
        self.day = Day(plan.day or date, date)
        self.unit = Unit(plan.unit)
        self._stills = plan.stills
        self._session = session
        session.references.library = plan.folder
        self._picture = picture
        self._wall = wall
        self._shelf = Shelf(plan.folder, self.day, self.unit, session.clock, session.events, waits=plan.waits)
        self._jobs = LibraryJobs()
        self._recorder = TakeRecorder(self.day.name, self.unit.name, self._highest)
        self._next = NextSlate(self.day.name, self.unit.name, lambda: session.events.count, self._begun_ns, wall())
        self._open: tuple[Take, ...] = ()
        self._marking = Marking()
        self._seen = 0
        self._missed = 0
        self._revision = 0
        self._stamp = (0, 0)
        self._worn: dict[str, int] = {}
        self._measured: dict[str, int] = {}
        self._progressed_ns = session.clock.now_ns()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="livegrade-library", daemon=True)

    def start(self) -> None:
        """Begins to follow; the library is opened by the thread."""
        self._session.events.name_takes(self._take_of)
        self._thread.start()

    def stop(self) -> None:
        """After the session: its open takes end, and all is written, for as long as STOP_S."""
        if self._thread.ident is None:
            return
        self._session.events.name_takes(None)
        self._stopping = True
        self._jobs.waiting.set()
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            self._shelf.tell(Link.FAULTED, f"the library {self.folder} did not take what was still to be written")

    @property
    def state(self) -> State:
        """Whether the library can be written."""
        return self._shelf.state

    @property
    def unwritten(self) -> int:
        """Takes that are not on disk as they are now."""
        return len(self._recorder.unwritten)

    @property
    def lost(self) -> int:
        """Takes that never got there, because too many waited."""
        return self._recorder.lost

    @property
    def revision(self) -> int:
        """Another number whenever somebody has changed what the library holds."""
        return self._revision

    @property
    def slate(self) -> Slate:
        """What the next take will be called, `take` 0 where its number is not known yet. Set it with `take` 0 for the
        number after the highest of its set-up."""
        return self._next.now

    @slate.setter
    def slate(self, slate: Slate) -> None:
        self.write_slate(lambda said, number: slate)

    def write_slate(self, slating: Slating) -> Slate:
        """As `NextSlate.write`: in force with the takes that are told of from now on, however late they are written.
        Raises UsageError."""
        slate = self._next.write(slating)
        self._jobs.waiting.set()
        return slate

    @property
    def written_slate(self) -> WrittenSlate | None:
        """What a session that follows this one is to go on with; None where nobody has written one."""
        return self._next.written

    def go_on(self, written: WrittenSlate | None, told: Callable[[], None]) -> None:
        """Before `start`: with the slate that a session before left, where it is of this day and unit. `told`: is
        called from any thread when `written_slate` is another."""
        if self._next.go_on(written, told):
            self._recorder.go_on(self._next.now)

    @property
    def open_takes(self) -> tuple[Take, ...]:
        """The takes that go on now, as far as they are known."""
        return self._open

    @property
    def marked_takes(self) -> tuple[MarkedTake, ...]:
        """The newest take of each slot in this session, with its markers."""
        return self._marking.takes

    def submit(self, job: Callable[[Library], T]) -> Future[T]:
        """Does something with the library on the thread that writes it. The future has LibraryError where there is
        none now. Raises UsageError where too much waits already."""
        return self._jobs.submit(job)

    def mark(self, slot: str, kind: MarkerKind, text: str = "") -> Future[Marker]:
        """A marker at the newest picture of a slot, in its take where there is one. Raises UsageError."""
        sight = sight_of(self._session.slot(slot))
        if sight is None:
            raise UsageError(f"slot {slot} has had no picture yet; a marker is pinned to one")
        at_ns = self._wall_ns(sight.at_ns)
        marker = Marker(kind, slot, at_ns, sight.index, sight.timecode, text[:MOST_TEXT], day=self.day.name)

        def kept(library: Library) -> Marker:
            take = self._recorder.take_at(slot, sight.index)
            added = library.add(replace(marker, take=None if take is None else take.key or None))
            self._marking.add(added)
            return added

        return self.submit(kept)

    def still_name(self, slot: SlotRunner, frame: Frame, look: Look) -> str:
        """How a still of this picture is called by the scheme, without ending: after the take that goes on, else
        after the slate."""
        slate = next((take.slate for take in self._open if take.slot == slot.name), self._next.now)
        camera = camera_state(frame, slot.camera, slot.camera_said)
        return self._stills.name(
            {
                "day": self.day.name,
                "date": self.day.date,
                "unit": self.unit.name,
                "scene": slate.scene,
                "shot": slate.shot,
                "setup": slate.setup,
                "take": slate.take,
                "slot": slot.name,
                "timecode": "" if frame.timecode is None else str(frame.timecode),
                "frame": frame.index,
                "camera": camera.name,
                "ei": "" if camera.ei is None else camera.ei,
                "reel": camera.reel,
                "clip": camera.clip,
                "look": look.id[:8],
            }
        )

    def keep_still(self, still: Still, frame: Frame, look: Look) -> Future[Still]:
        """A still whose files are there, in its take where there is one, with a small picture of `frame` under `look`.
        Raises UsageError."""

        def kept(library: Library) -> Still:
            take = self._recorder.take_at(still.slot, still.index)
            key, scene = (None, "") if take is None else (take.key or None, take.slate.scene)
            library.files.keep_look(look)  # or it would be named by an id that is not there, outside of takes
            small = self._kept_picture(library, frame, look)
            return library.add(replace(still, take=key, scene=scene, thumbnail=small, day=self.day.name))

        return self.submit(kept)

    def keep_look(
        self, look: Look, entry: LookEntry, linked: Sequence[tuple[LinkedLook, Look]] = ()
    ) -> Future[LookEntry]:
        """A look under the entry's name, with a small picture of its slot. Raises UsageError."""

        def kept(library: Library) -> LookEntry:
            graded = self._session.slot(entry.slot).drawing.graded
            small = b"" if graded is None or self._picture is None else self._picture(*graded)
            return library.keep_look(look, replace(entry, day=self.day.name), linked, small)

        return self.submit(kept)

    # ---- the thread

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._turn()
                self._jobs.waiting.wait(STEP_S)
                self._jobs.waiting.clear()
            self._turn(last=True)
            if self.unwritten:
                self._shelf.tell(Link.FAULTED, f"{self.unwritten} takes could not be written into {self.folder}")
        finally:
            self._shelf.close()
            self._jobs.close(f"the session has ended and writes no more into {self.folder}")

    def _turn(self, *, last: bool = False) -> None:
        try:
            self._library()  # first, because it knows the slate and the numbers
            self._follow()
            if last:
                self._end_all()
            self._write(last=last)
        except Exception as error:
            # The thread's edge: what is known is kept, and written in a later turn. Said once.
            fault = f"keeping takes failed: {error}"
            if fault != self.state.reason:
                _log.exception("keeping failed")
            self._shelf.fail(fault)

    def _take_of(self, slot: str) -> str:
        return next((str(take.slate) for take in self._open if take.slot == slot), "")

    def _follow(self) -> None:
        """What has happened since the last turn."""
        for slot in self._session.slots:
            self._see_looks(slot)
        told, count = self._session.events.since(self._seen)
        self._missed += count - self._seen - len(told)
        for number, event in enumerate(told, count - len(told)):
            self._see_slates(number)
            self._seen = number + 1  # one that fails costs none of those behind it
            if isinstance(event, RecordEvent):
                self._record(event)
            elif isinstance(event, AlarmEvent):
                self._recorder.alarm(event)
        self._see_slates(count)
        for counted in self._session.events.counted():
            self._recorder.counted(counted)
        self._recorder.rest(self._session.clock.now_ns())
        self._see_scopes()
        self._see_progress()
        self._publish()

    def _see_slates(self, number: int) -> None:
        """What was said before the event of this number, counted from 0."""
        for slating in self._next.until(number):
            with suppress(UsageError):  # of a slate in whose place the newest take of the day has come
                self._recorder.slate = slating(self._recorder.written_slate, self._recorder.slate.take)

    def _see_looks(self, slot: SlotRunner) -> None:
        for worn in slot.drawing.worn.copy():
            if worn.number > self._worn.get(slot.name, 0):
                self._worn[slot.name] = worn.number
                self._recorder.wear(slot.name, worn)

    def _record(self, event: RecordEvent) -> None:
        sight = sight_of(self._session.slot(event.slot))
        if sight is None:
            return
        self._recorder.record(event, sight, self._wall_ns(event.at_ns))
        if event.edge is RecordEdge.START and self._shelf.is_held:
            text = f"the take of {event.slot} is not kept so far: {self.state.reason}"
            self._shelf.tell(Link.FAULTED, text, is_moment=True)

    def _see_scopes(self) -> None:
        for name in self._recorder.open:
            data = self._session.slot(name).scopes.get(Tap.SOURCE)
            if data is not None and self._measured.get(name) != data.index:
                self._measured[name] = data.index
                self._recorder.measure(name, data)

    def _see_progress(self) -> None:
        now_ns = self._session.clock.now_ns()
        is_due = now_ns - self._progressed_ns >= PROGRESS_NS
        if is_due:
            self._progressed_ns = now_ns
        for name, draft in self._recorder.open.items():
            # What is written anyway, for a look or an alarm, never names a picture behind the end of its take.
            sight = sight_of(self._session.slot(name)) if is_due or draft.changed else None
            if sight is not None:
                self._recorder.progress(name, sight, self._wall_ns(sight.at_ns))

    def _end_all(self) -> None:
        """The session is over, and with it what it sees of takes."""
        for name in tuple(self._recorder.open):
            sight = sight_of(self._session.slot(name))
            if sight is not None:
                event = RecordEvent(sight.at_ns, name, RecordEdge.END, sight.index, sight.timecode, STOP, False)
                self._recorder.record(event, sight, self._wall_ns(sight.at_ns))
        self._publish()

    def _publish(self) -> None:
        self._open = tuple(draft.take for draft in self._recorder.open.values())
        self._marking.follow((draft.take, draft.lasts) for draft in self._recorder.newest.values())
        for draft in self._recorder.newest.values():
            self._next.know(draft.take.started_ns)
        self._next.see(self._recorder.slate, self._recorder.written_slate)

    # ---- writing

    def _write(self, *, last: bool = False) -> None:
        """All that waits, where the library can take it."""
        library = self._library(at_once=last)
        if library is None:
            self._jobs.refuse(self.state.reason or f"the library {self.folder} is not open")
            return
        try:
            for number, draft in tuple(self._recorder.unwritten.items()):
                self._write_take(library, draft)
                self._recorder.written(number)
            self._jobs.do_with(library)
            stamp = library.stamp()
            if stamp != self._stamp:
                self._stamp = stamp
                self._revision += 1
                self._recorder.amend(partial(library.get, TAKES))
        except (LivegradeError, OSError) as error:
            self._shelf.fail(str(error))
        if self._missed:
            text = f"{self._missed} events came too fast to be followed; takes may lack them"
            self._missed = 0
            self._shelf.tell(Link.RUNNING, text, is_moment=True)

    def _write_take(self, library: Library, draft: TakeDraft) -> None:
        """Its looks first, so that none is named that is not there."""
        while draft.looks:
            look_id, look = next(iter(draft.looks.items()))
            library.files.keep_look(look)
            del draft.looks[look_id]
        if draft.take.key:
            draft.take = library.change(TAKES, draft.take.key, draft.onto)
        else:
            draft.take = library.add(replace(draft.take, thumbnail=self._thumbnail(library, draft.take.slot)))

    def _thumbnail(self, library: Library, slot: str) -> str:
        """A small picture of what the slot shows now, empty where there is none."""
        graded = self._session.slot(slot).drawing.graded
        return "" if graded is None else self._kept_picture(library, *graded)

    def _kept_picture(self, library: Library, frame: Frame, look: Look) -> str:
        return "" if self._picture is None else library.files.keep_picture(self._picture(frame, look), ".jpg")

    def _library(self, *, at_once: bool = False) -> Library | None:
        if self._shelf.is_open:
            return self._shelf.library((), self._wall())
        drafts = {id(draft): draft for draft in (*self._recorder.open.values(), *self._recorder.unwritten.values())}
        library = self._shelf.library([draft.take.key for draft in drafts.values()], self._wall(), at_once=at_once)
        if library is not None:
            for draft in drafts.values():
                if draft.take.key and not _is_in(library, draft.take):
                    self._recorder.begin_anew(draft)
            for draft in self._recorder.newest.values():
                if draft.take.key and not _is_in(library, draft.take):
                    draft.take = replace(draft.take, key=0)  # it ended in the library before, and stays there
            self._take_up(library)
        return library

    def _take_up(self, library: Library) -> None:
        """Where the last session of this day and unit left off."""
        same = Query((Condition("day", "=", self.day.name), Condition("unit", "=", self.unit.name)))
        newest = library.find(same, TAKES, 1)
        if newest:
            is_newer = newest[0].started_ns > self._next.came_ns
            self._next.know(newest[0].started_ns)
            self._recorder.take_up(newest[0].slate, self._shelf.cut_short, is_newer=is_newer)
            self._shelf.cut_short = []

    def _highest(self, slate: Slate, day: str) -> int:
        """0 where the library cannot be asked: numbers go on from those of this session."""
        try:
            library = self._library()
            return 0 if library is None else library.highest_take(slate.scene, slate.shot, day)
        except LibraryError as error:
            self._shelf.fail(str(error))
            return 0

    def _begun_ns(self) -> int:
        """When the newest take began that anybody has told of, on the wall clock; 0 before any. From any thread."""
        found = [event for slot in self._session.slots for event in slot.takes.found if event.edge is RecordEdge.START]
        return max((self._wall_ns(event.at_ns) for event in found), default=0)

    def _wall_ns(self, at_ns: int) -> int:
        """Wall-clock time of a moment on the session's clock."""
        return self._wall() - (self._session.clock.now_ns() - at_ns)


def _is_in(library: Library, take: Take) -> bool:
    """Whether its number is its own there: a damaged database is begun anew, and a disk may be another one."""
    kept = library.held(TAKES, take.key)
    return kept is not None and (kept.slot, kept.started_ns) == (take.slot, take.started_ns)
