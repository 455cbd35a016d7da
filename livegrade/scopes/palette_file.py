"""False colour of the user's own: a TOML file of bands (docs/false-color.md). Faults name file, line and key."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from livegrade.color.files.keys import key_fault, place
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
MOST_LIMIT = 1e6
"""Beyond any percent or stop of a signal."""
CHOICES = {"unit": ("percent", "stops")}
FORMS = {"color": 'a colour such as "#c8641e"'}

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
        fault = key_fault(error, CHOICES, FORMS)
        sentence = f"{fault.sentence} (docs/false-color.md)"
        raise LookFileError(path, sentence, file.line_of(fault.path)) from error
    unit = Unit(palette.unit)
    if palette.luminance and unit is not Unit.STOPS:
        raise LookFileError(
            path, "luminance: only bands in stops can be those of luminance", file.line_of(("luminance",))
        )
    bands = tuple(_band(path, file, index, entry) for index, entry in enumerate(palette.band))
    curve = palette.curve or ("stops from 18 % grey" if unit is Unit.STOPS else ANY_SIGNAL)
    name = Path(path).name
    table = BandTable(name, palette.title, curve, palette.source, bands, unit, luminance=palette.luminance)
    return palette_for(table, camera)


def palette_for(file: BandTable, camera: Camera | None) -> BandTable:
    """What was read of a palette's file (`BandTable.file`), for another camera. Raises UsageError where it counts stops
    and there is none."""
    return replace(fitted(file, camera), file=file)


def _band(path: str, file: PlacedToml, index: int, entry: _BandEntry) -> Band:
    for key in ("low", "high"):
        value = getattr(entry, key)
        if value is not None and not abs(value) <= MOST_LIMIT:
            fault = f"{place(('band', index, key))}: must be a number of sane size, found {value:g}"
            raise LookFileError(path, fault, file.line_of(("band", index, key)))
    try:
        return Band(entry.name, _limit(entry.low), _limit(entry.high), _color(entry.color))
    except UsageError as error:
        raise LookFileError(path, f"{place(('band', index))}: {error}", file.line_of(("band", index))) from error


def _limit(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(repr(value))


def _color(text: str) -> Color:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
