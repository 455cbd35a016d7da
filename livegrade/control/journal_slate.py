"""In the journal of a session: the slate that is written for the next take."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from livegrade.library.values import Slate
from livegrade.session.slating import WrittenSlate

MOST_WORD, MOST_FIELDS, MOST_NUMBER = 4000, 200, 10**9
MOST_NS = 2**63 - 1

Word = Annotated[str, Meta(max_length=MOST_WORD)]


class SlateEntry(Struct, frozen=True, omit_defaults=True):
    """`take`: 0 for the number after the highest; `after_ns`: when the newest take before it began, since 1970 UTC."""

    day: Word
    unit: Word
    after_ns: Annotated[int, Meta(ge=0, le=MOST_NS)] = 0
    scene: Word = ""
    shot: Word = ""
    take: Annotated[int, Meta(ge=0, le=MOST_NUMBER)] = 0
    fields: Annotated[tuple[tuple[Word, Word], ...], Meta(max_length=MOST_FIELDS)] = ()


def slate_entry(written: WrittenSlate | None) -> SlateEntry | None:
    """Nothing for one that is larger than any slate: it must not make a journal that cannot be read."""
    if written is None:
        return None
    slate = written.slate
    words = [written.day, written.unit, slate.scene, slate.shot, *(word for pair in slate.fields for word in pair)]
    if len(slate.fields) > MOST_FIELDS or max(map(len, words)) > MOST_WORD or slate.take > MOST_NUMBER:
        return None
    return SlateEntry(written.day, written.unit, written.after_ns, slate.scene, slate.shot, slate.take, slate.fields)


def slate_of(entry: SlateEntry | None) -> WrittenSlate | None:
    if entry is None:
        return None
    slate = Slate(entry.scene, entry.shot, entry.take, entry.fields)
    return WrittenSlate(entry.day, entry.unit, slate, entry.after_ns)
