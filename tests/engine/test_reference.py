"""The reference against others' work: colour-science for codes, OpenColorIO for a CDL and a LUT from file to pixel."""

from __future__ import annotations

import warnings
from itertools import product

import numpy as np
import PyOpenColorIO
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says at import what it misses for other parts
    import colour

from livegrade.color.slots import SlotForm
from livegrade.engine import program as rules
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range

K = {Matrix.BT601: "ITU-R BT.601", Matrix.BT709: "ITU-R BT.709", Matrix.BT2020: "ITU-R BT.2020"}
RGB = np.random.default_rng(4).uniform(-0.1, 1.1, (500, 3))


@pytest.mark.parametrize(
    ("name", "range", "matrix"),
    list(product(["yuv444p", "v210", "yuv422p12", "p216"], Range, Matrix)),
)
def test_ycbcr_codes_are_those_of_colour_science(name, range, matrix, signal):
    format = signal(name, range=range, matrix=matrix)
    bits, legal = format.layout.bits, range is Range.LEGAL
    weights = colour.WEIGHTS_YCBCR[K[matrix]]
    values = colour.RGB_to_YCbCr(
        RGB, K=weights, in_bits=bits, in_legal=False, out_bits=bits, out_legal=legal, out_int=False, in_int=False
    )
    # Floats come normalised: full range with chroma around 0, legal range in fractions of the largest code.
    expected = values * (2**bits - 1) + (0 if legal else np.array([0, 2 ** (bits - 1), 2 ** (bits - 1)]))
    encode, decode = rules.encoding(format), rules.decoding(format)
    assert np.abs(RGB @ encode[:, :3].T + encode[:, 3] - expected).max() < 1e-6
    assert np.abs(expected @ decode[:, :3].T + decode[:, 3] - RGB).max() < 1e-9


@pytest.mark.parametrize("range", list(Range))
def test_rgb_codes(range, signal):
    black, white = (256, 3760) if range is Range.LEGAL else (0, 4095)
    encode = rules.encoding(signal("gbrp12", range=range))
    ends = np.array([[0.0] * 3, [1.0] * 3]) @ encode[:, :3].T + encode[:, 3]
    assert np.allclose(ends, [[black] * 3, [white] * 3])


def test_codes_of_420_count_quarters(signal):
    """Unpacking gives Y' times 4; decoding must undo that, in full range too, where white is no power of two."""
    decode = rules.decoding(signal("yuv420p", range=Range.FULL))
    assert np.allclose(np.array([255 * 4, 512, 512]) @ decode[:, :3].T + decode[:, 3], 1.0)


@pytest.mark.parametrize("name", ["cdl lut", "strong cdl lut", "cdl lut beyond 0..1"])
def test_cdl_and_lut_are_those_of_opencolorio(name, looks, reference, signal, random_picture, graded):
    """From 16-bit R'G'B' to 16-bit R'G'B', so that only the look is between."""
    format = signal("gbrp16", 120, 40, range=Range.FULL)
    pixels = random_picture(format)
    ours = np.stack(unpack(graded(reference, looks[name], pixels, format, format), format).planes, axis=-1)
    rgb = np.stack(unpack(pixels, format).planes, axis=-1).astype(np.float32) / 65535
    expected = np.clip(_with_opencolorio(looks[name], np.ascontiguousarray(rgb)) * 65535, 0, 65535)
    assert np.abs(ours - expected).max() < 2.0


def _with_opencolorio(look: SlotForm, rgb: np.ndarray) -> np.ndarray:
    steps = [curve.steps for curve in look.curve1]
    cdl = PyOpenColorIO.CDLTransform(
        slope=[step[0].scale for step in steps],
        offset=[step[0].offset for step in steps],
        power=[step[2].exponent for step in steps],
        sat=float(look.matrix1.values[0, 0] - look.matrix1.values[1, 0]),
    )
    cdl.setStyle(PyOpenColorIO.CDL_ASC)
    lut = PyOpenColorIO.Lut3DTransform(look.lattice.size)
    lut.setData(np.ascontiguousarray(look.lattice.values, np.float32).ravel())
    lut.setInterpolation(PyOpenColorIO.INTERP_TETRAHEDRAL)
    group = PyOpenColorIO.GroupTransform([cdl, lut])
    processor = PyOpenColorIO.Config.CreateRaw().getProcessor(group)
    cpu = processor.getOptimizedCPUProcessor(
        PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.OPTIMIZATION_LOSSLESS
    )
    graded = rgb.copy()
    cpu.applyRGB(graded)
    return graded
