"""Mix: out = in + mix * (node(in) - in): exact as a curve, a matrix or a held lattice, else baked and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.balance import WhiteBalance
from livegrade.color.grading import Exposure, RgbCurves, Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix, Role, Samples
from livegrade.color.reach import EXCURSIONS
from livegrade.color.space import REC709
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform

if TYPE_CHECKING:
    from types import SimpleNamespace

    from livegrade.color.nodes import Node

RGB = np.random.default_rng(9).uniform(*EXCURSIONS, (5000, 3))
AXIS = np.linspace(0.0, 1.0, 17)
GRID = np.stack(np.meshgrid(AXIS, AXIS, AXIS, indexing="ij"), axis=-1)
TABLE = Samples(GRID[..., ::-1] ** 0.8 * 0.9 + 0.05)
ROWS = ((0.8, 0.15, 0.05), (0.1, 0.8, 0.1), (0.0, 0.2, 0.8))
HELD = Cdl(power=(1.1, 1.0, 0.9))

EXACT: dict[str, tuple[Node, ...]] = {
    "saturation": (Saturation(0.3, mix=40.0),),
    "matrix with offset": (Matrix(ROWS, (0.01, 0.0, -0.05), mix=25.0),),
    "curves of a cdl": (Cdl((1.2, 1.0, 0.7), (0.1, 0.0, -0.1), (1.2, 0.8, 1.0), mix=70.0),),
    "affine": (Cdl((1.2, 1.0, 0.7), (0.1, 0.0, -0.1), clamp=False, mix=70.0),),
    "points": (RgbCurves(((0.0, 0.1), (0.5, 0.4), (1.0, 0.9)), mix=50.0),),
    "table": (Lut1d(Samples(np.linspace(0.0, 1.0, 9)[:, None] ** [0.5, 0.7, 2.0]), mix=30.0),),
    "held lattice": (HELD, Lut3d(TABLE, mix=80.0)),
    "nothing of it": (Lut3d(TABLE, mix=0.0),),
}
BAKED: dict[str, tuple[Node, ...]] = {
    "cdl with saturation": (Cdl((1.2, 1.0, 0.7), saturation=0.5, mix=50.0),),
    "lattice and excursions": (Lut3d(TABLE, mix=80.0),),
    "lattice with a domain": (HELD, Lut3d(TABLE, (-0.1, 0.0, 0.0), (1.1, 1.0, 1.2), mix=80.0)),
}


def by_hand(nodes: tuple[Node, ...]) -> np.ndarray:
    rgb = RGB
    for node in nodes:
        full = rgb
        for element in node.elements:
            full = element.apply(full)
        rgb = rgb + node.mix / 100.0 * (full - rgb)
    return rgb


@pytest.mark.parametrize("name", EXACT)
def test_what_can_be_mixed_exactly_is(name: str) -> None:
    form = Look(EXACT[name]).slots()
    assert form.baked is None
    assert np.abs(form.apply(RGB) - by_hand(EXACT[name])).max() < 1e-12


@pytest.mark.parametrize("name", BAKED)
def test_what_cannot_is_baked_within_its_stated_error(name: str) -> None:
    form = Look(BAKED[name]).slots()
    assert form.baked is not None
    assert form.baked.nodes == (len(BAKED[name]) - 1,)
    assert np.abs(form.apply(RGB) - by_hand(BAKED[name])).max() < 1.5 * form.baked.maximum
    assert np.abs(Look(BAKED[name]).apply(RGB) - by_hand(BAKED[name])).max() < 1e-12


def test_a_mixed_lattice_is_one_object_while_another_wheel_turns() -> None:
    cube = Lut3d(TABLE, mix=80.0)
    first, second = (Look((Cdl(power=(p, 1.0, 1.0)), cube)).slots().lattice for p in (1.1, 1.2))
    assert first is not None
    assert first is second


def test_a_mix_of_another_size_is_another_look() -> None:
    ids = {Look((Saturation(0.5, mix=mix),)).id for mix in (0.0, 50.0, 100.0)}
    assert len(ids) == 3


def test_the_bake_names_its_nodes_and_no_others(spaces: SimpleNamespace) -> None:
    nodes = (
        Cdl((1.1, 1.0, 0.9), power=(1.2, 1.0, 1.0), saturation=0.9, name="A001"),
        Cdl((0.9, 1.0, 1.1), power=(0.9, 1.0, 1.0), saturation=1.1),
        Lut3d(TABLE, name="show.cube"),
        Saturation(0.9),
    )
    baked = Look(nodes).slots().baked
    assert baked is not None
    assert baked.nodes == (1, 2)
    assert baked.what == 'CDL (node 2) and 3D LUT "show.cube"'
    assert baked.sentence.startswith(f"{baked.what} baked into a lattice of 65 points a side: ")


def test_no_lattice_stands_in_linear_light(spaces: SimpleNamespace) -> None:
    """A bake that began behind a decoding curve would spend its planes on highlights: greys of a log signal tell."""
    ramp = np.repeat(np.linspace(0.05, 0.9, 800)[:, None], 3, axis=1)
    balance = WhiteBalance(4500.0, spaces.logc3)
    looks = {
        "cdl, balance, lut": (Cdl((1.05, 1.0, 0.95), saturation=0.9), balance, Lut3d(TABLE)),
        "cdl, cdl, balance": (
            Cdl(power=(1.1, 1.0, 1.0), saturation=0.9),
            Cdl(saturation=0.8, slope=(1.1, 1, 1)),
            balance,
        ),
        "balance, exposure, camera to display, lut": (
            balance,
            Exposure(1.0, spaces.logc3),
            ColorSpaceTransform(spaces.logc3, spaces.logc4),
            Lut3d(TABLE),
        ),
        "half a balance": (WhiteBalance(4500.0, spaces.logc3, mix=50.0),),
    }
    for name, nodes in looks.items():
        look = Look(nodes)
        assert np.abs(look.slots().apply(ramp) - look.apply(ramp)).max() < 0.004, name


def test_neighbours_in_one_light_become_one(spaces: SimpleNamespace) -> None:
    nodes = (WhiteBalance(4500.0, spaces.logc3), Exposure(0.5, spaces.logc3), WhiteBalance(6000.0, spaces.logc3))
    form = Look(nodes).slots()
    assert form.baked is None
    assert form.lattice is None
    assert len(form.curve1.red.steps) == 1
    assert form.matrix2.is_identity or form.matrix1.is_identity
    random = np.random.default_rng(4)
    shot = random.uniform(0.2, 0.7, (2000, 1)) + random.uniform(-0.1, 0.1, (2000, 3))
    assert np.abs(form.apply(shot) - Look(nodes).apply(shot)).max() < 1e-6


def test_bypass_keeps_space_and_output_transforms(spaces: SimpleNamespace) -> None:
    style = "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - SDR-VIDEO_1.0"
    output = OutputTransform(spaces.logc3, style, "DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709")
    assert output.role is ColorSpaceTransform(spaces.logc3, REC709).role is Role.TRANSFORM
    graded = Look((Exposure(1.0, spaces.logc3), output))
    rgb = np.random.default_rng(4).uniform(0.1, 0.7, (200, 3))
    assert np.array_equal(graded.apply(rgb, bypass=True), Look((output,)).apply(rgb))
