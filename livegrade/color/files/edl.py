"""Reads ASC CDL from the notes of a CMX 3600 EDL: `* ASC_SOP (..)(..)(..)` and `* ASC_SAT x` under an event.

Corrections and the source side of events are read here, not the edit. Both spellings of the field are known, with and
without a colon and a space. `cut.edl#id` selects by event number, clip name, source file or reel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from livegrade.color.files.cdl import CLAMP_NOTE
from livegrade.color.files.content import LookContent
from livegrade.color.files.corrections import Correction, Words, checked_cdl, choose, sop_words
from livegrade.color.files.numbers import shown
from livegrade.color.files.text import MAX_LINE, plain_text, readable

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile
    from livegrade.color.nodes import Cdl

MAX_BYTES = 32_000_000

_TIMECODE = r"\d{2}[:;.]\d{2}[:;.]\d{2}[:;.]\d{2,3}"
_EVENT = re.compile(
    rf"(\d+)\s+(.+?)\s+(\S+)\s+(?:C|D|W\d+|K\s?[BO]?)(?:\s+\d+)?\s+({_TIMECODE})\s+({_TIMECODE})(?:\s+{_TIMECODE}){{2}}",
    re.ASCII,
)
_NOTE = re.compile(r"\*\s*(ASC_SOP|ASC_SAT|FROM CLIP NAME|SOURCE FILE)\s*:?\s*(.*)", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class Event:
    """One event. `start`, `end`: of its source, as written; `notes`: by key in upper case, with the line of each."""

    number: str
    reel: str
    start: str
    end: str
    line: int
    notes: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_edl(file: LookFile) -> LookContent:
    """One Cdl, named for its event."""
    correction = choose(file, list_edl(file), none="holds no ASC_SOP and no ASC_SAT note", same_is_one=True)
    return LookContent(
        (correction.read(),), f"CMX 3600 EDL, event {correction.name}", correction.description, notes=CLAMP_NOTE
    )


def list_edl(file: LookFile) -> tuple[Correction, ...]:
    """Every event that carries a correction, in the order of the file."""
    return tuple(
        _correction(file, event) for event in read_events(file) if "ASC_SOP" in event.notes or "ASC_SAT" in event.notes
    )


def read_events(file: LookFile) -> list[Event]:
    """Every event, in the order of the file. Raises LookFileError."""
    events: list[Event] = []
    for line, whole in enumerate(plain_text(file).split("\n"), start=1):
        text = whole.strip()
        if len(text) > MAX_LINE:
            raise file.fault("has a line far too long for an EDL", line)
        if match := _EVENT.fullmatch(text):
            number, reel, _, start, end = match.groups()
            events.append(Event(number, readable(reel), start, end, line))
        elif match := _NOTE.fullmatch(text):
            key = match[1].upper()
            if not events:
                raise file.fault(f"{key} stands before the first event; nobody can know whose it is", line)
            if key in events[-1].notes and key.startswith("ASC"):
                raise file.fault(f"{key} stands twice under event {events[-1].number}", line)
            events[-1].notes.setdefault(key, (readable(match[2].strip()), line))
        elif re.match(r"\d+\s", text, re.ASCII):
            raise file.fault(f"expected an event, found {shown(text)}", line)
        elif "ASC_SOP" in text.upper() or "ASC_SAT" in text.upper():
            raise file.fault(f"expected '* ASC_SOP (r g b)(r g b)(r g b)' or '* ASC_SAT x', found {shown(text)}", line)
    return events


def _correction(file: LookFile, event: Event) -> Correction:
    clip, source = (event.notes.get(key, ("", 0))[0] for key in ("FROM CLIP NAME", "SOURCE FILE"))
    ids = tuple(dict.fromkeys(name for name in (event.number, clip, source, event.reel) if name))
    return Correction(ids, event.line, partial(_cdl, file, event), clip, event.reel, event.start, event.end)


def _cdl(file: LookFile, event: Event) -> Cdl:
    where = f"event {event.number}"
    sop, sat = event.notes.get("ASC_SOP"), event.notes.get("ASC_SAT")
    parts = None if sop is None else sop_words(file, where, *sop)
    saturation = None if sat is None else Words(sat[0].split(), sat[1])
    return checked_cdl(file, where, parts, saturation, event.number)
