"""What may be taller than its place, and pages of which one is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget


def scrolled(inside: QWidget) -> QScrollArea:
    """It goes up and down, is never wider than there is room, and has no frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


def turn(stack: QStackedWidget, at: int) -> None:
    """Shows another page. What is typed into the one that goes ends, and keys are the window's: Qt would give them to
    the first field of the one that comes."""
    focused: QWidget | None = stack.window().focusWidget()
    if at != stack.currentIndex() and focused is not None and stack.isAncestorOf(focused):
        stack.window().setFocus()
    stack.setCurrentIndex(at)
