"""The pages below the picture: one is shown, each has a tab and a key. Only what is seen is kept up to date."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from livegrade.ui import theme
from livegrade.ui.assignable import mark_tab
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.scrolling import turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from livegrade.ui.link import Path

ALL: tuple[Path, ...] = ((),)
FIRST_KEY, LAST_KEY = 2, 7
"""F2 is the first page; F1 is help, F8 and above are of the window. A page more has no key until it is given one."""


class Pages(Panel):
    """`pages`: in the order of their tabs."""

    title = "Pages"

    def __init__(self, pages: Sequence[Panel]) -> None:
        super().__init__()
        self.pages = tuple(pages)
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        for page in self.pages:
            mark_tab(self.tabs, self.tabs.addTab(page.title), _name(page))
            self._stack.addWidget(page)
        self.tabs.currentChanged.connect(self._turned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.tabs.setMinimumHeight(max(theme.TOUCH, self.tabs.sizeHint().height()))  # a tall page cuts no line of it

    def turn_to(self, title: str) -> None:
        """Shows that page, and the pages where they were hidden."""
        self.tabs.setCurrentIndex([page.title for page in self.pages].index(title))
        self.show()

    @property
    def current(self) -> Panel:
        """The page that is shown."""
        return self.pages[self.tabs.currentIndex()]

    def show_slot(self, slot: str) -> None:
        for page in self.pages:
            page.show_slot(slot)

    def show_state(self, paths: list[Path]) -> None:
        self.current.show_state(paths)

    def can(self) -> Iterable[Action]:
        for number, page in enumerate(self.pages, FIRST_KEY):
            words = f"Window: page {page.title}"
            key = f"F{number}" if number <= LAST_KEY else ""
            yield Action(_name(page), words, key, partial(self.turn_to, page.title))
            yield from page.can()

    def now(self) -> Iterable[Action]:
        for page in self.pages:
            yield from page.now()

    def kept(self) -> dict[str, Any]:
        return {"page": self.current.title, **{page.title: page.kept() for page in self.pages}}

    def restore(self, kept: Mapping[str, Any]) -> None:
        for page in self.pages:
            page.restore(part if isinstance(part := kept.get(page.title), dict) else {})
        if kept.get("page") in [page.title for page in self.pages]:
            self.turn_to(str(kept["page"]))

    def _turned(self, at: int) -> None:
        turn(self._stack, at)
        self.current.show_state(list(ALL))


def _name(page: Panel) -> str:
    """Of the action that turns to it."""
    return f"page-{page.title.lower()}"
