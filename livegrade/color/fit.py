"""Fitting: the elements of a look placed in the seven slots, exactly where they fit, else with one run baked.

The rule (see docs/decisions): fold; what then reads curve, matrix, curve, lattice, curve, matrix,
curve with parts left out is placed as it is. Otherwise the longest head and then the longest tail that read curve,
matrix, curve stay exact, and what lies between is baked into the lattice. A lattice never begins or ends in linear
light, where no number of planes would do: there the head gives way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.color.bake import bake
from livegrade.color.elements import Opaque
from livegrade.color.fold import NOBODY, Part, fold_parts
from livegrade.color.reach import reach_of
from livegrade.color.slots import BakeError, Curve, Curves, Formula, Lattice, Light, Matrix3, SlotForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livegrade.color.elements import Element
    from livegrade.color.slots import Step

SIDE = (Curves, Matrix3, Curves)
"""What fits before the lattice, and again after it."""


def fit(elements: Sequence[Element], nodes: Sequence[int] = ()) -> SlotForm:
    """The slot form of `elements` run in order. `baked` is None where it is exact.

    `nodes`: for each element the number of its node, for `BakeError.nodes`; none where nobody asks.
    """
    owners = [frozenset((node,)) for node in nodes] or [NOBODY] * len(elements)
    folded = fold_parts(map(Part, elements, owners))
    return _placed(folded, None) or _baked(_parted(folded))


def _placed(parts: Sequence[Part], error: BakeError | None) -> SlotForm | None:
    """The slot form of folded parts, or None where they do not fit. `error` is that of a lattice among them."""
    elements = [part.element for part in parts]
    head = _fitting(elements)
    tail = len(elements) - _fitting(elements[head:][::-1])
    match elements[head:tail]:
        case ():
            lattice = None
        case (Lattice() as only,):
            lattice = only
        case _:
            return None
    curve1, matrix1, curve2 = _side(elements[:head])
    curve3, matrix2, curve4 = _side(elements[tail:])
    return SlotForm(curve1, matrix1, curve2, lattice, curve3, matrix2, curve4, error)


def _baked(parts: Sequence[Part]) -> SlotForm:
    elements = [part.element for part in parts]
    in_light = _in_light(parts)
    head = _fitting(elements)
    while in_light[head]:
        head -= 1
    tail = len(parts) - _fitting(elements[head:][::-1])
    while in_light[tail] and tail < len(parts):
        tail += 1
    baked = bake(elements[head:tail], reach_of(elements[:head]))
    nodes = NOBODY.union(*(part.nodes for part in parts[head:tail]))
    sequence = fold_parts((*parts[:head], Part(baked.domain), Part(baked.lattice, nodes), *parts[tail:]))
    form = _placed(sequence, replace(baked.error_behind(elements[tail:]), nodes=tuple(sorted(nodes))))
    if form is None:
        raise AssertionError("a head, a lattice and a tail fit")
    return form


def _parted(parts: Iterable[Part]) -> list[Part]:
    """The same with curves cut where linear light begins and ends, wherever all three channels agree on that."""
    cut: list[Part] = []
    for part in parts:
        if not isinstance(part.element, Curves):
            cut.append(part)
            continue
        pieces = [_pieces(curve.steps) for curve in part.element]
        if len({len(piece) for piece in pieces}) == 1:
            cut += [Part(Curves(*map(Curve, steps)), part.nodes) for steps in zip(*pieces, strict=True)]
        else:
            cut.append(part)
    return cut


def _pieces(steps: Iterable[Step]) -> list[tuple[Step, ...]]:
    pieces: list[list[Step]] = [[]]
    for step in steps:
        light = step.light if isinstance(step, Formula) else Light.KEPT
        if light is Light.OPENED and pieces[-1]:
            pieces.append([])
        pieces[-1].append(step)
        if light is Light.CLOSED:
            pieces.append([])
    return [tuple(piece) for piece in pieces if piece] or [()]


def _in_light(parts: Sequence[Part]) -> list[bool]:
    """Whether linear light stands before each part, and after the last."""
    states = [False]
    for part in parts:
        state = states[-1]
        if isinstance(part.element, Curves):
            formulas = [s.light for curve in part.element for s in curve.steps if isinstance(s, Formula)]
            turns = [light for light in formulas if light is not Light.KEPT]
            state = turns[-1] is Light.OPENED if turns else state
        elif isinstance(part.element, Opaque):
            state = False
        states.append(state)
    return states


def _fitting(sequence: Sequence[Element]) -> int:
    """How many elements from the start read curve, matrix, curve (parts left out; neighbouring curves are one)."""
    place = 0
    for count, element in enumerate(sequence):
        if count and isinstance(element, Curves) and isinstance(sequence[count - 1], Curves):
            continue
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
            case _:
                raise AssertionError("what a side takes was counted before")
    return first, matrix, second
