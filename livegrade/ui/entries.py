"""What a search of the library finds, as a list that is as long as all of it and holds what was looked at: pages are
asked for when their rows are seen, the newest wish first."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

if TYPE_CHECKING:
    from livegrade.control.messages import Answer
    from livegrade.ui.link import SessionLink

PAGE = 100
"""Entries that are asked for at once."""
AT_ONCE = 2
"""Pages that are under way."""
MOST_KEPT = 4000
"""Entries that are held."""
ENTRY = Qt.ItemDataRole.UserRole
"""The entry of a row as the session tells it, None while it is on its way."""
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class Entries(QAbstractTableModel):
    """Rows are entries, the newest first; columns are for those who show them. `query`: what is
    searched for; `is_new`: nothing of it has come yet. `counted`: how many there are; `failed`:
    why the session does not search, in a sentence, "" when it does again."""

    counted = Signal(int)
    failed = Signal(str)

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self.query = ""
        self._total = 0
        self._rows: dict[int, dict[str, Any]] = {}
        self._fresh: OrderedDict[int, None] = OrderedDict()
        self._wanted: list[int] = []
        self._under_way: set[int] = set()
        self._turn = 0
        self._age = 0
        self.is_new = True

    def search(self, query: str) -> None:
        """Shows what `query` finds; what is there now stays until the answer comes."""
        self.query = query
        self.is_new = True
        self._turn += 1
        self.refresh()

    def refresh(self) -> None:
        """Something in the library has changed: what is seen is asked for anew."""
        self._age += 1
        self._fresh.clear()
        self._under_way.clear()
        self._wanted = [0]
        self._ask()
        self._tell_rows(0, self._total - 1)

    def entry(self, row: int) -> dict[str, Any] | None:
        """Of that row; None where it is not here yet, and then it is asked for."""
        page = row // PAGE
        if 0 <= row < self._total and page not in self._fresh and page not in self._under_way:
            if page in self._wanted:
                self._wanted.remove(page)
            self._wanted.append(page)
            self._ask()
        elif page in self._fresh:
            self._fresh.move_to_end(page)
        return self._rows.get(row)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.entry(index.row()) if role == ENTRY else None

    def _ask(self) -> None:
        while self._wanted and len(self._under_way) < AT_ONCE and self._link.is_here:
            page, turn = self._wanted.pop(), self._turn
            self._under_way.add(page)
            self._link.do(
                "library.find",
                partial(self._came, page, (turn, self._age)),
                query=self.query,
                limit=PAGE,
                skip=page * PAGE,
            )

    def _came(self, page: int, asked: tuple[int, int], answer: Answer) -> None:
        turn, age = asked
        if turn != self._turn:
            return  # of another search
        if age == self._age:
            self._under_way.discard(page)
        if answer.found is None:
            self.failed.emit(answer.error or "the library does not answer")
            return
        self.failed.emit("")
        if age == self._age:
            self._fresh[page] = None
        first = page * PAGE
        here = dict(enumerate(answer.found, first))
        self._resize(answer.total or 0, here)
        self._place(here)
        self._forget()
        self._tell_rows(first, first + len(answer.found) - 1)
        self._ask()

    def _forget(self) -> None:
        """Entries that were not looked at for long; they are asked for again when they are."""
        if len(self._rows) <= MOST_KEPT:
            return
        while len(self._fresh) > MOST_KEPT // PAGE // 2:
            self._fresh.popitem(last=False)
        self._rows = {row: entry for row, entry in self._rows.items() if row // PAGE in self._fresh}

    def _resize(self, total: int, here: dict[int, dict[str, Any]]) -> None:
        """More entries are one block, where the first page begins to be another: what is chosen stays chosen. Where
        there are fewer it is another list."""
        more = total - self._total
        if self.is_new:
            self.beginResetModel()
            self._rows, self._total, self.is_new = {}, total, False
            self.endResetModel()
            self.counted.emit(total)
            return
        if more > 0 and self._total:
            others = (row for row, entry in here.items() if _which(self._rows.get(row)) != _which(entry))
            at = min(next(others, len(here)), self._total) if 0 in here else 0
            self.beginInsertRows(QModelIndex(), at, at + more - 1)
            self._rows = {row + more * (row >= at): entry for row, entry in self._rows.items()}
            self._total = total
            self.endInsertRows()
        elif more:
            self.beginResetModel()
            self._rows = {row: entry for row, entry in self._rows.items() if row < total}
            self._total = total
            self.endResetModel()
        if more:
            self.counted.emit(total)

    def _place(self, here: dict[int, dict[str, Any]]) -> None:
        """Where rows have other entries than before, what is chosen goes with its entry, and is not chosen any more
        where that is gone."""
        if all(_which(self._rows.get(row, entry)) == _which(entry) for row, entry in here.items()):
            self._rows |= here
            return
        self.layoutAboutToBeChanged.emit()
        rows = {_which(entry): row for row, entry in here.items()}
        before = self.persistentIndexList()
        after = []
        for index in before:
            row = rows.get(_which(self._rows.get(index.row())), None if index.row() in here else index.row())
            after.append(QModelIndex() if row is None else self.index(row, index.column()))
        self._rows |= here
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _tell_rows(self, first: int, last: int) -> None:
        if 0 <= first <= last < self._total:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))


def _which(entry: dict[str, Any] | None) -> tuple[str, int] | None:
    """What an entry is told by, whatever else of it changes."""
    return None if entry is None else (entry["entry"], entry["key"])
