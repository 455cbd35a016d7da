"""Bands shared out among threads: every band once, done when `run` returns, whoever calls and however few there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout
from livegrade_shaders import _native

BAND = 32
"""Rows of a band in unpacking."""

HEIGHTS = (1, 2, BAND, BAND + 1, 3 * BAND, 9 * BAND + 5)


def picture(height: int) -> tuple[_native.Image, list[np.ndarray]]:
    form = VideoFormat(48, height, Rate.of(25), layout("v210"))
    rng = np.random.default_rng(height)
    planes = [rng.integers(4, 1020, (height, width), dtype=np.uint16) for width in (48, 24, 24)]
    pixels = pack(Codes((planes[0], planes[1], planes[2]), 10, True), form)
    plane = form.geometry.planes[0]
    return _native.Image(pixels, "v210", 48, height, [plane.offset], [plane.stride]), planes


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_nothing_is_left_undone_when_several_share_a_pool(threads: int) -> None:
    """Small jobs close together, so that helpers of one job wake in the next or after it."""
    pool = _native.BandPool(threads)
    pictures = [picture(height) for height in HEIGHTS]

    def many(seed: int) -> int:
        wrong = 0
        for choice in np.random.default_rng(seed).integers(0, len(pictures), 400):
            image, planes = pictures[choice]
            out = [np.full_like(plane, 0xFFFF) for plane in planes]
            _native.unpack(image, *out, pool)
            wrong += not all(np.array_equal(got, plane) for got, plane in zip(out, planes, strict=True))
        return wrong

    with ThreadPoolExecutor(3) as callers:
        assert list(callers.map(many, range(3))) == [0, 0, 0]
