"""Alarms: what somebody should look at, what goes on before the rest and the newest first, with when it
began and ended, in which take, and what to do."""

from __future__ import annotations

from functools import partial
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from livegrade.ui import theme, words
from livegrade.ui.assignable import command_address, mark
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.wrapped import wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livegrade.ui.link import Path, SessionLink

HEADINGS = ("", "Began", "Ended", "Where", "Take", "What", "What to do")
WIDTHS = (30, 124, 124, 120, 80, 400, 300)
WHAT = 5
"""What there is room for besides is for this one and the last."""
KINDS = {"timecode-break": "timecode", "format-change": "format", "black": "black", "clip": "clip", "gamut": "gamut"}
"""Of alarms that do not say themselves what they are of."""
NUMBER = Qt.ItemDataRole.UserRole
BEGAN = NUMBER + 1
"""Another session has other alarms of the same numbers."""
LASTS, UNSEEN, SEEN = "●", "○", ""
"""It goes on; it is over and nobody has seen it; somebody has."""
LONGEST = 30
WHOLE_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class AlarmsPage(Panel):
    """`wanted`: somebody wants to look at the place of an alarm: "slot A", "device village", or an output."""

    title = "Alarms"
    wanted = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(HEADINGS))
        self.list.setRootIsDecorated(False)
        wrap(self.list)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.list.header().setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        for at, width in enumerate(WIDTHS):
            self.list.setColumnWidth(at, width)
        self.list.itemDoubleClicked.connect(lambda item: self._look_at(item))
        self.list.currentItemChanged.connect(lambda item: self._enable(item is not None))
        self.counter = QLabel()
        self.all_seen = self._button("All seen", self.see_all)
        mark(self.all_seen, "alarms-seen")
        self.seen = self._button("Seen", self._see)
        self.there = self._button("Go there", lambda: self._look_at(self.list.currentItem()))
        self._copied = self._button("Copy", self._copy)
        mark(self._copied, "alarms-copy")
        self._saved = self._button("Save as text…", self._save)
        buttons = QHBoxLayout()
        buttons.addWidget(self.counter, 1)
        for button in (self.seen, self.all_seen, self.there, self._copied, self._saved):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.addLayout(buttons)
        column.addWidget(self.list, 1)
        self._enable(False)

    def show_state(self, paths: list[Path]) -> None:
        if not any(path == () or path[0] == "alarms" for path in paths):
            return
        alarms = self._link.at("alarms")
        if alarms is None:
            return
        lasting, unseen = alarms["lasting"], alarms["unseen"]
        self.counter.setText(f"{lasting} going on, {unseen} not seen, {len(alarms['entries'])} in the list")
        self.all_seen.setEnabled(bool(unseen))
        current = self.list.currentItem()
        chosen = None if current is None else (self._number(current), current.data(0, BEGAN))
        is_there = False
        entries = sorted(reversed(alarms["entries"].items()), key=lambda one: not one[1]["lasts"])
        while self.list.topLevelItemCount() > len(entries):
            self.list.takeTopLevelItem(self.list.topLevelItemCount() - 1)
        for row, (number, entry) in enumerate(entries):
            item = self.list.topLevelItem(row)
            if item is None:
                item = QTreeWidgetItem()
                self.list.addTopLevelItem(item)
            _write(item, number, entry)
            if (number, entry["at"]) == chosen:  # the same alarm, wherever it stands now
                self.list.setCurrentItem(item, 0, WHOLE_ROW)
                is_there = True
        if not is_there:
            self.list.setCurrentIndex(QModelIndex())

    def see_all(self) -> None:
        """None of those there are counts any more."""
        self._link.do_aloud("alarm.see")

    def text(self) -> str:
        """The list as text, the oldest first."""
        entries = (self._link.at("alarms", "entries") or {}).values()
        lines = (" | ".join(filter(None, _cells(entry, entry["alarm"])[1:])) for entry in entries)
        return "\n".join([" | ".join(HEADINGS[1:]), *lines]) + "\n"

    def can(self) -> Iterable[Action]:
        yield Action("alarms-seen", "Alarms: all seen", "", self.see_all, partial(command_address, "alarm.see"))
        yield Action("alarms-copy", "Alarms: copy the list as text", "", self._copy)
        yield Action("alarms-save", "Alarms: save the list as text", "", self._save, asks=True)

    def kept(self) -> dict[str, Any]:
        return {"widths": [self.list.columnWidth(at) for at in range(len(HEADINGS))]}

    def restore(self, kept: Mapping[str, Any]) -> None:
        widths = kept.get("widths")
        if isinstance(widths, list) and len(widths) == len(HEADINGS) and all(isinstance(one, int) for one in widths):
            for at, width in enumerate(widths):
                self.list.setColumnWidth(at, min(2000, max(20, width)))

    def _button(self, text: str, press: object) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setMinimumHeight(theme.TOUCH)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(press)
        return button

    def _enable(self, has_one: bool) -> None:
        self.seen.setEnabled(has_one)
        self.there.setEnabled(has_one)

    def _number(self, item: QTreeWidgetItem | None) -> str:
        return "" if item is None else str(item.data(0, NUMBER))

    def _see(self) -> None:
        number = self._number(self.list.currentItem())
        if number:
            self._link.do_aloud("alarm.see", number=int(number))

    def _look_at(self, item: QTreeWidgetItem | None) -> None:
        entry = self._link.at("alarms", "entries", self._number(item))
        if entry is not None:
            self.wanted.emit(entry["subject"])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self._link.noted.emit("the alarms are on the clipboard as text")

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Alarms as text", str(File.home() / "alarms.txt"), "Text (*.txt)")
        if not name:
            return
        try:
            File(name).write_text(self.text(), encoding="utf-8")
        except OSError as error:
            self._link.refused.emit(f"{name} cannot be written: {error.strerror or error}")
        else:
            self._link.noted.emit(name)


def _cells(entry: Mapping[str, Any], kind: str) -> list[str]:
    """`kind`: said before what is so, "" for nothing."""
    times = f"  ({entry['times']} times)" if entry["times"] > 1 else ""
    return [
        LASTS if entry["lasts"] else SEEN if entry["seen"] else UNSEEN,
        words.moment(entry["timecode"], entry["at"]),
        "goes on" if entry["lasts"] else words.moment(entry["ended_timecode"], entry["ended_at"]),
        words.shortened(entry["subject"], LONGEST),
        entry["take"],
        (f"{kind}: " if kind else "") + entry["what"] + times,
        entry["advice"],
    ]


def _write(item: QTreeWidgetItem, number: str, entry: Mapping[str, Any]) -> None:
    item.setData(0, NUMBER, number)
    item.setData(0, BEGAN, entry["at"])
    color = theme.RED if entry["lasts"] else theme.DIM if entry["seen"] else theme.AMBER
    for at, text in enumerate(_cells(entry, KINDS.get(entry["alarm"], ""))):
        if item.text(at) != text:
            item.setText(at, text)
            item.setToolTip(at, text)
        item.setForeground(at, QBrush(QColor(color if at != len(HEADINGS) - 1 else theme.TEXT)))
