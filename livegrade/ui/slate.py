"""The slate of the next take: scene, shot, number and what else people write on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from typing import Any

    from PySide6.QtGui import QKeyEvent

    from livegrade.ui.link import SessionLink

STEPS = ("take", "shot", "scene")
MOST_NUMBER = 99_999


class Words(QLineEdit):
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


class Slate(QWidget):
    """Of the session, for all its slots."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.scene, self.shot, self.take = Words("scene"), Words("shot"), Words("take")
        self.more = Words("another field")
        self.more.setPlaceholderText("roll=A004")
        self.fields: dict[str, Words] = {}
        self.scene.entered.connect(lambda word: link.do_aloud("take.slate", scene=word))
        self.shot.entered.connect(lambda word: link.do_aloud("take.slate", shot=word))
        self.take.entered.connect(self._number)
        self.more.entered.connect(self._another)
        self.steps: dict[str, QPushButton] = {}
        self._others = QGridLayout()
        self._others.setColumnStretch(1, 1)
        self._others.setSpacing(4)
        self._arrange()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for name, field in (("Scene", self.scene), ("Shot", self.shot), ("Take", self.take)):
            label = QLabel(name)
            label.setStyleSheet(f"color: {theme.DIM}")
            field.setFont(theme.font(14, bold=True))
            field.setMinimumWidth(56)
            head.addWidget(label)
            head.addWidget(field, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for step in STEPS:
            button = self.steps[step] = QPushButton(f"Next {step}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
            button.clicked.connect(lambda _=False, step=step: self._link.do_aloud("take.next", step=step))
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(buttons)
        column.addLayout(self._others)
        column.addWidget(self.more)

    def show_slate(self, slate: dict[str, Any] | None) -> None:
        """As the session has it; None where it keeps no takes."""
        self.setEnabled(slate is not None)
        if slate is None:
            return
        self.scene.show_words(slate["scene"])
        self.shot.show_words(slate["shot"])
        self.take.show_words(str(slate["take"] or ""))
        if list(slate["fields"]) != list(self.fields):
            self._build(list(slate["fields"]))
        for name, word in slate["fields"].items():
            self.fields[name].show_words(word)
        self.more.show_words("")

    def _build(self, names: list[str]) -> None:
        while (item := self._others.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.fields = {}
        for row, name in enumerate(names):
            field = self.fields[name] = Words(name)
            field.entered.connect(lambda word, name=name: self._link.do_aloud("take.slate", fields={name: word}))
            label = QLabel(name)
            label.setStyleSheet(f"color: {theme.DIM}")
            self._others.addWidget(label, row, 0)
            self._others.addWidget(field, row, 1)

    def _number(self, word: str) -> None:
        if word.isascii() and word.isdigit() and int(word) <= MOST_NUMBER:
            self._link.do_aloud("take.slate", take=int(word))
        elif not word:
            self._link.do_aloud("take.slate", take=0)  # the one after the highest
        else:
            self._link.refused.emit(f"a take is a number up to {MOST_NUMBER}, not '{word[:20]}'")

    def _another(self, word: str) -> None:
        name, equals, value = word.partition("=")
        if equals and name.strip() and value.strip():
            self._link.do_aloud("take.slate", fields={name.strip(): value.strip()})
        else:
            self._link.refused.emit("write a field of the slate with its word, such as roll=A004")
