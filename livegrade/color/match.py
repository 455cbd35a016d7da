"""Matching numbers: how one picture differs from another, and the CDL that closes the difference.

For two cameras on one scene, and for a frame beside a reference photograph. Pictures are R'G'B' signals of one working
space; aligned ones are compared pixel by pixel, others by their distributions. Least squares here is Gauss-Newton with
damping and Tukey's weights; nothing but NumPy.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.alignment import doubt
from livegrade.color.cdlfit import fit_aligned, fit_unaligned
from livegrade.color.compare import CODE_MAX
from livegrade.color.lightmatch import FEWEST_PIXELS, light_difference
from livegrade.color.look import Look
from livegrade.color.nodes import REC709_WEIGHTS
from livegrade.color.roughness import FEWEST_FRAMINGS, Roughness, framings, spread
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

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

UNCLIPPED = (8 / 1023, 1015 / 1023)
"""Pixels with a channel outside of this, in either picture, say nothing about the grade between them."""


@dataclass(frozen=True, slots=True)
class Match:
    """What brings the first picture to the second.

    `stops` of exposure; `temperature` in kelvin and `tint`: the WhiteBalance node from `reference` (no change: the
    reference itself and 0), None where the colours are too far apart for any light to be the reason; `contrast`: spread
    of luma in the signal, second over first; `cdl`, clamping. `error`: RMS of what is left, R'G'B', of pixels (aligned)
    or of quantiles. `pixels`: how many, or blocks of them, took part. `rough`: of pictures that are not aligned.
    `doubt`: why pictures that were given as aligned do not seem to be; "" where nothing speaks against it.
    """

    stops: float
    temperature: float | None
    tint: float | None
    reference: float
    contrast: float
    cdl: Cdl
    error: float
    pixels: int
    aligned: bool
    rough: Roughness | None = None
    doubt: str = ""


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
    light = light_difference(*lit, space, aligned=aligned, reference=reference)
    cdl, error = fit_aligned(one, other) if aligned else fit_unaligned(one, other)
    numbers = (light.stops, light.temperature, light.tint, reference, _contrast(one, other))
    found = Match(*numbers, cdl, error, min(len(one), len(other)), aligned)
    if not aligned:
        return replace(found, rough=_roughness(first, second, space, found))
    if first.ndim != 3:
        return found
    return replace(found, doubt=doubt(*(each @ np.array(REC709_WEIGHTS) for each in (first, second))))


def match_behind(
    first: Floats, second: Floats, through: Callable[[Floats], Floats], space: ColorSpace, *, reference: float = 5600.0
) -> Match:
    """What brings `first` to `second` by their distributions where `second` has been `through` transforms that `first`
    is still to go through: `first` (..., 3) signals of `space`, `second` of a display, say. Both are compared behind,
    where both are cut off alike. The numbers of light are those of the CDL. Raises UsageError."""
    one, other = (np.asarray(each, np.float64).reshape(-1, 3) for each in (first, second))
    one, other = one[np.isfinite(one).all(axis=1)], other[np.isfinite(other).all(axis=1)]
    _require_pixels(min(len(one), len(other)))
    cdl, error = fit_unaligned(one, other, through=through)
    one = _thinned(one[_unclipped(one)])
    _require_pixels(len(one))
    graded = Look((cdl,)).apply(one)
    light = light_difference(one, graded, space, aligned=True, reference=reference)
    numbers = (light.stops, light.temperature, light.tint, reference, _contrast(one, graded))
    return Match(*numbers, cdl, error, len(one), aligned=False)


def _contrast(one: Floats, other: Floats) -> float:
    spreads = [float(np.subtract(*np.quantile(each @ REC709_WEIGHTS, (0.9, 0.1)))) for each in (one, other)]
    return spreads[1] / spreads[0] if spreads[0] > 0 else 1.0


def _roughness(first: Floats, second: Floats, space: ColorSpace, found: Match) -> Roughness | None:
    """Of what was `found`; None where the pictures are too small for parts of them to tell."""
    shown = np.asarray(first, np.float64).reshape(-1, 3)
    shown = _thinned(shown[_unclipped(shown)])
    graded = Look((found.cdl,)).apply(shown)
    lights, contrasts, apart = [], [], []
    for framed, other in framings(first, second):
        inside, outside = framed[_unclipped(framed)], other[_unclipped(other)]
        if min(len(inside), len(outside)) < FEWEST_PIXELS:
            continue
        with suppress(UsageError):  # a framing without light
            lights.append(light_difference(framed, other, space, aligned=False, reference=found.reference))
        contrasts.append(_contrast(inside, outside))
        cdl, _ = fit_unaligned(inside, outside, found.cdl)
        apart.append(float(((Look((cdl,)).apply(shown) - graded) ** 2).mean()))
    if min(len(lights), len(apart)) < FEWEST_FRAMINGS:
        return None
    kelvins = [light.temperature for light in lights if light.temperature is not None]
    tints = [light.tint for light in lights if light.tint is not None]
    return Roughness(
        spread([light.stops for light in lights]),
        spread(kelvins) if kelvins and found.temperature is not None else None,
        spread(tints) if tints and found.tint is not None else None,
        spread(contrasts),
        2 * float(np.sqrt(np.mean(apart))) * CODE_MAX,
    )


def _pixels(first: Floats, second: Floats, aligned: bool) -> tuple[Floats, Floats]:
    """(n, 3) and (m, 3): unclipped, and not too many."""
    for picture in (first, second):
        if picture.ndim < 1 or picture.shape[-1] != 3:
            raise UsageError(f"a picture to match has three channels, got an array of {picture.shape}")
    if aligned and first.shape != second.shape:
        raise UsageError(
            f"pictures of {_size(first)} and {_size(second)} pixels are not aligned; crop them alike (--region), or "
            "match them by their distributions (--unaligned)"
        )
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if aligned:
        return _pairs(one, other)
    one, other = (each.reshape(-1, 3) for each in (one, other))
    one, other = one[_unclipped(one)], other[_unclipped(other)]
    _require_pixels(min(len(one), len(other)))
    return _thinned(one), _thinned(other)


def _size(picture: Floats) -> str:
    return " x ".join(str(side) for side in reversed(picture.shape[:-1]))


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
        raise UsageError(
            f"only {count} pixels are unclipped; {FEWEST_PIXELS} are needed to match: choose other or larger regions"
        )


def _unclipped(rgb: Floats) -> NDArray[np.bool_]:
    """Not finite is clipped too."""
    low, high = UNCLIPPED
    return np.asarray(((rgb >= low) & (rgb <= high)).all(axis=-1))


def _finite(picture: Floats) -> Floats:
    rgb = np.asarray(picture, np.float64).reshape(-1, 3)
    return _thinned(rgb[np.isfinite(rgb).all(axis=1)])


def _thinned(rgb: Floats) -> Floats:
    return rgb[:: -(-len(rgb) // MOST_PIXELS)]
