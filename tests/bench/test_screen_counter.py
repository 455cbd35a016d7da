"""The counter of the screen finds a scaled picture wherever it is, reads it, and takes nothing else for one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from livegrade.bench.screen_counter import Found, find, has_moved
from livegrade.capture.indexcode import index_blocks


def screen(index: int | None, left: int = 61, top: int = 97, unit: float = 8.58) -> np.ndarray:
    """Noise with a picture in it, scaled as a window scales it."""
    grey = np.random.default_rng(1).integers(20, 60, (400, 900)).astype(np.uint8)
    if index is not None:
        blocks = np.array(index_blocks(index), np.uint8).reshape(18, 2).T * 255
        size = round(18 * unit), round(2 * unit)
        large = Image.fromarray(np.kron(blocks, np.ones((24, 24), np.uint8))).resize(size, Image.Resampling.BOX)
        grey[top : top + size[1], left : left + size[0]] = np.asarray(large)
    return grey


@pytest.mark.parametrize("place", [(61, 97, 8.58), (0, 0, 24.0), (200, 130, 12.9)])
def test_a_picture_is_found_and_read(place) -> None:
    found = find(screen(4711, *place), screen(4713, *place))
    assert found is not None
    assert [found.index(screen(index, *place)) for index in (4711, 5000, 123456)] == [4711, 5000, 123456]
    assert found.index(screen(None)) is None


def test_what_stands_still_or_is_no_code_is_no_picture() -> None:
    assert find(screen(4711), screen(4711)) is None
    assert find(screen(None), screen(None)) is None


def test_a_picture_is_seen_again_where_it_was_before_and_only_when_it_goes_on() -> None:
    found = find(screen(4711), screen(4713))
    assert found is not None
    known = Found(*map(float, found.words.split(",")))
    assert known.again(screen(4713), screen(4715)) is known
    assert known.again(screen(4713), screen(4713)) is None
    assert known.again(screen(4713), screen(None)) is None
    assert known.again(screen(4713, left=150), screen(4715, left=150)) is None


def test_a_picture_moves_and_words_of_a_window_do_not() -> None:
    before = screen(None)
    words, picture = before.copy(), before.copy()
    words[300:330, 100:180] = 200
    picture[100:300, 100:700] = np.roll(picture[100:300, 100:700], 40, axis=1)
    assert not has_moved(before, before)
    assert not has_moved(before, words)
    assert has_moved(before, picture)
