"""A look put into the stages of a box, with the error of doing so measured: of two ways the one that errs less.

The first way is the look's own slots. It is exact but for the rounding of codes, where no part of the look works in
linear light; there 4096 steps are too few near black, and the whole look goes into the lattice, behind tables that
place its planes where they are needed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.compare import JUDGED_ON
from livegrade.color.error import ColourError, colour_error
from livegrade.color.lut import LutTarget, lut_tables
from livegrade.color.rendering import display_of
from livegrade.color.slots import Affine, Curve, Curves, Lattice, SlotForm, Table, lattice_points
from livegrade_devices.lutboxes.stages import SIDE, TOP, Coding, Stages, coding, staged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.look import Look
    from livegrade_devices.device import BoxLook

    Codes = NDArray[np.uint16]
    Floats = NDArray[np.float64]

LEGAL, FULL = coding(256, 3760), coding(0, TOP)
"""Codes of 12 bits of R'G'B' 0 and 1."""
GOOD = 4.0
"""Codes of 10 bits on average: where the look's own slots err more, the other way is tried. Slots without linear light
between them stay below 2, others go beyond 17; the other way takes longest of all."""
RANDOM_POINTS = 4096
CLIPPED = 2
"""Codes of 12 bits from an end of the signal within which a colour counts as clipped."""


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """`signal`: the coding of the picture. `error`: over colours from black to white and greys of every code."""

    stages: Stages
    signal: Coding
    error: ColourError


def stage_look(box_look: BoxLook, interpolation: str) -> Staged:
    """The stages for a look. Takes 10 to 100 ms of a processor."""
    look, signal = box_look.look, FULL if box_look.full_range else LEGAL
    probes = _Probes(look, signal)
    form = look.slots()
    first = probes.judged(staged(form, signal, interpolation))
    if first.error.mean <= GOOD:
        return first
    target = LutTarget(SIDE, 12, "0-1023", box_look.full_range, shaper=True)
    _, (lattice, shaper) = lut_tables(look, target)
    second = probes.judged(staged(_whole_form(target, lattice, shaper), signal, interpolation))
    return min(first, second, key=lambda each: each.error.mean)


@dataclass(frozen=True, slots=True)
class StagesModel:
    """`ModelPort` of a box with stages. `interpolation`: what is expected of it between the planes of its lattice."""

    interpolation: str

    async def expected(self, look: BoxLook, codes: Floats) -> Codes:
        """As `ModelPort.expected`: what comes in is rounded to whole codes."""
        return await asyncio.to_thread(self._expected, look, codes)

    def _expected(self, look: BoxLook, codes: Floats) -> Codes:
        return stage_look(look, self.interpolation).stages.apply(np.clip(np.rint(codes), 0, TOP).astype(np.uint16))


def _whole_form(target: LutTarget, lattice: Floats, shaper: Floats | None) -> SlotForm:
    """A whole look in a lattice: its domain and its shaper before it, its range behind it."""
    low, high = target.ends
    into = Curve((Affine(1 / (high - low), -low / (high - low)),))
    back = Curve((Affine(high - low, low),))
    curves = [into] * 3
    if shaper is not None:
        curves = [into.then(Curve((Table(0.0, 1.0, shaper[:, channel]),))) for channel in range(3)]
    return SlotForm(curve2=Curves(*curves), lattice=Lattice(lattice), curve3=Curves(*[back] * 3))


class _Probes:
    """Colours, the same each time, and what the look makes of them."""

    def __init__(self, look: Look, signal: Coding) -> None:
        black, white = float(signal.zero[0]), float(signal.zero[0] + signal.scale[0])
        axis = np.linspace(0.0, 1.0, 17)
        random = np.random.default_rng(41).random((RANDOM_POINTS, 3))
        unit = np.concatenate([lattice_points(axis, axis, axis).reshape(-1, 3), random])
        every = np.repeat(np.arange(TOP + 1)[:, np.newaxis], 3, axis=1)
        codes = np.concatenate([np.rint(black + unit * (white - black)), every])
        self._codes = codes.astype(np.uint16)
        self._signal = signal
        self._rgb = signal.values(self._codes)
        self._wanted = look.apply(self._rgb)
        held = signal.codes(self._wanted)
        self._inside = np.all((held > black + CLIPPED) & (held < white - CLIPPED), axis=1)
        shown = display_of(look.nodes)
        self._display = JUDGED_ON if shown is None else shown.judged_on

    def judged(self, stages: Stages) -> Staged:
        """The error of these stages. Both sides are held at codes 0 and 4095: nobody sees more."""
        given = self._signal.values(stages.apply(self._codes))
        ends = self._signal.values(np.array([[0.0], [float(TOP)]]) * np.ones(3))[:, 0]
        error = colour_error(
            self._rgb,
            self._wanted,
            given,
            self._display,
            lambda rgb: (rgb * self._signal.scale + self._signal.zero) / 4,
            (float(ends[0]), float(ends[1])),
            self._inside,
        )
        return Staged(stages, self._signal, error)
