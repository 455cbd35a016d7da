"""The menu of a scope: everything that it can show, each choice marked that holds now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidgetAction

from livegrade.errors import UsageError
from livegrade.ui.press import passing_menu
from livegrade.ui.scopewish import (
    BLACKS,
    CROSSES,
    GAINS,
    HLG_PEAKS,
    HOLDS,
    KINDS,
    LEAST_GAIN,
    LEAST_PEAK,
    LEVEL_KINDS,
    MOST_GAIN,
    MOST_PEAK,
    SCALES,
    TAPS,
    TRACED,
    ZOOMS,
    cross_of,
    gain_of,
    hlg_peak_of,
    window_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu

    from livegrade.ui.scope import Scope

WINDOWS = {None: "all of it", BLACKS: "blacks, 0 to 15 %", (85.0, 110.0): "highlights, 85 % up"}


def open_menu(scope: Scope, at: QPoint) -> None:
    """At a place of the screen."""
    menu_of(scope).popup(at)


def menu_of(scope: Scope) -> QMenu:
    """Made for what the scope shows now; gone when it is closed."""
    menu = passing_menu(scope)
    now = scope.choice
    _choices(menu, scope, "scope", KINDS)
    menu.addSeparator()
    _choices(menu, scope, "tap", {tap: tap for tap in TAPS})
    menu.addSeparator()
    if now.scope in LEVEL_KINDS:
        _choices(menu.addMenu("Scale"), scope, "scale", SCALES)
        if now.scale == "nits":
            peak = menu.addMenu("HLG on a display of")
            _choices(peak, scope, "hlg_peak", HLG_PEAKS)
            _field(peak, f"{LEAST_PEAK} to {MOST_PEAK} nit", lambda text: scope.change(hlg_peak=hlg_peak_of(text)))
        shown = menu.addMenu("Part of the scale")
        _choices(shown, scope, "window", WINDOWS)
        _field(shown, "percent, as 0..15", lambda text: scope.change(window=window_of(text)))
    else:
        _choices(menu.addMenu("Zoom"), scope, "zoom", {zoom: f"{zoom} x" for zoom in ZOOMS})
    if now.scope == "hml":
        cross = menu.addMenu("Cross points")
        _choices(cross, scope, "cross", CROSSES)
        _field(cross, "33..67, or -2..2stops", lambda text: scope.change(cross=cross_of(text)))
    gains = menu.addMenu("Gain")
    _choices(gains, scope, "gain", {gain: f"{gain:g}" for gain in GAINS})
    _field(gains, f"{LEAST_GAIN:g} to {MOST_GAIN:g}", lambda text: scope.change(gain=gain_of(text)))
    if now.scope in TRACED:
        hold = menu.addMenu("Envelope")
        _choices(hold, scope, "hold", HOLDS)
        hold.addSeparator()
        hold.addAction("Begin what is held anew").triggered.connect(scope.reset_peaks)
    part = menu.addMenu("Part of the picture")
    whole = part.addAction("all of it")
    whole.triggered.connect(lambda: scope.change(region=None, line=None))
    part.addAction("a rectangle: drag it in the picture").triggered.connect(lambda: scope.wants_part.emit("region"))
    part.addAction("one line: drag it in the picture").triggered.connect(lambda: scope.wants_part.emit("line"))
    menu.addSeparator()
    menu.addAction("Large, and back").triggered.connect(scope.large)
    return menu


def _field(menu: QMenu, hint: str, take: Callable[[str], None]) -> None:
    """A number that is typed; what is none leaves things as they are, and the field says why."""
    field = QLineEdit(placeholderText=hint)

    def typed() -> None:
        try:
            take(field.text())
        except UsageError as error:
            QToolTip.showText(field.mapToGlobal(field.rect().bottomLeft()), str(error), field)
        else:
            menu.close()

    field.returnPressed.connect(typed)
    action = QWidgetAction(menu)
    action.setDefaultWidget(field)
    menu.addAction(action)


def _choices(menu: QMenu, scope: Scope, name: str, words: Mapping[Any, str]) -> None:
    group = QActionGroup(menu)
    for value, text in words.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(getattr(scope.choice, name) == value)
        action.triggered.connect(lambda _=False, value=value: scope.change(**{name: value}))
        group.addAction(action)
