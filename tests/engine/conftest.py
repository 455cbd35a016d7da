"""Pictures and slot forms for the tests of the engine, and the backends that are measured against the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, SlotForm, Table
from livegrade.engine.native import Native
from livegrade.engine.reference import Reference
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Matrix, Range, Scan, VideoFormat
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.engine.backend import AnyBackend

WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
LIMITS = {8: (1, 0.02), 10: (1, 0.02), 12: (1, 0.02), 14: (2, 0.05), 16: (4, 0.2)}
"""Largest and mean difference from the reference in codes of a target's depth. 8 to 12 and 16 bits: DESIGN 5."""

ENOUGH = 10_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two pictures, in codes: the largest of all samples, and the mean of the worst plane of `samples` samples."""

    largest: int
    mean: float
    samples: int

    def within(self, bits: int) -> bool:
        """The mean is judged only where there are samples enough for one."""
        largest, mean = LIMITS[bits]
        return self.largest <= largest and (self.mean < mean or self.samples < ENOUGH)


@pytest.fixture(scope="session")
def reference() -> Reference:
    return Reference()


@pytest.fixture(scope="session", params=["native"])
def backend(request: pytest.FixtureRequest) -> AnyBackend:
    """Each backend that runs here; two threads, so that bands meet."""
    return {"native": lambda: Native(2)}[request.param]()


@pytest.fixture(scope="session")
def native() -> Native:
    return Native(2)


@pytest.fixture(scope="session")
def signal() -> Callable[..., VideoFormat]:
    def make(
        name: str,
        width: int = 98,
        height: int = 6,
        range: Range = Range.LEGAL,
        matrix: Matrix = Matrix.BT709,
        scan: Scan = Scan.PROGRESSIVE,
    ) -> VideoFormat:
        return VideoFormat(width, height, Rate.of(25), layout(name), range, matrix, scan=scan)

    return make


@pytest.fixture(scope="session")
def random_picture() -> Callable[[VideoFormat, int], NDArray[np.uint8]]:
    """Independent uniform codes over all that a signal may carry: most decode far outside R'G'B' 0..1."""

    def make(format: VideoFormat, seed: int = 1) -> NDArray[np.uint8]:
        row, rng = format.layout, np.random.default_rng(seed)
        low, high = row.code_limits
        widths = (format.width, row.chroma_width(format.width), row.chroma_width(format.width))
        planes = [rng.integers(low, high + 1, (format.height, width), dtype=np.uint16) for width in widths]
        return pack(Codes((planes[0], planes[1], planes[2]), row.bits, row.is_ycbcr), format)

    return make


@pytest.fixture(scope="session")
def graded() -> Callable[..., NDArray[np.uint8]]:
    def grade(
        backend: AnyBackend, slots: SlotForm, pixels: NDArray[np.uint8], source: VideoFormat, target: VideoFormat
    ) -> NDArray[np.uint8]:
        out = np.full(target.geometry.size, 0xA5, np.uint8)
        into = backend.target(out, target)
        backend.grade(backend.source(pixels, source), backend.compile(slots, source, target), into)
        backend.finish(into)
        return out

    return grade


@pytest.fixture(scope="session")
def difference() -> Callable[[NDArray[np.uint8], NDArray[np.uint8], VideoFormat], Difference]:
    def measure(ours: NDArray[np.uint8], truth: NDArray[np.uint8], format: VideoFormat) -> Difference:
        planes = zip(unpack(ours, format).planes, unpack(truth, format).planes, strict=True)
        # 4:2:0 is unpacked at a quarter of a code.
        step = 2.0 ** (format.layout.code_bits - format.layout.bits)
        apart = [np.abs(a.astype(np.int64) - b.astype(np.int64)) / step for a, b in planes]
        largest, mean = max(float(plane.max()) for plane in apart), max(float(plane.mean()) for plane in apart)
        return Difference(int(np.ceil(largest)), mean, min(plane.size for plane in apart))

    return measure


def lattice(size: int = 33, low: float = 0.0, high: float = 1.0) -> Lattice:
    """S-curve and cross-talk, different in all three channels, from `low` to `high`."""
    axis = np.linspace(0.0, 1.0, size)
    rgb = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    curved = 0.8 * rgb * rgb * (3.0 - 2.0 * rgb) + 0.2 * rgb
    mixed = curved @ np.array([[0.90, 0.06, 0.04], [0.05, 0.92, 0.03], [0.02, 0.08, 0.90]]).T
    return Lattice(low + (high - low) * mixed)


def cdl(
    slope: tuple[float, float, float] = (1.1, 0.95, 1.05),
    offset: tuple[float, float, float] = (0.01, -0.02, 0.015),
    power: tuple[float, float, float] = (1.1, 0.95, 1.02),
    saturation: float = 1.15,
    clamps: bool = True,
) -> tuple[Curves, Matrix3, Curves]:
    """ASC CDL v1.2 in the slots before the lattice."""
    clamp = (Clamp(0.0, 1.0),) if clamps else ()
    curves = [Curve((Affine(s, o), *clamp, Power(p))) for s, o, p in zip(slope, offset, power, strict=True)]
    matrix = saturation * np.eye(3) + (1.0 - saturation) * WEIGHTS
    last = Curve(clamp)
    return Curves(*curves), Matrix3(matrix), Curves(last, last, last)


def _shaper() -> Curves:
    x = np.linspace(0.0, 1.0, 64)
    return Curves(
        Curve((Table(-0.05, 1.05, x**0.8),)),
        Curve((Affine(0.9, 0.02), Table(0.0, 1.0, x**1.2))),
        Curve((Table(0.0, 1.2, 0.05 + 0.9 * x),)),
    )


def _after() -> tuple[Curves, Matrix3, Curves]:
    toe = Curve((Power(1.1), Affine(0.98, 0.01)))
    mix = np.array([[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.2, 0.8]])
    end = Curve((Clamp(0.0, 1.0), Table(0.0, 1.0, np.linspace(0.02, 0.97, 17) ** 1.1)))
    return Curves(toe, toe, toe), Matrix3(mix), Curves(end, Curve(), end)


def _contrast() -> Lattice:
    """About as steep as a camera-log to Rec.709 LUT."""
    axis = 1.0 / (1.0 + np.exp(-16.0 * (np.linspace(0.0, 1.0, 33) - 0.45)))
    return Lattice(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1))


BLEACH = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.1, 0.3, 0.6]])

LOOKS = {
    "lut": lambda: SlotForm(lattice=lattice()),
    "lut 17": lambda: SlotForm(lattice=lattice(17)),
    "lut 2": lambda: SlotForm(lattice=lattice(2)),
    "lut 32": lambda: SlotForm(*cdl(), lattice=lattice(32)),
    "lut 65": lambda: SlotForm(*cdl(), lattice=lattice(65)),
    "steep lut": lambda: SlotForm(*cdl(), lattice=_contrast()),
    "cdl": lambda: SlotForm(*cdl()),
    "cdl lut": lambda: SlotForm(*cdl(), lattice=lattice()),
    "cdl lut beyond 0..1": lambda: SlotForm(*cdl(), lattice=lattice(33, -0.3, 1.3)),
    "cdl lut far beyond": lambda: SlotForm(*cdl(), lattice=lattice(33, -2.0, 3.0)),
    "strong cdl lut": lambda: SlotForm(
        *cdl((1.2, 1.4, 1.6), (-0.08, 0.05, 0.0), (0.7, 0.8, 1.3), 1.4), lattice=lattice()
    ),
    "power one half": lambda: SlotForm(*cdl(power=(0.5, 0.5, 0.5)), lattice=lattice()),
    "power two": lambda: SlotForm(*cdl(power=(1.8, 1.5, 2.2)), lattice=lattice()),
    "grey": lambda: SlotForm(*cdl(saturation=0.0), lattice=lattice()),
    "very saturated": lambda: SlotForm(*cdl(saturation=3.0), lattice=lattice()),
    "no clamps": lambda: SlotForm(*cdl(clamps=False), lattice=lattice()),
    "no clamps, no lut": lambda: SlotForm(*cdl(clamps=False)),
    "shaper": lambda: SlotForm(curve2=_shaper(), lattice=lattice()),
    "matrix": lambda: SlotForm(matrix1=Matrix3(BLEACH), lattice=lattice()),
    "matrix after": lambda: SlotForm(lattice=lattice(), matrix2=Matrix3(BLEACH)),
    "all slots": lambda: SlotForm(*cdl(), lattice(), *_after()),
    "identity": SlotForm,
}


@pytest.fixture(scope="session", params=list(LOOKS))
def look(request: pytest.FixtureRequest) -> SlotForm:
    return LOOKS[request.param]()


@pytest.fixture(scope="session")
def looks() -> dict[str, SlotForm]:
    return {name: make() for name, make in LOOKS.items()}
