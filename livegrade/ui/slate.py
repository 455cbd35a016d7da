"""The slate of the next take: scene, shot, number and what else people write on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.wordfield import WordField

if TYPE_CHECKING:
    from typing import Any

    from livegrade.ui.link import SessionLink

STEPS = ("take", "shot", "scene")
MOST_NUMBER = 99_999


class Slate(QWidget):
    """Of the session, for all its slots. `others`: what else stands on it, which has its place elsewhere."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.scene, self.shot, self.take = WordField("scene"), WordField("shot"), WordField("take")
        self.more = WordField("another field")
        self.more.setPlaceholderText("roll=A004")
        self.fields: dict[str, WordField] = {}
        self.scene.entered.connect(lambda word: link.do_aloud("take.slate", scene=word))
        self.shot.entered.connect(lambda word: link.do_aloud("take.slate", shot=word))
        self.take.entered.connect(self._number)
        self.more.entered.connect(self._another)
        self.steps: dict[str, QPushButton] = {}
        self.others = QWidget()
        self._others = QGridLayout()
        self._others.setColumnStretch(1, 1)
        self._others.setSpacing(4)
        self._arrange()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for name, field in (("Scene", self.scene), ("Shot", self.shot), ("Take", self.take)):
            label = self.take_name = QLabel(name)
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
        below = QVBoxLayout(self.others)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addLayout(self._others)
        below.addWidget(self.more)

    def show_slate(self, slate: dict[str, Any] | None, runs: int | None = None) -> None:
        """As the session has it; None where it keeps no takes. `runs`: the number of the take that goes on, which
        stands there instead of that of the next."""
        self.setEnabled(slate is not None)
        self.others.setEnabled(slate is not None)
        if slate is None:
            return
        self.scene.show_words(slate["scene"])
        self.shot.show_words(slate["shot"])
        self.take.show_words(str((slate["take"] if runs is None else runs) or ""))
        self.take.setReadOnly(runs is not None)
        self.take_name.setStyleSheet(f"color: {theme.DIM if runs is None else theme.RED}")
        self.take.setToolTip("" if runs is None else f"it runs; the next is {slate['take'] or 'not known'}")
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
            field = self.fields[name] = WordField(name)
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
