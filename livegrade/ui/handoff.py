"""What goes to post: chosen, begun, watched and stopped here; the session makes it beside its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

PARTS = {
    "cdl": "CDL",
    "cube": "LUTs",
    "edl": "EDL",
    "ale": "ALE",
    "amf": "AMF",
    "looks": "Looks",
    "stills": "Stills",
    "tables": "Tables",
    "pdf": "Report",
}
DAY, CHOSEN, FOUND = range(3)
"""What may go out."""
ANY_FOLDER = "a new folder; empty: into the library"
COLORS = {"running": theme.TEXT, "done": theme.GREEN, "failed": theme.AMBER, "stopped": theme.DIM}


class HandOff(QWidget):
    """`chosen`: the numbers of the takes that are selected; `found`: the words of the search."""

    def __init__(self, link: SessionLink, chosen: Callable[[], list[int]], found: Callable[[], str]) -> None:
        super().__init__()
        self._link = link
        self._chosen = chosen
        self._found = found
        self._clips: list[str] = []
        self.what = QComboBox()
        self.what.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.parts: dict[str, QToolButton] = {}
        self.folder = QLineEdit()
        self.folder.setPlaceholderText(ANY_FOLDER)
        self.lists = QPushButton("Camera lists...")
        self.browse, self.start, self.stop, self.open = (
            QPushButton(words) for words in ("Browse...", "Hand off", "Stop", "Open folder")
        )
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(10)
        self.progress.setStyleSheet(
            f"QProgressBar {{ background: {theme.FIELD}; border: 1px solid {theme.LINE}; }}"
            f"QProgressBar::chunk {{ background: {theme.SELECTED}; }}"
        )
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.start.clicked.connect(self.begin)
        self.stop.clicked.connect(lambda: link.do_aloud("handoff.cancel"))
        self.open.clicked.connect(self._open)
        self.browse.clicked.connect(self._browse)
        self.lists.clicked.connect(self._choose_lists)
        self._arrange()

    def _arrange(self) -> None:
        parts = QHBoxLayout()
        parts.setSpacing(4)
        for name, words in PARTS.items():
            button = self.parts[name] = QToolButton()
            button.setText(words)
            button.setCheckable(True)
            button.setChecked(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
            parts.addWidget(button)
        parts.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(theme.GAP)
        grid.setColumnStretch(1, 1)
        for row, (words, field, beside) in enumerate(
            (("What", self.what, self.lists), ("Folder", self.folder, self.browse))
        ):
            label = QLabel(words)
            label.setStyleSheet(f"color: {theme.DIM}")
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(beside, row, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GAP)
        for one in (self.start, self.stop):
            buttons.addWidget(one)
        buttons.addWidget(self.progress, 1)
        buttons.addWidget(self.open)
        for one in (self.lists, self.browse, self.start, self.stop, self.open):
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            one.setMinimumHeight(theme.TOUCH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(grid)
        column.addLayout(parts)
        column.addLayout(buttons)
        column.addWidget(self.said)
        column.addStretch(1)

    def showEvent(self, event: Any) -> None:
        """What may go out now."""
        at, chosen = max(0, self.what.currentIndex()), len(self._chosen())
        words = self._found().strip()
        self.what.clear()
        self.what.addItem(f"the day {self._link.at('library', 'day') or theme.DASH}")
        self.what.addItem("1 chosen take" if chosen == 1 else f"{chosen} chosen takes")
        self.what.addItem(f"what '{words}' finds" if words else "everything of the library that the search finds")
        item = getattr(self.what.model(), "item")  # noqa: B009  # of a model that the stubs do not know
        item(CHOSEN).setEnabled(chosen > 0)
        item(FOUND).setEnabled(bool(words))
        is_there = (True, chosen > 0, bool(words))[at]
        self.what.setCurrentIndex(CHOSEN if chosen > 1 else at if is_there else DAY)
        self.show_export(self._link.at("library", "export"))

    def begin(self) -> None:
        """Asks the session for it."""
        parts = [name for name, button in self.parts.items() if button.isChecked()]
        if not parts:
            self.say("choose at least one kind of file", theme.AMBER)
            return
        what = self.what.currentIndex()
        self._link.do(
            "handoff.export",
            self._answered,
            query=self._found() if what == FOUND else "",
            takes=self._chosen() if what == CHOSEN else [],
            parts=parts if len(parts) < len(PARTS) else [],
            folder=self._folder(),
            clips=self._clips,
        )

    def show_export(self, export: dict[str, Any] | None) -> None:
        """The one that is being made, or the last one, as the session has it."""
        runs = export is not None and export["state"] == "running"
        self.start.setEnabled(not runs)
        self.stop.setEnabled(runs)
        self.open.setEnabled(export is not None and export["state"] == "done")
        if export is None:
            self.progress.setRange(0, 1)
            self.progress.setValue(0)
            return
        self.progress.setRange(0, max(1, export["of"]))
        self.progress.setValue(export["of"] if export["state"] == "done" else export["done"])
        if runs:
            of = f"{export['done']} of {export['of']} files" if export["of"] else "reading the library"
            self.say(f"{export['title']} to {export['folder']}: {of}", theme.TEXT)
        else:
            self.say(export["text"], COLORS[export["state"]])

    def say(self, sentence: str, color: str) -> None:
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {color}")

    def _answered(self, answer: Answer) -> None:
        """What became of it is in the state; only what could not even begin is not."""
        export = self._link.at("library", "export")
        if answer.result == "refused" and (export is None or answer.error != export["text"]):
            self.say(answer.error, theme.AMBER)

    def _folder(self) -> str | None:
        text = self.folder.text().strip()
        return str(Path(text).expanduser()) if text else None

    def _browse(self) -> None:
        """A folder in which the new one is to be."""
        within = QFileDialog.getExistingDirectory(self, "Where the new folder goes", str(Path.home()))
        if within:
            day = str(self._link.at("library", "day") or "hand-off").replace("/", "_")
            self.folder.setText(str(Path(within) / day))

    def _choose_lists(self) -> None:
        words = "Lists of camera files (*.ale *.edl *.csv *.xml *.txt);;All files (*)"
        self._clips = QFileDialog.getOpenFileNames(self, "Lists of camera files", str(Path.home()), words)[0]
        self.lists.setText(f"Camera lists: {len(self._clips)}" if self._clips else "Camera lists...")

    def _open(self) -> None:
        export = self._link.at("library", "export")
        if export is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(export["folder"]))
