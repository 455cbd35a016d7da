"""What is told from pictures that were grabbed before and behind the stages of a box."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade_devices.lutboxes.colorboxsight import BLOCK, judged_by, seen
from livegrade_devices.lutboxes.stages import Stages

NOTHING = Stages()
RNG = np.random.default_rng(8)
CHART = (RNG.integers(0, 4096, (144, 256, 3)) << 4).astype(np.uint16)


def test_only_blocks_that_stood_still_count() -> None:
    """The lower half has changed by one code, and is something else in the output."""
    after, behind = CHART.copy(), CHART.copy()
    after[72::BLOCK, ::BLOCK] ^= 16
    behind[72:] = 0
    sight = seen(CHART, behind, after)
    assert len(sight.given) == 72 * 256
    proof = judged_by(sight, NOTHING)
    assert (proof.shown == proof.expected).all()
    assert "18,432 pixels" in proof.how
    assert proof.step == 1


def test_one_wrong_pixel_among_many_of_its_colour_is_told() -> None:
    picture = np.tile(CHART[:16, :16], (9, 16, 1))
    behind = picture.copy()
    behind[100, 99, 1] ^= 5 << 4
    proof = judged_by(seen(picture, behind, picture), NOTHING)
    off = np.abs(proof.shown.astype(int) - proof.expected)
    assert len(proof.given) == 256
    assert np.count_nonzero(off) == 1
    at = int(off.max(axis=1).argmax())
    assert (proof.given[at] == picture[100, 99] >> 4).all()
    assert (proof.shown[at] == behind[100, 99] >> 4).all()


def test_pictures_that_say_nothing_of_colours_are_refused() -> None:
    noisy = CHART.copy()
    noisy[:, ::BLOCK] ^= 16
    with pytest.raises(ValueError, match="of its input 0 of 36,864 pixels stood still, and 4,096 are needed"):
        seen(CHART, CHART, noisy)
    with pytest.raises(ValueError, match="are of different sizes"):
        seen(CHART, CHART[:72], CHART)
    with pytest.raises(ValueError, match="in steps of 16 codes of 12 bits, and 4 are the most"):
        seen(CHART, CHART & 0xFF00, CHART)
    with pytest.raises(ValueError, match="has 1 different colours, and 64 are needed"):
        judged_by(seen(CHART * 0, CHART, CHART * 0), NOTHING)
    assert seen(CHART, CHART & 0xFFC0, CHART).step == 4
