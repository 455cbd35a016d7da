"""What turns what beside the window: controls of MIDI desks, learned by moving them, and the address for OSC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.number import number_in
from livegrade.ui.press import tool

if TYPE_CHECKING:
    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

HEADINGS = ("Desk", "Control", "Turns")
WIDTHS = (220, 200, 280)
HINT = "/livegrade/A/slope/r: right-click a control in the window, or write an address of docs/osc.md"
"""What a button sends stands behind a space: /livegrade/A/shelf 3."""
OSC_OFF = (
    "OSC is off: a session begins with it. Write `osc = 9000` below `[control]` in the rig file and begin the rig anew "
    "(Status, Session); without a rig file, end the session and start it as livegrade run ... --osc 9000"
)


class Assigning(QWidget):
    """Over the session's own map; nothing of it is kept here."""

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._shown: list[dict[str, Any]] = []
        self.address = QLineEdit()
        self.address.setPlaceholderText(HINT)
        self.learn = tool("Learn from a MIDI desk", "press it, then move the control; an encoder to both sides")
        self.learn.clicked.connect(self._learn)
        self.copy = tool("Copy address", "for an OSC surface, which sends it to the port below")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.address.text().strip()))
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(HEADINGS))
        self.list.setRootIsDecorated(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for at, width in enumerate(WIDTHS):
            self.list.setColumnWidth(at, width)
        self.remove = tool("Remove", "that control turns nothing any more")
        self.remove.clicked.connect(self._forget)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.osc = QLabel()
        self.osc.setStyleSheet(f"color: {theme.DIM}")
        self.osc.setWordWrap(True)
        self._arrange()

    def show_address(self, address: str) -> None:
        """What is to be turned from elsewhere."""
        self.address.setText(address)
        self._say("")

    def show_state(self) -> None:
        """As the session has it."""
        midi, osc = self._link.at("faces", "midi"), self._link.at("faces", "osc")
        controls: list[dict[str, Any]] = [] if midi is None else midi["controls"]
        if controls != self._shown:
            self._shown = list(controls)
            self.list.clear()
            for one in controls:
                self.list.addTopLevelItem(QTreeWidgetItem([one["port"], one["control"], _said(one)]))
        ports = "no MIDI yet; learning begins it"
        if midi is not None:
            ports = ", ".join(midi["ports"]) or "no desk is connected"
        where = OSC_OFF
        if osc is not None:
            where = f"OSC: send the address with a number to port {osc['port']} of this machine (UDP)"
        self.osc.setText(f"MIDI: {ports}.  {where}.")

    def _arrange(self) -> None:
        above = QHBoxLayout()
        above.addWidget(self.address, 1)
        above.addWidget(self.copy)
        above.addWidget(self.learn)
        below = QHBoxLayout()
        below.addWidget(self.said, 1)
        below.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addWidget(self.list, 1)
        column.addLayout(below)
        column.addWidget(self.osc)

    def _learn(self) -> None:
        address, _, value = self.address.text().strip().partition(" ")
        if not address:
            return self._say("write or choose an address first", theme.AMBER)
        self.learn.setEnabled(False)
        self._say(f"move the control that is to turn {address} now; 20 seconds", theme.AMBER)

        def answered(answer: Answer) -> None:
            self.learn.setEnabled(True)
            is_well = answer.result != "refused"
            self._say(answer.step if is_well else answer.error, theme.GREEN if is_well else theme.AMBER)

        sent = {} if not value else {"value": value if (number := number_in(value)) is None else number}
        self._link.do("midi.learn", answered, to=address, **sent)

    def _forget(self) -> None:
        item: QTreeWidgetItem | None = self.list.currentItem()
        at = -1 if item is None else self.list.indexOfTopLevelItem(item)
        if at < 0:
            return self._say("choose a control in the list first", theme.AMBER)
        one: dict[str, Any] = self._shown[at]

        def answered(answer: Answer) -> None:
            self._say(answer.error or answer.step, theme.AMBER if answer.error else theme.DIM)

        self._link.do("midi.forget", answered, port=one["port"], control=one["control"])

    def _say(self, sentence: str, color: str = theme.DIM) -> None:
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {color}")


def _said(control: dict[str, Any]) -> str:
    """Where a control goes, and what it sends."""
    value = control["value"]
    return control["to"] if value is None else f"{control['to']} {value if isinstance(value, str) else f'{value:g}'}"
