"""Toggles beside each other, of which one or many are on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from livegrade.ui.press import tool

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SWATCH = 16


class Choices(QWidget):
    """`pressed`: the name of one; who is told shows then what is on."""

    pressed = Signal(str)

    def __init__(self, words: Mapping[str, str], columns: int, colors: Mapping[str, str] | None = None) -> None:
        """`words`: of each name; `colors`: a patch instead, where there is one."""
        super().__init__()
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for at, (name, said) in enumerate(words.items()):
            button = tool(said, checkable=True)
            button.setSizePolicy(button.sizePolicy().horizontalPolicy().Expanding, button.sizePolicy().verticalPolicy())
            if colors is not None:
                patch = QPixmap(SWATCH, SWATCH)
                patch.fill(QColor(colors[name]))
                button.setIcon(QIcon(patch))
                button.setText("")
                button.setToolTip(said)
                button.setAccessibleName(said)
            button.clicked.connect(partial(self._clicked, name))
            grid.addWidget(button, at // columns, at % columns)
            self.buttons[name] = button

    def show_on(self, names: Collection[str]) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name in names)

    def _clicked(self, name: str) -> None:
        self.buttons[name].toggle()  # back, until it is so
        self.pressed.emit(name)
