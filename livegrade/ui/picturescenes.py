"""Scenes of the picture: what is laid over it, what is measured of it, what it is compared with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from livegrade.ui import theme
from livegrade.ui.scene import slot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QImage

    from livegrade.ui.scene import Scene, Until
    from livegrade.ui.window import Window

DARKER = -0.75
"""Stops, of what is compared with a still."""


def views(window: Window, until: Until) -> None:
    """Guides of an anamorphic picture, edges in focus, both zebras."""
    window.look_at("A")
    window.viewbar.restore({"lens": "1.33", "guides": "2.39+1.85+action+title+cross+shade:50", "zebra": "70-75+95"})
    window.viewer.show_picture(view="graded", zebra="70-75+95", peaking="high+green", desqueeze="1.33")
    window.viewbar.toggle("guides")
    until(lambda: window.viewer.shown is not None and _is_wide(window.viewer.shown.image), "a picture with guides")


def _is_wide(image: QImage) -> bool:
    return image.width() > 2.2 * image.height()


def through(window: Window, until: Until) -> None:
    """False colour with the graded picture behind it."""
    slot("A", "false-color:ire")(window, until)
    window.viewer.show_picture(opacity="60")
    until(lambda: window.legend.told is not None and window.viewer.stream.fed.get("opacity"), "false colour")


def no_signal(window: Window, until: Until) -> None:
    window.look_at("D")


def meters(window: Window, until: Until) -> None:
    slot("A")(window, until)
    spots = window.meters.spots
    if not spots.meters:
        for x, y in ((0.3, 0.3), (0.55, 0.6), (0.9, 0.8)):
            spots.add(QPointF(x, y))
        window.meters.focus.toggle()
    until(lambda: len(spots.meters) == 3, "three spot meters")
    window.link.do("meter.set", slot="A", meter="m1", name="key", size=65)
    until(lambda: all(one["reading"] for one in spots.meters.values()), "what they read")
    until(lambda: (window.meters.focus.meter or {}).get("peak") is not None, "the focus meter")
    window.meters.probe.point(QPointF(0.45, 0.4))
    until(lambda: window.meters.readout.words["source", "stops"] != theme.DASH, "what is under the cursor")


def markers(window: Window, until: Until) -> None:
    slot("B")(window, until)
    until(lambda: window.link.at("library", "state", "link") == "running", "the library")
    if not _runs(window):  # one that has ended takes no more markers
        window.link.do("take.start", slot="B")
    until(partial(_runs, window), "a take")
    for count, kind in enumerate(("flare", "boom-shadow", "focus"), 1):
        until(partial(_is_pictures_on, window, 40 * count), "pictures between markers")
        if not _has_marks(window, count):
            window.link.do("marker.add", slot="B", kind=kind)
        until(partial(_has_marks, window, count), "a marker")


def _runs(window: Window) -> bool:
    """Whether a take of the slot that is looked at goes on."""
    strip = window.strip.strip
    return strip is not None and bool(strip["runs"])


def _has_marks(window: Window, count: int) -> bool:
    strip = window.strip.strip
    return strip is not None and len(strip["markers"]) >= count


def _is_pictures_on(window: Window, pictures: int) -> bool:
    """The take has so many pictures by now."""
    strip, shown = window.strip.strip, window.viewer.shown
    return strip is not None and shown is not None and shown.index >= strip["index"] + pictures


def pixels(window: Window, until: Until) -> None:
    slot("A")(window, until)
    place = QPointF(0.401, 0.501)
    window.viewer.look_at(place, 12.0)
    window.viewer.pointed.emit(place)
    until(lambda: window.meters.readout.zoom == "1200 %, 8 bit", "pixels")


def compared(mode: str, reference: str = "still") -> Scene:
    """Slot A beside a still of itself with another look, or beside another slot, and what is read of the difference."""

    def scene(window: Window, until: Until) -> None:
        slot("A")(window, until)
        window.pages.turn_to("Compare")
        comparing, match = window.compare.comparing, window.compare.match
        _be_darker(window, until)
        comparing.at = 50.0
        comparing.mode = mode
        comparing.choose(f"still:{window.compare.stills[0]['key']}" if reference == "still" else reference)
        links = ("running", "lost") if mode == "grid" else ("running",)  # one of the slots has no signal
        until(lambda: (comparing.state() or {}).get("state", {}).get("link") in links, "the reference")
        match.read()
        until(lambda: match.is_told, "the match")

    return scene


def _be_darker(window: Window, until: Until) -> None:
    """A still of slot A is there, and the slot is darker than that by now."""

    def nodes() -> Mapping[str, Any]:
        return window.link.at("slots", "A", "look", "nodes") or {}

    def is_darker() -> bool:
        return any(node["settings"].get("stops") == DARKER for node in nodes().values())

    if not is_darker():
        grabbed: list[object] = []
        window.link.do("still.grab", grabbed.append, slot="A")
        until(lambda: grabbed, "a still")
        before = set(nodes())
        window.link.do("look.add", slot="A", kind="exposure")
        until(lambda: set(nodes()) - before, "a node")
        (added,) = set(nodes()) - before
        window.link.do("look.set", slot="A", node=added, values={"stops": DARKER})
    until(lambda: is_darker() and window.compare.stills, "a still of before")


def region(window: Window, until: Until) -> None:
    """A hand drags out what a match is to look at."""
    compared("wipe", "slot:B")(window, until)
    parts = window.compare.match.parts
    parts.arm()
    left = Qt.MouseButton.LeftButton
    moved = QMouseEvent(QEvent.Type.MouseMove, QPointF(), QPointF(), left, left, Qt.KeyboardModifier.NoModifier)
    parts.press(QPointF(0.62, 0.3), moved)
    parts.move(QPointF(0.8, 0.55), moved)


def wipe_meters(window: Window, until: Until) -> None:
    """Spot meters tell of the side of the wipe that is the slot's."""
    meters(window, until)
    compared("wipe", "slot:B")(window, until)


def alone(window: Window, until: Until) -> None:
    slot("A")(window, until)
    window.toggle_picture_only()
