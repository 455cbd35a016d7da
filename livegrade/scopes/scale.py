"""One scale of levels for one signal: which lines it has, and what a code reads on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from livegrade.scopes import graticule
from livegrade.scopes.graticule import WHOLE, Levels, LevelScale, Line
from livegrade.scopes.light_scale import (
    HIGHEST_STOP,
    HLG_PEAK,
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
STOP_STEPS = ((0.25, 10, 5), (0.06, 5, 1), (0.0, 1, 1))
"""From which share of the scale that is shown on, lines and ticks are so many tenths of a stop apart."""
MANIFOLD = 6.0
FEW_NITS = 0.4
"""From which share of the scale on the usual few lines of nits are enough."""
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
        share = (levels.high - levels.low) / LEVELS
        if isinstance(self.light, Stops):
            return _stop_lines(self, self.light, *next(one for least, *one in STOP_STEPS if share >= least))
        if isinstance(self.light, Nits):
            return _nit_lines(self, self.light, levels)
        return graticule.luma_lines(self.unit, self.format, levels)


def scale_for(
    unit: LevelScale, format: VideoFormat, tap: Tap, camera: Camera | None = None, hlg_peak: int = HLG_PEAK
) -> Scale:
    """`hlg_peak`: nits of the display that HLG is read on. Raises UsageError where the signal of that tap, in `format`
    and of `camera`, has no such scale."""
    if unit is LevelScale.STOPS:
        return Scale(unit, format, stops_of(tap, camera))
    if unit is LevelScale.NITS:
        return Scale(unit, format, nits_of(format, tap, camera, hlg_peak))
    return Scale(unit, format)


@lru_cache(maxsize=32)
def _stop_lines(scale: Scale, light: Stops, step: int, tick: int) -> tuple[Line, ...]:
    """The stops that are a code apart at least, and the ends of the camera. `step`: from line to line, `tick`: from
    tick to tick, in tenths of a stop."""
    curve = light.camera.curve
    whole = [scale.code(stop) for stop in range(LOWEST_STOP, HIGHEST_STOP + 1)]
    lowest = next(at for at in range(len(whole)) if LOWEST_STOP + at == 0 or whole[at + 1] - whole[at] >= 1.0)
    lines = []
    for tenth in range(10 * (LOWEST_STOP + lowest), 10 * HIGHEST_STOP + 1, tick):
        code = scale.code(tenth / 10)
        if code > LEVELS:
            break
        is_line = tenth % step == 0
        lines.append(Line(code, _stop(tenth) if is_line else "", strong=tenth == 0, tick=not is_line))
    black, white = graticule.ends(scale.format.range)
    lines.append(Line(black + (white - black) * curve.black, "no light", limit=True))
    if curve.clip is not None:
        value = light.value(curve.clip)
        at = "" if value is None else f" {value:+.1f}"
        lines.append(Line(black + (white - black) * curve.clip, f"clip{at}", limit=True))
    return tuple(sorted(lines, key=lambda line: line.level))


def _stop(tenth: int) -> str:
    return "0" if tenth == 0 else f"{tenth // 10:+d}" if tenth % 10 == 0 else f"{tenth / 10:+.1f}"


def _nit_lines(scale: Scale, light: Nits, levels: Levels) -> tuple[Line, ...]:
    """The usual few, and more in sight where little of the scale is shown."""
    values = set(NITS) - {REFERENCE_WHITE_NITS}
    if levels.high - levels.low < FEW_NITS * LEVELS:
        low, high = (scale.value(levels.level(end)) or 0.0 for end in (0.0, 1.0))
        values |= set(_round_values(max(low, NITS[1]), high))
    values |= {light.reference_white}
    lines = []
    for value in sorted(values):
        code = scale.code(value)
        if code <= LEVELS:
            hdr = "HDR " if light.is_hdr and value == light.reference_white else ""
            lines.append(Line(code, f"{hdr}{value:g}", strong=value in (0, light.reference_white)))
    return tuple(lines)


def _round_values(low: float, high: float) -> list[float]:
    """Round numbers between two, about as many as a scale has room for: in equal steps where they are not far apart,
    else 1, 2, 5, 10 and so on."""
    parts = [(part, power) for power in range(-4, 5) for part in (1, 2, 5)]
    if high > MANIFOLD * low:
        values = [Fraction(part) * Fraction(10) ** power for part, power in parts]
    else:
        step = next(step for part, power in parts if (step := Fraction(part) * Fraction(10) ** power) * 8 >= high - low)
        values = [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [float(value) for value in values if low <= value <= high]
