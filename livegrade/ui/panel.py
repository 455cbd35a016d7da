"""What every part of the window has in common: it is told of the slot that is looked at and of what has changed, gives
its actions, and says what of it is remembered for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QShowEvent

    from livegrade.ui.keys import Action
    from livegrade.ui.link import Path


class Panel(QWidget):
    """`title`: of its tab, and what it is remembered under. A part does what it needs of these; the rest does nothing.

    While it is hidden it hears of no change; when it comes back it is told that all of the state is new."""

    title = ""
    _missed = False

    def hear(self, paths: list[Path]) -> None:
        """The session's state has changed at these paths: it is told now, or when it is seen again."""
        if self.isVisible():
            self.show_state(paths)
        else:
            self._missed = True

    def showEvent(self, event: QShowEvent) -> None:
        if self._missed:
            self._missed = False
            self.show_state([()])

    def show_slot(self, slot: str) -> None:
        """Another slot is looked at; "" while the session has none."""

    def show_state(self, paths: list[Path]) -> None:
        """The session's state has changed at these paths; () stands for all of it."""

    def can(self) -> Iterable[Action]:
        """What it can do, for the keys and the palette."""
        return ()

    def now(self) -> Iterable[Action]:
        """What it can do besides as things stand, with the slots and devices that there are: for the palette alone."""
        return ()

    def kept(self) -> dict[str, Any]:
        """How it is arranged now, in words and numbers of JSON."""
        return {}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Arranges it as it was; what makes no sense is passed over."""
