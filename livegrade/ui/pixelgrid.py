"""The pixels of a picture that is looked at very closely: a grid between them, and a frame about the one under the
cursor."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPen

from livegrade.ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from livegrade.ui.viewer import Placed

FROM = 8.0
"""Screen pixels for one of the picture from which the grid is drawn."""
GRID = QColor(128, 128, 128, 70)


class PixelGrid:
    """A layer. `pixels`: of the picture, across and down; `place`: of the cursor, None where it is not over it."""

    def __init__(self) -> None:
        self.pixels: tuple[int, int] | None = None
        self.place: QPointF | None = None

    def paint(self, painter: QPainter, placed: Placed) -> None:
        if self.pixels is None or placed.scale is None or placed.scale < FROM:
            return
        across, down = self.pixels
        rect = placed.rect
        side_x, side_y = rect.width() / across, rect.height() / down
        seen = rect.intersected(QRectF(painter.viewport()))
        painter.setPen(QPen(GRID, 0))
        columns = _edges(seen.left() - rect.left(), seen.width(), side_x)
        rows = _edges(seen.top() - rect.top(), seen.height(), side_y)
        lines = [QLineF(rect.left() + x, seen.top(), rect.left() + x, seen.bottom()) for x in columns]
        lines += [QLineF(seen.left(), rect.top() + y, seen.right(), rect.top() + y) for y in rows]
        painter.drawLines(lines)
        if self.place is not None:
            column, row = floor(self.place.x() * across), floor(self.place.y() * down)
            corner = QPointF(rect.left() + column * side_x, rect.top() + row * side_y)
            painter.setPen(QPen(QColor(theme.SELECTED), 2))
            painter.drawRect(QRectF(corner.x(), corner.y(), side_x, side_y))


def _edges(first: float, length: float, side: float) -> list[float]:
    """Between pixels of `side`, from `first` on over `length`."""
    return [number * side for number in range(ceil(first / side), floor((first + length) / side) + 1)]
