"""The nodes of a colourist: exposure, printer points, lift/gamma/gain, contrast, saturation, RGB curves.

Values like those of `nodes.py`, which has what they share; white balance has a module of its own. All of them are
curves and matrices, so a few of them in a row fit the slots without a bake. A node at its defaults does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np

from livegrade.color.nodes import (
    BLACK,
    FULL_MIX,
    REC709_WEIGHTS,
    WHITE,
    Role,
    Triple,
    canonical_bytes,
    check_mix,
    require,
    saturation_matrix,
)
from livegrade.color.slots import Affine, Curve, Curves, Formula, Matrix3, Power
from livegrade.color.spline import MonotoneCubic
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.color.elements import Element
    from livegrade.color.slots import Step
    from livegrade.color.space import ColorSpace

Points: TypeAlias = tuple[tuple[float, float], ...]

MOST_STOPS = 20.0
PRINTER_POINT = 12.5 / 1023
"""One printer point is 0.025 of density, a Cineon code 0.002 (G. Kennel, "Digital Film Scanning and Recording: The
Technology and Practice", SMPTE J. 103, 1994): 12.5 codes of 10 bits, a seventh of a stop on film."""

MAX_CURVE_POINTS = 64
MOST_INPUT = 1000.0
"""RGB curves hold their input here on either side: far beyond any signal, and finite."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """`stops` more or less light: linear light times 2 ^ stops.

    `space`: what the signal is, so that it can be made light and back; None takes the signal as linear light.
    """

    label: ClassVar[str] = "exposure"

    stops: float = 0.0
    space: ColorSpace | None = None
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require((self.stops,), "exposure", f"-{MOST_STOPS:g} to {MOST_STOPS:g} stops", lambda v: abs(v) <= MOST_STOPS)
        gain = curves_of(Affine(2.0**self.stops, 0.0))
        if self.space is not None:
            gain = self.space.decoding().then(gain).then(self.space.encoding())
        object.__setattr__(self, "elements", (gain,) if self.stops else ())

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("exposure", self.stops, b"" if self.space is None else self.space.canonical)


@dataclass(frozen=True, slots=True)
class PrinterPoints:
    """Printer lights: `points` a channel added to a log signal, each PRINTER_POINT of it; more is brighter."""

    label: ClassVar[str] = "printer points"

    points: Triple = BLACK
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require(self.points, "printer points", "-100 to 100", lambda value: abs(value) <= 100)
        offsets = Curves(*(Curve((Affine(1.0, value * PRINTER_POINT),)) for value in self.points))
        object.__setattr__(self, "elements", (offsets,) if self.points != BLACK else ())

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("printer points", *self.points)


@dataclass(frozen=True, slots=True)
class LiftGammaGain:
    """out = ((in + lift) / (1 / gain + lift)) ^ (1 / gamma), each channel by itself.

    So gain leaves black and lift leaves the value that comes out as white; what is at or below black after the gain is
    left alone by gamma. Nothing is clamped. Source: OpenColorIO, GradingPrimary of style video with pivots 0 and 1
    (which mirrors gamma below black). Gain and gamma are above zero, 1 / gain + lift too.
    """

    label: ClassVar[str] = "lift, gamma, gain"

    lift: Triple = BLACK
    gamma: Triple = WHITE
    gain: Triple = WHITE
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require(self.lift, "lift", "-1 to 1", lambda value: abs(value) <= 1)
        require(self.gamma, "gamma", "0.01 to 100", lambda value: 0.01 <= value <= 100)
        require(self.gain, "gain", "0.001 to 1000", lambda value: 0.001 <= value <= 1000)
        spans = tuple(1.0 / gain + lift for lift, gain in zip(self.lift, self.gain, strict=True))
        require(spans, "1 / gain + lift", "0.001 or more (less lift or less gain)", lambda value: value >= 0.001)
        channels = zip(self.lift, self.gamma, spans, strict=True)
        curves = Curves(*(Curve(_lifted(lift, gamma, span)) for lift, gamma, span in channels))
        object.__setattr__(self, "elements", () if curves.is_identity else (curves,))

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("lift gamma gain", *self.lift, *self.gamma, *self.gain)


@dataclass(frozen=True, slots=True)
class Contrast:
    """out = (in - pivot) * contrast + pivot. Source: OpenColorIO, GradingPrimary of style log, contrast.

    `pivot`: the value that stays, in the signal's own scale (0.4 is near 18 % grey of most camera curves).
    """

    label: ClassVar[str] = "contrast"

    contrast: float = 1.0
    pivot: float = 0.4
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require((self.contrast,), "contrast", "0 to 100", lambda value: 0 <= value <= 100)
        require((self.pivot,), "the pivot of contrast", "-2 to 2", lambda value: abs(value) <= 2)
        curves = curves_of(Affine(self.contrast, self.pivot * (1.0 - self.contrast)))
        object.__setattr__(self, "elements", (curves,) if self.contrast != 1.0 else ())

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("contrast", self.contrast, self.pivot)


@dataclass(frozen=True, slots=True)
class Saturation:
    """luma + saturation * (channel - luma), as in a CDL but by itself and never clamped. `weights` of luma sum to 1."""

    label: ClassVar[str] = "saturation"

    saturation: float = 1.0
    weights: Triple = REC709_WEIGHTS
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        require((self.saturation,), "saturation", "0 to 100", lambda value: 0 <= value <= 100)
        require(self.weights, "a luma weight", "0 to 1", lambda value: 0 <= value <= 1)
        if abs(sum(self.weights) - 1.0) > 1e-3:
            raise UsageError(f"luma weights must sum to 1, got {sum(self.weights):g}")
        matrix = Matrix3(saturation_matrix(self.saturation, self.weights))
        object.__setattr__(self, "elements", (matrix,) if self.saturation != 1.0 else ())

    @property
    def canonical(self) -> bytes:
        return canonical_bytes("saturation", self.saturation, *self.weights)


@dataclass(frozen=True, slots=True)
class RgbCurves:
    """A curve through points for all three channels (`master`), then one for each; (in, out) pairs, in rising.

    Smooth, never beyond its points, straight on outside them (`spline.MonotoneCubic`). 2 to 64 points; none: no curve.
    """

    label: ClassVar[str] = "RGB curves"

    master: Points = ()
    red: Points = ()
    green: Points = ()
    blue: Points = ()
    role: Role = Role.CREATIVE
    name: str = ""
    enabled: bool = True
    mix: float = FULL_MIX
    notes: str = ""
    elements: tuple[Element, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_mix(self.mix)
        master, *channels = (_through(points) for points in (self.master, self.red, self.green, self.blue))
        curves = Curves(*(Curve((*master, *channel)) for channel in channels))
        object.__setattr__(self, "elements", () if curves.is_identity else (curves,))

    @property
    def canonical(self) -> bytes:
        flat = [np.array(points, "<f8") + 0.0 for points in (self.master, self.red, self.green, self.blue)]
        return canonical_bytes("rgb curves", *(points.tobytes() for points in flat))


def curves_of(*steps: Step) -> Curves:
    """The same steps for all three channels."""
    curve = Curve(steps)
    return Curves(curve, curve, curve)


def _lifted(lift: float, gamma: float, span: float) -> tuple[Step, ...]:
    if (lift, gamma, span) == (0.0, 1.0, 1.0):
        return ()
    affine = Affine(1.0 / span, lift / span)
    return (affine,) if gamma == 1.0 else (affine, Power(1.0 / gamma))


def _through(points: Points) -> tuple[Step, ...]:
    if not points or all(x == y for x, y in points):
        return ()
    if not 2 <= len(points) <= MAX_CURVE_POINTS:
        raise UsageError(f"a curve needs 2 to {MAX_CURVE_POINTS} points, got {len(points)}")
    for point in points:
        require(point, "a point of a curve", "-16 to 16", lambda value: abs(value) <= 16)
    if any(after - before < 1e-6 for (before, _), (after, _) in pairwise(points)):
        raise UsageError("the points of a curve must rise from left to right, each at least 0.000001 after the last")
    rising = all(after >= before for (_, before), (_, after) in pairwise(points))
    curve = MonotoneCubic.through(points)
    return (Formula(("points", points), curve, -MOST_INPUT, MOST_INPUT, rising=rising),)
