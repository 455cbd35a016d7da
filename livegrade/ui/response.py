"""The curve of the whole look as it is in force: what it makes of greys, red, green and blue, as the session says."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.asking import Asking
from livegrade.ui.plot import HIGH, LOW, Plot
from livegrade.ui.press import tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from livegrade.ui.link import SessionLink

SAMPLES = 129
GAP_MS = 100
"""While a wheel is turned; a look that must be baked takes the session some milliseconds each time."""
LEFT, RIGHT, BOTTOM = 42, 14, 20
"""Pixels for the labels."""
APART = 36.0
"""Pixels from the middle of a label to that of the next, at least."""
CODES = {"legal": (64, 876), "full": (0, 1023)}
"""Codes of 10 bits of a range: black, and from there to white."""
SCALES = ("code", "percent", "stops")
NAMED = {"code": (256, 512, 768), "percent": (25, 50, 75)}
"""Between black and white."""


class ResponseView(QWidget):
    """`told`: what the session found: see look.response in docs/api.md."""

    told = Signal(object)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._shown: tuple[object, ...] = ()
        self.asking = Asking(link, "look.response", GAP_MS)
        self.asking.came.connect(self._came)
        self.graph = _Graph()
        self.state = self.graph.state
        title = QLabel("Whole look")
        title.setFont(theme.font(bold=True))
        self.scale = tool("", "the scale: codes of 10 bits, percent, or stops of the camera for what comes in")
        self.scale.clicked.connect(self._next_scale)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 4, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.graph, 1)
        self.show_scale("code")

    def show_look(self, slot: str, tree: dict[str, Any]) -> None:
        """Asks anew where the look of a slot, as it is shown, may be another one."""
        look = tree["look"]
        self.graph.show_range(tree["range"])
        self.state.setText("refused" if look["refused"] else "bypassed" if look["bypassed"] else "")
        shown = slot, look["id"], look["bypassed"], look["refused"], tree["camera"], tree["ei"], tree["format"]
        if shown != self._shown:
            self._shown = shown
            self.asking.want(slot=slot, samples=SAMPLES)

    def forget(self) -> None:
        """The session is another one."""
        self._shown = ()

    def show_scale(self, scale: str) -> None:
        """One of SCALES; stops where they are not known are codes."""
        self.graph.show_scale(scale)
        self._name_scale()

    def _name_scale(self) -> None:
        """Stops that are not known are codes, and called so."""
        known = self.graph.scale != "stops" or self.graph.found.get("stops")
        self.scale.setText(self.graph.scale if known else SCALES[0])

    def _next_scale(self) -> None:
        scales = SCALES if self.graph.found.get("stops") else SCALES[:2]
        now = self.graph.scale
        self.show_scale(scales[(scales.index(now) + 1) % len(scales)] if now in scales else scales[0])

    def _came(self, found: dict[str, Any]) -> None:
        self.graph.show_found(found)
        self._name_scale()
        self.told.emit(found)


class _Graph(QWidget):
    """The curves; the pointer reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = "code"
        self.found: dict[str, Any] = {}
        self._codes = CODES["legal"]
        self._pointed: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 100)
        self.state = QLabel()  # in the corner that curves leave free
        self.state.setStyleSheet(f"color: {theme.AMBER}")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(LEFT, 2, RIGHT + 4, BOTTOM + 4)
        inside.addWidget(self.state, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self.setMouseTracking(True)

    def show_found(self, found: dict[str, Any]) -> None:
        self.found = found
        self.update()

    def show_scale(self, scale: str) -> None:
        self.scale = scale
        self.update()

    def show_range(self, range: str | None) -> None:
        """Legal or full: which codes the signal has."""
        self._codes = CODES.get(range or "", CODES["legal"])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, _ = self._plot().value(event.position())
        self._pointed = x if LOW <= x <= HIGH else None
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._pointed = None
        self.update()

    def _plot(self) -> Plot:
        return Plot(QRectF(self.rect()).adjusted(LEFT, 1, -RIGHT, -BOTTOM))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        plot = self._plot()
        across, up = list(self._labels(ins=True)), list(self._labels(ins=False))
        plot.paint_grid(painter, [value for value, _ in across], [value for value, _ in up])
        painter.setFont(theme.font())
        painter.setPen(QColor(theme.DIM))
        for x, words in _apart([(plot.place(value, LOW).x(), words) for value, words in across]):
            box = QRectF(x - 30, plot.rect.bottom() + 1, 60, BOTTOM)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, words)
        for value, words in up:
            at = plot.place(LOW, value)
            box = QRectF(0, at.y() - 10, LEFT - 5, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        if self.found:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            for name, color in zip(("red", "green", "blue"), theme.CHANNELS, strict=True):
                plot.paint_curve(painter, self.found["in"], self.found[name], color, 1.5)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            if self._pointed is not None:
                self._paint_reading(painter, plot, self._pointed)

    def _paint_reading(self, painter: QPainter, plot: Plot, x: float) -> None:
        """What goes in under the pointer, and what comes out."""
        painter.setPen(QPen(QColor(theme.OFF), 1))
        painter.drawLine(plot.place(x, LOW), plot.place(x, HIGH))
        at = min(range(len(self.found["in"])), key=lambda number: abs(self.found["in"][number] - x))
        stops = self.found["stops"][at] if self.found.get("stops") else None
        first = [self._words(self.found["in"][at]), *([f"{stops:+.1f} stops"] if stops is not None else [])]
        rest = "  ".join(self._words(self.found[name][at]) for name in ("red", "green", "blue"))
        painter.setPen(QColor(theme.TEXT))
        corner = plot.rect.topLeft() + QPointF(6, 3)
        for line, words in enumerate(("  ".join(first), rest)):
            painter.drawText(
                QRectF(corner + QPointF(0, 17 * line), plot.rect.size()), Qt.AlignmentFlag.AlignLeft, words
            )

    def _words(self, value: float) -> str:
        black, reach = self._codes
        return f"{100 * value:.1f} %" if self.scale == "percent" else f"{black + reach * value:.0f}"

    def _labels(self, *, ins: bool) -> Iterator[tuple[float, str]]:
        """Values and their words, of what goes in or comes out."""
        if self.scale == "stops" and ins and self.found.get("stops"):
            yield from self._stop_labels()
            return
        scale = "percent" if self.scale == "percent" else "code"
        black, reach = (0, 100) if scale == "percent" else self._codes
        for number in (black, *NAMED[scale], black + reach):
            yield (number - black) / reach, str(number)

    def _stop_labels(self) -> Iterator[tuple[float, str]]:
        """Whole stops of the camera; every third is named, 0 is 18 % grey."""
        known = [(stop, x) for stop, x in zip(self.found["stops"], self.found["in"], strict=True) if stop is not None]
        for (before, x0), (after, x1) in pairwise(known):
            whole = int(after // 1)
            if before < whole <= after and whole >= -6:
                share = (whole - before) / (after - before)
                yield x0 + share * (x1 - x0), f"{whole:+d}" if whole % 3 == 0 and whole else "0" if not whole else ""


def _apart(labels: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Those that have room, the most telling first: zero, then the ends, then the middle."""
    middle = (labels[0][0] + labels[-1][0]) / 2 if labels else 0.0
    ends = labels[:1] + labels[-1:]
    placed: list[tuple[float, str]] = []
    telling = sorted(labels, key=lambda label: (label[1] != "0", label not in ends, abs(label[0] - middle)))
    for x, words in telling:
        if words and all(abs(x - other) >= APART for other, _ in placed):
            placed.append((x, words))
    return placed
