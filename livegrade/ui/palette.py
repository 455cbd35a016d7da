"""Every action by name: type some letters, Enter does it. The list is also the help: each line has its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtGui import QKeyEvent

    from livegrade.ui.keys import Action, Keys

WIDTH, HEIGHT = 560, 420


class Palette(QFrame):
    """Over the middle of its window; no dialogue, the rest stays as it is."""

    def __init__(self, keys: Keys, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._keys = keys
        self.setStyleSheet(f"Palette {{ background: {theme.PANEL}; border: 1px solid {theme.LINE}; }}")
        self.words = QLineEdit()
        self.words.setPlaceholderText("what to do")
        self.words.textChanged.connect(self._find)
        self.words.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        self.hide()

    def open(self) -> None:
        """Shows all of them, ready to be typed into."""
        over = self._over
        self.setGeometry((over.width() - WIDTH) // 2, 80, WIDTH, min(HEIGHT, over.height() - 100))
        self.words.clear()
        self._find("")
        self.show()
        self.raise_()
        self.words.setFocus()

    def shut(self) -> None:
        self.hide()
        self._over.setFocus()

    def _find(self, text: str) -> None:
        wanted = text.casefold().split()
        self.list.clear()
        for name, action in self._keys.actions.items():
            if all(word in action.words.casefold() for word in wanted):
                item = QListWidgetItem(f"{action.words}\t{self._keys.keys[name]}")
                item.setData(Qt.ItemDataRole.UserRole, name)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self, item: QListWidgetItem) -> None:
        action: Action = self._keys.actions[item.data(Qt.ItemDataRole.UserRole)]
        self.shut()
        action.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == event.Type.KeyPress:
            pressed: QKeyEvent = event  # type: ignore[assignment]  # by its type
            row, last = self.list.currentRow(), self.list.count() - 1
            match pressed.key():
                case Qt.Key.Key_Escape:
                    self.shut()
                case Qt.Key.Key_Down:
                    self.list.setCurrentRow(min(last, row + 1))
                case Qt.Key.Key_Up:
                    self.list.setCurrentRow(max(0, row - 1))
                case Qt.Key.Key_Return | Qt.Key.Key_Enter if row >= 0:
                    self._run(self.list.item(row))
                case _:
                    return super().eventFilter(watched, event)
            return True
        return super().eventFilter(watched, event)
