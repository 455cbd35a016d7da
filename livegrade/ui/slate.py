"""The slate of the next take: scene, shot, number and what else people write on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.slatefields import SlateFields
from livegrade.ui.wordfield import WordField

if TYPE_CHECKING:
    from typing import Any

    from livegrade.ui.link import SessionLink

STEPS = ("take", "shot", "scene")
MOST_NUMBER = 99_999


class Slate(QWidget):
    """Of the session, for all its slots. `others`: what else stands on it, which has its place elsewhere, as
    has its field for one more. `buttons`: a row that has room for one more."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.scene, self.shot, self.take = WordField("scene"), WordField("shot"), WordField("take")
        self.scene.entered.connect(lambda word: link.do_aloud("take.slate", scene=word))
        self.shot.entered.connect(lambda word: link.do_aloud("take.slate", shot=word))
        self.take.entered.connect(self._number)
        self.others = SlateFields(apart=True)
        self.others.entered.connect(lambda name, word: link.do_aloud("take.slate", fields={name: word}))
        self.others.refused.connect(link.refused)
        self.steps: dict[str, QPushButton] = {}
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
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(4)
        for step in STEPS:
            button = self.steps[step] = QPushButton(f"Next {step}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
            button.clicked.connect(lambda _=False, step=step: self._link.do_aloud("take.next", step=step))
            self.buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self.buttons)

    def show_slate(self, slate: dict[str, Any] | None, runs: int | None = None) -> None:
        """As the session has it; None where it keeps no takes. `runs`: the number of the take that goes on, which
        stands there instead of that of the next."""
        self.setEnabled(slate is not None)
        self.others.setEnabled(slate is not None)
        self.others.more.setEnabled(slate is not None)
        if slate is None:
            return
        self.scene.show_words(slate["scene"])
        self.shot.show_words(slate["shot"])
        self.take.show_words(str((slate["take"] if runs is None else runs) or ""))
        self.take.setReadOnly(runs is not None)
        theme.tint(self.take_name, theme.DIM if runs is None else theme.RED)
        self.take.setToolTip("" if runs is None else f"it runs; the next is {slate['take'] or 'not known'}")
        self.others.show_fields(slate["fields"])

    def _number(self, word: str) -> None:
        if word.isascii() and word.isdigit() and int(word) <= MOST_NUMBER:
            self._link.do_aloud("take.slate", take=int(word))
        elif not word:
            self._link.do_aloud("take.slate", take=0)  # the one after the highest
        else:
            self._link.refused.emit(f"a take is a number up to {MOST_NUMBER}, not '{word[:20]}'")
