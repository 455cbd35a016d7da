"""What stands in a legend of false colour, as words and colours; it is drawn by `sheet` and by the desktop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.scopes.bands import OVER, UNDER
from livegrade.video.format import Range

if TYPE_CHECKING:
    from livegrade.scopes.bands import BandTable, Color


def legend_entries(bands: BandTable) -> list[tuple[Color, str, str]]:
    """Colour, limits and name: limits of channels first, then bands from the highest down, then what is in none."""
    entries = [*_limit_entries(bands), *_band_entries(bands)]
    if not replace(bands, luminance=False).indices(Range.LEGAL).all():
        entries.append(((128, 128, 128), "else", "luma in grey"))
    return entries


def _band_entries(bands: BandTable) -> list[tuple[Color, str, str]]:
    """Colour, limits and name, the highest band first."""
    ordered = sorted(bands.bands, key=lambda band: float("inf") if band.low is None else -float(band.low))
    return [(band.color, bands.limits_of(band), band.name) for band in ordered]


def _limit_entries(bands: BandTable) -> list[tuple[Color, str, str]]:
    limits = bands.limits
    if limits is None:
        return []
    if limits.single is not None:
        return [(limits.single[0], limits.high_name, "any channel"), (limits.single[1], limits.low_name, "any channel")]
    sets = ((1, "R'"), (2, "G'"), (4, "B'"), (7, "all three"))
    over = [(OVER[bits], limits.high_name, name) for bits, name in sets]
    return over + [(UNDER[bits], limits.low_name, name) for bits, name in sets]
