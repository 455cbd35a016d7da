"""What a session has beyond what it was started with, as one value: its journal keeps it, and a session that takes it
up goes on where the other ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from livegrade.color.camera import camera
from livegrade.control.grade import Grade, in_light
from livegrade.control.history import History
from livegrade.errors import LivegradeError, UsageError
from livegrade.outputs.sink import open_sink
from livegrade.session.choices import begins_again, slot_setup
from livegrade.session.references import slots_of
from livegrade.session.setup import NO_SCOPES, SinkSetup
from livegrade.session.views import calibrated_view
from livegrade.timing.clock import MonotonicClock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.color.look import Look
    from livegrade.session import Session
    from livegrade.session.meters import Meters
    from livegrade.session.setup import DeviceSetup, ScopePlan, SessionSetup, SlotSetup
    from livegrade.session.slating import WrittenSlate
    from livegrade.transport.address import SinkAddress, SourceAddress
    from livegrade.transport.peer import ChangedOsc

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
class AbsentSink:
    """An output that could not come back, and why: it is tried again at each start until somebody takes it away."""

    sink: KeptSink
    reason: str


@dataclass(frozen=True, slots=True)
class SlotWords:
    """What a slot is set up as, as `source.set` has it."""

    source: SourceAddress
    camera: str | None
    ei: int | None
    to: str | None
    grade_in: str
    range: str
    matrix: str


@dataclass(frozen=True, slots=True)
class ChangedSlot:
    """A slot that is set up otherwise than the session was started with."""

    began: SlotWords
    now: SlotWords


@dataclass(frozen=True, slots=True)
class ChangedScopes:
    """Scopes of a slot that are measured otherwise than the session was started with."""

    began: ScopePlan
    now: ScopePlan


@dataclass(frozen=True, slots=True)
class Kept:
    """`slots`, `scopes`: what was changed; `rigged`: the outputs that the session was started with, wherever they are
    now; `meters`: of all slots; `devices`: that are there, None for those of the setup, whatever it is, and
    `rigged_devices`, that the session was started with; `absent`: of `sinks` those that could not come back;
    `osc`: where it is heard, where that was changed; `slate`: what is written for the next take, None for nothing."""

    grade: Grade
    slots: Mapping[str, ChangedSlot] = field(default_factory=dict)
    sinks: tuple[KeptSink, ...] = ()
    rigged: tuple[Place, ...] = ()
    meters: Mapping[str, Meters] = field(default_factory=dict)
    devices: tuple[DeviceSetup, ...] | None = None
    rigged_devices: tuple[DeviceSetup, ...] = ()
    absent: tuple[AbsentSink, ...] = ()
    osc: ChangedOsc | None = None
    scopes: Mapping[str, ChangedScopes] = field(default_factory=dict)
    slate: WrittenSlate | None = None


def slot_words(setup: SlotSetup) -> SlotWords:
    used = setup.camera
    name, ei = (None, None) if used is None else (used.name, used.ei)
    return SlotWords(setup.source, name, ei, setup.to, setup.grade_in, setup.range, setup.matrix)


def place_of(address: SinkAddress) -> Place:
    return address.scheme.value, address.target, address.slot


@dataclass(frozen=True, slots=True)
class Resumed:
    """`notes`: what could not be as it was."""

    setup: SessionSetup
    kept: Kept
    notes: tuple[str, ...]


def resumed(setup: SessionSetup, kept: Kept, *, records: bool = False) -> Resumed:
    """`setup` with the slots, outputs and views of the session before. An output that came while that ran comes again,
    and one that went stays away; one that is new in `setup`, or no longer in it, is as `setup` says. A recording that
    came comes again only where it `records` on, as after a crash."""
    notes: list[str] = []
    slots = {slot.name: _changed_slot(slot, kept, notes) for slot in setup.slots}
    slots = {name: replace(slot, meters=kept.meters.get(name, slot.meters)) for name, slot in slots.items()}
    plan = setup.scopes or NO_SCOPES
    scopes = {name: one for name, one in kept.scopes.items() if name in slots and one.began == plan}
    slots |= {name: replace(slots[name], scopes=one.now) for name, one in scopes.items()}
    rigged = {place_of(sink.address): sink for sink in setup.sinks}
    sinks: list[SinkSetup] = []
    absent: list[AbsentSink] = []
    for one in kept.sinks:
        place = place_of(one.place)
        came = place not in kept.rigged
        if came and place in rigged:
            continue  # the rig has it by now, and says how it is
        if one.place.is_file and came and not records:
            notes.append(f"output {one.place} recorded, and ended with its session; add it to record again")
        elif came or (one.place.slot in slots and place in rigged):
            try:
                sinks.append(_setup_of(one, slots, overwrite=setup.overwrite))
            except LivegradeError as error:
                notes.append(f"output {one.place} is not as before: {error}")
                sinks += [rigged[place]] if place in rigged else []
                absent += [AbsentSink(one, str(error))] if came else []
    known = Counter(kept.rigged)
    for sink in setup.sinks:
        place = place_of(sink.address)
        if not known[place]:
            sinks.append(sink)
        known[place] -= 1
    devices = _devices(setup, kept, notes)
    numbered = max((one.number for one in kept.sinks), default=0)
    now = replace(setup, slots=tuple(slots.values()), sinks=tuple(sinks), devices=devices, numbered=numbered)
    began = {slot.name: slot_words(slot) for slot in setup.slots}
    changed = {name: ChangedSlot(began[name], slot_words(slot)) for name, slot in slots.items()}
    places = tuple(place_of(sink.address) for sink in setup.sinks)
    kept = replace(
        kept,
        slots=changed,
        scopes=scopes,
        rigged=places,
        devices=devices,
        rigged_devices=setup.devices,
        absent=tuple(absent),
    )
    return Resumed(now, kept, tuple(notes))


def _devices(setup: SessionSetup, kept: Kept, notes: list[str]) -> tuple[DeviceSetup, ...]:
    """Those of the setup but for the ones that were taken away, and those that came."""
    if kept.devices is None:
        return setup.devices
    gone = [one for one in kept.rigged_devices if one not in kept.devices]
    devices = [one for one in setup.devices if one not in gone]
    slots = [slot.name for slot in setup.slots]
    for one in kept.devices:
        if one in kept.rigged_devices:
            continue
        if any(one.name == other.name for other in devices):
            notes.append(f"device {one.name} at {one.address} is not as before: the rig has another of this name")
        elif one.slot is not None and one.slot not in slots:
            notes.append(f"device {one.name} at {one.address} is not as before: there is no slot {one.slot}")
        else:
            devices.append(one)
    return tuple(devices)


def _changed_slot(slot: SlotSetup, kept: Kept, notes: list[str]) -> SlotSetup:
    """`slot` as it was changed to, where it was begun with what it is started with now."""
    changed = kept.slots.get(slot.name)
    if changed is None or changed.began != slot_words(slot):
        return slot
    words = changed.now
    try:
        used = None if words.camera is None else camera(words.camera, words.ei)
        look = slot.look
        if slot.camera is not None and used is not None and slot.camera.space != used.space:
            look = in_light(History.of(look), slot.camera.space, used.space).now.look
        return slot_setup(
            slot.name,
            words.source,
            look,
            camera=used,
            to=words.to,
            grade_in=words.grade_in,
            range=words.range,
            matrix=words.matrix,
            loop=slot.options.loop or begins_again(words.source, slot.source),
            alarms=slot.alarms,
            label=slot.label,
        )
    except LivegradeError as error:
        notes.append(f"slot {slot.name} is not as before: {error}")
        return slot


def _setup_of(sink: KeptSink, slots: Mapping[str, SlotSetup], *, overwrite: bool) -> SinkSetup:
    """Raises LivegradeError for one that cannot be an output of these slots on this machine."""
    slot = slots.get(sink.place.slot)
    if slot is None:
        raise UsageError(f"there is no slot {sink.place.slot} any more")
    view = calibrated_view(sink.place, sink.calibration, slot.camera, slot.grade_in)
    if gone := slots_of(view) - slots.keys():
        raise UsageError(f"it compares with slot {min(gone)}, and there is none any more")
    open_sink(sink.place, MonotonicClock(), overwrite=overwrite, goes_on=True)  # makes no file and touches no network
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
