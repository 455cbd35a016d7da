"""Everything that reads numbers from the picture in the window: the line under it, the spot meters, the focus meter,
the pixels under the cursor and those that a scope points at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import figures, theme
from livegrade.ui.assignable import mark
from livegrade.ui.focusmeter import FocusMeter
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.pixelgrid import PixelGrid
from livegrade.ui.probe import Probe
from livegrade.ui.readout import Readout
from livegrade.ui.sighted import Sighted
from livegrade.ui.spots import Spots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QMouseEvent, QPainter

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.pictures import Shown
    from livegrade.ui.viewer import Layer, Placed, Tool, Viewer


class MeterLine(Panel):
    """`viewer`: whose picture is read; it gets layers and tools. `tools`: buttons for the row over the picture.
    `is_live`: what is read is of now; without a signal nothing is told of the picture that is held."""

    title = "Meters"

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__()
        self._link = link
        self._viewer = viewer
        self._slot = ""
        self.is_live = False
        self.readout = Readout()
        self.grid = PixelGrid()
        self.spots = Spots(link, viewer)
        self.focus = FocusMeter(link, viewer)
        self.sighted = Sighted(link, viewer)
        self.probe = Probe(link, self)
        self.probe.read.connect(self.readout.show_reading)
        viewer.layers += [_OnPlaces(viewer, one) for one in (self.sighted, self.grid, self.focus, self.spots)]
        viewer.tools += [_WithPlaces(viewer, one) for one in (self.focus, self.spots)]
        viewer.pointed.connect(self._point)
        viewer.showing.connect(self._showing)
        self.tools = self._tools()
        self.spots.placed.connect(self._show_tools)
        link.gone.connect(self._gone)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.readout)

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self.probe.show_slot(slot)
        self.spots.show_slot(slot)
        self.focus.show_slot(slot)
        self.show_state([()])

    def show_state(self, paths: list[Path]) -> None:
        was_live, self.is_live = self.is_live, figures.is_live(self._link, self._slot)
        self.readout.show_clips(self._link.at("slots", self._slot, "clips") if self.is_live else None)
        self.readout.show_zoom(self._viewer.placed())
        self.grid.pixels = self._viewer.pixels
        self.focus_button.setChecked(self.focus.meter is not None)
        if not self.is_live:
            self.probe.point(None)
        elif not was_live:
            self._viewer.tell_pointed()

    def _gone(self, reason: str) -> None:
        self.show_state([])

    def can(self) -> Iterable[Action]:
        yield Action("spot-meter", "Meters: place a spot meter (or Alt and a click)", "T", self.arm)
        yield Action("meter-unit", "Meters: stops, percent or code", "U", self.spots.next_unit)
        yield Action("focus-meter", "Meters: focus meter", "X", self.focus.toggle, self._to("focus"))
        reset, to = self.focus.reset, self._to("focus/reset")
        yield Action("focus-reset", "Meters: focus meter, peak anew", "Shift+X", reset, to)

    def _to(self, what: str) -> Callable[[], str]:
        return lambda: f"/livegrade/{self._slot}/{what}" if self._slot else ""

    def kept(self) -> dict[str, Any]:
        return {"unit": self.spots.unit}

    def restore(self, kept: Mapping[str, Any]) -> None:
        if kept.get("unit") in figures.UNITS:
            self.spots.unit = kept["unit"]

    def rest(self) -> None:
        """Nothing more is asked of the session."""
        self.probe.point(None)
        self.sighted.point(None)

    def arm(self) -> None:
        """The next click on the picture places a spot meter; again: it does not."""
        self.spots.armed = not self.spots.armed
        self._show_tools()

    def call_off(self) -> None:
        """No click places a spot meter."""
        self.spots.armed = False
        self._show_tools()

    def _tools(self) -> QWidget:
        section = QWidget()
        row = QHBoxLayout(section)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        self.spot_button, self.focus_button = (
            _button(words, tip, press)
            for words, tip, press in (
                ("Spot", "Place a spot meter with the next click; Alt and a click do it too", self.arm),
                ("Focus", "Focus meter", self.focus.toggle),
            )
        )
        mark(self.spot_button, "spot-meter")
        mark(self.focus_button, "focus-meter")
        row.addWidget(self.spot_button)
        row.addWidget(self.focus_button)
        return section

    def _show_tools(self) -> None:
        self.spot_button.setChecked(self.spots.armed)
        self._viewer.setCursor(Qt.CursorShape.CrossCursor if self.spots.armed else Qt.CursorShape.ArrowCursor)

    def _point(self, place: QPointF | None) -> None:
        self.grid.place = place
        self.probe.point(place if self.is_live and self.isVisible() else None)

    def _showing(self, shown: Shown) -> None:
        self.readout.show_zoom(self._viewer.placed())


class _OnPlaces:
    """A layer that is painted while some of the slot's picture is seen at its place."""

    def __init__(self, viewer: Viewer, layer: Layer) -> None:
        self._viewer = viewer
        self._layer = layer

    def paint(self, painter: QPainter, placed: Placed) -> None:
        if not self._viewer.own_part.isEmpty():
            self._layer.paint(painter, placed)


class _WithPlaces:
    """A tool that works there."""

    def __init__(self, viewer: Viewer, tool: Tool) -> None:
        self._viewer = viewer
        self._tool = tool

    def press(self, place: QPointF, event: QMouseEvent) -> bool:
        return not self._viewer.own_part.isEmpty() and self._tool.press(place, event)

    def move(self, place: QPointF, event: QMouseEvent) -> None:
        self._tool.move(place, event)

    def release(self, place: QPointF, event: QMouseEvent) -> None:
        self._tool.release(place, event)


def _button(words: str, tip: str, press: object) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setMinimumHeight(theme.TOUCH)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(press)
    return button
