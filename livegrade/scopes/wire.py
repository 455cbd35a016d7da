"""Wire codes and their colour models in integers: the formulas that reference, native and CUDA kernels share.

All scopes count codes of 10 bits. A sample of another depth is brought there by a shift (`to_10_bits`), never by a
product, so that an 8-bit picture shows every fourth code.

With K = 10-bit chroma factors as integers, Y a luma code, U and V the doubled chroma minus 1024 (so that a chroma
sample between two others has no half), and >> a shift that rounds down:

    R = clip(Y + ((red_v * V              + 2**18) >> 19), 0, 1023)
    G = clip(Y + ((green_u * U + green_v * V + 2**19) >> 20), 0, 1023)
    B = clip(Y + ((blue_u * U             + 2**18) >> 19), 0, 1023)

Only the chroma part is rounded, because Y is an integer. From R'G'B' codes, at their own depth for Y':

    Y  = (w_r * R + w_g * G + w_b * B + 2**14) >> 15                        (weights sum to 2**15: grey stays itself)
    Cb = clip(512 + ((c_r * R + c_g * G + c_b * B + 2**19) >> 20), 0, 1023)        (R, G, B at 10 bits; sum of c is 0)

Sources of the real factors: ITU-R BT.601-7 2.5.1, BT.709-6 3.2 to 3.5, BT.2020-2 table 4; legal codes span 876 for
Y' and R'G'B' and 896 for chroma, full codes the same for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from livegrade.video.format import Range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import Matrix, VideoFormat

LEVELS = 1024
"""Number of 10-bit codes; the length of every scale of levels."""


@dataclass(frozen=True, slots=True)
class WireFactors:
    """The integers of the formulas above for one matrix and range. Cr has the formula of Cb with its own factors."""

    red_v: int
    green_u: int
    green_v: int
    blue_u: int
    luma: tuple[int, int, int]
    cb: tuple[int, int, int]
    cr: tuple[int, int, int]


@cache
def wire_factors(matrix: Matrix, range: Range) -> WireFactors:
    # By their decimals: the standards' weights are exact, their floats are not.
    kr, kg, kb = (Fraction(repr(weight)) for weight in matrix.luma_weights)
    span = Fraction(876, 896) if range is Range.LEGAL else Fraction(1)
    red, blue = (1 - kr) * span, (1 - kb) * span
    luma_r, luma_b = round(kr * 2**15), round(kb * 2**15)
    cb_r, cb_g = (-round(k / (2 * blue) * 2**20) for k in (kr, kg))
    cr_g, cr_b = (-round(k / (2 * red) * 2**20) for k in (kg, kb))
    return WireFactors(
        red_v=round(red * 2**19),
        green_u=-round(blue * kb / kg * 2**20),
        green_v=-round(red * kr / kg * 2**20),
        blue_u=round(blue * 2**19),
        luma=(luma_r, 2**15 - luma_r - luma_b, luma_b),
        cb=(cb_r, cb_g, -cb_r - cb_g),
        cr=(-cr_g - cr_b, cr_g, cr_b),
    )


def to_10_bits(codes: NDArray[np.uint16], bits: int) -> NDArray[np.int32]:
    """Codes of `bits` bits as codes of 10: shifted, the lower bits dropped."""
    wide = codes.astype(np.int32)
    return wide >> (bits - 10) if bits >= 10 else wide << (10 - bits)


def doubled_chroma(chroma: NDArray[np.int32], width: int) -> NDArray[np.int32]:
    """Twice the chroma at every one of `width` pixels: co-sited, linear between samples, the last one repeated."""
    if chroma.shape[1] == width:
        return 2 * chroma
    after = np.concatenate([chroma[:, 1:], chroma[:, -1:]], axis=1)
    both = np.stack([2 * chroma, chroma + after], axis=2)
    return both.reshape(chroma.shape[0], -1)[:, :width]


def open_rgb_of_ycbcr(
    y: NDArray[np.int32], u: NDArray[np.int32], v: NDArray[np.int32], factors: WireFactors
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """10-bit R'G'B' codes from 10-bit Y' and each pixel's doubled 10-bit chroma minus 1024, as they come: below 0 and
    above 1023 too. Arrays of one shape."""
    red = y + ((factors.red_v * v + 2**18) >> 19)
    green = y + ((factors.green_u * u + factors.green_v * v + 2**19) >> 20)
    blue = y + ((factors.blue_u * u + 2**18) >> 19)
    return red, green, blue


def rgb_of_ycbcr(
    y: NDArray[np.int32], u: NDArray[np.int32], v: NDArray[np.int32], factors: WireFactors
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The same held to 0..1023."""
    red, green, blue = open_rgb_of_ycbcr(y, u, v, factors)
    return _held(red), _held(green), _held(blue)


def luma_of_rgb(planes: tuple[NDArray[np.uint16], ...], factors: WireFactors) -> NDArray[np.uint16]:
    """Y' codes of R'G'B' codes at their own depth, up to 16 bits."""
    red, green, blue = (plane.astype(np.uint32) for plane in planes)
    w_r, w_g, w_b = factors.luma
    return ((w_r * red + w_g * green + w_b * blue + 2**14) >> 15).astype(np.uint16)


def chroma_of_rgb(
    red: NDArray[np.int32], green: NDArray[np.int32], blue: NDArray[np.int32], factors: tuple[int, int, int]
) -> NDArray[np.int32]:
    """10-bit Cb or Cr codes of 10-bit R'G'B' codes; `factors` is `WireFactors.cb` or `.cr`."""
    return _held(512 + ((factors[0] * red + factors[1] * green + factors[2] * blue + 2**19) >> 20))


@dataclass(frozen=True, slots=True)
class LevelLimits:
    """The 10-bit codes that mean something in one format. Codes at or beyond a clip are taken to be clipped; codes
    under `black` or over `white` are excursions (none in full range)."""

    black_clip: int
    black: int
    white: int
    white_clip: int


def level_limits(format: VideoFormat) -> LevelLimits:
    """Legal: SDI words 4 and 1019 (8 bit: 1 and 254, that is 4 and 1016). Full: the ends of the layout's own codes."""
    eight = format.layout.bits == 8
    if format.range is Range.LEGAL:
        return LevelLimits(4, 64, 940, 1016 if eight else 1019)
    top = 1020 if eight else 1023
    return LevelLimits(0, 0, top, top)


def _held(codes: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.clip(codes, 0, LEVELS - 1)
