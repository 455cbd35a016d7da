"""A question about what is under the cursor, asked while it is there: one at a time, with a rest after each answer, and
always about the place of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink


class Following(QObject):
    """`came`: the entries that were found, a list; None when nothing is followed any more."""

    came = Signal(object)

    def __init__(self, link: SessionLink, command: str, parent: QObject, *, rest_ms: int, again: bool) -> None:
        """`again`: the same is asked again after each rest, because its answer changes with the picture."""
        super().__init__(parent)
        self._link = link
        self._command = command
        self._again = again
        self._words: dict[str, Any] | None = None
        self._about: object = None
        self._asked: dict[str, Any] | None = None
        self._is_under_way = False
        self._next = QTimer(self, singleShot=True, interval=rest_ms)
        self._next.timeout.connect(self._rested)

    def follow(self, words: Mapping[str, Any] | None, about: object = None) -> None:
        """The arguments of the command from now on; None: there is nothing to ask. `about`: what the place is in;
        answers about something else are not told any more."""
        self._words, self._about = None if words is None else dict(words), about
        if words is None:
            self.came.emit(None)
        elif not (self._is_under_way or self._next.isActive()):
            self._ask()

    def _rested(self) -> None:
        if self._again or self._words != self._asked:
            self._ask()

    def _ask(self) -> None:
        if self._words is None or not self._link.is_here:
            return
        self._is_under_way, self._asked, about = True, self._words, self._about

        def answered(answer: Answer) -> None:
            self._is_under_way = False
            if self._words is not None:
                if about == self._about:
                    self.came.emit(answer.found or [])
                self._next.start()

        self._link.do(self._command, answered, **self._words)
