"""Choosing a backend: `auto` tests each candidate against the float64 reference on a small picture, takes the fastest
that passes, and says why."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, SlotForm
from livegrade.engine.reference import Reference
from livegrade.errors import EngineError, LivegradeError, UsageError
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, VideoFormat
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.engine.backend import AnyBackend

ENGINES = ("auto", "cuda", "native", "reference")

SELF_TEST_LIMIT = 1
"""Largest difference from the reference in 10-bit codes that a backend may show in its self-test (DESIGN 5)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A backend and why it was taken, for the user to read: `reason` in a few words, `details` with a sentence for
    every candidate that was tried."""

    backend: AnyBackend
    reason: str
    details: tuple[str, ...] = ()


def choose(name: str, threads: int) -> Choice:
    """The backend called `name`, or for "auto" the fastest that passes its self-test.

    `threads`: CPU threads of the native backend. Raises UsageError for an unknown name, EngineError when the one asked
    for cannot be used here.
    """
    if name not in ENGINES:
        raise UsageError(f"engine '{name}' is not known; choose one of {', '.join(ENGINES)}")
    if name == "reference":
        return Choice(Reference(), "asked for; float64, far slower than real time")
    makers: dict[str, Callable[[], AnyBackend]] = {"cuda": _cuda, "native": lambda: _native(threads)}
    if name != "auto":
        backend = makers[name]()
        return Choice(backend, f"asked for; self-test {self_test(backend):.0f} code off at most")
    passed: list[tuple[float, AnyBackend]] = []
    details: list[str] = []
    refused: list[str] = []
    for candidate, make in makers.items():
        try:
            backend = make()
            worst = self_test(backend)
            passed.append((frame_ms(backend), backend))
            details.append(f"{_timing(*passed[-1])}, self-test {worst:.0f} code off at most")
        except LivegradeError as error:
            refused.append(candidate)
            details.append(f"{candidate} not used: {error}")
    if not passed:
        raise EngineError("no engine can be used here: " + "; ".join(details))
    passed.sort(key=lambda one: one[0])
    backend = passed[0][1]
    reason = "self-test passed, " + ", ".join(_timing(*one) for one in passed)
    unused = f"; {' and '.join(refused)} not used (see livegrade doctor)" if refused else ""
    return Choice(backend, f"{reason} for a look at full HD{unused}", tuple(details))


def _timing(milliseconds: float, backend: AnyBackend) -> str:
    return f"{backend.name} {milliseconds:.1f} ms"


def frame_ms(backend: AnyBackend) -> float:
    """Milliseconds from host pixels to host pixels for a look on full HD v210, the best of five; in buffers of the
    backend's own."""
    form = VideoFormat(1920, 1080, Rate.of(25), layout("v210"))
    program = backend.compile(_test_look(), form, form)
    pixels, out = (backend.allocate(form.geometry.size) for _ in range(2))
    times = []
    for _ in range(5):
        begun = time.perf_counter_ns()
        target = backend.target(out, form)
        backend.grade(backend.source(pixels, form), program, target)
        backend.finish(target)
        times.append(time.perf_counter_ns() - begun)
    return min(times) / 1e6


def self_test(backend: AnyBackend) -> float:
    """Largest difference from the reference in codes on a small wide-range picture. Raises EngineError beyond the
    limit, so that a broken driver or compiler is found before the first picture."""
    rng = np.random.default_rng(1)
    form = VideoFormat(96, 16, Rate.of(25), layout("v210"))
    words = rng.integers(4, 1020, (form.geometry.size // 4, 3), dtype=np.uint32)
    pixels = (words[:, 0] | words[:, 1] << 10 | words[:, 2] << 20).astype("<u4").view(np.uint8)
    ours, truth = (_graded(candidate, pixels, form) for candidate in (backend, Reference()))
    worst = max(int(np.abs(a.astype(int) - b).max()) for a, b in zip(ours, truth, strict=True))
    if worst > SELF_TEST_LIMIT:
        raise EngineError(f"self-test failed, {worst} codes off the reference")
    return worst


def _graded(backend: AnyBackend, pixels: NDArray[np.uint8], form: VideoFormat) -> tuple[NDArray[np.uint16], ...]:
    out = np.zeros_like(pixels)
    target = backend.target(out, form)
    backend.grade(backend.source(pixels, form), backend.compile(_test_look(), form, form), target)
    backend.finish(target)
    return tuple(unpack(out, form).planes)


def _test_look() -> SlotForm:
    """A CDL with power and saturation before a 17-point lattice: every stage that a day's work uses."""
    curve = Curve((Affine(1.1, -0.02), Clamp(0.0, 1.0), Power(1.2)))
    weights = np.array(Matrix.BT709.luma_weights)
    saturation = Matrix3(1.15 * np.eye(3) - 0.15 * weights)
    clamp = Curve((Clamp(0.0, 1.0),))
    axis = np.linspace(0.0, 1.0, 17)
    red, green, blue = np.meshgrid(axis, axis, axis, indexing="ij")
    values = np.stack([red**0.9, 0.95 * green + 0.05 * red, blue * (0.8 + 0.2 * green)], axis=-1)
    return SlotForm(Curves(curve, curve, curve), saturation, Curves(clamp, clamp, clamp), Lattice(values))


def _cuda() -> AnyBackend:
    from livegrade.engine.cuda import open_cuda

    return open_cuda()


def _native(threads: int) -> AnyBackend:
    from livegrade.engine.native import Native

    return Native(threads)
