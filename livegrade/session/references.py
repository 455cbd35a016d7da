"""Pictures to compare with, kept ready for the engines that show them: scaled and drawn on a thread of their own, read
on others, while somebody asks for them. An engine takes what is there and never waits, and no picture for a disk."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from livegrade.engine.comparison import FilePicture, Grid, SlotPicture, StillPicture
from livegrade.errors import LivegradeError, UsageError
from livegrade.redaction import one_line
from livegrade.session.events import Link, State
from livegrade.session.originals import RETRY_S, Originals
from livegrade.session.referencepictures import ReferencePictures, expanded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from livegrade.engine.comparison import Reference, SingleReference
    from livegrade.engine.view import View
    from livegrade.session.slot import SlotRunner
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

LOOK_S = 0.005
"""How often somebody looks for new pictures of slots that are compared with."""
WANTED_S = 1.0
"""A picture that nobody has asked for so long is not drawn anew."""
KEPT_S = 60.0
"""And is forgotten after this."""
REST = 1
"""Times as long as pictures took, the thread rests after them: half of one core at most."""
MOST_KEPT, MOST_BYTES = 24, 512 << 20
"""Pictures kept ready, and their memory; those longest unasked go first."""
STARTING, RUNNING = State(Link.STARTING), State(Link.RUNNING)
WORST_FIRST = Link.FAULTED, Link.LOST, Link.ENDED, Link.STARTING, Link.RUNNING


@dataclass(slots=True, eq=False)
class _Want:
    """A reference in one format, for one slot. `drawn`: of which pictures it was made; `retry_s`: when it is tried
    again; `own_size`: of the picture itself. Of a grid, `parts`: its stills and files."""

    own: str
    reference: Reference
    format: VideoFormat
    asked_s: float
    frame: Frame | None = None
    drawn: tuple[int, ...] | None = None
    state: State = STARTING
    note: str = ""
    own_size: tuple[int, int] | None = None
    retry_s: float = 0.0
    parts: dict[Reference, Frame] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of its pictures."""
        return sum(frame.data.nbytes for frame in (self.frame, *self.parts.values()) if frame is not None)


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """How a reference stands: starting while a picture of it is still to come, running, else why it brings nothing new
    (lost, ended) or is not there (faulted); `note`: what was assumed of it; `own_size`: its own width and height, None
    while they are not known and of a grid."""

    state: State
    note: str
    width: int
    height: int
    own_size: tuple[int, int] | None = None


class References:
    """Owns the thread, which begins with the first that is asked for. `require` and `states` from any thread."""

    def __init__(self, slots: Callable[[], list[SlotRunner]]) -> None:
        self._slots = slots
        self._pictures = ReferencePictures(self._slot)
        self._wants: dict[tuple[str, Reference, VideoFormat], _Want] = {}
        self._wake = threading.Event()
        self._originals = Originals(self._pictures.original, self._wake.set)
        self._changing = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="livegrade-references", daemon=True)

    @property
    def library(self) -> Path | None:
        """Where stills lie; None where the session keeps none."""
        return self._pictures.library

    @library.setter
    def library(self, folder: Path | None) -> None:
        self._pictures.library = folder

    def of(self, slot: str) -> SlotReferences:
        """What the engine of a slot is given."""
        return SlotReferences(self, slot)

    def require(self, view: View, *, read: bool = False) -> None:
        """Raises UsageError where a view compares with a slot that is not there, or with a still where none are kept;
        with `read` also what reading a file raises, on the caller's thread."""
        self.require_slots(view)
        for cell in _cells(view):
            if isinstance(cell, StillPicture | FilePicture):
                self._pictures.require(cell, read=read)

    def require_slots(self, view: View) -> None:
        """Raises UsageError where a view compares with a slot that is not there."""
        for slot in slots_of(view):
            self._slot(slot)

    def original(self, reference: StillPicture | FilePicture) -> Frame:
        """A still or file as it was kept. Reads the disk, on the caller's thread. Raises LivegradeError."""
        return self._pictures.original(reference).frame

    def states(self) -> dict[str, dict[str, ReferenceState]]:
        """By the slot that compares and the words of the reference: of those that were asked for lately. Of one that
        is shown in several formats, where it stands worst."""
        with self._changing:
            wants = list(self._wants.values())
        now_s = time.monotonic()
        told: dict[str, dict[str, ReferenceState]] = {}
        for want in sorted(wants, key=lambda want: WORST_FIRST.index(want.state.link)):
            if now_s - want.asked_s < WANTED_S:
                state = ReferenceState(want.state, want.note, want.format.width, want.format.height, want.own_size)
                told.setdefault(want.own, {}).setdefault(str(want.reference) or "all", state)
        return told

    def picture(self, own: str, reference: Reference, format: VideoFormat) -> Frame | None:
        """The newest that there is; never waits for one."""
        key = own, reference, format
        want = self._wants.get(key)
        if want is None:
            with self._changing:
                if self._closed.is_set():
                    return None
                if self._thread.ident is None:
                    self._thread.start()
                want = self._wants[key] = _Want(own, reference, format, time.monotonic())
        want.asked_s = time.monotonic()
        if want.frame is None or not isinstance(reference, StillPicture | FilePicture):
            self._wake.set()
        return want.frame

    def close(self) -> None:
        """Leaves behind what is still read from a disk. Safe to call twice."""
        with self._changing:
            self._closed.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._wants.clear()

    def _slot(self, name: str) -> SlotRunner:
        slots = self._slots()
        found = next((slot for slot in slots if slot.name == name), None)
        if found is None:
            raise UsageError(f"there is no slot {name} to compare with, only {', '.join(one.name for one in slots)}")
        return found

    # ---- its thread

    def _run(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            began_s, now_s = time.thread_time(), time.monotonic()
            with self._changing:
                self._forget(now_s)
                wants = [want for want in self._wants.values() if now_s - want.asked_s < WANTED_S]
            self._originals.forget({cell for want in wants for cell in _kept_cells(want.reference)})
            for want in wants:
                if not self._closed.is_set() and now_s >= want.retry_s:
                    self._serve(want)
            rest_s = max(LOOK_S, REST * (time.thread_time() - began_s))
            self._closed.wait(min(rest_s, 1.0))
            if not any(_is_live(want.reference) for want in wants):
                self._wake.wait(WANTED_S)

    def _forget(self, now_s: float) -> None:
        by_age = sorted(self._wants.items(), key=lambda item: -item[1].asked_s)
        size = 0
        for number, (key, want) in enumerate(by_age):
            size += want.size
            beyond = number >= MOST_KEPT or (size > MOST_BYTES and number > 0)
            if now_s - want.asked_s > KEPT_S or (beyond and now_s - want.asked_s > WANTED_S):
                del self._wants[key]

    def _serve(self, want: _Want) -> None:
        try:
            self._make(want)
        except LivegradeError as error:
            want.state, want.retry_s = State(Link.FAULTED, str(error)), time.monotonic() + RETRY_S
        except Exception as error:
            # The thread's edge: a reference that cannot be made now may be made again, and the others go on.
            reason = f"{want.reference} cannot be shown: {one_line(str(error))}"
            if want.state.reason != reason:
                _log.exception("a reference cannot be made")
            want.state, want.retry_s = State(Link.FAULTED, reason), time.monotonic() + RETRY_S

    def _make(self, want: _Want) -> None:
        reference = want.reference
        match reference:
            case StillPicture() | FilePicture():
                if want.frame is None:
                    want.frame, want.note, want.own_size = self._fitted(reference, want.format)
                    want.state = self._originals.state(reference) if want.frame is None else RUNNING
            case Grid():
                self._make_grid(want, expanded(reference, want.own, tuple(slot.name for slot in self._slots())))
            case SlotPicture():
                drawn = self._slot(reference.slot).drawing.graded
                want.own_size = None if drawn is None else (drawn[0].format.width, drawn[0].format.height)
                newest = self._newest((reference,))
                if newest != want.drawn:
                    want.frame, want.drawn = self._pictures.live(reference, want.format), newest
                want.state = self._standing(reference)

    def _make_grid(self, want: _Want, cells: tuple[SingleReference, ...]) -> None:
        states = []
        for cell in cells:
            if isinstance(cell, StillPicture | FilePicture) and cell not in want.parts:
                part, note, _ = self._fitted(cell, want.format)
                if part is None:
                    states.append(self._originals.state(cell))
                else:
                    want.parts[cell], want.note = part, note
            elif isinstance(cell, SlotPicture):
                states.append(self._standing(cell))
        newest = (*self._newest(cells), len(want.parts))
        if newest != want.drawn:
            want.frame = self._pictures.grid(cells, want.parts, want.format)
            want.drawn = newest
        want.state = _together(states)

    def _fitted(
        self, reference: StillPicture | FilePicture, format: VideoFormat
    ) -> tuple[Frame | None, str, tuple[int, int] | None]:
        """None where it is not there, or not yet; what was assumed, and its own width and height."""
        original = self._originals.take(reference)
        if original is None:
            return None, "", None
        own = original.frame.format
        try:
            return *self._pictures.fitted(original, format), (own.width, own.height)
        except LivegradeError as error:
            self._originals.refuse(reference, str(error))
            return None, "", None

    def _standing(self, cell: SlotPicture) -> State:
        """Of a live picture: whether its slot brings new ones."""
        slot = self._slot(cell.slot)
        link, reason = slot.state.link, slot.state.reason
        if link.is_trouble or link is Link.ENDED:
            return State(link, f"slot {slot.name} brings nothing new" + (f": {reason}" if reason else ""))
        if slot.drawing.graded is None:
            return State(Link.STARTING, f"slot {slot.name} has had no picture yet")
        return RUNNING

    def _newest(self, cells: tuple[SingleReference, ...]) -> tuple[int, ...]:
        """Of which pictures a live reference would be made now."""
        drawn = [self._slot(cell.slot).drawing.graded for cell in cells if isinstance(cell, SlotPicture)]
        return tuple(-1 if graded is None else graded[0].index for graded in drawn)


def slots_of(view: View) -> frozenset[str]:
    """Those that it compares with."""
    return frozenset(cell.slot for cell in _cells(view) if isinstance(cell, SlotPicture))


def _cells(view: View) -> tuple[SingleReference, ...]:
    reference = view.comparison.reference
    return reference.cells if isinstance(reference, Grid) else (reference,)


def _kept_cells(reference: Reference) -> tuple[StillPicture | FilePicture, ...]:
    cells = reference.cells if isinstance(reference, Grid) else (reference,)
    return tuple(cell for cell in cells if isinstance(cell, StillPicture | FilePicture))


def _together(states: list[State]) -> State:
    """Of several pictures: starting while one is still to come, with what is wrong with others."""
    troubles = [state for state in states if state.link not in (Link.STARTING, Link.RUNNING)]
    coming = [state for state in states if state.link is Link.STARTING]
    if coming:
        return State(Link.STARTING, next((state.reason for state in (*troubles, *coming) if state.reason), ""))
    return troubles[0] if troubles else RUNNING


def _is_live(reference: Reference) -> bool:
    return not isinstance(reference, StillPicture | FilePicture)


@dataclass(frozen=True, slots=True)
class SlotReferences:
    """For the engine of one slot, and for whoever draws its pictures beside it: `engine.comparison.References`."""

    references: References
    slot: str

    def picture(self, reference: Reference, format: VideoFormat) -> Frame | None:
        return self.references.picture(self.slot, reference, format)
