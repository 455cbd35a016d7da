"""The strip under the picture: the take that runs, or the last one, as a line with the markers that were set in it.

Its length is that of the take in steps, so that it fills like a ruler and marks stay where they are until it is full;
then it is twice as long. What a mark is and when it was stands beside it when it is pointed at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip

from livegrade.ui import theme
from livegrade.ui.panel import Panel
from livegrade.ui.recording import MARKERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.pictures import Shown
    from livegrade.ui.viewer import Viewer

LETTERS = {"boom-shadow": "B", "flare": "F", "reflection": "R", "focus": "S", "free": "·"}
"""S: soft."""
LEAST = 500
"""Pictures of the shortest line: 20 seconds of 25 a second."""
NEAR = 6.0
"""Pixels about a mark in which it is pointed at."""
NAME = "112AB T99 "
"""As much of a take's name has room."""


class MarkerStrip(Panel):
    """Of the slot that is looked at."""

    title = "Markers"

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._index: int | None = None
        metrics = QFontMetricsF(theme.font())
        self._left = metrics.horizontalAdvance(NAME) + 2 * theme.GAP
        self.setFixedHeight(round(metrics.height()) + 2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        viewer.showing.connect(self._showing)
        link.gone.connect(lambda reason: self.update())

    @property
    def strip(self) -> Mapping[str, Any] | None:
        """The take, as the state has it; None before the first."""
        strip: Mapping[str, Any] | None = self._link.at("library", "strips", self._slot)
        return strip

    @property
    def runs(self) -> bool:
        """Whether the take goes on; nobody knows while the session is gone."""
        strip = self.strip
        return strip is not None and bool(strip["runs"]) and self._link.is_here

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self._index = None
        self.update()

    def show_state(self, paths: list[Path]) -> None:
        self.update()

    def place(self, index: int) -> float:
        """Where a picture is along the strip, in pixels."""
        strip = self.strip
        if strip is None:
            return self._left
        room = self.width() - self._left - 2 * theme.GAP
        first: int = strip["index"]
        return self._left + room * (index - first) / scale_of(self._last(strip) - first)

    def words_at(self, x: float) -> str:
        """What the mark is that is pointed at; "" where none is."""
        strip = self.strip
        marks = [] if strip is None else strip["markers"]
        near = [(abs(self.place(mark["index"]) - x), at) for at, mark in enumerate(marks)]
        if not near or min(near)[0] > NEAR:
            return ""
        mark = marks[min(near)[1]]
        when = mark["timecode"] or f"picture {mark['index']}"
        return ", ".join(filter(None, (MARKERS[mark["kind"]], when, mark["text"])))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        QToolTip.showText(event.globalPosition().toPoint(), self.words_at(event.position().x()), self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.FIELD))
        painter.setFont(theme.font())
        strip = self.strip
        painter.setPen(QColor(theme.DIM))
        middle = self.height() / 2
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name = QRectF(theme.GAP, 0, self._left - theme.GAP, self.height())
        if strip is None:
            keeps = self._link.at("library") is not None
            none = "no take in this session yet" if keeps else "this session keeps no takes"
            words = none if keeps or self._link.is_here else ""
            painter.drawText(name.adjusted(0, 0, 400, 0), align, words)
            return
        text = painter.fontMetrics().elidedText(strip["name"], Qt.TextElideMode.ElideRight, int(name.width()) - 6)
        painter.drawText(name, align, text)
        right = float(self.width() - 2 * theme.GAP)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.drawLine(QPointF(self._left, middle), QPointF(right, middle))
        painter.setPen(QPen(QColor(theme.RED if self.runs else theme.DIM), 3))
        painter.drawLine(QPointF(self._left, middle), QPointF(self.place(self._last(strip)), middle))
        for mark in strip["markers"]:
            self._paint_mark(painter, self.place(mark["index"]), LETTERS[mark["kind"]])

    def _paint_mark(self, painter: QPainter, x: float, letter: str) -> None:
        box = QRectF(x - 7, 1, 14, self.height() - 2)
        painter.fillRect(box, QColor(theme.RAISED))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)

    def _last(self, strip: Mapping[str, Any]) -> int:
        """The last picture of the take, the one that is shown while it goes on."""
        last: int | None = strip["last"] if strip["last"] is not None else self._index
        known: list[int] = [strip["index"], *(mark["index"] for mark in strip["markers"])]
        return max(known if last is None else [*known, last])

    def _showing(self, shown: Shown) -> None:
        self._index = shown.index
        if self.runs:
            self.update()


def scale_of(pictures: int) -> int:
    """How many pictures the whole strip stands for, of a take of so many."""
    scale = LEAST
    while scale < pictures:
        scale *= 2
    return scale
