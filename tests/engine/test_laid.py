"""Guides, legends and burn-in: where their marks lie, and that they are the same in a small picture."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.control.smallmarks import SmallMarks
from livegrade.engine import laid
from livegrade.engine.burnin import Said
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.guides import Area, frame_area
from livegrade.engine.laid import Laid, Place, title
from livegrade.engine.native import Native
from livegrade.engine.sample import Patch
from livegrade.engine.squeeze import lowered
from livegrade.engine.view import View, parse_view
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import Lease

RGB = VideoFormat(960, 540, Rate.of(25), layout("gbrp"), Range.FULL)
GREY = 90
SAID = Said("A001 C003", "A cam", "Day", "ALEXA 35 EI 800")


def grey_frame(format: VideoFormat = RGB, index: int = 0) -> Frame:
    plane = np.full((format.height, format.width), GREY, np.uint16)
    pixels = pack(Codes((plane, plane, plane), format.layout.bits, False), format)
    return Frame(Lease(pixels), format, index, 0, timecode=Timecode.wrapped(index, TimecodeRate.sdi(Rate.of(25))))


def drawn(view: View, index: int = 0) -> np.ndarray:
    """(height, width, 3) of a grey picture."""
    work = Engine(Native(1)).take(grey_frame(index=index), Look(), lambda frame: SAID)
    out = work.output(Wanted(view, RGB))
    return np.stack(unpack(out.data, RGB).planes, axis=-1).astype(int)


@pytest.mark.parametrize(
    ("aspect", "squeeze", "size"),
    [("2.39", 1, (1920, 804)), ("4:3", 1, (1440, 1080)), ("9:16", 1, (608, 1080)), ("2.39", 2, (1290, 1080)),
     ("2.0", 2, (1080, 1080))],
)  # fmt: skip
def test_a_frame_has_the_aspect_of_what_the_lens_saw(aspect: str, squeeze: int, size: tuple[int, int]) -> None:
    guides = parse_view("graded", guides=aspect).guides
    assert guides is not None
    whole = Area(0, 0, 1920, 1080)
    area = frame_area(guides.aspects[0], whole, Fraction(16, 9) * squeeze)
    width, height = area.right - area.left, area.bottom - area.top
    assert (abs(width - size[0]) <= 2, abs(height - size[1]) <= 2) == (True, True)
    assert area.left == 1920 - area.right
    assert area.top == 1080 - area.bottom


def test_lines_stand_outside_of_the_frame_and_the_shade_darkens_all_beyond() -> None:
    picture = drawn(parse_view("graded", guides="2.0+shade:50+line:100"))[..., 0]
    top = (540 - 480) // 2
    column = picture[:, 700]
    assert (column[top : 540 - top] == GREY).all()
    assert (column[top - 1 : top] == 255).all()
    assert (column[540 - top : 541 - top] == 255).all()
    assert (np.abs(column[: top - 1] - GREY // 2) <= 1).all()


def test_the_name_of_a_frame_stands_on_a_ground_of_its_own_however_faint_its_lines_are() -> None:
    picture = drawn(parse_view("graded", guides="2.39+line:10"))[..., 0]
    frame = frame_area(Fraction(239, 100), Area(0, 0, 960, 540), Fraction(16, 9))
    rows, columns = np.nonzero(picture < GREY // 2)  # black by more than half
    ground = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert (rows.min(), columns.min() < 10) == (frame.top + 1, True)  # in the corner, under the line
    assert (ground != GREY).all()
    assert ground.max() == 255
    assert 12 < ground.shape[0] < 20 < ground.shape[1] < 60
    assert (drawn(parse_view("graded", guides="2.39+line:0")) == GREY).all()


def test_guides_are_the_same_share_of_a_picture_squeezed_or_not() -> None:
    squeezed = drawn(parse_view("graded", guides="2.39+line:100+squeezed:2"))[270, :, 0]
    shown = drawn(parse_view("graded", guides="2.39+line:100", desqueeze="2"))[270, :, 0]
    assert (squeezed == 255).sum() == 2
    assert (squeezed == shown).all()


def test_safe_areas_are_93_and_90_percent_of_the_frame() -> None:
    picture = drawn(parse_view("graded", guides="action+title+line:100"))[..., 0]
    assert np.flatnonzero(picture[270] == 255).tolist() == [34, 48, 911, 925]
    assert np.flatnonzero(picture[:, 480] == 255).tolist() == [19, 27, 512, 520]


def test_the_legend_has_the_colours_of_the_picture_and_only_its_sixth_is_covered() -> None:
    view = parse_view("false-color:stops", camera("ALEXA 35", 800), legend="right")
    assert view.bands is not None
    picture = drawn(view)
    assert len(np.unique(picture[:, :760].reshape(-1, 3), axis=0)) == 1
    colors = {tuple(color) for color in np.unique(picture[:, 760:].reshape(-1, 3), axis=0).tolist()}
    assert {band.color for band in view.bands.bands} <= colors
    assert not any(max(color) - min(color) for color in [tuple(picture[539, 959])])


def test_only_the_timecode_of_burn_in_changes_from_picture_to_picture() -> None:
    view = parse_view("graded", burn_in="all")
    first, second, later = (drawn(view, index) for index in (0, 1, 2))
    changed = (first != second).any(axis=-1)
    assert changed.any()
    rows, columns = np.nonzero(changed)
    assert rows.min() > 500
    assert columns.max() < 960 // 4
    assert (later != second).any()
    without = drawn(replace(view, burn_in=None))
    assert ((without != first).any(axis=-1).nonzero()[0] >= 500).all()


def test_a_legend_is_made_before_a_picture_waits_for_it_and_not_with_each_take(monkeypatch) -> None:
    view = parse_view("false-color:stops", camera("ALEXA 35", 800), legend="right", burn_in="all", desqueeze="2")
    kept, made = Laid(), []
    real = laid._legend
    monkeypatch.setattr(laid, "_legend", lambda *asked: made.append(asked) or real(*asked))
    kept.prepare(view, RGB)
    assert len(made) == 1
    place = Place.of(RGB, view, lowered(RGB, Fraction(2)).filled)
    takes = [kept.marks(view, RGB, place, "10:00:00:00", replace(SAID, clip=f"A001 C00{n}")) for n in (3, 4)]
    assert len(made) == 1
    legend, words, timecode = takes[0]
    assert takes[1][0] is legend
    assert takes[1][1] is not words
    assert len(timecode.spans)


@pytest.mark.parametrize(
    ("text", "words"),
    [("source", "SOURCE"), ("bypass", "BYPASS"), ("false-color:stops", "FALSE COLOUR stops, source, LogC4, EI 800")],
)
def test_burn_in_says_which_view_it_is(text: str, words: str) -> None:
    assert title(parse_view(text, camera("ALEXA 35", 800), zebra="95", burn_in="all")) == words


def test_a_small_picture_and_a_part_of_one_have_the_guides_of_the_whole() -> None:
    view, frame = parse_view("graded", guides="4:3+line:100"), grey_frame()
    marks = SmallMarks()
    small = np.full((270, 480, 4), GREY, np.uint8)
    marks.lay(small, view, frame, None, SAID)
    assert np.flatnonzero((small[135, :, :3] == 255).all(axis=1)).tolist() == [59, 420]
    part = np.full((270, 480, 4), GREY, np.uint8)
    marks.lay(part, view, frame, Patch(0, 0, 480, 270), SAID)
    assert np.flatnonzero((part[135, :, :3] == 255).all(axis=1)).tolist() == [119]
    large = np.full((270, 480, 4), GREY, np.uint8)
    marks.lay(large, view, frame, None, SAID, letters=40)
    tall = [np.flatnonzero((one[:60, 64:140, :3] > GREY).any(axis=(1, 2))).max() for one in (small, large)]
    assert tall[1] > 3 * tall[0] > 15
    assert np.array_equal(large[60:, :, :3], small[60:, :, :3])
    red = np.full((54, 96, 4), GREY, np.uint8)
    marks.lay(red, parse_view("graded", guides="4:3+line:100+red"), frame, None, SAID)
    assert set(map(tuple, red[30, :, :3].tolist())) == {(GREY,) * 3, (255, 0, 0)}
