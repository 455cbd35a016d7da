"""Status: everything that runs, with its numbers and what is wrong with it; a subject is chosen at the left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import statusrows, theme
from livegrade.ui.assignable import command_address
from livegrade.ui.deviceline import DeviceLine
from livegrade.ui.facts import Facts
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.press import tool
from livegrade.ui.scrolling import turn
from livegrade.ui.sourceline import SourceLine
from livegrade.ui.twice import Twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livegrade.ui.link import Path, SessionLink

AGE_MS = 1000
"""How often what has an age is written again."""


class StatusPage(Panel):
    """Subjects with a table each; a subject in which something is wrong has the colour of that."""

    title = "Status"

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.tables: dict[str, Facts] = {}
        self.buttons: dict[str, QToolButton] = {}
        self.source = SourceLine(link)
        self.device = DeviceLine(link)
        self.end = Twice("End the session", "press again: outputs go dark")
        self.anew = Twice("Begin the rig anew", "press again: outputs go dark")
        self.anew.setToolTip("sources, outputs and looks as the rig file says")
        self.rig = tool("Open a rig ...", "starts a session with a rig file")
        self.demo = tool("Open the demo", "two simulated cameras")
        footers: dict[str, QWidget] = {"Sources": self.source, "Devices": self.device, "Session": self._endings()}
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        chooser = QVBoxLayout()
        chooser.setSpacing(2)
        for at, (name, subject) in enumerate(statusrows.SUBJECTS.items()):
            table = self.tables[name] = Facts(subject.headings)
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(table, 1)
            if name in footers:
                column.addWidget(footers[name])
            self._stack.addWidget(page)
            button = self.buttons[name] = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setMinimumSize(170, theme.TOUCH)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, at=at: self._choose(at))
            self._group.addButton(button)
            chooser.addWidget(button)
        chooser.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.addLayout(chooser)
        row.addWidget(self._stack, 1)
        self._choose(0)
        link.gone.connect(self._gone)
        self._aging = QTimer(self, interval=AGE_MS)
        self._aging.timeout.connect(self._age)
        self._aging.start()

    @property
    def subject(self) -> str:
        """Which one is shown."""
        return list(self.tables)[self._stack.currentIndex()]

    def show_subject(self, name: str) -> None:
        """Another one; what is no subject is passed over."""
        if name in self.tables:
            self._choose(list(self.tables).index(name))

    def show_slot(self, slot: str) -> None:
        self.source.show_slot(slot)
        self.device.show_slot(slot)

    def show_state(self, paths: list[Path]) -> None:
        if not self._link.state:
            return
        for name, subject in statusrows.SUBJECTS.items():
            trouble = subject.trouble(self._link.state) if self._link.is_here else statusrows.FINE
            text = f"{name}: {trouble.words}" if trouble.words else name
            button = self.buttons[name]
            if button.text() != text:
                button.setText(text)
            color = f"color: {trouble.color}" if trouble.color and not button.isChecked() else ""
            if button.styleSheet() != color:
                button.setStyleSheet(color)
        self._show()

    def _gone(self, reason: str) -> None:
        self.show_state([])

    def now(self) -> Iterable[Action]:
        for slot in sorted(self._link.at("slots") or {}):
            again = partial(self._link.do_aloud, "source.reconnect", slot=slot)
            to = partial(command_address, "source.reconnect", slot=slot)
            yield Action(f"source {slot}", f"Source: connect that of slot {slot} again", "", again, to)
        for device in self._link.at("devices") or {}:
            again = partial(self._link.do_aloud, "device.reconnect", device=device)
            to = partial(command_address, "device.reconnect", device=device)
            yield Action(f"device {device}", f"Device: connect {device} again", "", again, to)

    def kept(self) -> dict[str, Any]:
        return {"subject": self.subject}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.show_subject(str(kept.get("subject")))

    def _choose(self, at: int) -> None:
        turn(self._stack, at)
        self._group.buttons()[at].setChecked(True)
        self.show_state([])

    def _endings(self) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(theme.GAP, 0, 0, 0)
        for button in (self.rig, self.demo, self.anew, self.end):
            row.addWidget(button)
        row.addStretch(1)
        return widget

    def _show(self) -> None:
        """Nothing of a session that is gone: what was, is not said to be."""
        self.source.show_state()
        self.device.show_state()
        rows = statusrows.SUBJECTS[self.subject].rows
        known = rows(self._link.state, self._link.do_aloud) if self._link.is_here else {}
        self.tables[self.subject].show_rows(known)

    def _age(self) -> None:
        if self.isVisible() and self._link.state:
            self._show()
