"""The focus meter over the picture: the area it looks at, a bar with its peak at the side, and the number, large enough
to be read from the lens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from livegrade.ui import theme
from livegrade.ui.figures import is_live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QMouseEvent, QPainter

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink
    from livegrade.ui.viewer import Placed, Viewer

NEAR = 14.0
"""Pixels about the middle and the lower right corner of the area in which it is taken hold of."""
LEAST = 0.02
"""Of the picture's sides, the least that the area is dragged to."""
BAR = 14.0
SCALES = (25, 50, 100)
"""Of the bar, by the peak: it becomes coarser in steps, and finer when the peak begins anew."""
BACK = QColor(28, 28, 28, 200)


class FocusMeter:
    """A layer and a tool, while the meter is on."""

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        self._link = link
        self._viewer = viewer
        self._slot = ""
        self._part = ""
        self._area: QRectF | None = None
        self._under_way = False

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self._area = None

    @property
    def meter(self) -> Mapping[str, Any] | None:
        """As the state has it; None while it is off."""
        meter: Mapping[str, Any] | None = self._link.at("slots", self._slot, "focus")
        return meter

    def toggle(self) -> None:
        self._link.do_aloud("focus.set" if self.meter is None else "focus.remove", slot=self._slot)

    def reset(self) -> None:
        """The peak begins anew."""
        self._link.do_aloud("focus.reset", slot=self._slot)

    def area(self) -> QRectF | None:
        """Where it looks, in parts of the picture; None while it is off."""
        meter = self.meter
        if meter is None:
            return None
        return self._area or QRectF(meter["x"], meter["y"], meter["width"], meter["height"])

    def paint(self, painter: QPainter, placed: Placed) -> None:
        meter, area = self.meter, self.area()
        if meter is None or area is None:
            return
        frame = QRectF(placed.at(area.topLeft()), placed.at(area.bottomRight()))
        for color, width in ((theme.FIELD, 3), (theme.TEXT, 1)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawRect(frame)
            painter.drawLine(frame.center() - QPointF(6, 0), frame.center() + QPointF(6, 0))
            painter.drawLine(frame.center() - QPointF(0, 6), frame.center() + QPointF(0, 6))
        painter.fillRect(QRectF(frame.bottomRight() - QPointF(4, 4), frame.bottomRight() + QPointF(4, 4)), theme.TEXT)
        self._paint_bar(painter, meter["score"] if is_live(self._link, self._slot) else None, meter["peak"])

    def _paint_bar(self, painter: QPainter, score: float | None, peak: float | None) -> None:
        """At the right of the widget, from 0 at the bottom to `full_scale` at the top."""
        height, full = self._viewer.height() * 0.6, full_scale(peak)
        box = QRectF(self._viewer.width() - BAR - 10, (self._viewer.height() - height) / 2, BAR, height)
        painter.fillRect(box.adjusted(-4, -4, 4, 4), BACK)
        if score is not None:
            high = height * min(1.0, score / full)
            painter.fillRect(QRectF(box.left(), box.bottom() - high, BAR, high), QColor(theme.TEXT))
        if peak is not None:
            y = box.bottom() - height * peak / full
            painter.fillRect(QRectF(box.left() - 4, y - 1.5, BAR + 8, 3), QColor(theme.SELECTED))
        painter.setFont(theme.font())
        wide = QFontMetricsF(theme.font(theme.LARGE_POINTS, bold=True)).horizontalAdvance("100.0") + 12
        words = QRectF(box.left() - wide - 10, box.center().y() - 34, wide, 68)
        ends = QRectF(words.left(), box.top() - 4, wide, painter.fontMetrics().height() + 2)
        for part in (words, ends):
            painter.fillRect(part, BACK)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.TEXT))  # not dim: the picture is behind it
        painter.drawText(ends.adjusted(0, 0, -6, 0), right, f"of {full}")
        said = f"peak {theme.DASH if peak is None else f'{peak:.1f}'}"
        painter.drawText(words.adjusted(0, 38, -6, -4), right, said)
        painter.setFont(theme.font(theme.LARGE_POINTS, bold=True))
        text = theme.DASH if score is None else f"{score:.1f}"
        painter.drawText(words.adjusted(0, 2, -6, -30), right, text)

    def press(self, place: QPointF, event: QMouseEvent) -> bool:
        placed, area = self._viewer.placed(), self.area()
        if placed is None or area is None:
            return False
        for part, at in (("middle", area.center()), ("corner", area.bottomRight())):
            if (placed.at(at) - event.position()).manhattanLength() <= NEAR:
                self._part, self._area = part, area
                return True
        return False

    def move(self, place: QPointF, event: QMouseEvent) -> None:
        if self._area is None:
            return
        area = QRectF(self._area)
        if self._part == "middle":
            area.moveCenter(place)
            area.moveLeft(min(max(0.0, area.left()), 1 - area.width()))
            area.moveTop(min(max(0.0, area.top()), 1 - area.height()))
        else:
            area.setRight(min(1.0, max(area.left() + LEAST, place.x())))
            area.setBottom(min(1.0, max(area.top() + LEAST, place.y())))
        self._area = area
        self._send()
        self._viewer.update()

    def release(self, place: QPointF, event: QMouseEvent) -> None:
        self._part = ""
        self._send()

    def _send(self) -> None:
        """One message at a time; the last place is always sent, and the peak begins anew with it."""
        area = self._area
        if self._under_way or area is None:
            return
        self._under_way = True

        def answered(answer: Answer) -> None:
            self._under_way = False
            if self._area != area:
                self._send()
            elif not self._part:
                self._area = None

        x, y = max(0.0, area.x()), max(0.0, area.y())
        width, height = min(area.width(), 1 - x), min(area.height(), 1 - y)
        self._link.do("focus.set", answered, slot=self._slot, x=x, y=y, width=width, height=height)


def full_scale(peak: float | None) -> int:
    """What the top of the bar stands for: most pictures are far from 100, and the bar is to be read from a lens."""
    return next(scale for scale in SCALES if peak is None or peak <= scale)
