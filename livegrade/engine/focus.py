"""How sharp a part of a picture is, as one number: for focus pullers and back focus.

The Tenengrad of Tenenbaum (1970), as S. Pertuz et al. write it down ("Analysis of focus measure operators for
shape-from-focus", Pattern Recognition 46, 2013, TEN): the mean energy of the Sobel gradient of Y'. It is divided by the
variance of Y', so that neither exposure nor contrast counts, and the Sobel masks are scaled so that no picture gives
more than its variance: with gains sin(a) (1 + cos(b)) / 2 for the angles a, b of a frequency, the sum of both squared
is at most 1 (at a = 90, b = 0 degrees). Square root and percent of that are the score:

    score = 100 sqrt(mean(Gx^2 + Gy^2) / var(Y'))        Gx = [-1 0 1] / 2 across, [1 2 1] / 4 down; Gy the other way

It compares pictures of the same thing; another thing has another best score. Noise is detail to it: what it looks at
should have more contrast than noise.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_SIDE = 8
"""Pixels of a side, the least in which it is measured."""
LEAST_DEVIATION = 1.0 / 876
"""Of Y' in 0..1: with less contrast than one code of 10 bits there is nothing to be sharp."""


def sharpness(luma: NDArray[np.float32], *, interlaced: bool = False) -> float | None:
    """The score, 0 to 100, of Y' in 0..1 (height, width); None where there is no contrast, or less than LEAST_SIDE
    pixels a side. `interlaced`: rows are of two moments, and those of the first row's are looked at."""
    if interlaced:
        luma = luma[::2]  # the mask would smooth what moved into what had not
    if min(luma.shape) < LEAST_SIDE:
        return None
    variance = float(luma.var(dtype=np.float64))
    if variance < LEAST_DEVIATION**2:
        return None
    across = luma[:, 2:] - luma[:, :-2]
    down = luma[2:] - luma[:-2]
    gradient_x = across[:-2] + 2 * across[1:-1] + across[2:]
    gradient_y = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    energy = float((gradient_x**2).mean(dtype=np.float64) + (gradient_y**2).mean(dtype=np.float64)) / 64
    return min(100.0, 100 * sqrt(energy / variance))
