"""Scopes beside the picture: one, two or four, each of a kind and a tap that is chosen at it.

The session draws them, graticule and all, at the size they have here; nothing is measured in the window.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from livegrade.ui.link import SessionLink
    from livegrade.ui.pictures import Shown

KINDS = ("waveform", "parade", "overlay", "vectorscope", "histogram", "ycbcr")
TAPS = ("graded", "source")
FIRST = (("waveform", "graded"), ("parade", "graded"), ("vectorscope", "graded"), ("waveform", "source"))
COUNTS = (1, 2, 4)


class Scope(QWidget):
    """One scope and what chooses it."""

    def __init__(self, link: SessionLink, kind: str, tap: str) -> None:
        super().__init__()
        self._slot = ""
        self.kind, self.tap = QComboBox(), QComboBox()
        for box, words, word in ((self.kind, KINDS, kind), (self.tap, TAPS, tap)):
            box.addItems(list(words))
            box.setCurrentText(word)
            box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            box.currentTextChanged.connect(lambda _: self._want())
        self.trace = _Trace(link)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.kind)
        head.addWidget(self.tap)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.trace, 1)

    def show_slot(self, slot: str) -> None:
        """Measures another slot."""
        self._slot = slot
        self._want()

    def _want(self) -> None:
        if self._slot:
            self.trace.stream.want(slot=self._slot, scope=self.kind.currentText(), tap=self.tap.currentText())


class _Trace(QWidget):
    """The picture of a scope, as the session drew it."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self.message = ""
        self.stream = Subscription(link, self, "scope.subscribe")
        self.stream.came.connect(self._came)
        self.stream.failed.connect(self._failed)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _came(self, shown: Shown) -> None:
        self.shown, self.message = shown, ""
        self.update()

    def _failed(self, why: str) -> None:
        self.message = why
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.stream.resized()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.FIELD))
        if self.shown is not None:
            size = QSizeF(self.shown.image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
            corner = QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2)
            painter.drawImage(QRectF(corner, size), self.shown.image)
        if self.message:
            painter.setPen(QColor(theme.DIM))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message)


class Scopes(Panel):
    """`counted`: how many are shown now."""

    title = "Scopes"

    counted = Signal(int)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self.scopes = [Scope(link, kind, tap) for kind, tap in FIRST]
        self._slot = ""
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.GAP)
        self.buttons: dict[int, QToolButton] = {}
        head = QHBoxLayout()
        head.addStretch(1)
        for count in COUNTS:
            button = QToolButton()
            button.setText(f"{count} up")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, count=count: self.show_count(count))
            self.buttons[count] = button
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.addLayout(head)
        column.addLayout(self._grid, 1)
        self.show_count(2)

    def show_count(self, count: int) -> None:
        """One, two under each other, or four in a square; the others cost nothing."""
        self.buttons[count].setChecked(True)
        for at, scope in enumerate(self.scopes):
            self._grid.removeWidget(scope)
            if at < count:
                self._grid.addWidget(scope, at // 2 if count == 4 else at, at % 2 if count == 4 else 0)
                scope.show()
                scope.show_slot(self._slot)
            else:
                scope.hide()
                scope.trace.stream.rest()
        self.counted.emit(count)

    def show_slot(self, slot: str) -> None:
        """Measures another slot."""
        self._slot = slot
        for scope in self.scopes:
            if not scope.isHidden():
                scope.show_slot(slot)

    def show_tap(self, tap: str) -> None:
        """All of them at one tap."""
        for scope in self.scopes:
            scope.tap.setCurrentText(tap)

    def toggle_tap(self) -> None:
        """All of them at the other tap."""
        self.show_tap("graded" if self.scopes[0].tap.currentText() == "source" else "source")

    def can(self) -> Iterable[Action]:
        yield Action("tap", "Scopes: source or graded", "B", self.toggle_tap)
        for count in COUNTS:
            yield Action(f"scopes-{count}", f"Scopes: {count} up", "", partial(self.show_count, count))

    def renew(self) -> None:
        """The session is there again."""
        for scope in self.scopes:
            scope.trace.stream.renew()

    def close_streams(self) -> None:
        """No more pictures."""
        for scope in self.scopes:
            scope.trace.stream.close()
