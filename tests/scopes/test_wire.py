"""The integer formulas of scopes against colour-science and against the standards' own numbers."""

import warnings

import numpy as np
import pytest

from livegrade.scopes import wire
from livegrade.video.format import Matrix, Range

WEIGHTS = {
    Matrix.BT601: "ITU-R BT.601",
    Matrix.BT709: "ITU-R BT.709",
    Matrix.BT2020: "ITU-R BT.2020",
}
CASES = [(matrix, range) for matrix in Matrix for range in Range]


def random_codes(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    noise = np.random.default_rng(seed)
    return tuple(noise.integers(0, 1024, (1, count), dtype=np.int32) for _ in (0, 1, 2))


@pytest.mark.parametrize(("matrix", "range"), CASES)
def test_rgb_is_the_rounded_product_of_the_standard_matrix(matrix: Matrix, range: Range) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks about optional packages that are not needed here
        import colour
    y, cb, cr = random_codes(1, 20000)
    legal = range is Range.LEGAL
    span = 876.0 if legal else 1023.0
    black = 64.0 if legal else 0.0
    chroma_span = 896.0 if legal else 1023.0
    ours = np.stack(wire.rgb_of_ycbcr(y, 2 * cb - 1024, 2 * cr - 1024, wire.wire_factors(matrix, range)), axis=-1)
    normal = np.stack([(y - black) / span, (cb - 512) / chroma_span, (cr - 512) / chroma_span], axis=-1)
    truth = colour.YCbCr_to_RGB(
        normal,
        K=colour.WEIGHTS_YCBCR[WEIGHTS[matrix]],
        in_bits=10,
        in_legal=False,
        in_int=False,
        out_legal=False,
    )
    codes = np.clip(black + span * truth, 0, 1023)
    assert np.abs(ours - codes).max() < 0.502
    assert np.abs((ours - codes).mean()) < 0.01


@pytest.mark.parametrize(("matrix", "range"), CASES)
def test_grey_stays_itself(matrix: Matrix, range: Range) -> None:
    factors = wire.wire_factors(matrix, range)
    for bits in (8, 10, 12, 16):
        grey = np.arange(2**bits, dtype=np.uint16)[None]
        assert np.array_equal(wire.luma_of_rgb((grey, grey, grey), factors), grey)
    grey = np.arange(1024, dtype=np.int32)[None]
    zero = np.zeros_like(grey)
    for plane in wire.rgb_of_ycbcr(grey, zero, zero, factors):
        assert np.array_equal(plane, grey)
    for row in (factors.cb, factors.cr):
        assert np.all(wire.chroma_of_rgb(grey, grey, grey, row) == 512)


@pytest.mark.parametrize(("matrix", "range"), CASES)
def test_chroma_of_rgb_undoes_rgb_of_ycbcr(matrix: Matrix, range: Range) -> None:
    noise = np.random.default_rng(2)
    y = noise.integers(400, 600, (1, 5000), dtype=np.int32)
    cb, cr = (noise.integers(440, 580, (1, 5000), dtype=np.int32) for _ in (0, 1))
    factors = wire.wire_factors(matrix, range)
    rgb = wire.rgb_of_ycbcr(y, 2 * cb - 1024, 2 * cr - 1024, factors)
    assert np.abs(wire.chroma_of_rgb(*rgb, factors.cb) - cb).max() <= 1
    assert np.abs(wire.chroma_of_rgb(*rgb, factors.cr) - cr).max() <= 1
    luma = wire.luma_of_rgb(tuple(plane.astype(np.uint16) for plane in rgb), factors)
    assert np.abs(luma.astype(np.int32) - y).max() <= 1


def test_bt709_legal_factors_are_those_of_the_engine_notes() -> None:
    factors = wire.wire_factors(Matrix.BT709, Range.LEGAL)
    assert factors.red_v / 2**19 == pytest.approx(0.7874 * 876 / 896, abs=2**-19)
    assert factors.blue_u / 2**19 == pytest.approx(0.9278 * 876 / 896, abs=2**-19)
    assert sum(factors.luma) == 2**15
    assert sum(factors.cb) == sum(factors.cr) == 0


def test_depths_come_to_10_bits_by_shifts() -> None:
    codes = np.array([[0, 1, 255]], np.uint16)
    assert wire.to_10_bits(codes, 8).tolist() == [[0, 4, 1020]]
    assert wire.to_10_bits(np.array([[4095, 7]], np.uint16), 12).tolist() == [[1023, 1]]
    assert wire.to_10_bits(np.array([[65535, 64]], np.uint16), 16).tolist() == [[1023, 1]]


def test_doubled_chroma_is_linear_and_co_sited() -> None:
    chroma = np.array([[10, 20, 40]], np.int32)
    assert wire.doubled_chroma(chroma, 6).tolist() == [[20, 30, 40, 60, 80, 80]]
    assert wire.doubled_chroma(chroma, 5).tolist() == [[20, 30, 40, 60, 80]]
    assert wire.doubled_chroma(chroma, 3).tolist() == [[20, 40, 80]]
