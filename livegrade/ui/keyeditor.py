"""The map of keys: what has which, another key by pressing it, and a sentence where two want the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from livegrade.errors import ControlError, UsageError
from livegrade.ui import theme
from livegrade.ui.assignable import address_of
from livegrade.ui.keys import save_keys, written
from livegrade.ui.press import tool
from livegrade.ui.start import reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.ui.keys import Keys

HEADINGS = ("What", "Key", "Usually")
WIDTHS = (440, 140, 120)
NAME = Qt.ItemDataRole.UserRole
ESCAPE = "Esc"


class KeyEditor(QWidget):
    """Over the `keys` that are in force; what is changed is kept for the user at once. `assign_wanted`: the address
    of an action, for a desk or a tablet."""

    assign_wanted = Signal(str)

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._pressed = ""
        self.search = QLineEdit()
        self.search.setPlaceholderText("find by name or key")
        self.search.textChanged.connect(lambda _: self.show_keys())
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(HEADINGS))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for at, width in enumerate(WIDTHS):
            self.list.setColumnWidth(at, width)
        self.list.itemDoubleClicked.connect(lambda _: self.listen())
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.change = tool("Other key", "press it, then the new key")
        self.change.clicked.connect(lambda: self.listen())
        self.take = tool("Take it", "the other action has no key then")
        self.take.clicked.connect(self._take_over)
        self.assign = tool("MIDI or OSC ...", "to let a desk or a tablet do it too")
        self.assign.clicked.connect(self._want_assigning)
        self.none = tool("No key")
        self.none.clicked.connect(lambda: self._assign(""))
        self.usual = tool("Usual key")
        self.usual.clicked.connect(self._reset)
        self.all_usual = tool("All usual")
        self.all_usual.clicked.connect(self._reset_all)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        for button in (self.take, self.assign, self.change, self.none, self.usual, self.all_usual):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        keys.changed.connect(self.show_keys)
        self._say("")

    def choose(self, name: str) -> None:
        """An action, by its name."""
        for at in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(at)
            if item is not None and item.data(0, NAME) == name:
                self.list.setCurrentItem(item)

    def show_keys(self) -> None:
        """As they are now, those that the search finds."""
        chosen = self._chosen()
        wanted = self.search.text().casefold().split()
        self.list.clear()
        for name, action in self._keys.actions.items():
            key, usual = self._keys.keys[name], written(action.key)
            text = f"{action.words} {key}".casefold()
            if not all(word in text for word in wanted):
                continue
            item = QTreeWidgetItem([action.words, key or theme.DASH, usual or theme.DASH])
            item.setData(0, NAME, name)
            item.setForeground(1, QBrush(QColor(theme.TEXT if key == usual else theme.SELECTED)))
            item.setForeground(2, QBrush(QColor(theme.DIM)))
            self.list.addTopLevelItem(item)
        self.choose(chosen)
        if not self._chosen() and self.list.topLevelItemCount():
            self.list.setCurrentItem(self.list.topLevelItem(0) or QTreeWidgetItem())

    def listen(self, called_off: Callable[[], object] | None = None) -> None:
        """The next key that is pressed is the new one; Esc leaves all as it is, and is told to `called_off`."""
        name = self._chosen()
        if name:
            self._say(f"{self._keys.actions[name].words}: press the new key, or Esc", theme.AMBER)
            self._keys.listen(partial(self._heard, called_off))

    def calm(self) -> None:
        """No key is waited for any more."""
        self._keys.listen(None)
        self._say("")

    def _want_assigning(self) -> None:
        action = self._keys.actions.get(self._chosen())
        if action is None:
            return
        address = address_of(action)
        if address:
            self.assign_wanted.emit(address)
        else:
            why = "wants a hand at the window" if action.asks else "has nothing to be done to now"
            self._say(f"{action.words}: {why}", theme.AMBER)

    def _chosen(self) -> str:
        item = self.list.currentItem()
        return "" if item is None else str(item.data(0, NAME))

    def _heard(self, called_off: Callable[[], object] | None, key: str) -> None:
        self.calm()
        if key != ESCAPE:
            self._assign(key)
        elif called_off is not None:
            called_off()

    def _assign(self, key: str) -> None:
        name = self._chosen()
        if not name:
            return
        try:
            self._keys.assign(name, key)
        except UsageError as error:
            self._pressed = key
            self._say(str(error), theme.AMBER)
            self.take.setVisible(bool(self._keys.holder(key)))
            return
        words = self._keys.actions[name].words
        self._say(f"{words}: {key}" if key else f"{words} has no key")
        self._keep()

    def _take_over(self) -> None:
        key = self._pressed
        self._keys.assign(self._keys.holder(key), "")
        self._assign(key)

    def _reset(self) -> None:
        name = self._chosen()
        if name:
            self._assign(written(self._keys.actions[name].key))

    def _reset_all(self) -> None:
        for name in self._keys.chosen:
            self._keys.assign(name, "")
        for name, action in self._keys.actions.items():
            self._keys.assign(name, action.key)
        self._say("all keys are the usual ones")
        self._keep()

    def _keep(self) -> None:
        try:
            save_keys(self._keys.chosen)
        except (OSError, ControlError) as error:
            self._say(f"the keys cannot be kept: {reason(error)}", theme.RED)

    def _say(self, sentence: str, color: str = theme.DIM) -> None:
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {color}")
        self.take.hide()
