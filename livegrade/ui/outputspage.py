"""Outputs: where the pictures go and what each shows; one is chosen at the left and set at the right. The picture on
another monitor of this machine stands among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout

from livegrade.ui import theme, words
from livegrade.ui.keys import Action
from livegrade.ui.monitor import Monitor, other_screen, screen_named, words_of
from livegrade.ui.outputdetail import OutputDetail
from livegrade.ui.panel import Panel
from livegrade.ui.press import tool
from livegrade.ui.wrapped import wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from livegrade.control.messages import Answer
    from livegrade.ui.link import Path, SessionLink

HEADINGS = ("", "Slot", "Goes to", "State", "Shows", "Out", "Dropped", "Repeated", "Held", "Seen by", "Latency")
WIDTHS = (24, 33, 140, 84, 136, 74, 65, 72, 54, 60, 116)
NUMBERS = 5
"""From this column on figures, right-aligned."""
GOES_TO, SHOWS = 2, 4
"""The columns that have what room there is: the first what the second leaves."""
SMALL = 1280
"""Pixels of a window for which WIDTHS are; of a wider one a third is for SHOWS."""
KEY = Qt.ItemDataRole.UserRole
MONITOR = "monitor"
"""The row of the picture on another monitor."""
WHOLE_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
HINT = "ndi:Village   decklink:0   /takes/day1.mov   with ,slot=B,view=source,to=rec709 behind it"


class OutputsPage(Panel):
    """`monitor`: the picture on another monitor, which follows the slot that is looked at."""

    title = "Outputs"

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._known: frozenset[str] | None = None
        self._was_chosen = False
        self.monitor = Monitor(link)
        link.gone.connect(self._gone)
        self.monitor.changed.connect(lambda: self.show_state([("sinks",)]))
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(HEADINGS))
        self.list.setRootIsDecorated(False)
        wrap(self.list)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.list.header().setStretchLastSection(False)
        self._given = WIDTHS[SHOWS]
        self.list.header().setSectionResizeMode(GOES_TO, QHeaderView.ResizeMode.Stretch)
        for at, width in enumerate(WIDTHS):
            self.list.setColumnWidth(at, width)
            if at >= NUMBERS:
                self.list.headerItem().setTextAlignment(at, RIGHT)
        self.list.currentItemChanged.connect(lambda *_: self._show_detail())
        self.detail = OutputDetail(link, self.monitor)
        self.address = QLineEdit()
        self.address.setPlaceholderText(HINT)
        self.address.returnPressed.connect(self._add)
        self.added = tool("Add output", "the address as behind --out; the other outputs do not notice")
        self.added.clicked.connect(self._add)
        self._arrange()
        self._show_rows([])

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self.monitor.show_slot(slot)

    def show_state(self, paths: list[Path]) -> None:
        if any(path == () or path[0] == "sinks" for path in paths):
            self._show_rows(sorted((self._link.at("sinks") or {}).items(), key=lambda item: int(item[0])))
            self._show_detail()

    def _gone(self, reason: str) -> None:
        self.show_state([("sinks",)])

    def choose(self, key: str) -> None:
        """An output by its number, or the monitor."""
        for item in self._items():
            if item.data(0, KEY) == key:
                self.list.setCurrentItem(item)

    def toggle_monitor(self) -> None:
        """The clean picture on the other monitor, or not any more."""
        if self.monitor.is_open:
            self.monitor.shut()
        else:
            self.monitor.open_on(other_screen(self.window()))

    def can(self) -> Iterable[Action]:
        yield Action("monitor", "Picture: clean on the other monitor", "Shift+F11", self.toggle_monitor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.list.columnWidth(SHOWS) == self._given:  # else somebody has chosen it
            self._given = WIDTHS[SHOWS] + max(0, self.width() - SMALL) // 3
            self.list.setColumnWidth(SHOWS, self._given)

    def kept(self) -> dict[str, Any]:
        screen = words_of(self.monitor.screen()) if self.monitor.is_open else ""
        return {"monitor": screen, "shows": self.monitor.wish, "widths": self._widths()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        shows, widths = kept.get("shows"), kept.get("widths")
        if isinstance(shows, dict) and shows.get("view") and all(isinstance(word, str) for word in shows.values()):
            self.monitor.show_picture(shows)
        screen = screen_named(str(kept.get("monitor")))
        if screen not in (None, self.window().screen()) and not self.monitor.is_open:  # it would cover the window
            self.monitor.open_on(screen)
        if isinstance(widths, list) and len(widths) == len(HEADINGS) and all(isinstance(one, int) for one in widths):
            for at, width in enumerate(widths):
                self.list.setColumnWidth(at, min(2000, max(20, width)))

    def _arrange(self) -> None:
        adding = QHBoxLayout()
        adding.addWidget(self.address, 1)
        adding.addWidget(self.added)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addLayout(adding)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.addLayout(left, 1)
        row.addWidget(self.detail)

    def _widths(self) -> list[int]:
        return [self.list.columnWidth(at) for at in range(len(HEADINGS))]

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for at in range(self.list.topLevelItemCount()) if (item := self.list.topLevelItem(at)) is not None]

    def _chosen(self) -> str:
        item = self.list.currentItem()
        return "" if item is None else str(item.data(0, KEY))

    def _show_rows(self, sinks: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """The choice stays with its output; where that is gone nothing is chosen, and not what stands there now."""
        chosen = self._chosen()
        cells_of = _cells if self._link.is_here else _unknown
        rows = [*((number, cells_of(number, sink)) for number, sink in sinks), (MONITOR, self._monitor_cells())]
        with QSignalBlocker(self.list):
            self._write_rows(rows, chosen, {key: sink["address"] for key, sink in sinks})
        new = [key for key, _ in sinks if self._known is not None and key not in self._known]
        if new:
            self._known = None
        if chosen:
            self._was_chosen = True
        if sinks and (new or not self._was_chosen):
            self.choose(new[0] if new else rows[0][0])

    def _write_rows(
        self, rows: Sequence[tuple[str, list[tuple[str, str]]]], chosen: str, addresses: Mapping[str, str]
    ) -> None:
        while self.list.topLevelItemCount() > len(rows):
            self.list.takeTopLevelItem(self.list.topLevelItemCount() - 1)
        for at, (key, cells) in enumerate(rows):
            item = self.list.topLevelItem(at)
            if item is None:
                item = QTreeWidgetItem()
                self.list.addTopLevelItem(item)
            item.setData(0, KEY, key)
            _write(item, cells)
            item.setToolTip(GOES_TO, addresses.get(key, cells[GOES_TO][0]))
            if key == chosen:
                self.list.setCurrentItem(item, 0, WHOLE_ROW)
        if chosen not in dict(rows):
            self.list.selectionModel().clear()

    def _monitor_cells(self) -> list[tuple[str, str]]:
        monitor = self.monitor
        where = words.breakable(words_of(monitor.screen())) if monitor.is_open else "a monitor"
        state = ("off", theme.DIM)
        if monitor.is_open:
            bad = "no picture" if monitor.fault else "held" if monitor.mark else ""
            state = (bad, theme.RED) if bad else ("running", theme.GREEN)
        quiet = ("", theme.DIM)
        return [
            quiet,
            (monitor.slot, theme.TEXT),
            (where, theme.TEXT if monitor.is_open else theme.DIM),
            state,
            (words.view(str(monitor.wish["view"])), theme.TEXT),
            *[quiet] * 6,
        ]

    def _show_detail(self) -> None:
        key = self._chosen()
        if key == MONITOR:
            self.detail.show_monitor(self.toggle_monitor)
        else:
            sinks = self._link.at("sinks") or {}
            self.detail.show_sink(key, sinks.get(key), are_others=bool(sinks))

    def _add(self) -> None:
        address = self.address.text().strip()
        if not address:
            return
        if ",slot=" not in address and self._slot:
            address += f",slot={self._slot}"

        def answered(answer: Answer) -> None:
            if answer.result == "refused":
                self._known = None
                self._link.refused.emit(answer.error)
                return
            self.address.clear()
            if self.address.hasFocus():
                self.window().setFocus()  # the next key is the window's again
            self._link.noted.emit(f"{address} is added")

        self._known = frozenset(self._link.at("sinks") or ())  # whatever is new is what was added
        self._link.do("sink.add", answered, address=address)


def _cells(number: str, sink: Mapping[str, Any]) -> list[tuple[str, str]]:
    link, figures = sink["state"]["link"], sink["figures"]
    watched = "" if sink["connections"] is None else str(sink["connections"])
    lost = sink["dropped"]
    to_out = figures["in_to_out_ms"]
    latency = words.durations(figures["latency_ms"])
    if to_out is not None and to_out["p50"] is not None:
        latency = f"{to_out['p50']:.0f} / {to_out['p99']:.0f} ms cable"
    state = words.COLORS.get(link, theme.DIM)
    return [
        (number, theme.DIM),
        (sink["slot"], theme.TEXT),
        (words.breakable(words.goes_to(sink["address"])), theme.TEXT),
        ("locked, " + link if sink["locked"] else link, theme.AMBER if lost and link == "running" else state),
        (words.shows(sink["view"]), theme.TEXT if sink["view"].startswith("graded") else theme.AMBER),
        (words.count(sink["frames"]), theme.TEXT),
        (words.count(lost), theme.AMBER if lost else theme.DIM),
        (words.count(sink["repeated"]), theme.DIM),
        (words.count(sink["held"]), theme.AMBER if sink["held"] else theme.DIM),
        (watched, theme.TEXT),
        (latency, theme.TEXT),
    ]


def _unknown(number: str, sink: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Of a session that is gone."""
    known = number, sink["slot"], words.breakable(words.goes_to(sink["address"]))
    return [(text, theme.DIM) for text in (*known, *[""] * (len(HEADINGS) - len(known)))]


def _write(item: QTreeWidgetItem, cells: Sequence[tuple[str, str]]) -> None:
    for at, (text, color) in enumerate(cells):
        text = text or theme.DASH
        if item.text(at) != text:
            item.setText(at, text)
            item.setToolTip(at, text)
        item.setForeground(at, QBrush(QColor(color if text != theme.DASH else theme.DIM)))
        if at >= NUMBERS:
            item.setTextAlignment(at, RIGHT)
