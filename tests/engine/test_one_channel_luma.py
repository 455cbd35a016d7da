"""Saturation matrices whose luma is one channel alone: a weight of 1 does not fit a signed 16-bit lane."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Matrix, Samples
from livegrade.engine.native import Native
from livegrade.engine.reference import Reference
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

FORM = VideoFormat(192, 32, Rate.of(25), layout("v210"))


@pytest.mark.parametrize("channel", [0, 1, 2])
@pytest.mark.parametrize("saturation", [0.0, 0.5])
def test_luma_of_one_channel_alone_is_within_one_code(channel: int, saturation: float) -> None:
    rows = saturation * np.eye(3)
    rows[:, channel] += 1.0 - saturation
    axis = np.linspace(0.0, 1.0, 33) ** 1.1
    table = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    look = Look((Cdl(slope=(1.1, 1.0, 0.9), power=(1.1, 1.0, 1.0)), Matrix(rows.tolist()), Lut3d(Samples(table))))
    words = np.random.default_rng(3).integers(64, 940, (FORM.geometry.size // 4, 3), dtype=np.uint32)
    pixels = (words[:, 0] | words[:, 1] << 10 | words[:, 2] << 20).astype("<u4").view(np.uint8)
    results = []
    for backend in (Native(1), Reference()):
        out = np.zeros_like(pixels)
        program = backend.compile(look.slots(), FORM, FORM)
        backend.grade(backend.source(pixels, FORM), program, backend.target(out, FORM))
        results.append(unpack(out, FORM).planes)
    worst = max(int(np.abs(a.astype(int) - b).max()) for a, b in zip(*results, strict=True))
    assert worst <= 1
