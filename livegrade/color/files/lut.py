"""Reads `.lut`, a name two formats share: Discreet's 1D LUT (Flame, Smoke, Lustre) and Houdini's 1D and 3D LUTs.

Discreet: `LUT: tables length [levels]`, then whole code values one table after the other; the depth they are in is the
third number of the header, else what the file's name says after "to" (12to10), else that of the length. Houdini: a
header of keywords, `LUT:`, and blocks in braces. Source: OpenColorIO, FileFormatDiscreet1DL.cpp and FileFormatHDL.cpp.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files.content import LookContent, split_comments
from livegrade.color.files.numbers import number_fault, shown
from livegrade.color.files.text import (
    Wanted,
    plain_numbers,
    plain_text,
    read_table,
    readable,
    require_no_selection,
    require_version,
    whole_number,
)
from livegrade.color.nodes import MAX_LUT1D_SIZE, MAX_LUT3D_SIZE, Lut1d, Lut3d, Samples, domain_fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile

MAX_BYTES = 64_000_000

LARGEST_CODE = 65535

HALF = "16f"
_LEVELS = {"256": "8", "1024": "10", "4096": "12", "65536": "16", "65536f": HALF}
_NAMED = re.compile(r"to(8|10|12|16fp|16f|16|32fp|32f)", re.IGNORECASE | re.ASCII)
_HOUDINI_KEYS = ("version", "format", "type", "from", "to", "black", "white", "length", "sampling")
_BLOCK = re.compile(r"([A-Za-z0-9]*)\s*\{([^{}]*)\}", re.ASCII)


def read_lut(file: LookFile) -> LookContent:
    """One Lut1d or Lut3d, named for the file."""
    require_no_selection(file)
    text = plain_text(file)
    first = next((line.split() for line in text.split("\n") if line.strip() and not line.strip().startswith("#")), [])
    if not first:
        raise file.fault("holds nothing but blank lines and comments")
    if first[0].lower() == "version":
        return _houdini(file, text)
    if first[0].lower() == "lut:" or re.fullmatch(r"\d+", first[0], re.ASCII):
        return _discreet(file, text)
    raise file.fault(
        f"begins with {shown(' '.join(first))}; that is neither a Discreet 1D LUT ('LUT: 3 1024') nor a Houdini LUT "
        "('Version ...'), the two kinds of .lut livegrade reads",
        1 + text[: text.find(first[0])].count("\n"),
    )


def _discreet(file: LookFile, text: str) -> LookContent:
    lines = text.split("\n")
    comments = [readable(line.strip().lstrip("#")) for line in lines if line.strip().startswith("#")]
    at = next(index for index, line in enumerate(lines) if line.strip() and not line.strip().startswith("#"))
    words = lines[at].split()
    tables, length, levels = 1, 256, None
    start = at
    if words[0].lower() == "lut:":
        if len(words) not in (3, 4):
            raise file.fault(f"expected 'LUT: tables length', found {shown(lines[at].strip())}", at + 1)
        tables = whole_number(file, "the number of tables", words[1:2], (1, 4), at + 1)
        length = whole_number(file, "the length", words[2:3], (2, MAX_LUT1D_SIZE), at + 1)
        levels = words[3].lower() if len(words) == 4 else None
        start = at + 1
    if tables == 2:
        raise file.fault("has 2 tables; a Discreet LUT has 1, 3 or 4", at + 1)
    if length == MAX_LUT1D_SIZE:
        raise file.fault("is a LUT over all half floats, which livegrade reads from .clf only", at + 1)
    wanted = Wanted(tables * length, 1, f"{tables} tables of {length} need", largest_code=LARGEST_CODE)
    codes = read_table(file, "\n".join(lines[start:]), start + 1, wanted)[:, 0]
    depth, note = _depth(file, levels, length, at + 1)
    columns = _scaled(file, codes, depth).reshape(tables, length)
    table = np.broadcast_to(columns[0], (3, length)) if tables == 1 else columns[:3]
    kept, space = split_comments(comments)
    kind = f"Discreet 1D .lut, {depth} bits out"
    return LookContent((Lut1d(Samples(table.T), name=file.path.name),), kind, "", kept, space, note)


def _depth(file: LookFile, levels: str | None, length: int, line: int) -> tuple[str, tuple[str, ...]]:
    """Bits of the code values, and what was assumed to know them."""
    if levels is not None:
        if levels not in _LEVELS:
            raise file.fault(f"gives {shown(levels)} levels; livegrade takes {', '.join(_LEVELS)}", line)
        return _LEVELS[levels], ()
    if match := _NAMED.search(file.path.name):
        named = match[1].lower().removesuffix("p")
        return named, (f"the values are taken as {named} bits from the file's name; the file does not say",)
    if str(length) not in _LEVELS:
        raise file.fault(f"does not say the depth of its values, and {length} entries do not tell", line)
    bits = _LEVELS[str(length)]
    return bits, (f"the values are taken as {bits} bits from the length; the file does not say",)


def _scaled(file: LookFile, codes: NDArray[np.float64], depth: str) -> NDArray[np.float64]:
    if depth == "32f":
        raise file.fault("has 32-bit floats by its name, which this format cannot hold")
    if depth != HALF:
        top = (1 << int(depth)) - 1
        if codes.max() > top:
            raise file.fault(
                f"holds the value {codes.max():.0f}, which {depth} bits cannot; a file that does not say its depth "
                "needs it in its name, as in show_12to16f.lut for half floats"
            )
        return codes / float(top)
    values = codes.astype(np.uint16).view(np.float16).astype(np.float64)
    if not np.isfinite(values).all():
        raise file.fault("holds half floats that are not finite numbers")
    return values


def _houdini(file: LookFile, text: str) -> LookContent:
    header, end = _houdini_header(file, text)
    require_version(file, " ".join(header["version"][0]), ("1", "2", "3"), header["version"][1])
    first_line = 1 + text[:end].count("\n")
    kind, kind_line = header["type"][0][0].lower() if header["type"][0] else "", header["type"][1]
    lengths = [
        whole_number(file, "Length", [word], (2, MAX_LUT1D_SIZE), header["length"][1]) for word in header["length"][0]
    ]
    wants = {"c": ["rgb"], "3d": ["3d"], "3d+1d": ["3d", "pre"]}
    if kind not in wants:
        raise file.fault(f"is of the type {shown(kind)}; livegrade takes C, 3D and 3D+1D", kind_line)
    if len(lengths) != len(wants[kind]):
        raise file.fault(f"Length needs {len(wants[kind])} numbers for the type {kind}", header["length"][1])
    if kind != "c" and lengths[0] > MAX_LUT3D_SIZE:
        raise file.fault(f"Length is {lengths[0]}; livegrade takes 2 to {MAX_LUT3D_SIZE}", header["length"][1])
    low, high = plain_numbers(file, "From", header["from"][0], 2, header["from"][1])
    if fault := domain_fault((low,) * 3, (high,) * 3):
        raise file.fault(fault, header["from"][1])
    for keyword, only in (("to", (0.0, 1.0)), ("black", (0.0,)), ("white", (1.0,))):
        words, line = header[keyword]
        if plain_numbers(file, keyword.capitalize(), words, len(only), line) != only:
            raise file.fault(f"{keyword.capitalize()} is {' '.join(words)}; livegrade takes {only[-1]:g} there", line)
    blocks = _blocks(file, text[end:], first_line)
    if sorted(blocks) != sorted(wants[kind]):
        raise file.fault(f"has the blocks {', '.join(sorted(blocks))}; the type {kind} has {', '.join(wants[kind])}")
    name = file.path.name
    first, last = (low,) * 3, (high,) * 3
    if kind == "c":
        node: Lut1d | Lut3d = Lut1d(_one_for_all(file, blocks["rgb"], lengths[0]), first, last, name=name)
    else:
        size = lengths[0]
        line, body = blocks["3d"]
        wanted = Wanted(size**3, 3, f"Length {size} needs")
        table = read_table(file, body, line, wanted).reshape(size, size, size, 3).transpose(2, 1, 0, 3)
        if kind == "3d":
            node = Lut3d(Samples(table), first, last, name=name)
        else:
            shaper = Lut1d(_one_for_all(file, blocks["pre"], lengths[1]), first, last, name=name)
            node = Lut3d(Samples(table), shaper=shaper, name=name)
    return LookContent((node,), "Houdini .lut")


def _houdini_header(file: LookFile, text: str) -> tuple[dict[str, tuple[list[str], int]], int]:
    """The words behind each keyword with their line, and where the text after `LUT:` begins."""
    header: dict[str, tuple[list[str], int]] = {}
    end = 0
    for number, whole in enumerate(text.split("\n"), start=1):
        end += len(whole) + 1
        words = whole.split()
        if not words:
            continue
        keyword = words[0].lower()
        if keyword == "lut:":
            missing = [key for key in _HOUDINI_KEYS[:-1] if key not in header]
            if missing:
                raise file.fault(f"has no line {', '.join(key.capitalize() for key in missing)}")
            return header, min(end, len(text))
        if keyword not in _HOUDINI_KEYS or keyword in header:
            raise file.fault(f"unknown or doubled line {shown(whole.strip())}", number)
        if keyword == "sampling":
            raise file.fault("has a Sampling line, which livegrade does not read", number)
        header[keyword] = (words[1:], number)
    raise file.fault("has no line 'LUT:'; the file seems cut off")


def _blocks(file: LookFile, text: str, first_line: int) -> dict[str, tuple[int, str]]:
    """Line and text of each block by its name; a nameless one is the 3D table."""
    blocks: dict[str, tuple[int, str]] = {}
    position = 0
    for match in _BLOCK.finditer(text):
        if text[position : match.start()].strip():
            break
        name = match[1].lower() or "3d"
        if name in blocks:
            raise file.fault(f"has the block {name} twice", first_line + text[: match.start()].count("\n"))
        blocks[name] = (first_line + text[: match.start(2)].count("\n"), match[2])
        position = match.end()
    if text[position:].strip():
        line = first_line + text[: len(text) - len(text[position:].lstrip())].count("\n")
        raise file.fault("has something outside its blocks, or a block without its closing brace", line)
    return blocks


def _one_for_all(file: LookFile, block: tuple[int, str], length: int) -> Samples:
    """(length, 3) from numbers that may stand one a line or many."""
    words = block[1].split()
    if len(words) > MAX_LUT1D_SIZE:
        raise file.fault(f"holds {len(words)} numbers where Length says {length}", block[0])
    for word in words:
        if fault := number_fault(word):
            raise file.fault(fault, block[0])
    if len(words) != length:
        raise file.fault(f"holds {len(words)} numbers where Length says {length}; the file seems cut off", block[0])
    return Samples(np.broadcast_to(np.array([float(word) for word in words])[:, None], (length, 3)))
