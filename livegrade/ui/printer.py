"""Printer points: whole numbers a channel, up and down by buttons as on a printer's desk."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from livegrade.ui import theme
from livegrade.ui.number import Number
from livegrade.ui.press import tool
from livegrade.ui.wheel import CHANNELS

NAMES = ("Red", "Green", "Blue")
STEP = 0.1
"""Points a pixel of a coarse drag."""


class PrinterPoints(QWidget):
    """`turned`: channel letter to difference; `entered`: channel, value; `cleared`: "" for all, else a channel."""

    turned = Signal(object)
    entered = Signal(str, float)
    cleared = Signal(str)
    assign_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        grid.setSpacing(theme.GAP)
        self.numbers: dict[str, Number] = {}
        self.buttons: dict[tuple[str, int], QToolButton] = {}
        self._gathered = dict.fromkeys(CHANNELS, 0.0)
        rows = [*zip(CHANNELS, NAMES, theme.CHANNELS, strict=True), (CHANNELS, "All", theme.TEXT)]
        for row, (letters, name, color) in enumerate(rows):
            number = Number(name, STEP, decimals=0, color=color)
            number.label.setMinimumWidth(48)
            number.turned.connect(partial(self._drag, letters))
            number.entered.connect(partial(self._enter, letters))
            number.cleared.connect(partial(self.cleared.emit, letters if len(letters) == 1 else ""))
            number.assign_wanted.connect(self.assign_wanted)
            self.numbers[letters] = number
            grid.addWidget(self._button(letters, -1), row, 0)
            grid.addWidget(number, row, 1)
            grid.addWidget(self._button(letters, 1), row, 2)
        grid.setColumnStretch(3, 1)
        grid.setRowStretch(len(rows), 1)

    def show_values(self, values: tuple[float, float, float]) -> None:
        """What the session has."""
        for letter, value in zip(CHANNELS, values, strict=True):
            self.numbers[letter].show_value(value)
        self.numbers[CHANNELS].show_value(sum(values) / 3)

    def show_address(self, address: str) -> None:
        """Where it is heard on OSC, "" for nowhere."""
        for letters, number in self.numbers.items():
            number.address = address if len(letters) > 1 or not address else f"{address}/{letters}"

    def _button(self, letters: str, by: int) -> QToolButton:
        button = tool("+" if by > 0 else "−")
        button.setFixedSize(theme.TOUCH + 8, theme.TOUCH)
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self.turned.emit(dict.fromkeys(letters, float(by))))
        self.buttons[letters, by] = button
        return button

    def _drag(self, letters: str, by: float) -> None:
        """Whole points; what is less waits for more."""
        for letter in letters:
            self._gathered[letter] += by
        whole = {letter: float(int(self._gathered[letter])) for letter in letters}
        for letter, points in whole.items():
            self._gathered[letter] -= points
        if any(whole.values()):
            self.turned.emit(whole)

    def _enter(self, letters: str, value: float) -> None:
        for letter in letters:
            self.entered.emit(letter, float(round(value)))
