"""What CAP's variables mean as a `CameraState`, its commands and results. Values, no wire.

Source: ARRI, CAP specification 1.12, chapters 1 to 3. Variables whose values are lists or enumerations that are not
public (ND, exposure time) are not read.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError
from livegrade_devices.camera import CameraState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from livegrade_devices.cameras.arri.frames import Fields

LIVE, CHALLENGE, PASSWORD, CLIENT_NAME, REQUEST, SET, WELCOME, GET = 0x80, 0x81, 0x82, 0x83, 0x84, 0x86, 0x87, 0x90
RECORD_START, RECORD_STOP = 0xA0, 0xA1
OK, NOT_ALLOWED, WRONG_PASSWORD, TOO_MANY = 0x0, 0x2, 0x4, 0x8
RESULTS: Mapping[int, str] = {
    0x1: "it does not know the command",
    0x2: "it does not allow that",
    0x3: "it has no such variable",
    0x4: "the password is wrong; it is in the camera's menu, often arri",
    0x6: "the value is of a wrong type",
    0x7: "it wants a password first",
    0x8: "it has four clients already, and takes no more",
    0x9: "it understands the protocol otherwise; try the option fields=typed or fields=plain",
    0xA: "it has an error of its own",
    0xB: "it does not have that yet",
    0xD: "it does not take the value",
    0xF: "it cannot do that at the moment",
    0x11: "that is not available",
    0x12: "try again",
}

TYPE, SERIAL, INDEX = 0x01, 0x02, 0x03
PROJECT_RATE, STATE, LOOK, KELVIN, TINT, EI, REEL, CLIP = 0x20, 0x40, 0x41, 0x51, 0x52, 0x53, 0x5C, 0x5D
SENSOR_FPS, ANGLE, LEFT, TIMECODE = 0x61, 0x63, 0x72, 0x78
LENS, FOCUS, IRIS, FOCAL = 0x80, 0x82, 0x83, 0x84
TEXTS = frozenset({TYPE, SERIAL, LOOK, LENS})
REALS = frozenset({TINT, SENSOR_FPS, ANGLE})
SIGNED = frozenset({FOCUS, IRIS, FOCAL})
WATCHED = (
    INDEX,
    PROJECT_RATE,
    STATE,
    LOOK,
    KELVIN,
    TINT,
    EI,
    REEL,
    CLIP,
    SENSOR_FPS,
    ANGLE,
    LEFT,
    TIMECODE,
    LENS,
    FOCUS,
    IRIS,
    FOCAL,
)
SETTINGS: Mapping[str, tuple[int, str]] = {
    "ei": (EI, "I"),
    "white_balance_k": (KELVIN, "I"),
    "tint": (TINT, "f"),
    "shutter_angle": (ANGLE, "f"),
}
"""What can be set: names of `CameraState`, variables and their types."""
RECORDING = 0x1
STATE_WORDS = {0x2: "playing back", 0x8: "warning", 0x10: "error", 0x20: "pre-recording", 0x100: "erasing media"}
RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
    Fraction(48000, 1001),
)
"""Project rates by their number; 9 to 11 are interlaced, fields a second."""
INTERLACED = (9, 10, 11)


def read_variable(fields: Fields, variable: int, payload: bytes) -> float | str:
    """Raises DeviceError where the payload is no value of that variable."""
    if variable in TEXTS:
        return fields.read_string(payload)
    value = fields.read_number(payload, variable in SIGNED, variable in REALS)
    if not math.isfinite(value):
        raise DeviceError("camera", f"variable {variable:02X} is {value}")
    return value


def state_of(values: Mapping[int, float | str]) -> CameraState:
    """`values`: by variable."""
    state, tint, iris = _int(values, STATE), _short(values, TINT), _iris(values)
    return CameraState(
        ei=_int(values, EI),
        white_balance_k=_int(values, KELVIN),
        tint=tint,
        tint_unit="" if tint is None else "ARRI tint",
        shutter_angle=_short(values, ANGLE),
        sensor_fps=_sensor_fps(values),
        project_fps=_project_fps(values),
        iris=iris,
        iris_is_t=iris is not None,
        lens=_text(values, LENS),
        focus_m=_focus(values),
        focal_mm=_focal(values),
        recording=None if state is None else bool(state & RECORDING),
        timecode=_timecode(values),
        reel=_reel(values),
        clip=None if (clip := _int(values, CLIP)) is None else f"C{clip:03d}",
        media_left_s=_int(values, LEFT),
        look=_text(values, LOOK),
        alerts=tuple(_alerts(values, state or 0)),
    )


def _real(values: Mapping[int, float | str], variable: int) -> float | None:
    value = values.get(variable)
    return None if isinstance(value, str) else value


def _short(values: Mapping[int, float | str], variable: int) -> float | None:
    """172.8, and not what a float of 32 bits makes of it."""
    value = _real(values, variable)
    return None if value is None else round(value, 4)


def _int(values: Mapping[int, float | str], variable: int) -> int | None:
    value = _real(values, variable)
    return None if value is None else int(value)


def _text(values: Mapping[int, float | str], variable: int) -> str | None:
    value = values.get(variable)
    return value[:200] if isinstance(value, str) and value else None


def _sensor_fps(values: Mapping[int, float | str]) -> Fraction | None:
    """Told as a 32-bit float: what is as near to 24/1.001 as such a float can be is that."""
    value = _real(values, SENSOR_FPS)
    if value is None or not 0 < value < 10_000:
        return None
    slow = Fraction(round(value) * 1000, 1001)
    return slow if abs(value - slow) < 0.002 else Fraction(value).limit_denominator(1000)


def _project_fps(values: Mapping[int, float | str]) -> Fraction | None:
    """Pictures a second; two fields are one."""
    number = _int(values, PROJECT_RATE)
    if number is None or not 0 <= number < len(RATES):
        return None
    return RATES[number] / 2 if number in INTERLACED else RATES[number]


def _iris(values: Mapping[int, float | str]) -> float | None:
    """Thousandths of a stop, 1000 being T1; below zero: not known, or closed."""
    value = _int(values, IRIS)
    return None if value is None or not 0 <= value < 20_000 else 2 ** ((value / 1000 - 1) / 2)


def _focus(values: Mapping[int, float | str]) -> float | None:
    """In millimetres, -1 being infinity."""
    value = _int(values, FOCUS)
    return None if value is None or value < -1 else math.inf if value == -1 else value / 1000


def _focal(values: Mapping[int, float | str]) -> float | None:
    """In thousandths of a millimetre."""
    value = _int(values, FOCAL)
    return None if value is None or value <= 0 else value / 1000


def _timecode(values: Mapping[int, float | str]) -> str | None:
    """Four bytes of two decimal digits: hours, minutes, seconds, frames."""
    value = _int(values, TIMECODE)
    digits = "" if value is None or not 0 <= value < 2**32 else f"{value:08X}"
    return ":".join(digits[at : at + 2] for at in range(0, 8, 2)) if digits.isdecimal() else None


def _reel(values: Mapping[int, float | str]) -> str | None:
    reel, index = _int(values, REEL), _int(values, INDEX)
    if reel is None:
        return None
    return f"{chr(ord('A') + index) if index is not None and 0 <= index < 26 else ''}{reel:03d}"


def _alerts(values: Mapping[int, float | str], state: int) -> Iterator[str]:
    for bit, word in STATE_WORDS.items():
        if state & bit:
            yield word
    if _int(values, IRIS) == -2:
        yield "iris is closed"
