"""How far values reach: the box that source values can come to behind a run of elements."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.elements import Blend, Opaque
from livegrade.color.fold import Interval, image
from livegrade.color.slots import Curves, Lattice, Matrix3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.elements import Element

Box: TypeAlias = tuple[Interval, Interval, Interval]

EXCURSIONS: Interval = (-5 / 54, 59 / 54)
"""The range of source values that a bake covers. SDI words 4 to 1019 in legal range are -0.0685 to 1.0902; the ends are
chosen so that 65 planes over it fall exactly on 0 and on 1, where clamps bend (reference/engine.md, "Bake trick")."""


def reach_of(elements: Sequence[Element], box: Box = (EXCURSIONS, EXCURSIONS, EXCURSIONS)) -> Box:
    """The box that values within `box` can reach after `elements` (never too small, at times too big)."""
    for element in elements:
        match element:
            case Curves():
                box = (image(element.red, box[0]), image(element.green, box[1]), image(element.blue, box[2]))
            case Matrix3():
                low, high = np.array(box).T
                below = np.minimum(element.values * low, element.values * high).sum(axis=1)
                above = np.maximum(element.values * low, element.values * high).sum(axis=1)
                box = _box(below, above)
            case Lattice():
                box = _ends(element)
            case Blend() | Opaque():
                raise AssertionError("what is neither curve, matrix nor lattice is baked before anybody asks")
    return box


@lru_cache(maxsize=4)
def _ends(lattice: Lattice) -> Box:
    """A wheel that turns before a lattice asks for the same one again and again, and a large one takes milliseconds."""
    entries = lattice.values.reshape(-1, 3).T
    return _box(*np.array([(channel.min(), channel.max()) for channel in entries]).T)


def _box(below: NDArray[np.float64], above: NDArray[np.float64]) -> Box:
    red, green, blue = zip(below.tolist(), above.tolist(), strict=True)
    return red, green, blue
