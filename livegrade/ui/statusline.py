"""The line at the foot of the window: what was done or refused last, and the newest alarm that nobody has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from livegrade.ui import theme, words
from livegrade.ui.noderow import Elided

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QResizeEvent

AGE_MS = 20_000
"""After which a sentence is an old one."""


class StatusLine(QWidget):
    """A sentence stays until there is a newer one, and is grey when it is old: what is bright was said just now."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.trouble = Elided(), Elided()  # a long sentence does not make the window wider
        self._aging = QTimer(self, singleShot=True, interval=AGE_MS)
        self._aging.timeout.connect(lambda: self._show_said(self.said.text(), theme.OFF))
        self._hands_off = False
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.GAP, 2, theme.GAP, 4)
        self._row.addWidget(self.said, 1)
        self._row.addWidget(self.trouble, 1)

    def say(self, sentence: str) -> None:
        """An answer to what was just done."""
        self._tell(sentence, theme.AMBER)

    def note(self, sentence: str) -> None:
        """What was done, where that is not seen; nothing to say takes no refusal away that came meanwhile."""
        if sentence:
            self._tell(sentence, theme.DIM)

    def _tell(self, sentence: str, color: str) -> None:
        self._show_said(sentence, color)
        self._aging.start()

    def take_away(self, sentence: str) -> None:
        """It is true no more; a newer one stays."""
        if self.said.text() == sentence:
            self._tell("", theme.DIM)

    def _show_said(self, sentence: str, color: str) -> None:
        self.said.setText(sentence)
        self.said.setToolTip(sentence)
        theme.tint(self.said, color)
        self._share()

    def show_export(self, export: Mapping[str, Any] | None) -> None:
        """The hand-off of the session: its end is said, whatever page is seen."""
        runs = export is not None and export["state"] == "running"
        if self._hands_off and not runs and export is not None:
            folder, text = export.get("folder", ""), export["text"]
            is_done = export["state"] == "done"
            if folder and text.startswith(f"{folder}: "):  # where is less than what: it stands at the end
                became = "handed off " if is_done else "not handed off: "
                text = f"{became}{text.removeprefix(f'{folder}: ')}; in {folder}"
            self._tell(text, theme.DIM if is_done else theme.AMBER)
        self._hands_off = runs

    def show_alarms(self, alarms: Mapping[str, Any] | None) -> None:
        """The newest that nobody has seen, and how many of these there are; nothing when all are seen."""
        unseen = [one for one in (alarms or {"entries": {}})["entries"].values() if not one["seen"]]
        text = ""
        if unseen:
            newest = unseen[-1]
            more = f"({len(unseen)})  " if len(unseen) > 1 else ""
            at = newest["timecode"] or words.clock(newest["at"])
            text = f"{more}{at}  {newest['subject']}: {newest['what']}"
        if text == self.trouble.text():
            return
        self.trouble.setText(text)
        self.trouble.setToolTip("\n".join(f"{one['subject']}: {one['what']}" for one in unseen))
        theme.tint(self.trouble, theme.AMBER)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share()

    def _share(self) -> None:
        """One may have the room that the other leaves, and each has half where both are long."""
        room, half = self.contentsRect().width() - 3 * theme.GAP, self.contentsRect().width() // 2
        trouble = self.trouble.fontMetrics().horizontalAdvance(self.trouble.text()) + 1
        said = min(self.said.fontMetrics().horizontalAdvance(self.said.text()) + 1, max(half, room - trouble))
        self._row.setStretch(0, said)
        self._row.setStretch(1, max(1, room - said))
