"""The native kernels of this package behind values of this package. Results equal the NumPy references."""

from __future__ import annotations

from dataclasses import astuple
from functools import lru_cache
from typing import TYPE_CHECKING

from livegrade.scopes import falsecolor
from livegrade.scopes.classes import classes_of
from livegrade.scopes.measure import Channel
from livegrade.scopes.plot import table_of
from livegrade.scopes.wire import wire_factors
from livegrade_shaders import _native

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.falsecolor import Zebra
    from livegrade.scopes.measure import ScopeCounts, ScopeRequest
    from livegrade.scopes.peaking import Edges
    from livegrade.scopes.wire import WireFactors
    from livegrade.video.format import VideoFormat


class ScopeMeter:
    """Counts pictures on the threads of `pool`. Holds about 1.6 MiB a thread, and 1 MiB more once there was a plot; one
    picture at a time."""

    def __init__(self, pool: _native.BandPool) -> None:
        self._meter = _native.ScopeMeter(pool)

    def measure(self, image: _native.Image, format: VideoFormat, request: ScopeRequest, out: ScopeCounts) -> None:
        """Counts `image`, a picture in `format`, into `out`, which is overwritten. Raises FormatError."""
        out.require(request, format)
        plot = table_of(request.plot)
        self._meter.measure(
            image,
            _factors(wire_factors(format.matrix, format.range)),
            tuple(channel in request.channels for channel in Channel),
            request.step,
            request.offset,
            astuple(request.area_in(format)),
            out.waveform,
            out.histogram,
            out.vectorscope,
            (plot.kind, plot.low, plot.high),
            plot.least,
            plot.values,
            out.plot,
        )


@lru_cache
def _factors(factors: WireFactors) -> tuple[int, ...]:
    """In the order of `lg_wire`, include/livegrade/scopes.h."""
    decode = (factors.red_v, factors.green_u, factors.green_v, factors.blue_u)
    return (*decode, *factors.luma, *factors.cb, *factors.cr)


def false_color(
    image: _native.Image,
    source: VideoFormat,
    bands: BandTable,
    into: _native.Image,
    target: VideoFormat,
    pool: _native.BandPool,
) -> None:
    """`falsecolor.false_color` of a picture in `source` into one in `target`. Raises FormatError."""
    falsecolor.require_size(source, target)
    factors = wire_factors(source.matrix, source.range)
    decode = (factors.red_v, factors.green_u, factors.green_v, factors.blue_u, *factors.luma)
    classes = classes_of(bands, source, target)
    _native.false_color(
        image,
        decode,
        _codes(bands, source, target),
        classes.rule,
        classes.light,
        classes.segments,
        classes.palette,
        into,
        target.layout.code_limits,
        pool,
    )


def draw_zebra(image: _native.Image, format: VideoFormat, zebra: Zebra, phase: int, pool: _native.BandPool) -> None:
    """`falsecolor.draw_zebra`: stripes into a picture, in place."""
    marks = falsecolor.stripes(zebra, format, phase)
    _native.zebra(image, wire_factors(format.matrix, format.range).luma, astuple(marks), pool)


def draw_edges(
    clean: _native.Image, image: _native.Image, format: VideoFormat, edges: Edges, pool: _native.BandPool
) -> None:
    """`peaking.draw_edges`: those of `clean` into a picture, both in `format`."""
    _native.draw_edges(clean, image, wire_factors(format.matrix, format.range).luma, astuple(edges), pool)


@lru_cache(maxsize=32)
def _codes(bands: BandTable, source: VideoFormat, target: VideoFormat) -> NDArray[np.uint16]:
    return falsecolor.target_codes(bands, source, target)
