"""How the desktop looks: greys of equal red, green and blue, the few colours that mean something, one font.

The picture is the only colourful thing (shared UI rules 1 and 6). Sizes are in points and in pixels at scale 1.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

SURROUND = "#303030"
"""Around the picture: L* 20."""
PANEL = "#262626"
FIELD = "#1c1c1c"
RAISED = "#3a3a3a"
LINE = "#4a4a4a"
TEXT = "#d8d8d8"
DIM = "#a0a0a0"
OFF = "#6a6a6a"
SELECTED = "#8fb0d4"
"""The one accent."""
RED = "#e5534b"
"""Recording, or lost."""
AMBER = "#e0a33c"
"""Degraded, or near a limit."""
GREEN = "#5fb878"
"""Confirmed."""
CHANNELS = ("#e06666", "#6abf69", "#6f9ae8")
"""Traces, wheels and numbers of red, green and blue."""

FAMILY = "IBM Plex Sans"
POINTS = 11
PIXELS_A_POINT = 96 / 72
LARGE_POINTS = 20
TOUCH = 32
"""Height of what is pressed."""
GAP = 6
MOST_LETTERS = 64
"""Pixels, of what the session draws."""

DASH = "–"
"""What is not known."""

_FONTS = ("IBMPlexSans-Regular.ttf", "IBMPlexSans-SemiBold.ttf")
_ROLES = {
    QPalette.ColorRole.Window: PANEL,
    QPalette.ColorRole.WindowText: TEXT,
    QPalette.ColorRole.Base: FIELD,
    QPalette.ColorRole.AlternateBase: PANEL,
    QPalette.ColorRole.Text: TEXT,
    QPalette.ColorRole.Button: RAISED,
    QPalette.ColorRole.ButtonText: TEXT,
    QPalette.ColorRole.BrightText: TEXT,
    QPalette.ColorRole.Highlight: SELECTED,
    QPalette.ColorRole.HighlightedText: FIELD,
    QPalette.ColorRole.ToolTipBase: FIELD,
    QPalette.ColorRole.ToolTipText: TEXT,
    QPalette.ColorRole.PlaceholderText: OFF,
    QPalette.ColorRole.Light: LINE,
    QPalette.ColorRole.Midlight: LINE,
    QPalette.ColorRole.Mid: LINE,
    QPalette.ColorRole.Dark: FIELD,
    QPalette.ColorRole.Shadow: FIELD,
    QPalette.ColorRole.Link: SELECTED,
}
_STYLE = f"""
QToolTip {{ border: 1px solid {LINE}; padding: 4px; }}
QPushButton, QToolButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 3px; padding: 4px 10px; }}
QPushButton:hover, QToolButton:hover {{ border-color: {OFF}; }}
QPushButton:checked, QToolButton:checked {{ background: {SELECTED}; color: {FIELD}; border-color: {SELECTED}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {OFF}; }}
QLineEdit, QComboBox, QPlainTextEdit {{ background: {FIELD}; border: 1px solid {LINE};
  border-radius: 3px; padding: 3px 6px; selection-background-color: {SELECTED}; selection-color: {FIELD}; }}
QComboBox QLineEdit {{ background: transparent; border: 0; padding: 0; }}
QLineEdit:focus, QComboBox:focus {{ border-color: {SELECTED}; }}
QListView, QTreeView, QTableView {{ background: {FIELD}; border: 1px solid {LINE}; }}
QHeaderView::section {{ background: {PANEL}; border: 0; border-bottom: 1px solid {LINE}; padding: 4px; }}
QSplitter::handle {{ background: {FIELD}; }}
QTabBar::tab {{ background: {PANEL}; padding: 6px 14px; border: 1px solid {LINE}; }}
QTabBar::tab:selected {{ background: {RAISED}; border-bottom: 2px solid {SELECTED}; }}
"""


def dress(app: QApplication) -> None:
    """Gives the application its font, its palette and its style."""
    for name in _FONTS:
        data = (resources.files("livegrade.ui") / "fonts" / name).read_bytes()
        QFontDatabase.addApplicationFontFromData(data)
    app.setStyle("Fusion")
    app.setFont(font())
    palette = QPalette()
    for role, color in _ROLES.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(OFF))
    app.setPalette(palette)
    app.setStyleSheet(_STYLE)


def tint(widget: QWidget, color: str) -> None:
    """Gives its words a colour; where they have it that costs nothing, which a style that is set again does."""
    style = f"color: {color}"
    if widget.styleSheet() != style:
        widget.setStyleSheet(style)


def letters(ratio: float) -> int:
    """How large letters are that the session draws, in pixels of a screen with so many of them for one of Qt's: as
    large as those of the window."""
    return min(round(POINTS * PIXELS_A_POINT * ratio), MOST_LETTERS)


def font(points: int = POINTS, bold: bool = False) -> QFont:
    """The font of the desktop, whose figures are all of one width."""
    made = QFont(FAMILY, points)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made
