"""Scenes of what is set and looked up: outputs, status, menus, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent

from livegrade.ui.scene import page, slot

if TYPE_CHECKING:
    from livegrade.ui.scene import Scene, Until
    from livegrade.ui.window import Window


def compared_output(window: Window, until: Until) -> None:
    """An output of which more can be set than of any other."""
    page("Outputs")(window, until)
    window.link.do("view.set", None, sink="3", view="compare", mode="wipe", at="50", **{"with": "slot:B"})
    until(lambda: window.link.at("sinks", "3", "options", "view") == "compare", "the output")
    window.outputs.choose("3")


def status(subject: str) -> Scene:
    def scene(window: Window, until: Until) -> None:
        page("Status")(window, until)
        window.state.show_subject(subject)

    return scene


def palette(window: Window, until: Until) -> None:
    slot("A")(window, until)
    window.open_palette()


def palette_asks(window: Window, until: Until) -> None:
    """What cannot be taken back has been chosen once."""
    palette(window, until)
    window.palette_.words.setText("end the session")
    QCoreApplication.sendEvent(
        window.palette_.words, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    )


def source_menu(window: Window, until: Until) -> None:
    status("Sources")(window, until)
    menu = window.state.source.menu
    menu.click()
    until(lambda: len(menu.menu_.actions()) > 1, "what there is")


def form(name: str) -> Scene:
    """What can be set of a tool over the picture."""

    def scene(window: Window, until: Until) -> None:
        slot("A")(window, until)
        window.viewbar.buttons[name].customContextMenuRequested.emit(QPoint())

    return scene


def keys(window: Window, until: Until) -> None:
    slot("A")(window, until)
    window.palette_.shut()
    window.controls.open_keys()


def assigning(window: Window, until: Until) -> None:
    slot("A")(window, until)
    window.palette_.shut()
    window.controls.open_assigning("/livegrade/A/slope/r")


def port_taken(window: Window, until: Until) -> None:
    """Another program has the port of OSC; what the window knows is changed."""
    status("Control")(window, until)
    taken = {"port": 9000, "surfaces": [], "peers": [], "waits": "taken"}
    window.link.at("faces").update(osc=taken)
    window.link.changed.emit([("faces",)])


def ended(window: Window, until: Until) -> None:
    """Nothing runs any more, and the picture place offers to go on."""
    slot("A")(window, until)
    window.link.do("session.stop")
    until(lambda: window.ending.again.isVisible(), "the end of the session")
