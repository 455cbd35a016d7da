"""The curves that CLF and CTF have beyond even tables: logarithms, exponents with or without a linear part near black,
and tables with an entry for every half float.

Exact in float64 both ways. Source: S-2014-006 Common LUT Format 3.0, Log, Exponent and LUT1D with halfDomain;
OpenColorIO for what the standard leaves open (the least value a logarithm takes, curves whose linear part vanishes).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np

from livegrade.color.nodes import BLACK, FULL_MIX, WHITE, Role, Samples, Triple, canonical_bytes, check_mix, require
from livegrade.color.slots import Clamp, Curve, Curves, Formula, Light, Power
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.slots import Step

    Floats: TypeAlias = NDArray[np.float64]

Negative: TypeAlias = Literal["clamp", "mirror", "pass", "linear"]
NEGATIVES = ("clamp", "mirror", "pass", "linear")

HALVES = 65536
NEGATIVE_ZERO = 0x8000

LEAST = float(np.finfo(np.float32).tiny)
"""What a logarithm takes instead of anything less."""

LARGEST = 100.0
"""Exponent; beyond it a curve is a step."""

LEAST_OFFSET = 1e-6
"""Of a curve with a linear part; and its exponent is at least one more than one."""


@dataclass(frozen=True, slots=True)
class LogCurve:
    """log_slope * log(lin_slope * in + lin_offset) + log_offset, to `base`; `inverse`: undone.

    `lin_break`: below it the curve is a straight line of the slope `linear_slope` (None: that of the curve there).
    """

    label: ClassVar[str] = "logarithm"

    base: float = 2.0
    log_slope: Triple = WHITE
    log_offset: Triple = BLACK
    lin_slope: Triple = WHITE
    lin_offset: Triple = BLACK
    lin_break: Triple | None = None
    linear_slope: Triple | None = None
    inverse: bool = False
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require(
            (self.base,), "the base of a logarithm", "above zero and not one", lambda value: value > 0 and value != 1
        )
        for slopes in (self.log_slope, self.lin_slope, self.linear_slope or WHITE):
            require(slopes, "a slope of a logarithm", "other than zero", lambda value: value != 0)
        for values in (self.log_offset, self.lin_offset, self.lin_break or BLACK):
            require(values, "a number of a logarithm", "a finite number")
        if self.lin_break is not None:
            inside = [s * x + o for s, x, o in zip(self.lin_slope, self.lin_break, self.lin_offset, strict=True)]
            require(inside, "what a logarithm takes at its break", "above zero", lambda value: value > 0)
        object.__setattr__(self, "elements", (Curves(*map(self._curve, range(3))),))

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("log", *(number for channel in range(3) for number in self._numbers(channel)))

    def _numbers(self, channel: int) -> tuple[float, ...]:
        every = (self.log_slope, self.log_offset, self.lin_slope, self.lin_offset, self.lin_break, self.linear_slope)
        numbers = (math.inf if values is None else values[channel] for values in every)
        return (self.base, *numbers, float(self.inverse))

    def _curve(self, channel: int) -> Curve:
        base, log_slope, log_offset, lin_slope, lin_offset, lin_break, linear_slope, _ = self._numbers(channel)
        per_unit = math.log(base)

        def encode(x: Floats) -> Floats:
            return log_slope * np.log(np.maximum(lin_slope * x + lin_offset, LEAST)) / per_unit + log_offset

        def decode(y: Floats) -> Floats:
            return (np.exp((y - log_offset) / log_slope * per_unit) - lin_offset) / lin_slope

        function = decode if self.inverse else encode
        if self.lin_break is not None:
            at = np.array(lin_break)
            if self.linear_slope is None:
                linear_slope = log_slope * lin_slope / ((lin_slope * lin_break + lin_offset) * per_unit)
            log_break = float(encode(at))
            smooth = function
            if self.inverse:

                def function(x: Floats) -> Floats:
                    return np.where(x <= log_break, (x - log_break) / linear_slope + lin_break, smooth(x))
            else:

                def function(x: Floats) -> Floats:
                    return np.where(x <= lin_break, (x - lin_break) * linear_slope + log_break, smooth(x))

        light = Light.OPENED if self.inverse else Light.CLOSED
        rising = log_slope * lin_slope * per_unit > 0
        return Curve((Formula(("log", *self._numbers(channel)), function, rising=rising, light=light),))


@dataclass(frozen=True, slots=True)
class ExponentCurve:
    """in ^ exponent; with an `offset` ((in + offset) / (1 + offset)) ^ exponent and straight below; `inverse`: undone.

    `negative`: what becomes of values below zero: held at zero, mirrored, passed unchanged, or on the straight line
    (which only a curve with an offset has).
    """

    label: ClassVar[str] = "exponent"

    exponent: Triple = WHITE
    offset: Triple | None = None
    negative: Negative = "clamp"
    inverse: bool = False
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require(self.exponent, "an exponent", f"above 0, {LARGEST:g} at most", lambda value: 0 < value <= LARGEST)
        require(self.offset or BLACK, "the offset of an exponent", "0 to 1", lambda value: 0 <= value <= 1)
        object.__setattr__(self, "elements", (Curves(*map(self._curve, range(3))),))

    @property
    def canonical(self) -> bytes:
        offset = self.offset or (math.inf,) * 3
        style = float(NEGATIVES.index(self.negative))
        return canonical_bytes("exponent", *self.exponent, *offset, style, float(self.inverse))

    def _curve(self, channel: int) -> Curve:
        exponent = self.exponent[channel]
        if self.offset is not None:
            return Curve((self._with_line(exponent, self.offset[channel]),))
        power = 1.0 / exponent if self.inverse else exponent
        steps: tuple[Step, ...] = (Power(power),)
        if self.negative == "clamp":
            steps = (Clamp(0.0, math.inf), *steps)
        elif self.negative == "mirror":
            key = ("mirrored power", power)
            steps = (Formula(key, lambda x: np.asarray(np.copysign(np.power(np.abs(x), power), x))),)
        return Curve(steps)

    def _with_line(self, exponent: float, offset: float) -> Formula:
        gamma, offset = max(exponent, 1.0 + LEAST_OFFSET), max(offset, LEAST_OFFSET)
        lin_break = offset / (gamma - 1.0)
        low = (offset * gamma / ((gamma - 1.0) * (1.0 + offset))) ** gamma
        slope = low / lin_break

        def decode(x: Floats) -> Floats:
            return np.where(
                x <= lin_break, x * slope, np.power((np.maximum(x, lin_break) + offset) / (1 + offset), gamma)
            )

        def encode(y: Floats) -> Floats:
            above = np.power(np.maximum(y, low), 1 / gamma) * (1 + offset) - offset
            return np.asarray(np.where(y <= low, y / slope, above))

        function = encode if self.inverse else decode
        if self.negative == "mirror":
            straight = function

            def function(x: Floats) -> Floats:
                return np.asarray(np.copysign(straight(np.abs(x)), x))

        key = ("exponent with line", exponent, offset, self.negative, self.inverse)
        return Formula(key, function, light=Light.CLOSED if self.inverse else Light.OPENED)


@dataclass(frozen=True, slots=True)
class HalfLut:
    """A table a channel with an entry for each of the 65,536 half floats, in the order of their bits; straight between
    neighbours, held beyond the largest. `table`: (65536, 3); what stands for infinities and for no numbers is not used.
    """

    label: ClassVar[str] = "half-float LUT"

    table: Samples
    role: Role = Role.TRANSFORM
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        if self.table.array.shape != (HALVES, 3):
            raise UsageError(
                f"a half-float LUT needs {HALVES} rows of 3 numbers, got the shape {self.table.array.shape}"
            )
        object.__setattr__(self, "elements", (Curves(*map(self._curve, range(3))),))

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("half lut", self.table.digest)

    def _curve(self, channel: int) -> Curve:
        halves = np.arange(HALVES, dtype=np.uint16).view(np.float16).astype(np.float64)
        used = np.isfinite(halves) & (np.arange(HALVES) != NEGATIVE_ZERO)
        order = np.argsort(halves[used])
        points, values = halves[used][order], self.table.array[used, channel][order]
        rising = bool((np.diff(values) >= 0).all())
        key = ("half lut", self.table.digest, channel)
        return Curve((Formula(key, lambda x: np.asarray(np.interp(x, points, values)), rising=rising),))
