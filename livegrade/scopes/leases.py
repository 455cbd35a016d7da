"""Memory for scope counts: lent for one measurement, back when nobody holds its arrays any more."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from livegrade.errors import PoolExhaustedError
from livegrade.scopes.measure import ScopeCounts
from livegrade.video.pool import BufferPool, aligned_buffer

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from livegrade.scopes.measure import ScopeRequest
    from livegrade.video.format import VideoFormat

SETS = 8
"""Sets of counts of one size: the newest of both taps, one in work, and five that readers hold."""
SIZES_KEPT = 2
"""Sizes whose memory is kept: that of the format in force, and of one between two formats or requests."""


class CountsPool:
    """Lends `ScopeCounts`, at most `limit` sets of each of the last `sizes`; made when first needed and kept. For one
    thread; the sets may be let go of on any."""

    def __init__(
        self,
        allocate: Callable[[int], NDArray[np.uint8]] = aligned_buffer,
        limit: int = SETS,
        sizes: int = SIZES_KEPT,
    ) -> None:
        self._allocate = allocate
        self._limit = limit
        self._sizes = sizes
        self._pools: OrderedDict[int, BufferPool] = OrderedDict()

    def lease(self, request: ScopeRequest, format: VideoFormat) -> ScopeCounts:
        """Arrays to count into, with whatever was last in them; theirs alone until the last of them is gone. Raises
        PoolExhaustedError when readers hold all sets of that size; never waits."""
        size = ScopeCounts.size(request, format)
        pool = self._pools.get(size)
        if pool is None:
            pool = self._pools[size] = BufferPool(size, limit=self._limit, allocate=self._allocate)
            if len(self._pools) > self._sizes:
                self._pools.popitem(last=False)
        self._pools.move_to_end(size)
        try:
            return ScopeCounts.over(pool.lease().data, request, format)
        except PoolExhaustedError:
            raise PoolExhaustedError(
                f"all {self._limit} sets of scope counts are held by readers; scopes go on when one is let go"
            ) from None
