"""Matching numbers: how one picture differs from another, and the CDL that closes the difference.

For two cameras on one scene, and for a frame beside a reference photograph. Pictures are R'G'B' signals of one working
space; aligned ones are compared pixel by pixel, others by their distributions. Least squares here is Gauss-Newton with
damping and Tukey's weights; nothing but NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.balance import light_source, temperature_of
from livegrade.color.cdlfit import fit_aligned, fit_unaligned
from livegrade.color.nodes import REC709_WEIGHTS
from livegrade.color.space import BRADFORD
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.nodes import Cdl
    from livegrade.color.space import ColorSpace

    Floats = NDArray[np.float64]

MOST_PIXELS = 60_000
"""Pixels, or blocks of them, that take part; more are thinned out evenly."""

BLOCK = 4
"""Pixels a side of a block."""
FLAT = 0.03
"""Standard deviation within a block above which its mean is not what a CDL makes of its mean."""
ENOUGH_BLOCKS = 500
"""Fewer flat blocks than this, and single pixels take part."""

FEWEST_PIXELS = 64

UNCLIPPED = (8 / 1023, 1015 / 1023)
"""Pixels with a channel outside of this, in either picture, say nothing about the grade between them."""

LEAST_LIGHT = 0.01
"""Linear light below this share of a picture's brightest tenth is noise to exposure and balance."""


LIT = (0.6, 0.95)
"""Where pictures are not aligned, those pixels count that are brighter than this share of all, and no brighter than
that: above shadows, below what clips. A share stays the same share when exposure changes."""
LEAST_LEVEL = 1e-4


@dataclass(frozen=True, slots=True)
class Match:
    """What brings the first picture to the second.

    `stops` of exposure; `temperature` in kelvin and `tint`: the WhiteBalance node from `reference` (no change: the
    reference itself and 0); `contrast`: spread of luma in the signal, second over first; `cdl`, clamping. `error`: RMS
    of what is left, R'G'B', of pixels (aligned) or of quantiles. `pixels`: how many, or blocks of them, took part.
    """

    stops: float
    temperature: float
    tint: float
    reference: float
    contrast: float
    cdl: Cdl
    error: float
    pixels: int
    aligned: bool


def match(
    first: Floats, second: Floats, space: ColorSpace, *, aligned: bool = True, reference: float = 5600.0
) -> Match:
    """What brings `first` to `second`: signals (..., 3) of `space`, R'G'B' with black 0 and white 1, whole or regions.

    Aligned pictures have one shape and show the same in every pixel. Raises UsageError where the shapes do not fit or
    too few pixels are unclipped.
    """
    one, other = _pixels(first, second, aligned)
    # Whole pictures stand some clipping; leaving clipped pixels out would move one more than the other.
    lit = (one, other) if aligned else (_finite(first), _finite(second))
    stops, temperature, tint = _light(*lit, space, aligned, reference)
    cdl, error = fit_aligned(one, other) if aligned else fit_unaligned(one, other)
    spreads = [float(np.subtract(*np.quantile(each @ REC709_WEIGHTS, (0.9, 0.1)))) for each in (one, other)]
    contrast = spreads[1] / spreads[0] if spreads[0] > 0 else 1.0
    return Match(stops, temperature, tint, reference, contrast, cdl, error, min(len(one), len(other)), aligned)


def _pixels(first: Floats, second: Floats, aligned: bool) -> tuple[Floats, Floats]:
    """(n, 3) and (m, 3): unclipped, and not too many."""
    for picture in (first, second):
        if picture.ndim < 1 or picture.shape[-1] != 3:
            raise UsageError(f"a picture to match has three channels, got an array of {picture.shape}")
    if aligned and first.shape != second.shape:
        raise UsageError(
            f"pictures of {first.shape[:-1]} and {second.shape[:-1]} pixels are not aligned; crop them alike, or match "
            "them by their distributions"
        )
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if aligned:
        return _pairs(one, other)
    one, other = (each.reshape(-1, 3) for each in (one, other))
    one, other = one[_unclipped(one)], other[_unclipped(other)]
    _require_pixels(min(len(one), len(other)))
    return _thinned(one), _thinned(other)


def _pairs(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Unclipped pixels of both; of whole pictures the means of flat blocks, so that noise, which would pull slope and
    saturation down where it is in `first`, is a quarter.
    """
    if first.ndim == 3 and min(first.shape[:2]) >= BLOCK:
        one, other = _blocks(first), _blocks(second)
        kept = _unclipped(one).all(axis=0) & _unclipped(other).all(axis=0)
        kept &= (one.std(axis=0) < FLAT).all(axis=1) & (other.std(axis=0) < FLAT).all(axis=1)
        if kept.sum() >= ENOUGH_BLOCKS:
            return _thinned(one.mean(axis=0)[kept]), _thinned(other.mean(axis=0)[kept])
    one, other = first.reshape(-1, 3), second.reshape(-1, 3)
    kept = _unclipped(one) & _unclipped(other)
    _require_pixels(int(kept.sum()))
    return _thinned(one[kept]), _thinned(other[kept])


def _blocks(picture: Floats) -> Floats:
    """(BLOCK * BLOCK, n, 3)."""
    height, width = (side // BLOCK for side in picture.shape[:2])
    tiles = picture[: height * BLOCK, : width * BLOCK].reshape(height, BLOCK, width, BLOCK, 3)
    return tiles.transpose(1, 3, 0, 2, 4).reshape(BLOCK * BLOCK, -1, 3)


def _require_pixels(count: int) -> None:
    if count < FEWEST_PIXELS:
        raise UsageError(f"only {count} pixels are unclipped; {FEWEST_PIXELS} are needed to match")


def _unclipped(rgb: Floats) -> NDArray[np.bool_]:
    """Not finite is clipped too."""
    low, high = UNCLIPPED
    return np.asarray(((rgb >= low) & (rgb <= high)).all(axis=-1))


def _finite(picture: Floats) -> Floats:
    rgb = np.asarray(picture, np.float64).reshape(-1, 3)
    return _thinned(rgb[np.isfinite(rgb).all(axis=1)])


def _thinned(rgb: Floats) -> Floats:
    return rgb[:: -(-len(rgb) // MOST_PIXELS)]


def _light(
    first: Floats, second: Floats, space: ColorSpace, aligned: bool, reference: float
) -> tuple[float, float, float]:
    """Stops, kelvin and tint, from the responses of Bradford's cones to linear light."""
    one, other = (space.curve.decode(each) @ space.matrix.T @ BRADFORD.T for each in (first, second))
    if aligned:
        bright = _bright(one) & _bright(other)
        if bright.sum() < FEWEST_PIXELS:
            raise UsageError("the pictures are too dark, or too far outside the space, to compare their light")
        gains = np.median(np.log2(other[bright] / one[bright]), axis=0)
    else:
        levels, levels_other = (np.maximum(_lit(each), LEAST_LEVEL) for each in (one, other))
        gains = np.log2(levels_other / levels)
    # The node multiplies cones by those of the old white over those of the new one; the sum of both is exposure too.
    white = np.linalg.solve(BRADFORD, (BRADFORD @ light_source(reference)) / 2.0**gains)
    temperature, tint = temperature_of(white / white[1])
    balanced = np.log2((BRADFORD @ light_source(reference)) / (BRADFORD @ light_source(temperature, tint)))
    return float(np.median(gains - balanced)), temperature, tint


def _lit(cones: Floats) -> Floats:
    """(3,): mean of the pixels between the shares LIT, by the sum of the three."""
    order = np.argsort(cones.sum(axis=1), kind="stable")
    first, last = (int(share * len(order)) for share in LIT)
    return np.asarray(cones[order[first:last]].mean(axis=0))


def _bright(cones: Floats) -> NDArray[np.bool_]:
    least = cones.min(axis=1)
    return np.asarray(least > LEAST_LIGHT * np.quantile(cones.max(axis=1), 0.9))
