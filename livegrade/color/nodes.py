"""The nodes a look is made of: ASC CDL, 1D LUT, 3D LUT, matrix. Values that say what they do as elements of slots.py.

A node is frozen, checks its numbers when it is made, compares by content and knows its canonical bytes (what the look's
id is hashed from). It does not read files (`files/`), and nothing here knows what fits which slot (`fit.py`).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

import numpy as np

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, Step, Table
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from livegrade.color.elements import Element

Triple: TypeAlias = tuple[float, float, float]

REC709_WEIGHTS: Triple = (0.2126, 0.7152, 0.0722)
"""Luma weights of CDL saturation, whatever the signal's matrix. Source: ASC CDL v1.2, saturation."""

MAX_LUT1D_SIZE = 65536
MAX_LUT3D_SIZE = 129

MAX_MAGNITUDE = 1e12
"""No number of a table is larger: float32 carries it through any slot without overflow."""

MIN_DOMAIN = 1e-9
"""Least width of a LUT's domain."""

FULL_MIX = 100.0

BLACK: Triple = (0.0, 0.0, 0.0)
WHITE: Triple = (1.0, 1.0, 1.0)


class Role(StrEnum):
    """What a node is for. The bypass view leaves creative nodes out and keeps transforms."""

    CREATIVE = "creative"
    TRANSFORM = "transform"


class Node(Protocol):
    """What a look needs of a node."""

    label: ClassVar[str]
    """The kind of node, for people."""

    @property
    def role(self) -> Role: ...
    @property
    def name(self) -> str:
        """For people, like `notes`; not part of the look's id."""
        ...

    @property
    def notes(self) -> str: ...
    @property
    def enabled(self) -> bool: ...
    @property
    def mix(self) -> float:
        """Per cent, 0 to 100: out = in + mix / 100 * (node(in) - in)."""
        ...

    @property
    def elements(self) -> tuple[Element, ...]:
        """What the node does, in order; empty where it does nothing. The same objects each time."""
        ...

    @property
    def canonical(self) -> bytes:
        """Kind and numbers, the same on every machine; name, notes, role, enabled and mix are not in it."""
        ...


class Samples:
    """Read-only numbers of a table, compared by content. `array`: float64, C-contiguous, never written to again."""

    __slots__ = ("_digest", "array")

    def __init__(self, values: ArrayLike) -> None:
        self.array: NDArray[np.float64] = np.array(values, dtype=np.float64, order="C")
        self.array += 0.0  # -0.0 and 0.0 are the same colour and must be the same bytes
        self.array.setflags(write=False)
        if not (np.abs(self.array) <= MAX_MAGNITUDE).all():
            raise UsageError("a table holds a number that is not finite, or beyond all reason")
        self._digest: bytes | None = None

    @property
    def digest(self) -> bytes:
        """BLAKE2b of shape and little-endian float64 contents; computed once."""
        if self._digest is None:
            shape = struct.pack(f"<{self.array.ndim}q", *self.array.shape)
            contents = self.array.astype("<f8", copy=False).tobytes()
            self._digest = hashlib.blake2b(shape + contents, digest_size=32).digest()
        return self._digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Samples) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Samples(shape={self.array.shape}, {self.digest.hex()[:12]})"


@dataclass(frozen=True, slots=True)
class Cdl:
    """ASC CDL v1.2: out = clamp(in * slope + offset) ^ power, then saturation about Rec.709 luma, clamped again.

    `clamp` False is the no-clamp reading: nothing is cut, and power leaves values at or below zero alone. Slope and
    saturation are zero or more, power is above zero. At its defaults the node does nothing, not even clamp.
    """

    label: ClassVar[str] = "CDL"

    slope: Triple = WHITE
    offset: Triple = BLACK
    power: Triple = WHITE
    saturation: float = 1.0
    clamp: bool = True
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require(self.slope, "CDL slope", "zero or more", lambda value: value >= 0)
        require(self.offset, "CDL offset", "a finite number")
        require(self.power, "CDL power", "above zero", lambda value: value > 0)
        require((self.saturation,), "CDL saturation", "zero or more", lambda value: value >= 0)
        object.__setattr__(self, "elements", () if self.is_default else self._elements())

    @property
    def is_default(self) -> bool:
        numbers = (self.slope, self.offset, self.power, self.saturation)
        return numbers == (WHITE, BLACK, WHITE, 1.0)

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("cdl", *self.slope, *self.offset, *self.power, self.saturation, float(self.clamp))

    def _elements(self) -> tuple[Element, ...]:
        limits = (Clamp(0.0, 1.0),) if self.clamp else ()
        curves = Curves(*(self._curve(channel, limits) for channel in range(3)))
        if self.saturation == 1.0:
            return (curves,)
        matrix = Matrix3(saturation_matrix(self.saturation))
        return (curves, matrix, Curves(Curve(limits), Curve(limits), Curve(limits))) if limits else (curves, matrix)

    def _curve(self, channel: int, limits: tuple[Step, ...]) -> Curve:
        slope, offset, power = self.slope[channel], self.offset[channel], self.power[channel]
        affine = () if (slope, offset) == (1.0, 0.0) else (Affine(slope, offset),)
        return Curve((*affine, *limits, *(() if power == 1.0 else (Power(power),))))


@dataclass(frozen=True, slots=True)
class Matrix:
    """out = values @ in + offset. `values`: three rows of three."""

    label: ClassVar[str] = "matrix"

    values: tuple[Triple, Triple, Triple]
    offset: Triple = BLACK
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        for row in (*self.values, self.offset):
            require(row, "matrix entry", "a finite number")
        matrix = Matrix3(np.array(self.values, dtype=np.float64))
        elements: tuple[Element, ...] = () if matrix.is_identity else (matrix,)
        if self.offset != BLACK:
            elements += (Curves(*(Curve((Affine(1.0, value),)) for value in self.offset)),)
        object.__setattr__(self, "elements", elements)

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("matrix", *(value for row in self.values for value in row), *self.offset)


@dataclass(frozen=True, slots=True)
class Lut1d:
    """A table a channel over `first` to `last` (per channel), linear between entries, held outside.

    `table`: (n, 3), n from 2 to 65,536; entries may lie outside 0..1.
    """

    label: ClassVar[str] = "1D LUT"

    table: Samples
    first: Triple = BLACK
    last: Triple = WHITE
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        shape = self.table.array.shape
        if len(shape) != 2 or shape[1] != 3 or not 2 <= shape[0] <= MAX_LUT1D_SIZE:
            raise UsageError(f"a 1D LUT needs 2 to {MAX_LUT1D_SIZE} rows of 3 numbers, got the shape {shape}")
        _require_domain(self.first, self.last)
        object.__setattr__(self, "elements", (self.curves(),))

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("lut1d", *self.first, *self.last, self.table.digest)

    def curves(self) -> Curves:
        channels = np.ascontiguousarray(self.table.array.T)
        channels.setflags(write=False)
        tables = map(Table, self.first, self.last, channels)
        return Curves(*(Curve((table,)) for table in tables))


@dataclass(frozen=True, slots=True)
class Lut3d:
    """A lattice over `first` to `last` (per channel), tetrahedral, input held at the domain's ends.

    `table`: (n, n, n, 3) in index order [r, g, b], n from 2 to 129; entries may lie outside 0..1. `shaper` runs before
    it: its role, name and enabled do not count.
    """

    label: ClassVar[str] = "3D LUT"

    table: Samples
    first: Triple = BLACK
    last: Triple = WHITE
    shaper: Lut1d | None = None
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        check_lattice(self.table)
        _require_domain(self.first, self.last)
        elements: tuple[Element, ...] = self.shaper.elements if self.shaper is not None else ()
        if (self.first, self.last) != (BLACK, WHITE):
            elements += (unit_curves(self.first, self.last),)
        object.__setattr__(self, "elements", (*elements, Lattice(self.table.array)))

    @property
    def size(self) -> int:
        """Points a side."""
        return int(self.table.array.shape[0])

    @property
    def canonical(self) -> bytes:
        shaper = self.shaper.canonical if self.shaper is not None else b""
        return canonical_bytes("lut3d", *self.first, *self.last, self.table.digest, shaper)


def triple(values: Iterable[float]) -> Triple:
    """Red, green and blue as a value, from whatever holds three numbers."""
    red, green, blue = values
    return float(red), float(green), float(blue)


def saturation_matrix(saturation: float, weights: Triple = REC709_WEIGHTS) -> NDArray[np.float64]:
    """(3, 3): luma + saturation * (channel - luma), luma by `weights`. Source: ASC CDL v1.2, saturation."""
    return saturation * np.eye(3) + (1.0 - saturation) * np.array([weights] * 3)


def unit_curves(first: Triple, last: Triple) -> Curves:
    """Curves that bring `first` to 0 and `last` to 1, each channel by itself."""
    scales = [1.0 / (high - low) for low, high in zip(first, last, strict=True)]
    return Curves(*(Curve((Affine(scale, -low * scale),)) for scale, low in zip(scales, first, strict=True)))


def check_mix(mix: float) -> None:
    """Raises UsageError unless `mix` is 0 to 100."""
    require((mix,), "mix", "0 to 100 per cent", lambda value: 0 <= value <= FULL_MIX)


def check_lattice(table: Samples) -> None:
    """Raises UsageError unless `table` is (n, n, n, 3), n from 2 to 129."""
    shape = table.array.shape
    n = shape[0] if shape else 0
    if shape != (n, n, n, 3) or not 2 <= n <= MAX_LUT3D_SIZE:
        raise UsageError(f"a 3D LUT needs 2 to {MAX_LUT3D_SIZE} points a side, three numbers each, got {shape}")


def require(values: Sequence[float], what: str, rule: str, holds: Callable[[float], bool] = lambda value: True) -> None:
    """Raises UsageError at the first value that is not finite, beyond all reason, or for which `holds` is False."""
    for value in values:
        if not (abs(value) <= MAX_MAGNITUDE and holds(value)):
            raise UsageError(f"{what} must be {rule}, got {value:g}")


def domain_fault(first: Triple, last: Triple) -> str | None:
    """What is wrong with the domain of a LUT, or None."""
    for low, high in zip(first, last, strict=True):
        if not (abs(low) <= MAX_MAGNITUDE and abs(high) <= MAX_MAGNITUDE and high - low >= MIN_DOMAIN):
            return f"the domain of a LUT must rise from its first value to its last, found {low:g} to {high:g}"
    return None


def _require_domain(first: Triple, last: Triple) -> None:
    if fault := domain_fault(first, last):
        raise UsageError(fault)


def canonical_bytes(kind: str, *parts: float | bytes) -> bytes:
    """Kind and parts, each with its length: floats as little-endian float64 with -0.0 made 0.0."""
    encoded = [kind.encode(), *(part if isinstance(part, bytes) else struct.pack("<d", part + 0.0) for part in parts)]
    return b"".join(struct.pack("<I", len(part)) + part for part in encoded)
