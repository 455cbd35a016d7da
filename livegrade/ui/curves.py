"""The editor of RGB curves: points that are put, moved and taken away on the curve itself.

A click on the curve's field puts a point where the curve is at that place, so that nothing of the picture jumps; what
moves it from there is the drag. The curve between points is the session's own.

It is imported when plots have come, see plots.py.
"""

from __future__ import annotations

from bisect import bisect
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.asking import Asking
from livegrade.ui.drag import Drag, fineness
from livegrade.ui.number import Number
from livegrade.ui.plot import HIGH, LOW, Plot
from livegrade.ui.press import passing_menu, tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

    from livegrade.ui.link import SessionLink
    from livegrade.ui.ticks import Numbers
    from livegrade.ui.turns import Points, Turns

NAMES = {"master": "All", "red": "R", "green": "G", "blue": "B"}
COLORS = dict(zip(NAMES, (theme.TEXT, *theme.CHANNELS), strict=True))
NEAR = 9.0
"""Pixels around a point that are the point."""
APART = 0.002
"""How near points may come to each other."""
NUDGE = 0.005
GAP_MS, AGAIN_MS = 40, 500
SIDE = 104
"""Pixels of the column beside the field."""
STRAIGHT: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))


class CurveEditor(QWidget):
    """Of one node."""

    def __init__(self, link: SessionLink, turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self._at = ("", "")
        self._curves: dict[str, Any] = {}
        self.field = CurveField()
        self.field.drawn.connect(self._draw)
        self.field.chosen.connect(self._show_point)
        self.field.plot.reached.connect(self._reach)
        self._samples = self.field.plot.samples
        self._asking = Asking(link, "look.response", GAP_MS)
        link.refused.connect(self._show_curves_again)
        self._asking.came.connect(self._came)
        self._again = QTimer(self, interval=AGAIN_MS)  # of the histogram: the picture goes on
        self._again.timeout.connect(self._ask_again)
        self._again.start()
        self.buttons = {channel: self._button(channel) for channel in NAMES}
        self.numbers = {way: Number(words, 0.001) for way, words in (("in", "In"), ("out", "Out"))}
        for axis, number in enumerate(self.numbers.values()):
            number.turned.connect(partial(self.field.turn_point, axis))
            number.entered.connect(partial(self.field.set_point, axis))
            number.cleared.connect(self.field.flatten_point)
        side = QVBoxLayout()
        side.setSpacing(4)
        for button in self.buttons.values():
            side.addWidget(button)
        side.addStretch(1)
        for number in self.numbers.values():
            side.addWidget(number)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        narrow = QWidget()
        narrow.setFixedWidth(SIDE)
        narrow.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        row.addWidget(narrow)
        row.addWidget(self.field, 1)
        self.buttons["master"].setChecked(True)
        self._show_point(None)

    def show_node(self, slot: str, node: str, curves: dict[str, Any]) -> None:
        """The points that the session has."""
        other = (slot, node) != self._at
        if other:
            self._asking.turn_away()
        self._at = slot, node
        if curves != self._curves or other:
            self._curves = curves
            self._ask()
            self._show_curves(anew=other)

    def _ask(self) -> None:
        slot, node = self._at
        self._asking.want(slot=slot, node=node, samples=self._samples)

    def _reach(self) -> None:
        if self._samples != self.field.plot.samples:
            self._samples = self.field.plot.samples
            self._ask()

    def _ask_again(self) -> None:
        if self.isVisible() and self._at[1]:
            self._ask()

    def _came(self, found: dict[str, Any]) -> None:
        self.field.show_samples(found["in"], found["curves"])
        self.field.show_histogram(found["histogram"] or {})

    def _show_curves(self, *, anew: bool = False) -> None:
        """What the session has; until it has told something else, the field shows what the hand has drawn."""
        points = {name: [(x, y) for x, y in points] for name, points in self._curves.items()}
        self.field.show_points(points, anew=anew)

    def _show_curves_again(self, why: str) -> None:
        self._show_curves()

    def _button(self, channel: str) -> QToolButton:
        button = tool(NAMES[channel], checkable=True)
        button.setAutoExclusive(True)
        button.setMinimumSize(theme.TOUCH + 18, theme.TOUCH - 4)
        button.setStyleSheet(f"QToolButton:!checked {{ color: {COLORS[channel]}; }}")
        button.clicked.connect(lambda: self.field.show_channel(channel))
        return button

    def _draw(self, channel: str, points: Points) -> None:
        self._turns.draw(*self._at, channel, points)

    def _show_point(self, point: tuple[float, float] | None) -> None:
        for axis, number in enumerate(self.numbers.values()):
            number.show_value(None if point is None else point[axis])


class CurveField(QWidget):
    """`drawn`: channel and points, as a hand wants them; `chosen`: the point whose numbers are shown, or None."""

    drawn = Signal(str, object)
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.channel = "master"
        self.points: dict[str, Points] = {name: [] for name in NAMES}
        self.point: int | None = None
        self._xs: list[float] = [LOW, HIGH]
        self._samples: dict[str, list[float]] = {}
        self.histogram: dict[str, list[float]] = {}
        self.plot = Plot(left_moves=False)
        self._hills = {name: self.plot.hill(COLORS[name]) for name in NAMES if name != "master"}
        self._lines = {name: self.plot.line(COLORS[name]) for name in reversed(NAMES)}
        self._dots = self.plot.dots()
        self._numbers: Numbers | None = None
        self._drag = Drag()
        self._is_new = False
        self._unsent: Points | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(140, 120)
        self.setCursor(Qt.CursorShape.CrossCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.pointed.connect(self._read)

    @property
    def mine(self) -> Points:
        """Of the chosen channel: its points, or the ends of the straight line that it is without any."""
        return self.points[self.channel] or [*STRAIGHT]

    def show_numbers(self, numbers: Numbers) -> None:
        """What both axes are marked in."""
        self._numbers = numbers
        self.plot.show_scales(numbers, numbers)

    def show_points(self, points: dict[str, Points], *, anew: bool) -> None:
        """What the session has; what is dragged now stays under the hand."""
        mine = self.points[self.channel]
        self.points = {name: points.get(name, []) for name in NAMES}
        if anew:
            self.point, self._samples = None, {}
        elif self._drag.is_held:
            self.points[self.channel] = mine
        self._choose(self.point)

    def show_samples(self, xs: list[float], samples: dict[str, list[float]]) -> None:
        """The curves between the points, as the session draws them."""
        self._xs, self._samples = xs, samples
        self._show()

    def show_histogram(self, histogram: dict[str, list[float]]) -> None:
        """What comes into the node, a channel; empty where that is not known."""
        self.histogram = histogram
        self._show()

    def show_channel(self, channel: str) -> None:
        self.channel = channel
        self._choose(None)

    def turn_point(self, axis: int, by: float) -> None:
        """In (0) or out (1) of the point that is chosen."""
        self._move(*((by, 0.0) if axis == 0 else (0.0, by)))

    def set_point(self, axis: int, value: float) -> None:
        if self.point is not None:
            self.turn_point(axis, value - self.mine[self.point][axis])

    def flatten_point(self) -> None:
        """Out as in."""
        if self.point is not None:
            x, y = self.mine[self.point]
            self._move(0.0, x - y)

    def remove_point(self) -> None:
        """The one that is chosen; with one left there is no curve, and the ends of none stay."""
        if self.point is None or not self.points[self.channel]:
            return
        points = [*self.points[self.channel]]
        del points[self.point]
        self._send(points if len(points) > 1 else [], None)

    def value_at(self, x: float) -> float:
        """Of the curve of this channel, where the session has told it."""
        ys = self._samples.get(self.channel)
        if not ys or not self.points[self.channel]:
            return x
        at = min(len(self._xs) - 1, max(1, bisect(self._xs, x)))
        x0, x1 = self._xs[at - 1], self._xs[at]
        share = (x - x0) / (x1 - x0)
        return ys[at - 1] + share * (ys[at] - ys[at - 1])

    def place(self, number: int) -> QPointF:
        """Of a point of this channel, in the widget."""
        return self.plot.place(*self.mine[number])

    def _show(self) -> None:
        for name, hill in self._hills.items():
            hill.show_heights(self.histogram.get(name, ()) if self.channel in ("master", name) else ())
        for name, line in self._lines.items():
            line.show_samples(*self._drawn(name))
            line.show_pen(COLORS[name], over=name == self.channel)
        self._dots.show_points(self.mine, self.point, COLORS[self.channel])

    def _drawn(self, channel: str) -> tuple[Sequence[float], Sequence[float]]:
        """Its line; of those without points only the chosen one is drawn."""
        if not self.points[channel]:
            return ((LOW, HIGH), (LOW, HIGH)) if channel == self.channel else ((), ())
        return (self._xs, self._samples[channel]) if channel in self._samples else ((), ())

    def _read(self, at: tuple[float, float] | None) -> None:
        """What goes in under the pointer, and what this curve makes of it."""
        if at is None or self._numbers is None or self._drag.is_held:
            return self.plot.read(None, "")
        words = self._numbers.words
        self.plot.read(at[0], f"{words(at[0])}  to  {words(self.value_at(at[0]))}")

    def _send(self, points: Points, chosen: int | None) -> None:
        self._unsent = None
        self.points[self.channel] = points
        self.drawn.emit(self.channel, points)
        self._choose(chosen)

    def _choose(self, number: int | None) -> None:
        points = self.mine
        self.point = number if number is not None and number < len(points) else None
        self.chosen.emit(None if self.point is None else points[self.point])
        self._show()

    def _move(self, x: float, y: float) -> None:
        """The chosen point, never past its neighbours nor out of the field."""
        if self.point is None:
            return
        points = [*self.mine]
        low = points[self.point - 1][0] + APART if self.point else LOW
        high = points[self.point + 1][0] - APART if self.point + 1 < len(points) else HIGH
        old = points[self.point]
        moved = min(high, max(low, old[0] + x)), min(HIGH, max(LOW, old[1] + y))
        points[self.point] = (round(moved[0], 6), round(moved[1], 6))
        self._send(points, self.point)

    def _near(self, at: QPointF) -> int | None:
        """The point under the pointer."""
        away = [(self.place(number) - at).manhattanLength() for number in range(len(self.mine))]
        best = min(range(len(away)), key=away.__getitem__, default=None)
        return best if best is not None and away[best] <= NEAR * 1.5 else None

    def _put(self, x: float) -> None:
        """A point on the curve, where there is none: sent with what the hand does with it, as one step of undo."""
        points = self.mine
        x = min(HIGH, max(LOW, x))
        if any(abs(x - other) < APART for other, _ in points):
            return
        made = sorted([*points, (round(x, 6), round(self.value_at(x), 6))])
        self.points[self.channel] = self._unsent = made
        self._choose(next(number for number, point in enumerate(made) if abs(point[0] - x) < APART))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = self._near(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            self._choose(near)
            return
        self._is_new = near is None
        if near is None:
            self._put(self.plot.value(event.position())[0])
        else:
            self._choose(near)
        self._drag.begin(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        by = self._drag.by(event)
        field, (wide, tall) = self.plot.field, self.plot.spans
        if not by.isNull():
            self._move(by.x() / field.width() * wide, -by.y() / field.height() * tall)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag.end()
        if self._unsent is not None:
            self._send(self._unsent, self.point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        near = self._near(event.position())
        if near is None or self._is_new:  # the click before has just put it: a hand that goes on to drag is quick
            self.mousePressEvent(event)
            return
        self._drag.end()
        self._choose(near)
        self.remove_point()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = passing_menu(self)
        menu.addAction("Remove the point", self.remove_point).setEnabled(self.point is not None)
        menu.addAction("This curve straight", lambda: self._send([], None))
        menu.addAction("Show all of it", self.plot.show_all)
        menu.exec(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = NUDGE * fineness(event)
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.remove_point()
            case Qt.Key.Key_Up:
                self._move(0.0, by)
            case Qt.Key.Key_Down:
                self._move(0.0, -by)
            case Qt.Key.Key_Left:
                self._move(-by, 0.0)
            case Qt.Key.Key_Right:
                self._move(by, 0.0)
            case Qt.Key.Key_Home:
                self.plot.show_all()
            case _:
                super().keyPressEvent(event)
