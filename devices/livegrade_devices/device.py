"""What a device is to livegrade: who it is, what it can do, and the ports through which that is asked of it.

A driver gives a connected `Device` made of ports; a port that is None is a thing the device cannot do. There is no
question about kinds or makers anywhere above the drivers. Values and seams only, no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.look import Look
    from livegrade_devices.box import BoxState
    from livegrade_devices.camera import CameraState
    from livegrade_devices.deck import DeckState
    from livegrade_devices.library import Libraries, LutFile, PutThere
    from livegrade_devices.pushed import Proof, Pushed
    from livegrade_devices.router import RouterState
    from livegrade_devices.unit import UnitState

Detail: TypeAlias = "BoxState | CameraState | DeckState | RouterState | UnitState"
"""What a device says of itself."""
Report: TypeAlias = "Callable[[Detail], None]"
"""Where it is told."""


@dataclass(frozen=True, slots=True)
class Identity:
    """As the device says it; "" where it does not."""

    model: str = ""
    name: str = ""
    firmware: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class LutStage:
    """`points`: of a 1D table, or a side of a 3D one; () for any. `depth`: bits of an entry, None for float.
    `range_maps`: the 10-bit codes that its 0 and 1 can stand for, the usual one first; () where that is not known."""

    points: tuple[int, ...] = ()
    depth: int | None = None
    range_maps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What it takes, gives and confirms. `proof`: it can be proved by colours; `pictures`: by those of its picture.
    `per_second`: looks it may be sent in a second at most.

    `confirms`: it answers that a look is in force; of other boxes no more is known than that the look was sent.
    """

    cdl: bool = False
    lut1d: LutStage | None = None
    lut3d: LutStage | None = None
    metadata: bool = False
    proof: bool = False
    pictures: bool = False
    record: bool = False
    route: bool = False
    presets: bool = False
    library: bool = False
    confirms: bool = False
    per_second: float = 10.0


@dataclass(frozen=True, slots=True)
class BoxLook:
    """A look on its way to a box. `full_range`: the look takes and gives codes 0 to 1023 as 0 to 1, and not 64 to 940
    (which of them, the slot knows whose picture the box shows). `whole`: what was sent before is not taken to be there,
    for somebody may have changed the box: all of the look goes."""

    look: Look
    name: str = ""
    full_range: bool = False
    whole: bool = False


class LookPort(Protocol):
    """Shows looks."""

    async def push(self, look: BoxLook) -> Pushed:
        """Puts `look` in force and says what of it the box shows. Raises DeviceError."""
        ...

    async def bypass(self, on: bool) -> None:
        """Raises DeviceError, with a sentence where the box cannot."""
        ...


@dataclass(slots=True)
class Held:
    """`left`: behind the context, what is not as it was, in a sentence for people; "" where all is."""

    left: str = ""


class ProofPort(Protocol):
    """Tells what comes out of it for a colour that goes in."""

    async def prove(self, codes: NDArray[np.uint16]) -> Proof:
        """Against what it was sent. `codes`: (N, 3), of the box's own depth. Raises DeviceError, also where nothing was
        sent."""
        ...

    async def measure(self, codes: NDArray[np.uint16]) -> Proof:
        """Whatever it holds, against what the box itself says that this gives. Raises DeviceError."""
        ...

    def held(self) -> AbstractAsyncContextManager[Held]:
        """A context behind which the box shows what it showed before, as far as it can say what that was, whatever was
        sent to it within. Raises DeviceError where it cannot be asked."""
        ...


class RecordPort(Protocol):
    """Can be told to record."""

    async def record(self, on: bool, clip: str = "") -> None:
        """Raises DeviceError. `clip`: a name for it, where the device takes one."""
        ...


class RoutePort(Protocol):
    """Connects inputs to outputs."""

    async def route(self, routes: dict[int, int]) -> None:
        """Output: input, both from 0. Raises DeviceError where one is locked or not there; the others may be set."""
        ...


class SlotPort(Protocol):
    """Keeps what it shows in numbered slots of its own, which outlast a power cut."""

    async def slots(self) -> Mapping[int, str]:
        """The names of those that hold something, by number, from 1. Raises DeviceError."""
        ...

    async def store(self, slot: int, name: str) -> None:
        """What is in force now. Raises DeviceError, DeviceRefusedError where there is no such slot."""
        ...

    async def recall(self, slot: int) -> None:
        """Puts in force what is in a slot, in place of the last look. Raises as `store`."""
        ...


class LibraryPort(Protocol):
    """Keeps LUTs in libraries of its own, of which its stages can show one each in place of what they were sent."""

    async def libraries(self) -> Libraries:
        """What is in them, and what each stage shows now. Raises DeviceError."""
        ...

    async def show(self, stage: str, entry: int) -> None:
        """`stage` shows that entry of its library, 0 being nothing; the other stages stay as they are. Raises
        DeviceError, DeviceRefusedError where the entry is empty, UsageError where there is no such stage."""
        ...

    async def put(self, file: LutFile, entry: int) -> PutThere:
        """`file` becomes that entry of its library, in place of what is there, and the library is read again. What the
        box shows stays as it is. Raises DeviceError, DeviceRefusedError where there is no such entry, where a stage
        shows it or where the box does not take the file."""
        ...


class PicturePort(Protocol):
    """Gives a picture of what passes through it."""

    async def grab(self, *, behind: bool) -> NDArray[np.uint16]:
        """(height, width, 3): R'G'B' of 16 bits, of its input, or of what comes out `behind` the look. Raises
        DeviceError."""
        ...

    async def compare(self, look: BoxLook) -> Proof:
        """What becomes of the colours that stand still in its picture, against what `look` would be in its tables.
        Shows nothing and changes nothing. Raises DeviceError, also where too little stands still."""
        ...


class ModelPort(Protocol):
    """Says what the box must make of colours. Nothing is asked of the box for that, and nothing of it changes."""

    async def expected(self, look: BoxLook, codes: NDArray[np.float64]) -> NDArray[np.uint16]:
        """What its tables for `look` give for `codes` (N, 3) of 12 bits, which need not be whole, by its own arithmetic
        as far as that is known. Raises LivegradeError."""
        ...


class SettingPort(Protocol):
    """Takes settings of a camera, under the names of `CameraState`, or of a lamp, `tally` being off, red or green."""

    names: frozenset[str]
    """What can be set."""

    async def set(self, name: str, value: float | str) -> bool:
        """Whether the device confirms it; else it was sent, and no more is known. Raises DeviceError, UsageError for a
        name that is not among `names`."""
        ...


async def _nothing_to_hear(report: Report) -> None:
    """For devices that never speak unasked."""
    import asyncio

    await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Device:
    """A device, connected. `listen` runs for as long as the connection holds, reports what it learns, and raises
    DeviceError when the device is gone; it is where keep-alives are sent."""

    identity: Identity
    capabilities: Capabilities
    listen: Callable[[Report], Awaitable[None]] = _nothing_to_hear
    looks: LookPort | None = None
    proof: ProofPort | None = None
    recording: RecordPort | None = None
    routing: RoutePort | None = None
    settings: SettingPort | None = None
    slots: SlotPort | None = None
    library: LibraryPort | None = None
    pictures: PicturePort | None = None
    model: ModelPort | None = None
    notes: tuple[str, ...] = field(default=())
    """What a person should know of this one: a licence that is missing, a menu item that is off."""
