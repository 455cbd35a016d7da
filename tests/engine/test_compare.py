"""The compare view: the source left of a column, the graded picture from there on, in every layout."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.engine.compare import column_at
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.reference import Reference
from livegrade.engine.view import GRADED, View, ViewKind, parse_view
from livegrade.errors import FormatError, UsageError
from livegrade.scopes.falsecolor import Zebra, draw_zebra
from livegrade.video.codes import unpack
from livegrade.video.format import Range
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
    return View(ViewKind.COMPARE, share=Fraction(share))


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


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", LAYOUTS)
def test_the_gpu_joins_the_same_bytes(where: str, name: str) -> None:
    picture = form(name, 389, 5)
    left, right, truth = noise(picture, 1), noise(picture, 2), np.zeros(picture.geometry.size, np.uint8)
    column = column_at(picture, Fraction(37))
    numpy = Reference()
    numpy.join(numpy.source(left, picture), numpy.source(right, picture), column, numpy.target(truth, picture))
    gpu, ours = backend(where), np.zeros_like(truth)
    into = gpu.target(ours, picture)
    gpu.join(gpu.source(left, picture), gpu.source(right, picture), column, into)
    gpu.finish(into)
    np.testing.assert_array_equal(ours, truth)
    assert_sides(ours, left, right, picture, column)


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
    with pytest.raises(FormatError, match="side by side"):
        native.join(pictures[0], pictures[1], 48, pictures[2])


@pytest.mark.parametrize(
    ("text", "share"), [("compare", 50), ("compare:25", 25), ("compare:0", 0), ("compare:100", 100)]
)
def test_spelling(text: str, share: int) -> None:
    view = parse_view(text)
    assert (view.kind, view.share) == (ViewKind.COMPARE, share)
    assert str(view) == f"compare {share} %"


@pytest.mark.parametrize("text", ["compare:101", "compare:-5", "compare:half", "compare:1e2", "compare:½"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="compare:50"):
        parse_view(text)
