"""What an NDI picture is in our terms: layout, format, how its planes are copied, and the XML beside it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from livegrade.capture.formats import assumed_matrix, own_range, said_range
from livegrade.errors import FormatError
from livegrade.timing.rate import Rate
from livegrade.transport import ndi_abi as abi
from livegrade.transport.ndi_wire import MAX_XML_BYTES, Plan, Rows
from livegrade.video.format import Matrix, Primaries, Scan, Transfer, VideoFormat
from livegrade.video.frame import NO_METADATA, Metadata
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livegrade.capture.source import CaptureOptions


@dataclass(frozen=True, slots=True)
class Carrier:
    """How one of NDI's FourCCs is laid out: our layout, and how much shorter chroma rows are than `line_stride`. What
    follows the planes (alpha) is left where it is."""

    layout: str
    chroma_divisor: int = 1
    alpha: bool = False


CARRIERS: Mapping[int, Carrier] = {
    abi.fourcc("P216"): Carrier("p216"),
    abi.fourcc("PA16"): Carrier("p216", alpha=True),
    abi.fourcc("UYVY"): Carrier("uyvy"),
    abi.fourcc("UYVA"): Carrier("uyvy", alpha=True),
    abi.fourcc("NV12"): Carrier("nv12"),
    abi.fourcc("I420"): Carrier("yuv420p", chroma_divisor=2),
    abi.fourcc("BGRA"): Carrier("bgra", alpha=True),
    abi.fourcc("BGRX"): Carrier("bgra"),
}

_MATRICES = {
    "bt_601": Matrix.BT601,
    "bt_709": Matrix.BT709,
    "bt_2020": Matrix.BT2020,
    "bt_2100": Matrix.BT2020,
}
_PRIMARIES = {
    "bt_601": Primaries.BT601_525,
    "bt_709": Primaries.BT709,
    "bt_2020": Primaries.BT2020,
    "bt_2100": Primaries.BT2020,
}
_TRANSFERS = {
    "bt_601": Transfer.BT709,
    "bt_709": Transfer.BT709,
    "bt_2020": Transfer.BT709,
    "bt_2100_hlg": Transfer.HLG,
    "bt_2100_pq": Transfer.PQ,
}
_MAX_ELEMENTS = 64
_MAX_TEXT = 256
_CONNECTION_TALK = frozenset({"ndi_tally_echo", "ndi_product", "ndi_capabilities", "ndi_enabled_streams"})
"""Elements about the connection and not about the picture."""


@dataclass(frozen=True, slots=True)
class PictureXml:
    """What the XML beside a picture says. `timecode`: the label as livegrade writes it, where one of ours sent it."""

    metadata: Metadata = NO_METADATA
    timecode: str | None = None
    matrix: Matrix | None = None
    primaries: Primaries | None = None
    transfer: Transfer | None = None


NO_XML = PictureXml()


def parse_xml(text: bytes | None) -> PictureXml:
    """The XML of a picture or a metadata packet. What is damaged, too long or not XML says nothing."""
    if not text or len(text) > MAX_XML_BYTES:
        return NO_XML
    try:
        root = fromstring(text.decode("utf-8"))
    except (ParseError, DefusedXmlException, UnicodeDecodeError, ValueError):
        return NO_XML
    elements = {str(element.tag): dict(element.attrib) for element in islice(root.iter(), _MAX_ELEMENTS)}
    own, color = elements.pop("livegrade", {}), elements.pop("ndi_color_info", {})
    recording = {"true": True, "false": False}.get(own.get("recording", "").lower())
    extra = [
        (f"{tag}.{key}"[:_MAX_TEXT], value[:_MAX_TEXT])
        for tag, attributes in elements.items()
        if tag not in _CONNECTION_TALK
        for key, value in attributes.items()
    ]
    extra += [(f"livegrade.{key}", own[key][:_MAX_TEXT]) for key in ("look", "frame") if key in own]
    reel, clip = own.get("reel"), own.get("clip")
    metadata = Metadata(
        recording=recording,
        reel=reel[:_MAX_TEXT] if reel else None,
        clip=clip[:_MAX_TEXT] if clip else None,
        extra=tuple(extra[:_MAX_ELEMENTS]),
    )
    return PictureXml(
        metadata,
        own.get("timecode"),
        _MATRICES.get(color.get("matrix", "")),
        _PRIMARIES.get(color.get("primaries", "")),
        _TRANSFERS.get(color.get("transfer", "")),
    )


def picture_format(video: abi.VideoFrame, xml: PictureXml, options: CaptureOptions) -> VideoFormat:
    """The VideoFormat of a received picture; of the whole frame where single fields come. Raises FormatError."""
    carrier = CARRIERS.get(video.fourcc)
    if carrier is None:
        code = int(video.fourcc).to_bytes(4, "little").decode("ascii", "replace")
        raise FormatError(f"pictures in NDI's format {code} cannot be taken")
    if video.frame_rate_n <= 0 or video.frame_rate_d <= 0:
        raise FormatError(f"a picture rate of {video.frame_rate_n}/{video.frame_rate_d} cannot be")
    fps = Fraction(video.frame_rate_n, video.frame_rate_d)
    if fps > 1000:
        raise FormatError(f"{video.frame_rate_n}/{video.frame_rate_d} pictures a second are too many")
    chosen = layout(carrier.layout)
    height = video.yres * (2 if single_field(video) else 1)
    return VideoFormat(
        width=video.xres,
        height=height,
        rate=Rate.snapped(fps),
        layout=chosen,
        range=said_range(options, chosen) or own_range(chosen),
        matrix=options.matrix or xml.matrix or assumed_matrix(height),
        primaries=xml.primaries or Primaries.UNKNOWN,
        transfer=xml.transfer or Transfer.UNKNOWN,
        scan=Scan.PROGRESSIVE if video.frame_format == abi.PROGRESSIVE else Scan.INTERLACED_TFF,
    )


def single_field(video: abi.VideoFrame) -> bool:
    return video.frame_format in (abi.FIELD_0, abi.FIELD_1)


def copy_plan(video: abi.VideoFrame, format: VideoFormat) -> Plan:
    """How the planes of such pictures come into a buffer of ours; a single field goes to its own lines. Raises
    FormatError."""
    if video.line_stride <= 0:
        raise FormatError("the picture has no rows in memory")
    divisor = CARRIERS[video.fourcc].chroma_divisor
    lines = 2 if single_field(video) else 1
    planes = []
    for number, plane in enumerate(format.geometry.planes):
        stride = video.line_stride // (divisor if number else 1)
        if stride < plane.stride:
            raise FormatError(f"rows of {stride} bytes are too short for {format.width} pixels of {format.layout.name}")
        planes.append(
            Rows(
                rows=plane.rows // lines,
                length=plane.stride,
                source_stride=stride,
                target=plane.offset,
                target_stride=plane.stride * lines,
                field_offset=plane.stride,
            )
        )
    return Plan(0, format.geometry.size, tuple(planes))
