"""Focus peaking: where a picture has edges. The NumPy reference, and the numbers that the native and CUDA kernels need.

With Y the 10-bit luma of a pixel and its neighbours (for RGB layouts matrix luma, `wire.luma_of_rgb`), the operator of
Sobel smooths across the direction in which it looks for a step, which keeps noise out:

    gx = (Y[-1,+1] + 2 Y[0,+1] + Y[+1,+1]) - (Y[-1,-1] + 2 Y[0,-1] + Y[+1,-1])
    gy = (Y[+1,-1] + 2 Y[+1,0] + Y[+1,+1]) - (Y[-1,-1] + 2 Y[-1,0] + Y[-1,+1])      [row, column]
    edge:  gx**2 + gy**2 >= (4 t)**2

A step of t codes between the pixel before and the one behind is just an edge, in whichever direction; the same step
spread over more pixels is none. At the picture's ends the last pixel is repeated; fields are looked at one by one.
Source: R. O. Duda, P. E. Hart, Pattern Classification and Scene Analysis, 1973, pp. 271-272 (Sobel's operator).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import UsageError
from livegrade.scopes import wire
from livegrade.scopes.bands import ends
from livegrade.scopes.colors import encode_colors
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.layouts import Chroma
from livegrade.video.samples import chroma_sites, sample_planes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from livegrade.scopes.bands import Color
    from livegrade.video.format import VideoFormat

STRENGTHS: Mapping[str, Fraction] = {"low": Fraction(12), "medium": Fraction(7), "high": Fraction(4)}
"""The step that is an edge, in percent of the signal: high marks most."""

COLORS: Mapping[str, Color] = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (32, 64, 255),
    "yellow": (255, 255, 0),
    "white": (255, 255, 255),
}
GREY = "grey"


@dataclass(frozen=True, slots=True)
class Peaking:
    """`step`: the least step that is an edge, in percent of the signal, above 0 and at most 100; `color`: one of
    COLORS; `grey`: the picture between the edges loses its colour."""

    step: Fraction
    color: str = "red"
    grey: bool = False

    def __str__(self) -> str:
        """As behind `peaking=`: medium, 5+yellow, high+red+grey."""
        named = next((name for name, step in STRENGTHS.items() if step == self.step), f"{float(self.step):g}")
        words = [named, *([self.color] if self.color != "red" else []), *([GREY] if self.grey else [])]
        return "+".join(words)


def parse_peaking(text: str) -> Peaking:
    """From a strength (low, medium, high, or the step in percent), and a colour and `grey` behind it. Raises
    UsageError."""
    strength, *words = text.split("+")
    step = STRENGTHS.get(strength) or _step(strength)
    colors = [word for word in words if word in COLORS]
    if step is None or len(words) > len(set(words)) or len(colors) > 1 or set(words) - set(COLORS) - {GREY}:
        raise UsageError(
            f"peaking '{text}' is not known; write low, medium, high or a percentage, and behind it a colour "
            f"({', '.join(COLORS)}) and grey, such as medium+yellow or high+red+grey"
        )
    return Peaking(step, colors[0] if colors else "red", GREY in words)


def _step(text: str) -> Fraction | None:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(text) <= 6 and text[0] != "." and text[-1] != "."):
        return None
    return Fraction(text) if 0 < Fraction(text) <= 100 else None


@dataclass(frozen=True, slots=True)
class Edges:
    """What the kernels need: `limit`: the least gx**2 + gy**2; rows from `top` up to `bottom` are looked at, and those
    `apart` are neighbours; the colour's codes and that of no chroma, at the layout's own depth."""

    limit: int
    grey: int
    top: int
    bottom: int
    apart: int
    first: int
    second: int
    third: int
    neutral: int


def edges_of(peaking: Peaking, format: VideoFormat, rows: tuple[int, int]) -> Edges:
    """`rows`: the first of the picture in `format`, and the first behind it."""
    black, white = ends(format.range)
    limit = (4 * max(1, ceil((white - black) * peaking.step / 100))) ** 2
    first, second, third = encode_colors(np.array([COLORS[peaking.color]]) / 255.0, format)[0].tolist()
    apart = 2 if format.scan.is_interlaced else 1
    return Edges(limit, peaking.grey, *rows, apart, first, second, third, 1 << (format.layout.bits - 1))


def draw_edges(
    clean: NDArray[np.uint8], format: VideoFormat, peaking: Peaking, rows: tuple[int, int], into: NDArray[np.uint8]
) -> None:
    """Reference: the edges of `clean` in colour into `into`, both in `format`. Chroma that two pixels share has the
    colour where one of them is an edge, in 4:2:0 one of the first row."""
    edges = edges_of(peaking, format, rows)
    marked = _marked(clean, format, edges)
    inside = np.zeros(format.height, np.bool_)
    inside[slice(*rows)] = True
    shared = _shared(marked, format)
    colors, grey = (edges.first, edges.second, edges.third), bool(edges.grey)
    if format.layout.chroma is Chroma.C420:
        sites = chroma_sites(format)
        for samples, component in sample_planes(into, format):
            mark, own = (marked, inside) if component == 0 else (shared[sites], inside[sites])
            if grey and component != 0:
                samples.put(own[:, None] & np.ones(mark.shape, np.bool_), edges.neutral)
            samples.put(mark, colors[component])
        return
    codes = unpack(into, format)
    luma = _luma(codes, format)
    planes = []
    for component, plane in enumerate(codes.planes):
        mark = shared if component and codes.is_ycbcr else marked
        plain = plane
        if grey and not codes.is_ycbcr:
            plain = np.where(inside[:, None], luma, plane)
        elif grey and component:
            plain = np.where(inside[:, None], np.uint16(edges.neutral), plane)
        planes.append(np.where(mark, np.uint16(colors[component]), plain).astype(np.uint16))
    pack(Codes((planes[0], planes[1], planes[2]), codes.bits, codes.is_ycbcr), format, into)


def _marked(clean: NDArray[np.uint8], format: VideoFormat, edges: Edges) -> NDArray[np.bool_]:
    codes = unpack(clean, format)
    luma = wire.to_10_bits(_luma(codes, format), codes.bits)
    marked = np.zeros(luma.shape, np.bool_)
    y = np.arange(edges.top, edges.bottom)
    above, below = y - edges.apart, y + edges.apart
    above, below = np.where(above < edges.top, y, above), np.where(below >= edges.bottom, y, below)
    held = np.pad(luma, ((0, 0), (1, 1)), mode="edge")
    a, b, c = held[above], held[y], held[below]
    gx = (a[:, 2:] + 2 * b[:, 2:] + c[:, 2:]) - (a[:, :-2] + 2 * b[:, :-2] + c[:, :-2])
    gy = (c[:, :-2] + 2 * c[:, 1:-1] + c[:, 2:]) - (a[:, :-2] + 2 * a[:, 1:-1] + a[:, 2:])
    marked[edges.top : edges.bottom] = gx * gx + gy * gy >= edges.limit
    return marked


def _shared(marked: NDArray[np.bool_], format: VideoFormat) -> NDArray[np.bool_]:
    """Of the chroma samples of every row."""
    if format.layout.chroma is Chroma.C444:
        return marked
    even = np.pad(marked, ((0, 0), (0, format.width % 2)))
    shared: NDArray[np.bool_] = even[:, ::2] | even[:, 1::2]
    return shared


def _luma(codes: Codes, format: VideoFormat) -> NDArray[np.uint16]:
    if codes.is_ycbcr:
        return codes.planes[0]
    return wire.luma_of_rgb(codes.planes, wire.wire_factors(format.matrix, format.range))
