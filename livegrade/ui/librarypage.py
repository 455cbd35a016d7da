"""The page of the library: looks, stills and takes by words and numbers, and their looks back into the slot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from livegrade.ui import theme, words
from livegrade.ui.entries import Entries
from livegrade.ui.entrydetails import EntryDetails
from livegrade.ui.entrygrid import EntryGrid, look_of
from livegrade.ui.filters import Filters
from livegrade.ui.keys import Action
from livegrade.ui.lookshelf import MOST
from livegrade.ui.panel import Panel
from livegrade.ui.thumbnails import Thumbnails
from livegrade.ui.words import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livegrade.control.messages import Answer
    from livegrade.ui.link import Path, SessionLink

NO_LIBRARY = "This session keeps nothing: it was started without a library."


class LibraryPage(Panel):
    """What it loads goes into the slot that is looked at. `compare_wanted`: what the picture is to be compared with,
    as behind `with=`; `called`: it is to be shown."""

    title = "Library"
    compare_wanted = Signal(str)
    called = Signal()

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._searched = ""
        self._to_first = False
        self.entries = Entries(link)
        self.thumbnails = Thumbnails(link)
        self.grid = EntryGrid(self.entries, self.thumbnails)
        self.filters = Filters()
        self.details = EntryDetails(link)
        self.said = QLabel()
        self.name, self.keep = QLineEdit(), QPushButton("Keep look")
        self.filters.changed.connect(self._search)
        self.grid.chosen.connect(self.details.show_entry)
        self.grid.wanted.connect(self.load)
        self.grid.added.connect(partial(self.load, add=True))
        self.grid.compared.connect(self.compare)
        self.grid.shelved.connect(self.shelve)
        self.details.load.connect(self.load)
        self.details.add.connect(partial(self.load, add=True))
        self.details.compare.connect(self.compare)
        self.entries.counted.connect(lambda count: self._say(words.count(count)))
        self.entries.modelReset.connect(self._listed)
        self.filters.entered.connect(self._go_to_first)
        self.entries.failed.connect(lambda why: self._say(why, trouble=True) if why else None)
        self._arrange()

    def _arrange(self) -> None:
        self.name.setPlaceholderText("name for the slot's look")
        self.name.setMaxLength(200)
        self.name.returnPressed.connect(self._keep)
        self.keep.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.keep.setMinimumHeight(theme.TOUCH)
        self.keep.clicked.connect(self._keep)
        keep = QHBoxLayout()
        keep.setSpacing(4)
        keep.addWidget(self.name, 1)
        keep.addWidget(self.keep)
        left, middle, right = QWidget(), QWidget(), QWidget()
        columns = [QVBoxLayout(one) for one in (left, middle, right)]
        for column in columns:
            column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
            column.setSpacing(4)
        columns[0].addWidget(self.filters, 1)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self.filters.words, 1)
        head.addWidget(self.said)
        columns[1].addLayout(head)
        columns[1].addWidget(self.grid, 1)
        columns[2].addWidget(self.details, 1)
        columns[2].addLayout(keep)
        split = QSplitter()
        for one in (left, middle, right):
            split.addWidget(one)
        split.setStretchFactor(1, 1)
        split.setSizes([220, 700, 360])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self.keep.setText(f"Keep look {slot}".strip())

    def show_state(self, paths: list[Path]) -> None:
        if self._link.at("library") is None:
            self._say(NO_LIBRARY if self._link.is_here else WAITING)
        elif () in paths:
            self._search()
            self.entries.refresh()
        elif any(path[:2] == ("library", "revision") for path in paths):
            self.entries.refresh()

    def load(self, entry: dict[str, Any], *, add: bool = False) -> None:
        """The look of an entry into the slot, in place of its look or behind it."""
        named = entry["entry"] == "looks" and (entry["scene"] or entry["linked"])
        if named:  # with looks of other slots that were kept with it
            which = {"look": entry["name"], "scene": entry["scene"], "version": entry["version"]}
        else:
            which = {"look": look_of(entry)}
        if which["look"]:
            self._link.do_aloud("library.recall", slot=self._slot, add=add, **which)

    def compare(self, entry: dict[str, Any]) -> None:
        """With a still, or with the newest still of a take."""
        if entry["entry"] == "stills":
            self.compare_wanted.emit(f"still:{entry['key']}")
            return

        def came(answer: Answer) -> None:
            if answer.found:
                self.compare_wanted.emit(f"still:{answer.found[0]['key']}")
            else:
                self._link.refused.emit(answer.error or "no still was grabbed in that take")

        self._link.do("library.find", came, query=f"stills of={entry['key']}", limit=1)

    def shelve(self, entry: dict[str, Any]) -> None:
        """A look into the first free place of the shelf."""
        shelf = self._link.at("library", "shelf") or {}
        place = next((place for place in range(1, MOST + 1) if str(place) not in shelf), None)
        if place is None:
            self._link.refused.emit("the shelf is full; take a look off it first, on the page Grade")
        else:
            self._link.do_aloud("shelf.pin", place=place, entry=entry["key"])

    def can(self) -> Iterable[Action]:
        yield Action("search", "Library: search", "Ctrl+F", self._find)

    def kept(self) -> dict[str, Any]:
        return self.filters.kept()

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.filters.restore(kept)

    def _find(self) -> None:
        self.called.emit()
        self.filters.words.setFocus()
        self.filters.words.selectAll()

    def _go_to_first(self) -> None:
        """Enter in a search goes to the first that is found; Enter there loads it."""
        self._to_first = True
        if not self.entries.is_new:
            self._listed()

    def _listed(self) -> None:
        """Another list is there."""
        to_first, self._to_first = self._to_first and self.entries.rowCount() > 0, False
        if to_first:
            self.grid.setFocus()
            self.grid.setCurrentIndex(self.entries.index(0, 0))
        else:
            self.details.show_entry(None)

    def _keep(self) -> None:
        name = self.name.text().strip()
        if name:
            self._link.do_aloud("library.keep", slot=self._slot, name=name)
            self.name.clear()
            self.window().setFocus()  # the next key is the window's again
        else:
            self._link.refused.emit("give the look a name first")

    def _search(self) -> None:
        query = self.filters.query
        if query != self._searched and self._link.at("library") is not None:
            self._searched = query
            self.entries.search(query)

    def _say(self, words: str, *, trouble: bool = False) -> None:
        self.said.setText(words)
        self.said.setStyleSheet(f"color: {theme.AMBER if trouble else theme.DIM}")
