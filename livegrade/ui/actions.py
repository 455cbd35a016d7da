"""Everything that a key, the palette or a button does in the window, each in one place and with its words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from livegrade.ui.keys import Action
from livegrade.ui.viewer import Fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.ui.window import Window

QUARTER_STOP = 0.25
MARKERS = {"boom-shadow": "boom shadow", "flare": "flare", "reflection": "reflection", "focus": "focus"}


def actions(window: Window) -> Iterator[Action]:
    """All of a window."""
    yield from _views(window)
    yield from _looks(window)
    yield from _takes(window)
    yield from _places(window)


def _views(window: Window) -> Iterator[Action]:
    yield Action("source", "Picture: source, untouched", "O", lambda: window.toggle_view("source"))
    yield Action("false-color", "Picture: false colour", "F", window.toggle_false_color)
    yield Action("zebra", "Picture: zebra", "Z", window.toggle_zebra)
    yield Action("fit", "Picture: whole", "0", lambda: window.viewer.set_fit(Fit.WHOLE))
    yield Action("pixels", "Picture: one pixel for one", "Shift+0", lambda: window.viewer.set_fit(Fit.PIXELS))
    yield Action("tap", "Scopes: source or graded", "B", window.toggle_tap)
    for count in (1, 2, 4):
        yield Action(f"scopes-{count}", f"Scopes: {count} up", "", partial(window.scopes.show_count, count))


def _looks(window: Window) -> Iterator[Action]:
    yield Action("bypass", "Look: bypass of the creative nodes", "Space", window.toggle_bypass)
    yield Action("exposure-down", "Look: exposure 1/4 stop down", "[", lambda: window.expose(-QUARTER_STOP))
    yield Action("exposure-up", "Look: exposure 1/4 stop up", "]", lambda: window.expose(QUARTER_STOP))
    yield Action("undo", "Look: undo", "Ctrl+Z", lambda: window.do("look.undo"))
    yield Action("redo", "Look: redo", "Ctrl+Y", lambda: window.do("look.redo"))
    yield Action("reset", "Look: as the session began", "", lambda: window.do("look.reset"))


def _takes(window: Window) -> Iterator[Action]:
    yield Action("grab", "Take: grab a still", "S", lambda: window.do("still.grab"))
    yield Action("take", "Take: begin or end", "R", window.toggle_take)
    yield Action("circle", "Take: circle the newest", "", lambda: window.link.do("take.circle"))
    yield Action("marker", "Take: marker", "M", lambda: window.do("marker.add"))
    for kind, words in MARKERS.items():
        yield Action(f"marker-{kind}", f"Take: marker, {words}", "", partial(window.do, "marker.add", kind=kind))


def _places(window: Window) -> Iterator[Action]:
    for number in range(1, 10):
        yield Action(
            f"slot-{number}",
            f"Window: slot {number}",
            f"Ctrl+{number}",
            partial(window.look_at_number, number - 1),
        )
    yield Action("picture-only", "Window: picture alone", "`", window.toggle_picture_only)
    yield Action("scopes", "Window: scopes", "F6", lambda: window.toggle(window.scopes))
    yield Action("grade", "Window: grade", "F7", lambda: window.toggle(window.below))
    yield Action("full", "Window: full screen", "F11", window.toggle_full_screen)
    yield Action("palette", "Window: find a command", "Ctrl+K", window.open_palette)
    yield Action("help", "Window: all keys", "F1", window.open_palette)
