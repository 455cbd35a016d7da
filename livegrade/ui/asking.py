"""A question to the session that is asked again whenever something has changed: one at a time, no faster than the eye
needs it, and of those that come meanwhile only the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink


class Asking(QObject):
    """`came`: the first entry of what was found; `failed`: a sentence, why there is none."""

    came = Signal(object)
    failed = Signal(str)

    def __init__(self, link: SessionLink, command: str, gap_ms: int = 0) -> None:
        """`gap_ms`: from one question to the next, at least."""
        super().__init__()
        self._link = link
        self._command = command
        self._next: dict[str, Any] | None = None
        self._is_under_way = False
        self._subject = 0
        self._gap = QTimer(self, singleShot=True, interval=gap_ms)
        self._gap.timeout.connect(self._ask)

    def want(self, **words: Any) -> None:
        """Asks now, or when the answer to the question before is there."""
        self._next = words
        self._ask()

    def turn_away(self) -> None:
        """What is asked now is of something that nobody looks at any more: its answer is not told."""
        self._next = None
        self._subject += 1

    def _ask(self) -> None:
        if self._next is None or self._is_under_way or self._gap.isActive():
            return
        words, self._next, subject = self._next, None, self._subject
        self._is_under_way = True
        self._gap.start()

        def answered(answer: Answer) -> None:
            self._is_under_way = False
            if subject == self._subject:
                self._tell(answer)
            self._ask()

        self._link.do(self._command, answered, **words)

    def _tell(self, answer: Answer) -> None:
        """Why there is none is told where nothing else is asked."""
        if answer.found:
            self.came.emit(answer.found[0])
        elif answer.error and self._next is None:
            self.failed.emit(answer.error)
        elif answer.result == "pending" and self._next is None:
            self.failed.emit("the session has too much to do to answer; ask again")
