"""Blackmagic's SDI camera control messages in words: lens, video, colour, transport of the cameras behind a switcher.

Names from coral/blackmagic-camera-protocol; how messages are read is in `livegrade/cameracontrol.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.cameracontrol import ALL_CAMERAS, BrokenOff, Change, Kind, OtherCommand, read_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATIONS = {0: "=", 1: "+="}

PARAMETERS: dict[tuple[int, int], str] = {
    (0, 0): "focus",
    (0, 1): "autofocus once",
    (0, 2): "aperture AV",
    (0, 3): "aperture normalised",
    (0, 4): "aperture step",
    (0, 5): "auto iris once",
    (0, 6): "stabilisation",
    (0, 7): "zoom mm",
    (0, 8): "zoom normalised",
    (0, 9): "zoom speed",
    (1, 0): "video mode",
    (1, 2): "white balance K, tint",
    (1, 3): "auto white balance once",
    (1, 4): "auto white balance back",
    (1, 5): "exposure us",
    (1, 7): "dynamic range",
    (1, 9): "recording format",
    (1, 10): "auto exposure",
    (1, 11): "shutter angle x 100",
    (1, 12): "shutter 1/s",
    (1, 13): "gain dB",
    (1, 14): "ISO",
    (1, 15): "display LUT",
    (1, 16): "ND stops",
    (5, 0): "tally brightness",
    (5, 1): "tally brightness front",
    (5, 2): "tally brightness rear",
    (7, 0): "clock",
    (8, 0): "lift",
    (8, 1): "gamma",
    (8, 2): "gain",
    (8, 3): "offset",
    (8, 4): "contrast",
    (8, 5): "luma mix",
    (8, 6): "hue, saturation",
    (8, 7): "colour reset",
    (10, 0): "codec",
    (10, 1): "transport",
    (10, 2): "clip",
    (12, 0): "reel",
    (12, 2): "scene",
    (12, 3): "take",
    (12, 5): "camera id",
}
"""Category and parameter of what is worth a name; the rest is told by its numbers."""


def messages(data: bytes) -> Iterator[str]:
    """Each message of the packet 51/53 as one line; what breaks off or makes no sense is told as bytes."""
    for message in read_messages(data):
        who = "all cameras" if message.camera == ALL_CAMERAS else f"camera {message.camera}"
        match message:
            case Change():
                yield f"{who}: {_change(message)}"
            case OtherCommand(command=command, body=body):
                yield f"{who}: command {command}, {body.hex(' ')}"
            case BrokenOff(data=rest):
                yield f"{who}: broken off, {rest.hex(' ')}"


def _change(change: Change) -> str:
    place = change.category, change.parameter
    name = PARAMETERS.get(place, f"parameter {change.category}.{change.parameter}")
    sign = _OPERATIONS.get(change.operation, f"operation {change.operation}")
    return f"{name} {sign} {_values(change)}".removesuffix(" = ")


def _values(change: Change) -> str:
    match change.values:
        case str():
            return repr(change.values)
        case bytes():
            return f"type {change.kind}, {change.values.hex(' ')}"
    if change.kind == Kind.FIXED16:
        return ", ".join(f"{value:.4g}" for value in change.values)
    return ", ".join(str(value).lower() for value in change.values)
