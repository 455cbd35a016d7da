"""The window: what stands where, which slot is looked at, and who is told what has changed. Panels know their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.bar import Bar
from livegrade.ui.grade import NodeList, NodePanel
from livegrade.ui.scopes import Scopes
from livegrade.ui.turns import Turns
from livegrade.ui.viewer import Viewer

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from livegrade.ui.link import Path, SessionLink


class Window(QMainWindow):
    """Over a `link` that is the caller's; closing the window closes neither the link nor the session."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self.setWindowTitle("livegrade")
        self.link = link
        self.slot = ""
        self.bar = Bar(link)
        self.viewer = Viewer(link)
        self.viewer.showing.connect(lambda shown: self.bar.show_timecode(shown.timecode))
        self.scopes = Scopes(link)
        self.nodes = NodeList(link)
        self.node = NodePanel(Turns(link))
        self.nodes.chosen.connect(lambda node: self._show())
        self.bar.chosen.connect(self.look_at)
        link.changed.connect(self._changed)
        link.gone.connect(self._gone)
        self._arrange()
        self.viewer.say("looking for a session")

    def look_at(self, slot: str) -> None:
        """Shows another slot."""
        self.slot = slot
        self.viewer.show_slot(slot, self.viewer.view)
        self.scopes.show_slot(slot)
        self._show()

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
        self.below.setStretchFactor(1, 1)
        self.whole.addWidget(self.below)
        self.whole.setStretchFactor(0, 1)
        self.whole.setSizes([520, 260])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.whole, 1)
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
        self._show()

    def _show(self) -> None:
        slot = self.link.at("slots", self.slot)
        if slot is not None:
            self.bar.show_slot(slot)
            self.nodes.show_look(self.slot, slot["look"])
            chosen = self.nodes.current()
            self.node.show_node(self.slot, chosen, slot["look"]["nodes"].get(chosen))

    def _gone(self, reason: str) -> None:
        self.viewer.say(f"{reason}; looking for one")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.viewer.stream.close()
        self.scopes.close_streams()
