"""A drag of which only the movement counts: coarse, with Shift fine, and not ended by the screen's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtGui import QInputEvent, QMouseEvent

FINE = 0.1
"""Times as far, with Shift."""
EDGE = 4


class Drag:
    """Of one widget, which tells it of the mouse."""

    def __init__(self) -> None:
        self._from: QPoint | None = None

    @property
    def is_held(self) -> bool:
        return self._from is not None

    def begin(self, event: QMouseEvent) -> None:
        self._from = event.globalPosition().toPoint()

    def end(self) -> None:
        self._from = None

    def by(self, event: QMouseEvent) -> QPointF:
        """How far it goes with this movement, in pixels to the right and down; nowhere while nothing is held. A pointer
        that has come to the screen's edge is put back into its middle."""
        if self._from is None:
            return QPointF()
        now = event.globalPosition().toPoint()
        moved, self._from = now - self._from, now
        screen = QGuiApplication.screenAt(now)
        if screen is not None and not screen.geometry().adjusted(EDGE, EDGE, -EDGE, -EDGE).contains(now):
            self._from = screen.geometry().center()
            QCursor.setPos(self._from)
        return QPointF(moved) * fineness(event)


def fineness(event: QInputEvent) -> float:
    """How much of a step is meant."""
    return FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
