"""Letters as marks: each is rendered once for its size (DejaVu Sans, whose figures are all of one width) and then only
moved, so that a timecode costs next to nothing while pictures run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.marks import Ink, drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.scopes.bands import Color

MOST_LETTERS = 120
"""Of one line; the rest is not drawn."""


class Letters:
    """Of one size: `size` is the height of their em, `height` that of a line. Threads may share it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.height = round(1.3 * size)
        self._runs: dict[str, tuple[NDArray[np.int32], int]] = {}

    @staticmethod
    @lru_cache(maxsize=16)
    def of(size: int) -> Letters:
        """The same for all who draw in that size."""
        return Letters(size)

    def width(self, text: str) -> int:
        return sum(self._letter(letter)[1] for letter in text[:MOST_LETTERS])

    def ink(self, text: str, x: int, y: int, color: Color, alpha: int = 256) -> Ink:
        """A line of `text` whose left end and top are at `x` and `y`."""
        parts = [np.zeros((0, 5), np.int32)]
        for letter in text[:MOST_LETTERS]:
            runs, advance = self._letter(letter)
            parts.append(runs + np.array([y, x, x, 0, 0], np.int32))
            x += advance
        runs = np.concatenate(parts)
        runs[:, 3] = runs[:, 3] * alpha // 256
        return Ink(runs, (color,))

    def fitting(self, text: str, room: int) -> str:
        """`text`, or what of it fits, ending in dots."""
        if self.width(text) <= room:
            return text
        text = text[:MOST_LETTERS]
        while text and self.width(text + "…") > room:
            text = text[:-1]
        return text.rstrip() + "…"

    def _letter(self, letter: str) -> tuple[NDArray[np.int32], int]:
        made = self._runs.get(letter)
        if made is None:
            from livegrade.scopes.lettering import mask, text_width

            cover = mask(letter, self.size).astype(np.uint8)
            white = np.full((*cover.shape, 3), 255, np.uint8)
            made = self._runs[letter] = drawn(white, cover, levels=6).runs, text_width(letter, self.size)
        return made
