"""What else than scene, shot and take stands on a slate, each a word that is typed over, and a place for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from livegrade.ui import theme
from livegrade.ui.wordfield import WordField

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELD = 110
"""Width of a field beside which something is written too."""
HOW = "write a field of the slate with its word, such as roll=A004"


class SlateFields(QWidget):
    """`columns`: so many beside each other; `apart`: they stand beside something else, and `more` has its place
    elsewhere. `entered`: a field and another word for it, empty to take it away; `refused`: why what was written is no
    field, in a sentence."""

    entered = Signal(str, str)
    refused = Signal(str)

    def __init__(self, columns: int = 1, *, apart: bool = False) -> None:
        super().__init__()
        self.fields: dict[str, WordField] = {}
        self.more = WordField("another field")
        self.more.setPlaceholderText("roll=A004")
        self.more.entered.connect(self._another)
        self._columns = columns
        self._apart = apart
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        for column in range(columns):
            self._grid.setColumnStretch(2 * column + 1, 1)
        self._place([])

    def show_fields(self, fields: Mapping[str, str]) -> None:
        """As the session has them."""
        if list(fields) != list(self.fields):
            self._place(list(fields))
        for name, word in fields.items():
            self.fields[name].show_words(word)
        self.more.show_words("")

    def _place(self, names: list[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.more:
                widget.deleteLater()
        self.fields = {}
        for at, name in enumerate(names):
            field = self.fields[name] = WordField(name)
            field.entered.connect(lambda word, name=name: self.entered.emit(name, word))
            if self._apart:
                field.setMaximumWidth(FIELD)
            label = QLabel(name)
            label.setStyleSheet(f"color: {theme.DIM}")
            row, column = divmod(at, self._columns)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(field, row, 2 * column + 1)
        if not self._apart:
            row, column = divmod(len(names), self._columns)
            self._grid.addWidget(self.more, row, 2 * column + 1)

    def _another(self, word: str) -> None:
        name, equals, value = word.partition("=")
        if equals and name.strip() and value.strip():
            self.entered.emit(name.strip(), value.strip())
        else:
            self.refused.emit(HOW)
