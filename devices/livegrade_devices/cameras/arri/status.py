"""The status that ARRI's web remote hands out, as text and as what it means.

Of its some 1,360 variables only those are read whose names and meaning were seen at a camera: who it is, and its power.
Source: Kunkles/brickdup, at an ALEXA 35.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from livegrade.errors import DeviceError
from livegrade_devices.camera import CameraState
from livegrade_devices.device import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST = 4 * 1024 * 1024
"""Bytes of an answer."""
LONGEST_TEXT = 100
MOST = 1_000_000
"""No volts or percents are more."""
SERIAL, INDEX = "SystemCameraSerial", "CameraIndexDual"
PERCENT, WARN_PERCENT = "Bat1LevelPercent", "Bat1WarnLevelPercent"
VOLT, WARN_VOLT = "Bat1LevelVolt", "Bat1WarnLevelVolt"
IN_USE, MAINS = "PowerInputBatInUse", "PowerInputPwrPresent"
NAMES = frozenset({SERIAL, INDEX, PERCENT, WARN_PERCENT, VOLT, WARN_VOLT, IN_USE, MAINS})
"""Bat1 is the battery at the camera; what is called Bat2 is the power input, and no battery."""
Scalar: TypeAlias = "bool | int | float | str | None"


class _Answer(msgspec.Struct, frozen=True):
    id: int
    variables: dict[str, msgspec.Raw]


class _Variable(msgspec.Struct, frozen=True):
    value: bool | int | float | str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """`id`: from which on the next changes are asked for. `values`: of `NAMES` only; those that are told."""

    id: int
    values: Mapping[str, Scalar]


def read_status(body: bytes) -> Status:
    """Raises DeviceError where it is no such status. A variable of another shape is left out."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DeviceError("camera", f"its answer is no status of an ARRI web remote ({str(error)[:100]})") from error
    values: dict[str, Scalar] = {}
    for name in NAMES & answer.variables.keys():
        try:
            value = msgspec.json.decode(answer.variables[name], type=_Variable).value
        except msgspec.MsgspecError:
            continue
        values[name] = value[:LONGEST_TEXT] if isinstance(value, str) else value
    return Status(answer.id, values)


def identity_of(values: Mapping[str, Scalar]) -> Identity:
    """The camera's letter is its name: "A_" is camera A."""
    serial, index = values.get(SERIAL), values.get(INDEX)
    name = index.replace("_", "").strip() if isinstance(index, str) else ""
    return Identity("ARRI camera", name, serial="" if serial is None else str(serial))


def state_of(values: Mapping[str, Scalar]) -> CameraState:
    """Nothing but alerts: variables for exposure, lens and recording are there, and their names are not known."""
    return CameraState(alerts=tuple(_alerts(values)))


def _alerts(values: Mapping[str, Scalar]) -> Iterator[str]:
    """By the limits that are set in the camera."""
    percent, volt = _number(values, PERCENT), _number(values, VOLT)
    if _below(percent, _number(values, WARN_PERCENT)):
        yield f"battery at {percent:g} %"
    elif _below(volt, _number(values, WARN_VOLT)):
        yield f"battery at {volt:.1f} V"
    if values.get(MAINS) is True and values.get(IN_USE) is True:
        yield "on battery although power is connected"


def _number(values: Mapping[str, Scalar], name: str) -> float | None:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= MOST else None


def _below(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value <= limit
