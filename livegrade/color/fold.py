"""Folding: a sequence of elements made as short as it can be without changing what it does.

Adjacent curves become one, adjacent matrices become one, what does nothing is dropped. Clamps end folding: nothing is
moved across one. Only exact rules live here; what cannot be kept exact is the business of `fit.py`. Each part knows the
nodes it came from, so that a bake can name them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.elements import Blend, Element, Opaque, blend_lattice
from livegrade.color.slots import Affine, Clamp, Curve, Curves, Formula, Lattice, Matrix3, Power, Step, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

Interval: TypeAlias = tuple[float, float]

EVERYTHING: Interval = (-math.inf, math.inf)

TURNS_SAMPLED = 4097
"""Places at which a formula that may turn is looked at to find its highest and lowest value."""

MAX_TURN = 16.0
"""Beyond this, on either side, a formula does not turn any more."""

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """An element and the numbers of the nodes it stands for, whole or in part."""

    element: Element
    nodes: frozenset[int] = NOBODY


def fold(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The same function in as few elements as exact rules give: no two neighbours are both curves or both matrices."""
    return tuple(part.element for part in fold_parts(Part(element) for element in elements))


def fold_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """`fold` for elements that know their nodes."""
    folded: list[Part] = []
    for part in parts:
        match part.element:
            case Lattice() as lattice:
                _append_lattice(folded, lattice, part.nodes)
            case Matrix3() as matrix:
                _append_matrix(folded, matrix, part.nodes)
            case Curves() as curves:
                _append_curves(folded, curves, part.nodes)
            case Blend((Lattice() as lattice,), share) if _is_held(folded):
                _append_lattice(folded, blend_lattice(lattice, share), part.nodes)
            case Blend() | Opaque():
                folded.append(part)
    return tuple(folded)


def image(curve: Curve, interval: Interval) -> Interval:
    """The smallest interval that holds every output of `curve` for inputs in `interval` (infinite ends allowed)."""
    for step in curve.steps:
        interval = _step_image(step, interval)
    return interval


def _append_curves(folded: list[Part], curves: Curves, nodes: frozenset[int]) -> None:
    before = folded[-1] if folded else None
    if before is not None and isinstance(before.element, Curves):
        folded.pop()
        curves, nodes = before.element.then(curves), before.nodes | nodes
    curves = Curves(*(_simplified(curve) for curve in curves))
    if not curves.is_identity:
        folded.append(Part(curves, nodes))


def _append_matrix(folded: list[Part], matrix: Matrix3, nodes: frozenset[int]) -> None:
    values = matrix.values
    if np.array_equal(values, np.diag(np.diag(values))):
        _append_curves(folded, Curves(*(Curve((Affine(float(gain), 0.0),)) for gain in np.diag(values))), nodes)
        return
    match folded:
        case [*_, Part(Matrix3() as before, its)]:
            folded.pop()
            _append_matrix(folded, Matrix3(values @ before.values), nodes | its)
        case [*_, Part(Matrix3()), Part(Curves() as between, its)] if _is_affine(between):
            affines = [curve.steps[0] if curve.steps else Affine(1.0, 0.0) for curve in between]
            scales = np.array([affine.scale for affine in affines if isinstance(affine, Affine)])
            offsets = np.array([affine.offset for affine in affines if isinstance(affine, Affine)])
            folded.pop()
            _append_matrix(folded, Matrix3(values * scales), nodes | its)
            moved = Curves(*(Curve((Affine(1.0, float(offset)),)) for offset in values @ offsets))
            _append_curves(folded, moved, nodes | its)
        case _:
            folded.append(Part(matrix, nodes))


def _append_lattice(folded: list[Part], lattice: Lattice, nodes: frozenset[int]) -> None:
    """A lattice holds its input at 0 and 1 by itself, so a clamp to that or wider just before it is dropped."""
    before = folded[-1] if folded else None
    if before is not None and isinstance(before.element, Curves):
        folded.pop()
        kept = Curves(*(_without_last_clamp(curve) for curve in before.element))
        if not kept.is_identity:
            folded.append(Part(kept, before.nodes))
    folded.append(Part(lattice, nodes))


def _is_held(folded: list[Part]) -> bool:
    """Whether what has been folded so far gives 0..1 only."""
    if not folded or not isinstance(folded[-1].element, Curves):
        return False
    images = [image(curve, EVERYTHING) for curve in folded[-1].element]
    return all(low >= 0.0 and high <= 1.0 for low, high in images)


def _without_last_clamp(curve: Curve) -> Curve:
    match curve.steps:
        case (*before, Clamp(low, high)) if low <= 0.0 and high >= 1.0:
            return Curve(tuple(before))
        case _:
            return curve


def _is_affine(curves: Curves) -> bool:
    """Of simplified curves: whether each is one affine step or nothing."""
    return all(len(curve.steps) <= 1 and all(isinstance(step, Affine) for step in curve.steps) for curve in curves)


def _simplified(curve: Curve) -> Curve:
    steps: list[Step] = []
    reached = [EVERYTHING]  # reached[k]: what can leave the first k steps kept
    for each in curve.steps:
        step = each
        before = steps[-1] if steps else None
        if isinstance(step, Affine) and isinstance(before, Affine):
            steps.pop()
            reached.pop()
            step = Affine(before.scale * step.scale, before.offset * step.scale + step.offset)
        elif isinstance(step, Formula) and isinstance(before, Formula) and step.key == before.inverse:
            steps.pop()
            reached.pop()
            continue
        if not _does_nothing(step, reached[-1]):
            steps.append(step)
            reached.append(_step_image(step, reached[-1]))
    return Curve(tuple(steps))


def _does_nothing(step: Step, interval: Interval) -> bool:
    """Whether `step` leaves every value of `interval` as it is."""
    match step:
        case Affine(scale, offset):
            return scale == 1.0 and offset == 0.0
        case Power(exponent):
            return exponent == 1.0
        case Clamp(low, high):
            return low <= interval[0] and interval[1] <= high
        case Table() | Formula():
            return False


def _step_image(step: Step, interval: Interval) -> Interval:
    low, high = interval
    match step:
        case Affine(scale, offset) if scale == 0.0:
            return offset, offset
        case Table():
            nodes = np.linspace(step.first, step.last, len(step.values))
            inside = step.values[(nodes > low) & (nodes < high)]
            ends = step.apply(np.array([low, high]))
            every = np.concatenate([ends, inside])
            return float(every.min()), float(every.max())
        case Formula(rising=False):
            ends = np.clip([low, high], max(step.first, -MAX_TURN), min(step.last, MAX_TURN))
            every = step.apply(np.concatenate([np.linspace(ends[0], ends[1], TURNS_SAMPLED), [low, high]]))
            return float(every.min()), float(every.max())
        case _:  # monotone: the ends tell
            ends = step.apply(np.array([low, high]))
            return float(ends.min()), float(ends.max())
