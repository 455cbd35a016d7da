"""False colour of the user's own: a TOML file of bands (docs/false-color.md). Faults name file, line and key."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from livegrade.errors import LookFileError, UsageError
from livegrade.scopes.bands import MOST_BANDS, Band, BandTable, Unit
from livegrade.scopes.presets import ANY_SIGNAL, fitted

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
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
    text = _read(path)
    try:
        palette = msgspec.toml.decode(text, type=_Palette)
    except msgspec.ValidationError as error:
        raise LookFileError(path, *_placed(str(error), text)) from error
    except (msgspec.DecodeError, ValueError) as error:
        found = re.search(r"\(?at line (\d+), column \d+\)?", str(error))
        fault = str(error).replace(found[0], "").strip() if found else str(error)
        raise LookFileError(path, f"is not TOML: {fault}", int(found[1]) if found else None) from error
    unit = Unit(palette.unit)
    if palette.luminance and unit is not Unit.STOPS:
        raise LookFileError(
            path, "luminance: only bands in stops can be those of luminance", _line_of(text, "luminance")
        )
    bands = tuple(_band(path, text, index, entry) for index, entry in enumerate(palette.band))
    curve = palette.curve or ("stops from 18 % grey" if unit is Unit.STOPS else ANY_SIGNAL)
    name = Path(path).name
    return fitted(
        BandTable(name, palette.title, curve, palette.source, bands, unit, luminance=palette.luminance), camera
    )


def _read(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise LookFileError(path, f"cannot be read: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise LookFileError(path, f"is larger than {MOST_BYTES // 1024} KiB, which no table of bands is")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LookFileError(path, "is not UTF-8 text", line) from error


def _band(path: str, text: str, index: int, entry: _BandEntry) -> Band:
    try:
        return Band(entry.name, _limit(entry.low), _limit(entry.high), _color(entry.color))
    except (UsageError, ValueError, OverflowError) as error:
        raise LookFileError(path, f"band[{index}]: {error}", _line_of_band(text, index)) from error


def _limit(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(repr(value))


def _color(text: str) -> Color:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _placed(message: str, text: str) -> tuple[str, int | None]:
    """A fault that msgspec found, with its key first, and the line of the band or key that it is in."""
    what, _, where = message.partition(" - at `$")
    key = where.rstrip("`").lstrip(".")
    inside = re.match(r"band\[(\d+)\]\.?(\w*)", key)
    if inside:
        return f"{key}: {what}", _line_of_band(text, int(inside[1]), inside[2])
    unknown = re.search(r"unknown field `(\w+)`", what)
    name = key or (unknown[1] if unknown else "")
    return (f"{name}: {what}" if name else what), _line_of(text, name)


def _line_of_band(text: str, index: int, key: str = "") -> int | None:
    """Line of a key of the band with this number, else of the band."""
    starts = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*band\s*\]\]", line)]
    if index >= len(starts):
        return None
    end = starts[index + 1] if index + 1 < len(starts) else None
    return (_line_of(text, key, starts[index], end) if key else None) or starts[index]


def _line_of(text: str, key: str, first: int = 1, end: int | None = None) -> int | None:
    lines = text.splitlines()[first - 1 : None if end is None else end - 1]
    return next((n for n, line in enumerate(lines, first) if re.match(rf"\s*{re.escape(key)}\s*=", line)), None)
