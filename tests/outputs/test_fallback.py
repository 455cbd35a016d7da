"""Black, bars and the mark, in every layout."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.outputs.fallback import bars, black, mark_held, mark_text
from livegrade.timing.rate import NS_PER_SECOND, Rate
from livegrade.video.codes import unpack
from livegrade.video.format import Range, VideoFormat
from livegrade.video.layouts import LAYOUTS, layout


def hd(name: str, width: int = 1280, height: int = 720) -> VideoFormat:
    chosen = layout(name)
    return VideoFormat(width, height, Rate.of(25), chosen, range=Range.LEGAL if chosen.is_ycbcr else Range.FULL)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_mark_is_white_on_black_at_the_lower_left_and_nothing_else_changes(name) -> None:
    format = hd(name)
    before = bars(format)
    after = mark_held(before, format, 83 * NS_PER_SECOND)
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
    marked = luma[rows.min() + 2 : rows.max() - 2, 200:380]
    low, high = (64, 940) if new.is_ycbcr else (0, 1023)
    assert marked.min() == pytest.approx(low * 2.0 ** (new.bits - 10), abs=2)
    assert marked.max() == pytest.approx(high * 2.0 ** (new.bits - 10), abs=2.0 ** (new.bits - 8))


def test_the_mark_can_be_told_from_the_second_before() -> None:
    format = hd("v210")
    first, second = (mark_held(black(format), format, n * NS_PER_SECOND) for n in (7, 8))
    assert not np.array_equal(first, second)
    assert [mark_text(n * NS_PER_SECOND) for n in (0, 7, 605, 3661)] == [
        "NO SIGNAL 00:00", "NO SIGNAL 00:07", "NO SIGNAL 10:05", "NO SIGNAL 1:01:01",
    ]  # fmt: skip


def test_the_held_picture_itself_is_not_touched() -> None:
    format = hd("uyvy")
    held = np.array(bars(format))
    mark_held(held, format, NS_PER_SECOND)
    assert np.array_equal(held, bars(format))


def test_a_picture_too_small_for_the_mark_stays_as_it_is() -> None:
    format = hd("v210", 96, 64)
    assert np.array_equal(mark_held(bars(format), format, NS_PER_SECOND), bars(format))


def test_black_is_black_and_kept() -> None:
    format = hd("yuv420p")
    codes = unpack(black(format), format)
    assert {plane.min() for plane in codes.planes} == {64, 512}
    assert black(format) is black(format)
    with pytest.raises(ValueError, match="read-only"):
        black(format)[0] = 1
