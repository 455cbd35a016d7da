"""What else than a hand may press a control of the window: the address under which a surface reaches it, and the menu
of its right button.

A button of the session (undo, a take) has the session's own address, and works without a window. What only a window has
(zebra, pages) is asked of it through the session.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabBar

from livegrade.ui.press import passing_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu, QWidget

    from livegrade.ui.keys import Action, Keys

ACTION, ADDRESS = "livegrade-action", "livegrade-address"
"""Properties of what is marked."""


def mark(control: QWidget, action: str) -> None:
    """It does what the action of that name does."""
    control.setProperty(ACTION, action)


def mark_address(control: QWidget, address: str) -> None:
    """It does what is reached there, with what is sent behind a space."""
    control.setProperty(ADDRESS, address)


def mark_tab(tabs: QTabBar, at: int, action: str) -> None:
    """That tab does what the action of that name does."""
    tabs.setTabData(at, action)


def address_of(action: Action) -> str:
    """Where a surface reaches it; "" for what only a hand does, and for what there is nothing to do it to."""
    if action.to is not None:
        return action.to()
    return f"/livegrade/window/{action.name}" if action.is_of_windows else ""


def number_address(number: str) -> str:
    """Of a number that only windows have, by the names of `window.turn`."""
    return f"/livegrade/window/{number}"


def command_address(command: str, **words: str) -> str:
    """Of a command of the API that has no address of its own."""
    return f"/livegrade/do {json.dumps({'command': command, **words})}"


def add_assigning(menu: QMenu, address: str, wanted: Callable[[str], object]) -> None:
    """To a menu of a control that has an address."""
    if address:
        menu.addSeparator()
        menu.addAction("Assign to MIDI or OSC ...", lambda: wanted(address))
        menu.addAction(f"Copy {address}", lambda: QGuiApplication.clipboard().setText(address))


def menu_of(
    control: QWidget | None, at: QPoint, keys: Keys, assign: Callable[[str], object], rekey: Callable[[str], object]
) -> QMenu | None:
    """Of the marked control that this is, or lies in, or of its tab `at` that place of the screen; None where it is
    none. `assign`, `rekey`: told its address, and the name of its action."""
    while control is not None and not (_action_at(control, at) or control.property(ADDRESS)):
        control = control.parentWidget()
    if control is None:
        return None
    action = keys.actions.get(_action_at(control, at))
    address = str(control.property(ADDRESS) or "") or ("" if action is None else address_of(action))
    menu = passing_menu(control)
    if action is not None:
        key = keys.keys[action.name]
        menu.addAction(f"Other key than {key} ..." if key else "Give it a key ...", lambda: rekey(action.name))
    add_assigning(menu, address, assign)
    return menu


def _action_at(control: QWidget, at: QPoint) -> str:
    if isinstance(control, QTabBar):
        return str(control.tabData(control.tabAt(control.mapFromGlobal(at))) or "")
    return str(control.property(ACTION) or "")
