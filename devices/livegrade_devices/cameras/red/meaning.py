"""What parameters of RCP2 mean as a `CameraState`, and the raw numbers that set the same. Values, no wire.

A unit that is not documented is taken from the text the camera shows, and where that does not tell it either, the value
stays unknown. Source: bitfocus/companion-module-red-rcp2.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.settling import wanted_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from livegrade_devices.cameras.red.messages import CameraCdl, Value

AT_ONCE = (
    "RECORD_STATE",
    "SENSOR_FRAME_RATE",
    "ISO",
    "COLOR_TEMPERATURE",
    "TINT",
    "EXPOSURE_ANGLE",
    "APERTURE",
    "ND",
    "TIMECODE",
    "CLIP_NAME",
)
"""Asked for before the camera has told what it has."""
LATER = (
    "EXPOSURE_INTEGRATION_TIME",
    "REEL_NUMBER",
    "FORMAT_ARG_REEL_NO",
    "MEDIA_TIME_REMAINING",
    "APPLIED_CAMERA_LUT",
    "CDL_ENABLE",
    "CDL",
    "LOG_VIEW_ENABLE",
)
"""Asked for where the camera has them. What is chatty (TIMECODE_HIGH_FREQUENCY, AUDIO_VU_DATA, HISTOGRAM) never is."""
DIVIDERS: Mapping[str, int] = {"ISO": 1, "COLOR_TEMPERATURE": 1, "TINT": 1000, "EXPOSURE_ANGLE": 1000}
"""Of parameters whose scale is documented."""
SETTINGS: Mapping[str, str] = {
    "ei": "ISO",
    "white_balance_k": "COLOR_TEMPERATURE",
    "tint": "TINT",
    "shutter_angle": "EXPOSURE_ANGLE",
}
"""What can be set: names of `CameraState` and the parameters."""
RECORDING = 1
RECORD_WORDS = {2: "finalizing", 3: "pre-recording", 4: "encoding"}
TINT_UNIT = "RED tint"
_PART = re.compile(r"1/(\d{1,6}(?:\.\d{1,6})?)\s*(?:s|sec)?")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})")
_MINUTES = re.compile(r"(\d{1,6})\s*(?:m|min|minutes)")


def state_of(values: Mapping[str, Value], cdl: CameraCdl | None) -> CameraState:
    """`values`: by id."""
    record = _number(values, "RECORD_STATE")
    iris = _number(values, "APERTURE")
    tint = _number(values, "TINT")
    return CameraState(
        ei=_whole(_number(values, "ISO")),
        white_balance_k=_whole(_number(values, "COLOR_TEMPERATURE")),
        tint=tint,
        tint_unit="" if tint is None else TINT_UNIT,
        shutter_angle=_number(values, "EXPOSURE_ANGLE"),
        shutter_s=_shutter(values),
        sensor_fps=_rate(values),
        nd=_nd(values),
        iris=iris if iris is not None and iris > 0 else None,
        iris_is_t=_text(values, "APERTURE")[:1] in ("T", "t"),
        recording=None if record is None else record == RECORDING,
        timecode=_text(values, "TIMECODE") or None,
        reel=_text(values, "REEL_NUMBER") or _text(values, "FORMAT_ARG_REEL_NO") or None,
        clip=_text(values, "CLIP_NAME") or None,
        media_left_s=_seconds(_text(values, "MEDIA_TIME_REMAINING")),
        look=_look(values, cdl),
        alerts=tuple(_alerts(values)),
    )


def raw(name: str, value: float | str, known: Value | None) -> tuple[str, int]:
    """Parameter and raw number that set `name`; `known`: what the camera said of it, whose divider goes before ours.
    Raises UsageError where it cannot be set, or is no number that a camera could have."""
    if name not in SETTINGS:
        raise UsageError(f"{name} cannot be set over RCP2; {', '.join(sorted(SETTINGS))} can")
    parameter = SETTINGS[name]
    number = wanted_number(name, value)
    divider = known.divider if known is not None and known.divider else DIVIDERS[parameter]
    return parameter, round(number * divider)


def _number(values: Mapping[str, Value], name: str) -> float | None:
    value = values.get(name)
    if value is None or value.number is None or not math.isfinite(value.number):
        return None
    return value.number / (value.divider or DIVIDERS.get(name, 1))


def _whole(number: float | None) -> int | None:
    return round(number) if number is not None and number > 0 else None


def _text(values: Mapping[str, Value], name: str) -> str:
    return values[name].text if name in values else ""


def _rate(values: Mapping[str, Value]) -> Fraction | None:
    """Raw is pictures a second times 1000, but 24000 is 24000/1001 too: what is shown ("23.98 FPS") tells which."""
    value = values.get("SENSOR_FRAME_RATE")
    if value is None or value.number is None or not 0 < value.number < 10_000_000:
        return None
    said = Fraction(round(value.number), 1000)
    shown = re.match(r"\d{1,4}(?:\.\d{1,3})?", value.text)
    slow = Fraction(round(said), 1) * Fraction(1000, 1001)
    if said != round(said):
        return slow if abs(said - slow) < Fraction(1, 100) else said
    if shown and abs(Fraction(shown[0]) - slow) < abs(Fraction(shown[0]) - said):
        return slow
    return said


def _shutter(values: Mapping[str, Value]) -> Fraction | None:
    """From "1/48": the unit of the number is not documented."""
    found = _PART.fullmatch(_text(values, "EXPOSURE_INTEGRATION_TIME"))
    return 1 / Fraction(found[1]) if found and Fraction(found[1]) else None


def _nd(values: Mapping[str, Value]) -> float | None:
    """Only where the camera writes stops; no filter is none in every unit."""
    value, number = values.get("ND"), _number(values, "ND")
    if value is None or number is None:
        return None
    return number if number == 0 or "stop" in f"{value.text} {value.suffix}".lower() else None


def _seconds(text: str) -> int | None:
    """Of "1:02:03", "62:03" or "62 min"; None of anything else."""
    if found := _CLOCK.fullmatch(text):
        return 3600 * int(found[1] or 0) + 60 * int(found[2]) + int(found[3])
    found = _MINUTES.fullmatch(text.lower())
    return 60 * int(found[1]) if found else None


def _look(values: Mapping[str, Value], cdl: CameraCdl | None) -> str | None:
    """The LUT that is applied, and whether a CDL stands before it."""
    lut = _text(values, "APPLIED_CAMERA_LUT")
    graded = cdl is not None and not cdl.is_default and _number(values, "CDL_ENABLE") == 1
    return " + ".join(part for part in ("CDL" if graded else "", lut) if part) or None


def _alerts(values: Mapping[str, Value]) -> Iterator[str]:
    record = _number(values, "RECORD_STATE")
    if record in RECORD_WORDS:
        yield RECORD_WORDS[round(record)]
    if _number(values, "LOG_VIEW_ENABLE") == 1:
        yield "log view"
