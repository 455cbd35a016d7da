"""Buffer pools: a holder keeps its bytes, the last one gives the buffer back, the pool never grows past its limit."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest

from livegrade.errors import PoolExhaustedError
from livegrade.video.pool import BufferPool, PoolCounters, aligned_buffer


@pytest.mark.parametrize("size", [1, 63, 64, 5_529_600])
def test_buffers_are_zeroed_and_aligned(size: int) -> None:
    buffer = aligned_buffer(size)
    assert buffer.ctypes.data % 64 == 0
    assert (buffer.shape, buffer.dtype, buffer.flags.c_contiguous) == ((size,), np.uint8, True)
    assert not buffer.any()


def test_a_lease_counts_and_comes_back() -> None:
    pool = BufferPool(100, limit=4)
    first, second = pool.lease(), pool.lease()
    assert pool.counters() == PoolCounters(in_use=2, free=0, peak=2, leases=2, refused=0)
    del first
    assert pool.counters() == PoolCounters(in_use=1, free=1, peak=2, leases=2, refused=0)
    again = pool.lease()
    assert again.data.ctypes.data % 64 == 0
    assert again.data.flags.writeable
    assert pool.counters() == PoolCounters(in_use=2, free=0, peak=2, leases=3, refused=0)
    del again, second
    assert (pool.in_use, pool.free, pool.peak) == (0, 2, 2)


def test_a_frame_held_for_two_hundred_frames_keeps_its_bytes() -> None:
    pool = BufferPool(4096, limit=3)
    held = pool.lease()
    held.data[:] = 7
    for number in range(200):
        passing = pool.lease()
        passing.data[:] = number
    assert (held.data == 7).all()
    assert pool.counters() == PoolCounters(in_use=2, free=1, peak=3, leases=201, refused=0)


def test_what_is_made_from_the_data_keeps_the_bytes_too() -> None:
    pool = BufferPool(64, limit=2)
    view = pool.lease().data[8:16].view(np.uint16).reshape(2, 2)
    wire = memoryview(pool.lease().data)
    assert pool.in_use == 2
    view[:] = 3
    del wire
    assert pool.in_use == 1
    pool.lease().data[:] = 0
    assert (view == 3).all()
    del view
    assert pool.in_use == 0


def test_exhaustion_is_refused_counted_and_passes() -> None:
    pool = BufferPool(10, limit=2)
    held = [pool.lease(), pool.lease()]
    for _ in range(3):
        with pytest.raises(PoolExhaustedError, match="all 2 picture buffers of 10 bytes are held"):
            pool.lease()
    assert pool.counters() == PoolCounters(in_use=2, free=0, peak=2, leases=2, refused=3)
    held.pop()
    held.append(pool.lease())
    assert pool.counters() == PoolCounters(in_use=2, free=0, peak=2, leases=3, refused=3)


def test_buffers_are_made_once() -> None:
    made: list[int] = []

    def allocate(size: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        made.append(size)
        return np.zeros(size, np.uint8)

    pool = BufferPool(10, limit=5, allocate=allocate)
    for _ in range(50):
        pair = pool.lease(), pool.lease()
        del pair
    assert made == [10, 10]


def test_a_lease_that_dies_in_a_reference_cycle_comes_back() -> None:
    pool = BufferPool(10, limit=1)
    cycle: list[object] = [pool.lease()]
    cycle.append(cycle)
    del cycle
    gc.collect()
    assert pool.counters() == PoolCounters(in_use=0, free=1, peak=1, leases=1, refused=0)


def test_a_lease_may_outlive_its_pool() -> None:
    pool = BufferPool(10)
    lease = pool.lease()
    del pool
    lease.data[:] = 5
    assert lease.data.sum() == 50


def test_leases_let_go_on_other_threads_come_back() -> None:
    pool = BufferPool(256, limit=8)
    faults: list[int] = []

    def use(mark: int) -> None:
        for _ in range(500):
            lease = pool.lease()
            lease.data[:] = mark
            faults.extend([mark] * int((lease.data != mark).any()))
            del lease  # or a thread would hold two while it takes the next

    threads = [threading.Thread(target=use, args=(mark,)) for mark in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    counters = pool.counters()
    assert (counters.in_use, counters.leases, counters.refused) == (0, 4000, 0)
    assert counters.free == counters.peak <= 8


@pytest.mark.parametrize(("size", "limit"), [(0, 1), (1, 0), (-1, 4)])
def test_an_empty_pool_is_refused(size: int, limit: int) -> None:
    with pytest.raises(ValueError, match="is none"):
        BufferPool(size, limit=limit)
