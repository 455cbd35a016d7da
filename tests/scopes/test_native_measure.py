"""Native scope counts against the NumPy reference: equal, bin for bin, at every level this processor runs.

Other levels run in a child process, because the level is chosen once per process.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from livegrade.scopes.measure import ScopeCounts, ScopeRequest, measure
from livegrade.scopes.native import ScopeMeter
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import LAYOUTS, layout
from livegrade_shaders import _native

EVERYTHING = ScopeRequest(ycbcr=True)


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


def assert_equal(native: ScopeCounts, reference: ScopeCounts) -> None:
    assert np.array_equal(native.waveform, reference.waveform)
    assert np.array_equal(native.histogram, reference.histogram)
    assert np.array_equal(native.vectorscope, reference.vectorscope)


def check(pixels: np.ndarray, format: VideoFormat, request: ScopeRequest, meter: ScopeMeter) -> None:
    reference, native = ScopeCounts.empty(request, format), ScopeCounts.empty(request, format)
    native.waveform[:] = 77
    measure(pixels, format, request, reference)
    meter.measure(image(pixels, format), format, request, native)
    assert_equal(native, reference)


@pytest.fixture(scope="module")
def meter() -> ScopeMeter:
    return ScopeMeter(_native.BandPool(2))


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout(name: str, step: int, meter: ScopeMeter) -> None:
    for width, height, range in ((1, 1, Range.LEGAL), (149, 9, Range.FULL), (97, 6, Range.LEGAL)):
        format = VideoFormat(width, height, Rate(25), layout(name), range)
        request = ScopeRequest(ycbcr=True, step=step)
        for index in (0, 1) if step == 1 else (0, 1, 2, 3):
            check(picture(format, index), format, request.at(index), meter)


@pytest.mark.parametrize("matrix", list(Matrix))
@pytest.mark.parametrize("range", list(Range))
@pytest.mark.parametrize("name", ["v210", "r210", "yuv420p", "gbrp16"])
def test_every_matrix_and_range(matrix: Matrix, range: Range, name: str, meter: ScopeMeter) -> None:
    format = VideoFormat(480, 64, Rate(25), layout(name), range, matrix)
    check(picture(format), format, EVERYTHING, meter)


@pytest.mark.parametrize(
    "request_",
    [
        ScopeRequest(),
        ScopeRequest(rgb=False, vectorscope=False, histogram=False),
        ScopeRequest(luma=False, histogram=False),
        ScopeRequest(luma=False, rgb=False, histogram=False),
        ScopeRequest(rgb=False, histogram=False, ycbcr=True, vectorscope=False),
    ],
)
def test_every_selection(request_: ScopeRequest, meter: ScopeMeter) -> None:
    for name in ("v210", "bgra"):
        format = VideoFormat(100, 20, Rate(25), layout(name))
        check(picture(format), format, request_, meter)


def test_a_flat_full_frame_fills_one_bin_a_column(meter: ScopeMeter) -> None:
    format = VideoFormat(1920, 1080, Rate(25), layout("v210"))
    codes = Codes(
        (
            np.full((1080, 1920), 940, np.uint16),
            np.full((1080, 960), 512, np.uint16),
            np.full((1080, 960), 512, np.uint16),
        ),
        10,
        True,
    )
    counts = ScopeCounts.empty(EVERYTHING, format)
    meter.measure(image(pack(codes, format), format), format, EVERYTHING, counts)
    for row in range(4):
        assert np.all(counts.waveform[row, :, 940] == 1080)
    assert counts.vectorscope[256, 256] == 1080 * 960
    assert counts.histogram[0, 940] == 1080 * 1920


def test_a_real_picture(meter: ScopeMeter, shared_data: Path) -> None:
    import av

    with av.open(str(shared_data / "footage" / "bigbuckbunny.mp4")) as clip:
        frame = next(clip.decode(video=0)).reformat(format="yuv422p10le")
    format = VideoFormat(frame.width, frame.height, Rate(25), layout("yuv422p10"))
    planes = []
    for plane, width in zip(frame.planes, (format.width, format.width // 2, format.width // 2), strict=True):
        rows = np.frombuffer(plane, np.uint16).reshape(plane.height, -1)
        planes.append(rows[:, :width].copy())
    v210 = format.with_layout(layout("v210"))
    check(pack(Codes(tuple(planes), 10, True), v210), v210, EVERYTHING, meter)


@pytest.mark.parametrize("isa", [level for level in _native.isa_levels() if level != _native.isa()])
def test_every_other_level_of_this_processor(isa: str) -> None:
    names = "test_every_layout or test_every_matrix_and_range or test_a_flat"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", names]
    run = subprocess.run(command, env=os.environ | {"LIVEGRADE_ISA": isa}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
