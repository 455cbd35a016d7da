"""What cameras are set to, side by side: as their pictures or they themselves say it, and where it is other than the
rig says or than the other cameras are. A setting that nobody knows differs from nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.control.tree import SettingTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livegrade.session.slot import SlotRunner

NAMES = (
    "model",
    "curve",
    "ei",
    "white-balance",
    "tint",
    "shutter",
    "sensor-fps",
    "project-fps",
    "signal",
    "range",
    "look",
)
OF_ITS_OWN = ("model", "curve", "range", "look")
"""What may well differ from camera to camera; only another word than the rig's counts."""


@dataclass(frozen=True, slots=True)
class _Said:
    """`value`: with its unit, None where nobody says it; `rig`: what the session was set up with, None where it says
    nothing; `scale`: the maker's own, of what cannot be compared with that of others."""

    value: str | None
    rig: str | None = None
    scale: str = ""


def cameras(slots: Iterable[SlotRunner]) -> dict[str, dict[str, SettingTree]]:
    """By slot and name, of the slots whose camera is known or speaks."""
    said = {slot.name: _settings(slot) for slot in slots if _has_camera(slot)}
    return {
        slot: {name: SettingTree(one.value, one.rig, _differs(name, one, said)) for name, one in settings.items()}
        for slot, settings in said.items()
    }


def _has_camera(slot: SlotRunner) -> bool:
    return slot.camera is not None or slot.camera_said is not None


def _settings(slot: SlotRunner) -> dict[str, _Said]:
    camera, beside = slot.camera, slot.camera_said
    picture = slot.last[0].metadata if slot.last else None
    heard = None if picture is None else picture.exposure_index
    if heard is None and beside is not None:
        heard = beside.ei
    format = slot.format
    found = {
        "model": _Said(None if camera is None else camera.name),
        "curve": _Said(None if camera is None else camera.curve.name),
        "ei": _Said(_text(heard), _text(None if camera is None else camera.ei)),
        "signal": _Said(None if format is None else f"{format.width}x{format.height}, {_fps(format.rate.fps)}"),
        "range": _Said(None if format is None else format.range.value),
    }
    if beside is not None:
        rate = None if format is None else format.rate.fps
        found |= {
            "white-balance": _Said(_text(beside.white_balance_k, after=" K")),
            "tint": _Said(
                None if beside.tint is None else f"{beside.tint:+g} {beside.tint_unit}".strip(), scale=beside.tint_unit
            ),
            "shutter": _Said(_shutter(beside.shutter_angle, beside.shutter_s, beside.sensor_fps)),
            "sensor-fps": _Said(_fps(beside.sensor_fps)),
            "project-fps": _Said(_fps(beside.project_fps), _fps(rate)),
            "look": _Said(beside.look),
        }
    return {name: found.get(name, _Said(None)) for name in NAMES}


def _differs(name: str, one: _Said, said: Mapping[str, Mapping[str, _Said]]) -> list[str]:
    if one.value is None:
        return []
    found = ["rig"] if one.rig is not None and one.rig != one.value else []
    others = (settings[name] for settings in said.values())
    values = Counter(other.value for other in others if other.value is not None and other.scale == one.scale)
    most = max(values.values())
    is_usual = values[one.value] == most and list(values.values()).count(most) == 1
    return found if name in OF_ITS_OWN or is_usual else [*found, "others"]


def _text(number: int | None, after: str = "") -> str | None:
    return None if number is None else f"{number}{after}"


def _fps(fps: Fraction | None) -> str | None:
    return None if fps is None else f"{float(fps):.3f}".rstrip("0").rstrip(".") + " fps"


def _shutter(angle: float | None, seconds: Fraction | None, fps: Fraction | None) -> str | None:
    """As an angle, so that cameras that think in times are comparable; a time where the rate is not known."""
    if angle is None and seconds is not None and fps is not None:
        angle = float(360 * seconds * fps)
    if angle is not None:
        return f"{angle:.1f}°"
    return None if seconds is None else f"{seconds} s"
