"""Black, bars and the mark, in every layout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from livegrade.outputs.fallback import bars, black, mark_held, mark_text
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.video import charts
from livegrade.video.codes import unpack
from livegrade.video.format import Range, Scan, VideoFormat
from livegrade.video.layouts import LAYOUTS, layout
from livegrade.video.planes import plane_views


def hd(name: str, width: int = 1280, height: int = 720) -> VideoFormat:
    chosen = layout(name)
    return VideoFormat(width, height, Rate.of(25), chosen, range=Range.LEGAL if chosen.is_ycbcr else Range.FULL)


def marked(data: NDArray[np.uint8], format: VideoFormat, lost_ns: int) -> NDArray[np.uint8]:
    into = np.full(format.geometry.size, 99, np.uint8)
    mark_held(data, format, lost_ns, into)
    return into


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("height", [720, 1080])
def test_black_and_bars_are_the_charts_drawn_line_by_line(name, height) -> None:
    format = hd(name, 192, height)
    assert np.array_equal(bars(format), charts.pack_chart(charts.bars(192, height), format))
    assert np.array_equal(black(format), charts.pack_chart(charts.solid(192, height, charts.BLACK), format))


@pytest.mark.parametrize("name", ["yuv420p", "p010"])
def test_interlaced_bars_differ_from_the_chart_only_where_a_chroma_row_reaches_over_the_edge_of_a_band(name) -> None:
    format = replace(hd(name, 192, 1080), scan=Scan.INTERLACED_TFF)
    drawn = plane_views(bars(format), format)
    chart = plane_views(charts.pack_chart(charts.bars(192, 1080), format), format)
    differ = [set(np.flatnonzero((one != other).any(axis=1))) for one, other in zip(drawn, chart, strict=True)]
    edges = {round(1080 * band / 12) // 2 for band in range(1, 12)}
    assert not differ[0]
    assert set().union(*differ) <= {edge + row for edge in edges for row in (-1, 0, 1)}


@pytest.mark.parametrize(("width", "height"), [(2, 2), (37, 23), (50, 7), (1998, 857)])
@pytest.mark.parametrize("name", ["yuv422p10", "v210"])
def test_odd_sizes_have_all_their_lines(name, width, height) -> None:
    format = hd(name, width, height)
    bands = [sum(line >= round(height * band / 12) for band in range(1, 12)) for line in range(height)]
    expected = charts.bars(width, 24).luma[[2 * band for band in bands]]
    assert np.array_equal(unpack(bars(format), format).planes[0], expected)
    assert set(unpack(black(format), format).planes[0].flat) == {64}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_mark_is_white_on_black_at_the_lower_left_and_nothing_else_changes(name) -> None:
    format = hd(name)
    before = bars(format)
    after = marked(before, format, 83 * NS_PER_SECOND)
    old, new = unpack(before, format), unpack(after, format)
    changed = (old.planes[0] != new.planes[0]) | (old.planes[2] != new.planes[2]).repeat(
        format.width // old.planes[2].shape[1], axis=1
    )
    rows, columns = np.nonzero(changed)
    assert rows.min() >= format.height * 0.9
    assert rows.max() < format.height - 8
    assert columns.min() >= 192
    assert columns.max() < 192 + 192 * 2
    luma = new.planes[0 if new.is_ycbcr else 1]
    letters = luma[rows.min() + 2 : rows.max() - 2, 200:380]
    low, high = (64, 940) if new.is_ycbcr else (0, 1023)
    assert letters.min() == pytest.approx(low * 2.0 ** (new.bits - 10), abs=2)
    assert letters.max() == pytest.approx(high * 2.0 ** (new.bits - 10), abs=2.0 ** (new.bits - 8))


def test_the_mark_can_be_told_from_the_second_before() -> None:
    format = hd("v210")
    first, second = (marked(black(format), format, n * NS_PER_SECOND) for n in (7, 8))
    assert not np.array_equal(first, second)
    assert [mark_text(n * NS_PER_SECOND) for n in (0, 7, 605, 3661)] == [
        "NO SIGNAL 00:00", "NO SIGNAL 00:07", "NO SIGNAL 10:05", "NO SIGNAL 1:01:01",
    ]  # fmt: skip


def test_the_held_picture_itself_is_not_touched() -> None:
    format = hd("uyvy")
    held = np.array(bars(format))
    marked(held, format, NS_PER_SECOND)
    assert np.array_equal(held, bars(format))


def test_a_picture_too_small_for_the_mark_stays_as_it_is() -> None:
    format = hd("v210", 96, 64)
    assert np.array_equal(marked(bars(format), format, NS_PER_SECOND), bars(format))


def test_black_is_black_and_kept() -> None:
    format = hd("yuv420p")
    codes = unpack(black(format), format)
    assert {plane.min() for plane in codes.planes} == {64, 512}
    assert black(format) is black(format)
    with pytest.raises(ValueError, match="read-only"):
        black(format)[0] = 1
