"""The look kernel against the float64 reference: layouts, looks, sizes, what the backend sends and launches."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from livegrade.color.slots import SlotForm
from livegrade.engine import cuda_arguments as values
from livegrade.engine.reference import Reference
from livegrade.errors import EngineError, FormatError
from livegrade.video.format import Matrix, Range, Scan
from livegrade.video.layouts import LAYOUTS

sys.path.insert(0, str(Path(__file__).parent))
from cuda_cases import WHERE, backend, cdl_and_lut, difference, form, graded, no_clamp, noise, tables_and_matrix
from cuda_shim import ORDERS, ShimDevice

LOOKS = {
    "cdl and lut": cdl_and_lut(),
    "wide lut": cdl_and_lut(-0.3, 1.3, 33),
    "tables, matrix after the lut": tables_and_matrix(),
    "no clamp": no_clamp(1.0001),
}
NAMES = ("v210", "uyvy", "p216", "yuv420p", "yuv420p10", "p010", "gbrp10", "R12B", "bgra", "gray10")


def assert_close(ours: np.ndarray, truth: np.ndarray, target: object) -> None:
    """DESIGN 5: one code, four at 16 bits; under 0.02 in the mean at 10 bits."""
    worst, mean = difference(ours, truth, target)
    bits = target.layout.bits
    assert worst <= (4 if bits == 16 else 1)
    if bits == 10:
        assert mean < 0.02


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_equals_the_reference(where: str, name: str, look: str) -> None:
    picture = form(name, 450, 5)
    ours = graded(backend(where), LOOKS[look], picture, picture)
    assert_close(ours, graded(Reference(), LOOKS[look], picture, picture), picture)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("target", LAYOUTS)
def test_every_layout_is_read_and_written(where: str, target: str) -> None:
    """Odd sizes; each layout once as the source and once as the target of a look."""
    names = list(LAYOUTS)
    source = names[names.index(target) - 5]
    one = form(source, 393, 3, Range.FULL, Matrix.BT2020)
    other = form(target, 393, 3, Range.LEGAL, Matrix.BT601)
    ours = graded(backend(where), LOOKS["cdl and lut"], one, other)
    assert_close(ours, graded(Reference(), LOOKS["cdl and lut"], one, other), other)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("names", ["yuv420p yuv420p", "v210 nv12", "p010 uyvy", "yuv420p16 yuv420p10"])
@pytest.mark.parametrize("height", [1, 2, 6, 7, 8])
def test_fields_of_420_stay_apart(where: str, names: str, height: int) -> None:
    """Chroma rows of an interlaced picture belong to one field; the reference knows how."""
    one, other = (form(name, 389, height, scan=Scan.INTERLACED_TFF) for name in names.split())
    ours = graded(backend(where), LOOKS["no clamp"], one, other)
    assert_close(ours, graded(Reference(), LOOKS["no clamp"], one, other), other)


@pytest.mark.parametrize("where", WHERE)
def test_fields_of_420_are_repacked_row_for_row_and_converted_where_the_scan_changes(where: str) -> None:
    fields = form("yuv420p", 401, 6, scan=Scan.INTERLACED_TFF)
    for other in (form("nv12", 401, 6, scan=Scan.INTERLACED_BFF), form("yuv420p10", 401, 6), form("yuv420p", 401, 6)):
        gpu = backend(where)
        ours, truth = graded(gpu, SlotForm(), fields, other), graded(Reference(), SlotForm(), fields, other)
        np.testing.assert_array_equal(ours, truth)


REPACKS = (
    "v210 p216, uyvy v210, p216 v210, yuv420p yuv420p10, yuv422p12 uyvy, bgra R12L, R12B gbrp12, r210 R10l, "
    "v210 yuv444p10, nv12 uyvy, nv12 p010, yuv420p16 nv12, yuv420p yuv420p16"
)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("names", REPACKS.split(", "))
def test_repack_is_exact(where: str, names: str) -> None:
    """In full range, whose steps from 10 to 16 bits are no whole number, float may round a sample the other way."""
    gpu, (source, target) = backend(where), names.split()
    for range in (Range.LEGAL, Range.FULL):
        one, other = form(source, 401, 5, range), form(target, 401, 5, range)
        assert gpu.compile(SlotForm(), one, other).path == "repack"
        ours, truth = graded(gpu, SlotForm(), one, other), graded(Reference(), SlotForm(), one, other)
        if names == "v210 p216" and range is Range.FULL:
            assert difference(ours, truth, other)[0] <= 1
        else:
            np.testing.assert_array_equal(ours, truth)


@pytest.mark.parametrize("where", WHERE)
def test_same_layout_without_a_look_is_a_copy_of_all_bytes(where: str) -> None:
    picture = form("v210", 50, 3)
    np.testing.assert_array_equal(graded(backend(where), SlotForm(), picture, picture), noise(picture))


@pytest.mark.parametrize("width", [1, 2, 3, 47, 383, 384, 385, 386, 768])
@pytest.mark.parametrize("name", ["v210", "yuv420p", "R12B"])
def test_edges_of_pictures_and_segments(name: str, width: int) -> None:
    picture = form(name, width, 3)
    ours = graded(backend("shim"), LOOKS["no clamp"], picture, picture)
    assert_close(ours, graded(Reference(), LOOKS["no clamp"], picture, picture), picture)


@pytest.mark.parametrize("name", ["v210", "yuv420p10", "R12L"])
def test_no_barrier_is_missing(name: str) -> None:
    picture = form(name, 400, 4)
    results = [graded(backend("shim", order), LOOKS["cdl and lut"], picture, picture) for order in ORDERS]
    for other in results[1:]:
        np.testing.assert_array_equal(results[0], other)


def test_a_frame_goes_up_once_and_down_once() -> None:
    gpu, picture = backend("shim"), form("v210", 96, 4)
    device = gpu.device
    assert isinstance(device, ShimDevice)
    program = gpu.compile(LOOKS["cdl and lut"], picture, picture)
    device.sent.clear()
    device.fetched.clear()
    into = gpu.target(np.zeros(picture.geometry.size, np.uint8), picture)
    gpu.grade(gpu.source(noise(picture), picture), program, into)
    gpu.finish(into)
    size = picture.geometry.size
    assert (device.sent, device.fetched, len(device.launches)) == ([size], [size], 1)


def test_a_turned_wheel_does_not_send_the_lattice_again() -> None:
    gpu, picture = backend("shim"), form("v210", 96, 4)
    device = gpu.device
    assert isinstance(device, ShimDevice)
    lattice = LOOKS["cdl and lut"].lattice
    first = gpu.compile(SlotForm(lattice=lattice), picture, picture)
    device.sent.clear()
    second = gpu.compile(SlotForm(no_clamp(1.2).curve1, lattice=lattice), picture, picture)
    assert sum(device.sent) < 1000
    assert first.place is not None
    assert second.place is not None
    assert first.place.lattice == second.place.lattice != 0


def test_structures_are_as_large_as_the_texts_say() -> None:
    structures = (values.LAYOUT, values.PICTURE, values.OPERATION, values.LOOK)
    assert [dtype.itemsize for dtype in structures] == [40, 104, 64, 240]
    structures = (values.FALSE_COLOR, values.ZEBRA, values.SCOPES, values.REPACK420)
    assert [dtype.itemsize for dtype in structures] == [304, 200, 272, 256]
    assert [dtype.itemsize for dtype in (values.EDGES, values.MARKS, values.LOWER)] == [296, 136, 240]
    assert [dtype.itemsize for dtype in (values.PLACE, values.MIX)] == [32, 336]


def test_where_there_is_no_pinned_memory_left_other_memory_does(monkeypatch, caplog) -> None:
    def refused(self: ShimDevice, size: int) -> np.ndarray:
        raise EngineError("the GPU could not give pinned memory: out of memory; use the native engine")

    monkeypatch.setattr(ShimDevice, "host_buffer", refused)
    assert backend("shim").allocate(100).size == 100
    assert "pinned memory" in caplog.text


def test_refusals() -> None:
    gpu, picture = backend("shim"), form("v210", 96, 4)
    with pytest.raises(FormatError, match="one row of"):
        gpu.source(np.zeros(5, np.uint8), picture)
    with pytest.raises(FormatError, match="scale it"):
        gpu.compile(SlotForm(), picture, form("v210", 98, 4))
    curve = no_clamp(1.1).curve1.red
    steps = SlotForm(LOOKS["cdl and lut"].curve1).curve1.red.steps * 600
    many = type(curve)(steps)
    with pytest.raises(EngineError, match="bake"):
        gpu.compile(SlotForm(type(LOOKS["no clamp"].curve1)(many, many, many)), picture, picture)
