"""Pointing at a drawn scope, both ways: what a place in it stands for, and where the codes of a pixel lie in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes.back import level_x, level_y
from livegrade.scopes.balance import ZONES, balance_of
from livegrade.scopes.diagram import DIAGRAMS, window_of
from livegrade.scopes.draw import back_of, channels_of
from livegrade.scopes.gamut import signal_space
from livegrade.scopes.graticule import chroma_span, ends, levels_of
from livegrade.scopes.marks import NAMES
from livegrade.scopes.measure import Channel
from livegrade.scopes.plot import DARKEST, Diagram
from livegrade.scopes.scale import Scale
from livegrade.scopes.wish import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.color.camera import Camera
    from livegrade.scopes.light import Rectangle
    from livegrade.scopes.wish import ScopeWish
    from livegrade.video.format import VideoFormat

CHROMA_ZERO = 512


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a place stands for. `text`: for people. `channel`: R, G, B, Y, CB or CR, "" where it is of several; `level`:
    its 10-bit code; `percent`: of the signal; `part`: where it lies on the shown scale, 0 to 1; `column`: 0 to 1
    from the left of the picture. In a vectorscope `cb` and `cr`, 10-bit codes, `hue`, degrees from +Cb towards +Cr, and
    `saturation`, percent of the full amplitude of Cb or Cr; in a `diagram` of CIE, xy
    or uv, its two coordinates are the `chromaticity`."""

    text: str
    channel: str = ""
    level: int | None = None
    percent: float | None = None
    part: float | None = None
    column: float | None = None
    cb: int | None = None
    cr: int | None = None
    hue: float | None = None
    saturation: float | None = None
    diagram: str = ""
    chromaticity: tuple[float, float] | None = None


def pointed_at(wish: ScopeWish, size: tuple[int, int], scale: Scale, place: tuple[float, float]) -> Pointed | None:
    """`place`: x and y, 0 to 1 from the left and top of the scope drawn in `size`; None where no trace can be there."""
    areas = back_of(wish, size, scale).areas
    x, y = place[0] * size[0], place[1] * size[1]
    at = next((at for at, area in enumerate(areas) if _holds(area, x, y)), None)
    if at is None:
        return None
    across, up = (x - areas[at].x) / areas[at].width, 1.0 - (y - areas[at].y) / areas[at].height
    if wish.kind is ScopeKind.VECTORSCOPE:
        return _hue(wish.zoom, scale, across, up)
    if wish.kind is ScopeKind.HML:
        hue = _hue(wish.zoom, scale, across, up)
        return replace(hue, text=f"{ZONES[at]}, {hue.text}")
    if wish.kind in DIAGRAMS:
        return _chromaticity(DIAGRAMS[wish.kind], wish.zoom, across, up)
    is_histogram = wish.kind is ScopeKind.HISTOGRAM
    part = across if is_histogram else up
    at_part = levels_of(wish.window, scale.format).level(part)
    level = min(max(round(at_part), 0), 1023)
    channels = channels_of(wish.kind)
    alone = is_histogram is False and len(set(areas)) == len(channels)
    channel = channels[at] if alone else None
    is_chroma = channel in (Channel.CB, Channel.CR)
    reads = Scale(scale.of_chroma, scale.format).chroma_text(level) if is_chroma else scale.text(level)
    words = [reads] if reads == f"code {level}" else [reads, f"code {level}"]
    text = f"{NAMES[channel]} {', '.join(words)}" if channel is not None else ", ".join(words)
    column = None if is_histogram else _column(wish, scale.format, across)
    black, white = ends(scale.format.range)
    percent = 100 * (at_part - black) / (white - black)
    return Pointed(text, "" if channel is None else channel.name, level, percent, part, column)


def places_of(
    wish: ScopeWish,
    size: tuple[int, int],
    scale: Scale,
    column: float,
    codes: Mapping[Channel, float],
    camera: Camera | None = None,
) -> list[tuple[str, float, float]]:
    """Where a pixel lies in the scope: for each channel that is drawn and in sight its name, "" in a plane of colours,
    and x and y, 0 to 1 from the left and top. `column`: of the pixel, 0 to 1 from the left of the picture; `codes`: its
    codes at 10 bits, as of `codes_of`; `camera`: whose signal the source is. Raises UsageError."""
    areas = back_of(wish, size, scale).areas
    if wish.kind in DIAGRAMS:
        place = _place_in_diagram(wish, scale.format, codes, camera)
        points = [] if place is None else [("", areas[0], *_within(areas[0], *place))]
    elif wish.kind in (ScopeKind.VECTORSCOPE, ScopeKind.HML):
        zone = _zone(wish, scale.format, codes, camera) if wish.kind is ScopeKind.HML else 0
        per_code = wish.zoom / 1024.0
        across, up = (0.5 + (codes[channel] - CHROMA_ZERO) * per_code for channel in (Channel.CB, Channel.CR))
        points = [("", areas[zone], *_within(areas[zone], across, up))]
    elif wish.kind is ScopeKind.HISTOGRAM:
        levels, area = levels_of(wish.window, scale.format), areas[0]
        at = [(channel, level_x(area, codes[channel], levels)) for channel in channels_of(wish.kind)]
        points = [(channel.name, area, x, area.y + area.height - 1.0) for channel, x in at]
    else:
        levels, part = levels_of(wish.window, scale.format), _part(wish, scale.format, column)
        pairs = zip(areas, channels_of(wish.kind), strict=True)
        points = [
            (channel.name, area, area.x + part * area.width, level_y(area, codes[channel], levels))
            for area, channel in pairs
        ]
    return [(name, x / size[0], y / size[1]) for name, area, x, y in points if _holds(area, x, y)]


def codes_of(signal: tuple[float, float, float], format: VideoFormat) -> dict[Channel, float]:
    """The 10-bit codes, with fraction, of R'G'B' (0 black, 1 white) in a signal of that range and matrix."""
    black, white = ends(format.range)
    kr, kg, kb = format.matrix.luma_weights
    red, green, blue = signal
    luma = kr * red + kg * green + kb * blue
    levels = {Channel.Y: luma, Channel.R: red, Channel.G: green, Channel.B: blue}
    codes = {channel: black + (white - black) * level for channel, level in levels.items()}
    half = chroma_span(format.range)
    codes[Channel.CB] = CHROMA_ZERO + half * (blue - luma) / (1.0 - kb)
    codes[Channel.CR] = CHROMA_ZERO + half * (red - luma) / (1.0 - kr)
    return codes


def _chromaticity(diagram: Diagram, zoom: int, across: float, up: float) -> Pointed:
    left, low, side = window_of(diagram, zoom)
    x, y = (diagram.origin + (begin + part * side) / diagram.places for begin, part in ((left, across), (low, up)))
    names = "xy" if diagram is Diagram.XY else ("u'", "v'")
    return Pointed(f"{names[0]} {x:.3f}, {names[1]} {y:.3f}", diagram=diagram.value, chromaticity=(x, y))


def _place_in_diagram(
    wish: ScopeWish, format: VideoFormat, codes: Mapping[Channel, float], camera: Camera | None
) -> tuple[float, float] | None:
    """Across and up, 0 to 1; None for what is too dark to have a colour."""
    diagram = DIAGRAMS[wish.kind]
    space = signal_space(format, wish.tap, camera).space
    black, white = ends(format.range)
    signal = np.array([(codes[channel] - black) / (white - black) for channel in (Channel.R, Channel.G, Channel.B)])
    sums = diagram.rows @ space.matrix @ space.curve.decode(signal)
    if sums[2] < DARKEST * float((diagram.rows @ space.white)[2]):
        return None
    left, low, side = window_of(diagram, wish.zoom)
    across, up = ((float(sums[k] / sums[2]) - diagram.origin) * diagram.places for k in (0, 1))
    return (across - left) / side, (up - low) / side


def _zone(wish: ScopeWish, format: VideoFormat, codes: Mapping[Channel, float], camera: Camera | None) -> int:
    balance = balance_of(wish.cross, format, wish.tap, camera)
    return (codes[Channel.Y] >= balance.low) + (codes[Channel.Y] >= balance.high)


def _within(area: Rectangle, across: float, up: float) -> tuple[float, float]:
    return area.x + across * area.width, area.y + (1.0 - up) * area.height


def _hue(zoom: int, scale: Scale, across: float, up: float) -> Pointed:
    cb, cr = ((part - 0.5) * 1024.0 / zoom for part in (across, up))
    hue, saturation = degrees(atan2(cr, cb)) % 360.0, 100.0 * hypot(cb, cr) / chroma_span(scale.format.range)
    codes = [min(max(round(CHROMA_ZERO + part), 0), 1023) for part in (cb, cr)]
    text = f"hue {hue:.0f}°, saturation {saturation:.0f} %"
    return Pointed(text, cb=codes[0], cr=codes[1], hue=hue, saturation=saturation)


def _holds(area: Rectangle, x: float, y: float) -> bool:
    return area.x <= x <= area.x + area.width and area.y <= y <= area.y + area.height


def _column(wish: ScopeWish, format: VideoFormat, part: float) -> float:
    """The column of the picture: a scope of a part of it shows the columns that are counted, and no others."""
    area = wish.area(format)
    return part if area is None else (area.x + part * area.width) / format.width


def _part(wish: ScopeWish, format: VideoFormat, column: float) -> float:
    area = wish.area(format)
    return column if area is None else (column * format.width - area.x) / area.width
