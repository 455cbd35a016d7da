"""What a session has beyond what it was started with, as one value: its journal keeps it, and a session that takes it
up goes on where the other ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from livegrade.control.grade import Grade
from livegrade.control.history import History
from livegrade.errors import LivegradeError
from livegrade.session.setup import SinkSetup
from livegrade.session.views import calibrated_view

if TYPE_CHECKING:
    from livegrade.color.look import Look
    from livegrade.session import Session
    from livegrade.session.output import OutputRunner
    from livegrade.session.setup import SessionSetup, SlotSetup
    from livegrade.transport.address import SinkAddress

Place: TypeAlias = tuple[str, str, str]
"""By which an output is known, whatever its options are now: scheme, target and slot."""


@dataclass(frozen=True, slots=True)
class KeptSink:
    """`place`: with its options of now; `calibration`: what they name, as it was read."""

    number: int
    place: SinkAddress
    calibration: Look | None
    locked: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """`rigged`: the outputs that the session was started with, wherever they are now."""

    grade: Grade
    sinks: tuple[KeptSink, ...] = ()
    rigged: tuple[Place, ...] = ()


def kept_sink(output: OutputRunner, *, locked: bool) -> KeptSink:
    return KeptSink(output.number, output.place, output.view.calibration, locked)


def place_of(address: SinkAddress) -> Place:
    return address.scheme.value, address.target, address.slot


@dataclass(frozen=True, slots=True)
class Resumed:
    """`notes`: what could not be as it was."""

    setup: SessionSetup
    kept: Kept
    notes: tuple[str, ...]


def resumed(setup: SessionSetup, kept: Kept) -> Resumed:
    """`setup` with the outputs and views of the session before. An output that came while that ran comes again, and one
    that went stays away; one that is new in `setup`, or no longer in it, is as `setup` says."""
    notes: list[str] = []
    slots = {slot.name: slot for slot in setup.slots}
    rigged = {place_of(sink.address): sink for sink in setup.sinks}
    sinks = []
    for one in kept.sinks:
        place = place_of(one.place)
        if one.place.slot in slots and (place in rigged or place not in kept.rigged):
            try:
                sinks.append(_setup_of(one, slots[one.place.slot]))
            except LivegradeError as error:
                notes.append(f"output {one.place} is not as before: {error}")
                sinks += [rigged[place]] if place in rigged else []
    known = Counter(kept.rigged)
    for sink in setup.sinks:
        place = place_of(sink.address)
        if not known[place]:
            sinks.append(sink)
        known[place] -= 1
    now = replace(setup, sinks=tuple(sinks))
    return Resumed(now, replace(kept, rigged=tuple(place_of(sink.address) for sink in setup.sinks)), tuple(notes))


def _setup_of(sink: KeptSink, slot: SlotSetup) -> SinkSetup:
    view = calibrated_view(sink.place, sink.calibration, slot.camera, slot.grade_in)
    return SinkSetup(sink.place, slot.name, view, sink.number, goes_on=True)


def regraded(session: Session, before: Grade) -> tuple[Grade, tuple[str, ...]]:
    """The grade of a session that was just built with the looks of `before`, which its slots have now, and what could
    not be as it was. Slots are known by their letters."""
    notes: list[str] = []
    began = {slot.name: History.of(slot.look) for slot in session.slots}
    there = {name: history for name, history in before.histories.items() if name in began}
    grade = Grade({**began, **there}, before.links.among(there), before.bypassed & frozenset(began))
    for name in there:
        try:
            session.set_look(name, grade.look(name))
        except LivegradeError as error:
            notes.append(f"the look of slot {name} is not the one before: {error}")
            histories = {**grade.histories, name: began[name]}
            grade = Grade(histories, grade.links.among(histories), grade.bypassed - {name})
    return grade, tuple(notes)
