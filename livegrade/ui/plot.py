"""The field that curves of a signal are drawn in, with axes, a grid and a way to look closer: the one module that knows
pyqtgraph, which says nothing of its types (docs/decisions/plots.md).

It is imported when the window has its first picture, see plots.py, and by nothing before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent

    from livegrade.ui.ticks import Scale

LOW, HIGH = -5 / 54, 59 / 54
"""What legal SDI words reach, 1 = white."""
CLOSEST = 0.02
"""Of a signal: there is nothing to see nearer by."""
CLOSER = 1.25
"""One click of the wheel."""
LEFT, RIGHT, BOTTOM = 42, 14, 23
"""Pixels for the labels; at the right half of one stands out."""
APART = (36.0, 22.0)
"""Pixels from the middle of a label to that of the next, at least, across and up."""
FINEST = 8
"""Times as many samples as all of it wants: the session gives no more."""
TALL, DIMMED = 0.7, 650
"""Of a histogram: its share of the height, and how dark it is, in percent of Qt's."""
PLUS = QPainter.CompositionMode.CompositionMode_Plus


class Plot(QWidget):
    """Values from LOW to HIGH, to the right and up. The wheel looks closer, the middle button moves, its double click
    shows all again; with `left_moves` the left one does so too, else it is for whom the plot lies in.

    `pointed`: (in, out) under the pointer, None when it has gone; `reached`: another part is shown."""

    pointed = Signal(object)
    reached = Signal()

    def __init__(self, *, left_moves: bool) -> None:
        super().__init__()
        self._moving = {Qt.MouseButton.MiddleButton, *([Qt.MouseButton.LeftButton] if left_moves else [])}
        self._from: QPointF | None = None
        self._scales: tuple[Scale, Scale] | None = None
        self._box: Any = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.setBackgroundColor(theme.FIELD)
        self._box.disableAutoRange()
        self._box.setLimits(xMin=LOW, xMax=HIGH, yMin=LOW, yMax=HIGH, minXRange=CLOSEST, minYRange=CLOSEST)
        self._lines: list[Line] = []
        self._axes = [self._axis("bottom"), self._axis("left")]
        self._weak, self._strong = self._rule(theme.PANEL), self._rule(theme.RAISED)
        straight = self._rule(theme.LINE, dashed=True)
        straight.show_samples((LOW, HIGH), (LOW, HIGH))
        self._at = self._rule(theme.OFF)
        self._view = self._made_view()
        self.reading = QLabel()
        self.reading.setWordWrap(True)
        self._column = QVBoxLayout(self)  # of what is written over the field, in corners that curves leave free
        self._column.setContentsMargins(LEFT + 6, 3, RIGHT + 4, BOTTOM + 4)
        self._column.addWidget(self.reading)
        self._column.addStretch(1)
        self.reading.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumSize(60, 60)  # whatever is written over it
        self.setMouseTracking(True)
        self.show_all()
        self._box.sigRangeChanged.connect(lambda *_: self._reached())
        self._box.sigResized.connect(lambda *_: self._draw_axes())

    def _axis(self, side: str) -> Any:
        axis = pg.AxisItem(side, pen=theme.LINE, textPen=theme.DIM, tickPen=theme.LINE)
        axis.setStyle(tickFont=theme.font(), tickLength=3, tickTextOffset=1, hideOverlappingLabels=False)
        axis.linkToView(self._box)
        return axis

    def _made_view(self) -> Any:
        """The axes and the field; it leaves the mouse to us, for all fields of the window take it alike."""
        self._axes[0].setHeight(BOTTOM)
        self._axes[1].setWidth(LEFT)
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(0, 1, RIGHT, 0)
        layout.setSpacing(0)
        for item, row, column in ((self._axes[1], 0, 0), (self._box, 0, 1), (self._axes[0], 1, 1)):
            layout.addItem(item, row, column)
        view: Any = pg.GraphicsView(self, useOpenGL=False, background=theme.PANEL)
        view.setCentralItem(layout)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setMinimumSize(0, 0)
        return view

    def line(self, color: str, width: float = 1.0, *, adds: bool = False) -> Line:
        """A line through samples. `adds`: to what is below it, as light does."""
        curve = pg.PlotCurveItem(antialias=True, compositionMode=PLUS if adds else None)
        return self._with(curve, pg.mkPen(color, width=width))

    def _rule(self, color: str, *, dashed: bool = False) -> Line:
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        return self._with(pg.PlotCurveItem(antialias=False), pg.mkPen(color, style=style))

    def _with(self, curve: Any, pen: QPen) -> Line:
        self._box.addItem(curve, ignoreBounds=True)
        line = Line(curve, pen, self.devicePixelRatioF())
        self._lines.append(line)
        return line

    def event(self, event: QEvent) -> bool:
        """On a screen with more pixels lines are as thick as on another."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.DevicePixelRatioChange):
            for line in self._lines:
                line.show_ratio(self.devicePixelRatioF())
        return super().event(event)

    def hill(self, color: str) -> Hill:
        """A histogram at the foot."""
        curve = pg.PlotCurveItem(pen=None, brush=QColor(color).darker(DIMMED), compositionMode=PLUS)
        self._box.addItem(curve, ignoreBounds=True)
        return Hill(curve, self._box)

    def dots(self) -> Dots:
        """Points to be taken hold of."""
        scatter = pg.ScatterPlotItem(antialias=True)
        scatter.setZValue(2)
        self._box.addItem(scatter, ignoreBounds=True)
        return Dots(scatter)

    def add_corner(self, words: QLabel) -> None:
        """Over the foot of the field, at the right."""
        words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column.addWidget(words, 0, Qt.AlignmentFlag.AlignRight)

    def read(self, x: float | None, words: str) -> None:
        """A line through what goes in, and what there is to be read; None for nothing."""
        self._at.show_samples(*(((), ()) if x is None else ((x, x), (LOW, HIGH))))
        self.reading.setText(words)

    def show_scales(self, across: Scale, up: Scale) -> None:
        """What the axes are marked in."""
        self._scales = across, up
        self._draw_axes()

    def show_all(self) -> None:
        self._box.setRange(xRange=(LOW, HIGH), yRange=(LOW, HIGH), padding=0)

    def closer(self, at: QPointF, times: float) -> None:
        """Around a place of the widget; less than 1 is further off."""
        self._box.scaleBy((1 / times, 1 / times), center=pg.Point(*self.value(at)))

    @property
    def spans(self) -> tuple[float, float]:
        """How much of the signal is seen, across and up."""
        (left, right), (low, high) = self._box.viewRange()
        return right - left, high - low

    @property
    def samples(self) -> int:
        """So many over all of the signal are fine enough for what is seen of it."""
        times = (HIGH - LOW) / self.spans[0]
        doublings: int = max(0, math.ceil(math.log2(times) - 1e-6))
        return 128 * min(FINEST, 1 << doublings) + 1

    @property
    def field(self) -> QRectF:
        """Where curves are, in the widget."""
        rect: QRectF = self._box.sceneBoundingRect()
        return rect if rect.width() > 1 and rect.height() > 1 else QRectF(0, 0, 1, 1)

    def place(self, x: float, y: float) -> QPointF:
        """Where a value stands, in the widget."""
        (left, _), (low, _) = self._box.viewRange()
        field, (wide, tall) = self.field, self.spans
        return QPointF(
            field.left() + (x - left) / wide * field.width(), field.bottom() - (y - low) / tall * field.height()
        )

    def value(self, at: QPointF) -> tuple[float, float]:
        """What stands there, as (in, out)."""
        (left, _), (low, _) = self._box.viewRange()
        field, (wide, tall) = self.field, self.spans
        return (
            left + (at.x() - field.left()) / field.width() * wide,
            low + (field.bottom() - at.y()) / field.height() * tall,
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.closer(event.position(), CLOSER ** (event.angleDelta().y() / 120))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(event.button() in self._moving)
        if event.isAccepted():
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self.value(event.position()) if self.field.contains(event.position()) else None)
        event.setAccepted(self._from is not None)
        if self._from is not None:
            (x0, y0), (x1, y1) = self.value(self._from), self.value(event.position())
            self._box.translateBy(x=x0 - x1, y=y0 - y1)
            self._from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._from is not None)
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(event.button() in self._moving)
        if event.isAccepted():
            self.show_all()

    def leaveEvent(self, event: object) -> None:
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view.setGeometry(self.rect())
        self._draw_axes()

    def _reached(self) -> None:
        self._draw_axes()
        self.reached.emit()

    def _draw_axes(self) -> None:
        if self._scales is None:
            return
        lines: tuple[list[float], list[float]] = ([], [])
        sides = (self.field.width(), self.field.height())
        for at, (scale, axis, (low, high)) in enumerate(
            zip(self._scales, self._axes, self._box.viewRange(), strict=True)
        ):
            ticks = scale.ticks(low, high, APART[at] * (high - low) / sides[at])
            axis.setTicks([ticks])
            for value, _ in ticks:
                lines[at].extend((value, value))
                lines[1 - at].extend((LOW, HIGH))
        self._weak.show_pairs(*lines)
        ends = [LOW, HIGH] * 2
        self._strong.show_pairs([0.0, 0.0, 1.0, 1.0, *ends], [*ends, 0.0, 0.0, 1.0, 1.0])


class Line:
    """Of a plot. `pen`: its width is in pixels at scale 1; `ratio`: of the screen's, in which it is drawn."""

    def __init__(self, curve: Any, pen: QPen, ratio: float) -> None:
        self._curve, self._pen, self._ratio = curve, pen, ratio
        self._draw()

    def show_samples(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """None at all: there is no line."""
        self._curve.setData(list(xs), list(ys), connect="all")

    def show_pairs(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """From each to the next, and a gap."""
        self._curve.setData(list(xs), list(ys), connect="pairs")

    def show_pen(self, color: str, *, over: bool) -> None:
        """`over`: it is the one that is meant, stronger than others and over them."""
        self._pen = pg.mkPen(color, width=2 if over else 1)
        self._draw()
        self._curve.setZValue(1 if over else 0)

    def show_ratio(self, ratio: float) -> None:
        if ratio != self._ratio:
            self._ratio = ratio
            self._draw()

    def _draw(self) -> None:
        pen = QPen(self._pen)
        pen.setWidthF(self._pen.widthF() * self._ratio)
        self._curve.setPen(pen)


class Hill:
    """A histogram that stands at the foot of what is seen: square roots, so that little is seen too."""

    def __init__(self, curve: Any, box: Any) -> None:
        self._curve, self._box = curve, box
        self._heights: list[float] = []
        box.sigYRangeChanged.connect(lambda *_: self._draw())

    def show_heights(self, heights: Sequence[float]) -> None:
        """Over all of the signal; the highest is 1."""
        self._heights = list(heights)
        self._draw()

    def _draw(self) -> None:
        low, high = self._box.viewRange()[1]
        step = (HIGH - LOW) / max(1, len(self._heights))
        xs = [LOW + (at + 0.5) * step for at in range(len(self._heights))]
        self._curve.setData(xs, [low + TALL * (high - low) * height**0.5 for height in self._heights], fillLevel=low)


class Dots:
    """Points of a plot; the one that is chosen is full."""

    def __init__(self, scatter: Any) -> None:
        self._scatter = scatter

    def show_points(self, points: Sequence[tuple[float, float]], chosen: int | None, color: str) -> None:
        self._scatter.setData(
            pos=[*points],
            size=10,
            pen=pg.mkPen(color, width=1.5),
            brush=[pg.mkBrush(color if at == chosen else theme.FIELD) for at in range(len(points))],
        )
