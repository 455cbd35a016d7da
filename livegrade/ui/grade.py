"""The grade of a slot: its nodes in order, and wheels and numbers of the node that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.number import Number
from livegrade.ui.turns import Turns
from livegrade.ui.wheel import CHANNELS, Wheel

if TYPE_CHECKING:
    from livegrade.ui.link import SessionLink

WHEELS: dict[str, tuple[str, float, float, float]] = {
    "slope": ("Slope", 1.0, 0.5, 0.002),
    "offset": ("Offset", 0.0, 0.15, 0.0005),
    "power": ("Power", 1.0, 0.5, 0.002),
    "lift": ("Lift", 0.0, 0.15, 0.0005),
    "gamma": ("Gamma", 1.0, 0.5, 0.002),
    "gain": ("Gain", 1.0, 0.5, 0.002),
}
"""Numbers in threes: name, what does nothing, how far the rim is, step of a pixel. ASC CDL v1.2 and the usual LGG."""
STEPS = {"saturation": 0.002, "stops": 0.01, "temperature": 2.0, "tint": 0.05, "contrast": 0.002, "pivot": 0.001}
NEUTRAL = {"saturation": 1.0, "mix": 100.0, "contrast": 1.0}


class NodeList(QWidget):
    """The nodes of a look in the order in which they run. `chosen`: a node's id."""

    chosen = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.currentItemChanged.connect(self._picked)
        self.list.itemChanged.connect(self._switched)
        self.title = QLabel()
        self.title.setFont(theme.font(bold=True))
        undo, redo = QPushButton("Undo"), QPushButton("Redo")
        self.undo, self.redo = undo, redo
        for button, command in ((undo, "look.undo"), (redo, "look.redo")):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
            button.clicked.connect(lambda _=False, command=command: self._link.do(command, slot=self._slot))
        row = QHBoxLayout()
        row.addWidget(undo)
        row.addWidget(redo)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        column.addLayout(row)

    def show_look(self, slot: str, look: dict[str, Any]) -> None:
        """The nodes that the session has."""
        self._slot = slot
        self.title.setText(look.get("name") or "unnamed look")
        for button, steps, word in ((self.undo, look["undo"], "Undo"), (self.redo, look["redo"], "Redo")):
            button.setEnabled(bool(steps))
            button.setToolTip(f"{word} {steps[-1]}" if steps else f"nothing to {word.lower()}")
        nodes = sorted(look["nodes"].items(), key=lambda item: item[1]["place"])
        current = self.current()
        self.list.blockSignals(True)
        if [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())] != [
            name for name, _ in nodes
        ]:
            self.list.clear()
            for name, _ in nodes:
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, name)
                self.list.addItem(item)
        for row, (name, node) in enumerate(nodes):
            item = self.list.item(row)
            item.setText(f"{node['kind']}  {node['name']}".strip())
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if node["enabled"] else Qt.CheckState.Unchecked)
            if name == current:
                self.list.setCurrentRow(row)
        if self.list.currentRow() < 0 and nodes:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        if self.current() != current:
            self.chosen.emit(self.current())

    def current(self) -> str:
        """The id of the node that is chosen, "" without one."""
        row = self.list.currentRow()
        return str(self.list.item(row).data(Qt.ItemDataRole.UserRole)) if row >= 0 else ""

    def _picked(self, item: QListWidgetItem | None) -> None:
        self.chosen.emit(self.current())

    def _switched(self, item: QListWidgetItem) -> None:
        enabled = item.checkState() is Qt.CheckState.Checked
        self._link.do("look.switch", slot=self._slot, node=item.data(Qt.ItemDataRole.UserRole), enabled=enabled)


class NodePanel(QWidget):
    """Wheels for the numbers in threes of a node, fields for the others."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self._slot = ""
        self._node = ""
        self._shown: tuple[str, ...] = ()
        self.wheels: dict[str, Wheel] = {}
        self.numbers: dict[str, Number] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)

    def show_node(self, slot: str, node: str, tree: dict[str, Any] | None) -> None:
        """The numbers that the session has; None: nothing is chosen."""
        self._slot, self._node = slot, node
        settings: dict[str, Any] = tree["settings"] if tree is not None else {}
        if tuple(settings) != self._shown:
            self._shown = tuple(settings)
            self._build(settings)
        for name, wheel in self.wheels.items():
            red, green, blue = settings[name]
            wheel.show_values((red, green, blue))
        for name, number in self.numbers.items():
            number.show_value(settings[name])

    def _build(self, settings: dict[str, Any]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.wheels, self.numbers = {}, {}
        fields = QWidget()
        column = QVBoxLayout(fields)
        for name, value in settings.items():
            if isinstance(value, list):
                self._add_wheel(name)
            elif not isinstance(value, bool):
                self.numbers[name] = self._number(name)
                column.addWidget(self.numbers[name])
        column.addStretch(1)
        self._row.addWidget(fields)

    def _add_wheel(self, name: str) -> None:
        title, neutral, span, step = WHEELS.get(name, (name, 0.0, 1.0, 0.01))
        wheel = Wheel(title, neutral, span, step)
        wheel.turned.connect(
            lambda by: self._turns.turn(self._slot, self._node, {f"{name}.{key}": value for key, value in by.items()})
        )
        wheel.entered.connect(
            lambda channel, value: self._turns.set(self._slot, self._node, {f"{name}.{channel}": value})
        )
        wheel.cleared.connect(lambda channel: self._clear(name, channel, neutral))
        self.wheels[name] = wheel
        self._row.addWidget(wheel, 1)

    def _number(self, name: str) -> Number:
        number = Number(name, STEPS.get(name, 0.01))
        number.turned.connect(lambda by: self._turns.turn(self._slot, self._node, {name: by}))
        number.entered.connect(lambda value: self._turns.set(self._slot, self._node, {name: value}))
        number.cleared.connect(lambda: self._turns.set(self._slot, self._node, {name: NEUTRAL.get(name, 0.0)}))
        return number

    def _clear(self, name: str, channel: str, neutral: float) -> None:
        wanted = [f"{name}.{key}" for key in CHANNELS] if not channel else [f"{name}.{channel}"]
        self._turns.set(self._slot, self._node, dict.fromkeys(wanted, neutral))
