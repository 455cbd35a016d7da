"""Reads `.cube` files of both families: Iridas/Adobe and DaVinci Resolve.

Iridas (Adobe Cube LUT Specification 1.0): a 1D or a 3D LUT, DOMAIN_MIN and DOMAIN_MAX per channel. Resolve (Blackmagic
Design, LUT developer notes): a 1D or a 3D LUT or both, the 1D one being the shaper, its rows first, with INPUT_RANGE
for each; LUT_IN_VIDEO_RANGE and LUT_OUT_VIDEO_RANGE. Red runs fastest. Files in the field have titles, comments,
keywords in any order, any line end, a byte order mark, and Latin-1 in comments; what would give wrong colours is
refused with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from livegrade.color.files.content import MAX_COMMENT, LookContent, split_comments
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import (
    DATA_START,
    MAX_LINE,
    Wanted,
    plain_numbers,
    plain_text,
    read_table,
    readable,
    require_no_selection,
    whole_number,
)
from livegrade.color.nodes import (
    MAX_LUT1D_SIZE,
    MAX_LUT3D_SIZE,
    Lut1d,
    Lut3d,
    Node,
    Samples,
    Triple,
    domain_fault,
    triple,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile

MAX_BYTES = 160_000_000
"""Room for 129 x 129 x 129 rows of three numbers written with all their digits."""

VIDEO_BLACK, VIDEO_WHITE = 64 / 1023, 940 / 1023
"""Legal black and white as a video-range LUT sees them: 10-bit codes over 1023."""

_LIMITS = {"LUT_1D_SIZE": MAX_LUT1D_SIZE, "LUT_3D_SIZE": MAX_LUT3D_SIZE}
_TRIPLES = ("DOMAIN_MIN", "DOMAIN_MAX")
_RANGES = {"LUT_1D_INPUT_RANGE": "LUT_1D_SIZE", "LUT_3D_INPUT_RANGE": "LUT_3D_SIZE"}
_FLAGS = ("LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE")


@dataclass(slots=True)
class _Header:
    """What the lines before the numbers say. `lines` has the line of each keyword; `end` is where the numbers begin."""

    sizes: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    title: str = ""
    end: int = 0
    end_line: int = 1

    @property
    def rows(self) -> int:
        return self.sizes.get("LUT_1D_SIZE", 0) + self.sizes.get("LUT_3D_SIZE", 0) ** 3


def read_cube(file: LookFile) -> LookContent:
    """One Lut1d, or one Lut3d (with the 1D LUT as its shaper where the file has both), named for the file."""
    require_no_selection(file)
    text = plain_text(file)
    header = _header(file, text)
    node = _node(file, header, _table(file, header, text[header.end :]))
    comments, space = split_comments(header.comments)
    return LookContent((node,), _kind(header), header.title, comments, space, _notes(header))


def _kind(header: _Header) -> str:
    resolve = len(header.sizes) == 2 or any(keyword in header.lines for keyword in (*_RANGES, *_FLAGS))
    return "Resolve .cube" if resolve else "Iridas/Adobe .cube"


def _notes(header: _Header) -> tuple[str, ...]:
    notes = []
    if "LUT_IN_VIDEO_RANGE" in header.lines:
        notes.append("takes video range in: 64 to 940 of 1023 are brought to 0..1 before it")
    if "LUT_OUT_VIDEO_RANGE" in header.lines:
        notes.append("gives video range out: 64 to 940 of 1023 are brought to 0..1 after it")
    return tuple(notes)


def _header(file: LookFile, text: str) -> _Header:
    header = _Header()
    while header.end < len(text):
        stop = text.find("\n", header.end)
        stop = len(text) if stop < 0 else stop
        if stop - header.end > MAX_LINE:
            raise file.fault("has a line far too long for a .cube file", header.end_line)
        words = text[header.end : stop].split()
        if words and DATA_START.match(words[0]):
            break
        if words and words[0].startswith("#"):
            header.comments.append(readable(text[header.end : stop].strip().lstrip("#")))
        elif words:
            _take_keyword(file, header, words, text[header.end : stop])
        header.end = stop + 1
        header.end_line += 1
    if not header.sizes:
        raise file.fault("has neither LUT_1D_SIZE nor LUT_3D_SIZE before its numbers; this is not a whole .cube file")
    _check_ranges(file, header)
    return header


def _take_keyword(file: LookFile, header: _Header, words: list[str], whole: str) -> None:
    keyword, line = words[0].upper(), header.end_line
    if keyword == "TITLE":
        header.title = readable(whole.strip()[len(keyword) :].strip().strip('"'))[:MAX_COMMENT]
        return
    values = _before_comment(words[1:])
    if keyword in header.lines:
        raise file.fault(f"{keyword} stands here a second time (first in line {header.lines[keyword]})", line)
    header.lines[keyword] = line
    if keyword in _LIMITS:
        header.sizes[keyword] = whole_number(file, keyword, values, (2, _LIMITS[keyword]), line)
    elif keyword in _TRIPLES or keyword in _RANGES:
        header.numbers[keyword] = plain_numbers(file, keyword, values, 2 if keyword in _RANGES else 3, line)
    elif keyword not in _FLAGS:
        raise file.fault(f"unknown keyword {shown(words[0])}; this is not a .cube line livegrade can trust", line)


def _before_comment(words: list[str]) -> list[str]:
    for index, word in enumerate(words):
        if word.startswith("#"):
            return words[:index]
    return words


def _check_ranges(file: LookFile, header: _Header) -> None:
    """Refuses ranges that contradict each other or belong to no table: they would be a guess at the colours."""
    for keyword, size in _RANGES.items():
        given = header.numbers.get(keyword)
        if given is not None and size not in header.sizes and given != (0.0, 1.0):
            raise file.fault(
                f"{keyword} stands here without {size}; remove it, or name the range of the table the file has",
                header.lines[keyword],
            )
    domains = [keyword for keyword in _TRIPLES if keyword in header.numbers]
    ranges = [keyword for keyword in _RANGES if keyword in header.numbers]
    if domains and (ranges or len(header.sizes) == 2):
        other = ranges[0] if ranges else "a file with both LUT_1D_SIZE and LUT_3D_SIZE"
        raise file.fault(f"{domains[0]} and {other} do not go together", header.lines[domains[0]])


def _table(file: LookFile, header: _Header, text: str) -> NDArray[np.float64]:
    sizes = " and ".join(f"{keyword} {size}" for keyword, size in header.sizes.items())
    needs = "need" if len(header.sizes) > 1 else "needs"
    wanted = Wanted(header.rows, 3, f"{sizes} {needs}", (*_LIMITS, *_TRIPLES, *_RANGES, *_FLAGS, "TITLE"))
    return read_table(file, text, header.end_line, wanted)


def _node(file: LookFile, header: _Header, table: NDArray[np.float64]) -> Node:
    name = file.path.name
    rows, size = header.sizes.get("LUT_1D_SIZE", 0), header.sizes.get("LUT_3D_SIZE", 0)
    video = "LUT_IN_VIDEO_RANGE" in header.lines
    if "LUT_OUT_VIDEO_RANGE" in header.lines:
        out = table[rows:] if size else table
        out[:] = (out - VIDEO_BLACK) / (VIDEO_WHITE - VIDEO_BLACK)
    if not size:
        return Lut1d(Samples(table), *_domain(file, header, "LUT_1D_INPUT_RANGE", video), name=name)
    shaper = None
    if rows:
        shaper = Lut1d(Samples(table[:rows]), *_domain(file, header, "LUT_1D_INPUT_RANGE", video), name=name)
    lattice = Samples(table[rows:].reshape(size, size, size, 3).transpose(2, 1, 0, 3))
    first, last = _domain(file, header, "LUT_3D_INPUT_RANGE", video and shaper is None)
    return Lut3d(lattice, first, last, shaper, name=name)


def _domain(file: LookFile, header: _Header, range_keyword: str, video: bool) -> tuple[Triple, Triple]:
    """Where the table begins and ends, in R'G'B' with legal black 0 and white 1."""
    low, high = header.numbers.get(range_keyword, (0.0, 1.0))
    first = triple(header.numbers.get("DOMAIN_MIN", (low,) * 3))
    last = triple(header.numbers.get("DOMAIN_MAX", (high,) * 3))
    if fault := domain_fault(first, last):
        keyword = next(k for k in (range_keyword, "DOMAIN_MAX", "DOMAIN_MIN") if k in header.numbers)
        raise file.fault(f"{keyword}: {fault}", header.lines[keyword])
    if video:
        return triple(map(_from_video, first)), triple(map(_from_video, last))
    return first, last


def _from_video(value: float) -> float:
    return (value - VIDEO_BLACK) / (VIDEO_WHITE - VIDEO_BLACK)
