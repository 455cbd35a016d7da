"""False colour and zebra of the GPU backend: the same bytes as the NumPy reference."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.color.slots import SlotForm
from livegrade.engine.cuda_backend import Cuda
from livegrade.engine.cuda_launch import Placed
from livegrade.engine.marks import Marks, box, marks_of
from livegrade.scopes.falsecolor import Zebra, draw_zebra, false_color
from livegrade.scopes.presets import PRESETS, preset
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range, Scan
from livegrade.video.layouts import LAYOUTS

sys.path.insert(0, str(Path(__file__).parent))
from cuda_cases import WHERE, backend, form, noise
from cuda_shim import ORDERS

ZEBRA = Zebra(Fraction(30), Fraction(80), Zebra(Fraction(60)))


def drawn_over(where: str, picture: object, pixels: np.ndarray, phase: int, order: int = 0) -> np.ndarray:
    """Stripes over a picture that is on the device as a target is."""
    gpu, out = backend(where, order), np.zeros_like(pixels)
    target = gpu.target(out, picture)
    program = gpu.compile(SlotForm(), picture, picture)
    gpu.grade(gpu.source(pixels, picture), program, target)
    gpu.zebra(target, ZEBRA, phase)
    gpu.finish(target)
    return out


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    ("source", "target"),
    [("v210", "v210"), ("uyvy", "p216"), ("p216", "uyvy"), ("yuv420p", "yuv420p10"), ("R12B", "v210"),
     ("v210", "R12L"), ("gbrp10", "nv12"), ("bgra", "bgra"), ("yuv422p12", "gray"), ("r210", "yuv444p12")],
)  # fmt: skip
def test_false_color_is_the_same_bytes(where: str, source: str, target: str) -> None:
    for number, name in enumerate((*PRESETS, "stops-luminance")):
        bands = preset(name, camera("ALEXA Mini", 400))
        one = form(source, 389, 5, (Range.LEGAL, Range.FULL)[number % 2], list(Matrix)[number % 3])
        other = form(target, 389, 5)
        truth, ours = np.zeros(other.geometry.size, np.uint8), np.zeros(other.geometry.size, np.uint8)
        false_color(noise(one), one, bands, other, truth)
        gpu = backend(where)
        into = gpu.target(ours, other)
        gpu.false_color(gpu.source(noise(one), one), bands, into)
        gpu.finish(into)
        np.testing.assert_array_equal(ours, truth)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", LAYOUTS)
def test_zebra_is_the_same_bytes(where: str, name: str) -> None:
    picture = form(name, 391, 5)
    pixels = whole(picture)
    truth = pixels.copy()
    draw_zebra(truth, picture, ZEBRA, 3)
    assert (truth != pixels).any()
    np.testing.assert_array_equal(drawn_over(where, picture, pixels, 3), truth)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", ["yuv420p", "p010"])
@pytest.mark.parametrize("height", [1, 6, 7])
def test_fields_of_420_stay_apart(where: str, name: str, height: int) -> None:
    picture = form(name, 391, height, scan=Scan.INTERLACED_TFF)
    pixels, bands = whole(picture), next(iter(PRESETS.values()))
    truth = pixels.copy()
    draw_zebra(truth, picture, ZEBRA, 3)
    np.testing.assert_array_equal(drawn_over(where, picture, pixels, 3), truth)
    truth, ours = np.zeros_like(pixels), np.zeros_like(pixels)
    false_color(pixels, picture, bands, picture, truth)
    gpu = backend(where)
    into = gpu.target(ours, picture)
    gpu.false_color(gpu.source(pixels, picture), bands, into)
    gpu.finish(into)
    np.testing.assert_array_equal(ours, truth)


@pytest.mark.parametrize("name", ["R12B", "v210"])
def test_zebra_in_place_does_not_depend_on_the_order_of_threads(name: str) -> None:
    picture = form(name, 400, 2)
    results = [drawn_over("shim", picture, whole(picture), 1, order) for order in ORDERS]
    for other in results[1:]:
        np.testing.assert_array_equal(results[0], other)


def whole(picture: object) -> np.ndarray:
    """Random codes as a packer writes them: padding zero, alpha opaque."""
    layout, rng = picture.layout, np.random.default_rng(7)
    width = layout.chroma_width(picture.width)
    shapes = [(picture.height, picture.width), (picture.height, width), (picture.height, width)]
    planes = [rng.integers(0, 2**layout.bits, shape).astype(np.uint16) for shape in shapes]
    return pack(Codes((planes[0], planes[1], planes[2]), layout.bits, layout.is_ycbcr), picture)


class _CountingDevice:
    """Draws nothing."""

    def __init__(self) -> None:
        self.sent = 0

    def memory(self, size: int) -> SimpleNamespace:
        return SimpleNamespace(address=0, size=size)

    def send(self, data: np.ndarray, into: object) -> None:
        self.sent += data.size > 0

    def fetch(self, memory: object, into: np.ndarray) -> None:
        pass

    def launch(self, launch: object) -> None:
        pass


def test_marks_that_stay_are_sent_once_however_many_timecodes_go_by() -> None:
    device, picture = _CountingDevice(), form("v210", 96, 8)
    gpu = Cuda(device)  # type: ignore[arg-type]

    def one() -> Marks:
        return marks_of([box(0, 0, 8, 2, 256, (255, 0, 0))], picture)

    still = [one() for _ in range(64)]
    for _ in range(4):
        for number, marks in enumerate(still):
            gpu.marks(SimpleNamespace(placed=Placed(picture, 0)), marks)
            if number % 2:
                gpu.marks(SimpleNamespace(placed=Placed(picture, 0)), one())
    assert device.sent == 64 + 4 * 32
