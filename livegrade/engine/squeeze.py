"""De-squeeze: the picture of an anamorphic lens at the proportions of what it saw.

A monitor takes pictures of one size only, so that a de-squeezed picture keeps its whole width and becomes lower by the
factor of the lens, with black above and below. Each of its rows is the mean of the rows that it covers (area mean, of
codes), in integers: weights are 4096ths, halves up. Fields are lowered one by one, and so is the chroma of 4:2:0. The
height is rounded so that no pair of rows is parted: to 4 rows, in fields to 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import UsageError
from livegrade.scopes.colors import encode_colors
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.layouts import Chroma
from livegrade.video.samples import sample_planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat

FACTORS = ("1.25", "1.3", "1.33", "1.5", "1.65", "1.8", "2.0")
"""Of the lenses that are made; any from 1 to 2 is taken."""
TAPS, WHOLE = 4, 4096


def parse_desqueeze(text: str) -> Fraction:
    """A factor above 1 and at most 2. 1.33 is four thirds. Raises UsageError."""
    digits = text.replace(".", "", 1)
    plain = digits.isascii() and digits.isdigit() and len(text) <= 6 and text[0] != "." and text[-1] != "."
    if not plain or not 1 < Fraction(text) <= 2:
        raise UsageError(f"desqueeze '{text}' is not a factor of a lens; write for example {', '.join(FACTORS)}")
    return Fraction(4, 3) if Fraction(text) == Fraction("1.33") else Fraction(text)


def factor_words(factor: Fraction) -> str:
    return "1.33" if factor == Fraction(4, 3) else f"{float(factor):g}"


@dataclass(frozen=True, slots=True)
class Lowered:
    """A picture of `height` rows made one of `rows`, in the middle. `chroma`: it is of 4:2:0."""

    height: int
    rows: int
    fields: int
    chroma: bool

    @property
    def top(self) -> int:
        return (self.height - self.rows) // 2

    @property
    def filled(self) -> tuple[int, int]:
        """The first row of the lower picture, and the first behind it."""
        return self.top, self.top + self.rows

    @property
    def taps(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """int32 (height, 8) and (rows of chroma, 8): four rows of the picture that make this one, and their weights."""
        return _tables(self)

    @property
    def bytes(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The same for a device, which has no empty memory."""
        first, second = self.taps
        return first.reshape(-1).view(np.uint8), (second if len(second) else first).reshape(-1).view(np.uint8)

    def black(self, format: VideoFormat) -> tuple[int, int, int]:
        """Codes of black, at the depth of the layout."""
        first, second, third = encode_colors(np.zeros((1, 3)), format)[0].tolist()
        return first, second, third


def lowered(format: VideoFormat, factor: Fraction) -> Lowered:
    """How a picture in `format` is de-squeezed."""
    fields = 2 if format.scan.is_interlaced else 1
    step = 4 * fields
    less = step * round(format.height * (1 - 1 / factor) / step)
    rows = max(format.height - less, min(format.height, step))
    return Lowered(format.height, rows, fields, format.layout.chroma is Chroma.C420)


@lru_cache(maxsize=16)
def _tables(lowered: Lowered) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    picture = _taps(lowered.height, lowered.rows, lowered.top, lowered.fields)
    if not lowered.chroma:
        return picture, np.zeros((0, 2 * TAPS), np.int32)
    height, top = (lowered.height + 1) // 2, lowered.top // 2
    return picture, _taps(height, height - 2 * top, top, lowered.fields)


def _taps(height: int, rows: int, top: int, fields: int) -> NDArray[np.int32]:
    table = np.zeros((height, 2 * TAPS), np.int32)
    for field in range(fields):
        own = range(field, height, fields)
        inside = [y for y in own if top <= y < top + rows]
        for at, y in enumerate(inside):
            begin, end = Fraction(at * len(own), len(inside)), Fraction((at + 1) * len(own), len(inside))
            covered = range(int(begin), -(-end // 1))
            parts = [min(Fraction(row + 1), end) - max(Fraction(row), begin) for row in covered]
            weights = [round(WHOLE * part / (end - begin)) for part in parts]
            weights[weights.index(max(weights))] += WHOLE - sum(weights)
            table[y, : len(covered)] = [own[row] for row in covered]
            table[y, TAPS : TAPS + len(weights)] = weights
    table.flags.writeable = False
    return table


def lower(pixels: NDArray[np.uint8], format: VideoFormat, lowered: Lowered, into: NDArray[np.uint8]) -> None:
    """Reference: a picture in `format` into another of it."""
    picture, chroma = lowered.taps
    black = lowered.black(format)
    if lowered.chroma:
        for (plane, component), (out, _) in zip(
            sample_planes(pixels, format), sample_planes(into, format), strict=True
        ):
            out.write(_mean(plane.samples, chroma if component else picture, black[component]))
        return
    codes = unpack(pixels, format)
    planes = (_mean(plane.astype(np.int32), picture, code) for plane, code in zip(codes.planes, black, strict=True))
    first, second, third = (plane.astype(np.uint16) for plane in planes)
    pack(Codes((first, second, third), codes.bits, codes.is_ycbcr), format, into)


def _mean(samples: NDArray[np.int32], taps: NDArray[np.int32], black: int) -> NDArray[np.int32]:
    weights = taps[:, TAPS:]
    total = sum(samples[taps[:, k]] * weights[:, k, None] for k in range(TAPS))
    mean: NDArray[np.int32] = (np.asarray(total) + WHOLE // 2) // WHOLE
    mean[weights.sum(axis=1) == 0] = black
    return mean
