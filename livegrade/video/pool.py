"""Buffers for pictures: allocated once, leased, and back in the pool when the last holder has let go. One pool holds
buffers of one size; it knows nothing of formats."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from livegrade.errors import PoolExhaustedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Allocate: TypeAlias = Callable[[int], NDArray[np.uint8]]
    """Makes one buffer of so many bytes: 1-D, C-contiguous."""

ALIGNMENT = 64
"""Bytes; a cache line and the widest vector register."""


def aligned_buffer(size: int) -> NDArray[np.uint8]:
    """A zeroed 1-D array of `size` bytes that starts on a 64-byte boundary."""
    room = np.zeros(size + ALIGNMENT - 1, np.uint8)
    skip = -room.ctypes.data % ALIGNMENT
    return room[skip : skip + size]


class _Loan:
    """What the arrays of one lease stand on (NumPy calls it their base); its end is the end of the lease.

    The end may come on any thread and in the middle of a garbage collection: it appends to a deque, which is atomic,
    and takes no lock.
    """

    __slots__ = ("__array_interface__", "_buffer", "_free")

    def __init__(self, buffer: NDArray[np.uint8], free: deque[NDArray[np.uint8]]) -> None:
        self._buffer = buffer
        self._free = free
        self.__array_interface__: dict[str, Any] = buffer.__array_interface__

    def __del__(self) -> None:
        self._free.append(self._buffer)


class Lease:
    """The right to one buffer. `data`: uint8, 1-D, C-contiguous, on a 64-byte boundary (where the pool's allocation
    gives that). The buffer returns to its pool when the lease and every array and memoryview made from `data` is gone.
    """

    __slots__ = ("__weakref__", "data")

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self.data = data


@dataclass(frozen=True, slots=True)
class PoolCounters:
    """`in_use` and `free` buffers now, the `peak` of in_use, `leases` given so far, `refused` for want of a buffer."""

    in_use: int
    free: int
    peak: int
    leases: int
    refused: int


class BufferPool:
    """Buffers of `size` bytes, at most `limit` of them, made when first needed and kept. Thread-safe.

    `allocate`: makes one buffer of a given size; the GPU backend passes one that gives pinned memory. Fresh buffers are
    zeroed by the default one, leased-again ones hold what was last in them.
    """

    def __init__(self, size: int, *, limit: int = 32, allocate: Allocate = aligned_buffer) -> None:
        if size < 1 or limit < 1:
            raise ValueError(f"a pool of {limit} buffers of {size} bytes is none")
        self.size = size
        self.limit = limit
        self._allocate = allocate
        self._free: deque[NDArray[np.uint8]] = deque()
        self._lock = threading.Lock()
        self._made = 0
        self._peak = 0
        self._leases = 0
        self._refused = 0

    def lease(self) -> Lease:
        """A buffer for one picture. Raises PoolExhaustedError when all `limit` buffers are held; never waits."""
        with self._lock:
            buffer = self._take()
            self._leases += 1
            self._peak = max(self._peak, self._made - len(self._free))
        return Lease(np.asarray(_Loan(buffer, self._free)))

    def _take(self) -> NDArray[np.uint8]:
        try:
            return self._free.pop()
        except IndexError:
            if self._made < self.limit:
                buffer = self._allocate(self.size)
                self._made += 1
                return buffer
            self._refused += 1
            raise PoolExhaustedError(
                f"all {self.limit} picture buffers of {self.size} bytes are held; "
                "something keeps frames longer than the pool was sized for"
            ) from None

    @property
    def in_use(self) -> int:
        return self._made - len(self._free)

    @property
    def free(self) -> int:
        """Buffers made and waiting; `limit` may still allow more."""
        return len(self._free)

    @property
    def peak(self) -> int:
        return self._peak

    def counters(self) -> PoolCounters:
        with self._lock:
            free = len(self._free)
            return PoolCounters(self._made - free, free, self._peak, self._leases, self._refused)
