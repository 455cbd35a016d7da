"""The format of a signal as one value: size, exact rate, sample layout, range, matrix, colour tags, scan.

Nothing is implied: a picture whose range or matrix is not known does not become a VideoFormat until somebody decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from livegrade.errors import FormatError
from livegrade.video.layouts import Geometry, PixelLayout

if TYPE_CHECKING:
    from livegrade.timing.rate import Rate

MAX_SIDE = 16384
"""Largest width or height accepted from outside, in pixels; bounds what a hostile header can make us allocate."""


class Range(StrEnum):
    """Meaning of the code values. Source: ITU-R BT.709-6 section 4.6, BT.2100-2 table 9."""

    LEGAL = "legal"
    """Black 64, white 940 (10 bit); Cb and Cr 64 to 960 around 512."""
    FULL = "full"
    """Black 0, white 1023 (10 bit); Cb and Cr span the whole code range around 512."""


class Matrix(StrEnum):
    """Y'CbCr matrix. For RGB layouts it names the weights of luma in scopes and false colour."""

    BT601 = "bt601"
    BT709 = "bt709"
    BT2020 = "bt2020"

    @property
    def luma_weights(self) -> tuple[float, float, float]:
        """Weights of R', G', B' in Y'. Source: ITU-R BT.601-7 2.5.1, BT.709-6 3.2, BT.2020-2 table 4
        (non-constant luminance)."""
        return _LUMA_WEIGHTS[self]


_LUMA_WEIGHTS = {
    Matrix.BT601: (0.299, 0.587, 0.114),
    Matrix.BT709: (0.2126, 0.7152, 0.0722),
    Matrix.BT2020: (0.2627, 0.6780, 0.0593),
}


class Primaries(StrEnum):
    BT709 = "bt709"
    BT2020 = "bt2020"
    P3D65 = "p3-d65"
    BT601_525 = "smpte170m"
    BT601_625 = "bt470bg"
    UNKNOWN = "unknown"


class Transfer(StrEnum):
    BT709 = "bt709"
    SRGB = "srgb"
    PQ = "pq"
    HLG = "hlg"
    LINEAR = "linear"
    CAMERA_LOG = "log"
    UNKNOWN = "unknown"


class Scan(StrEnum):
    PROGRESSIVE = "progressive"
    PSF = "psf"
    INTERLACED_TFF = "interlaced-tff"
    INTERLACED_BFF = "interlaced-bff"

    @property
    def is_interlaced(self) -> bool:
        """Whether the two fields are pictures of two moments."""
        return self in (Scan.INTERLACED_TFF, Scan.INTERLACED_BFF)


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """A complete description of the pictures of one signal. Equal values are interchangeable signals."""

    width: int
    height: int
    rate: Rate
    layout: PixelLayout
    range: Range = Range.LEGAL
    matrix: Matrix = Matrix.BT709
    primaries: Primaries = Primaries.BT709
    transfer: Transfer = Transfer.BT709
    scan: Scan = Scan.PROGRESSIVE

    def __post_init__(self) -> None:
        if not (0 < self.width <= MAX_SIDE and 0 < self.height <= MAX_SIDE):
            raise FormatError(f"a picture of {self.width} x {self.height} is not between 1 and {MAX_SIDE} a side")

    @property
    def geometry(self) -> Geometry:
        """Planes, strides and size in bytes of one picture in this format, as our buffers hold it."""
        return self.layout.geometry(self.width, self.height)

    def with_layout(self, layout: PixelLayout) -> VideoFormat:
        return replace(self, layout=layout)

    def __str__(self) -> str:
        scan = {Scan.PROGRESSIVE: "p", Scan.PSF: "psf"}.get(self.scan, "i")
        colour = self.matrix.value if self.layout.is_ycbcr else "rgb"
        return f"{self.width}x{self.height}{scan}{self.rate} {self.layout.name} {colour} {self.range.value}"
