"""The takes of a day as a table, the newest first: circled by a click, set right in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from livegrade.ui import theme, words
from livegrade.ui.entries import ENTRY, NOWHERE, Entries
from livegrade.ui.press import passing_menu

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from livegrade.ui.entries import Index
    from livegrade.ui.link import SessionLink

Entry = dict[str, Any]
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CIRCLE = 0
CHOSEN = QStyle.StateFlag.State_Selected
ROW = 26
"""Pixels of a row."""
STATES = {"open": ("REC", theme.RED), "broken": ("cut off", theme.AMBER), "ended": ("", theme.TEXT)}


@dataclass(frozen=True, slots=True)
class Column:
    """`tell`: what stands in it, "" for nothing; `field`: by which `take.amend` or `take.comment` sets it right;
    `width`: in pixels at scale 1; `amber`: whether somebody should look."""

    title: str
    width: int
    tell: Callable[[Entry], str]
    field: str = ""
    right: bool = False
    amber: Callable[[Entry], bool] = lambda take: False


def _count(number: int) -> str:
    return str(number) if number else ""


def _clip(take: Entry) -> str:
    percent = take["exposure"]["clip_percent"]
    return theme.DASH if percent is None else f"{percent:.1f} %"


def _alarms(take: Entry) -> int:
    return len(take["exposure"]["alarms"])


def _look(take: Entry) -> str:
    """Its name, or where it has none the beginning of its id, as files have it."""
    looks = take["looks"]
    return str(take.get("look_name") or (looks[-1]["look_id"][:8] if looks else theme.DASH))


COLUMNS = (
    Column("", 30, lambda take: ""),
    Column("Scene", 50, lambda take: str(take["slate"]["scene"]), "scene"),
    Column("Shot", 40, lambda take: str(take["slate"]["shot"]), "shot"),
    Column("Take", 40, lambda take: str(take["slate"]["take"]), "number"),
    Column("Cam", 38, lambda take: str(take["slot"])),
    Column("", 52, lambda take: STATES[take["state"]][0]),
    Column("Start", 99, lambda take: take["start"] or theme.DASH),
    Column("Length", 98, lambda take: take.get("length") or theme.DASH),
    Column("Look", 104, _look),
    Column("Comment", 138, lambda take: str(take["comment"]), "comment"),
    Column("Alarms", 56, lambda take: _count(_alarms(take)), right=True, amber=lambda take: _alarms(take) > 0),
    Column("Clip", 60, _clip, right=True),
    Column("Marks", 52, lambda take: _count(take.get("marks", 0)), right=True),
    Column("File", 160, lambda take: str(take["camera"]["clip"])),
)
"""Those that have no room in a small window are the last."""
STATE, COMMENT = 5, 9


class Takes(Entries):
    """Entries of takes in columns; what is typed goes to the session."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__(link)
        self._to = link

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if COLUMNS[section].right else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        take = self.entry(index.row())
        if take is None or role == ENTRY:
            return take
        column = COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return column.tell(take)
            case Qt.ItemDataRole.ToolTipRole:
                return _more(take)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column.right else LEFT
            case Qt.ItemDataRole.ForegroundRole:
                if index.column() == STATE:
                    return QColor(STATES[take["state"]][1])
                return QColor(theme.AMBER) if column.amber(take) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if COLUMNS[index.column()].field else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Sends it; the row shows it when the library has it."""
        take, field, text = self.entry(index.row()), COLUMNS[index.column()].field, str(value).strip()
        if take is None or not field or text == COLUMNS[index.column()].tell(take):
            return False
        if field == "comment":
            self._to.do_aloud("take.comment", take=take["key"], comment=text)
        elif field != "number":
            self._to.do_aloud("take.amend", take=take["key"], **{field: text})
        elif text.isascii() and text.isdigit() and 0 < int(text) < 100_000:
            self._to.do_aloud("take.amend", take=take["key"], number=int(text))
        else:
            self._to.refused.emit(f"a take is a number from 1 to 99999, not '{text[:20]}'")
        return False

    def circle(self, index: Index) -> None:
        """Circles that take, or takes the circle away."""
        take = self.entry(index.row())
        if take is not None:
            self._to.do_aloud("take.circle", take=take["key"], circled=not take["circled"])


def _more(take: Entry) -> str:
    """What has no room in a row."""
    alarms = [f"{alarm['timecode'] or theme.DASH}  {alarm['text']}" for alarm in take["exposure"]["alarms"]]
    fields = [f"{name}: {word}" for name, word in take["slate"]["fields"]]
    begun = f"begun {words.by(take['started_by'])}"
    ended = f", ended {words.by(take['ended_by'])}" if take["ended_by"] else ""
    return "\n".join([begun + ended, *fields, *alarms])


class _Circle(QStyledItemDelegate):
    """A ring, as around the number of a take on paper; pressed it turns."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        take = index.data(ENTRY)
        if take is None:
            return
        rect: QRect = option.rect
        side = 14
        ring = QRectF(rect.center().x() - side / 2 + 0.5, rect.center().y() - side / 2 + 0.5, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong, weak = (theme.FIELD, theme.RAISED) if option.state & CHOSEN else (theme.TEXT, theme.LINE)
        painter.setPen(QPen(QColor(strong if take["circled"] else weak), 2.5 if take["circled"] else 1.0))
        painter.drawEllipse(ring)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent) and isinstance(model, Takes):
            if event.button() is Qt.MouseButton.LeftButton:
                model.circle(index)
            return True
        return super().editorEvent(event, model, option, index)


class _Typed(QStyledItemDelegate):
    """A word that is typed stays as it is typed, whatever comes from the session meanwhile."""

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)


class TakeTable(QTableView):
    """Over a list of takes. A double click sets a word right, the ring is pressed; the right button has what else can
    be done with a take. `load`: a take whose look is wanted."""

    load = Signal(object)

    def __init__(self, takes: Takes) -> None:
        super().__init__()
        self._takes = takes
        self.setModel(takes)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setItemDelegate(_Typed(self))
        self.setItemDelegateForColumn(CIRCLE, _Circle(self))
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setStyleSheet("QTableView::item { padding: 0 2px; }")
        upright, across = self.verticalHeader(), self.horizontalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        upright.setDefaultSectionSize(ROW)
        across.setHighlightSections(False)
        across.setStretchLastSection(True)
        across.setMinimumSectionSize(24)
        for at, column in enumerate(COLUMNS):
            self.setColumnWidth(at, column.width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is left of the room is for comments."""
        super().resizeEvent(event)
        others = sum(column.width for at, column in enumerate(COLUMNS) if at != COMMENT)
        self.setColumnWidth(COMMENT, max(COLUMNS[COMMENT].width, self.viewport().width() - others))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        take = index.data(ENTRY) if index.isValid() else None
        if take is None:
            return
        menu = passing_menu(self)
        menu.addAction("Load its look into the slot", lambda: self.load.emit(take)).setEnabled(bool(take["looks"]))
        menu.addAction("No circle" if take["circled"] else "Circle", lambda: self._takes.circle(index))
        words = str(index.data() or "")
        menu.addAction("Copy", lambda: QGuiApplication.clipboard().setText(words)).setEnabled(bool(words))
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            menu.addAction("Set right", lambda: self.edit(index))
        menu.exec(event.globalPos())

    @property
    def chosen(self) -> list[Entry]:
        """The takes that are selected, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        found = [self.model().index(row, 0).data(ENTRY) for row in rows]
        return [take for take in found if take is not None]
