"""The row of tools over the picture: what the window shows of the slot. Parts add their section; the row wraps nothing
and grows nothing: what has no room is reached by key and palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from livegrade.ui import theme
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.viewer import Viewer

ZEBRA = "95"
"""Percent of the signal from which it is drawn."""
VIEWS = {"graded": "Graded", "source": "Source", "bypass": "Bypass", "false-color": "False colour"}


class ViewBar(Panel):
    """`viewer`: whose picture it chooses."""

    title = "View"

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__()
        self._link = link
        self._viewer = viewer
        self._slot = ""
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.GAP, 2, theme.GAP, 2)
        self._row.setSpacing(theme.GAP)
        for view, words in VIEWS.items():
            button = self._button(words, lambda view=view: self.show_view(self._known(view)))
            self._group.addButton(button)
            self.buttons[view] = button
        self.buttons["zebra"] = self._button("Zebra", self.toggle_zebra)
        self._row.addStretch(1)
        viewer.changed.connect(self._show)
        self._show()

    def add(self, section: QWidget) -> None:
        """Puts a section at the end of the row."""
        self._row.insertWidget(self._row.count() - 1, section)

    def show_slot(self, slot: str) -> None:
        self._slot = slot

    def show_state(self, paths: list[Path]) -> None:
        self._show()

    def show_view(self, view: str) -> None:
        """Another view in the window, in the words of `view=`."""
        self._viewer.show_picture(view=view)

    def toggle_view(self, view: str) -> None:
        """That view, or graded where it is shown already."""
        now = self._viewer.wish["view"]
        self.show_view("graded" if now.partition(":")[0] == view else self._known(view))

    def toggle_zebra(self) -> None:
        self._viewer.show_picture(zebra=None if self._viewer.wish.get("zebra") else ZEBRA)

    def can(self) -> Iterable[Action]:
        yield Action("source", "Picture: source, untouched", "O", lambda: self.toggle_view("source"))
        yield Action("false-color", "Picture: false colour", "F", lambda: self.toggle_view("false-color"))
        yield Action("zebra", "Picture: zebra", "Z", self.toggle_zebra)

    def _known(self, view: str) -> str:
        """False colour in stops where the camera is known, else in percent of the signal."""
        known = bool(self._link.at("slots", self._slot, "camera"))
        return "false-color:stops" if view == "false-color" and known else view

    def _button(self, words: str, press: object) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setCheckable(True)
        button.setMinimumHeight(theme.TOUCH)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(press)
        self._row.addWidget(button)
        return button

    def _show(self) -> None:
        wish = self._viewer.wish
        self._group.setExclusive(False)  # none of them is lit while something else is shown
        for view in VIEWS:
            self.buttons[view].setChecked(view == wish["view"].partition(":")[0])
        self._group.setExclusive(True)
        self.buttons["zebra"].setChecked(bool(wish.get("zebra")))
