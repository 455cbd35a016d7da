"""One launch of one kernel as a value: which, how many blocks and threads, with what arguments. Pure functions, so that
what a device is told can be looked at, and run elsewhere, without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.engine.cuda_arguments import LOOK, OPERATION, picture_value
from livegrade.video.layouts import Chroma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.video.format import VideoFormat

SEGMENT = 384
"""Pixels of a row that one block draws: LG_SEGMENT of shaders/livegrade_shaders/cuda/segment.h."""

THREADS = 192
"""LG_THREADS, ibidem."""


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


def segments(format: VideoFormat) -> tuple[int, int, int]:
    """The grid that covers a picture and its rows' padding with segments; 4:2:0 by pairs of rows."""
    rows = 2 if format.layout.chroma is Chroma.C420 else 1
    return -(-format.width // SEGMENT), -(-format.height // rows), 1
