"""Pictures and scopes on one sheet, titled, for stills and the demo; and the legend of false colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from livegrade.errors import UsageError
from livegrade.scopes import lettering as ink
from livegrade.scopes.draw import scale_of, scope_image
from livegrade.scopes.legend import legend_entries
from livegrade.scopes.measure import Sampling
from livegrade.scopes.wish import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.scopes.bands import BandTable, Color
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.wish import ScopeWish

_TITLES = {
    ScopeKind.WAVEFORM: "Waveform Y'",
    ScopeKind.OVERLAY: "Waveform R'G'B'",
    ScopeKind.PARADE: "Parade R'G'B'",
    ScopeKind.YCBCR: "Parade Y'CbCr",
    ScopeKind.VECTORSCOPE: "Vectorscope",
    ScopeKind.HISTOGRAM: "Histogram R'G'B'",
    ScopeKind.CIE_XY: "CIE 1931",
    ScopeKind.CIE_UV: "CIE 1976",
    ScopeKind.HML: "Balance",
}
MOST_PANELS = 64


@dataclass(frozen=True, slots=True, eq=False)
class PicturePanel:
    """A picture on a sheet: display R'G'B', uint8 (height, width, 3), scaled to fit."""

    title: str
    picture: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class LegendPanel:
    """The legend of false colour in a place of its own, so that the picture beside it is as large as the others."""

    bands: BandTable

    @property
    def title(self) -> str:
        return f"Legend of {self.bands.title}"


@dataclass(frozen=True, slots=True, eq=False)
class ScopePanel:
    """A scope on a sheet, drawn at the size of its place."""

    data: ScopeData
    wish: ScopeWish
    camera: Camera | None = None

    @property
    def title(self) -> str:
        """What it shows, of which tap, in which unit; subsampled scopes say so."""
        words = [_TITLES[self.wish.kind], self.data.tap.value]
        if self.wish.kind is not ScopeKind.VECTORSCOPE and not self.wish.is_plot:
            words.append(scale_of(self.data, self.wish, self.camera).title)
        if self.wish.window is not None:
            words.append(f"{self.wish.window} %")
        if self.data.format.layout.bits < 10:
            words.append(f"of {self.data.format.layout.bits}-bit codes")
        if self.data.sampling is Sampling.HALF:
            words.append("2x2")
        if self.data.area is not None:
            words.append(self.data.area.title(self.data.format))
        return ", ".join(words)


Panel = PicturePanel | LegendPanel | ScopePanel


def sheet(header: str, panels: Sequence[Panel], *, width: int = 1920, columns: int = 3) -> NDArray[np.uint8]:
    """The lines of `header` over `columns` columns of panels: uint8 (height, width, 3), the height as needed.

    Places are 16:9. Raises UsageError for no panels, or a width that leaves no room for them.
    """
    if not 1 <= len(panels) <= MOST_PANELS or columns < 1:
        raise UsageError(f"a sheet has 1 to {MOST_PANELS} panels, not {len(panels)}")
    letters = max(12, min(28, width // 100))
    gap = letters
    place = (width - gap * (columns + 1)) // columns
    if place < 320 or width > 16384:
        raise UsageError(f"a sheet {width} pixels wide has no room for {columns} columns of scopes")
    tall = place * 9 // 16
    title = 2 * letters
    rows = -(-len(panels) // columns)
    lines = header.splitlines() or [""]
    top = (1 + 2 * len(lines)) * letters
    image = ink.blank(width, top + rows * (title + tall + gap))
    for number, line in enumerate(lines):
        at = (gap, (1.5 + 2 * number) * letters)
        ink.write(image, at, _shortened(line, letters, width - 2 * gap), letters, ink.STRONG_LABEL)
    for number, panel in enumerate(panels):
        x, y = _corner(number, columns, place, title + tall, gap, top)
        ink.write(image, (x, y + title / 2), _shortened(panel.title, letters, place), letters, ink.LABEL)
    out = ink.as_rgb(image)
    for number, panel in enumerate(panels):
        x, y = _corner(number, columns, place, title + tall, gap, top)
        out[y + title : y + title + tall, x : x + place] = _content(panel, (place, tall))
    return out


def with_legend(picture: NDArray[np.uint16], bands: BandTable) -> NDArray[np.uint16]:
    """A picture of display R'G'B' (height, width, 3) with the legend of its false colour at the right side."""
    height = picture.shape[0]
    side = legend(bands, (max(height * 2 // 5, 260), height)).astype(np.uint16) * 257
    return np.concatenate([picture, side], axis=1)


def legend(bands: BandTable, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The bands with colour, limits and name, the highest on top, and the curve they assume below: uint8
    (height, width, 3). Limits stand over names, or beside them where rows are low; what has no room ends in dots."""
    width, height = size
    entries = legend_entries(bands)
    letters = max(11, min(20, height // (2 * len(entries) + 8), width // 12))
    letters = max(letters, height // 60)
    line = int(1.4 * letters)
    notes = [(text, ink.STRONG_LABEL) for text in _wrapped(bands.title, letters, width - letters)]
    notes += [(text, ink.LABEL) for text in _wrapped(bands.curve, letters, width - letters)]
    warnings = _wrapped(bands.note, letters, width - letters) if bands.note else []
    below = (len(notes) + len(warnings)) * line + letters
    row = max(min((height - below) // len(entries), 3 * letters), 1)
    image = Image.fromarray(ink.as_rgb(ink.blank(width, height)))
    draw = ImageDraw.Draw(image)
    beside = row < 2.4 * letters
    names_at = 2.5 * letters
    if beside:
        names_at += max(ink.text_width(limits, letters) for _, limits, _ in entries) + letters / 2

    def put(x: float, y: float, text: str, fill: Color) -> None:
        draw.text((x, y), _shortened(text, letters, width - x), fill=fill, font=ink.font(letters), anchor="lm")

    for number, (color, limits, name) in enumerate(entries):
        top = number * row
        draw.rectangle((letters // 2, top + 2, 2 * letters, max(top + row - 3, top + 2)), fill=color)
        put(2.5 * letters, top + row * (0.5 if beside else 0.27), limits, (ink.STRONG_LABEL,) * 3)
        put(names_at, top + row * (0.5 if beside else 0.73), name, (ink.LABEL,) * 3)
    shown = [(text, (grey,) * 3) for text, grey in notes] + [(text, ink.ALARM) for text in warnings]
    for number, (text, fill) in enumerate(shown):
        put(letters / 2, len(entries) * row + letters / 2 + (number + 0.5) * line, text, fill)
    return np.asarray(image, np.uint8).copy()


def _corner(number: int, columns: int, place: int, tall: int, gap: int, top: int) -> tuple[int, int]:
    return gap + number % columns * (place + gap), top + number // columns * (tall + gap)


def _content(panel: Panel, size: tuple[int, int]) -> NDArray[np.uint8]:
    if isinstance(panel, ScopePanel):
        return scope_image(panel.data, panel.wish, size, panel.camera)
    if isinstance(panel, LegendPanel):
        return legend(panel.bands, size)
    width, height = size
    out = ink.as_rgb(ink.blank(width, height, 8))
    fitted = _fitted(panel.picture, size)
    y, x = (height - fitted.shape[0]) // 2, (width - fitted.shape[1]) // 2
    out[y : y + fitted.shape[0], x : x + fitted.shape[1]] = fitted
    return out


def _fitted(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Scaled to fit, its proportions kept."""
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    target = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(Image.fromarray(picture).resize(target, Image.Resampling.LANCZOS), np.uint8)


def _shortened(text: str, letters: int, room: float) -> str:
    if ink.text_width(text, letters) <= room:
        return text
    while text and ink.text_width(text + "…", letters) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str, letters: int, room: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and ink.text_width(longer, letters) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
