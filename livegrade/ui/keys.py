"""What can be done with one key: actions by name, the keys they have, and who gets a key.

While a text or number field has the focus every key without Ctrl or Alt is the field's, except Tab, Enter and Esc,
which Qt gives it anyway. The map is the user's: what is not in the file keeps its usual key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from livegrade.errors import UsageError
from livegrade.folders import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


@dataclass(frozen=True, slots=True)
class Action:
    """`name`: in the map; `words`: for people; `key`: the usual one, as Qt writes it, "" for none."""

    name: str
    words: str
    key: str
    run: Callable[[], object]


class Keys(QObject):
    """Gives keys of the application to actions. Install with `watch`."""

    def __init__(self, actions: Iterable[Action], chosen: Mapping[str, str]) -> None:
        """`chosen`: keys by the names of actions. Raises UsageError where two actions have one key, a key is none, or
        an action is not known."""
        super().__init__()
        self.actions = {action.name: action for action in actions}
        strange = [name for name in chosen if name not in self.actions]
        if strange:
            raise UsageError(f"the key map names {strange[0]!r}, which nothing is called; see F1")
        self.keys = {name: chosen.get(name, action.key) for name, action in self.actions.items()}
        self._named: dict[str, str] = {}
        for name, key in self.keys.items():
            if not key:
                continue
            sequence = QKeySequence(key)
            written = sequence.toString()
            if sequence.count() != 1 or not written:
                raise UsageError(f"the key map gives {name} the key {key!r}, which is none; write it as Ctrl+K or F11")
            if written in self._named:
                raise UsageError(f"the key map gives {key} to {self._named[written]} and to {name}; one of them only")
            self._named[written] = name

    def watch(self, app: QApplication) -> None:
        """From now on."""
        app.installEventFilter(self)

    def action_for(self, event: QKeyEvent) -> Action | None:
        """What this key does, None where it is nobody's or belongs to the field that has the focus."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QPlainTextEdit) and not event.modifiers() & _HELD:
            return None
        name = self._named.get(QKeySequence(event.keyCombination()).toString())
        return self.actions[name] if name is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched.isWindowType():
            action = self.action_for(event)
            if action is not None:
                if not event.isAutoRepeat() or action.name.startswith("exposure"):
                    action.run()
                return True
        return super().eventFilter(watched, event)


def load_keys() -> dict[str, str]:
    """The user's map; empty without one. Raises UsageError naming the file where it cannot be read."""
    path = _file()
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{path}: the key map cannot be read ({error}); mend it or remove it") from error


def save_keys(chosen: Mapping[str, str]) -> None:
    """Whole or not at all. Raises OSError."""
    staged = _file().with_suffix(".new")
    staged.write_bytes(msgspec.json.format(msgspec.json.encode(dict(chosen))))
    staged.replace(_file())


def _file() -> Path:
    return state_folder() / "keys.json"
