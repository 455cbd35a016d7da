"""Formulas as tables: what a slot form becomes for backends and devices, which know no formulas.

A run of formulas and straight lines becomes one table over the values that can reach it. Where equal steps of the input
are too coarse near black (linear light about to be made a log signal), the table stands behind a root of the input.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.fold import Interval, image
from livegrade.color.reach import EXCURSIONS, Box, reach_of
from livegrade.color.slots import Affine, Curve, Curves, Formula, Light, Power, Step, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.elements import Element
    from livegrade.color.slots import SlotForm

SIZES = (1025, 4097, 16385)
"""Entries tried one after the other until the table is close enough."""

ROOTS = (1, 4, 8)
"""Roots of the input tried with each."""

CLOSE_ENOUGH = 2e-7
"""Difference between table and formula, as a share of the value or of SMALL, whichever is more."""
SMALL = 0.1

WIDEST_INPUT = 1e5
"""Tables reach this far at most on either side; linear light of cameras ends far below."""

SIGNALS = (-0.5, 8.0)
"""What a matrix in linear light makes far below black takes no part in the table, which then is fine near black."""

WORTH_TELLING = 1.0
"""In codes of 10-bit legal range, of which CODES make black to white."""
HARDLY = 0.005
"""Codes that are told as 0.00."""
CODES = 876

FLAT = 1e-9
"""Where a curve is flat below black, its table begins where it leaves that level by more than this."""

BISECTIONS = 60


def tabulated(form: SlotForm) -> SlotForm:
    """`form` with a table for every formula, `form` itself where it has none.

    For source values within EXCURSIONS the difference is below 3e-6 for colours that come out near 0..1, below 2e-5 for
    those far outside the gamut and at the kinks of a mixed node. Outside, tables hold their ends; signals made
    from linear light are held at SIGNALS.
    """
    slots = (form.curve1, form.curve2, form.curve3, form.curve4)
    if not any(isinstance(step, Formula) for curves in slots for curve in curves for step in curve.steps):
        return form
    box: Box = (EXCURSIONS, EXCURSIONS, EXCURSIONS)
    curve1 = _tabulated(form.curve1, box)
    box = reach_of((form.curve1, form.matrix1), box)
    curve2 = _tabulated(form.curve2, box)
    box = reach_of((form.curve2, *(() if form.lattice is None else (form.lattice,))), box)
    curve3 = _tabulated(form.curve3, box)
    box = reach_of((form.curve3, form.matrix2), box)
    return replace(form, curve1=curve1, curve2=curve2, curve3=curve3, curve4=_tabulated(form.curve4, box))


def hold_note(form: SlotForm, *, beyond: bool = True) -> str:
    """What the tables of `tabulated` change by rounding and holding, for people; "" where nobody could ask.

    `beyond`: also where only colours change that no wire carries. Measured over EXCURSIONS: a ramp and random colours.
    """
    tables = tabulated(form)
    if tables is form:
        return ""
    rng = np.random.default_rng(21)
    unit = np.concatenate([np.repeat(np.linspace(0.0, 1.0, 1024)[:, np.newaxis], 3, axis=1), rng.random((8192, 3))])
    points = EXCURSIONS[0] + unit * (EXCURSIONS[1] - EXCURSIONS[0])
    exact, held = (each.apply(points) for each in (form, tables))
    apart = float(np.abs(exact - held).max()) * CODES
    if not apart > WORTH_TELLING:
        return ""
    shown = float(np.abs(np.clip(exact, *EXCURSIONS) - np.clip(held, *EXCURSIONS)).max()) * CODES
    if shown < HARDLY and not beyond:
        return ""
    return (
        f"curves become tables, and signals made from linear light are held at {SIGNALS[0]:g} and {SIGNALS[1]:g}: at "
        f"most {shown:.2f} codes of 10 bits off on codes that a wire carries, {apart:.1f} far outside of them"
    )


def tabulated_run(elements: Sequence[Element], box: Box) -> list[Element]:
    """The same for curves, matrices and lattices run in order over values within `box`."""
    made: list[Element] = []
    for element in elements:
        made.append(_tabulated(element, box) if isinstance(element, Curves) else element)
        box = reach_of((element,), box)
    return made


def _tabulated(curves: Curves, box: Box) -> Curves:
    return Curves(*(_tabulated_curve(curve.steps, interval) for curve, interval in zip(curves, box, strict=True)))


@lru_cache(maxsize=64)
def _tabulated_curve(steps: tuple[Step, ...], interval: Interval) -> Curve:
    made: list[Step] = []
    known = [part for step in steps for part in (step.native if isinstance(step, Formula) else ()) or (step,)]
    for run in _runs(known):
        if any(isinstance(step, Formula) for step in run):
            made += _table(run, interval)
        else:
            made += run
        interval = image(Curve(run), interval)
    return Curve(tuple(made))


def _runs(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """Steps cut so that formulas stand with the straight lines between them and with nothing else."""
    runs: list[list[Step]] = []
    for step in steps:
        smooth = isinstance(step, Formula | Affine)
        if runs and smooth and isinstance(runs[-1][-1], Formula | Affine):
            runs[-1].append(step)
        else:
            runs.append([step])
    return [tuple(run) for run in runs]


def _table(run: tuple[Step, ...], interval: Interval) -> tuple[Step, ...]:
    """The steps that stand for `run` for input within `interval`: the first close enough, else the closest."""
    first, last = _domain(run, interval)
    best: tuple[float, tuple[Step, ...]] = (np.inf, ())
    for size in SIZES:
        for root in ROOTS:
            steps = _sampled(run, first, last, size, root)
            best = min(best, (_error(run, steps, first, last, size, root), steps), key=lambda pair: pair[0])
            if best[0] <= CLOSE_ENOUGH:
                return best[1]
    return best[1]


def _domain(run: Sequence[Step], interval: Interval) -> Interval:
    low, high = interval
    if isinstance(lead := run[0], Formula):
        low, high = max(low, lead.first), min(high, lead.last)
    low, high = max(low, -WIDEST_INPUT), min(high, WIDEST_INPUT)
    if isinstance(end := run[-1], Formula) and end.light is Light.CLOSED and end.rising:
        lowest = float(Curve(tuple(run)).apply(np.array([low]))[0])
        ends = (max(SIGNALS[0], lowest + FLAT), SIGNALS[1])
        low, high = (_input_of(run, signal, low, high) for signal in ends)
    return (low, high) if high > low else (low, low + 1.0)


def _input_of(run: Sequence[Step], signal: float, low: float, high: float) -> float:
    """Where a rising run reaches `signal` between `low` and `high`, or the end nearest to that; by bisection."""
    curve = Curve(tuple(run))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if curve.apply(np.array([middle]))[0] < signal:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _sampled(run: tuple[Step, ...], first: float, last: float, size: int, root: int) -> tuple[Step, ...]:
    at = _inputs(np.linspace(0.0, 1.0, size), first, last, root)
    values = Curve(run).apply(at)
    values.setflags(write=False)
    if root == 1:
        return (Table(first, last, values),)
    return Affine(1.0 / (last - first), -first / (last - first)), Power(1.0 / root), Table(0.0, 1.0, values)


def _error(run: tuple[Step, ...], steps: tuple[Step, ...], first: float, last: float, size: int, root: int) -> float:
    """Largest error in the middle of the cells."""
    at = _inputs((np.arange(size - 1) + 0.5) / (size - 1), first, last, root)
    true = Curve(run).apply(at)
    return float((np.abs(Curve(steps).apply(at) - true) / np.maximum(np.abs(true), SMALL)).max())


def _inputs(place: NDArray[np.float64], first: float, last: float, root: int) -> NDArray[np.float64]:
    return first + (last - first) * place**root
