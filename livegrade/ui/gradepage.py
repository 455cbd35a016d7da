"""The page of the grade: nodes of the look, wheels and numbers of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSplitter

from livegrade.ui.grade import NodeList, NodePanel
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.control.messages import Answer
    from livegrade.ui.link import Path, SessionLink

QUARTER_STOP = 0.25


class GradePage(Panel):
    """Of the look of the slot that is looked at."""

    title = "Grade"

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self.turns = Turns(link)
        self.nodes = NodeList(link)
        self.node = NodePanel(self.turns)
        self.nodes.chosen.connect(lambda node: self._show())
        split = QSplitter()
        split.addWidget(self.nodes)
        split.addWidget(self.node)
        split.setStretchFactor(1, 1)
        split.setSizes([230, 1050])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self._show()

    def show_state(self, paths: list[Path]) -> None:
        self._show()

    def toggle_bypass(self) -> None:
        """All outputs of the slot without the creative nodes, or with them."""
        bypassed = not self._link.at("slots", self._slot, "look", "bypassed")
        self._link.do_aloud("look.bypass", slot=self._slot, bypassed=bypassed)

    def expose(self, stops: float) -> None:
        """Through the exposure node of the look; the first time it is made."""
        nodes = self._link.at("slots", self._slot, "look", "nodes") or {}
        name = next((name for name, node in nodes.items() if "stops" in node["settings"]), None)
        if name is not None:
            self.turns.turn(self._slot, name, {"stops": stops})
            return
        slot = self._slot

        def made(answer: Answer) -> None:
            if answer.result == "refused":
                self._link.refused.emit(answer.error)
            else:
                self._link.do_aloud("look.set", slot=slot, values={"stops": stops}, relative=True)

        self._link.do("look.add", made, slot=slot, kind="exposure")

    def can(self) -> Iterable[Action]:
        yield Action("bypass", "Look: bypass of the creative nodes", "Space", self.toggle_bypass)
        yield Action("exposure-down", "Look: exposure 1/4 stop down", "[", lambda: self.expose(-QUARTER_STOP))
        yield Action("exposure-up", "Look: exposure 1/4 stop up", "]", lambda: self.expose(QUARTER_STOP))
        yield Action("undo", "Look: undo", "Ctrl+Z", lambda: self._link.do_aloud("look.undo", slot=self._slot))
        yield Action("redo", "Look: redo", "Ctrl+Y", lambda: self._link.do_aloud("look.redo", slot=self._slot))
        yield Action("reset", "Look: as it began", "", lambda: self._link.do_aloud("look.reset", slot=self._slot))

    def _show(self) -> None:
        look = self._link.at("slots", self._slot, "look")
        if look is not None:
            self.nodes.show_look(self._slot, look)
            chosen = self.nodes.current()
            self.node.show_node(self._slot, chosen, look["nodes"].get(chosen))
