"""A button for what cannot be taken back: it asks in its own place and does it when it is pressed again."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QToolButton

from livegrade.ui import theme

PATIENCE_MS = 5000
"""How long it waits for the second press."""


class Twice(QToolButton):
    """`sure`: it was pressed twice."""

    sure = Signal()

    def __init__(self, words: str, question: str) -> None:
        """`question`: what it says while it waits, such as "press again to remove"."""
        super().__init__()
        self._words, self._question = words, question
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(theme.TOUCH)
        self._waiting = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._waiting.timeout.connect(self.calm)
        self.clicked.connect(self._pressed)
        metrics = self.fontMetrics()
        self.setMinimumWidth(max(map(metrics.horizontalAdvance, (words, question))) + 24)  # its place does not change
        self.calm()

    def calm(self) -> None:
        """Nothing is asked any more."""
        self._waiting.stop()
        self.setText(self._words)
        self.setStyleSheet("")

    def _pressed(self) -> None:
        if self._waiting.isActive():
            self.calm()
            self.sure.emit()
        else:
            self.setText(self._question)
            self.setStyleSheet(f"color: {theme.AMBER}; border-color: {theme.AMBER}")
            self._waiting.start()
