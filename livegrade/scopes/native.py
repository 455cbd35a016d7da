"""The native kernels of this package behind values of this package. Results equal the NumPy references."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from livegrade.scopes.measure import Channel
from livegrade.scopes.wire import wire_factors
from livegrade_shaders import _native

if TYPE_CHECKING:
    from livegrade.scopes.measure import ScopeCounts, ScopeRequest
    from livegrade.scopes.wire import WireFactors
    from livegrade.video.format import VideoFormat


class ScopeMeter:
    """Counts pictures on the threads of `pool`. Holds about 1.6 MiB a thread; one picture at a time."""

    def __init__(self, pool: _native.BandPool) -> None:
        self._meter = _native.ScopeMeter(pool)

    def measure(self, image: _native.Image, format: VideoFormat, request: ScopeRequest, out: ScopeCounts) -> None:
        """Counts `image`, a picture in `format`, into `out`, which is overwritten. Raises FormatError."""
        out.require(request, format)
        self._meter.measure(
            image,
            _factors(wire_factors(format.matrix, format.range)),
            tuple(channel in request.channels for channel in Channel),
            request.step,
            request.offset,
            out.waveform,
            out.histogram,
            out.vectorscope,
        )


@lru_cache
def _factors(factors: WireFactors) -> tuple[int, ...]:
    """In the order of `lg_wire`, include/livegrade/scopes.h."""
    decode = (factors.red_v, factors.green_u, factors.green_v, factors.blue_u)
    return (*decode, *factors.luma, *factors.cb, *factors.cr)
