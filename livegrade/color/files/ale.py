"""Reads ASC CDL from an ALE (Avid Log Exchange): the columns ASC_SOP and ASC_SAT, or CDL with a fourth bracket.

Of the log only the table is read here; what its other columns mean is for those who ask. `day1.ale#id` selects by Name,
Tape or Source File. Source: the Avid Log Exchange files of Avid and Resolve, DaVinci Resolve's manual (ALE with CDL),
and those of the test material.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.files.cdl import CLAMP_NOTE
from livegrade.color.files.content import LookContent
from livegrade.color.files.corrections import Correction, Words, checked_cdl, choose, sop_words
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import MAX_LINE, plain_text, readable

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile
    from livegrade.color.nodes import Cdl

MAX_BYTES = 32_000_000

_SECTIONS = ("Heading", "Column", "Data")
_CDL = re.compile(r"(\([^()]*\)\s*\([^()]*\)\s*\([^()]*\))\s*\(\s*(\S+)\s*\)")
_NAMES = ("Name", "Tape", "Source File")


class Log(NamedTuple):
    """The table of an ALE: `heading` by key, names of the columns, and the cells of every row with its line."""

    heading: dict[str, str]
    columns: list[str]
    rows: list[tuple[int, list[str]]]


def read_ale(file: LookFile) -> LookContent:
    """One Cdl, named for its clip."""
    correction = choose(file, list_ale(file), none="holds no row with ASC_SOP, ASC_SAT or CDL", same_is_one=True)
    return LookContent((correction.read(),), f"ALE, clip {correction.name}", correction.name, notes=CLAMP_NOTE)


def list_ale(file: LookFile) -> tuple[Correction, ...]:
    """Every row that carries a correction, in the order of the file."""
    log = read_log(file)
    doubled = next((name for name in ("ASC_SOP", "ASC_SAT", "CDL") if log.columns.count(name) > 1), None)
    if doubled:
        raise file.fault(f"has the column {doubled} twice")
    corrections = []
    for line, cells in log.rows:
        row = dict(zip(log.columns, cells, strict=False))
        if any(row.get(key) for key in ("ASC_SOP", "ASC_SAT", "CDL")):
            ids = tuple(dict.fromkeys(row[key] for key in _NAMES if row.get(key)))
            clip = (row.get("Tape", ""), row.get("Start", ""), row.get("End", ""))
            corrections.append(Correction(ids, line, partial(_cdl, file, row, line), row.get("Name", ""), *clip))
    return tuple(corrections)


def read_log(file: LookFile) -> Log:
    """The whole table. Raises LookFileError."""
    section = ""
    log = Log({}, [], [])
    for line, whole in enumerate(plain_text(file).split("\n"), start=1):
        if len(whole) > MAX_LINE:
            raise file.fault("has a line far too long for an ALE", line)
        word = whole.strip()
        if not word:
            continue
        if word in _SECTIONS:
            section = word
        elif section == "Heading":
            words = [readable(word.strip()) for word in whole.split("\t")]  # some write all of it in one line
            log.heading.update(zip(words[::2], words[1::2], strict=False))
        elif section == "Column" and not log.columns:
            log.columns.extend(readable(name.strip()) for name in whole.split("\t"))
        elif section == "Data":
            cells = [readable(cell.strip()) for cell in whole.split("\t")]
            if len(cells) > len(log.columns) and any(cells[len(log.columns) :]):
                raise file.fault(f"has {len(cells)} cells where there are {len(log.columns)} columns", line)
            log.rows.append((line, cells))
        else:
            raise file.fault(f"expected 'Heading', 'Column' or 'Data', found {shown(word)}", line)
    if section != "Data" or not log.columns:
        raise file.fault("has no 'Column' and 'Data' sections; this is not a whole ALE")
    return log


def _cdl(file: LookFile, row: dict[str, str], line: int) -> Cdl:
    name = row.get("Name", "")
    where = f"clip {shown(name)}"
    sop, saturation = row.get("ASC_SOP") or None, row.get("ASC_SAT") or None
    if sop is None and saturation is None:
        match = _CDL.fullmatch(row["CDL"])
        if match is None:
            raise file.fault(f"CDL of {where} must be (r g b)(r g b)(r g b)(sat), found {shown(row['CDL'])}", line)
        sop, saturation = match[1], match[2]
    parts = None if sop is None else sop_words(file, where, sop, line)
    amount = None if saturation is None else Words(saturation.split(), line)
    return checked_cdl(file, where, parts, amount, name or file.path.name)
