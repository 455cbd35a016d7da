"""The parts of both pictures that a match looks at, a grey card in each: dragged out over the picture, on the side on
which they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from livegrade.ui import theme
from livegrade.ui.scopeparts import HINT, between, outline, tag

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPainter

    from livegrade.ui.comparing import Comparing
    from livegrade.ui.link import SessionLink
    from livegrade.ui.scopeparts import Region
    from livegrade.ui.viewer import Placed, Viewer

HALVES = ("split", "grid")
"""Modes in which a place of what is shown is not that place of both pictures."""


class MatchParts(QObject):
    """A layer and a tool. `changed`: another region counts; `settled`: and the hand has let go of it."""

    changed = Signal()
    settled = Signal()

    def __init__(self, link: SessionLink, viewer: Viewer, comparing: Comparing) -> None:
        super().__init__(viewer)
        self.is_armed = self.is_looked_at = False
        self._link = link
        self._viewer = viewer
        self._comparing = comparing
        self._slot = ""
        self._own: dict[str, Region] = {}
        self._theirs: dict[str, Region] = {}
        self._sides: tuple[str, ...] = ()
        self._from = QPointF()
        self._before = self._own, self._theirs
        viewer.layers.append(self)
        viewer.tools.append(self)

    def look_at(self, *, on: bool) -> None:
        """Whether the match is seen; where it is not, neither are its regions, which count all the same."""
        self.is_looked_at = on
        self._viewer.update()

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self.call_off()

    @property
    def own(self) -> Region | None:
        """Of the slot's picture: left, top, width, height, 0 to 1; None for all of it."""
        return self._own.get(self._slot)

    @property
    def theirs(self) -> Region | None:
        """Of the reference, in parts of that."""
        return self._theirs.get(self._comparing.reference)

    def words(self) -> dict[str, Any]:
        """As arguments of match.read and match.apply."""
        return {"region": self.own, "reference_region": self.theirs}

    def arm(self) -> None:
        """The next rectangle that is dragged out over the picture is one, of what is seen where it begins."""
        comparing = self._comparing
        if comparing.is_on and comparing.mode in HALVES:
            self._link.refused.emit("a region is dragged out where a picture is whole: in a wipe, a blend, or alone")
        else:
            self.is_armed = True
        self._tell()

    def call_off(self) -> None:
        """What is armed is not any more, and what is being dragged out is as it was."""
        if self._sides:
            self._own, self._theirs = self._before
        self._sides = ()
        self.is_armed = False
        self._tell()

    def clear(self) -> None:
        """All of both counts."""
        self.call_off()
        self._own.pop(self._slot, None)
        self._theirs.pop(self._comparing.reference, None)
        self._tell()
        self.settled.emit()

    # ---- layer

    def paint(self, painter: QPainter, placed: Placed) -> None:
        painter.setFont(theme.font())
        comparing = self._comparing
        if (self.is_looked_at or self.is_armed) and not (comparing.is_on and comparing.mode in HALVES):
            if self.own is not None and "own" in self._seen():
                outline(painter, _rect(placed, self.own), "match")
            fitted = None if self.theirs is None or "theirs" not in self._seen() else self._fitted()
            if fitted is not None and self.theirs is not None:
                left, top, width, height = self.theirs
                corner = fitted.left() + left * fitted.width(), fitted.top() + top * fitted.height()
                there = (*corner, width * fitted.width(), height * fitted.height())
                outline(painter, _rect(placed, there), "match, reference")
        if self.is_armed:
            tag(painter, placed.rect.topLeft() + HINT, "drag a region of a picture for the match; Esc: none")

    # ---- tool

    def press(self, place: QPointF, event: QMouseEvent) -> bool:
        if not self.is_armed:
            return False
        seen = self._seen()
        if len(seen) == 2 and self._comparing.mode.startswith("wipe"):
            seen = ("own",) if self._viewer.has_place(place) else ("theirs",)
        if "theirs" in seen and self._fitted() is None:
            self._link.refused.emit("the reference has not come yet")
            seen = ()
        self._sides, self._from, self._before = seen, place, (dict(self._own), dict(self._theirs))
        return True

    def move(self, place: QPointF, event: QMouseEvent) -> None:
        if "own" in self._sides and (found := between(self._from, place)) is not None:
            self._own[self._slot] = found
        fitted = self._fitted()
        if "theirs" in self._sides and fitted is not None:
            ends = (
                QPointF((at.x() - fitted.left()) / fitted.width(), (at.y() - fitted.top()) / fitted.height())
                for at in (self._from, place)
            )
            if (found := between(*ends)) is not None:
                self._theirs[self._comparing.reference] = found
        self._tell()

    def release(self, place: QPointF, event: QMouseEvent) -> None:
        was, self._sides = self._sides, ()
        self.call_off()
        if was:
            self.settled.emit()

    def _seen(self) -> tuple[str, ...]:
        """Whose pictures are shown."""
        comparing = self._comparing
        if not comparing.is_on or not comparing.is_other:
            return ("own",)
        return ("theirs",) if comparing.mode == "toggle" else ("own", "theirs")

    def _fitted(self) -> QRectF | None:
        """Where the reference is within the picture of the slot, as large as it fits; None where it is not there."""
        state, pixels = self._comparing.state(), self._viewer.pixels
        size = None if state is None else state["own_size"]
        if size is None or pixels is None:
            return None
        scale = min(pixels[0] / size[0], pixels[1] / size[1])
        width, height = size[0] * scale / pixels[0], size[1] * scale / pixels[1]
        return QRectF((1 - width) / 2, (1 - height) / 2, width, height)

    def _tell(self) -> None:
        self.changed.emit()
        self._viewer.update()


def _rect(placed: Placed, region: Region) -> QRectF:
    left, top, width, height = region
    return QRectF(placed.at(QPointF(left, top)), placed.at(QPointF(left + width, top + height)))
