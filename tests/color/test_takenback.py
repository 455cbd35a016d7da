"""Signals before a LUT, from those behind it."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.rendering import output_nodes
from livegrade.color.takenback import taken_back

RNG = np.random.default_rng(4)


@pytest.mark.parametrize("to", ["rec709:aces1", "rec709:plain", "p3-d65"])
@pytest.mark.parametrize("near", [True, False])
def test_what_went_in_comes_back(to: str, near: bool) -> None:
    """Signals of LogC4 around mid grey and up to white, with saturated ones among them."""
    through = Look(output_nodes(to, camera("arri-logc4"))).apply
    grey = RNG.uniform(0.15, 0.55, (1500, 1))
    before = np.clip(grey + RNG.normal(0, 0.02, (1500, 3)), 0, 1)
    behind = through(before)
    inside = (behind > 0.01).all(axis=1) & (behind < 0.99).all(axis=1)
    assert inside.mean() > 0.5
    back, sound = taken_back(through, behind[inside], before[inside] + 0.03 if near else None)
    # One and the same behind the transform is all that can be asked for: where it is flat, others come out alike.
    # A few of those that nobody knows anything of are not found, and count as clipped.
    off = np.abs(through(back) - behind[inside]).max(axis=1)
    np.testing.assert_array_equal(sound, off < 1.5 / 1023)
    assert (off > 1 / 1023).mean() < (0.01 if near else 0.04)
    assert np.median(np.abs(back - before[inside])) < 1 / 1023


def test_what_cannot_have_been_made_counts_as_clipped() -> None:
    def half(rgb: np.ndarray) -> np.ndarray:
        return 0.25 + rgb / 4

    back, sound = taken_back(half, np.array([[0.9, 0.9, 0.9], [0.1, 0.1, 0.1], [0.3, 0.35, 0.4], [0.3, 0.3, 0.0]]))
    np.testing.assert_allclose(back, [[1, 1, 1], [0, 0, 0], [0.2, 0.4, 0.6], [0, 0, 0]], atol=1e-3)
    assert sound.tolist() == [False, False, True, False]
