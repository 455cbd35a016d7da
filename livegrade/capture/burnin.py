"""Patches the index blocks and a line of letters into packed pictures, in any layout, by copying ready-made tiles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.indexcode import COLUMNS, ROWS, block_unit, index_blocks
from livegrade.video.charts import BLACK, WHITE, pack_chart, solid
from livegrade.video.glyphs import ALPHABET, GLYPH_HEIGHT, GLYPH_WIDTH, glyph
from livegrade.video.planes import plane_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.video.charts import Chart
    from livegrade.video.format import VideoFormat

_PAIRS = 4
"""Tiles 0 to 3: two blocks, one above the other; tile 2 * top + bottom. The letters come after them."""


class BurnIn:
    """Draws into pictures of one format. The strip is two blocks high, in the top left corner: the 18 columns of
    `indexcode`, then white letters on black, as many as the width has room for."""

    def __init__(self, format: VideoFormat) -> None:
        self.unit = block_unit(format.height)
        room = format.width // self.unit
        self.fits = room >= COLUMNS and format.height >= ROWS * self.unit
        self.letters = max(0, room - COLUMNS)
        tiles = [_pair_tile(self.unit, pair) for pair in range(_PAIRS)]
        tiles += [_letter_tile(self.unit, character) for character in ALPHABET]
        count, height = len(tiles), ROWS * self.unit
        sheet = solid(self.unit, count * height, BLACK)
        for number, tile in enumerate(tiles):
            sheet.luma[number * height : (number + 1) * height] = tile
        self._tiles = _cut(sheet, count, replace(format, width=self.unit, height=count * height))

    def patch(self, planes: Sequence[NDArray[np.uint8]], index: int, text: str) -> None:
        """Draw `index` and `text` (characters of `glyphs.ALPHABET`) into the planes of a picture."""
        blocks = index_blocks(index)
        numbers = [2 * top + bottom for top, bottom in zip(blocks[::2], blocks[1::2], strict=True)]
        numbers += [_PAIRS + ALPHABET.index(character) for character in text[: self.letters]]
        for plane, tiles in zip(planes, self._tiles, strict=True):
            rows, _, cell = tiles.shape
            strip = plane[:rows, : len(numbers) * cell].reshape(rows, len(numbers), cell)
            strip[...] = tiles[:, numbers]


def _cut(sheet: Chart, count: int, format: VideoFormat) -> tuple[NDArray[np.uint8], ...]:
    """The tiles stacked in `sheet`, per plane: uint8 (rows of a tile, tiles, bytes of a tile's row)."""
    planes = plane_views(pack_chart(sheet, format), format)
    rules = format.layout.planes
    cut = []
    for plane, rule in zip(planes, rules, strict=True):
        cell = format.width * rule.block_bytes // rule.pixels
        tiles = plane[:, :cell].reshape(count, plane.shape[0] // count, cell)
        cut.append(np.ascontiguousarray(tiles.transpose(1, 0, 2)))
    return tuple(cut)


def _pair_tile(unit: int, pair: int) -> NDArray[np.uint16]:
    tile = np.full((2 * unit, unit), BLACK[0], np.uint16)
    tile[:unit] = WHITE[0] if pair & 2 else BLACK[0]
    tile[unit:] = WHITE[0] if pair & 1 else BLACK[0]
    return tile


def _letter_tile(unit: int, character: str) -> NDArray[np.uint16]:
    tile = np.full((2 * unit, unit), BLACK[0], np.uint16)
    dot = unit // 6
    dots = np.repeat(np.repeat(glyph(character), dot, axis=0), dot, axis=1)
    top, left = (2 * unit - GLYPH_HEIGHT * dot) // 2, (unit - GLYPH_WIDTH * dot) // 2
    tile[top : top + dots.shape[0], left : left + dots.shape[1]][dots] = WHITE[0]
    return tile
