"""The numbers under the cursor: asked for one after the other while it is over the picture, also while it stands, and
of the newest picture each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QTimer, Signal

if TYPE_CHECKING:
    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

PERIOD_MS = 50
"""Between an answer and the next question."""


class Probe(QObject):
    """`read`: a reading as the state has it for a meter, or None: there is nothing under the cursor."""

    read = Signal(object)

    def __init__(self, link: SessionLink, parent: QObject) -> None:
        super().__init__(parent)
        self._link = link
        self._slot = ""
        self._place: QPointF | None = None
        self._is_asked = False
        self._next = QTimer(self, singleShot=True, interval=PERIOD_MS)
        self._next.timeout.connect(self._ask)

    def show_slot(self, slot: str) -> None:
        """Of another slot from now on."""
        self._slot = slot

    def point(self, place: QPointF | None) -> None:
        """The cursor is at a place of the picture, 0 to 1, or not over it."""
        self._place = place
        if place is None:
            self.read.emit(None)
        elif not (self._is_asked or self._next.isActive()):
            self._ask()

    def _ask(self) -> None:
        place = self._place
        if place is None or not self._slot or not self._link.is_here:
            return
        self._is_asked = True
        slot = self._slot
        x, y = (min(1.0, max(0.0, at)) for at in (place.x(), place.y()))
        self._link.do("meter.read", lambda answer: self._answered(slot, answer), slot=slot, x=x, y=y)

    def _answered(self, slot: str, answer: Answer) -> None:
        self._is_asked = False
        found: list[dict[str, Any]] | None = answer.found
        if self._place is not None and slot == self._slot:
            self.read.emit(found[0] if found else None)
            self._next.start()
