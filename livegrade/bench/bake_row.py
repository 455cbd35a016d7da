"""The row that times a bake: a CDL and a LUT as one lattice of 65 points, as for a LUT box while a wheel is turned."""

from __future__ import annotations

import time

import numpy as np

from livegrade.bench import material
from livegrade.bench.rows import BenchRow, at_most
from livegrade.color.native import native_run

POINTS = 65
CEILING_MS = 10.0
UNIT = ((0.0, 1.0),) * 3


def bake_row(rounds: int) -> BenchRow:
    """Set-up and sampling of CDL, power and saturation and a 33-point LUT, compared with float64 at the end."""
    form = material.cdl_and_lut()
    assert form.lattice is not None  # noqa: S101  it ends in one
    elements = (form.curve1, form.matrix1, form.curve2, form.lattice)
    axis = np.linspace(0.0, 1.0, POINTS)
    took, baked = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        run = native_run(elements, UNIT)
        assert run is not None  # noqa: S101  nothing of it is opaque
        baked = run.sample([axis] * 3)
        took.append((time.perf_counter() - began) * 1e3)
    assert baked is not None  # noqa: S101  there is one round at least
    places = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)[::4, ::4, ::4]
    off = float(np.abs(baked[::4, ::4, ::4] - form.apply(places)).max()) * 1023
    fastest, median = min(took), float(np.median(took))
    detail = f"fastest of {rounds}, median {median:.1f} ms; off from float64 by {off:.4f} codes of 10 bits at most"
    values = (("fastest_ms", fastest), ("median_ms", median), ("off_codes", off))
    figure = f"CDL with power + LUT33 baked to {POINTS} points"
    return BenchRow(figure, f"{fastest:.1f} ms", f"{CEILING_MS:g} ms", at_most(fastest, CEILING_MS), detail, values)
