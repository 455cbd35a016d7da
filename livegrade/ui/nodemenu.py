"""What can be done with a node and with a whole look, as menus: they open where somebody asks for them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu

from livegrade.ui.acrossslots import AcrossSlots
from livegrade.ui.assignable import add_assigning
from livegrade.ui.press import passing_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from livegrade.ui.link import SessionLink
    from livegrade.ui.noderow import NodeRow

KINDS = {
    "cdl": "CDL",
    "lift-gamma-gain": "Lift, gamma, gain",
    "printer-points": "Printer points",
    "exposure": "Exposure",
    "white-balance": "Temperature and tint",
    "contrast": "Contrast",
    "saturation": "Saturation",
    "rgb-curves": "Curves",
}
"""Of `look.add`, in the words of the trade."""
READ = "Looks (*.cube *.3dl *.cdl *.cc *.ccc *.json *.lut *.vlt *.clf *.ctf *.xml *.spi1d *.spi3d *.csp *.dat);;All (*)"
WRITTEN = (
    "Look, with every node (*.json)",
    "LUT of all that the slot does (*.cube *.3dl *.csp *.clf *.spi3d *.vlt)",
    "CDL of the look (*.cdl *.cc *.ccc)",
)
"""What a look is saved as; a name without one of these endings gets the first of its kind."""


class NodeMenu:
    """Makes the menus; `over`: the widget that they belong to. `assign`: told the address that a desk is to reach."""

    def __init__(self, link: SessionLink, over: QWidget) -> None:
        self._link = link
        self._over = over
        self.across = AcrossSlots(link)
        self.assign: Callable[[str], object] = lambda address: None

    def adding(self, slot: Callable[[], str]) -> QMenu:
        """A new node of each kind, and the nodes of a file. `slot`: which, when it is chosen."""
        menu = QMenu(self._over)
        for kind, words in KINDS.items():
            menu.addAction(words, partial(self._add, slot, kind))
        menu.addSeparator()
        menu.addAction("LUT or look of a file ...", lambda: self._load(slot(), add=True))
        return menu

    def of_look(self, slot: Callable[[], str]) -> QMenu:
        """Of the whole look."""
        menu = QMenu(self._over)
        menu.aboutToShow.connect(lambda: self._fill_look(menu, slot()))
        return menu

    def of_node(self, slot: str, id: str, row: NodeRow) -> QMenu:
        """Of one node. `row`: where its name is typed."""
        nodes = self._link.at("slots", slot, "look", "nodes") or {}
        node: dict[str, Any] = nodes.get(id) or {"name": "", "enabled": True, "place": 0}
        menu = passing_menu(self._over)
        menu.addAction("Name ...", lambda: row.rename(node["name"]))
        do = partial(self._link.do_aloud, slot=slot, node=id)
        menu.addAction("Off" if node["enabled"] else "On", lambda: do("look.switch", enabled=not node["enabled"]))
        menu.addAction("Duplicate", lambda: do("look.duplicate"))
        menu.addAction("Reset", lambda: do("look.reset"))
        menu.addAction("Remove", lambda: do("look.remove"))
        menu.addSeparator()
        place = node["place"]
        up = menu.addAction("Earlier", lambda: do("look.move", place=place - 1))
        up.setEnabled(place > 0)
        down = menu.addAction("Later", lambda: do("look.move", place=place + 1))
        down.setEnabled(place < len(nodes) - 1)
        add_assigning(menu, f"/livegrade/{slot}/node/{id}/enabled", self.assign)
        self._add_slots(menu, slot, id)
        return menu

    def load(self, slot: str) -> None:
        """Asks for a file and loads it."""
        self._load(slot, add=False)

    def save(self, slot: str) -> None:
        """Asks for a place and saves the look there."""
        path, kind = QFileDialog.getSaveFileName(self._over, f"Save the look of slot {slot}", "", ";;".join(WRITTEN))
        if path:
            is_said = PurePath(path).suffix.lower() in endings(*WRITTEN)
            whole = path if is_said else path + endings(kind or WRITTEN[0])[0]
            self._link.do_aloud("look.save", slot=slot, path=whole, overwrite=whole == path)  # of which it has asked

    def _add(self, slot: Callable[[], str], kind: str) -> None:
        self._link.do_aloud("look.add", slot=slot(), kind=kind)

    def _load(self, slot: str, *, add: bool) -> None:
        words = "Add the nodes of a file behind the look" if add else "Load a look"
        path, _ = QFileDialog.getOpenFileName(self._over, f"{words} of slot {slot}", "", READ)
        if path:
            self._link.do_aloud("look.load", slot=slot, path=path, add=add)

    def _fill_look(self, menu: QMenu, slot: str) -> None:
        menu.clear()
        menu.addAction("Load ...", lambda: self.load(slot))
        menu.addAction("Save ...", lambda: self.save(slot))
        menu.addAction("Name ...", lambda: self._name(slot))
        menu.addSeparator()
        for words, copy in self.across.looks(slot):
            menu.addAction(words, copy)
        menu.addAction("As the session began", lambda: self._link.do_aloud("look.reset", slot=slot))

    def _name(self, slot: str) -> None:
        now = self._link.at("slots", slot, "look", "name") or ""
        name, said = QInputDialog.getText(self._over, f"Look of slot {slot}", "Name", text=now)
        if said:
            self._link.do_aloud("look.rename", slot=slot, name=name.strip())

    def _add_slots(self, menu: QMenu, slot: str, id: str) -> None:
        """Where other slots can have the node too."""
        menu.addSeparator()
        for words, copy in self.across.copies(slot, id):
            menu.addAction(words, copy)
        for where, choices in self.across.links(slot, id):
            link = menu.addMenu(where)
            for words, join in choices:
                link.addAction(words, join)
        for words, unlink in self.across.unlinks(slot, id):
            menu.addAction(words, unlink)


def endings(*kinds: str) -> list[str]:
    """Those in the words of a dialogue."""
    return re.findall(r"\*(\.\w+)", " ".join(kinds))
