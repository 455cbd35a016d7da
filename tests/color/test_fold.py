"""Folding changes how many elements there are, never what they do."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.color.fold import EVERYTHING, fold, image
from livegrade.color.slots import Affine, Clamp, Curve, Curves, Formula, Lattice, Matrix3, Power, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.elements import Element

RANDOM = np.random.default_rng(3)
RGB = np.concatenate([RANDOM.uniform(-0.2, 1.3, (400, 3)), np.repeat(np.linspace(-0.1, 1.1, 121)[:, None], 3, axis=1)])

number = st.sampled_from([-0.5, -0.1, 0.0, 0.25, 0.5, 1.0, 1.0, 1.5, 2.0])
affine = st.builds(Affine, number, number)
clamp = st.sampled_from([Clamp(0.0, 1.0), Clamp(-0.5, 1.5), Clamp(0.25, 0.75), Clamp(0.0, float("inf"))])
power = st.builds(Power, st.sampled_from([0.5, 1.0, 2.2]))
table = st.builds(
    lambda first, width, values: Table(first, first + width, np.array(values)),
    number,
    st.sampled_from([0.5, 1.0, 3.0]),
    st.lists(number, min_size=2, max_size=5),
)
curve = st.lists(st.one_of(affine, affine, clamp, power, table), max_size=4).map(lambda steps: Curve(tuple(steps)))
curves = st.builds(Curves, curve, curve, curve)
affine_curves = st.builds(Curves, *[affine.map(lambda step: Curve((step,)))] * 3)
matrix = st.lists(number, min_size=9, max_size=9).map(lambda values: Matrix3(np.array(values).reshape(3, 3)))
gain = st.lists(number, min_size=3, max_size=3).map(lambda values: Matrix3(np.diag(np.array(values))))
lattice = st.integers(0, 9).map(lambda seed: Lattice(np.random.default_rng(seed).uniform(-0.3, 1.3, (3, 3, 3, 3))))
sequences = st.lists(st.one_of(curves, affine_curves, matrix, gain, lattice), max_size=7)


def run(elements: Sequence[Element], rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    for element in elements:
        rgb = element.apply(rgb)
    return rgb


@given(sequences)
def test_folded_does_the_same(elements: list[Element]) -> None:
    before, after = run(elements, RGB), run(fold(elements), RGB)
    # A rounding before a power of 0.5 near 0, or a steep table, is drawn out: 1e-15 may become 1e-6.
    assert np.abs(after - before).max() <= 1e-6 * max(1.0, np.abs(before).max())


@given(sequences)
def test_no_neighbours_of_one_kind_and_nothing_idle(elements: list[Element]) -> None:
    folded = fold(elements)
    assert len(folded) <= len(elements) + 1
    for left, right in pairwise(folded):
        assert isinstance(left, Lattice) or type(left) is not type(right)
    assert not any(isinstance(element, Curves | Matrix3) and element.is_identity for element in folded)


@given(curve, st.tuples(number, number).map(sorted))
def test_image_holds_every_output(each: Curve, interval: list[float]) -> None:
    low, high = image(each, (interval[0], interval[1]))
    outputs = each.apply(np.linspace(interval[0], interval[1], 301))
    assert low - 1e-9 <= outputs.min()
    assert outputs.max() <= high + 1e-9


def test_image_of_everything_is_bounded_by_clamps_and_tables() -> None:
    assert image(Curve((Affine(2.0, 1.0),)), EVERYTHING) == EVERYTHING
    assert image(Curve((Affine(0.0, 0.5),)), EVERYTHING) == (0.5, 0.5)
    assert image(Curve((Clamp(0.0, 1.0), Power(2.0))), EVERYTHING) == (0.0, 1.0)
    assert image(Curve((Table(0.0, 1.0, np.array([0.2, 3.0, 0.1])),)), EVERYTHING) == (0.1, 3.0)


def one(*steps: Affine | Clamp | Power) -> Curves:
    return Curves(Curve(steps), Curve(steps), Curve(steps))


def test_affines_join_and_clamps_end_joining() -> None:
    (joined,) = fold([one(Affine(2.0, 0.5)), one(Affine(0.5, -0.25)), one(Affine(3.0, 0.0))])
    assert isinstance(joined, Curves)
    assert joined.red.steps == (Affine(3.0, 0.0),)
    (held,) = fold([one(Affine(2.0, 0.0), Clamp(0.0, 1.0)), one(Affine(0.5, 0.0))])
    assert isinstance(held, Curves)
    assert held.red.steps == (Affine(2.0, 0.0), Clamp(0.0, 1.0), Affine(0.5, 0.0))


def test_a_clamp_that_can_not_bite_is_dropped() -> None:
    (kept,) = fold([one(Clamp(0.0, 1.0), Power(2.0)), one(Clamp(0.0, 1.0))])
    assert isinstance(kept, Curves)
    assert kept.red.steps == (Clamp(0.0, 1.0), Power(2.0))


def test_a_clamp_before_a_lattice_is_dropped_only_where_the_lattice_holds_as_much() -> None:
    cube = Lattice(np.zeros((2, 2, 2, 3)))
    assert fold([one(Clamp(0.0, 1.0)), cube]) == (cube,)
    assert fold([one(Clamp(-0.5, 2.0)), cube]) == (cube,)
    assert len(fold([one(Clamp(0.1, 1.0)), cube])) == 2


def test_matrices_join_across_affine_curves() -> None:
    mix = Matrix3(np.array([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.2, 0.8]]))
    folded = fold([mix, one(Affine(2.0, 0.1)), mix])
    assert [type(element) for element in folded] == [Matrix3, Curves]
    assert run(folded, RGB) == pytest.approx(run([mix, one(Affine(2.0, 0.1)), mix], RGB))


def test_a_diagonal_matrix_is_three_gains() -> None:
    (gains,) = fold([Matrix3(np.diag([2.0, 1.0, 0.5]))])
    assert isinstance(gains, Curves)
    assert (gains.red.steps, gains.green.steps, gains.blue.steps) == ((Affine(2.0, 0.0),), (), (Affine(0.5, 0.0),))


@pytest.mark.parametrize(("low", "high", "lowest"), [(-3.0, 2.0, -1.0), (-0.5, 0.5, -1.0), (0.5, 3.0, -0.75)])
def test_the_reach_of_a_formula_that_turns_counts_its_turn(low: float, high: float, lowest: float) -> None:
    """x^2 - 1 is lowest at 0, between the ends or beside them."""
    turning = Curve((Formula("parabola", lambda x: x * x - 1.0, rising=False),))
    reached = image(turning, (low, high))
    assert reached == pytest.approx((lowest, max(low * low, high * high) - 1.0), abs=1e-5)
