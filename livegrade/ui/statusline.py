"""The line at the foot of the window: what was done or refused last, and the newest alarm that nobody has seen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from livegrade.ui import theme, words
from livegrade.ui.noderow import Elided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

AGE_MS = 20_000
"""After which a sentence is an old one, and so is an alarm that is over."""


class StatusLine(QWidget):
    """A sentence stays until there is a newer one, and is grey when it is old: what is bright was said just now, or
    goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.trouble = Elided(), Elided()  # a long sentence does not make the window wider
        self._aging = QTimer(self, singleShot=True, interval=AGE_MS)
        self._aging.timeout.connect(lambda: self._show_said(self.said.text(), theme.OFF))
        self._hands_off = False
        self._alarms: Mapping[str, Any] | None = None
        self._is_settled = False
        self._settling = QTimer(self, singleShot=True)
        self._settling.timeout.connect(lambda: self.show_alarms(self._alarms))
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
        """The newest that nobody has seen, and how many of these there are; nothing when all are seen. One that goes on
        or was over just now comes before the others, which are grey and give way to what is said."""
        self._alarms = alarms
        unseen = [one for one in (alarms or {"entries": {}})["entries"].values() if not one["seen"]]
        bright = [one for one in unseen if one["lasts"] or _fresh_ms(one) > 0]
        self._settling.stop()
        if fresh := [_fresh_ms(one) for one in bright if not one["lasts"]]:
            self._settling.start(min(fresh))
        text = _told(unseen, (bright or unseen)[-1]) if unseen else ""
        if (text, not bright) == (self.trouble.text(), self._is_settled):
            return
        self._is_settled = not bright
        self.trouble.setText(text)
        self.trouble.setToolTip("\n".join(f"{one['subject']}: {one['what']}" for one in unseen))
        theme.tint(self.trouble, theme.AMBER if bright else theme.DIM)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share()

    def _share(self) -> None:
        """One may have the room that the other leaves, and each has half where both are long; what is said has all that
        it needs beside an alarm that is long over."""
        room, half = self.contentsRect().width() - 3 * theme.GAP, self.contentsRect().width() // 2
        said, trouble = (one.fontMetrics().horizontalAdvance(one.text()) + 1 for one in (self.said, self.trouble))
        said = min(said, room if self._is_settled else max(half, room - trouble))
        self._row.setStretch(0, said)
        self._row.setStretch(1, max(1, room - said))


def _fresh_ms(alarm: Mapping[str, Any]) -> int:
    """How long one that does not go on is still news, 0 or less where it is not."""
    since_ms: int = alarm["at"] if alarm["ended_at"] is None else alarm["ended_at"]
    return since_ms + AGE_MS - round(1000 * time.time())


def _told(unseen: Sequence[Mapping[str, Any]], alarm: Mapping[str, Any]) -> str:
    """`alarm` in a line, and how many there are."""
    more = f"({len(unseen)})  " if len(unseen) > 1 else ""
    over = "" if alarm["lasts"] or alarm["ended_at"] is None else ", over"
    return f"{more}{words.moment(alarm['timecode'], alarm['at'])}  {alarm['subject']}: {alarm['what']}{over}"
