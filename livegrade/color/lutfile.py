"""A look as one LUT in a file of the kind that its name tells, from 0 to 1 as the look takes it: read back, measured.

Boxes, other sizes and ranges are the business of `livegrade look bake`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.compare import JUDGED_ON
from livegrade.color.files.baked import read_back, write_baked
from livegrade.color.files.content import parse_output_space
from livegrade.color.files.write_lut import FORMATS, RESOLVE_CUBE, WriteOptions
from livegrade.color.lut import DEPTHS, LutTarget, bake_lut
from livegrade.color.rendering import display_of

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.color.look import Look
    from livegrade.color.lut import BakedLut

SIZE = 33
"""Points a side, where the format leaves them open."""


class LutFile(NamedTuple):
    """`kind`: of the file, for people."""

    content: bytes
    kind: str
    baked: BakedLut


def lut_file(look: Look, path: Path, takes: str = "the camera's signal") -> LutFile:
    """`look` as the file `path` is to be, one of files.baked.SUFFIXES, with its id and what the LUT costs; nothing is
    written to disk. `takes`: what goes in, for people. Raises LookFileError where it does not read back."""
    suffix = path.suffix.lower()
    holds = FORMATS[suffix].holds if suffix in FORMATS else RESOLVE_CUBE.holds
    depth = next((bits for bits in holds.bits if bits in DEPTHS), None)
    shown = display_of(look.nodes)
    target = LutTarget(holds.sizes[0] if holds.sizes else SIZE, depth)
    baked = bake_lut(look, target, JUDGED_ON if shown is None else shown.judged_on)
    options = WriteOptions(
        f"livegrade {look.id}",
        (f"0 and 1 are black and white of {takes}, as the look takes it", baked.error.sentence),
        None if shown is None else parse_output_space(shown.tag),
    )
    content = write_baked(baked, suffix, options)
    return LutFile(content, read_back(content, path, baked), baked)
