"""Spot meters over the picture: placed, dragged, and named by hand; their numbers come from the session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QLineEdit, QWidgetAction

from livegrade.ui import figures, theme
from livegrade.ui.press import passing_menu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QMouseEvent, QPainter
    from PySide6.QtWidgets import QMenu

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink
    from livegrade.ui.viewer import Placed, Viewer

NEAR = 14.0
"""Pixels about a meter in which it is taken hold of."""
LEAST = 9.0
"""Pixels of a mark, also where what it measures is smaller."""
SIZES = (1, 3, 9, 31, 65, 129)
BACK = QColor(28, 28, 28, 200)


class Spots(QObject):
    """A layer and a tool. `armed`: the next press places one, else Alt is held for that; `placed`: it did, and is not
    armed any more."""

    placed = Signal()

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__(viewer)
        self.armed = False
        self.unit = figures.UNITS[0]
        self._link = link
        self._viewer = viewer
        self._slot = ""
        self._held: str | None = None
        self._moved: dict[str, QPointF] = {}
        self._under_way = False
        viewer.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        viewer.customContextMenuRequested.connect(self.open_menu)

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self._held, self._moved = None, {}

    @property
    def meters(self) -> Mapping[str, Any]:
        """As the state has them, by id."""
        return self._link.at("slots", self._slot, "meters") or {}

    def next_unit(self) -> None:
        """Stops, percent, code, and stops again."""
        self.unit = figures.UNITS[(figures.UNITS.index(self.unit) + 1) % len(figures.UNITS)]
        self._viewer.update()

    # ---- layer

    def paint(self, painter: QPainter, placed: Placed) -> None:
        painter.setFont(theme.font())
        for id, meter in self.seen().items():
            at = placed.at(self._place(id, meter))
            scale = 0.0 if placed.scale is None else placed.scale / self._viewer.devicePixelRatioF()
            side = max(LEAST, meter["size"] * scale)
            mark = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            for color, width in ((theme.FIELD, 3), (theme.TEXT, 1)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawRect(mark)
            self._paint_label(painter, mark, " ".join(filter(None, (meter["name"], self.words(id)))))

    def seen(self) -> dict[str, Mapping[str, Any]]:
        """Those that stand where the slot's picture is seen, not its reference, and the one that is held."""
        all_of_them, has_place = self.meters.items(), self._viewer.has_place
        return {id: one for id, one in all_of_them if id == self._held or has_place(self._place(id, one))}

    def words(self, id: str) -> str:
        """What the meter reads, in the unit that is chosen."""
        known = figures.is_live(self._link, self._slot) and id not in self._moved
        return figures.label(self.meters[id]["reading"] if known else None, self.unit)

    def _paint_label(self, painter: QPainter, mark: QRectF, text: str) -> None:
        """Beside the mark, inside the widget."""
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 8.0, metrics.height() + 2.0
        x = mark.right() + 4
        if x + width > self._viewer.width():
            x = mark.left() - 4 - width
        y = min(max(0.0, mark.center().y() - height / 2), self._viewer.height() - height)
        box = QRectF(x, y, width, height)
        painter.fillRect(box, BACK)
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # ---- tool

    def press(self, place: QPointF, event: QMouseEvent) -> bool:
        if self.armed or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if _is_inside(place) and not self._viewer.has_place(place):
                self._link.refused.emit(f"a spot meter reads slot {self._slot}; the reference is seen there")
            else:
                self.add(place)
            return True
        self._held = self._near(event.position())
        return self._held is not None

    def move(self, place: QPointF, event: QMouseEvent) -> None:
        if self._held is not None:
            self._moved[self._held] = QPointF(min(1.0, max(0.0, place.x())), min(1.0, max(0.0, place.y())))
            self._send()
            self._viewer.update()

    def release(self, place: QPointF, event: QMouseEvent) -> None:
        self._held = None

    def add(self, place: QPointF) -> None:
        """One more at a place of the picture, 0 to 1."""
        self.armed = False
        if _is_inside(place):
            self._link.do("meter.add", slot=self._slot, x=place.x(), y=place.y())
        self.placed.emit()

    def open_menu(self, at: QPoint) -> None:
        """Of the meter that is there; nothing where there is none."""
        id = self._near(QPointF(at))
        if id is not None:
            self.menu(id).popup(self._viewer.mapToGlobal(at))

    def menu(self, id: str) -> QMenu:
        """Size, name and end of a meter."""
        meter = self.meters[id]
        menu = passing_menu(self._viewer)
        name = QLineEdit(meter["name"])
        name.setPlaceholderText("name")
        name.setMaxLength(40)

        def rename() -> None:
            self._set(id, name=name.text())
            menu.close()

        name.returnPressed.connect(rename)
        field = QWidgetAction(menu)
        field.setDefaultWidget(name)
        menu.addAction(field)
        sizes = menu.addMenu("Size")
        for size in SIZES:
            action = sizes.addAction(f"{size} x {size} pixels")
            action.triggered.connect(partial(self._set, id, size=size))
            action.setCheckable(True)
            action.setChecked(size == meter["size"])
        menu.addAction("Remove", lambda: self._link.do("meter.remove", slot=self._slot, meter=id))
        return menu

    def _set(self, id: str, *_: bool, **changes: Any) -> None:
        self._link.do("meter.set", slot=self._slot, meter=id, **changes)

    def _send(self) -> None:
        """Where the meters that were moved are now, one message at a time; the last place is always sent."""
        if self._under_way or not self._moved:
            return
        id, place = next(iter(self._moved.items()))
        self._under_way = True

        def answered(answer: Answer) -> None:
            self._under_way = False
            if answer.result == "refused" or self._moved.get(id) == place:
                self._moved.pop(id, None)
                self._viewer.update()
            self._send()

        self._link.do("meter.set", answered, slot=self._slot, meter=id, x=place.x(), y=place.y())

    def _place(self, id: str, meter: Mapping[str, Any]) -> QPointF:
        return self._moved.get(id) or QPointF(meter["x"], meter["y"])

    def _near(self, at: QPointF) -> str | None:
        """The meter at a point of the widget, the nearest."""
        placed = self._viewer.placed()
        if placed is None:
            return None
        away = {id: (placed.at(self._place(id, one)) - at).manhattanLength() for id, one in self.seen().items()}
        nearest = min(away, key=lambda id: away[id], default=None)
        return nearest if nearest is not None and away[nearest] <= NEAR else None


def _is_inside(place: QPointF) -> bool:
    return 0 <= place.x() <= 1 and 0 <= place.y() <= 1
