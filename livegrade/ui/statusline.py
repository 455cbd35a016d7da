"""The line at the foot of the window: what was refused last, and what happened last that somebody should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence


class StatusLine(QWidget):
    """Sentences stay until there is a newer one: nothing goes away by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.trouble = QLabel(), QLabel()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignRight)
        for label in (self.said, self.trouble):  # a long sentence does not make the window wider
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 2, theme.GAP, 4)
        row.addWidget(self.said, 1)
        row.addWidget(self.trouble, 1)

    def say(self, sentence: str) -> None:
        """An answer to what was just done."""
        self._tell(sentence, theme.AMBER)

    def note(self, sentence: str) -> None:
        """What was done, where that is not seen."""
        self._tell(sentence, theme.DIM)

    def _tell(self, sentence: str, color: str) -> None:
        self.said.setText(sentence)
        self.said.setToolTip(sentence)
        self.said.setStyleSheet(f"color: {color}")

    def show_events(self, events: Sequence[dict[str, Any]]) -> None:
        """The newest of which somebody should know, and how many of these there are."""
        bad = [event for event in events if event.get("is_trouble")]
        if not bad:
            self.trouble.setText("")
            return
        newest = bad[-1]
        at = f"{newest['timecode']}  " if newest.get("timecode") else ""
        self.trouble.setText(
            f"{at}{newest['subject']}: {newest['text']}" + (f"   ({len(bad)})" if len(bad) > 1 else "")
        )
        self.trouble.setToolTip("\n".join(f"{event['subject']}: {event['text']}" for event in bad))
        self.trouble.setStyleSheet(f"color: {theme.AMBER}")
