"""The page of comparing: what the picture can be compared with as a strip of small pictures, how, and how far they are
apart, with one key that closes the difference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
)

from livegrade.ui import theme, words
from livegrade.ui.assignable import mark, number_address
from livegrade.ui.comparing import MODES, TURNED, Comparing, name_of
from livegrade.ui.keys import Action
from livegrade.ui.matchparts import MatchParts
from livegrade.ui.matchreadout import MatchReadout
from livegrade.ui.number import Number
from livegrade.ui.panel import Panel
from livegrade.ui.press import tool
from livegrade.ui.scrolling import turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livegrade.control.messages import Answer
    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.thumbnails import Thumbnails
    from livegrade.ui.viewer import Viewer

PICTURE = QSize(128, 72)
EDGE = 2
MOST_ABOUT = 45
"""Letters that have room where the picture would be."""
REFERENCE = Qt.ItemDataRole.UserRole
STILLS_SHOWN = 100
CHOOSE_FILE = "file:"
ABOUT = ("label", "camera", "ei")
"""What of a slot's state stands in its place in the strip."""
PICTURES = "Pictures (*.png *.tif *.tiff *.jpg *.jpeg *.dpx *.exr *.bmp *.webp);;All files (*)"
NO_SINK = "window alone"
OF_MODE = {"toggle": "compare-alone"}
"""Actions that are called otherwise than their mode."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`words`: as behind `with=`; `name`: under its picture; `thumbnail`: "" where it has none; `about`: what else
    people know it by."""

    words: str
    name: str
    thumbnail: str = ""
    about: str = ""


class ComparePage(Panel):
    """`comparing`: the wish that it shows and turns."""

    title = "Compare"

    def __init__(self, link: SessionLink, viewer: Viewer, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._link = link
        self._slot = ""
        self._revision: object = None
        self._thumbnails = thumbnails
        self._stills: list[dict[str, Any]] = []
        self._file = ""
        self.comparing = Comparing(link, viewer)
        viewer.layers.append(self.comparing)
        viewer.tools.append(self.comparing)
        self.button = tool("Compare", "Compare with the reference (C)", checkable=True)
        mark(self.button, "compare")
        self.button.clicked.connect(self.comparing.turn)
        self.modes = {mode: tool(name, checkable=True) for mode, name in MODES.items()}
        for mode, button in self.modes.items():
            button.clicked.connect(partial(self._choose_mode, mode))
            mark(button, OF_MODE.get(mode, f"compare-{mode}"))
        self.at = Number("at", 0.25, 0, suffix=" %")
        self.at.turned.connect(lambda by: self.comparing.set_at(self.comparing.at + by))
        self.at.entered.connect(self.comparing.set_at)
        self.at.cleared.connect(lambda: self.comparing.set_at(50.0))
        self.gain = Number("gain", 0.1, 0)
        self.gain.turned.connect(lambda by: self.comparing.set_gain(self.comparing.gain + (1 if by > 0 else -1)))
        self.gain.entered.connect(self.comparing.set_gain)
        self.gain.cleared.connect(lambda: self.comparing.set_gain(4))
        self.numbered = {"compare-at": self.at, "compare-gain": self.gain}
        for called, number in self.numbered.items():
            number.address = number_address(called)
        self.sinks = QComboBox()
        self.sinks.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sinks.setMinimumHeight(theme.TOUCH)
        self.sinks.setMinimumWidth(170)
        self.sinks.setToolTip("Who else shows this: the window, or an output with it, in lock-step")
        self.sinks.activated.connect(lambda at: self.comparing.lock_to(self.sinks.itemData(at)))
        self.strip = _strip()
        self.strip.itemClicked.connect(lambda item: self._choose(item.data(REFERENCE)))
        self.note = QLabel()
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.match = MatchReadout(link, self.comparing, MatchParts(link, viewer, self.comparing))
        self._arrange()
        self.comparing.changed.connect(self._show)
        thumbnails.came.connect(self._came)
        self._show()

    def _arrange(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for button in self.modes.values():
            tools.addWidget(button)
        tools.addSpacing(theme.GAP)
        self.turned = QStackedWidget()  # one place for both: nothing moves when the mode is another
        self.turned.setFixedWidth(110)
        self.turned.addWidget(self.at)
        self.turned.addWidget(self.gain)
        tools.addWidget(self.turned)
        tools.addStretch(1)
        tools.addWidget(QLabel("in"))
        tools.addWidget(self.sinks)
        left = QVBoxLayout()
        left.setSpacing(theme.GAP)
        left.addLayout(tools)
        left.addWidget(self.strip, 1)
        left.addWidget(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.setSpacing(2 * theme.GAP)
        row.addLayout(left, 1)
        row.addWidget(self.match)

    def show_slot(self, slot: str) -> None:
        self._slot = slot
        self.comparing.show_slot(slot)
        self.match.show_slot(slot)
        self._fill()

    def show_state(self, paths: list[Path]) -> None:
        if any(path[:1] in ((), ("slots",), ("sinks",)) and (len(path) < 3 or path[2] in ABOUT) for path in paths):
            self._fill()
            self._fill_sinks()
        if any(path[:1] in ((), ("references",)) for path in paths):
            self._show_note()
        revision = self._link.at("library", "revision")
        if () in paths or revision != self._revision:
            self._revision = revision
            self._ask_stills()

    def can(self) -> Iterable[Action]:
        comparing = self.comparing
        yield Action("compare", "Compare: on or off", "C", comparing.toggle)
        yield Action("compare-wipe", "Compare: wipe", "W", partial(comparing.toggle, "wipe"))
        yield Action("compare-alone", "Compare: the reference alone", "Shift+C", partial(comparing.toggle, "toggle"))
        level = partial(comparing.toggle, "wipe-horizontal")
        yield Action("compare-wipe-horizontal", "Compare: wipe, up and down", "", level)
        for mode in ("split", "blend", "difference", "grid"):
            yield Action(f"compare-{mode}", f"Compare: {mode}", "", partial(comparing.toggle, mode))
        yield Action("match-read", "Match: read the difference", "Shift+M", self.match.read)
        yield Action("match-region", "Match: drag out a region of a picture", "", self.match.parts.arm)
        yield Action("match-whole", "Match: all of both pictures", "", self.match.parts.clear)
        apply = partial(self.match.apply, "cdl")
        yield Action("match-apply", "Match: close it with a CDL", "Ctrl+M", apply, self._to_match)

    def kept(self) -> dict[str, Any]:
        return {"mode": self.comparing.mode, "at": self.comparing.at, "gain": self.comparing.gain}

    def restore(self, kept: Mapping[str, Any]) -> None:
        comparing = self.comparing
        if kept.get("mode") in MODES:
            comparing.mode = str(kept["mode"])
        for name, least, most in (("at", 0, 100), ("gain", 1, 64)):
            value = kept.get(name)
            if isinstance(value, int | float) and least <= value <= most:
                setattr(comparing, name, type(getattr(comparing, name))(value))
        self._show()

    def _to_match(self) -> str:
        """Nothing where the picture is compared with itself."""
        can = bool(self._slot) and self.comparing.is_other
        return f"/livegrade/{self._slot}/match {self.comparing.reference}" if can else ""

    # ---- what there is to compare with

    def _references(self) -> list[Reference]:
        found = [Reference("source", "source"), Reference("bypass", "bypass")]
        for name, slot in sorted((self._link.at("slots") or {}).items()):
            if name != self._slot:
                about = slot["label"] or words.camera(slot["camera"], slot["ei"])
                found.append(Reference(f"slot:{name}", f"slot {name}", about=about))
        if self._file:
            found.append(Reference(f"file:{self._file}", name_of(f"file:{self._file}")))
        for still in self._stills:
            name = f"{still['key']}  {still['slot']}  {still['timecode'] or ''}".strip()
            found.append(Reference(f"still:{still['key']}", name, still["thumbnail"]))
        return [*found, Reference(CHOOSE_FILE, "File ...")]

    def _fill(self) -> None:
        references = self._references()
        shown = [self.strip.item(at).data(REFERENCE) for at in range(self.strip.count())]
        if shown != [one.words for one in references]:
            self.strip.clear()
            for one in references:
                item = QListWidgetItem(one.name)
                item.setData(REFERENCE, one.words)
                self.strip.addItem(item)
        for at, one in enumerate(references):
            picture = self._thumbnails.picture(one.thumbnail) if one.thumbnail else None
            item = self.strip.item(at)
            item.setText(one.name)
            tip = "  ".join(filter(None, (name_of(one.words), one.about)))
            item.setToolTip("A photograph of this machine" if one.words == CHOOSE_FILE else tip)
            item.setIcon(_icon(picture, one, self.devicePixelRatio()))
        self._show()

    def _fill_sinks(self) -> None:
        numbers = [number for number, sink in (self._link.at("sinks") or {}).items() if not sink["locked"]]
        wanted = ["", *numbers]
        if [self.sinks.itemData(at) for at in range(self.sinks.count())] != wanted:
            self.sinks.clear()
            self.sinks.addItem(NO_SINK, "")
            for number in numbers:
                address = self._link.at("sinks", number, "address").partition(",")[0]
                self.sinks.addItem(f"window, {number} {address}"[:32], number)
        self.sinks.setCurrentIndex(max(0, self.sinks.findData(self.comparing.sink)))

    def _ask_stills(self) -> None:
        day = self._link.at("library", "day")
        if day is None:
            self._stills = []
            self._fill()
            return

        def came(answer: Answer) -> None:
            if answer.found is not None:
                self._stills = answer.found
                self._fill()

        self._link.do("library.find", came, query=f'stills "day={day}"', limit=STILLS_SHOWN)

    def _came(self, thumbnail: str) -> None:
        if self.isVisible() and any(still["thumbnail"] == thumbnail for still in self._stills):
            self._fill()

    def _pick_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Compare with", "", PICTURES)
        if path:
            self.compare_file(path)

    @property
    def stills(self) -> list[dict[str, Any]]:
        """Those of the day, the newest first."""
        return self._stills

    def compare_file(self, path: str) -> None:
        """With a photograph, by its whole path on the session's machine."""
        self._file = path
        self._fill()
        self.comparing.choose(f"file:{path}")

    # ---- what is shown

    def _show_note(self) -> None:
        """How the reference stands, and what is taken for granted of it."""
        state = self.comparing.state() if self.comparing.is_on else None
        link = None if state is None else state["state"]["link"]
        said = "" if state is None else state["note"] if link == "running" else state["state"]["reason"] or "being read"
        whose = "grid" if self.comparing.mode == "grid" else self.comparing.named()
        text = f"{whose}: {said}" if said else ""
        self.note.setText(text)
        self.note.setToolTip(text)
        theme.tint(self.note, theme.DIM if link == "running" else theme.AMBER)

    def _choose(self, reference: str) -> None:
        if reference == CHOOSE_FILE:
            self._show()  # the one of before stays chosen until there is another
            self._pick_file()
        else:
            self.comparing.choose(reference)

    def _choose_mode(self, mode: str) -> None:
        self.comparing.choose_mode(mode)
        self._show()

    def _show(self) -> None:
        comparing = self.comparing
        self.button.setChecked(comparing.is_on)
        for mode, button in self.modes.items():
            button.setChecked(comparing.is_on and comparing.mode == mode)
        turn(self.turned, self.turned.indexOf(self.gain if comparing.mode == "difference" else self.at))
        self.at.show_value(comparing.at if comparing.mode in TURNED else None)
        self.gain.show_value(float(comparing.gain) if comparing.mode == "difference" else None)
        for at in range(self.strip.count()):
            item = self.strip.item(at)
            item.setSelected(item.data(REFERENCE) == comparing.reference)
        self.sinks.setCurrentIndex(max(0, self.sinks.findData(comparing.sink)))
        self._show_note()
        self.match.show_reference()


def _strip() -> QListWidget:
    strip = QListWidget()
    strip.setViewMode(QListView.ViewMode.IconMode)
    strip.setFlow(QListView.Flow.LeftToRight)
    strip.setWrapping(True)
    strip.setResizeMode(QListView.ResizeMode.Adjust)
    strip.setMovement(QListView.Movement.Static)
    strip.setIconSize(PICTURE)
    strip.setGridSize(QSize(PICTURE.width() + 12, PICTURE.height() + 30))
    strip.setUniformItemSizes(True)
    strip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    strip.setTextElideMode(Qt.TextElideMode.ElideRight)
    return strip


def _icon(picture: QPixmap | None, reference: Reference, ratio: float) -> QIcon:
    """A small picture, or what it is known by on grey; `ratio`: pixels of the screen for one of Qt's."""
    if picture is not None and not picture.isNull():
        keep = Qt.AspectRatioMode.KeepAspectRatio
        shown = picture.scaled(PICTURE * ratio, keep, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        return _plain(shown)
    blank = QPixmap(PICTURE * ratio)
    blank.setDevicePixelRatio(ratio)
    blank.fill(QColor(theme.RAISED))
    if not reference.thumbnail:  # else it is on its way
        painter = QPainter(blank)
        painter.setFont(theme.font() if reference.about else theme.font(13, bold=True))
        painter.setPen(QColor(theme.TEXT))
        within = QRect(QPoint(EDGE, 0), PICTURE - QSize(2 * EDGE, 0))
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(
            within, wrapped, words.unbroken(words.shortened(reference.about, MOST_ABOUT)) or reference.name
        )
        painter.end()
    return _plain(blank)


def _plain(picture: QPixmap) -> QIcon:
    """The same when it is chosen: Qt would tint it."""
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(picture, mode)
    return icon
