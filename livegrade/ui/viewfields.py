"""The words of a view as fields: what an output or a monitor shows, and what lies over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QLabel, QWidget

from livegrade.ui import theme, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QKeyEvent

VIEWS = (
    "graded",
    "source",
    "bypass",
    "false-color:stops",
    "false-color:limits",
    "false-color:ire",
    "false-color:levels",
    "false-color:gamut",
    "compare",
)
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "view": ("View", VIEWS),
    "zebra": ("Zebra %", ("95", "70-75", "70-75+95")),
    "peaking": ("Peaking", ("low", "medium", "high", "medium+yellow", "high+red+grey")),
    "guides": ("Guides", ("2.39", "1.85", "action+title", "2.39+action+thirds+shade:60")),
    "desqueeze": ("De-squeeze", ("1.25", "1.3", "1.33", "1.5", "1.65", "1.8", "2")),
    "burn-in": ("Burn-in", ("tc", "tc+clip+slot", "all")),
    "legend": ("Legend", ("right", "left")),
    "opacity": ("Opacity %", ("25", "50", "75")),
    "tap": ("Reads", ("source", "graded")),
    "with": ("With", ("source", "slot:B", "still:1", "file:")),
    "mode": ("How", ("wipe", "wipe-horizontal", "split", "blend", "toggle", "grid", "difference")),
    "at": ("At %", ("25", "50", "75")),
    "gain": ("Gain", ("2", "4", "8", "16")),
}
"""Argument of view.set: its name here, and words to choose from; others are typed."""
SAID: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "view": (words.view, words.view_meant),
    "with": (words.reference, words.reference_meant),
}
"""What stands in a field for a word of an argument, and what is meant by what stands there; of others the same."""
GROUPS = {
    "": ("view", "zebra", "peaking", "guides", "desqueeze", "burn-in"),
    "false-color": ("tap", "opacity", "legend"),
    "compare": ("with", "mode", "at", "gain"),
}
"""Arguments in the order in which they stand, by the view that they are of; those of another one that say nothing are
not seen."""
COLUMNS = 2
STRETCH = (8, 5)
"""The first column has the views, whose words are the longest."""
HEIGHT = 27
"""Of a field: all of an output has room in a window of 1280x800."""
NOTHING = theme.DASH
LIST_EDGES = 28
"""Pixels beside the words of an open list: its frame and its bar."""


class WordBox(QComboBox):
    """A word that is chosen or typed. Keys are the window's again when its list is shut, and after Enter and Esc, which
    forgets what was typed: `forgot`."""

    forgot = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def hidePopup(self) -> None:
        super().hidePopup()
        self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            self.forgot.emit()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        line = self.lineEdit()
        if line is not None:
            line.setModified(False)
        self.clearFocus()


class ViewFields(QWidget):
    """`wanted`: all words of the view as they are to be now, by argument; those without a word are not there.
    `label_widths`: of the names beside the fields, by column."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, WordBox] = {}
        self._words: dict[str, str] = {}
        self._labels: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(2)
        for names in GROUPS.values():
            first = grid.rowCount()
            for place, name in enumerate(names):
                row, column = divmod(place, COLUMNS)
                self._labels[name] = label = QLabel(FIELDS[name][0])
                label.setStyleSheet(f"color: {theme.DIM}")
                grid.addWidget(label, first + row, 2 * column, Qt.AlignmentFlag.AlignRight)
                self.fields[name] = self._field(name)
                grid.addWidget(self.fields[name], first + row, 2 * column + 1)
                grid.setColumnStretch(2 * column + 1, STRETCH[column])
        self.label_widths = [0] * COLUMNS
        for names in GROUPS.values():
            for place, name in enumerate(names):
                width, column = self._labels[name].sizeHint().width(), place % COLUMNS
                self.label_widths[column] = max(self.label_widths[column], width)
        for column, width in enumerate(self.label_widths):
            grid.setColumnMinimumWidth(2 * column, width)  # it is the same whatever is seen

    def _field(self, name: str) -> WordBox:
        box = WordBox()
        box.addItems([*([] if name == "view" else [NOTHING]), *map(_shown(name), FIELDS[name][1])])
        box.setMinimumWidth(90)
        box.setFixedHeight(HEIGHT)
        box.activated.connect(lambda _: self._chosen(name))
        box.forgot.connect(lambda: self.show_words(self._words))
        line = box.lineEdit()
        if line is not None:
            box.setCompleter(QCompleter(box))  # of no words: the usual one calls what it completes not typed
            line.editingFinished.connect(lambda: self._typed(name))
            line.returnPressed.connect(box.clearFocus)  # keys are the window's again
        box.view().setTextElideMode(Qt.TextElideMode.ElideNone)
        box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + LIST_EDGES)
        return box

    def show_words(self, words: Mapping[str, str]) -> None:
        """What is shown now, by argument of view.set; a field that is being typed into is left alone."""
        self._words = {name: word for name, word in words.items() if name in FIELDS and word}
        for name, box in self.fields.items():
            line = box.lineEdit()
            if line is None or line.isModified():
                continue
            text = _shown(name)(self._words[name]) if name in self._words else NOTHING
            if box.currentText() != text:
                box.setEditText(text)
                line.setCursorPosition(0)  # of a word that has no room its beginning is seen
            line.setToolTip(text)
            theme.tint(line, theme.TEXT if name in self._words else theme.DIM)
        self._show_groups()

    def _show_groups(self) -> None:
        """Those of the view that is shown, and what says something or is being typed into."""
        shown = self._words.get("view", "").partition(":")[0]
        for view, names in GROUPS.items():
            for name in names:
                line = self.fields[name].lineEdit()
                is_seen = view in ("", shown) or name in self._words or (line is not None and line.isModified())
                for widget in (self._labels[name], self.fields[name]):
                    widget.setVisible(is_seen)

    def forget(self) -> None:
        """What is being typed is not sent: the fields stand for something else now."""
        for box in self.fields.values():
            line = box.lineEdit()
            if line is not None:
                line.setModified(False)

    def _typed(self, name: str) -> None:
        line = self.fields[name].lineEdit()
        if line is not None and line.isModified():
            self._chosen(name)

    def _chosen(self, name: str) -> None:
        box = self.fields[name]
        line = box.lineEdit()
        if line is not None:
            line.setModified(False)
        word = _meant(name)(box.currentText().strip().strip(NOTHING))
        words = {key: value for key, value in self._words.items() if key != name}
        if word:
            words[name] = word
        if words != self._words and words.get("view"):
            self.wanted.emit(words)
        self.show_words(self._words)  # until the session has it


def _shown(name: str) -> Callable[[str], str]:
    return SAID[name][0] if name in SAID else str


def _meant(name: str) -> Callable[[str], str]:
    return SAID[name][1] if name in SAID else str
