"""What a camera says of itself, in one value for all makers. Whatever is not known is None and never zero."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction


@dataclass(frozen=True, slots=True)
class CameraState:
    """`ei`: exposure index or ISO. `white_balance_k`: kelvin. `tint`: in the maker's own steps, `tint_unit` says which.

    `shutter_angle`: degrees; `shutter_s`: seconds, where the camera thinks in times. `sensor_fps`: what the sensor
    runs at; `project_fps`: what is played back. `nd`: in stops. `iris`: T-number where `iris_is_t`, else f-number.
    `focus_m`: metres, infinity being inf; `focal_mm`: millimetres. `timecode`: as the camera writes it.
    `media_left_s`: seconds of recording left. `look`: the name of the look that the camera says it shows.
    `alerts`: in the camera's words.
    """

    ei: int | None = None
    white_balance_k: int | None = None
    tint: float | None = None
    tint_unit: str = ""
    shutter_angle: float | None = None
    shutter_s: Fraction | None = None
    sensor_fps: Fraction | None = None
    project_fps: Fraction | None = None
    nd: float | None = None
    iris: float | None = None
    iris_is_t: bool = False
    lens: str | None = None
    focus_m: float | None = None
    focal_mm: float | None = None
    recording: bool | None = None
    timecode: str | None = None
    reel: str | None = None
    clip: str | None = None
    media_left_s: int | None = None
    look: str | None = None
    alerts: tuple[str, ...] = ()

    def having(self, **known: Any) -> CameraState:
        """With what has just been learned; the rest stays."""
        return replace(self, **known)

    def differing(self, other: CameraState) -> tuple[str, ...]:
        """Names of what both know and say differently."""
        names = (each.name for each in fields(self))
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in names)
        return tuple(name for name, mine, theirs in pairs if None not in (mine, theirs) and mine != theirs)
