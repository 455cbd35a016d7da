"""How a slot's camera stands at its newest picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.library.values import CameraState
from livegrade.session.draft import Sight

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.session.slot import SlotRunner
    from livegrade.video.frame import Frame, Metadata


def sight_of(slot: SlotRunner) -> Sight | None:
    """None before the first picture."""
    if not slot.last:
        return None
    frame = slot.last[0]
    recordings = [str(file) for output in slot.outlets if output.is_recording for file in output.files]
    return Sight(
        at_ns=frame.captured_ns,
        index=frame.index,
        timecode=frame.timecode,
        rate=frame.format.rate,
        state=camera_state(frame, slot.camera),
        camera=slot.camera,
        kelvin=_kelvin(frame.metadata),
        recordings=tuple(recordings),
    )


def camera_state(frame: Frame, camera: Camera | None) -> CameraState:
    """What the user says of a camera, and what its picture does."""
    said = frame.metadata
    return CameraState(
        name="" if camera is None else camera.name,
        curve="" if camera is None else camera.curve.name,
        gamut="" if camera is None else camera.gamut.name,
        ei=said.exposure_index if said.exposure_index is not None or camera is None else camera.ei,
        format=str(frame.format),
        range=frame.format.range.value,
        reel=said.reel or "",
        clip=said.clip or "",
        extra=said.extra,
    )


def _kelvin(said: Metadata) -> int | None:
    """White balance, where a key of that name says it."""
    words = (value for key, value in said.extra if key.rpartition(".")[2].lower() == "kelvin")
    word = next(words, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 else None
