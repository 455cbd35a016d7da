"""Reads what meters show from the newest pictures, on a thread of its own: while somebody looks, a few times a second,
on half of one core at most, and less while the engine is late. The engine waits for nothing here."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.focus import sharpness
from livegrade.engine.native import Native
from livegrade.engine.sample import Patch, area_of, luma_of, patch_at, rows_of, sample, stops_of
from livegrade.engine.view import GRADED
from livegrade.errors import LivegradeError, UsageError
from livegrade.redaction import one_line
from livegrade.scopes.clips import ClipCounter, Clips, limits_of
from livegrade.scopes.find import pixels_of, step_of
from livegrade.scopes.measure import Tap
from livegrade.session.events import Event, Link
from livegrade.session.meters import NO_METERS
from livegrade.session.scoping import STARVED_S
from livegrade.video.codes import Codes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.engine.sample import Sample
    from livegrade.scopes.find import Sought
    from livegrade.session.graph import Session
    from livegrade.session.meters import FocusArea, Meter, Meters
    from livegrade.session.slot import SlotRunner
    from livegrade.timing.timecode import Timecode
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

T = TypeVar("T")
PERIOD_S = 0.1
"""Between two readings of the meters of a slot."""
CLIPS_S = 0.25
"""Between two counts of what is clipped: they look at every pixel."""
CLIPS_REST = 20
"""Times as long as a count took, the next waits: a twentieth of a core at most."""
ASKED_S = 1.0
"""So long after somebody last looked, it is read on."""
LOOK_S = 0.01
REST = 1
"""Times as long as reading took, the thread rests after it: half of one core at most."""
FAULT_REST_S = 1.0
MOST_WAITING = 64
"""Single readings that wait; more are refused."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A patch of one picture at both taps. `stops`: of Y', R', G' and B' of the source over 18 % grey by the camera's
    curve, None where there is no light; None where no camera is known."""

    index: int
    timecode: Timecode | None
    patch: Patch
    source: Sample
    graded: Sample
    stops: tuple[float | None, ...] | None


@dataclass(frozen=True, slots=True)
class Sharpness:
    """`score`: of the newest picture, 0 to 100, None where there is no contrast; `peak`: the highest since it was
    asked for."""

    area: FocusArea
    score: float | None
    peak: float | None


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read last of a slot; nothing before that. `spots`: by the id of the meter, with the meter that was
    read."""

    spots: dict[str, tuple[Meter, Reading]] = field(default_factory=dict)
    focus: Sharpness | None = None
    clips: Clips | None = None


NOTHING = Readings()


@dataclass(frozen=True, slots=True, eq=False)
class Sighted:
    """`pixels`: bool (rows, columns), of every `step`-th pixel both ways of picture `index`."""

    index: int
    step: int
    pixels: NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    slot: str
    read: Callable[[_Pictures], T]
    done: Future[T]

    def carry_out(self, pictures: _Pictures) -> None:
        if not self.done.set_running_or_notify_cancel():
            return
        try:
            self.done.set_result(self.read(pictures))
        except Exception as error:
            # The thread's edge: whoever asked hears of it, and the others get theirs.
            if not isinstance(error, LivegradeError):
                _log.exception("a reading failed slot=%s", self.slot)
            self._fail(error)

    def refuse(self, error: Exception) -> None:
        """Where it was not carried out; nobody hears of it who has given it up."""
        if not self.done.done() and self.done.set_running_or_notify_cancel():
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.done.set_exception(UsageError(f"it cannot be read: {one_line(str(error))}"))


@dataclass(slots=True, eq=False)
class _Of:
    """What the thread knows of one slot."""

    asked_s: float = float("-inf")
    readings: Readings = NOTHING
    index: int | None = None
    meters: Meters = NO_METERS
    due_s: float = 0.0
    read_s: float = 0.0
    clips_due_s: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """One picture of a slot at both taps."""

    slot: SlotRunner
    source: Frame
    graded: Frame


class Metering:
    """Owns the thread. What is public may be used from any."""

    def __init__(self, session: Session) -> None:
        self.shed = 0
        self._session = session
        self._slots: dict[str, _Of] = {}
        self._waiting: deque[_Job[Any]] = deque()
        self._wake = threading.Event()
        self._changing = threading.Lock()
        self._is_closed = False
        self._native = Native(1)
        self._engine = Engine(self._native, buffers=4)
        self._counter = ClipCounter(self._native.pool)
        self._thread = threading.Thread(target=self._run, name="livegrade-meters", daemon=True)

    def of(self, slot: SlotRunner) -> Readings:
        """What was read last. That somebody asks is why it is read: the next answers are newer."""
        known = self._slots.setdefault(slot.name, _Of())
        known.asked_s = time.monotonic()
        if slot.drawing.graded is not None:
            self._begin()
        return known.readings

    def read(self, slot: SlotRunner, meter: Meter) -> Future[Reading]:
        """One reading of the newest picture. Raises UsageError before the first, or where too many wait."""
        return self._later(slot, lambda pictures: self._reading(pictures, meter))

    def find(self, slot: SlotRunner, tap: Tap, sought: Sought) -> Future[Sighted]:
        """The pixels of the newest picture that are sought. Raises UsageError like `read`."""
        return self._later(slot, lambda pictures: self._sighted(pictures, tap, sought))

    def _later(self, slot: SlotRunner, read: Callable[[_Pictures], T]) -> Future[T]:
        if slot.drawing.graded is None:
            raise UsageError(f"slot {slot.name} has had no picture yet")
        job: _Job[T] = _Job(slot.name, read, Future())
        with self._changing:
            if len(self._waiting) >= MOST_WAITING or self._is_closed:
                raise UsageError("too many readings wait already, or the session ends")
            self._waiting.append(job)
        self._begin()
        return job.done

    def close(self) -> None:
        """What waits is refused, and nothing comes after it. Safe to call twice."""
        with self._changing:
            self._is_closed = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        while self._waiting:
            self._waiting.popleft().refuse(UsageError("the session ends"))

    def _begin(self) -> None:
        with self._changing:
            if self._thread.ident is None and not self._is_closed:
                self._thread.start()
        self._wake.set()

    # ---- the thread

    def _run(self) -> None:
        while not self._is_closed:
            began_s = time.thread_time()
            is_asked = self._turn()
            took_s = time.thread_time() - began_s
            self._wake.clear()
            if self._waiting:
                time.sleep(REST * took_s)
            elif is_asked:
                time.sleep(max(LOOK_S, REST * took_s))
            elif not self._is_closed:
                self._wake.wait()

    def _turn(self) -> bool:
        """Whether anybody looks."""
        now_s = time.monotonic()
        jobs = [self._waiting.popleft() for _ in range(len(self._waiting))]
        asked = [name for name, one in list(self._slots.items()) if now_s - one.asked_s < ASKED_S]
        for name in dict.fromkeys([*(job.slot for job in jobs), *asked]):
            mine = [job for job in jobs if job.slot == name]
            try:
                self._serve(self._session.slot(name), mine, now_s, is_asked=name in asked)
            except Exception as error:
                # The thread's edge: what cannot be read now may be read again, and pictures do not depend on it.
                known = self._slots.setdefault(name, _Of())
                known.due_s = now_s + FAULT_REST_S
                for job in mine:
                    job.refuse(error)
                self._say(known, f"meters of slot {name} stand still: {one_line(str(error))}")
        return bool(asked)

    def _serve(self, slot: SlotRunner, jobs: list[_Job[Any]], now_s: float, *, is_asked: bool) -> None:
        known = self._slots.setdefault(slot.name, _Of())
        is_due = is_asked and now_s >= known.due_s and slot.drawing.graded is not None
        if not (jobs or is_due):
            return
        if not jobs and slot.latest.counters().depth > 0 and now_s < known.read_s + STARVED_S:
            self.shed += 1
            return
        pictures = self._newest(slot)
        for job in jobs:
            job.carry_out(pictures)
        meters = slot.meters
        if is_due and (pictures.source.index, meters) != (known.index, known.meters):
            known.due_s = now_s + PERIOD_S
            known.read_s = now_s
            known.index, known.meters = pictures.source.index, meters
            known.readings = self._readings(pictures, meters, known, now_s)
            if known.fault:
                self._tell(Link.RUNNING, f"meters of slot {slot.name} are read again")
            known.fault = ""

    def _newest(self, slot: SlotRunner) -> _Pictures:
        """What an output shows already is not drawn again."""
        graded = slot.drawing.graded
        if graded is None:
            raise UsageError(f"slot {slot.name} has had no picture yet")
        frame, look = graded
        for view, picture in slot.drawing.drawn:
            if view == GRADED and picture.index == frame.index:
                return _Pictures(slot, frame, picture)
        wanted = Wanted(GRADED, slot.drawing.graded_format(frame.format))
        return _Pictures(slot, frame, self._engine.take(frame, look).output(wanted))

    def _readings(self, pictures: _Pictures, meters: Meters, known: _Of, now_s: float) -> Readings:
        spots = {id: (meter, self._reading(pictures, meter)) for id, meter in meters.spots}
        focus = None if meters.focus is None else self._sharpness(pictures, meters.focus, known.readings.focus)
        clips = known.readings.clips
        if now_s >= known.clips_due_s:
            began_s = time.thread_time()
            format = pictures.source.format
            limits = limits_of(pictures.slot.camera, format.range)
            clips = self._counter.count(self._native.source(pictures.source.data, format).image, format, limits)
            known.clips_due_s = now_s + max(CLIPS_S, CLIPS_REST * (time.thread_time() - began_s))
        return Readings(spots, focus, clips)

    def _reading(self, pictures: _Pictures, meter: Meter) -> Reading:
        frame, graded, pool = pictures.source, pictures.graded, self._native.pool
        patch = patch_at(frame.format, meter.x, meter.y, meter.size)
        source = sample(frame.data, frame.format, patch, pool)
        camera = pictures.slot.camera
        stops = None
        if camera is not None:
            stops = tuple(stops_of(camera.curve, signal) for signal in (source.luma, *source.signal))
        return Reading(
            frame.index, frame.timecode, patch, source, sample(graded.data, graded.format, patch, pool), stops
        )

    def _sighted(self, pictures: _Pictures, tap: Tap, sought: Sought) -> Sighted:
        picture = pictures.source if tap is Tap.SOURCE else pictures.graded
        format = picture.format
        planes = rows_of(picture.data, format, 0, format.height, self._native.pool)
        step = step_of(format)
        codes = Codes(planes, format.layout.code_bits, format.layout.is_ycbcr)
        return Sighted(picture.index, step, pixels_of(codes, format, sought, step))

    def _sharpness(self, pictures: _Pictures, area: FocusArea, before: Sharpness | None) -> Sharpness:
        frame = pictures.source
        patch = area_of(frame.format, area.x, area.y, area.width, area.height)
        peak = before.peak if before is not None and before.area == area else None
        luma = luma_of(frame.data, frame.format, patch, self._native.pool)
        score = sharpness(luma, interlaced=frame.format.scan.is_interlaced)
        return Sharpness(area, score, max((one for one in (score, peak) if one is not None), default=None))

    def _say(self, known: _Of, fault: str) -> None:
        """Once for each reason, until they are read again."""
        if fault != known.fault:
            known.fault = fault
            _log.warning("meters cannot be read: %s", fault, exc_info=True)
            self._tell(Link.FAULTED, fault)

    def _tell(self, link: Link, text: str) -> None:
        self._session.events.add(Event(self._session.clock.now_ns(), "meters", link, text))
