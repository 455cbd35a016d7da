"""What the window's picture is compared with, and how: one wish that keys, the page and the border on the picture turn,
for the window and, in lock-step, for an output."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPen

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QMouseEvent, QPainter

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink
    from livegrade.ui.viewer import Placed, Viewer

MODES = {
    "wipe": "Wipe",
    "wipe-horizontal": "Wipe ↕",
    "split": "Split",
    "blend": "Blend",
    "toggle": "Reference",
    "difference": "Difference",
    "grid": "Grid",
}
"""The words behind mode=, and what people call them."""
TURNED = ("wipe", "wipe-horizontal", "split", "blend")
"""Those that `at` counts for."""
WORDS = ("view", "tap", "zebra", "with", "mode", "at", "gain")
NAMING = ("view", "with", "mode", "gain")
"""Those that the labels go by."""
NEAR = 12.0
"""Pixels about the border in which it is taken hold of."""
MOST_CELLS = 9
"""Pictures of a grid."""
STEP_MS = 40
"""The border goes to the session so often while it is dragged; the line under the hand moves at once."""
BACK = QColor(28, 28, 28, 200)


class Comparing(QObject):
    """A layer and a tool. `changed`: there is another reference, mode or number, or it was turned on or off."""

    changed = Signal()

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__(viewer)
        self.reference = "source"
        self.mode = "wipe"
        self.at = 50.0
        self.gain = 4
        self.sink = ""
        self._link = link
        self._viewer = viewer
        self._slot = ""
        self._before = "graded"
        self._sink_before: dict[str, str] = {}
        self._held = False
        self._sent: dict[str, Any] = {}
        self._under_way = False
        self._sending = QTimer(self, singleShot=True, interval=STEP_MS)
        self._sending.timeout.connect(self._show)
        viewer.changed.connect(self._adopt)

    @property
    def is_on(self) -> bool:
        return bool(self._viewer.wish["view"] == "compare")

    @property
    def is_other(self) -> bool:
        """Whether the reference is another picture than that of its slot, which it can be brought to."""
        return not self.reference.startswith(("source", "bypass"))

    def show_slot(self, slot: str) -> None:
        self._slot = slot

    def turn(self, on: bool) -> None:
        """Compares, or shows what was shown before."""
        if on == self.is_on:
            return
        if on:
            self._before = self._viewer.wish["view"]
            self._show()
        else:
            self._viewer.show_picture(view=self._before, **dict.fromkeys(("with", "mode", "at", "gain")))
        self._follow()

    def toggle(self, mode: str = "") -> None:
        """Off where it is on in that mode (or in any), else on in it."""
        if mode and (not self.is_on or self.mode != mode):
            self.mode = mode
            self._show_or_turn_on()
        else:
            self.turn(not self.is_on)

    def choose(self, reference: str) -> None:
        """Compares with another picture, in the words of `with=`."""
        self.reference = reference
        if self.mode == "grid" and reference in ("source", "bypass"):
            self.mode = "wipe"
        self._show_or_turn_on()

    def choose_mode(self, mode: str) -> None:
        self.mode = mode
        self._show_or_turn_on()

    def set_at(self, at: float) -> None:
        """In percent."""
        self.at = min(100.0, max(0.0, at))
        self._later()

    def set_gain(self, gain: float) -> None:
        self.gain = min(64, max(1, round(gain)))
        self._later()

    def lock_to(self, sink: str) -> None:
        """The output of that number shows the same from now on, "" for none; the one before shows what it did."""
        self._restore_sink()
        self.sink = sink
        self._sink_before = self._sink_words() if sink else {}
        self._follow()
        self.changed.emit()

    def words(self) -> dict[str, Any]:
        """As arguments of picture.subscribe and view.set; what does not count is None."""
        reference: str | None = self.reference
        if self.mode == "grid":
            reference = self._grid()
        return {
            "view": "compare",
            "with": reference,
            "mode": self.mode,
            "at": f"{self.at:.4g}" if self.mode in TURNED else None,
            "gain": str(self.gain) if self.mode == "difference" else None,
        }

    def _grid(self) -> str | None:
        """All slots, and what is none of them; where there are more than have room the slot that is looked at is one of
        those that are seen. None: as the session has it by itself."""
        slots = sorted(self._link.at("slots") or {})
        more = [] if self.reference.startswith(("source", "bypass", "slot:")) else [self.reference]
        if not more and len(slots) <= MOST_CELLS:
            return None
        others = [name for name in slots if name != self._slot][: MOST_CELLS - 1 - len(more)]
        seen = [name for name in slots if name == self._slot or name in others]
        return "+".join([*(f"slot:{name}" for name in seen), *more])

    def named(self) -> str:
        """The reference, for people."""
        return name_of(self.reference)

    def state(self) -> Mapping[str, Any] | None:
        """How the reference stands in the session; None where it is not asked for."""
        return self._state_of(self._slot, self.words()["with"] or ("all" if self.mode == "grid" else ""))

    def _state_of(self, slot: str, reference: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = (self._link.at("references", slot) or {}).get(reference)
        return found

    # ---- layer

    def paint(self, painter: QPainter, placed: Placed) -> None:
        shows = self._viewer.shows
        mode = shows.get("mode")
        if shows.get("view") != "compare" or not self.is_on:
            return
        self._paint_border(painter, placed, mode, self.at if mode == self.mode else float(shows.get("at", self.at)))
        painter.setFont(theme.font())
        room = placed.rect.intersected(QRectF(self._viewer.rect()))
        left, right, is_marked = self.labels()
        self._paint_label(painter, room, left, theme.AMBER if is_marked else theme.TEXT, Qt.AlignmentFlag.AlignLeft)
        self._paint_label(painter, room, right, theme.TEXT, Qt.AlignmentFlag.AlignRight)

    def labels(self) -> tuple[str, str, bool]:
        """What stands at the left and at the right of the picture that is shown, and whether the left one is marked.
        Empty while nobody knows which of two pictures it is: no label stands over another picture than its own."""
        shows, words = self._viewer.shows, self._viewer.wish
        mode = shows.get("mode")
        is_other = any(shows.get(word) != words.get(word) for word in NAMING)
        if shows.get("view") != "compare" or mode == "grid" or (is_other and not self._viewer.stream.is_certain):
            return "", "", False
        state = self._state_of(shows["slot"], shows.get("with", "source"))
        link = None if state is None else state["state"]["link"]
        trouble = "" if state is None or link == "running" else f", {state['state']['reason'] or 'being read'}"
        left, right = f"{name_of(shows.get('with', 'source'))}{trouble}", f"slot {shows['slot']}"
        if mode == "blend":
            left += f"  {float(shows['at']):.0f} %"
        elif mode == "difference":
            left, right = f"{right} less {left}, x {shows['gain']}, around grey", ""
        elif mode == "toggle":
            left, right = f"reference: {left}", ""
        return left, right, bool(trouble) or mode in ("toggle", "difference")

    def _paint_border(self, painter: QPainter, placed: Placed, mode: str | None, at: float) -> None:
        rect, part = placed.rect, at / 100
        match mode:
            case "wipe":
                ends = placed.at(QPointF(part, 0)), placed.at(QPointF(part, 1))
            case "wipe-horizontal":
                ends = placed.at(QPointF(0, part)), placed.at(QPointF(1, part))
            case "split":
                ends = QPointF(rect.center().x(), rect.top()), QPointF(rect.center().x(), rect.bottom())
            case _:
                return
        for color, width in ((theme.FIELD, 3), (theme.TEXT, 1)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawLine(*ends)
        if mode != "split":
            middle = (ends[0] + ends[1]) / 2
            painter.fillRect(QRectF(middle - QPointF(5, 5), middle + QPointF(5, 5)), QColor(theme.TEXT))

    def _paint_label(self, painter: QPainter, room: QRectF, text: str, color: str, side: Qt.AlignmentFlag) -> None:
        """In a lower corner of what is seen of the picture."""
        if not text:
            return
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(room.width() * 0.6))
        size = QPointF(metrics.horizontalAdvance(shown) + 10, metrics.height() + 4)
        x = room.left() + 6 if side is Qt.AlignmentFlag.AlignLeft else room.right() - 6 - size.x()
        box = QRectF(x, room.bottom() - 6 - size.y(), size.x(), size.y())
        painter.fillRect(box, BACK)
        painter.setPen(QColor(color))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)

    # ---- tool

    def press(self, place: QPointF, event: QMouseEvent) -> bool:
        placed = self._viewer.placed()
        if not self.is_on or placed is None or self.mode not in ("wipe", "wipe-horizontal"):
            return False
        upright = self.mode == "wipe"
        off = (place.x() if upright else place.y()) - self.at / 100
        side = placed.rect.width() if upright else placed.rect.height()
        self._held = abs(off) * side <= NEAR
        return self._held

    def move(self, place: QPointF, event: QMouseEvent) -> None:
        self.set_at(100 * (place.x() if self.mode == "wipe" else place.y()))

    def release(self, place: QPointF, event: QMouseEvent) -> None:
        self._held = False
        self._sending.stop()
        self._show()

    # ---- the wish

    def _show_or_turn_on(self) -> None:
        if self.is_on:
            self._show()
        else:
            self.turn(True)

    def _later(self) -> None:
        """The window's own line moves at once, the pictures follow."""
        self._viewer.update()
        self.changed.emit()
        if self.is_on and not self._sending.isActive():
            self._sending.start()

    def _show(self) -> None:
        self._viewer.show_picture(**self.words())
        self._follow()
        self.changed.emit()

    def _adopt(self) -> None:
        """Somebody else has told the viewer what to show: the page of the library, or a button of another view."""
        wish = self._viewer.wish
        if wish["view"] == "compare" and not self._held:
            mode = wish.get("mode", self.mode)
            if mode != "grid" and "with" in wish:
                self.reference = wish["with"]
            self.mode = mode
            if "mode" not in wish:  # as the library asks: in the mode of before
                self._show()
        self.changed.emit()

    # ---- in lock-step

    def _follow(self) -> None:
        if not self.sink or self._under_way:
            return
        if not self.is_on:
            self._restore_sink()
            return
        shown = self._sink_words()
        if not self._sent and shown["view"] != "compare":  # else another window compares there already
            self._sink_before = shown
        words = {name: value for name, value in self.words().items() if value is not None}
        if words == self._sent:
            return
        if words.items() <= shown.items():  # another window has asked for the same
            self._sent = words
            return
        self._sent, self._under_way = words, True
        self._link.do("view.set", self._answered, sink=self.sink, **words)

    def _answered(self, answer: Answer) -> None:
        self._under_way = False
        if answer.result == "refused":
            self.sink, self._sent, self._sink_before = "", {}, {}
            self._link.refused.emit(answer.error)
            self.changed.emit()
        else:
            self._follow()

    def _sink_words(self) -> dict[str, str]:
        """What the output shows."""
        options = self._link.at("sinks", self.sink, "options") or {}
        return {"view": "graded"} | {word: options[word] for word in WORDS if word in options}

    def _restore_sink(self) -> None:
        """Unless another window has done so."""
        if self.sink and self._sent and (self._under_way or self._sink_words()["view"] == "compare"):
            self._link.do("view.set", None, sink=self.sink, **self._sink_before)
        self._sent = {}


def name_of(reference: str) -> str:
    """For people: "still 12", "slot B, source", the name of a file."""
    kind, _, rest = reference.partition(":")
    if kind == "file":
        return PurePath(rest).name
    if kind in ("slot", "still"):
        return re.sub(":", ", ", f"{kind} {rest}")
    return reference
