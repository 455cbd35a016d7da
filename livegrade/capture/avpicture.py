"""From FFmpeg's decoded pictures to ours: which layout they have, what their tags say, and one copy of the planes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.formats import assumed_matrix, own_range, said_range
from livegrade.errors import FormatError
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer, VideoFormat
from livegrade.video.layouts import LAYOUTS, PixelLayout, is_known_pix_fmt, layout_of_pix_fmt
from livegrade.video.planes import plane_views

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.rate import Rate

# Numbers of libavutil/pixfmt.h, which are those of ITU-T H.273 where it has them.
_FULL_RANGE = 2
_LEGAL_RANGE = 1
_MATRICES = {1: Matrix.BT709, 5: Matrix.BT601, 6: Matrix.BT601, 9: Matrix.BT2020, 10: Matrix.BT2020}
_PRIMARIES = {
    1: Primaries.BT709,
    5: Primaries.BT601_625,
    6: Primaries.BT601_525,
    7: Primaries.BT601_525,
    9: Primaries.BT2020,
    12: Primaries.P3D65,
}
_TRANSFERS = {
    1: Transfer.BT709,
    6: Transfer.BT709,
    8: Transfer.LINEAR,
    13: Transfer.SRGB,
    14: Transfer.BT709,
    15: Transfer.BT709,
    16: Transfer.PQ,
    18: Transfer.HLG,
}


@dataclass(frozen=True, slots=True)
class Taking:
    """How pictures of one FFmpeg pixel format are taken. `convert_to`: FFmpeg's name of the format that they are
    converted to first, None where their planes are copied; `note`: what that does to the signal."""

    layout: PixelLayout
    convert_to: str | None = None
    note: str | None = None


def taking(frame: av.VideoFrame) -> Taking:
    """How to take pictures like `frame`. Raises FormatError where there is no way."""
    name = frame.format.name
    if is_known_pix_fmt(name):
        return Taking(layout_of_pix_fmt(name))
    opaque = name.replace("yuva", "yuv", 1) if name.startswith("yuva") else name.replace("gbrap", "gbrp", 1)
    if opaque != name and is_known_pix_fmt(opaque):
        return Taking(layout_of_pix_fmt(opaque), note="the alpha channel is left out")
    nearest = _nearest(frame)
    pix_fmt = nearest.pix_fmt
    if pix_fmt is None:
        raise FormatError(f"pictures in FFmpeg's pixel format {name} cannot be taken")
    return Taking(nearest, pix_fmt, f"pictures in {name} are converted to {nearest.name} by FFmpeg")


def _nearest(frame: av.VideoFrame) -> PixelLayout:
    """The planar layout that loses least: same colour model, at least the same depth and chroma sampling."""
    form = frame.format
    depth = max((component.bits for component in form.components), default=8)
    bits = next((size for size in (8, 10, 12, 14, 16) if size >= depth), 16)
    if form.is_rgb or form.has_palette or form.is_bayer or form.name.startswith(("xyz", "pal")):
        stem = "gbrp"
    elif len(form.components) < 3:
        stem, bits = "gray", 8 if bits == 8 else 16
    else:
        wide = form.chroma_width(form.width) * 2 > form.width + 1
        tall = form.chroma_height(form.height) * 2 > form.height + 1
        stem = "yuv444p" if wide else "yuv422p" if tall else "yuv420p"
    return LAYOUTS[stem if bits == 8 else f"{stem}{bits}"]


def converted(frame: av.VideoFrame, pix_fmt: str) -> av.VideoFrame:
    """`frame` in another pixel format of the same range and matrix."""
    from av.video.reformatter import ColorRange

    span = ColorRange.JPEG if frame.color_range == _FULL_RANGE else ColorRange.MPEG
    if frame.format.is_rgb or frame.color_range not in (_FULL_RANGE, _LEGAL_RANGE):
        return frame.reformat(format=pix_fmt)
    return frame.reformat(format=pix_fmt, src_color_range=span, dst_color_range=span)


@dataclass(frozen=True, slots=True)
class Tags:
    """What a decoder says about its pictures; the numbers are those of ITU-T H.273."""

    width: int
    height: int
    pix_fmt: str
    range: int
    matrix: int
    primaries: int
    transfer: int
    interlaced: bool
    field_order: int


def frame_tags(frame: av.VideoFrame, field_order: int) -> Tags:
    return Tags(
        width=frame.width,
        height=frame.height,
        pix_fmt=frame.format.name,
        range=int(frame.color_range),
        matrix=int(frame.colorspace),
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        interlaced=frame.interlaced_frame,
        field_order=field_order,
    )


def stream_tags(context: av.VideoCodecContext) -> Tags:
    """The tags of a stream whose packets are taken undecoded."""
    return Tags(
        width=context.width,
        height=context.height,
        pix_fmt=context.pix_fmt or context.name,
        range=int(context.color_range),
        matrix=int(context.colorspace),
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        interlaced=context.field_order > _PROGRESSIVE_ORDER,
        field_order=context.field_order,
    )


_PROGRESSIVE_ORDER = 1
_BOTTOM_FIRST = frozenset({3, 5})
"""AV_FIELD_BB and AV_FIELD_TB of libavcodec/defs.h: the lower field is shown first."""


def tagged_format(tags: Tags, layout: PixelLayout, rate: Rate, options: CaptureOptions) -> VideoFormat:
    """The VideoFormat behind `tags`: what the user says, else the tags, else what DESIGN 4 assumes."""
    return VideoFormat(
        width=tags.width,
        height=tags.height,
        rate=rate,
        layout=layout,
        range=said_range(options, layout) or _range(tags, layout),
        matrix=options.matrix or _MATRICES.get(tags.matrix) or assumed_matrix(tags.height),
        primaries=_PRIMARIES.get(tags.primaries, Primaries.UNKNOWN),
        transfer=_TRANSFERS.get(tags.transfer, Transfer.UNKNOWN),
        scan=_scan(tags),
    )


def _range(tags: Tags, layout: PixelLayout) -> Range:
    if tags.pix_fmt.startswith("yuvj") or tags.range == _FULL_RANGE:
        return Range.FULL
    if tags.range == _LEGAL_RANGE and layout.is_ycbcr:
        return Range.LEGAL
    return own_range(layout)


def _scan(tags: Tags) -> Scan:
    if not tags.interlaced:
        return Scan.PROGRESSIVE
    return Scan.INTERLACED_BFF if tags.field_order in _BOTTOM_FIRST else Scan.INTERLACED_TFF


def copy_planes(frame: av.VideoFrame, format: VideoFormat, data: NDArray[np.uint8]) -> None:
    """Copy the planes of `frame`, whose layout is that of `format`, into a picture of ours. Raises FormatError."""
    for target, plane, rule in zip(plane_views(data, format), frame.planes, format.layout.planes, strict=False):
        stride = plane.line_size
        rows = target.shape[0]
        width = min(target.shape[1], -(-format.width // rule.pixels) * rule.block_bytes)
        if stride < width or plane.buffer_size < stride * (rows - 1) + width:
            raise FormatError(f"a plane of {frame.format.name} is shorter than {format.width} x {format.height} pixels")
        source = np.frombuffer(memoryview(plane), np.uint8)
        whole = source[: stride * rows]
        if whole.size == stride * rows and stride == target.shape[1]:
            np.copyto(target.reshape(-1), whole)
        else:
            lines = np.lib.stride_tricks.as_strided(source, (rows, width), (stride, 1), writeable=False)
            np.copyto(target[:, :width], lines)
