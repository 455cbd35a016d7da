"""A lattice as the text that Blackmagic converters take: 35,937 lines of three numbers of 10 bits, red fastest.

Source: github.com/erwinwanders/lut3d, a working script and what it sent. No input or output here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from livegrade_devices.blocks import Block

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 33
TOP = 1023
LINES = SIDE**3
BANKS = 2
TITLE = "LUT DATA"
_CODES = re.compile(r"(\d{1,4}) (\d{1,4}) (\d{1,4})", re.ASCII)


def lut_block(bank: int, lattice: NDArray[np.float64]) -> Block:
    """`lattice`: (33, 33, 33, 3), index r, g, b, entries 0 to 1. `bank`: from 0."""
    codes = np.rint(np.clip(lattice, 0.0, 1.0) * TOP).astype(int).transpose(2, 1, 0, 3).reshape(-1, 3)
    return Block(f"{TITLE} {bank}", tuple(f"{red} {green} {blue}" for red, green, blue in codes.tolist()))


def read_lut(block: Block) -> tuple[int, NDArray[np.int64]]:
    """The bank, and (33, 33, 33, 3) codes of 0 to 1023, index r, g, b. Raises ValueError where it is no whole LUT."""
    number = block.title.removeprefix(f"{TITLE} ")
    if number not in map(str, range(BANKS)) or len(block.lines) != LINES:
        raise ValueError(f"{block.title[:40]!r} with {len(block.lines):,} lines is no LUT; it has {LINES:,}")
    found = [_CODES.fullmatch(line) for line in block.lines]
    if None in found:
        raise ValueError(f"line {found.index(None) + 1} is no colour")
    codes = np.array([match.groups() for match in found if match is not None], dtype=np.int64)
    if codes.max() > TOP:
        raise ValueError(f"a colour goes from 0 to {TOP}")
    return int(number), codes.reshape(SIDE, SIDE, SIDE, 3).transpose(2, 1, 0, 3)
