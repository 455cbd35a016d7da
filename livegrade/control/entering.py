"""What goes into a node of a look: the histogram of the source, carried through the nodes before, as long as those are
curves and no channel has anything of another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.reach import EXCURSIONS
from livegrade.color.slots import Curves
from livegrade.scopes.bands import ends
from livegrade.scopes.measure import Channel

if TYPE_CHECKING:
    from livegrade.color.look import Look
    from livegrade.scopes.measure import ScopeData

BINS = 128
"""Evenly from one end of the codes of legal range to the other, in R'G'B'."""
NAMES = {"red": Channel.R, "green": Channel.G, "blue": Channel.B}


def entering(data: ScopeData | None, before: Look) -> dict[str, list[float]] | None:
    """BINS heights a channel, the highest of all 1. `data`: counts of the source; `before`: the nodes that it has been
    through. None where nothing is counted, and where the nodes mix channels."""
    elements = before.elements()
    if data is None or not all(isinstance(element, Curves) for element in elements):
        return None
    if not set(NAMES.values()) <= set(data.counts.channels):
        return None
    black, white = ends(data.format.range)
    levels = (np.arange(1024) - black) / (white - black)
    rgb = np.stack([levels] * 3, axis=-1)
    for element in elements:
        rgb = element.apply(rgb)
    heights = [
        np.histogram(rgb[:, at], BINS, EXCURSIONS, weights=data.counts.histogram_of(channel))[0]
        for at, channel in enumerate(NAMES.values())
    ]
    most = max(float(each.max()) for each in heights) or 1.0
    return {name: [round(float(one) / most, 4) for one in each] for name, each in zip(NAMES, heights, strict=True)}
