"""The parts of the picture that scopes look at, shown over it and changed there: a rectangle that is dragged out, a
line that is dragged up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPen

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QMouseEvent, QPainter

    from livegrade.ui.scope import Scope
    from livegrade.ui.scopewish import ScopeChoice
    from livegrade.ui.viewer import Placed, Viewer

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height, 0 to 1 of a picture."""
LEAST = 0.005
"""Of the picture's side: what is dragged out less is none."""
HINT = QPointF(10, 8)
"""From the corner of the picture, what a hand is to do."""
NEAR = 0.015
"""Of the picture's height: so near a press takes the line."""


class ScopeParts:
    """A layer and a tool of `viewer`. `shown`: the scopes that are seen, in their order; `changed`: another part of
    one is shown now."""

    def __init__(self, viewer: Viewer, shown: Callable[[], Sequence[Scope]]) -> None:
        self._viewer = viewer
        self._shown = shown
        self._armed: Scope | None = None
        self._part = ""
        self._dragged: Scope | None = None
        self._from: QPointF | None = None
        self._before: ScopeChoice | None = None
        self._laid: ScopeChoice | None = None
        viewer.layers.append(self)
        viewer.tools.append(self)

    def arm(self, scope: Scope, part: str) -> None:
        """The next rectangle that is dragged out is that of `scope`; a line is there at once, in the middle."""
        self._armed, self._part, self._before = scope, part, scope.choice
        if part == "line":
            scope.change(line=self._rows() // 2, region=None)
        self._laid = scope.choice
        self._viewer.update()

    @property
    def is_armed(self) -> bool:
        """Whether the next drag in the picture is a rectangle's."""
        return self._armed is not None and self._part == "region"

    def call_off(self) -> None:
        """What is armed or being dragged is as it was before."""
        is_as_armed = self._armed is not None and self._armed.choice == self._laid
        scope = self._dragged or (self._armed if is_as_armed else None)
        if scope is not None and self._before is not None:
            scope.change(region=self._before.region, line=self._before.line)
        self._end()

    def paint(self, painter: QPainter, placed: Placed) -> None:
        painter.setFont(theme.font())
        for number, scope in enumerate(self._shown(), 1):
            choice = scope.choice
            if choice.region is not None:
                left, top, width, height = choice.region
                corner, end = placed.at(QPointF(left, top)), placed.at(QPointF(left + width, top + height))
                outline(painter, QRectF(corner, end), f"scope {number}")
            if choice.line is not None:
                y = placed.at(QPointF(0, (choice.line + 0.5) / self._rows())).y()
                _line(painter, placed.rect, y, f"scope {number}, line {choice.line}")
        if self.is_armed:
            tag(painter, placed.rect.topLeft() + HINT, "drag a rectangle for the scope; Esc: none")

    def press(self, place: QPointF, event: QMouseEvent) -> bool:
        if self.is_armed:
            self._dragged, self._from = self._armed, place
            return True
        self._armed = None  # a line that is armed stays where it is
        self._dragged = next((scope for scope in self._shown() if self._is_near(scope, place)), None)
        if self._dragged is not None:
            self._before = self._dragged.choice
        return self._dragged is not None

    def move(self, place: QPointF, event: QMouseEvent) -> None:
        scope = self._dragged
        if scope is None:
            return
        if self._from is None:
            row = int(min(max(place.y(), 0.0), 1.0) * self._rows())
            scope.change(line=min(row, self._rows() - 1))
        else:
            region = between(self._from, place)
            if region is not None:
                scope.change(region=region, line=None)
        self._viewer.update()

    def release(self, place: QPointF, event: QMouseEvent) -> None:
        self._end()

    def _end(self) -> None:
        self._armed = self._dragged = self._from = self._before = None
        self._viewer.update()

    def _is_near(self, scope: Scope, place: QPointF) -> bool:
        line = scope.choice.line
        return line is not None and abs((line + 0.5) / self._rows() - place.y()) < NEAR

    def _rows(self) -> int:
        """Of the slot's pictures; those of HD where they are not known."""
        return self._viewer.pixels[1] if self._viewer.pixels is not None else 1080


def between(one: QPointF, other: QPointF) -> Region | None:
    """The rectangle between two places of a picture, within it; None where it is too small to be meant."""
    left, right = sorted(min(max(x, 0.0), 1.0) for x in (one.x(), other.x()))
    top, bottom = sorted(min(max(y, 0.0), 1.0) for y in (one.y(), other.y()))
    return (left, top, right - left, bottom - top) if min(right - left, bottom - top) >= LEAST else None


def outline(painter: QPainter, rect: QRectF, words: str) -> None:
    """Of a part of a picture, with a word at it."""
    for color, width in ((theme.FIELD, 3.0), (theme.TEXT, 1.0)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawRect(rect)
    tag(painter, rect.topLeft(), words)


def _line(painter: QPainter, picture: QRectF, y: float, words: str) -> None:
    for color, width in ((theme.FIELD, 3.0), (theme.TEXT, 1.0)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawLine(QPointF(picture.left(), y), QPointF(picture.right(), y))
    tag(painter, QPointF(picture.left(), y), words)


def tag(painter: QPainter, at: QPointF, words: str) -> None:
    """Words in a dark box, below and to the right of a place."""
    metrics = painter.fontMetrics()
    box = QRectF(at.x() + 2, at.y() + 2, metrics.horizontalAdvance(words) + 8, metrics.height() + 2)
    painter.fillRect(box, QColor(theme.FIELD))
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(box, words)
