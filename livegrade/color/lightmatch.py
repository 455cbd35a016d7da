"""How the light of two pictures differs: exposure in stops, and the white balance that one has over the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.balance import light_source, temperature_of
from livegrade.color.space import BRADFORD
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.space import ColorSpace

    Floats = NDArray[np.float64]

FEWEST_PIXELS = 64

LEAST_LIGHT = 0.01
"""Linear light below this share of a picture's brightest tenth is noise to exposure and balance."""

LIT = (0.6, 0.95)
"""Where pictures are not aligned, those pixels count that are brighter than this share of all, and no brighter than
that: above shadows, below what clips. A share stays the same share when exposure changes."""
LEAST_LEVEL = 1e-4


@dataclass(frozen=True, slots=True)
class LightDifference:
    """`stops` of exposure, second over first; `temperature` in kelvin and `tint` as of WhiteBalance, or None where the
    colours are too far apart for the balance of any light to be the reason."""

    stops: float
    temperature: float | None
    tint: float | None


def light_difference(
    first: Floats, second: Floats, space: ColorSpace, *, aligned: bool, reference: float
) -> LightDifference:
    """From the responses of Bradford's cones to linear light. Signals (n, 3) of `space`, of the same pixels where
    `aligned`. Raises UsageError where there is too little light."""
    one, other = (space.curve.decode(each) @ space.matrix.T for each in (first, second))
    cones = _gains(one @ BRADFORD.T, other @ BRADFORD.T, aligned)
    if cones is None:
        luminance = _gains(one[:, 1:2], other[:, 1:2], aligned)
        if luminance is None:
            raise UsageError("the pictures are too dark, or too far outside the space, to compare their light")
        return LightDifference(float(luminance[0]), None, None)
    # The node multiplies cones by those of the old white over those of the new one; the sum of both is exposure too.
    white = np.linalg.solve(BRADFORD, (BRADFORD @ light_source(reference)) / 2.0**cones)
    temperature, tint = temperature_of(white / white[1])
    balanced = np.log2((BRADFORD @ light_source(reference)) / (BRADFORD @ light_source(temperature, tint)))
    return LightDifference(float(np.median(cones - balanced)), temperature, tint)


def _gains(one: Floats, other: Floats, aligned: bool) -> Floats | None:
    """(k,) in stops, of light (n, k); None where it cannot be told."""
    if aligned:
        bright = _bright(one) & _bright(other)
        if bright.sum() < FEWEST_PIXELS:
            return None
        return np.asarray(np.median(np.log2(other[bright] / one[bright]), axis=0))
    levels, others = _lit(one), _lit(other)
    if min(levels.min(), others.min()) < LEAST_LEVEL:
        return None
    return np.asarray(np.log2(others / levels))


def _lit(light: Floats) -> Floats:
    """(k,): mean of the pixels between the shares LIT, by their sum."""
    order = np.argsort(light.sum(axis=1), kind="stable")
    first, last = (int(share * len(order)) for share in LIT)
    return np.asarray(light[order[first:last]].mean(axis=0))


def _bright(light: Floats) -> NDArray[np.bool_]:
    return np.asarray(light.min(axis=1) > LEAST_LIGHT * np.quantile(light.max(axis=1), 0.9))
