"""The clean picture on a screen of its own: full, black around it, and nothing else on it.

It is one more stream of the session; while it is shut it costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import QWidget

from livegrade.ui.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent, QScreen

    from livegrade.ui.link import SessionLink
    from livegrade.ui.pictures import Shown

AROUND = "#000000"
GRADED = {"view": "graded"}


class Monitor(QWidget):
    """`wish`: what it shows, as arguments of picture.subscribe beside slot and size. `changed`: it was opened, shut, or
    shows something else."""

    changed = Signal()

    def __init__(self, link: SessionLink) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("livegrade: picture")
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.wish: dict[str, Any] = dict(GRADED)
        self.slot = ""
        self.shown: Shown | None = None
        self.fault = ""
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
        self._want()
        self.changed.emit()

    def shut(self) -> None:
        """The screen is free again."""
        self.hide()
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
        self._stream.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(AROUND))
        if self.shown is None:
            return
        size = QSizeF(self.shown.image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self.shown.image)


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
