"""A colour space as nodes need it: a curve between signal and linear light, and a matrix from linear light to XYZ.

Values only: which cameras and displays there are is the business of the catalogue. Matrices and adaptation are float64;
linear light is relative, 1 being diffuse white of a scene or peak white of a display, as the space's maker has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from livegrade.color.nodes import Triple, canonical_bytes, require, triple
from livegrade.color.slots import Clamp, Curve, Curves, Formula, Light, Power
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = tuple[Triple, Triple, Triple]

LINEAR = "linear"
"""Name of the curve that does nothing: the signal is linear light."""

GAMMA_PREFIX = "gamma-"

SIGNAL_HELD = (-1.0, 2.0)
"""Signals are held here before a decoding curve: beyond it log curves leave the range of numbers."""

BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""XYZ to cone responses. Source: ICC.1:2022, annex E.4; the same in OpenColorIO's built-ins named BFD."""

D65: tuple[float, float] = (0.3127, 0.3290)


class TransferCurve(Protocol):
    """A curve by name. One name means one formula for ever: a look file that names it must not change its picture.

    Both ways rise and take any finite number; below black they go straight on or stay level.
    """

    @property
    def name(self) -> str: ...
    def encode(self, light: Floats, /) -> Floats: ...
    def decode(self, signal: Floats, /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class LinearCurve:
    """No curve: the signal is the light."""

    name: str = LINEAR

    def encode(self, light: Floats, /) -> Floats:
        return light

    def decode(self, signal: Floats, /) -> Floats:
        return signal


@dataclass(frozen=True, slots=True)
class GammaCurve:
    """light = signal ^ gamma above zero, signal below; a plain display, BT.1886 with black at zero being gamma 2.4."""

    gamma: float

    def __post_init__(self) -> None:
        require((self.gamma,), "gamma", "0.1 to 10", lambda value: 0.1 <= value <= 10)

    @property
    def name(self) -> str:
        return f"{GAMMA_PREFIX}{self.gamma!r}"

    def encode(self, light: Floats, /) -> Floats:
        return np.where(light > 0, np.power(np.maximum(light, 0.0), 1.0 / self.gamma), light)

    def decode(self, signal: Floats, /) -> Floats:
        return np.where(signal > 0, np.power(np.maximum(signal, 0.0), self.gamma), signal)


@dataclass(frozen=True, slots=True)
class ColorSpace:
    """`curve` between signal and light; `to_xyz`: rows of the matrix from linear R, G, B to CIE XYZ, 1, 1, 1 to white.

    Raises UsageError for a matrix that cannot be inverted.
    """

    curve: TransferCurve
    to_xyz: Rows
    name: str = ""

    def __post_init__(self) -> None:
        for row in self.to_xyz:
            require(row, "a colour space's matrix entry", "a finite number")
        if abs(np.linalg.det(np.array(self.to_xyz))) < 1e-9:
            raise UsageError(f"the matrix to XYZ of the colour space {self.name or self.curve.name!r} has no inverse")

    @property
    def matrix(self) -> Floats:
        """(3, 3) from linear R, G, B to XYZ."""
        return np.array(self.to_xyz)

    @property
    def white(self) -> Floats:
        """XYZ of (1, 1, 1)."""
        return np.asarray(self.matrix.sum(axis=1))

    @property
    def canonical(self) -> bytes:
        """Name of the curve and the matrix; the name of the space is for people."""
        return canonical_bytes("space", self.curve.name.encode(), *(value for row in self.to_xyz for value in row))

    def decoding(self) -> Curves:
        """Signal to linear light."""
        return self._curves("decode", "encode")

    def encoding(self) -> Curves:
        """Linear light to signal."""
        return self._curves("encode", "decode")

    def _curves(self, way: str, back: str) -> Curves:
        name = self.curve.name
        if name == LINEAR:
            return Curves()
        gamma = self.curve.gamma if isinstance(self.curve, GammaCurve) else None
        native: tuple[Clamp | Power, ...] = ()
        if way == "decode":
            native = (Clamp(*SIGNAL_HELD), Power(gamma)) if gamma else ()
            step = Formula((way, name), self.curve.decode, *SIGNAL_HELD, True, Light.OPENED, (back, name), native)
        else:
            native = (Power(1.0 / gamma),) if gamma else ()
            step = Formula((way, name), self.curve.encode, light=Light.CLOSED, inverse=(back, name), native=native)
        return Curves(Curve((step,)), Curve((step,)), Curve((step,)))


def rgb_to_xyz(primaries: tuple[tuple[float, float], ...], white: tuple[float, float]) -> Rows:
    """The matrix of three primaries and a white, each x and y. Source: SMPTE RP 177.

    Rounded to 10 decimals, so that every machine's arithmetic gives the id of a look the same numbers.
    """
    columns = np.array([[x / y, 1.0, (1.0 - x - y) / y] for x, y in primaries]).T
    x, y = white
    scales = np.linalg.solve(columns, [x / y, 1.0, (1.0 - x - y) / y])
    return rows(np.round(columns * scales, 10))


def adaptation(source: Floats, target: Floats, cones: Floats = BRADFORD) -> Floats:
    """(3, 3), XYZ to XYZ: the white `source` becomes `target` (XYZ each), von Kries in the responses of `cones`."""
    gains = (cones @ target) / (cones @ source)
    return np.asarray(np.linalg.solve(cones, gains[:, np.newaxis] * cones))


def rows(matrix: Floats) -> Rows:
    """(3, 3) as a value."""
    first, second, third = map(triple, matrix)
    return first, second, third


REC709_PRIMARIES = (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)
"""ITU-R BT.709-6, item 1.3."""

REC709 = ColorSpace(GammaCurve(2.4), rgb_to_xyz(REC709_PRIMARIES, D65), "Rec.709 BT.1886")
"""ITU-R BT.709-6 primaries and white on a BT.1886 display with black at zero."""

ACES2065_1 = ColorSpace(
    LinearCurve(), rgb_to_xyz(((0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.077)), (0.32168, 0.33767)), "ACES2065-1"
)
"""SMPTE ST 2065-1: AP0 primaries and the ACES white, linear."""
