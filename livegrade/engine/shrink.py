"""Pictures made small for people, by the mean of each area: decoded to R'G'B', full range, 8 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine import program as rules
from livegrade.engine.kept import Kept
from livegrade_shaders import _native

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from livegrade.engine.native import Native
    from livegrade.engine.sample import Patch
    from livegrade.video.format import VideoFormat

CHANNELS = 4
"""R, G, B, 255."""
PLANS_KEPT = 32


class Shrink:
    """For one thread. What a format and size need is kept."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._plans: Kept[_native.Shrinker] = Kept(PLANS_KEPT)

    def draw(
        self, pixels: NDArray[np.uint8], format: VideoFormat, out: NDArray[np.uint8], area: Patch | None = None
    ) -> None:
        """`out`: uint8 (height, width, CHANNELS), filled with `area` of the picture, None for all of it. The
        mean is taken of codes, so what is beyond black and white counts for its neighbours, and is held at 0 and 255
        after that."""
        height, width, _ = out.shape

        def made() -> _native.Shrinker:
            rows = np.ascontiguousarray(rules.decoding(format))
            at = (0, 0, format.width, format.height) if area is None else (area.x, area.y, area.width, area.height)
            return _native.Shrinker(format.layout.name, format.width, format.height, width, height, rows, at)

        plan = self._plans.get((format, width, height, area), made)
        plan.run(self._native.pool, self._native.source(pixels, format).image, out)


def fitted(picture: VideoFormat | Patch, width: int, height: int, lower: Fraction | int = 1) -> tuple[int, int]:
    """The largest size, width and height, of such a picture or part of one that is neither wider nor higher than asked
    for, nor larger than itself. `lower`: by so much less high, as de-squeezed pictures are."""
    whole = picture.height / lower
    share = min(1.0, width / picture.width, float(height / whole))
    return max(1, round(picture.width * share)), max(1, round(float(whole) * share))
