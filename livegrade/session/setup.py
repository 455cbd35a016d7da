"""What a session is to be built from: plain values, made by the command line (later by rig profiles and the API)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from livegrade.color.rendering import Chain
from livegrade.errors import UsageError
from livegrade.library.naming import STILLS, Naming
from livegrade.scopes.light_scale import HLG_PEAK
from livegrade.scopes.measure import Sampling, ScopeRequest
from livegrade.session.alarms import RULES
from livegrade.session.meters import NO_METERS
from livegrade_devices.pushed import THRESHOLD

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.capture.source import CaptureOptions
    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.engine.view import View
    from livegrade.session.alarms import AlarmRule
    from livegrade.session.meters import Meters
    from livegrade.transport.address import SinkAddress, SourceAddress
    from livegrade_devices.address import DeviceAddress

MAX_SLOTS = 26
MAIN_UNIT = "main"
NO_CHAIN = Chain()


@dataclass(frozen=True, slots=True)
class SlotSetup:
    """One camera: its letter, where it comes from and the look at the start. `label`: what people call it; `chain`:
    what stays around its looks when they change, the output transform `to` above all; `grade_in`: what they are graded
    in, "camera" or "acescct"; `camera`: what the user says it is; `range`, `matrix`: as they were asked for;
    `range_source`: who says how its Y'CbCr code values are meant; `alarms`: when somebody must hear of it; `meters`: at
    the start; `scopes`: how they are measured at the start, None as the session says."""

    name: str
    source: SourceAddress
    options: CaptureOptions
    look: Look
    camera: Camera | None = None
    range_source: str = ""
    chain: Chain = NO_CHAIN
    alarms: tuple[AlarmRule, ...] = RULES
    grade_in: str = "camera"
    to: str | None = None
    range: str = "auto"
    matrix: str = "auto"
    label: str = ""
    meters: Meters = NO_METERS
    scopes: ScopePlan | None = None


@dataclass(frozen=True, slots=True)
class SinkSetup:
    """One output: where it goes, which slot it shows and how. `number`: by which it was known before; None: the next;
    `goes_on`: a recording of a session before goes on in a file more, and replaces none; `locked`: it keeps its view
    until somebody unlocks it."""

    address: SinkAddress
    slot: str
    view: View
    number: int | None = None
    goes_on: bool = False
    locked: bool = False


class Role(StrEnum):
    """What a device of a slot is there for."""

    ALL = "all"
    """What it can: it shows looks, or tells of the camera. That a deck records begins no take."""
    BOX = "box"
    """It shows the slot's look."""
    CAMERA = "camera"
    """It tells of the camera, and when it records."""
    RECORDER = "recorder"
    """When it records, the slot has a take."""
    WATCH = "watch"
    """It is kept connected and looked at."""


ProveBy: TypeAlias = Literal["colours", "grab"]


@dataclass(frozen=True, slots=True)
class DeviceSetup:
    """One device. `name`: what people call it; `slot`: to which it belongs, None for none. `prove_every_s`: between
    two proofs that it shows the look of its slot; 0: never. `prove_by`: colours that it shows then, or grabs of its
    picture. `threshold`: codes of the box by which it may be off its tables then."""

    name: str
    address: DeviceAddress
    slot: str | None = None
    role: Role = Role.ALL
    prove_every_s: float = 0.0
    prove_by: ProveBy = "colours"
    threshold: float = THRESHOLD


@dataclass(frozen=True, slots=True)
class ScopePlan:
    """What is measured, at both taps, at most `per_second` times a second, 0 for nothing. `sampling` decides on
    the step of `request`; `hlg_peak`: nits of the display that HLG is read on, where a scope does not say."""

    request: ScopeRequest
    per_second: int = 25
    sampling: Sampling = Sampling.AUTO
    hlg_peak: int = HLG_PEAK


NO_SCOPES = ScopePlan(ScopeRequest(), 0)


@dataclass(frozen=True, slots=True)
class KeepingPlan:
    """Where a session's takes are kept. `day`: name of the day of shooting, empty for the date on which the session
    begins; `unit`: who shoots; `stills`: how they are named; `waits`: where another session records into the folder
    now, this one takes it up as soon as that has ended, however late."""

    folder: Path
    day: str = ""
    unit: str = MAIN_UNIT
    stills: Naming = STILLS
    waits: bool = True


@dataclass(frozen=True, slots=True)
class SessionSetup:
    """`engine`: auto, cuda, native or reference; `threads`: CPU threads of the native engine;
    `overwrite`: whether outputs may replace files that are there; `partial`: a source that cannot be opened is a state
    of its slot, and the others start; `keeping`: for who keeps the takes of this session, None for nobody; `rig`: the
    words behind --rig, empty without one; `numbered`: the highest number that an output was known by before."""

    slots: tuple[SlotSetup, ...]
    sinks: tuple[SinkSetup, ...]
    engine: str = "auto"
    threads: int = 2
    scopes: ScopePlan | None = None
    overwrite: bool = False
    partial: bool = False
    keeping: KeepingPlan | None = None
    devices: tuple[DeviceSetup, ...] = ()
    rig: str = ""
    numbered: int = 0

    def __post_init__(self) -> None:
        if not 0 < len(self.slots) <= MAX_SLOTS:
            raise UsageError(f"a session has 1 to {MAX_SLOTS} sources, not {len(self.slots)}")
        names = [slot.name for slot in self.slots]
        for sink in self.sinks:
            if sink.slot not in names:
                raise UsageError(
                    f"output '{sink.address}' wants slot {sink.slot}, but there is only {', '.join(names)}"
                )
