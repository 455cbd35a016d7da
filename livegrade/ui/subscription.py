"""A stream that a widget asks the session for, of the size it has: asked anew when the size, the wish or the session
changes, and given back.

The picture before stays up until the first of the next stream comes.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from livegrade.errors import ControlError
from livegrade.ui.pictures import PictureFeed, Shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

SETTLE_MS, FIRST_SETTLE_MS = 150, 50
"""A size counts when it has not changed for so long; and before there is a picture, which is waited for."""
LEAST = 16
"""Pixels of a side, the least the session draws."""
BEGUN = 2
"""Pixels that a part of a picture may have more than there is room for: those at its edges are seen in part."""


class Subscription(QObject):
    """`came`: a picture, and once more where only now is known what it shows; `failed`: a sentence, why there is none.
    `fed`: the wish that the picture which came last is of."""

    came = Signal(object)
    failed = Signal(str)

    def __init__(
        self, link: SessionLink, widget: QWidget, command: str, change: str, same: tuple[str, ...] = ()
    ) -> None:
        """`command`: picture.subscribe or scope.subscribe; `change`: the command that has a stream of that kind show
        something else. `same`: words that must not be others for that: no picture is taken for one of other words."""
        super().__init__(widget)
        self._link = link
        self._widget = widget
        self._command = command
        self._change = change
        self._same = same
        self.fed: dict[str, Any] = {}
        self._wish: dict[str, Any] | None = None
        self._feed: PictureFeed | None = None
        self._ending: list[PictureFeed] = []
        self._is_closed = False
        self._stream = ""
        self._unanswered = 0
        self._answers: deque[tuple[int, dict[str, Any]]] = deque()
        self._shown: Shown | None = None
        self._turn = 0
        self._settled = False
        self._settling = QTimer(self, singleShot=True)
        self._settling.timeout.connect(self._ask)

    @property
    def is_certain(self) -> bool:
        """No answer is awaited: until then the newest picture may show already what was asked for last."""
        return not self._unanswered

    def want(self, **wish: Any) -> None:
        """What the stream is to show; asked for at once where it is something else."""
        if wish != self._wish:
            self._wish = wish
            fits = all(wish.get(word) == self.fed.get(word) for word in self._same)
            if fits and self._stream and self._settled:
                self._show(wish)
            else:
                self._ask()

    def resized(self) -> None:
        """The widget has another size."""
        self._settled = False
        self._settling.start(FIRST_SETTLE_MS if self._shown is None else SETTLE_MS)

    def renew(self) -> None:
        """The session is there again, or has told everything anew because this was too slow: then the stream is there
        still and is given back; of a session before nobody has it."""
        if self._stream:
            self._link.do("stream.end", lambda answer: None, stream=self._stream)
        self._stream = ""
        self._ask()

    def rest(self) -> None:
        """Nothing is wanted for now; the stream is given back, and what was shown stays."""
        self._wish = None
        self._turn += 1
        self._settling.stop()
        self._leave()

    def close(self) -> None:
        """No more pictures, whatever is wanted; returns when no thread of it runs."""
        self._is_closed = True
        self.rest()
        for feed in self._ending:
            feed.close()

    def _show(self, wish: dict[str, Any]) -> None:
        """Through the stream that there is. While it is answered more wishes may follow; they come in their order."""
        self._turn += 1
        turn, stream = self._turn, self._stream

        self._unanswered += 1

        def answered(answer: Answer) -> None:
            self._unanswered -= 1
            if stream != self._stream:
                return
            if answer.result != "refused":
                self._answers.append((answer.number or 0, wish))
                if self._take_answers() and self._shown is not None:
                    self.came.emit(self._shown)
            elif turn == self._turn:
                self._leave()
                self.failed.emit(answer.error)

        self._link.do(self._change, answered, stream=self._stream, **wish)

    def _take_answers(self) -> bool:
        """Of those that the newest picture shows the last counts; whether there was one."""
        number, before = 0 if self._shown is None else self._shown.number, self.fed
        while self._answers and self._answers[0][0] <= number:
            self.fed = self._answers.popleft()[1]
        return self.fed is not before

    def _ask(self) -> None:
        if self._wish is None or self._is_closed or not self._link.is_here:
            return
        self._settled = False
        self._turn += 1
        turn, wish = self._turn, self._wish
        ratio = self._widget.devicePixelRatioF()
        more = BEGUN if "region" in wish and "region" in self._same else 0
        sides = self._widget.width(), self._widget.height()
        width, height = (max(LEAST, round(side * ratio) + more) for side in sides)
        self._link.do(
            self._command, lambda answer: self._answered(turn, wish, answer), width=width, height=height, **wish
        )

    def _answered(self, turn: int, wish: dict[str, Any], answer: Answer) -> None:
        if answer.result == "refused":
            if turn == self._turn:
                self.failed.emit(answer.error)
            return
        if turn != self._turn:  # something else was asked for meanwhile
            self._link.do("stream.end", stream=answer.made)
            return
        self._leave()
        self._stream, self.fed, self._settled = answer.made, wish, True
        try:
            self._feed = PictureFeed(answer.made)
        except ControlError as error:
            self.failed.emit(str(error))
            return
        self._feed.ended.connect(self.failed)
        self._feed.start(self._newer)

    def _leave(self) -> None:
        if self._feed is not None:
            self._feed.stop()  # and not waited for: the window would stand still where no pictures come
            self._ending = [one for one in (*self._ending, self._feed) if not one.has_stopped]
            self._feed = None
        if self._stream and self._link.is_here:
            self._link.do("stream.end", stream=self._stream)
        self._stream, self._shown = "", None
        self._answers.clear()

    def _newer(self) -> None:
        newest: Shown | None = self._feed.newest() if self._feed is not None else None
        if newest is not None:  # it may be the last word of a feed that was replaced
            self._shown = newest
            self._take_answers()
            self.came.emit(newest)
