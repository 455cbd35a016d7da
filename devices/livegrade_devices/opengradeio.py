"""The messages of OpenGradeIO, by which a controller gives a look to a LUT box that is a program.

BSON documents, one after the other; each is answered by one. Source: the receiver virtual-gpu-lut-box
(github.com/Fuse-Technical-Group); the keys of setCDL are those of its tests and of nobody's capture. Lattices hold
R'G'B' 0 to 1 of the picture, as floats, and may give more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from livegrade_devices.bson import SMALLEST, decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from livegrade_devices.bson import Document, Value
    from livegrade_devices.wires.lines import Lines

    Floats = NDArray[np.float32]

PORT = 8089
SERVICE = "OpenGradeIO"
LARGEST_SIDE = 65
LARGEST = LARGEST_SIDE**3 * 16 + 4096
"""Bytes of a message."""
LONGEST_NAME = 200
SEEN = 0.05
"""Where the one order of axes is so much more like a picture than the other, it is the right one."""

Axis: TypeAlias = Literal["red", "blue"]
AXES: tuple[Axis, Axis] = ("blue", "red")
"""The channel that goes fastest. The first is how the receiver named above reads it; no document says so."""


@dataclass(frozen=True, slots=True, eq=False)
class SetLut:
    """`points`: (n ** 3, 3) float32 in the order of the wire. `instance`: whom it is for."""

    instance: str
    points: Floats

    @property
    def side(self) -> int:
        return int(np.cbrt(len(self.points)) + 0.5)

    def lattice(self, fastest: Axis) -> Floats:
        """(n, n, n, 3), index r, g, b."""
        cube = self.points.reshape(self.side, self.side, self.side, 3)
        return cube if fastest == "blue" else np.ascontiguousarray(cube.transpose(2, 1, 0, 3))

    def fastest(self) -> Axis | None:
        """Which channel goes fastest, as far as the numbers tell: a look makes red of red and blue of blue. None where
        they do not."""
        blue_fast, red_fast = (_likeness(self.lattice(axis)) for axis in AXES)
        if abs(blue_fast - red_fast) < SEEN:
            return None
        return "blue" if blue_fast > red_fast else "red"


@dataclass(frozen=True, slots=True)
class SetCdl:
    """ASC CDL; three numbers each but for the saturation."""

    instance: str
    slope: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    power: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0


def lut_message(instance: str, lattice: NDArray[np.float64], fastest: Axis) -> bytes:
    """`lattice`: (n, n, n, 3), index r, g, b."""
    side = len(lattice)
    points = np.ones((side, side, side, 4), "<f4")
    points[..., :3] = lattice if fastest == "blue" else lattice.transpose(2, 1, 0, 3)
    arguments: dict[str, Value] = {"lutData": points.tobytes(), "lutSize": side}
    head: dict[str, Value] = {"command": "setLUT", "service": SERVICE, "instance": instance, "type": "3dlut"}
    return encoded(head | {"arguments": arguments})


def cdl_message(cdl: SetCdl) -> bytes:
    named = {"slope": cdl.slope, "offset": cdl.offset, "power": cdl.power}
    arguments: dict[str, Value] = {name: [float(value) for value in values] for name, values in named.items()}
    head: dict[str, Value] = {"command": "setCDL", "service": SERVICE, "instance": cdl.instance}
    return encoded(head | {"arguments": arguments | {"saturation": float(cdl.saturation)}})


def answer_message(fault: str = "") -> bytes:
    """`fault`: why it was not done, "" where it was."""
    return encoded({"result": 0, "error": fault} if fault else {"result": 1})


def asked(document: Document) -> SetLut | SetCdl:
    """Raises ValueError with what is wrong with a message."""
    command, arguments = document.get("command"), document.get("arguments")
    if not isinstance(arguments, dict):
        raise ValueError("a message has no arguments")
    instance = document.get("instance", "")
    if not isinstance(instance, str) or len(instance) > LONGEST_NAME:
        raise ValueError("the name of an instance is a text, and not that long")
    if command == "setLUT":
        return SetLut(instance, _points(arguments))
    if command == "setCDL":
        saturation = arguments.get("saturation", 1.0)
        return SetCdl(
            instance,
            _three(arguments, "slope", 1.0),
            _three(arguments, "offset", 0.0),
            _three(arguments, "power", 1.0),
            _number(saturation, "saturation"),
        )
    raise ValueError(f"the command {str(command)[:40]!r} is not known; setLUT and setCDL are")


def fault_of(document: Document) -> str | None:
    """Of an answer: what went wrong, "" where nothing did, None where it is no answer."""
    result = document.get("result")
    if isinstance(result, str) or result not in (0, 1):
        return None
    return "" if result else str(document.get("error") or "no reason is given")[:200]


async def read_document(lines: Lines) -> dict[str, Value]:
    """The next one. Raises DeviceError at the end and where it is longer than any, ValueError where it is none."""
    return decoded(await read_message(lines))


async def read_message(lines: Lines) -> bytes:
    """The bytes of the next document. Raises as `read_document`."""
    head = await lines.exactly(4, 4)
    length = int.from_bytes(head, "little", signed=False)
    if length < SMALLEST:
        raise ValueError(f"a document of {length} bytes is none")
    return head + await lines.exactly(length - 4, LARGEST)


def _points(arguments: Mapping[str, Value]) -> Floats:
    data, said = arguments.get("lutData"), arguments.get("lutSize")
    if not isinstance(data, bytes):
        raise ValueError("setLUT has no lutData")
    side = round((len(data) / 16) ** (1 / 3))
    if not 2 <= side <= LARGEST_SIDE or side**3 * 16 != len(data):
        raise ValueError(f"lutData of {len(data):,} bytes is no lattice of 2 to {LARGEST_SIDE} points a side")
    if said is not None and said != side:
        raise ValueError(f"lutSize says {str(said)[:20]}, and lutData has {side} points a side")
    points = np.frombuffer(data, "<f4").reshape(-1, 4)[:, :3]
    if not np.isfinite(points).all():
        raise ValueError("lutData has entries that are no numbers")
    return points


def _three(arguments: Mapping[str, Value], name: str, usual: float) -> tuple[float, float, float]:
    values = arguments.get(name, [usual] * 3)
    if not isinstance(values, list) or len(values) != 3:
        raise ValueError(f"{name} has three numbers")
    red, green, blue = (_number(value, name) for value in values)
    return red, green, blue


def _number(value: Value, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ValueError(f"{name} is no number")
    return float(value)


def _likeness(lattice: Floats) -> float:
    """How much red and blue go with their own axes, and not with each other's; from -2 to 2."""
    side = len(lattice)
    place = np.linspace(-1.0, 1.0, side)
    score = 0.0
    for channel in (0, 2):
        values = lattice[..., channel].astype(np.float64)
        values = values - values.mean()
        size = float(np.sqrt((values**2).mean() * (place**2).mean()))
        if size > 0:
            axes = tuple(axis for axis in range(3) if axis != channel)
            score += float((values.mean(axis=axes) * place).mean()) / size
    return score
