"""Where the pictures of a slot come from and which camera they are of, in a line to be written into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from livegrade.ui import theme
from livegrade.ui.press import tool
from livegrade.ui.sourcemenu import SourceMenu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

FIELDS = {
    "source": ("Source", "ndi:CAM A   decklink:0   /takes/a.mov   pattern:camera", 4),
    "camera": ("Camera", "ALEXA 35, or none", 2),
    "ei": ("EI", "", 1),
    "to": ("Transform", "rec709, or none", 1),
}
"""Argument of source.set: its name here, what may be written, its share of the width."""
SET, OPENING = "Set", "opening ..."


class SourceLine(QWidget):
    """Of the slot that is looked at; Enter or the button sets what was changed. Until the slot has it, what was written
    stands there, also when it was refused, and meanwhile that it is being opened."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._opening: set[str] = set()
        self.fields: dict[str, QLineEdit] = {}
        self.title = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 0, 0, 0)
        row.addWidget(self.title)
        for name, (title, hint, share) in FIELDS.items():
            label = QLabel(title)
            label.setStyleSheet(f"color: {theme.DIM}")
            self.fields[name] = field = QLineEdit()
            field.setPlaceholderText(hint)
            field.returnPressed.connect(self._set)
            row.addWidget(label)
            row.addWidget(field, share)
            if name == "source":
                self.menu = SourceMenu(link)
                self.menu.chosen.connect(self._choose)
                row.addWidget(self.menu)
        self.button = tool(SET, "opens the source anew where it is another; the last picture stays up meanwhile")
        self.button.setMinimumWidth(self.button.fontMetrics().horizontalAdvance(OPENING) + 24)  # its place stays
        self.button.clicked.connect(self._set)
        row.addWidget(self.button)

    def show_slot(self, slot: str) -> None:
        """Another slot; what was written and not set is forgotten."""
        self._slot = slot
        for field in self.fields.values():
            field.setModified(False)
        self.show_state()

    def show_state(self) -> None:
        """As the session has it; a field that is being written into is left alone."""
        slot = self._link.at("slots", self._slot)
        opens = self._slot in self._opening
        self.setEnabled(slot is not None)
        for widget in (*self.fields.values(), self.menu):
            widget.setEnabled(not opens)
        self.button.setText(OPENING if opens else SET)
        self.title.setText(f"Slot {self._slot}")
        if slot is None or opens:
            return
        for name, text in _now(slot).items():
            field = self.fields[name]
            if not field.isModified() and field.text() != text:
                field.setText(text)
                field.setCursorPosition(0)

    def _set(self) -> None:
        slot: dict[str, Any] | None = self._link.at("slots", self._slot)
        if slot is None or self._slot in self._opening:
            return
        now = _now(slot)
        said: dict[str, Any] = {
            name: text for name, field in self.fields.items() if (text := field.text().strip()) != now[name]
        }
        if "ei" in said:
            if not (said["ei"] or "0").isdecimal():
                return self._link.refused.emit(f"EI {said['ei']} is no number")
            said["ei"] = int(said["ei"] or 0)
        for field in self.fields.values():
            field.setModified(False)
        self.window().setFocus()  # the next key is the window's again
        if said:
            name = self._slot
            self._opening.add(name)
            self._link.do("source.set", lambda answer: self._opened(name, answer), slot=name, **said)
        self.show_state()

    def _opened(self, slot: str, answer: Answer) -> None:
        """Or refused, or gone with its session. What was refused stays to be mended."""
        self._opening.discard(slot)
        now = self._link.at("slots", slot)
        if answer.result == "refused" and slot == self._slot and now is not None:
            for name, text in _now(now).items():
                self.fields[name].setModified(self.fields[name].text().strip() != text)
        self._link.tell(answer, slot)
        self.show_state()

    def _choose(self, address: str) -> None:
        """Written as by hand: it is not set yet."""
        field = self.fields["source"]
        field.setText(address)
        field.setModified(True)
        field.setFocus()


def _now(slot: Mapping[str, Any]) -> dict[str, str]:
    options = slot["options"]
    return {"source": slot["source"], **{name: options.get(name, "") for name in FIELDS if name != "source"}}
