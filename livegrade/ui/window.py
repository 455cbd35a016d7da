"""The window: what stands where, which slot is looked at, and who is told what has changed. Panels know their own."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.actions import actions
from livegrade.ui.alarmspage import AlarmsPage
from livegrade.ui.assignable import address_of, menu_of
from livegrade.ui.bar import Bar
from livegrade.ui.comparepage import ComparePage
from livegrade.ui.controls import Controls
from livegrade.ui.ending import Ending
from livegrade.ui.fromsurfaces import FromSurfaces
from livegrade.ui.gradepage import GradePage
from livegrade.ui.keys import Keys
from livegrade.ui.legend import Legend
from livegrade.ui.librarypage import LibraryPage
from livegrade.ui.markerstrip import MarkerStrip
from livegrade.ui.meterline import MeterLine
from livegrade.ui.outputspage import OutputsPage
from livegrade.ui.pages import Pages
from livegrade.ui.palette import Palette
from livegrade.ui.scopes import Scopes
from livegrade.ui.start import FIRST_RIG
from livegrade.ui.statusline import StatusLine
from livegrade.ui.statuspage import StatusPage
from livegrade.ui.takespage import TakesPage
from livegrade.ui.viewbar import ViewBar
from livegrade.ui.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.panel import Panel

WORDS = {"starting": "begins", "lost": "has no signal", "faulted": "does not work", "ended": "has ended"}


class Window(QMainWindow):
    """Over a `link` that is the caller's; closing the window closes neither the link nor the session. `parts`: those
    that are told of the slot and of changes, and have actions."""

    def __init__(self, link: SessionLink, chosen: Mapping[str, str] | None = None) -> None:
        """`chosen`: the user's keys; what makes no sense of them is said at the foot."""
        super().__init__()
        self.setWindowTitle("livegrade")
        # It has the focus itself, or Qt would give it to the first field, and keys would be dead.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self.link = link
        self.slot = ""
        self._put_away: list[QWidget] = []
        self.bar = Bar(link)
        self.viewer = Viewer(link)
        self.viewer.showing.connect(lambda shown: self.bar.show_timecode(shown.timecode))
        self.viewbar = ViewBar(link, self.viewer)
        self.viewer.changed.connect(self._show_bar)
        self.legend = Legend(link, self.viewer)
        self.meters = MeterLine(link, self.viewer)
        self.viewbar.add(self.meters.tools)
        self.strip = MarkerStrip(link, self.viewer)
        self.scopes = Scopes(link, self.viewer)
        self.scopes.pointed.connect(self.meters.sighted.point)
        self.grade = GradePage(link)
        self.viewer.showing.connect(self.grade.plots.begin)
        self.takes = TakesPage(link)
        self.library = LibraryPage(link)
        self.outputs = OutputsPage(link)
        self.state = StatusPage(link)
        self.alarms = AlarmsPage(link)
        self.alarms.wanted.connect(self.look_into)
        self.compare = ComparePage(link, self.viewer, self.library.thumbnails)
        self.viewbar.add(self.compare.button)
        self.library.compare_wanted.connect(self.compare.comparing.choose)
        pages = (self.grade, self.takes, self.library, self.outputs, self.state, self.alarms, self.compare)
        self.pages = Pages(pages)
        self.takes.called.connect(partial(self.pages.turn_to, self.takes.title))
        self.library.called.connect(partial(self.pages.turn_to, self.library.title))
        self.parts: tuple[Panel, ...] = (self.viewbar, self.meters, self.strip, self.scopes, self.pages)
        self.status = StatusLine()
        link.refused.connect(self.status.say)
        link.noted.connect(self.status.note)
        self.grade.plots.failed.connect(self.status.say)
        link.changed.connect(self._changed)
        link.gone.connect(self._gone)
        self._arrange()
        self.ending = Ending(link, self)
        self.ending.asks.connect(self.status.say)
        self.ending.calmed.connect(self.status.take_away)
        self.ending.said.connect(self.status.note)
        self.ending.begins.connect(self._say_starting)
        self.ending.offered.connect(self._offer)
        self.keys = Keys(actions(self), chosen or {})
        self.controls = Controls(self.keys, link, self)
        self.surfaces = FromSurfaces(self.keys, {**self.viewbar.numbered, **self.compare.numbered})
        for note in self.keys.notes:
            self.status.say(note)
        self.palette_ = Palette(self.keys, lambda: chain.from_iterable(part.now() for part in self.parts), self)
        self._hear()
        self.viewer.say("looking for a session")

    def look_at(self, slot: str) -> None:
        """Shows another slot."""
        if slot != self.slot:
            self.bar.show_timecode("")  # until a picture of it has come
        self.slot = slot
        self.viewer.show_slot(slot)
        for part in self.parts:
            part.show_slot(slot)
        self.viewer.tell_pointed()
        self._show_bar()

    def look_at_number(self, at: int) -> None:
        """The slot of that place, from 0; nothing where there is none."""
        slots = sorted(self.link.at("slots") or {})
        if at < len(slots):
            self.look_at(slots[at])

    def look_into(self, subject: str) -> None:
        """Where something is wrong: a slot is looked at, of the rest its page is shown."""
        kind, _, name = subject.partition(" ")
        if kind == "slot" and name in (self.link.at("slots") or {}):
            self.look_at(name)
        subjects = {"slot": "Sources", "device": "Devices", "library": "Disks", "machine": "Engine", "MIDI": "Control"}
        if ":" in subject and kind not in subjects:
            self.pages.turn_to(self.outputs.title)
        else:
            self.state.show_subject(subjects.get(kind, "Control"))
            self.pages.turn_to(self.state.title)

    def toggle(self, panel: QWidget) -> None:
        panel.setVisible(not panel.isVisible())

    def toggle_picture_only(self) -> None:
        """The picture alone, or everything as it was."""
        if self.bar.isVisible():
            around = (self.bar, self.viewbar, self.meters, self.strip, self.scopes, self.pages, self.status)
            self._put_away = [part for part in around if part.isVisible()]
            for part in self._put_away:
                part.hide()
        else:
            for part in self._put_away:
                part.show()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def open_palette(self) -> None:
        self.palette_.open()

    def kept(self) -> dict[str, Any]:
        """How its parts are arranged, by their titles."""
        return {part.title: part.kept() for part in self.parts}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Arranges the parts as they were."""
        for part in self.parts:
            part.restore(one if isinstance(one := kept.get(part.title), dict) else {})

    def _arrange(self) -> None:
        picture = QWidget()
        stack = QVBoxLayout(picture)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.viewbar)
        beside = QHBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self.viewer, 1)
        beside.addWidget(self.legend)
        stack.addLayout(beside, 1)
        stack.addWidget(self.meters)
        stack.addWidget(self.strip)
        self.above = QSplitter(Qt.Orientation.Horizontal)
        self.above.addWidget(picture)
        self.above.addWidget(self.scopes)
        self.above.setStretchFactor(0, 1)  # of a wider window scopes get their share: the picture wants height too
        self.above.setStretchFactor(1, 1)
        self.above.setSizes([860, 420])
        self.whole = QSplitter(Qt.Orientation.Vertical)
        self.whole.addWidget(self.above)
        self.whole.addWidget(self.pages)
        self.whole.setStretchFactor(0, 1)
        self.whole.setSizes([480, 290])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.whole, 1)
        column.addWidget(self.status)
        self.setCentralWidget(middle)
        self.resize(1280, 800)
        self.setStyleSheet(f"QMainWindow {{ background: {theme.PANEL}; }}")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of a control that is marked, wherever it stands and has no menu of its own."""
        at = event.globalPos()
        control = self.childAt(self.mapFromGlobal(at))
        menu = menu_of(control, at, self.keys, self.controls.open_assigning, self.controls.open_keys)
        if menu is not None:
            menu.exec(at)

    def _hear(self) -> None:
        self.bar.chosen.connect(self.look_at)
        for asking in (self.grade, self.palette_):
            asking.assign_wanted.connect(self.controls.open_assigning)
        self.viewbar.assign_wanted.connect(self._assign)
        for number in self.surfaces.numbers.values():
            number.assign_wanted.connect(self.controls.open_assigning)
        self.state.end.sure.connect(self.ending.end)
        self.state.anew.sure.connect(self.ending.begin_anew)
        self.state.rig.clicked.connect(self.ending.choose_rig)
        self.state.demo.clicked.connect(self.ending.open_demo)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._hold_keys)

    def _assign(self, action: str) -> None:
        self.controls.open_assigning(address_of(self.keys.actions[action]))

    def _changed(self, paths: list[Path]) -> None:
        slots = sorted(self.link.at("slots") or {})
        if self.slot not in slots and slots:
            self.look_at(slots[0])
        if () in paths:
            self.viewer.say(f"waiting for a picture of slot {self.slot}")
            self.viewer.stream.renew()
            self.scopes.renew()
            self.outputs.monitor.renew()
        self.bar.show_slots(slots, self.slot)
        self.status.show_alarms(self.link.at("alarms"))
        self.status.show_export(self.link.at("library", "export"))
        for part in self.parts:
            part.hear(paths)
        self.controls.show_state()
        self.surfaces.take(self.link.at("faces", "windows"), anew=() in paths)
        self._show_bar()
        if () in paths:
            rig = str(self.link.at("rig") or "")
            self.ending.follow(rig)
            self._welcome()

    def _welcome(self) -> None:
        """Over the demo, what comes next is one step away."""
        slots = (self.link.at("slots") or {}).values()
        is_demo = self.link.at("rig") == FIRST_RIG and all(slot["source"].startswith("pattern:") for slot in slots)
        if is_demo and not self.status.said.text():
            self.status.note(
                "Simulated cameras. Status sets sources, Outputs adds outputs; Ctrl+Shift+O opens your rig."
            )

    def _show_bar(self) -> None:
        slot = self.link.at("slots", self.slot)
        if slot is not None and self.link.is_here:
            runs = self.link.at("library", "open", self.slot) is not None
            kept = self.link.at("library", "state") or {}
            unkept = kept["reason"] if kept.get("link") == "faulted" else ""
            self.bar.show_slot(slot, self.viewer.wish, take=runs, unkept=unkept)
            self.viewer.show_size(None if slot["size"] is None else (slot["size"][0], slot["size"][1]))
            self.legend.refresh()
            state = slot["state"]
            self.viewer.show_trouble("" if state["link"] == "running" else no_picture(self.slot, state))

    def _gone(self, reason: str) -> None:
        self.bar.show_gone()
        self.status.show_alarms(None)
        self.viewer.show_trouble("")
        if self.ending.starting:
            return self._say_starting()
        open_rig, find = (self.keys.keys[name] for name in ("rig", "palette"))
        self.viewer.say(f"{reason}; looking for one. {open_rig} opens a rig, {find} finds any command")

    def _say_starting(self) -> None:
        self.viewer.say(f"starting a session with {self.ending.starting}")

    def _offer(self, button: QWidget | None) -> None:
        if button is not None:
            button.setToolTip(f"{button.toolTip()}  {self.keys.keys['go-on']}")
        self.viewer.offer(button)

    def focusNextPrevChild(self, forward: bool, /) -> bool:
        """Tab goes on to the next field. Where what had the focus is hidden or disabled Qt would do so too, and the
        next key would be typed into a number: keys are the window's then."""
        focused: QWidget | None = self.focusWidget()
        if focused is not None and not (focused.isVisible() and focused.isEnabled()):
            self.setFocus()
            return True
        return super().focusNextPrevChild(forward)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate and self.focusWidget() is None:
            self.setFocus()  # before Qt looks for a field
        return super().event(event)

    def _hold_keys(self, old: QWidget | None, now: QWidget | None) -> None:
        """What had the focus is there no more."""
        if now is None and self.isActiveWindow():
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc shuts what lies over the window, else calls off what was to be placed or dragged out in the picture."""
        if event.key() == Qt.Key.Key_Escape and self.controls.isVisible():
            self.controls.shut()
        elif event.key() == Qt.Key.Key_Escape:
            self.scopes.parts.call_off()
            self.meters.call_off()
            self.compare.match.parts.call_off()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.viewer.stream.close()
        self.meters.rest()
        self.outputs.monitor.end()
        self.scopes.close_streams()


def no_picture(slot: str, state: Mapping[str, str]) -> str:
    """Why the pictures of a slot do not come, from its state."""
    return f"slot {slot} {WORDS.get(state['link'], state['link'])}: {state['reason']}".removesuffix(": ")
