"""What MIDI desks and OSC surfaces have asked of windows, as the session's state tells it: each is done once here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.ui.keys import Keys
    from livegrade.ui.number import Number

NOTHING: Mapping[str, Any] = {"asked": 0, "actions": [], "numbers": {}}
NEVER: Mapping[str, Any] = {"times": 0, "to": 0.0, "by": 0.0}


class FromSurfaces:
    """`numbers`: those that only windows have, by the names of `window.turn`."""

    def __init__(self, keys: Keys, numbers: Mapping[str, Number]) -> None:
        self._keys = keys
        self.numbers = numbers
        self._done = NOTHING

    def take(self, told: Mapping[str, Any] | None, *, anew: bool) -> None:
        """`told`: `windows` of the state; what was asked before a window came, or before a session was there `anew`,
        is not done by it."""
        before, self._done = self._done, told or NOTHING
        if anew:
            return
        newest = self._done["actions"]
        count = max(0, min(self._done["asked"] - before["asked"], len(newest)))
        for name in newest[len(newest) - count :]:
            action = self._keys.actions.get(name)
            if action is not None and action.is_of_windows:
                action.run()
        for name, turned in self._done["numbers"].items():
            number = self.numbers.get(name)
            if number is not None and number.field.isEnabled():
                _turn(number, before["numbers"].get(name, NEVER), turned)


def _turn(number: Number, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """As a hand would, typing and dragging."""
    if now["times"] != before["times"]:
        number.entered.emit(now["to"])
    if now["by"] != before["by"]:
        number.turned.emit(now["by"] - before["by"])
