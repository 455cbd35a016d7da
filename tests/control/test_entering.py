"""What comes into a node: the source's histogram, moved as the nodes before move it."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.grading import Contrast, Saturation
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.reach import EXCURSIONS
from livegrade.control.entering import BINS, entering
from livegrade.engine.engine import Engine
from livegrade.engine.native import Native
from livegrade.scopes.measure import ScopeRequest, Tap


@pytest.fixture
def data(bench):
    made = bench(Look())
    frame = made.frame()
    made.close()
    return Engine(Native(1)).take(frame, Look()).measure(Tap.SOURCE, ScopeRequest(), frame.format)


def middle(heights: list[float]) -> float:
    """The mean of what was counted, as a signal."""
    low, high = EXCURSIONS
    at = low + (np.arange(BINS) + 0.5) * (high - low) / BINS
    return float(np.average(at, weights=heights))


def test_the_histogram_moves_as_the_nodes_before_move_the_source(data) -> None:
    source = entering(data, Look())
    assert source is not None
    assert max(max(heights) for heights in source.values()) == 1.0
    levels = (np.arange(1024) - 64) / 876
    wanted = np.average(levels, weights=data.counts.histogram_of(data.counts.channels[2]))
    assert middle(source["green"]) == pytest.approx(wanted, abs=0.01)
    look = Look((Cdl(slope=(0.5, 1.0, 1.0), clamp=False), Contrast(0.5, 0.4), Cdl(offset=(9.0,) * 3, enabled=False)))
    moved = entering(data, look)
    assert middle(moved["green"]) == pytest.approx(0.4 + 0.5 * (middle(source["green"]) - 0.4), abs=0.01)
    assert middle(moved["red"]) == pytest.approx(0.4 + 0.5 * (0.5 * middle(source["red"]) - 0.4), abs=0.01)


def test_it_is_not_known_behind_what_mixes_channels_or_where_nobody_counts(data) -> None:
    assert entering(data, Look((Saturation(0.5),))) is None
    assert entering(None, Look()) is None
