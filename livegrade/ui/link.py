"""The session as the window sees it: its state, kept up to date on the thread of the window, and its commands.

What the follower's thread hears is handed over through Qt's queue; nothing here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from livegrade.control.follower import Changed, Follower, Gone, Here, News
from livegrade.ui import words

if TYPE_CHECKING:
    from livegrade.control.messages import Answer, Meeting

Path: TypeAlias = tuple[str, ...]
Then: TypeAlias = Callable[["Answer"], None]


class SessionLink(QObject):
    """`changed`: the paths in the state that are new, () for all of it. `gone`: why there is no session.
    `refused`: what a command that nobody waited for was answered with. `noted`: what was done, in words."""

    changed = Signal(object)
    gone = Signal(str)
    refused = Signal(str)
    noted = Signal(str)
    _heard = Signal(object)
    _answered = Signal(object, object)
    _fetched = Signal(object, object)

    def __init__(self, find: Callable[[], Meeting | None]) -> None:
        super().__init__()
        self.state: Any = {}
        self.is_here = False
        self._is_closed = False
        self._asked_aloud = self._told_aloud = 0
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._fetched.connect(lambda then, data: then(data), Qt.ConnectionType.QueuedConnection)
        self._follower = Follower(find, lambda news: self._hand_over(self._heard, news), face="window")

    def at(self, *path: str) -> Any:
        """What stands there in the state; None where nothing does."""
        tree = self.state
        for key in path:
            if not isinstance(tree, dict) or key not in tree:
                return None
            tree = tree[key]
        return tree

    def do(self, command: str, then: Then | None = None, **arguments: Any) -> None:
        """Sends a command under its name in docs/api.md; underscores in the names of arguments are hyphens there.
        `then` gets the answer on this thread; without it a refusal goes to `refused`."""
        named = {name.replace("_", "-"): value for name, value in arguments.items() if value is not None}
        self._follower.ask({"command": command, **named}, lambda answer: self._hand_over(self._answered, then, answer))

    def do_aloud(self, command: str, **arguments: Any) -> None:
        """The same for what a hand has asked for: what was done, or why not, is said at the foot of the window. An
        answer that comes after that of a newer command (it waited for a picture) takes nothing away; a refusal is
        always said."""
        slot, plain = str(arguments.get("slot", "")), words.done(command, arguments)
        self._asked_aloud += 1
        turn = self._asked_aloud

        def answered(answer: Answer) -> None:
            is_newer = turn > self._told_aloud
            self._told_aloud = max(turn, self._told_aloud)
            if is_newer or answer.result == "refused":
                self.tell(answer, slot, plain)

        self.do(command, answered, **arguments)

    def tell(self, answer: Answer, slot: str = "", plain: str = "") -> None:
        """Says what was done, or why not. `slot`: to which, where it is to one; `plain`: in words that are
        better than the answer's."""
        if answer.result == "refused":
            self.refused.emit(answer.error)
        elif plain:
            self.noted.emit(plain)
        elif answer.step and slot and not answer.step.startswith(f"slot {slot}"):
            self.noted.emit(f"{answer.step}, slot {slot}")
        else:
            self.noted.emit(answer.step or words.files(answer.files))

    def small_picture(self, thumbnail: str, then: Callable[[bytes | None], None]) -> None:
        """Asks for the small picture that an entry of the library names as its `thumbnail`; `then` gets the JPEG on
        this thread, or None where there is none now."""
        self._follower.small_picture(thumbnail, lambda data: self._hand_over(self._fetched, then, data))

    def look_picture(self, slot: str, look_id: str, width: int, then: Callable[[bytes | None], None]) -> None:
        """The same for the newest picture of a slot with a look of the library on it, 64 to 640 pixels wide."""
        self._follower.look_picture(slot, look_id, width, lambda data: self._hand_over(self._fetched, then, data))

    def close(self) -> None:
        """Nothing is told from now on, also where the session takes long to say good-bye."""
        self._is_closed = True
        self._follower.close()

    def _hand_over(self, signal: SignalInstance, *what: object) -> None:
        """On the follower's thread."""
        if not self._is_closed:
            signal.emit(*what)

    def _take(self, news: News) -> None:
        match news:
            case Here(state=state):
                self.state, self.is_here = state, True
                self.changed.emit([()])
            case Changed(changes=changes, state=state):
                self.state = state
                self.changed.emit([tuple(change.path) for change in changes])
            case Gone(reason=reason):
                self.is_here = False
                self.gone.emit(reason)

    def _answer(self, then: Then | None, answer: Answer) -> None:
        if then is not None:
            then(answer)
        elif answer.result == "refused":
            self.refused.emit(answer.error)
