"""Every backend computes what the reference computes: looks x layouts x ranges x matrices, on wide-range codes."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, SlotForm, Table
from livegrade.engine.native import Native
from livegrade.scopes.falsecolor import Zebra
from livegrade.scopes.measure import ScopeCounts, ScopeRequest
from livegrade.scopes.presets import preset
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range, Scan
from livegrade.video.layouts import LAYOUTS
from livegrade_shaders import _native

PAIRS = [
    *(
        ("v210", target)
        for target in ("v210", "uyvy", "bgra", "r210", "gbrp16", "p216", "yuv420p", "yuv444p12", "nv12")
    ),
    *((source, "v210") for source in ("uyvy", "p216", "yuv420p", "yuv420p10", "yuv444p12", "gbrp", "R12B", "bgra")),
    ("yuv422p", "yuv422p"),
    ("yuv422p10", "yuv422p12"),
    ("yuv444p", "yuv444p10"),
    ("yuv420p10", "p010"),
    ("v210", "nv12"),
    ("R12L", "R12L"),
    ("gbrp12", "yuv422p16"),
    ("p216", "p216"),
    ("gray10", "yuv422p10"),
]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_look_on_every_kind_of_layout(pair, look, backend, reference, signal, random_picture, graded, difference):
    source, target = signal(pair[0]), signal(pair[1])
    pixels = random_picture(source)
    ours, truth = (graded(each, look, pixels, source, target) for each in (backend, reference))
    assert difference(ours, truth, target).within(target.layout.bits)


FIELD_PAIRS = [("yuv420p", "yuv420p10"), ("nv12", "v210"), ("v210", "yuv420p"), ("p010", "p010")]


@pytest.mark.parametrize("pair", FIELD_PAIRS, ids="-".join)
@pytest.mark.parametrize("name", ["lut", "cdl lut", "cdl", "identity"])
def test_fields_of_420_stay_apart(name, pair, looks, backend, reference, signal, random_picture, graded, difference):
    """38 rows: into a second band."""
    source, target = (signal(each, height=38, scan=Scan.INTERLACED_BFF) for each in pair)
    pixels = random_picture(source)
    ours, truth = (graded(each, looks[name], pixels, source, target) for each in (backend, reference))
    assert difference(ours, truth, target).within(target.layout.bits)


@pytest.mark.parametrize("name", ["yuv420p", "nv12", "p010"])
@pytest.mark.parametrize("height", [6, 38])
def test_overlays_and_scopes_keep_fields_of_420_apart(name, height, backend, reference, signal, random_picture):
    form, bands, request = (
        signal(name, height=height, scan=Scan.INTERLACED_TFF),
        preset("ire"),
        ScopeRequest(ycbcr=True),
    )
    results = []
    for each in (backend, reference):
        source, out, counts = (
            random_picture(form),
            np.zeros(form.geometry.size, np.uint8),
            ScopeCounts.empty(request, form),
        )
        picture, into = each.source(source, form), each.target(out, form)
        each.measure(picture, request, counts)
        each.false_color(picture, bands, into)
        striped = each.target(source, form)
        each.zebra(striped, Zebra(Fraction(30), Fraction(80)), 3)
        for drawn in (into, striped):
            each.finish(drawn)
        results.append((out, source, counts.waveform, counts.vectorscope))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["yuv420p", "nv12", "yuv420p10", "p010", "yuv420p16"])
def test_chroma_of_fields_comes_back_from_another_layout_as_it_was(name, backend, signal, random_picture, graded):
    """Row for row and exactly, whether from planes to pairs or through more bits."""
    scan = Scan.INTERLACED_TFF
    source, between = signal(name, scan=scan), signal("yuv420p16" if name != "yuv420p16" else "p010", scan=scan)
    pixels = random_picture(source)
    there = graded(backend, SlotForm(), pixels, source, between)
    if name == "yuv420p16":  # whose low bits p010 has no room for
        pixels, there = there, graded(backend, SlotForm(), there, between, source)
        source, between = between, source
    back = graded(backend, SlotForm(), there, between, source)
    for ours, theirs in zip(unpack(back, source).planes, unpack(pixels, source).planes, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["lut", "cdl lut", "all slots", "identity"])
@pytest.mark.parametrize(("source_range", "source_matrix"), list(product(Range, Matrix)))
def test_ranges_and_matrices(
    source_range, source_matrix, name, looks, backend, reference, signal, random_picture, graded, difference
):
    for (source_name, target_name), (range, matrix) in zip(
        product(("v210", "yuv420p", "gbrp10"), ("v210", "yuv444p", "bgra")), product(Range, Matrix), strict=False
    ):
        source = signal(source_name, range=source_range, matrix=source_matrix)
        target = signal(target_name, range=range, matrix=matrix)
        pixels = random_picture(source)
        ours, truth = (graded(each, looks[name], pixels, source, target) for each in (backend, reference))
        assert difference(ours, truth, target).within(target.layout.bits), (source, target)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (3, 2), (5, 3), (31, 3), (257, 5), (258, 17), (511, 33)], ids=str)
def test_odd_sizes_bands_and_tiles(size, looks, backend, reference, signal, random_picture, graded, difference):
    for name, pair in product(("cdl lut", "steep lut", "cdl"), (("v210", "v210"), ("yuv420p", "uyvy"))):
        source, target = signal(pair[0], *size), signal(pair[1], *size)
        pixels = random_picture(source)
        ours, truth = (graded(each, looks[name], pixels, source, target) for each in (backend, reference))
        assert difference(ours, truth, target).largest <= 1, (name, pair)


@pytest.mark.parametrize("source", list(LAYOUTS))
def test_every_layout_in_and_out(source, looks, backend, reference, signal, random_picture, graded, difference):
    source = signal(source)
    pixels = random_picture(source)
    ours, truth = (graded(each, looks["cdl lut"], pixels, source, source) for each in (backend, reference))
    assert difference(ours, truth, source).within(source.layout.bits)


def test_large_pictures_of_noise(looks, backend, reference, signal, random_picture, graded, difference):
    """Enough samples for the mean to mean something."""
    for name, target in (
        *product(("lut 17", "cdl lut", "strong cdl lut", "power one half", "cdl lut beyond 0..1", "grey"), ("v210",)),
        *product(("cdl lut",), ("uyvy", "gbrp12", "p216")),
    ):
        source, target = signal("gbrp" if name == "lut 17" else "v210", 512, 80), signal(target, 512, 80)
        pixels = random_picture(source)
        ours, truth = (graded(each, looks[name], pixels, source, target) for each in (backend, reference))
        assert difference(ours, truth, target).within(target.layout.bits), (name, target)


# Down to -0.5 and up to 1.5 with slopes that a look may have, so that rounding of float32 stays below the limits.
_number = st.floats(-0.5, 1.5)
_affine = st.builds(Affine, st.floats(-1.5, 2.5), st.floats(-0.3, 0.3))
_clamp = st.tuples(_number, _number).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Clamp(*ends))
_table = st.builds(
    lambda first, span, values: Table(first, first + span, np.array(values)),
    st.floats(-0.2, 0.3),
    st.floats(0.5, 1.5),
    st.lists(st.floats(-0.2, 1.2), min_size=2, max_size=9),
)
_step = st.one_of(_affine, _clamp, _table, st.builds(Power, st.floats(0.6, 2.5)), st.just(Clamp(0.0, 1.0)))
_curve = st.lists(_step, max_size=3).map(lambda steps: Curve(tuple(steps)))
_curves = st.one_of(st.just(Curves()), st.builds(Curves, _curve, _curve, _curve))
_matrix = st.one_of(
    st.just(Matrix3()),
    st.floats(0.0, 2.5).map(lambda s: Matrix3(s * np.eye(3) + (1 - s) * np.array([0.2126, 0.7152, 0.0722]))),
    st.lists(st.floats(-0.5, 1.2), min_size=9, max_size=9).map(lambda m: Matrix3(np.array(m).reshape(3, 3))),
)
_lattice = st.builds(
    lambda size, seed, rough: Lattice(
        np.stack(np.meshgrid(*[np.linspace(0, 1, size)] * 3, indexing="ij"), axis=-1)
        + rough * np.random.default_rng(seed).uniform(-1.0, 1.0, (size, size, size, 3)) / size
    ),
    st.integers(2, 40),
    st.integers(0, 9),
    st.floats(0.0, 1.0),
)


@settings(max_examples=60)
@given(
    slots=st.builds(SlotForm, _curves, _matrix, _curves, st.one_of(st.none(), _lattice), _curves, _matrix, _curves),
    pair=st.sampled_from([("v210", "v210"), ("yuv420p", "uyvy"), ("gbrp10", "v210"), ("v210", "bgra")]),
)
def test_any_slot_form(slots, pair, native, reference, signal, random_picture, graded, difference):
    source, target = signal(pair[0], 66, 3), signal(pair[1], 66, 3)
    pixels = random_picture(source)
    ours, truth = (graded(each, slots, pixels, source, target) for each in (native, reference))
    assert difference(ours, truth, target).largest <= 1


@pytest.mark.emulated
@pytest.mark.parametrize("level", [level for level in _native.isa_levels() if level != _native.isa()])
def test_other_levels_of_this_processor(level):
    """The level is chosen once a process, so the suite runs again in another one."""
    chosen = ("test_odd_sizes_bands_and_tiles", "test_large_pictures_of_noise", "test_any_slot_form")
    tests = [f"{__file__}::{name}" for name in chosen]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"LIVEGRADE_ISA": level}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:]


def test_paths_are_what_they_are_for(native, looks, signal):
    """Which path a look takes is a promise of speed."""
    v210 = signal("v210")
    paths = {name: native.compile(look, v210, v210).path for name, look in looks.items()}
    assert paths["identity"] == "copy"
    assert paths["cdl"] == "float32"
    assert native.compile(looks["identity"], v210, signal("p216")).path == "repack"
    assert native.compile(looks["cdl lut"], v210, signal("gbrp12")).path == "float32"
    if _native.has_fixed_point():
        for name in ("lut", "lut 65", "cdl lut", "grey", "matrix after"):
            assert paths[name].startswith("int16"), name
        for name in ("steep lut", "power one half", "no clamps", "very saturated", "matrix", "shaper"):
            assert paths[name].startswith("float32, int16 lattice"), name
        for name in ("all slots", "cdl lut far beyond", "lut 2"):
            assert paths[name] == "float32", name


def test_threads_do_not_change_a_picture(looks, signal, random_picture, graded):
    format = signal("v210", 130, 67)
    pixels = random_picture(format)
    one, three = (graded(Native(threads), looks["cdl lut"], pixels, format, format) for threads in (1, 3))
    assert np.array_equal(one, three)


def test_reserved_words_are_never_written(looks, backend, signal, random_picture, graded):
    format = signal("v210", 64, 8)
    hot = SlotForm(curve1=Curves(*[Curve((Affine(9.0, -4.0),))] * 3))
    for look in (hot, looks["cdl lut far beyond"]):
        planes = unpack(graded(backend, look, random_picture(format), format, format), format).planes
        assert min(int(plane.min()) for plane in planes) == 4
        assert max(int(plane.max()) for plane in planes) == 1019
