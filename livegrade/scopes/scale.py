"""One scale of levels for one signal: which lines it has, and what a code reads on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from livegrade.scopes import graticule
from livegrade.scopes.graticule import WHOLE, Levels, LevelScale, Line
from livegrade.scopes.light_scale import (
    HIGHEST_STOP,
    LOWEST_STOP,
    NITS,
    REFERENCE_WHITE_NITS,
    Light,
    Nits,
    Stops,
    nits_of,
    stops_of,
)
from livegrade.scopes.wire import LEVELS

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.scopes.measure import Tap
    from livegrade.video.format import VideoFormat

TITLES = {LevelScale.CODE: "10-bit code", LevelScale.PERCENT: "percent", LevelScale.MILLIVOLT: "mV"}
FULLS = {LevelScale.PERCENT: (100.0, "%"), LevelScale.MILLIVOLT: (700.0, "mV")}


@dataclass(frozen=True, slots=True)
class Scale:
    """`format`: of the picture that is measured; `light`: what stops or nits are, None for the other units."""

    unit: LevelScale
    format: VideoFormat
    light: Light | None = None

    @property
    def title(self) -> str:
        """The unit, and the curve where one is assumed: "stops, LogC4, EI 800"."""
        return TITLES[self.unit] if self.light is None else self.light.title

    @property
    def of_chroma(self) -> LevelScale:
        """The unit of Cb and Cr, which have no light."""
        return self.unit if self.light is None else LevelScale.PERCENT

    def code(self, value: float) -> float:
        """The 10-bit code, with fraction, of a value of the scale."""
        black, white = graticule.ends(self.format.range)
        if self.light is not None:
            part = self.light.signal(value)
        elif self.unit is LevelScale.CODE:
            return value
        else:
            part = value / FULLS[self.unit][0]
        return black + (white - black) * part

    def value(self, code: float) -> float | None:
        """The way back; None where there is none."""
        black, white = graticule.ends(self.format.range)
        part = (code - black) / (white - black)
        if self.light is not None:
            return self.light.value(part)
        return code if self.unit is LevelScale.CODE else part * FULLS[self.unit][0]

    def text(self, code: float) -> str:
        """What a code reads, with its unit."""
        value = self.value(code)
        if self.light is not None:
            return self.light.text(value)
        if self.unit is LevelScale.CODE or value is None:
            return f"code {code:.0f}"
        return f"{value:.{1 if self.unit is LevelScale.PERCENT else 0}f} {FULLS[self.unit][1]}"

    def chroma_text(self, code: float) -> str:
        """What a code of Cb or Cr reads, with its unit."""
        part = (code - 512) / graticule.chroma_span(self.format.range)
        if self.of_chroma is LevelScale.CODE:
            return f"code {code:.0f}"
        return f"{part * 50:.1f} %" if self.of_chroma is LevelScale.PERCENT else f"{part * 350:.0f} mV"

    def lines(self, levels: Levels = WHOLE) -> tuple[Line, ...]:
        """For Y', R', G', B', from below; closer to each other where fewer `levels` are shown."""
        if isinstance(self.light, Stops):
            return tuple(line for line in _stop_lines(self, self.light) if line.level <= LEVELS)
        if isinstance(self.light, Nits):
            return tuple(line for line in _nit_lines(self, self.light) if line.level <= LEVELS)
        return graticule.luma_lines(self.unit, self.format, levels)


def scale_for(unit: LevelScale, format: VideoFormat, tap: Tap, camera: Camera | None = None) -> Scale:
    """Raises UsageError where the signal of that tap, in `format` and of `camera`, has no such scale."""
    if unit is LevelScale.STOPS:
        return Scale(unit, format, stops_of(tap, camera))
    if unit is LevelScale.NITS:
        return Scale(unit, format, nits_of(format, tap, camera))
    return Scale(unit, format)


@lru_cache(maxsize=16)
def _stop_lines(scale: Scale, light: Stops) -> tuple[Line, ...]:
    """Whole stops, halves between those that are a few codes apart, and the ends of the camera."""
    curve = light.camera.curve
    whole = {stop: scale.code(stop) for stop in range(LOWEST_STOP, HIGHEST_STOP + 1)}
    shown = {stop: code for stop, code in whole.items() if stop >= 0 or whole[stop + 1] - code >= 1.0}
    lines = [Line(code, f"{stop:+d}" if stop else "0", strong=stop == 0) for stop, code in shown.items()]
    halves = (stop + 0.5 for stop in shown if stop + 1 in shown)
    lines += [Line(scale.code(stop), "", tick=True) for stop in halves]
    black, white = graticule.ends(scale.format.range)
    lines.append(Line(black + (white - black) * curve.black, "no light", limit=True))
    if curve.clip is not None:
        value = light.value(curve.clip)
        at = "" if value is None else f" {value:+.1f}"
        lines.append(Line(black + (white - black) * curve.clip, f"clip{at}", limit=True))
    return tuple(sorted(lines, key=lambda line: line.level))


@lru_cache(maxsize=16)
def _nit_lines(scale: Scale, light: Nits) -> tuple[Line, ...]:
    lines = []
    for value in NITS:
        is_white = value == light.reference_white
        if value != REFERENCE_WHITE_NITS or is_white:
            hdr = "HDR " if value == REFERENCE_WHITE_NITS else ""
            lines.append(Line(scale.code(value), f"{hdr}{value:g}", strong=value == 0 or is_white))
    return tuple(lines)
