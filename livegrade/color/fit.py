"""Fitting: the elements of a look placed in the seven slots, exactly where they fit, else with one run baked.

The rule (see docs/decisions): fold; what then reads curve, matrix, curve, lattice, curve, matrix,
curve with parts left out is placed as it is. Otherwise the longest head and then the longest tail that read curve,
matrix, curve stay exact, and what lies between is baked into the lattice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.color.bake import bake, reach_of
from livegrade.color.fold import fold
from livegrade.color.nodes import unit_curves
from livegrade.color.slots import BakeError, Curves, Lattice, Matrix3, SlotForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.nodes import Element

SIDE = (Curves, Matrix3, Curves)
"""What fits before the lattice, and again after it."""


def fit(elements: Sequence[Element]) -> SlotForm:
    """The slot form of `elements` run in order. `baked` is None where it is exact."""
    return _fit(fold(elements), None)


def _fit(sequence: Sequence[Element], error: BakeError | None) -> SlotForm:
    """`sequence` is folded; `error` is that of a lattice baked into it."""
    head = _fitting(sequence)
    tail = len(sequence) - _fitting(sequence[head:][::-1])
    lattice = None
    match sequence[head:tail]:
        case ():
            pass
        case (Lattice() as only,):
            lattice = only
        case run:
            baked = bake(run, reach_of(sequence[:head]))
            domain = unit_curves(baked.first, baked.last)
            return _fit(fold((*sequence[:head], domain, baked.lattice, *sequence[tail:])), baked.error)
    curve1, matrix1, curve2 = _side(sequence[:head])
    curve3, matrix2, curve4 = _side(sequence[tail:])
    return SlotForm(curve1, matrix1, curve2, lattice, curve3, matrix2, curve4, error)


def _fitting(sequence: Sequence[Element]) -> int:
    """How many elements from the start read curve, matrix, curve (any of them left out)."""
    place = 0
    for count, element in enumerate(sequence):
        while place < len(SIDE) and not isinstance(element, SIDE[place]):
            place += 1
        if place == len(SIDE):
            return count
        place += 1
    return len(sequence)


def _side(elements: Sequence[Element]) -> tuple[Curves, Matrix3, Curves]:
    first, matrix, second = Curves(), Matrix3(), Curves()
    for index, element in enumerate(elements):
        match element:
            case Matrix3():
                matrix = element
            case Curves() if index == 0:
                first = element
            case Curves():
                second = element
            case Lattice():
                raise AssertionError("a lattice has its own slot")
    return first, matrix, second
