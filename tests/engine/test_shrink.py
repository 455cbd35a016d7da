"""Small pictures against float64 integrals over areas, and against Pillow's box filter."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from livegrade.engine import program as rules
from livegrade.engine.reference import full_chroma
from livegrade.engine.sample import Patch
from livegrade.engine.shrink import CHANNELS, Shrink, fitted
from livegrade.video.codes import unpack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import LAYOUTS
from livegrade_shaders import _native

WHOLE = (0, 0, 96, 54)
SIZES = [(98, 54), (49, 27), (31, 17), (7, 5), (1, 1)]


def means(values: np.ndarray, places: int, pixels: int, begin: float, step: int) -> np.ndarray:
    """The mean along the last axis from edge to edge of `places` equal parts of `pixels`: sample i is `step` pixels
    long and the first begins at `begin`; the outermost go on for as long as one likes."""
    held = np.pad(values, [*[(0, 0)] * (values.ndim - 1), (2, 2)], mode="edge")
    edges = begin + step * (np.arange(held.shape[-1] + 1) - 2)
    total = np.concatenate([np.zeros((*held.shape[:-1], 1)), np.cumsum(held * step, axis=-1)], axis=-1)
    asked = np.arange(places + 1) * pixels / places
    at = np.apply_along_axis(lambda row: np.interp(asked, edges, row), -1, total)
    return np.diff(at, axis=-1) * places / pixels


def expected(pixels: np.ndarray, format: VideoFormat, width: int, height: int) -> np.ndarray:
    planes = []
    for plane in unpack(pixels, format).planes:
        halved = plane.shape[1] != format.width
        down = means(plane.astype(float).T, height, format.height, 0, 1).T
        planes.append(means(down, width, format.width, -0.5 if halved else 0, 2 if halved else 1))
    rows = rules.decoding(format)
    rgb = np.stack(planes, axis=-1) @ rows[:, :3].T + rows[:, 3]
    return np.clip(rgb, 0, 1) * 255


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_each_pixel_is_the_mean_of_its_area(name, signal, random_picture, native) -> None:
    format = signal(name, 98, 54)
    pixels = random_picture(format)
    shrink = Shrink(native)
    for width, height in SIZES:
        out = np.full((height, width, CHANNELS), 7, np.uint8)
        shrink.draw(pixels, format, out)
        assert np.abs(out[..., :3] - expected(pixels, format, width, height)).max() < 0.51
        assert (out[..., 3] == 255).all()


@pytest.mark.parametrize("name", ["v210", "uyvy", "nv12", "R12L", "gbrp"])
def test_an_area_in_its_own_size_has_the_pixels_of_the_picture_decoded(name, signal, random_picture, native) -> None:
    format = signal(name, 98, 54)
    pixels = random_picture(format)
    decode = rules.decoding(format)
    whole = full_chroma(unpack(pixels, format), format) @ decode[:, :3].T + decode[:, 3]
    for x, y, width, height in ((0, 0, 98, 54), (13, 7, 31, 17), (97, 53, 1, 1)):
        out = np.empty((height, width, CHANNELS), np.uint8)
        Shrink(native).draw(pixels, format, out, Patch(x, y, width, height))
        wanted = 255 * np.clip(whole[y : y + height, x : x + width], 0, 1)
        assert np.abs(out[..., :3] - wanted).max() < 0.51
    with pytest.raises(ValueError, match="does not lie inside"):
        Shrink(native).draw(pixels, format, np.empty((2, 2, CHANNELS), np.uint8), Patch(97, 0, 2, 2))


def test_in_whole_steps_it_is_the_box_filter_that_others_have(signal, random_picture, native) -> None:
    format = signal("gbrp", 320, 180, Range.FULL)
    pixels = random_picture(format)
    planes = [plane.astype(np.uint8) for plane in unpack(pixels, format).planes]
    peer = Image.fromarray(np.stack(planes, axis=-1)).resize((80, 60), Image.Resampling.BOX)
    out = np.empty((60, 80, CHANNELS), np.uint8)
    Shrink(native).draw(pixels, format, out)
    assert np.abs(out[..., :3].astype(int) - np.asarray(peer).astype(int)).max() <= 1


def test_sizes_are_fitted_and_never_larger_than_the_picture(signal) -> None:
    format = signal("v210", 1920, 1080)
    asked = [(640, 640), (640, 100), (5000, 5000), (1, 1)]
    assert [fitted(format, *size) for size in asked] == [(640, 360), (178, 100), (1920, 1080), (1, 1)]


def test_what_does_not_fit_is_refused(signal, random_picture, native) -> None:
    format = signal("v210", 96, 54)
    rows = rules.decoding(format)
    for size in ((0, 54, 8, 8), (96, 54, 8, 20_000), (-1, 54, 8, 8)):
        with pytest.raises(ValueError, match="impossible"):
            _native.Shrinker("v210", *size, rows, (0, 0, 1, 1))
    with pytest.raises(ValueError, match="layout"):
        _native.Shrinker("v211", 96, 54, 8, 8, rows, WHOLE)
    plan = _native.Shrinker("v210", 96, 54, 8, 8, rows, WHOLE)
    image = native.source(random_picture(format), format).image
    with pytest.raises(ValueError, match="small picture"):
        plan.run(native.pool, image, np.zeros((8, 9, 4), np.uint8))
    other = signal("uyvy", 96, 54)
    with pytest.raises(ValueError, match="layout and size"):
        plan.run(native.pool, native.source(random_picture(other), other).image, np.zeros((8, 8, 4), np.uint8))
