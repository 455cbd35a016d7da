"""The page of the grade: nodes of the look, wheels and numbers of the one that is chosen, the curve of all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter

from livegrade.ui.assignable import command_address, mark
from livegrade.ui.keys import Action
from livegrade.ui.lookshelf import LookShelf
from livegrade.ui.nodeeditor import NodePanel
from livegrade.ui.nodelist import NodeList
from livegrade.ui.panel import Panel
from livegrade.ui.plots import Plots
from livegrade.ui.response import SCALES, ResponseView
from livegrade.ui.settings import POINTS, told
from livegrade.ui.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from livegrade.control.messages import Answer
    from livegrade.ui.link import Path, SessionLink

QUARTER_STOP = 0.25
SHOWN = ("look", "camera", "ei", "format", "range")
"""Of a slot."""
BEGAN = "as the session began"
WIDTHS = (212, 656, 164, 232)
SHARES = (1, 1, 2, 3)
"""Of what a wider window has more."""


class GradePage(Panel):
    """Of the look of the slot that is looked at. `assign_wanted`: an address of docs/osc.md that a control stands for,
    when a key, MIDI or OSC is to turn it too."""

    title = "Grade"
    assign_wanted = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._told: dict[str, Any] = {}
        self._making: dict[tuple[str, str], dict[str, float]] = {}
        self.turns = Turns(link)
        self.nodes = NodeList(link)
        self.plots = Plots()
        self.node = NodePanel(link, self.turns, self.plots)
        self.node.assign_wanted.connect(self.assign_wanted)
        self.response = ResponseView(link, self.plots)
        self.response.told.connect(self._heard)
        self.response.scaled.connect(self.node.show_numbers)
        self.node.show_numbers(self.response.graph.numbers)
        self.plots.came.connect(self._show)
        self.nodes.chosen.connect(lambda node: self._show_node())
        self.shelf = LookShelf(link)
        self.split = QSplitter()
        for part in (self.nodes, self.node, self.response, self.shelf):
            self.split.addWidget(part)
        for at, share in enumerate(SHARES):
            self.split.setStretchFactor(at, share)
        mark(self.nodes.undo, "undo")
        mark(self.nodes.redo, "redo")
        self.nodes.menu.assign = self.assign_wanted.emit
        self.shelf.assign_wanted.connect(self.assign_wanted)
        self.split.setSizes(list(WIDTHS))
        self.split.setChildrenCollapsible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.split)

    def show_slot(self, slot: str) -> None:
        if slot != self._slot:  # of the one that is shown nothing else would be told before its look changes
            self._slot, self._told = slot, {}
        self.shelf.show_slot(slot)
        self._show()

    def show_state(self, paths: list[Path]) -> None:
        if () in paths:
            self.response.forget()
        if any(path[:1] in ((), ("library",)) for path in paths):
            self.shelf.show_shelf()
        if any(self._is_ours(path) for path in paths):
            self._show()

    def _is_ours(self, path: Path) -> bool:
        """Whether what changes there is shown here; counters change with every picture."""
        return not path or (path[:2] == ("slots", self._slot) and (len(path) == 2 or path[2] in SHOWN))

    def kept(self) -> dict[str, Any]:
        return {"scale": self.response.graph.scale, "widths": self.split.sizes()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        if kept.get("scale") in SCALES:
            self.response.show_scale(str(kept["scale"]))
        widths = kept.get("widths")
        if isinstance(widths, list) and len(widths) == self.split.count() and all(isinstance(w, int) for w in widths):
            self.split.setSizes(widths)

    def toggle_bypass(self) -> None:
        """All outputs of the slot without the creative nodes, or with them."""
        bypassed = not self._link.at("slots", self._slot, "look", "bypassed")
        self._do("look.bypass", bypassed=bypassed)

    def turn(self, kind: str, deltas: dict[str, float]) -> None:
        """Numbers of the node that is chosen where it has them, else of the first that has; the first time it is made,
        of that `kind`."""
        slot, setting = self._slot, next(iter(deltas)).partition(".")[0]
        node, said = self._having(slot, setting), partial(self._said, slot, setting)
        if node:
            self.turns.turn(slot, node, deltas, said)
            return
        is_made = (slot, kind) in self._making
        gathered = self._making.setdefault((slot, kind), {})
        for name, delta in deltas.items():
            gathered[name] = gathered.get(name, 0.0) + delta
        if is_made:
            return  # presses that follow each other fast make one node

        def made(answer: Answer) -> None:
            turned = self._making.pop((slot, kind))
            if answer.result == "refused":
                self._link.refused.emit(answer.error)
            else:
                self.turns.turn(slot, None, turned, said)

        self._link.do("look.add", made, slot=slot, kind=kind)

    def _having(self, slot: str, setting: str) -> str:
        """The node whose number a key turns: the one that is chosen, else the first that has it; "" for none."""
        nodes = self._link.at("slots", slot, "look", "nodes") or {}
        having = [id for id in sorted(nodes, key=lambda id: nodes[id]["place"]) if setting in nodes[id]["settings"]]
        chosen = self.nodes.current() if slot == self._slot else ""
        return chosen if chosen in having else next(iter(having), "")

    def _said(self, slot: str, setting: str) -> str:
        """How far it is turned: whoever presses a key may not see the number."""
        node = self._having(slot, setting)
        value = self._link.at("slots", slot, "look", "nodes", node, "settings", setting)
        return "" if value is None else f"{told(setting, value)}, slot {slot}"

    def can(self) -> Iterable[Action]:
        yield Action("bypass", "Look: bypass of the creative nodes", "Space", self.toggle_bypass, self._to("bypass"))
        for name, words, key, by in (("down", "down", "[", -QUARTER_STOP), ("up", "up", "]", QUARTER_STOP)):
            turn = partial(self.turn, "exposure", {"stops": by})
            to = self._to(f"stops/add {by:g}")
            yield Action(f"exposure-{name}", f"Look: exposure 1/4 stop {words}", key, turn, to)
        for name, letter in (("red", "R"), ("green", "G"), ("blue", "B")):
            for words, held, by in (("more", "Alt+", 1.0), ("less", "Alt+Shift+", -1.0)):
                turn = partial(self.turn, "printer-points", {f"{POINTS}.{letter.lower()}": by})
                told = f"Look: printer {name}, a point {words}"
                to = self._to(f"{POINTS}/{letter.lower()}/add {by:g}")
                yield Action(f"printer-{name}-{words}", told, held + letter, turn, to)
        for name, words, key in (("undo", "undo", "Ctrl+Z"), ("redo", "redo", "Ctrl+Y"), ("reset", BEGAN, "")):
            yield Action(name, f"Look: {words}", key, partial(self._do, f"look.{name}"), self._to(name))
        menu = self.nodes.menu
        yield Action("load-look", "Look: load a file", "Ctrl+O", lambda: menu.load(self._slot), asks=True)
        yield Action("save-look", "Look: save as a file", "Ctrl+S", lambda: menu.save(self._slot), asks=True)
        yield from self._shelf_actions()
        yield from self._node_actions()

    def now(self) -> Iterable[Action]:
        yield from self.nodes.menu.across.actions(self._slot, self.nodes.current())

    def _shelf_actions(self) -> Iterable[Action]:
        for place in range(1, 10):
            words, recall = f"Look: place {place} of the shelf", partial(self.shelf.recall, place)
            yield Action(f"shelf-{place}", words, str(place), recall, self._to(f"shelf {place}"))
        for step, key in (("next", "."), ("previous", ",")):
            words, to = f"Look: the {step} of the shelf", self._to(f"shelf/{step}")
            yield Action(f"shelf-{step}", words, key, partial(self.shelf.step, step), to)

    def _node_actions(self) -> Iterable[Action]:
        yield Action("clamp", "Node: ASC clamp or none", "K", self.node.toggle_clamp, self.node.clamp_address)
        yield Action("node-up", "Node: choose the one before", "Alt+Up", partial(self.nodes.choose_next, -1))
        yield Action("node-down", "Node: choose the one behind", "Alt+Down", partial(self.nodes.choose_next, 1))
        for words, key, by in (("earlier", "Alt+Shift+Up", -1), ("later", "Alt+Shift+Down", 1)):
            move = partial(self._move_node, by)
            yield Action(f"node-{words}", f"Node: move it {words}", key, move, self._to_node(words))
        yield Action("node-switch", "Node: on or off", "Ctrl+E", self._switch_node, self._to_node("enabled"))
        for command, words, key in (
            ("duplicate", "duplicate", "Ctrl+D"),
            ("reset", "reset", "Ctrl+R"),
            ("remove", "remove", "Ctrl+Del"),
        ):
            to = self._duplicating if command == "duplicate" else self._to_node(command)
            yield Action(f"node-{command}", f"Node: {words}", key, partial(self._do_node, f"look.{command}"), to)

    def _to(self, what: str) -> Callable[[], str]:
        """What the slot is told under an address, and what is sent there."""
        return lambda: f"/livegrade/{self._slot}/{what}" if self._slot else ""

    def _to_node(self, what: str) -> Callable[[], str]:
        """Of the node that is chosen then."""
        return lambda: f"/livegrade/{self._slot}/node/{self.nodes.current()}/{what}" if self.nodes.current() else ""

    def _duplicating(self) -> str:
        node = self.nodes.current()
        return command_address("look.duplicate", slot=self._slot, node=node) if node else ""

    def _do(self, command: str, **arguments: Any) -> None:
        self._link.do_aloud(command, slot=self._slot, **arguments)

    def _do_node(self, command: str, **arguments: Any) -> None:
        if self.nodes.current():
            self._do(command, node=self.nodes.current(), **arguments)

    def _switch_node(self) -> None:
        node = self._link.at("slots", self._slot, "look", "nodes", self.nodes.current())
        if node is not None:
            self._do_node("look.switch", enabled=not node["enabled"])

    def _move_node(self, by: int) -> None:
        node = self._link.at("slots", self._slot, "look", "nodes", self.nodes.current())
        if node is not None and node["place"] + by >= 0:
            self._do_node("look.move", place=node["place"] + by)

    def _heard(self, found: dict[str, Any]) -> None:
        self._told = found
        self._show()

    def _show(self) -> None:
        slot = self._link.at("slots", self._slot)
        if slot is not None:
            self.nodes.show_look(self._slot, slot["look"], warnings_of(slot["look"], self._told))
            self.response.show_look(self._slot, slot)
            self.shelf.show_shelf()
            self._show_node()

    def _show_node(self) -> None:
        look = self._link.at("slots", self._slot, "look")
        if look is not None:
            chosen = self.nodes.current()
            warnings = warnings_of(look, self._told)
            said = look["refused"] or warnings.get(chosen, "")
            self.node.show_node(self._slot, chosen, look["nodes"].get(chosen), said)


def warnings_of(look: dict[str, Any], told: dict[str, Any]) -> dict[str, str]:
    """What is to be known of nodes, by their ids, from what the session found of the look: clamps that cut, bakes."""
    found: dict[str, str] = {}
    for id, cut in (told.get("cuts") or {}).items():
        found[id] = f"clamp cuts what comes in above {100 * cut:.0f} %; K keeps it"
    baked: dict[str, Any] = told.get("baked") or {"nodes": ()}
    for id in baked["nodes"]:  # how much comes first: of a long sentence the beginning is seen
        off = f"baked: {baked['figures']}"
        found[id] = "; ".join(filter(None, (found.get(id, ""), off, baked["sentence"])))
    return {id: words for id, words in found.items() if id in look["nodes"]}
