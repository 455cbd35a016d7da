"""What the VISCA inquiries of a Sony ILME-FR7 mean, and the commands that set the same.

Bytes and values, nothing else. Its table has no inquiry for exposure index, shutter, iris and timecode: those stay
unknown. Source: ILME-FR7 VISCA command list, version 4.00, as kept with bitfocus/companion-module-sony-visca.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.sony.packets import halves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODEL, NAME = 0x051E, "Sony ILME-FR7"
TINT_UNIT = "steps of -99 to 99"
TINT_MIDDLE, TINT_MOST = 99, 99
LOWEST_K, HIGHEST_K = 2_000, 15_000
PRESET, MEMORY_A, AUTO = 0xA, 0x5, 0x4
"""White balance modes."""
ON, OFF = 2, 3
ND_PRESET, ND_VARIABLE = 0, 1
ND_FILTERED, ND_CLEAR = 2, 3

INQUIRIES: Mapping[str, bytes] = {
    "recording": bytes.fromhex("09 7E 04 1E"),
    "power": bytes.fromhex("09 04 00"),
    "white_mode": bytes.fromhex("09 04 35"),
    "preset_k": bytes.fromhex("09 05 43 01"),
    "memory_k": bytes.fromhex("09 05 43 02"),
    "tint": bytes.fromhex("09 05 44 02"),
    "nd_mode": bytes.fromhex("09 7E 04 52"),
    "nd_clear": bytes.fromhex("09 7E 04 54"),
    "nd_variable": bytes.fromhex("09 7E 04 42"),
    "nd_preset": bytes.fromhex("09 7E 01 53"),
    "nd_auto": bytes.fromhex("09 7E 04 53"),
    "auto_iris": bytes.fromhex("09 05 34"),
    "auto_gain": bytes.fromhex("09 7E 01 75"),
    "auto_shutter": bytes.fromhex("09 05 35"),
    "bars": bytes.fromhex("09 04 7D"),
    "shooting": bytes.fromhex("09 05 30"),
}
"""Name: body. The answers are numbers in half bytes."""
OFTEN = "recording"
"""The one that is asked again and again between the others."""
SELDOM = tuple(name for name in INQUIRIES if name != OFTEN)

RECORD_PRESS, RECORD_RELEASE = bytes.fromhex("01 7E 04 1D 01"), bytes.fromhex("01 7E 04 1D 00")
"""The button at the camera: pressed, it begins or ends a recording."""

ND_PARTS = (4, 5, 6, 7, 8, 10, 11, 13, 16, 19, 23, 27, 32, 38, 45, 54, 64, 76, 91, 108, 128)
"""The variable filter lets 1/n through: n by its parameter, from 0."""


def state_of(raw: Mapping[str, int]) -> CameraState:
    """`raw`: answers by name; what was not answered is left out."""
    mode = raw.get("white_mode")
    memory = mode == MEMORY_A
    kelvin = raw.get("preset_k") if mode == PRESET else raw.get("memory_k") if memory else None
    tint = raw.get("tint") if memory else None
    recording = raw.get("recording")
    return CameraState(
        white_balance_k=kelvin,
        tint=None if tint is None else float(tint - TINT_MIDDLE),
        tint_unit="" if tint is None else TINT_UNIT,
        nd=_nd(raw),
        recording=None if recording is None else recording == 1,
        alerts=tuple(_alerts(raw)),
    )


def _nd(raw: Mapping[str, int]) -> float | None:
    """In stops; the strengths of the presets are set in the camera's menu and not told."""
    mode = raw.get("nd_mode")
    if raw.get("nd_clear") == ND_CLEAR or (mode == ND_PRESET and raw.get("nd_preset") == 0):
        return 0.0
    place = raw.get("nd_variable")
    if mode != ND_VARIABLE or place is None or place >= len(ND_PARTS):
        return None
    return math.log2(ND_PARTS[place])


def _alerts(raw: Mapping[str, int]) -> Iterator[str]:
    """What a person at the monitor should know of: what the camera does by itself, and what is no picture."""
    if raw.get("power") == OFF:
        yield "standby"
    if raw.get("bars") == ON:
        yield "colour bars"
    if raw.get("shooting") == 0:
        yield "shooting mode Custom"
    if raw.get("white_mode") == AUTO:
        yield "white balance is automatic"
    for name, what in (
        ("auto_iris", "iris"),
        ("auto_gain", "gain"),
        ("auto_shutter", "shutter"),
        ("nd_auto", "ND filter"),
    ):
        if raw.get(name) == ON:
            yield f"{what} is automatic"


def white_balance(kelvin: float, mode: int) -> bytes:
    """`mode`: PRESET or MEMORY_A, whose temperature it is. Raises UsageError beyond 2,000 to 15,000 K."""
    if not LOWEST_K <= kelvin <= HIGHEST_K:
        raise UsageError(f"white_balance_k {kelvin:g}: the camera takes {LOWEST_K} to {HIGHEST_K}")
    return bytes((0x01, 0x05, 0x43, 1 if mode == PRESET else 2)) + halves(round(kelvin), 4)


def tint(value: float) -> bytes:
    """Of Memory A. Raises UsageError beyond -99 to 99."""
    if not -TINT_MOST <= value <= TINT_MOST:
        raise UsageError(f"tint {value:g}: the camera takes {-TINT_MOST} to {TINT_MOST}")
    return bytes((0x01, 0x05, 0x44, 2)) + halves(round(value) + TINT_MIDDLE, 4)


def nd_variable(stops: float) -> bytes:
    """The parameter whose filter is nearest. Raises UsageError beyond 2 to 7 stops."""
    if not 2 <= stops <= 7:
        raise UsageError(f"nd {stops:g}: the camera's variable filter takes 2 to 7 stops, and 0 for clear")
    place = min(range(len(ND_PARTS)), key=lambda at: abs(math.log2(ND_PARTS[at]) - stops))
    return bytes.fromhex("01 7E 04 42") + halves(place, 4)


def nd_clear(clear: bool) -> bytes:
    """Takes the filter out, or puts it in."""
    return bytes.fromhex("01 7E 04 54") + bytes((ND_CLEAR if clear else ND_FILTERED,))
