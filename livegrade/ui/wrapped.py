"""Lists in which a sentence that has no room in one line has it in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeWidget

MARGINS, MOST_LINES = 8, 4
"""Pixels beside the words of a cell; lines of one."""


def wrap(of: QTreeWidget) -> None:
    """From now on its rows are as high as their words are, also when columns have another width."""
    of.setWordWrap(True)
    of.setItemDelegate(_Wrapped(of))
    of.header().sectionResized.connect(of.scheduleDelayedItemsLayout)


class _Wrapped(QStyledItemDelegate):
    """As high as its words are in the width of their column, which a tree by itself does not ask for."""

    def __init__(self, of: QTreeWidget) -> None:
        super().__init__(of)
        self._of = of

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        one = super().sizeHint(option, index)
        room = QRect(0, 0, max(1, self._of.columnWidth(index.column()) - MARGINS), one.height() * MOST_LINES)
        words = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, str(index.data()))
        return QSize(one.width(), max(one.height(), words.height() + 2))
