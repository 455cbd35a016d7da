"""What is told of a look that went to a box, and of one that was proved. Values; no behaviour beyond words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.error import ColourError

THRESHOLD = 1.0
"""Codes of the box by which a proof may find it off from its tables: what rounding can come to."""


def codes_of(count: float, depth: int) -> str:
    """For people: "1 code of 12 bits", "3 codes of 12 bits"; in whole codes."""
    return f"{count:.0f} code{'' if round(count) == 1 else 's'} of {depth} bits"


@dataclass(frozen=True, slots=True)
class Pushed:
    """`form`: what was sent, in words ("curve of 4,096 points, lattice of 33, 12 bits, 64-940"). `size`: bytes.

    `error`: how far that is from the look, None where the box takes the look as it is, and where that is not known,
    which `approximate` says: what the box makes of it by itself is not published. `confirmed`: the box said that it is
    in force; False: it was sent, and boxes of this kind do not say more.
    """

    look_id: str
    form: str
    size: int
    error: ColourError | None
    confirmed: bool
    approximate: bool = False

    @property
    def costs(self) -> str:
        """How far the form is from the look, in words."""
        if self.error is not None:
            return self.error.sentence
        return "not known" if self.approximate else "nothing"


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """`given`, `shown`, `expected`: (N, 3), codes of `depth` bits: what went in, what came out, what the box's tables
    make of it by the box's own arithmetic as far as it is known. `how`: through which of its means. `step`: codes from
    one value of `shown` to the next, where what tells of it is coarser than the box."""

    given: NDArray[np.uint16]
    shown: NDArray[np.uint16]
    expected: NDArray[np.uint16]
    depth: int
    how: str
    step: int = 1
