"""The legend of false colour beside the picture: bands with their colours and limits, and the curve they assume."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from livegrade.ui import theme
from livegrade.ui.asking import Asking
from livegrade.ui.press import passing_menu
from livegrade.ui.scopewish import SCALES
from livegrade.ui.words import unbroken

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QMenu

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.viewer import Viewer

WIDTH, MOST_WIDTH = 216, 300
MOST_ROW = 34.0
SWATCH = 18
BETWEEN = 8
"""From limits to names."""


class Legend(QWidget):
    """There while `viewer` shows false colour. `told`: what the session says of it, None before it has; `scale`: what
    limits are read in, empty for what the table counts in. A click asks for another."""

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__()
        self._link = link
        self._viewer = viewer
        self._asked: tuple[object, ...] = ()
        self.told: dict[str, Any] | None = None
        self.scale = ""
        self._asking = Asking(link, "view.legend")
        self._asking.came.connect(self._came)
        self._asking.failed.connect(self._failed)
        link.changed.connect(self._renew)
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setVisible(False)
        viewer.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Asks anew where the view, the slot or its camera is another."""
        view = self._viewer.wish["view"]
        is_there = view.partition(":")[0] == "false-color" and bool(self._viewer.slot)
        self.setVisible(is_there)
        if not is_there:
            self._asked = ()
            return
        slot = self._link.at("slots", self._viewer.slot) or {}
        tap = self._viewer.wish.get("tap")
        asked = self._viewer.slot, view, tap, slot.get("camera"), slot.get("ei"), self.scale
        if asked != self._asked:
            self._asking.turn_away()
            self._asked = asked
            more = {word: value for word, value in (("tap", tap), ("scale", self.scale)) if value}
            self._asking.want(slot=self._viewer.slot, view=view, **more)

    def read_in(self, scale: str) -> None:
        """Limits in a scale of SCALES, or in what the table counts in where it is empty."""
        self.scale = scale
        self.refresh()

    def _failed(self, why: str) -> None:
        if self.scale:  # the signal, or its camera, has none of it
            self._link.refused.emit(why)
            self.read_in("")
        else:
            self._came(None)

    def menu(self) -> QMenu:
        """What limits can be read in."""
        menu = passing_menu(self)
        for scale, words in {"": "limits as the table counts", **SCALES}.items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(scale == self.scale)
            action.triggered.connect(partial(self.read_in, scale))
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.menu().popup(event.globalPosition().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def _renew(self, paths: list[Path]) -> None:
        """All of the state is new: what could not be told before is asked for again."""
        if () in paths and self.told is None:
            self._asked = ()
            self.refresh()

    def _came(self, told: dict[str, Any] | None) -> None:
        self.told = told
        if told is not None:
            words = [f"{entry['limits']}  {entry['name']}" for entry in told["entries"]]
            self.setToolTip("\n".join([told["title"], told["curve"], *filter(None, [told["note"]]), *words]))
            self.setFixedWidth(self._needed(told["entries"]))
        self.update()

    def _needed(self, entries: list[dict[str, str]]) -> int:
        """As wide as limits and names are, within reason."""
        metrics = QFontMetricsF(theme.font(), self)
        words = (metrics.horizontalAdvance(one["limits"]) + metrics.horizontalAdvance(one["name"]) for one in entries)
        around = 3 * theme.GAP + SWATCH + BETWEEN
        return max(WIDTH, min(MOST_WIDTH, ceil(max(words, default=0.0)) + around + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        if self.told is None:
            return
        painter.setFont(theme.font())
        metrics = QFontMetricsF(painter.font())
        words = [(self.told["title"], theme.TEXT), (self.told["curve"], theme.DIM), (self.told["note"], theme.AMBER)]
        below = self._paint_words(painter, [(text, color) for text, color in words if text])
        entries = self.told["entries"]
        row = min(MOST_ROW, (below - theme.GAP) / max(1, len(entries)))
        for at, entry in enumerate(entries):
            self._paint_entry(painter, metrics, entry, QRectF(theme.GAP, at * row, self.width() - 2 * theme.GAP, row))

    def _paint_words(self, painter: QPainter, words: list[tuple[str, str]]) -> float:
        """At the foot; returns where they begin."""
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        bottom = float(self.height() - theme.GAP)
        for text, color in [(unbroken(text), color) for text, color in reversed(words)]:
            room = QRectF(theme.GAP, 0, self.width() - 2 * theme.GAP, 1000)
            high = painter.boundingRect(room, flags, text).height()
            painter.setPen(QColor(color))
            painter.drawText(QRectF(theme.GAP, bottom - high, room.width(), high), flags, text)
            bottom -= high + 2
        return bottom

    def _paint_entry(self, painter: QPainter, metrics: QFontMetricsF, entry: dict[str, str], place: QRectF) -> None:
        """Limits, and the name behind them as far as there is room; both only where a line has its height."""
        painter.fillRect(QRectF(place.left(), place.top() + 1, SWATCH, place.height() - 1), QColor(entry["color"]))
        if place.height() < metrics.height() - 4:
            return
        left = place.left() + SWATCH + theme.GAP
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip  # a row is low
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(QRectF(left, place.top(), place.right() - left, place.height()), middle, entry["limits"])
        left += metrics.horizontalAdvance(entry["limits"]) + BETWEEN
        painter.setPen(QColor(theme.DIM))
        name = metrics.elidedText(entry["name"], Qt.TextElideMode.ElideRight, place.right() - left)
        painter.drawText(QRectF(left, place.top(), place.right() - left, place.height()), middle, name)
