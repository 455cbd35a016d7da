"""How a slot's camera stands at its newest picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.engine.burnin import Said as Named
from livegrade.library.values import CameraState
from livegrade.session.draft import Sight

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame
    from livegrade_devices.camera import CameraState as Said

BESIDE = {
    "white_balance_k": "kelvin",
    "tint": "tint",
    "shutter_angle": "shutter-angle",
    "shutter_s": "shutter-seconds",
    "sensor_fps": "sensor-fps",
    "nd": "nd-stops",
    "iris": "iris",
    "lens": "lens",
    "focus_m": "focus-metres",
    "focal_mm": "focal-millimetres",
    "look": "look",
}
"""Of what a camera says of itself: what takes are kept with, beside EI, reel and clip, and its name there."""


def sight_of(slot: SlotRunner) -> Sight | None:
    """None before the first picture."""
    if not slot.last:
        return None
    frame = slot.last[0]
    state = camera_state(frame, slot.camera, slot.camera_said)
    recordings = [str(file) for output in slot.outlets if output.is_recording for file in output.files]
    return Sight(
        at_ns=frame.captured_ns,
        index=frame.index,
        timecode=frame.timecode,
        rate=frame.format.rate,
        state=state,
        camera=slot.camera,
        kelvin=_kelvin(state.extra),
        recordings=tuple(recordings),
    )


def camera_state(frame: Frame, camera: Camera | None, beside: Said | None = None) -> CameraState:
    """What the user says of a camera, what its picture does, and, where that says nothing, what the camera says of
    itself `beside` it, as a device."""
    said = frame.metadata
    told = (said.exposure_index, None if beside is None else beside.ei, None if camera is None else camera.ei)
    return CameraState(
        name="" if camera is None else camera.name,
        curve="" if camera is None else camera.curve.name,
        gamut="" if camera is None else camera.gamut.name,
        ei=next((ei for ei in told if ei is not None), None),
        format=str(frame.format),
        range=frame.format.range.value,
        reel=said.reel or (beside and beside.reel) or "",
        clip=said.clip or (beside and beside.clip) or "",
        extra=(*said.extra, *_words(beside)),
    )


def said_of(slot: SlotRunner, frame: Frame) -> Named:
    """What burn-in says of a picture of `slot`."""
    state = camera_state(frame, slot.camera, slot.camera_said)
    look = slot.look
    return Named(
        clip=" ".join(word for word in (state.reel, state.clip) if word),
        slot=slot.setup.label or f"slot {slot.name}",
        look=look.name or ("no name" if look.nodes else "no look"),
        camera=" ".join(word for word in (state.name, f"EI {state.ei}" if state.ei is not None else "") if word),
    )


def _words(beside: Said | None) -> tuple[tuple[str, str], ...]:
    """What a device knows of its camera, under names that say that it comes from one."""
    if beside is None:
        return ()
    known = ((name, getattr(beside, field)) for field, name in BESIDE.items())
    return tuple(
        (f"device.{name}", f"{value:g}" if isinstance(value, float) else str(value))
        for name, value in known
        if value is not None
    )


def _kelvin(extra: tuple[tuple[str, str], ...]) -> int | None:
    """White balance, where a key of that name says it; the picture's own word first."""
    words = (value for key, value in extra if key.rpartition(".")[2].lower() == "kelvin")
    word = next(words, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 else None
