"""What is pressed: a button with words that never takes the focus from a field, and a menu that is gone once it is
closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from livegrade.ui import theme


def tool(words: str, tip: str = "", *, checkable: bool = False) -> QToolButton:
    """Tall enough for a finger."""
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setMinimumHeight(theme.TOUCH)
    return button


def passing_menu(over: QWidget) -> QMenu:
    """For one opening: it is deleted when it is closed."""
    made = QMenu(over)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made
