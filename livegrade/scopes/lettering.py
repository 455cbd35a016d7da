"""Letters and lines in neutral grey, with the shipped font (DejaVu Sans: its figures are all of one width)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from numpy.typing import NDArray

FONT_FILE = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"

BACKGROUND = 18
LINE = 44
STRONG_LINE = 104
LIMIT_LINE = 70
LABEL = 150
STRONG_LABEL = 214
"""Grey values, R = G = B."""
ALARM = (232, 168, 56)
"""Amber R, G, B: degraded or at a limit."""


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The shipped font with letters `size` pixels high (their em)."""
    return ImageFont.truetype(str(FONT_FILE), size)


def text_width(text: str, size: int) -> int:
    return round(font(size).getlength(text))


def blank(width: int, height: int, grey: int = BACKGROUND) -> Image.Image:
    return Image.new("L", (width, height), grey)


def write(image: Image.Image, at: tuple[float, float], text: str, size: int, grey: int, anchor: str = "lm") -> None:
    """Text at a point; `anchor` as in Pillow: l, m, r and t, m, b."""
    ImageDraw.Draw(image).text(at, text, fill=grey, font=font(size), anchor=anchor)


def stamp(
    picture: NDArray[np.uint8], at: tuple[float, float], text: str, size: int, color: tuple[int, int, int]
) -> None:
    """Text as light into uint8 (height, width, 3), its left end and its middle at `at`; cut off at the edges."""
    cover = mask(text, size)
    top, left = round(at[1] - cover.shape[0] / 2), round(at[0])
    rows = slice(max(top, 0), max(min(top + cover.shape[0], picture.shape[0]), 0))
    columns = slice(max(left, 0), max(min(left + cover.shape[1], picture.shape[1]), 0))
    cut = cover[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    light = (cut[:, :, None] * np.array(color, np.uint16) // 255).astype(np.uint8)
    np.maximum(picture[rows, columns], light, out=picture[rows, columns])


@lru_cache(maxsize=512)
def mask(text: str, size: int) -> NDArray[np.uint16]:
    """How much of each pixel the text covers, 0 to 255, in a box of the height of a line."""
    image = blank(max(text_width(text, size), 1), round(1.3 * size), 0)
    write(image, (0, image.height / 2), text, size, 255)
    return np.asarray(image, np.uint16)


def as_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """(height, width, 3) of a grey image; R = G = B."""
    grey = np.asarray(image, np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
