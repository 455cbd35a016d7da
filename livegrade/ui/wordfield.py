"""A word of the session that is typed over: the counterpart of a number's field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from livegrade.ui.press import ends_typing

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent


class WordField(QLineEdit):
    """A word that is typed: Enter or leaving sends it, Esc forgets it, and what the session says stands there while
    nobody types. After Enter and Esc keys are the window's again. `entered`: another word than the session has; `left`:
    nobody types any more, whatever became of it."""

    entered = Signal(str)
    left = Signal()

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
            self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not ends_typing(self, event, self._write, self._finished):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()

    def _write(self) -> None:
        self.setText(self._said)
        self.setModified(False)

    def _finished(self) -> None:
        """What is sent stands there again when the session has it."""
        words = self.text().strip()
        if self.isModified():
            self._write()
            if words != self._said:
                self.entered.emit(words)
