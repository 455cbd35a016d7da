"""One number: its name, which is dragged, and a field, which is typed into.

Dragging is coarse, with Shift fine (x 0.1); a double click on the name is the default; the right button copies, pastes
and assigns. Only the pointer's movement counts, and the screen's edge does not end it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from livegrade.ui import theme
from livegrade.ui.assignable import add_assigning
from livegrade.ui.drag import Drag, fineness
from livegrade.ui.press import ends_typing, passing_menu

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

LIMIT = 1e6


class Number(QWidget):
    """`turned`: by how much it is to change; `entered`: what it is to be; `cleared`: back to its default.

    `address`: of docs/osc.md, "" for none; `assign_wanted`: that address, when something else is to turn it too."""

    turned = Signal(float)
    entered = Signal(float)
    cleared = Signal()
    assign_wanted = Signal(str)

    def __init__(self, name: str, step: float, decimals: int = 3, color: str = theme.TEXT, suffix: str = "") -> None:
        """`step`: for one pixel of a coarse drag."""
        super().__init__()
        self.address = ""
        self.label = _Handle(name, step, color)
        self.field = Field(decimals, suffix)
        self.field.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label)
        row.addWidget(self.field, 1)
        self.label.turned.connect(self.turned)
        self.label.cleared.connect(self.cleared)
        self.field.entered.connect(self.entered)
        self.field.stepped.connect(lambda steps: self.turned.emit(steps * step))

    def show_value(self, value: float | None) -> None:
        """What the session has; a field that is being typed into is left alone."""
        self.field.show_value(value)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = passing_menu(self)
        clipboard = QGuiApplication.clipboard()
        menu.addAction("Copy value", lambda: clipboard.setText(self.field.plain()))
        menu.addAction("Paste value", lambda: self._paste(clipboard.text()))
        menu.addAction("Default", self.cleared.emit)
        add_assigning(menu, self.address, self.assign_wanted.emit)
        menu.exec(event.globalPos())

    def _paste(self, text: str) -> None:
        value = number_in(text)
        if value is not None:
            self.entered.emit(value)


class Field(QLineEdit):
    """A number that is typed: Enter or leaving sends it, Esc forgets it, the arrows step. After Enter and Esc keys are
    the window's again."""

    entered = Signal(float)
    stepped = Signal(float)

    def __init__(self, decimals: int, suffix: str) -> None:
        super().__init__()
        self._decimals = decimals
        self._suffix = suffix
        self._value: float | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setMinimumWidth(54)
        self.setStyleSheet("padding: 3px 2px")
        self.editingFinished.connect(self._finished)

    def show_value(self, value: float | None) -> None:
        """A field that is being typed into is left alone."""
        self._value = value
        self.setEnabled(value is not None)
        if not (self.hasFocus() and self.isModified()):
            self._write()

    def forget(self) -> None:
        """What is being typed is not sent: the field stands for another number now."""
        self._write()

    def plain(self) -> str:
        """The number alone."""
        return "" if self._value is None else f"{self._value:.{self._decimals}f}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if ends_typing(self, event, self._write, self._finished):
            return
        match event.key():
            case Qt.Key.Key_Up:
                self.stepped.emit(fineness(event))
            case Qt.Key.Key_Down:
                self.stepped.emit(-fineness(event))
            case _:
                super().keyPressEvent(event)

    def _write(self) -> None:
        self.setText(theme.DASH if self._value is None else self.plain() + self._suffix)
        self.setModified(False)

    def _finished(self) -> None:
        if not self.isModified():
            return
        value = number_in(self.text().removesuffix(self._suffix))
        self._write()
        if value is not None:
            self.entered.emit(value)


def number_in(text: str) -> float | None:
    """With a point or a comma; None for what is no finite number."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= LIMIT else None


class _Handle(QLabel):
    """A name that is dragged sideways."""

    turned = Signal(float)
    cleared = Signal()

    def __init__(self, name: str, step: float, color: str) -> None:
        super().__init__(name)
        self._step = step
        self._drag = Drag()
        self.setStyleSheet(f"color: {color}")
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag.begin(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        by = self._drag.by(event)
        if by.x():
            self.turned.emit(by.x() * self._step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag.end()
        self.cleared.emit()
