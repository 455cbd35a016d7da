"""Trilinear lattices against OpenColorIO: exact in float64, baked for the engine with the error told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Samples
from livegrade.color.trilinear import TrilinearLut
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Judged = Callable[..., NDArray[np.float32]]


def trilinear(table: np.ndarray) -> ocio.Lut3DTransform:
    transform = ocio.Lut3DTransform(gridSize=len(table))
    transform.setData(np.ascontiguousarray(table, np.float32).ravel())
    transform.setInterpolation(ocio.INTERP_LINEAR)
    return transform


@pytest.mark.parametrize("size", [2, 5, 17])
def test_as_opencolorio(judged: Judged, size: int) -> None:
    random = np.random.default_rng(size)
    table = random.uniform(-0.2, 1.2, (size, size, size, 3)).astype(np.float32).astype(np.float64)
    corners = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    rgb = np.concatenate([corners, random.uniform(-0.2, 1.2, (10_000, 3))]).astype(np.float32).astype(np.float64)
    look = Look((TrilinearLut(Samples(table)),))
    assert np.abs(look.apply(rgb) - judged(rgb, trilinear(table))).max() < 1e-5
    form = look.slots()
    assert form.baked is not None
    assert np.abs(form.apply(rgb) - look.apply(rgb)).max() < form.baked.maximum * 1.2


def test_what_is_no_lattice() -> None:
    with pytest.raises(UsageError, match="2 to 129 points a side"):
        TrilinearLut(Samples(np.zeros((3, 3, 2, 3))))
