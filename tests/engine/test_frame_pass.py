"""One frame's pass through the engine: what is shared, what is passed through, and that the look is whole."""

from __future__ import annotations

import weakref
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.engine.engine import SIZES_KEPT, Engine, Wanted
from livegrade.engine.reference import Reference
from livegrade.engine.squeeze import lower, lowered
from livegrade.engine.view import View, ViewKind, parse_view
from livegrade.errors import UsageError
from livegrade.scopes.falsecolor import draw_zebra, false_color
from livegrade.scopes.measure import ScopeCounts, ScopeRequest, Tap, measure
from livegrade.scopes.peaking import draw_edges
from livegrade.scopes.presets import preset
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range, Scan, VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease, aligned_buffer

FORM = VideoFormat(96, 8, Rate.of(25), layout("v210"))
P216 = FORM.with_layout(layout("p216"))


class CountingReference(Reference):
    """The reference backend, counting how often it graded."""

    def __init__(self) -> None:
        self.grades = 0

    def grade(self, picture, program, into):
        self.grades += 1
        super().grade(picture, program, into)


def v210_frame() -> Frame:
    rng = np.random.default_rng(0)
    words = rng.integers(64, 940, (FORM.geometry.size // 4, 3), dtype=np.uint32)
    data = aligned_buffer(FORM.geometry.size)
    data[:] = (words[:, 0] | words[:, 1] << 10 | words[:, 2] << 20).astype("<u4").view(np.uint8)
    return Frame(Lease(data), FORM, 7, captured_ns=123)


def curve_lut(power: float) -> Lut3d:
    axis = np.linspace(0.0, 1.0, 17) ** power
    return Lut3d(Samples(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)))


LOOK = Look((Cdl(slope=(1.2, 1.0, 0.9), saturation=0.8), curve_lut(1.3)))
OTHER = Look((curve_lut(0.5),))


def graded(look: Look, frame: Frame) -> np.ndarray:
    backend = Reference()
    out = np.zeros(FORM.geometry.size, np.uint8)
    program = backend.compile(look.slots(), frame.format, FORM)
    backend.grade(backend.source(frame.data, frame.format), program, backend.target(out, FORM))
    return out


def shown(frame: Frame, view: View, form: VideoFormat = FORM, look: Look = LOOK) -> Frame:
    return Engine(Reference()).take(frame, look).output(Wanted(view, form))


def test_the_source_view_in_its_own_format_is_the_source_frame_itself() -> None:
    frame = v210_frame()
    assert shown(frame, View(ViewKind.SOURCE)) is frame


def test_the_source_view_in_another_layout_is_a_lossless_repack() -> None:
    frame = v210_frame()
    repacked = shown(frame, View(ViewKind.SOURCE), P216)
    assert np.array_equal(shown(repacked, View(ViewKind.SOURCE), FORM).data, frame.data)
    assert (repacked.look_id, repacked.drawn) == (None, False)


def test_equal_wishes_are_rendered_once() -> None:
    backend = CountingReference()
    work = Engine(backend).take(v210_frame(), LOOK)
    assert work.output(Wanted(View(), FORM)) is work.output(Wanted(View(), FORM))
    assert backend.grades == 1
    work.output(Wanted(View(), P216))
    assert backend.grades == 2


def test_graded_carries_the_look_and_all_that_came_with_the_frame() -> None:
    frame = v210_frame()
    out = shown(frame, View())
    assert np.array_equal(out.data, graded(LOOK, frame))
    assert (out.look_id, out.index, out.captured_ns) == (LOOK.id, frame.index, frame.captured_ns)


def test_bypass_leaves_creative_nodes_out_and_keeps_transforms() -> None:
    frame = v210_frame()
    assert np.array_equal(shown(frame, View(ViewKind.BYPASS)).data, graded(Look((curve_lut(1.3),)), frame))


def test_a_pass_keeps_the_look_it_began_with() -> None:
    engine, frame = Engine(Reference()), v210_frame()
    old, new = engine.take(frame, LOOK), engine.take(frame, OTHER)
    assert np.array_equal(new.output(Wanted(View(), FORM)).data, graded(OTHER, frame))
    assert np.array_equal(old.output(Wanted(View(), FORM)).data, graded(LOOK, frame))


def test_calibration_is_a_pass_of_its_own_over_the_encoded_picture() -> None:
    frame, calibration = v210_frame(), Look((curve_lut(0.8),))
    encoded = replace(frame, pixels=Lease(graded(LOOK, frame)))
    assert np.array_equal(shown(frame, View(calibration=calibration)).data, graded(calibration, encoded))


@pytest.mark.parametrize("text", ["graded", "bypass", "compare", "source"])
def test_a_picture_that_is_not_the_source_says_so(text: str) -> None:
    view = parse_view(text, None, Look((curve_lut(0.8),)) if text == "source" else None)
    assert shown(v210_frame(), view).drawn


def test_zebra_is_drawn_on_a_copy() -> None:
    frame, zebra = v210_frame(), parse_view("graded", zebra="40").zebra
    assert zebra is not None
    work = Engine(Reference()).take(frame, LOOK)
    plain = work.output(Wanted(View(), FORM)).data.copy()
    striped = work.output(Wanted(View(zebra=zebra), FORM)).data
    expected = plain.copy()
    draw_zebra(expected, FORM, zebra, frame.index)
    assert np.array_equal(striped, expected)
    assert not np.array_equal(striped, plain)
    assert np.array_equal(work.output(Wanted(View(), FORM)).data, plain)


def test_edges_are_those_of_the_picture_and_lie_over_stripes_in_the_lowered_picture() -> None:
    frame, view = v210_frame(), parse_view("graded", zebra="40", peaking="20+blue", desqueeze="1.5")
    assert view.zebra is not None
    assert view.peaking is not None
    work = Engine(Reference()).take(frame, LOOK)
    drawn = work.output(Wanted(view, FORM)).data
    plain = work.output(Wanted(View(), FORM)).data
    assert np.array_equal(plain, graded(LOOK, frame))
    low = lowered(FORM, Fraction(3, 2))
    clean = np.zeros_like(plain)
    lower(plain, FORM, low, clean)
    expected = clean.copy()
    draw_zebra(expected, FORM, view.zebra, frame.index)
    striped = expected.copy()
    draw_edges(clean, FORM, view.peaking, (low.top, low.top + low.rows), expected)
    assert not np.array_equal(expected, striped)
    assert np.array_equal(drawn, expected)


@pytest.mark.parametrize("name", ["v210", "nv12", "gbrp10"])
@pytest.mark.parametrize("zebra", ["0-60", "90+0-60"])
def test_bars_above_and_below_have_no_stripes_however_dark_those_are(name: str, zebra: str, random_picture) -> None:
    form = VideoFormat(96, 48, Rate.of(25), layout(name), scan=Scan.INTERLACED_TFF)
    frame = Frame(Lease(random_picture(form, 3)), form, 7, captured_ns=1)
    clean, striped = (
        unpack(shown(frame, parse_view("graded", desqueeze="2", **words), form, Look()).data, form).planes
        for words in ({}, {"zebra": zebra})
    )
    top, bottom = lowered(form, Fraction(2)).filled
    assert 0 < top < bottom < form.height
    for ours, plane in zip(striped, clean, strict=True):
        assert (ours[: top - 2] == plane[: top - 2]).all()  # unpacked chroma of 4:2:0 is of its neighbours too
        assert (ours[bottom + 2 :] == plane[bottom + 2 :]).all()
    assert (striped[0][:top] == clean[0][:top]).all()
    assert (striped[0][top:bottom] != clean[0][top:bottom]).any()


def test_false_color_can_be_seen_through() -> None:
    frame, bands = v210_frame(), preset("ire")
    whole = unpack(shown(frame, View(ViewKind.FALSE_COLOR, bands)).data, FORM).planes[0].astype(int)
    none = unpack(graded(LOOK, frame), FORM).planes[0].astype(int)
    view = View(ViewKind.FALSE_COLOR, bands, opacity=Fraction(25))
    mixed = unpack(shown(frame, view).data, FORM).planes[0].astype(int)
    assert np.abs(mixed - (whole + 3 * none) / 4).max() <= 0.5
    assert not np.array_equal(mixed, whole)


@pytest.mark.parametrize("tap", list(Tap))
def test_false_color_reads_the_tap_it_is_told_to(tap: Tap) -> None:
    frame, bands = v210_frame(), preset("ire")
    out = shown(frame, View(ViewKind.FALSE_COLOR, bands, tap))
    assert out.drawn
    expected = np.zeros(FORM.geometry.size, np.uint8)
    false_color(frame.data if tap is Tap.SOURCE else graded(LOOK, frame), FORM, bands, FORM, expected)
    assert np.array_equal(out.data, expected)
    assert out.look_id is None


def test_both_taps_are_measured_before_calibration_and_overlays() -> None:
    frame, request = v210_frame(), ScopeRequest()
    view = View(zebra=parse_view("graded", zebra="40").zebra, calibration=Look((curve_lut(0.8),)))
    work = Engine(Reference()).take(frame, LOOK)
    work.output(Wanted(view, FORM))
    for tap, pixels in ((Tap.SOURCE, frame.data), (Tap.GRADED, graded(LOOK, frame))):
        data = work.measure(tap, request, FORM)
        expected = ScopeCounts.empty(request, FORM)
        measure(pixels, FORM, request, expected)
        assert np.array_equal(data.counts.waveform, expected.waveform)
        assert np.array_equal(data.counts.vectorscope, expected.vectorscope)
        assert (data.index, data.tap) == (frame.index, tap)


def test_programs_are_compiled_once() -> None:
    engine = Engine(Reference())
    first = engine.program(LOOK, False, FORM, FORM)
    assert engine.program(LOOK, False, FORM, FORM) is first
    assert engine.program(Look(LOOK.nodes), False, FORM, FORM) is first
    assert engine.program(LOOK, True, FORM, FORM) is not first


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("purple", {}),
        ("graded:ire", {}),
        ("false-color:nope", {}),
        ("false-color", {"tap": "middle"}),
        ("graded", {"zebra": "bright"}),
        ("graded", {"zebra": "80-70"}),
        ("graded", {"zebra": "70-"}),
        ("graded", {"zebra": "999"}),
        ("graded", {"zebra": "109.1"}),
        ("graded", {"zebra": "70-110"}),
        ("graded", {"zebra": "1e999999999"}),
        ("graded", {"zebra": "9" * 5000}),
    ],
)
def test_views_that_make_no_sense_are_refused_with_a_sentence(text: str, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        parse_view(text, **options)


def test_views_say_what_they_show() -> None:
    assert str(parse_view("false-color:ire", tap="graded", zebra="70-75")) == "false-color ire, graded, zebra 70-75 %"


@pytest.mark.parametrize("span", list(Range))
def test_the_source_view_keeps_the_range_of_the_source_whatever_the_sink_asks_for(span: Range) -> None:
    source = replace(FORM, range=span)
    accepted = replace(P216, range=Range.LEGAL, matrix=Matrix.BT709)
    drawn = View(ViewKind.SOURCE).format(source, accepted, Look())
    assert (drawn.range, drawn.layout) == (span, P216.layout)
    assert View().format(source, accepted, Look()) == accepted


def test_memory_of_the_many_sizes_of_a_window_that_is_drawn_larger_is_let_go_and_held_pictures_stay() -> None:
    made: list[weakref.ref[np.ndarray]] = []

    class Watched(Reference):
        def allocate(self, size: int) -> np.ndarray:
            buffer = aligned_buffer(size)
            made.append(weakref.ref(buffer))
            return buffer

    engine = Engine(Watched())
    held = engine.lease(FORM)
    held.data[:] = 7
    for width in range(100, 1100, 50):
        engine.lease(replace(FORM, width=width))
    assert len(made) > SIZES_KEPT
    assert sum(buffer() is not None for buffer in made) == SIZES_KEPT + 1
    assert set(held.data) == {7}
    del held
    assert sum(buffer() is not None for buffer in made) == SIZES_KEPT


def test_two_sizes_in_turn_use_the_same_buffers_again() -> None:
    engine = Engine(Reference())
    first = {engine.lease(format).data.ctypes.data for format in (FORM, P216)}
    assert {engine.lease(format).data.ctypes.data for format in (FORM, P216) for _ in range(3)} == first
