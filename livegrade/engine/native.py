"""The backend that runs everywhere: compiled looks on the processor's vector units, in bands on a pool of threads."""

from __future__ import annotations

import threading
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from livegrade.engine import compare
from livegrade.engine import program as rules
from livegrade.engine.fixed import fixed_plan, is_close_enough
from livegrade.engine.kept import Kept
from livegrade.engine.lattices import LatticeCache
from livegrade.engine.repack420 import is_420_to_420, repack_420
from livegrade.errors import EngineError
from livegrade.machine import usable_cores
from livegrade.scopes import native as drawing
from livegrade.scopes.native import ScopeMeter
from livegrade.scopes.peaking import edges_of
from livegrade.video.pool import aligned_buffer
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.slots import SlotForm
    from livegrade.engine.marks import Marks
    from livegrade.engine.program import Floats, Operation
    from livegrade.engine.squeeze import Lowered
    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.falsecolor import Zebra
    from livegrade.scopes.measure import ScopeCounts, ScopeRequest
    from livegrade.scopes.peaking import Peaking
    from livegrade.video.format import VideoFormat

CURVES_KEPT = 64
"""Fitted curves kept, 200 bytes each."""


@dataclass(frozen=True, slots=True, eq=False)
class NativePicture:
    """A picture on the host, wrapped and not copied; `image` keeps the buffer alive."""

    pixels: NDArray[np.uint8]
    format: VideoFormat
    image: _native.Image


class _Runner(Protocol):
    """A compiled look of the extension."""

    def run(self, pool: _native.BandPool, source: _native.Image, target: _native.Image) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class NativeProgram:
    """`runner` None: the bytes are copied, or repacked by NumPy."""

    source: VideoFormat
    target: VideoFormat
    path: str
    runner: _Runner | None


class Native:
    """Kernels of the extension on `threads` threads (default: all the processors this process may use)."""

    name = "native"

    def __init__(self, threads: int | None = None) -> None:
        count = threads if threads is not None else usable_cores()
        if not 1 <= count <= 256:
            raise EngineError(f"{count} threads cannot be used; ask for 1 to 256")
        self.pool = _native.BandPool(count)
        self._lattices = LatticeCache()
        self._fitted: Kept[_native.FixedCurve] = Kept(CURVES_KEPT)
        self._meter = ScopeMeter(self.pool)
        self._measuring = threading.Lock()

    def allocate(self, size: int) -> NDArray[np.uint8]:
        return aligned_buffer(size)

    def source(self, pixels: NDArray[np.uint8], format: VideoFormat) -> NativePicture:
        return _picture(pixels, format)

    def target(self, pixels: NDArray[np.uint8], format: VideoFormat) -> NativePicture:
        return _picture(pixels, format)

    def compile(self, slots: SlotForm, source: VideoFormat, target: VideoFormat) -> NativeProgram:
        rules.check_sizes(source, target)
        if rules.is_copy(slots, source, target):
            return NativeProgram(source, target, "copy", None)
        if rules.is_repack(slots, source, target):
            if is_420_to_420(source, target):
                return NativeProgram(source, target, "repack", None)
            runner = self._float(_recoding(source, target), source, target, (0, 2**target.layout.bits - 1))
            return NativeProgram(source, target, "repack", runner)
        operations = rules.operations(slots, source, target)
        limits = target.layout.code_limits
        fixed = self._fixed(operations, source, target, limits)
        if fixed is not None:
            return NativeProgram(source, target, "int16, at most 1 code off", fixed)
        mixed = self._mixed(operations, source, target, limits)
        if mixed is not None:
            return NativeProgram(source, target, "float32, int16 lattice, at most 1 code off", mixed)
        return NativeProgram(source, target, "float32", self._float(operations, source, target, limits))

    def grade(self, picture: NativePicture, program: NativeProgram, into: NativePicture) -> None:
        rules.check_picture(picture.format, program.source)
        rules.check_picture(into.format, program.target)
        if program.path == "copy":
            np.copyto(into.pixels, picture.pixels)
        elif program.runner is None:
            repack_420(picture.pixels, program.source, into.pixels, program.target)
        else:
            program.runner.run(self.pool, picture.image, into.image)

    def place(self, picture: NativePicture, piece: compare.Piece, into: NativePicture) -> None:
        rules.check_same(picture.format, into.format)
        compare.place(picture.pixels, piece, into.format, into.pixels)

    def mix(self, one: NativePicture, other: NativePicture, by: compare.Mix, into: NativePicture) -> None:
        rules.check_same(one.format, other.format, into.format)
        _native.mix(one.image, other.image, into.image, astuple(by), self.pool)

    def false_color(self, picture: NativePicture, bands: BandTable, into: NativePicture) -> None:
        drawing.false_color(picture.image, picture.format, bands, into.image, into.format, self.pool)

    def zebra(self, picture: NativePicture, zebra: Zebra, phase: int) -> None:
        drawing.draw_zebra(picture.image, picture.format, zebra, phase, self.pool)

    def edges(self, clean: NativePicture, peaking: Peaking, rows: tuple[int, int], into: NativePicture) -> None:
        drawing.draw_edges(clean.image, into.image, into.format, edges_of(peaking, into.format, rows), self.pool)

    def marks(self, picture: NativePicture, marks: Marks) -> None:
        _native.draw_marks(picture.image, marks.top, marks.rows, marks.spans, marks.palette, self.pool)

    def lower(self, picture: NativePicture, lowered: Lowered, into: NativePicture) -> None:
        _native.lower_picture(picture.image, *lowered.taps, lowered.black(into.format), into.image, self.pool)

    def measure(self, picture: NativePicture, request: ScopeRequest, out: ScopeCounts) -> None:
        with self._measuring:
            self._meter.measure(picture.image, picture.format, request, out)

    def finish(self, picture: NativePicture) -> None:
        del picture

    def _float(
        self, operations: tuple[Operation, ...], source: VideoFormat, target: VideoFormat, limits: tuple[int, int]
    ) -> _native.FloatProgram:
        ops = self._ops(operations)
        return _native.FloatProgram(source.layout.name, target.layout.name, source.width, *limits, ops)

    def _fixed(
        self, operations: tuple[Operation, ...], source: VideoFormat, target: VideoFormat, limits: tuple[int, int]
    ) -> _native.FixedProgram | None:
        """None where the look does not have the form of the all-integer path, or would be off by too much on it."""
        if not source.layout.is_ycbcr or source.layout.code_bits > 12 or target.layout.bits > 10:
            return None
        plan = fixed_plan(operations) if _native.has_fixed_point() else None
        lattice = self._lattices.fixed(plan.cube, target.layout.bits) if plan is not None else None
        if plan is None or lattice is None:
            return None
        first, second = self._curves(plan.first), self._curves(plan.second)
        if not is_close_enough(plan, lattice.slopes, first, second):
            return None
        shape = (source.layout.name, target.layout.name, source.width, *limits)
        weights = np.ascontiguousarray(plan.weights)
        try:
            return _native.FixedProgram(
                *shape, _rows(plan.decode), first, plan.saturation, weights, second, lattice.records
            )
        except ValueError:
            return None  # a slope or offset beyond 16 bits

    def _curves(self, curves: tuple[tuple[rules.Scalar, ...], ...]) -> list[_native.FixedCurve | None]:
        return [self._curve(curve) if curve else None for curve in curves]

    def _curve(self, curve: tuple[rules.Scalar, ...]) -> _native.FixedCurve:
        """Fitting takes 0.15 ms; a turned slope or offset leaves the curve behind it, and all formats have the same."""
        return self._fitted.get(curve, lambda: _native.FixedCurve(self._ops(curve)))

    def _mixed(
        self, operations: tuple[Operation, ...], source: VideoFormat, target: VideoFormat, limits: tuple[int, int]
    ) -> _native.MixedProgram | None:
        """None where the look does not end in its lattice, or the lattice does not fit in 16 bits."""
        cube = operations[-1]
        if not isinstance(cube, rules.Cube) or target.layout.bits > 10 or not _native.has_fixed_point():
            return None
        lattice = self._lattices.fixed(cube, target.layout.bits)
        if lattice is None:
            return None
        before = self._ops(operations[:-1])
        return _native.MixedProgram(
            source.layout.name, target.layout.name, source.width, *limits, before, lattice.records
        )

    def _ops(self, operations: tuple[Operation, ...]) -> _native.FloatOps:
        ops = _native.FloatOps()
        for operation in operations:
            match operation:
                case rules.Mix(values):
                    ops.add_mix(_rows(values))
                case rules.Ramp(channel, scale, offset, low, high):
                    ops.add_ramp(channel, scale, offset, low, high)
                case rules.Raise(channel, exponent):
                    ops.add_power(channel, exponent)
                case rules.Lookup(channel, first, last, values):
                    ops.add_lookup(channel, first, last, _rows(values))
                case rules.Cube():
                    ops.add_cube(self._lattices.floating(operation))
        return ops


def _picture(pixels: NDArray[np.uint8], format: VideoFormat) -> NativePicture:
    planes = format.geometry.planes
    interlaced = format.scan.is_interlaced
    offsets, strides = [plane.offset for plane in planes], [plane.stride for plane in planes]
    image = _native.Image(pixels, format.layout.name, format.width, format.height, offsets, strides, interlaced)
    return NativePicture(pixels, format, image)


def _recoding(source: VideoFormat, target: VideoFormat) -> tuple[Operation, ...]:
    scale_and_offset = rules.recoding(source, target)
    return (rules.Mix(np.column_stack([np.diag(scale_and_offset[:, 0]), scale_and_offset[:, 1]])),)


def _rows(values: Floats) -> Floats:
    return np.ascontiguousarray(values, np.float64)
