"""The false-colour tables that come with livegrade, each with its source, and what of a table does not fit a camera.

Makers' tables are as published. Where a maker publishes where a band is but not how wide, the source says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from math import log2
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.cameras.curves import MID_GREY
from livegrade.errors import UsageError
from livegrade.scopes.bands import Band, BandTable, ChannelLimits, Unit

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.scopes.bands import Color

DISPLAY = "display"
LUMINANCE_SUFFIX = "-luminance"


def _band(name: str, low: str | None, high: str | None, color: Color) -> Band:
    return Band(name, Fraction(low) if low else None, Fraction(high) if high else None, color)


_PURPLE, _BLUE, _TEAL, _GREEN = (126, 48, 196), (38, 86, 232), (0, 168, 168), (40, 176, 60)
_PINK, _STRAW, _YELLOW, _ORANGE, _RED = (240, 138, 176), (206, 196, 110), (244, 228, 32), (246, 140, 20), (226, 28, 28)

ANY_SIGNAL = "0 % is the signal's black, 100 % its white"
"""What percent means on a signal that no table is made for; for legends."""

ARRI_CLASSIC = BandTable(
    "arri-classic",
    "ARRI classic",
    "display picture, percent of the signal",
    "ALEXA Mini LF user manual, p. 83. The table fits a display picture: on LogC3 only green means what it says.",
    (
        _band("black clip", None, "2.5", _PURPLE),
        _band("just over black clip", "2.5", "4", _BLUE),
        _band("18 % grey", "38", "42", _GREEN),
        _band("one stop over grey", "52", "56", _PINK),
        _band("just under white clip", "97", "99", _YELLOW),
        _band("white clip", "99", None, _RED),
    ),
    made_for=DISPLAY,
)

# RED prints whole IRE numbers; "41-48" is every level that reads 41 to 48 when rounded.
RED_VIDEO = BandTable(
    "red-video",
    "RED video mode",
    "display picture, IRE of the monitor path",
    "KOMODO operation guide, p. 83; DSMC2 guide, p. 95. Whole IRE numbers, rounded.",
    (
        _band("0 - 4 IRE", None, "4.5", _PURPLE),
        _band("5 IRE", "4.5", "5.5", _BLUE),
        _band("10 - 12 IRE", "9.5", "12.5", _TEAL),
        _band("41 - 48 IRE", "40.5", "48.5", _GREEN),
        _band("61 - 70 IRE", "60.5", "70.5", _PINK),
        _band("92 - 93 IRE", "91.5", "93.5", _STRAW),
        _band("94 - 95 IRE", "93.5", "95.5", _YELLOW),
        _band("96 - 98 IRE", "95.5", "98.5", _ORANGE),
        _band("99 - 100 IRE", "98.5", None, _RED),
    ),
    made_for=DISPLAY,
)

RED_EXPOSURE = BandTable(
    "red-exposure",
    "RED exposure mode",
    "limits of each channel of the camera's signal; green in IRE",
    "RED 955-0156, Exposure: purple (noise) and red (clip) from the sensor, green 41 - 48 IRE. RED prints no codes of "
    "noise and clip: here red is the camera's clip point and purple no light at all.",
    (_band("41 - 48 IRE", "40.5", "48.5", _GREEN),),
)

BLACKMAGIC = BandTable(
    "blackmagic",
    "Blackmagic",
    "Blackmagic Film Gen 5, percent of the signal",
    "Blackmagic Video Assist manual, p. 11 and 16: green is 18 % grey at 38.4 %, pink skin one stop over it. Widths of "
    "4 % are ours; the maker prints none, nor levels of its marks near clip.",
    (
        _band("18 % grey", "36.4", "40.4", _GREEN),
        _band("one stop over grey", "42.3", "46.3", _PINK),
    ),
    made_for="blackmagic-film-gen5",
)

IRE_SIX = BandTable(
    "ire",
    "IRE, six bands",
    ANY_SIGNAL,
    "OpenPocketCine, IRE six-band (github.com/erik-sutton95/OpenPocketCine, PR 305).",
    (
        _band("black clip", None, "2.5", _PURPLE),
        _band("shadow", "2.5", "10", _BLUE),
        _band("18 % grey", "38", "42", _GREEN),
        _band("skin", "52", "56", _PINK),
        _band("highlight", "80", "95", _YELLOW),
        _band("white clip", "95", None, _RED),
    ),
    made_for=DISPLAY,
)

LEVELS = BandTable(
    "levels",
    "Levels",
    ANY_SIGNAL,
    "OpenPocketCine, Limits (github.com/erik-sutton95/OpenPocketCine, PR 305). Whole percent, rounded.",
    (
        _band("0 - 4 %", None, "4.5", _PURPLE),
        _band("5 - 9 %", "4.5", "9.5", _BLUE),
        _band("94 - 100 %", "93.5", None, _RED),
    ),
)

EXCURSIONS = BandTable(
    "excursions",
    "Excursions",
    "percent of the signal; nothing lies beyond it in full range",
    "ITU-R BT.709-6 4.6: nominal levels 64 to 940.",
    (
        _band("below black", None, "0", _BLUE),
        _band("above white", "100.05", None, _RED),
    ),
)

LIMITS = BandTable(
    "limits",
    "Limits",
    "each of R', G' and B' by itself",
    "The clip point of the camera at its EI as its maker publishes it, and its signal of no light (docs/cameras.md). "
    "No maker publishes a noise floor.",
)

GAMUT = BandTable(
    "gamut",
    "Gamut",
    "R'G'B' of the signal, each by itself",
    "EBU R 103 v3.0, preferred range of R'G'B': -5 % to 105 %.",
    limits=ChannelLimits(-0.05, 1.05, "under -5 %", "over 105 %"),
)

_ZONES: tuple[tuple[str, str | None, Color], ...] = (
    ("-6", None, (8, 8, 8)),
    ("-5", "-5.5", (120, 44, 180)),
    ("-4", "-4.5", (72, 44, 172)),
    ("-3", "-3.5", (36, 76, 216)),
    ("-2", "-2.5", (0, 160, 180)),
    ("-1", "-1.5", (24, 168, 60)),
    ("-1/2", "-0.75", (150, 212, 150)),
    ("0, 18 % grey", "-0.25", (128, 128, 128)),
    ("+1/2", "0.25", (250, 240, 160)),
    ("+1", "0.75", (246, 222, 30)),
    ("+2", "1.5", (250, 176, 60)),
    ("+3", "2.5", (240, 120, 20)),
    ("+4", "3.5", (226, 52, 40)),
    ("+5", "4.5", (150, 20, 30)),
    ("+6", "5.5", (255, 255, 255)),
)


def _steps(rows: tuple[tuple[str, str | None, Color], ...]) -> tuple[Band, ...]:
    """Bands one after the other, each from its own lower limit to that of the next."""
    highs = [low for _, low, _ in rows[1:]]
    return tuple(_band(name, low, high, color) for (name, low, color), high in zip(rows, [*highs, None], strict=True))


STOPS = BandTable(
    "stops",
    "Stop zones",
    "stops from 18 % grey",
    "Fifteen zones of one stop, halves either side of grey: order of colours and number as published for the zone "
    "system of E. Lachman; edges and colours are livegrade's own and may be edited (docs/false-color.md).",
    _steps(_ZONES),
    Unit.STOPS,
)

_SENSOR_COLORS: tuple[Color, ...] = (
    (36, 12, 60),
    (72, 24, 120),
    (60, 40, 170),
    (36, 72, 214),
    (20, 112, 220),
    (0, 148, 196),
    (0, 168, 140),
    (20, 160, 80),
    (70, 184, 60),
    (128, 128, 128),
    (170, 204, 60),
    (226, 220, 50),
    (248, 190, 40),
    (246, 146, 30),
    (236, 100, 40),
)


def _sensor_bands() -> tuple[Band, ...]:
    edges = [None, *(f"{step - 10.5:g}" for step in range(2, 16))]
    rows = [(f"step {n}", low, _SENSOR_COLORS[n - 1]) for n, low in enumerate(edges, 1)]
    for eighth in range(8):
        red: Color = (255 - 18 * eighth, 150 - 20 * eighth, 150 - 20 * eighth)
        rows.append((f"step 16, {eighth + 1}/8", f"{5.5 + eighth / 8:g}", red))
    return _steps(tuple(rows))


SENSOR = BandTable(
    "sensor-16",
    "16 sensor steps",
    "stops from 18 % grey; step 10 is grey",
    "RED 955-0160, GioScope: 16 steps, 10 = mid grey, 16 = the top stop in eighths from light to dark red. There from "
    "the sensor, here from the camera's signal; the colours of the steps below are ours.",
    _sensor_bands(),
    Unit.STOPS,
)

PRESETS: Mapping[str, BandTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            IRE_SIX,
            ARRI_CLASSIC,
            RED_VIDEO,
            RED_EXPOSURE,
            BLACKMAGIC,
            STOPS,
            SENSOR,
            LIMITS,
            GAMUT,
            LEVELS,
            EXCURSIONS,
        )
    }
)
"""Every table by name, without a camera."""

DEFAULT_PRESET = IRE_SIX.name


def preset(name: str, camera: Camera | None = None) -> BandTable:
    """The table called `name` for `camera`; NAME-luminance counts stops of luminance. Raises UsageError."""
    plain = name.removesuffix(LUMINANCE_SUFFIX)
    table = PRESETS.get(plain)
    if table is None:
        near = get_close_matches(plain, PRESETS, 1)
        hint = f"; did you mean {near[0]}" if near else ""
        raise UsageError(
            f"'{name}' is not a false-colour preset; known ones are {', '.join(PRESETS)}, or a file NAME.toml{hint}"
        )
    if plain != name and table.unit is not Unit.STOPS:
        raise UsageError(f"false colour '{name}': only bands in stops can be those of luminance")
    return fitted(replace(table, name=name, luminance=plain != name), camera)


def fitted(table: BandTable, camera: Camera | None) -> BandTable:
    """`table` with the curve and the limits of `camera`, and a note where it does not fit it. Raises UsageError where
    there is none and one is needed."""
    if camera is None:
        if table.unit is Unit.STOPS or table in (LIMITS, RED_EXPOSURE):
            raise UsageError(
                f"false colour '{table.name}' needs to know the camera; say which it is (--camera 'ALEXA 35')"
            )
        return table
    if table in (LIMITS, RED_EXPOSURE):
        return _limited(table, camera)
    if table.unit is Unit.STOPS:
        of = "luminance of linear light" if table.luminance else "Y'"
        return replace(table, camera=camera, curve=f"{table.curve}, of {of}, {signal_words(camera)}, source")
    return replace(table, camera=camera, note=misfit(table, camera))


def signal_words(camera: Camera) -> str:
    """ "LogC3 EI 800", "S-Log3, EI 500"."""
    shown = camera.ei is None or f"EI {camera.ei}" in camera.curve.title
    return camera.curve.title if shown else f"{camera.curve.title}, EI {camera.ei}"


def misfit(table: BandTable, camera: Camera) -> str:
    """Why limits in percent do not mean on this camera's signal what they are made for; empty where they do."""
    curve = camera.curve
    if table.made_for in ("", curve.name) or (table.made_for == DISPLAY and curve.name == "rec709"):
        return ""
    grey = Fraction(curve.mid_grey) * 100
    inside = next((b.name for b in table.bands if (b.low or 0) <= grey and (b.high is None or grey < b.high)), None)
    made = "a display picture" if table.made_for == DISPLAY else table.curve.partition(",")[0]
    words = f"made for {made}, not for {curve.title}: there 18 % grey is {float(grey):.1f} %"
    words += f" ({inside})" if inside is not None else " and in no band"
    whole = [(b.name, b.low, b.high) for b in table.bands if b.low is not None and b.high is not None]
    above = next(((name, low, high) for name, low, high in whole if low > 45 and low > grey), None)
    if above is not None:
        name, low, high = above
        words += f", {name} is {_stops(camera, low):+.1f} to {_stops(camera, high):+.1f} stops"
    if camera.clip is not None:
        over = [b for b in table.bands if b.low is not None and b.low >= Fraction(camera.clip) * 100]
        if over:
            words += f", and the sensor clips at {camera.clip * 100:.1f} %, under {' and '.join(b.name for b in over)}"
    return words


def _stops(camera: Camera, percent: Fraction) -> float:
    light = float(camera.curve.decode(np.array(float(percent) / 100)))
    return log2(light / MID_GREY) if light > 0 else float("-inf")


def _limited(table: BandTable, camera: Camera) -> BandTable:
    """The limits of a camera. A clip that is not published is that of the signal, and is called so."""
    black, clip = camera.curve.black, camera.clip
    high_name = "clip" if clip is not None else "top of the signal"
    limits = ChannelLimits(black, clip, "no light", high_name, top=clip is None)
    if table is RED_EXPOSURE:
        limits = replace(limits, single=(_RED, _PURPLE))
    at = f"clip at {clip * 100:.1f} %" if clip is not None else "clip not published"
    curve = f"{signal_words(camera)}: {at}, no light at {black * 100:.1f} %"
    note = (
        ""
        if clip is not None
        else "the maker publishes no clip point: what is shown is the top of the signal, code 1019"
    )
    return replace(table, camera=camera, limits=limits, curve=curve, note=note)
