"""Chroma filters: an exact round trip, and a look near identity that leaves hard chroma edges where they are."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.slots import Affine, Curve, Curves, SlotForm
from livegrade.engine.reference import chroma_down, chroma_up
from livegrade.video.codes import Codes, pack, unpack


@pytest.mark.parametrize("width", range(1, 40))
def test_down_undoes_up_at_every_width(width):
    chroma = np.random.default_rng(width).integers(0, 1024, (3, (width + 1) // 2)).astype(float)
    assert np.array_equal(chroma_down(chroma_up(chroma, width)), chroma)


@pytest.mark.parametrize("name", ["v210", "uyvy", "p216", "yuv422p12"])
@pytest.mark.parametrize("width", [1, 2, 3, 6, 47, 48, 49, 255, 256, 257, 511, 514])
def test_nothing_comes_of_doing_nothing(name, width, backend, signal, random_picture, graded):
    """Affine there and back in other slots: not seen as identity, so all stages run, and every code returns."""
    there, back = Curve((Affine(2.0, 0.25),)), Curve((Affine(0.5, -0.125),))
    look = SlotForm(curve1=Curves(there, there, there), curve4=Curves(back, back, back))
    format = signal(name, width, 3)
    pixels = random_picture(format)
    ours, before = unpack(graded(backend, look, pixels, format, format), format), unpack(pixels, format)
    assert all(np.array_equal(a, b) for a, b in zip(ours.planes, before.planes, strict=True))


def test_slope_near_one_moves_no_edge(backend, signal, graded):
    """Slope 1.0001 without clamps against the untouched picture: at most 1 code of Y', 2 of Cb and Cr."""
    format = signal("v210", 1920, 8)
    rng = np.random.default_rng(2)
    bars = rng.integers(4, 1020, (3, 8, 1920), dtype=np.uint16)
    widths = rng.integers(1, 9, 1920).cumsum()
    edges = np.searchsorted(widths, np.arange(1920))
    luma, cb, cr = bars[:, :, edges]
    planes = (luma, np.ascontiguousarray(cb[:, ::2]), np.ascontiguousarray(cr[:, ::2]))
    pixels = pack(Codes(planes, 10, True), format)
    slope = Curve((Affine(1.0001, 0.0),))
    ours = unpack(graded(backend, SlotForm(curve1=Curves(slope, slope, slope)), pixels, format, format), format)
    apart = [np.abs(a.astype(int) - b).max() for a, b in zip(ours.planes, planes, strict=True)]
    assert apart[0] <= 1
    assert max(apart[1:]) <= 2
