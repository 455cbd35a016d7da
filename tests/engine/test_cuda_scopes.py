"""Scope counts of the GPU backend: equal to the NumPy reference, number for number."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.errors import FormatError
from livegrade.scopes.area import Area
from livegrade.scopes.measure import ScopeCounts, ScopeRequest, measure
from livegrade.scopes.plot import Balance, Chromaticities, Diagram
from livegrade.video.format import Matrix, Range, Scan
from livegrade.video.layouts import LAYOUTS

sys.path.insert(0, str(Path(__file__).parent))
from cuda_cases import WHERE, backend, form, noise
from cuda_shim import ORDERS, ShimDevice

EVERYTHING = ScopeRequest(ycbcr=True)


def counted(where: str, picture: object, pixels: np.ndarray, request: ScopeRequest, order: int = 0) -> ScopeCounts:
    """Into arrays that held something else before."""
    gpu, out = backend(where, order), ScopeCounts.empty(request, picture)
    for array in (out.waveform, out.histogram, out.vectorscope, out.plot):
        array[...] = 77
    gpu.measure(gpu.source(pixels, picture), request, out)
    return out


def assert_equal(ours: ScopeCounts, truth: ScopeCounts) -> None:
    for name in ("waveform", "histogram", "vectorscope", "plot"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(truth, name), err_msg=name)


def reference(picture: object, pixels: np.ndarray, request: ScopeRequest) -> ScopeCounts:
    out = ScopeCounts.empty(request, picture)
    measure(pixels, picture, request, out)
    return out


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout(where: str, name: str) -> None:
    picture = form(name, 45, 37)
    pixels = noise(picture)
    assert_equal(counted(where, picture, pixels, EVERYTHING), reference(picture, pixels, EVERYTHING))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("matrix", Matrix)
@pytest.mark.parametrize("range", Range)
@pytest.mark.parametrize("name", ["v210", "R12B"])
def test_every_matrix_and_range(where: str, name: str, range: Range, matrix: Matrix) -> None:
    picture = form(name, 96, 64, range, matrix)
    pixels = noise(picture)
    assert_equal(counted(where, picture, pixels, EVERYTHING), reference(picture, pixels, EVERYTHING))


@pytest.mark.parametrize("where", WHERE)
def test_fields_of_420_are_counted_apart(where: str) -> None:
    picture = form("yuv420p10", 70, 38, scan=Scan.INTERLACED_TFF)
    pixels = noise(picture)
    assert_equal(counted(where, picture, pixels, EVERYTHING), reference(picture, pixels, EVERYTHING))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("phase", range(4))
@pytest.mark.parametrize("name", ["v210", "yuv420p10", "bgra"])
def test_every_second_sample(where: str, name: str, phase: int) -> None:
    request = ScopeRequest(ycbcr=True, step=2, phase=phase)
    for width, height in ((70, 9), (33, 1)):
        picture = form(name, width, height)
        pixels = noise(picture)
        assert_equal(counted(where, picture, pixels, request), reference(picture, pixels, request))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    "request_",
    [
        ScopeRequest(rgb=False, vectorscope=False, histogram=False),
        ScopeRequest(luma=False, rgb=False, histogram=False),
        ScopeRequest(luma=False, rgb=False, histogram=False, vectorscope=False),
    ],
)
def test_less_than_everything(where: str, request_: ScopeRequest) -> None:
    picture = form("v210", 48, 8)
    pixels = noise(picture)
    assert_equal(counted(where, picture, pixels, request_), reference(picture, pixels, request_))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", ["v210", "yuv420p10", "bgra"])
def test_a_part_of_the_picture(where: str, name: str) -> None:
    picture = form(name, 145, 37)
    pixels = noise(picture)
    for number, area in enumerate((Area(0, 36, 145, 1), Area(20, 5, 48, 9), Area(140, 0, 5, 37))):
        for step in (1, 2):
            request = ScopeRequest(ycbcr=True, area=area, step=step).at(number)
            assert_equal(counted(where, picture, pixels, request), reference(picture, pixels, request))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", ["v210", "yuv420p10", "bgra", "yuv444p10"])
def test_plots(where: str, name: str) -> None:
    picture = form(name, 145, 37)
    pixels = noise(picture)
    chromaticities = Chromaticities(Diagram.XY, camera("ALEXA 35").space, Range.LEGAL)
    for number, plot in enumerate((chromaticities, Balance(300, 600))):
        for area in (None, Area(20, 5, 48, 9)):
            request = ScopeRequest(area=area, plot=plot, step=1 + (area is None)).at(number)
            assert_equal(counted(where, picture, pixels, request), reference(picture, pixels, request))


@pytest.mark.parametrize("where", WHERE)
def test_one_colour_all_over(where: str) -> None:
    """All counts in one place: neither the 16-bit halves nor the runs of the vectorscope lose any."""
    picture = form("v210", 96, 300)
    words = np.full(picture.geometry.size // 4, 512 | 501 << 10 | 512 << 20, np.uint32)
    words[1::2] = 501 | 512 << 10 | 501 << 20
    pixels = words.view(np.uint8)
    truth = reference(picture, pixels, EVERYTHING)
    assert truth.vectorscope.max() == 48 * 300
    assert_equal(counted(where, picture, pixels, EVERYTHING), truth)


def test_the_order_of_threads_does_not_matter_and_counts_come_down_once() -> None:
    picture = form("v210", 96, 40)
    results = [counted("shim", picture, noise(picture), EVERYTHING, order) for order in ORDERS]
    for other in results[1:]:
        assert_equal(results[0], other)
    gpu = backend("shim")
    device = gpu.device
    assert isinstance(device, ShimDevice)
    gpu.measure(gpu.source(noise(picture), picture), EVERYTHING, ScopeCounts.empty(EVERYTHING, picture))
    assert (len(device.sent), len(device.fetched)) == (1, 1)


def test_counts_of_another_request_are_refused() -> None:
    picture, gpu = form("v210", 48, 8), backend("shim")
    with pytest.raises(FormatError):
        gpu.measure(gpu.source(noise(picture), picture), EVERYTHING, ScopeCounts.empty(ScopeRequest(), picture))
