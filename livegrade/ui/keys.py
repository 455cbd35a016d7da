"""What can be done with one key: actions by name, the keys they have, and who gets a key.

While a text or number field has the focus every key without Ctrl or Alt is the field's, except Tab, Enter and Esc,
which Qt gives it anyway; while a menu or a dialogue is open every key is its own. The map is the user's: what is not
in the file keeps its usual key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from livegrade.errors import UsageError
from livegrade.folders import put, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

REPEATED = ("exposure-", "printer-")
"""Actions that a key which is held down does again and again."""
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_ALONE = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_unknown)
"""What is held while another key is pressed."""


@dataclass(frozen=True, slots=True)
class Question:
    """`words`: what is lost, "" where nothing is as things stand; `run`: does it for one who is sure."""

    words: Callable[[], str]
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Action:
    """`name`: in the map; `words`: for people; `key`: the usual one, as Qt writes it, "" for none. `to`: gives the
    session's address that does the same, with what is sent behind a space, "" for none now; None: it is the window's
    own. `asks`: it opens a dialogue or ends something, and so wants a hand at the window. `also`: other words that it
    is found by. `sure`: what is asked before it, None where it needs no asking."""

    name: str
    words: str
    key: str
    run: Callable[[], object]
    to: Callable[[], str] | None = None
    asks: bool = False
    also: str = ""
    sure: Question | None = None

    @property
    def is_of_windows(self) -> bool:
        """A surface may have it done by every window: of what is the session's, one of them is enough."""
        return self.to is None and not self.asks


class Keys(QObject):
    """Gives keys of the application to actions. Install with `watch`. `keys`: the key of each action, "" for none;
    `notes`: what of the user's map makes no sense, a sentence each. `changed`: an action has another key."""

    changed = Signal()

    def __init__(self, actions: Iterable[Action], chosen: Mapping[str, str]) -> None:
        """`chosen`: keys by the names of actions; what makes no sense of it keeps its usual key, for a map must not
        keep the window shut."""
        super().__init__()
        self.actions = {action.name: action for action in actions}
        self.notes: list[str] = []
        self.keys = dict.fromkeys(self.actions, "")
        self._named: dict[str, str] = {}
        self._listener: Callable[[str], object] | None = None
        wanted = {name: key for name, key in chosen.items() if self._is_known(name)}
        for name, key in wanted.items():
            self._take(name, key)
        for name, action in self.actions.items():
            if name not in wanted:
                self._take(name, action.key)

    @property
    def chosen(self) -> dict[str, str]:
        """What is other than usual."""
        return {name: key for name, key in self.keys.items() if key != written(self.actions[name].key)}

    def holder(self, key: str) -> str:
        """The name of the action that has a key, "" for nobody."""
        return self._named.get(written(key), "")

    def assign(self, name: str, key: str) -> None:
        """From now on; "" for no key. Raises UsageError for what is no key or another action's."""
        if key and not written(key):
            raise UsageError(f"{key} is no key; write it as Ctrl+K or F11")
        holder = self.holder(key)
        if holder and holder != name:
            raise UsageError(f"{key} is {self.actions[holder].words} already")
        self._named.pop(self.keys[name], None)
        self.keys[name] = written(key)
        if key:
            self._named[written(key)] = name
        self.changed.emit()

    def listen(self, listener: Callable[[str], object] | None) -> None:
        """The next keys are told to `listener` and do nothing else, until it is None again."""
        self._listener = listener

    def watch(self, app: QApplication) -> None:
        """From now on."""
        app.installEventFilter(self)

    def action_for(self, event: QKeyEvent, window: QObject) -> Action | None:
        """What this key does in a window (a QWindow), None where it is nobody's or belongs to the field that has the
        focus there, to a menu that is open, or to a dialogue."""
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return None
        if _is_field(_focused(window)) and not event.modifiers() & _HELD:
            return None
        name = self._named.get(QKeySequence(event.keyCombination()).toString())
        return self.actions[name] if name is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched.isWindowType():
            if self._listener is not None:
                if event.key() not in _ALONE:
                    self._listener(QKeySequence(event.keyCombination()).toString())
                return True
            action = self.action_for(event, watched)
            if action is not None:
                if not event.isAutoRepeat() or action.name.startswith(REPEATED):
                    action.run()
                return True
        return super().eventFilter(watched, event)

    def _is_known(self, name: str) -> bool:
        if name not in self.actions:
            self.notes.append(f"the key map names {name!r}, which nothing is called; see F1")
        return name in self.actions

    def _take(self, name: str, key: str) -> None:
        try:
            self.assign(name, key)
        except UsageError as error:
            self.notes.append(f"the key map: {self.actions[name].words} has no key: {error}")


def _focused(window: QObject) -> QWidget | None:
    """Who gets the keys of a window, also of one that Qt does not take for the active one: after a dialogue, where
    nobody manages windows."""
    within = (one.focusWidget() for one in QApplication.topLevelWidgets() if one.windowHandle() is window)
    return next(within, None) or QApplication.focusWidget()


def _is_field(focus: QWidget | None) -> bool:
    """Whether it takes words; the field of a list has its focus at the list itself."""
    return isinstance(focus, QLineEdit | QPlainTextEdit) or (isinstance(focus, QComboBox) and focus.isEditable())


def written(key: str) -> str:
    """A key as Qt writes it, "" for none and for what is none or several."""
    sequence = QKeySequence(key)
    return sequence.toString() if sequence.count() == 1 else ""


def load_keys() -> dict[str, str]:
    """The user's map; empty without one. Raises UsageError naming the file where it cannot be read, and ControlError
    where its folder cannot be used."""
    path = _file()
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{path}: the key map cannot be read ({error}); mend it or remove it") from error


def save_keys(chosen: Mapping[str, str]) -> None:
    """Whole or not at all. Raises OSError, and ControlError where the folder cannot be used."""
    put(_file(), msgspec.json.format(msgspec.json.encode(dict(chosen))))


def _file() -> Path:
    return state_folder() / "keys.json"
