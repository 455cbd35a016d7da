"""What the window itself can do with one key; its parts say their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from livegrade.ui.keys import Action, Question
from livegrade.ui.viewer import Fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.ui.ending import Ending
    from livegrade.ui.window import Window


def actions(window: Window) -> Iterator[Action]:
    """All of a window, its parts included."""
    for part in window.parts:
        yield from part.can()
    yield Action("fit", "Picture: whole", "0", lambda: window.viewer.set_fit(Fit.WHOLE))
    yield Action("pixels", "Picture: one pixel for one", "Ctrl+0", lambda: window.viewer.set_fit(Fit.PIXELS))
    for number in range(1, 10):
        look_at = partial(window.look_at_number, number - 1)
        yield Action(f"slot-{number}", f"Window: slot {number}", f"Ctrl+{number}", look_at)
    yield Action("picture-only", "Window: picture alone", "`", window.toggle_picture_only)
    for part, key in ((window.scopes, "F8"), (window.pages, "F9"), (window.viewbar, "F10")):
        name = part.title.lower()
        yield Action(f"hide-{name}", f"Window: {name}, shown or hidden", key, partial(window.toggle, part))
    yield from _of_session(window.ending)
    yield Action("keys", "Window: edit keys", "Ctrl+F1", lambda: window.controls.open_keys())
    yield Action("assigned", "Window: MIDI and OSC, what turns what", "", lambda: window.controls.open_assigning(""))
    yield Action(
        "osc", "Control: OSC on or off", "", lambda: window.controls.switch_osc(), asks=True, also="tablet port"
    )
    yield Action("full", "Window: full screen", "F11", window.toggle_full_screen)
    yield Action(
        "close",
        "Window: close it, session and outputs go on",
        "Ctrl+Q",
        window.close,
        asks=True,
        also="quit exit leave",
    )
    yield Action("palette", "Window: find a command", "Ctrl+K", window.open_palette)
    yield Action("help", "Window: all keys", "F1", window.open_palette)


def _of_session(ending: Ending) -> Iterator[Action]:
    """How it ends and begins."""
    end, anew = Question(ending.lost, ending.end), Question(ending.lost_anew, ending.begin_anew)
    words = "Session: end it, outputs go dark (asks)"
    yield Action("end", words, "", ending.ask, asks=True, also="quit exit stop finish shut down", sure=end)
    words = "Session: begin the rig anew (asks)"
    yield Action("anew", words, "", ending.ask_anew, asks=True, also="restart reset start again", sure=anew)
    words = "Session: start the last one again"
    yield Action("go-on", words, "Ctrl+Shift+S", ending.go_on, asks=True, also="resume restart begin go on")
    yield Action("rig", "Session: open a rig", "Ctrl+Shift+O", ending.choose_rig, asks=True, also="load start file")
    yield Action("demo", "Session: open the demo rig", "", ending.open_demo, asks=True, also="simulated cameras")
