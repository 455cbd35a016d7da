"""The properties of a Blackmagic camera's REST API: what they say of a camera, and what is put into them.

JSON that was read on one side, values of `CameraState` on the other; no input or output. What is missing in a property,
or is of no sense, is not known. Source: Blackmagic, Camera Control REST API, the OpenAPI files (`*Control.yaml`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.timing.rate import Rate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade_devices.camera import CameraState

FORMAT = "/system/format"
RECORD = "/transports/0/record"
TIMECODE = "/transports/0/timecode"
SHUTTER = "/video/shutter"
COLOR = "/colorCorrection/color"
GAIN, OFFSET = "/colorCorrection/gain", "/colorCorrection/offset"
TINT_UNIT = "Blackmagic, -50 to 50"
DIGITS = re.compile(r"[0-3]\d[0-5]\d[0-5]\d[0-7]\d", re.ASCII)


def learned(state: CameraState, path: str, value: object) -> CameraState:
    """`state` with what the property at `path` says; as it was for a property that says nothing of it."""
    read = _READ.get(path)
    return state if read is None else state.having(**read(value))


def shown_timecode(display: int) -> str | None:
    """`display`: HHMMSSFF in binary coded decimal; the two highest bits of the hours are not digits."""
    text = f"{display & 0x3FFFFFFF:08x}"
    return ":".join(text[k : k + 2] for k in range(0, 8, 2)) if DIGITS.fullmatch(text) else None


def _number(value: object, name: str, low: float = 0.0, high: float = 1e9) -> float | None:
    found = value.get(name) if isinstance(value, dict) else None
    usable = isinstance(found, int | float) and not isinstance(found, bool) and low <= found <= high
    return found if usable else None


def _iso(value: object) -> Mapping[str, object]:
    iso = _number(value, "iso")
    return {"ei": None if iso is None else round(iso)}


def _white(value: object) -> Mapping[str, object]:
    kelvin = _number(value, "whiteBalance")
    return {"white_balance_k": None if kelvin is None else round(kelvin)}


def _tint(value: object) -> Mapping[str, object]:
    return {"tint": _number(value, "whiteBalanceTint", -1000), "tint_unit": TINT_UNIT}


def _nd(value: object) -> Mapping[str, object]:
    return {"nd": _number(value, "stop", 0, 30)}


def _shutter(value: object) -> Mapping[str, object]:
    angle, speed = _number(value, "shutterAngle", 0, 36000), _number(value, "shutterSpeed", 1)
    return {
        "shutter_angle": None if angle is None else angle / 100,
        "shutter_s": None if speed is None else 1 / Fraction(round(speed)),
    }


def _iris(value: object) -> Mapping[str, object]:
    return {"iris": _number(value, "apertureStop", 0.1, 1000)}


def _format(value: object) -> Mapping[str, object]:
    project = _rate(value, "frameRate")
    off_speed = isinstance(value, dict) and value.get("offSpeedEnabled") is True
    return {"project_fps": project, "sensor_fps": _rate(value, "offSpeedFrameRate") if off_speed else project}


def _rate(value: object, name: str) -> Fraction | None:
    """Said as a number or as text, "23.98"."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, str) and re.fullmatch(r"\d{1,3}(\.\d{1,6})?", found, re.ASCII):
        fps = Fraction(found)
    elif (number := _number(value, name)) is not None:
        fps = Fraction(number).limit_denominator(1001)
    else:
        return None
    return Rate.snapped(fps).fps if 0 < fps <= 1000 else None


def _record(value: object) -> Mapping[str, object]:
    on = value.get("recording") if isinstance(value, dict) else None
    return {"recording": on if isinstance(on, bool) else None}


def _timecode(value: object) -> Mapping[str, object]:
    display = _number(value, "display", 0, 2**32 - 1)
    return {"timecode": None if display is None else shown_timecode(int(display))}


def _slate(value: object) -> Mapping[str, object]:
    clip = value.get("clip") if isinstance(value, dict) else None
    reel = clip.get("reel") if isinstance(clip, dict) else None
    return {"reel": str(reel)[:80] if isinstance(reel, int | str) and not isinstance(reel, bool) else None}


_READ: Mapping[str, Callable[[object], Mapping[str, object]]] = {
    "/video/iso": _iso,
    "/video/whiteBalance": _white,
    "/video/whiteBalanceTint": _tint,
    "/video/ndFilter": _nd,
    SHUTTER: _shutter,
    "/lens/iris": _iris,
    FORMAT: _format,
    RECORD: _record,
    TIMECODE: _timecode,
    "/slates/nextClip": _slate,
}
HEARD = tuple(path for path in _READ if path != TIMECODE)
"""What is subscribed to. A timecode changes with every picture: it is asked for."""

_ONE: Mapping[str, tuple[str, str, float, float, bool]] = {
    "ei": ("/video/iso", "iso", 1, 1_000_000, True),
    "white_balance_k": ("/video/whiteBalance", "whiteBalance", 2500, 10000, True),
    "tint": ("/video/whiteBalanceTint", "whiteBalanceTint", -50, 50, True),
    "nd": ("/video/ndFilter", "stop", 0, 20, False),
    "iris": ("/lens/iris", "apertureStop", 0.5, 64, False),
    "saturation": (COLOR, "saturation", 0, 2, False),
}
"""Name: property, key, least, most, whether it is a whole number."""
_FOUR: Mapping[str, tuple[str, float, float]] = {
    "lift": ("/colorCorrection/lift", -2, 2),
    "gamma": ("/colorCorrection/gamma", -4, 4),
    "gain": (GAIN, 0, 16),
    "offset": (OFFSET, -8, 8),
}
NAMES = frozenset({*_ONE, *_FOUR, "shutter_angle", "shutter_s"})
"""What can be set."""


def asked(name: str, value: float | str) -> tuple[str, dict[str, float]]:
    """The property of a setting, and what is put there. Colours are four numbers, "red green blue luma"; a shutter time
    may be a fraction, "1/50". Raises ValueError with what is wanted."""
    if name in _FOUR:
        path, low, high = _FOUR[name]
        return path, channels(_colours(name, value, low, high))
    if name == "shutter_angle":
        return SHUTTER, {"shutterAngle": round(100 * _one(name, value, 1, 360))}
    if name == "shutter_s":
        return SHUTTER, {"shutterSpeed": round(1 / _one(name, value, 1e-5, 1))}
    path, key, low, high, whole = _ONE[name]
    number = _one(name, value, low, high)
    return path, {key: round(number) if whole else number}


def channels(rgbl: tuple[float, float, float, float]) -> dict[str, float]:
    """As the properties of colour have them."""
    return dict(zip(("red", "green", "blue", "luma"), rgbl, strict=True))


def _one(name: str, value: float | str, low: float, high: float) -> float:
    try:
        number = float(Fraction(value)) if isinstance(value, str) else float(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        number = float("nan")
    if not low <= number <= high:
        raise ValueError(f"{name} is a number from {low:g} to {high:g}, not {str(value)[:40]!r}")
    return number


def _colours(name: str, value: float | str, low: float, high: float) -> tuple[float, float, float, float]:
    parts = str(value)[:200].split()
    if len(parts) != 4:
        raise ValueError(f"{name} is four numbers, red green blue luma, not {str(value)[:40]!r}")
    red, green, blue, luma = (_one(name, part, low, high) for part in parts)
    return red, green, blue, luma
