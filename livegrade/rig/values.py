"""The typed values of a rig. The words in them are those of the command line and not yet looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

import msgspec

from livegrade.library.naming import STILL
from livegrade.rig.faults import RigFault

T = TypeVar("T")
Letter = Annotated[str, msgspec.Meta(pattern="^[A-Z]$", description="it is one capital letter, such as A")]
Percent = Annotated[float, msgspec.Meta(ge=0, le=110)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535, description="it is a port, 1 to 65535")]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Name = Annotated[str, msgspec.Meta(max_length=80)]
Part = Annotated[float, msgspec.Meta(ge=0, le=1, description="it is a part of the picture, 0 to 1")]


class SpotMeter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A spot meter: the mean of `size` x `size` pixels at `x`, `y`, 0 to 1 from the picture's left and top."""

    x: Part
    y: Part
    size: Annotated[int, msgspec.Meta(ge=1, le=129)] = 9
    name: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One camera. `label`: what people call it; `source`, `camera`, `ei`, `looks`, `to`, `grade_in`, `range` and
    `matrix` as on the command line; `meters`: its spot meters at the start."""

    name: Letter
    source: Words
    camera: Words | None = None
    ei: Annotated[int, msgspec.Meta(ge=1, le=999_999)] | None = None
    looks: Annotated[tuple[Words, ...], msgspec.Meta(max_length=32)] = ()
    to: Words | None = None
    grade_in: Literal["camera", "acescct"] = "camera"
    range: Literal["auto", "legal", "full"] = "auto"
    matrix: Literal["auto", "bt601", "bt709", "bt2020"] = "auto"
    loop: bool = False
    label: Name = ""
    meters: Annotated[tuple[SpotMeter, ...], msgspec.Meta(max_length=16)] = ()


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One output. `address` as behind `--out`, where its options may stand too; each may be a key of its own. `locked`:
    it keeps its view, whoever asks for another, until it is unlocked."""

    address: Words
    slot: Letter | None = None
    view: Words | None = None
    cal: Words | None = None
    to: Words | None = None
    tap: Words | None = None
    zebra: Words | None = None
    peaking: Words | None = None
    guides: Words | None = None
    desqueeze: Words | None = None
    burn_in: Words | None = None
    legend: Words | None = None
    opacity: Words | None = None
    on_loss: Words | None = None
    locked: bool = False


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One device that is kept connected. `address`: KIND:HOST, as `livegrade devices` writes it; `slot`: whose look it
    shows, and whose camera it is; `role`: what of that it is for, all that it can where nothing is said;
    `prove_every`: seconds between two proofs that it shows that look; `prove_by`: as `device.prove` has it;
    `threshold`: codes of the box by which it may be off then, as of `livegrade devices prove`."""

    name: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$",
            description="it is 1 to 40 letters, digits, spaces, dots and dashes",
        ),
    ]
    address: Words
    slot: Letter | None = None
    role: Literal["box", "camera", "recorder", "watch"] | None = None
    prove_every: Annotated[float, msgspec.Meta(ge=30, le=86_400)] | None = None
    prove_by: Literal["colours", "grab"] = "colours"
    threshold: Annotated[float, msgspec.Meta(ge=0, le=4095)] | None = None


class Emulate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A stand-in for a device, there for as long as the session. `kind`, `settings`, `delay_ms`, `cut_after`,
    `clients` and `faults` as of `livegrade emulate`; `port`: the kind's own where nothing is said; `serial`: at a
    serial port of this name instead; `announce`: so that it is found as the real one is."""

    kind: Words
    port: Port | None = None
    host: Words = "127.0.0.1"
    serial: Words | None = None
    settings: dict[str, str | int | bool] = {}
    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = 0
    cut_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    clients: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    faults: Annotated[tuple[Words, ...], msgspec.Meta(max_length=8)] = ()
    announce: bool = False


class Scopes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`per_second`: measurements of each slot, 0 for none; `hlg_peak`: nits of the display that HLG is read on."""

    per_second: Annotated[int, msgspec.Meta(ge=0, le=120)] = 25
    sampling: Literal["auto", "full", "2x2"] = "auto"
    hlg_peak: Annotated[int, msgspec.Meta(ge=400, le=2000)] = 1000


class AlarmLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a rig changes of one alarm: percent of the signal, percent of the picture, seconds."""

    on: bool = True
    level: Percent | None = None
    area: Percent | None = None
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] | None = None


class Alarms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The alarms of which a rig says something."""

    signal_loss: AlarmLimits = AlarmLimits()
    black: AlarmLimits = AlarmLimits()
    freeze: AlarmLimits = AlarmLimits()
    clip: AlarmLimits = AlarmLimits()
    gamut: AlarmLimits = AlarmLimits()
    timecode_break: AlarmLimits = AlarmLimits()
    format_change: AlarmLimits = AlarmLimits()
    device_look: AlarmLimits = AlarmLimits()


class Engine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`threads`: of the native engine, 0 for all cores."""

    backend: Literal["auto", "cuda", "native", "reference"] = "auto"
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0


class Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Where takes are kept. `folder`: None for the user's own; `day`: of shooting, empty for the date."""

    keep: bool = True
    folder: Words | None = None
    day: Name = ""
    unit: Name = "main"


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What drives the session beside its API. `osc`: the port on which it hears OSC; `osc_peers`: ADDR or ADDR:PORT of
    surfaces; `midi`: the map file of MIDI desks; `opengradeio`: the port on which it takes looks as a LUT box does;
    `opengradeio_axis`: the channel that goes fastest in their lattices; `opengradeio_peers`: ADDR of other machines
    that may give some."""

    osc: Port | None = None
    osc_peers: Annotated[tuple[Words, ...], msgspec.Meta(max_length=1000)] = ()
    midi: Words | None = None
    opengradeio: Port | None = None
    opengradeio_axis: Literal["auto", "red", "blue"] = "auto"
    opengradeio_peers: Annotated[tuple[Words, ...], msgspec.Meta(max_length=32)] = ()


class NamingSchemes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Names of files, with fields in braces (`library.naming`)."""

    still: Words = STILL


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A part of a rig and where it stands. `part`: how it is called in what is said of it; `lines`: of its keys, under
    their names, and of the part itself under ""; `is_whole`: whether all its keys could be read. One that is not does
    not start; what else is wrong in it is still to be found."""

    value: T
    part: str
    lines: Mapping[str, int]
    is_whole: bool = True

    def fault(self, key: str, sentence: str) -> RigFault:
        """A fault of this part, with its line."""
        return RigFault(self.part, key, sentence, self.lines.get(key, self.lines.get("")))


@dataclass(frozen=True, slots=True)
class Rig:
    """A rig as far as it could be read. `path`: its file; `faults`: all that could not, in parts that are not whole or
    are left out."""

    path: Path
    name: str
    notes: str
    slots: tuple[Placed[Slot], ...]
    outputs: tuple[Placed[Output], ...]
    devices: tuple[Placed[Device], ...]
    emulated: tuple[Placed[Emulate], ...]
    scopes: Scopes
    alarms: Alarms
    engine: Engine
    library: Library
    naming: Placed[NamingSchemes]
    control: Placed[Control]
    faults: tuple[RigFault, ...]

    def place(self, path: str) -> str:
        """A path as the rig means it: relative ones lie beside its file."""
        return str(self.path.parent / Path(path).expanduser())
