"""The numbers under the cursor: asked for one after the other while it is over the picture, also while it stands, and
of the newest picture each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, Signal

from livegrade.ui.following import Following

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink

PERIOD_MS = 50
"""Between an answer and the next question."""


class Probe(QObject):
    """`read`: a reading as the state has it for a meter, or None: there is nothing under the cursor."""

    read = Signal(object)

    def __init__(self, link: SessionLink, parent: QObject) -> None:
        super().__init__(parent)
        self._slot = ""
        self._following = Following(link, "meter.read", self, rest_ms=PERIOD_MS, again=True)
        self._following.came.connect(self._came)

    def show_slot(self, slot: str) -> None:
        """Of another slot from now on."""
        self._slot = slot

    def point(self, place: QPointF | None) -> None:
        """The cursor is at a place of the picture, 0 to 1, or not over it."""
        if place is None or not self._slot:
            self._following.follow(None)
        else:
            x, y = (min(1.0, max(0.0, at)) for at in (place.x(), place.y()))
            self._following.follow({"slot": self._slot, "x": x, "y": y}, self._slot)

    def _came(self, found: list[dict[str, Any]] | None) -> None:
        self.read.emit(found[0] if found else None)
