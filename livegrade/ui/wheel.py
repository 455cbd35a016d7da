"""A wheel for three numbers: a pad that moves their balance, a slider that moves all of them, their fields below.

Pad and slider move relatively and show where the session's numbers stand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QConicalGradient, QPainter, QPen, QRadialGradient
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.number import FINE, Number, relative

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

CHANNELS = "rgb"
ANGLES = tuple(math.radians(degrees) for degrees in (103.0, 223.0, 343.0))
"""Of red, green and blue: red where a vectorscope has it, the others a third of the circle further."""
TRAVEL = 160
"""Pixels of movement from the middle to the rim."""


class Wheel(QWidget):
    """`turned`: channel letter to difference. `entered`: channel, value. `cleared`: "" for all, else a channel."""

    turned = Signal(object)
    entered = Signal(str, float)
    cleared = Signal(str)

    def __init__(self, name: str, neutral: float, span: float, step: float) -> None:
        """`neutral`: the number that does nothing; `span`: how far the rim is from it; `step`: of the fields."""
        super().__init__()
        title = QLabel(name)
        title.setFont(theme.font(bold=True))
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.pad = _Pad(neutral, span)
        self.master = Number("all", step)
        self.numbers = [
            Number(letter.upper(), step, color=color) for letter, color in zip(CHANNELS, theme.CHANNELS, strict=True)
        ]
        self._arrange(title)
        self.pad.turned.connect(self.turned)
        self.pad.cleared.connect(lambda: self.cleared.emit(""))
        self.master.turned.connect(lambda by: self.turned.emit(dict.fromkeys(CHANNELS, by)))
        self.master.cleared.connect(lambda: self.cleared.emit(""))
        self.master.entered.connect(self._all)
        for letter, number in zip(CHANNELS, self.numbers, strict=True):
            number.turned.connect(lambda by, letter=letter: self.turned.emit({letter: by}))
            number.entered.connect(lambda value, letter=letter: self.entered.emit(letter, value))
            number.cleared.connect(lambda letter=letter: self.cleared.emit(letter))

    def _arrange(self, title: QLabel) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(self.pad, 1)
        fields = QGridLayout()
        fields.setSpacing(4)
        for at, number in enumerate([*self.numbers, self.master]):
            fields.addWidget(number, at // 2, at % 2)
        column.addLayout(fields)

    def show_values(self, values: tuple[float, float, float]) -> None:
        """What the session has."""
        self.pad.show_values(values)
        for number, value in zip(self.numbers, values, strict=True):
            number.show_value(value)
        self.master.show_value(sum(values) / 3)

    def _all(self, value: float) -> None:
        by = value - sum(self.pad.values) / 3
        self.turned.emit(dict.fromkeys(CHANNELS, by))


class _Pad(QWidget):
    """Where the balance of three numbers stands, as a place in a circle."""

    turned = Signal(object)
    cleared = Signal()

    def __init__(self, neutral: float, span: float) -> None:
        super().__init__()
        self.values = (neutral, neutral, neutral)
        self._span = span
        self._from: QPoint | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        return QSize(150, 150)

    def show_values(self, values: tuple[float, float, float]) -> None:
        self.values = values
        self.update()

    def place(self) -> QPointF:
        """Of the balance: (0, 0) is none, 1 the rim; x to the right, y up."""
        mean = sum(self.values) / 3
        parts = [(value - mean) / self._span for value in self.values]
        x = sum(part * math.cos(angle) for part, angle in zip(parts, ANGLES, strict=True)) * 2 / 3
        y = sum(part * math.sin(angle) for part, angle in zip(parts, ANGLES, strict=True)) * 2 / 3
        return QPointF(x, y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        moved, self._from = relative(event, self._from)
        fine = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        x, y = moved.x() / TRAVEL * fine, -moved.y() / TRAVEL * fine
        self.turned.emit(
            {
                letter: self._span * (x * math.cos(angle) + y * math.sin(angle))
                for letter, angle in zip(CHANNELS, ANGLES, strict=True)
            }
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._from = None
        self.cleared.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 4
        middle = QPointF(self.width() / 2, self.height() / 2)
        circle = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.setBrush(_hues(middle))
        painter.drawEllipse(circle)
        painter.setBrush(_veil(middle, side / 2))
        painter.drawEllipse(circle)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.drawLine(QPointF(circle.left(), middle.y()), QPointF(circle.right(), middle.y()))
        painter.drawLine(QPointF(middle.x(), circle.top()), QPointF(middle.x(), circle.bottom()))
        place = self.place()
        far = max(1.0, math.hypot(place.x(), place.y()))
        at = middle + QPointF(place.x() / far * side / 2, -place.y() / far * side / 2)
        painter.setPen(QPen(QColor(theme.TEXT), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 5, 5)
        painter.drawLine(at - QPointF(9, 0), at + QPointF(9, 0))
        painter.drawLine(at - QPointF(0, 9), at + QPointF(0, 9))


def _hues(middle: QPointF) -> QConicalGradient:
    """Which way which colour is: dark, so that it is a hint and not a light beside the picture."""
    gradient = QConicalGradient(middle, math.degrees(ANGLES[0]))
    for at in range(7):
        gradient.setColorAt(at / 6, QColor.fromHsvF((at / 6) % 1.0, 0.55, 0.42))
    return gradient


def _veil(middle: QPointF, radius: float) -> QRadialGradient:
    """Grey in the middle, clear at the rim."""
    gradient = QRadialGradient(middle, radius)
    grey = QColor(theme.FIELD)
    gradient.setColorAt(0.0, grey)
    gradient.setColorAt(0.75, grey)
    grey.setAlpha(0)
    gradient.setColorAt(1.0, grey)
    return gradient
