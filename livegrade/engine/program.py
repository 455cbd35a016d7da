"""What all backends share when a look is compiled: how codes stand for R'G'B', and the slot form as a short list of
operations with everything linear folded together.

A list of operations computes, for one pixel, target codes (4:4:4, before chroma is halved, before rounding) from source
codes (4:4:4, chroma already doubled). Nothing here touches pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.slots import Affine, Clamp, Formula, Power, Table
from livegrade.color.tabulate import tabulated
from livegrade.errors import FormatError
from livegrade.video.format import Matrix, Range
from livegrade.video.layouts import Chroma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.slots import Curves, SlotForm
    from livegrade.video.format import VideoFormat

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """All three channels: out = values[:, :3] @ in + values[:, 3]."""

    values: Floats


@dataclass(frozen=True, slots=True)
class Ramp:
    """One channel: min(max(x * scale + offset, low), high); infinite limits leave a side open."""

    channel: int
    scale: float
    offset: float
    low: float
    high: float

    @property
    def is_open(self) -> bool:
        return math.isinf(self.low) and math.isinf(self.high)


@dataclass(frozen=True, slots=True)
class Raise:
    """One channel: x ** exponent above zero, x elsewhere."""

    channel: int
    exponent: float


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """One channel: linear interpolation in equally spaced values from `first` to `last`, held outside."""

    channel: int
    first: float
    last: float
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Tetrahedral interpolation of `lattice` (n, n, n, 3), order [r, g, b], then `tail` (3, 4) as in Mix.

    Interpolation is linear in the entries, so a backend may store tail(entry).
    """

    lattice: Floats
    tail: Floats


Scalar: TypeAlias = Ramp | Raise | Lookup
Operation: TypeAlias = Mix | Scalar | Cube


def check_sizes(source: VideoFormat, target: VideoFormat) -> None:
    """Raises FormatError unless both have the same number of pixels a side."""
    if (source.width, source.height) != (target.width, target.height):
        raise FormatError(
            f"a picture of {source.width} x {source.height} cannot be graded into one of "
            f"{target.width} x {target.height}; scale it before or after"
        )


def check_picture(given: VideoFormat, compiled: VideoFormat) -> None:
    """Raises FormatError unless a picture is of the format that the program was compiled for."""
    if given != compiled:
        raise FormatError(f"a picture of {given} came to a program made for {compiled}; compile it again")


def check_same(*formats: VideoFormat) -> None:
    """Raises FormatError unless all are equal."""
    for format in formats[1:]:
        if format != formats[0]:
            raise FormatError(f"pictures of {formats[0]} and {format} cannot be shown side by side; draw both in one")


def is_repack(slots: SlotForm, source: VideoFormat, target: VideoFormat) -> bool:
    """Whether nothing changes but the layout of the samples."""
    same_model = source.layout.is_ycbcr == target.layout.is_ycbcr
    same_matrix = source.matrix is target.matrix or not source.layout.is_ycbcr
    return slots.is_identity and same_model and same_matrix and source.range is target.range


def is_copy(slots: SlotForm, source: VideoFormat, target: VideoFormat) -> bool:
    """Whether the bytes stay as they are, padding included."""
    same_layout = source.layout.name == target.layout.name
    return is_repack(slots, source, target) and same_layout and has_same_chroma_rows(source, target)


def has_same_chroma_rows(source: VideoFormat, target: VideoFormat) -> bool:
    """Whether chroma rows lie at the same places: those of 4:2:0 fields lie elsewhere than those of whole pictures."""
    same_scan = source.scan.is_interlaced == target.scan.is_interlaced
    return source.layout.chroma is target.layout.chroma and (same_scan or source.layout.chroma is not Chroma.C420)


def decoding(format: VideoFormat) -> Floats:
    """(3, 4): R'G'B' = values[:, :3] @ codes + values[:, 3], for codes at the layout's code_bits."""
    layout = format.layout
    scale, offset = _signal(format)
    per_code = np.array(scale) * 2.0 ** (layout.code_bits - layout.bits)
    start = np.array(offset) * 2.0 ** (layout.code_bits - layout.bits)
    to_rgb = np.linalg.inv(_to_ycbcr(format.matrix)) if layout.is_ycbcr else np.eye(3)
    linear = to_rgb / per_code
    return np.column_stack([linear, -linear @ start])


def encoding(format: VideoFormat) -> Floats:
    """(3, 4): codes at the layout's bits, unrounded = values[:, :3] @ R'G'B' + values[:, 3]."""
    scale, offset = _signal(format)
    from_rgb = _to_ycbcr(format.matrix) if format.layout.is_ycbcr else np.eye(3)
    return np.column_stack([from_rgb * np.array(scale)[:, None], offset])


def recoding(source: VideoFormat, target: VideoFormat) -> Floats:
    """(3, 2): scale and offset of each component from source codes to target codes, for a repack."""
    from_scale, from_offset = _signal(source)
    to_scale, to_offset = _signal(target)
    extra = 2.0 ** (source.layout.code_bits - source.layout.bits)
    scale = np.array(to_scale) / np.array(from_scale)
    return np.column_stack([scale / extra, np.array(to_offset) - scale * np.array(from_offset)])


def _signal(format: VideoFormat) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Codes per unit and code of zero for the components (Y', Cb, Cr or R', G', B'). Source: BT.709-6 section 4.6."""
    bits = format.layout.bits
    if format.range is Range.LEGAL:
        step = 2.0 ** (bits - 8)
        luma, luma_zero, chroma = 219 * step, 16 * step, 224 * step
    else:
        luma, luma_zero, chroma = 2.0**bits - 1, 0.0, 2.0**bits - 1
    if not format.layout.is_ycbcr:
        return (luma,) * 3, (luma_zero,) * 3
    middle = 2.0 ** (bits - 1)
    return (luma, chroma, chroma), (luma_zero, middle, middle)


def _to_ycbcr(matrix: Matrix) -> Floats:
    """R'G'B' 0..1 to Y' 0..1, Cb and Cr -0.5..0.5. Source: BT.709-6 sections 3.2 and 3.3."""
    red, green, blue = matrix.luma_weights
    luma = np.array([red, green, blue])
    cb = (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - blue))
    cr = (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - red))
    return np.stack([luma, cb, cr])


def operations(slots: SlotForm, source: VideoFormat, target: VideoFormat) -> tuple[Operation, ...]:
    """The whole way from source codes to target codes, everything linear folded into its neighbour."""
    slots = tabulated(slots)
    fold = _Folding()
    fold.mix(decoding(source))
    fold.curves(slots.curve1)
    fold.matrix(slots.matrix1.values)
    fold.curves(slots.curve2)
    if slots.lattice is not None:
        fold.cube(slots.lattice.values)
    fold.curves(slots.curve3)
    fold.matrix(slots.matrix2.values)
    fold.curves(slots.curve4)
    fold.mix(encoding(target))
    return tuple(fold.operations)


class _Folding:
    """Collects operations; each one is merged into those before it where that changes nothing but rounding."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def matrix(self, values: Floats) -> None:
        if not np.array_equal(values, np.eye(3)):
            self.mix(np.column_stack([values, np.zeros(3)]))

    def mix(self, values: Floats) -> None:
        while self.operations and isinstance(last := self.operations[-1], Ramp) and last.is_open:
            values = _after_ramp(values, last)
            self.operations.pop()
        last_op = self.operations[-1] if self.operations else None
        if isinstance(last_op, Mix):
            self.operations[-1] = Mix(_compose(values, last_op.values))
        elif isinstance(last_op, Cube):
            self.operations[-1] = replace(last_op, tail=_compose(values, last_op.tail))
        else:
            self.operations.append(Mix(values))

    def curves(self, curves: Curves) -> None:
        for channel, curve in enumerate(curves):
            for step in curve.steps:
                match step:
                    case Affine(scale, offset):
                        self._affine(channel, scale, offset)
                    case Clamp(low, high):
                        self._clamp(channel, low, high)
                    case Power(exponent):
                        if exponent != 1.0:
                            self.operations.append(Raise(channel, exponent))
                    case Table(first, last, values):
                        self.operations.append(Lookup(channel, first, last, values))
                    case Formula():
                        raise AssertionError("formulas are tables by now")

    def cube(self, lattice: Floats) -> None:
        """The lattice holds its input at 0 and 1 itself: clamps just before it that are no tighter go away."""
        for channel in range(3):
            at = self._last_of(channel)
            ramp = self.operations[at] if at is not None else None
            if at is not None and isinstance(ramp, Ramp) and ramp.low <= 0.0 and ramp.high >= 1.0:
                del self.operations[at]
                self._affine(channel, ramp.scale, ramp.offset)
        self.operations.append(Cube(lattice, np.eye(3, 4)))

    def _affine(self, channel: int, scale: float, offset: float) -> None:
        if (scale, offset) == (1.0, 0.0):
            return
        at = self._last_of(channel)
        if at is None:
            self._affine_into_linear(channel, scale, offset)
            return
        ramp = self.operations[at]
        if isinstance(ramp, Ramp):
            ends = (ramp.low * scale + offset, ramp.high * scale + offset) if scale != 0.0 else (offset, offset)
            self.operations[at] = Ramp(channel, ramp.scale * scale, ramp.offset * scale + offset, min(ends), max(ends))
        else:
            self.operations.append(Ramp(channel, scale, offset, -math.inf, math.inf))

    def _affine_into_linear(self, channel: int, scale: float, offset: float) -> None:
        """Into the Mix or Cube behind which `channel` was not yet touched."""
        for at in range(len(self.operations) - 1, -1, -1):
            op = self.operations[at]
            if isinstance(op, (Mix, Cube)):
                values = (op.values if isinstance(op, Mix) else op.tail).copy()
                values[channel] *= scale
                values[channel, 3] += offset
                self.operations[at] = Mix(values) if isinstance(op, Mix) else replace(op, tail=values)
                return

    def _clamp(self, channel: int, low: float, high: float) -> None:
        at = self._last_of(channel)
        ramp = self.operations[at] if at is not None else None
        if at is not None and isinstance(ramp, Ramp):
            limits = (min(max(ramp.low, low), high), min(max(ramp.high, low), high))
            self.operations[at] = replace(ramp, low=limits[0], high=limits[1])
        else:
            self.operations.append(Ramp(channel, 1.0, 0.0, low, high))

    def _last_of(self, channel: int) -> int | None:
        """Index of the last operation, if it works on `channel` alone and no Mix or Cube came after it."""
        for at in range(len(self.operations) - 1, -1, -1):
            op = self.operations[at]
            if isinstance(op, (Mix, Cube)):
                return None
            if op.channel == channel:
                return at
        return None


def _compose(second: Floats, first: Floats) -> Floats:
    """(3, 4) of `first` and then `second`."""
    joined = second[:, :3] @ first
    joined[:, 3] += second[:, 3]
    return joined


def _after_ramp(values: Floats, ramp: Ramp) -> Floats:
    folded = values.copy()
    folded[:, 3] += values[:, ramp.channel] * ramp.offset
    folded[:, ramp.channel] *= ramp.scale
    return folded
