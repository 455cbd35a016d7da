"""Native false colour and zebra against the NumPy reference: the same bytes, at every level this processor runs."""

import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from livegrade.errors import FormatError
from livegrade.scopes import native
from livegrade.scopes.bands import PRESETS, preset
from livegrade.scopes.falsecolor import Zebra, draw_zebra, false_color
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import LAYOUTS, layout
from livegrade_shaders import _native

POOL = _native.BandPool(2)


def video(name: str, width: int, height: int, range: Range = Range.LEGAL, matrix: Matrix = Matrix.BT709) -> VideoFormat:
    return VideoFormat(width, height, Rate(25), layout(name), range, matrix)


def picture(format: VideoFormat, seed: int = 1) -> np.ndarray:
    """Random codes, as wide as the layout's own codes go."""
    noise = np.random.default_rng(seed)
    shape = (format.height, format.width)
    chroma = (format.height, format.layout.chroma_width(format.width))
    top = 2**format.layout.bits
    planes = tuple(noise.integers(0, top, size, dtype=np.uint16) for size in (shape, chroma, chroma))
    return pack(Codes(planes, format.layout.bits, format.layout.is_ycbcr), format)


def image(pixels: np.ndarray, format: VideoFormat) -> _native.Image:
    planes = format.geometry.planes
    return _native.Image(
        pixels,
        format.layout.name,
        format.width,
        format.height,
        [plane.offset for plane in planes],
        [plane.stride for plane in planes],
    )


def check(source: VideoFormat, target: VideoFormat, name: str) -> None:
    pixels = picture(source)
    expected = np.zeros(target.geometry.size, np.uint8)
    given = np.zeros_like(expected)
    false_color(pixels, source, preset(name), target, expected)
    native.false_color(image(pixels, source), source, preset(name), image(given, target), target, POOL)
    assert np.array_equal(given, expected)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_as_source_and_as_target(name: str) -> None:
    for width, height in ((1, 1), (2, 3), (131, 38)):
        check(video(name, width, height), video("v210", width, height), "ire")
        check(video("yuv422p10", width, height), video(name, width, height), "ire")
        check(video(name, width, height, Range.FULL), video(name, width, height), "arri-classic")


@pytest.mark.parametrize("preset_name", PRESETS)
@pytest.mark.parametrize("matrix", list(Matrix))
def test_every_preset_and_matrix(preset_name: str, matrix: Matrix) -> None:
    check(video("r210", 64, 64, matrix=matrix), video("p216", 64, 64, Range.FULL, matrix), preset_name)


@pytest.mark.parametrize("name", LAYOUTS)
def test_zebra(name: str) -> None:
    for width, height, low, high, phase in ((1, 1, -100, None, 0), (131, 38, 60, 90, 5), (192, 33, 40, None, 9)):
        format = video(name, width, height)
        expected = picture(format)
        given = expected.copy()
        zebra = Zebra(Fraction(low), None if high is None else Fraction(high))
        draw_zebra(expected, format, zebra, phase)
        native.draw_zebra(image(given, format), format, zebra, phase, POOL)
        assert np.array_equal(given, expected)


def test_sizes_that_do_not_fit_are_refused() -> None:
    small, large = video("v210", 48, 4), video("v210", 96, 4)
    with pytest.raises(FormatError, match="does not scale"):
        native.false_color(
            image(picture(small), small), small, preset("ire"), image(picture(large), large), large, POOL
        )


@pytest.mark.parametrize("isa", [level for level in _native.isa_levels() if level != _native.isa()])
def test_every_other_level_of_this_processor(isa: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", "not every_other_level"]
    run = subprocess.run(command, env=os.environ | {"LIVEGRADE_ISA": isa}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
