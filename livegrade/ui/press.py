"""What is pressed: a button with words that never takes the focus from a field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

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
