"""A wheel for three numbers: a pad that moves their balance, a ring that moves all of them, their fields below.

Pad and ring move relatively and show where the session's numbers stand; the dot beside the name is full where they are
not at rest, and brings them there.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QConicalGradient, QGuiApplication, QPainter, QPen, QRadialGradient
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.assignable import add_assigning
from livegrade.ui.drag import Drag
from livegrade.ui.number import Number, number_in
from livegrade.ui.press import passing_menu, tool

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent

CHANNELS = "rgb"
ANGLES = tuple(math.radians(degrees) for degrees in (103.0, 223.0, 343.0))
"""Of red, green and blue: red where a vectorscope has it, the others a third of the circle further."""
TRAVEL = 160
"""Pixels of movement from the middle to the rim."""
WIDEST = 250
"""Pixels: more is for others."""
RING = 11
"""Pixels that the ring is wide."""
SWEEP = 150.0
"""Degrees from the top of the ring to where all three are as far as the rim."""
FULL, HOLLOW = "●", "○"


class Wheel(QWidget):
    """`turned`: channel letter to difference. `entered`: channel, value. `cleared`: "" for all, else a channel.
    `assign_wanted`: an address of docs/osc.md, when something else is to turn it too."""

    turned = Signal(object)
    entered = Signal(str, float)
    cleared = Signal(str)
    assign_wanted = Signal(str)

    def __init__(self, name: str, neutral: float, span: float, step: float) -> None:
        """`neutral`: the number that does nothing; `span`: how far the rim is from it; `step`: of the fields."""
        super().__init__()
        self.address = ""
        self._neutral = neutral
        self.title = QLabel(name)
        self.title.setFont(theme.font(bold=True))
        self.rest = tool(HOLLOW, f"{name} as if it were not there")
        self.rest.setMinimumHeight(0)
        self.rest.setStyleSheet(f"border: 0; background: transparent; padding: 2px 6px; color: {theme.DIM}")
        self.pad = _Pad(neutral, span)
        self.master = Number("all", step)
        self.numbers = [
            Number(letter.upper(), step, color=color) for letter, color in zip(CHANNELS, theme.CHANNELS, strict=True)
        ]
        self.setMaximumWidth(WIDEST)
        self._arrange()
        self.pad.turned.connect(self.turned)
        for clear in (self.pad.cleared, self.rest.clicked, self.master.cleared):
            clear.connect(lambda *_: self.cleared.emit(""))
        self.master.turned.connect(lambda by: self.turned.emit(dict.fromkeys(CHANNELS, by)))
        self.master.entered.connect(self._all)
        for letter, number in zip(CHANNELS, self.numbers, strict=True):
            number.turned.connect(lambda by, letter=letter: self.turned.emit({letter: by}))
            number.entered.connect(lambda value, letter=letter: self.entered.emit(letter, value))
            number.cleared.connect(lambda letter=letter: self.cleared.emit(letter))
        for number in (self.master, *self.numbers):
            number.assign_wanted.connect(self.assign_wanted)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(self.title)
        head.addWidget(self.rest)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 4, 0)
        column.setSpacing(2)
        column.addLayout(head)
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
        at_rest = values == (self._neutral,) * 3
        self.rest.setText(HOLLOW if at_rest else FULL)

    def show_address(self, address: str) -> None:
        """Where it is heard on OSC, "" for nowhere."""
        self.address = self.master.address = address
        for letter, number in zip(CHANNELS, self.numbers, strict=True):
            number.address = f"{address}/{letter}" if address else ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = passing_menu(self)
        clipboard = QGuiApplication.clipboard()
        menu.addAction("Copy all three", lambda: clipboard.setText(" ".join(one.field.plain() for one in self.numbers)))
        menu.addAction("Paste all three", lambda: self._paste(clipboard.text()))
        menu.addAction("Default", lambda: self.cleared.emit(""))
        add_assigning(menu, self.address, self.assign_wanted.emit)
        menu.exec(event.globalPos())

    def _paste(self, text: str) -> None:
        """Three numbers, or one for all."""
        values = [number_in(word) for word in text.replace(";", " ").split()]
        if len(values) in (1, 3) and None not in values:
            for letter, value in zip(CHANNELS, values * (3 // len(values)), strict=True):
                if value is not None:
                    self.entered.emit(letter, value)

    def _all(self, value: float) -> None:
        by = value - sum(self.pad.values) / 3
        self.turned.emit(dict.fromkeys(CHANNELS, by))


class _Pad(QWidget):
    """Where the balance of three numbers stands, as a place in a circle, and their mean, as an arc around it."""

    turned = Signal(object)
    cleared = Signal()

    def __init__(self, neutral: float, span: float) -> None:
        super().__init__()
        self.values = (neutral, neutral, neutral)
        self._neutral = neutral
        self._span = span
        self._drag = Drag()
        self._is_ring = False
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
            self._drag.begin(event)
            away = event.position() - QPointF(self.width() / 2, self.height() / 2)
            self._is_ring = math.hypot(away.x(), away.y()) > self._radius()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        by = self._drag.by(event)
        if by.isNull():
            return
        x, y = by.x() / TRAVEL, -by.y() / TRAVEL
        if self._is_ring:
            self.turned.emit(dict.fromkeys(CHANNELS, self._span * (x + y)))
            return
        self.turned.emit(
            {
                letter: self._span * (x * math.cos(angle) + y * math.sin(angle))
                for letter, angle in zip(CHANNELS, ANGLES, strict=True)
            }
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag.end()
        self.cleared.emit()

    def _radius(self) -> float:
        """Of the pad, inside of the ring."""
        return max(8.0, min(self.width(), self.height()) / 2 - 2 - RING)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, radius = QPointF(self.width() / 2, self.height() / 2), self._radius()
        painter.setPen(QPen(QColor(theme.LINE), 1))
        for brush in (_hues(middle), _veil(middle, radius)):
            painter.setBrush(brush)
            painter.drawEllipse(middle, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for along in (QPointF(radius, 0), QPointF(0, radius)):
            painter.drawLine(middle - along, middle + along)
        self._paint_ring(painter, middle, radius)
        place = self.place()
        far = max(1.0, math.hypot(place.x(), place.y()))
        at = middle + QPointF(place.x(), -place.y()) / far * radius
        painter.setPen(QPen(QColor(theme.TEXT), 1.5))
        painter.drawEllipse(at, 5, 5)
        painter.drawLine(at - QPointF(9, 0), at + QPointF(9, 0))
        painter.drawLine(at - QPointF(0, 9), at + QPointF(0, 9))

    def _paint_ring(self, painter: QPainter, middle: QPointF, radius: float) -> None:
        around = radius + RING / 2
        ring = QRectF(middle.x() - around, middle.y() - around, 2 * around, 2 * around)
        painter.setPen(QPen(QColor(theme.RAISED), RING - 5, c=Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, round((90 + SWEEP) * 16), round(-2 * SWEEP * 16))
        share = (sum(self.values) / 3 - self._neutral) / self._span
        turned = -SWEEP * min(1.0, max(-1.0, share))
        painter.setPen(QPen(QColor(theme.TEXT), 3, c=Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 90 * 16, round(turned * 16))
        angle = math.radians(90 + turned)
        way = QPointF(math.cos(angle), -math.sin(angle))
        painter.drawLine(middle + way * (radius + 1), middle + way * (radius + RING))


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
