"""A table of what is so: headings, a row for each thing, and buttons where something can be done about it.

Only what has changed is drawn again, and rows keep their places while the same things are there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QToolButton, QWidget

from livegrade.ui import theme
from livegrade.ui.press import passing_menu

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Cell:
    """`text`: "" is a dash; `color`: of the theme; `tip`: more of it; `press`: it is a button that does this;
    `choices`: it is one that opens a menu of these."""

    text: str
    color: str = theme.TEXT
    tip: str = ""
    press: Callable[[], object] | None = None
    choices: tuple[tuple[str, Callable[[], object]], ...] = ()

    @property
    def form(self) -> tuple[bool, tuple[str, ...]]:
        """Which widget it takes."""
        return self.press is not None, tuple(words for words, _ in self.choices)

    def looks_like(self, other: Cell) -> bool:
        return (self.text, self.color, self.tip) == (other.text, other.color, other.tip)


class Facts(QScrollArea):
    """`headings`: of the columns; none for as many columns as the rows have. A column whose heading begins with ">"
    stands to the right, as numbers do."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self._headings = [heading.removeprefix(">") for heading in headings]
        self._right = [heading.startswith(">") for heading in headings]
        self._shown: dict[str, tuple[Cell, ...]] = {}
        self.cells: dict[str, list[QLabel | QToolButton]] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._build({})

    def show_rows(self, rows: Mapping[str, Sequence[Cell]]) -> None:
        """A row by its key; as many cells as there are headings, and one more for what stands below the row, over its
        whole width, where it says something."""
        new = {key: tuple(cells) for key, cells in rows.items()}
        columns = self._columns(new)
        if _shape(new) != _shape(self._shown):
            self._build(new)
        for key, cells in new.items():
            before = self._shown.get(key)
            for at, cell in enumerate(cells):
                if before is None or not cell.looks_like(before[at]):
                    _write(self.cells[key][at], cell)
                    self.cells[key][at].setVisible(at < columns or bool(cell.text))
        self._shown = new

    def _build(self, rows: Mapping[str, tuple[Cell, ...]]) -> None:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(theme.GAP, 2, theme.GAP, theme.GAP)
        grid.setHorizontalSpacing(3 * theme.GAP)
        grid.setVerticalSpacing(4)
        for at, heading in enumerate(self._headings):
            if not heading:
                continue
            label = QLabel(heading)
            label.setStyleSheet(f"color: {theme.DIM}")
            grid.addWidget(label, 0, at, self._side(at))
        self.cells = {}
        self._shown = {}
        columns = self._columns(rows)
        for row, (key, cells) in enumerate(rows.items()):
            self.cells[key] = [self._widget(key, at, cell) for at, cell in enumerate(cells)]
            for at, widget in enumerate(self.cells[key][:columns]):
                grid.addWidget(widget, 1 + 2 * row, at, self._side(at))
            for below in self.cells[key][columns:]:
                grid.addWidget(below, 2 + 2 * row, 0, 1, columns + 1)
                below.hide()
        grid.setColumnStretch(columns, 1)
        grid.setRowStretch(1 + 2 * len(rows), 1)
        self.setWidget(inside)

    def _columns(self, rows: Mapping[str, tuple[Cell, ...]]) -> int:
        return len(self._headings) or max(map(len, rows.values()), default=0)

    def _side(self, at: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._right and self._right[at] else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _widget(self, key: str, at: int, cell: Cell) -> QLabel | QToolButton:
        if cell.press is None and not cell.choices:
            label = QLabel()
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            return label
        button = QToolButton()
        button.setMinimumHeight(theme.TOUCH)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._press(key, at))
        return button

    def _press(self, key: str, at: int) -> None:
        """A menu is of what there is to choose from now, and does nothing else than it said when it was opened."""
        if key not in self._shown:
            return
        cell = self._shown[key][at]
        if cell.press is not None:
            cell.press()
        elif cell.choices:
            button = self.cells[key][at]
            menu = passing_menu(self)
            for words, choose in cell.choices:
                menu.addAction(words).triggered.connect(lambda _=False, choose=choose: choose())
            menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


def _shape(rows: Mapping[str, tuple[Cell, ...]]) -> list[tuple[str, tuple[tuple[bool, tuple[str, ...]], ...]]]:
    return [(key, tuple(cell.form for cell in cells)) for key, cells in rows.items()]


def _write(widget: QLabel | QToolButton, cell: Cell) -> None:
    widget.setText(cell.text or theme.DASH)
    widget.setStyleSheet(f"color: {cell.color if cell.text else theme.DIM}")
    widget.setToolTip(cell.tip)
