"""One launch of one kernel as a value: which, how many blocks and threads, with what arguments. Pure functions, so that
what a device is told can be looked at, and run elsewhere, without one."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.compare import plane_pieces
from livegrade.engine.cuda_arguments import (
    EDGES,
    FALSE_COLOR,
    LOOK,
    LOWER,
    MARKS,
    MIX,
    OPERATION,
    PLACE,
    REPACK420,
    SCOPES,
    ZEBRA,
    picture_value,
    stripes_value,
    wire_value,
)
from livegrade.engine.program import recoding
from livegrade.scopes.measure import VECTORSCOPE_SIDE
from livegrade.scopes.plot import table_of
from livegrade.scopes.wire import LEVELS
from livegrade.video.layouts import Chroma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.engine.compare import Mix, Piece
    from livegrade.engine.marks import Marks
    from livegrade.scopes.falsecolor import Stripes
    from livegrade.scopes.measure import ScopeRequest
    from livegrade.scopes.peaking import Edges
    from livegrade.video.format import VideoFormat

SEGMENT = 384
"""Pixels of a row that one block draws: LG_SEGMENT of shaders/livegrade_shaders/cuda/segment.h."""

THREADS = 192
"""LG_THREADS, ibidem."""

_STRIP, _STRIP_THREADS = 16, 256
_SUM_THREADS, _SUM_COLUMNS = 128, 64
_WALK_THREADS, _WALK_ROWS = 128, 32
"""The macros of the same names in scopes.cu."""


@dataclass(frozen=True, slots=True, eq=False)
class Launch:
    """`text`: the kernel text; `shared`: bytes of dynamic shared memory; `arguments`: () structure, given by value."""

    text: str
    kernel: str
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    shared: int
    arguments: NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in a device's memory."""

    format: VideoFormat
    address: int


@dataclass(frozen=True, slots=True)
class LookPlace:
    """A compiled look in a device's memory: `count` operations (cuda_arguments.operation_bytes), and the points of the
    lattice (0: none). `low`, `high`: limits of the target's codes."""

    operations: int
    count: int
    lattice: int
    low: int
    high: int


def look_launch(source: Placed, look: LookPlace, target: Placed) -> Launch:
    arguments = np.zeros((), LOOK)
    arguments["source"] = picture_value(source.format, source.address)
    arguments["target"] = picture_value(target.format, target.address)
    arguments["operations"], arguments["lattice"], arguments["count"] = look.operations, look.lattice, look.count
    arguments["low"], arguments["high"] = look.low, look.high
    shared = look.count * OPERATION.itemsize
    return Launch("look", "lg_look", segments(target.format), (THREADS, 1, 1), shared, arguments)


def repack420_launch(source: Placed, target: Placed) -> Launch:
    """From one 4:2:0 layout to another of the same matrix and range, chroma row for chroma row."""
    arguments = np.zeros((), REPACK420)
    arguments["source"] = picture_value(source.format, source.address)
    arguments["target"] = picture_value(target.format, target.address)
    exact = recoding(source.format, target.format)
    # `recoding` starts from unpacked codes, which are deeper than the samples.
    arguments["scale"] = exact[:, 0] * 2.0 ** (source.format.layout.code_bits - source.format.layout.bits)
    arguments["offset"] = exact[:, 1]
    # One column more than the picture may have: rows of an odd width end with an unused sample.
    grid = (_blocks(target.format.width + 1, THREADS), target.format.height, 1)
    return Launch("look", "lg_repack420", grid, (THREADS, 1, 1), 0, arguments)


def false_color_launch(source: Placed, rule: tuple[int, int, int, int], table: int, target: Placed) -> Launch:
    """`table`: address of `falsecolor.target_codes` with the bytes of `Classes` behind it."""
    row = 1 << source.format.layout.code_bits
    arguments = np.zeros((), FALSE_COLOR)
    arguments["source"] = picture_value(source.format, source.address)
    arguments["target"] = picture_value(target.format, target.address)
    arguments["wire"] = wire_value(source.format)
    arguments["rule"] = rule
    arguments["low"], arguments["high"] = target.format.layout.code_limits
    arguments["row"], arguments["table"], arguments["classes"] = row, table, table + 3 * row * 2
    return Launch("overlay", "lg_false_color", segments(target.format), (THREADS, 1, 1), 0, arguments)


def zebra_launch(picture: Placed, stripes: Stripes) -> Launch:
    arguments = np.zeros((), ZEBRA)
    arguments["picture"] = picture_value(picture.format, picture.address)
    arguments["wire"] = wire_value(picture.format)
    arguments["stripes"] = stripes_value(stripes)
    grid = (_blocks(picture.format.width, SEGMENT), picture.format.height, 1)
    return Launch("overlay", "lg_zebra", grid, (THREADS, 1, 1), 0, arguments)


def edges_launch(clean: Placed, picture: Placed, edges: Edges) -> Launch:
    """`edges` of `clean` into `picture`, which is of the same format."""
    arguments = np.zeros((), EDGES)
    arguments["clean"] = picture_value(clean.format, clean.address)
    arguments["picture"] = picture_value(picture.format, picture.address)
    arguments["wire"], arguments["edges"] = wire_value(clean.format), astuple(edges)
    return _over("lg_draw_edges", picture.format, picture.format.height, arguments)


def marks_launch(picture: Placed, marks: Marks, address: int) -> Launch:
    """`address`: of `Marks.bytes`."""
    arguments = np.zeros((), MARKS)
    arguments["picture"] = picture_value(picture.format, picture.address)
    arguments["spans"], arguments["rows"] = address, address + marks.spans.nbytes
    arguments["palette"] = address + marks.spans.nbytes + marks.rows.nbytes
    arguments["top"], arguments["colors"] = marks.top, marks.palette.shape[1]
    return _over("lg_draw_marks", picture.format, len(marks.rows) - 1, arguments)


def lower_launch(picture: Placed, taps: int, chroma_taps: int, black: tuple[int, int, int], into: Placed) -> Launch:
    """`taps`, `chroma_taps`: addresses of the tables of `squeeze.Lowered`."""
    arguments = np.zeros((), LOWER)
    arguments["picture"] = picture_value(picture.format, picture.address)
    arguments["into"] = picture_value(into.format, into.address)
    arguments["taps"], arguments["chroma_taps"], arguments["black"] = taps, chroma_taps, black
    return _over("lg_lower_picture", into.format, into.format.height, arguments)


def _over(kernel: str, format: VideoFormat, rows: int, arguments: NDArray[np.void]) -> Launch:
    grid = (_blocks(format.width, SEGMENT), rows, 1)
    return Launch("over", kernel, grid, (THREADS, 1, 1), 0, arguments)


@dataclass(frozen=True, slots=True)
class CountPlace:
    """Where the counts of a request lie in one block of memory, as byte offsets: what must be zero before, first.

    `columns`: of the waveform; `size`: of the whole block.
    """

    columns: int
    vectorscope: int
    plot: int
    histogram: int
    waveform: int
    size: int


def place_launches(picture: Placed, piece: Piece, into: Placed) -> tuple[Launch, ...]:
    """One for each plane that has a part of it."""
    launches = []
    planes = zip(into.format.geometry.planes, plane_pieces(into.format, piece), strict=True)
    for plane, at in planes:
        if at.after <= at.first or at.bottom <= at.top:
            continue
        arguments = np.zeros((), PLACE)
        start = plane.offset + at.top * plane.stride + at.first
        arguments["from"], arguments["into"] = picture.address + start + at.shift, into.address + start
        arguments["stride"], arguments["count"] = plane.stride, at.after - at.first
        grid = (_blocks(at.after - at.first, THREADS), at.bottom - at.top, 1)
        launches.append(Launch("overlay", "lg_place", grid, (THREADS, 1, 1), 0, arguments))
    return tuple(launches)


def mix_launch(one: Placed, other: Placed, by: Mix, into: Placed) -> Launch:
    arguments = np.zeros((), MIX)
    for name, picture in (("a", one), ("b", other), ("into", into)):
        arguments[name] = picture_value(picture.format, picture.address)
    for name, value in asdict(by).items():
        arguments[name] = value
    grid = (_blocks(into.format.width + 1, SEGMENT), into.format.height, 1)
    if into.format.layout.chroma is not Chroma.C420:
        grid = segments(into.format)
    return Launch("overlay", "lg_mix_pictures", grid, (THREADS, 1, 1), 0, arguments)


def count_place(request: ScopeRequest, format: VideoFormat) -> CountPlace:
    channels, columns = len(request.channels), _blocks(request.area_in(format).width, request.step)
    plot = VECTORSCOPE_SIDE**2 * 4 * request.vectorscope
    histogram = plot + VECTORSCOPE_SIDE**2 * 4 * (request.plot is not None)
    waveform = histogram + channels * LEVELS * 4
    return CountPlace(columns, 0, plot, histogram, waveform, waveform + channels * columns * LEVELS * 2)


def scope_launches(picture: Placed, request: ScopeRequest, counts: int, values: int = 0) -> tuple[Launch, ...]:
    """In this order. `counts`: address of the block that `count_place` describes, its zeros in place; `values`: of
    `plot.PlotTable.values`, 0 where there is none."""
    place, format = count_place(request, picture.format), picture.format
    arguments = np.zeros((), SCOPES)
    arguments["picture"], arguments["wire"] = picture_value(format, picture.address), wire_value(format)
    channels = request.channels
    arguments["channel"][: len(channels)], arguments["count"] = channels, len(channels)
    arguments["step"], arguments["columns"] = request.step, place.columns
    arguments["offset_x"], arguments["offset_y"] = request.offset
    area = request.area_in(format)
    arguments["left"], arguments["right"] = area.x, area.x + area.width
    arguments["top"], arguments["bottom"] = area.y, area.y + area.height
    arguments["waveform"], arguments["histogram"] = counts + place.waveform, counts + place.histogram
    arguments["vectorscope"], arguments["plot"] = counts + place.vectorscope, counts + place.plot
    plot = table_of(request.plot)
    arguments["rule"], arguments["values"] = (plot.kind, plot.low, plot.high, plot.least), values
    launches = []
    if channels:
        strips = (_blocks(place.columns, _STRIP), len(channels), 1)
        launches.append(Launch("scopes", "lg_waveform", strips, (_STRIP_THREADS, 1, 1), 0, arguments))
        sums = (LEVELS // 2 // _SUM_THREADS, _blocks(place.columns, _SUM_COLUMNS), len(channels))
        launches.append(Launch("scopes", "lg_histogram", sums, (_SUM_THREADS, 1, 1), 0, arguments))
    walks = (_blocks(place.columns, _WALK_THREADS), _blocks(_blocks(area.height, request.step), _WALK_ROWS), 1)
    for kernel, is_wanted in (("lg_vectorscope", request.vectorscope), ("lg_plot", request.plot is not None)):
        if is_wanted:
            launches.append(Launch("scopes", kernel, walks, (_WALK_THREADS, 1, 1), 0, arguments))
    return tuple(launches)


def segments(format: VideoFormat) -> tuple[int, int, int]:
    """The grid that covers a picture and its rows' padding with segments; 4:2:0 by two rows (`lg_first_row`)."""
    rows = format.height
    if format.layout.chroma is Chroma.C420:
        rows = 2 * _blocks(rows, 4) if format.scan.is_interlaced else _blocks(rows, 2)
    return _blocks(format.width, SEGMENT), rows, 1


def _blocks(items: int, a_block: int) -> int:
    return -(-items // a_block)
