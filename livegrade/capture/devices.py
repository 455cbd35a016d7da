"""The capture devices that FFmpeg can list on this system, as source addresses. Nothing is opened for pictures."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import av

FORMATS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
"""FFmpeg's video capture of each system. dshow wants its devices called video=NAME."""


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """`address`: what to write as a source; `name`: what its maker calls it."""

    address: str
    name: str


def capture_devices() -> tuple[CaptureDevice, ...]:
    """Devices that give pictures; none where FFmpeg has no way to list them here. A device that another program holds
    may be missing."""
    import av

    format = FORMATS.get(sys.platform)
    listing = getattr(av, "enumerate_input_devices", None)
    if format is None or listing is None:
        return ()
    try:
        found: Sequence[av.DeviceInfo] = listing(format)
    except (av.error.FFmpegError, ValueError, OSError):
        return ()
    prefix = "video=" if format == "dshow" else ""
    return tuple(
        CaptureDevice(f"ffmpeg:{format}:{prefix}{device.name}", device.description)
        for device in found
        if not device.media_types or "video" in device.media_types
    )
