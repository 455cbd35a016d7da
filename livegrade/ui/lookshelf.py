"""The look shelf: looks of the library in places, each as the picture of the slot would be with it; one click or one
key recalls it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from livegrade.ui import theme
from livegrade.ui.assignable import add_assigning
from livegrade.ui.lookpictures import LookPictures
from livegrade.ui.press import passing_menu, tool
from livegrade.ui.scrolling import scrolled
from livegrade.ui.words import WAITING

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent, QPixmap, QResizeEvent

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

LEAST, MOST = 9, 36
"""Places that are shown at least, and that there are."""
KEEPS_NONE = "This session keeps no looks: it has no library."
TILE = QSize(98, 74)
PICTURE = QRect(1, 1, 96, 54)
EDGE = 4
BACK = QColor(28, 28, 28, 200)


class LookShelf(QWidget):
    """Of the session's library. `assign_wanted`: an address of docs/osc.md that something else is to press too."""

    assign_wanted = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._shown: dict[str, Any] = {}
        self.pictures = LookPictures(link)
        self.pictures.came.connect(lambda look: self._paint())
        self.tiles: list[ShelfTile] = []
        self.anew = tool("Redraw", "draws the small pictures from the slot's picture of now")
        self.anew.clicked.connect(self._draw_anew)
        self.nothing = QLabel()
        self.nothing.setWordWrap(True)
        self.nothing.hide()  # who knows, before there is a session
        self.nothing.setStyleSheet(f"color: {theme.DIM}")
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._arrange()

    def _arrange(self) -> None:
        title = QLabel("Shelf")
        title.setFont(theme.font(bold=True))
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.anew)
        self._area = scrolled(self._inside)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or columns jump when it comes
        self._area.setMinimumWidth(TILE.width() + self._area.verticalScrollBar().sizeHint().width())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 4, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.nothing)
        column.addWidget(self._area, 1)

    def show_slot(self, slot: str) -> None:
        """Pictures and recalls are of another slot."""
        self._slot = slot
        self.pictures.show_slot(slot)
        self._want()
        self.show_shelf()

    def show_shelf(self) -> None:
        """What the session has on it."""
        library = self._link.at("library")
        self.nothing.setText(KEEPS_NONE if self._link.is_here else WAITING)
        self.nothing.setVisible(library is None)
        self._area.setVisible(library is not None)
        shelf: dict[str, Any] = (library or {}).get("shelf") or {}
        places = min(MOST, max(LEAST, 1 + max((int(place) for place in shelf), default=0)))
        if places != len(self.tiles):
            self._build(places)
        if shelf != self._shown:
            fresh = {pin["look"] for pin in shelf.values()} - {pin["look"] for pin in self._shown.values()}
            self._shown = shelf
            self._want(fresh)
        now = self._link.at("slots", self._slot, "look", "id")
        for tile in self.tiles:
            tile.show_pin(shelf.get(str(tile.place)), now)

    def recall(self, place: int) -> None:
        self._link.do_aloud("shelf.recall", slot=self._slot, place=place)

    def step(self, way: str) -> None:
        """The next look of the shelf, or the previous."""
        self._link.do_aloud("shelf.recall", slot=self._slot, step=way)

    def keep(self, place: int, name: str) -> None:
        """The look of the slot into the library and into a place of the shelf."""

        def kept(answer: Answer) -> None:
            if answer.result == "refused" or not answer.made:
                self._link.refused.emit(answer.error or "the look is not in the library yet; try again")
            else:
                self._link.do_aloud("shelf.pin", place=place, entry=int(answer.made))

        scene = self._link.at("library", "slate", "scene") or ""
        self._link.do("library.keep", kept, slot=self._slot, name=name, scene=scene)

    def _want(self, looks: set[str] | None = None) -> None:
        """Pictures of what is on the shelf, or of some of it."""
        for _, pin in sorted(self._shown.items(), key=lambda item: int(item[0])):
            if looks is None or pin["look"] in looks:
                self.pictures.want(pin["look"], pin["thumbnail"])

    def _draw_anew(self) -> None:
        self.pictures.renew()
        self._want()

    def _paint(self) -> None:
        for tile in self.tiles:
            tile.update()

    def _build(self, places: int) -> None:
        while len(self.tiles) > places:
            self.tiles.pop().deleteLater()
        for place in range(len(self.tiles) + 1, places + 1):
            tile = ShelfTile(place, self.pictures)
            tile.pressed.connect(partial(self._pressed, tile))
            tile.menu_wanted.connect(partial(self._menu, tile))
            self.tiles.append(tile)
        self._lay_out()

    def _lay_out(self) -> None:
        columns = max(1, (self._area.viewport().width() + 4) // (TILE.width() + 4))
        for at, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, at // columns, at % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._grid.setColumnStretch(columns, 1)
        self._grid.setRowStretch(len(self.tiles), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _pressed(self, tile: ShelfTile) -> None:
        if tile.pin is None:
            self._ask_name(tile.place)
        else:
            self.recall(tile.place)

    def _menu(self, tile: ShelfTile, at: QPoint) -> None:
        menu = passing_menu(self)
        pin = tile.pin
        if pin is None:
            menu.addAction(f"Keep the look of slot {self._slot} here ...", lambda: self._ask_name(tile.place))
        else:
            menu.addAction(f"Recall into slot {self._slot}", lambda: self.recall(tile.place))
            replace = partial(self.keep, tile.place, pin["name"])
            menu.addAction(f"Replace by the look of slot {self._slot}", replace)
            menu.addAction("Name ...", lambda: self._rename(pin))
            menu.addAction("Off the shelf", lambda: self._link.do_aloud("shelf.unpin", place=tile.place))
            add_assigning(menu, f"/livegrade/{self._slot}/shelf {tile.place}", self.assign_wanted.emit)
        menu.exec(at)

    def _ask_name(self, place: int) -> None:
        now = self._link.at("slots", self._slot, "look", "name") or ""
        words = f"Name of the look of slot {self._slot}"
        name, said = QInputDialog.getText(self, f"Place {place} of the shelf", words, text=now or f"look {place}")
        if said and name.strip():
            self.keep(place, name.strip())

    def _rename(self, pin: dict[str, Any]) -> None:
        name, said = QInputDialog.getText(self, "Look of the library", "Name", text=pin["name"])
        if said and name.strip():
            self._link.do_aloud("library.edit", entry="look", key=pin["entry"], fields={"name": name.strip()})


class ShelfTile(QWidget):
    """One place. `pressed`: by the left button; `menu_wanted`: where."""

    pressed = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, place: int, pictures: LookPictures) -> None:
        super().__init__()
        self.place = place
        self.pin: dict[str, Any] | None = None
        self._pictures = pictures
        self._is_now = False
        self.setFixedSize(TILE)

    def show_pin(self, pin: dict[str, Any] | None, now: str | None) -> None:
        """What is here. `now`: the id of the look that the slot has."""
        self.pin = pin
        self._is_now = pin is not None and pin["look"] == now
        self.setToolTip(_told(self.place, pin))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(PICTURE, QColor(theme.FIELD))
        picture = None if self.pin is None else self._pictures.picture(self.pin["look"])
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(_fitted(picture), picture, QRectF(picture.rect()))
        edge = theme.SELECTED if self._is_now else theme.LINE
        painter.setPen(QPen(QColor(edge), 2 if self._is_now else 1))
        painter.drawRect(PICTURE)
        painter.setPen(QColor(theme.OFF if self.pin is None else theme.TEXT))
        self._paint_number(painter)
        painter.setFont(theme.font())
        if self.pin is None:
            painter.drawText(PICTURE, Qt.AlignmentFlag.AlignCenter, "+")
            return
        below = QRect(0, PICTURE.bottom() + 2, TILE.width(), TILE.height() - PICTURE.bottom() - 2)
        name = painter.fontMetrics().elidedText(self.pin["name"], Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_number(self, painter: QPainter) -> None:
        """In the corner of the picture, on a ground of its own: below it all the room is the name's."""
        painter.setFont(theme.font(bold=True))
        metrics, number = painter.fontMetrics(), str(self.place)
        corner = QRect(PICTURE.topLeft(), QSize(metrics.horizontalAdvance(number) + 2 * EDGE, metrics.height()))
        painter.fillRect(corner.adjusted(1, 1, 0, 0), BACK)
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, number)


def _fitted(picture: QPixmap) -> QRectF:
    size = picture.size().scaled(PICTURE.size(), Qt.AspectRatioMode.KeepAspectRatio)
    corner = PICTURE.topLeft() + QPoint((PICTURE.width() - size.width()) // 2, (PICTURE.height() - size.height()) // 2)
    return QRectF(QRect(corner, size))


def _told(place: int, pin: dict[str, Any] | None) -> str:
    if pin is None:
        return f"Place {place}: empty; press to keep the slot's look here"
    scene = f"scene {pin['scene']}" if pin["scene"] else ""
    return "\n".join(filter(None, (f"{pin['name']}, version {pin['version']}", scene, pin["day"], pin["look"])))
