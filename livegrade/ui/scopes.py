"""Scopes beside the picture: one, two or four, or one of them large; source beside graded; arrangements by name.

The session draws them, graticule and all, at the size they have here; nothing is measured in the window.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from livegrade.errors import ControlError, UsageError
from livegrade.ui import theme
from livegrade.ui.assignable import mark
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.press import passing_menu
from livegrade.ui.scope import Scope
from livegrade.ui.scopelayouts import (
    BUILT_IN,
    FIRST,
    MOST_NAME,
    Layout,
    layout_of,
    load_layouts,
    save_layouts,
)
from livegrade.ui.scopeparts import ScopeParts
from livegrade.ui.scopewish import BLACKS, LEVEL_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtWidgets import QMenu

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.viewer import Viewer

COUNTS = (1, 2, 4)
KEYED = 9
"""Arrangements that have a key, Alt and a number."""
HEARD = ("camera", "ei", "format")
"""Of the state of a slot: what a scale depends on."""


class Scopes(Panel):
    """`counted`: how many are shown now. `pointed`: what is under the cursor in one of them, None where nothing is: its
    `slot`, `tap` and `scope`, and what scope.read says."""

    title = "Scopes"

    counted = Signal(int)
    pointed = Signal(object)

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        """`viewer`: in whose picture the parts that are looked at are chosen, and where pointing marks the scopes."""
        super().__init__()
        self._link = link
        self._slot = ""
        self._count, self._beside, self._alone = FIRST.count, FIRST.beside, -1
        self.scopes = [Scope(link, choice) for choice in FIRST.choices]
        self.parts = ScopeParts(viewer, self.shown)
        viewer.pointed.connect(self._mark)
        for at, scope in enumerate(self.scopes):
            scope.large.connect(partial(self._pop, at))
            scope.wants_part.connect(partial(self.parts.arm, scope))
            scope.chosen.connect(viewer.update)
            scope.pointed.connect(partial(self._tell, scope))
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.GAP)
        self.buttons: dict[int, QToolButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 2, theme.GAP, theme.GAP)
        column.setSpacing(2)
        column.addLayout(self._row())
        column.addLayout(self._grid, 1)
        self._arrange()

    def shown(self) -> list[Scope]:
        """Those that are seen, in their order."""
        if self._alone >= 0:
            return [self.scopes[self._alone]]
        return self.scopes[: self._count]

    def show_count(self, count: int) -> None:
        """One, two or four; the others cost nothing."""
        self._count, self._alone = count, -1
        self._arrange()

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        for scope in self.shown():
            scope.show_slot(slot)

    def show_state(self, paths: list[Path]) -> None:
        ours = [("slots", self._slot, name) for name in HEARD]
        if any(path[:3] == one[: len(path)] for path in paths for one in ours):
            for scope in self.shown():
                scope.show_state()

    def show_tap(self, tap: str) -> None:
        """All of them at one tap; a scale in stops is the source's alone, and percent takes its place."""
        for scope in self.scopes:
            stops = scope.choice.scale == "stops" and tap != "source"
            scope.change(tap=tap, **({"scale": "percent"} if stops else {}))

    def toggle_tap(self) -> None:
        """All of them at the other tap."""
        self.show_tap("graded" if self.scopes[0].choice.tap == "source" else "source")

    def show_pairs(self) -> None:
        """The first two, each at the source and graded, beside each other."""
        first, second = self.scopes[0].choice, self.scopes[1].choice if self._count > 1 else self.scopes[0].choice
        pairs = []
        for choice in (first, second) if self._count > 1 else (first, first):
            at_graded = "percent" if choice.scale == "stops" else choice.scale
            pairs += [replace(choice, tap="source"), replace(choice, tap="graded", scale=at_graded)]
        self.show_layout(Layout(tuple(pairs), 4 if self._count == 4 else 2, beside=True))

    def toggle_blacks(self) -> None:
        """The lowest 15 % of the scale in all of them, or all of it."""
        all_black = all(scope.choice.window == BLACKS for scope in self.shown() if scope.choice.scope in LEVEL_KINDS)
        for scope in self.shown():
            if scope.choice.scope in LEVEL_KINDS:
                scope.change(window=None if all_black else BLACKS)

    def next_scale(self) -> None:
        """The next scale that each of them can have; its head says which that is."""
        scaled = [scope for scope in self.shown() if scope.choice.scope in LEVEL_KINDS]
        for scope in scaled:
            scope.next_scale()
        if not scaled:
            self._link.refused.emit("none of these scopes has a scale of levels")

    def layout_now(self) -> Layout:
        return Layout(tuple(scope.choice for scope in self.scopes), self._count, self._beside)

    def show_layout(self, layout: Layout) -> None:
        """Arranges them so."""
        for scope, choice in zip(self.scopes, layout.choices, strict=True):
            scope.choose(choice)
        self._count, self._beside, self._alone = layout.count, layout.beside, -1
        self._arrange()

    def layouts(self) -> dict[str, Layout]:
        """By name: those that are always there, then the user's, which may take a name of these."""
        return dict(BUILT_IN) | self._own_layouts()

    def keep_layout(self, name: str) -> None:
        """As they are now, under a name of the user's."""
        if name := name.strip()[:MOST_NAME]:
            self._save(self._own_layouts() | {name: self.layout_now()})

    def remove_layout(self, name: str) -> None:
        self._save({known: layout for known, layout in self._own_layouts().items() if known != name})

    def can(self) -> Iterable[Action]:
        yield Action("tap", "Scopes: source or graded", "B", self.toggle_tap)
        yield Action("scopes-pairs", "Scopes: source beside graded", "Shift+B", self.show_pairs)
        yield Action("scopes-scale", "Scopes: next scale", "Shift+U", self.next_scale)
        yield Action("scopes-blacks", "Scopes: blacks, the lowest 15 %", "Shift+K", self.toggle_blacks)
        yield Action("scopes-peaks", "Scopes: begin held peaks anew", "", self.reset_peaks)
        for count in COUNTS:
            yield Action(f"scopes-{count}", f"Scopes: {count} up", "", partial(self.show_count, count))
        for number in range(1, KEYED + 1):
            yield self._layout_action(number, f"Alt+{number}", *list(BUILT_IN)[number - 1 : number])

    def now(self) -> Iterable[Action]:
        """The layouts that there are, by their names; those that have a key take its place in the palette."""
        for number, name in enumerate(self.layouts(), 1):
            yield self._layout_action(number, "", name)

    def _layout_action(self, number: int, key: str, *names: str) -> Action:
        words = ", ".join((f"Scopes: layout {number}", *names))
        return Action(f"scopes-layout-{number}", words, key, partial(self._show_number, number))

    def reset_peaks(self) -> None:
        """In all that are seen."""
        for tap in {scope.choice.tap for scope in self.shown()}:
            self._link.do("scope.reset", slot=self._slot, tap=tap)

    def kept(self) -> dict[str, Any]:
        return self.layout_now().kept()

    def restore(self, kept: Mapping[str, Any]) -> None:
        layout = layout_of(kept)
        if layout is not None:
            self.show_layout(layout)

    def renew(self) -> None:
        """The session is there again."""
        for scope in self.shown():
            scope.renew()

    def close_streams(self) -> None:
        """No more pictures."""
        for scope in self.scopes:
            scope.trace.stream.close()

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for count in COUNTS:
            button = _button(f"{count} up")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(partial(self.show_count, count))
            self.buttons[count] = button
            mark(button, f"scopes-{count}")
            row.addWidget(button)
        row.addStretch(1)
        self.pairs = _button("Source | graded")
        self.pairs.clicked.connect(self.show_pairs)
        mark(self.pairs, "scopes-pairs")
        self.arranged = _button("Layout ▾")
        self.arranged.clicked.connect(self._open_layouts)
        row.addWidget(self.pairs)
        row.addWidget(self.arranged)
        return row

    def _arrange(self) -> None:
        shown = self.shown()
        self.buttons[self._count].setChecked(True)
        columns = 2 if len(shown) == 4 or (len(shown) == 2 and self._beside) else 1
        for scope in self.scopes:
            self._grid.removeWidget(scope)
            if scope not in shown:
                scope.hide()
                scope.head.stand_beside([scope.head])
        for at, scope in enumerate(shown):
            self._grid.addWidget(scope, at // columns, at % columns)
            row = at - at % columns
            scope.head.stand_beside([one.head for one in shown[row : row + columns]])
            scope.show()
            scope.show_slot(self._slot)
        self.counted.emit(len(shown))

    def _pop(self, at: int) -> None:
        """That one alone and large, or all as they were."""
        self._alone = -1 if self._alone == at else at
        self._arrange()

    def _mark(self, place: QPointF | None) -> None:
        """The place under the cursor in the picture is marked in each of them."""
        inside = place is not None and 0 <= place.x() <= 1 and 0 <= place.y() <= 1
        for scope in self.shown():
            scope.mark((place.x(), place.y()) if inside and place is not None else None)

    def _tell(self, scope: Scope, reading: dict[str, Any] | None) -> None:
        known = {"slot": self._slot, "tap": scope.choice.tap, "scope": scope.choice.scope}
        self.pointed.emit(None if reading is None else reading | known)

    def _show_number(self, number: int) -> None:
        layouts = [*self.layouts().values()]
        if number <= len(layouts):
            self.show_layout(layouts[number - 1])

    def _open_layouts(self) -> None:
        self.layout_menu().popup(self.arranged.mapToGlobal(self.arranged.rect().bottomLeft()))

    def layout_menu(self) -> QMenu:
        """Names to choose from, a field for the name of what is now, and what can be removed."""
        menu = passing_menu(self)
        own = self._own_layouts()
        for number, (name, layout) in enumerate(self.layouts().items(), 1):
            key = f"\tAlt+{number}" if number <= KEYED else ""
            menu.addAction(f"{name}{key}").triggered.connect(partial(self.show_layout, layout))
        menu.addSeparator()
        field = QLineEdit(placeholderText="keep as … and Enter", maxLength=MOST_NAME)
        field.returnPressed.connect(lambda: self.keep_layout(field.text()))
        field.returnPressed.connect(menu.close)
        typed = QWidgetAction(menu)
        typed.setDefaultWidget(_padded(field))
        menu.addAction(typed)
        if own:
            removing = menu.addMenu("Remove")
            for name in own:
                removing.addAction(name).triggered.connect(partial(self.remove_layout, name))
        return menu

    def _own_layouts(self) -> dict[str, Layout]:
        try:
            return load_layouts()
        except (UsageError, ControlError) as error:
            self._link.refused.emit(str(error))
            return {}

    def _save(self, layouts: Mapping[str, Layout]) -> None:
        try:
            save_layouts(layouts)
        except (UsageError, ControlError) as error:
            self._link.refused.emit(str(error))


def _button(words: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setMinimumHeight(theme.TOUCH)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def _padded(field: QLineEdit) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(theme.GAP, 2, theme.GAP, 2)
    row.addWidget(field)
    return box
