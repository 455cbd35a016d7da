"""A word of the session that is typed over: the counterpart of a number's field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class WordField(QLineEdit):
    """A word that is typed: Enter or leaving sends it, Esc forgets it, and what the session says stands there while
    nobody types. `entered`: another word than the session has."""

    entered = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMaxLength(200)
        self._said = ""
        self.editingFinished.connect(self._finished)

    def show_words(self, words: str) -> None:
        """As the session has them."""
        self._said = words
        if not (self.hasFocus() and self.isModified()):
            self.setText(words)
            self.setModified(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._said)
            self.setModified(False)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _finished(self) -> None:
        if self.isModified() and self.text().strip() != self._said:
            self.setModified(False)
            self.entered.emit(self.text().strip())
