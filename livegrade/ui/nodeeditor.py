"""Wheels, fields and switches of the node that is chosen, as its kind wants them, and what is to be known of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.assignable import mark
from livegrade.ui.noderow import Elided
from livegrade.ui.number import Field, Number
from livegrade.ui.press import tool
from livegrade.ui.printer import PrinterPoints
from livegrade.ui.settings import CLAMP, POINTS, WHEELS, number_look
from livegrade.ui.wheel import CHANNELS, Wheel

if TYPE_CHECKING:
    from livegrade.ui.curves import CurveEditor
    from livegrade.ui.link import SessionLink
    from livegrade.ui.plots import Plots
    from livegrade.ui.ticks import Numbers
    from livegrade.ui.turns import Turns

WIDTH = 656
"""Of the whole, whatever the node is: nothing beside it moves when another is chosen."""
EMPTY = "No node is chosen. + Node makes one; the keys of exposure and printer points do too."
SIDE, ALONE, LABEL = 156, 260, 76
"""Pixels of the column of fields, beside others or by itself, and of their names."""


class NodePanel(QWidget):
    """`assign_wanted`: an address of docs/osc.md that something else is to turn too."""

    assign_wanted = Signal(str)

    def __init__(self, link: SessionLink, turns: Turns, plots: Plots) -> None:
        super().__init__()
        self._link = link
        self._plots = plots
        self._scale: Numbers | None = None
        self._turns = turns
        self._slot = ""
        self._node = ""
        self._shown: tuple[object, ...] = ()
        self.wheels: dict[str, Wheel] = {}
        self.numbers: dict[str, Number] = {}
        self.printer: PrinterPoints | None = None
        self.curves: CurveEditor | None = None
        self.clamp: QToolButton | None = None
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setStyleSheet(f"color: {theme.DIM}")
        self.warning = Elided()
        self.warning.setStyleSheet(f"color: {theme.AMBER}")
        self.warning.setFixedHeight(self.warning.fontMetrics().height())  # so that nothing jumps when it comes
        self.setMinimumWidth(WIDTH)
        self._inside = QWidget()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        column.addWidget(self._inside, 1)
        column.addWidget(self.warning)

    def show_node(self, slot: str, node: str, tree: dict[str, Any] | None, warning: str) -> None:
        """The numbers that the session has; None: nothing is chosen."""
        if (slot, node) != (self._slot, self._node):
            for field in self.findChildren(Field):
                field.forget()
        kind = "" if tree is None else tree["kind"]
        settings: dict[str, Any] = {} if tree is None else tree["settings"]
        has_plot = tree is not None and bool(tree["curves"]) and self._plots.are_here
        shown = (kind, has_plot, *settings)
        if shown != self._shown or (self._node != node and self.curves is not None):
            self._shown = shown
            self._build(settings, None if tree is None else tree["curves"])
        if (slot, node) != (self._slot, self._node):
            self._slot, self._node = slot, node
        self._address(tree)
        for name, wheel in self.wheels.items():
            wheel.show_values(_triple(settings[name]))
        if self.printer is not None:
            self.printer.show_values(_triple(settings[POINTS]))
        for name, number in self.numbers.items():
            number.show_value(settings[name])
        if self.clamp is not None:
            self.clamp.setChecked(settings[CLAMP])
            self.clamp.setText("clamped" if settings[CLAMP] else "not clamped")
        if self.curves is not None and tree is not None:
            self.curves.show_node(slot, node, tree["curves"])
        self.about.setText(
            EMPTY if tree is None else "\n".join(f"{key}: {word}" for key, word in tree["about"].items())
        )
        self.warning.setText(warning)
        self.warning.setToolTip(warning)

    def clamp_address(self) -> str:
        """Where the clamp of this node is reached, "" where it has none."""
        if self.clamp is None:
            return ""
        return self._address_of(self._link.at("slots", self._slot, "look", "nodes", self._node), CLAMP)

    def show_numbers(self, scale: Numbers | None) -> None:
        """What curves are marked in."""
        self._scale = scale
        if self.curves is not None and scale is not None:
            self.curves.field.show_numbers(scale)

    def toggle_clamp(self) -> None:
        """ASC clamp or none, of a CDL."""
        if self.clamp is not None:
            self._turns.set(self._slot, self._node, {CLAMP: not self.clamp.isChecked()})

    def _build(self, settings: dict[str, Any], curves: dict[str, Any] | None) -> None:
        focus: QWidget | None = self.window().focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.window().setFocus()
        self.wheels, self.numbers = {}, {}
        self.printer = self.curves = self.clamp = None
        self.about.setParent(self)
        before, self._inside = self._inside, QWidget()
        self._column.replaceWidget(before, self._inside)
        before.hide()  # it goes when Qt comes to it, and is not to be seen until then
        before.deleteLater()
        row = QHBoxLayout(self._inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        side = QVBoxLayout()
        side.setSpacing(4)
        for name, value in settings.items():
            if name == POINTS:
                row.addWidget(self._printer(), 100)
            elif name in WHEELS:
                row.addWidget(self._wheel(name), 100)
            elif name == CLAMP:
                self.clamp = self._clamp()
            elif not isinstance(value, bool | list):
                self.numbers[name] = self._number(name)
        if curves and self._plots.are_here:
            row.addWidget(self._curve_editor(), 100)
        widest = max((number.label.sizeHint().width() for number in self.numbers.values()), default=0)
        for number in self.numbers.values():
            number.label.setMinimumWidth(max(LABEL, widest))  # fields stand below each other
            side.addWidget(number)
        if self.clamp is not None:
            side.addWidget(self.clamp)
        side.addWidget(self.about)
        side.addStretch(1)
        fields = QWidget()
        fields.setLayout(side)
        side.setContentsMargins(0, 2, 0, 0)
        fields.setFixedWidth(SIDE if row.count() else ALONE)
        row.addWidget(fields)
        row.addStretch(1)
        self.about.show()
        self._inside.show()

    def _curve_editor(self) -> CurveEditor:
        from livegrade.ui.curves import CurveEditor

        self.curves = CurveEditor(self._link, self._turns)
        self.show_numbers(self._scale)
        return self.curves

    def _wheel(self, name: str) -> Wheel:
        look = WHEELS[name]
        wheel = Wheel(look.title, look.neutral, look.span, look.step)
        self.wheels[name] = wheel
        self._join(wheel, name, look.neutral)
        return wheel

    def _printer(self) -> PrinterPoints:
        self.printer = PrinterPoints()
        self._join(self.printer, POINTS, 0.0)
        return self.printer

    def _join(self, three: Wheel | PrinterPoints, name: str, neutral: float) -> None:
        three.turned.connect(lambda by: self._turn({f"{name}.{key}": value for key, value in by.items()}))
        three.entered.connect(lambda channel, value: self._set({f"{name}.{channel}": value}))
        three.cleared.connect(lambda channel: self._set({f"{name}.{key}": neutral for key in (channel or CHANNELS)}))
        three.assign_wanted.connect(self.assign_wanted)

    def _number(self, name: str) -> Number:
        look = number_look(name)
        number = Number(look.title, look.step, look.decimals, suffix=look.suffix)
        number.turned.connect(lambda by: self._turn({name: by}))
        number.entered.connect(lambda value: self._set({name: value}))
        number.cleared.connect(lambda: self._set({name: look.neutral}))
        number.assign_wanted.connect(self.assign_wanted)
        return number

    def _clamp(self) -> QToolButton:
        button = tool("", "ASC CDL cuts what is below 0 and above 1; without clamp nothing is cut", checkable=True)
        button.clicked.connect(lambda on: self._set({CLAMP: on}))
        mark(button, "clamp")
        return button

    def _turn(self, deltas: dict[str, float]) -> None:
        self._turns.turn(self._slot, self._node, deltas)

    def _set(self, values: dict[str, float | bool | list[float]]) -> None:
        self._turns.set(self._slot, self._node, values)

    def _address(self, tree: dict[str, Any] | None) -> None:
        address = partial(self._address_of, tree)
        for name, number in self.numbers.items():
            number.address = address(name)
        for name, wheel in self.wheels.items():
            wheel.show_address(address(name))
        if self.printer is not None:
            self.printer.show_address(address(POINTS))

    def _address_of(self, tree: dict[str, Any] | None, setting: str) -> str:
        """By the setting alone where this is the node that is meant by it, else by the node: what is assigned is to
        mean the same in the next look."""
        if tree is None:
            return ""
        nodes: dict[str, Any] = self._link.at("slots", self._slot, "look", "nodes") or {}
        having = [id for id, one in nodes.items() if setting in one["settings"] and one["role"] == "creative"]
        first = min(having, key=lambda id: nodes[id]["place"], default="")
        node = "" if first == self._node else f"node/{self._node}/"
        return f"/livegrade/{self._slot}/{node}{setting}"


def _triple(values: list[float]) -> tuple[float, float, float]:
    red, green, blue = values
    return red, green, blue
