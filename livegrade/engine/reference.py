"""The truth: every program in NumPy float64, as plainly as it can be written; for tests and self-tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.engine import compare, squeeze
from livegrade.engine import marks as laying
from livegrade.engine import program as rules
from livegrade.engine.repack420 import is_420_to_420, repack_420
from livegrade.scopes import falsecolor
from livegrade.scopes import measure as counting
from livegrade.scopes.peaking import draw_edges
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.layouts import Chroma
from livegrade.video.pool import aligned_buffer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.slots import SlotForm
    from livegrade.engine.marks import Marks
    from livegrade.engine.squeeze import Lowered
    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.falsecolor import Zebra
    from livegrade.scopes.measure import ScopeCounts, ScopeRequest
    from livegrade.scopes.peaking import Peaking
    from livegrade.video.format import VideoFormat

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ReferencePicture:
    """A picture on the host, used in place."""

    pixels: NDArray[np.uint8]
    format: VideoFormat


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceProgram:
    slots: SlotForm
    source: VideoFormat
    target: VideoFormat
    path: str


class Reference:
    """The backend against which all others are measured."""

    name = "reference"

    def allocate(self, size: int) -> NDArray[np.uint8]:
        return aligned_buffer(size)

    def source(self, pixels: NDArray[np.uint8], format: VideoFormat) -> ReferencePicture:
        return ReferencePicture(pixels, format)

    def target(self, pixels: NDArray[np.uint8], format: VideoFormat) -> ReferencePicture:
        return ReferencePicture(pixels, format)

    def compile(self, slots: SlotForm, source: VideoFormat, target: VideoFormat) -> ReferenceProgram:
        rules.check_sizes(source, target)
        path = "float64"
        if rules.is_copy(slots, source, target):
            path = "copy"
        elif rules.is_repack(slots, source, target):
            path = "repack"
        return ReferenceProgram(slots, source, target, path)

    def grade(self, picture: ReferencePicture, program: ReferenceProgram, into: ReferencePicture) -> None:
        rules.check_picture(picture.format, program.source)
        rules.check_picture(into.format, program.target)
        if program.path == "copy":
            into.pixels[:] = picture.pixels
            return
        if program.path == "repack" and is_420_to_420(program.source, program.target):
            repack_420(picture.pixels, program.source, into.pixels, program.target)
            return
        samples = full_chroma(unpack(picture.pixels, program.source), program.source)
        if program.path == "repack":
            recoding = rules.recoding(program.source, program.target)
            exact = samples * recoding[:, 0] + recoding[:, 1]
        else:
            decoding, encoding = rules.decoding(program.source), rules.encoding(program.target)
            rgb = samples @ decoding[:, :3].T + decoding[:, 3]
            exact = program.slots.apply(rgb) @ encoding[:, :3].T + encoding[:, 3]
        pack(_rounded(exact, program), program.target, into.pixels)

    def place(self, picture: ReferencePicture, piece: compare.Piece, into: ReferencePicture) -> None:
        rules.check_same(picture.format, into.format)
        compare.place(picture.pixels, piece, into.format, into.pixels)

    def mix(self, one: ReferencePicture, other: ReferencePicture, by: compare.Mix, into: ReferencePicture) -> None:
        rules.check_same(one.format, other.format, into.format)
        compare.mix(one.pixels, other.pixels, by, into.format, into.pixels)

    def false_color(self, picture: ReferencePicture, bands: BandTable, into: ReferencePicture) -> None:
        falsecolor.false_color(picture.pixels, picture.format, bands, into.format, into.pixels)

    def zebra(self, picture: ReferencePicture, zebra: Zebra, phase: int) -> None:
        falsecolor.draw_zebra(picture.pixels, picture.format, zebra, phase)

    def edges(self, clean: ReferencePicture, peaking: Peaking, rows: tuple[int, int], into: ReferencePicture) -> None:
        draw_edges(clean.pixels, into.format, peaking, rows, into.pixels)

    def marks(self, picture: ReferencePicture, marks: Marks) -> None:
        laying.lay(picture.pixels, picture.format, marks)

    def lower(self, picture: ReferencePicture, lowered: Lowered, into: ReferencePicture) -> None:
        squeeze.lower(picture.pixels, into.format, lowered, into.pixels)

    def measure(self, picture: ReferencePicture, request: ScopeRequest, out: ScopeCounts) -> None:
        counting.measure(picture.pixels, picture.format, request, out)

    def finish(self, picture: ReferencePicture) -> None:
        del picture


def full_chroma(samples: Codes, format: VideoFormat) -> Floats:
    """float64 (height, width, 3) codes with chroma at every pixel."""
    planes = [plane.astype(np.float64) for plane in samples.planes]
    if format.layout.chroma is not Chroma.C444:
        planes[1:] = [chroma_up(plane, format.width) for plane in planes[1:]]
    return np.stack(planes, axis=-1)


def chroma_up(chroma: Floats, width: int) -> Floats:
    """Co-sited linear: (..., ceil(width / 2)) to (..., width); beyond the last sample it is held."""
    following = np.concatenate([chroma[..., 1:], chroma[..., -1:]], axis=-1)
    doubled = np.stack([chroma, (chroma + following) / 2], axis=-1)
    return doubled.reshape(*chroma.shape[:-1], -1)[..., :width]


def chroma_down(chroma: Floats) -> Floats:
    """[-1 2 6 2 -1] / 8 on every second sample, ends held: the inverse of `chroma_up` on what it made.

    Together they are the LeGall 5/3 pair of JPEG 2000 (ISO/IEC 15444-1 annex F) without its high band.
    """
    padded = np.concatenate([chroma[..., :1]] * 2 + [chroma] + [chroma[..., -1:]] * 2, axis=-1)
    before2, before1, at, after1, after2 = (padded[..., k : k + chroma.shape[-1] : 2] for k in range(5))
    return np.asarray((6 * at + 2 * (before1 + after1) - (before2 + after2)) / 8)


def _rounded(exact: Floats, program: ReferenceProgram) -> Codes:
    """Integer codes of float64 (height, width, 3): chroma halved where the target wants it, rounded, held in range.

    A repack keeps the reserved codes that its source had.
    """
    layout = program.target.layout
    low, high = (0, 2**layout.bits - 1) if program.path == "repack" else layout.code_limits
    planes = [exact[..., k] for k in range(3)]
    if layout.chroma is not Chroma.C444:
        planes[1:] = [chroma_down(plane) for plane in planes[1:]]
    first, second, third = (np.clip(np.floor(plane + 0.5), low, high).astype(np.uint16) for plane in planes)
    return Codes((first, second, third), layout.bits, layout.is_ycbcr)
