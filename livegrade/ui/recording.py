"""What each slot records: its flag, the take that runs, timecode and length, and the buttons of a take."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from livegrade.ui import theme, words
from livegrade.ui.assignable import mark_address

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink

MARKERS = {
    "boom-shadow": "boom shadow",
    "flare": "flare",
    "reflection": "reflection",
    "focus": "focus",
    "free": "marker",
}
MARKER_KEYS = {
    "boom-shadow": "Shift+F2",
    "flare": "Shift+F3",
    "reflection": "Shift+F4",
    "focus": "Shift+F5",
    "free": "M",
}
REC = "● REC"
FLAGS = {True: "flag on", False: "flag off", None: f"flag {theme.DASH}"}
"""What the signal says of the camera."""


class Recording(QWidget):
    """A line for each slot."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.lines: dict[str, Line] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)

    def show_slots(self, slots: dict[str, Any], library: dict[str, Any] | None) -> None:
        """As the session has them; `library`: None where it keeps no takes."""
        if list(slots) != list(self.lines):
            self._build(list(slots))
        running = {} if library is None else library["open"]
        for name, slot in slots.items():
            self.lines[name].show_slot(slot, running.get(name), keeps=library is not None)

    def show_gone(self) -> None:
        """Of a session that is gone nobody knows what it records."""
        for line in self.lines.values():
            line.show_gone()

    def _build(self, names: list[str]) -> None:
        for line in self.lines.values():
            for widget in line.widgets:
                self._grid.removeWidget(widget)
                widget.deleteLater()
        self.lines = {name: Line(self._link, name) for name in names}
        for at, line in enumerate(self.lines.values()):
            self._grid.addWidget(line.name, 2 * at, 0)
            self._grid.addWidget(line.state, 2 * at, 1)
            self._grid.addWidget(line.timecode, 2 * at, 2)
            for column, button in enumerate((line.record, line.grab, line.mark), 3):
                self._grid.addWidget(button, 2 * at, column)
            self._grid.addWidget(line.take, 2 * at + 1, 1, 1, 5)


class Line:
    """One slot."""

    def __init__(self, link: SessionLink, slot: str) -> None:
        self._link = link
        self._slot = slot
        self._runs = False
        self.name, self.state, self.take, self.timecode = QLabel(slot), QLabel(), QLabel(), QLabel()
        for label in (self.name, self.state):
            label.setFont(theme.font(14, bold=True))
        self.state.setMinimumWidth(self.state.fontMetrics().horizontalAdvance(REC))
        self.timecode.setFont(theme.font(14))
        self.take.setStyleSheet(f"color: {theme.DIM}")
        self.record, self.grab = QPushButton("Record"), QPushButton("Grab")
        self.record.clicked.connect(self.toggle)
        self.grab.clicked.connect(lambda: link.do_aloud("still.grab", slot=slot))
        self.mark = QToolButton()
        self.mark.setText("Mark")
        self.mark.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.mark.clicked.connect(lambda: link.do_aloud("marker.add", slot=slot))
        kinds = QMenu(self.mark)
        for kind, title in MARKERS.items():
            kinds.addAction(title, partial(link.do_aloud, "marker.add", slot=slot, kind=kind))
        self.mark.setMenu(kinds)
        for button in (self.record, self.grab, self.mark):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
        for button, what in ((self.record, "take"), (self.grab, "still"), (self.mark, "marker/free")):
            mark_address(button, f"/livegrade/{slot}/{what}")
        self.record.setMinimumWidth(self.record.fontMetrics().horizontalAdvance("Record") + 26)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.name, self.state, self.take, self.timecode, self.record, self.grab, self.mark

    def toggle(self) -> None:
        """A take begins by hand, or the one that runs ends, whoever began it."""
        self._link.do_aloud("take.end" if self._runs else "take.start", slot=self._slot)

    def show_gone(self) -> None:
        self.state.setText(theme.DASH)
        theme.tint(self.state, theme.DIM)
        self.take.setText("")
        self.timecode.setText(theme.DASH)

    def show_slot(self, slot: dict[str, Any], take: dict[str, Any] | None, *, keeps: bool) -> None:
        """`take`: the one that runs; `keeps`: whether the session keeps takes."""
        self._runs = take is not None
        rolls = self._runs or slot["recording"]
        self.state.setText(REC if rolls else "stby")
        theme.tint(self.state, theme.RED if rolls else theme.DIM)
        self.timecode.setText(slot["timecode"] or theme.DASH)
        label = f"{slot['label']}   " if slot["label"] else ""
        flag = FLAGS[slot["recording"]]
        if take is not None:
            said = words.by(take["rule"])
            flag = f"{take['name']}   {take['length'] or theme.DASH}   {said}   {flag}"
        self.take.setText(label + flag)
        self.record.setText("End" if self._runs else "Record")
        for button in (self.record, self.mark):
            button.setEnabled(keeps)
