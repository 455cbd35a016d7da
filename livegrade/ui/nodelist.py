"""The nodes of a look in the order in which they run: chosen, switched, named and moved here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.nodemenu import NodeMenu
from livegrade.ui.noderow import Elided, NodeRow
from livegrade.ui.press import tool
from livegrade.ui.scrolling import scrolled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.link import SessionLink


class NodeList(QWidget):
    """`chosen`: a node's id, "" where there is none."""

    chosen = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._chosen = ""
        self.rows: dict[str, NodeRow] = {}
        self.menu = NodeMenu(link, self)
        self.title = Elided()
        self.title.setFont(theme.font(bold=True))
        self.add, self.look = tool("+ Node"), tool("Look")
        self.add.setMenu(self.menu.adding(lambda: self._slot))
        self.look.setMenu(self.menu.of_look(lambda: self._slot))
        for menu_button in (self.add, self.look):
            menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.undo, self.redo = tool("Undo"), tool("Redo")
        for button, command in ((self.undo, "look.undo"), (self.redo, "look.redo")):
            button.clicked.connect(lambda _=False, command=command: self._link.do_aloud(command, slot=self._slot))
        self._holder = _Holder()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._arrange()

    def _arrange(self) -> None:
        area = scrolled(self._holder)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setStyleSheet(f"QScrollArea, _Holder {{ background: {theme.FIELD}; }}")
        self._area = area
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.look)
        for each in (self.add, self.undo, self.redo):
            each.setStyleSheet("padding: 4px 5px")
            each.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            foot.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 4, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(area, 1)
        column.addLayout(foot)

    def show_look(self, slot: str, look: dict[str, Any], warnings: Mapping[str, str]) -> None:
        """The nodes that the session has. `warnings`: what is wrong with some of them, by their ids."""
        other = slot != self._slot
        self._slot = slot
        self.title.setText(look.get("name") or "unnamed look")
        self.title.setToolTip(f"{self.title.text()}\n{look['id']}")
        for button, steps, word in ((self.undo, look["undo"], "Undo"), (self.redo, look["redo"], "Redo")):
            button.setEnabled(bool(steps))
            button.setToolTip(f"{word} {steps[-1]}, slot {slot}" if steps else f"nothing to {word.lower()}")
        ids = in_order(look)
        before = list(self.rows)
        if ids != before or other:
            self._build(ids)
        for id, row in self.rows.items():
            row.show_node(look["nodes"][id], warnings.get(id, ""), bypassed=look["bypassed"])
        added = [id for id in ids if id not in before]
        if self._chosen not in ids or (len(added) == 1 and before and not other):
            self.choose(added[0] if len(added) == 1 else ids[0] if ids else "")

    def current(self) -> str:
        """The id of the node that is chosen, "" without one."""
        return self._chosen

    def choose_next(self, by: int) -> None:
        """The node so many further down."""
        ids = list(self.rows)
        if self._chosen in ids:
            self.choose(ids[max(0, min(len(ids) - 1, ids.index(self._chosen) + by))])

    def choose(self, id: str) -> None:
        self._chosen = id
        for each, row in self.rows.items():
            row.choose(each == id)
        if id in self.rows:
            self._area.ensureWidgetVisible(self.rows[id], 0, 0)
        self.chosen.emit(id)

    def _build(self, ids: list[str]) -> None:
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = {id: self._row(id) for id in ids}
        for at, row in enumerate(self.rows.values()):
            self._column.insertWidget(at, row)
            row.choose(row.id == self._chosen)

    def _row(self, id: str) -> NodeRow:
        row = NodeRow(id)
        row.picked.connect(lambda: self.choose(id))
        row.switched.connect(lambda on: self._link.do("look.switch", slot=self._slot, node=id, enabled=on))
        row.named.connect(lambda name: self._link.do("look.rename", slot=self._slot, node=id, name=name))
        row.dragged.connect(lambda at: self._holder.mark(self._gap(at)))
        row.dropped.connect(lambda at: self._drop(id, at))
        row.naming.connect(lambda: row.rename(self._link.at("slots", self._slot, "look", "nodes", id, "name") or ""))
        row.menu_wanted.connect(lambda at: self.menu.of_node(self._slot, id, row).exec(at))
        return row

    def _gap(self, at: QPoint) -> tuple[int, int]:
        """Between which nodes a place on the screen is: how many stand above, and where that is."""
        y = self._holder.mapFromGlobal(at).y()
        tops = [row.y() for row in self.rows.values()]
        number = sum(y > row.y() + row.height() / 2 for row in self.rows.values())
        last = list(self.rows.values())[-1]
        return number, tops[number] if number < len(tops) else last.y() + last.height()

    def _drop(self, id: str, at: QPoint) -> None:
        number, _ = self._gap(at)
        was = list(self.rows).index(id)
        place = number - (number > was)
        self._holder.mark(None)
        if place != was:
            self._link.do_aloud("look.move", slot=self._slot, node=id, place=place)


class _Holder(QWidget):
    """What holds the rows; a line shows between which of them a node will come to stand."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line: int | None = None

    def mark(self, gap: tuple[int, int] | None) -> None:
        self._line = None if gap is None else gap[1]
        for child in self.findChildren(NodeRow):
            child.update()
        self.update()

    def paintEvent(self, event: object) -> None:
        if self._line is not None:
            painter = QPainter(self)
            painter.fillRect(0, max(0, self._line - 2), self.width(), 4, QColor(theme.SELECTED))


def in_order(look: dict[str, Any]) -> list[str]:
    """The ids of the nodes of a look, as they run."""
    nodes: dict[str, Any] = look["nodes"]
    return sorted(nodes, key=lambda id: nodes[id]["place"])
