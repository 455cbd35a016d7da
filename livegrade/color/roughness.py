"""How rough the numbers of two pictures that are not aligned are: the same numbers for other framings of both.

A framing takes tiles of a picture at random, some twice and some not at all. What moves then is what is in frame, and
not what was done to the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = tuple[float, ...]

TILES = 8
"""A side."""
FRAMINGS = 8
FEW_PIXELS = 2000
"""Of a framing: enough for the spread of its numbers."""
FEWEST_FRAMINGS = 4


@dataclass(frozen=True, slots=True)
class Roughness:
    """Two standard deviations, over framings, of the numbers of a Match; None where the Match has none.

    `codes`: of 10 bits, RMS, of what the CDL makes of the first picture.
    """

    stops: float
    temperature: float | None
    tint: float | None
    contrast: float
    codes: float


def spread(values: Sequence[float]) -> float:
    """Two standard deviations."""
    return 2 * float(np.std(values))


def framings(first: Floats, second: Floats) -> Iterator[tuple[Floats, Floats]]:
    """FRAMINGS pairs of finite pixels (n, 3) and (m, 3) of two pictures (height, width, 3), or lists of pixels."""
    random = np.random.default_rng(17)
    one, other = _tiles(first), _tiles(second)
    for _ in range(FRAMINGS):
        yield _framed(one, random), _framed(other, random)


def _framed(tiles: Sequence[Floats], random: np.random.Generator) -> Floats:
    return np.concatenate([tiles[at] for at in random.integers(len(tiles), size=len(tiles))])


def _tiles(picture: Floats) -> list[Floats]:
    """Pixels of each of TILES x TILES tiles, of a list of pixels of so many runs; about FEW_PIXELS in all."""
    rgb = np.asarray(picture, np.float64)
    if rgb.ndim == 3:
        step = max(1, int(np.sqrt(rgb.shape[0] * rgb.shape[1] / FEW_PIXELS)))
        rows = np.array_split(rgb[::step, ::step], TILES, axis=0)
        parts = [part.reshape(-1, 3) for row in rows for part in np.array_split(row, TILES, axis=1)]
    else:
        flat = rgb.reshape(-1, 3)
        parts = np.array_split(flat[:: max(1, len(flat) // FEW_PIXELS)], TILES * TILES)
    return [part[np.isfinite(part).all(axis=1)] for part in parts]
