"""False colour of the user's own: a TOML file of bands (docs/false-color.md). Faults name file, line and key."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from livegrade.errors import LookFileError, UsageError
from livegrade.placed_toml import TomlError, read_toml
from livegrade.scopes.bands import MOST_BANDS, Band, BandTable, Unit
from livegrade.scopes.presets import ANY_SIGNAL, fitted

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.placed_toml import PlacedToml
    from livegrade.scopes.bands import Color

SUFFIX = ".toml"
MOST_BYTES = 256 * 1024

Limit = float | None


class _BandEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    color: Annotated[str, msgspec.Meta(pattern="^#[0-9a-fA-F]{6}$")]
    low: float | None = None
    high: float | None = None


class _Palette(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    unit: Literal["percent", "stops"]
    band: Annotated[list[_BandEntry], msgspec.Meta(min_length=1, max_length=MOST_BANDS)]
    curve: Annotated[str, msgspec.Meta(max_length=200)] = ""
    source: Annotated[str, msgspec.Meta(max_length=500)] = ""
    luminance: bool = False


def read_palette(path: str, camera: Camera | None) -> BandTable:
    """The table in a file, for `camera`. Raises LookFileError for what is wrong in the file, UsageError where it counts
    stops and there is no camera."""
    try:
        file = read_toml(path, MOST_BYTES)
    except TomlError as error:
        raise LookFileError(path, error.fault, error.line) from error
    try:
        palette = msgspec.convert(file.tree, _Palette)
    except msgspec.ValidationError as error:
        raise LookFileError(path, *_placed(str(error), file)) from error
    unit = Unit(palette.unit)
    if palette.luminance and unit is not Unit.STOPS:
        raise LookFileError(
            path, "luminance: only bands in stops can be those of luminance", file.line_of(("luminance",))
        )
    bands = tuple(_band(path, file, index, entry) for index, entry in enumerate(palette.band))
    curve = palette.curve or ("stops from 18 % grey" if unit is Unit.STOPS else ANY_SIGNAL)
    name = Path(path).name
    return fitted(
        BandTable(name, palette.title, curve, palette.source, bands, unit, luminance=palette.luminance), camera
    )


def _band(path: str, file: PlacedToml, index: int, entry: _BandEntry) -> Band:
    try:
        return Band(entry.name, _limit(entry.low), _limit(entry.high), _color(entry.color))
    except (UsageError, ValueError, OverflowError) as error:
        raise LookFileError(path, f"band[{index}]: {error}", file.line_of(("band", index))) from error


def _limit(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(repr(value))


def _color(text: str) -> Color:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _placed(message: str, file: PlacedToml) -> tuple[str, int | None]:
    """A fault that msgspec found, with its key first, and the line of the key or of the band that it is in."""
    what, _, where = message.partition(" - at `$")
    key = where.rstrip("`").lstrip(".")
    inside = re.match(r"band\[(\d+)\]\.?(\w*)", key)
    unknown = re.search(r"unknown field `(\w+)`", what)
    if inside:
        own = inside[2] or (unknown[1] if unknown else "")
        return f"{key}: {what}", file.line_of(("band", int(inside[1]), own))
    name = key or (unknown[1] if unknown else "")
    return (f"{name}: {what}" if name else what), file.line_of((name,))
