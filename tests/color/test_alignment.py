"""Whether pictures are aligned: shifts to the pixel, other scenes and sizes; grades, noise and people do not count."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from livegrade.color.alignment import doubt
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import REC709_WEIGHTS, Cdl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Shot = Callable[[str], NDArray[np.float64]]

UNLIKE = "the pictures do not seem to show the same in the same places"
GRADE = Look((Cdl((1.1, 1.0, 0.9), (0.02, -0.01, 0.03), (1.1, 0.95, 1.05), 0.85),))


@pytest.fixture(scope="module")
def shot(shared_data: Path) -> Shot:
    """A photograph of the test material in LogC3, every second pixel."""

    @lru_cache(maxsize=4)
    def load(scene: str) -> NDArray[np.float64]:
        with av.open(str(shared_data / "scenes" / f"{scene}.exr")) as container:
            planes = next(container.decode(video=0)).reformat(format="gbrpf32le").to_ndarray()
        return camera("arri-logc3").curve.encode(planes[::2, ::2].astype(np.float64))

    return load


def luma(signal: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """With a noise of 2 codes of 10 bits."""
    return (signal + np.random.default_rng(seed).normal(0.0, 2 / 1023, signal.shape)) @ np.array(REC709_WEIGHTS)


@pytest.mark.parametrize("scene", ["Desk", "Tree", "StillLife", "CandleGlass"])
def test_shifts_are_told_and_grades_are_not(shot: Shot, scene: str) -> None:
    first, second = luma(shot(scene), 1), luma(GRADE.apply(shot(scene)), 2)
    assert doubt(first, second) == ""
    moved = "the second picture shows the same"
    assert doubt(first[:, :-1], second[:, 1:]) == f"{moved} 1 pixel to the left"
    assert doubt(first[15:, :-50], second[:-15, 50:]) == f"{moved} 50 pixels to the left 15 pixels lower"


@pytest.mark.parametrize(("one", "other"), [("Desk", "Tree"), ("StillLife", "Desk"), ("CandleGlass", "StillLife")])
def test_other_scenes_and_other_sizes(shot: Shot, one: str, other: str) -> None:
    first, second = luma(shot(one), 1), luma(shot(other), 2)
    height, width = np.minimum(first.shape, second.shape)
    assert doubt(first[:height, :width], second[:height, :width]) == UNLIKE
    height, width = second.shape
    closer = np.ix_((np.arange(height) * 0.9).astype(int), (np.arange(width) * 0.9).astype(int))
    assert doubt(second, second[closer]) == UNLIKE


def test_somebody_in_the_picture(shot: Shot) -> None:
    walked = shot("Desk").copy()
    walked[100:, 100:210] = 0.35
    assert doubt(luma(shot("Desk"), 1), luma(walked, 2)) == ""


def test_pictures_that_tell_nothing(shot: Shot) -> None:
    flat = np.full((300, 400, 3), 0.4)
    assert doubt(luma(flat, 1), luma(flat, 2)) == ""
    assert doubt(np.zeros((300, 400)), np.zeros((300, 400))) == ""
    assert doubt(luma(shot("Desk"), 1)[:20, :20], luma(shot("Tree"), 1)[:20, :20]) == ""
