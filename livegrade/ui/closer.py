"""Where a picture that is looked at closely is in its widget, and which part of it is to be asked for. Geometry alone.

A picture that is shown larger than it came is blurred; the part that can be seen is asked for instead, in whole pixels,
so that one of the picture is one or more of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height of a part of the picture, 0 to 1."""

WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
MOST_ZOOM = 32.0
"""Screen pixels for a side of one of the picture, and times as large as fitted, whichever is more."""


@dataclass(frozen=True, slots=True)
class Closer:
    """`widget`: its size; `picture`: of any scale, for its shape; `zoom`: 1 is fitted; `middle`: the place of the
    picture (0 to 1) that is in the middle of the widget."""

    widget: QSizeF
    picture: QSizeF
    zoom: float
    middle: QPointF

    @property
    def rect(self) -> QRectF:
        """Where all of the picture would be."""
        size = self.picture.scaled(self.widget, Qt.AspectRatioMode.KeepAspectRatio) * self.zoom
        left = self.widget.width() / 2 - self.middle.x() * size.width()
        top = self.widget.height() / 2 - self.middle.y() * size.height()
        return QRectF(QPointF(left, top), size)

    def region(self, pixels: tuple[int, int], ratio: float) -> Region | None:
        """What can be seen, out to whole ones of the picture's `pixels` (width, height); None where the whole picture
        fits into the widget's pixels, `ratio` of them for each unit of it."""
        if self.zoom <= 1 or (self.widget.width() * ratio >= pixels[0] and self.widget.height() * ratio >= pixels[1]):
            return None
        rect = self.rect
        seen = rect.intersected(QRectF(QPointF(0, 0), self.widget))
        if seen.isEmpty():
            return None
        left, width = _whole(seen.left() - rect.left(), seen.width(), rect.width(), pixels[0])
        top, height = _whole(seen.top() - rect.top(), seen.height(), rect.height(), pixels[1])
        return left, top, width, height


def part_of(rect: QRectF, region: Region) -> QRectF:
    """Where `region` is of a picture that is at `rect`."""
    left, top, width, height = region
    corner = QPointF(rect.left() + left * rect.width(), rect.top() + top * rect.height())
    return QRectF(corner, QSizeF(width * rect.width(), height * rect.height()))


def _whole(first: float, length: float, side: float, pixels: int) -> tuple[float, float]:
    begin = max(0, floor(first / side * pixels))
    end = min(pixels, ceil((first + length) / side * pixels))
    return begin / pixels, max(1, end - begin) / pixels
