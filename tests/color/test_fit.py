"""What fits the slots is placed exactly; what does not is baked, over the right domain, with an honest error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livegrade.color.bake import bake
from livegrade.color.fit import fit
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix, Samples
from livegrade.color.reach import EXCURSIONS, reach_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.nodes import Node

AXIS = np.linspace(0.0, 1.0, 17)
GRID = np.stack(np.meshgrid(AXIS, AXIS, AXIS, indexing="ij"), axis=-1)
RGB = np.random.default_rng(5).uniform(*EXCURSIONS, (4000, 3))

WARM = Cdl((1.1, 1.0, 0.9), (0.01, -0.02, 0.0), (1.2, 0.9, 1.0), 1.2)
COOL = Cdl((0.9, 1.0, 1.2), (0.03, -0.05, 0.01), (0.8, 1.0, 1.3), 0.8)
FREE = Cdl((1.3, 0.8, 0.9), (0.03, -0.02, 0.0), (1.1, 1.2, 1.0), 0.7, clamp=False)
LIFT = Cdl((1.3, 0.8, 0.9), (0.03, -0.02, 0.0), saturation=0.7, clamp=False)
CURVE = Lut1d(Samples(np.linspace(0.0, 1.0, 256)[:, None] ** [0.5, 0.6, 0.7]))
CUBE = Lut3d(Samples(GRID**0.9 + 0.05 * np.sin(6.0 * GRID[..., ::-1])))
SHAPED = Lut3d(
    Samples(GRID**0.8),
    (-0.1, 0.0, 0.0),
    (1.1, 2.0, 1.0),
    Lut1d(Samples(np.linspace(-0.2, 1.1, 500)[:, None] * np.ones(3)), (-0.2,) * 3, (1.3,) * 3),
)
MIX = Matrix(((0.8, 0.15, 0.05), (0.1, 0.8, 0.1), (0.0, 0.2, 0.8)), (0.01, 0.0, -0.01))


def truth(nodes: tuple[Node, ...], rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    for node in nodes:
        for element in node.elements:
            rgb = element.apply(rgb)
    return rgb


EXACT: dict[str, tuple[Node, ...]] = {
    "nothing": (),
    "cdl": (WARM,),
    "cdl, lut": (WARM, CUBE),
    "lut, cdl": (CUBE, WARM),
    "cdl, cdl": (WARM, COOL),
    "cdl, lut, cdl": (WARM, CUBE, COOL),
    "cdl, shaper lut": (WARM, SHAPED),
    "shaper lut, cdl": (SHAPED, WARM),
    "curve, cdl, lut, curve": (CURVE, WARM, CUBE, CURVE),
    "curve, matrix, curve, cdl": (CURVE, MIX, CURVE, WARM),
    "matrix, lut, matrix": (MIX, CUBE, MIX),
    "ten affine cdls": (LIFT,) * 10,
    "affine cdls, lut, affine cdls": (LIFT, LIFT, CUBE, LIFT, LIFT),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_fits_is_not_baked(name: str) -> None:
    form = fit(Look(EXACT[name]).elements())
    assert form.baked is None
    assert np.abs(form.apply(RGB) - truth(EXACT[name], RGB)).max() < 1e-12


BAKED: dict[str, tuple[Node, ...]] = {
    "cdl, cdl, lut": (WARM, COOL, CUBE),
    "lut, cdl, cdl": (CUBE, WARM, COOL),
    "lut, lut": (CUBE, SHAPED),
    "lut, cdl, lut": (CUBE, WARM, SHAPED),
    "free cdl, free cdl, lut": (FREE, FREE, CUBE),
    "cdl, lut, lut, cdl": (WARM, CUBE, CUBE, COOL),
}


@pytest.mark.parametrize("name", BAKED)
def test_what_does_not_fit_is_baked_within_the_error_it_states(name: str) -> None:
    form = fit(Look(BAKED[name]).elements())
    assert form.baked is not None
    assert form.lattice is not None
    assert form.baked.size == form.lattice.size == 65
    difference = np.abs(form.apply(RGB) - truth(BAKED[name], RGB))
    # What follows the lattice may draw the error out; a CDL here does so by less than 3.
    assert difference.max() < 3.0 * form.baked.maximum
    assert 0.0 < form.baked.mean < form.baked.maximum < 0.02


def test_a_cdl_that_fits_stays_exact_beside_a_bake() -> None:
    """The wheel of the first CDL must not move the lattice: the same baked object comes back."""
    first = fit(Look((WARM, CUBE, SHAPED)).elements())
    turned = fit(Look((COOL, CUBE, SHAPED)).elements())
    assert first.lattice is not None
    assert first.lattice is turned.lattice
    assert turned.curve1.red.steps[0] == COOL.elements[0].red.steps[0]  # type: ignore[union-attr]


def test_a_run_of_nothing_but_a_matrix_needs_two_planes_and_is_exact() -> None:
    nodes = (WARM, COOL, WARM)
    form = fit(Look(nodes).elements())
    assert form.baked is not None
    assert form.baked.size == 2
    assert form.baked.maximum < 1e-14
    assert np.abs(form.apply(RGB) - truth(nodes, RGB)).max() < 1e-12


def test_excursions_reach_a_bake_only_where_nothing_clamps_before_it() -> None:
    held = fit(Look((CUBE, SHAPED)).elements())  # a lattice holds its input at 0 and 1
    assert held.curve2.is_identity
    assert held.curve1.is_identity
    free = fit(Look((FREE, FREE, CUBE)).elements())
    lowest = free.curve2.apply(np.full((1, 3), -0.01))
    assert (lowest > 0.0).all()
    clamped = reach_of(Look((WARM,)).elements())
    assert clamped == ((0.0, 1.0),) * 3


@settings(max_examples=20)
@given(st.lists(st.sampled_from([WARM, COOL, FREE, LIFT, CURVE, MIX]), max_size=3))
def test_reach_is_never_too_small(nodes: list[Node]) -> None:
    box = np.array(reach_of(Look(tuple(nodes)).elements()))
    reached = truth(tuple(nodes), RGB)
    assert (reached >= box[:, 0] - 1e-9).all()
    assert (reached <= box[:, 1] + 1e-9).all()


def test_a_bake_is_as_fine_as_the_finest_lattice_in_it() -> None:
    axis = np.linspace(0.0, 1.0, 70)
    fine = Lut3d(Samples(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1) ** 1.1))
    baked = bake((*fine.elements, *CUBE.elements), ((0.0, 1.0),) * 3)
    assert baked.error.size == 70


def test_the_error_of_a_bake_is_that_of_the_whole_look() -> None:
    """A steep curve behind the lattice makes it larger, a cut nothing; on other colours than those it was taken on."""
    steep = Lut1d(Samples(np.linspace(0.0, 12.0, 2)[:, None] * np.ones(3)))
    cut = Matrix(((0.0, 0.0, 0.0),) * 3)
    run = (COOL, CUBE, WARM, CUBE)
    told = {}
    for name, tail in (("none", ()), ("steep", (steep,)), ("cut", (cut,))):
        look = Look((*run, *tail))
        form = look.slots()
        assert form.baked is not None
        rgb = np.random.default_rng(17).random((20_000, 3))
        apart = np.abs(form.apply(rgb) - look.apply(rgb))
        assert apart.max() < form.baked.maximum * 1.2 + 1e-12
        assert apart.mean() < form.baked.mean * 2 + 1e-12
        told[name] = form.baked.maximum
    assert told["steep"] > 8 * told["none"]
    assert told["cut"] == 0.0
