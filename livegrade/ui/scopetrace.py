"""The picture of a scope as the session drew it, what is under the cursor, and the marks of a pixel of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from livegrade.ui import theme
from livegrade.ui.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from livegrade.ui.link import SessionLink
    from livegrade.ui.pictures import Shown

MARK = 4.0
_FITTED = Qt.AspectRatioMode.KeepAspectRatio
MARK_COLORS = dict(zip("RGB", theme.CHANNELS, strict=True))


class Trace(QWidget):
    """`moved`: the cursor, x and y 0 to 1 of the scope, None outside. `zoomed`, `brightened`: by so many clicks of the
    wheel. `dragged`: to the right and down by so much of its sides. `twice`: double click. `asked`: for the menu, at a
    place of the screen."""

    moved = Signal(object)
    zoomed = Signal(float)
    brightened = Signal(float)
    dragged = Signal(QPointF)
    twice = Signal()
    asked = Signal(QPoint)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self.message = ""
        self.reading = ""
        self.marks: tuple[tuple[str, float, float], ...] = ()
        self._cursor = QPointF()
        self._pressed: QPointF | None = None
        self.stream = Subscription(link, self, "scope.subscribe", "scope.show", ("slot",))
        self.setMinimumSize(140, 100)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def letters(self) -> int:
        """How large letters are drawn, in pixels of the screen: as large as those of the window."""
        return theme.letters(self.devicePixelRatioF())

    def size_shown(self) -> tuple[int, int] | None:
        """Of the picture, in its pixels."""
        return None if self.shown is None else (self.shown.image.width(), self.shown.image.height())

    def show_picture(self, shown: Shown | None) -> None:
        self.shown, self.message = shown, ""
        self.update()

    def say(self, message: str) -> None:
        """A sentence in place of the picture."""
        if message != self.message:
            self.message = message
            self.update()

    def show_reading(self, text: str) -> None:
        """What is under the cursor, beside it; "" for nothing."""
        self.reading = text
        self.update()

    def show_marks(self, marks: Sequence[tuple[str, float, float]]) -> None:
        """Channel, x and y of each."""
        if marks or self.marks:
            self.marks = tuple(marks)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.FIELD))
        if self.shown is not None:
            place = self._place()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._is_scaled())
            painter.drawImage(place, self.shown.image)
            self._paint_marks(painter, place)
        if self.reading:
            self._paint_reading(painter)
        if self.message:
            painter.setPen(QColor(theme.DIM))
            room = self.rect().adjusted(8, 8, -8, -8)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message)

    def _place(self) -> QRectF:
        """Where the picture is: pixel for pixel, and fitted in until one of the new size comes."""
        whole = QRectF(self.rect())
        if not self._is_scaled() or self.shown is None:
            return whole
        fitted = QRectF(QPointF(), QSizeF(self.shown.image.size()).scaled(whole.size(), _FITTED))
        fitted.moveCenter(whole.center())
        return fitted

    def _is_scaled(self) -> bool:
        ratio = self.devicePixelRatioF()
        return self.size_shown() != (round(self.width() * ratio), round(self.height() * ratio))

    def _paint_marks(self, painter: QPainter, place: QRectF) -> None:
        """Rings with a dark edge, that are seen on a bright trace too."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for channel, x, y in self.marks:
            at = QPointF(place.left() + x * place.width(), place.top() + y * place.height())
            for color, width in ((theme.FIELD, 4.0), (MARK_COLORS.get(channel, theme.TEXT), 1.6)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawEllipse(at, MARK, MARK)

    def _paint_reading(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        box = QRectF(0, 0, metrics.horizontalAdvance(self.reading) + 10, metrics.height() + 4)
        left = min(self._cursor.x() + 14, self.width() - box.width())
        above = self._cursor.y() - box.height() - 8
        box.moveTo(max(left, 0.0), above if above >= 0 else self._cursor.y() + 14)
        painter.fillRect(box, QColor(theme.FIELD))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.reading)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.stream.resized()

    def wheelEvent(self, event: QWheelEvent) -> None:
        clicks = (event.angleDelta().y() or event.angleDelta().x()) / 120
        bright = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        (self.brightened if bright else self.zoomed).emit(clicks)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None and event.buttons():
            moved = at - self._pressed
            self.dragged.emit(QPointF(moved.x() / max(self.width(), 1), moved.y() / max(self.height(), 1)))
            self._pressed = at
        self._cursor = at
        place = self._place()
        inside = place.contains(at) and self.shown is not None
        x, y = (at.x() - place.left()) / place.width(), (at.y() - place.top()) / place.height()
        self.moved.emit(QPointF(x, y) if inside else None)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.twice.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.asked.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self.moved.emit(None)
