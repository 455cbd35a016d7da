"""Looks and pictures for the CUDA tests, and the two devices they run on: the shim, and a real one (`-m gpu`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, SlotForm, Table
from livegrade.engine.cuda_backend import Cuda
from livegrade.engine.reference import Reference
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range, Scan, VideoFormat
from livegrade.video.layouts import layout

sys.path.insert(0, str(Path(__file__).parent))
from cuda_shim import ShimDevice

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHERE = ("shim", pytest.param("device", marks=pytest.mark.gpu))


def backend(where: str, order: int = 0) -> Cuda:
    """`order` of the threads on the shim; a real device has its own."""
    if where == "shim":
        return Cuda(ShimDevice(order))
    from livegrade.engine.cuda import open_cuda

    return open_cuda()


def form(
    name: str,
    width: int,
    height: int,
    range: Range = Range.LEGAL,
    matrix: Matrix = Matrix.BT709,
    scan: Scan = Scan.PROGRESSIVE,
) -> VideoFormat:
    return VideoFormat(width, height, Rate.of(25), layout(name), range, matrix, scan=scan)


def noise(format: VideoFormat, seed: int = 1) -> NDArray[np.uint8]:
    """Every bit random: all codes, also those that a signal must not have, and those above a container's depth."""
    return np.random.default_rng(seed).integers(0, 256, format.geometry.size, np.uint8)


def graded(where: Cuda | Reference, slots: SlotForm, source: VideoFormat, target: VideoFormat) -> NDArray[np.uint8]:
    """Zeros between planes stay zeros, so whole pictures can be compared."""
    out = np.zeros(target.geometry.size, np.uint8)
    program = where.compile(slots, source, target)
    into = where.target(out, target)
    where.grade(where.source(noise(source), source), program, into)
    where.finish(into)
    return out


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8], format: VideoFormat) -> tuple[int, float]:
    """Largest and mean difference in codes of the layout's own depth."""
    steps = 1 << (format.layout.code_bits - format.layout.bits)
    pairs = zip(unpack(one, format).planes, unpack(other, format).planes, strict=True)
    gaps = np.concatenate([np.abs(a.astype(np.int64) - b).ravel() for a, b in pairs])
    return -(-int(gaps.max()) // steps), float(gaps.mean()) / steps


def cdl_and_lut(low: float = 0.0, high: float = 1.0, points: int = 17) -> SlotForm:
    """Slope, offset, power and saturation with clamps, then a lattice of twisted colours with entries in low..high."""
    red = Curve((Affine(1.1, -0.02), Clamp(0.0, 1.0), Power(1.2)))
    green = Curve((Affine(0.95, 0.01), Clamp(0.0, 1.0), Power(0.9)))
    weights = np.array([0.2126, 0.7152, 0.0722])
    clamp = Curve((Clamp(0.0, 1.0),))
    axis = np.linspace(0.0, 1.0, points)
    r, g, b = np.meshgrid(axis, axis, axis, indexing="ij")
    values = np.stack([0.8 * r**0.8 + 0.2 * g * b, 0.9 * g + 0.1 * r, b * (0.7 + 0.3 * g)], axis=-1)
    return SlotForm(
        Curves(red, green, red),
        Matrix3(1.2 * np.eye(3) - 0.2 * weights),
        Curves(clamp, clamp, clamp),
        Lattice(low + (high - low) * values),
    )


def tables_and_matrix() -> SlotForm:
    """A 1D table on each channel before and after a lattice, a matrix behind it and a power at the end."""
    x = np.linspace(0.0, 1.0, 65)
    shape = Curve((Table(-0.1, 1.1, 0.5 - 0.6 * np.cos(np.pi * x)),))
    after = Curve((Table(0.0, 1.0, np.sqrt(np.linspace(0.0, 1.0, 33))), Affine(0.97, 0.01)))
    lift = Curve((Affine(1.02, 0.004), Clamp(0.0, 1.2), Power(1.1)))
    crosstalk = Matrix3(np.array([[0.9, 0.08, 0.02], [0.03, 0.95, 0.02], [-0.04, 0.1, 0.94]]))
    return SlotForm(
        Curves(shape, shape, Curve()),
        lattice=cdl_and_lut(-0.1, 1.1, 9).lattice,
        curve3=Curves(Curve(), after, after),
        matrix2=crosstalk,
        curve4=Curves(lift, lift, Curve()),
    )


def no_clamp(slope: float) -> SlotForm:
    curve = Curve((Affine(slope, 0.0),))
    return SlotForm(Curves(curve, curve, curve))
