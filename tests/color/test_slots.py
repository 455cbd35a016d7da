"""The slot form evaluates itself: each step by its definition, at its edges and beyond them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, SlotForm, Table

X = np.array([-np.inf, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 1.5, np.inf])


def test_power_leaves_zero_and_negatives_alone() -> None:
    assert Power(2.0).apply(X) == pytest.approx([-np.inf, -0.5, 0.0, 0.0, 0.0625, 0.25, 1.0, 2.25, np.inf])
    assert Power(0.5).apply(np.array([-4.0, 4.0])).tolist() == [-4.0, 2.0]


def test_clamp_may_be_open_on_a_side() -> None:
    assert Clamp(0.0, np.inf).apply(X) == pytest.approx([0, 0, 0, 0, 0.25, 0.5, 1.0, 1.5, np.inf])
    assert Clamp(-np.inf, 1.0).apply(X)[-1] == 1.0


def test_table_is_linear_between_and_held_outside() -> None:
    table = Table(-1.0, 1.0, np.array([3.0, 0.0, 1.0]))
    assert table.apply(np.array([-np.inf, -1.0, -0.5, 0.0, 0.5, 1.0, np.inf])).tolist() == [3, 3, 1.5, 0, 0.5, 1, 1]


def test_curves_keep_channels_and_steps_in_order() -> None:
    curves = Curves(Curve((Affine(2.0, 1.0), Power(2.0))), Curve(), Curve((Clamp(0.0, 1.0),)))
    assert curves.apply(np.array([[1.0, -5.0, 3.0]])).tolist() == [[9.0, -5.0, 1.0]]
    twice = curves.then(curves)
    assert twice.apply(np.array([1.0, -5.0, 3.0])).tolist() == [361.0, -5.0, 1.0]
    assert Curves().is_identity
    assert not curves.is_identity


def test_matrix_takes_columns_from_inputs() -> None:
    matrix = Matrix3(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [2.0, 0.0, 0.0]]))
    assert matrix.apply(np.array([1.0, 2.0, 3.0])).tolist() == [2.0, 3.0, 2.0]


def tetrahedral_by_hand(values: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """One point: walk from the cell's near corner to its far one, largest fraction first."""
    position = np.clip(rgb, 0.0, 1.0) * (len(values) - 1)
    corner = np.minimum(np.floor(position).astype(int), len(values) - 2)
    fraction = position - corner
    result = values[tuple(corner)].copy()
    for axis in sorted(range(3), key=lambda a: -fraction[a]):
        before = values[tuple(corner)]
        corner[axis] += 1
        result += fraction[axis] * (values[tuple(corner)] - before)
    return np.asarray(result)


@given(st.integers(2, 5), st.tuples(*[st.floats(-0.5, 1.5)] * 3))
def test_lattice_walks_the_tetrahedron(size: int, point: tuple[float, float, float]) -> None:
    values = np.random.default_rng(size).uniform(-0.3, 1.3, (size, size, size, 3))
    rgb = np.array(point)
    assert Lattice(values).apply(rgb) == pytest.approx(tetrahedral_by_hand(values, rgb), abs=1e-12)


@pytest.mark.parametrize("size", [2, 3, 17])
def test_lattice_gives_its_entries_on_its_points_and_holds_outside(size: int) -> None:
    values = np.random.default_rng(size).uniform(-1.0, 2.0, (size, size, size, 3))
    axis = np.linspace(0.0, 1.0, size)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    assert np.abs(Lattice(values).apply(grid) - values).max() < 1e-12
    for corner in itertools.product((0, -1), repeat=3):
        beyond = np.array([np.inf if end else -np.inf for end in corner])
        assert np.array_equal(Lattice(values).apply(beyond), values[corner])


def test_the_stages_run_in_the_order_of_the_slots() -> None:
    add = [Curves(*[Curve((Affine(1.0, value),))] * 3) for value in (0.125, 0.25, 0.5, 1.0)]
    double, triple = Matrix3(2.0 * np.eye(3)), Matrix3(3.0 * np.eye(3))
    corners = np.stack(np.meshgrid([0.0, 0.5], [0.0, 0.5], [0.0, 0.5], indexing="ij"), axis=-1)
    form = SlotForm(add[0], double, add[1], Lattice(corners), add[2], triple, add[3])
    assert form.apply(np.array([0.0625] * 3)) == pytest.approx([3.0 * (0.5 * (2.0 * 0.1875 + 0.25) + 0.5) + 1.0] * 3)
    assert not form.is_identity
    assert SlotForm().is_identity
    shape = (2, 5, 3)
    assert form.apply(np.zeros(shape)).shape == shape
