"""Buffers for pictures that another process can read: made for a pool, and found again by the address of a picture."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np

from livegrade.transport.memory import Block

if TYPE_CHECKING:
    from numpy.typing import NDArray

_blocks: weakref.WeakValueDictionary[int, Block] = weakref.WeakValueDictionary()


def allocate(size: int) -> NDArray[np.uint8]:
    """For BufferPool: one page-aligned buffer of `size` bytes in a block of its own. Raises OSError."""
    block = Block(size)
    _blocks[block.address] = block
    return np.asarray(block)


def block_of(data: NDArray[np.uint8]) -> Block | None:
    """The block that `data` fills from its beginning; None for memory of any other kind."""
    block = _blocks.get(data.__array_interface__["data"][0])
    return block if block is not None and data.nbytes <= block.size and data.flags.c_contiguous else None
