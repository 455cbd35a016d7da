"""Looks with formulas (camera curves, mixes, points) through the backends against the look itself in float64."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.balance import WhiteBalance
from livegrade.color.camera import CURVES
from livegrade.color.grading import Exposure, RgbCurves
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.space import D65, REC709, ColorSpace, rgb_to_xyz
from livegrade.color.transforms import ColorSpaceTransform
from livegrade.engine.native import Native
from livegrade.engine.reference import Reference
from livegrade.video.codes import unpack
from livegrade.video.format import Range

LOGC3 = ColorSpace(CURVES["arri-logc3"], rgb_to_xyz(((0.6840, 0.3130), (0.2210, 0.8480), (0.0861, -0.1020)), D65))
LOOKS = {
    "exposure": (Exposure(-0.7, LOGC3),),
    "white balance": (WhiteBalance(4300.0, LOGC3, 4.0),),
    "camera to display": (Exposure(0.3, LOGC3), ColorSpaceTransform(LOGC3, REC709)),
    "mixed cdl": (Cdl((1.2, 1.0, 0.9), (0.01, 0.0, -0.02), (1.1, 0.9, 1.0), mix=40.0),),
    "points": (RgbCurves(((0.0, 0.03), (0.4, 0.35), (1.0, 0.95)), blue=((0.0, 0.1), (1.0, 1.0))),),
}


@pytest.mark.parametrize("backend", [Reference(), Native(1)], ids=["reference", "native"])
@pytest.mark.parametrize("name", LOOKS)
def test_a_look_with_formulas_comes_out_as_written(backend, name, signal, random_picture, graded):
    format = signal("gbrp10", range=Range.FULL)
    pixels = random_picture(format, 5)
    look = Look(LOOKS[name])
    form = look.slots()
    assert form.baked is None
    ours = np.stack(unpack(graded(backend, form, pixels, format, format), format).planes, axis=-1)
    rgb = np.stack(unpack(pixels, format).planes, axis=-1) / 1023
    truth = np.clip(look.apply(rgb) * 1023, 0, 1023)
    assert np.abs(ours - truth).max() < 0.55  # half a code of rounding and float32
