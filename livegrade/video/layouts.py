"""The table of pixel layouts: how samples lie in memory. Values only; packing and unpacking is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
class PixelLayout:
    """One way of laying samples into memory; `name` is the key everywhere (command line, extension, NDI, FFmpeg)."""

    name: str
    is_ycbcr: bool
    bits: int
    chroma: Chroma

    def geometry(self, width: int, height: int) -> Geometry:
        raise NotImplementedError
