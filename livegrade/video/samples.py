"""4:2:0 pictures in their own planes, because unpacked chroma is interpolated and would not come back the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.video.siting import gather

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat

    Words: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class SamplePlane:
    """`words`: (rows, columns), a view of a picture's bytes; a sample stands `shift` bits up in its word."""

    words: Words
    shift: int

    @property
    def samples(self) -> NDArray[np.int32]:
        """int32 (rows, columns), a copy."""
        return self.words.astype(np.int32) >> self.shift

    def write(self, samples: NDArray[np.int32]) -> None:
        self.words[:] = (samples << self.shift).astype(self.words.dtype)

    def put(self, where: NDArray[np.bool_], code: int) -> None:
        self.words[where] = code << self.shift


def sample_planes(pixels: NDArray[np.uint8], format: VideoFormat) -> Iterator[tuple[SamplePlane, int]]:
    """Y', Cb and Cr of a 4:2:0 picture, each with its number: 0, 1, 2."""
    layout, planes = format.layout, format.geometry.planes
    shift = 6 if layout.name == "p010" else 0
    width = layout.chroma_width(format.width)
    for number, plane in enumerate(planes):
        stored = pixels[plane.offset : plane.offset + plane.stride * plane.rows]
        words: Words = stored if layout.bits == 8 else stored.view(np.uint16)
        rows: Words = words.reshape(plane.rows, -1)
        if number == 0:
            yield SamplePlane(rows[:, : format.width], shift), 0
        elif len(planes) == 3:
            yield SamplePlane(rows[:, :width], shift), number
        else:
            yield SamplePlane(rows[:, : 2 * width : 2], shift), 1
            yield SamplePlane(rows[:, 1 : 2 * width : 2], shift), 2


def chroma_sites(format: VideoFormat) -> NDArray[np.int64]:
    """For each row of chroma the row of the picture that it follows: the first of its pair."""
    return gather(format.height, interlaced=format.scan.is_interlaced).first
