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
FRAME = 52
LINE = 44
STRONG_LINE = 104
LIMIT_LINE = 70
LABEL = 150
STRONG_LABEL = 214
"""Grey values, R = G = B."""


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


def as_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """(height, width, 3) of a grey image; R = G = B."""
    grey = np.asarray(image, np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
