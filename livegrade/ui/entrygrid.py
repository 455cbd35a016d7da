"""Looks, stills and takes as small pictures with their names: only what is seen is drawn and asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from livegrade.ui import theme
from livegrade.ui.entries import ENTRY
from livegrade.ui.press import passing_menu

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from livegrade.ui.entries import Entries, Index
    from livegrade.ui.thumbnails import Thumbnails

Entry = dict[str, Any]
PICTURE = QSize(144, 81)
PAD = 5
SLACK = 20
"""Pixels that a list of Qt keeps free at the end of a row."""
LINE = 19
"""Pixels of a line of words."""
CELL = QSize(PICTURE.width() + 2 * PAD, PICTURE.height() + 2 * LINE + 2 * PAD + 2)


def headline(entry: Entry) -> str:
    """What people call it."""
    match entry["entry"]:
        case "looks":
            version = f" v{entry['version']}" if entry["version"] > 1 else ""
            return f"{entry['name']}{version}"
        case "takes":
            slate = entry["slate"]
            return f"{slate['scene']}{slate['shot']} take {slate['take']}  {entry['slot']}".strip()
        case _:
            return f"{entry['slot']}  {entry['timecode'] or 'picture ' + str(entry['index'])}"


def subline(entry: Entry) -> str:
    """What else tells it from others."""
    match entry["entry"]:
        case "looks":
            words = [entry["scene"] and f"scene {entry['scene']}", *entry["tags"]]
        case "takes":
            words = [entry["start"], entry.get("look_name")]
        case _:
            words = [entry["scene"] and f"scene {entry['scene']}", *entry["tags"]]
    return "  ".join(str(word) for word in words if word)


def look_of(entry: Entry) -> str:
    """The id of its look, of a take the last one; "" for none."""
    if entry["entry"] == "takes":
        return str(entry["looks"][-1]["look_id"]) if entry["looks"] else ""
    return str(entry.get("look_id") or "")


class EntryGrid(QListView):
    """Over a list of entries. `chosen`: an entry, or None; `wanted`: one that Enter or a double click asks for;
    `added`, `compared`, `shelved`: one whose look is to stand behind, with which the picture is to be compared, or that
    the look shelf is to have."""

    chosen = Signal(object)
    wanted = Signal(object)
    added = Signal(object)
    compared = Signal(object)
    shelved = Signal(object)

    def __init__(self, entries: Entries, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setModel(entries)
        self.setItemDelegate(_Cell(self, thumbnails))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(CELL.height() // 2)
        self.doubleClicked.connect(lambda index: self._want(index))
        self.selectionModel().selectionChanged.connect(self._selected)
        entries.dataChanged.connect(self._told)
        thumbnails.came.connect(lambda _: self.viewport().update())

    @property
    def entry(self) -> Entry | None:
        """The one that is chosen."""
        rows = self.selectionModel().selectedIndexes()
        return rows[0].data(ENTRY) if rows else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        entry = self.indexAt(event.pos()).data(ENTRY)
        if entry is None:
            return
        menu = passing_menu(self)
        for words, signal in (("Load", self.wanted), ("Add behind", self.added), ("Compare", self.compared)):
            can = entry["entry"] != "looks" if signal is self.compared else bool(look_of(entry))
            menu.addAction(words, partial(signal.emit, entry)).setEnabled(can)
        shelve = menu.addAction("Put on the look shelf", partial(self.shelved.emit, entry))
        shelve.setEnabled(entry["entry"] == "looks")
        menu.addAction("Copy name", partial(QGuiApplication.clipboard().setText, headline(entry)))
        menu.addAction("Copy id of the look", partial(QGuiApplication.clipboard().setText, look_of(entry)))
        menu.exec(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # As many columns as have room, and what is left between them.
        room = self.viewport().width() - SLACK
        columns = max(1, room // CELL.width())
        self.setGridSize(QSize(room // columns, CELL.height()))

    def _selected(self, now: QItemSelection, before: QItemSelection) -> None:
        self.chosen.emit(self.entry)

    def _told(self, first: Index, last: Index) -> None:
        rows = self.selectionModel().selectedIndexes()
        if rows and first.row() <= rows[0].row() <= last.row():
            self.chosen.emit(self.entry)

    def _want(self, index: Index) -> None:
        entry = index.data(ENTRY)
        if entry is not None:
            self.wanted.emit(entry)


class _Cell(QStyledItemDelegate):
    """One entry."""

    def __init__(self, grid: EntryGrid, thumbnails: Thumbnails) -> None:
        super().__init__(grid)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        whole: QRect = option.rect
        entry: Entry | None = index.data(ENTRY)
        cell = QRect(whole.left() + (whole.width() - CELL.width()) // 2, whole.top(), CELL.width(), CELL.height())
        picture = QRect(cell.left() + PAD, cell.top() + PAD, PICTURE.width(), PICTURE.height())
        painter.save()
        painter.fillRect(picture, QColor(theme.PANEL))
        if entry is not None:
            self._paint_picture(painter, picture, entry)
            self._paint_words(painter, picture, entry)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.SELECTED), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, entry: Entry) -> None:
        small = self._thumbnails.picture(entry.get("thumbnail", ""))
        if small is not None and not small.isNull():
            size = small.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            left = place.left() + (place.width() - size.width()) // 2
            painter.drawPixmap(QRect(left, place.top(), size.width(), size.height()), small)
        elif not entry.get("thumbnail"):
            painter.setPen(QColor(theme.OFF))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "no picture")

    def _paint_words(self, painter: QPainter, picture: QRect, entry: Entry) -> None:
        line = QRect(picture.left(), picture.bottom() + 3, picture.width(), LINE)
        if entry.get("circled"):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.TEXT), 2))
            painter.drawEllipse(line.right() - 14, line.top() + 3, 12, 12)
            line.setRight(line.right() - 18)
        for words, color in ((headline(entry), theme.TEXT), (subline(entry), theme.DIM)):
            painter.setPen(QColor(color))
            fitted = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)
            line = QRect(picture.left(), line.top() + LINE, picture.width(), LINE)
