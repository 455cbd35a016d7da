"""What a photograph says of itself beside its pixels: which side is up (EXIF), and whose colours it has (an ICC
profile). A telephone's picture is turned upright, and brought to sRGB from Display P3 and the like."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms

from livegrade.color.look import Look
from livegrade.engine.engine import Engine, Wanted
from livegrade.engine.native import Native
from livegrade.engine.view import View, ViewKind
from livegrade.redaction import one_line
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.planes import plane_views
from livegrade.video.pool import Lease

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ORIENTATION, EXIF, COLOR_SPACE = 0x0112, 0x8769, 0xA001
"""Tags of EXIF. Source: CIPA DC-008-2024, 4.6.5 and 4.6.6."""
SRGB = 1
REC709 = "709"
"""In the names of profiles that are the signal of the slots."""
MOST_PROFILE = 4 << 20
"""Bytes of a profile that is read; those of cameras and displays have some thousands."""
SAME_CODES = 3
"""Of 8 bits: colours of a profile that sRGB has within so many are those of sRGB."""
MOST_PIXELS = 80_000_000
"""Of a picture that is turned or converted, which takes memory several times over."""
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
    TypeError,
    IndexError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow raises for tags that make no sense."""
OTHER_COLORS = "the file says that its colours are not those of sRGB, and not which: its signal is shown as it is"


@dataclass(frozen=True, slots=True)
class Said:
    """`orientation`: 1 upright, to 8 as EXIF has it; `profile`: ICC, empty for none; `is_other`: without one, its
    colours are not those of sRGB."""

    orientation: int = 1
    profile: bytes = b""
    is_other: bool = False


def said_of(path: Path) -> Said:
    """What the head of the file says; nothing where there is none, or none that can be read."""
    try:
        with Image.open(path) as image:
            exif = image.getexif()
            orientation, space = exif.get(ORIENTATION, 1), exif.get_ifd(EXIF).get(COLOR_SPACE, SRGB)
            profile = image.info.get("icc_profile") or b""
    except UNREADABLE:
        return Said()
    turned = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    good = profile if isinstance(profile, bytes) and len(profile) <= MOST_PROFILE else b""
    return Said(turned, good, not good and space != SRGB)


def as_meant(frame: Frame, said: Said) -> tuple[Frame, str]:
    """The picture upright and, of 8 bits, in the colours of sRGB where its profile has others; and what was done or is
    taken for granted, in words."""
    notes = [OTHER_COLORS] if said.is_other else []
    if frame.format.width * frame.format.height > MOST_PIXELS:
        return frame, "; ".join(notes)
    name, transform = _to_srgb(said.profile) if said.profile else ("", None)
    if name and transform is None:
        transfer = Transfer.BT709 if REC709 in name else Transfer.SRGB  # it says what it is, and that is this
        frame = replace(frame, format=replace(frame.format, primaries=Primaries.BT709, transfer=transfer))
    elif transform is not None and frame.format.layout.bits > 8:
        notes.append(f"made for {name}, in more than 8 bits: its signal is shown as it is")
        transform = None
    if transform is None and said.orientation == 1:
        return frame, "; ".join(notes)
    rgb = _turned(_rgb(frame), said.orientation)
    format = frame.format
    if transform is not None:
        small = np.ascontiguousarray((rgb >> 8).astype(np.uint8))
        converted = ImageCms.applyTransform(Image.fromarray(small), transform)
        rgb = np.asarray(converted).astype(np.uint16) * 257
        format = replace(format, primaries=Primaries.BT709, transfer=Transfer.SRGB)
        notes.append(f"converted from {name} to sRGB")
    return _framed(rgb, replace(frame, format=format)), "; ".join(notes)


def _to_srgb(profile: bytes) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The name of a profile and what brings it to sRGB, None where it is that already; no name for one that says
    nothing of R, G and B."""
    try:
        made = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if made.profile.xcolor_space.strip() != "RGB":
            return "", None
        name = one_line(ImageCms.getProfileDescription(made))[:60] or "a display without a name"
        target = ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        transform = ImageCms.buildTransform(made, target, "RGB", "RGB", intent)
    except (ImageCms.PyCMSError, *UNREADABLE):
        return "", None
    axis = np.linspace(0, 255, 9).astype(np.uint8)
    probe = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(27, 27, 3)
    there = np.asarray(ImageCms.applyTransform(Image.fromarray(probe), transform))
    is_srgb = np.abs(there.astype(int) - probe).max() <= SAME_CODES
    return name, None if is_srgb or REC709 in name else transform


def _turned(rgb: NDArray[np.uint16], orientation: int) -> NDArray[np.uint16]:
    """Upright. Source: CIPA DC-008-2024, 4.6.5: where row 0 and column 0 of what is stored are seen."""
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    down = orientation in (3, 4, 7, 8)
    back = orientation in (2, 3, 6, 7)
    return rgb[:: -1 if down else 1, :: -1 if back else 1]


def _rgb(frame: Frame) -> NDArray[np.uint16]:
    """Full range, (height, width, 3)."""
    form = replace(frame.format, layout=layout("gbrp16"), range=Range.FULL, scan=Scan.PROGRESSIVE)
    drawn = Engine(Native(1), buffers=2).take(frame, Look()).output(Wanted(View(ViewKind.SOURCE), form))
    return np.stack(unpack(drawn.data, form).planes, axis=-1).astype(np.uint16)


def _framed(rgb: NDArray[np.uint16], like: Frame) -> Frame:
    height, width = rgb.shape[:2]
    form = replace(
        like.format,
        width=width,
        height=height,
        layout=layout("gbrp16"),
        range=Range.FULL,
        matrix=Matrix.BT709,
        scan=Scan.PROGRESSIVE,
    )
    made = Frame(Lease(np.zeros(form.geometry.size, np.uint8)), form, like.index, captured_ns=like.captured_ns)
    for plane, channel in zip(plane_views(made.data, form), (1, 2, 0), strict=True):
        plane.view("<u2")[:, :width] = rgb[..., channel]
    return made
