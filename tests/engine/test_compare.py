"""The compare view: wipes, splits, blends and differences of two pictures, in every layout."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.compare import Mix, column_at, mix_of, pieces
from livegrade.engine.comparison import (
    Comparison,
    FilePicture,
    Grid,
    Mode,
    OwnPicture,
    Shown,
    SlotPicture,
    StillPicture,
    named_files,
)
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.reference import Reference
from livegrade.engine.view import GRADED, View, ViewKind, parse_view
from livegrade.errors import FormatError, UsageError
from livegrade.scopes.falsecolor import Zebra, draw_zebra
from livegrade.video.codes import unpack
from livegrade.video.format import Range, Scan
from livegrade.video.frame import Frame
from livegrade.video.layouts import LAYOUTS
from livegrade.video.pool import Lease

sys.path.insert(0, str(Path(__file__).parent))
from cuda_cases import WHERE, backend, form, noise

LOOK = Look((Cdl(slope=(1.2, 1.0, 0.8), offset=(0.02, 0.0, 0.0)),))
SOURCE = View(ViewKind.SOURCE)


def frame(name: str, width: int = 100, height: int = 6) -> Frame:
    picture = form(name, width, height)
    return Frame(Lease(noise(picture)), picture, 1, captured_ns=0)


def compared(share: int) -> View:
    return View(ViewKind.COMPARE, comparison=Comparison(at=Fraction(share)))


def assert_sides(pixels: np.ndarray, left: np.ndarray, right: np.ndarray, picture, column: int) -> None:
    planes = (unpack(each, picture).planes for each in (pixels, left, right))
    for ours, one, other in zip(*planes, strict=True):
        cut = column if ours.shape[1] == picture.width else -(-column // 2)
        np.testing.assert_array_equal(ours[:, :cut], one[:, :cut])
        np.testing.assert_array_equal(ours[:, cut:], other[:, cut:])


@pytest.mark.parametrize("share", [0, 1, 33, 50, 99, 100])
@pytest.mark.parametrize("name", LAYOUTS)
def test_each_side_is_what_it_is_when_shown_whole(name: str, share: int) -> None:
    taken = frame(name, 101 if LAYOUTS[name].chroma.value != "4:2:2" else 100)
    work = Engine(Native(2)).take(taken, LOOK)
    shown = [work.output(Wanted(view, taken.format)).data for view in (compared(share), SOURCE, GRADED)]
    column = column_at(taken.format, Fraction(share))
    assert abs(column - taken.format.width * share / 100) <= 4
    assert_sides(*shown, taken.format, column)
    if share in (0, 100):
        assert column == taken.format.width * share // 100


MODES = [
    Comparison(mode=Mode.WIPE, at=Fraction(37)),
    Comparison(mode=Mode.WIPE_HORIZONTAL, at=Fraction(63)),
    Comparison(mode=Mode.SPLIT, at=Fraction(20)),
    Comparison(mode=Mode.TOGGLE),
    Comparison(mode=Mode.BLEND, at=Fraction(30)),
    Comparison(mode=Mode.DIFFERENCE, gain=5),
]


def joined(work, picture, comparison: Comparison) -> np.ndarray:
    """As `engine` puts a picture and its reference together."""
    out = np.zeros(picture.geometry.size, np.uint8)
    one, other = (work.source(noise(picture, seed), picture) for seed in (2, 1))
    into = work.target(out, picture)
    if comparison.mode in (Mode.BLEND, Mode.DIFFERENCE):
        work.mix(one, other, mix_of(comparison, picture), into)
    else:
        for source, parts in zip((one, other), pieces(comparison, picture), strict=True):
            for piece in parts:
                work.place(source, piece, into)
    work.finish(into)
    return out


@pytest.mark.parametrize("where", ["native", *WHERE])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_backend_gives_the_same_bytes(where: str, name: str) -> None:
    picture = form(name, 389, 7, scan=Scan.INTERLACED_TFF if name == "nv12" else Scan.PROGRESSIVE)
    work = Native(2) if where == "native" else backend(where)
    for comparison in MODES:
        np.testing.assert_array_equal(joined(work, picture, comparison), joined(Reference(), picture, comparison))


def test_a_level_border_and_the_same_half_of_both() -> None:
    picture = form("yuv444p10", 100, 20)
    one, other = (unpack(noise(picture, seed), picture).planes for seed in (2, 1))
    level = unpack(joined(Native(1), picture, Comparison(mode=Mode.WIPE_HORIZONTAL, at=Fraction(25))), picture).planes
    split = unpack(joined(Native(1), picture, Comparison(mode=Mode.SPLIT)), picture).planes
    for ours, shown, reference in zip(level, one, other, strict=True):
        np.testing.assert_array_equal(ours, np.concatenate([reference[:5], shown[5:]]))
    for ours, shown, reference in zip(split, one, other, strict=True):
        np.testing.assert_array_equal(ours, np.concatenate([reference[:, 25:75], shown[:, 25:75]], axis=1))


@pytest.mark.parametrize("name", ["v210", "R12L", "nv12"])
def test_a_picture_that_is_too_narrow_to_be_parted_is_shown_whole(name: str) -> None:
    picture = form(name, 2, 4)
    split = joined(Native(1), picture, Comparison(mode=Mode.SPLIT))
    np.testing.assert_array_equal(split, joined(Native(1), picture, Comparison(mode=Mode.TOGGLE)))


def test_a_blend_is_the_mean_of_signals_and_a_difference_stands_on_grey() -> None:
    """Against exact fractions; a difference of equal pictures is the middle grey of its range, without colour."""
    picture = form("v210", 96, 4)
    one, other = (unpack(noise(picture, seed), picture).planes[0].astype(float) for seed in (2, 1))
    blend = unpack(joined(Native(1), picture, Comparison(mode=Mode.BLEND, at=Fraction(25))), picture).planes[0]
    assert np.abs(blend - np.clip(one + (other - one) / 4, 4, 1019)).max() <= 0.5
    apart = unpack(joined(Native(1), picture, Comparison(mode=Mode.DIFFERENCE, gain=2)), picture).planes[0]
    np.testing.assert_array_equal(apart, np.clip(502 + 2 * (one - other), 4, 1019))
    same = np.zeros(picture.geometry.size, np.uint8)
    work = Native(1)
    both = work.source(noise(picture), picture)
    work.mix(both, both, mix_of(Comparison(mode=Mode.DIFFERENCE, gain=64), picture), work.target(same, picture))
    assert [set(np.unique(plane)) for plane in unpack(same, picture).planes] == [{502}, {512}, {512}]


class OneReference:
    """What an engine gets of a session: a picture, or none yet."""

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.asked: list[object] = []

    def picture(self, reference, format):
        self.asked.append((reference, format))
        return self.frame


def test_a_reference_that_is_not_there_yet_leaves_the_picture_alone() -> None:
    taken, references = frame("v210"), OneReference()
    engine = Engine(Native(2), references=references)
    view = parse_view("compare", against="slot:b", mode="toggle")
    whole = engine.take(taken, LOOK).output(Wanted(GRADED, taken.format))
    np.testing.assert_array_equal(engine.take(taken, LOOK).output(Wanted(view, taken.format)).data, whole.data)
    references.frame = Frame(Lease(noise(taken.format, 9)), taken.format, 4, captured_ns=0)
    striped = replace(view, zebra=Zebra(Fraction(0)))
    work = engine.take(taken, LOOK)
    shown, over = (work.output(Wanted(one, taken.format)) for one in (view, striped))
    np.testing.assert_array_equal(shown.data, noise(taken.format, 9))
    assert (over.data != shown.data).any()  # and the reference itself is not drawn upon
    np.testing.assert_array_equal(references.frame.data, noise(taken.format, 9))
    assert set(references.asked) == {(SlotPicture("B"), taken.format)}


def test_the_pictures_it_is_made_of_are_left_alone_and_drawn_once() -> None:
    class Counting(Native):
        grades = 0

        def grade(self, picture, program, into):
            Counting.grades += 1
            super().grade(picture, program, into)

    taken = frame("v210")
    work = Engine(Counting(2)).take(taken, LOOK)
    graded = work.output(Wanted(GRADED, taken.format)).data.copy()
    zebra = Zebra(Fraction(0))
    plain = work.output(Wanted(compared(50), taken.format)).data
    striped = work.output(Wanted(replace(compared(50), zebra=zebra), taken.format)).data
    assert Counting.grades == 2
    np.testing.assert_array_equal(work.output(Wanted(GRADED, taken.format)).data, graded)
    expected = plain.copy()
    draw_zebra(expected, taken.format, zebra, taken.index)
    np.testing.assert_array_equal(striped, expected)


def test_the_source_side_has_the_range_of_the_output() -> None:
    """Both sides go to one monitor, which reads them the same way."""
    taken = frame("v210")
    full = replace(taken.format, range=Range.FULL)
    taken = replace(taken, format=full)
    legal = replace(full, range=Range.LEGAL)
    view = compared(50)
    assert view.format(full, legal, Look()) == legal
    shown = Engine(Native(2)).take(taken, Look()).output(Wanted(view, legal))
    whole = Engine(Native(2)).take(taken, Look()).output(Wanted(GRADED, legal))
    np.testing.assert_array_equal(shown.data, whole.data)


def test_pictures_of_two_formats_are_not_joined() -> None:
    native = Native(1)
    one, other = form("v210", 96, 4), form("uyvy", 96, 4)
    pictures = [native.source(noise(each), each) for each in (one, other, one)]
    by = Mix(128, 128, 128, 128, 4, 1019)
    with pytest.raises(FormatError, match="side by side"):
        native.mix(pictures[0], pictures[1], by, pictures[2])
    with pytest.raises(FormatError, match="side by side"):
        native.place(pictures[1], pieces(Comparison(), one)[0][0], pictures[0])


@pytest.mark.parametrize(
    ("text", "share"), [("compare", 50), ("compare:25", 25), ("compare:0", 0), ("compare:100", 100)]
)
def test_spelling(text: str, share: int) -> None:
    view = parse_view(text)
    assert (view.kind, view.comparison) == (ViewKind.COMPARE, Comparison(at=Fraction(share)))
    assert str(view) == f"compare {share} %"


@pytest.mark.parametrize(
    ("words", "comparison", "text"),
    [
        ({"against": "slot:b"}, Comparison(SlotPicture("B")), "compare with slot:B 50 %"),
        ({"against": "still:12:source", "mode": "blend", "at": "30"},
         Comparison(StillPicture(12, Shown.SOURCE), Mode.BLEND, Fraction(30)),
         "compare with still:12:source blend 30 %"),
        ({"against": "file:/a+b.png", "mode": "toggle"}, Comparison(FilePicture("/a+b.png"), Mode.TOGGLE),
         "compare with file:/a+b.png toggle"),
        ({"against": "bypass", "mode": "difference", "gain": "8"},
         Comparison(OwnPicture(Shown.BYPASS), Mode.DIFFERENCE, gain=8), "compare with bypass difference x 8"),
        ({"against": "graded+slot:B+file:/a+b.png", "mode": "grid"},
         Comparison(Grid((OwnPicture(Shown.GRADED), SlotPicture("B"), FilePicture("/a+b.png"))), Mode.GRID),
         "compare with graded+slot:B+file:/a+b.png grid"),
        ({"mode": "grid"}, Comparison(Grid(), Mode.GRID), "compare grid"),
    ],
)  # fmt: skip
def test_words_for_what_is_compared_with_and_how(words: dict[str, str], comparison: Comparison, text: str) -> None:
    view = parse_view("compare", **words)
    assert view.comparison == comparison
    assert str(view) == text
    assert named_files(view.comparison.reference) == tuple(
        word for word in ("/a+b.png",) if word in words.get("against", "")
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"against": "still:x"}, "still:12"),
        ({"against": "still:4:bypass"}, "still:12"),
        ({"against": "slot:BB"}, "slot:B"),
        ({"against": "file:"}, "file:PATH"),
        ({"mode": "flicker"}, "wipe-horizontal"),
        ({"mode": "difference", "gain": "0"}, "1 to 64"),
        ({"mode": "blend", "at": "101"}, "percentage"),
        ({"mode": "grid", "against": "+".join(["source"] * 10)}, "9 pictures"),
    ],
)
def test_words_that_say_nothing_are_refused(words: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_view("compare", **words)


@pytest.mark.parametrize("text", ["compare:101", "compare:-5", "compare:half", "compare:1e2", "compare:½"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="compare:50"):
        parse_view(text)
