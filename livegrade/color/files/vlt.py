"""Reads `.vlt`, Panasonic's 3D LUT: 12-bit whole numbers, red fastest. (OpenColorIO swaps red and blue.)

Source: files written by Panasonic's tools and by LUTCalc (lut-vlt.js): two comment lines, LUT_3D_SIZE, rows in
the order of a `.cube`, code 4095 for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files.content import LookContent, split_comments
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import (
    DATA_START,
    Wanted,
    plain_text,
    read_table,
    readable,
    require_no_selection,
    whole_number,
)
from livegrade.color.nodes import MAX_LUT3D_SIZE, Lut3d, Samples

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile

MAX_BYTES = 64_000_000
LARGEST_CODE = 4095


def read_vlt(file: LookFile) -> LookContent:
    """One Lut3d over 0..1, named for the file."""
    require_no_selection(file)
    lines = plain_text(file).split("\n")
    comments: list[str] = []
    size, start = 0, len(lines)
    for number, whole in enumerate(lines, start=1):
        words = whole.split()
        if words and DATA_START.match(words[0]):
            start = number
            break
        if not words:
            continue
        if words[0].startswith("#"):
            comments.append(readable(whole.strip().lstrip("#")))
        elif words[0].upper() == "LUT_3D_SIZE" and not size:
            size = whole_number(file, "LUT_3D_SIZE", words[1:], (2, MAX_LUT3D_SIZE), number)
        else:
            raise file.fault(f"unknown line {shown(whole.strip())}; a .vlt has no such line", number)
    if not size:
        raise file.fault("has no LUT_3D_SIZE before its numbers; this is not a whole .vlt file")
    wanted = Wanted(size**3, 3, f"LUT_3D_SIZE {size} needs", ("LUT_3D_SIZE",))
    table = read_table(file, "\n".join(lines[start - 1 :]), start, wanted)
    if (table != np.rint(table)).any() or table.min() < 0 or table.max() > LARGEST_CODE:
        raise file.fault(f"holds something else than whole numbers from 0 to {LARGEST_CODE}, which is all a .vlt has")
    lattice = Samples((table / LARGEST_CODE).reshape(size, size, size, 3).transpose(2, 1, 0, 3))
    kept, space = split_comments(comments)
    return LookContent((Lut3d(lattice, name=file.path.name),), "Panasonic .vlt, 12 bits", "", kept, space)
