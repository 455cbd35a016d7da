"""The row of tools over the picture: what the window shows of the slot. Parts add their section; the row wraps nothing
and grows nothing: what has no room is reached by key and palette.

A press switches, the arrow beside opens what can be set, and so does the right button. What was set last is used again.
Where there is little room the arrows go, and a long press opens.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget, QWidgetAction

from livegrade.ui import theme
from livegrade.ui.assignable import mark
from livegrade.ui.keys import Action
from livegrade.ui.panel import Panel
from livegrade.ui.press import tool
from livegrade.ui.viewer import Fit
from livegrade.ui.viewforms import (
    LENSES,
    OF_CAMERA,
    PRESETS,
    FalseColorForm,
    Form,
    GuidesForm,
    LensForm,
    PeakingForm,
    ZebraForm,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QResizeEvent

    from livegrade.ui.link import Path, SessionLink
    from livegrade.ui.number import Number
    from livegrade.ui.viewer import Viewer

CUT, WHOLE = "False col.", "False colour"
VIEWS = {"graded": "Graded", "source": "Source", "bypass": "Bypass", "false-color": WHOLE}
OF_VIEW = {"bypass": "bypass-view"}
"""Actions that are called otherwise than their view."""
LAST = {
    "zebra": "95",
    "peaking": "medium+red",
    "guides": "2.39+shade:50",
    "lens": "",
    "preset": "",
    "opacity": "100",
    "tap": "source",
}
"""What the tools are set to at first, as behind the words of a view; `preset` empty: as the camera is known."""
LONGEST = 200
ARROW = 17
STYLE = f"""
QToolButton {{ padding: 4px 4px; }}
QToolButton[popupMode="1"] {{ padding-right: {ARROW + 5}px; }}
QToolButton::menu-button {{ width: {ARROW}px; border-left: 1px solid {theme.LINE}; }}
"""


class ViewBar(Panel):
    """`viewer`: whose picture it chooses. `last`: what each tool is set to, by the names of LAST.
    `assign_wanted`: the name of an action that something else is to do too."""

    title = "View"
    assign_wanted = Signal(str)

    def __init__(self, link: SessionLink, viewer: Viewer) -> None:
        super().__init__()
        self._link = link
        self._viewer = viewer
        self._slot = ""
        self.last = dict(LAST)
        self.buttons: dict[str, QToolButton] = {}
        self._opening: list[QToolButton] = []
        self._is_narrow = False
        self.forms: dict[str, Form] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.GAP, 2, theme.GAP, 2)
        self._row.setSpacing(3)
        self.setStyleSheet(STYLE)
        self.false_color, self.lens = FalseColorForm(), LensForm()
        self._add_views()
        self._add_tools()
        self._hold_lens()
        self._row.addStretch(1)
        viewer.changed.connect(self._show)
        self._show()

    @property
    def numbered(self) -> dict[str, Number]:
        """The numbers of all forms, as surfaces call them."""
        forms = (self.false_color, *self.forms.values())
        return {called: number for form in forms for called, number in form.numbered.items()}

    def add(self, section: QWidget) -> None:
        """Puts a section at the end of the row."""
        self._row.insertWidget(self._row.count() - 1, section)
        self._settle()

    def show_slot(self, slot: str) -> None:
        self._slot = slot

    def show_state(self, paths: list[Path]) -> None:
        self._show()

    def show_view(self, view: str) -> None:
        """Another view in the window, in the words of `view=`."""
        self._viewer.show_picture(view=view, tap=self._tap(view))

    def toggle_view(self, view: str) -> None:
        """That view, or graded where it is shown already."""
        now = self._viewer.wish["view"]
        self.show_view("graded" if now.partition(":")[0] == view else self._known(view))

    def toggle(self, word: str) -> None:
        """Zebra, peaking or guides as they were set last, or none."""
        on = None if self._viewer.wish.get(word) else self._words(word)
        self._viewer.show_picture(**{word: on})

    def toggle_desqueeze(self) -> None:
        """The picture as the lens saw it, or as it comes; where no lens is said: its factors."""
        if not self.last["lens"]:
            _open(self.buttons["desqueeze"])
            return
        self._desqueeze(not self._viewer.wish.get("desqueeze"))

    def can(self) -> Iterable[Action]:
        yield Action("graded", "Picture: graded", "", lambda: self.show_view("graded"))
        yield Action("source", "Picture: source, untouched", "O", lambda: self.toggle_view("source"))
        yield Action("bypass-view", "Picture: bypass, in this window alone", "", lambda: self.toggle_view("bypass"))
        yield Action("false-color", "Picture: false colour", "F", lambda: self.toggle_view("false-color"))
        for preset, words in PRESETS.items():
            show = partial(self._choose_preset, preset)
            yield Action(f"false-color-{preset}", f"Picture: false colour, {words}", "", show)
        yield Action("peaking", "Picture: focus peaking", "P", lambda: self.toggle("peaking"))
        yield Action("zebra", "Picture: zebra", "Z", lambda: self.toggle("zebra"))
        yield Action("guides", "Picture: frame guides", "G", lambda: self.toggle("guides"))
        yield Action("desqueeze", "Picture: de-squeeze", "D", self.toggle_desqueeze)

    def kept(self) -> dict[str, Any]:
        return dict(self.last)

    def restore(self, kept: Mapping[str, Any]) -> None:
        before = dict(self.last)
        for name in LAST:
            text = kept.get(name)
            if isinstance(text, str) and len(text) < LONGEST:
                self.last[name] = text
        try:
            self._show()
        except ValueError:  # what was kept says no numbers
            self.last = before
            self._show()

    def minimumSizeHint(self) -> QSize:
        """Without its arrows."""
        least = self._row.minimumSize()
        return QSize(least.width() - (0 if self._is_narrow else self._more), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # words or sections are others
            self._settle()
        return done

    @property
    def _more(self) -> int:
        """Pixels of the arrows, and of the words that are cut without them."""
        metrics = self.fontMetrics()
        return ARROW * len(self._opening) + metrics.horizontalAdvance(WHOLE) - metrics.horizontalAdvance(CUT)

    def _settle(self) -> None:
        """With arrows where there is room for them."""
        is_narrow = self.width() < self.minimumSizeHint().width() + self._more
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self.buttons["false-color"].setText(CUT if is_narrow else WHOLE)
        mode = QToolButton.ToolButtonPopupMode
        for button in self._opening:
            button.setPopupMode(mode.DelayedPopup if is_narrow else mode.MenuButtonPopup)
            button.style().unpolish(button)
            button.style().polish(button)
            button.updateGeometry()
        self._hold_lens()

    def _hold_lens(self) -> None:
        """The button has room for every factor, so that nothing beside it moves with it."""
        button = self.buttons["desqueeze"]
        said, widths = button.text(), []
        for factor in LENSES:
            button.setText(f"{factor}×")
            widths.append(button.sizeHint().width())
        button.setText(said)
        button.setMinimumWidth(max(widths))

    def _add_views(self) -> None:
        for view, words in VIEWS.items():
            self._button(view, words, partial(self._press_view, view))
            mark(self.buttons[view], OF_VIEW.get(view, view))
        self._open_at("false-color", self.false_color)
        self.false_color.wanted.connect(self._choose_preset)
        self.false_color.faded.connect(lambda percent: self._fade(f"{percent:.0f}"))
        self.false_color.read.connect(self._read)

    def _add_tools(self) -> None:
        for word, words, form in (
            ("zebra", "Zebra", ZebraForm()),
            ("peaking", "Peaking", PeakingForm()),
            ("guides", "Guides", GuidesForm()),
        ):
            self._button(word, words, partial(self._press, word))
            self._open_at(word, form)
            form.wanted.connect(partial(self._choose, word))
            form.show_words(self.last[word])
            self.forms[word] = form
        self._button("desqueeze", "1×", self._press_lens).setToolTip("De-squeeze the picture of an anamorphic lens")
        self._open_at("desqueeze", self.lens)
        self.lens.wanted.connect(self._choose_lens)
        self.lens.turned.connect(self._desqueeze)

    def _button(self, name: str, words: str, press: Callable[[], object]) -> QToolButton:
        button = tool(words, checkable=True)
        button.clicked.connect(press)
        self._row.addWidget(button)
        self.buttons[name] = button
        return button

    def _open_at(self, name: str, form: Form) -> None:
        menu = QMenu(self)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(form)
        menu.addAction(holder)
        menu.addAction("Assign to MIDI or OSC ...", partial(self.assign_wanted.emit, name))
        for number in form.numbered.values():
            number.assign_wanted.connect(menu.close)
        button = self.buttons[name]
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(lambda: _open(button))
        tip = button.toolTip() or button.text()
        button.setToolTip(f"{tip}; the right button, or a long press, opens what can be set")
        self._opening.append(button)

    def _press_view(self, view: str, on: bool = True) -> None:
        self.show_view(self._known(view))
        self._show()

    def _press(self, word: str, on: bool = True) -> None:
        self.toggle(word)
        self._show()

    def _press_lens(self, on: bool = True) -> None:
        self.toggle_desqueeze()
        self._show()

    def _choose(self, word: str, words: str) -> None:
        """As the form says; it is on from now on."""
        self.last[word] = words or LAST[word]
        self._viewer.show_picture(**{word: self._words(word) if words else None})
        self._show()

    def _choose_preset(self, preset: str) -> None:
        self.last["preset"] = preset
        self.show_view(self._known("false-color"))

    def _fade(self, percent: str) -> None:
        self.last["opacity"] = percent
        self._viewer.show_picture(opacity=None if percent == "100" else percent)
        self._show()

    def _read(self, tap: str) -> None:
        self.last["tap"] = tap
        self._viewer.show_picture(tap=self._tap(self._viewer.wish["view"]))
        self._show()

    def _tap(self, view: str) -> str | None:
        """What a view reads, None for what it reads where nothing is said."""
        kind, _, preset = view.partition(":")
        reads_graded = self.last["tap"] == "graded" and preset not in OF_CAMERA
        return "graded" if kind == "false-color" and reads_graded else None

    def _choose_lens(self, factor: str) -> None:
        self.last["lens"] = factor
        self._desqueeze(bool(factor))

    def _desqueeze(self, on: bool) -> None:
        self._viewer.set_fit(Fit.WHOLE)  # the picture has other proportions now
        guides = self._words("guides", shown=on) if self._viewer.wish.get("guides") else None
        self._viewer.show_picture(desqueeze=self.last["lens"] if on and self.last["lens"] else None, guides=guides)
        self._show()

    def _words(self, word: str, *, shown: bool | None = None) -> str:
        """What a tool is set to; guides over a picture that stays squeezed say so."""
        lens = self.last["lens"]
        is_shown = bool(self._viewer.wish.get("desqueeze")) if shown is None else shown
        squeezed = f"+squeezed:{lens}" if word == "guides" and lens and not is_shown else ""
        return self.last[word] + squeezed

    def _known(self, view: str) -> str:
        """False colour as it was chosen last; before that in stops where the camera is known, else in percent."""
        if view != "false-color":
            return view
        has_camera = bool(self._link.at("slots", self._slot, "camera"))
        preset = self.last["preset"]
        if not preset or (preset in OF_CAMERA and not has_camera):
            preset = "stops" if has_camera else "ire"
        return f"false-color:{preset}"

    def _show(self) -> None:
        wish = self._viewer.wish
        kind, _, preset = wish["view"].partition(":")
        for view in VIEWS:
            self.buttons[view].setChecked(view == kind)
        for word, form in self.forms.items():
            self.buttons[word].setChecked(bool(wish.get(word)))
            form.show_words(self.last[word])
        lens = self.last["lens"]
        self.buttons["desqueeze"].setText(f"{lens or 1}×")
        self.buttons["desqueeze"].setChecked(bool(wish.get("desqueeze")))
        self.lens.show_lens(lens, is_shown=bool(wish.get("desqueeze")))
        has_camera = bool(self._link.at("slots", self._slot, "camera"))
        shown = self._known("false-color")
        self.false_color.show_preset(
            preset,
            float(self.last["opacity"]),
            self._tap(shown) or "source",
            of_camera=shown.partition(":")[2] in OF_CAMERA,
            has_camera=has_camera,
        )


def _open(button: QToolButton) -> None:
    """What can be set there, under it; the caller goes on meanwhile, which may be a key of a surface."""
    menu = button.menu()
    if menu is not None:
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
