"""What else the slate of a take that was shot says, set right in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from livegrade.ui import theme
from livegrade.ui.noderow import Elided
from livegrade.ui.scrolling import scrolled
from livegrade.ui.slatefields import SlateFields

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink

COLUMNS = 3
NAME = 168
"""Pixels for which take it is."""
ROWS = 2
"""Lines of fields that are seen; others are scrolled to."""
NONE = "no take is chosen"


class TakeFields(QWidget):
    """Of the one that is chosen in the list."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._key: int | None = None
        self.name = Elided()
        self.name.setStyleSheet(f"color: {theme.DIM}")
        self.name.setFixedWidth(NAME)
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.fields = SlateFields(COLUMNS)
        self.fields.entered.connect(self._entered)
        self.fields.refused.connect(link.refused)
        self._area = scrolled(self.fields)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self.name)
        row.addWidget(self._area, 1)
        self.show_take(None)

    def show_take(self, take: dict[str, Any] | None) -> None:
        """As the library has it; None for none."""
        key = None if take is None else take["key"]
        if key != self._key:
            self._leave()
        self._key = key
        self.setEnabled(take is not None)
        slate = {} if take is None else take["slate"]
        self.name.setText(NONE if take is None else f"{_named(slate)}, slot {take['slot']}")
        self.fields.show_fields(dict(slate.get("fields", ())))
        lines = min(ROWS, len(self.fields.fields) // COLUMNS + 1)
        self._area.setFixedHeight(lines * self.fields.more.sizeHint().height() + (lines - 1) * 4 + 2)

    def _leave(self) -> None:
        """What is being typed was for the other take."""
        for field in (*self.fields.fields.values(), self.fields.more):
            with QSignalBlocker(field):
                field.setModified(False)

    def _entered(self, name: str, word: str) -> None:
        self._link.do_aloud("take.amend", take=self._key, fields={name: word})


def _named(slate: dict[str, Any]) -> str:
    """As `Slate` says it: "12A take 3"."""
    return f"{slate['scene']}{slate['shot']} take {slate['take']}".strip()
