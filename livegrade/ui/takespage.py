"""The page of takes: the slate, what each slot records, and the takes of the day. Nothing opens by itself."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from livegrade.ui import theme
from livegrade.ui.assignable import mark
from livegrade.ui.handoff import HandOff
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.press import tool
from livegrade.ui.recording import MARKER_KEYS, MARKERS, Recording
from livegrade.ui.scrolling import scrolled, turn
from livegrade.ui.slate import Slate
from livegrade.ui.takefields import TakeFields
from livegrade.ui.takelist import Takes, TakeTable
from livegrade.ui.words import WAITING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from livegrade.ui.link import Path, SessionLink

TYPED_MS = 250
"""A search is sent when nobody has typed for so long."""
LEFT = 436
"""Pixels of what stands left of the takes: lines of slots, whole."""
NO_LIBRARY = "This session keeps no takes: it was started without a library."


class TakesPage(Panel):
    """Of all slots; keys mean the one that is looked at. `called`: it is to be shown."""

    title = "Takes"
    called = Signal()

    def __init__(self, link: SessionLink) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._searched: tuple[str, str, bool] | None = None
        self._number: int | None = None
        self.slate = Slate(link)
        self.recording = Recording(link)
        link.gone.connect(self._gone)
        self.takes = Takes(link)
        self.table = TakeTable(self.takes)
        self.table.load.connect(self._load)
        self.fields = TakeFields(link)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_fields())
        for changed in (self.takes.dataChanged, self.takes.modelReset, self.takes.layoutChanged):
            changed.connect(lambda *_: self._show_fields())
        self.undo, self.redo = tool("Undo"), tool("Redo")
        self.undo.clicked.connect(lambda: link.do_aloud("take.undo"))
        self.redo.clicked.connect(lambda: link.do_aloud("take.redo"))
        self.words = QLineEdit()
        self.words.setPlaceholderText("search: circled scene=12 clip>2")
        self.words.setClearButtonEnabled(True)
        self.every = QToolButton()
        self.every.setText("All days")
        self.every.setCheckable(True)
        self.every.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.every.setMinimumHeight(theme.TOUCH)
        self.said = QLabel()
        self.said.setStyleSheet(f"color: {theme.DIM}")
        self._typing = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typing.timeout.connect(self._search)
        self.words.textChanged.connect(lambda _: self._typing.start())
        self.words.returnPressed.connect(self._search)
        self.every.toggled.connect(lambda _: self._search())
        self.takes.counted.connect(lambda count: self._say(f"{count} takes" if count != 1 else "1 take"))
        self.takes.failed.connect(lambda why: self._say(why, trouble=True) if why else None)
        self.handoff = HandOff(link, lambda: [take["key"] for take in self.table.chosen], self._found)
        self.to_post = QToolButton()
        self.to_post.setText("Hand-off")
        self.to_post.setCheckable(True)
        self.to_post.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.to_post.setMinimumHeight(theme.TOUCH)
        self._arrange()
        mark(self.circle, "circle")
        mark(self.to_post, "hand-off")
        mark(self.undo, "undo-takes")
        mark(self.redo, "redo-takes")
        for step, button in self.slate.steps.items():
            mark(button, f"next-{step}")

    def _arrange(self) -> None:
        self.circle, self.comment = QPushButton("Circle newest"), QLineEdit()
        self.circle.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.circle.setMinimumHeight(theme.TOUCH)
        self.circle.clicked.connect(lambda: self._link.do_aloud("take.circle"))
        self.comment.setPlaceholderText("comment on the newest take")
        self.comment.setMaxLength(2000)
        self.comment.returnPressed.connect(self._commented)
        self.slate.buttons.addWidget(self.circle)
        newest = QHBoxLayout()
        newest.setSpacing(4)
        newest.addWidget(self.comment, 1, Qt.AlignmentFlag.AlignTop)
        newest.addWidget(self.slate.others)
        inside = QWidget()
        left = QVBoxLayout(inside)
        left.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        left.setSpacing(theme.GAP)
        left.addWidget(self.slate)
        left.addLayout(newest)
        left.addWidget(self.recording)
        left.addWidget(self.slate.others.more)
        left.addStretch(1)
        area = scrolled(inside)
        area.setMinimumWidth(LEFT)
        self._head = QHBoxLayout()
        self._head.setSpacing(theme.GAP)
        self._head.addWidget(self.words, 1)
        self._head.addWidget(self.every)
        self._head.addWidget(self.said)
        self._head.addWidget(self.undo)
        self._head.addWidget(self.redo)
        self._head.addWidget(self.to_post)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addLayout(self._head)
        listed = QWidget()
        below = QVBoxLayout(listed)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.table, 1)
        below.addWidget(self.fields)
        stack = QStackedWidget()
        stack.addWidget(listed)
        stack.addWidget(self.handoff)
        self.to_post.toggled.connect(lambda seen: turn(stack, int(seen)))
        column.addWidget(stack, 1)
        split = QSplitter()
        split.addWidget(area)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([LEFT, 1280 - LEFT])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def show_slot(self, slot: str) -> None:
        self._slot = slot

    def show_state(self, paths: list[Path]) -> None:
        library = self._link.at("library")
        self.recording.show_slots(self._link.at("slots") or {}, library)
        is_all = () in paths
        self._show_slate(library, anew=is_all or any(path[:2] == ("library", "slate") for path in paths))
        if is_all or any(path[:2] == ("library", "export") for path in paths):
            self.handoff.show_export(None if library is None else library["export"])
        for step, way in ((self.undo, "undo"), (self.redo, "redo")):
            steps = [] if library is None else library[way]
            step.setEnabled(bool(steps))
            step.setToolTip(f"{way} {steps[-1]}" if steps else f"nothing to {way}")
        if library is None:
            self._say(NO_LIBRARY if self._link.is_here else WAITING)
        elif is_all:
            self._search()
            self.takes.refresh()
        elif any(path[:2] == ("library", "revision") for path in paths):
            self.takes.refresh()

    def _show_slate(self, library: dict[str, Any] | None, *, anew: bool) -> None:
        """With the take of the slot that is looked at, else of another that runs."""
        takes = {} if library is None else library["open"]
        running = takes.get(self._slot) or next(iter(takes.values()), None)
        number = None if running is None else running["take"]
        if anew or number != self._number:
            self._number = number
            self.slate.show_slate(None if library is None else library["slate"], number)

    def _show_fields(self) -> None:
        self.fields.show_take(next(iter(self.table.chosen), None))

    def _gone(self, reason: str) -> None:
        self.recording.show_gone()

    def toggle_take(self) -> None:
        """Begins a take of the slot, or ends the one that runs."""
        runs = self._link.at("library", "open", self._slot) is not None
        self._do("take.end" if runs else "take.start")

    def can(self) -> Iterable[Action]:
        circle = partial(self._link.do_aloud, "take.circle")
        yield Action("grab", "Take: grab a still", "S", lambda: self._do("still.grab"), self._to("still"))
        yield Action("take", "Take: begin or end", "R", self.toggle_take, self._to("take"))
        yield Action("circle", "Take: circle the newest", "", circle, lambda: "/livegrade/take/circle 1")
        for step in self.slate.steps:
            run = partial(self._link.do_aloud, "take.next", step=step)
            to = partial("/livegrade/take/next/{}".format, step)
            yield Action(f"next-{step}", f"Take: the next is of the next {step}", "", run, to)
        for way in ("undo", "redo"):
            change, to = partial(self._link.do_aloud, f"take.{way}"), partial("/livegrade/take/{}".format, way)
            yield Action(f"{way}-takes", f"Take: {way} what was changed of takes", "", change, to)
        yield Action("hand-off", "Take: hand the day off to post", "", self._hand_off)
        free, to_free = partial(self._do, "marker.add"), self._to("marker/free")
        yield Action("marker", "Take: marker", MARKER_KEYS["free"], free, to_free)
        for kind, words in MARKERS.items():
            if kind != "free":
                run = partial(self._do, "marker.add", kind=kind)
                to_kind = self._to(f"marker/{kind}")
                yield Action(f"marker-{kind}", f"Take: marker, {words}", MARKER_KEYS[kind], run, to_kind)

    def kept(self) -> dict[str, Any]:
        return {"every": self.every.isChecked()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.every.setChecked(kept.get("every") is True)

    def _to(self, what: str) -> Callable[[], str]:
        return lambda: f"/livegrade/{self._slot}/{what}" if self._slot else ""

    def _do(self, command: str, **arguments: Any) -> None:
        self._link.do_aloud(command, slot=self._slot, **arguments)

    def _hand_off(self) -> None:
        self.called.emit()
        self.to_post.setChecked(True)

    def _found(self) -> str:
        """The words of the search, with the day where it is of one."""
        return self.takes.query.removeprefix("takes").strip() if self.words.text().strip() else ""

    def _load(self, take: dict[str, Any]) -> None:
        """The last look of a take into the slot that is looked at."""
        self._do("library.recall", look=take["looks"][-1]["look_id"])

    def _commented(self) -> None:
        self._link.do_aloud("take.comment", comment=self.comment.text().strip())
        self.comment.clear()
        self.window().setFocus()  # the next key is the window's again

    def _search(self) -> None:
        """Where the words are others than those of the list."""
        day = self._link.at("library", "day") or ""
        wanted = (self.words.text(), day, self.every.isChecked())
        if wanted == self._searched or not day:
            return
        self._searched = wanted
        within = [] if wanted[2] else [shlex.quote(f"day={day}")]
        self.takes.search(" ".join(["takes", *within, wanted[0]]))

    def _say(self, words: str, *, trouble: bool = False) -> None:
        self.said.setText(words)
        self.said.setStyleSheet(f"color: {theme.AMBER if trouble else theme.DIM}")
