"""One node in the list: on or off, its name, what else is to be known of it at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QSizePolicy

from livegrade.ui import theme
from livegrade.ui.wordfield import WordField

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent

HEIGHT = 30
FULL_MIX = 100.0
GRAB = 6
"""Pixels after which a press is a drag."""


class NodeRow(QFrame):
    """`picked`: it was pressed; `switched`: on or off; `naming`: its name is to be typed; `named`: another name;
    `dragged`, `dropped`: the place of the pointer on the screen; `menu_wanted`: where."""

    picked = Signal()
    switched = Signal(bool)
    naming = Signal()
    named = Signal(str)
    dragged = Signal(QPoint)
    dropped = Signal(QPoint)
    menu_wanted = Signal(QPoint)

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id
        self.is_chosen = False
        self._shown: tuple[dict[str, Any], str, bool] | None = None
        self._from: QPoint | None = None
        self._is_dragged = False
        self.check = QCheckBox()
        self.check.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.check.clicked.connect(self.switched)
        self.words = Elided()
        self.badges = QLabel()
        self.name = WordField("name")
        self.name.setPlaceholderText("name")
        self.name.hide()
        self.name.entered.connect(self.named)
        self.name.left.connect(self._named)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self.check)
        row.addWidget(self.words, 1)
        row.addWidget(self.name, 1)
        row.addWidget(self.badges)
        self.setFixedHeight(HEIGHT)

    def show_node(self, node: dict[str, Any], warning: str, *, bypassed: bool) -> None:
        """As the session has it. `warning`: what is to be known of it, a sentence or nothing; `bypassed`: creative
        nodes are off."""
        shown = node, warning, bypassed
        if shown == self._shown:
            return
        self._shown = shown
        name, kind = node["name"], node["kind"]
        own = f"{name}  {kind}" if name and name.casefold() != kind.casefold() else kind
        off = not node["enabled"] or (bypassed and node["role"] == "creative")
        self.words.setText(own)
        self.words.setStyleSheet(f"color: {theme.OFF if off else theme.TEXT}")
        self.check.setChecked(node["enabled"])
        mix = node["settings"].get("mix", FULL_MIX)
        said = [
            "" if mix == FULL_MIX else f"{mix:.0f} %",
            "stays" if node["role"] == "transform" else "",
            f"= {' '.join(node['linked'])}" if node["linked"] else "",
            "!" if warning else "",
        ]
        self.badges.setText("   ".join(filter(None, said)))
        self.badges.setStyleSheet(f"color: {theme.AMBER if warning else theme.DIM}")
        self.setToolTip("\n".join(filter(None, (own, *_told(node, mix), warning))))

    def choose(self, is_chosen: bool) -> None:
        self.is_chosen = is_chosen
        self.update()

    def rename(self, name: str) -> None:
        """Lets the name be typed, in place; Enter keeps it, Esc does not."""
        self.name.show_words(name)
        self.words.hide()
        self.name.show()
        self.name.selectAll()
        self.name.setFocus()

    def _named(self) -> None:
        self.name.hide()
        self.words.show()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.picked.emit()
        self.menu_wanted.emit(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.picked.emit()
        if event.button() == Qt.MouseButton.LeftButton:
            self._from, self._is_dragged = event.globalPosition().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        at = event.globalPosition().toPoint()
        self._is_dragged = self._is_dragged or abs((at - self._from).y()) >= GRAB
        if self._is_dragged:
            self.dragged.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None and self._is_dragged:
            self.dropped.emit(event.globalPosition().toPoint())
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._from = None
        self.naming.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.is_chosen:
            painter.fillRect(self.rect(), QColor(theme.RAISED))
            painter.fillRect(0, 0, 3, self.height(), QColor(theme.SELECTED))
        painter.setPen(QPen(QColor(theme.PANEL), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class Elided(QLabel):
    """Words that give way where there is no room for all of them."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


def _told(node: dict[str, Any], mix: float) -> list[str]:
    """What the signs stand for."""
    return [
        "" if mix == FULL_MIX else f"mixed in by {mix:g} %",
        "transform: it stays while the look is bypassed" if node["role"] == "transform" else "",
        f"one with a node of slot {', '.join(node['linked'])}: a change here is one there" if node["linked"] else "",
    ]
