import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

def ring_size(slots: int, capacity: int) -> int:
    """Bytes of a ring of 2 to 16 slots for pictures of up to `capacity` bytes. ValueError for others."""

class Writer:
    """Makes a ring of zeroed memory; ValueError where it does not fit. `write` is for one thread."""

    def __init__(self, memory: Buffer, slots: int, capacity: int) -> None: ...
    def write(self, picture: NDArray[np.uint8], index: int, captured_ns: int, timecode: str, look: str) -> None:
        """`picture`: (height, width, channels), copied. ValueError where it does not fit."""

    def end(self) -> None: ...

class Reader:
    """ValueError, with what is wrong, for memory that is no ring."""

    def __init__(self, memory: Buffer) -> None: ...
    @property
    def capacity(self) -> int: ...
    @property
    def newest(self) -> int: ...
    @property
    def has_ended(self) -> bool: ...
    def read(self, room: NDArray[np.uint8]) -> tuple[int, int, int, int, int, int, bytes, bytes] | None:
        """The newest picture into `room`, (capacity or more,): number, index, captured_ns, width, height, channels,
        timecode, look (UTF-8). None where there is none, or all were written over while they were copied."""

    def wait(self, seen: int, timeout_s: float) -> None: ...
