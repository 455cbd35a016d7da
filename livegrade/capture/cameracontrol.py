"""Blackmagic's SDI camera control messages in words: lens, video, colour, transport of the cameras behind a switcher.

Source: "Blackmagic SDI Camera Control Protocol", in the manuals of Blackmagic's cameras (URSA Mini Pro 12K, developer
information), and its parameters in coral/blackmagic-camera-protocol. The protocol is of the way to the cameras; it does
not say whether a camera tells its own state so.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_CAMERAS = 255
_HEADER = 4
_COMMAND_HEADER = 4
_CHANGE = 0
"""The only command there is: change a configuration."""
_OPERATIONS = {0: "=", 1: "+="}
_TEXT = 5
_FORMATS = {0: "?", 1: "b", 2: "h", 3: "i", 4: "q", 128: "h"}
_FIXED = 128
_FIXED_ONE = 2048

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
    at = 0
    while at + _HEADER <= len(data):
        camera, length, command, _ = data[at : at + _HEADER]
        body = data[at + _HEADER : at + _HEADER + length]
        who = "all cameras" if camera == ALL_CAMERAS else f"camera {camera}"
        if len(body) < length:
            yield f"{who}: broken off, {data[at:].hex(' ')}"
            return
        if command == _CHANGE and length >= _COMMAND_HEADER:
            yield f"{who}: {_change(body)}"
        else:
            yield f"{who}: command {command}, {body.hex(' ')}"
        at += _HEADER + (length + 3) // 4 * 4


def _change(body: bytes) -> str:
    category, parameter, kind, operation = body[:_COMMAND_HEADER]
    name = PARAMETERS.get((category, parameter), f"parameter {category}.{parameter}")
    sign = _OPERATIONS.get(operation, f"operation {operation}")
    return f"{name} {sign} {_values(kind, body[_COMMAND_HEADER:])}".removesuffix(" = ")


def _values(kind: int, data: bytes) -> str:
    if kind == _TEXT:
        return repr(data.rstrip(b"\0").decode("utf-8", "replace"))
    if kind not in _FORMATS:
        return f"type {kind}, {data.hex(' ')}"
    single = struct.calcsize(_FORMATS[kind])
    whole = data[: len(data) // single * single]
    numbers = [value for (value,) in struct.iter_unpack(f"<{_FORMATS[kind]}", whole)]
    if kind == _FIXED:
        return ", ".join(f"{value / _FIXED_ONE:.4g}" for value in numbers)
    return ", ".join(str(value).lower() for value in numbers)
