"""The window: what stands where, which slot is looked at, and who is told what has changed. Panels know their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.actions import actions
from livegrade.ui.bar import Bar
from livegrade.ui.grade import NodeList, NodePanel
from livegrade.ui.keys import Keys
from livegrade.ui.outputs import Outputs
from livegrade.ui.palette import Palette
from livegrade.ui.scopes import Scopes
from livegrade.ui.statusline import StatusLine
from livegrade.ui.turns import Turns
from livegrade.ui.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QCloseEvent

    from livegrade.control.messages import Answer
    from livegrade.ui.link import Path, SessionLink

ZEBRA = "95"
"""Percent of the signal from which it is drawn."""


class Window(QMainWindow):
    """Over a `link` that is the caller's; closing the window closes neither the link nor the session."""

    def __init__(self, link: SessionLink, chosen: Mapping[str, str] | None = None) -> None:
        """`chosen`: the user's keys. Raises UsageError where they make no sense."""
        super().__init__()
        self.setWindowTitle("livegrade")
        self.link = link
        self.slot = ""
        self.bar = Bar(link)
        self.viewer = Viewer(link)
        self.viewer.showing.connect(lambda shown: self.bar.show_timecode(shown.timecode))
        self.scopes = Scopes(link)
        self.nodes = NodeList(link)
        self.turns = Turns(link)
        self.node = NodePanel(self.turns)
        self.nodes.chosen.connect(lambda node: self._show())
        self.outputs = Outputs(link)
        self.status = StatusLine()
        link.refused.connect(self.status.say)
        self.bar.chosen.connect(self.look_at)
        link.changed.connect(self._changed)
        link.gone.connect(self._gone)
        self._arrange()
        self.keys = Keys(actions(self), chosen or {})
        self.palette_ = Palette(self.keys, self)
        self.viewer.say("looking for a session")

    def look_at(self, slot: str) -> None:
        """Shows another slot."""
        self.slot = slot
        self.viewer.show_slot(slot, self.viewer.view)
        self.scopes.show_slot(slot)
        self._show()

    def look_at_number(self, at: int) -> None:
        """The slot of that place, from 0; nothing where there is none."""
        slots = sorted(self.link.at("slots") or {})
        if at < len(slots):
            self.look_at(slots[at])

    def do(self, command: str, **arguments: Any) -> None:
        """A command of the slot that is looked at; what became of it is said at the foot."""

        def answered(answer: Answer) -> None:
            if answer.result == "refused":
                self.status.say(answer.error)
            else:
                self.status.note(answer.step or ", ".join(answer.files))

        if self.slot:
            self.link.do(command, answered, slot=self.slot, **arguments)

    def toggle_view(self, view: str) -> None:
        """That view, or graded where it is shown already. Of this window's picture alone."""
        self.show_view("graded" if self.viewer.view == view else view)

    def show_view(self, view: str) -> None:
        self.viewer.show_slot(self.slot, view)
        self._show()

    def toggle_false_color(self) -> None:
        """In stops where the camera is known, else in percent of the signal."""
        if self.viewer.view.startswith("false-color"):
            self.show_view("graded")
        else:
            known = bool(self.link.at("slots", self.slot, "camera"))
            self.show_view("false-color:stops" if known else "false-color")

    def toggle_zebra(self) -> None:
        self.viewer.show_zebra("" if self.viewer.zebra else ZEBRA)
        self._show()

    def toggle_tap(self) -> None:
        source = self.scopes.scopes[0].tap.currentText() == "source"
        self.scopes.show_tap("graded" if source else "source")

    def toggle_bypass(self) -> None:
        self.do("look.bypass", bypassed=not self.link.at("slots", self.slot, "look", "bypassed"))

    def expose(self, stops: float) -> None:
        """Through the exposure node of the look; the first time it is made."""
        nodes = self.link.at("slots", self.slot, "look", "nodes") or {}
        name = next((name for name, node in nodes.items() if "stops" in node["settings"]), None)
        if name is not None:
            self.turns.turn(self.slot, name, {"stops": stops})
            return

        def made(answer: Answer) -> None:
            if answer.result == "refused":
                self.link.refused.emit(answer.error)
            else:
                self.do("look.set", values={"stops": stops}, relative=True)

        self.link.do("look.add", made, slot=self.slot, kind="exposure")

    def toggle_take(self) -> None:
        self.do("take.end" if self._take_runs() else "take.start")

    def toggle(self, panel: QWidget) -> None:
        panel.setVisible(not panel.isVisible())

    def toggle_picture_only(self) -> None:
        """The picture alone, or everything as it was."""
        alone = self.bar.isVisible()
        for part in (self.bar, self.scopes, self.below, self.status):
            part.setVisible(not alone)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def open_palette(self) -> None:
        self.palette_.open()

    def _take_runs(self) -> bool:
        return self.link.at("library", "open", self.slot) is not None

    def _arrange(self) -> None:
        self.above = QSplitter(Qt.Orientation.Horizontal)
        self.above.addWidget(self.viewer)
        self.above.addWidget(self.scopes)
        self.above.setStretchFactor(0, 1)
        self.above.setSizes([860, 420])
        self.whole = QSplitter(Qt.Orientation.Vertical)
        self.whole.addWidget(self.above)
        self.below = QSplitter(Qt.Orientation.Horizontal)
        self.below.addWidget(self.nodes)
        self.below.addWidget(self.node)
        self.below.addWidget(self.outputs)
        self.below.setStretchFactor(1, 1)
        self.below.setSizes([230, 730, 320])
        self.whole.addWidget(self.below)
        self.whole.setStretchFactor(0, 1)
        self.whole.setSizes([520, 260])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.whole, 1)
        column.addWidget(self.status)
        self.setCentralWidget(middle)
        self.resize(1280, 800)
        self.setStyleSheet(f"QMainWindow {{ background: {theme.PANEL}; }}")

    def _changed(self, paths: list[Path]) -> None:
        slots = sorted(self.link.at("slots") or {})
        if self.slot not in slots and slots:
            self.look_at(slots[0])
        if () in paths:
            self.viewer.say(f"waiting for a picture of slot {self.slot}")
            self.viewer.stream.renew()
            self.scopes.renew()
        self.bar.show_slots(slots, self.slot)
        self.outputs.show_sinks(self.link.at("sinks") or {})
        self.status.show_events(self.link.at("events") or ())
        self._show()

    def _show(self) -> None:
        slot = self.link.at("slots", self.slot)
        if slot is not None:
            self.bar.show_slot(slot, self.viewer.view, self.viewer.zebra)
            self.nodes.show_look(self.slot, slot["look"])
            chosen = self.nodes.current()
            self.node.show_node(self.slot, chosen, slot["look"]["nodes"].get(chosen))

    def _gone(self, reason: str) -> None:
        self.viewer.say(f"{reason}; looking for one")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.viewer.stream.close()
        self.scopes.close_streams()
