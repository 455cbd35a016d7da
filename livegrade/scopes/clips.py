"""How much of a picture is at the camera's clip point or over it, and how much at its signal of no light or under it.

Counted at every pixel, each channel by itself and all together, on 10-bit R'G'B' codes as `classes` has them: the
limits of false colour `limits`. A clip that the maker does not publish is the end of the signal. No maker publishes a
noise floor; "no light" is the black of its curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.scopes.bands import ChannelLimits
from livegrade.scopes.classes import LIMITS, MOST, Classes
from livegrade.scopes.wire import wire_factors
from livegrade.video.format import Range
from livegrade.video.layouts import layout
from livegrade_shaders import _native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.camera import Camera
    from livegrade.video.format import VideoFormat

_GRAY = layout("gray")


@dataclass(frozen=True, slots=True)
class SignalLimits:
    """10-bit R'G'B' codes: `under` and below is no light, `over` and above is clipped. `is_published`: the clip is the
    camera's own as its maker prints it, else the end of the signal."""

    under: int
    over: int
    is_published: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a picture, 0 to 1: of R', G' and B', and of the pixels of which any is."""

    channels: tuple[float, float, float]
    any: float


@dataclass(frozen=True, slots=True)
class Clips:
    """Of one picture."""

    limits: SignalLimits
    over: Shares
    under: Shares


def limits_of(camera: Camera | None, range: Range) -> SignalLimits:
    """Where a camera clips and has no light, in a signal of `range`; without one, the end of the signal and its
    black."""
    clip = None if camera is None else camera.clip
    black = 0.0 if camera is None else camera.curve.black
    first, over = ChannelLimits(black, clip, "", "", top=clip is None).codes(range)
    return SignalLimits(first - 1, over, clip is not None)


class ClipCounter:
    """Counts on the threads of `pool`; for one thread. Holds one byte a pixel."""

    def __init__(self, pool: _native.BandPool) -> None:
        self._pool = pool
        self._kinds = np.empty(0, np.uint8)

    def count(self, image: _native.Image, format: VideoFormat, limits: SignalLimits) -> Clips:
        """`image`: a picture in `format`."""
        kinds = self._classified(image, format, limits)
        return _counted(kinds, limits)

    def _classified(self, image: _native.Image, format: VideoFormat, limits: SignalLimits) -> NDArray[np.uint8]:
        """The class of every pixel: bits 0 to 2 R', G', B' under, 3 to 5 over. Drawn as a grey picture."""
        grey = format.with_layout(_GRAY)
        plane = grey.geometry.planes[0]
        if self._kinds.size != grey.geometry.size:
            self._kinds = np.empty(grey.geometry.size, np.uint8)
        factors = wire_factors(format.matrix, format.range)
        decode = (factors.red_v, factors.green_u, factors.green_v, factors.blue_u, *factors.luma)
        rule = classes_within(limits)
        into = _native.Image(self._kinds, _GRAY.name, grey.width, grey.height, [plane.offset], [plane.stride], False)
        nothing = np.zeros((3, 1 << format.layout.code_bits), np.uint16)
        _native.false_color(
            image, decode, nothing, rule.rule, rule.light, rule.segments, rule.palette, into, (0, 255), self._pool
        )
        rows = self._kinds[plane.offset : plane.offset + plane.rows * plane.stride]
        return rows.reshape(plane.rows, plane.stride)[:, : grey.width]


def classes_within(limits: SignalLimits) -> Classes:
    """Classes of pixels whose colour is their own number."""
    numbers = np.broadcast_to(np.arange(MOST, dtype=np.uint16), (3, MOST))
    light, segments = np.zeros(3072 + MOST, np.float32), np.zeros(MOST + 16, np.uint8)
    return Classes(LIMITS, limits.under + 1, limits.over, 0, light, segments, np.ascontiguousarray(numbers))


def _counted(kinds: NDArray[np.uint8], limits: SignalLimits) -> Clips:
    # Whole-array operations let go of the interpreter; a count by class would hold it for milliseconds.
    total = kinds.size

    def part(bits: int) -> float:
        return float(np.count_nonzero(np.bitwise_and(kinds, np.uint8(bits)))) / total

    over, under = ([part(1 << bit) for bit in bits] for bits in ((3, 4, 5), (0, 1, 2)))
    return Clips(
        limits,
        Shares((over[0], over[1], over[2]), part(0b111000)),
        Shares((under[0], under[1], under[2]), part(0b000111)),
    )
