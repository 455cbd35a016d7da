"""What is pressed: a button with words that never takes the focus from a field, keys that end what is typed into one,
and a menu that is gone once it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QLineEdit


def tool(words: str, tip: str = "", *, checkable: bool = False) -> QToolButton:
    """Tall enough for a finger."""
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setMinimumHeight(theme.TOUCH)
    return button


def ends_typing(field: QLineEdit, event: QKeyEvent, forget: Callable[[], object], send: Callable[[], object]) -> bool:
    """Whether a key ends what is typed into a field: Esc forgets it, Enter sends it, and keys are the window's."""
    match event.key():
        case Qt.Key.Key_Escape:
            forget()
        case Qt.Key.Key_Return | Qt.Key.Key_Enter:
            send()
        case _:
            return False
    field.window().setFocus()
    return True


def passing_menu(over: QWidget) -> QMenu:
    """For one opening: it is deleted when it is closed."""
    made = QMenu(over)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made
