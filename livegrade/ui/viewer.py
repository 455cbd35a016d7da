"""The picture of a slot in the window: fitted, or larger and moved; what stands over it is drawn by others.

It asks the session for pictures of the size it needs and no larger, of the part that can be seen where it is looked at
closely (`closer`), and draws the newest when Qt is ready to draw.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from livegrade.ui import theme
from livegrade.ui.closer import MOST_ZOOM, WHOLE, Closer, Region, part_of
from livegrade.ui.pictures import Shown
from livegrade.ui.subscription import Subscription

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from livegrade.ui.link import SessionLink

CLOSER_MS = 80
"""What is seen counts when it has not moved for so long; until then the part that came last is moved along."""
SHARP = 4.0
"""From so many screen pixels a pixel on, its edges are shown."""
OWN = ("source", "bypass", "graded")
"""References that are the slot's own picture."""
LEAST_LETTERS = 8
"""Pixels, of what the session draws."""
STALE_MS = 300
"""How long a slot's picture may stand while that of another is awaited."""
_WHOLE = QRectF(0, 0, 1, 1)
_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class Fit(enum.Enum):
    """How large the picture is shown."""

    WHOLE = "fit"
    PIXELS = "1:1"


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in the widget: `rect`, where all of it would be, in the widget's coordinates; `zoom`: 1 is fitted.
    `part`: where what came of it is; `scale`: screen pixels for one of the picture, None where its size is not known;
    `is_true`: every pixel came, else they are means of several."""

    rect: QRectF
    zoom: float
    shown: Shown
    part: QRectF
    scale: float | None
    is_true: bool

    def at(self, place: QPointF) -> QPointF:
        """Where a place of the picture (0 to 1 from its left and top) is in the widget."""
        return QPointF(
            self.rect.left() + place.x() * self.rect.width(), self.rect.top() + place.y() * self.rect.height()
        )

    def place(self, at: QPointF) -> QPointF:
        """The place of the picture at a point of the widget; beyond 0 to 1 outside of it."""
        return QPointF((at.x() - self.rect.left()) / self.rect.width(), (at.y() - self.rect.top()) / self.rect.height())


class Layer(Protocol):
    """Something that is painted over the picture."""

    def paint(self, painter: QPainter, placed: Placed) -> None: ...


class Tool(Protocol):
    """What the left button does over the picture; `False`: it is not the tool's, and moves the picture. Places as of
    `Placed.place`, also outside the picture while a button is held; what was pressed is released also where the picture
    has gone, at no place then."""

    def press(self, place: QPointF, event: QMouseEvent) -> bool: ...
    def move(self, place: QPointF, event: QMouseEvent) -> None: ...
    def release(self, place: QPointF, event: QMouseEvent) -> None: ...


class Viewer(QWidget):
    """`wish`: what the picture is, as arguments of picture.subscribe beside slot and size; always a view.
    `shown`, `shows`: the picture that stands there, and the wish that it is of.
    `layers`: what is painted over it, the last on top. `tools`: who gets the left button; the last that wants it.

    `pointed`: the place under the cursor in the slot's picture, 0 to 1 from its left and top, or None where that is not
    what stands there.
    `showing`: what is shown now. `changed`: there is another wish."""

    pointed = Signal(object)
    showing = Signal(object)
    changed = Signal()

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self.slot = ""
        self.wish: dict[str, Any] = {"view": "graded"}
        self.layers: list[Layer] = []
        self.tools: list[Tool] = []
        self.message = ""
        self.trouble = ""
        self.shown: Shown | None = None
        self.shows: dict[str, Any] = {}
        self.pictures_drawn = 0
        self.pixels: tuple[int, int] | None = None
        self._zoom = 1.0
        self._middle = QPointF(0.5, 0.5)
        self._shape = QSizeF()
        self._part: Region = WHOLE
        self._region: Region | None = None
        self._closer = QTimer(self, singleShot=True, interval=CLOSER_MS)
        self._closer.timeout.connect(self._look_closer)
        self._dragged: QPointF | None = None
        self._hover: QPointF | None = None
        self._working: Tool | None = None
        self._offered: QWidget | None = None
        self._stale = QTimer(self, singleShot=True, interval=STALE_MS)
        self._stale.timeout.connect(self._forget)
        self.stream = Subscription(link, self, "picture.subscribe", "picture.show", ("slot", "region"))
        self.stream.came.connect(self._came)
        self.stream.failed.connect(self.say)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def own_part(self) -> QRectF:
        """The part of the slot's picture (0 to 1) that is shown at its place: all of it, the side of a wipe that is not
        the reference's, and none of it where the reference stands alone and in a split and a grid."""
        kind, _, border = self.wish["view"].partition(":")
        if kind != "compare":
            return _WHOLE
        is_own = self.wish.get("with", "source") in OWN
        at = min(1.0, max(0.0, float(border or self.wish.get("at", "50")) / 100))
        match self.wish.get("mode", "wipe"):
            case "split" | "grid":
                return QRectF()
            case "wipe" if not is_own:
                return QRectF(at, 0, 1 - at, 1)
            case "wipe-horizontal" if not is_own:
                return QRectF(0, at, 1, 1 - at)
            case "toggle" if not is_own:
                return QRectF()
            case _:
                return _WHOLE

    def has_place(self, place: QPointF) -> bool:
        """Whether what is shown at a place of the picture, 0 to 1, is the slot's."""
        part = self.own_part
        return not part.isEmpty() and part.contains(place)

    def show_slot(self, slot: str) -> None:
        """Shows another slot; the picture of the one before goes when none of this one has come in STALE_MS."""
        if slot != self.slot:
            self.slot = slot
            self._region = None
            self._stale.start()
        self._want()

    def show_size(self, pixels: tuple[int, int] | None) -> None:
        """How many pixels the pictures of the slot have, across and down; None while that is not known."""
        if pixels != self.pixels:
            self.pixels = pixels
            self._closer.start()

    def show_trouble(self, sentence: str) -> None:
        """What stands over the picture until it is told otherwise: why no newer one comes; "" where they come."""
        if sentence != self.trouble:
            self.trouble = sentence
            self.update()

    def show_picture(self, **changes: Any) -> None:
        """Another picture of the slot: arguments of picture.subscribe, None takes one away."""
        wish = {name: value for name, value in (self.wish | changes).items() if value is not None}
        if wish != self.wish:
            self.wish = wish
            self._want()
            self.changed.emit()
            self.tell_pointed()

    def _want(self) -> None:
        if self.slot:
            more: dict[str, Any] = {} if self._region is None else {"region": self._region}
            if "guides" in self.wish:
                more["letters"] = self._letters()
            self.stream.want(slot=self.slot, **self.wish, **more)

    def _letters(self) -> int:
        """How large those of guides are in the picture, to be as large as the window's on the screen."""
        placed = self.placed()
        scale = 1.0 if placed is None or placed.scale is None else placed.scale
        return max(LEAST_LETTERS, round(theme.letters(self.devicePixelRatioF()) / max(1.0, scale)))

    def say(self, message: str) -> None:
        """A sentence in place of the picture, or over the one that stands; "" for none."""
        self.message = message
        self._place_offered()
        self.update()

    def offer(self, button: QWidget | None) -> None:
        """What can be pressed stands under the sentence; None for nothing any more."""
        if self._offered is not None and self._offered is not button:
            self._offered.hide()
        self._offered = button
        if button is not None:
            button.setParent(self)
            self._place_offered()
            button.show()
        self.update()

    def set_fit(self, fit: Fit) -> None:
        """Whole, or one pixel of the picture for one of the screen."""
        self._middle = QPointF(0.5, 0.5)
        self._zoom = 1.0 if fit is Fit.WHOLE else self._pixel_zoom()
        self._closer.start()
        self.update()

    def look_at(self, place: QPointF, scale: float) -> None:
        """Shows a place (0 to 1) in the middle, so many screen pixels for one of the picture; at least all of it."""
        self._zoom = min(self._most_zoom(), max(1.0, scale * self._pixel_zoom()))
        self._move_middle(place)

    def picture_rect(self) -> QRectF:
        """Where the picture is, in the widget; empty without one."""
        return QRectF() if self.shown is None else self._at().rect

    def placed(self) -> Placed | None:
        """The picture and where it is; None without one."""
        if self.shown is None:
            return None
        rect, part = self.picture_rect(), self._part
        if self.pixels is None:
            return Placed(rect, self._zoom, self.shown, part_of(rect, part), None, False)
        scale = rect.width() * self.devicePixelRatioF() / self.pixels[0]
        is_true = self.shown.image.width() >= round(part[2] * self.pixels[0])
        return Placed(rect, self._zoom, self.shown, part_of(rect, part), scale, is_true)

    def _at(self) -> Closer:
        return Closer(QSizeF(self.size()), self._shape, self._zoom, self._middle)

    def _look_closer(self) -> None:
        """Asks for the part that can be seen, where there is more to see in it, with letters of a size for that."""
        if self.pixels is None or self._shape.isEmpty():
            return
        self._region = self._at().region(self.pixels, self.devicePixelRatioF())
        self._want()

    def _came(self, shown: Shown) -> None:
        if self.stream.fed.get("slot") != self.slot:
            return  # the slot that was looked at before
        self._stale.stop()
        is_first = self.shown is None
        self.shown, self.shows, self.message = shown, self.stream.fed, ""
        self._part = self.stream.fed.get("region") or WHOLE
        if self._part == WHOLE:
            self._shape = self._shape_of(shown)
            if self._zoom > 1 and not self._closer.isActive():
                self._closer.start()
        self.update()
        self.showing.emit(shown)
        if is_first:
            self.tell_pointed()

    def _shape_of(self, shown: Shown) -> QSizeF:
        """Of the picture itself where this is a smaller one of it: its own sides were rounded."""
        size = shown.image.size()
        if self.pixels is not None and abs(self.pixels[1] * size.width() / self.pixels[0] - size.height()) <= 1:
            return QSizeF(*self.pixels)
        return QSizeF(size)

    def _forget(self) -> None:
        self.shown = None
        self.tell_pointed()
        self.say(f"waiting for a picture of slot {self.slot}")

    def _pixel_zoom(self) -> float:
        placed = self.placed()
        return 1.0 if placed is None or not placed.scale else self._zoom / placed.scale

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.SURROUND))
        if self.shown is not None:
            self.pictures_drawn += 1
        placed = self.placed()
        if placed is not None:
            is_soft = placed.scale is None or placed.scale < SHARP or not placed.is_true
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_soft)
            painter.drawImage(placed.part, placed.shown.image)
            for layer in self.layers:
                layer.paint(painter, placed)
        if self.trouble or self.message:
            self._paint_sentence(painter, self.trouble or self.message)

    def _paint_sentence(self, painter: QPainter, sentence: str) -> None:
        painter.setFont(theme.font(14))
        box = self._sentence_box(sentence)
        painter.fillRect(box.adjusted(-12, -8, 12, 8), QColor(theme.FIELD))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box, _WRAPPED, sentence)

    def _sentence_box(self, sentence: str) -> QRect:
        """In the middle, together with what is offered under it."""
        room = self.rect().adjusted(2 * theme.GAP, 0, -2 * theme.GAP, 0)
        box = QFontMetrics(theme.font(14), self).boundingRect(room, _WRAPPED, sentence)
        if self._offered is not None:
            box.translate(0, -(self._offered.sizeHint().height() + 2 * theme.GAP) // 2)
        return box

    def _place_offered(self) -> None:
        if self._offered is not None:
            below = self._sentence_box(self.trouble or self.message).bottom() + 2 * theme.GAP
            size = self._offered.sizeHint()
            self._offered.setGeometry(QRect((self.width() - size.width()) // 2, below, size.width(), size.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.stream.resized()
        self._place_offered()
        self._closer.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Larger and smaller about the place under the cursor."""
        rect = self.picture_rect()
        if rect.isEmpty():
            return
        at = event.position()
        place = QPointF((at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height())
        self._zoom = min(self._most_zoom(), max(1.0, self._zoom * 1.2 ** (event.angleDelta().y() / 120)))
        after = self.picture_rect()
        self._move_middle(
            QPointF(
                place.x() - (at.x() - self.width() / 2) / after.width(),
                place.y() - (at.y() - self.height() / 2) / after.height(),
            )
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        placed = self.placed()
        if event.button() == Qt.MouseButton.LeftButton and placed is not None:
            place = placed.place(event.position())
            self._working = next((tool for tool in reversed(self.tools) if tool.press(place, event)), None)
        wants = event.button() == Qt.MouseButton.MiddleButton or self._zoom > 1
        self._dragged = event.position() if wants and self._working is None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        placed = self.placed()
        at = self._hover = event.position()
        if placed is None:
            return
        if self._working is not None:
            self._working.move(placed.place(at), event)
        elif self._dragged is not None:
            moved = at - self._dragged
            self._dragged = at
            self._move_middle(self._middle - QPointF(moved.x() / placed.rect.width(), moved.y() / placed.rect.height()))
        self.tell_pointed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        placed = self.placed()
        if self._working is not None:  # also where the picture has gone meanwhile
            self._working.release(QPointF() if placed is None else placed.place(event.position()), event)
        self._working = self._dragged = None

    def enterEvent(self, event: QEnterEvent) -> None:
        """Also where the window comes under a cursor that rests."""
        self._hover = event.position()
        self.tell_pointed()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.pointed.emit(None)

    def tell_pointed(self) -> None:
        """What the cursor stands over may be another than when it was moved: `pointed` once more where it is here."""
        if self._hover is None:
            return
        placed = self.placed()
        is_over = placed is not None and placed.rect.contains(self._hover)
        at = placed.place(self._hover) if placed is not None and is_over else None
        self.pointed.emit(at if at is not None and self.has_place(at) else None)

    def _move_middle(self, middle: QPointF) -> None:
        """Never so far that the picture leaves the window."""
        half = 0.5 / self._zoom
        self._middle = QPointF(min(1 - half, max(half, middle.x())), min(1 - half, max(half, middle.y())))
        self._closer.start()
        self.update()

    def _most_zoom(self) -> float:
        return MOST_ZOOM * max(1.0, self._pixel_zoom())
