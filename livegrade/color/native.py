"""Runs of elements on the processor's vector units, in float32: for bakes, whose errors are measured anyway."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.elements import Blend, Opaque
from livegrade.color.fold import fold
from livegrade.color.slots import Affine, Clamp, Curves, Formula, Lattice, Matrix3, Power, Table
from livegrade.color.tabulate import tabulated_run
from livegrade.machine import usable_cores
from livegrade_shaders import _native

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.reach import Box
    from livegrade.color.slots import Curve


class NativeRun:
    """A run ready to be evaluated. Right for values within the box it was made for."""

    def __init__(self, elements: Sequence[Element], box: Box) -> None:
        self._ops = _native.FloatOps()
        for element in tabulated_run(elements, box):
            match element:
                case Matrix3(values):
                    self._ops.add_mix(np.column_stack([values, np.zeros(3)]))
                case Curves():
                    for channel, curve in enumerate(element):
                        self._add_curve(channel, curve)
                case Lattice():
                    self._ops.add_cube(_native_lattice(element))
                case _:
                    raise AssertionError("not a run for the extension")

    def sample(self, axes: Sequence[NDArray[np.float64]]) -> NDArray[np.float32]:
        """The run at every point of three axes: (n, m, k, 3)."""
        red, green, blue = (np.ascontiguousarray(axis, dtype=np.float32) for axis in axes)
        out = np.empty((len(red), len(green), len(blue), 3), np.float32)
        _native.sample_lattice(self._ops, red, green, blue, out, _pool())
        return out

    def apply(self, rgb: NDArray[np.float64]) -> NDArray[np.float64]:
        """`rgb`: (n, 3)."""
        colours = rgb.astype(np.float32, order="C")
        _native.run_colours(self._ops, colours, _pool())
        return colours.astype(np.float64)

    def _add_curve(self, channel: int, curve: Curve) -> None:
        for step in curve.steps:
            match step:
                case Affine(scale, offset):
                    self._ops.add_ramp(channel, scale, offset, -math.inf, math.inf)
                case Clamp(low, high):
                    self._ops.add_ramp(channel, 1.0, 0.0, low, high)
                case Power(exponent):
                    self._ops.add_power(channel, exponent)
                case Table(first, last, values):
                    self._ops.add_lookup(channel, first, last, np.ascontiguousarray(values, np.float64))
                case Formula():
                    raise AssertionError("formulas are tables by now")


def native_run(elements: Sequence[Element], box: Box) -> NativeRun | None:
    """`elements` for values within `box`, or None where one of them runs in Python only."""
    folded = fold(elements)
    return None if any(isinstance(element, Blend | Opaque) for element in folded) else NativeRun(folded, box)


@lru_cache(maxsize=4)
def _native_lattice(lattice: Lattice) -> _native.FloatLattice:
    return _native.FloatLattice(np.ascontiguousarray(lattice.values), np.eye(3, 4))


@lru_cache(maxsize=1)
def _pool() -> _native.BandPool:
    return _native.BandPool(usable_cores())
