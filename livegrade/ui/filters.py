"""What of the library is listed: a kind, words of its query language, and fields for the numbers that are asked for
most. The fields make the same words."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("looks", "stills", "takes")
FIELDS = (
    ("scene", "Scene", "=", KINDS, "12"),
    ("ei", "EI", "=", KINDS, "800"),
    ("clip", "Clip, %", ">", ("takes",), "2"),
    ("key", "Key, stops", "<", ("takes",), "-1"),
    ("kelvin", "White, K", "=", ("takes",), "5600"),
)
"""Name in a query, words for people, the sign that is meant where none is written, kinds that have it, an example."""
SIGNS = ("<=", ">=", "<", ">", "=")
TYPED_MS = 250
"""A search is sent when nobody has typed for so long."""


class Filters(QWidget):
    """`changed`: the query is another; `entered`: Enter was pressed in one of the fields. `words`: the field for words,
    which stands where its owner puts it."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = KINDS[0]
        self.words = QLineEdit()
        self.words.setPlaceholderText("search: name=beach tag=night scene=12 since=today")
        self.words.setClearButtonEnabled(True)
        self.fields: dict[str, QLineEdit] = {}
        self.kinds: dict[str, QToolButton] = {}
        self.today, self.circled = self._switch("Today"), self._switch("Circled")
        self._typing = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typing.timeout.connect(self.changed)
        for field in (self.words, *self._build()):
            field.textChanged.connect(lambda _: self._typing.start())
            field.returnPressed.connect(self._entered)

    def _entered(self) -> None:
        """At once, without waiting for more."""
        self._typing.stop()
        self.changed.emit()
        self.entered.emit()

    def _switch(self, words: str) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumHeight(theme.TOUCH)
        button.toggled.connect(lambda _: self.changed.emit())
        return button

    def _build(self) -> list[QLineEdit]:
        kinds, switches, grid = QHBoxLayout(), QHBoxLayout(), QGridLayout()
        for kind in KINDS:
            button = self.kinds[kind] = QToolButton()
            button.setText(kind.capitalize())
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(theme.TOUCH)
            button.clicked.connect(lambda _=False, kind=kind: self.show_kind(kind))
            kinds.addWidget(button)
        self.kinds[self.kind].setChecked(True)
        for row, (name, words, sign, _, example) in enumerate(FIELDS):
            field = self.fields[name] = QLineEdit()
            field.setPlaceholderText(f"{sign} {example}" if sign != "=" else example)
            field.setMaxLength(40)
            label = QLabel(words)
            label.setStyleSheet(f"color: {theme.DIM}")
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        switches.addWidget(self.today)
        switches.addWidget(self.circled)
        switches.addStretch(1)
        grid.setVerticalSpacing(4)
        kinds.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(kinds)
        column.addLayout(switches)
        column.addLayout(grid)
        column.addStretch(1)
        self._show_fields()
        return list(self.fields.values())

    def show_kind(self, kind: str) -> None:
        """Lists another kind; fields that it has not are put away."""
        self.kinds[kind].setChecked(True)
        if kind != self.kind:
            self.kind = kind
            self._show_fields()
            self.changed.emit()

    def _show_fields(self) -> None:
        for name, _, _, kinds, _ in FIELDS:
            self.fields[name].setEnabled(self.kind in kinds)
        self.circled.setEnabled(self.kind == "takes")

    @property
    def query(self) -> str:
        """In the words of the library."""
        words = [self.kind, self.words.text()]
        for name, _, sign, kinds, _ in FIELDS:
            said = self.fields[name].text().strip().replace(",", ".")
            if said and self.kind in kinds:
                words.append(shlex.quote(f"{name}{said if said.startswith(SIGNS) else sign + said}".replace(" ", "")))
        if self.today.isChecked():
            words.append("since=today")
        if self.circled.isChecked() and self.kind == "takes":
            words.append("circled")
        return " ".join(words)

    def kept(self) -> dict[str, Any]:
        """The kind."""
        return {"kind": self.kind}

    def restore(self, kept: Mapping[str, Any]) -> None:
        if kept.get("kind") in KINDS:
            self.show_kind(str(kept["kind"]))
