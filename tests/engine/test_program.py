"""Folding a slot form changes nothing but rounding; copies and repacks lose nothing; what does not fit is refused."""

from __future__ import annotations

import math

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.reach import EXCURSIONS
from livegrade.color.slots import Affine, Clamp, Curve, Curves, Matrix3, SlotForm
from livegrade.color.tabulate import hold_note, tabulated
from livegrade.engine import program as rules
from livegrade.engine.native import Native
from livegrade.engine.program import Cube, Lookup, Mix, Raise, Ramp
from livegrade.errors import EngineError, FormatError, LookFileError
from livegrade.video.codes import unpack
from livegrade.video.format import Range


def run(operations, codes):
    """Operations in float64 on (n, 3)."""
    values = codes.copy()
    for operation in operations:
        match operation:
            case Mix(matrix):
                values = values @ matrix[:, :3].T + matrix[:, 3]
            case Ramp(k, scale, offset, low, high):
                values[:, k] = np.clip(values[:, k] * scale + offset, low, high)
            case Raise(k, exponent):
                x = values[:, k]
                values[:, k] = np.where(x > 0, np.maximum(x, 0) ** exponent, x)
            case Lookup(k, first, last, table):
                values[:, k] = np.interp(values[:, k], np.linspace(first, last, len(table)), table)
            case Cube(lattice, tail):
                graded = SlotForm(lattice=_lattice(lattice)).apply(values)
                values = graded @ tail[:, :3].T + tail[:, 3]
    return values


def _lattice(values):
    from livegrade.color.slots import Lattice

    return Lattice(values)


def test_folding_changes_nothing(look, signal):
    source, target = signal("v210"), signal("yuv444p12", range=Range.FULL)
    codes = np.random.default_rng(3).uniform(4, 1019, (4000, 3))
    decode, encode = rules.decoding(source), rules.encoding(target)
    plain = look.apply(codes @ decode[:, :3].T + decode[:, 3]) @ encode[:, :3].T + encode[:, 3]
    assert np.abs(run(rules.operations(look, source, target), codes) - plain).max() < 1e-6


NOT_AS_OCIO = {
    "cdl_test_ASC_SOP.cc",  # it ignores the numbers
    "cdl_test_ASC_SAT.cc",
    "cdl_test_cc_file_with_extension.ccc",  # at its defaults: not run
    "cdl_test_cc_file_with_extension.cdl",
    "lut3by1d_nan_infinity_example.clf",  # no numbers in the table
}
"""Files of the test material that have tests of their own (tests/color)."""


def test_compiled_files_give_the_colours_of_ocio(shared_data, signal):
    """Every look file that needs no bake, as operations in float64, before a backend rounds anything."""
    unit = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    ramp = np.repeat(np.linspace(-0.07, 1.08, 1025)[:, None], 3, axis=1)
    random = np.random.default_rng(7).uniform(-0.07, 1.08, (10_000, 3))
    rgb = np.concatenate([ramp, unit, random]).astype(np.float32)
    picture, white, compared, told = signal("gbrp16", range=Range.FULL), 65535, 0, set()
    for path in sorted((shared_data / "look-files").rglob("*.*")):
        try:
            form = Look(load_look_file(str(path))).slots()
        except LookFileError:
            continue
        if form.baked is not None or path.name in NOT_AS_OCIO:
            continue
        if hold_note(form):
            told.add(path.name)
            continue
        transform, theirs = ocio.FileTransform(str(path), "", ocio.INTERP_BEST), rgb.copy()
        transform.setCDLStyle(ocio.CDL_ASC)
        processor, depth = ocio.Config.CreateRaw().getProcessor(transform), ocio.BIT_DEPTH_F32
        processor.getOptimizedCPUProcessor(depth, depth, ocio.OPTIMIZATION_LOSSLESS).applyRGB(theirs)
        given = run(rules.operations(tabulated(form), picture, picture), rgb.astype(np.float64) * white) / white
        # Held to what a wire carries: tables of a program end beyond it.
        given, theirs = (np.clip(colours, *EXCURSIONS) for colours in (given, theirs))
        assert np.abs(given - theirs).max() < 1e-5, path.name
        compared += 1
    # Stairs of half floats, linear light far below black, XYZ to CIELAB: tables change these, and `look info` says so.
    assert told == {"id_bad_value.clf", "log_all_styles.clf", "lut1d_half_domain_raw_half_set.clf"}
    assert compared == 65


def test_everything_linear_is_folded(looks, signal):
    format = signal("v210")

    def kinds(name):
        return [type(operation) for operation in rules.operations(looks[name], format, format)]

    assert kinds("lut") == [Mix, Cube]
    assert kinds("matrix") == [Mix, Cube]
    assert kinds("matrix after") == [Mix, Cube]
    assert kinds("identity") == [Mix]
    assert kinds("cdl lut") == [Mix, *[Ramp, Raise] * 3, Mix, Cube]
    assert kinds("no clamps") == [Mix, Raise, Raise, Raise, Mix, Cube]


def test_a_clamp_tighter_than_the_lattice_stays(looks, signal):
    tight = Curve((Clamp(0.1, 0.9),))
    look = SlotForm(curve2=Curves(tight, tight, tight), lattice=looks["lut"].lattice)
    assert Ramp(0, 1.0, 0.0, 0.1, 0.9) in rules.operations(look, signal("v210"), signal("v210"))


def test_a_negative_scale_behind_a_clamp(signal):
    curve = Curve((Clamp(0.0, 1.0), Affine(-2.0, 1.0), Clamp(-math.inf, 0.5)))
    look = SlotForm(curve1=Curves(curve, Curve(), Curve()))
    assert Ramp(0, -2.0, 1.0, -1.0, 0.5) in rules.operations(look, signal("v210"), signal("v210"))


@pytest.mark.parametrize("name", ["v210", "uyvy", "r210", "R12B", "bgra", "yuv420p10", "p216"])
def test_same_layout_is_a_copy_of_all_bytes(name, backend, signal, graded):
    """Padding and reserved codes included."""
    format = signal(name, 50, 4)
    pixels = np.random.default_rng(5).integers(0, 256, format.geometry.size, dtype=np.uint8)
    assert backend.compile(SlotForm(), format, format).path == "copy"
    assert np.array_equal(graded(backend, SlotForm(), pixels, format, format), pixels)


@pytest.mark.parametrize("range", list(Range))
@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("v210", "p216"),
        ("v210", "yuv422p10"),
        ("uyvy", "v210"),
        ("yuv422p12", "yuv422p16"),
        ("gbrp", "R12L"),
        ("yuv420p", "nv12"),
        ("nv12", "p010"),
        ("p010", "yuv420p16"),
    ],
)
def test_repack_and_back_loses_nothing(narrow, wide, range, backend, signal, random_picture, graded):
    source, target = signal(narrow, 99, 5, range=range), signal(wide, 99, 5, range=range)
    pixels = random_picture(source)
    assert backend.compile(SlotForm(), source, target).path == "repack"
    there = graded(backend, SlotForm(), pixels, source, target)
    back = unpack(graded(backend, SlotForm(), there, target, source), source)
    assert all(np.array_equal(a, b) for a, b in zip(back.planes, unpack(pixels, source).planes, strict=True))


def test_a_repack_of_legal_codes_is_a_shift(backend, signal, random_picture, graded):
    source, target = signal("uyvy"), signal("v210")
    pixels = random_picture(source)
    ours = unpack(graded(backend, SlotForm(), pixels, source, target), target)
    for plane, narrow in zip(ours.planes, unpack(pixels, source).planes, strict=True):
        assert np.array_equal(plane, narrow << 2)


def test_sizes_and_formats_that_do_not_fit_are_refused(backend, signal):
    small, large = signal("v210", 64, 4), signal("v210", 66, 4)
    with pytest.raises(FormatError, match="scale it"):
        backend.compile(SlotForm(), small, large)
    program = backend.compile(SlotForm(matrix1=Matrix3(np.eye(3) * 0.5)), small, small)
    picture = backend.source(np.zeros(large.geometry.size, np.uint8), large)
    into = backend.target(np.zeros(small.geometry.size, np.uint8), small)
    with pytest.raises(FormatError, match="compile it again"):
        backend.grade(picture, program, into)


def test_threads_are_bounded():
    for threads in (0, 1000):
        with pytest.raises(EngineError, match="threads"):
            Native(threads)


def test_a_turned_wheel_keeps_the_lattice(looks, signal):
    """Only curves and matrices are built again: the lattice is found by its identity and what is folded in."""
    native, format = Native(1), signal("v210")
    look = looks["cdl lut"]
    cube = rules.operations(look, format, format)[-1]
    before = native._lattices.fixed(cube, 10)
    turned = SlotForm(looks["power two"].curve1, look.matrix1, look.curve2, look.lattice)
    native.compile(turned, format, format)
    assert native._lattices.fixed(rules.operations(turned, format, format)[-1], 10) is before
    other = rules.operations(looks["steep lut"], format, format)[-1]
    assert native._lattices.fixed(other, 10) is not before
