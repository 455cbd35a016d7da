"""The table of pixel layouts: how samples lie in memory. Values only; packing and unpacking is in `codes`.

One row of the table says everything the rest of the program asks of a layout. Sources: the QuickTime and DeckLink SDK
descriptions of v210, r210, R10l, R10b, R12B and R12L, the NDI SDK for P216, FFmpeg's pixel formats for the planar
ones. 16-bit containers are little endian.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from livegrade.errors import FormatError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLANE_ALIGNMENT = 64


class Chroma(StrEnum):
    """Chroma subsampling; horizontal siting is co-sited (BT.709), vertical siting of 4:2:0 is midway (MPEG-2)."""

    C444 = "4:4:4"
    C422 = "4:2:2"
    C420 = "4:2:0"


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of a picture in our buffers: byte offset, bytes from row to row, number of rows."""

    offset: int
    stride: int
    rows: int


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the planes of one picture lie. `size`: bytes of the whole picture, padding included."""

    planes: tuple[Plane, ...]
    size: int


@dataclass(frozen=True, slots=True)
class PlaneRule:
    """Size of one plane: every begun block of `pixels` pixels of a row takes `block_bytes` bytes.

    `halved`: the plane has one row for two rows of the picture.
    """

    pixels: int
    block_bytes: int
    halved: bool = False


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """One way of laying samples into memory; `name` is the key everywhere (command line, extension, NDI, FFmpeg).

    `bits`: depth of a sample. `joined`: the planes follow each other without a gap, as NDI wants them; else each
    starts on a multiple of 64 bytes. `pix_fmt`: FFmpeg's name, or None where FFmpeg has it as the codec `codec`.
    """

    name: str
    is_ycbcr: bool
    bits: int
    chroma: Chroma
    planes: tuple[PlaneRule, ...]
    joined: bool = False
    pix_fmt: str | None = None
    codec: str | None = None

    @property
    def title(self) -> str:
        """For people: "10-bit 4:2:2 (v210)"."""
        return f"{self.bits}-bit {self.chroma.value} ({self.name})"

    @property
    def code_bits(self) -> int:
        """Depth of the codes that unpacking gives: two bits more for 4:2:0, whose rows of chroma are interpolated."""
        return min(16, self.bits + 2) if self.chroma is Chroma.C420 else self.bits

    @property
    def code_limits(self) -> tuple[int, int]:
        """Lowest and highest code that an encoder writes. SDI keeps the lowest and highest 2^(bits-8) words for timing
        (SMPTE ST 274 table 4: 0-3 and 1020-1023 of 10 bit); R'G'B' that goes to files or screens has none."""
        top = 2**self.bits - 1
        if self.name == "bgra" or self.name.startswith("gbrp"):
            return 0, top
        reserved = 2 ** (self.bits - 8)
        return reserved, top - reserved

    def chroma_width(self, width: int) -> int:
        """Samples of Cb (or G, B) in a row of `width` pixels."""
        return width if self.chroma is Chroma.C444 else (width + 1) // 2

    def geometry(self, width: int, height: int) -> Geometry:
        """Where a picture of `width` x `height` pixels lies in one of our buffers."""
        planes: list[Plane] = []
        end = 0
        for rule in self.planes:
            offset = end if self.joined else -(-end // _PLANE_ALIGNMENT) * _PLANE_ALIGNMENT
            stride = -(-width // rule.pixels) * rule.block_bytes
            rows = (height + 1) // 2 if rule.halved else height
            planes.append(Plane(offset, stride, rows))
            end = offset + stride * rows
        return Geometry(tuple(planes), end)


def _packed(
    name: str, bits: int, chroma: Chroma, rule: PlaneRule, pix_fmt: str | None = None, codec: str | None = None
) -> PixelLayout:
    """One plane of words: Y'CbCr when 4:2:2, else RGB."""
    return PixelLayout(name, chroma is Chroma.C422, bits, chroma, (rule,), pix_fmt=pix_fmt, codec=codec)


def _semi_planar(name: str, bits: int, chroma: Chroma, pix_fmt: str) -> PixelLayout:
    """Y', then CbCr pairs in a second plane of the same stride."""
    pair = 2 * _container(bits)
    planes = (PlaneRule(2, pair), PlaneRule(2, pair, halved=chroma is Chroma.C420))
    return PixelLayout(name, True, bits, chroma, planes, joined=True, pix_fmt=pix_fmt)


def _planar(stem: str, bits: int, chroma: Chroma, planes: int = 3) -> PixelLayout:
    size = _container(bits)
    name = stem if bits == 8 else f"{stem}{bits}"
    chroma_rule = PlaneRule(1 if chroma is Chroma.C444 else 2, size, halved=chroma is Chroma.C420)
    rules = (PlaneRule(1, size), chroma_rule, chroma_rule)[:planes]
    return PixelLayout(name, stem != "gbrp", bits, chroma, rules, pix_fmt=name if bits == 8 else f"{name}le")


def _container(bits: int) -> int:
    return 1 if bits == 8 else 2


# r210, R10l and R10b rows are padded to 64 pixels by DeckLink, QuickTime and FFmpeg's codecs alike (FFmpeg's r10k
# excepted, which has no padding).
_TABLE = (
    _packed("v210", 10, Chroma.C422, PlaneRule(48, 128), codec="v210"),
    _packed("uyvy", 8, Chroma.C422, PlaneRule(2, 4), pix_fmt="uyvy422"),
    _semi_planar("p216", 16, Chroma.C422, "p216le"),
    _packed("r210", 10, Chroma.C444, PlaneRule(64, 256), codec="r210"),
    _packed("R10l", 10, Chroma.C444, PlaneRule(64, 256), codec="avrp"),
    _packed("R10b", 10, Chroma.C444, PlaneRule(64, 256), codec="r10k"),
    _packed("R12B", 12, Chroma.C444, PlaneRule(8, 36)),
    _packed("R12L", 12, Chroma.C444, PlaneRule(8, 36)),
    _packed("bgra", 8, Chroma.C444, PlaneRule(1, 4), pix_fmt="bgra"),
    _semi_planar("nv12", 8, Chroma.C420, "nv12"),
    _semi_planar("p010", 10, Chroma.C420, "p010le"),
    *(
        _planar(stem, bits, chroma)
        for stem, chroma in (
            ("yuv420p", Chroma.C420),
            ("yuv422p", Chroma.C422),
            ("yuv444p", Chroma.C444),
            ("gbrp", Chroma.C444),
        )
        for bits in (8, 10, 12, 14, 16)
    ),
    *(_planar("gray", bits, Chroma.C444, planes=1) for bits in (8, 10, 16)),
)

LAYOUTS: Mapping[str, PixelLayout] = MappingProxyType({row.name: row for row in _TABLE})
"""Every layout by its name, in the order of the native extension's table."""

_BY_PIX_FMT = {row.pix_fmt: row for row in _TABLE if row.pix_fmt is not None} | {
    # Deprecated names that say "full range" in the pixel format; the range travels apart here.
    f"yuvj{digits}p": LAYOUTS[f"yuv{digits}p"]
    for digits in ("420", "422", "444")
}


def layout(name: str) -> PixelLayout:
    """The layout called `name`. Raises UsageError."""
    try:
        return LAYOUTS[name]
    except KeyError:
        raise UsageError(f"'{name}' is not a pixel layout; known ones are {', '.join(LAYOUTS)}") from None


def is_known_pix_fmt(pix_fmt: str) -> bool:
    """Whether pictures of FFmpeg's pixel format `pix_fmt` can be taken as they are."""
    return pix_fmt in _BY_PIX_FMT


def layout_of_pix_fmt(pix_fmt: str) -> PixelLayout:
    """The layout of FFmpeg's pixel format `pix_fmt` (`yuv422p10le`, `uyvy422`...). Raises FormatError."""
    try:
        return _BY_PIX_FMT[pix_fmt]
    except KeyError:
        raise FormatError(f"pictures in FFmpeg's pixel format {pix_fmt} cannot be taken as they are") from None
