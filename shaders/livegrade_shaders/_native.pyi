from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

def isa() -> str: ...
def isa_levels() -> list[str]: ...

class BandPool:
    def __init__(self, threads: int) -> None: ...
    @property
    def size(self) -> int: ...

class Image:
    """A picture in memory: keeps its buffer; ValueError when a plane does not lie inside it."""

    def __init__(
        self,
        pixels: Buffer | NDArray[np.uint8],
        layout_name: str,
        width: int,
        height: int,
        offsets: Sequence[int],
        strides: Sequence[int],
        interlaced: bool = False,
    ) -> None: ...
    @property
    def layout_name(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def writable(self) -> bool: ...

def layout_table() -> list[tuple[str, bool, int, int, int, int, int]]: ...
def unpack(
    image: Image, c0: NDArray[np.uint16], c1: NDArray[np.uint16], c2: NDArray[np.uint16], pool: BandPool
) -> None: ...
def pack(
    c0: NDArray[np.uint16], c1: NDArray[np.uint16], c2: NDArray[np.uint16], image: Image, pool: BandPool
) -> None: ...

class FloatLattice:
    """A 3D LUT for the float path, with an affine map (3, 4) of its entries folded in. ValueError for other shapes."""

    def __init__(self, values: NDArray[np.float64], tail: NDArray[np.float64]) -> None: ...
    @property
    def size(self) -> int: ...

class FixedLattice:
    """The same for the fixed-point paths; `tail` gives 10-bit codes. ValueError where an entry does not fit."""

    def __init__(self, values: NDArray[np.float64], tail: NDArray[np.float64], fraction_bits: int) -> None: ...
    @property
    def size(self) -> int: ...
    @property
    def fraction_bits(self) -> int: ...

class FloatOps:
    """Operations of livegrade.engine.program in float32; built once, then given to a program."""

    def __init__(self) -> None: ...
    def add_mix(self, rows: NDArray[np.float64]) -> None: ...
    def add_ramp(self, channel: int, scale: float, offset: float, low: float, high: float) -> None: ...
    def add_power(self, channel: int, exponent: float) -> None: ...
    def add_lookup(self, channel: int, first: float, last: float, values: NDArray[np.float64]) -> None: ...
    def add_cube(self, lattice: FloatLattice) -> None: ...

def run_colours(ops: FloatOps, rgb: NDArray[np.float32], pool: BandPool) -> None:
    """Operations over colours (n, 3) in place."""

def sample_lattice(
    ops: FloatOps,
    red: NDArray[np.float32],
    green: NDArray[np.float32],
    blue: NDArray[np.float32],
    out: NDArray[np.float32],
    pool: BandPool,
) -> None:
    """Operations at every point of three axes; `out`: (len(red), len(green), len(blue), 3)."""

class FloatProgram:
    """Codes to codes, all in float32. `run` raises ValueError for pictures of another layout or size."""

    def __init__(self, source: str, target: str, width: int, low: int, high: int, ops: FloatOps) -> None: ...
    def run(self, pool: BandPool, source: Image, target: Image) -> None: ...

class MixedProgram:
    """Operations in float32, then a lattice in 16-bit lanes that gives the codes. Targets of 8 and 10 bits."""

    def __init__(
        self, source: str, target: str, width: int, low: int, high: int, before: FloatOps, lattice: FixedLattice
    ) -> None: ...
    def run(self, pool: BandPool, source: Image, target: Image) -> None: ...

class FixedCurve:
    """A curve from 0..1 to 0..1, fitted; the errors in steps of 1/32768 over all inputs."""

    def __init__(self, ops: FloatOps) -> None: ...
    @property
    def error(self) -> float: ...
    @property
    def largest_step(self) -> float: ...
    @property
    def steep_step(self) -> float: ...
    @property
    def usual_error(self) -> float: ...

class FixedProgram:
    """All in 16-bit lanes: decode (3, 4), a curve a channel or None, saturation, curves, lattice."""

    def __init__(
        self,
        source: str,
        target: str,
        width: int,
        low: int,
        high: int,
        decode: NDArray[np.float64],
        first: list[FixedCurve | None],
        saturation: float,
        weights: NDArray[np.float64],
        second: list[FixedCurve | None],
        lattice: FixedLattice,
    ) -> None: ...
    def run(self, pool: BandPool, source: Image, target: Image) -> None: ...

def has_fixed_point() -> bool: ...

class ScopeMeter:
    """Counts pictures for scopes; arguments as livegrade/scopes/native.py gives them. `area`: x, y, width, height."""

    def __init__(self, pool: BandPool) -> None: ...
    def measure(
        self,
        image: Image,
        factors: Sequence[int],
        wanted: Sequence[bool],
        step: int,
        offset: tuple[int, int],
        area: Sequence[int],
        waveform: NDArray[np.uint16],
        histogram: NDArray[np.uint32],
        vectorscope: NDArray[np.uint32],
        plot_rule: Sequence[int],
        plot_least: float,
        plot_values: NDArray[np.float32],
        plot: NDArray[np.uint32],
    ) -> None: ...

# `factors`: lg_wire up to the weights of luma; `rule`, `light`, `segments`, `palette`: scopes/classes.py.
def false_color(
    source: Image,
    factors: Sequence[int],
    table: NDArray[np.uint16],
    rule: Sequence[int],
    light: NDArray[np.float32],
    segments: NDArray[np.uint8],
    palette: NDArray[np.uint16],
    target: Image,
    limits: Sequence[int],
    pool: BandPool,
) -> None: ...
def zebra(target: Image, weights: Sequence[int], stripes: Sequence[int], pool: BandPool) -> None: ...

# What is laid over pictures, in place or into `into`: include/livegrade/overlay.h. ValueError for what does not fit.
def draw_edges(clean: Image, image: Image, weights: Sequence[int], edges: Sequence[int], pool: BandPool) -> None: ...
def draw_marks(
    image: Image,
    top: int,
    rows: NDArray[np.int32],
    spans: NDArray[np.int32],
    palette: NDArray[np.uint16],
    pool: BandPool,
) -> None: ...
def lower_picture(
    image: Image,
    taps: NDArray[np.int32],
    chroma_taps: NDArray[np.int32],
    black: Sequence[int],
    into: Image,
    pool: BandPool,
) -> None: ...

# Counts drawn as light into `picture`, (height, width, 3); `rectangle` is x, y, width, height.
def draw_waveform(
    counts: NDArray[np.uint16],
    picture: NDArray[np.uint8],
    rectangle: Sequence[int],
    color: Sequence[float],
    gain: float,
    scale: float,
    levels: Sequence[float],
    spread: int,
    pool: BandPool,
) -> None: ...
def draw_plane(
    counts: NDArray[np.uint32],
    picture: NDArray[np.uint8],
    rectangle: Sequence[int],
    color: Sequence[float],
    gain: float,
    scale: float,
    window: Sequence[float],
    hues: Sequence[float],
    tints: NDArray[np.uint8] | None,
    spread: bool,
    pool: BandPool,
) -> None:
    """`window`: left, lower edge and side in places; `hues`: the neutral's place and the places of all codes, 0 for no
    tint; `tints`: (512, 512, 3) instead of hues."""

def draw_histogram(
    counts: NDArray[np.uint32],
    picture: NDArray[np.uint8],
    rectangle: Sequence[int],
    color: Sequence[float],
    levels: Sequence[float],
    full: float,
    spread: int,
) -> None: ...
def column_ends(counts: NDArray[np.uint16], low: NDArray[np.int16], high: NDArray[np.int16]) -> None:
    """The lowest and the highest level of each column of a waveform, (columns,) each; -1 where none was counted."""

def draw_envelope(
    ends: NDArray[np.int16],
    highest: bool,
    picture: NDArray[np.uint8],
    rectangle: Sequence[int],
    color: Sequence[float],
    levels: Sequence[float],
) -> None: ...

class Shrinker:
    """An area (left, top, width, height) of pictures of one layout and size made small: the mean of what each pixel of
    the small one covers, as R, G, B, 255 in 8 bits. `rows` (3, 4): from codes to R'G'B' 0..1. ValueError for sizes
    beyond 1 to 16384, and for an area outside."""

    def __init__(
        self,
        layout_name: str,
        width: int,
        height: int,
        out_width: int,
        out_height: int,
        rows: NDArray[np.float64],
        area: tuple[int, int, int, int],
    ) -> None: ...
    def run(self, pool: BandPool, image: Image, out: NDArray[np.uint8]) -> None:
        """`out`: (out_height, out_width, 4). ValueError for a picture or `out` of another layout or size."""

# `numbers`: of engine/compare.py, Mix, in their order.
def mix(one: Image, other: Image, into: Image, numbers: Sequence[int], pool: BandPool) -> None: ...
