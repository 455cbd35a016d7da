"""The outputs: what each shows, whether it holds, and its view, set and locked from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.panel import Panel

if TYPE_CHECKING:
    from livegrade.ui.link import Path, SessionLink

VIEWS = ("graded", "bypass", "source", "false-color:stops", "false-color:limits", "false-color")
COLORS = {"running": theme.GREEN, "starting": theme.DIM, "lost": theme.RED, "faulted": theme.RED, "ended": theme.DIM}
LONGEST = 28
"""Letters of an address; the whole of it stands in the tip."""


class Outputs(Panel):
    """A line for each output of the session."""

    title = "Outputs"

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.lines: dict[str, _Line] = {}
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setVerticalSpacing(4)
        inside = QWidget()
        holder = QVBoxLayout(inside)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addLayout(self._grid)
        holder.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.addWidget(area, 1)

    def show_state(self, paths: list[Path]) -> None:
        sinks: dict[str, Any] = self._link.at("sinks") or {}
        if list(sinks) != list(self.lines):
            self._build(list(sinks))
        for number, sink in sinks.items():
            self.lines[number].show_sink(sink)

    def _build(self, numbers: list[str]) -> None:
        for line in self.lines.values():
            for widget in line.widgets:
                self._grid.removeWidget(widget)
                widget.deleteLater()
        self.lines = {number: _Line(self._link, number) for number in numbers}
        for at, line in enumerate(self.lines.values()):
            self._grid.addWidget(line.slot, 2 * at, 0)
            self._grid.addWidget(line.address, 2 * at, 1)
            self._grid.addWidget(line.state, 2 * at, 2, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(line.view, 2 * at + 1, 1)
            self._grid.addWidget(line.lock, 2 * at + 1, 2, Qt.AlignmentFlag.AlignRight)


class _Line:
    """One output: slot, address, view, lock, state."""

    def __init__(self, link: SessionLink, number: str) -> None:
        self._link = link
        self._number = number
        self.slot, self.address, self.state = QLabel(), QLabel(), QLabel()
        self.view = QComboBox()
        self.view.setEditable(False)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.textActivated.connect(lambda view: link.do("view.set", sink=number, view=view))
        self.lock = QToolButton()
        self.lock.setText("lock")
        self.lock.setCheckable(True)
        self.lock.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.lock.clicked.connect(lambda on: link.do("view.lock", sink=number, locked=on))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.slot, self.address, self.view, self.lock, self.state

    def show_sink(self, sink: dict[str, Any]) -> None:
        self.slot.setText(sink["slot"])
        address = sink["address"]
        self.address.setText(address if len(address) <= LONGEST else address[: LONGEST - 1] + "…")
        self.address.setToolTip(address)
        words = sink["view"]
        if self.view.findText(words) < 0:
            self.view.clear()
            self.view.addItems([*VIEWS, *(() if words in VIEWS else (words,))])
        self.view.setCurrentText(words)
        self.view.setEnabled(not sink["locked"])
        self.lock.setChecked(sink["locked"])
        link, reason = sink["state"]["link"], sink["state"]["reason"]
        lost = sink["dropped"]
        self.state.setText(link if not lost else f"{link}, {lost} dropped")
        self.state.setToolTip(reason or f"{sink['frames']} pictures, {lost} dropped, {sink['repeated']} repeated")
        self.state.setStyleSheet(f"color: {theme.AMBER if lost and link == 'running' else COLORS.get(link, theme.DIM)}")
