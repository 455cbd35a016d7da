"""What there is to choose from as a source, behind a button: looked for when it is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidgetAction

from livegrade.ui import theme, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

LOOKS = "looking for sources ..."
MOST_WIDE, NOTE = 90, 620
"""Letters of a line, and pixels of a note."""


class SourceMenu(QToolButton):
    """`chosen`: the address of what was chosen."""

    chosen = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.setText("\u25be")
        self.setToolTip("what there is: cards, NDI, capture devices, patterns")
        self.setMinimumHeight(theme.TOUCH)
        self.menu_ = QMenu(self)
        self.clicked.connect(self._open)

    def _open(self) -> None:
        self._show([LOOKS])
        self._link.do("source.list", self._answered)

    def _answered(self, answer: Answer) -> None:
        """A menu that was closed meanwhile stays so."""
        if not self.menu_.isVisible():
            return
        if not answer.found:
            return self._show([answer.error or "the network does not answer; try again"])
        found: dict[str, Any] = answer.found[0]
        self._show(found["missing"], found["sources"])

    def _show(self, notes: Sequence[str], sources: Sequence[Mapping[str, str]] = ()) -> None:
        self.menu_.hide()
        self.menu_.clear()
        kind = ""
        for source in sources:
            if kind and source["kind"] != kind:
                self.menu_.addSeparator()
            kind = source["kind"]
            action = self.menu_.addAction(_words(source))
            action.triggered.connect(lambda _=False, address=source["address"]: self.chosen.emit(address))
        if sources and notes:
            self.menu_.addSeparator()
        for note in notes:
            self.menu_.addAction(_Note(note, self.menu_))
        size = self.menu_.sizeHint()
        self.menu_.popup(self.mapToGlobal(QPoint(self.width() - size.width(), -size.height())))


class _Note(QWidgetAction):
    """A sentence to read, in as many lines as it takes."""

    def __init__(self, note: str, menu: QMenu) -> None:
        super().__init__(menu)
        self.setText(note)
        self.setEnabled(False)
        label = QLabel(note)
        label.setWordWrap(True)
        label.setStyleSheet(f"color: {theme.DIM}")
        label.setContentsMargins(26, 4, 10, 4)  # below the words of the others
        label.setFixedWidth(NOTE)
        label.ensurePolished()
        label.setFixedHeight(label.heightForWidth(NOTE))
        self.setDefaultWidget(label)


def _words(source: Mapping[str, str]) -> str:
    """The address, and what it is called where that is more."""
    address, name = source["address"], source["name"]
    return words.shortened(address if name in address else f"{address}   {name}", MOST_WIDE)
