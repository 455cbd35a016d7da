"""What turns what: keys, MIDI desks and OSC, over the middle of the window; Esc shuts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout

from livegrade.ui import theme
from livegrade.ui.assigning import Assigning
from livegrade.ui.keyeditor import KeyEditor
from livegrade.ui.press import tool
from livegrade.ui.scrolling import turn

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from livegrade.ui.keys import Keys
    from livegrade.ui.link import SessionLink

WIDTH, HEIGHT = 860, 560
TITLES = ("Keys", "MIDI and OSC")


class Controls(QFrame):
    """No dialogue: the rest of the window stays as it is, and so does the picture."""

    def __init__(self, keys: Keys, link: SessionLink, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setStyleSheet(f"Controls {{ background: {theme.PANEL}; border: 1px solid {theme.LINE}; }}")
        self.keys = KeyEditor(keys)
        self.assigning = Assigning(link)
        self.keys.assign_wanted.connect(self.open_assigning)
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        for title, page in zip(TITLES, (self.keys, self.assigning), strict=True):
            self.tabs.addTab(title)
            self._stack.addWidget(page)
        self.tabs.currentChanged.connect(self._turn)
        shut = tool("Close", "Esc")
        shut.clicked.connect(self.shut)
        head = QHBoxLayout()
        head.addWidget(self.tabs, 1)
        head.addWidget(shut)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self.hide()

    def open_keys(self, action: str = "") -> None:
        """The map of keys; with an `action` the next key that is pressed is its, and Esc shuts it again."""
        self._open(0)
        self.keys.search.setFocus()
        if action:
            self.keys.search.clear()
            self.keys.choose(action)
            self.keys.listen(self.shut)

    def open_assigning(self, address: str) -> None:
        """To let something else turn what is at `address`; "" to look only."""
        self._open(1)
        if address:
            self.assigning.show_address(address)

    def switch_osc(self) -> None:
        """On or off, and what became of it is seen."""
        self._open(1)
        self.assigning.switch_osc()

    def shut(self) -> None:
        self.keys.calm()
        self.hide()
        self._over.setFocus()

    def show_state(self) -> None:
        """The session's state has changed."""
        if self.isVisible():
            self.assigning.show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    def _open(self, at: int) -> None:
        over = self._over
        width, height = min(WIDTH, over.width() - 40), min(HEIGHT, over.height() - 100)
        self.setGeometry((over.width() - width) // 2, 60, width, height)
        self.tabs.setCurrentIndex(at)
        self._turn(at)
        self.show()
        self.raise_()
        self.assigning.show_state()
        self.keys.show_keys()

    def _turn(self, at: int) -> None:
        self.keys.calm()
        turn(self._stack, at)
