"""Folding: a sequence of elements made as short as it can be without changing what it does.

Adjacent curves become one, adjacent matrices become one, what does nothing is dropped. Clamps end folding: nothing is
moved across one. Only exact rules live here; what cannot be kept exact is the business of `fit.py`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, Step, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.color.nodes import Element

Interval: TypeAlias = tuple[float, float]

EVERYTHING: Interval = (-math.inf, math.inf)


def fold(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The same function in as few elements as exact rules give: no two neighbours are both curves or both matrices."""
    folded: list[Element] = []
    for element in elements:
        match element:
            case Lattice():
                _append_lattice(folded, element)
            case Matrix3():
                _append_matrix(folded, element)
            case Curves():
                _append_curves(folded, element)
    return tuple(folded)


def image(curve: Curve, interval: Interval) -> Interval:
    """The smallest interval that holds every output of `curve` for inputs in `interval` (infinite ends allowed)."""
    for step in curve.steps:
        interval = _step_image(step, interval)
    return interval


def _append_curves(folded: list[Element], curves: Curves) -> None:
    before = folded[-1] if folded else None
    if isinstance(before, Curves):
        folded.pop()
        curves = before.then(curves)
    curves = Curves(*(_simplified(curve) for curve in curves))
    if not curves.is_identity:
        folded.append(curves)


def _append_matrix(folded: list[Element], matrix: Matrix3) -> None:
    values = matrix.values
    if np.array_equal(values, np.diag(np.diag(values))):
        _append_curves(folded, Curves(*(Curve((Affine(float(gain), 0.0),)) for gain in np.diag(values))))
        return
    before = folded[-1] if folded else None
    if isinstance(before, Matrix3):
        folded.pop()
        _append_matrix(folded, Matrix3(values @ before.values))
        return
    if isinstance(before, Curves) and len(folded) > 1 and isinstance(folded[-2], Matrix3) and _is_affine(before):
        affines = [curve.steps[0] if curve.steps else Affine(1.0, 0.0) for curve in before]
        scales = np.array([affine.scale for affine in affines if isinstance(affine, Affine)])
        offsets = np.array([affine.offset for affine in affines if isinstance(affine, Affine)])
        folded.pop()
        _append_matrix(folded, Matrix3(values * scales))
        _append_curves(folded, Curves(*(Curve((Affine(1.0, float(offset)),)) for offset in values @ offsets)))
        return
    folded.append(matrix)


def _append_lattice(folded: list[Element], lattice: Lattice) -> None:
    """A lattice holds its input at 0 and 1 by itself, so a clamp to that or wider just before it is dropped."""
    before = folded[-1] if folded else None
    if isinstance(before, Curves):
        folded.pop()
        kept = Curves(*(_without_last_clamp(curve) for curve in before))
        if not kept.is_identity:
            folded.append(kept)
    folded.append(lattice)


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
        case Table():
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
        case _:  # monotone: the ends tell
            ends = step.apply(np.array([low, high]))
            return float(ends.min()), float(ends.max())
