"""From a rig to what a session is set up with: looks up what its words mean, and finds everything that is wrong.

What can start starts: a part with a fault is left out and told, and the others do not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from livegrade.color.camera import camera
from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.errors import LivegradeError, RigError
from livegrade.library.naming import STILLS, Naming
from livegrade.library.store import library_folder
from livegrade.machine import usable_cores
from livegrade.outputs.sink import open_sink
from livegrade.rig.faults import fault_tree
from livegrade.scopes.measure import ScopeRequest, sampling
from livegrade.session.alarms import RULES
from livegrade.session.choices import slot_setup
from livegrade.session.meters import Meter, Meters
from livegrade.session.setup import DeviceSetup, KeepingPlan, Role, ScopePlan, SessionSetup, SinkSetup
from livegrade.session.views import view_of
from livegrade.timing.clock import MonotonicClock
from livegrade.transport.address import SINK_OPTIONS, Scheme, parse_sink, parse_source
from livegrade.transport.peer import OpenGradeIoPlace, OscPlace, SurfacePlaces, parse_ip, parse_peer
from livegrade.transport.places import require_own_places
from livegrade_devices.address import parse_device
from livegrade_devices.kinds import address_checked
from livegrade_devices.pushed import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from livegrade.color.camera import Camera
    from livegrade.rig.faults import RigFault
    from livegrade.rig.values import AlarmLimits, Device, Output, Placed, Rig, Slot
    from livegrade.session.alarms import AlarmRule
    from livegrade.session.setup import SlotSetup
    from livegrade.transport.address import SinkAddress, SourceAddress
    from livegrade_devices.address import DeviceAddress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rigged:
    """`setup`: of what can start; `faults`: of the rest, those of the file's form before them; `surfaces`: what
    drives it beside its API."""

    setup: SessionSetup
    faults: tuple[RigFault, ...]
    surfaces: SurfacePlaces


def rigged(rig: Rig, *, overwrite: bool = False, goes_on: bool = False) -> Rigged:
    """`overwrite`: recordings may replace files that are there; `goes_on`: they go on behind them. Raises RigError
    where no slot of the rig can start."""
    work = _Rigging(rig, overwrite=overwrite, goes_on=goes_on)
    slots = [slot for entry in rig.slots if (slot := work.slot(entry)) is not None]
    sinks = work.sinks(slots)
    devices = work.devices(slots)
    keeping = work.keeping()
    midi = rig.control.value.midi
    surfaces = SurfacePlaces(work.osc(), None if midi is None else Path(rig.place(midi)), work.opengradeio())
    if not slots:
        raise RigError(f"{rig.path}: no slot of this rig can start", fault_tree(rig.path, work.faults))
    plan = ScopePlan(ScopeRequest(), rig.scopes.per_second, sampling(rig.scopes.sampling), rig.scopes.hlg_peak)
    setup = SessionSetup(
        slots=tuple(slots),
        sinks=tuple(sinks),
        engine=rig.engine.backend,
        threads=rig.engine.threads or usable_cores(),
        scopes=plan,
        overwrite=overwrite,
        partial=True,
        keeping=keeping,
        devices=devices,
    )
    return Rigged(setup, tuple(work.faults), surfaces)


class _Rigging:
    def __init__(self, rig: Rig, *, overwrite: bool, goes_on: bool) -> None:
        self._rig = rig
        self._overwrite = overwrite
        self._goes_on = goes_on
        self._clock = MonotonicClock()
        self._alarms = _alarm_rules(rig)
        self.faults = list(rig.faults)

    def _told(self, part: Placed[Any], key: str, step: Callable[[], T]) -> T | None:
        """What `step` gives; None, and its fault told, where it refuses."""
        try:
            return step()
        except LivegradeError as error:
            self.faults.append(part.fault(key, str(error)))
            return None

    def slot(self, part: Placed[Slot]) -> SlotSetup | None:
        """One slot with all that its words mean; None, with every fault told, where one means nothing."""
        entry, before = part.value, len(self.faults)
        address = self._told(part, "source", lambda: self._source(entry))
        used = self._told(part, "camera", lambda: self._camera(entry))
        looks = self._told(part, "looks", lambda: self._look(entry))
        if len(self.faults) > before or address is None or looks is None:
            return None
        setup = self._told(
            part,
            "to",  # range, matrix and what it is graded in were read as words that are known
            lambda: slot_setup(
                entry.name,
                address,
                looks,
                camera=used,
                to=entry.to,
                grade_in=entry.grade_in,
                range=entry.range,
                matrix=entry.matrix,
                loop=entry.loop,
                alarms=self._alarms,
                label=entry.label,
                meters=Meters.of(tuple(Meter(one.x, one.y, one.size, one.name) for one in entry.meters)),
            ),
        )
        return setup if part.is_whole else None

    def _source(self, entry: Slot) -> SourceAddress:
        address = parse_source(entry.source)
        return replace(address, target=self._rig.place(address.target)) if address.scheme is Scheme.PATH else address

    def _camera(self, entry: Slot) -> Camera | None:
        return None if entry.camera is None else camera(entry.camera, entry.ei)

    def _look(self, entry: Slot) -> Look:
        return Look(tuple(node for file in entry.looks for node in load_look_file(self._rig.place(file))))

    def osc(self) -> OscPlace | None:
        """Where OSC is heard, and from whom."""
        part = self._rig.control
        port, words = part.value.osc, part.value.osc_peers
        if port is None:
            if words:
                self.faults.append(part.fault("osc-peers", "nobody is heard without `osc = PORT`; write that too"))
            return None
        peers = [self._told(part, "osc-peers", partial(parse_peer, word)) for word in words]
        return self._told(part, "osc-peers", lambda: OscPlace(port, tuple(filter(None, peers))))

    def opengradeio(self) -> OpenGradeIoPlace | None:
        """Where looks come in as to a LUT box."""
        part = self._rig.control
        port, axis, words = part.value.opengradeio, part.value.opengradeio_axis, part.value.opengradeio_peers
        if port is None:
            for key, is_said in (("opengradeio-axis", axis != "auto"), ("opengradeio-peers", bool(words))):
                if is_said:
                    self.faults.append(part.fault(key, "nobody is heard without `opengradeio = PORT`"))
            return None
        peers = [self._told(part, "opengradeio-peers", partial(parse_ip, word)) for word in words]
        return OpenGradeIoPlace(port, axis, tuple(filter(None, peers)))

    def keeping(self) -> KeepingPlan | None:
        """Where takes go, and stills under which names: the usual ones where the scheme is not right."""
        said, naming = self._rig.library, self._rig.naming
        stills = self._told(naming, "still", lambda: Naming.parse(naming.value.still))
        if not said.keep:
            return None
        folder = library_folder() if said.folder is None else Path(self._rig.place(said.folder))
        return KeepingPlan(folder, said.day, said.unit, stills or STILLS)

    def sinks(self, slots: Sequence[SlotSetup]) -> list[SinkSetup]:
        """The outputs of `slots`, each with a place of its own: of two with the same, the second is told."""
        names = {slot.name: slot for slot in slots}
        found: list[SinkSetup] = []
        for entry in self._rig.outputs:
            sink = self._sink(entry, names, [one.address for one in found])
            if sink is not None:
                found.append(sink)
        return found

    def _sink(
        self, part: Placed[Output], slots: dict[str, SlotSetup], taken: Sequence[SinkAddress]
    ) -> SinkSetup | None:
        address = self._told(part, "address", lambda: self._sink_address(part.value))
        if address is None:
            return None
        slot = slots.get(address.slot)
        if slot is None:
            wanted = any(fault.part == f"slot {address.slot}" for fault in self.faults)
            fault = f"slot {address.slot} " + ("cannot start" if wanted else "is not in this rig")
            self.faults.append(part.fault("slot", fault))
            return None
        sources = [one.source for one in slots.values()]
        may_open = self._told(part, "address", lambda: self._open(address, sources, taken))
        working = next(one.value.grade_in for one in self._rig.slots if one.value.name == slot.name and one.is_whole)
        view = self._told(part, "view", lambda: view_of(address, slot.camera, working))
        if view is None or not may_open or not part.is_whole:
            return None
        return SinkSetup(address, slot.name, view, goes_on=self._goes_on, locked=part.value.locked)

    def devices(self, slots: Sequence[SlotSetup]) -> tuple[DeviceSetup, ...]:
        """The devices, each at a place that its driver understands. One of a slot that cannot start is there without
        it."""
        names = {slot.name for slot in slots}
        found = (self._device(entry, names) for entry in self._rig.devices)
        return tuple(one for one in found if one is not None)

    def _device(self, part: Placed[Device], slots: set[str]) -> DeviceSetup | None:
        entry = part.value
        address = self._told(part, "address", lambda: _checked(entry.address))
        if address is None:
            return None
        slot = entry.slot if entry.slot in slots else None
        if entry.slot is not None and slot is None and all(each.value.name != entry.slot for each in self._rig.slots):
            self.faults.append(part.fault("slot", f"slot {entry.slot} is not in this rig"))
        role, every = Role(entry.role or Role.ALL), entry.prove_every or 0.0
        threshold = THRESHOLD if entry.threshold is None else entry.threshold
        setup = DeviceSetup(entry.name, address, slot, role, every, entry.prove_by, threshold)
        return setup if part.is_whole else None

    def _open(self, address: SinkAddress, sources: Sequence[SourceAddress], others: Sequence[SinkAddress]) -> bool:
        require_own_places(sources, [*others, address])
        open_sink(
            address, self._clock, overwrite=self._overwrite, goes_on=self._goes_on
        )  # makes no file and touches no network
        return True

    def _sink_address(self, entry: Output) -> SinkAddress:
        keys = {key: getattr(entry, key.replace("-", "_"), None) for key in SINK_OPTIONS}
        text = entry.address + "".join(f",{key}={value}" for key, value in keys.items() if value is not None)
        address = parse_sink(text)
        options = tuple((key, self._rig.place(value) if key == "cal" else value) for key, value in address.options)
        target = self._rig.place(address.target) if address.scheme is Scheme.PATH else address.target
        return replace(address, target=target, options=options)


def _checked(text: str) -> DeviceAddress:
    address = parse_device(text)
    address_checked(address)
    return address


def _alarm_rules(rig: Rig) -> tuple[AlarmRule, ...]:
    """The usual rules with what the rig says of them."""
    rules = []
    for rule in RULES:
        said: AlarmLimits = getattr(rig.alarms, rule.kind.value.replace("-", "_"))
        changes = {key: value for key in ("level", "area", "seconds") if (value := getattr(said, key)) is not None}
        rules.append(replace(rule, on=said.on, **changes))
    return tuple(rules)
