"""Files with many CDL corrections (`.ccc`, `.cdl`, EDL, ALE): which one `#id` means, and saying what there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.files.numbers import shown
from livegrade.color.files.text import plain_numbers
from livegrade.color.nodes import BLACK, WHITE, Cdl, triple

if TYPE_CHECKING:
    from livegrade.color.files.source import LookFile

_IDS_SHOWN = 12
_SOP = re.compile(r"\(([^()]*)\)\s*\(([^()]*)\)\s*\(([^()]*)\)")


class Words(NamedTuple):
    """Numbers as a file writes them, and the line they stand in."""

    words: Sequence[str]
    line: int


class Correction(NamedTuple):
    """One correction. `ids`: what selects it, the best name first; empty where it has none. `read`: its numbers, which
    raises LookFileError where they are at fault, so that one bad correction does not cost the others. `tape`, `start`,
    `end`: of the clip it belongs to, as written, where the file tells."""

    ids: tuple[str, ...]
    line: int
    read: Callable[[], Cdl]
    description: str = ""
    tape: str = ""
    start: str = ""
    end: str = ""

    @property
    def name(self) -> str:
        return self.ids[0] if self.ids else ""


def choose(file: LookFile, corrections: Sequence[Correction], *, none: str, same_is_one: bool = False) -> Correction:
    """The correction that `#id` of `file` names, or the only one. `none`: the fault where there is none. `same_is_one`:
    an id that stands for several with the same numbers is that one, as where a clip is used twice in an edit."""
    if not corrections:
        raise file.fault(none)
    if file.selection is None:
        if len(corrections) > 1 and not (same_is_one and _same(corrections)):
            first = next((correction.name for correction in corrections if correction.name), "ID")
            raise file.fault(
                f"holds {len(corrections)} corrections ({listed(corrections)}); "
                f"choose one by its id, as in {file.path.name}#{first}"
            )
        return corrections[0]
    matching = [correction for correction in corrections if file.selection in (correction.ids or ("",))]
    if not matching:
        raise file.fault(f"holds no correction with the id {shown(file.selection)}; there is {listed(corrections)}")
    if len(matching) > 1 and not (same_is_one and _same(matching)):
        lines = ", ".join(str(correction.line) for correction in matching[:_IDS_SHOWN])
        raise file.fault(
            f"holds the id {shown(file.selection)} {len(matching)} times (lines {lines})", matching[1].line
        )
    return matching[0]


def listed(corrections: Sequence[Correction]) -> str:
    """The names for a message; many are cut."""
    names = list(dict.fromkeys(correction.name for correction in corrections if correction.name))
    nameless = sum(not correction.name for correction in corrections)
    parts = [", ".join(shown(name)[1:-1] for name in names[:_IDS_SHOWN])] if names else []
    if len(names) > _IDS_SHOWN:
        parts.append(f"{len(names) - _IDS_SHOWN} more")
    if nameless:
        parts.append(f"{nameless} without an id")
    return ", ".join(parts)


def checked_cdl(
    file: LookFile, where: str, sop: tuple[Words, Words, Words] | None, saturation: Words | None, name: str
) -> Cdl:
    """A Cdl from the words of slope, offset and power and of saturation, either of which may be missing."""
    slope, offset, power = WHITE, BLACK, WHITE
    if sop is not None:
        slope = triple(_numbers(file, f"Slope of {where}", sop[0], 3, "zero or more"))
        offset = triple(_numbers(file, f"Offset of {where}", sop[1], 3, ""))
        power = triple(_numbers(file, f"Power of {where}", sop[2], 3, "above zero"))
    if saturation is None:
        return Cdl(slope, offset, power, name=name)
    (amount,) = _numbers(file, f"Saturation of {where}", saturation, 1, "zero or more")
    return Cdl(slope, offset, power, amount, name=name)


def sop_words(file: LookFile, where: str, text: str, line: int) -> tuple[Words, Words, Words]:
    """Slope, offset and power of a note or a cell: (r g b)(r g b)(r g b)."""
    match = _SOP.fullmatch(text.strip())
    if match is None:
        raise file.fault(f"ASC_SOP of {where} must be (r g b)(r g b)(r g b), found {shown(text)}", line)
    slope, offset, power = (Words(group.split(), line) for group in match.groups())
    return slope, offset, power


def _numbers(file: LookFile, what: str, given: Words, count: int, rule: str) -> tuple[float, ...]:
    """`rule`: what each must be ("" for any number)."""
    values = plain_numbers(file, what, given.words, count, given.line)
    for value in values:
        if (rule and value < 0) or (rule == "above zero" and value == 0):
            raise file.fault(f"{what} must be {rule}, found {value:g}", given.line)
    return values


def _same(corrections: Sequence[Correction]) -> bool:
    first = corrections[0].read().canonical
    return all(correction.read().canonical == first for correction in corrections[1:])
