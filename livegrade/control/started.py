"""What a session was started with, and what of it is another now: only that is in its journal, so that a rig which
somebody changes between two sessions is heeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.control.kept import ChangedScopes, ChangedSlot, Kept, KeptSink, place_of, slot_words

if TYPE_CHECKING:
    from livegrade.control.grade import Grade
    from livegrade.control.kept import AbsentSink
    from livegrade.session import Session
    from livegrade.session.slating import WrittenSlate


class Started:
    """As a session stands when it is built; one that goes on from another (`before`) was started as that was. `forget`
    is for one thread, the rest for any."""

    def __init__(self, session: Session, before: Kept | None) -> None:
        self._session = session
        self._sinks = tuple(place_of(output.place) for output in session.outputs)
        self._devices = tuple(each.setup for each in session.devices.all)
        self._slots = {slot.name: slot_words(slot.setup) for slot in session.slots}
        self._scopes = {slot.name: slot.scope_plan for slot in session.slots}
        self._absent: tuple[AbsentSink, ...] = ()
        if before is not None:
            self._sinks, self._devices = before.rigged, before.rigged_devices
            self._slots |= {name: slot.began for name, slot in before.slots.items()}
            self._scopes |= {name: one.began for name, one in before.scopes.items()}
            self._absent = before.absent

    @property
    def absent(self) -> tuple[AbsentSink, ...]:
        """Outputs of the session before that could not come back; one whose place an output has by now is there."""
        taken = {place_of(output.place) for output in self._session.outputs}
        return tuple(one for one in self._absent if place_of(one.sink.place) not in taken)

    def forget(self, number: str) -> bool:
        """The absent output of that number is not tried again; False where there is none."""
        is_there = any(str(one.sink.number) == number for one in self.absent)
        if is_there:
            self._absent = tuple(one for one in self._absent if str(one.sink.number) != number)
        return is_there

    def kept(self, grade: Grade, locked: frozenset[int], slate: WrittenSlate | None) -> Kept:
        """What the session has beyond it. `locked`: outputs by their numbers."""
        session, absent = self._session, self.absent
        sinks = tuple(
            KeptSink(output.number, output.place, output.view.calibration, output.number in locked)
            for output in session.outputs
        )
        slots = {slot.name: ChangedSlot(self._slots[slot.name], slot_words(slot.setup)) for slot in session.slots}
        scopes = {slot.name: ChangedScopes(self._scopes[slot.name], slot.scope_plan) for slot in session.slots}
        return Kept(
            grade,
            {name: pair for name, pair in slots.items() if pair.began != pair.now},
            (*sinks, *(one.sink for one in absent)),
            self._sinks,
            {slot.name: slot.meters for slot in session.slots},
            tuple(each.setup for each in session.devices.all),
            self._devices,
            absent,
            scopes={name: pair for name, pair in scopes.items() if pair.began != pair.now},
            slate=slate,
        )
