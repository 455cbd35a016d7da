"""Runs in the extension against the same elements in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.balance import WhiteBalance
from livegrade.color.elements import Opaque
from livegrade.color.look import Look
from livegrade.color.native import native_run
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Samples
from livegrade.color.slots import Curve, Curves, Power

if TYPE_CHECKING:
    from types import SimpleNamespace

GRID = np.stack(np.meshgrid(*[np.linspace(0.0, 1.0, 9)] * 3, indexing="ij"), axis=-1)
CURVE = Lut1d(Samples(np.linspace(0.0, 1.0, 256)[:, None] ** [0.5, 0.6, 0.7]))
BOX = ((-0.1, 1.1),) * 3


@pytest.mark.parametrize("count", [0, 1, 15, 16, 257, 4096, 4097, 20_000])
def test_colours_come_out_as_in_float64(spaces: SimpleNamespace, count: int) -> None:
    cdl = Cdl((1.1, 1.0, 0.9), (0.01, -0.02, 0.0), (1.2, 0.9, 1.0), 1.2)
    look = Look((CURVE, cdl, WhiteBalance(4800.0, spaces.logc3), Lut3d(Samples(GRID**0.9))))
    run = native_run(look.elements(), BOX)
    assert run is not None
    rgb = np.random.default_rng(6).uniform(-0.1, 1.1, (count, 3))
    assert np.abs(run.apply(rgb) - look.apply(rgb)).max(initial=0.0) < 3e-5


@pytest.mark.parametrize("sizes", [(2, 2, 2), (17, 17, 17), (65, 65, 65), (3, 40, 5)])
def test_a_lattice_is_sampled_red_first(sizes: tuple[int, int, int]) -> None:
    look = Look((Cdl((1.1, 1.0, 0.9), (0.01, -0.02, 0.0), (1.2, 0.9, 1.0), 1.2),))
    run = native_run(look.elements(), BOX)
    assert run is not None
    axes = [np.linspace(-0.1, 1.1, size) for size in sizes]
    truth = look.apply(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1))
    assert np.abs(run.sample(axes) - truth).max() < 2e-6


@pytest.mark.parametrize("exponent", [0.75, 0.5, 0.749])
def test_powers_come_out_as_in_float64(exponent: float) -> None:
    """0.75 has a loop of its own."""
    ends = [-8.0, -1e-3, -0.0, 0.0, 1e-20, 1e-6, 0.5, 1.0, 8.0, 65504.0]
    x = np.concatenate([ends, np.random.default_rng(7).uniform(-1.0, 9.0, 5000)])
    curve = Curve((Power(exponent),))
    run = native_run((Curves(curve, curve, curve),), ((-8.0, 65504.0),) * 3)
    assert run is not None
    given, wanted = run.apply(np.repeat(x[:, None], 3, axis=1)), curve.apply(x)[:, None]
    assert (np.abs(given - wanted) / np.maximum(np.abs(wanted), 1e-30)).max() < 1e-6


def test_what_only_python_can_run_is_not_taken() -> None:
    assert native_run((Opaque("x", lambda rgb: rgb),), BOX) is None
