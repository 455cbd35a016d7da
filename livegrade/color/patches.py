"""The colours by which boxes are proved: the same each time, however they get there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GREYS = 33
LEVELS = (0.25, 0.5, 0.75, 1.0)
SCATTERED = 64
"""Colours within the cube, by the additive recurrence of R3 (M. Roberts, 2018), which leaves no holes."""
_R3 = 1.2207440846057596


def known_colours() -> NDArray[np.float64]:
    """(121, 3), R'G'B' from 0 to 1: greys from black to white, the six pure colours in steps, and others."""
    greys = np.repeat(np.linspace(0.0, 1.0, GREYS)[:, np.newaxis], 3, axis=1)
    corners = np.array([[r, g, b] for r in (0, 1) for g in (0, 1) for b in (0, 1) if 0 < r + g + b < 3], np.float64)
    pure = np.concatenate([corners * level for level in LEVELS])
    steps = np.arange(1, SCATTERED + 1)[:, np.newaxis] * np.array([1 / _R3, 1 / _R3**2, 1 / _R3**3])
    return np.concatenate([greys, pure, (0.5 + steps) % 1.0])
