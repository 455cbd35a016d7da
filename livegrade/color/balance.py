"""White balance as a node: temperature and tint, in linear light of the camera, and the colour of a light source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from livegrade.color.nodes import FULL_MIX, Role, canonical_bytes, check_mix, require
from livegrade.color.slots import Matrix3
from livegrade.color.space import adaptation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.space import ColorSpace

COLDEST, WARMEST = 15000.0, 1000.0
"""Kelvin between which the approximation of the Planckian locus is printed."""

MOST_TINT = 100.0
LOCUS_STEPS = 200
REFINEMENTS = 8

TINT_UNIT = 0.001
"""Distance from the locus, in u and v of CIE 1960 (Duv), of one unit of tint."""


@dataclass(frozen=True, slots=True)
class WhiteBalance:
    """As if the camera had been set to `temperature` kelvin and `tint` where it was set to `reference` and no tint.

    A higher temperature makes the picture warmer, more tint makes it more magenta (one unit is 0.001 Duv). Linear light
    is adapted from the white of the new setting to that of the old one by von Kries in Bradford's cone responses;
    whites are on the Planckian locus, moved across it by the tint.
    """

    label: ClassVar[str] = "white balance"

    temperature: float
    space: ColorSpace
    tint: float = 0.0
    reference: float = 5600.0
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        temperatures = (self.temperature, self.reference)
        rule = f"{WARMEST:g} to {COLDEST:g} kelvin"
        require(temperatures, "the temperature of white balance", rule, lambda value: WARMEST <= value <= COLDEST)
        require((self.tint,), "tint", f"-{MOST_TINT:g} to {MOST_TINT:g}", lambda value: abs(value) <= MOST_TINT)
        at_rest = self.temperature == self.reference and self.tint == 0.0
        object.__setattr__(self, "elements", () if at_rest else self._elements())

    @property
    def canonical(self) -> bytes:
        numbers = (self.temperature, self.tint, self.reference)
        return canonical_bytes("white balance", *numbers, self.space.canonical)

    def _elements(self) -> tuple[Element, ...]:
        balance = balance_matrix(self.space, self.temperature, self.tint, self.reference)
        return self.space.decoding(), Matrix3(balance), self.space.encoding()


def balance_matrix(space: ColorSpace, temperature: float, tint: float, reference: float) -> NDArray[np.float64]:
    """(3, 3) for linear R, G, B of `space`, as WhiteBalance says."""
    adapted = adaptation(light_source(temperature, tint), light_source(reference))
    return np.asarray(np.linalg.solve(space.matrix, adapted @ space.matrix))


def light_source(temperature: float, tint: float = 0.0) -> NDArray[np.float64]:
    """XYZ, Y = 1, of the Planckian radiator of `temperature` kelvin, moved by `tint` towards green.

    Source: M. Krystek, "An algorithm to calculate correlated colour temperature", Color Res. Appl. 10, 1985: rational
    approximation of the locus in CIE 1960 u, v, for 1000 to 15000 K, off by less than 8e-5.
    """
    t = temperature
    u_top, u_base = 0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t**2, 1 + 8.42420235e-4 * t + 7.08145163e-7 * t**2
    v_top, v_base = 0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t**2, 1 - 2.89741816e-5 * t + 1.61456053e-7 * t**2
    u_slope = (1.54118254e-4 + 2.57282424e-7 * t) / u_base - u_top / u_base**2 * (8.42420235e-4 + 1.416290326e-6 * t)
    v_slope = (4.22806245e-5 + 8.40963382e-8 * t) / v_base - v_top / v_base**2 * (-2.89741816e-5 + 3.22912106e-7 * t)
    # Across the locus: from its direction towards higher temperature (u falls, v falls) a quarter turn to larger v.
    length = float(np.hypot(u_slope, v_slope))
    away = tint * TINT_UNIT / length
    u, v = u_top / u_base + v_slope * away, v_top / v_base - u_slope * away
    return np.array([1.5 * u / v, 1.0, (4.0 - u - 10.0 * v) / (2.0 * v)])


def temperature_of(white: NDArray[np.float64]) -> tuple[float, float]:
    """Kelvin and tint of `light_source` nearest to a white (XYZ, Y = 1), held to the range of both."""
    grid = 1e6 / np.linspace(1e6 / COLDEST, 1e6 / WARMEST, LOCUS_STEPS)
    wanted = _uv(white)
    apart = [float(np.hypot(*(_uv(light_source(float(kelvin))) - wanted))) for kelvin in grid]
    found = np.array([1e6 / grid[int(np.argmin(apart))], 0.0])  # mired and tint: both near even steps in u, v
    for _ in range(REFINEMENTS):
        here = _uv(light_source(1e6 / found[0], found[1]))
        steps = [_uv(light_source(1e6 / (found[0] + 0.1), found[1])), _uv(light_source(1e6 / found[0], found[1] + 0.1))]
        slopes = np.stack([(step - here) / 0.1 for step in steps], axis=-1)
        found += np.linalg.solve(slopes, wanted - here)
        found = np.clip(found, (1e6 / COLDEST, -MOST_TINT), (1e6 / WARMEST, MOST_TINT))
    return 1e6 / float(found[0]), float(found[1])


def _uv(white: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE 1960 u and v."""
    x, y, z = white
    return np.asarray(np.array([4 * x, 6 * y]) / (x + 15 * y + 3 * z))
