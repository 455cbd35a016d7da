"""How far a backend is from the float64 reference, per bit depth, on a real-like picture and on wide random codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.bench import material
from livegrade.bench.engine_rows import v210
from livegrade.bench.rows import BenchRow, Verdict
from livegrade.color.slots import SlotForm
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.bench.material import Planes
    from livegrade.engine.backend import AnyBackend
    from livegrade.video.layouts import PixelLayout


@dataclass(frozen=True, slots=True)
class Depth:
    """A layout that stands for its depth, and what may be off: codes, and their mean where one is asked for."""

    layout: str
    most: int
    mean: float | None = None


DEPTHS = (Depth("uyvy", 1), Depth("v210", 1, 0.02), Depth("R12B", 1), Depth("p216", 4))
FLOOR = "1, 1, 1, 4 codes; mean 0.02 at 10 bit"
"""DESIGN 5: 8 and 10 bit within 1 code, mean under 0.02 at 10 bit; 12 bit within 1, 16 bit within 4."""


@dataclass(frozen=True, slots=True)
class Error:
    """Difference in codes over all samples of a picture."""

    most: int
    mean: float


def accuracy_row(name: str, backend: AnyBackend, reference: AnyBackend, planes: Planes) -> BenchRow:
    """CDL and lattice in every depth; `planes` is the real-like picture, reduced by the caller where time is short."""
    maxima: list[str] = []
    means: list[str] = []
    values: list[tuple[str, float]] = []
    met = True
    for depth in DEPTHS:
        form, pictures = _pictures(layout(depth.layout), planes, reference)
        errors = {kind: _error(backend, reference, pixels, form) for kind, pixels in pictures.items()}
        for kind, error in errors.items():
            met = met and error.most <= depth.most and (depth.mean is None or error.mean <= depth.mean)
            values += [
                (f"{form.layout.bits}bit_{kind}_max", error.most),
                (f"{form.layout.bits}bit_{kind}_mean", error.mean),
            ]
        worst, mean = (max(getattr(error, key) for error in errors.values()) for key in ("most", "mean"))
        maxima.append(str(worst))
        means.append(f"{mean:.4f}")
    verdict = Verdict.MET if met else Verdict.MISSED
    detail = (
        f"CDL and LUT in {', '.join(depth.layout for depth in DEPTHS)} (8, 10, 12, 16 bit), worst of a real-like and a"
        f" wide random picture; mean {', '.join(means)}"
    )
    measured = f"{', '.join(maxima)} codes"
    return BenchRow(f"error of {name} against float64", measured, FLOOR, verdict, detail, tuple(values))


def _pictures(
    kind: PixelLayout, planes: Planes, reference: AnyBackend
) -> tuple[VideoFormat, dict[str, NDArray[np.uint8]]]:
    """The real-like picture brought to that layout by the reference, and random codes of the whole range."""
    from_form, wire = v210(planes)
    form = from_form.with_layout(kind)
    real = np.zeros(form.geometry.size, np.uint8)
    target = reference.target(real, form)
    reference.grade(reference.source(wire, from_form), reference.compile(SlotForm(), from_form, form), target)
    reference.finish(target)
    return form, {"real": real, "random": random_pixels(form)}


def random_pixels(form: VideoFormat) -> NDArray[np.uint8]:
    """Independent uniform codes over the whole code range of the layout, in every plane."""
    rng = np.random.default_rng(material.SEED)
    chroma = (form.height, form.layout.chroma_width(form.width))
    top = 2**form.layout.bits - 1
    sizes = ((form.height, form.width), chroma, chroma)
    first, second, third = (rng.integers(0, top, size, dtype=np.uint16, endpoint=True) for size in sizes)
    return pack(Codes((first, second, third), form.layout.bits, form.layout.is_ycbcr), form)


def _error(backend: AnyBackend, reference: AnyBackend, pixels: NDArray[np.uint8], form: VideoFormat) -> Error:
    ours, truth = (_graded(candidate, pixels, form) for candidate in (backend, reference))
    off = np.concatenate([np.abs(a.astype(np.int64) - b).ravel() for a, b in zip(ours, truth, strict=True)])
    return Error(int(off.max()), float(off.mean()))


def _graded(backend: AnyBackend, pixels: NDArray[np.uint8], form: VideoFormat) -> tuple[NDArray[np.uint16], ...]:
    graded = np.zeros_like(pixels)
    target = backend.target(graded, form)
    backend.grade(backend.source(pixels, form), backend.compile(material.cdl_and_lut(), form, form), target)
    backend.finish(target)
    return unpack(graded, form).planes
