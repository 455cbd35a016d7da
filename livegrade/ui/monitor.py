"""The clean picture on a screen of its own: full, black around it, and nothing else on it, but where it is held: nobody
must take that for a live one.

It is one more stream of the session; while it is shut it costs nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import QWidget

from livegrade.ui import theme, words
from livegrade.ui.figures import is_live
from livegrade.ui.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent, QScreen

    from livegrade.ui.link import SessionLink
    from livegrade.ui.pictures import Shown

AROUND, LETTERS = "#000000", "#ffffff"
LOOK_MS = 250
MARK_AFTER_S = 1.0
"""As outputs mark a held picture, and where they do."""
LEFT, HIGH = 0.1, 1 / 30
"""Of the picture's width, and of its height."""
GRADED = {"view": "graded"}


class Monitor(QWidget):
    """`wish`: what it shows, as arguments of picture.subscribe beside slot and size; `mark`: what stands on a picture
    that is held, "" on a live one. `changed`: it was opened, shut, is held, or shows something else."""

    changed = Signal()

    def __init__(self, link: SessionLink) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("livegrade: picture")
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.wish: dict[str, Any] = dict(GRADED)
        self.slot = ""
        self.shown: Shown | None = None
        self.fault = self.mark = ""
        self._link = link
        self._lost_s: float | None = None
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._watch)
        self._stream = Subscription(link, self, "picture.subscribe", "picture.show", ("slot",))
        self._stream.came.connect(self._came)
        self._stream.failed.connect(self._failed)

    @property
    def is_open(self) -> bool:
        return self.isVisible()

    def open_on(self, screen: QScreen) -> None:
        """Fills that screen from now on."""
        self.hide()
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self._look.start()
        self._want()
        self.changed.emit()

    def shut(self) -> None:
        """The screen is free again."""
        self.hide()
        self._look.stop()
        self._stream.rest()
        self.shown = None
        self.changed.emit()

    def show_slot(self, slot: str) -> None:
        """The picture of another slot."""
        if slot != self.slot:
            self.slot, self.shown = slot, None
            self.update()
            self._want()

    def show_picture(self, wish: Mapping[str, Any]) -> None:
        """Something else of the slot."""
        self.wish = dict(wish)
        self._want()
        self.changed.emit()

    def renew(self) -> None:
        """The session is there again."""
        if self.is_open:
            self._stream.renew()

    def _want(self) -> None:
        if self.is_open and self.slot:
            self._stream.want(slot=self.slot, **self.wish)

    def _watch(self) -> None:
        """Whether what stands there is of now, and since when it is not."""
        now_s = time.monotonic()
        is_held = self.shown is not None and not is_live(self._link, self.slot)
        self._lost_s = (self._lost_s or now_s) if is_held else None
        lost_s = 0.0 if self._lost_s is None else now_s - self._lost_s
        mark = f"NO SIGNAL {words.stopwatch(lost_s)}" if lost_s >= MARK_AFTER_S else ""
        if mark != self.mark:
            is_news = not (mark and self.mark)
            self.mark = mark
            self.update()
            if is_news:
                self.changed.emit()

    def _came(self, shown: Shown) -> None:
        if self._stream.fed.get("slot") != self.slot:
            return  # a picture of the slot before
        is_news = bool(self.fault) or self.shown is None
        self.shown, self.fault = shown, ""
        self.update()
        if is_news:
            self.changed.emit()

    def _failed(self, why: str) -> None:
        self.fault = why
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._stream.resized()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc shuts it, also where it covers the only screen there is."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """By the window system: it can be opened again."""
        self.shut()

    def end(self) -> None:
        """For good: its window is closed."""
        self.hide()
        self._look.stop()
        self._stream.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(AROUND))
        if self.shown is None:
            return
        size = QSizeF(self.shown.image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        place = QRectF(left, top, size.width(), size.height())
        painter.drawImage(place, self.shown.image)
        if self.mark:
            self._paint_mark(painter, place)

    def _paint_mark(self, painter: QPainter, place: QRectF) -> None:
        """At the lower left of the picture."""
        font = theme.font(bold=True)
        font.setPixelSize(max(theme.letters(1.0), round(place.height() * HIGH)))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        wide, high = metrics.horizontalAdvance(self.mark) + metrics.height(), 1.3 * metrics.height()
        box = QRectF(place.left() + LEFT * place.width(), place.bottom() - 2 * high, wide, high)
        painter.fillRect(box, QColor(AROUND))
        painter.setPen(QColor(LETTERS))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.mark)


def other_screen(window: QWidget) -> QScreen:
    """The one on which `window` is not; where there is only one, that."""
    screens = QGuiApplication.screens()
    return next((screen for screen in screens if screen is not window.screen()), window.screen())


def screen_named(name: str) -> QScreen | None:
    """As `words_of` names it."""
    return next((screen for screen in QGuiApplication.screens() if words_of(screen) == name), None)


def words_of(screen: QScreen) -> str:
    size = screen.size() * screen.devicePixelRatio()
    return f"{screen.name()}  {size.width()}x{size.height()}"
