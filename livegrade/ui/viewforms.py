"""What opens at the tools over the picture: each form makes the words of one argument of `picture.subscribe`."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from livegrade.ui import theme
from livegrade.ui.assignable import number_address
from livegrade.ui.choices import Choices
from livegrade.ui.number import Number
from livegrade.ui.press import tool

if TYPE_CHECKING:
    from collections.abc import Callable

COLORS = {"red": "#ff0000", "green": "#00ff00", "blue": "#2040ff", "yellow": "#ffff00", "white": "#ffffff"}
TOP = 109.0
"""Percent of the signal: at it a band of the zebra has no upper end."""
STRENGTHS = {"low": 12.0, "medium": 7.0, "high": 4.0}
ASPECTS = ("1.78", "1.85", "2", "2.39", "4:3", "1", "9:16")
PARTS = {"action": "Action 93 %", "title": "Title 90 %", "thirds": "Thirds", "cross": "Cross"}
LENSES = ("1.25", "1.3", "1.33", "1.5", "1.65", "1.8", "2")
PRESETS = {
    "stops": "Stops",
    "sensor-16": "Sensor 16",
    "stops-luminance": "Stops of light",
    "limits": "Limits",
    "red-exposure": "RED exposure",
    "ire": "IRE",
    "levels": "Levels",
    "excursions": "Excursions",
    "gamut": "Gamut",
    "arri-classic": "ARRI classic",
    "red-video": "RED video",
    "blackmagic": "Blackmagic",
}
"""Of false colour, those that need a camera first."""
TAPS = {"source": "Reads source", "graded": "Reads graded"}
OF_CAMERA = ("stops", "sensor-16", "stops-luminance", "limits", "red-exposure")


class Form(QWidget):
    """`wanted`: the words that are chosen now. `heading` stands over it. `numbered`: its numbers, as surfaces call
    them."""

    wanted = Signal(str)

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.numbered: dict[str, Number] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 8, 10, 10)
        self.column.setSpacing(theme.GAP)
        title = QLabel(heading)
        title.setStyleSheet(f"color: {theme.DIM}")
        self.column.addWidget(title)

    def show_words(self, words: str) -> None:
        """What is chosen now."""

    def row(self, *widgets: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.GAP)
        for widget in widgets:
            line.addWidget(widget)
        self.column.addLayout(line)

    def number(
        self,
        called: str,
        name: str,
        step: float,
        ends: tuple[float, float],
        default: float,
        change: Callable[[float], None],
    ) -> Number:
        """A percentage between two ends; `change` is told what it is to be. `called`: as surfaces call it."""
        made = Number(name, step, 1 if step < 1 else 0, suffix=" %")
        made.show_value(default)
        made.address = number_address(called)
        self.numbered[called] = made

        def to(value: float) -> None:
            change(min(ends[1], max(ends[0], value)))

        def by(delta: float) -> None:
            said = made.field.plain()
            to(float(said) + delta if said else default)

        made.turned.connect(by)
        made.entered.connect(to)
        made.cleared.connect(lambda: to(default))
        return made


class ZebraForm(Form):
    """Two bands; the second may be off."""

    DEFAULTS = (95.0, TOP, 70.0, 75.0)

    def __init__(self) -> None:
        super().__init__("Zebra, percent of the signal; up to 109 % is all above")
        self._levels = list(self.DEFAULTS)
        self._has_second = False
        names = ("zebra-from", "zebra-to", "zebra-second-from", "zebra-second-to")
        self.numbers = [
            self.number(name, ("From", "to")[at % 2], 0.5, (0.0, TOP), self.DEFAULTS[at], partial(self._set, at))
            for at, name in enumerate(names)
        ]
        self.second = tool("\\\\  second", "a second band, whose stripes lean the other way", checkable=True)
        self.second.clicked.connect(self._switch)
        first = QLabel("//  first")
        first.setMinimumWidth(90)
        self.second.setMinimumWidth(90)
        self.row(first, *self.numbers[:2])
        self.row(self.second, *self.numbers[2:])

    def show_words(self, words: str) -> None:
        bands = [_band(part) for part in words.split("+")][:2]
        self._has_second = len(bands) > 1
        for at, value in enumerate(value for band in bands for value in band):
            self._levels[at] = value
        self._show()

    def _show(self) -> None:
        self.second.setChecked(self._has_second)
        for at, number in enumerate(self.numbers):
            number.show_value(self._levels[at] if at < 2 or self._has_second else None)

    def _switch(self) -> None:
        self._has_second = not self._has_second
        self._tell()

    def _set(self, at: int, value: float) -> None:
        low = at % 2 == 0
        other = self._levels[at + 1] if low else self._levels[at - 1]
        self._levels[at] = min(value, other - 0.5) if low else max(value, other + 0.5)
        self._tell()

    def _tell(self) -> None:
        bands = [self._levels[:2], *([self._levels[2:]] if self._has_second else [])]
        words = [f"{low:g}" if high >= TOP else f"{low:g}-{high:g}" for low, high in bands]
        self._show()
        self.wanted.emit("+".join(words))


def _band(words: str) -> tuple[float, float]:
    low, _, high = words.partition("-")
    return float(low), float(high) if high else TOP


class PeakingForm(Form):
    """How much contrast is an edge, its colour, and whether the rest is grey."""

    def __init__(self) -> None:
        super().__init__("Peaking: the least step that is an edge, percent of the signal")
        self._step, self._color, self._grey = "medium", "red", False
        self.strengths = Choices({name: name.capitalize() for name in STRENGTHS}, len(STRENGTHS))
        self.strengths.pressed.connect(self._choose)
        self.step = self.number(
            "peaking-step", "Step", 0.1, (0.5, 50.0), STRENGTHS["medium"], lambda value: self._choose(f"{value:g}")
        )
        self.colors = Choices({name: name for name in COLORS}, len(COLORS), COLORS)
        self.colors.pressed.connect(self._dye)
        self.grey = tool("Rest in grey", "the picture between the edges loses its colour", checkable=True)
        self.grey.clicked.connect(self._fade)
        self.row(self.strengths, self.step)
        self.row(self.colors, self.grey)

    def show_words(self, words: str) -> None:
        self._step, *rest = words.split("+")
        self._grey = "grey" in rest
        self._color = next((word for word in rest if word in COLORS), "red")
        self.strengths.show_on({self._step})
        self.step.show_value(STRENGTHS.get(self._step) or float(self._step))
        self.colors.show_on({self._color})
        self.grey.setChecked(self._grey)

    def _choose(self, step: str) -> None:
        self._step = step
        self._tell()

    def _dye(self, color: str) -> None:
        self._color = color
        self._tell()

    def _fade(self) -> None:
        self._grey = not self._grey
        self._tell()

    def _tell(self) -> None:
        words = "+".join([self._step, self._color, *(["grey"] if self._grey else [])])
        self.show_words(words)
        self.wanted.emit(words)


class GuidesForm(Form):
    """Frames, safe areas, and what is outside. Empty words: nothing is left of them."""

    def __init__(self) -> None:
        super().__init__("Frame guides; the shade is outside of the first frame")
        self._words: list[str] = []
        self._shade, self._line, self._color = 0.0, 70.0, "white"
        self.aspects = Choices({name: name if ":" in name else f"{float(name):.2f}" for name in ASPECTS}, len(ASPECTS))
        self.own = QLineEdit(placeholderText="own: 2.2, 5:4")
        self.own.editingFinished.connect(self._add)
        self.parts = Choices(PARTS, len(PARTS))
        for choices in (self.aspects, self.parts):
            choices.pressed.connect(self._toggle)
        self.shade = self.number("guides-shade", "Shade", 1, (0, 100), 0, self._darken)
        self.line = self.number("guides-line", "Lines", 1, (5, 100), 70, self._strengthen)
        self.colors = Choices({name: name for name in COLORS}, len(COLORS), COLORS)
        self.colors.pressed.connect(self._dye)
        self.row(self.aspects)
        self.row(self.own, self.shade, self.line)
        self.row(self.parts)
        self.row(self.colors)

    def show_words(self, words: str) -> None:
        self._words, self._shade, self._line, self._color = [], 0.0, 70.0, "white"
        for word in filter(None, words.split("+")):
            name, _, value = word.partition(":")
            if name == "shade":
                self._shade = float(value)
            elif name == "line":
                self._line = float(value)
            elif word in COLORS:
                self._color = word
            elif name != "squeezed":
                self._words.append(word)
        self.aspects.show_on(self._words)
        self.parts.show_on(self._words)
        self.shade.show_value(self._shade)
        self.line.show_value(self._line)
        self.colors.show_on({self._color})
        if not self.own.hasFocus():
            self.own.setText(next((word for word in self._words if word not in (*ASPECTS, *PARTS)), ""))

    def _toggle(self, word: str) -> None:
        self._words = [one for one in self._words if one != word] + ([] if word in self._words else [word])
        self._tell()

    def _add(self) -> None:
        own, known = self.own.text().strip().replace(",", "."), (*ASPECTS, *PARTS)
        words = [word for word in self._words if word in known]
        words += [own] if own and own not in words else []
        if words != self._words:
            self._words = words
            self._tell()

    def _darken(self, percent: float) -> None:
        self._shade = percent
        self._tell()

    def _strengthen(self, percent: float) -> None:
        self._line = percent
        self._tell()

    def _dye(self, color: str) -> None:
        self._color = color
        self._tell()

    def _tell(self) -> None:
        words = list(self._words)
        words += [f"shade:{self._shade:.0f}"] if self._shade else []
        words += [f"line:{self._line:.0f}"] if not math.isclose(self._line, 70) else []
        words += [self._color] if self._color != "white" else []
        said = "+".join(words)
        self.show_words(said)
        self.wanted.emit(said)


class LensForm(Form):
    """The factor of the lens, and whether its picture is shown as the lens saw it."""

    turned = Signal(bool)

    def __init__(self) -> None:
        super().__init__("Anamorphic lens")
        self.factors = Choices({"": "None"} | {name: f"{name}×" for name in LENSES}, 4)
        self.factors.pressed.connect(self.wanted)
        self.desqueeze = tool("De-squeeze", "shows what the lens saw; off: as it comes, with the guides still right")
        self.desqueeze.setCheckable(True)
        self.desqueeze.clicked.connect(self.turned)
        self.row(self.factors)
        self.row(self.desqueeze)

    def show_lens(self, factor: str, *, is_shown: bool) -> None:
        self.factors.show_on({factor})
        self.desqueeze.setEnabled(bool(factor))
        self.desqueeze.setChecked(bool(factor) and is_shown)


class FalseColorForm(Form):
    """The preset, what it reads, and how much of it lies over the graded picture. `faded`: percent; `read`: a tap."""

    faded = Signal(float)
    read = Signal(str)

    def __init__(self) -> None:
        super().__init__("False colour; opacity is over the graded picture")
        self.presets = Choices(PRESETS, 3)
        self.presets.pressed.connect(self.wanted)
        self.opacity = self.number("false-color-opacity", "Opacity", 1, (0, 100), 100, self.faded.emit)
        self.taps = Choices(TAPS, len(TAPS))
        self.taps.pressed.connect(self.read)
        self.row(self.presets)
        self.row(self.taps, self.opacity)

    def show_preset(self, preset: str, opacity: float, tap: str, *, of_camera: bool, has_camera: bool) -> None:
        """`of_camera`: it can read the source alone."""
        self.presets.show_on({preset})
        self.opacity.show_value(opacity)
        self.taps.show_on({tap})
        graded = self.taps.buttons["graded"]
        graded.setEnabled(not of_camera)
        graded.setToolTip("this preset reads the camera's own signal" if of_camera else "the signal behind the look")
        for name in OF_CAMERA:
            button = self.presets.buttons[name]
            button.setEnabled(has_camera)
            button.setToolTip("" if has_camera else "needs the camera of the slot")
