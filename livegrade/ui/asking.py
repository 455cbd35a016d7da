"""A question to the session that is asked again whenever something has changed: one at a time, and of those that come
meanwhile only the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink


class Asking(QObject):
    """`came`: the first entry of what was found; `failed`: a sentence, why there is none."""

    came = Signal(object)
    failed = Signal(str)

    def __init__(self, link: SessionLink, command: str) -> None:
        super().__init__()
        self._link = link
        self._command = command
        self._next: dict[str, Any] | None = None
        self._is_under_way = False

    def want(self, **words: Any) -> None:
        """Asks now, or when the answer to the question before is there."""
        self._next = words
        if not self._is_under_way:
            self._ask()

    def _ask(self) -> None:
        words, self._next = self._next, None
        if words is None:
            return
        self._is_under_way = True

        def answered(answer: Answer) -> None:
            self._is_under_way = False
            if self._next is not None:
                self._ask()
            elif answer.found:
                self.came.emit(answer.found[0])
            elif answer.error:
                self.failed.emit(answer.error)
            elif answer.result == "pending":
                self.failed.emit("the session has too much to do to answer; ask again")

        self._link.do(self._command, answered, **words)
