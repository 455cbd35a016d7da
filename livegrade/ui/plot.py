"""The field that curves of a signal are drawn in: which place is which value, its grid, and lines of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOW, HIGH = -5 / 54, 59 / 54
"""What legal SDI words reach, 1 = white."""
TALL, DIMMED = 0.7, 650
"""Of a histogram: its share of the height, and how dark it is, in percent of Qt's."""


@dataclass(frozen=True, slots=True)
class Plot:
    """`rect`: of the widget; values go from LOW to HIGH, to the right and up."""

    rect: QRectF

    def place(self, x: float, y: float) -> QPointF:
        span = HIGH - LOW
        return QPointF(
            self.rect.left() + (x - LOW) / span * self.rect.width(),
            self.rect.bottom() - (y - LOW) / span * self.rect.height(),
        )

    def value(self, at: QPointF) -> tuple[float, float]:
        """What stands there, as (in, out)."""
        span = HIGH - LOW
        return (
            LOW + (at.x() - self.rect.left()) / self.rect.width() * span,
            LOW + (self.rect.bottom() - at.y()) / self.rect.height() * span,
        )

    def paint_grid(self, painter: QPainter, xs: Iterable[float], ys: Iterable[float]) -> None:
        """Thin lines at values, stronger ones at black and white, and the line of what is left alone."""
        painter.fillRect(self.rect, QColor(theme.FIELD))
        for values, across in ((xs, False), (ys, True)):
            for value in values:
                self._paint_line(painter, value, QColor(theme.PANEL), across=across)
            for value in (0.0, 1.0):
                self._paint_line(painter, value, QColor(theme.RAISED), across=across)
        painter.setPen(QPen(QColor(theme.LINE), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(LOW, LOW), self.place(HIGH, HIGH))

    def paint_curve(
        self, painter: QPainter, xs: Sequence[float], ys: Sequence[float], color: str, width: float
    ) -> None:
        """A line through samples; what lies outside is not drawn."""
        painter.save()
        painter.setClipRect(self.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(color), width))
        painter.drawPolyline(QPolygonF([self.place(x, max(-4.0, min(4.0, y))) for x, y in zip(xs, ys, strict=True)]))
        painter.restore()

    def paint_heights(self, painter: QPainter, heights: Sequence[float], color: str) -> None:
        """A histogram at the foot, dim: square roots, so that little is seen too."""
        step = self.rect.width() / len(heights)
        tops = [
            QPointF(self.rect.left() + (at + 0.5) * step, self.rect.bottom() - TALL * self.rect.height() * height**0.5)
            for at, height in enumerate(heights)
        ]
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color).darker(DIMMED))
        painter.drawPolygon(QPolygonF([self.rect.bottomLeft(), *tops, self.rect.bottomRight()]))
        painter.restore()

    def _paint_line(self, painter: QPainter, value: float, color: QColor, *, across: bool) -> None:
        painter.setPen(QPen(color, 1))
        ends = ((LOW, value), (HIGH, value)) if across else ((value, LOW), (value, HIGH))
        painter.drawLine(self.place(*ends[0]), self.place(*ends[1]))
