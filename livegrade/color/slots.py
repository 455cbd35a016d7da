"""The slot form of a look: curve x3 -> 3x3 -> curve x3 -> lattice -> curve x3 -> 3x3 -> curve x3, unquantised.

This is what a look comes down to before any backend or device rounds it. The engine quantises it for a pixel layout,
drivers read it to load a LUT box. It evaluates itself in float64 (`SlotForm.apply`), which is the truth both are
measured against. It knows nothing of files, ranges or pixels: R'G'B' in, R'G'B' out, legal black 0 and white 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Affine:
    """y = x * scale + offset."""

    scale: float
    offset: float

    def apply(self, x: Floats) -> Floats:
        return x * self.scale + self.offset


@dataclass(frozen=True, slots=True)
class Clamp:
    """y = min(max(x, low), high). Infinite limits leave that side open."""

    low: float
    high: float

    def apply(self, x: Floats) -> Floats:
        return np.clip(x, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Power:
    """y = x ** exponent for x > 0; values at or below zero pass unchanged.

    That is the no-clamp reading of ASC CDL v1.2 (section 4.3: power of a negative is undefined); a clamping CDL puts
    a Clamp before it, so that the rule never shows.
    """

    exponent: float

    def apply(self, x: Floats) -> Floats:
        return np.where(x > 0, np.power(np.maximum(x, 0.0), self.exponent), x)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Linear interpolation in equally spaced `values` (float64, 2 or more) from x = first to x = last, held outside."""

    first: float
    last: float
    values: Floats

    def apply(self, x: Floats) -> Floats:
        return np.interp(x, np.linspace(self.first, self.last, len(self.values)), self.values)


class Light(Enum):
    """What a formula does to the kind of value: a lattice must never stand in linear light (`fit.py`)."""

    KEPT = auto()
    OPENED = auto()
    """A signal goes in, linear light comes out."""
    CLOSED = auto()
    """Linear light goes in, a signal comes out."""


@dataclass(frozen=True, slots=True)
class Formula:
    """y = function(x), exact in float64, the input held at `first` and `last`.

    Equal `key`s mean equal functions (which take and give arrays of one shape); `inverse` is the key of the function
    that undoes this one: such a pair is folded away, and with it what the first would have held. `rising`: never falls.
    Backends have no formulas: they run `native` where those steps are the same function, else the tables that
    `tabulate.py` makes.
    """

    key: Hashable
    function: Callable[[Floats], Floats] = field(compare=False, repr=False)
    first: float = -math.inf
    last: float = math.inf
    rising: bool = True
    light: Light = Light.KEPT
    inverse: Hashable = None
    native: tuple[Affine | Clamp | Power, ...] = field(default=(), compare=False)

    def apply(self, x: Floats) -> Floats:
        return self.function(np.clip(x, self.first, self.last))


Step: TypeAlias = Affine | Clamp | Power | Table | Formula


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Scalar steps run one after the other; no steps is the identity."""

    steps: tuple[Step, ...] = ()

    @property
    def is_identity(self) -> bool:
        return not self.steps

    def then(self, other: Curve) -> Curve:
        return Curve(self.steps + other.steps)

    def apply(self, x: Floats) -> Floats:
        for step in self.steps:
            x = step.apply(x)
        return x


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """One curve for each of R', G', B'."""

    red: Curve = Curve()
    green: Curve = Curve()
    blue: Curve = Curve()

    def __iter__(self) -> Iterator[Curve]:
        return iter((self.red, self.green, self.blue))

    @property
    def is_identity(self) -> bool:
        return self.red.is_identity and self.green.is_identity and self.blue.is_identity

    def then(self, other: Curves) -> Curves:
        return Curves(self.red.then(other.red), self.green.then(other.green), self.blue.then(other.blue))

    def apply(self, rgb: Floats) -> Floats:
        """`rgb`: float64 (..., 3)."""
        curves = (self.red, self.green, self.blue)
        return np.stack([curve.apply(rgb[..., k]) for k, curve in enumerate(curves)], axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Matrix3:
    """out = values @ in, without offset (an offset is a curve's affine step)."""

    values: Floats = field(default_factory=lambda: np.eye(3))

    @property
    def is_identity(self) -> bool:
        return bool(np.array_equal(self.values, np.eye(3)))

    def apply(self, rgb: Floats) -> Floats:
        """`rgb`: float64 (..., 3)."""
        return rgb @ self.values.T


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """A 3D LUT over 0..1, tetrahedral, input held at the domain's ends.

    `values`: float64 (n, n, n, 3), index order [r, g, b], n from 2 to 129; entries may lie outside 0..1. Other domains
    are an affine step of the curve before it.
    """

    values: Floats

    @property
    def size(self) -> int:
        return int(self.values.shape[0])

    def apply(self, rgb: Floats) -> Floats:
        """`rgb`: float64 (..., 3)."""
        shape = rgb.shape
        return _tetrahedral(self.values, rgb.reshape(-1, 3)).reshape(shape)


@dataclass(frozen=True, slots=True)
class BakeError:
    """How far a baked lattice is from what it stands for, in R'G'B' units (1 = legal white).

    `most`: what 999 of 1000 colours keep to; `worst_wanted`, `worst_given`: what should come out, and what does, where
    it is furthest off.

    `nodes`: numbers, from 0, of the nodes of the look that went into it, whole or in part; `what`: the same for people.
    """

    size: int
    maximum: float
    mean: float
    most: float
    worst_wanted: tuple[float, float, float]
    worst_given: tuple[float, float, float]
    nodes: tuple[int, ...] = ()
    what: str = ""

    @property
    def codes(self) -> float:
        """`maximum` in codes of 10-bit legal range (876 from black to white)."""
        return self.maximum * 876

    @property
    def figures(self) -> str:
        """What it is off, for people, in one breath. The mean is over all colours that can go in, evenly: how far one
        picture is off depends on its colours."""
        return (
            f"{_off(self.mean * 876)} codes of 10 bits off on average, "
            f"{_off(self.most * 876)} for 999 of 1000 colours, at most {_off(self.codes)} in the worst one"
        )

    @property
    def sentence(self) -> str:
        """For people; codes are those of 10-bit legal range."""
        return (
            f"{self.what or 'part of the look'} baked into a lattice of {self.size} points a side: {self.figures} "
            f"({_codes(self.worst_given)} instead of {_codes(self.worst_wanted)})"
        )


def _codes(rgb: tuple[float, float, float]) -> str:
    return ", ".join(f"{value * 876 + 64:.0f}" for value in rgb)


def _off(codes: float) -> str:
    return f"{codes:.1f}" if codes >= 1 else f"{codes:.3f}"


@dataclass(frozen=True, slots=True, eq=False)
class SlotForm:
    """The seven slots. `lattice` None skips that slot; `baked` is None where the form is exact."""

    curve1: Curves = Curves()
    matrix1: Matrix3 = field(default_factory=Matrix3)
    curve2: Curves = Curves()
    lattice: Lattice | None = None
    curve3: Curves = Curves()
    matrix2: Matrix3 = field(default_factory=Matrix3)
    curve4: Curves = Curves()
    baked: BakeError | None = None

    @property
    def is_identity(self) -> bool:
        return self.lattice is None and all(
            slot.is_identity
            for slot in (self.curve1, self.matrix1, self.curve2, self.curve3, self.matrix2, self.curve4)
        )

    def apply(self, rgb: Floats) -> Floats:
        """`rgb`: float64 (..., 3) R'G'B', legal black 0 and white 1, any excursion. Returns the same shape."""
        stages: list[Callable[[Floats], Floats]] = [self.curve1.apply, self.matrix1.apply, self.curve2.apply]
        if self.lattice is not None:
            stages.append(self.lattice.apply)
        stages += [self.curve3.apply, self.matrix2.apply, self.curve4.apply]
        for stage in stages:
            rgb = stage(rgb)
        return rgb


def lattice_points(red: Floats, green: Floats, blue: Floats) -> Floats:
    """(r, g, b, 3): the colours at the points of a lattice, index order [r, g, b], from where its planes stand."""
    return np.stack(np.meshgrid(red, green, blue, indexing="ij"), axis=-1)


def _tetrahedral(values: Floats, rgb: Floats) -> Floats:
    """Tetrahedral interpolation of (N, 3) points; ties go either way, as the result is the same."""
    n = values.shape[0]
    position = np.clip(rgb, 0.0, 1.0) * (n - 1)
    cell = np.minimum(position.astype(np.int64), n - 2)
    fraction = position - cell
    order = np.argsort(-fraction, axis=1, kind="stable")
    flat = values.reshape(-1, 3)
    axis_stride = np.array([n * n, n, 1])
    index = cell @ axis_stride
    result = flat[index] * (1.0 - np.take_along_axis(fraction, order[:, :1], axis=1))
    for rank in range(3):
        index = index + axis_stride[order[:, rank]]
        upper = np.take_along_axis(fraction, order[:, rank : rank + 1], axis=1)
        lower = np.take_along_axis(fraction, order[:, rank + 1 : rank + 2], axis=1) if rank < 2 else 0.0
        result += flat[index] * (upper - lower)
    return np.asarray(result)
