"""What turns what beside the window: controls of MIDI desks, learned by moving them, and the address for OSC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.number import number_in
from livegrade.ui.press import tool
from livegrade.ui.wordfield import WordField

if TYPE_CHECKING:
    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

HEADINGS = ("Desk", "Control", "Turns")
WIDTHS = (220, 200, 280)
HINT = "/livegrade/A/slope/r: right-click a control in the window, or write an address of docs/osc.md"
"""What a button sends stands behind a space: /livegrade/A/shelf 3."""
OSC_OFF = "OSC is off; switched on, it hears this machine and those that are listed"
USUAL_PORT = "9000"
PEERS_HINT = "other machines: 192.168.1.30:9001; without any this one alone"


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
        self.port, self.peers = WordField("OSC port"), WordField("OSC of other machines")
        self.port.setMaximumWidth(80)
        self.port.show_words(USUAL_PORT)
        self.port.entered.connect(self._another_port)
        self.peers.setPlaceholderText(PEERS_HINT)
        self.peers.entered.connect(self._other_peers)
        self.switch = tool("Switch OSC off")
        self.switch.setMinimumWidth(self.switch.sizeHint().width())  # its place does not change
        self.switch.clicked.connect(self.switch_osc)
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
            if osc.get("waits"):
                where = f"OSC waits for port {osc['port']}: {osc['waits']}"
            self.port.show_words(str(osc["port"]))
            self.peers.show_words(", ".join(osc["peers"]))
        self.switch.setText("Switch OSC on" if osc is None else "Switch OSC off")
        self.switch.setEnabled(self._link.is_here)
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
        heard = QHBoxLayout()
        for widget, stretch in ((QLabel("OSC port"), 0), (self.port, 0), (self.peers, 1), (self.switch, 0)):
            heard.addWidget(widget, stretch)
        column.addLayout(heard)
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

    def switch_osc(self) -> None:
        """Off where it is on, else on with the port and the machines that stand there."""
        if self._link.at("faces", "osc") is not None:
            self._set_osc(on=False)
        elif self._is_port(self.port.text()):
            self._set_osc(port=int(self.port.text()), peers=_listed(self.peers.text()))

    def _another_port(self, word: str) -> None:
        """Where OSC is off it waits until that is switched on."""
        if not self._is_port(word):
            return
        if self._link.at("faces", "osc") is not None:
            self._set_osc(port=int(word))
        else:
            self.port.show_words(word)

    def _other_peers(self, words: str) -> None:
        if self._link.at("faces", "osc") is not None:
            self._set_osc(peers=_listed(words))
        else:
            self.peers.show_words(words)

    def _is_port(self, word: str) -> bool:
        is_one = word.isascii() and word.isdigit() and len(word) < 6 and 0 < int(word) <= 65535
        if not is_one:
            self._say(f"a port is a number from 1 to 65535, not '{word[:20]}'", theme.AMBER)
        return is_one

    def _set_osc(self, **words: Any) -> None:
        def answered(answer: Answer) -> None:
            self._say(answer.error or answer.step, theme.AMBER if answer.error else theme.GREEN)

        self._link.do("osc.set", answered, **words)

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


def _listed(words: str) -> list[str]:
    return [word for word in words.replace(",", " ").split() if word]


def _said(control: dict[str, Any]) -> str:
    """Where a control goes, and what it sends."""
    value = control["value"]
    return control["to"] if value is None else f"{control['to']} {value if isinstance(value, str) else f'{value:g}'}"
