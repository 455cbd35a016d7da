"""What meters show, as the state's clients see it. Types only; `meters` builds them."""

from __future__ import annotations

from msgspec import Struct


class TapTree(Struct, frozen=True):
    """The mean of some pixels at one tap. `codes`: Y', Cb, Cr of `model` "ycbcr" or R', G', B' of "rgb", at `bits`;
    `luma`, `rgb`: Y' and R', G', B' in percent of the signal, black 0 and white 100 of the range in force; `stops`,
    `rgb_stops`: the same over 18 % grey by the camera's curve, of the source alone, nothing where no camera is known
    or there is no light."""

    codes: list[float]
    bits: int
    model: str
    luma: float
    rgb: list[float]
    stops: float | None = None
    rgb_stops: list[float | None] | None = None


class ReadingTree(Struct, frozen=True):
    """`pixel`: left, top, width and height of what was read; `frame`, `timecode`: of the picture."""

    pixel: list[int]
    frame: int
    timecode: str | None
    source: TapTree
    graded: TapTree


class MeterTree(Struct, frozen=True):
    """`x`, `y`: 0 to 1 from the picture's left and top; `size`: pixels of a side; `reading`: nothing until it was
    read."""

    name: str
    x: float
    y: float
    size: int
    reading: ReadingTree | None


class FocusTree(Struct, frozen=True):
    """Where the focus meter looks, 0 to 1; `score`: 0 to 100, nothing where there is no contrast; `peak`: the highest
    since it was set or reset."""

    x: float
    y: float
    width: float
    height: float
    score: float | None
    peak: float | None


class SharesTree(Struct, frozen=True):
    """Percent of the pixels: `r`, `g`, `b` by themselves, `any` of them."""

    r: float
    g: float
    b: float
    any: float


class ClipTree(Struct, frozen=True):
    """How much of the source is clipped (`over`: at the 10-bit code `clip` or above) and has no light (`under`: at
    `black` or below). `published`: the clip is the camera's own, else the end of the signal."""

    clip: int
    black: int
    published: bool
    over: SharesTree
    under: SharesTree
