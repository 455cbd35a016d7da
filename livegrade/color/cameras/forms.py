"""The shapes that camera curves have, exact in float64 both ways. Parameters are a maker's and live in `curves.py`.

Light is scene-linear, 0.18 being an 18 % grey card; the signal is 0..1. Where a maker's printed numbers leave a gap
between two pieces, `gaps` says how large it is; a signal inside a gap is no code of the curve and does not come back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Form(Protocol):
    """Both ways rise, take any finite number and any shape; below black they go straight on or stay level."""

    def encode(self, light: Floats, /) -> Floats: ...
    def decode(self, signal: Floats, /) -> Floats: ...
    @property
    def gaps(self) -> tuple[float, ...]:
        """For every place where two pieces meet: signal just above minus signal just below."""
        ...


@dataclass(frozen=True, slots=True)
class LinearLog:
    """signal = c * log_base(a * light + b) + d from `cut` on, e * light + f below."""

    a: float
    b: float
    c: float
    d: float
    cut: float
    e: float
    f: float
    base: float = 10.0

    def encode(self, light: Floats, /) -> Floats:
        return np.where(light >= self.cut, self._log(np.maximum(light, self.cut)), self.e * light + self.f)

    def decode(self, signal: Floats, /) -> Floats:
        light = (np.power(self.base, (signal - self.d) / self.c) - self.b) / self.a
        return np.where(signal >= self._log(np.array(self.cut)), light, (signal - self.f) / self.e)

    @property
    def gaps(self) -> tuple[float, ...]:
        return (float(self._log(np.array(self.cut))) - (self.e * self.cut + self.f),)

    def _log(self, light: Floats) -> Floats:
        return self.c * (np.log(self.a * light + self.b) / math.log(self.base)) + self.d


@dataclass(frozen=True, slots=True)
class MirrorLog:
    """signal = d + c * log10(k * x + 1) for x = light / white from 0 on, mirrored about (0, d) below."""

    c: float
    d: float
    k: float
    white: float

    def encode(self, light: Floats, /) -> Floats:
        x = light / self.white
        return self.d + np.sign(x) * self.c * np.log10(self.k * np.abs(x) + 1.0)

    def decode(self, signal: Floats, /) -> Floats:
        y = signal - self.d
        return self.white * np.sign(y) * (np.power(10.0, np.abs(y) / self.c) - 1.0) / self.k

    @property
    def gaps(self) -> tuple[float, ...]:
        return (0.0,)


@dataclass(frozen=True, slots=True)
class CanonLog3:
    """Canon's: a line through black between `low` and `high` (signals), mirrored logarithms outside it."""

    c: float
    k: float
    above: float
    below: float
    slope: float
    offset: float
    low: float
    high: float
    white: float

    def encode(self, light: Floats, /) -> Floats:
        x = light / self.white
        log = self.c * np.log10(self.k * np.abs(x) + 1.0)
        line = self.slope * x + self.offset
        return np.where(x > self._upper, self.above + log, np.where(x < self._lower, self.below - log, line))

    def decode(self, signal: Floats, /) -> Floats:
        above = (np.power(10.0, (signal - self.above) / self.c) - 1.0) / self.k
        below = -(np.power(10.0, (self.below - signal) / self.c) - 1.0) / self.k
        line = (signal - self.offset) / self.slope
        x = np.where(signal > self.high, above, np.where(signal < self.low, below, line))
        return self.white * x

    @property
    def gaps(self) -> tuple[float, ...]:
        lower = self.slope * self._lower + self.offset - self._log_at(self._lower)
        return lower, self._log_at(self._upper) - (self.slope * self._upper + self.offset)

    @property
    def _upper(self) -> float:
        return (self.high - self.offset) / self.slope

    @property
    def _lower(self) -> float:
        return (self.low - self.offset) / self.slope

    def _log_at(self, x: float) -> float:
        log = self.c * math.log10(self.k * abs(x) + 1.0)
        return self.above + log if x > 0 else self.below - log


@dataclass(frozen=True, slots=True)
class RootLog:
    """signal = a * cbrt(light + b) under `cut`, c * ln(light) + d from it on (Nikon's); the root mirrored below -b."""

    a: float
    b: float
    c: float
    d: float
    cut: float

    def encode(self, light: Floats, /) -> Floats:
        log = self.c * np.log(np.maximum(light, self.cut)) + self.d
        return np.where(light >= self.cut, log, self.a * np.cbrt(light + self.b))

    def decode(self, signal: Floats, /) -> Floats:
        joint = self.c * math.log(self.cut) + self.d
        root = (np.minimum(signal, joint + 1.0) / self.a) ** 3 - self.b
        return np.where(signal >= joint, np.exp((signal - self.d) / self.c), root)

    @property
    def gaps(self) -> tuple[float, ...]:
        return (self.c * math.log(self.cut) + self.d - self.a * float(np.cbrt(self.cut + self.b)),)


@dataclass(frozen=True, slots=True)
class ParabolaLog:
    """signal = gamma * log2(light + beta) + delta from `joint` on, sigma * (light - start) ^ 2 under it, 0 under
    `start` (Apple's)."""

    start: float
    joint: float
    sigma: float
    beta: float
    gamma: float
    delta: float

    def encode(self, light: Floats, /) -> Floats:
        log = self.gamma * np.log2(np.maximum(light, self.joint) + self.beta) + self.delta
        toe = self.sigma * (np.clip(light, self.start, self.joint) - self.start) ** 2
        return np.where(light >= self.joint, log, toe)

    def decode(self, signal: Floats, /) -> Floats:
        log = np.power(2.0, (signal - self.delta) / self.gamma) - self.beta
        toe = np.sqrt(np.maximum(signal, 0.0) / self.sigma) + self.start
        return np.where(signal >= self.gamma * math.log2(self.joint + self.beta) + self.delta, log, toe)

    @property
    def gaps(self) -> tuple[float, ...]:
        toe = self.sigma * (self.joint - self.start) ** 2
        return (self.gamma * math.log2(self.joint + self.beta) + self.delta - toe,)


@dataclass(frozen=True, slots=True)
class AcesCc:
    """ACEScc: logarithmic all the way, with an offset under 2 ** -15, level under 0. Source: AMPAS S-2014-003."""

    def encode(self, light: Floats, /) -> Floats:
        shifted = np.where(light < 2.0**-15, 2.0**-16 + 0.5 * np.maximum(light, 0.0), light)
        return (np.log2(np.maximum(shifted, 2.0**-16)) + 9.72) / 17.52

    def decode(self, signal: Floats, /) -> Floats:
        value = np.power(2.0, signal * 17.52 - 9.72)
        return np.where(value < 2.0**-15, np.maximum(2.0 * (value - 2.0**-16), 0.0), value)

    @property
    def gaps(self) -> tuple[float, ...]:
        return (0.0,)


@dataclass(frozen=True, slots=True)
class PowerToe:
    """signal = gain * light ^ exponent - (gain - 1) from `cut` on, slope * light below (Rec.709)."""

    gain: float
    exponent: float
    cut: float
    slope: float

    def encode(self, light: Floats, /) -> Floats:
        curve = self.gain * np.power(np.maximum(light, self.cut), self.exponent) - (self.gain - 1.0)
        return np.where(light >= self.cut, curve, self.slope * light)

    def decode(self, signal: Floats, /) -> Floats:
        joint = self.gain * self.cut**self.exponent - (self.gain - 1.0)
        curve = np.power((np.maximum(signal, joint) + self.gain - 1.0) / self.gain, 1.0 / self.exponent)
        return np.where(signal >= joint, curve, signal / self.slope)

    @property
    def gaps(self) -> tuple[float, ...]:
        return (self.gain * self.cut**self.exponent - (self.gain - 1.0) - self.slope * self.cut,)


@dataclass(frozen=True, slots=True)
class Hlg:
    """The OETF of ITU-R BT.2100-2 table 5; `white`: scene light E, 0..1 of BT.2100, of light 1. Mirrored below 0."""

    white: float

    A = 0.17883277
    B = 1.0 - 4.0 * A
    C = 0.5 - A * math.log(4.0 * A)

    def encode(self, light: Floats, /) -> Floats:
        scene = light * self.white
        log = self.A * np.log(np.maximum(12.0 * scene, 1.0) - self.B) + self.C
        return np.where(scene > 1.0 / 12.0, log, np.sign(scene) * np.sqrt(3.0 * np.abs(np.minimum(scene, 1.0))))

    def decode(self, signal: Floats, /) -> Floats:
        log = (np.exp((signal - self.C) / self.A) + self.B) / 12.0
        return np.where(signal > 0.5, log, np.sign(signal) * signal**2 / 3.0) / self.white

    @property
    def gaps(self) -> tuple[float, ...]:
        return (self.A * math.log(1.0 - self.B) + self.C - 0.5,)


@dataclass(frozen=True, slots=True)
class Pq:
    """The inverse EOTF of SMPTE ST 2084 (BT.2100-2 table 4); `nits`: luminance of light 1. Level below 0."""

    nits: float

    M1, M2 = 2610 / 16384, 2523 / 4096 * 128
    C1, C2, C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32

    def encode(self, light: Floats, /) -> Floats:
        y = np.power(np.maximum(light, 0.0) * (self.nits / 10_000.0), self.M1)
        return np.power((self.C1 + self.C2 * y) / (1.0 + self.C3 * y), self.M2)

    def decode(self, signal: Floats, /) -> Floats:
        root = np.power(np.clip(signal, 0.0, 1.0), 1.0 / self.M2)
        y = np.maximum(root - self.C1, 0.0) / (self.C2 - self.C3 * root)
        return np.power(y, 1.0 / self.M1) * (10_000.0 / self.nits)

    @property
    def gaps(self) -> tuple[float, ...]:
        return ()
