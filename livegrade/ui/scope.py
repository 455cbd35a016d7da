"""One scope: its head says at every moment what it shows, and opens what chooses it; the trace is drawn by the session.

Wheel over the trace: its scale larger about the level under the cursor (a vectorscope 1, 2 and 5 times). Dragged: the
scale is moved. Ctrl and wheel: brighter and darker. Twice: large, and back. Right: the menu of the head.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.following import Following
from livegrade.ui.scopemenu import open_menu
from livegrade.ui.scopetrace import Trace
from livegrade.ui.scopewish import GAINS, LEAST_GAIN, LEVEL_KINDS, MOST_GAIN, SCALES, ZOOMS, ScopeChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from livegrade.ui.link import SessionLink
    from livegrade.ui.pictures import Shown

STEP = 1.25
"""Of the zoom, and of the gain, for a click of the wheel."""
STALE_S, OTHER_S = 1.5, 0.3
"""A trace is called old after so long, and one of something else than the head says is taken away."""
ARROW = 20
"""Pixels at the right of the head for the sign that it opens."""
LOOK_MS = 500
REST_MS, MARK_REST_MS = 30, 100
"""After an answer about what is under the cursor, in the scope and in the picture."""


class Scope(QWidget):
    """`chosen`: it shows something else. `large`: it is to be shown alone, or no more. `wants_part`: the user wants to
    choose its `region` or `line` in the picture. `pointed`: what is under the cursor, as scope.read has it, None where
    nothing is."""

    chosen = Signal()
    large = Signal()
    wants_part = Signal(str)
    pointed = Signal(object)

    def __init__(self, link: SessionLink, choice: ScopeChoice) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._is_refused = False
        self._empty = ""
        self._turned = 0.0
        self._came_s: float | None = None
        self._untried: list[str] = []
        self._wanted: dict[str, Any] = {}
        self._drawn: dict[str, Any] = {}
        self._wanted_s = 0.0
        self.choice = choice
        self.reading: dict[str, Any] | None = None
        self.head = Head()
        self.head.clicked.connect(lambda: open_menu(self, self.head.mapToGlobal(self.head.rect().bottomLeft())))
        self.trace = Trace(link)
        self.trace.stream.came.connect(self._came)
        self.trace.stream.failed.connect(self._failed)
        self.trace.moved.connect(self._point)
        self.trace.zoomed.connect(self._zoom)
        self.trace.brightened.connect(lambda clicks: self.change(gain=_gain(self.choice.gain * STEP**clicks)))
        self.trace.dragged.connect(self._drag)
        self.trace.twice.connect(self.large)
        self.trace.asked.connect(lambda at: open_menu(self, at))
        self._reads = Following(link, "scope.read", self, rest_ms=REST_MS, again=False)
        self._reads.came.connect(self._read)
        self._marks = Following(link, "scope.mark", self, rest_ms=MARK_REST_MS, again=True)
        self._marks.came.connect(self._marked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.trace, 1)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._say)
        self._look.start()
        self._say()

    def show_slot(self, slot: str) -> None:
        """Measures another slot; the trace of the one before goes at once."""
        if slot != self._slot:
            self._slot = slot
            self._came_s = None
            self.trace.show_picture(None)
            self._marks.follow(None)
        self._want()

    def choose(self, choice: ScopeChoice) -> None:
        """Shows something else."""
        self._untried = []
        if choice != self.choice:
            self.choice = choice
            self._marks.follow(None)
            self._want()
            self.chosen.emit()

    def change(self, **changes: Any) -> None:
        """Shows something else in these words of `ScopeChoice`."""
        self.choose(replace(self.choice, **changes))

    def next_scale(self) -> None:
        """In the next scale that the signal has at this tap: the session knows, and what it refuses is passed over."""
        scales = [*SCALES]
        at = scales.index(self.choice.scale) + 1
        self._try([*scales[at:], *scales[:at]])

    def _try(self, scales: list[str]) -> None:
        """The first of them that is not refused."""
        self.change(scale=scales[0])
        self._untried = scales[1:]

    def show_state(self) -> None:
        """The camera or the format of the slot has changed: what was refused may be there now."""
        if self._is_refused:
            self.renew()
        self._say()

    def mark(self, place: tuple[float, float] | None) -> None:
        """Marks where the pixel at a place of the picture lies, 0 to 1 from its left and top; None: no more."""
        words = self._words() if self.isVisible() else None
        if place is None or words is None:
            self._marks.follow(None)
        else:
            self._marks.follow(words | {"x": place[0], "y": place[1]}, words)

    def reset_peaks(self) -> None:
        """What is held begins anew, of its slot and tap."""
        self._link.do("scope.reset", slot=self._slot, tap=self.choice.tap)

    def renew(self) -> None:
        """The session is there again, or may have changed its mind."""
        self._is_refused = False
        self.trace.stream.renew()

    def showEvent(self, event: object) -> None:
        self._want()

    def hideEvent(self, event: object) -> None:
        """Nobody looks: it costs nothing."""
        self._marks.follow(None)
        self._reads.follow(None)
        self.trace.stream.rest()

    def _want(self) -> None:
        if self._slot and self.isVisible():
            self._is_refused = False
            wanted = {"slot": self._slot, "letters": self.trace.letters(), **self.choice.arguments()}
            if wanted != self._wanted:
                self._wanted, self._wanted_s = wanted, time.monotonic()
                QTimer.singleShot(round(1000 * OTHER_S) + 1, self, self._say)
            self.trace.stream.want(**wanted)
        self._say()

    def _came(self, shown: Shown) -> None:
        if not self._is_refused and self.trace.stream.fed.get("slot") == self._slot:
            self._came_s, self._drawn = time.monotonic(), self.trace.stream.fed
            if self.trace.stream.fed.get("scale") == self.choice.scale:
                self._untried = []
            self.trace.show_picture(shown)

    def _failed(self, why: str) -> None:
        if self._untried:
            return self._try(self._untried)
        self._is_refused = True
        self.trace.show_picture(None)
        self.trace.say(why)
        self._say()

    def _say(self) -> None:
        """What it shows, and for how long nothing has come."""
        late = 0.0 if self._came_s is None or self._is_refused else time.monotonic() - self._came_s
        stale = f"{late:.0f} s old" if late > STALE_S else ""
        self.head.say(self.choice.words(self._link.at("slots", self._slot, "ei")), stale)
        is_other = self._drawn != self._wanted and time.monotonic() > self._wanted_s + OTHER_S
        if is_other and self.trace.shown is not None and not self._is_refused:
            self.trace.show_picture(None)
        link = self._link.at("slots", self._slot, "state", "link")
        is_empty = self.trace.shown is None and not self._is_refused and link not in ("running", None)
        empty = f"no picture of slot {self._slot}" if is_empty else ""
        if empty or self.trace.message == self._empty:  # and why it was refused stays until it is not
            self.trace.say(empty)
        self._empty = empty

    def _zoom(self, clicks: float) -> None:
        if self.choice.scope not in LEVEL_KINDS:
            self._turned += clicks
            whole = int(self._turned)  # what moves by less than a click, as a touchpad, adds up
            self._turned -= whole
            at = ZOOMS.index(self.choice.zoom) + whole
            self.change(zoom=ZOOMS[min(max(at, 0), len(ZOOMS) - 1)])
        elif self.reading is not None and "part" in self.reading:
            self.choose(self.choice.zoomed(self.reading["percent"], self.reading["part"], STEP**clicks))

    def _drag(self, by: QPointF) -> None:
        """The scale goes with the hand: across in a histogram, else up and down."""
        self.choose(self.choice.moved(-by.x() if self.choice.scope == "histogram" else by.y()))

    def _words(self) -> dict[str, Any] | None:
        """Of the scope that is shown now, with its size; None without one."""
        size = self.trace.size_shown()
        if size is None or not self._slot:
            return None
        asked = self.choice.arguments() | {"letters": self.trace.letters()}
        return {"slot": self._slot, "width": size[0], "height": size[1], **asked}

    def _point(self, at: QPointF | None) -> None:
        words = self._words()
        if at is None or words is None:
            self._reads.follow(None)
        else:
            self._reads.follow(words | {"x": at.x(), "y": at.y()}, words)

    def _read(self, found: list[dict[str, Any]] | None) -> None:
        self.reading = found[0] if found else None
        self.trace.show_reading("" if self.reading is None else self.reading["text"])
        self.pointed.emit(self.reading)

    def _marked(self, found: list[dict[str, Any]] | None) -> None:
        self.trace.show_marks([(one["channel"], one["x"], one["y"]) for one in found or ()])


class Head(QToolButton):
    """Words, all of them to press, and in amber behind them how old the trace is. Two lines where one has no room."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._stale = "", ""
        self._beside: tuple[Head, ...] = (self,)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(theme.TOUCH - 4)

    @property
    def words(self) -> str:
        """What is said, all of it."""
        return f"{self._words} · {self._stale}" if self._stale else self._words

    def say(self, words: str, stale: str) -> None:
        if (words, stale) != (self._words, self._stale):
            self._words, self._stale = words, stale
            self.setToolTip(self.words)
            self._fit()
            self.update()

    def stand_beside(self, heads: Sequence[Head]) -> None:
        """As tall as these, of which it is one: the traces below them begin and end at the same height."""
        self._beside = tuple(heads)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(120, self.needed_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.RAISED if self.underMouse() else theme.PANEL))
        metrics = painter.fontMetrics()
        stale = metrics.horizontalAdvance(self._stale + "  ") if self._stale else 0
        room = self.rect().adjusted(4, 0, -ARROW - stale, 0)
        painter.setPen(QColor(theme.TEXT))
        lines = self.lines(room.width())
        tall = metrics.height()
        top = (self.height() - tall * len(lines)) // 2
        for at, line in enumerate(lines):
            place = QRect(room.left(), top + at * tall, room.width(), tall)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, line)
        if self._stale:
            painter.setPen(QColor(theme.AMBER))
            painter.drawText(self.rect().adjusted(0, 0, -ARROW, 0), _RIGHT, self._stale)
        painter.setPen(QColor(theme.DIM))
        painter.drawText(self.rect().adjusted(0, 0, -4, 0), _RIGHT, "▾")

    def lines(self, room: int) -> list[str]:
        """What is written in so many pixels: no more lines than without the age, so nothing moves when it comes."""
        lines = self._lines(room)
        if len(lines) > len(self._lines(self._room())):
            return [self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)]
        return lines

    def _room(self) -> int:
        return max(self.width() - 4 - ARROW, 1)

    def _lines(self, room: int) -> list[str]:
        """One line, or two broken between the words; what has no room even so ends in dots."""
        metrics = self.fontMetrics()
        if metrics.horizontalAdvance(self._words) <= room:
            return [self._words]
        parts = self._words.split(" · ")
        first = parts.pop(0)
        while parts and metrics.horizontalAdvance(f"{first} · {parts[0]}") <= room:
            first += f" · {parts.pop(0)}"
        rest = metrics.elidedText(" · ".join(parts), Qt.TextElideMode.ElideRight, room)
        return [metrics.elidedText(first, Qt.TextElideMode.ElideRight, room), rest]

    def needed_height(self) -> int:
        """For its own words, in the width that it has."""
        lines = len(self._lines(self._room()))
        return max(theme.TOUCH - 4, self.fontMetrics().height() * lines + 6)

    def _fit(self) -> None:
        height = max(head.needed_height() for head in self._beside)
        for head in self._beside:
            head.setFixedHeight(height)

    def resizeEvent(self, event: object) -> None:
        self._fit()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _gain(gain: float) -> float:
    """Held, and exactly one where it is near it."""
    held = min(max(gain, LEAST_GAIN), MOST_GAIN)
    near = min(GAINS, key=lambda one: abs(one / held - 1))
    return near if abs(near / held - 1) < 0.06 else round(held, 2)
