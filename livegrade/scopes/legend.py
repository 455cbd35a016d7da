"""What stands in a legend of false colour, as words and colours; it is drawn by `sheet` and by the desktop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.scopes.bands import OVER, TOP_CODE, UNDER, Unit
from livegrade.scopes.graticule import LevelScale, ends
from livegrade.scopes.light_scale import NO_LIGHT
from livegrade.video.format import Range

if TYPE_CHECKING:
    from fractions import Fraction

    from livegrade.scopes.bands import Band, BandTable, ChannelLimits, Color
    from livegrade.scopes.scale import Scale

OWN = {Unit.PERCENT: LevelScale.PERCENT, Unit.STOPS: LevelScale.STOPS}


def legend_entries(bands: BandTable, scale: Scale | None = None) -> list[tuple[Color, str, str]]:
    """Colour, limits and name: limits of channels first, then bands from the highest down, then what is in none.
    `scale`: what limits are read in, of a neutral, with its unit; None: what the table counts in."""
    entries = [*_limit_entries(bands, scale), *_band_entries(bands, scale)]
    if not replace(bands, luminance=False).indices(Range.LEGAL).all():
        entries.append(((128, 128, 128), "else", "luma in grey"))
    return entries


def _band_entries(bands: BandTable, scale: Scale | None) -> list[tuple[Color, str, str]]:
    """Colour, limits and name, the highest band first."""
    ordered = sorted(bands.bands, key=lambda band: float("inf") if band.low is None else -float(band.low))
    return [(band.color, _limits(bands, band, scale), band.name) for band in ordered]


def _limits(bands: BandTable, band: Band, scale: Scale | None) -> str:
    if scale is None:
        return bands.limits_of(band)
    if scale.unit is OWN[bands.unit]:
        is_open = band.low is None and band.high is None
        return bands.limits_of(band) + (" stops" if bands.unit is Unit.STOPS and not is_open else "")
    if scale.unit is LevelScale.CODE:
        first, after = bands.codes(band, scale.format.range)
        return f"code {first} to {after - 1}" if first < after else "no code"
    low, high = (None if limit is None else _text(scale, _signal(bands, limit)) for limit in (band.low, band.high))
    if low in (None, NO_LIGHT):
        return "all" if high is None else high if high == NO_LIGHT else f"< {high}"
    if high is None:
        return f"≥ {low}"
    number, _, unit = low.rpartition(" ")
    return f"{number if high.endswith(f' {unit}') else low} to {high}"


def _signal(bands: BandTable, limit: Fraction) -> float:
    return float(limit) / 100 if bands.unit is Unit.PERCENT else bands.signal(limit)


def _text(scale: Scale, signal: float) -> str:
    black, white = ends(scale.format.range)
    return scale.text(black + (white - black) * signal)


def _limit_entries(bands: BandTable, scale: Scale | None) -> list[tuple[Color, str, str]]:
    limits = bands.limits
    if limits is None:
        return []
    over, under = (limits.high_name, ""), (limits.low_name, "")
    if scale is not None:
        high, low = _limit_texts(limits, scale)
        over, under = (high, f"{limits.high_name}, "), (low, f"{limits.low_name}, ")
    if limits.single is not None:
        pairs = zip(limits.single, (over, under), strict=True)
        return [(color, text, f"{which}any channel") for color, (text, which) in pairs]
    sets = ((1, "R'"), (2, "G'"), (4, "B'"), (7, "all three"))
    sides = ((OVER, over), (UNDER, under))
    return [(colors[bits], text, f"{which}{name}") for colors, (text, which) in sides for bits, name in sets]


def _limit_texts(limits: ChannelLimits, scale: Scale) -> tuple[str, str]:
    """From where on a channel is over, and until where it is under; empty where it is not."""
    first, over = limits.codes(scale.format.range)
    if scale.unit is LevelScale.CODE:
        return f"≥ code {over}", "" if limits.low is None else f"≤ code {first - 1}"
    high = scale.text(TOP_CODE) if limits.top else "" if limits.high is None else _text(scale, limits.high)
    low = "" if limits.low is None else _text(scale, limits.low)
    return f"≥ {high}" if high else "", low if low in ("", NO_LIGHT) else f"≤ {low}"
