"""The line of numbers under the picture: what stands under the cursor at both taps, how much of the source is clipped
or without light, and how the picture is shown. Every figure has its place and none of them moves.

Lamps as a camera has them: dark under 1 % of the pixels, amber from there on, red from 2 % (shared reference, live
grading, 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from livegrade.ui import figures, theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

    from livegrade.ui.viewer import Placed

AMBER, RED = 1.0, 2.0
"""Percent of the pixels from which a lamp is lit."""
LAMP = 9.0
TAPS = ("source", "graded")
WIDEST = {
    "tap": "graded",
    "stops": "-10.25 st",
    "rgb": "108.8 108.8 108.8 %",
    "codes": "10-bit Y' 1019 Cb 1019 Cr 1019",
}
"""The text of each column for which it has room."""
COLUMNS = ("stops", "rgb", "codes")


class Readout(QWidget):
    """`words`: what stands in it now, by tap and column."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[tuple[str, str], str] = {}
        self._clips: Mapping[str, Any] | None = None
        self._zoom = ""
        metrics = QFontMetricsF(theme.font())
        self._line = metrics.height() + 1
        self._gap = 2.0 * theme.GAP
        self._columns = {name: metrics.horizontalAdvance(text) + self._gap for name, text in WIDEST.items()}
        self.setFixedHeight(round(2 * self._line) + 4)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_reading(None)

    def show_reading(self, reading: Mapping[str, Any] | None) -> None:
        """Under the cursor; None where it is not over the picture."""
        words: dict[tuple[str, str], str] = {}
        for tap in TAPS:
            one = None if reading is None else reading[tap]
            words[tap, "codes"] = theme.DASH if one is None else figures.codes(one)
            words[tap, "rgb"] = theme.DASH if one is None else figures.channels(one)
        words["source", "stops"] = theme.DASH if reading is None else figures.stops(reading["source"]["stops"])
        words["graded", "stops"] = ""  # a graded picture has no camera's curve
        words["source", "place"] = "" if reading is None else f"x {reading['pixel'][0]} y {reading['pixel'][1]}"
        if words != self.words:
            self.words = words
            self.update()

    def show_clips(self, clips: Mapping[str, Any] | None) -> None:
        """Of the slot, as the state has it; None while they are not known."""
        if clips != self._clips:
            self._clips = clips
            self.setToolTip(limits(clips))
            self.update()

    def show_zoom(self, placed: Placed | None) -> None:
        """How the picture is shown."""
        zoom = zoom_words(placed)
        if zoom != self._zoom:
            self._zoom = zoom
            self.update()

    @property
    def zoom(self) -> str:
        return self._zoom

    def beside(self, tap: str, right: float) -> str:
        """What stands at the end of a line that ends at `right`: how the picture is shown says less where the codes
        want its room."""
        if tap != "graded":
            return self.words["source", "place"]
        metrics = QFontMetricsF(theme.font())
        *before, codes = COLUMNS
        said = theme.GAP + sum(self._columns[name] for name in ("tap", *before))
        room = right - said - metrics.horizontalAdvance(self.words[tap, codes]) - self._gap / 2
        shorter = " ".join(self._zoom.split()[:2]).removesuffix(",")
        return next((one for one in (self._zoom, shorter) if metrics.horizontalAdvance(one) <= room), "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        painter.setFont(theme.font())
        metrics = painter.fontMetrics()
        right = self._paint_clips(painter)
        for row, tap in enumerate(TAPS):
            x, y = float(theme.GAP), 2 + row * self._line
            self._write(painter, x, y, tap, theme.DIM)
            x += self._columns["tap"]
            beside = self.beside(tap, right)
            end = right - metrics.horizontalAdvance(beside)
            self._write(painter, end, y, beside, theme.DIM)
            for column in COLUMNS:
                text = self.words[tap, column]
                if x + metrics.horizontalAdvance(text) + self._gap / 2 > end:
                    break
                if column == "rgb" and text != theme.DASH:
                    self._write_channels(painter, x, y, text)
                else:
                    self._write(painter, x, y, text, theme.TEXT)
                x += self._columns[column]

    def _paint_clips(self, painter: QPainter) -> float:
        """Lamps and shares at the right; where they begin."""
        metrics = QFontMetricsF(painter.font())
        named = metrics.horizontalAdvance("no light") + 1.5 * theme.GAP
        figure = metrics.horizontalAdvance("<0.01 %") + self._gap / 2
        left = self.width() - theme.GAP - named - 3 * (LAMP + 4) - figure
        for row, (key, name) in enumerate((("over", "clip"), ("under", "no light"))):
            y = 2 + row * self._line
            self._write(painter, left, y, name, theme.DIM)
            shares = None if self._clips is None else self._clips[key]
            for at, channel in enumerate("rgb"):
                value = None if shares is None else shares[channel]
                corner = QPointF(left + named + at * (LAMP + 4), y + (self._line - LAMP) / 2)
                painter.setPen(QColor(theme.OFF))
                painter.setBrush(QColor(lamp(value)))
                painter.drawEllipse(QRectF(corner, QSizeF(LAMP, LAMP)))
            text = theme.DASH if shares is None else figures.share(shares["any"])
            width = metrics.horizontalAdvance(text)
            self._write(painter, self.width() - theme.GAP - width, y, text, theme.TEXT)
        return left - self._gap

    def _write_channels(self, painter: QPainter, x: float, y: float, text: str) -> None:
        """Three figures in the colours of traces, and their unit."""
        for word, color in zip(text.split(), (*theme.CHANNELS, theme.DIM), strict=True):
            self._write(painter, x, y, word, color)
            x += painter.fontMetrics().horizontalAdvance(word + " ")

    def _write(self, painter: QPainter, x: float, y: float, text: str, color: str) -> None:
        painter.setPen(QColor(color))
        place = QRectF(x, y, self.width(), self._line)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def lamp(share: float | None) -> str:
    """The colour of a lamp for so many percent of the pixels."""
    if share is None or share < AMBER:
        return theme.FIELD
    return theme.AMBER if share < RED else theme.RED


def limits(clips: Mapping[str, Any] | None) -> str:
    """Where the counters begin, in words."""
    if clips is None:
        return ""
    whose = "the camera's, as its maker prints it" if clips["published"] else "the end of the signal; none is published"
    return (
        f"R, G and B of the source, percent of the pixels of which any is. Clip: code {clips['clip']} of 10 bits and "
        f"above ({whose}). No light: code {clips['black']} and below; no maker publishes a noise floor. "
        f"Lamps from {AMBER:g} % (amber) and {RED:g} % (red)."
    )


def zoom_words(placed: Placed | None) -> str:
    """Whether pixels are those of the picture."""
    if placed is None or placed.scale is None:
        return ""
    if not placed.is_true:
        return f"{100 * placed.scale:.0f} % scaled, 8 bit"
    return f"{100 * placed.scale:.0f} %, 8 bit"
