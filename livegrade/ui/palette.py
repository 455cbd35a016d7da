"""Every action by name: type some letters, Enter does it. The list is also the help: each line has its key. What cannot
be taken back asks in its line, and is done when Enter is pressed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from livegrade.ui import theme
from livegrade.ui.assignable import add_assigning, address_of
from livegrade.ui.press import passing_menu
from livegrade.ui.search import find
from livegrade.ui.twice import PATIENCE_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect
    from PySide6.QtGui import QKeyEvent, QPainter

    from livegrade.ui.keys import Action, Keys

WIDTH, HEIGHT = 560, 420
KEY, ASKED = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class Palette(QFrame):
    """Over the middle of its window; no dialogue, the rest stays as it is. `assign_wanted`: the address of an action,
    which the right button of the mouse has, for a desk or a tablet."""

    assign_wanted = Signal(str)

    def __init__(self, keys: Keys, now: Callable[[], Iterable[Action]], over: QWidget) -> None:
        """`now`: what can be done besides, as things stand; it has no keys."""
        super().__init__(over)
        self._over = over
        self._keys = keys
        self._now = now
        self._actions: dict[str, Action] = {}
        self._asked: QListWidgetItem | None = None
        self._waiting = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._waiting.timeout.connect(self._calm)
        self.setStyleSheet(f"Palette {{ background: {theme.PANEL}; border: 1px solid {theme.LINE}; }}")
        self.words = QLineEdit()
        self.words.setPlaceholderText("what to do")
        self.words.textChanged.connect(self._find)
        self.words.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Line(self.list))
        self.list.itemClicked.connect(self._run)
        self.list.currentRowChanged.connect(lambda _: self._calm())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        column = QVBoxLayout(self)
        column.addWidget(self.words)
        column.addWidget(self.list, 1)
        self.hide()

    def open(self) -> None:
        """Shows all of them, ready to be typed into."""
        over = self._over
        self.setGeometry((over.width() - WIDTH) // 2, 80, WIDTH, min(HEIGHT, over.height() - 100))
        self.words.clear()
        self._actions = self._keys.actions | {action.name: action for action in self._now()}
        self._find("")
        self.show()
        self.raise_()
        self.words.setFocus()

    def shut(self) -> None:
        self._calm()
        self.hide()
        self._over.setFocus()

    def _find(self, text: str) -> None:
        self._calm()
        self.list.clear()
        for name in find(text, self._actions):
            item = QListWidgetItem(self._actions[name].words)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setData(KEY, self._keys.keys.get(name, ""))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _open_menu(self, at: QPoint) -> None:
        item: QListWidgetItem | None = self.list.itemAt(at)
        if item is not None:
            name = item.data(Qt.ItemDataRole.UserRole)
            action = self._actions[name]
            menu = passing_menu(self)
            if name in self._keys.actions or action.to is not None:  # what is there for now has no name for long
                add_assigning(menu, address_of(action), self._assign)
            if menu.actions():
                menu.exec(self.list.viewport().mapToGlobal(at))

    def _assign(self, address: str) -> None:
        self.shut()
        self.assign_wanted.emit(address)

    def _run(self, item: QListWidgetItem) -> None:
        action = self._actions[item.data(Qt.ItemDataRole.UserRole)]
        is_sure = item is self._asked
        question = "" if action.sure is None or is_sure else action.sure.words()
        if question:
            self._asked = item
            item.setText(f"press Enter again: {question}; Esc leaves it")
            item.setData(ASKED, True)
            return self._waiting.start()
        self.shut()
        (action.sure.run if is_sure and action.sure is not None else action.run)()

    def _calm(self) -> bool:
        """Nothing is asked any more; whether something was."""
        item, self._asked = self._asked, None
        self._waiting.stop()
        if item is not None:
            item.setText(self._actions[item.data(Qt.ItemDataRole.UserRole)].words)
            item.setData(ASKED, False)
        return item is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == event.Type.KeyPress:
            pressed: QKeyEvent = event  # type: ignore[assignment]  # by its type
            row, last = self.list.currentRow(), self.list.count() - 1
            match pressed.key():
                case Qt.Key.Key_Escape:
                    if not self._calm():
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


class _Line(QStyledItemDelegate):
    """What it does, and its key at the right."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.data(ASKED):
            option.palette.setColor(QPalette.ColorRole.Highlight, QColor(theme.AMBER))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QColor(theme.FIELD if is_chosen else theme.DIM))
        room: QRect = option.rect
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room.adjusted(0, 0, -theme.GAP, 0), right, str(index.data(KEY)))
