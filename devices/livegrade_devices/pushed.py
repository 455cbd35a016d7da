"""What is told of a look that went to a box, and of one that was proved. Values; no behaviour beyond words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.error import ColourError


@dataclass(frozen=True, slots=True)
class Pushed:
    """`form`: what was sent, in words ("curve of 4,096 points, lattice of 33, 12 bits, 64-940"). `size`: bytes.

    `error`: how far that is from the look, None where the box takes the look as it is. `confirmed`: the box said that
    it is in force; False: it was sent, and boxes of this kind do not say more.
    """

    look_id: str
    form: str
    size: int
    error: ColourError | None
    confirmed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """`given`, `shown`, `expected`: (N, 3), codes of `depth` bits: what went in, what came out, what the box's tables
    make of it by the box's own arithmetic as far as it is known. `how`: through which of its means."""

    given: NDArray[np.uint16]
    shown: NDArray[np.uint16]
    expected: NDArray[np.uint16]
    depth: int
    how: str
