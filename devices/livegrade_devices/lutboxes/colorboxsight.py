"""What becomes of the colours that stand still in the picture of an AJA ColorBox: from pictures grabbed before and
behind its stages. Source of the pictures: AJA, ColorBox demos, FrameGrab. No wire and no state in here.

The two are not of the same moment. So the input is grabbed twice, around the output, and only blocks count that were
the same to the last code both times: noise of one code is enough that a block is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade_devices.lutboxes.colorboxwire import SPARE_BITS
from livegrade_devices.pushed import Proof

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade_devices.lutboxes.stages import Stages

    Codes = NDArray[np.uint16]

BLOCK = 8
"""Pixels a side: by chance no noise leaves 64 neighbours as they were. Every raster of the box is of whole blocks."""
MOST_BLOCKS = 16_384
"""Of a picture that stands still all over, so many are looked at, evenly spread: a million pixels."""
LEAST_BLOCKS = 64
LEAST_COLOURS = 64
MOST_COLOURS = 65_536
COARSEST = 4
"""Codes of 12 bits from one value of a grabbed output to the next: those of 10 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """`given`, `shown`: (N, 3), codes of 12 bits of pixels that stood still, before and behind the stages. `step`:
    codes from one value of the output to the next: 1, or 4 where the box gives 10 bits."""

    given: Codes
    shown: Codes
    step: int


def seen(before: Codes, behind: Codes, after: Codes) -> Sight:
    """From the input, the output and the input again: (height, width, 3) of 16 bits each. Raises ValueError, with a
    sentence, where they do not say what becomes of colours."""
    if not before.shape == behind.shape == after.shape:
        raise ValueError("its input and its output are of different sizes, or its signal has changed")
    still = (_blocks(before) == _blocks(after)).all(axis=(1, 3, 4))
    rows, columns = np.nonzero(still)
    if len(rows) < LEAST_BLOCKS:
        pixels = len(rows) * BLOCK * BLOCK
        raise ValueError(
            f"of its input {pixels:,} of {still.size * BLOCK * BLOCK:,} pixels stood still, and "
            f"{LEAST_BLOCKS * BLOCK * BLOCK:,} are needed; show it a still picture without noise, such as a chart"
        )
    chosen = _spread(len(rows), MOST_BLOCKS)
    at = rows[chosen], slice(None), columns[chosen]
    given, shown = (
        (_blocks(picture)[at].reshape(-1, 3) >> SPARE_BITS).astype(np.uint16) for picture in (before, behind)
    )
    step = _step(shown)
    if step > COARSEST:
        raise ValueError(f"its output was grabbed in steps of {step} codes of 12 bits, and {COARSEST} are the most")
    return Sight(given, shown, step)


def judged_by(sight: Sight, stages: Stages) -> Proof:
    """Each colour of the input once, with the worst of what has become of it. Raises ValueError where there are too few
    of them."""
    packed = (sight.given.astype(np.int64) << np.array([24, 12, 0])).sum(axis=1)
    colours, first, which = np.unique(packed, return_index=True, return_inverse=True)
    if len(colours) < LEAST_COLOURS:
        raise ValueError(
            f"what stood still of its input has {len(colours)} different colours, and {LEAST_COLOURS} are needed"
        )
    chosen = _spread(len(colours), MOST_COLOURS)
    given = sight.given[first[chosen]]
    expected = np.zeros((len(colours), 3), np.uint16)
    expected[chosen] = stages.apply(given)
    off = np.abs(sight.shown.astype(np.int32) - expected[which]).max(axis=1)
    order = np.lexsort((off, which))
    worst = order[np.append(np.nonzero(np.diff(which[order]))[0], len(order) - 1)]
    pixels = np.isin(which, chosen).sum()
    step = "" if sight.step == 1 else f", output in steps of {sight.step} codes"
    how = f"of {pixels:,} pixels that stood still in its grabbed input{step}"
    return Proof(given, sight.shown[worst[chosen]], expected[chosen], 12, how, sight.step)


def _blocks(picture: Codes) -> Codes:
    """(rows, 8, columns, 8, 3), nothing copied."""
    height, width, _ = picture.shape
    return picture.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)


def _spread(count: int, most: int) -> NDArray[np.intp]:
    """At most so many of `count` places, evenly spread."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).astype(np.intp)


def _step(codes: Codes) -> int:
    """The largest power of 2 that all of them are multiples of; 1 for black."""
    bits = int(np.bitwise_or.reduce(codes, axis=None))
    return bits & -bits or 1
